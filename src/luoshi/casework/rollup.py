"""Counts for boards 看板, which do not read a million cases for a page: cases counted ahead, told as of when.

What an officer sees of the counts is the same condition on mechanism and version, body and area that the read door
puts on cases (:mod:`luoshi.casework.sight`). A case is counted once, for the body that is responsible: one that an
officer sees for an open part alone is in his lists, not in his boards.

The counts stand by mechanism, version, body and stage; and once more by area, which only posts with an area need.
Rates are not made here: numerator and denominator stand side by side, and a case that is open and overdue is in both
(law 6). Days are calendar days; weights are exact decimals.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from django.db import connection, transaction

from luoshi.casework.errors import CaseworkError
from luoshi.casework.filters import SOON_DAYS, Filters
from luoshi.casework.lookup import rows_of
from luoshi.casework.sight import TRUE, Sight, Sql, among, both
from luoshi.casework.sql import Tx, reading, writing
from luoshi.mechanisms.flow import epoch

SECONDS: Final = 60
"""How old the counts become before the sweeper renews them."""
PATIENCE: Final = 900
"""How old they may be before who looks at a board waits for new ones: the sweeper has not run for long."""
LOCK: Final = 0x6C756F
"""The first half of the advisory lock that counters take on PostgreSQL; the second is the district's."""
MONTHS: Final = 13
"""Months that are told: this one, and the twelve before it."""
MILLION: Final = 1_000_000
WORK_MEMORY: Final = "64MB"
COUNTED: Final = (
    "cases", "late_5", "late_20", "late_more", "soon", "later", "undated", "overdue",
    "age_7", "age_30", "age_90", "age_365", "age_more",
)  # fmt: skip
WEIGHED: Final = ("weight", "late_weight", "overdue_weight")
FLOWS: Final = ("opened", "answered", "struck_off")
WITHIN: Final = {
    "still_open": ("opened", "c.open"),
    "limited": ("struck_off", "c.due_on IS NOT NULL"),
    "in_time": ("struck_off", "coalesce(c.answered_on, c.struck_off_on) <= c.due_on"),
}
"""Counts within one of the flows, and by what."""
MOVED: Final = (*FLOWS, *WITHIN)
BY: Final = ("mechanism", "version", "stage", "body", "area")
_KIND: Final = ("mechanism", "version", "body", "area")


@dataclass(frozen=True, slots=True)
class Counts:
    """Open cases of one group ``by`` (the values of the columns asked for), at the day of the board.

    ``late_5``, ``late_20``, ``late_more``: the day to act is past by 1–5, 6–20, 21 and more days; ``soon``: it is today
    or in the next three days; ``overdue``: the limit to the outside is past. ``age_…``: opened 0–7, 8–30, 31–90, 91–365
    days ago, or longer. ``weight`` is that of all, the denominator of the other two.
    """

    by: tuple[str | int | None, ...]
    cases: int
    late_5: int
    late_20: int
    late_more: int
    soon: int
    later: int
    undated: int
    overdue: int
    age_7: int
    age_30: int
    age_90: int
    age_365: int
    age_more: int
    weight: Decimal
    late_weight: Decimal
    overdue_weight: Decimal

    @property
    def late(self) -> int:
        """All whose day to act is past."""
        return self.late_5 + self.late_20 + self.late_more


@dataclass(frozen=True, slots=True)
class Month:
    """Cases of one group that were opened, answered 办结 and struck off 销号 in ``month`` (``YYYY-MM``).

    ``still_open``: of those opened then. Of those struck off then, ``limited``: with a limit to the outside;
    ``in_time``: answered (or, if nothing tells when, struck off) by it.
    """

    by: tuple[str | int | None, ...]
    month: str
    opened: int
    answered: int
    struck_off: int
    still_open: int
    limited: int
    in_time: int
    opened_weight: Decimal
    answered_weight: Decimal
    struck_off_weight: Decimal


