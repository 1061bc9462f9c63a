"""Why a clock is due when it is: every rule applied, and every day that a notice or a pause took out or put in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from luoshi.worktime.axis import Moment, day_of, local
from luoshi.worktime.basis import CIVIL_CODE_201, CIVIL_CODE_202, CIVIL_CODE_203, Basis, Notice
from luoshi.worktime.calendar import Calendar, Day, DayKind
from luoshi.worktime.clock import Clock, Pause
from luoshi.worktime.limits import FixedDate, Limit, Unit
from luoshi.worktime.projection import Due, axis_of, due

Stretch = tuple[date, date]
ONE_DAY: Final = timedelta(days=1)
NEXT_NOTICE_FROM: Final = (12, 29)
"""No New Year's notice since 2004 has reached back further into the old year."""


@dataclass(frozen=True, slots=True)
class Step:
    """One reason, in the order in which an officer would give them; ``luoshi.worktime.wording`` says it.

    ``code``: start, limit, extension, hours, holiday, make_up, pause, pause_open, weekends, month_day, month_end,
    roll, no_roll, next_notice, due. ``stretches``: the days meant, first and last; ``count`` in ``unit``;
    ``at``: the moment that follows from it; ``name``: of the holiday, the pause or the approver.
    """

    code: str
    at: Moment | None = None
    stretches: tuple[Stretch, ...] = ()
    count: int = 0
    unit: Unit | None = None
    name: tuple[Basis, ...] = ()
    source: Basis | Notice | None = None


def why(clock: Clock, calendar: Calendar) -> tuple[Step, ...]:
    """The reasons for ``due(clock, calendar)``, in order. Raises CalendarError as that does."""
    end = due(clock, calendar)
    steps = [*_budget(clock)]
    if clock.unit in (Unit.WORKDAY, Unit.WORKHOUR, Unit.URGENT_WORKHOUR):
        off = clock.hours is None or not clock.hours.every_day
        steps += _days(clock, calendar, end) if off else ()
    steps += [step for _, step in _pauses(clock, calendar, end)] if clock.unit is not Unit.WORKDAY else ()
    steps += _ending(clock, calendar, end)
    return (*steps, Step("due", at=end.at, unit=clock.unit))


def _budget(clock: Clock) -> Iterator[Step]:
    if isinstance(clock.limit, FixedDate):
        yield Step("fixed_date", at=clock.limit.day, source=clock.source)
    else:
        yield Step("start_hour" if clock.in_hours else "start", at=clock.start, source=CIVIL_CODE_201)
        yield Step("limit", count=clock.limit.value, unit=clock.limit.unit, source=clock.source)
    for extension in clock.extensions:
        source = clock.allows.source if clock.allows else None
        name = (Basis(extension.approver),)
        at = extension.approved_on
        yield Step("extension", at=at, count=extension.by.value, unit=extension.by.unit, name=name, source=source)
    if clock.unit in (Unit.WORKHOUR, Unit.URGENT_WORKHOUR) and clock.hours is not None:
        code = "hours_daily" if clock.hours.every_day else "hours"
        yield Step(code, unit=clock.unit, name=(Basis(str(clock.hours)),))


def _days(clock: Clock, calendar: Calendar, end: Due) -> list[Step]:
    """What notices, pauses and weekends did between the start and the last day."""
    paused = list(_pauses(clock, calendar, end))
    first = day_of(clock.start)
    after = first - ONE_DAY if clock.in_hours and first > calendar.first else first
    taken = [stretch for _, step in paused for stretch in step.stretches]
    days = [
        day
        for day in calendar.unusual(after, day_of(end.last))
        if clock.in_hours or not any(early <= day.date <= late for early, late in taken)
    ]
    dated = [(group[0].date, _noted(group)) for group in _groups(day for day in days if day.notice is not None)]
    dated += [(day_of(moment), step) for moment, step in paused] if not clock.in_hours else []
    steps = [step for _, step in sorted(dated, key=lambda item: item[0])]
    weekends = [day for day in days if day.kind is DayKind.WEEKEND]
    if weekends:
        steps.append(Step("weekends", stretches=_stretches(weekends), count=len(weekends), unit=Unit.DAY))
    return steps


