"""Courses made ready for planning: each act with what its action asks, its form's functions, its waits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from luoshi.mechanisms.flow import Flow, Ready
from luoshi.mechanisms.step import EVIDENCE
from luoshi.simulation.year.plan import ActPlan, Course, Courses, PlanError, Stream, Wait
from luoshi.simulation.year.values import Make, Maker
from luoshi.worktime.calendar import Calendar

OPENS_AT: Final = 9 * 3600
CLOSES_AT: Final = 17 * 3600
"""Office hours, in seconds of the day."""
MINUTES: Final = {"m": 60, "h": 3600}


@dataclass(frozen=True, slots=True)
class Split:
    """Parts that an act makes: of ``branch``, one for each body of a role or a field."""

    branch: str
    role: str | None
    bodies: str | None


@dataclass(frozen=True, slots=True)
class Taken:
    """An act of a course, ready: see :class:`luoshi.simulation.year.plan.ActPlan`."""

    plan: ActPlan
    place: str
    name: str
    wait: Wait
    opens: bool
    roles: tuple[str, ...]
    part_role: str | None
    other_than: tuple[str, ...]
    records: tuple[str, ...]
    approval: str | None
    assigns: tuple[tuple[str, str], ...]
    fields: tuple[tuple[str, Make], ...]
    files: tuple[str, ...]
    splits: tuple[Split, ...]

    @property
    def times(self) -> tuple[int, int]:
        """How often at least and at most."""
        return self.plan.again or (1, 1)


@dataclass(frozen=True, slots=True)
class Way:
    """A course, ready."""

    name: str
    share: float
    acts: tuple[Taken, ...]

    def latest(self, day: date, done: tuple[str, ...], calendar: Calendar) -> date:
        """The latest day on which a case opened on ``day`` comes to the first of ``done``; PlanError if it has none."""
        first = next((act.plan.do for name in done for act in self.acts if act.plan.do == name), None)
        if first is None:
            raise PlanError(self.acts[0].place, f"the course never comes to {' or '.join(done)}")
        at, seconds = day, CLOSES_AT - 3600
        for act in self.acts:
            for _ in range(act.times[1]):
                at, seconds = _latest(act, at, seconds, calendar)
            if act.plan.do == first:
                break
        return at


def _latest(act: Taken, at: date, seconds: int, calendar: Calendar) -> tuple[date, int]:
    wait = act.wait
    if act.opens:
        return at, seconds
    if act.plan.on is not None:
        return max(at, on_day(act.plan.on, at.year)), CLOSES_AT
    if wait.unit in MINUTES:
        seconds += wait.most * MINUTES[wait.unit] + 60
        if seconds < CLOSES_AT:
            return at, seconds
        return calendar.after(at, 1), OPENS_AT + 3600
    if wait.unit == "n":
        return calendar.roll(at + timedelta(days=wait.most)), CLOSES_AT
    return calendar.after(at, wait.most) if wait.most else calendar.roll(at + timedelta(days=1)), CLOSES_AT


def on_day(told: str, year: int) -> date:
    """``MM-DD`` of ``year``; the 29th of February of a common year is the day before."""
    month, day = int(told[:2]), int(told[3:])
    return date(year, month, min(day, 28) if month == 2 else day)


class Waymaker:
    """Makes ways for one mechanism."""

    def __init__(self, flow: Flow, courses: Courses) -> None:
        self.flow, self.courses = flow, courses
        self._branches: Mapping[tuple[str, str], tuple[str, Ready]] = {
            (branch, name): (stage, ready) for (stage, branch, name), ready in flow.part_actions.items()
        }

    def way(self, stream: Stream, course: Course, maker: Maker) -> Way:
        """``course`` of ``stream``. Raises PlanError naming what does not fit the mechanism."""
        place = f"{self.courses.mechanism}/{stream.name}/{course.name}"
        acts = tuple(self._taken(stream, course, act, maker, place) for act in course.acts)
        if not acts[0].opens or any(act.opens for act in acts[1:]):
            raise PlanError(place, "the first act opens the case, and no other")
        return Way(course.name, course.share, acts)

    def _taken(self, stream: Stream, course: Course, act: ActPlan, maker: Maker, where: str) -> Taken:
        place = f"{where}/{act.do}"
        part_role = None
        if act.each is not None:
            found = self._branches.get((act.each, act.do))
            if found is None:
                raise PlanError(place, f"no branch {act.each} has this action")
            stage, ready = found
            part_role = self.flow.mechanism.branch_of(stage, act.each).role
        elif act.do in self.flow.actions:
            ready = self.flow.actions[act.do]
        else:
            raise PlanError(place, "the mechanism has no such action")
        action = ready.action
        roles = (act.by,) if act.by else tuple(role for role in action.by if role not in self.flow.outside)
        if not roles or any(role not in ready.by for role in roles):
            raise PlanError(place, f"by: must be an officer's role of {', '.join(action.by)}")
        given = self._given(stream, course, act, ready, place)
        return Taken(
            act,
            place,
            act.do,
            Wait.parse(act.after, place),
            action.kind == "open",
            roles,
            part_role,
            tuple(action.needs.other_than),
            tuple(action.records),
            action.needs.approval,
            tuple(action.assigns.items()),
            tuple(self._fields(given, ready, maker, place)),
            tuple(self._files(given, ready)),
            tuple(Split(one.branch, one.role, one.bodies) for one in action.splits),
        )

    def _given(self, stream: Stream, course: Course, act: ActPlan, ready: Ready, place: str) -> dict[str, Any]:
        """What is told of the form's fields, the nearest word first; an optional field is filled in if told near by."""
        known = self.flow.mechanism.fields
        for level in (self.courses.fields, stream.fields, course.fields, act.fields):
            for name in level:
                if name not in known:
                    raise PlanError(place, f"{name} is no field of the mechanism")
        for name in act.fields:
            if name not in ready.allowed:
                raise PlanError(place, f"{name} is not asked by {act.do}")
        near = {**stream.fields, **course.fields, **act.fields}
        every = {**self.courses.fields, **near}
        asked = [*ready.action.supply, *(name for name in ready.action.optional if name in near)]
        return {name: every.get(name) for name in asked}

    def _fields(self, given: Mapping[str, Any], ready: Ready, maker: Maker, place: str) -> Iterator[tuple[str, Make]]:
        for name, spec in given.items():
            definition = self.flow.mechanism.fields[name]
            if definition.type == "files":
                continue
            here = f"{place}/{name}"
            yield name, maker.usual(name, definition, here) if spec is None else maker.make(spec, definition, here)

    def _files(self, given: Mapping[str, Any], ready: Ready) -> Iterator[str]:
        """The fields that files stand under: those of the form, and as much evidence as is needed."""
        named = [name for name in given if self.flow.mechanism.fields[name].type == "files"]
        yield from named
        for _ in range(ready.action.needs.evidence - len(named)):
            yield EVIDENCE