@dataclass(frozen=True, slots=True)
class AsOf:
    """When the cases were counted (seconds since 1970), and the day for which they are late or not."""

    at: int
    on_day: str


# --- counting


def renew(district: str, now: datetime, seconds: int = 0) -> AsOf:
    """Count the cases of ``district`` anew, unless somebody has done so less than ``seconds`` before ``now``, or since;
    as of when they are. Of several at once one counts and the others wait for it."""
    at, day = epoch(now), now.date()
    with _turn(district):
        known = as_of(district)
        if known is not None and (known.at >= at or at - known.at < seconds):
            return known
        # Read before anything is locked: on SQLite no act can wait for so long, and what PostgreSQL is to write it does
        # not count in parallel.
        found = _counted((_open_cases(district, day), _months(district, day)))
        with writing() as tx:
            claimed = _claim(tx, district, at, day)
            if claimed:
                for (table, columns), rows in zip(_TABLES, found, strict=True):
                    tx.insert(table, ("district", "by_area", *columns), _both_levels(district, rows, len(columns)))
    newer = None if claimed else as_of(district)
    return newer or AsOf(at, day.isoformat())


_turns: Final[dict[str, threading.Lock]] = {}


@contextmanager
def _turn(district: str) -> Iterator[None]:
    """One counter at a time: in this process by a lock, on PostgreSQL among all by the server's."""
    with _turns.setdefault(district, threading.Lock()):
        if connection.vendor == "sqlite":
            yield
            return
        rows_of(Sql("SELECT pg_advisory_lock(%s, hashtext(%s))", [LOCK, district]))
        try:
            yield
        finally:
            rows_of(Sql("SELECT pg_advisory_unlock(%s, hashtext(%s))", [LOCK, district]))


def _counted(statements: Sequence[Sql]) -> list[list[tuple[Any, ...]]]:
    """The rows of each; PostgreSQL is given the memory to count without sorting first."""
    if connection.vendor == "sqlite":
        return [rows_of(one) for one in statements]
    with reading(), transaction.atomic():
        rows_of(Sql("SELECT set_config('work_mem', %s, TRUE)", [WORK_MEMORY]))
        return [rows_of(one) for one in statements]


def fresh(district: str, now: datetime, seconds: int = PATIENCE) -> AsOf:
    """As of when the counts are; they are renewed if they are ``seconds`` old."""
    known = as_of(district)
    if known is not None and epoch(now) - known.at < seconds:
        return known
    return renew(district, now, seconds)


def as_of(district: str) -> AsOf | None:
    """When the cases were last counted; None if they never were."""
    found = rows_of(Sql("SELECT as_of, on_day FROM casework_rollup_time WHERE district = %s", [district]))
    return AsOf(*found[0]) if found else None


_TABLES: Final = (
    ("casework_rollup", (*_KIND, "stage", *COUNTED, *WEIGHED)),
    ("casework_rollup_month", (*_KIND, "month", *MOVED, *(f"{name}_weight" for name in FLOWS))),
)


def _claim(tx: Tx, district: str, at: int, day: date) -> bool:
    """Whether it is for this transaction to count; if so, the old counts are gone. The row keeps others waiting."""
    sql = (
        "INSERT INTO casework_rollup_time (district, as_of, on_day) VALUES (%s, %s, %s) ON CONFLICT (district) DO "
        "UPDATE SET as_of = excluded.as_of, on_day = excluded.on_day WHERE casework_rollup_time.as_of < excluded.as_of "
        "RETURNING as_of"
    )
    if not tx.all(sql, (district, at, day.isoformat())):
        return False
    for table, _ in _TABLES:
        tx.run(f"DELETE FROM {table} WHERE district = %s", (district,))
    return True


