"""Numbers for boards and the map: open cases by deadline state, for each value of a column, through the read door."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Final, get_args

from luoshi.casework.door import Filters, Sight, Tally, tally
from luoshi.casework.filters import Timing

TIMINGS: Final[tuple[Timing, ...]] = get_args(Timing)


@dataclass(frozen=True, slots=True)
class Count:
    """Open cases by deadline state."""

    late: int = 0
    soon: int = 0
    later: int = 0
    undated: int = 0

    @property
    def open(self) -> int:
        """All of them."""
        return self.late + self.soon + self.later + self.undated

    def __add__(self, other: Count) -> Count:
        """Both together."""
        return Count(
            self.late + other.late, self.soon + other.soon, self.later + other.later, self.undated + other.undated
        )


def counted(seen: Sight, by: Tally, filters: Filters) -> Mapping[str | None, Count]:
    """Open cases that ``seen`` shows and ``filters`` let through, for each value of ``by``."""
    wanted = TIMINGS if filters.timing is None else (filters.timing,)
    found: dict[str | None, Counter[str]] = {}
    for timing in wanted:
        for value, number in tally(seen, by, replace(filters, timing=timing)).items():
            found.setdefault(value, Counter())[timing] += number
    return {value: Count(*(counts[timing] for timing in TIMINGS)) for value, counts in found.items()}


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
