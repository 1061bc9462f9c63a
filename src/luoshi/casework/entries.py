"""From an outcome to an entry: what is public in it as it is, everything else as salted commitments (law 9)."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import orjson

from luoshi.casework.rows import Row
from luoshi.ledger import canonical
from luoshi.ledger.commit import SALT_BYTES, commit
from luoshi.ledger.entry import digest, sm3_digest
from luoshi.ledger.errors import LedgerError
from luoshi.ledger.fields import SCHEMA, ZEROS, may_set, sized
from luoshi.mechanisms.acts import Act, Outcome
from luoshi.mechanisms.step import OUTSIDE

SYSTEM: Final = "system"
"""Stands for the officer, body and role of what the system does by itself."""


Salts = Callable[[str, str, int, int], bytes]
"""Gives the salts of an entry: (district, case, the entry's number, how many bytes)."""


def random_salts(district: str, case: str, n: int, size: int) -> bytes:
    """Salts that nobody can tell: what every act has, but for those of a replay of synthetic persons."""
    return os.urandom(size)


@dataclass(slots=True)
class Written:
    """An entry's canonical bytes and digests, and the plaintexts that belong to its commitments."""

    data: bytes
    digest: bytes
    sm3: bytes | None
    private: str
    personal: str | None


def entry(
    row: Row,
    outcome: Outcome,
    act: Act | None,
    *,
    at: str,
    recorded_on: date,
    sm3: bool,
    salts_from: Salts = random_salts,
) -> Written:
    """The entry of ``outcome`` as the next one of ``row``, which is not changed. ``act`` is None for the system's own.

    ``at`` is the moment of the step (ISO); it and the officer are committed to, the day is public.
    """
    private: dict[str, Any] = {"act_at": at, **outcome.private}
    personal, data = outcome.personal, outcome.data
    if act is not None:
        # Who acts for no body is a citizen and no officer: who that was goes with the person.
        if act.actor.body:
            private["act_officer"] = act.actor.officer
        else:
            personal = {**personal, "act_officer": act.actor.officer}
        if act.approval is not None:
            if act.approval.body:
                private["act_approver"] = act.approval.officer
            else:
                personal = {**personal, "act_approver": act.approval.officer}
            data = {**data, "approved_by": act.approval.role, "approved_body": act.approval.body}
    commitments: dict[str, str] = {}
    n = row.n + 1
    salts = salts_from(row.district, row.case, n, SALT_BYTES * (len(private) + len(personal)))
    kept_private = _committed(private, commitments, salts, 0)
    kept_personal = _committed(personal, commitments, salts, len(private)) if personal else None
    value: dict[str, Any] = {
        "act": outcome.act,
        "actor_body": (act.actor.body or OUTSIDE) if act else SYSTEM,
        "actor_role": act.actor.role if act else SYSTEM,
        "attachments": [{"kind": f.field, "sha256": f.sha256, "size": f.size} for f in act.files] if act else [],
        "body": outcome.state.body,
        "case": row.case,
        "commitments": commitments,
        "data": data,
        "district": row.district,
        "mechanism": row.mechanism,
        "n": n,
        "on_day": at[:10],
        "prev": row.head.hex() if row.n else ZEROS,
        "recorded_on": recorded_on.isoformat(),
        "schema": SCHEMA,
        "set": outcome.sets,
        "stage_from": outcome.stage_from,
        "stage_to": outcome.stage_to,
        "version": row.version,
    }
    if sm3:
        value["prev_sm3"] = row.head_sm3.hex() if row.head_sm3 is not None else ZEROS
    for column, item in outcome.sets.items():
        if not may_set(column, item):
            raise LedgerError("entry_field", field=f"set.{column}")
    written = sized(canonical.write(value))
    return Written(written, digest(written), sm3_digest(written) if sm3 else None, kept_private, kept_personal)


def _committed(values: Mapping[str, Any], commitments: dict[str, str], salts: bytes, first: int) -> str:
    """Commit to each of ``values``; what opens the commitments, as JSON: field → [salt in hex, value as text]."""
    kept: dict[str, tuple[str, str]] = {}
    start = first * SALT_BYTES
    for name, value in values.items():
        text = value if isinstance(value, str) else orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()
        salt = salts[start : start + SALT_BYTES]
        start += SALT_BYTES
        commitments[name] = commit(name, text, salt).hex()
        kept[name] = (salt.hex(), text)
    return orjson.dumps(kept).decode()
