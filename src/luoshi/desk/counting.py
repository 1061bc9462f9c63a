"""Numbers for boards and the map: open cases by deadline state, for each value of a column, through the read door."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
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
