"""What boards count in the cases themselves, beside what :mod:`luoshi.casework.rollup` has counted ahead.

These are the cases that an officer sees for an open part alone, which no count ahead holds; deadline states by
category; and how far the ladder has come. The read door's truth conditions hold. Each is one statement.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from luoshi.casework.door import TALLIES, Filters, Sight, Tally
from luoshi.casework.errors import CaseworkError
from luoshi.casework.filters import of_case, of_day
from luoshi.casework.lookup import rows_of
from luoshi.casework.sight import Sql, both

AGES: Final = (5, 20)
"""Calendar days late at which one age ends and the next begins, as in :mod:`luoshi.casework.rollup`."""


@dataclass(frozen=True, slots=True)
class Count:
    """Open cases by deadline state 时限状态; ``ages``: the late ones by how late; ``overdue``: past the limit to the
    outside."""

    late: int = 0
    soon: int = 0
    later: int = 0
    undated: int = 0
    ages: tuple[int, ...] = (0,) * (len(AGES) + 1)
    overdue: int = 0

    @property
    def open(self) -> int:
        """All of them."""
        return self.late + self.soon + self.later + self.undated

    def __add__(self, other: Count) -> Count:
        """Both together."""
        return Count(
            self.late + other.late,
            self.soon + other.soon,
            self.later + other.later,
            self.undated + other.undated,
            tuple(a + b for a, b in zip(self.ages, other.ages, strict=True)),
            self.overdue + other.overdue,
        )


PART_COLUMNS: Final = ("mechanism", "stage", "body", "area", "month")
"""What :func:`parts` are told by; the month is that of opening, ``YYYY-MM``."""
Parts = Sequence[tuple[tuple[str | None, ...], Count]]


def parts(seen: Sight, filters: Filters) -> Parts:
    """The open cases seen for open parts alone, by :data:`PART_COLUMNS`."""
    columns = [f"c.{name} AS {name}" for name in PART_COLUMNS[:-1]]
    cases = _seen(seen, filters, [*columns, "substr(c.opened_on, 1, 7) AS month", "c.due_on AS due"], parts=True)
    return [] if cases is None else _counted(seen, filters, PART_COLUMNS, cases)


def states(seen: Sight, by: Tally, filters: Filters) -> Mapping[str | None, Count]:
    """The open cases that ``seen`` shows and ``filters`` let through, for each value of the column ``by``."""
    if by not in TALLIES:
        raise CaseworkError("tally_unknown", by=by)
    found: dict[str | None, Count] = {}
    for alone in (False, True):
        cases = _seen(seen, filters, [f"c.{by} AS told", "c.due_on AS due"], parts=alone)
        for (value,), count in _counted(seen, filters, ("told",), cases) if cases is not None else ():
            found[value] = found.get(value, Count()) + count
    return found


def _counted(seen: Sight, filters: Filters, by: Sequence[str], cases: Sql) -> Parts:
    """``cases``, which have the columns ``by``, ``day`` and ``due``, grouped by ``by``."""
    today = date.fromisoformat(seen.on_day)
    soon = (today + timedelta(days=filters.soon_days)).isoformat()
    first, second = ((today - timedelta(days=days)).isoformat() for days in AGES)
    wanted = [
        Sql("day < %s", [seen.on_day]), Sql("day >= %s AND day <= %s", [seen.on_day, soon]), Sql("day > %s", [soon]),
        Sql("day IS NULL"), Sql("day < %s AND day >= %s", [seen.on_day, first]),
        Sql("day < %s AND day >= %s", [first, second]), Sql("day < %s", [second]), Sql("due < %s", [seen.on_day]),
    ]  # fmt: skip
    sums = ", ".join(f"sum(CASE WHEN {one.text} THEN 1 ELSE 0 END)" for one in wanted)
    keys = ", ".join(by)
    sql = f"SELECT {keys}, {sums} FROM ({cases.text}) AS t GROUP BY {keys}"
    params = [*(value for one in wanted for value in one.params), *cases.params]
    return [(tuple(row[: len(by)]), _count(row[len(by) :])) for row in rows_of(Sql(sql, params))]


def _count(told: Sequence[Any]) -> Count:
    late, soon, later, undated, *ages, overdue = (int(number) for number in told)
    return Count(late, soon, later, undated, tuple(ages), overdue)


def steps(seen: Sight, mechanism: str, order: Mapping[str, int]) -> Mapping[int, int]:
    """Of the open cases of ``mechanism``: how many have come to each step, by the highest rung that was claimed.

    ``order``: rung → its step; rungs that are not in it are no step.
    """
    found: dict[int, int] = {}
    rank = " ".join("WHEN %s THEN %s" for _ in order)
    told: list[Any] = [value for pair in order.items() for value in pair]
    for parts in (False, True):
        cases = _seen(seen, Filters(mechanism=mechanism), ["c.id AS id"], parts=parts) if order else None
        if cases is None:
            continue
        sql = (
            f"SELECT step, count(*) FROM (SELECT k.case_id, max(CASE k.rung {rank} ELSE 0 END) AS step "
            f"FROM casework_claim k JOIN ({cases.text}) AS t ON k.case_id = t.id WHERE k.district = %s "
            "GROUP BY k.case_id) AS s WHERE step > 0 GROUP BY step"
        )
        for step, number in rows_of(Sql(sql, [*told, *cases.params, seen.district])):
            found[int(step)] = found.get(int(step), 0) + int(number)
    return found


def _seen(seen: Sight, filters: Filters, columns: Sequence[str], *, parts: bool) -> Sql | None:
    """The cases that the door's page would list for the responsible body, or for ``parts`` alone: ``columns`` and
    ``day``, by which somebody must act. None if there can be none."""
    narrow = of_case(seen, filters, "c")
    told = ", ".join(columns)
    if not parts:
        own = both(Sql("c.district = %s", [seen.district]), seen.own("c"), narrow, of_day(seen, filters, "c.act_by"))
        return Sql(f"SELECT {told}, c.act_by AS day FROM casework_case c WHERE {own.text}", own.params)
    if all(grant.bodies is None for grant in seen.grants):
        return None
    parted = both(
        Sql("p.district = %s", [seen.district]), seen.first_part("p", "c"), narrow, of_day(seen, filters, "p.act_by")
    )
    return Sql(
        f"SELECT {told}, p.act_by AS day FROM casework_part p JOIN casework_case c ON c.id = p.case_id "
        f"WHERE {parted.text}",
        parted.params,
    )
