"""The clocks of a case: started, paused, extended, stopped; when each is due and when its ladder's rungs are.

What is due when is a projection on the calendar (law 4). Where the calendar does not reach, nothing is guessed: the
clock runs without a due day until the notice of that year is there.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from luoshi.mechanisms.acts import Refused
from luoshi.mechanisms.flow import EPOCH, Flow, epoch
from luoshi.mechanisms.model import ClockDef, Rung
from luoshi.mechanisms.state import ClockState, PauseState
from luoshi.worktime import projection
from luoshi.worktime.axis import iso
from luoshi.worktime.calendar import Calendar
from luoshi.worktime.clock import Clock, Extension, ExtensionRule, Pause, Point
from luoshi.worktime.errors import CalendarError, LimitError
from luoshi.worktime.limits import FixedDate, Unit, add_days, unit_of
from luoshi.worktime.limits import Limit as Amount

Moment = date | datetime
MOST_KEPT: Final = 20_000
"""Projections that a flow remembers."""


def moment(text: str) -> Moment:
    """The moment that :class:`ClockState` holds as text."""
    return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)


def start(
    flow: Flow, name: str, at: datetime, fields: Mapping[str, Any], calendar: Calendar, old: ClockState | None
) -> ClockState:
    """The clock ``name`` started ``at`` (or on the day in its start field), as run ``old`` + 1.

    Raises Refused ``clock_unset`` if the field that tells the limit or the start is not known, ``start_in_future`` if
    the start is told to be after the act.
    """
    definition = flow.mechanism.clocks[name]
    limit = flow.budget(definition, fields)
    if limit is None:
        raise Refused("clock_unset", clock=name)
    began: Moment = at
    if definition.start_field is not None:
        told = fields.get(definition.start_field)
        if not told:
            raise Refused("clock_unset", clock=name)
        began = date.fromisoformat(told)
        if began > at.date():
            raise Refused("start_in_future", clock=name, day=told)
    clock = ClockState(run=old["run"] + 1 if old else 1, start="", rung=0)
    if isinstance(limit, Amount):
        clock["value"], clock["unit"] = limit.value, limit.unit.value
        by_hour = limit.unit.in_hours
    else:
        clock["until"], by_hour = limit.isoformat(), False
    clock["start"] = _text(began, by_hour=by_hour)
    return _projected(flow, name, clock, calendar)


def _text(at: Moment, *, by_hour: bool) -> str:
    if by_hour:
        return iso(at) if isinstance(at, datetime) else f"{at.isoformat()}T00:00:00"
    return (at.date() if isinstance(at, datetime) else at).isoformat()


def by_hour(clock: ClockState) -> bool:
    """Whether ``clock`` is due at a time of day."""
    return len(clock["start"]) > 10


def stop(clock: ClockState, at: datetime) -> ClockState:
    """``clock`` stopped: what its limit asks for was done. The ladder ends with it."""
    new = clock.copy()
    new["stopped"] = _text(at, by_hour=by_hour(clock))
    new.pop("next", None)
    return new


def running(clock: ClockState | None) -> bool:
    """Whether it was started and not stopped; it may be paused."""
    return clock is not None and "stopped" not in clock


def pause(
    flow: Flow, name: str, clock: ClockState, reason: str, at: datetime, fields: Mapping[str, Any], calendar: Calendar
) -> ClockState:
    """``clock`` paused for ``reason``, to the end that its rule gives at the latest; unchanged if its time was up.

    Raises Refused ``clock_rule`` or ``clock_unset``.
    """
    rule = flow.pause_rule(name, reason)
    hourly = by_hour(clock)
    begin: Moment = at if hourly else at.date()
    try:
        if rule.until is not None:
            told = fields.get(rule.until)
            if not told:
                raise Refused("clock_unset", clock=name)
            latest: Moment = date.fromisoformat(told)
        else:
            assert rule.max is not None
            latest = _latest(begin, flow.amount(rule.max), calendar)
        projection.pause(build(flow, name, clock), Pause(reason, begin, latest_end=latest), calendar)
    except LimitError as error:
        if error.code == "pause_late":
            return clock
        raise Refused("clock_rule", clock=name, rule=error.code, **error.details) from error
    except CalendarError as error:
        # A limit that ends in a year without its notice is not up yet.
        if error.code != "past_coverage":
            raise Refused("clock_rule", clock=name, rule=error.code, **error.details) from error
    began, ends = _text(begin, by_hour=hourly), _text(latest, by_hour=hourly)
    new = clock.copy()
    new["pauses"] = [*clock.get("pauses", []), PauseState(reason=reason, start=began, end=None, latest=ends)]
    return project(flow, name, new, calendar)


def _latest(begin: Moment, amount: Amount, calendar: Calendar) -> Moment:
    """The latest end of a pause; where no calendar reaches so far, the day after it, until the notice is there."""
    try:
        return _after(begin, amount, calendar)
    except CalendarError as error:
        if error.code != "past_coverage":
            raise
        day = begin.date() if isinstance(begin, datetime) else begin
        return max(calendar.last, day) + timedelta(days=1)


def _after(begin: Moment, amount: Amount, calendar: Calendar) -> Moment:
    day = begin.date() if isinstance(begin, datetime) else begin
    return projection.shift(day, amount, calendar)


def resume(flow: Flow, name: str, clock: ClockState, at: datetime, calendar: Calendar) -> ClockState:
    """``clock`` running again; unchanged if it was not paused (its time was up before)."""
    pauses = list(clock.get("pauses", []))
    # The last one first: an earlier one without an end has ended by its own latest day.
    for place, old in reversed(list(enumerate(pauses))):
        if old["end"] is None:
            ended = old.copy()
            ended["end"] = max(_text(at, by_hour=by_hour(clock)), old["start"])
            pauses[place] = ended
            new = clock.copy()
            new["pauses"] = pauses
            return project(flow, name, new, calendar)
    return clock


def paused(clock: ClockState, at: datetime) -> bool:
    """Whether ``clock`` stands still at ``at``."""
    now = _text(at, by_hour=by_hour(clock))
    return any(one["start"] <= now < (one["end"] or one["latest"]) for one in clock.get("pauses", []))


def extend(
    flow: Flow, name: str, clock: ClockState, more: object, role: str, at: datetime, calendar: Calendar
) -> ClockState:
    """``clock`` longer by ``more`` (a number of its rule's units, or the new day). Raises Refused ``clock_rule``."""
    rule = flow.mechanism.clocks[name].extension
    if rule is None:
        raise Refused("clock_rule", clock=name, rule="extension_not_allowed")
    try:
        amount = _amount_more(flow, clock, more, rule.max.unit if rule.max else str(rule.unit))
        projection.extend(build(flow, name, clock), Extension(amount, role, at.date()), calendar)
    except CalendarError as error:
        if error.code != "past_coverage":
            raise Refused("clock_rule", clock=name, rule=error.code, **error.details) from error
    except LimitError as error:
        raise Refused("clock_rule", clock=name, rule=error.code, **error.details) from error
    new = clock.copy()
    new["extensions"] = [*clock.get("extensions", []), (amount.value, amount.unit.value, at.date().isoformat())]
    new["run"], new["rung"] = clock["run"] + 1, 0
    return project(flow, name, new, calendar)


def _amount_more(flow: Flow, clock: ClockState, more: object, unit: str) -> Amount:
    if isinstance(more, str):
        old = clock.get("due") or clock.get("until") or clock["start"]
        return Amount((date.fromisoformat(more) - date.fromisoformat(old[:10])).days, Unit.DAY)
    assert isinstance(more, int)
    return Amount(more, unit_of(unit))


def build(flow: Flow, name: str, clock: ClockState) -> Clock:
    """``clock`` as worktime computes with it."""
    definition = flow.mechanism.clocks[name]
    rule = definition.extension
    hours = flow.hours_of(Unit(clock["unit"])) if "unit" in clock else None
    allows = None
    if rule is not None:
        # Without a number in the rule every extension still needs its own approval; the bound is only of reason.
        allows = ExtensionRule(
            rule.approver,
            rule.times or 100,
            flow.amount(rule.max) if rule.max else None,
            flow.amount(rule.total) if rule.total else None,
            after_due=rule.after_due,
        )
    approver = rule.approver if rule else ""
    return Clock(
        limit=Amount(clock["value"], Unit(clock["unit"])) if "value" in clock else FixedDate(_day(clock["until"])),
        start=moment(clock["start"]),
        roll=definition.roll,
        pauses=tuple(
            Pause(
                one["reason"],
                moment(one["start"]),
                moment(one["end"]) if one["end"] else None,
                moment(one["latest"]),
            )
            for one in clock.get("pauses", [])
        ),
        extensions=tuple(
            Extension(Amount(value, Unit(unit)), approver, _day(on)) for value, unit, on in clock.get("extensions", [])
        ),
        allows=allows,
        hours=hours,
        at_least=definition.at_least,
        stopped=moment(clock["stopped"]) if "stopped" in clock else None,
    )


def _day(text: str) -> date:
    return date.fromisoformat(text)


def project(flow: Flow, name: str, clock: ClockState, calendar: Calendar) -> ClockState:
    """``clock`` with its due moment and its next rung on ``calendar``; a new one."""
    new = clock.copy()
    if "pauses" in new:
        new["pauses"] = [_bounded(flow, name, clock, one, calendar) for one in new["pauses"]]
    new.pop("due", None)
    new.pop("need", None)
    new.pop("next", None)
    return _projected(flow, name, new, calendar)


def _projected(flow: Flow, name: str, new: ClockState, calendar: Calendar) -> ClockState:
    """``new`` itself, which nobody else holds and which has no due moment yet, with what :func:`project` tells."""
    due, need, rungs = _projection(flow, name, new, calendar)
    if due is not None:
        new["due"] = due
    if need is not None:
        new["need"] = need
    if running(new) and new["rung"] < len(rungs):
        new["next"] = rungs[new["rung"]]
    return new


def _bounded(flow: Flow, name: str, clock: ClockState, told: PauseState, calendar: Calendar) -> PauseState:
    """``told`` with its latest end on ``calendar``: a pause of 15 working days moves with a notice like its clock."""
    rule = flow.mechanism.clocks[name].pauses.get(told["reason"])
    if rule is None or rule.max is None:
        return told
    try:
        latest = _after(moment(told["start"]), flow.amount(rule.max), calendar)
    except CalendarError:
        return told
    bounded = told.copy()
    bounded["latest"] = _text(latest, by_hour=by_hour(clock))
    return bounded


def _projection(
    flow: Flow, name: str, clock: ClockState, calendar: Calendar
) -> tuple[str | None, int | None, tuple[int, ...]]:
    if "pauses" in clock or "extensions" in clock:
        return _compute(flow, name, clock, calendar)
    # The same limit from the same moment ends alike in every case: most of a year's clocks are found here.
    key = (name, clock["start"], clock.get("value"), clock.get("unit"), clock.get("until"), calendar.version)
    found: tuple[str | None, int | None, tuple[int, ...]] | None = flow.cache.get(key)
    if found is None:
        if len(flow.cache) >= MOST_KEPT:
            flow.cache.clear()
        found = flow.cache[key] = _compute(flow, name, clock, calendar)
    return found


def _compute(
    flow: Flow, name: str, clock: ClockState, calendar: Calendar
) -> tuple[str | None, int | None, tuple[int, ...]]:
    built = build(flow, name, clock)
    try:
        end = projection.due(built, calendar)
    except CalendarError as error:
        year = error.details.get("year")
        if error.code != "past_coverage" or not isinstance(year, int):
            raise Refused("clock_rule", clock=name, rule=error.code, **error.details) from error
        return None, year, ()
    rungs: list[int] = []
    need: int | None = None
    for rung in flow.ladders[name]:
        try:
            at = _rung_at(flow, built, rung, end.at, calendar)
        except CalendarError as error:
            year = error.details.get("year")
            need = year if error.code == "past_coverage" and isinstance(year, int) else None
            break
        except LimitError as error:
            raise Refused("clock_rule", clock=name, rule=error.code, **error.details) from error
        rungs.append(max(at, rungs[-1] if rungs else at))
    return _text(end.at, by_hour=built.in_hours), need, tuple(rungs)


def _rung_at(flow: Flow, clock: Clock, rung: Rung, due: Moment, calendar: Calendar) -> int:
    """When a rung is due. A limit in days is out when its last day is over; ``after`` counts from the due day."""
    when = rung.when
    if when.at_due:
        return epoch(due) if clock.in_hours else epoch(add_days(due, 1))
    if when.percent is not None:
        return epoch(projection.point_at(clock, Point(rung.id, percent=when.percent), calendar))
    before = flow.amount(when.before) if when.before else None
    after = flow.amount(when.after) if when.after else None
    return epoch(projection.point_at(clock, Point(rung.id, before=before, after=after), calendar))


def in_time(clock: ClockState | None, at: datetime) -> bool | None:
    """Whether ``at`` is within the limit; None where no due moment is known, or the clock was never started."""
    due = clock.get("due") if clock is not None else None
    if clock is None or due is None:
        return None
    return _text(at, by_hour=by_hour(clock)) <= due


def drives(definition: ClockDef) -> bool:
    """Whether the clock is a limit for who is responsible, rather than a party's time or a least period."""
    return not definition.window and not definition.at_least


def midnight(day: date) -> datetime:
    """The beginning of ``day``."""
    return datetime.combine(day, time())


def day_of_epoch(seconds: int) -> date:
    """The day in Beijing of a moment told in seconds since 1970."""
    return (EPOCH + timedelta(seconds=seconds)).date()
