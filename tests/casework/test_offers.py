"""What is offered can be done, what is blocked is refused for the reason told, and nothing else can be done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from tests.casework.district import DISTRICT, set_up, standing_of
from tests.casework.life import Life, request
from tests.casework.walker import PACKS, calendar, flow_of, walk, walker
from tests.stores import TestStore

from luoshi.casework.walk import BODIES, Move
from luoshi.mechanisms.acts import Act, Actor, Refused
from luoshi.mechanisms.conditions import body_of, hindered
from luoshi.mechanisms.flow import Flow
from luoshi.mechanisms.nearness import direction, nearness
from luoshi.mechanisms.state import State
from luoshi.mechanisms.step import step

OF_THE_FORM = frozenset({"clock_rule", "clock_unset", "start_in_future", "no_clock", "part_twice", "weights_wrong"})
"""Refusals that may depend on what is filled in."""
BOSS = "chief"
APPROVER = "approver"


def within(flow: Flow, state: State) -> Iterator[Move]:
    """Every action of the case's stage and of its open parts, whether or not it can be taken."""
    for ready in flow.actions.values():
        if state.stage in ready.from_ or (ready.action.kind == "open" and not state.stage):
            yield Move(ready)
    for key, part in state.parts.items():
        for (stage, branch, _), ready in flow.part_actions.items():
            if part["open"] and (stage, branch) == (state.stage, part["branch"]) and part["stage"] in ready.from_:
                yield Move(ready, key)


def filled_in(one: Any, state: State, move: Move, actor: Actor, at: Any) -> Act | None:
    """``move`` filled in and taken by ``actor``; None if nobody could."""
    with suppress(IndexError):
        act = one.act(state, move, at)
        approval = replace(act.approval, officer=APPROVER) if act.approval else None
        return replace(act, actor=actor, approval=approval)
    return None


def actors(flow: Flow, state: State, move: Move, officer: str) -> Iterator[Actor]:
    for role in move.ready.action.by:
        body = None if role in flow.outside else body_of(flow, state, role, move.part)
        if body is not None:
            yield Actor(officer, body, role)


@pytest.mark.parametrize("name", PACKS)
def test_the_step_refuses_what_is_hindered_and_nothing_else(name: str) -> None:
    flow, one = flow_of(name), walker(name, 99)
    taken: Counter[str] = Counter()
    told: Counter[str] = Counter()
    for state, walked, _ in (one_step for seed in range(3) for one_step in walk(name, seed, 60, taken=taken)):
        at = walked.at
        roles = {**state.roles, **one.standing} if not state.stage else state.roles
        now = replace(state, roles=roles)
        lawful = {(move.ready.name, move.part) for move in one.moves(state, at)}
        officers = {walked.actor.officer, "somebody", *(officer for mark in state.marks.values() for officer in mark)}
        for move in within(flow, state):
            for actor in (actor for officer in sorted(officers) for actor in actors(flow, now, move, officer)):
                why = hindered(flow, now, move.ready, move.part, actor, at, calendar())
                act = filled_in(one, state, move, actor, at)
                if act is None:
                    assert why is not None
                    continue
                try:
                    step(flow, state, act, calendar())
                except Refused as refused:
                    code = refused.code
                    if why is None:
                        assert code in OF_THE_FORM, (name, move, refused)
                        assert (move.ready.name, move.part) not in lawful or code == "clock_rule", (name, move, refused)
                    else:
                        assert (code, refused.details) == (why.code, why.details) or code == "clock_rule" == why.code
                        told[code] += 1
                else:
                    assert why is None, (name, move.ready.name, why)
    assert told, name


def test_every_reason_that_can_be_known_beforehand_is_told() -> None:
    """Over the packs together: each of these is met at least once, so that none of the checks is idle."""
    told: set[str] = set()
    for name in PACKS:
        flow = flow_of(name)
        walked = [(state, act.at) for state, act, _ in walk(name, 5, 120) if state.stage]
        for state, now in [*walked, *((replace(state, checked=False), at) for state, at in walked)]:
            for at in (now, now + timedelta(days=90)):
                for move in within(flow, state):
                    officers = ("x", *(one for mark in state.marks.values() for one in mark))
                    for actor in (actor for officer in officers for actor in actors(flow, state, move, officer)):
                        why = hindered(flow, state, move.ready, move.part, actor, at, calendar())
                        told |= {why.code} if why else set()
    assert told >= {"same_person", "clock_out", "clock_not_passed", "only_if", "parts_open", "not_verified"}
    assert "clock_rule" in told


# --- in the store


def people(name: str) -> None:
    """Bodies that the walks name; each has officers with a post for every role, and so has the boss for all bodies."""
    from luoshi.org.models import Body, Post
    from luoshi.org.snapshot import forget

    mechanism = flow_of(name).mechanism
    bodies = [*BODIES, *standing_of(mechanism).values()]
    Body.objects.create(district=DISTRICT, code="gov", zh="gov", en="gov", kind="department")
    Body.objects.bulk_create(
        Body(district=DISTRICT, code=code, zh=code, en=code, kind="department", parent="gov") for code in bodies
    )
    own = [(f"{body}/{n}", body) for body in bodies for n in range(9)]
    Post.objects.bulk_create(
        Post(district=DISTRICT, officer=officer, mechanism="*", role=role, body=body, from_day="2020-01-01")
        for officer, body in [*own, (BOSS, "gov"), (APPROVER, "gov")]
        for role in mechanism.roles
    )
    forget(DISTRICT)


