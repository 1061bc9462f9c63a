"""The one step function: a state and an act in, the next state out, or the reason why not. Pure.

What it keeps (the laws of the loop): an open case has one responsible body, and a clock that runs or a pause that ends;
no case closes before another person than the handler has checked it on evidence; nobody acts outside his role, his body
and the stage; limits are extended and paused only as their rules say.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from luoshi.mechanisms import timing
from luoshi.mechanisms.acts import Act, Outcome, Paper, Refused
from luoshi.mechanisms.conditions import (
    approving_body,
    check_actor,
    check_guard,
    check_person,
    check_time,
    check_way,
    checked_after,
    running,
)
from luoshi.mechanisms.flow import Flow, Ready
from luoshi.mechanisms.model import Action, Stage
from luoshi.mechanisms.parts import split, step_part
from luoshi.mechanisms.relating import relate
from luoshi.mechanisms.state import ClockState, State
from luoshi.mechanisms.values import check_code, check_file, check_weight
from luoshi.worktime.axis import iso
from luoshi.worktime.calendar import Calendar

MOST_FILES: Final = 50
OUTSIDE: Final = "outside"
"""Stands for the body of a party that is none (a citizen, an enterprise, a deputy)."""
EVIDENCE: Final = "evidence"
"""What a file is called that belongs to no field of the form."""


def step(flow: Flow, state: State, act: Act, calendar: Calendar) -> Outcome:
    """What ``act`` makes of ``state`` under ``flow``. Raises Refused; ``state`` itself is never altered."""
    if act.part is not None:
        ready, outcome = step_part(flow, state, act)
    else:
        ready = _find(flow, state, act)
        outcome = Outcome(state.copy(), act.action, state.stage, ready.action.to or state.stage)
    new, action = outcome.state, ready.action
    if action.kind == "open":
        _open(flow, new, act)
    check_actor(flow, new, ready, act.part, act.actor)
    values = _take_fields(flow, ready, act, outcome)
    _check_new_days(flow, new, action, act, values)
    _check_needs(flow, new, action, act)
    _assign(new, action, act, values)
    if act.part is None:
        _move(flow, outcome, action, act, values, calendar)
    _turn_clocks(flow, outcome, act, action, values, calendar)
    if act.part is None:
        _settle(flow, outcome, action, act)
    elif action.unsettles:
        new.checked = False  # work of a part comes after whatever was checked before it
    _mark(new, action, act)
    _set_columns(outcome, action, act, values)
    _papers(flow, outcome, action)
    new.at = iso(act.at)
    finish(flow, outcome)
    return outcome


def _find(flow: Flow, state: State, act: Act) -> Ready:
    ready = flow.actions.get(act.action)
    if ready is None:
        raise Refused("action_unknown", action=act.action)
    if (ready.action.kind == "open") != (state.stage == ""):
        raise Refused("stage_wrong", action=act.action, stage=state.stage)
    if state.stage and state.stage not in ready.from_:
        raise Refused("stage_wrong", action=act.action, stage=state.stage)
    return ready


def _open(flow: Flow, new: State, act: Act) -> None:
    """The bodies of standing roles, which are set once and stay."""
    for role in act.roles:
        if role not in flow.standing:
            raise Refused("role_not_standing", role=role)
        check_code(role, act.roles[role])
    new.roles.update(act.roles)
    for role in flow.standing:
        if role not in new.roles:
            raise Refused("role_unset", role=role)


def _check_new_days(flow: Flow, state: State, action: Action, act: Act, values: dict[str, Any]) -> None:
    """A new day that is asked for lies after the limit that it is to move; an extension is checked by its own rule."""
    for name in values.keys() & flow.new_days.keys():
        clocks = state.clocks if act.part is None else state.parts[act.part]["clocks"]
        for clock in flow.new_days[name]:
            found = clocks.get(clock)
            if clock in action.extends or found is None or not timing.running(found):
                continue
            limit = str(found.get("due") or found.get("until") or "")[:10]
            if values[name] <= limit:
                raise Refused("field_value", field=name, want="later", day=limit)


def _take_fields(flow: Flow, ready: Ready, act: Act, outcome: Outcome) -> dict[str, Any]:
    """The supplied values, checked; public ones go to the outcome's data, the others to where they are committed to."""
    given = act.fields
    with_files = {file.field for file in act.files} if act.files else set()
    if with_files or not given.keys() <= ready.allowed:
        _check_asked(flow, ready, act, with_files)
    lacking = [name for name in ready.action.supply if given.get(name) is None and name not in with_files]
    if lacking:
        raise Refused("field_missing", fields=lacking, action=ready.name)
    values: dict[str, Any] = {}
    told = outcome.data, outcome.private, outcome.personal
    for name, value in given.items():
        if value is None:
            continue
        known = flow.taken[name]
        values[name] = told[known.told][name] = one = known.check(name, known.field, value)
        if known.remembered:
            outcome.state.fields[name] = one
    if flow.relates:
        relate(flow.mechanism, outcome.state, values, outcome.data)
    return values


