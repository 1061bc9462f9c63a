"""Whether the flow is sound: all is reachable and can close, somebody and a clock drive each, closing is earned."""

from __future__ import annotations

from dataclasses import replace

from luoshi.mechanisms.errors import Path
from luoshi.mechanisms.model import Mechanism
from luoshi.mechanisms.soundness_effects import Effects
from luoshi.mechanisms.soundness_graph import OUTSIDE, Edge, Graph
from luoshi.mechanisms.soundness_parallel import check_branch, interference, joined
from luoshi.mechanisms.soundness_report import Report
from luoshi.mechanisms.soundness_shape import drives, targets
from luoshi.mechanisms.soundness_steps import (
    check_choices,
    check_possible,
    check_reach,
    check_steps,
    check_unused,
)


def check_flow(mechanism: Mechanism, report: Report) -> None:
    """Report what is wrong with the flow, with the route on which a case comes to it. Names and shape are right."""
    effects = Effects(mechanism)
    edges = _edges(mechanism, effects)
    graph = Graph(mechanism.stages, edges)
    open_stages = {name for name, stage in mechanism.stages.items() if stage.open}
    check_reach(graph, edges, open_stages, ("stages",), report)
    _stages(mechanism, effects, graph, report)
    check_steps(effects, graph, report)
    check_possible(effects, graph, report)
    _earned(mechanism, effects, graph, report)
    check_choices(effects, graph, open_stages, ("stages",), report)
    _ladder(mechanism, effects, graph, report)
    for name, stage in mechanism.stages.items():
        if stage.parallel and name in graph.must:
            for branch in stage.parallel.branches:
                check_branch(effects, graph, name, branch, report)
    _parts(mechanism, graph, report)
    check_unused(mechanism, report)


def _edges(mechanism: Mechanism, effects: Effects) -> list[Edge]:
    found: list[Edge] = []
    joins = {name: joined(effects, name) for name, stage in mechanism.stages.items() if stage.parallel}
    for name, action in mechanism.actions.items():
        effect = effects.of(action)
        ways = [(OUTSIDE, str(action.to))] if action.kind == "open" else list(targets(action))
        for source, target in ways:
            told = effect
            if action.kind == "join":
                gained, earlier = joins.get(source, (0, 0))
                told = replace(told, must_gen=told.must_gen | gained, may_kill=told.may_kill | earlier)
            if not mechanism.stages[target].open:
                told = effects.closing(told)
            found.append(Edge(source, target, name, ("actions", name), action, told))
    for name, stage in mechanism.stages.items():
        if stage.parallel:
            found += interference(effects, name)
    return found


def _stages(mechanism: Mechanism, effects: Effects, graph: Graph, report: Report) -> None:
    for name, stage in mechanism.stages.items():
        here = graph.must.get(name)
        if here is None or not stage.open:
            continue
        place: Path = ("stages", name)
        for number, clock in enumerate(stage.clocks):
            bit = effects.running(clock)
            if not here & bit:
                route = graph.ways(bit).route(name, has=False)
                report.error("clock_not_running", (*place, "clocks", number), route, clock=clock, stage=name)
        role = stage.responsible
        if role and mechanism.roles[role].kind == "assigned" and not here & effects.assigned(role):
            route = graph.ways(effects.assigned(role)).route(name, has=False)
            report.error("role_not_yet", (*place, "responsible"), route, role=role, stage=name)


def _earned(mechanism: Mechanism, effects: Effects, graph: Graph, report: Report) -> None:
    """No way leads to a close without a check by another person, on evidence, after the last work (law 3)."""
    for edge in graph.edges:
        if mechanism.stages[edge.target].open or (edge.source != OUTSIDE and not mechanism.stages[edge.source].open):
            continue
        effect, bit = edge.effect, effects.settled
        if effect.must_gen & bit or (graph.must[edge.source] & bit and not effect.must_kill & bit):
            continue
        unsettled = graph.ways(bit).route(edge.source, has=False) or graph.route(edge.source)
        route = (*unsettled, edge.name, edge.target)
        report.error("close_not_earned", edge.path, route, action=edge.name, stage=edge.target)


def _ladder(mechanism: Mechanism, effects: Effects, graph: Graph, report: Report) -> None:
    """Whoever a rung is addressed to is there wherever its clock may run."""
    for number, rung in enumerate(mechanism.ladder):
        if mechanism.roles[rung.to].kind != "assigned" or not drives(mechanism, rung.clock):
            continue
        running, there = effects.running(rung.clock), effects.assigned(rung.to)
        for name, stage in mechanism.stages.items():
            if stage.open and graph.may.get(name, 0) & running and not graph.must[name] & there:
                route = graph.ways(there).route(name, has=False)
                details = {"name": rung.id, "role": rung.to, "clock": rung.clock, "stage": name}
                report.warn("rung_unaddressed", ("ladder", number, "to"), route, **details)
                break


def _parts(mechanism: Mechanism, graph: Graph, report: Report) -> None:
    """Each branch and kind is made by some split, and a parallel stage has a join that can be taken."""
    splits = {
        (edge.target, part.branch, part.kind) for edge in graph.edges if edge.action for part in edge.action.splits
    }
    for name, stage in mechanism.stages.items():
        if stage.parallel is None or name not in graph.must:
            continue
        place: Path = ("stages", name, "parallel")
        made, kinds = {part[1] for part in splits if part[0] == name}, {part[2] for part in splits if part[0] == name}
        for branch in stage.parallel.branches:
            if branch not in made:
                report.error("branch_never_made", (*place, "branches", branch), name=branch, stage=name)
        for kind in stage.parallel.kinds:
            if kind not in kinds:
                code = "lead_never_made" if kind == stage.parallel.lead else "kind_never_made"
                (report.error if code == "lead_never_made" else report.warn)(
                    code, (*place, "kinds", kind), name=kind, stage=name
                )
        joins = any(edge.source == name and edge.action and edge.action.kind == "join" for edge in graph.edges)
        if not joins:
            report.error("join_missing", place, graph.route(name), stage=name)
