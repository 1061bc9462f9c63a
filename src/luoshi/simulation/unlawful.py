"""Acts that must be refused: a lawful one with one thing made wrong, and the codes that may be the answer.

Half of them are what :mod:`luoshi.casework.walk` makes wrong in the act itself; the others are wrong in time, in what
their officer has seen, in the stage of their case.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from luoshi.casework.act import Request
from luoshi.mechanisms import timing
from luoshi.mechanisms.acts import Act, Actor
from luoshi.mechanisms.flow import Ready
from luoshi.simulation.offers import Offer, Scene, act_of, asked, but, ready_of
from luoshi.simulation.sample import BODIES, DUTY, STRANGER, officer

Wrong = Callable[[Scene, Act], Request | None]

WRONG_VALUES: Final = {"choice": "no_such_choice", "integer": "many", "decimal": "half", "flag": "yes"}
"""Values that no form may take for fields of these types."""
NO_POST: Final = frozenset({"not_authorised"})


def unlawful(scene: Scene, base: Act) -> Offer:
    """``base``, which is lawful, with one thing made wrong."""
    if scene.rng.random() < 0.5:
        return _spoilt(scene, base)
    kinds = list(KINDS)
    scene.rng.shuffle(kinds)
    for kind in kinds:
        make, codes = KINDS[kind]
        request = make(scene, base)
        if request is not None:
            return Offer(request, kind, codes)
    raise AssertionError("an officer without a post can always be had")


def _spoilt(scene: Scene, base: Act) -> Offer:
    found = scene.rng.choice(list(scene.walker.spoilt(scene.state, base)))
    act = found.act
    if act.actor.body != base.actor.body:
        # An officer of that other body, who holds a post there: the case is what he has nothing to do with.
        act = replace(act, actor=officer(scene.rng, act.actor.role, act.actor.body))
    if act.approval is not None and base.approval is not None and act.approval.body != base.approval.body:
        act = replace(act, approval=officer(scene.rng, act.approval.role, act.approval.body))
    kind = found.what.partition(" ")[0] if found.what.startswith("without") else found.what
    who = act.actor != base.actor or act.approval != base.approval
    return Offer(asked(scene, act), kind, found.codes | NO_POST if who else found.codes)


def _stranger(scene: Scene, base: Act) -> Request | None:
    return asked(scene, replace(base, actor=Actor(STRANGER, base.actor.body, base.actor.role)))


def _same_person(scene: Scene, base: Act) -> Request | None:
    """Who handled the case checks it: possible only for who holds both posts."""
    needs = ready_of(scene, base).action.needs
    marked = [one for mark in needs.other_than for one in scene.state.marks.get(mark, ())]
    able = [one for one in marked if one.rpartition("/")[0] in (DUTY, base.actor.body)]
    if not able or not base.actor.body:
        return None
    return asked(scene, replace(base, actor=replace(base.actor, officer=scene.rng.choice(able))))


def _field_wrong(scene: Scene, base: Act) -> Request | None:
    fields = scene.flow.mechanism.fields
    names = [name for name in base.fields if fields[name].type in WRONG_VALUES and not fields[name].many]
    if not names:
        return None
    name = scene.rng.choice(names)
    return asked(scene, replace(base, fields={**base.fields, name: WRONG_VALUES[fields[name].type]}))


def _close_unverified(scene: Scene, base: Act) -> Request | None:
    """To close at once, without a check."""
    if scene.case is None or scene.state.checked:
        return None
    stages = scene.flow.mechanism.stages
    closing = [
        one
        for one in scene.flow.actions.values()
        if one.action.to is not None and not stages[one.action.to].open and not one.action.verifies
    ]
    return _taken(scene, closing)


def _taken(scene: Scene, some: list[Ready]) -> Request | None:
    """One of ``some``, filled in as if it were open."""
    act = act_of(scene, scene.rng.choice(some)) if some else None
    return asked(scene, act) if act is not None else None


def _stale(scene: Scene, base: Act) -> Request | None:
    return but(asked(scene, base), seen=scene.n - 1) if scene.n > 1 else None


def _future(scene: Scene, base: Act) -> Request | None:
    return but(asked(scene, base), at=scene.at + timedelta(days=1))


def _before_last(scene: Scene, base: Act) -> Request | None:
    if not scene.state.at:
        return None
    return but(asked(scene, base), at=datetime.fromisoformat(scene.state.at) - timedelta(seconds=1))


def _join_early(scene: Scene, base: Act) -> Request | None:
    stage = scene.flow.mechanism.stages.get(scene.state.stage)
    if stage is None or stage.parallel is None:
        return None
    waited = [
        part
        for part in scene.state.parts.values()
        if part["open"] and (stage.parallel.join == "all" or part["kind"] == stage.parallel.lead)
    ]
    joins = [one for one in scene.flow.actions.values() if one.action.kind == "join" and scene.state.stage in one.from_]
    return _taken(scene, joins) if waited else None


def _guarded(scene: Scene, base: Act) -> Request | None:
    """An action that is open only for other values of a field."""
    known = scene.state.fields
    return _taken(
        scene,
        [
            one
            for one in scene.flow.actions.values()
            if one.action.only_if is not None
            and scene.state.stage in one.from_
            and one.action.only_if.field not in one.allowed
            and known.get(one.action.only_if.field) not in one.action.only_if.any_of
        ],
    )


def _too_late(scene: Scene, base: Act) -> Request | None:
    late = []
    for one in scene.flow.actions.values():
        clock = scene.state.clocks.get(one.action.needs.before_due or "")
        if scene.state.stage in one.from_ and clock is not None and timing.in_time(clock, scene.at) is False:
            late.append(one)
    return _taken(scene, late)


def _too_early(scene: Scene, base: Act) -> Request | None:
    early = []
    for one in scene.flow.actions.values():
        clock = scene.state.clocks.get(one.action.needs.passed or "")
        if scene.state.stage in one.from_ and clock is not None and timing.in_time(clock, scene.at) is not False:
            early.append(one)
    return _taken(scene, early)


def _case_unknown(scene: Scene, base: Act) -> Request | None:
    return but(asked(scene, base), case=f"{scene.flow.mechanism.id}-1999-000001", mechanism=None, seen=None)


def _mechanism_unknown(scene: Scene, base: Act) -> Request | None:
    return but(asked(scene, base), mechanism="no_such_mechanism") if scene.case is None else None


def _role_given(scene: Scene, base: Act) -> Request | None:
    names = [name for name in scene.flow.mechanism.roles if name not in scene.flow.standing]
    return but(asked(scene, base), roles={names[0]: BODIES[0]}) if scene.case is None and names else None


def _too_many_files(scene: Scene, base: Act) -> Request | None:
    return but(asked(scene, base), files=base.files[:1] * 51) if base.files else None


def _codes(*codes: str) -> frozenset[str]:
    return frozenset(codes)


KINDS: Final[dict[str, tuple[Wrong, frozenset[str]]]] = {
    "stranger": (_stranger, NO_POST),
    "same_person": (_same_person, _codes("same_person")),
    "field_wrong": (_field_wrong, _codes("field_value")),
    "close_unverified": (
        _close_unverified,
        _codes("stage_wrong", "not_verified", "only_if", "parts_open", "role_unset", "clock_not_running"),
    ),
    "stale": (_stale, _codes("changed")),
    "future": (_future, _codes("in_future")),
    "before_last": (_before_last, _codes("before_last")),
    "join_early": (_join_early, _codes("parts_open")),
    "guarded": (_guarded, _codes("only_if")),
    "too_late": (_too_late, _codes("clock_out", "clock_not_running", "only_if")),
    "too_early": (_too_early, _codes("clock_not_passed", "only_if")),
    "case_unknown": (_case_unknown, _codes("case_unknown")),
    "mechanism_unknown": (_mechanism_unknown, _codes("mechanism_unknown")),
    "role_given": (_role_given, _codes("role_not_standing")),
    "too_many_files": (_too_many_files, _codes("files_too_many")),
}
"""Kind → how it is made, and the codes of the refusals that it must meet."""