def _check_asked(flow: Flow, ready: Ready, act: Act, with_files: set[str]) -> None:
    """Raise Refused for what the action does not ask for, and for files that are none."""
    if len(act.files) > MOST_FILES:
        raise Refused("files_too_many", most=MOST_FILES)
    for name in [*act.fields, *with_files]:
        # An action that needs evidence takes it whether or not its form has a field for it.
        general = name == EVIDENCE and name in with_files and ready.action.needs.evidence > 0
        if name not in ready.allowed and not general:
            raise Refused("field_not_asked", field=name, action=ready.name)
    for file in act.files:
        check_file(file)
    fields = flow.mechanism.fields
    for name in with_files:
        if name in fields and fields[name].type != "files":
            raise Refused("field_value", field=name, want="text")


def _check_needs(flow: Flow, state: State, action: Action, act: Act) -> None:
    check_guard(state, action)
    pieces = len({file.sha256 for file in act.files})
    if pieces < action.needs.evidence:
        raise Refused("evidence_missing", want=action.needs.evidence, got=pieces)
    marked = check_person(state, action, act.actor.officer)
    if action.needs.approval is not None:
        _check_approval(flow, state, action.needs.approval, act, marked)
    elif act.approval is not None:
        raise Refused("approval_not_asked", action=act.action)  # nobody would check what the entry then tells everybody
    check_time(state, action, act.part, act.at)


def _check_approval(flow: Flow, state: State, role: str, act: Act, marked: set[str]) -> None:
    approval = act.approval
    if approval is None:
        raise Refused("approval_missing", role=role)
    want = approving_body(flow, state, role)
    if approval.role != role or approval.body != want:
        raise Refused("approval_wrong", role=role)
    if approval.officer == act.actor.officer or approval.officer in marked:
        raise Refused("same_person", officer=approval.officer, marks=["approval"])


def _assign(new: State, action: Action, act: Act, values: dict[str, Any]) -> None:
    for role, source in action.assigns.items():
        body = act.actor.body if source == "@actor" else values.get(source)
        if not isinstance(body, str):
            raise Refused("field_missing", fields=[source], action=act.action)
        new.roles[role] = body


def _move(flow: Flow, outcome: Outcome, action: Action, act: Act, values: dict[str, Any], calendar: Calendar) -> None:
    """To the action's stage; parts are made by a split, and end with a join or when they are cancelled."""
    new, stages = outcome.state, flow.mechanism.stages
    old = stages.get(outcome.stage_from)
    target = stages[outcome.stage_to]
    check_way(flow, new, action)
    if old is not None and old.parallel is not None and outcome.stage_to != outcome.stage_from:
        outcome.parts_changed = tuple(key for key, part in new.parts.items() if part["open"])
        for key in outcome.parts_changed:
            ended = new.parts[key].copy()
            ended["open"] = False
            ended["clocks"] = {
                n: timing.stop(c, act.at) if timing.running(c) else c for n, c in ended["clocks"].items()
            }
            new.parts[key] = ended
    new.stage = outcome.stage_to
    if action.splits:
        outcome.parts_changed += split(flow, new, action, act, values, calendar)
        if target.parallel is None:
            raise Refused("stage_wrong", action=act.action, stage=outcome.stage_to)


