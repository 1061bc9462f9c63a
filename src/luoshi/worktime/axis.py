"""Time as the seconds in which a clock by the hour runs: office hours laid end to end, nights and days off cut out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Final

from luoshi.worktime.calendar import Calendar
from luoshi.worktime.errors import CalendarError
from luoshi.worktime.limits import Hours

BEIJING: Final = timezone(timedelta(hours=8), "Asia/Shanghai")
"""China's time; without summer time since 1992, long before any calendar here begins."""

Moment = date | datetime
"""A day, or a time of day; a time without zone is Beijing time."""


def local(moment: Moment) -> datetime:
    """``moment`` in Beijing time, without zone, to the second; a day begins at 0:00."""
    if not isinstance(moment, datetime):
        return datetime.combine(moment, time())
    if moment.tzinfo is not None:
        moment = moment.astimezone(UTC).astimezone(BEIJING).replace(tzinfo=None)
    return moment.replace(microsecond=0) if moment.microsecond else moment


def iso(moment: datetime) -> str:
    """``moment`` as ISO text to the second."""
    # To be asked for seconds takes twice as long.
    return moment.isoformat(timespec="seconds") if moment.microsecond else moment.isoformat()


def day_of(moment: Moment) -> date:
    """The day of ``moment`` in Beijing."""
    return local(moment).date()


@dataclass(frozen=True, slots=True)
class Axis:
    """The seconds of ``hours``, numbered through."""

    hours: Hours
    calendar: Calendar

    def position(self, moment: datetime) -> int:
        """How many seconds have run when it is ``moment`` (Beijing time, without zone)."""
        day = moment.date()
        if self.hours.every_day:
            index, counts = day.toordinal(), True
        else:
            counts = self.calendar.is_workday(day)
            index = self.calendar.through(day) - counts
        return index * self.hours.seconds + (self._within(moment) if counts else 0)

    def _within(self, moment: datetime) -> int:
        second = moment.hour * 3600 + moment.minute * 60 + moment.second
        return sum(min(max(second - 60 * start, 0), 60 * (end - start)) for start, end in self.hours.windows)

    def at(self, position: int) -> datetime:
        """The first moment at which ``position`` seconds have run: noon, not the start of the afternoon."""
        index, rest = divmod(position - 1, self.hours.seconds)
        rest += 1
        day = self._day(index)
        for start, end in self.hours.windows:
            length = 60 * (end - start)
            if rest <= length:
                return self._later(day, 60 * start + rest)
            rest -= length
        raise AssertionError(position)  # the rest is at most the sum of the windows

    def _day(self, index: int) -> date:
        if not self.hours.every_day:
            return self.calendar.at(index)
        try:
            return date.fromordinal(index)
        except (ValueError, OverflowError) as error:
            raise CalendarError("beyond_dates", year=date.max.year + 1) from error

    @staticmethod
    def _later(day: date, seconds: int) -> datetime:
        try:
            return datetime.combine(day, time()) + timedelta(seconds=seconds)
        except OverflowError as error:
            raise CalendarError("beyond_dates", year=date.max.year + 1) from error
