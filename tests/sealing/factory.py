"""Fills the store with cases and entries of an imagined district, made by the ledger's pure core."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from luoshi.ledger.commit import commit
from luoshi.ledger.entry import Entry, digest, sm3_digest
from luoshi.ledger.fields import ZEROS
from luoshi.ledger.note import new_signer
from luoshi.sealing.keys import Keys

ORIGIN = "ledger.yunxi.example/log"
SIGNER = new_signer(ORIGIN, bytes(range(32)))
KEYS = Keys((SIGNER,))
DISTRICT = "yunxi"


def insert(entries: Iterable[tuple[str, int, bytes]], ids: Iterable[int]) -> None:
    """Insert entries (case, n, canonical bytes) with ``ids``; each case gets its name's number as its id."""
    from luoshi.casework.models import Entry as EntryRow

    rows = [
        EntryRow(id=id_, district=DISTRICT, case_id=int(case[-5:]), n=n, data=data, digest=digest(data))
        for (case, n, data), id_ in zip(entries, ids, strict=False)
    ]
    EntryRow.objects.bulk_create(rows, batch_size=2000)


def named(log: Sequence[bytes]) -> list[tuple[str, int, bytes]]:
    """Canonical bytes with what they say of themselves: case and number."""
    return [(item["case"], item["n"], data) for data in log for item in [json.loads(data)]]


def stored() -> list[bytes]:
    """The entries in the store, in the order of the log."""
    from luoshi.casework.models import Entry as EntryRow

    return [bytes(data) for data in EntryRow.objects.order_by("id").values_list("data", flat=True)]


def open_case(number: int, *, party: str | None, secrets: Sequence[dict[str, str]], sm3: bool = False) -> list[bytes]:
    """A case row with an entry for each of ``secrets`` (personal field → text), and their plaintexts; the entries."""
    from luoshi.casework.models import Case, Plaintext

    case = f"HL-2026-{number:05}"
    made: list[bytes] = []
    for n, personal in enumerate(secrets, 1):
        kept = {name: [(bytes([number, n] * 16)).hex(), text] for name, text in personal.items()}
        committed = {name: commit(name, text, bytes.fromhex(salt)).hex() for name, (salt, text) in kept.items()}
        before = made[-1] if made else None
        made.append(_entry(case, n, before, committed, sm3=sm3).to_bytes())
        private = json.dumps({"at": ["00", "09:12"]})
        Plaintext.objects.create(district=DISTRICT, case_id=number, n=n, private=private, personal=json.dumps(kept))
    Case.objects.create(id=number, party=party, **_row(case, len(made), digest(made[-1])))
    return made


def _entry(case: str, n: int, before: bytes | None, committed: dict[str, str], *, sm3: bool) -> Entry:
    second = (sm3_digest(before).hex() if before else ZEROS) if sm3 else None
    return Entry(
        district=DISTRICT,
        case=case,
        n=n,
        prev=digest(before).hex() if before else ZEROS,
        prev_sm3=second,
        mechanism="hotline",
        version=1,
        act="note",
        actor_body="yx-hotline",
        actor_role="operator",
        on_day="2026-11-02",
        recorded_on="2026-11-02",
        stage_from="" if n == 1 else "open",
        stage_to="open",
        body="yx-hotline",
        set={"opened_on": "2026-11-02", "weight": "1"} if n == 1 else {},
        commitments=committed,
    )


def _row(case: str, n: int, head: bytes) -> dict[str, Any]:
    return {
        "district": DISTRICT,
        "case": case,
        "number": case,
        "mechanism": "hotline",
        "version": 1,
        "body": "yx-hotline",
        "opened_on": "2026-11-02",
        "stage": "open",
        "weight": "1",
        "open": True,
        "n": n,
        "head": head,
        "state": "{}",
        "title": "王小明 complains of noise",
    }
