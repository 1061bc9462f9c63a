"""The calendar of working days (工作日), make-up workdays (调休上班) included, as one table that is built once.

Questions about n working days are look-ups in that table, never a walk from day to day.
"""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import accumulate
from typing import Final

from luoshi.worktime.basis import Basis, Notice
from luoshi.worktime.errors import CalendarError

SATURDAY: Final = 5


class DayKind(StrEnum):
    """Why a day is a working day or not."""

    ORDINARY = "ordinary"
    """平日: Monday to Friday, and no notice says otherwise"""
    WEEKEND = "weekend"
    """双休日: Saturday or Sunday, and no notice says otherwise"""
    HOLIDAY = "holiday"
    """放假: off by a notice (statutory holiday, or a day off in lieu)"""
    MAKE_UP = "make_up"
    """调休上班: a working day by a notice"""

    @property
    def works(self) -> bool:
        """Whether it is a working day."""
        return self in (DayKind.ORDINARY, DayKind.MAKE_UP)


@dataclass(frozen=True, slots=True)
class Mark:
    """What a notice says of one day."""

    works: bool
    name: Basis
    notice: Notice


@dataclass(frozen=True, slots=True)
class Day:
    """One day and the reason for it. ``name`` and ``notice`` are those of the notice that decides, if one does."""

    date: date
    kind: DayKind
    name: Basis | None = None
    notice: Notice | None = None

    @property
    def works(self) -> bool:
        """Whether it is a working day."""
        return self.kind.works


class Calendar:
    """Which days are worked, from 1 January of ``first_year`` to 31 December of ``last_year``.

    Immutable; two calendars are equal if they say the same of every day. ``version`` is the digest of that, to be
    kept with what was computed, so that a changed notice shows what has to be computed anew.
    Raises CalendarError ``past_coverage`` or ``before_coverage`` for any other day: never a guess.
    """

    __slots__ = ("_first", "_iso", "_marks", "_through", "_workdays", "first", "last", "version")

    def __init__(self, first_year: int, last_year: int, marks: Mapping[date, Mark]) -> None:
        """``marks``: what the notices say, for days within these years; all others are weekdays or weekends."""
        self.first = date(first_year, 1, 1)
        self.last = date(last_year, 12, 31)
        self._first = self.first.toordinal()
        span = self.last.toordinal() - self._first + 1
        self._marks = dict(marks)
        monday_first = self.first.weekday()
        works = bytearray((monday_first + place) % 7 < SATURDAY for place in range(span))
        for day, mark in marks.items():
            works[day.toordinal() - self._first] = mark.works
        self._through = array("l", accumulate(works))
        self._workdays = array("l", (self._first + place for place, on in enumerate(works) if on))
        self._iso: tuple[str, ...] | None = None
        self.version = self._digest(works)

    def _digest(self, works: bytes | bytearray) -> str:
        digest = hashlib.sha256(f"{self.first}/{self.last}/".encode() + works)
        for day in sorted(self._marks):
            mark = self._marks[day]
            notice = mark.notice
            digest.update(f"{day}|{mark.works}|{mark.name}|{notice.title}|{notice.number}|{notice.issued}\n".encode())
        return digest.hexdigest()[:16]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Calendar) and self.version == other.version

    def __hash__(self) -> int:
        return hash(self.version)

    def __repr__(self) -> str:
        return f"<Calendar {self.first.year}-{self.last.year} {self.version}>"

    # --- one day

    def covers(self, day: date) -> bool:
        """Whether the calendar knows ``day``."""
        return self.first <= day <= self.last

    def day(self, day: date) -> Day:
        """What ``day`` is, and why."""
        self._place(day)
        mark = self._marks.get(day)
        if mark is None:
            return Day(day, DayKind.WEEKEND if day.weekday() >= SATURDAY else DayKind.ORDINARY)
        return Day(day, DayKind.MAKE_UP if mark.works else DayKind.HOLIDAY, mark.name, mark.notice)

    def is_workday(self, day: date) -> bool:
        """Whether ``day`` is a working day."""
        place = self._place(day)
        return self._through[place] > (self._through[place - 1] if place else 0)

    # --- counting

    def through(self, day: date) -> int:
        """How many working days there are from the first day covered to ``day``, both included."""
        return self._through[self._place(day)]

    def at(self, index: int) -> date:
        """The working day number ``index`` of the calendar, from 0."""
        if index < 0:
            raise self._outside(self.first.year - 1)
        if index >= len(self._workdays):
            raise self._outside(self.last.year + 1)
        return date.fromordinal(self._workdays[index])

    def between(self, after: date, until: date) -> int:
        """How many working days lie in (``after``, ``until``]; negative if ``until`` is the earlier one."""
        return self.through(until) - self.through(after)

    def after(self, day: date, count: int) -> date:
        """The ``count``-th working day after ``day``, which itself does not count."""
        return self.at(self.through(day) + count - 1)

    def before(self, day: date, count: int) -> date:
        """The latest working day with exactly ``count`` working days after it up to and including ``day``."""
        return self.at(self.through(day) - count - 1)

    def roll(self, day: date) -> date:
        """``day`` if it is worked, else the first working day after it."""
        return day if self.is_workday(day) else self.after(day, 1)

    # --- explaining and comparing

    def unusual(self, after: date, until: date) -> Iterator[Day]:
        """In order: every day of (``after``, ``until``] that is not a plain weekday."""
        for ordinal in range(after.toordinal() + 1, until.toordinal() + 1):
            day = self.day(date.fromordinal(ordinal))
            if day.kind is not DayKind.ORDINARY:
                yield day

    def changes(self, other: Calendar) -> tuple[date, ...]:
        """In order: the days that ``other`` decides otherwise, or that only one of the two covers."""
        first, last = min(self.first, other.first), max(self.last, other.last)
        days = (first + timedelta(days=place) for place in range((last - first).days + 1))
        return tuple(day for day in days if self._works(day) is not other._works(day))

    def _works(self, day: date) -> bool | None:
        return self.is_workday(day) if self.covers(day) else None

    def marks(self) -> Mapping[date, Mark]:
        """What the notices say, by day (a copy)."""
        return dict(self._marks)

    # --- many at once

    def table(self) -> tuple[int, array[int], tuple[str, ...]]:
        """For batches: the ordinal of the first day, the working days through each day, each working day in ISO form.

        The n-th working day after the day with the ordinal ``o`` is ``iso[through[o - first] + n - 1]``; the caller
        answers for ``o`` and the index lying within.
        """
        if self._iso is None:
            self._iso = tuple(date.fromordinal(ordinal).isoformat() for ordinal in self._workdays)
        return self._first, self._through, self._iso

    def ordinals(self) -> tuple[int, array[int], array[int]]:
        """The same as :meth:`table` with each working day as its ordinal. Read only."""
        return self._first, self._through, self._workdays

    def _place(self, day: date) -> int:
        place = day.toordinal() - self._first
        if not 0 <= place < len(self._through):
            raise self._outside(day.year)
        return place

    def _outside(self, year: int) -> CalendarError:
        code = "past_coverage" if year > self.last.year else "before_coverage"
        return CalendarError(code, year=year, first=self.first.year, last=self.last.year)
