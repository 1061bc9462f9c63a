"""Numbers for boards and the map, through the read door: open cases by deadline state, taken together on trees."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import takewhile
from typing import Final, Literal, get_args

from luoshi.casework.door import Filters, Sight
from luoshi.casework.filters import Timing
from luoshi.casework.movement import PART_COLUMNS, Count, Parts
from luoshi.casework.rollup import Counts, board, flow

TIMINGS: Final[tuple[Timing, ...]] = get_args(Timing)


@dataclass(frozen=True, slots=True)
class Moved:
    """Cases of one mechanism that were opened and struck off in one month; see ``casework.rollup.Month``."""

    mechanism: str
    month: str
    opened: int
    struck_off: int
    still_open: int
    limited: int
    in_time: int


@dataclass(frozen=True, slots=True)
class Rate:
    """Closed in time 按期办结率: ``in_time`` of those ``closed`` with a limit and of the open ones past it,
    ``overdue``, which are in the denominator. ``unlimited``: closed ones that had no limit; they are in neither."""

    in_time: int = 0
    closed: int = 0
    overdue: int = 0
    unlimited: int = 0

    @property
    def all(self) -> int:
        """The denominator."""
        return self.closed + self.overdue

    def __add__(self, other: Rate) -> Rate:
        """Both together."""
        return Rate(
            self.in_time + other.in_time,
            self.closed + other.closed,
            self.overdue + other.overdue,
            self.unlimited + other.unlimited,
        )


By = Literal["mechanism", "stage", "body", "area"]


def counted(seen: Sight, by: By, filters: Filters, alone: Parts) -> dict[str | None, Count]:
    """Open cases that ``seen`` shows and ``filters`` let through, for each value of ``by``.

    As of the last count ahead; with those seen for an open part ``alone``, as they are now, since lists hold them, too.
    """
    place = PART_COLUMNS.index(by)
    found: dict[str | None, Count] = {}
    for key, count in alone:
        found[key[place]] = found.get(key[place], Count()) + count
    for one in board(seen, (by,), filters):
        (value,) = one.by
        told = None if value is None else str(value)
        found[told] = found.get(told, Count()) + _count(one)
    return found


def _count(told: Counts) -> Count:
    ages = (told.late_5, told.late_20, told.late_more)
    return Count(told.late, told.soon, told.later, told.undated, ages, told.overdue)


def moved(seen: Sight, filters: Filters, since: str, alone: Parts) -> list[Moved]:
    """By mechanism and month from ``since`` on: what came and what went."""
    parts: Counter[tuple[str, str]] = Counter()
    for (mechanism, *_, month), count in alone:
        if mechanism and month and month >= since:
            parts[mechanism, month] += count.open
    found = []
    for one in flow(seen, ("mechanism",), filters):
        if one.month >= since:
            name = str(one.by[0])
            more = parts.pop((name, one.month), 0)
            found.append(
                Moved(
                    name, one.month, one.opened + more, one.struck_off, one.still_open + more, one.limited,
                    one.in_time,
                )
            )  # fmt: skip
    return [*found, *(Moved(mechanism, month, number, 0, number, 0, 0) for (mechanism, month), number in parts.items())]


def total(counts: Mapping[str | None, Count]) -> Count:
    """All values together."""
    return sum(counts.values(), Count())


@dataclass(frozen=True, slots=True)
class Level:
    """Counts taken together on one level of a tree. ``alone``: of these the node's own are meant, not those below."""

    counts: Mapping[str | None, Count]
    alone: frozenset[str]


def on_level(counts: Mapping[str | None, Count], parents: Mapping[str, str | None]) -> Level:
    """``counts`` of the nodes of a tree, taken together below the node that they have in common, or below the roots.

    So who sees a district has a line for each of its streets, and who sees a street one for each of its communities.
    """
    ways = {key: _way(key, parents) for key in counts if key is not None}
    common = takewhile(lambda column: len(set(column)) == 1, zip(*ways.values(), strict=False))
    depth = max(1, len(list(common)))
    found: dict[str | None, Count] = {}
    groups: dict[str, str] = {}
    for key, count in counts.items():
        group = None
        if key is not None:
            way = ways[key]
            group = groups[key] = way[depth] if len(way) > depth else key
        found[group] = found.get(group, Count()) + count
    alone = {group for group in groups.values() if any(group in ways[key] and groups[key] != group for key in groups)}
    return Level(found, frozenset(alone))


def _way(key: str, parents: Mapping[str, str | None]) -> list[str]:
    """From the root down to ``key``; a code that is not known stands alone."""
    way: list[str] = []
    at: str | None = key
    while at is not None and at not in way:
        way.append(at)
        at = parents.get(at)
    return way[::-1]
