"""The laws of the loop for the pure step function, on every pack: whatever lawful acts come, in whatever order."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.casework.walker import PACKS, calendar, flow_of, walk, walker
from tests.mechanisms.shadow import Shadow

from luoshi.mechanisms import timing
from luoshi.mechanisms.acts import Act, Outcome, Refused
from luoshi.mechanisms.flow import Flow
from luoshi.mechanisms.model import Action
from luoshi.mechanisms.state import State
from luoshi.mechanisms.step import step

QUICK, DEEP = 4, 150
STEPS = 70
SEEDS = st.integers(0, 2**32)

Law = Callable[[Flow, list[tuple[State, Act, Outcome]]], None]


def action_of(flow: Flow, before: State, act: Act) -> Action:
    if act.part is None:
        return flow.mechanism.actions[act.action]
    return flow.mechanism.branch_of(before.stage, before.parts[act.part]["branch"]).actions[act.action]


def someone_always(flow: Flow, before: State, act: Act, outcome: Outcome) -> None:
    """Law 1."""
    state = outcome.state
    stage = flow.mechanism.stages[state.stage]
    if not stage.open:
        assert all("stopped" in clock or flow.mechanism.clocks[name].window for name, clock in state.clocks.items())
        assert not any(part["open"] for part in state.parts.values())
        return
    assert state.body
    if stage.responsible is not None:
        assert state.body == state.roles[stage.responsible]
    clocks = [state.clocks[name] for name in stage.clocks if timing.running(state.clocks.get(name))]
    open_parts = [part for part in state.parts.values() if part["open"]]
    clocks += [clock for part in open_parts for clock in part["clocks"].values() if timing.running(clock)]
    assert clocks, "no time runs"
    for clock in clocks:
        assert "due" in clock or clock["need"] > 2026
        assert all(pause["latest"] >= pause["start"] for pause in clock.get("pauses", []))
    dues = [clock["due"][:10] for clock in clocks if "due" in clock]
    assert outcome.act_by == (min(dues) if dues else None)
    if open_parts:
        assert stage.parallel is not None


class Earned:
    """Law 3: whether what was done last has been checked by somebody else, on evidence."""

    def __init__(self, flow: Flow) -> None:
        self.flow = flow
        self.checked = False
        self.last_worker: str | None = None
        """Who did the last work that nobody else has checked yet."""

    def follow(self, before: State, act: Act, outcome: Outcome) -> None:
        action = action_of(self.flow, before, act)
        officer = act.actor.officer
        if action.needs.other_than and action.needs.evidence:
            marked = {one for mark in action.needs.other_than for one in before.marks.get(mark, ())}
            assert officer not in marked
            assert len({file.sha256 for file in act.files}) >= action.needs.evidence
            if officer != self.last_worker and act.part is None:
                self.checked, self.last_worker = True, None
        elif action.records or action.kind in ("open", "return", "reopen"):
            self.checked = False
        if action.records and not action.verifies:
            self.last_worker = officer
        if not self.flow.mechanism.stages[outcome.stage_to].open:
            assert self.checked, "closed without a check"
            assert outcome.sets["struck_off_on"] == act.at.date().isoformat()


def hold_all(name: str, seed: int) -> None:
    """Every law on one walk of the pack ``name``."""
    flow = flow_of(name)
    shadow, earned = Shadow(flow, calendar()), Earned(flow)
    for before, act, outcome in walk(name, seed, STEPS):
        if before.stage == "":
            shadow, earned = Shadow(flow, calendar()), Earned(flow)
        someone_always(flow, before, act, outcome)
        earned.follow(before, act, outcome)
        shadow.follow(before, act, outcome)
        shadow.check(outcome.state)
        if "due_on" in outcome.sets:
            assert outcome.sets["due_on"] == shadow.due_on()
        else:
            assert not {f"due_{clock}" for clock in flow.promises} & outcome.data.keys() or act.part is not None
        text = outcome.state.to_json()
        again = State.from_json(text, stage=outcome.state.stage, body=outcome.state.body)
        assert again.to_json() == text
        assert "overdue" not in text
        assert "late" not in {key for clock in json.loads(text)["clocks"].values() for key in clock}
        for value in (outcome.data, outcome.sets):
            assert not any("overdue" in key for key in value)


@pytest.mark.parametrize("name", PACKS)
@given(seed=SEEDS)
@settings(max_examples=QUICK, deadline=None)
def test_the_laws_hold_on_every_walk(name: str, seed: int) -> None:
    hold_all(name, seed)


@pytest.mark.slow
@pytest.mark.parametrize("name", PACKS)
@given(seed=SEEDS)
@settings(max_examples=DEEP, deadline=None)
def test_the_laws_hold_on_many_walks(name: str, seed: int) -> None:
    hold_all(name, seed)


@pytest.mark.parametrize("name", PACKS)
def test_a_walk_reaches_every_action(name: str) -> None:
    """Otherwise the laws would be shown for less than the whole pack."""
    flow = flow_of(name)
    every = {(len(path) > 2, path[-1]) for path, _ in flow.mechanism.every_action()}
    taken: Counter[str] = Counter()
    for seed in range(800):
        for _, act, _ in walk(name, seed, STEPS, taken=taken):
            every.discard((act.part is not None, act.action))
        if not every:
            return
    raise AssertionError(f"never taken: {sorted(every)}")


def refuse_spoilt(name: str, seed: int) -> None:
    one = walker(name, seed)
    for before, act, _ in walk(name, seed, STEPS // 2):
        told = before.to_json()
        for spoilt in one.spoilt(before, act):
            with pytest.raises(Refused) as refused:
                step(one.flow, before, spoilt.act, one.calendar)
            assert refused.value.code in spoilt.codes, (spoilt.what, refused.value)
        assert before.to_json() == told, "a step altered the state that it was given"


@pytest.mark.parametrize("name", PACKS)
@given(seed=SEEDS)
@settings(max_examples=QUICK // 2, deadline=None)
def test_an_act_spoilt_in_one_point_is_refused(name: str, seed: int) -> None:
    refuse_spoilt(name, seed)


@pytest.mark.slow
@pytest.mark.parametrize("name", PACKS)
@given(seed=SEEDS)
@settings(max_examples=DEEP // 3, deadline=None)
def test_spoilt_acts_are_refused_on_many_walks(name: str, seed: int) -> None:
    refuse_spoilt(name, seed)
