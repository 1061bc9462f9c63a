"""Whether every name in a definition leads somewhere, and to something of the right kind."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from luoshi.mechanisms.errors import Path
from luoshi.mechanisms.model import Action, Choice, ClockDef, Limit, Mechanism, Parallel, Until
from luoshi.mechanisms.soundness_report import Report

RESERVED: Final = "sys_"
"""Begins the names of the system's own acts; no action may have it."""
OWN_PREFIXES: Final = ("due_", "kept_", "pause_", "no_", "act_", "unit_", "observed_", RESERVED)
OWN_NAMES: Final = frozenset(
    {"part", "part_stage", "approved_by", "approved_body", "rung", "rung_on", "clock", "run", "matter", "notice"}
    | {"surveyed"}
)
"""What entries say beside the fields of a form; no field may be called so, or begin so."""
_PLACEHOLDER: Final = re.compile(r"\{(prefix|year|n(?::0[1-9])?)\}", re.ASCII)
_COLUMN_TYPES: Final[dict[str, frozenset[str]]] = {
    "answered_on": frozenset({"date"}),
    "channel": frozenset({"choice"}),
    "category": frozenset({"choice"}),
    "area": frozenset({"place"}),
    "weight": frozenset({"decimal"}),
    "grade": frozenset({"choice"}),
}
"""Public column → types of the fields that may fill it."""


def check_names(mechanism: Mechanism, report: Report) -> None:
    """Report every name that leads nowhere, or to what cannot stand there."""
    names = _Names(mechanism, report)
    _whole(names)
    _settings(names)
    for name, clock in mechanism.clocks.items():
        _clock(names, clock, ("clocks", name))
    for name, stage in mechanism.stages.items():
        place: Path = ("stages", name)
        names.known("role", stage.responsible, (*place, "responsible"))
        names.each("clock", stage.clocks, (*place, "clocks"))
        if stage.parallel:
            _parallel(names, stage.parallel, (*place, "parallel"))
    for name, action in mechanism.actions.items():
        place = ("actions", name)
        names.each("stage", action.from_, (*place, "from"))
        names.known("stage", action.to, (*place, "to"))
        _action(names, action, place)
        _splits(names, action, place)
    _outputs(names)


class _Names:
    """What there is of each kind, and the report of what is missing."""

    def __init__(self, mechanism: Mechanism, report: Report) -> None:
        self.mechanism = mechanism
        self.report = report
        self.kinds: dict[str, Mapping[str, object]] = {
            "stage": mechanism.stages,
            "role": mechanism.roles,
            "field": mechanism.fields,
            "clock": mechanism.clocks,
            "setting": mechanism.settings,
            "document": mechanism.documents,
            "mark": mechanism.marks,
            "source": mechanism.legal,
            "action": mechanism.actions,
        }

    def known(self, kind: str, name: str | None, path: Path, among: Mapping[str, object] | None = None) -> bool:
        """Whether ``name`` is one of a ``kind`` (of ``among``); nothing named is right."""
        if name is None or name in (self.kinds[kind] if among is None else among):
            return True
        self.report.error(f"{kind}_unknown", path, name=name)
        return False

    def each(self, kind: str, given: Iterable[str], path: Path, among: Mapping[str, object] | None = None) -> None:
        """The names of a list, which stand in it once."""
        seen: set[str] = set()
        for place, name in enumerate(given):
            self.known(kind, name, (*path, place), among)
            if name in seen:
                self.report.error("name_twice", (*path, place), name=name)
            seen.add(name)

    def field(self, name: str | None, types: Iterable[str], path: Path, *, one: bool = False) -> bool:
        """Whether ``name`` is a field of one of ``types``, and holds one value where one is asked."""
        if name is None or not self.known("field", name, path):
            return False
        found = self.mechanism.fields[name]
        if found.type not in types:
            self.report.error("field_type", path, name=name, type=found.type, wanted=" / ".join(sorted(types)))
            return False
        if one and found.many:
            self.report.error("field_many", path, name=name)
            return False
        return True

    def choices(self, name: str, given: Iterable[str], path: Path) -> None:
        """The choices of a choice field that a list names."""
        self.each("choice", given, path, self.mechanism.fields[name].choices)

    def limit(self, limit: Limit | None, path: Path) -> None:
        """A limit's setting, which is a whole number in the same unit."""
        if limit is None or limit.setting is None or not self.known("setting", limit.setting, (*path, "setting")):
            return
        setting = self.mechanism.settings[limit.setting]
        if setting.type != "integer":
            self.report.error("setting_type", (*path, "setting"), name=limit.setting, type=setting.type)
        elif setting.unit is not None and setting.unit != limit.unit:
            self.report.error("setting_unit", path, name=limit.setting, unit=limit.unit, wanted=setting.unit)

    def numbering(self, pattern: str | None, path: Path) -> None:
        """A pattern of numbers: only what is known is filled in, and the running number is there."""
        if pattern is None:
            return
        rest = _PLACEHOLDER.sub("", pattern)
        if "{" in rest or "}" in rest:
            self.report.error("numbering_wrong", path, pattern=pattern)
        elif not any(found.startswith("n") for found in _PLACEHOLDER.findall(pattern)):
            self.report.error("numbering_same", path, pattern=pattern)


