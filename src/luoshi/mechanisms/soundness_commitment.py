"""Whether a mechanism that carries commitments 目标任务 can: its action opens, with the four clarities 四明确."""

from __future__ import annotations

from typing import Final

from luoshi.mechanisms.errors import Path
from luoshi.mechanisms.model import Carries, Filing, Mechanism, ReportedIn
from luoshi.mechanisms.soundness_report import Report

_TEXT: Final = frozenset({"text", "long_text"})
_TYPES: Final[dict[str, frozenset[str]]] = {
    "title": frozenset({"text"}),
    "who": frozenset({"body"}),
    "what": _TEXT,
    "standard": _TEXT,
    "when": frozenset({"date"}),
    "joint": frozenset({"body"}),
    "milestones": _TEXT,
}
"""What a commitment tells → types of the field that may hold it."""
_ASKED: Final = ("title", "who", "what", "standard", "when")
_STEPS: Final = ("reminded", "urged", "supervised", "circulated")


def check_commitment(mechanism: Mechanism, report: Report) -> None:
    """Report what is wrong in the block ``commitment``: names that lead nowhere, an action that opens nothing, a
    clarity that the action does not ask for, fields of another kind."""
    carries = mechanism.commitment
    if carries is None:
        return
    place: Path = ("commitment",)
    for key in _TYPES:
        name = getattr(carries, key)
        if name is not None:
            _field(mechanism, name, _TYPES[key], (*place, key), report, many=key == "joint")
    for name, choice in carries.origin.items():
        _choice(mechanism, name, (choice,), (*place, "origin", name), report)
    _action(mechanism, carries, place, report)
    if carries.reported is not None:
        _reported(mechanism, carries.reported, (*place, "reported"), report)
    if carries.progress is not None:
        _filing(mechanism, carries.progress, carries.reported, (*place, "progress"), report)
    rungs = {rung.id for rung in mechanism.ladder}
    for key in _STEPS:
        for number, name in enumerate(getattr(carries.steps, key)):
            if name not in mechanism.actions and name not in rungs:
                report.error("step_unknown", (*place, "steps", key, number), name=name)


def _field(
    mechanism: Mechanism, name: str, types: frozenset[str], path: Path, report: Report, *, many: bool = False
) -> bool:
    found = mechanism.fields.get(name)
    if found is None:
        report.error("field_unknown", path, name=name)
    elif found.type not in types:
        report.error("field_type", path, name=name, type=found.type, wanted=" / ".join(sorted(types)))
    elif found.many and not many:
        report.error("field_many", path, name=name)
    else:
        return True
    return False


def _choice(mechanism: Mechanism, name: str, choices: tuple[str, ...], path: Path, report: Report) -> None:
    if not _field(mechanism, name, frozenset({"choice"}), path, report):
        return
    for choice in choices:
        if choice not in mechanism.fields[name].choices:
            report.error("choice_unknown", path, name=choice)


def _action(mechanism: Mechanism, carries: Carries, place: Path, report: Report) -> None:
    action = mechanism.actions.get(carries.action)
    path: Path = (*place, "action")
    if action is None:
        report.error("action_unknown", path, name=carries.action)
        return
    if action.kind != "open":
        report.error("commitment_not_opening", path, name=carries.action)
    for key in _ASKED:
        name = getattr(carries, key)
        if name not in action.supply:
            report.error("value_not_supplied", (*place, key), name=name, action=carries.action)
    told = {carries.joint: "joint", carries.milestones: "milestones"}
    for name, key in told.items():
        if name is not None and name not in (*action.supply, *action.optional):
            report.error("value_not_supplied", (*place, key), name=name, action=carries.action)
    for name in carries.origin:
        if name not in (*action.supply, *action.optional):
            report.error("value_not_supplied", (*place, "origin", name), name=name, action=carries.action)
    given = {*(getattr(carries, key) for key in _ASKED), *carries.origin}
    for name in action.supply:
        if name not in given:
            report.error("commitment_gives_not", path, name=name, action=carries.action)


def _reported(mechanism: Mechanism, reported: ReportedIn, place: Path, report: Report) -> None:
    number = frozenset({"decimal", "integer"})
    _field(mechanism, reported.period, frozenset({"choice"}), (*place, "period"), report)
    _field(mechanism, reported.value, number, (*place, "value"), report)
    _field(mechanism, reported.share, number, (*place, "share"), report)
    _choice(mechanism, reported.state, reported.done, (*place, "state"), report)
    for key in ("period", "value", "share", "state"):
        name = getattr(reported, key)
        if name in mechanism.fields and mechanism.fields[name].committed:
            # The lights are told from what is public in the entries; what is committed to is not there to be read.
            report.error("public_committed", (*place, key), name=name)


def _filing(mechanism: Mechanism, filing: Filing, reported: ReportedIn | None, place: Path, report: Report) -> None:
    told = {key: name for key in ("text", "problems", "next") if (name := getattr(filing, key)) is not None}
    for key, name in told.items():
        _field(mechanism, name, _TEXT, (*place, key), report)
    if reported is None:
        report.error("progress_alone", place)
        return
    action = mechanism.actions.get(filing.action)
    path: Path = (*place, "action")
    if action is None:
        report.error("action_unknown", path, name=filing.action)
        return
    if action.kind == "open" or action.needs.evidence or action.needs.approval is not None:
        report.error("progress_action", path, name=filing.action)
    told |= {key: getattr(reported, key) for key in ("period", "value", "share", "state")}
    for key, name in told.items():
        if name in mechanism.fields and name not in (*action.supply, *action.optional):
            report.error("value_not_supplied", (*place, key), name=name, action=filing.action)
    for name in action.supply:
        if name not in told.values():
            report.error("progress_gives_not", path, name=name, action=filing.action)