def _both_levels(district: str, rows: Sequence[Sequence[Any]], width: int) -> list[tuple[Any, ...]]:
    """The rows by area, and those of all areas together."""
    place = _KIND.index("area")
    whole: dict[tuple[Any, ...], list[int]] = {}
    for row in rows:
        key = (*row[:place], None, row[place + 1])
        sums = whole.setdefault(key, [0] * (width - len(key)))
        for n, value in enumerate(row[len(key) :]):
            sums[n] += value
    return [(district, True, *row) for row in rows] + [(district, False, *key, *sums) for key, sums in whole.items()]


def _weighed(which: Sql) -> str:
    """The weights of those cases together, in millionths; on SQLite exact below four thousand million for each."""
    if connection.vendor == "sqlite":
        return f"coalesce(sum(CAST(round(c.weight * 1000000) AS INTEGER)) FILTER (WHERE {which.text}), 0)"
    return f"coalesce(sum(c.weight::numeric) FILTER (WHERE {which.text}), 0) * 1000000"


def _open_cases(district: str, day: date) -> Sql:
    """The open cases counted by mechanism, version, body, area and stage."""

    def days(back: int) -> str:
        return (day - timedelta(days=back)).isoformat()

    today, soon = days(0), days(-SOON_DAYS)
    late = Sql("c.act_by < %s", [today])
    overdue = Sql("c.due_on < %s", [today])
    counted = {
        "cases": TRUE,
        "late_5": Sql("c.act_by < %s AND c.act_by >= %s", [today, days(5)]),
        "late_20": Sql("c.act_by < %s AND c.act_by >= %s", [days(5), days(20)]),
        "late_more": Sql("c.act_by < %s", [days(20)]),
        "soon": Sql("c.act_by >= %s AND c.act_by <= %s", [today, soon]),
        "later": Sql("c.act_by > %s", [soon]),
        "undated": Sql("c.act_by IS NULL"),
        "overdue": overdue,
        "age_7": Sql("c.opened_on >= %s", [days(7)]),
        "age_30": Sql("c.opened_on < %s AND c.opened_on >= %s", [days(7), days(30)]),
        "age_90": Sql("c.opened_on < %s AND c.opened_on >= %s", [days(30), days(90)]),
        "age_365": Sql("c.opened_on < %s AND c.opened_on >= %s", [days(90), days(365)]),
        "age_more": Sql("c.opened_on < %s", [days(365)]),
    }
    told = [f"count(*) FILTER (WHERE {counted[name].text}) AS {name}" for name in COUNTED]
    params: list[Any] = [value for name in COUNTED for value in counted[name].params]
    for name, which in zip(WEIGHED, (TRUE, late, overdue), strict=True):
        told.append(f"{_weighed(which)} AS {name}")
        params += which.params
    kind = ", ".join(f"c.{name}" for name in (*_KIND, "stage"))
    return Sql(
        f"SELECT {kind}, {', '.join(told)} FROM casework_case c WHERE c.district = %s AND c.open GROUP BY {kind}",
        [*params, district],
    )


def first_month(day: date) -> str:
    """The first of the months that are told on ``day``."""
    number = day.year * 12 + day.month - 1 - (MONTHS - 1)
    return f"{number // 12:04}-{number % 12 + 1:02}"


def _months(district: str, day: date) -> Sql:
    """Cases, open or closed, by mechanism, version, body, area and month."""
    kind = ", ".join(f"c.{name}" for name in _KIND)
    pieces: list[str] = []
    params: list[str] = []
    for name in FLOWS:
        month = f"substr(c.{name}_on, 1, 7)"
        told = [f"{'count(*)' if name == other else '0'} AS {other}" for other in FLOWS]
        told += [
            f"count(*) FILTER (WHERE {which}) AS {other}" if name == of else f"0 AS {other}"
            for other, (of, which) in WITHIN.items()
        ]
        told += [f"{_weighed(TRUE) if name == other else '0'} AS {other}_weight" for other in FLOWS]
        pieces.append(
            f"SELECT {kind}, {month} AS month, {', '.join(told)} FROM casework_case c "
            f"WHERE c.district = %s AND c.{name}_on >= %s GROUP BY {kind}, {month}"
        )
        params += [district, first_month(day)]
    key = ", ".join((*_KIND, "month"))
    sums = ", ".join(f"sum({name}) AS {name}" for name in (*MOVED, *(f"{one}_weight" for one in FLOWS)))
    return Sql(f"SELECT {key}, {sums} FROM ({' UNION ALL '.join(pieces)}) AS m GROUP BY {key}", params)


