"""The fixpoints against a walk over every state that a case can come to, interleavings of parts and all."""

from __future__ import annotations

from collections import deque
from typing import Any, NamedTuple

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from tests.mechanisms.sample import ON, build

from luoshi.mechanisms.model import Action, Mechanism
from luoshi.mechanisms.soundness import check

NAMED = {"zh": "某", "en": "Some"}
CLOCKS = ["a", "b"]
MARKS = ["m", "n"]
FOLLOWED = {"clock_not_running", "role_not_yet", "close_not_earned", "check_empty"}
"""The findings that the walk looks for, too."""
MOST_STATES = 20_000

Found = tuple[str, str]


class Part(NamedTuple):
    branch: str
    stage: str
    running: frozenset[str]


class Case(NamedTuple):
    stage: str
    running: frozenset[str]
    assigned: bool
    marks: frozenset[str]
    settled: bool
    parts: tuple[Part, ...]


def walk(mechanism: Mechanism) -> set[Found]:
    """What goes wrong in any state that a case can come to: (code, where)."""
    wrong: set[Found] = set()
    queue: deque[Case] = deque()
    seen: set[Case] = set()
    before = Case("", frozenset(), False, frozenset(), False, ())

    def come(new: Case) -> None:
        if new not in seen:
            seen.add(new)
            queue.append(new)

    for name, action in mechanism.actions.items():
        if action.kind == "open":
            come(_act(mechanism, before, name, action, wrong))
    while queue:
        assume(len(seen) < MOST_STATES)
        case = queue.popleft()
        wrong |= _stands(mechanism, case)
        for name, action in mechanism.actions.items():
            if case.stage in action.from_ and _may(action, case):
                come(_act(mechanism, case, name, action, wrong))
        for place, part in enumerate(case.parts):
            for name, action in mechanism.branch_of(case.stage, part.branch).actions.items():
                if part.stage in action.from_:
                    moved = Part(part.branch, action.to or part.stage, _clocks(part.running, action))
                    parts = (*case.parts[:place], moved, *case.parts[place + 1 :])
                    wrong |= _excludes(case, f"{part.branch}.{name}", action)
                    settled = case.settled and not action.unsettles
                    come(case._replace(parts=parts, marks=case.marks | {*action.records}, settled=settled))
    return wrong


def _may(action: Action, case: Case) -> bool:
    open_parts = any(part.stage != "end" for part in case.parts)
    return (case.assigned or "office" in action.by) and not (action.kind == "join" and open_parts)


def _clocks(running: frozenset[str], action: Action) -> frozenset[str]:
    return (running - {*action.stops}) | {*action.starts}


def _excludes(case: Case, name: str, action: Action) -> set[Found]:
    empty = action.needs.other_than and not case.marks & {*action.needs.other_than}
    return {("check_empty", name)} if empty else set()


def _act(mechanism: Mechanism, case: Case, name: str, action: Action, wrong: set[Found]) -> Case:
    wrong |= _excludes(case, name, action)
    stage = action.to or case.stage
    running = _clocks(case.running, action)
    settled = True if action.verifies else case.settled and not action.unsettles
    parts = case.parts if stage == case.stage else ()
    if action.splits:
        parts = tuple(Part(one.branch, "begin", frozenset(one.starts)) for one in action.splits)
    if not mechanism.stages[stage].open:
        running = frozenset()
        if not settled and (not case.stage or mechanism.stages[case.stage].open):
            wrong.add(("close_not_earned", name))
    assigned = case.assigned or bool(action.assigns)
    return Case(stage, running, assigned, case.marks | {*action.records}, settled, parts)


def _stands(mechanism: Mechanism, case: Case) -> set[Found]:
    stage = mechanism.stages[case.stage]
    found = {("clock_not_running", f"{case.stage}.{clock}") for clock in stage.clocks if clock not in case.running}
    if stage.responsible == "worker" and not case.assigned:
        found.add(("role_not_yet", case.stage))
    for part in case.parts:
        clocks = mechanism.branch_of(case.stage, part.branch).stages[part.stage].clocks
        lacking = [clock for clock in clocks if clock not in case.running | part.running]
        found |= {("clock_not_running", f"{part.branch}.{part.stage}.{clock}") for clock in lacking}
    return found


def told(mechanism: Mechanism) -> tuple[bool, set[Found]]:
    """Whether the check finds no error, and its findings of the kinds that the walk looks for."""
    findings = check(mechanism, ON)
    found = set()
    for one in findings:
        if one.code in FOLLOWED:
            names = [str(step) for step in one.path]
            branch = f"{names[names.index('branches') + 1]}." if "branches" in names else ""
            where = names[names.index("actions") + 1] if "actions" in names else str(one.details.get("stage"))
            clock = f".{one.details['clock']}" if one.code == "clock_not_running" else ""
            found.add((one.code, f"{branch}{where}{clock}"))
    return all(one.severity != "error" for one in findings), found


def summary(mechanism: Mechanism) -> str:
    """What matters of ``mechanism``, to be read when a test fails."""
    return "\n".join(
        f"{'.'.join(map(str, place[-3:]))}: {action.model_dump(exclude_defaults=True, exclude={'zh', 'en'})}"
        for place, action in mechanism.every_action()
    ) + "".join(f"\n{name}: {stage.responsible} {stage.clocks}" for name, stage in mechanism.stages.items())


