"""Parallel stages 协办/会办/分办: each branch is followed by itself, once, whatever the others do meanwhile.

The parts of a split case share marks and fields with it but have clocks of their own. What a branch may do to the case
at any moment is a way of the parallel stage to itself; what all its ends have in common is added by the join. So ten
branches cost ten small graphs, not their product.
"""

from __future__ import annotations

from luoshi.mechanisms.errors import Path
from luoshi.mechanisms.model import Branch, Parallel
from luoshi.mechanisms.soundness_effects import Effects
from luoshi.mechanisms.soundness_graph import OUTSIDE, Edge, Effect, Graph
from luoshi.mechanisms.soundness_report import Report
from luoshi.mechanisms.soundness_shape import targets
from luoshi.mechanisms.soundness_steps import check_choices, check_possible, check_reach, check_steps

NOTHING = Effect()


def interference(effects: Effects, stage: str) -> list[Edge]:
    """What acts on parts may do to the case while it is in the parallel ``stage``, as ways from it to itself."""
    parallel = _parallel(effects, stage)
    found = []
    for name, branch in parallel.branches.items():
        for action_name, action in branch.actions.items():
            effect = effects.of(action)
            shared = Effect(
                must_kill=effect.must_kill & ~effects.clocks,
                may_gen=effect.may_gen & ~effects.clocks & ~effects.settled,
                requires=tuple(one for one in effect.requires if one[0] == "guard"),
            )
            path: Path = ("stages", stage, "parallel", "branches", name, "actions", action_name)
            found.append(Edge(stage, stage, action_name, path, None, shared))
    return found


def _parallel(effects: Effects, stage: str) -> Parallel:
    parallel = effects.mechanism.stages[stage].parallel
    assert parallel is not None
    return parallel


def joined(effects: Effects, stage: str) -> tuple[int, int]:
    """What surely holds after a join of ``stage`` because its parts have been to their ends: marks and fields.

    And whose work the last one can no more be: if parts surely worked, it is theirs or was done meanwhile.
    """
    parallel = _parallel(effects, stage)
    ends = {
        name: _common_ends(branch, branch_graph(effects, stage, name, 0, 0))
        for name, branch in parallel.branches.items()
    }
    common: int | None = None
    for action in effects.mechanism.actions.values():
        if not action.splits or stage not in [target for _, target in targets(action)]:
            continue
        made = 0
        for part in action.splits:
            if parallel.join == "all" or part.kind == parallel.lead:
                made |= ends[part.branch]
        common = made if common is None else common & made
    shared = effects.facts.every("recorded") | effects.facts.every("known")
    earlier = effects.all_works & ~_works_in(effects, stage) if (common or 0) & effects.worked else 0
    return (common or 0) & shared, earlier


def _works_in(effects: Effects, stage: str) -> int:
    """The work that may be done in a parallel stage, on its parts or on the case."""
    actions = [action for branch in _parallel(effects, stage).branches.values() for action in branch.actions.values()]
    for action in effects.mechanism.actions.values():
        if (stage, stage) in targets(action):
            actions.append(action)
    return sum({effects.work(frozenset(one.records)) for one in actions if one.records and not one.verifies})


def _common_ends(branch: Branch, graph: Graph) -> int:
    masks = [graph.must[name] for name, stage in branch.stages.items() if not stage.open and name in graph.must]
    common = masks[0] if masks else 0
    for mask in masks:
        common &= mask
    return common


def branch_graph(effects: Effects, stage: str, branch: str, must: int, may: int) -> Graph:
    """The ways of a part through ``branch``, if ``must`` surely holds and ``may`` may hold of its case meanwhile."""
    return _graph(effects, stage, branch, must, may)[0]


def _graph(effects: Effects, stage: str, branch: str, must: int, may: int) -> tuple[Graph, list[Edge]]:
    way = _parallel(effects, stage).branches[branch]
    inside: Path = ("stages", stage, "parallel", "branches", branch)
    surely, perhaps = _started(effects, stage, branch)
    role = effects.assigned(way.role)  # which the part's body has
    edges = [Edge(OUTSIDE, way.start, "", (*inside, "start"), None, NOTHING)]
    for name, action in way.actions.items():
        effect = effects.of(action)
        for source, target in targets(action):
            edges.append(Edge(source, target, name, (*inside, "actions", name), action, effect))
    return Graph(way.stages, edges, must | surely | role, may | perhaps | role), edges


def _started(effects: Effects, stage: str, branch: str) -> tuple[int, int]:
    """The clocks that parts of ``branch`` surely have from the beginning, and those that they may have."""
    masks = [
        sum(effects.running(clock) for clock in dict.fromkeys(part.starts))
        for action in effects.mechanism.actions.values()
        if stage in [target for _, target in targets(action)]
        for part in action.splits
        if part.branch == branch
    ]
    surely = perhaps = masks[0] if masks else 0
    for mask in masks:
        surely &= mask
        perhaps |= mask
    return surely, perhaps


def check_branch(effects: Effects, case: Graph, stage: str, branch: str, report: Report) -> None:
    """Report what is wrong with one branch of the parallel ``stage``."""
    way = _parallel(effects, stage).branches[branch]
    surely = case.must[stage]
    graph, edges = _graph(effects, stage, branch, surely & ~effects.clocks, case.may[stage] & ~effects.clocks)
    prefix = case.route(stage)
    place: Path = ("stages", stage, "parallel", "branches", branch)
    open_stages = {name for name, found in way.stages.items() if found.open}
    check_reach(graph, edges, open_stages, (*place, "stages"), report, prefix)
    check_steps(effects, graph, report, prefix, surely)
    check_possible(effects, graph, report, prefix)
    check_choices(effects, graph, open_stages, (*place, "stages"), report, prefix)
    for name, found in way.stages.items():
        here = graph.must.get(name)
        if here is None:
            continue
        for number, clock in enumerate(found.clocks):
            bit = effects.running(clock)
            if not (here | surely) & bit:
                route = (*prefix, *graph.ways(bit).route(name, has=False))
                path = (*place, "stages", name, "clocks", number)
                report.error("clock_not_running", path, route, clock=clock, stage=name)
