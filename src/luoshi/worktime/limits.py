"""Limits (期限): a number and a unit, a fixed date, and the hours in which working hours run."""

from __future__ import annotations

import calendar as months
import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Final

from luoshi.worktime.errors import CalendarError, LimitError


class Unit(StrEnum):
    """What a limit is counted in; a property of each limit, never of the system."""

    WORKDAY = "workday"
    """工作日"""
    DAY = "day"
    """自然日"""
    MONTH = "month"
    """月"""
    YEAR = "year"
    """年"""
    WORKHOUR = "workhour"
    """工作时: runs within office hours on working days; a working day is not 24 of them"""
    URGENT_WORKHOUR = "urgent_workhour"
    """紧急工作时: no national definition was found; it runs within hours that the place sets, or not at all"""
    HOUR = "hour"
    """小时: runs day and night"""

    @property
    def in_hours(self) -> bool:
        """Whether it is counted from a time of day rather than from a day."""
        return self in (Unit.WORKHOUR, Unit.URGENT_WORKHOUR, Unit.HOUR)


LARGEST: Final = {Unit.YEAR: 100, Unit.MONTH: 1200}
LARGEST_OTHER: Final = 36_500
"""A century: whatever is longer is a slip of the pen."""

UNIT_NAMES: Final = {
    "工作日": Unit.WORKDAY,
    "自然日": Unit.DAY,
    "月": Unit.MONTH,
    "年": Unit.YEAR,
    "工作时": Unit.WORKHOUR,
    "工作小时": Unit.WORKHOUR,
    "紧急工作时": Unit.URGENT_WORKHOUR,
    "小时": Unit.HOUR,
    "workday": Unit.WORKDAY,
    "day": Unit.DAY,
    "month": Unit.MONTH,
    "year": Unit.YEAR,
    "workhour": Unit.WORKHOUR,
    "urgent-workhour": Unit.URGENT_WORKHOUR,
    "urgent_workhour": Unit.URGENT_WORKHOUR,
    "hour": Unit.HOUR,
}
AMBIGUOUS: Final = {"日", "天"}
"""行政许可法 §82 means working days by 日, 信访工作条例 calendar days: whoever enters a limit must say which."""


def unit_of(name: str) -> Unit:
    """The unit that ``name`` means, in Chinese (with or without 个) or English (singular or plural).

    Raises LimitError ``unit_unknown``, or ``unit_ambiguous`` for a bare 日 or 天.
    """
    key = name.strip().lower().removeprefix("个")
    if key in AMBIGUOUS:
        raise LimitError("unit_ambiguous", unit=name)
    unit = UNIT_NAMES.get(key) or UNIT_NAMES.get(key.removesuffix("s"))
    if unit is None:
        raise LimitError("unit_unknown", unit=name)
    return unit


@dataclass(frozen=True, slots=True, order=True)
class Limit:
    """``value`` (1 or more) ``unit`` s. Raises LimitError ``value_out_of_range``."""

    value: int
    unit: Unit

    def __post_init__(self) -> None:
        largest = LARGEST.get(self.unit, LARGEST_OTHER)
        if not 1 <= self.value <= largest:
            raise LimitError("value_out_of_range", value=self.value, largest=largest)


@dataclass(frozen=True, slots=True)
class FixedDate:
    """A limit that names its day: 3月31日前公布, 2026年11月底前完成."""

    day: date


def add_months(day: date, count: int) -> date:
    """The corresponding day ``count`` months on, or that month's last day if there is none (民法典 §202)."""
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    if not date.min.year <= year <= date.max.year:
        raise CalendarError("beyond_dates", year=year)
    last = months.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def add_days(day: date, count: int) -> date:
    """``day`` and ``count`` days. Raises CalendarError ``beyond_dates`` where no date is left."""
    try:
        return day + timedelta(days=count)
    except OverflowError as error:
        raise CalendarError("beyond_dates", year=day.year) from error


WINDOW: Final = re.compile(r"(\d{1,2}):(\d\d)\s*[-–—~至]\s*(\d{1,2}):(\d\d)")
MIDNIGHT: Final = 24 * 60


@dataclass(frozen=True, slots=True)
class Hours:
    """Hours of a day in which a clock runs (办公时间): windows in minutes from midnight, half-open, in order.

    A local setting (the times of day differ by place and season), never a fact of law.
    ``every_day``: also on days off. Raises LimitError ``hours_wrong``.
    """

    windows: tuple[tuple[int, int], ...]
    every_day: bool = False

    def __post_init__(self) -> None:
        edges = [edge for window in self.windows for edge in window]
        ordered = all(early < late for early, late in pairwise(edges))
        if not (edges and ordered and edges[0] >= 0 and edges[-1] <= MIDNIGHT):
            raise LimitError("hours_wrong", hours=str(self))

    @classmethod
    def parse(cls, text: str, *, every_day: bool = False) -> Hours:
        """From ``9:00-12:00,13:00-17:00``."""
        windows = []
        for part in re.split(r"[,，、;；]", text):
            match = WINDOW.fullmatch(part.strip())
            if match is None or int(match[2]) >= 60 or int(match[4]) >= 60:
                raise LimitError("hours_wrong", hours=text)
            windows.append((int(match[1]) * 60 + int(match[2]), int(match[3]) * 60 + int(match[4])))
        return cls(tuple(windows), every_day)

    @property
    def seconds(self) -> int:
        """How long the clock runs in one day."""
        return sum(60 * (end - start) for start, end in self.windows)

    def __str__(self) -> str:
        return ",".join(f"{a // 60}:{a % 60:02}-{b // 60}:{b % 60:02}" for a, b in self.windows)


ROUND_THE_CLOCK: Final = Hours(((0, MIDNIGHT),), every_day=True)
EXAMPLE_OFFICE_HOURS: Final = Hours(((9 * 60, 12 * 60), (13 * 60, 17 * 60)))
"""An example, for the command line; a place sets its own."""
