"""A synthetic year of service cases, as a log and its export: seven entries a case, interleaved, with measures.

Nothing of it is a real district's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Final

from luoshi.ledger.checkpoint import Checkpoint, sign_checkpoint
from luoshi.ledger.entry import Entry, digest
from luoshi.ledger.export import export
from luoshi.ledger.fields import ZEROS
from luoshi.ledger.note import Signer, new_signer
from luoshi.ledger.tiles import WIDTH, TileBuilder

ORIGIN: Final = "bench.example/annual"
DISTRICT: Final = "yunxi"
YEAR: Final = 2026
STEPS: Final = (
    ("receive", "", "received"),
    ("accept_single", "received", "single"),
    ("decide_single", "single", "issuing"),
    ("deliver", "issuing", "delivered"),
    ("rate", "delivered", "rated"),
    ("verify", "rated", "verified"),
    ("close", "verified", "closed"),
)
APART: Final = 300
"""Other cases that are opened between two steps of a case."""
RATINGS: Final = (("very_satisfied", "satisfied"), ("satisfied", "satisfied"), ("basically", "partly"))


def signer() -> Signer:
    """Whose signature the export has."""
    return new_signer(ORIGIN, bytes(32))


def entries(cases: int) -> Iterator[bytes]:
    """Canonical bytes of the entries of ``cases`` cases, in the order of a log."""
    heads: dict[int, bytes] = {}
    for turn in range(cases + APART * (len(STEPS) - 1)):
        for n in range(len(STEPS)):
            case = turn - APART * n
            if 0 <= case < cases:
                data = _entry(case, n + 1, heads.get(case), cases)
                heads[case] = digest(data)
                if n + 1 == len(STEPS):
                    del heads[case]
                yield data


def write_export(folder: Path, cases: int) -> int:
    """Write the export of ``cases`` cases to ``folder``; how many entries it has."""
    builder = TileBuilder()
    for leaves in _batches(digest(data) for data in entries(cases)):
        for _ in builder.add(leaves):
            pass
    head = Checkpoint(ORIGIN, builder.size, builder.root())

    def write(path: str, pieces: Iterable[bytes]) -> None:
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("wb") as stream:
            stream.writelines(pieces)

    export(entries(cases), sign_checkpoint(head, [signer()]), [signer().verifier], write)
    return builder.size


def _batches(leaves: Iterator[bytes]) -> Iterator[list[bytes]]:
    batch: list[bytes] = []
    for leaf in leaves:
        batch.append(leaf)
        if len(batch) == WIDTH:
            yield batch
            batch = []
    if batch:
        yield batch


@lru_cache(maxsize=1024)
def _day(number: int) -> str:
    return (date(YEAR, 1, 4) + timedelta(days=number)).isoformat()


def _entry(case: int, n: int, before: bytes | None, cases: int) -> bytes:
    act, stage_from, stage_to = STEPS[n - 1]
    opened = case * 330 // cases
    day = _day(opened + n + case % 9)
    changes: dict[str, str | None] = {}
    data: dict[str, str | int | bool] = {}
    if n == 1:
        changes = {"channel": "window", "category": "permit", "area": f"yx-01-{case % 40:03}", "opened_on": day}
        data = {"item_count": case % 3 + 1, "unit_item_count": "项"}
    elif n == 2:
        changes = {"due_on": _day(opened + 25), "weight": "1"}
        data = {"days_saved": case % 12, "unit_days_saved": "工作日"}
    elif n == 3:
        changes = {"answered_on": day}
    elif n == 5:
        grade, surveyed = RATINGS[case % 3]
        changes = {"grade": grade}
        data = {"surveyed": surveyed}
    elif n == 7:
        changes = {"struck_off_on": day}
    body = f"yx-dept-{case % 30:02}"
    salt = f"{case}/{n}/"
    return Entry(
        district=DISTRICT,
        case=f"FW-{YEAR}-{case:07}",
        n=n,
        prev=before.hex() if before else ZEROS,
        prev_sm3=None,
        mechanism="service",
        version=1,
        act=act,
        actor_body=body,
        actor_role="handler",
        on_day=day,
        recorded_on=day,
        stage_from=stage_from,
        stage_to=stage_to,
        body=body,
        set=changes,
        data=data,
        commitments={name: sha256(f"{salt}{name}".encode()).hexdigest() for name in ("at", "officer", "text")},
    ).to_bytes()
