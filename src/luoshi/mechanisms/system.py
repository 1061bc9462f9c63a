"""What the system itself does to a case, each as an entry like any other: the ladder's rungs, a changed calendar, a
body's successor, another version of the mechanism, one matter told twice. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from luoshi.mechanisms import timing
from luoshi.mechanisms.acts import Outcome, Paper, Refused
from luoshi.mechanisms.flow import PREFIX, Flow
from luoshi.mechanisms.state import ClockState, State
from luoshi.mechanisms.step import driven, finish, public_due, told_due
from luoshi.worktime.calendar import Calendar

ESCALATE: Final = PREFIX + "escalate"
REPROJECT: Final = PREFIX + "reproject"
SUCCEED: Final = PREFIX + "succeed"
MIGRATE: Final = PREFIX + "migrate"
LINK: Final = PREFIX + "link"


def escalate(flow: Flow, state: State, now: int, calendar: Calendar) -> Outcome | None:
    """The earliest rung of any ladder that is due at ``now`` (seconds since 1970); None if none is.

    One rung an outcome, so that rungs missed while nobody swept come one after the other, in their order.
    """
    due = [
        (clock["next"], part or "", name)
        for part, name, clock in _every_clock(state)
        if "next" in clock and clock["next"] <= now
    ]
    if not due:
        return None
    at, part, name = min(due)
    outcome = _begin(state, ESCALATE)
    clocks = outcome.state.parts[part]["clocks"] if part else outcome.state.clocks
    clock = clocks[name]
    rung = flow.ladders[name][clock["rung"]]
    climbed = clock.copy()
    climbed["rung"] += 1
    _put(outcome.state, part, name, timing.project(flow, name, climbed, calendar))
    outcome.data = {"rung": rung.id, "clock": name, "run": clock["run"]}
    if part:
        outcome.data["part"] = part
    outcome.data["rung_on"] = timing.day_of_epoch(at).isoformat()
    outcome.claim = (f"{name}@{part}" if part else name, clock["run"], rung.id)
    outcome.papers = [Paper(rung.document, (_addressee(flow, outcome.state, rung.to, part),))]
    finish(flow, outcome)
    return outcome


def _addressee(flow: Flow, state: State, role: str, part: str) -> str:
    if part and role not in state.roles:
        return state.parts[part]["body"]
    return state.roles.get(role, state.body)


def reproject(flow: Flow, state: State, calendar: Calendar, reason: str) -> Outcome | None:
    """The clocks on another calendar; None if no due day and no rung moves. ``reason``: the notice, for the entry."""
    outcome = _begin(state, REPROJECT)
    moved: list[str] = []
    changed = False
    for part, name, clock in _every_clock(state):
        new = timing.project(flow, name, clock, calendar) if timing.running(clock) else clock
        if new == clock:
            continue
        changed = True
        _put(outcome.state, part, name, new)
        if new.get("due") != clock.get("due"):
            outcome.data[f"due_{name}"] = new["due"][:10] if "due" in new else None
            if part is None:
                moved.append(name)
            elif part not in outcome.parts_changed:
                outcome.parts_changed += (part,)
    if not changed:
        return None
    outcome.data["notice"] = reason
    public_due(flow, outcome, moved)
    finish(flow, outcome)
    return outcome


def succeed(flow: Flow, state: State, successors: Mapping[str, str], reason: str) -> Outcome | None:
    """Every place of an ended body taken by its successor; None if the case has none of them."""
    outcome = _begin(state, SUCCEED)
    new = outcome.state
    for role, body in new.roles.items():
        new.roles[role] = successors.get(body, body)
    new.body = successors.get(new.body, new.body)
    for key, part in new.parts.items():
        if part["open"] and part["body"] in successors:
            moved = part.copy()
            moved["body"] = successors[part["body"]]
            new.parts[key] = moved
            outcome.parts_changed += (key,)
    if new == state:
        return None
    outcome.data = {"reason": reason, "from_body": state.body}
    finish(flow, outcome)
    return outcome


def migrate(flow: Flow, old: Flow, state: State, stages: Mapping[str, str], calendar: Calendar) -> Outcome:
    """``state`` moved from the definition of ``old`` to that of ``flow``, by ``stages`` (old name → new name; the same
    name if not told). Its clocks go on, with the ladder and rules of ``flow``; what was claimed stays so.

    Raises Refused ``migration_wrong`` naming what the new definition has no place for.
    """
    stage = stages.get(state.stage, state.stage)
    found = flow.mechanism.stages.get(stage)
    if found is None:
        raise Refused("migration_wrong", what="stage", name=stage)
    if not found.open and old.mechanism.stages[state.stage].open:
        raise Refused("migration_wrong", what="closed", name=stage)  # closing is earned, and not by a move (law 3)
    if any(part["open"] for part in state.parts.values()):
        raise Refused("migration_wrong", what="parts", name=state.stage)
    for name, clock in state.clocks.items():
        if timing.running(clock) and name not in flow.mechanism.clocks:
            raise Refused("migration_wrong", what="clock", name=name)
    outcome = Outcome(state.copy(), MIGRATE, state.stage, stage)
    new = outcome.state
    new.stage = stage
    new.clocks = {
        name: _moved(flow, old, name, clock, calendar)
        for name, clock in new.clocks.items()
        if name in flow.mechanism.clocks
    }
    moved = [name for name, clock in new.clocks.items() if clock.get("due") != state.clocks[name].get("due")]
    for name in moved:
        told_due(outcome, name, new.clocks[name])
    public_due(flow, outcome, moved)
    if found.open:
        if found.responsible is not None and found.responsible not in new.roles:
            raise Refused("migration_wrong", what="role", name=found.responsible)
        if found.responsible is not None:
            new.body = new.roles[found.responsible]
        if not driven(new, found):
            raise Refused("migration_wrong", what="no_clock", name=stage)
    finish(flow, outcome)
    return outcome


def _moved(flow: Flow, old: Flow, name: str, clock: ClockState, calendar: Calendar) -> ClockState:
    """``clock`` under ``flow``, whose ladder goes on after the last rung that was claimed."""
    if not timing.running(clock):
        return clock
    climbed = {rung.id for rung in old.ladders[name][: clock["rung"]]}
    going = clock.copy()
    going["rung"] = max((n for n, rung in enumerate(flow.ladders[name], 1) if rung.id in climbed), default=0)
    return timing.project(flow, name, going, calendar)


def link(flow: Flow, state: State, matter: str, reason: str) -> Outcome:
    """The case told to be the same matter as the case ``matter``, which alone is counted: this one weighs nothing."""
    outcome = _begin(state, LINK)
    outcome.sets["weight"] = "0"
    outcome.data = {"matter": matter, "reason": reason}
    finish(flow, outcome)
    return outcome


def _begin(state: State, act: str) -> Outcome:
    return Outcome(state.copy(), act, state.stage, state.stage)


def _every_clock(state: State) -> list[tuple[str | None, str, ClockState]]:
    own: list[tuple[str | None, str, ClockState]] = [(None, name, clock) for name, clock in state.clocks.items()]
    return own + [
        (key, name, clock)
        for key, part in state.parts.items()
        if part["open"]
        for name, clock in part["clocks"].items()
    ]


def _put(state: State, part: str | None, name: str, clock: ClockState) -> None:
    if not part:
        state.clocks[name] = clock
        return
    altered = state.parts[part].copy()
    altered["clocks"] = {**altered["clocks"], name: clock}
    state.parts[part] = altered