@st.composite
def mechanisms(draw: st.DrawFn, *, parallel: bool, actors: tuple[str, ...] = ("office", "worker")) -> Mechanism:
    """A small random definition of the right shape, its flow sound or not."""
    names = [f"s{number}" for number in range(draw(st.integers(2, 4)))]
    some = st.lists(st.sampled_from(CLOCKS), unique=True, max_size=2)
    few = st.lists(st.sampled_from(MARKS), unique=True, max_size=1)

    def action(sources: list[str], targets: list[str]) -> dict[str, Any]:
        keys: dict[str, Any] = {**NAMED, "by": [draw(st.sampled_from(actors))]}
        keys["from"] = draw(st.lists(st.sampled_from(sources), unique=True, min_size=1, max_size=2))
        keys["to"] = draw(st.sampled_from(targets))
        keys |= {"starts": draw(some), "stops": draw(some), "records": draw(few)}
        if draw(st.booleans()):
            keys["needs"] = {"other_than": draw(st.lists(st.sampled_from(MARKS), unique=True)), "evidence": 1}
        if draw(st.booleans()):
            keys |= {"assigns": {"worker": "body"}, "supply": ["body"]}
        return keys

    stages: dict[str, Any] = {
        name: {
            **NAMED,
            "responsible": draw(st.sampled_from(["office", "worker"])),
            "clocks": draw(st.lists(st.sampled_from(CLOCKS), unique=True, min_size=1)),
        }
        for name in names
    }
    stages["closed"] = {**NAMED, "open": False, "outcome": "done"}
    opening = {**NAMED, "kind": "open", "by": ["office"], "to": "s0", "starts": draw(some), "records": draw(few)}
    if draw(st.booleans()):
        opening |= {"assigns": {"worker": "body"}, "supply": ["body"]}
    actions = {"open": opening}
    for number in range(draw(st.integers(1, 5))):
        actions[f"x{number}"] = action(names, names)
    for number in range(draw(st.integers(1, 2))):
        actions[f"close{number}"] = {**action(names, ["closed"]), "kind": "close"}
    if draw(st.booleans()):
        actions["reopen"] = {**action(["closed"], names), "kind": "reopen"}
    if parallel:
        branches = {name: _branch(draw, some, few, action) for name in ("left", "right")[: draw(st.integers(1, 2))]}
        stages["joint"] = {**stages["s0"], "parallel": {"kinds": {"k": NAMED}, "branches": branches}}
        splits = [{"branch": name, "kind": "k", "role": "office", "starts": draw(some)} for name in branches]
        actions["split"] = {**action(names, ["joint"]), "kind": "split", "splits": splits}
        if draw(st.booleans()):
            less = [{**splits[0], "starts": draw(some)}]
            actions["split_less"] = {**action(names, ["joint"]), "kind": "split", "splits": less}
        actions["join"] = {**action(["joint"], names), "kind": "join"}
        if draw(st.booleans()):
            actions["meanwhile"] = action(["joint"], ["joint"])
    return build(
        {
            "id": "random",
            "version": 1,
            "names": NAMED,
            "summary": "x",
            "status": "active",
            "legal": {},
            "numbering": "{n}",
            "roles": {"office": NAMED, "worker": {**NAMED, "kind": "assigned"}},
            "marks": dict.fromkeys(MARKS, NAMED),
            "fields": {"body": {**NAMED, "type": "body"}},
            "settings": {"days": {**NAMED, "type": "integer"}},
            "stages": stages,
            "actions": actions,
            "clocks": {
                name: {
                    **NAMED,
                    "kind": "internal",
                    "budget": {"setting": "days", "unit": "工作日"},
                    "start_event": "x",
                }
                for name in CLOCKS
            },
        }
    )


def _branch(draw: st.DrawFn, some: Any, few: Any, action: Any) -> dict[str, Any]:
    stages = {"begin": {**NAMED, "clocks": draw(some)}, "more": {**NAMED, "clocks": draw(some)}}
    stages["end"] = {**NAMED, "open": False}
    actions = {"first": action(["begin"], ["more"]), "second": action(["more"], ["begin", "end"])}
    actions["last"] = action(["begin", "more"], ["end"])
    for one in actions.values():
        one["by"] = ["office"]
        one.pop("assigns", None)
        one.pop("supply", None)
    return {**NAMED, "role": "office", "start": "begin", "stages": stages, "actions": actions}


QUIET = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow]
)


@QUIET
@given(mechanisms(parallel=False, actors=("office",)))
def test_without_parts_the_findings_are_exactly_what_a_walk_meets(mechanism: Mechanism) -> None:
    """But for who may act: that somebody was assigned may imply more than is known of each fact by itself."""
    assert told(mechanism)[1] ^ walk(mechanism) == set(), summary(mechanism)


@QUIET
@given(mechanisms(parallel=True) | mechanisms(parallel=False))
def test_nothing_that_a_walk_meets_is_missed(mechanism: Mechanism) -> None:
    assert walk(mechanism) - told(mechanism)[1] == set(), summary(mechanism)


@QUIET
@given(mechanisms(parallel=False))
def test_the_way_that_a_finding_shows_can_be_gone(mechanism: Mechanism) -> None:
    """From the opening on, actions and stages in turn, each action leading from the stage before to the one after."""
    for one in check(mechanism, ON):
        here = ""
        for place in range(0, len(one.route), 2):
            action = mechanism.actions[one.route[place]]
            assert here in action.from_ if here else action.kind == "open"
            here = (*one.route, action.to)[place + 1] or here
            assert here == (action.to or here)
