"""On which days the cases of a year open: by months, on working days or all, fewer around the Spring Festival.

A case's number tells its day, and the other way round: cases are numbered in the order in which they open, so that any
one can be planned without the others, and its public name is known beforehand.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from luoshi.worktime.calendar import Calendar

LOW: Final = 0.5
"""How much of an ordinary day's work there is on the working days around the Spring Festival."""
LOW_DAYS: Final = 5
FESTIVAL_FROM: Final = (1, 18)
FESTIVAL_TO: Final = (2, 24)


@dataclass(frozen=True, slots=True)
class Spread:
    """How many cases open on each day: ``through[n]`` are those of the first n + 1 ``days``."""

    days: tuple[date, ...]
    through: tuple[int, ...]

    def on(self, place: int) -> range:
        """The numbers of the cases that open on the ``place``-th day."""
        return range(self.through[place - 1] if place else 0, self.through[place])


def open_days(calendar: Calendar, year: int, since: date, until: date, *, every: bool) -> list[date]:
    """The days from ``since`` to ``until`` on which cases open."""
    first, last = max(since, date(year, 1, 1)), min(until, date(year, 12, 31))
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return [day for day in days if every or calendar.is_workday(day)]


def spread(volume: int, days: Sequence[date], weights: Sequence[float], calendar: Calendar) -> Spread:
    """``volume`` cases over ``days``: each month's share by ``weights``, evenly within it but for the low days."""
    low = low_days(calendar, days[0].year) if days else frozenset()
    by_month: dict[int, float] = {}
    for day in days:
        by_month[day.month] = by_month.get(day.month, 0) + (LOW if day in low else 1)
    sizes = [weights[day.month - 1] * (LOW if day in low else 1) / by_month[day.month] for day in days]
    return Spread(tuple(days), tuple(cumulated(volume, sizes)))


def cumulated(total: int, weights: Sequence[float]) -> Iterator[int]:
    """``total`` shared out by ``weights``, added up from the first to each: the last is ``total``, and no rounding
    piles up anywhere."""
    whole = sum(weights)
    reached = 0.0
    for place, weight in enumerate(weights, 1):
        reached += weight
        yield total if place == len(weights) else round(total * reached / whole) if whole else 0


def low_days(calendar: Calendar, year: int) -> frozenset[date]:
    """The working days shortly before and after the Spring Festival, the longest time off of the winter."""
    day, last = date(year, *FESTIVAL_FROM), date(year, *FESTIVAL_TO)
    best: list[date] = []
    run: list[date] = []
    while day <= last:
        run = [] if calendar.is_workday(day) else [*run, day]
        best = max(best, run, key=len)
        day += timedelta(days=1)
    before = [calendar.before(best[0] - timedelta(days=1), n) for n in range(LOW_DAYS)]
    return frozenset(before) | frozenset(calendar.after(best[-1], n + 1) for n in range(LOW_DAYS))
