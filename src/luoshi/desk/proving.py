"""What proves a figure: its entries by their places in the log, and the cases behind it that somebody may see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from luoshi.casework.door import CaseRow
from luoshi.casework.histories import cases
from luoshi.casework.lookup import rows_of
from luoshi.casework.sight import Sight, Sql, among
from luoshi.figures.tables import STORE
from luoshi.sealing import log

PAGE: Final = 50
LOOKED_AT: Final = 1000
"""Entries whose cases are looked up for the list of cases; the log has all of them."""


@dataclass(frozen=True, slots=True)
class Proof:
    """An entry that counts: its place in the log, what it did, when, and its case if it may be seen."""

    seq: int
    mechanism: str
    act: str
    on_day: str
    case: CaseRow | None


@dataclass(frozen=True, slots=True)
class Behind:
    """The proof of a figure. ``proofs``: a page of its entries, ``next`` where the following one begins; ``cases``:
    those of the entries looked at that may be seen, ``others`` how many may not; ``partly``: there are more entries
    than were looked at."""

    count: int
    proofs: tuple[Proof, ...]
    next: int | None
    cases: tuple[CaseRow, ...]
    others: int
    partly: bool


def behind(seen: Sight, places: Sequence[int], after: int) -> Behind:
    """The entries at ``places`` behind the place ``after``, and the cases of the first thousand of them."""
    here = [place for place in places if place > after][: PAGE + 1]
    looked = list(dict.fromkeys([*places[:LOOKED_AT], *here[:PAGE]]))
    told = _entries(seen.district, looked)
    codes = list(dict.fromkeys(told[place][0] for place in looked if place in told))
    found = cases(seen, codes)
    proofs = tuple(Proof(place, *told[place][1:], found.get(told[place][0])) for place in here[:PAGE] if place in told)
    return Behind(
        len(places), proofs, here[PAGE - 1] if len(here) > PAGE else None,
        tuple(found.values())[:PAGE], len(codes) - len(found), len(places) > LOOKED_AT,
    )  # fmt: skip


def _entries(district: str, places: Sequence[int]) -> dict[int, tuple[str, str, str, str]]:
    """Place → case, mechanism, act, day. Places are turned into ids first, by which entries are kept."""
    if not places:
        return {}
    runs = log.reader().all(
        "SELECT first_seq, first_id, count FROM sealing_run WHERE first_seq <= %s AND first_seq + count > %s "
        "ORDER BY first_seq",
        (max(places), min(places)),
    )
    ids: dict[int, int] = {}
    at = 0
    for place in sorted(places):
        while at < len(runs) and runs[at][0] + runs[at][2] <= place:
            at += 1
        if at < len(runs) and runs[at][0] <= place:
            ids[int(runs[at][1] + place - runs[at][0])] = place
    # By the ids alone: with the district beside them SQLite would look through all of its entries.
    which = among("id", ids)
    sql = f'SELECT id, district, "case", mechanism, act, on_day FROM {STORE["entries"]} WHERE {which.text}'
    rows = rows_of(Sql(sql, which.params))
    return {ids[int(one)]: (case, kind, act, day) for one, of, case, kind, act, day in rows if of == district}