def _whole(names: _Names) -> None:
    mechanism = names.mechanism
    names.numbering(mechanism.numbering, ("numbering",))
    names.known("field", mechanism.title, ("title",))
    names.each("clock", mechanism.due, ("due",))
    for field in mechanism.fields:
        if field in OWN_NAMES or field.startswith(OWN_PREFIXES):
            names.report.error("field_reserved", ("fields", field), name=field)
        elif mechanism.fields[field].personal and field in mechanism.remembered:
            # The state keeps what guards and limits ask for, and is not erased with a person (law 9).
            names.report.error("field_kept", ("fields", field), name=field)


def _settings(names: _Names) -> None:
    for name, setting in names.mechanism.settings.items():
        place: Path = ("settings", name)
        names.known("source", setting.source, (*place, "source"))
        for number, example in enumerate(setting.examples):
            names.known("source", example.source, (*place, "examples", number, "source"))


def _clock(names: _Names, clock: ClockDef, place: Path) -> None:
    names.known("source", clock.source, (*place, "source"))
    budget = clock.budget
    if isinstance(budget, Until):
        names.field(budget.until, ("date",), (*place, "budget", "until"), one=True)
    elif isinstance(budget, Choice):
        _budget_by_choice(names, budget, (*place, "budget"))
    else:
        names.limit(budget, (*place, "budget"))
    if clock.start_field is not None:
        names.field(clock.start_field, ("date",), (*place, "start_field"), one=True)
    for name, rule in clock.pauses.items():
        names.known("source", rule.source, (*place, "pauses", name, "source"))
        names.limit(rule.max, (*place, "pauses", name, "max"))
        names.field(rule.until, ("date",), (*place, "pauses", name, "until"), one=True)
    if clock.extension:
        names.known("role", clock.extension.approver, (*place, "extension", "approver"))
        names.known("source", clock.extension.source, (*place, "extension", "source"))
        names.limit(clock.extension.max, (*place, "extension", "max"))
        names.limit(clock.extension.total, (*place, "extension", "total"))
    for number, limit in enumerate(clock.warn):
        names.limit(limit, (*place, "warn", number))


def _budget_by_choice(names: _Names, budget: Choice, place: Path) -> None:
    if not names.field(budget.field, ("choice",), (*place, "field"), one=True):
        return
    names.choices(budget.field, budget.choices, (*place, "choices"))
    for choice in names.mechanism.fields[budget.field].choices:
        if choice not in budget.choices:
            names.report.error("choice_without_limit", (*place, "choices"), name=choice, field=budget.field)
    for choice, limit in budget.choices.items():
        names.limit(limit, (*place, "choices", choice))


def _parallel(names: _Names, parallel: Parallel, place: Path) -> None:
    if parallel.lead is not None:
        names.known("kind", parallel.lead, (*place, "lead"), parallel.kinds)
    for name, branch in parallel.branches.items():
        inside: Path = (*place, "branches", name)
        names.known("role", branch.role, (*inside, "role"))
        names.known("stage", branch.start, (*inside, "start"), branch.stages)
        for stage, found in branch.stages.items():
            names.each("clock", found.clocks, (*inside, "stages", stage, "clocks"))
        for action_name, action in branch.actions.items():
            where: Path = (*inside, "actions", action_name)
            names.each("stage", action.from_, (*where, "from"), branch.stages)
            names.known("stage", action.to, (*where, "to"), branch.stages)
            _action(names, action, where)


