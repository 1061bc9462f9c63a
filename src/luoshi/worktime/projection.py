"""What a clock says: due when, how much is used and left, in what state. Pure: the calendar and "now" come in.

Nothing here is to be stored as if it were a fact: a changed notice changes it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time
from enum import StrEnum

from luoshi.worktime.axis import Axis, Moment, day_of, local
from luoshi.worktime.calendar import Calendar
from luoshi.worktime.clock import Clock, Extension, Pause, Point
from luoshi.worktime.errors import CalendarError, LimitError
from luoshi.worktime.limits import ROUND_THE_CLOCK, FixedDate, Hours, Limit, Unit, add_days, add_months


@dataclass(frozen=True, slots=True)
class Due:
    """``at``: the last day (or, by the hour, the last moment). ``last``: the same before it moved off days off.

    ``assumed``: it rests on the latest end of a pause that goes on, and comes earlier if the pause ends earlier.
    ``calendar``: the version of the calendar that it was computed with.
    """

    at: Moment
    last: Moment
    assumed: bool
    calendar: str

    @property
    def on(self) -> date:
        """The day."""
        return day_of(self.at)


class State(StrEnum):
    """Where a clock stands."""

    WAITING = "waiting"
    """未起算"""
    RUNNING = "running"
    """计时中"""
    WARNED = "warned"
    """临期: a point before the due moment has been reached"""
    PAUSED = "paused"
    """暂停"""
    OVERDUE = "overdue"
    """逾期"""
    ELAPSED = "elapsed"
    """届满: a period that had to pass has passed"""
    KEPT = "kept"
    """按期: stopped in time"""
    LATE = "late"
    """超期完成: stopped too late"""
    EARLY = "early"
    """未满期: stopped before a period that had to pass had passed"""


@dataclass(frozen=True, slots=True)
class Status:
    """A clock at one moment. ``used`` and ``left`` are in ``unit``: months and years, and fixed dates, in calendar
    days; hours in seconds. ``left`` counts to the due moment and is negative after it.

    What depends on days past the calendar is None: ``due`` and ``left`` (then ``notice_needed`` is the year whose
    notice would tell), or after that ``used`` and ``left`` of a clock that was due before.
    """

    state: State
    unit: Unit
    used: int | None
    left: int | None
    due: Due | None
    notice_needed: int | None = None


def due(clock: Clock, calendar: Calendar) -> Due:
    """When ``clock`` is due. Raises CalendarError where ``calendar`` does not reach: a date is never guessed."""
    last = _last(clock, calendar)
    at = last if clock.in_hours or not clock.roll else calendar.roll(day_of(last))
    pauses = _pauses(clock)
    assumed = any(pause.open and _before(clock, pause.start, last) for pause in pauses)
    return Due(at, last, assumed, calendar.version)


def _before(clock: Clock, moment: Moment, last: Moment) -> bool:
    return local(moment) < local(last) if clock.in_hours else day_of(moment) < day_of(last)


def _pauses(clock: Clock) -> list[Pause]:
    return sorted(clock.pauses, key=lambda pause: local(pause.start))


def spans(clock: Clock) -> list[tuple[datetime, datetime]]:
    """The pauses in order, joined where they overlap: (start, end] in days, or [start, end) by the hour."""
    joined: list[tuple[datetime, datetime]] = []
    for pause in _pauses(clock):
        start, end = max(local(pause.start), local(clock.start)), local(pause.until)
        if not clock.in_hours:
            start, end = datetime.combine(start, time()), datetime.combine(end, time())
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        elif end > start:
            joined.append((start, end))
    return joined


def _last(clock: Clock, calendar: Calendar, amount: int | None = None) -> Moment:
    """When ``amount`` of the limit (all of it by default) is used up, the pauses before then not counted."""
    if isinstance(clock.limit, FixedDate):
        day = clock.limit.day
        for extension in clock.extensions:
            day = shift(day, extension.by, calendar)
        return day
    amount = clock.budget if amount is None else amount
    if clock.in_hours:
        return _last_second(clock, calendar, amount * 3600)
    start = day_of(clock.start)
    if clock.unit is Unit.WORKDAY:
        last = calendar.after(start, amount)
    elif clock.unit is Unit.DAY:
        last = add_days(start, amount)
    else:
        last = add_months(start, amount * (12 if clock.unit is Unit.YEAR else 1))
    for begin, end in spans(clock):
        if begin.date() >= last:
            break
        if clock.unit is Unit.WORKDAY:
            amount += calendar.between(begin.date(), end.date())
            last = calendar.after(start, amount)
        else:
            last = add_days(last, (end - begin).days)
    return last


def _last_second(clock: Clock, calendar: Calendar, seconds: int) -> datetime:
    axis = axis_of(clock, calendar)
    position = axis.position(local(clock.start)) + seconds
    for begin, end in spans(clock):
        if axis.position(begin) >= position:
            break
        position += axis.position(end) - axis.position(begin)
    return axis.at(position)


def axis_of(clock: Clock, calendar: Calendar) -> Axis:
    """The axis on which a clock by the hour runs."""
    hours: Hours | None = ROUND_THE_CLOCK if clock.unit is Unit.HOUR else clock.hours
    if hours is None:
        raise LimitError("hours_undefined", unit=clock.unit)
    return Axis(hours, calendar)


def shift(day: date, by: Limit, calendar: Calendar, *, back: bool = False) -> date:
    """``day`` and ``by`` (in days), ``day`` itself not counted."""
    if by.unit is Unit.WORKDAY:
        return calendar.before(day, by.value) if back else calendar.after(day, by.value)
    sign = -1 if back else 1
    if by.unit is Unit.DAY:
        return add_days(day, sign * by.value)
    if by.unit.in_hours:
        raise LimitError("extension_unit", unit=by.unit)
    return add_months(day, sign * by.value * (12 if by.unit is Unit.YEAR else 1))


def point_at(clock: Clock, point: Point, calendar: Calendar) -> Moment:
    """When ``point`` is reached: a day (from its beginning), or by the hour a moment; never before the start."""
    if point.percent is not None:
        return _share(clock, point.percent, calendar)
    by, back = (point.before, True) if point.before is not None else (point.after, False)
    if by is None:
        raise LimitError("point_wrong", point=point.code)
    at = due(clock, calendar).at
    if not clock.in_hours:
        return max(shift(day_of(at), by, calendar, back=back), day_of(clock.start))
    if not by.unit.in_hours:
        return max(datetime.combine(shift(day_of(at), by, calendar, back=back), local(at).time()), local(clock.start))
    axis = Axis(ROUND_THE_CLOCK, calendar) if by.unit is Unit.HOUR else axis_of(clock, calendar)
    position = axis.position(local(at)) + (-by.value if back else by.value) * 3600
    return max(axis.at(position), local(clock.start))


def _share(clock: Clock, percent: int, calendar: Calendar) -> Moment:
    """When ``percent`` of the limit is used up; a part of a day counts as the whole day."""
    if clock.in_hours:
        return _last_second(clock, calendar, clock.budget * 36 * percent)
    if clock.unit in (Unit.WORKDAY, Unit.DAY):
        return _last(clock, calendar, -(-clock.budget * percent // 100))
    start, last = day_of(clock.start), day_of(_last(replace(clock, pauses=()), calendar))
    days = max(-(-(last - start).days * percent // 100), 0)
    if not days:
        return start
    return _last(replace(clock, limit=Limit(1, Unit.DAY), extensions=()), calendar, days)


def status(clock: Clock, calendar: Calendar, now: Moment) -> Status:
    """How ``clock`` stands at ``now`` (if stopped: how it stood then).

    A due moment past the calendar is no error while ``now`` is covered: it is then told as not known. CalendarError if
    neither is covered, for then nobody can tell whether the clock is overdue.
    """
    moment = now if clock.stopped is None else min(now, clock.stopped, key=local)
    unit = clock.unit if clock.unit not in (None, Unit.MONTH, Unit.YEAR) else Unit.DAY
    unit = unit or Unit.DAY
    try:
        end = due(clock, calendar)
    except CalendarError as error:
        year = error.details["year"]
        if error.code != "past_coverage" or not calendar.covers(day_of(moment)) or not isinstance(year, int):
            raise
        return Status(_state(clock, calendar, moment, None), unit, _used(clock, calendar, moment), None, None, year)
    state = _state(clock, calendar, moment, end)
    try:
        return Status(state, unit, _used(clock, calendar, moment), _left(clock, calendar, moment, end), end)
    except CalendarError:
        return Status(state, unit, None, None, end)


def _elapsed(clock: Clock, calendar: Calendar, begin: datetime, end: datetime) -> int:
    """How much ``clock`` would run from ``begin`` to ``end``: seconds by the hour, else days; may be negative."""
    if clock.in_hours:
        axis = axis_of(clock, calendar)
        return axis.position(end) - axis.position(begin)
    if clock.unit is Unit.WORKDAY:
        return calendar.between(begin.date(), end.date())
    return (end.date() - begin.date()).days


def _run(clock: Clock, calendar: Calendar, begin: datetime, end: datetime) -> int:
    """The same, less what is paused in between."""
    paused = sum(
        _elapsed(clock, calendar, max(start, begin), min(stop, end))
        for start, stop in spans(clock)
        if max(start, begin) < min(stop, end)
    )
    return _elapsed(clock, calendar, begin, end) - paused


def _used(clock: Clock, calendar: Calendar, now: Moment) -> int:
    start, end = _edges(clock, clock.start, now)
    return _run(clock, calendar, start, end) if end > start else 0


def _left(clock: Clock, calendar: Calendar, now: Moment, end: Due) -> int:
    begin, last = _edges(clock, max(now, clock.start, key=local), end.at)
    if begin <= last:
        return _run(clock, calendar, begin, last)
    return -_elapsed(clock, calendar, last, begin)


def _edges(clock: Clock, begin: Moment, end: Moment) -> tuple[datetime, datetime]:
    if clock.in_hours:
        return local(begin), local(end)
    return datetime.combine(day_of(begin), time()), datetime.combine(day_of(end), time())


def passed(clock: Clock, end: Due, now: Moment) -> bool:
    """Whether the due moment is over: the last day to its end (24:00, or the clock's cut-off), a moment to itself."""
    if clock.in_hours:
        return local(now) > local(end.at)
    if day_of(now) != day_of(end.at) or clock.cutoff is None or not isinstance(now, datetime):
        return day_of(now) > day_of(end.at)
    return local(now).time() > clock.cutoff


def _state(clock: Clock, calendar: Calendar, now: Moment, end: Due | None) -> State:
    over = end is not None and passed(clock, end, now)
    if clock.stopped is not None and local(clock.stopped) <= local(now):
        broken = State.EARLY if clock.at_least else State.LATE
        return broken if over != clock.at_least else State.KEPT
    if day_of(now) < day_of(clock.start) or (clock.in_hours and local(now) < local(clock.start)):
        return State.WAITING
    if over:
        return State.ELAPSED if clock.at_least else State.OVERDUE
    instant = local(now) if clock.in_hours else datetime.combine(day_of(now), time())
    if any(begin <= instant < stop for begin, stop in spans(clock)):
        return State.PAUSED
    return State.WARNED if _warned(clock, calendar, now) else State.RUNNING


def _warned(clock: Clock, calendar: Calendar, now: Moment) -> bool:
    return any(_reached(clock, point, calendar, now) for point in clock.points if point.after is None)


def _reached(clock: Clock, point: Point, calendar: Calendar, now: Moment) -> bool:
    try:
        at = point_at(clock, point, calendar)
    except CalendarError as error:
        if error.code != "past_coverage":
            raise
        return False  # it lies past the calendar, or hangs on a due moment that does
    return local(now) >= at if isinstance(at, datetime) else day_of(now) >= at


# --- changing a clock: each returns a new one, or says why not


def extend(clock: Clock, extension: Extension, calendar: Calendar) -> Clock:
    """``clock`` with ``extension``. Raises LimitError if the law does not allow it, or not any more."""
    longer = replace(clock, extensions=(*clock.extensions, extension))
    rule = clock.allows
    if rule is not None and not rule.after_due and extension.approved_on > due(clock, calendar).on:
        raise LimitError("extension_late", due=due(clock, calendar).on)
    return longer


def pause(clock: Clock, new: Pause, calendar: Calendar) -> Clock:
    """``clock`` paused. Raises LimitError if it is paused already, or if its time was up before."""
    for old in clock.pauses:
        if old.open and local(new.start) < local(old.until):
            raise LimitError("pause_twice", reason=old.reason)
    if passed(clock, due(clock, calendar), new.start):
        raise LimitError("pause_late", due=due(clock, calendar).on)
    return replace(clock, pauses=(*clock.pauses, new))


def resume(clock: Clock, at: Moment) -> Clock:
    """``clock`` running again at ``at``. Raises LimitError if it was not paused, or only from a later time.

    Of several pauses without an end the last is meant: those before it had run out by themselves.
    """
    for place in reversed(range(len(clock.pauses))):
        old = clock.pauses[place]
        if old.open:
            ended = replace(old, end=at)
            return replace(clock, pauses=(*clock.pauses[:place], ended, *clock.pauses[place + 1 :]))
    raise LimitError("pause_missing")
