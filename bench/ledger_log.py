"""A synthetic log for measuring: eight-entry cases of an imagined district, as they lie in a real log, interleaved."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from typing import Final

from luoshi.ledger.entry import Entry, digest, sm3_digest
from luoshi.ledger.fields import ZEROS

STEPS: Final = (
    ("register", "", "registered"),
    ("accept", "registered", "accepted"),
    ("assign", "accepted", "assigned"),
    ("receive", "assigned", "handling"),
    ("report", "handling", "handling"),
    ("answer", "handling", "answered"),
    ("survey", "answered", "surveyed"),
    ("close", "surveyed", "closed"),
)
APART: Final = 400
"""Other cases that are opened between two steps of a case."""


def entries(cases: int, *, sm3: bool = False) -> Iterator[tuple[str, int, bytes]]:
    """(case, n, canonical bytes) of eight entries for each of ``cases`` cases, in the order of a log.

    A case begins every eighth entry; its further steps follow, each ``APART`` cases later.
    """
    heads: dict[int, bytes] = {}
    for turn in range(cases + APART * (len(STEPS) - 1)):
        for n in range(len(STEPS)):
            case = turn - APART * n
            if 0 <= case < cases:
                data = entry(case, n + 1, heads.get(case), sm3=sm3).to_bytes()
                heads[case] = data
                if n + 1 == len(STEPS):
                    del heads[case]
                yield name_of(case), n + 1, data


def name_of(case: int) -> str:
    """The public name of a case."""
    return f"HL-2026-{case:07}"


def entry(case: int, n: int, before: bytes | None, *, sm3: bool = False) -> Entry:
    """The ``n``-th entry of a case after the entry ``before``; three fields are committed to."""
    act, stage_from, stage_to = STEPS[n - 1]
    day = f"2026-{case // 8000 % 12 + 1:02}-{n + case % 20:02}"
    changes: dict[str, str | None] = {}
    if n == 1:
        changes = {"channel": "12345", "category": "noise", "area": f"yx-01-{case % 40:03}", "opened_on": day}
    elif n == 2:
        changes = {"due_on": f"2026-12-{case % 28 + 1:02}", "weight": "1"}
    elif n == 6:
        changes = {"answered_on": day}
    salt = f"{case}/{n}/"
    second = None
    if sm3:
        second = sm3_digest(before).hex() if before else ZEROS
    return Entry(
        district="yunxi",
        case=name_of(case),
        n=n,
        prev=digest(before).hex() if before else ZEROS,
        prev_sm3=second,
        mechanism="hotline",
        version=1,
        act=act,
        actor_body=f"yx-dept-{case % 30:02}",
        actor_role="handler",
        on_day=day,
        recorded_on=day,
        stage_from=stage_from,
        stage_to=stage_to,
        body=f"yx-dept-{case % 30:02}",
        set=changes,
        data={"round": n, "urgent": case % 9 == 0},
        commitments={name: sha256(f"{salt}{name}".encode()).hexdigest() for name in ("at", "officer", "text")},
    )
