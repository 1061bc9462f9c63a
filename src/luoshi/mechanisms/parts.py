"""Parts of a split case 主办/会办/分办: made by a split, each on its own way, joined again."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from luoshi.mechanisms import timing
from luoshi.mechanisms.acts import Act, Outcome, Refused
from luoshi.mechanisms.flow import Flow, Ready
from luoshi.mechanisms.model import Action, SplitPart
from luoshi.mechanisms.state import PartState, State
from luoshi.worktime.calendar import Calendar


def split(
    flow: Flow, new: State, action: Action, act: Act, values: dict[str, Any], calendar: Calendar
) -> tuple[str, ...]:
    """Make the parts that ``action`` tells; their keys. Parts of an earlier split that are done stay to be seen."""
    parallel = flow.mechanism.stages[new.stage].parallel
    if parallel is None:
        raise Refused("stage_wrong", action=act.action, stage=new.stage)
    new.splits += 1
    made: list[str] = []
    for one in action.splits:
        branch = parallel.branches[one.branch]
        for body, weight in _bodies(new, one, values):
            key = f"{new.splits}.{one.branch}.{body}"
            if key in new.parts:
                raise Refused("part_twice", body=body, branch=one.branch)
            part = PartState(branch=one.branch, kind=one.kind, body=body, stage=branch.start, open=True, clocks={})
            told = {**new.fields, **values}
            for name in one.starts:
                part["clocks"][name] = timing.start(flow, name, act.at, told, calendar, None)
            if weight is not None:
                part["weight"] = weight
            new.parts[key] = part
            made.append(key)
    if not made:
        raise Refused("split_empty", action=act.action)
    return tuple(made)


def _bodies(new: State, one: SplitPart, values: dict[str, Any]) -> list[tuple[str, str | None]]:
    if one.role is not None:
        body = new.roles.get(one.role)
        if body is None:
            raise Refused("role_unset", role=one.role)
        return [(body, None)]
    assert one.bodies is not None
    told = values.get(one.bodies)
    if told is None:
        return []
    bodies = told if isinstance(told, list) else [told]
    if one.weights is None:
        return [(body, None) for body in bodies]
    weights = values.get(one.weights)
    weights = weights if isinstance(weights, list) else [weights]
    numbers = [Decimal(weight) for weight in weights if weight is not None]
    if len(numbers) != len(bodies) or sum(numbers) != 1 or min(numbers) <= 0:
        raise Refused("weights_wrong", field=one.weights, parts=len(bodies))
    return list(zip(bodies, weights, strict=True))


def step_part(flow: Flow, state: State, act: Act) -> tuple[Ready, Outcome]:
    """The action of a part and an outcome in which that part has moved. Raises Refused."""
    assert act.part is not None
    part = state.parts.get(act.part)
    if part is None or not part["open"]:
        raise Refused("part_unknown", part=act.part)
    ready = flow.part_actions.get((state.stage, part["branch"], act.action))
    if ready is None:
        raise Refused("action_unknown", action=act.action)
    if part["stage"] not in ready.from_:
        raise Refused("stage_wrong", action=act.action, stage=part["stage"])
    branch = flow.mechanism.branch_of(state.stage, part["branch"])
    outcome = Outcome(state.copy(), act.action, state.stage, state.stage)
    moved = part.copy()
    moved["stage"] = ready.action.to or part["stage"]
    moved["open"] = branch.stages[moved["stage"]].open
    outcome.state.parts[act.part] = moved
    outcome.data["part"] = act.part
    outcome.data["part_stage"] = moved["stage"]
    outcome.parts_changed = (act.part,)
    return ready, outcome


def check_join(flow: Flow, state: State) -> None:
    """Raise Refused ``parts_open`` unless the parts that the join waits for are done."""
    parallel = flow.mechanism.stages[state.stage].parallel
    if parallel is None:
        raise Refused("parts_open", stage=state.stage)
    waited = [
        key
        for key, part in state.parts.items()
        if part["open"] and (parallel.join == "all" or part["kind"] == parallel.lead)
    ]
    if waited:
        raise Refused("parts_open", stage=state.stage, parts=waited)
