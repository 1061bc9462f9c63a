"""Rules for each stage and action by itself: what its kind asks for, who may stand where, how parts are made."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from luoshi.mechanisms.errors import Path
from luoshi.mechanisms.model import Action, Branch, Mechanism, Parallel
from luoshi.mechanisms.soundness_report import Report

_KIND_NEEDS: Final = {"pause": "pauses", "resume": "resumes", "extend": "extends", "split": "splits"}
"""Kind of an action → the key without which it would do nothing of its kind."""
_NOT_IN_BRANCH: Final = frozenset({"open", "split", "join", "reopen"})


def check_shape(mechanism: Mechanism, report: Report) -> None:
    """Report stages and actions that are wrong by themselves. All names lead somewhere."""
    if not any(action.kind == "open" for action in mechanism.actions.values()):
        report.error("open_missing", ("actions",))
    if all(stage.open for stage in mechanism.stages.values()):
        report.error("closed_missing", ("stages",))
    _stages(mechanism, report)
    for name, action in mechanism.actions.items():
        place: Path = ("actions", name)
        _ends(mechanism, action, place, report)
        _kind(action, place, report)
        _closing(mechanism, action, place, report)
        _parallel_ways(mechanism, action, place, report)
    for name, clock in mechanism.clocks.items():
        if clock.extension:
            _body(mechanism, clock.extension.approver, ("clocks", name, "extension", "approver"), report)
    for place, action in mechanism.every_action():
        if action.needs.approval:
            _body(mechanism, action.needs.approval, (*place, "needs", "approval"), report)
        _supplied(action, place, report)
        _clock_rules(mechanism, action, place, report)
    for number, rung in enumerate(mechanism.ladder):
        _body(mechanism, rung.to, ("ladder", number, "to"), report)


def drives(mechanism: Mechanism, clock: str) -> bool:
    """Whether ``clock`` is a limit for who is responsible, rather than a party's time or a least period."""
    found = mechanism.clocks[clock]
    return not found.window and not found.at_least


def targets(action: Action) -> Iterator[tuple[str, str]]:
    """From where to where ``action`` leads."""
    for stage in action.from_:
        yield stage, action.to or stage


def _body(mechanism: Mechanism, role: str, path: Path, report: Report) -> None:
    if mechanism.roles[role].kind == "outside":
        report.error("role_outside", path, name=role)


def _stages(mechanism: Mechanism, report: Report) -> None:
    for name, stage in mechanism.stages.items():
        place: Path = ("stages", name)
        if not stage.open:
            if stage.clocks:
                report.error("closed_clocks", (*place, "clocks"), name=name)
            continue
        if stage.responsible is None:
            report.error("responsible_missing", place, name=name)
        else:
            _body(mechanism, stage.responsible, (*place, "responsible"), report)
        if not any(drives(mechanism, clock) for clock in stage.clocks):
            report.error("stage_without_clock", (*place, "clocks") if stage.clocks else place, name=name)
        if stage.parallel:
            _parallel(mechanism, stage.parallel, (*place, "parallel"), report)


def _parallel(mechanism: Mechanism, parallel: Parallel, place: Path, report: Report) -> None:
    if (parallel.join == "lead") and parallel.lead is None:
        report.error("lead_missing", place)
    for name, branch in parallel.branches.items():
        inside: Path = (*place, "branches", name)
        _body(mechanism, branch.role, (*inside, "role"), report)
        if not branch.stages[branch.start].open:
            report.error("branch_start_closed", (*inside, "start"), name=branch.start)
        if all(stage.open for stage in branch.stages.values()):
            report.error("branch_end_missing", (*inside, "stages"), name=name)
        _branch_stages(branch, inside, report)
        for action_name, action in branch.actions.items():
            where: Path = (*inside, "actions", action_name)
            if action.kind in _NOT_IN_BRANCH or action.splits or action.cancels:
                report.error("branch_action", where, name=action_name, kind=action.kind)
            if not action.from_:
                report.error("from_missing", where, name=action_name)
            _kind(action, where, report)


def _branch_stages(branch: Branch, inside: Path, report: Report) -> None:
    for stage, found in branch.stages.items():
        if not found.open and found.clocks:
            report.error("closed_clocks", (*inside, "stages", stage, "clocks"), name=stage)


def _ends(mechanism: Mechanism, action: Action, place: Path, report: Report) -> None:
    name = str(place[-1])
    if action.kind == "open":
        if action.from_:
            report.error("open_from", (*place, "from"), name=name)
        if action.to is None:
            report.error("open_to", place, name=name)
    elif not action.from_:
        report.error("from_missing", place, name=name)


