"""The time limits of a case as its reader sees them: where each stands, what is left, and why its date is that date."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Literal

from luoshi.desk import wording
from luoshi.desk.names import Names, pick
from luoshi.desk.visit import Visit
from luoshi.mechanisms import timing
from luoshi.mechanisms.flow import Flow
from luoshi.mechanisms.model import ClockDef, Legal
from luoshi.mechanisms.state import ClockState, State
from luoshi.messages import mark, tr
from luoshi.words.worktime import describe_worktime
from luoshi.worktime.basis import Basis
from luoshi.worktime.calendar import Calendar
from luoshi.worktime.errors import WorktimeError
from luoshi.worktime.limits import Unit
from luoshi.worktime.why import Step, why
from luoshi.worktime.wording import amount, say

KINDS: Final = {
    "legal": mark("limit by law"),
    "promised": mark("promised limit"),
    "internal": mark("internal limit"),
    "warning": mark("warning"),
}
Standing = Literal["running", "paused", "late", "kept", "missed", "stopped", "over"]
STANDINGS: Final[dict[Standing, str]] = {
    "running": mark("running"),
    "paused": mark("paused"),
    "late": mark("late"),
    "kept": mark("kept"),
    "missed": mark("kept too late"),
    "stopped": mark("stopped"),
    "over": mark("period over"),
}


@dataclass(frozen=True, slots=True)
class Stop:
    """A pause in words: from when until when, ``open`` while it lasts."""

    reason: str
    start: str
    end: str
    open: bool


@dataclass(frozen=True, slots=True)
class Longer:
    """An extension in words: by how much, approved when."""

    by: str
    on: str


@dataclass(frozen=True, slots=True)
class ClockView:
    """A clock of the case, or of its part. ``due``: the day; ``time``: the hour, of a clock by the hour.

    ``missing``: why there is no date. ``window``: it drives nobody (a party's time, a least period).
    """

    name: str
    label: str
    part: str
    kind: str
    standing: Standing
    word: str
    running: bool
    window: bool
    due: str | None
    time: str
    start: str
    limit: str
    source: Legal | None
    pauses: tuple[Stop, ...]
    longer: tuple[Longer, ...]
    why: tuple[str, ...]
    missing: str


def clocks_of(visit: Visit, names: Names, flow: Flow, state: State) -> list[ClockView]:
    """The clocks of the case and of its parts: those that run first, the nearest date first."""
    found = [_view(visit, flow, name, clock, "") for name, clock in state.clocks.items()]
    for part in state.parts.values():
        body = names.body(part["body"])
        found += [_view(visit, flow, name, clock, body) for name, clock in part["clocks"].items()]
    return sorted(found, key=lambda one: (not one.running, one.window, one.due is None, one.due or "", one.label))


def _view(visit: Visit, flow: Flow, name: str, clock: ClockState, part: str) -> ClockView:
    definition, calendar, lang = flow.mechanism.clocks[name], visit.place.calendar, visit.lang
    due = clock.get("due")
    standing = _standing(definition, clock, visit.now)
    reasons, missing = _reasons(flow, name, clock, calendar, lang)
    return ClockView(
        name=name,
        label=pick(definition, lang),
        part=part,
        kind=tr(KINDS[definition.kind]),
        standing=standing,
        word=tr(STANDINGS[standing]),
        running=timing.running(clock),
        window=definition.window or definition.at_least,
        due=due[:10] if due else None,
        time=due[11:16] if due and len(due) > 10 else "",
        start=_moment(clock["start"]),
        limit=_limit(clock, lang),
        source=flow.mechanism.legal.get(definition.source) if definition.source else None,
        pauses=tuple(_stops(definition, clock, visit.now, lang)),
        longer=tuple(
            Longer(amount(value, Unit(unit), lang), wording.day(on)) for value, unit, on in clock.get("extensions", [])
        ),
        why=reasons,
        missing=missing,
    )


def _standing(definition: ClockDef, clock: ClockState, now: datetime) -> Standing:
    if not timing.running(clock):
        kept = timing.in_time(clock, datetime.fromisoformat(clock["stopped"]))
        if kept is None or definition.window or definition.at_least:
            return "stopped"
        return "kept" if kept else "missed"
    if timing.paused(clock, now):
        return "paused"
    if timing.in_time(clock, now) is False:
        return "over" if definition.window or definition.at_least else "late"
    return "running"


def _moment(text: str) -> str:
    return wording.day(text) if len(text) == 10 else wording.moment(text)


def _limit(clock: ClockState, lang: str) -> str:
    if "value" in clock:
        return amount(clock["value"], Unit(clock["unit"]), "en" if lang == "en" else "zh")
    return wording.day(clock.get("until"))


def _stops(definition: ClockDef, clock: ClockState, now: datetime, lang: str) -> Iterator[Stop]:
    for one in clock.get("pauses", []):
        rule = definition.pauses.get(one["reason"])
        reason = pick(rule, lang) if rule is not None else one["reason"]
        yield Stop(reason, _moment(one["start"]), _moment(one["end"] or one["latest"]), one["end"] is None)


def _reasons(flow: Flow, name: str, clock: ClockState, calendar: Calendar, lang: str) -> tuple[tuple[str, ...], str]:
    """The sentences of “why this date”; or what is missing for there to be one."""
    try:
        steps = why(timing.build(flow, name, clock), calendar)
    except WorktimeError as error:
        year = error.details.get("year")
        if error.code == "past_coverage" and year is not None:
            return (), tr(
                "The notice of days off for {year} is not there yet. As soon as it is added, the date is computed.",
                year=str(year),
            )
        return (), describe_worktime(error)
    return tuple(say(_named(flow, name, step), "en" if lang == "en" else "zh") for step in steps), ""


def _named(flow: Flow, name: str, step: Step) -> Step:
    """``step`` with the names that the mechanism gives to the approver, the reason of a pause, the source."""
    definition, mechanism = flow.mechanism.clocks[name], flow.mechanism
    if step.code == "extension" and step.name:
        role = mechanism.roles.get(step.name[0].zh)
        step = replace(step, name=(Basis(role.zh, role.en),)) if role is not None else step
        source = definition.extension.source if definition.extension is not None else None
        return replace(step, source=cite(mechanism.legal.get(source))) if source else step
    if step.code.startswith("pause") and step.name:
        rule = definition.pauses.get(step.name[0].zh)
        if rule is not None:
            return replace(step, name=(Basis(rule.zh, rule.en),), source=cite(mechanism.legal.get(rule.source)))
    if step.code in ("limit", "fixed_date") and step.source is None and definition.source:
        return replace(step, source=cite(mechanism.legal.get(definition.source)))
    return step


def cite(legal: Legal | None) -> Basis | None:
    """How a source of a mechanism is cited."""
    return Basis(f"{legal.title}{legal.article or ''}") if legal is not None else None