def _action(names: _Names, action: Action, place: Path) -> None:
    if str(place[-1]).startswith(RESERVED):
        names.report.error("action_reserved", place, name=str(place[-1]))
    names.each("role", action.by, (*place, "by"))
    for key in ("supply", "optional"):
        names.each("field", getattr(action, key), (*place, key))
    for number, name in enumerate(action.optional):
        if name in action.supply:
            names.report.error("name_twice", (*place, "optional", number), name=name)
    names.each("mark", action.records, (*place, "records"))
    names.each("clock", action.starts, (*place, "starts"))
    names.each("clock", action.stops, (*place, "stops"))
    names.each("clock", action.resumes, (*place, "resumes"))
    names.each("document", action.documents, (*place, "documents"))
    names.each("mark", action.needs.other_than, (*place, "needs", "other_than"))
    names.known("role", action.needs.approval, (*place, "needs", "approval"))
    names.known("clock", action.needs.before_due, (*place, "needs", "before_due"))
    names.known("clock", action.needs.passed, (*place, "needs", "passed"))
    if action.only_if and names.field(action.only_if.field, ("choice",), (*place, "only_if", "field"), one=True):
        names.choices(action.only_if.field, action.only_if.any_of, (*place, "only_if", "any_of"))
    _effects(names, action, place)


def _effects(names: _Names, action: Action, place: Path) -> None:
    mechanism = names.mechanism
    for role, field in action.assigns.items():
        if names.known("role", role, (*place, "assigns", role)) and mechanism.roles[role].kind != "assigned":
            names.report.error("role_not_assigned", (*place, "assigns", role), name=role)
        if field != "@actor":
            names.field(field, ("body",), (*place, "assigns", role), one=True)
    for clock, reason in action.pauses.items():
        if names.known("clock", clock, (*place, "pauses", clock)):
            names.known("pause", reason, (*place, "pauses", clock), mechanism.clocks[clock].pauses)
    for clock, field in action.extends.items():
        names.field(field, ("integer", "date"), (*place, "extends", clock), one=True)
        if names.known("clock", clock, (*place, "extends", clock)) and mechanism.clocks[clock].extension is None:
            names.report.error("extension_missing", (*place, "extends", clock), name=clock)
    for column, field in action.sets.items():
        path = (*place, "sets", column)
        if field == "@on":
            if column != "answered_on":
                names.report.error("column_not_day", path, column=column)
        elif names.field(field, _COLUMN_TYPES[column], path, one=True):
            found = mechanism.fields[field]
            if found.personal or found.finer:
                names.report.error("column_committed", path, name=field, column=column)


def _splits(names: _Names, action: Action, place: Path) -> None:
    for number, split in enumerate(action.splits):
        where: Path = (*place, "splits", number)
        target = names.mechanism.stages.get(action.to or (action.from_[0] if action.from_ else ""))
        if target is None or target.parallel is None:
            names.report.error("split_nowhere", where)
            return
        names.known("branch", split.branch, (*where, "branch"), target.parallel.branches)
        names.known("kind", split.kind, (*where, "kind"), target.parallel.kinds)
        names.known("role", split.role, (*where, "role"))
        names.each("clock", split.starts, (*where, "starts"))
        if split.bodies is not None:
            names.field(split.bodies, ("body",), (*where, "bodies"))
        if split.weights is not None:
            names.field(split.weights, ("decimal",), (*where, "weights"))


def _outputs(names: _Names) -> None:
    mechanism = names.mechanism
    ids: set[str] = set()
    for number, rung in enumerate(mechanism.ladder):
        place: Path = ("ladder", number)
        if rung.id in ids:
            names.report.error("rung_twice", (*place, "id"), name=rung.id)
        ids.add(rung.id)
        names.known("clock", rung.clock, (*place, "clock"))
        names.known("role", rung.to, (*place, "to"))
        names.known("document", rung.document, (*place, "document"))
        names.limit(rung.when.before, (*place, "when", "before"))
        names.limit(rung.when.after, (*place, "when", "after"))
    for name, document in mechanism.documents.items():
        names.each("field", document.fields, ("documents", name, "fields"))
        names.known("role", document.to, ("documents", name, "to"))
        names.numbering(document.numbering, ("documents", name, "numbering"))
    names.each("field", mechanism.public.fields, ("public", "fields"))
    for number, name in enumerate(mechanism.public.fields):
        if name in mechanism.fields and mechanism.fields[name].committed:
            names.report.error("public_committed", ("public", "fields", number), name=name)
    _survey(names)


def _survey(names: _Names) -> None:
    survey = names.mechanism.survey
    if survey is None:
        return
    names.known("action", survey.reopen, ("survey", "reopen"))
    if not names.field(survey.field, ("choice",), ("survey", "field"), one=True):
        return
    told: set[str] = set()
    for key in ("satisfied", "partly", "dissatisfied"):
        given: tuple[str, ...] = getattr(survey, key)
        names.choices(survey.field, given, ("survey", key))
        for number, name in enumerate(given):
            if name in told and name not in given[:number]:
                names.report.error("name_twice", ("survey", key, number), name=name)
        told.update(given)