def _groups(days: Iterable[Day]) -> list[list[Day]]:
    """Days that follow each other under one notice, of one kind."""
    groups: list[list[Day]] = []
    for day in days:
        last = groups[-1][-1] if groups else None
        if last and (last.date + ONE_DAY, last.kind, last.notice) == (day.date, day.kind, day.notice):
            groups[-1].append(day)
        else:
            groups.append([day])
    return groups


def _noted(days: list[Day]) -> Step:
    names = tuple(dict.fromkeys(day.name for day in days if day.name is not None))
    return Step(
        "make_up" if days[0].works else "holiday",
        stretches=((days[0].date, days[-1].date),),
        count=len(days),
        unit=Unit.DAY,
        name=names,
        source=days[0].notice,
    )


def _stretches(days: Iterable[Day]) -> tuple[Stretch, ...]:
    found: list[Stretch] = []
    for day in days:
        if found and found[-1][1] + ONE_DAY == day.date:
            found[-1] = (found[-1][0], day.date)
        else:
            found.append((day.date, day.date))
    return tuple(found)


def _pauses(clock: Clock, calendar: Calendar, end: Due) -> Iterator[tuple[Moment, Step]]:
    """Each pause that counted, with what it took out; where pauses overlap, the earlier one takes the days."""
    reached = local(clock.start)
    for pause in sorted(clock.pauses, key=lambda item: local(item.start)):
        begin, stop = max(local(pause.start), reached), local(pause.until)
        if not clock.in_hours:
            begin, stop = (datetime.combine(moment, time()) for moment in (begin, stop))
        if stop <= begin or (begin >= local(end.last) if clock.in_hours else begin.date() >= day_of(end.last)):
            continue
        reached = stop
        yield pause.start, _paused(clock, calendar, pause, begin, stop)


def _paused(clock: Clock, calendar: Calendar, pause: Pause, begin: datetime, stop: datetime) -> Step:
    if clock.in_hours:
        axis = axis_of(clock, calendar)
        count, first = axis.position(stop) - axis.position(begin), begin.date()
    else:
        days = clock.unit is Unit.WORKDAY
        count = calendar.between(begin.date(), stop.date()) if days else (stop - begin).days
        first = begin.date() + ONE_DAY
    return Step(
        "pause_open" if pause.open else "pause",
        at=pause.until,
        stretches=((first, stop.date()),),
        count=count,
        unit=clock.unit if clock.in_hours or clock.unit is Unit.WORKDAY else Unit.DAY,
        name=(pause.name or Basis(pause.reason),),
        source=pause.source,
    )


def _ending(clock: Clock, calendar: Calendar, end: Due) -> Iterator[Step]:
    last = day_of(end.last)
    if clock.unit in (Unit.MONTH, Unit.YEAR) and isinstance(clock.limit, Limit) and not clock.pauses:
        corresponds = last.day == day_of(clock.start).day
        yield Step("month_day" if corresponds else "month_end", at=last, source=CIVIL_CODE_202)
    if not clock.in_hours and calendar.covers(last) and not calendar.is_workday(last):
        off = [day for day in _from(calendar, last, end.on if clock.roll else last) if not day.works]
        names = tuple(dict.fromkeys(_named(day) for day in off))
        if clock.roll:
            stretches = _stretches(off)
            yield Step("roll", at=end.at, stretches=stretches, count=len(off), name=names, source=CIVIL_CODE_203)
        else:
            yield Step("no_roll", at=last, name=names)
        if calendar.day(end.on).kind is DayKind.MAKE_UP:
            yield _noted([calendar.day(end.on)])
    counted = clock.unit in (Unit.WORKDAY, Unit.WORKHOUR) or (clock.roll and not clock.in_hours)
    if counted and end.on.year == calendar.last.year and (end.on.month, end.on.day) >= NEXT_NOTICE_FROM:
        yield Step("next_notice", at=end.on, count=end.on.year + 1)


def _from(calendar: Calendar, first: date, last: date) -> Iterator[Day]:
    yield calendar.day(first)
    yield from calendar.unusual(first, last)


def _named(day: Day) -> Basis:
    """A day off by its name and the notice behind it."""
    if day.name is None or day.notice is None:
        return Basis("双休日", "a weekend")
    english = f"the days off for {day.name.cite('en')} ({day.notice.cite('en')})"
    return Basis(f"{day.name.zh}放假（{day.notice.cite('zh')}）", english)
