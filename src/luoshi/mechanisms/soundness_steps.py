"""Checks that are the same for the ways of a case and for those of a part in its branch."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from luoshi.mechanisms.errors import Path
from luoshi.mechanisms.model import Mechanism
from luoshi.mechanisms.soundness_effects import Effects
from luoshi.mechanisms.soundness_graph import Edge, Graph, after
from luoshi.mechanisms.soundness_report import Report

Route = tuple[str, ...]
_DEAD = {"guard": "action_dead_guard", "role": "action_dead_role"}


def check_reach(
    graph: Graph, edges: Sequence[Edge], open_stages: set[str], place: Path, report: Report, prefix: Route = ()
) -> None:
    """Every stage is reached and can reach an end; every action can be taken somewhere."""
    able = graph.back_from(name for name in graph.nodes if name not in open_stages)
    for name in graph.nodes:
        if name not in graph.may:
            report.error("stage_unreachable", (*place, name), prefix, stage=name)
        elif name not in able:
            report.error("stage_cannot_close", (*place, name), (*prefix, *graph.route(name)), stage=name)
    alive = {edge.path for edge in graph.edges}
    dead: dict[Path, list[Edge]] = {}
    for edge in edges:
        if edge.action is not None and edge.path not in alive:
            dead.setdefault(edge.path, []).append(edge)
    for path, ways in dead.items():
        reached = [edge for edge in ways if edge.source in graph.may]
        if not reached:
            report.error("action_dead_from", path, prefix, action=ways[0].name)
            continue
        _dead_way(graph, reached[0], report.error, prefix)
    for edge in edges:
        if edge.action is not None and edge.path in alive and edge.source in graph.may and graph.missing(edge):
            _dead_way(graph, edge, report.warn, prefix)


def _dead_way(graph: Graph, edge: Edge, tell: Callable[..., None], prefix: Route) -> None:
    """An action that can never be taken from one of its stages: an error if from none, else to be looked at."""
    route = (*prefix, *graph.route(edge.source))
    tell(_DEAD[graph.missing(edge)[0]], edge.path, route, action=edge.name, stage=edge.source)


def check_steps(effects: Effects, graph: Graph, report: Report, prefix: Route = (), case: int = 0) -> None:
    """What each action relies on surely holds wherever it is taken: marks, clocks not out yet, fields of limits.

    ``case``: what surely holds of the case while a part of it is in its branch.
    """
    for edge in graph.edges:
        if edge.action is None:
            continue
        _relies(effects, graph, edge, case, report, prefix)
        _independent(effects, graph, edge, report, prefix)


def _relies(effects: Effects, graph: Graph, edge: Edge, case: int, report: Report, prefix: Route) -> None:
    action = edge.action
    assert action is not None
    here = graph.must[edge.source] | case

    def route(bit: int) -> Route:
        return (*prefix, *graph.ways(bit).route(edge.source, has=False), edge.name)

    if action.needs.other_than:
        bit = effects.recorded(action.needs.other_than)
        if not here & bit:
            details = {"action": edge.name, "marks": ", ".join(action.needs.other_than)}
            report.error("check_empty", (*edge.path, "needs", "other_than"), route(bit), **details)
    clock = action.needs.before_due
    # A window that was used is gone, and the act with it; a limit that drives somebody has to run there.
    window = clock is not None and effects.mechanism.clocks[clock].window
    running = graph.may[edge.source] | case if window else here
    if clock is not None and not running & effects.running(clock):
        details = {"action": edge.name, "clock": clock}
        way = (*prefix, *graph.route(edge.source), edge.name) if window else route(effects.running(clock))
        report.error("before_due_not_running", (*edge.path, "needs", "before_due"), way, **details)
    passed = action.needs.passed
    if passed is not None and not here & effects.running(passed):
        path = (*edge.path, "needs", "passed")
        report.error("passed_not_running", path, route(effects.running(passed)), action=edge.name, clock=passed)
    then = after(edge, here)
    starts = [(clock, (*edge.path, "starts", number)) for number, clock in enumerate(action.starts)]
    for number, split in enumerate(action.splits):
        place = (*edge.path, "splits", number)
        starts += [(clock, (*place, "starts", inside)) for inside, clock in enumerate(split.starts)]
        role = split.role
        if role and effects.mechanism.roles[role].kind == "assigned" and not then & effects.assigned(role):
            report.error("role_not_yet", (*place, "role"), route(effects.assigned(role)), role=role, stage=edge.target)
    for clock, path in starts:
        for field in effects.needed_by(clock):
            if not then & effects.known(field):
                report.error("limit_unknown", path, route(effects.known(field)), clock=clock, field=field)
    for clock, reason in action.pauses.items():
        until = effects.mechanism.clocks[clock].pauses[reason].until
        if until is not None and not then & effects.known(until):
            path = (*edge.path, "pauses", clock)
            report.error("limit_unknown", path, route(effects.known(until)), clock=clock, field=until)


def _independent(effects: Effects, graph: Graph, edge: Edge, report: Report, prefix: Route) -> None:
    """A check is by another person than the one who did the last work that nobody else has checked."""
    action = edge.action
    if action is None or not action.verifies:
        return
    here, others = graph.may[edge.source], set(action.needs.other_than)
    for work in sorted(effects.works, key=sorted):
        bit = effects.work(work)
        if here & bit and not work & others:
            route = graph.ways(bit, surely=False).route(edge.source, has=True)
            details = {"action": edge.name, "marks": ", ".join(sorted(work))}
            path = (*edge.path, "needs", "other_than")
            report.error("check_by_handler", path, (*prefix, *route, edge.name), **details)


def check_possible(effects: Effects, graph: Graph, report: Report, prefix: Route = ()) -> None:
    """What an action pauses, extends or resumes may run or stand still there; else it is always refused."""
    stopped: dict[Path, tuple[Edge, int]] = {}
    for edge in graph.edges:
        action = edge.action
        if action is None:
            continue
        here = graph.may[edge.source]
        stopped[edge.path] = (edge, here | stopped.get(edge.path, (edge, 0))[1])
        told = [(clock, (*edge.path, "pauses", clock)) for clock in action.pauses]
        told += [(clock, (*edge.path, "extends", clock)) for clock in action.extends]
        for clock, path in told:
            if not here & effects.running(clock):
                route = (*prefix, *graph.route(edge.source), edge.name)
                report.error("clock_cannot_run", path, route, clock=clock, action=edge.name, stage=edge.source)
        for number, clock in enumerate(action.resumes):
            if not here & effects.paused(clock):
                route = (*prefix, *graph.route(edge.source), edge.name)
                path = (*edge.path, "resumes", number)
                report.error("clock_cannot_pause", path, route, clock=clock, action=edge.name, stage=edge.source)
    for path, (edge, here) in stopped.items():
        for number, clock in enumerate(edge.action.stops if edge.action else ()):
            if not here & effects.running(clock):
                report.warn("stop_idle", (*path, "stops", number), clock=clock, action=edge.name)


def check_choices(
    effects: Effects, graph: Graph, open_stages: set[str], place: Path, report: Report, prefix: Route = ()
) -> None:
    """Where every way out asks for a value of one field, each value that a case may have there has a way out."""
    for name in graph.nodes:
        if name not in open_stages or name not in graph.may:
            continue
        guards: dict[str, int] = {}
        free = False
        for edge in graph.out.get(name, ()):
            guard = edge.action.only_if if edge.action else None
            if edge.action is None or (edge.target == name and not effects.guards & {*edge.action.supply}):
                continue
            if guard is None or guard.field in (*edge.action.supply, *edge.action.optional) or edge.target == name:
                free = True
                break
            guards[guard.field] = guards.get(guard.field, 0) | effects.values(guard.field, guard.any_of)
        if free or len(guards) != 1:
            continue
        ((field, allowed),) = guards.items()
        here = graph.may[name]
        stuck = [
            choice
            for choice in effects.mechanism.fields[field].choices
            if here & effects.values(field, (choice,)) & ~allowed
        ]
        for choice in stuck:
            ways = graph.ways(effects.values(field, (choice,)), surely=False)
            route = ways.route(name, has=True)
            report.error("choice_stuck", (*place, name), (*prefix, *route), stage=name, field=field, choice=choice)
        if not graph.must[name] & effects.known(field):
            route = graph.ways(effects.known(field)).route(name, has=False)
            report.error("guard_unknown", (*place, name), (*prefix, *route), stage=name, field=field)


def check_unused(mechanism: Mechanism, report: Report) -> None:
    """What is defined and serves nothing: clocks never started, and so on."""
    actions = [action for _, action in mechanism.every_action()]
    started = {clock for action in actions for clock in action.starts}
    started |= {clock for action in actions for split in action.splits for clock in split.starts}
    fields = {field for action in actions for field in (*action.supply, *action.optional)}
    papers = {paper for action in actions for paper in action.documents} | {rung.document for rung in mechanism.ladder}
    marks = {mark for action in actions for mark in action.records}
    for kind, there, used in (
        ("clock", mechanism.clocks, started),
        ("field", mechanism.fields, fields),
        ("document", mechanism.documents, papers),
        ("mark", mechanism.marks, marks),
    ):
        for name in there:
            if name not in used:
                report.warn(f"{kind}_unused", (f"{kind}s", name), name=name)
