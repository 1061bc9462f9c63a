"""What may be done to a case just now: the lawful acts of :mod:`luoshi.casework.walk`, chosen so that cases go on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from random import Random
from typing import Final

from luoshi.casework.act import Request
from luoshi.casework.walk import Move, Walker
from luoshi.mechanisms.acts import Act, Refused
from luoshi.mechanisms.flow import Flow, Ready
from luoshi.mechanisms.nearness import Direction, direction
from luoshi.mechanisms.state import State
from luoshi.mechanisms.step import step
from luoshi.simulation.sample import AREAS, BODIES, on_duty
from luoshi.worktime.calendar import Calendar

WEIGHTS: Final[Mapping[Direction, float]] = {"forward": 6.0, "back": 1.5, "around": 1.0, "aside": 0.4}
"""How likely an act is that brings a case nearer to its close, farther from it, nowhere, or out by a side door."""


@dataclass(frozen=True, slots=True)
class Scene:
    """One case at one moment, as a client sees it. ``place``: its number in the simulation; ``n``: its entries."""

    flow: Flow
    standing: Mapping[str, str]
    calendar: Calendar
    state: State
    at: datetime
    place: int
    rng: Random
    case: str | None = None
    n: int = 0

    @property
    def walker(self) -> Walker:
        """Makes acts for it."""
        return Walker(self.flow, self.calendar, self.rng, standing=self.standing, bodies=BODIES)


@dataclass(frozen=True, slots=True)
class Offer:
    """A request; ``kind`` of what is wrong with it and the codes of the refusals that may be the answer, if any."""

    request: Request
    kind: str = ""
    codes: frozenset[str] = frozenset()


def lawful(scene: Scene) -> Act | None:
    """An act that the mechanism allows now; None if there is none."""
    walker = scene.walker
    moves = walker.moves(scene.state, scene.at)
    while moves:
        weights = [_weight(scene.flow, scene.state.stage, move.ready) for move in moves]
        move = scene.rng.choices(moves, weights)[0]
        moves.remove(move)
        act = on_duty(walker.act(scene.state, move, scene.at), scene.state, scene.rng)
        if refusal(scene, act) is None:
            return act
    return None


def act_of(scene: Scene, ready: Ready) -> Act | None:
    """``ready`` filled in, whether or not it is open now; None if nobody is there to take it."""
    if not any(role in scene.flow.outside or role in scene.state.roles for role in ready.by):
        return None
    return scene.walker.act(scene.state, Move(ready), scene.at)


def refusal(scene: Scene, act: Act) -> Refused | None:
    """Why the mechanism does not allow ``act``; None if it does."""
    try:
        step(scene.flow, scene.state, act, scene.calendar)
    except Refused as found:
        return found
    return None


def asked(scene: Scene, act: Act) -> Request:
    """The request for ``act``; every other one tells what its officer has seen."""
    opens = scene.case is None
    return Request(
        act.actor,
        act.action,
        case=scene.case,
        mechanism=scene.flow.mechanism.id if opens else None,
        fields=act.fields,
        files=act.files,
        approval=act.approval,
        part=act.part,
        area=scene.rng.choice(AREAS) if opens else None,
        seen=scene.n if not opens and scene.rng.random() < 0.5 else None,
        party=f"party.{scene.place}" if opens else None,
    )


def ready_of(scene: Scene, act: Act) -> Ready:
    """The action that ``act`` takes."""
    if act.part is None:
        return scene.flow.actions[act.action]
    branch = scene.state.parts[act.part]["branch"]
    return scene.flow.part_actions[scene.state.stage, branch, act.action]


def but(request: Request, **changes: object) -> Request:
    """``request`` with ``changes``."""
    return replace(request, **changes)  # type: ignore[arg-type]


def _weight(flow: Flow, stage: str, ready: Ready) -> float:
    return WEIGHTS[direction(flow, stage, ready)]