# --- boards


def board(seen: Sight, by: Sequence[str], filters: Filters = Filters()) -> tuple[Counts, ...]:  # noqa: B008
    """The open cases that ``seen`` shows, counted by the columns ``by`` (of :data:`BY`), as of :func:`as_of`.

    Of the filters those by mechanism, stage, body and area are known here; raises CaseworkError ``board_filter`` for
    any other, ``tally_unknown`` for another column.
    """
    names = (*COUNTED, *WEIGHED)
    told = _grouped(seen, "casework_rollup", _columns(by), names, filters)
    return tuple(Counts(*_values(row, len(by), len(by), len(COUNTED))) for row in told)


def flow(seen: Sight, by: Sequence[str], filters: Filters = Filters()) -> tuple[Month, ...]:  # noqa: B008
    """Cases opened, answered and struck off by month, of the last :data:`MONTHS`, counted by ``by`` as in :func:`board`
    (but for the stage, which a case changes)."""
    if "stage" in by or filters.stage is not None:
        raise CaseworkError("tally_unknown", by="stage")
    names = (*MOVED, *(f"{name}_weight" for name in FLOWS))
    told = _grouped(seen, "casework_rollup_month", (*_columns(by), "month"), names, filters)
    return tuple(Month(*_values(row, len(by), len(by) + 1, len(MOVED))) for row in told)


def _values(row: Sequence[Any], group: int, keys: int, counted: int) -> Sequence[Any]:
    """A row's group as one value, the rest of its keys, its counts as numbers, its weights as decimals."""
    split = keys + counted
    return [tuple(row[:group]), *row[group:keys], *map(int, row[keys:split]), *map(_decimal, row[split:])]


def _decimal(millionths: Any) -> Decimal:
    return Decimal(int(millionths)) / MILLION


def _grouped(
    seen: Sight, table: str, by: Sequence[str], names: Sequence[str], filters: Filters
) -> list[tuple[Any, ...]]:
    _check(filters)
    by_area = "area" in by or filters.area is not None or any(grant.areas is not None for grant in seen.grants)
    tree = seen.org.tree
    where = both(
        Sql("r.district = %s", [seen.district]),
        Sql("r.by_area" if by_area else "NOT r.by_area"),
        seen.own("r"),
        TRUE if filters.mechanism is None else Sql("r.mechanism = %s", [filters.mechanism]),
        TRUE if filters.stage is None else Sql("r.stage = %s", [filters.stage]),
        TRUE if filters.body is None else among("r.body", tree.subtree(filters.body)),
        TRUE if filters.area is None else among("r.area", tree.area_subtree(filters.area)),
    )
    keys = [f"r.{name}" for name in by]
    sums = [f"sum(r.{name})" for name in names]
    sql = f"SELECT {', '.join((*keys, *sums))} FROM {table} r WHERE {where.text}"
    if keys:
        sql += f" GROUP BY {', '.join(keys)}"
    rows = rows_of(Sql(sql, where.params))
    rows = [row for row in rows if row[len(keys)] is not None]  # without a group there is a row even of nothing
    return sorted(rows, key=lambda row: tuple((value is None, str(value)) for value in row[: len(keys)]))


def _columns(by: Sequence[str]) -> Sequence[str]:
    for column in by:
        if column not in BY:
            raise CaseworkError("tally_unknown", by=column)
    return by


def _check(filters: Filters) -> None:
    known = Filters(mechanism=filters.mechanism, stage=filters.stage, body=filters.body, area=filters.area)
    if filters != known:
        raise CaseworkError("board_filter")