def _turn_clocks(
    flow: Flow, outcome: Outcome, act: Act, action: Action, values: dict[str, Any], calendar: Calendar
) -> None:
    """Stop, resume, pause, extend and start, in this order; each due day that changes becomes public."""
    if not (action.stops or action.starts or action.extends or action.pauses or action.resumes):
        return
    new = outcome.state
    part = act.part
    clocks = dict(new.parts[part]["clocks"]) if part is not None else new.clocks
    fields = {**new.fields, **values} if action.starts or action.pauses else values
    changed: list[str] = []
    for name in action.stops:
        _stop(flow, outcome, clocks, name, act)
    for name in action.resumes:
        clocks[name] = timing.resume(flow, name, running(clocks, name), act.at, calendar)
        changed.append(name)
    for name, reason in action.pauses.items():
        going = running(clocks, name)
        clocks[name] = timing.pause(flow, name, going, reason, act.at, fields, calendar)
        if clocks[name] is not going:  # one whose time was up is not paused, and the entry must not say so
            outcome.data[f"pause_{name}"] = reason
        changed.append(name)
    for name, field in action.extends.items():
        if values.get(field) is None:
            raise Refused("field_missing", fields=[field], action=act.action)
        role = act.approval.role if act.approval is not None else act.actor.role
        clocks[name] = timing.extend(flow, name, running(clocks, name), values[field], role, act.at, calendar)
        changed.append(name)
    for name in action.starts:
        clocks[name] = timing.start(flow, name, act.at, fields, calendar, clocks.get(name))
        changed.append(name)
    for name in changed:
        told_due(outcome, name, clocks[name])
    if part is not None:
        altered = new.parts[part].copy()
        altered["clocks"] = clocks
        new.parts[part] = altered
    elif changed:
        public_due(flow, outcome, changed)


def _stop(flow: Flow, outcome: Outcome, clocks: dict[str, ClockState], name: str, act: Act) -> None:
    """Stop a clock that runs; whether its limit was kept is public; a least period is, once it is out."""
    clock = clocks.get(name)
    if clock is not None and timing.running(clock):
        clocks[name] = stopped = timing.stop(clock, act.at)
        due = clock.get("due")
        if due is not None:
            outcome.data[f"kept_{name}"] = (stopped["stopped"] <= due) is not flow.mechanism.clocks[name].at_least


def told_due(outcome: Outcome, name: str, clock: ClockState) -> None:
    """The day that the clock is due, for the entry: ``due_NAME``, or the year whose notice is missing."""
    due = clock.get("due")
    outcome.data[f"due_{name}"] = due[:10] if due else None


def public_due(flow: Flow, outcome: Outcome, changed: Iterable[str]) -> None:
    """The case's ``due_on``: the earliest of the running limits to the outside, once one has changed; else it stays.

    Not of those alone that changed: a limit that is over would be hidden by one that starts later (law 6).
    """
    if any(name in flow.promises for name in changed):
        clocks = outcome.state.clocks
        told = [clock.get("due") for name, clock in clocks.items() if name in flow.promises and timing.running(clock)]
        outcome.sets["due_on"] = min(due[:10] for due in told if due) if all(told) else None


