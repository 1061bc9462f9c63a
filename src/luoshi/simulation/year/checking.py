"""Courses held against the step function before anything is written: every act of sample cases must be lawful."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from luoshi.mechanisms.acts import Act, Actor, File, Refused
from luoshi.mechanisms.state import State
from luoshi.mechanisms.step import step
from luoshi.simulation.year.plan import PlanError
from luoshi.simulation.year.planning import Kind, PlannedAct, PlannedCase
from luoshi.simulation.year.ways import Way

SAMPLES = 4
PACES = (None, 0.0, 0.5, 0.999999)
"""As the dice fall; with the shortest waits and nothing that need not be; as between; with the longest and all."""
LAST_MONTHS = 12
"""Months of the year after, by whose end a case must be planned to its end."""


def check(kind: Kind, samples: int = SAMPLES) -> Iterator[str]:
    """The faults of ``kind``: every course tried on ``samples`` cases over the days it can be gone."""
    for number, ready in enumerate(kind.streams):
        for way in ready.ways:
            place = f"{kind.mechanism}/{ready.stream.name}/{way.name}"
            tried = kind.samples(number, way, samples)
            if not tried:
                yield f"{place}: there is no day on which it could be gone within the year"
            tries = ((one, pace) for one in tried for pace in PACES)
            fault = next((told for one in tries if (told := _fault(kind, way, *one, ready.stream.done))), None)
            if fault is not None:
                yield f"{place}: {fault}"


def _fault(kind: Kind, way: Way, number: int, pace: float | None, done: tuple[str, ...]) -> str | None:
    try:
        case = kind.case(number, way, pace)
        walk(kind, case)
    except PlanError as error:
        return f"{error.place}: {error.what}"
    except Refused as refusal:
        return str(refusal)
    last = date.fromordinal(case.acts[-1].day)
    if last > date(kind.year + 1, LAST_MONTHS, 31):
        return f"ends only on {last}"
    if done:
        reached = [one.day for one in case.acts if one.action in done]
        if not reached or date.fromordinal(min(reached)).year != kind.year:
            return f"does not come to {' or '.join(done)} within the year"
    return None


def walk(kind: Kind, case: PlannedCase) -> State:
    """``case`` taken through the step function; its last state. Raises Refused, with the action and moment added."""
    state = State()
    for n, one in enumerate(case.acts):
        act = act_of(one, kind, case.area if n == 0 else None, opens=n == 0)
        for actor in (act.actor, act.approval):
            if actor is not None and not kind.scene.org.posts.holds(
                actor.officer, kind.mechanism, actor.role, actor.body, case.area, act.at.date().isoformat()
            ):
                raise Refused("not_authorised", action=one.action, officer=actor.officer, role=actor.role)
        try:
            state = step(kind.flow, state, act, kind.calendar).state
        except Refused as refusal:
            raise Refused(refusal.code, **{**refusal.details, "doing": one.action, "at": act.at.isoformat()}) from None
    return state


def act_of(one: PlannedAct, kind: Kind, area: str | None, *, opens: bool) -> Act:
    """The act for the step function."""
    return Act(
        one.action,
        Actor(*one.actor),
        moment(one.day, one.seconds),
        one.fields,
        tuple(File(*file) for file in one.files),
        Actor(*one.approval) if one.approval else None,
        one.part,
        dict(kind.standing) if opens else {},
        area,
    )


def moment(day: int, seconds: int) -> datetime:
    """The moment of a day's ordinal and the second of that day."""
    return datetime.fromordinal(day) + timedelta(seconds=seconds)