def tried(life: Life, state: State, case: str | None, act: Act) -> str:
    """The code of the refusal of ``act``, "" if it would be taken; a party outside approves without a post."""
    from luoshi.casework.act import rehearse
    from luoshi.casework.authority import by_posts

    posts = by_posts(DISTRICT)

    def authorise(told: Act, mechanism: str, row: Any) -> None:
        outside = told.approval is not None and told.approval.role in life.flow.outside
        posts(replace(told, approval=None) if outside else told, mechanism, row)

    try:
        rehearse(DISTRICT, request(act, case, None if case else life.name), authorise=authorise, now=life.at)
    except Refused as refused:
        return refused.code
    return ""


def audit_offers(life: Life, case: str, officer: str) -> int:
    """Every act of ``officer`` on ``case`` against what he is offered; how many were tried."""
    from luoshi.casework.offers import offers

    state = life.states[case]
    offered = {(one.action, one.part): one for one in offers(DISTRICT, officer, case, life.at)}
    lawful = {(move.ready.name, move.part) for move in life.walker.moves(state, life.at)}
    tries = 0
    for move in within(life.flow, state):
        key = (move.ready.name, move.part)
        one = offered.get(key)
        for actor in actors(life.flow, state, move, officer):
            act = filled_in(life.walker, state, move, actor, life.at)
            if act is None:
                continue
            tries += 1
            code = tried(life, state, case, act)
            if code == "":
                assert one is not None, key
                assert one.blocked is None, (key, one.blocked)
            if one is None:
                assert code == "not_authorised", (key, code)
            elif one.actor == actor and one.blocked is not None:
                assert code == one.blocked.code, (key, code, one.blocked)
            elif one.actor == actor and key in lawful:
                assert code in ("", "clock_rule"), (key, code)
    assert set(offered) <= {(move.ready.name, move.part) for move in within(life.flow, state)}
    return tries


@pytest.mark.parametrize("name", PACKS)
def test_what_is_offered_can_be_done_and_nothing_else(store: TestStore, name: str) -> None:
    from luoshi.casework.offers import openings, state_of

    set_up(name)
    people(name)
    life = Life(name, 11)
    tries = 0
    for _ in range(4):
        life.live(6)
        for case, state in list(life.states.items())[-3:]:
            held = state_of(DISTRICT, case)
            assert (held.state.to_json(), held.n) == (state.to_json(), len(life.history[case]))
            marked = {officer for mark in state.marks.values() for officer in mark}
            for officer in sorted({BOSS, f"{state.body}/0", *sorted(marked)[:2]}):
                with suppress_unseen():
                    tries += audit_offers(life, case, officer)
    assert tries > 20
    for one in openings(DISTRICT, BOSS, life.at.date().isoformat()):
        act = filled_in(life.walker, State(), Move(one.ready), one.actor, life.at)
        assert act is not None
        assert tried(life, State(), None, act) == ""
    opened_by = {role for ready in life.flow.actions.values() if ready.action.kind == "open" for role in ready.by}
    assert bool(openings(DISTRICT, BOSS, life.at.date().isoformat())) == bool(opened_by & life.flow.standing)
    assert openings(DISTRICT, "nobody", life.at.date().isoformat()) == ()


class suppress_unseen:  # noqa: N801 - read as ``suppress``
    """An officer who does not see the case is offered nothing, and is not told that there is one."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: Any, error: Any, trace: Any) -> bool:
        from luoshi.casework.errors import CaseworkError

        return isinstance(error, CaseworkError) and error.code == "case_unknown"


def test_the_way_forward_comes_first_and_side_doors_last(store: TestStore) -> None:
    from luoshi.casework.offers import ORDER, offers

    set_up("hotline")
    people("hotline")
    life = Life("hotline", 2)
    case = life.take(None)
    assert case is not None
    found = offers(DISTRICT, BOSS, case, life.at)
    places = [ORDER.index(one.leads) for one in found]
    assert places == sorted(places)
    assert found[0].leads == "forward"
    assert len(found) == len({(one.action, one.part) for one in found})


def test_an_officer_of_one_area_opens_there_alone(store: TestStore) -> None:
    from luoshi.casework.offers import openings
    from luoshi.org.models import Area, Post
    from luoshi.org.snapshot import forget

    set_up("hotline")
    people("hotline")
    for code, parent in (("T", None), ("C", "T"), ("U", None)):
        Area.objects.create(district=DISTRICT, code=code, zh=code, en=code, kind="town", parent=parent)
    Post.objects.create(
        district=DISTRICT, officer="grid", mechanism="hotline", role="agent", body="gov", area="T",
        from_day="2020-01-01", to_day="2025-12-31",
    )  # fmt: skip
    forget(DISTRICT)
    (found,) = openings(DISTRICT, "grid", "2025-03-03")
    assert (found.mechanism, found.actor.role, found.areas) == ("hotline", "agent", frozenset({"T", "C"}))
    assert openings(DISTRICT, "grid", "2026-01-01") == ()


@pytest.mark.parametrize("name", PACKS)
def test_nearness_is_the_fewest_acts_to_a_close(name: str) -> None:
    """Against paths walked one by one."""
    flow = flow_of(name)
    stages = flow.mechanism.stages

    def away(stage: str) -> int | None:
        reached, far = {stage}, 0
        while not any(stages[one].outcome == "done" for one in reached):
            wider = reached | {
                ready.action.to
                for ready in flow.actions.values()
                for one in reached
                if one in ready.from_ and stages[one].open and ready.action.to
            }
            if wider == reached:
                return None
            reached, far = wider, far + 1
        return far

    assert nearness(flow) == {stage: far for stage in stages if (far := away(stage)) is not None}
    for ready in flow.actions.values():
        for stage in ready.from_:
            to = ready.action.to or stage
            if direction(flow, stage, ready) == "forward":
                assert nearness(flow)[to] < nearness(flow).get(stage, 99)
