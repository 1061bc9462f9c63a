"""What may be done to a case just now: lawful acts, found by trying the pure step function on what a form may hold."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from random import Random
from typing import Final

from luoshi.casework.act import Request
from luoshi.mechanisms.acts import Act, Actor, File, Refused
from luoshi.mechanisms.flow import Flow, Ready
from luoshi.mechanisms.state import State
from luoshi.mechanisms.step import EVIDENCE, step
from luoshi.simulation import forms
from luoshi.simulation.sample import AREAS, BODIES, officer, party
from luoshi.worktime.calendar import Calendar

TRIES: Final = 6
FORWARD: Final = 6.0
BACK: Final = 1.5
AROUND: Final = 1.0
ASIDE: Final = 0.4
"""How likely an act is that brings a case nearer to its close, farther from it, nowhere, or out by a side door."""


@dataclass(frozen=True, slots=True)
class Scene:
    """One case at one moment, as a client sees it. ``place``: its number in the simulation; ``n``: its entries."""

    flow: Flow
    standing: dict[str, str]
    calendar: Calendar
    state: State
    at: datetime
    place: int
    rng: Random
    case: str | None = None
    n: int = 0
    expected: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class Offer:
    """A request; ``kind`` of what is wrong with it and the codes of the refusals that may be the answer, if any."""

    request: Request
    kind: str = ""
    codes: frozenset[str] = frozenset()


def lawful(scene: Scene) -> Request | None:
    """An act that the mechanism allows now; None if none was found."""
    choices = list(_choices(scene))
    for _ in range(TRIES):
        if not choices:
            return None
        place = scene.rng.choices(range(len(choices)), [weight for _, _, weight in choices])[0]
        ready, part, _ = choices.pop(place)
        request = written(scene, ready, part)
        if request is not None and allowed(scene, request) is None:
            return request
    return None


def _choices(scene: Scene) -> Iterator[tuple[Ready, str | None, float]]:
    state, flow = scene.state, scene.flow
    for ready in flow.actions.values():
        if (state.stage in ready.from_) if state.stage else ready.action.kind == "open":
            yield ready, None, _weight(flow, state.stage, ready)
    for key, part in state.parts.items():
        if not part["open"]:
            continue
        for (stage, branch, _), ready in flow.part_actions.items():
            if stage == state.stage and branch == part["branch"] and part["stage"] in ready.from_:
                yield ready, key, FORWARD if ready.action.to else AROUND


def _weight(flow: Flow, stage: str, ready: Ready) -> float:
    action = ready.action
    if action.to is None or action.to == stage:
        return AROUND
    far = distances(flow)
    if not flow.mechanism.stages[action.to].open and far.get(stage, 0) > 1:
        return ASIDE
    target = flow.mechanism.stages[action.to]
    if target.outcome not in (None, "done"):
        return ASIDE
    return FORWARD if far.get(action.to, 99) < far.get(stage, 99) else BACK


@lru_cache(maxsize=64)
def distances(flow: Flow) -> dict[str, int]:
    """How many acts each stage is from one that is done."""
    stages = flow.mechanism.stages
    far = {name: 0 for name, stage in stages.items() if stage.outcome == "done"}
    changed = True
    while changed:
        changed = False
        for ready in flow.actions.values():
            to = ready.action.to
            if to not in far:
                continue
            for stage in sorted(ready.from_):
                if stages[stage].open and far[to] + 1 < far.get(stage, 99):
                    far[stage] = far[to] + 1
                    changed = True
    return far


def written(scene: Scene, ready: Ready, part: str | None) -> Request | None:
    """The request that takes ``ready``, its form filled in; None if nobody can act in any of its roles."""
    action, rng, mechanism = ready.action, scene.rng, scene.flow.mechanism
    actor = _actor(scene, ready, part)
    if actor is None:
        return None
    marked = {one for mark in action.needs.other_than for one in scene.state.marks.get(mark, ())}
    for _ in range(TRIES):
        if actor.officer not in marked or not actor.body:
            break
        actor = officer(rng, actor.role, actor.body)
    approval = None
    if action.needs.approval is not None:
        role = action.needs.approval
        approval = officer(rng, role, _body(scene, role) or BODIES[0])
    return Request(
        actor,
        ready.name,
        case=scene.case,
        mechanism=None if scene.case else mechanism.id,
        fields=forms.filled(mechanism, action, scene.state.fields, scene.at.date(), rng),
        files=_files(scene, ready),
        approval=approval,
        part=part,
        area=rng.choice(AREAS) if scene.case is None else None,
        seen=scene.n if scene.case and rng.random() < 0.5 else None,
        party=f"party.{scene.place}" if scene.case is None else None,
    )


def _actor(scene: Scene, ready: Ready, part: str | None) -> Actor | None:
    able: list[Actor] = []
    for role in ready.action.by:
        if role in scene.flow.outside:
            able.append(party(role, scene.place))
            continue
        body = _body(scene, role)
        if part is not None and role == _part_role(scene, part):
            body = scene.state.parts[part]["body"]
        if body is not None:
            able.append(officer(scene.rng, role, body))
    return scene.rng.choice(able) if able else None


def _part_role(scene: Scene, part: str) -> str:
    return scene.flow.mechanism.branch_of(scene.state.stage, scene.state.parts[part]["branch"]).role


def _body(scene: Scene, role: str) -> str | None:
    return scene.state.roles.get(role) or (scene.standing.get(role) if not scene.state.stage else None)


def _files(scene: Scene, ready: Ready) -> tuple[File, ...]:
    """As many pieces of evidence as are needed, under a field of the form for files if it has one."""
    fields, action = scene.flow.mechanism.fields, ready.action
    asked = [name for name in action.supply if fields[name].type == "files"]
    taken = asked or [name for name in action.optional if fields[name].type == "files"]
    names = list(asked)
    while len(names) < action.needs.evidence:
        names.append(taken[0] if taken else EVIDENCE)
    return tuple(file(name, scene.rng) for name in names)


def file(name: str, rng: Random) -> File:
    """A synthetic piece of evidence: the digest of bytes that exist nowhere."""
    return File(name, hashlib.sha256(rng.randbytes(16)).hexdigest(), rng.randint(1_000, 1_000_000))


def allowed(scene: Scene, request: Request) -> Refused | None:
    """Why the mechanism does not allow ``request``; None if it does."""
    roles = {**scene.standing, **request.roles} if scene.case is None else request.roles
    act = Act(
        request.action, request.actor, scene.at, request.fields, request.files, request.approval, request.part, roles,
        request.area,
    )  # fmt: skip
    try:
        step(scene.flow, scene.state, act, scene.calendar)
    except Refused as refusal:
        return refusal
    return None


def ready_of(scene: Scene, request: Request) -> Ready:
    """The action that ``request`` takes."""
    if request.part is None:
        return scene.flow.actions[request.action]
    branch = scene.state.parts[request.part]["branch"]
    return scene.flow.part_actions[scene.state.stage, branch, request.action]


def but(request: Request, **changes: object) -> Request:
    """``request`` with ``changes``."""
    return replace(request, **changes)  # type: ignore[arg-type]
