"""Pauses and hours against a count that walks day by day, or minute by minute, and knows no table."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from luoshi.worktime.clock import Clock, Pause
from luoshi.worktime.errors import LimitError
from luoshi.worktime.limits import ROUND_THE_CLOCK, Hours, Limit, Unit
from luoshi.worktime.projection import due, pause, resume
from luoshi.worktime.state_council import state_council_calendar

CALENDAR = state_council_calendar()
ONE = timedelta(days=1)
MINUTE = timedelta(minutes=1)
OFFICE = Hours.parse("8:30-12:00,14:00-17:30")

DAYS = st.dates(date(2019, 1, 1), date(2025, 6, 30))
SPANS = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 25)), max_size=4)


def count_days(start: date, amount: int, unit: Unit, spans: list[tuple[date, date]]) -> date:
    """The day on which ``amount`` days have counted: from the day after the start, none that lies in (start, end]."""
    day = start
    while amount:
        day += ONE
        counts = unit is Unit.DAY or CALENDAR.is_workday(day)
        if counts and not any(begin < day <= end for begin, end in spans):
            amount -= 1
    return day


def rolled(day: date) -> date:
    """The first working day from ``day`` on."""
    while not CALENDAR.is_workday(day):
        day += ONE
    return day


@given(DAYS, st.integers(1, 60), st.sampled_from([Unit.WORKDAY, Unit.DAY]), SPANS, st.booleans())
def test_days_and_pauses(start: date, amount: int, unit: Unit, shape: list[tuple[int, int]], roll: bool) -> None:
    spans = [(start + ONE * after, start + ONE * (after + length)) for after, length in shape]
    pauses = tuple(Pause("hearing", begin, end) for begin, end in spans)
    last = count_days(start, amount, unit, spans)
    found = due(Clock(Limit(amount, unit), start, roll=roll, pauses=pauses), CALENDAR)
    assert found.last == last
    assert found.on == (rolled(last) if roll else last)
    assert not found.assumed


def count_minutes(start: datetime, amount: int, hours: Hours, spans: list[tuple[datetime, datetime]]) -> datetime:
    """The moment at which ``amount`` minutes have run within ``hours``, none of them in [start, end) of a pause."""
    moment = start
    while amount:
        minute = moment.hour * 60 + moment.minute
        runs = hours.every_day or CALENDAR.is_workday(moment.date())
        runs = runs and any(begin <= minute < end for begin, end in hours.windows)
        if runs and not any(begin <= moment < end for begin, end in spans):
            amount -= 1
        moment += MINUTE
    return moment


@settings(max_examples=40, deadline=None)
@given(
    st.datetimes(datetime(2024, 9, 1), datetime(2024, 10, 31)).map(lambda at: at.replace(second=0, microsecond=0)),
    st.integers(1, 30),
    st.sampled_from([(Unit.WORKHOUR, OFFICE), (Unit.HOUR, None)]),
    st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 4000)), max_size=3),
)
def test_hours_and_pauses(
    start: datetime, amount: int, kind: tuple[Unit, Hours | None], shape: list[tuple[int, int]]
) -> None:
    unit, hours = kind
    spans = [(start + MINUTE * after, start + MINUTE * (after + length)) for after, length in shape]
    pauses = tuple(Pause("hearing", begin, end) for begin, end in spans)
    found = due(Clock(Limit(amount, unit), start, pauses=pauses, hours=hours), CALENDAR)
    assert found.at == count_minutes(start, amount * 60, hours or ROUND_THE_CLOCK, spans)


@given(DAYS, st.integers(5, 40), st.integers(0, 3), st.integers(1, 15), st.integers(0, 30))
def test_a_pause_that_is_ended_counts_to_its_end_and_no_longer_than_its_rule(
    start: date, amount: int, after: int, most: int, ended: int
) -> None:
    clock = Clock(Limit(amount, Unit.DAY), start)
    begin = start + ONE * after
    paused = pause(clock, Pause("opinion", begin, latest_end=begin + ONE * most), CALENDAR)
    assert due(paused, CALENDAR).assumed
    assert due(paused, CALENDAR).last == count_days(start, amount, Unit.DAY, [(begin, begin + ONE * most)])
    again = resume(paused, begin + ONE * ended)
    assert due(again, CALENDAR).last == count_days(start, amount, Unit.DAY, [(begin, begin + ONE * min(most, ended))])


def test_a_second_pause_is_the_one_that_is_ended() -> None:
    # The first ran out on 6 March by itself; nobody ended it.
    clock = Clock(Limit(20, Unit.DAY), date(2025, 3, 3))
    clock = pause(clock, Pause("opinion", date(2025, 3, 4), latest_end=date(2025, 3, 6)), CALENDAR)
    clock = pause(clock, Pause("expert", date(2025, 3, 10), latest_end=date(2025, 3, 20)), CALENDAR)
    clock = resume(clock, date(2025, 3, 12))
    assert [one.end for one in clock.pauses] == [None, date(2025, 3, 12)]
    assert due(clock, CALENDAR).last == date(2025, 3, 27)


def test_nobody_resumes_what_was_not_paused() -> None:
    with pytest.raises(LimitError):
        resume(Clock(Limit(3, Unit.DAY), date(2025, 3, 3)), date(2025, 3, 4))
