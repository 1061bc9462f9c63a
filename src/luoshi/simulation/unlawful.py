"""Acts that must be refused: a lawful one with one thing made wrong, and the codes that may be the answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from luoshi.casework.act import Request
from luoshi.mechanisms import timing
from luoshi.mechanisms.acts import Actor
from luoshi.mechanisms.flow import Ready
from luoshi.simulation import forms
from luoshi.simulation.offers import Offer, Scene, but, file, ready_of, written
from luoshi.simulation.sample import BODIES, DUTY, OFFICERS, STRANGER, officer

Wrong = Callable[[Scene, Request, Ready], Request | None]


def unlawful(scene: Scene, base: Request) -> Offer:
    """``base``, which is lawful, with one thing made wrong."""
    ready = ready_of(scene, base)
    kinds = list(KINDS)
    scene.rng.shuffle(kinds)
    for kind in kinds:
        make, codes = KINDS[kind]
        request = make(scene, base, ready)
        if request is not None:
            return Offer(request, kind, codes)
    raise AssertionError("an officer without a post can always be had")


def _stranger(scene: Scene, base: Request, ready: Ready) -> Request | None:
    return but(base, actor=Actor(STRANGER, base.actor.body, base.actor.role))


def _wrong_role(scene: Scene, base: Request, ready: Ready) -> Request | None:
    roles = [role for role in scene.flow.mechanism.roles if role not in ready.by and role not in scene.flow.outside]
    if not roles:
        return None
    role = scene.rng.choice(roles)
    return but(base, actor=officer(scene.rng, role, scene.state.roles.get(role, BODIES[0])))


def _wrong_body(scene: Scene, base: Request, ready: Ready) -> Request | None:
    if base.actor.role in scene.flow.outside:
        return None
    return but(base, actor=officer(scene.rng, base.actor.role, "sample-elsewhere"))


def _same_person(scene: Scene, base: Request, ready: Ready) -> Request | None:
    """Who handled the case checks it: possible only for who holds both posts."""
    marked = [one for mark in ready.action.needs.other_than for one in scene.state.marks.get(mark, ())]
    able = [one for one in marked if one.startswith((DUTY, base.actor.body + ".")) and base.actor.body]
    if not able:
        return None
    return but(base, actor=Actor(scene.rng.choice(able), base.actor.body, base.actor.role))


def _no_evidence(scene: Scene, base: Request, ready: Ready) -> Request | None:
    return but(base, files=()) if ready.action.needs.evidence else None


def _field_missing(scene: Scene, base: Request, ready: Ready) -> Request | None:
    names = [name for name in ready.action.supply if name in base.fields]
    if not names:
        return None
    gone = scene.rng.choice(names)
    return but(base, fields={name: value for name, value in base.fields.items() if name != gone})


def _field_wrong(scene: Scene, base: Request, ready: Ready) -> Request | None:
    names = list(base.fields)
    if not names:
        return None
    name = scene.rng.choice(names)
    return but(base, fields={**base.fields, name: forms.wrong(scene.flow.mechanism.fields[name])})


def _field_not_asked(scene: Scene, base: Request, ready: Ready) -> Request | None:
    fields = scene.flow.mechanism.fields
    names = [name for name in fields if name not in ready.allowed and fields[name].type != "files"]
    if not names:
        return None
    name = scene.rng.choice(names)
    value = forms.value(scene.flow.mechanism, name, scene.at.date(), scene.rng)
    return but(base, fields={**base.fields, name: value})


def _out_of_stage(scene: Scene, base: Request, ready: Ready) -> Request | None:
    names = [name for name, one in scene.flow.actions.items() if scene.state.stage not in one.from_]
    if scene.case is None:
        names = [name for name, one in scene.flow.actions.items() if one.action.kind != "open"]
    return but(base, action=scene.rng.choice(names), part=None) if names else None


def _close_unverified(scene: Scene, base: Request, ready: Ready) -> Request | None:
    """To close at once, without a check."""
    if scene.case is None or scene.state.checked:
        return None
    stages = scene.flow.mechanism.stages
    names = [
        name
        for name, one in scene.flow.actions.items()
        if one.action.to is not None and not stages[one.action.to].open and not one.action.verifies
    ]
    if not names:
        return None
    closing = scene.flow.actions[scene.rng.choice(names)]
    return but(written(scene, closing, None) or base, action=closing.name, part=None)


def _unknown_action(scene: Scene, base: Request, ready: Ready) -> Request | None:
    return but(base, action="no_such_action")


def _stale(scene: Scene, base: Request, ready: Ready) -> Request | None:
    return but(base, seen=scene.n - 1) if scene.n > 1 else None


def _future(scene: Scene, base: Request, ready: Ready) -> Request | None:
    return but(base, at=scene.at + timedelta(days=1))


def _before_last(scene: Scene, base: Request, ready: Ready) -> Request | None:
    if not scene.state.at:
        return None
    return but(base, at=datetime.fromisoformat(scene.state.at) - timedelta(seconds=1))


def _no_approval(scene: Scene, base: Request, ready: Ready) -> Request | None:
    return but(base, approval=None) if ready.action.needs.approval else None


def _own_approval(scene: Scene, base: Request, ready: Ready) -> Request | None:
    if base.approval is None or not base.actor.body:
        return None
    person = f"{DUTY}.{OFFICERS}"
    return but(
        base,
        actor=Actor(person, base.actor.body, base.actor.role),
        approval=Actor(person, base.approval.body, base.approval.role),
    )


def _join_early(scene: Scene, base: Request, ready: Ready) -> Request | None:
    stage = scene.flow.mechanism.stages.get(scene.state.stage)
    if stage is None or stage.parallel is None:
        return None
    waited = [
        part
        for part in scene.state.parts.values()
        if part["open"] and (stage.parallel.join == "all" or part["kind"] == stage.parallel.lead)
    ]
    joins = [one for one in scene.flow.actions.values() if one.action.kind == "join" and scene.state.stage in one.from_]
    return written(scene, scene.rng.choice(joins), None) if waited and joins else None


def _guarded(scene: Scene, base: Request, ready: Ready) -> Request | None:
    """An action that is open only for other values of a field."""
    known = scene.state.fields
    names = [
        one
        for one in scene.flow.actions.values()
        if one.action.only_if is not None
        and scene.state.stage in one.from_
        and one.action.only_if.field not in one.allowed
        and known.get(one.action.only_if.field) not in one.action.only_if.any_of
    ]
    return written(scene, scene.rng.choice(names), None) if names else None


def _too_late(scene: Scene, base: Request, ready: Ready) -> Request | None:
    names = []
    for one in scene.flow.actions.values():
        clock = scene.state.clocks.get(one.action.needs.before_due or "")
        if scene.state.stage in one.from_ and clock is not None and timing.in_time(clock, scene.at) is False:
            names.append(one)
    return written(scene, scene.rng.choice(names), None) if names else None


def _too_long(scene: Scene, base: Request, ready: Ready) -> Request | None:
    for clock, name in ready.action.extends.items():
        rule = scene.flow.mechanism.clocks[clock].extension
        if rule is not None and rule.max is not None and scene.flow.mechanism.fields[name].type == "integer":
            return but(base, fields={**base.fields, name: scene.flow.amount(rule.max).value + 1})
    return None


def _case_unknown(scene: Scene, base: Request, ready: Ready) -> Request | None:
    return but(base, case=f"{scene.flow.mechanism.id}-1999-000001", mechanism=None, seen=None)


def _mechanism_unknown(scene: Scene, base: Request, ready: Ready) -> Request | None:
    return but(base, mechanism="no_such_mechanism") if scene.case is None else None


def _part_unknown(scene: Scene, base: Request, ready: Ready) -> Request | None:
    return but(base, part="99.none.none") if base.part is not None else None


def _role_given(scene: Scene, base: Request, ready: Ready) -> Request | None:
    names = [name for name in scene.flow.mechanism.roles if name not in scene.flow.standing]
    return but(base, roles={names[0]: BODIES[0]}) if scene.case is None and names else None


def _too_many_files(scene: Scene, base: Request, ready: Ready) -> Request | None:
    if not base.files or scene.rng.random() < 0.8:
        return None
    return but(base, files=tuple(file(base.files[0].field, scene.rng) for _ in range(51)))


def _codes(*codes: str) -> frozenset[str]:
    return frozenset(codes)


KINDS: Final[dict[str, tuple[Wrong, frozenset[str]]]] = {
    "stranger": (_stranger, _codes("not_authorised")),
    "wrong_role": (_wrong_role, _codes("role_may_not")),
    "wrong_body": (_wrong_body, _codes("body_wrong")),
    "same_person": (_same_person, _codes("same_person")),
    "no_evidence": (_no_evidence, _codes("evidence_missing", "field_missing")),
    "field_missing": (_field_missing, _codes("field_missing")),
    "field_wrong": (_field_wrong, _codes("field_value")),
    "field_not_asked": (_field_not_asked, _codes("field_not_asked")),
    "out_of_stage": (_out_of_stage, _codes("stage_wrong")),
    "close_unverified": (
        _close_unverified,
        _codes("stage_wrong", "not_verified", "only_if", "parts_open", "role_unset", "clock_not_running"),
    ),
    "unknown_action": (_unknown_action, _codes("action_unknown")),
    "stale": (_stale, _codes("changed")),
    "future": (_future, _codes("in_future")),
    "before_last": (_before_last, _codes("before_last")),
    "no_approval": (_no_approval, _codes("approval_missing")),
    "own_approval": (_own_approval, _codes("same_person")),
    "join_early": (_join_early, _codes("parts_open")),
    "guarded": (_guarded, _codes("only_if")),
    "too_late": (_too_late, _codes("clock_out", "clock_not_running", "only_if", "same_person")),
    "too_long": (_too_long, _codes("clock_rule")),
    "case_unknown": (_case_unknown, _codes("case_unknown")),
    "mechanism_unknown": (_mechanism_unknown, _codes("mechanism_unknown")),
    "part_unknown": (_part_unknown, _codes("part_unknown")),
    "role_given": (_role_given, _codes("role_not_standing")),
    "too_many_files": (_too_many_files, _codes("files_too_many")),
}
"""Kind → how it is made, and the codes of the refusals that it must meet."""