def _kind(action: Action, place: Path, report: Report) -> None:
    key = _KIND_NEEDS.get(action.kind)
    if key is not None and not getattr(action, key):
        report.error("kind_needs", place, name=str(place[-1]), kind=action.kind, key=key)
    if action.kind == "verify" and not action.verifies:
        report.error("verify_empty", place, name=str(place[-1]))
    if action.splits and action.kind != "split":
        report.error("kind_wrong", (*place, "kind"), name=str(place[-1]), kind="split", key="splits")
    if action.extends and action.kind != "extend":
        report.error("kind_wrong", (*place, "kind"), name=str(place[-1]), kind="extend", key="extends")


def _closing(mechanism: Mechanism, action: Action, place: Path, report: Report) -> None:
    name = str(place[-1])
    closing = action.to is not None and not mechanism.stages[action.to].open
    if action.kind in ("close", "withdraw") and not closing:
        report.error("close_to_open", place, name=name)
    for number, clock in enumerate(action.starts if closing else ()):
        if not mechanism.clocks[clock].window:
            report.warn("start_idle", (*place, "starts", number), clock=clock, action=name)
    for number, stage in enumerate(action.from_):
        if mechanism.stages[stage].open and action.kind == "reopen":
            report.error("reopen_open", (*place, "from", number), name=name, stage=stage)
        target = mechanism.stages[action.to or stage]
        if not mechanism.stages[stage].open and target.open and action.kind != "reopen":
            report.error("reopen_kind", (*place, "kind"), name=name, stage=stage)


def _parallel_ways(mechanism: Mechanism, action: Action, place: Path, report: Report) -> None:
    """A parallel stage is entered by a split, and left by a join or an act that cancels the parts."""
    name = str(place[-1])
    sources = [stage for stage in action.from_ if mechanism.stages[stage].parallel]
    if action.cancels and not sources:
        report.error("cancels_nothing", (*place, "cancels"), name=name)
    if action.kind == "join":
        for number, stage in enumerate(action.from_):
            if not mechanism.stages[stage].parallel:
                report.error("join_nowhere", (*place, "from", number), name=name, stage=stage)
            elif action.to in (None, stage):
                report.error("join_stays", place, name=name)
    for stage in sources:
        if action.to not in (None, stage) and action.kind != "join" and not action.cancels:
            report.error("parallel_left", place, name=name, stage=stage)
    entered = mechanism.stages[action.to] if action.to else None
    if entered and entered.parallel and not action.splits and set(action.from_) != {action.to}:
        report.error("parallel_entered", (*place, "to"), name=name, stage=action.to)
    for number, split in enumerate(action.splits):
        where: Path = (*place, "splits", number)
        found = mechanism.stages[action.to or action.from_[0]].parallel
        given = found is not None and found.weights == "given"
        if given and split.weights is None and split.bodies is not None:
            report.error("weights_missing", where, name=name)
        elif not given and split.weights is not None:
            report.error("weights_unused", (*where, "weights"), name=name)
        if split.role is not None:
            _body(mechanism, split.role, (*where, "role"), report)


def _supplied(action: Action, place: Path, report: Report) -> None:
    """What an action takes from a field that it cannot do without is supplied with it."""
    taken: list[tuple[str | None, Path]] = [
        (field, (*place, "assigns", role)) for role, field in action.assigns.items() if field != "@actor"
    ]
    taken += [(field, (*place, "extends", clock)) for clock, field in action.extends.items()]
    taken += [
        (field, (*place, "sets", column))
        for column, field in action.sets.items()
        if field != "@on" and field not in action.optional
    ]
    for number, split in enumerate(action.splits):
        taken += [(split.bodies, (*place, "splits", number, "bodies"))]
        taken += [(split.weights, (*place, "splits", number, "weights"))]
    for field, path in taken:
        if field is not None and field not in action.supply:
            report.error("value_not_supplied", path, name=field, action=str(place[-1]))


def _clock_rules(mechanism: Mechanism, action: Action, place: Path, report: Report) -> None:
    for clock in action.extends:
        rule = mechanism.clocks[clock].extension
        if rule and set(action.by) != {rule.approver} and action.needs.approval != rule.approver:
            report.error("extension_approver", (*place, "by"), name=clock, approver=rule.approver)
    for number, clock in enumerate(action.resumes):
        if not mechanism.clocks[clock].pauses:
            report.error("pause_none", (*place, "resumes", number), name=clock)
