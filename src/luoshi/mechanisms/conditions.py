"""What an action asks of the case and of who acts, whatever is filled in. Pure.

:mod:`luoshi.mechanisms.step` checks these one by one as it goes; :func:`hindered` asks them all beforehand, in the same
order and with the same codes, so that nobody fills in a form that cannot be taken.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from luoshi.mechanisms import timing
from luoshi.mechanisms.acts import Actor, Refused
from luoshi.mechanisms.flow import Flow, Ready
from luoshi.mechanisms.model import Action
from luoshi.mechanisms.parts import check_join
from luoshi.mechanisms.state import ClockState, State
from luoshi.worktime.calendar import Calendar


def hindered(
    flow: Flow, state: State, ready: Ready, part: str | None, actor: Actor, at: datetime, calendar: Calendar
) -> Refused | None:
    """Why ``actor`` cannot take ``ready`` (of ``part``) at ``at``, however its form is filled in; None if he may.

    The stage is not asked: ``ready`` is one that is open in it. What depends on the form alone is left to the step.
    """
    try:
        _check(flow, state, ready, part, actor, at, calendar)
    except Refused as refusal:
        return refusal
    return None


def _check(
    flow: Flow, state: State, ready: Ready, part: str | None, actor: Actor, at: datetime, calendar: Calendar
) -> None:
    action = ready.action
    check_actor(flow, state, ready, part, actor)
    if action.only_if is not None and action.only_if.field not in ready.allowed:
        check_guard(state, action)
    check_person(state, action, actor.officer)
    approver = action.needs.approval
    if approver is not None:
        approving_body(flow, state, approver)
    check_time(state, action, part, at)
    if part is None:
        check_way(flow, state, action)
    _check_clocks(flow, state, action, part, approver or actor.role, at, calendar)
    if part is None:
        to = action.to or state.stage
        if not flow.mechanism.stages[to].open and not checked_after(state, action):
            raise Refused("not_verified", stage=to)


def check_actor(flow: Flow, state: State, ready: Ready, part: str | None, actor: Actor) -> None:
    """Raise Refused unless the actor's role may take ``ready`` and his body is the one that has the role."""
    if actor.role not in ready.by:
        raise Refused("role_may_not", action=ready.name, role=actor.role)
    if actor.role in flow.outside:
        # What a party calls itself is personal: an entry says no more of it than that it is outside.
        if actor.body:
            raise Refused("body_wrong", role=actor.role, body=actor.body, want="")
        return
    want = body_of(flow, state, actor.role, part)
    if want is None:
        raise Refused("role_unset", role=actor.role)
    if actor.body != want:
        raise Refused("body_wrong", role=actor.role, body=actor.body, want=want)


def body_of(flow: Flow, state: State, role: str, part: str | None) -> str | None:
    """The body that has ``role`` in the case, or in its part; None if that is not settled yet."""
    if part is not None:
        own = state.parts[part]
        if role == flow.mechanism.branch_of(state.stage, own["branch"]).role:
            return own["body"]
    return state.roles.get(role)


def check_guard(state: State, action: Action) -> None:
    """Raise Refused ``only_if`` unless the field that the action depends on has a value that lets it."""
    if action.only_if is not None:
        known = state.fields.get(action.only_if.field)
        if known not in action.only_if.any_of:
            raise Refused("only_if", field=action.only_if.field, value=known, any_of=list(action.only_if.any_of))


def check_person(state: State, action: Action, officer: str) -> set[str]:
    """Raise Refused ``same_person`` if ``officer`` is one of those who must not take the action; who they are."""
    marked = {one for mark in action.needs.other_than for one in state.marks.get(mark, ())}
    if officer in marked:
        raise Refused("same_person", officer=officer, marks=list(action.needs.other_than))
    return marked


def approving_body(flow: Flow, state: State, role: str) -> str:
    """The body whose approval is needed, "" for a party outside. Raises Refused ``role_unset``."""
    body = "" if role in flow.outside else state.roles.get(role)
    if body is None:
        raise Refused("role_unset", role=role)
    return body


def check_time(state: State, action: Action, part: str | None, at: datetime) -> None:
    """Raise Refused unless the limit that the action must keep is not out, and the least period is over."""
    needs = action.needs
    own = state.parts[part]["clocks"] if part is not None else {}
    if needs.before_due is not None:
        clock = own.get(needs.before_due) or state.clocks.get(needs.before_due)
        if clock is None or not timing.running(clock):
            raise Refused("clock_not_running", clock=needs.before_due)
        if timing.in_time(clock, at) is False:
            raise Refused("clock_out", clock=needs.before_due, due=clock.get("due"))
    if needs.passed is not None:
        clock = own.get(needs.passed) or state.clocks.get(needs.passed)
        if timing.in_time(clock, at) is not False:
            raise Refused("clock_not_passed", clock=needs.passed, due=clock.get("due") if clock else None)


def check_way(flow: Flow, state: State, action: Action) -> None:
    """Raise Refused ``parts_open`` if parts of the case keep it from going where the action leads."""
    if action.kind == "join":
        check_join(flow, state)
        return
    old = flow.mechanism.stages.get(state.stage)
    leaves = old is not None and old.parallel is not None and action.to not in (None, state.stage)
    if leaves and not action.cancels and any(part["open"] for part in state.parts.values()):
        raise Refused("parts_open", stage=state.stage)


def checked_after(state: State, action: Action) -> bool:
    """Whether a check by another person holds once the action is taken (law 3)."""
    return action.verifies or (state.checked and not action.unsettles)


def running(clocks: dict[str, ClockState], name: str) -> ClockState:
    """The clock ``name``. Raises Refused ``clock_not_running``."""
    clock = clocks.get(name)
    if clock is None or not timing.running(clock):
        raise Refused("clock_not_running", clock=name)
    return clock


def _check_clocks(
    flow: Flow, state: State, action: Action, part: str | None, role: str, at: datetime, calendar: Calendar
) -> None:
    """Raise Refused unless the clocks that the action turns can be turned, by the least that may be asked for."""
    own = dict(state.clocks if part is None else state.parts[part]["clocks"])
    for name in action.stops:
        if timing.running(own.get(name)):
            own[name] = timing.stop(own[name], at)
    for name in action.resumes:
        own[name] = timing.resume(flow, name, running(own, name), at, calendar)
    for name, reason in action.pauses.items():
        rule, clock = flow.pause_rule(name, reason), running(own, name)
        day = (at.date() + timedelta(days=1)).isoformat()
        told = {} if rule.until is None else {rule.until: day}
        own[name] = timing.pause(flow, name, clock, reason, at, told, calendar)
    for name, field in action.extends.items():
        clock = running(own, name)
        more: int | str = 1
        if flow.mechanism.fields[field].type == "date":
            old = date.fromisoformat((clock.get("due") or clock.get("until") or clock["start"])[:10])
            more = (old + timedelta(days=1)).isoformat()
        timing.extend(flow, name, clock, more, role, at, calendar)