def _settle(flow: Flow, outcome: Outcome, action: Action, act: Act) -> None:
    """What the stage asks: someone responsible, time that runs; or, to close, a check that holds (laws 1 and 3)."""
    new = outcome.state
    stage = flow.mechanism.stages[new.stage]
    new.checked = checked_after(new, action)
    if not stage.open:
        _close(flow, new, act, outcome)
        return
    if stage.responsible is not None:
        body = new.roles.get(stage.responsible)
        if body is None:
            raise Refused("role_unset", role=stage.responsible)
        new.body = body
    if not new.body:
        raise Refused("role_unset", role=str(stage.responsible))
    if not driven(new, stage):
        raise Refused("no_clock", stage=new.stage, clocks=list(stage.clocks))
    if outcome.stage_from == "" or not flow.mechanism.stages[outcome.stage_from].open:
        # A case that is opened again is not answered and not struck off any more.
        if outcome.stage_from == "":
            outcome.sets["opened_on"] = act.at.date().isoformat()
        else:
            outcome.sets["struck_off_on"] = outcome.sets["answered_on"] = None


def driven(state: State, stage: Stage) -> bool:
    """Whether time runs in ``stage``: one of its clocks, or one of an open part's."""
    if any(timing.running(state.clocks.get(name)) for name in stage.clocks):
        return True
    return any(
        timing.running(clock) for part in state.parts.values() if part["open"] for clock in part["clocks"].values()
    )


def _close(flow: Flow, new: State, act: Act, outcome: Outcome) -> None:
    if not new.checked:
        raise Refused("not_verified", stage=new.stage)
    for name in list(new.clocks):
        if not flow.mechanism.clocks[name].window:
            _stop(flow, outcome, new.clocks, name, act)
    outcome.sets["struck_off_on"] = act.at.date().isoformat()


def _mark(new: State, action: Action, act: Act) -> None:
    for mark in action.records:
        known = new.marks.get(mark, [])
        if act.actor.officer not in known:
            new.marks[mark] = [*known, act.actor.officer]


def _set_columns(outcome: Outcome, action: Action, act: Act, values: dict[str, Any]) -> None:
    for column, source in action.sets.items():
        if source == "@on":
            outcome.sets[column] = act.at.date().isoformat()
        elif isinstance(values.get(source), str):
            outcome.sets[column] = values[source]
    if outcome.stage_from == "":
        outcome.sets.setdefault("weight", "1")
    if action.sets.get("weight") and outcome.sets.get("weight"):
        check_weight(action.sets["weight"], outcome.sets["weight"])
    if act.area is not None:
        check_code("area", act.area)
        outcome.sets["area"] = act.area


def _papers(flow: Flow, outcome: Outcome, action: Action) -> None:
    """Each document goes to the role that it is for; else to who is responsible now or, after a split, to each part."""
    state = outcome.state
    for document in action.documents:
        role = flow.mechanism.documents[document].to
        if role is not None:
            bodies = [OUTSIDE if role in flow.outside else state.roles.get(role, state.body)]
        elif action.splits:
            bodies = [state.parts[key]["body"] for key in outcome.parts_changed]
        else:
            bodies = [state.body]
        outcome.papers.append(Paper(document, tuple(dict.fromkeys(bodies))))


def finish(flow: Flow, outcome: Outcome) -> None:
    """By when somebody must act next, and when the ladder's next rung is due."""
    state = outcome.state
    stage = flow.mechanism.stages[state.stage]
    dues: list[str] = []
    rungs: list[int] = []
    for name, clock in state.clocks.items():
        if "next" in clock:
            rungs.append(clock["next"])
        if "due" in clock and "stopped" not in clock and name in stage.clocks:
            dues.append(clock["due"])
    for part in state.parts.values():
        if part["open"]:
            for clock in part["clocks"].values():
                if "next" in clock:
                    rungs.append(clock["next"])
                if "due" in clock and "stopped" not in clock:
                    dues.append(clock["due"])
    # The first moment lies on the first day.
    outcome.act_by = min(dues)[:10] if dues and stage.open else None
    outcome.next_at = min(rungs, default=None)
