"""Whether every limit has a source that binds and is in force, and whether worktime can keep clocks and ladder."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from luoshi.mechanisms.errors import Path
from luoshi.mechanisms.model import MARKED_TRUST, Choice, ClockDef, Limit, Mechanism, Rung, Setting, Until
from luoshi.mechanisms.soundness_report import Report

HOURS: Final = frozenset({"工作时", "紧急工作时", "小时"})
_TYPES: Final[dict[str, tuple[type, ...]]] = {"text": (str,), "choice": (str,), "flag": (bool,)}


def check_limits(mechanism: Mechanism, on_day: date, report: Report) -> None:
    """Report limits without a binding source, sources out of force on ``on_day``, and limits that cannot be counted."""
    for name, source in mechanism.legal.items():
        if source.in_force_from and source.in_force_to and source.in_force_from > source.in_force_to:
            report.error("dates_reversed", ("legal", name, "in_force_to"), name=name)
    for name, setting in mechanism.settings.items():
        _setting(mechanism, name, setting, report)
    for name, clock in mechanism.clocks.items():
        place: Path = ("clocks", name)
        if clock.kind == "legal":
            _legal(mechanism, clock, place, report)
        for limit, where, source_id in _limits(clock, place):
            if limit.value is not None and not _binds(mechanism, source_id):
                report.error("value_without_source", where, value=limit.value, unit=limit.unit)
        _in_force(mechanism, clock, place, on_day, report)
        _countable(clock, place, report)
    _ladder(mechanism, report)
    for number, name in enumerate(mechanism.due):
        if mechanism.clocks[name].window or mechanism.clocks[name].at_least:
            report.error("due_on_window", ("due", number), name=name)


def _binds(mechanism: Mechanism, source: str | None) -> bool:
    return source is not None and mechanism.legal[source].trust in MARKED_TRUST


def _setting(mechanism: Mechanism, name: str, setting: Setting, report: Report) -> None:
    place: Path = ("settings", name)
    if (setting.type == "choice") != bool(setting.choices):
        report.error("setting_choices", (*place, "choices"), name=name)
        return
    if setting.most is not None:
        if setting.type != "integer":
            report.error("setting_most", (*place, "most"), name=name, type=setting.type)
        elif not _binds(mechanism, setting.source):
            report.error("default_without_source", (*place, "most"), name=name)
    if setting.default is not None:
        if not _fits(setting, setting.default):
            report.error("setting_value", (*place, "default"), name=name, type=setting.type)
        if not _binds(mechanism, setting.source):
            report.error("default_without_source", (*place, "default"), name=name)
    for number, example in enumerate(setting.examples):
        # What another place does may lie beyond what is allowed here.
        if not _fits(setting.model_copy(update={"most": None}), example.value):
            report.error("setting_value", (*place, "examples", number, "value"), name=name, type=setting.type)


def _fits(setting: Setting, value: object) -> bool:
    """Whether ``value`` is one that the setting can have."""
    if setting.type == "choice":
        return value in setting.choices
    if setting.type == "integer":
        return type(value) is int and 1 <= value <= (setting.most or value)
    if setting.type == "decimal":
        return not isinstance(value, bool | str)
    return isinstance(value, _TYPES[setting.type])


def _legal(mechanism: Mechanism, clock: ClockDef, place: Path, report: Report) -> None:
    if clock.source is None:
        report.error("legal_without_source", place, name=str(place[-1]))
    elif not _binds(mechanism, clock.source):
        trust = mechanism.legal[clock.source].trust
        report.error("legal_not_binding", (*place, "source"), name=clock.source, trust=trust)


def _limits(clock: ClockDef, place: Path) -> Iterator[tuple[Limit, Path, str | None]]:
    """Every limit of ``clock``, its place, and the source that has to back it."""
    if isinstance(clock.budget, Limit):
        yield clock.budget, (*place, "budget"), clock.source
    elif isinstance(clock.budget, Choice):
        for choice, limit in clock.budget.choices.items():
            yield limit, (*place, "budget", "choices", choice), clock.source
    for name, rule in clock.pauses.items():
        if rule.max:
            yield rule.max, (*place, "pauses", name, "max"), rule.source
    for key in ("max", "total"):
        longest = getattr(clock.extension, key) if clock.extension else None
        if longest:
            yield longest, (*place, "extension", key), (clock.extension and clock.extension.source) or clock.source
    for number, limit in enumerate(clock.warn):
        yield limit, (*place, "warn", number), clock.source


def _in_force(mechanism: Mechanism, clock: ClockDef, place: Path, on_day: date, report: Report) -> None:
    sources: list[tuple[str, Path]] = []
    if clock.source:
        sources.append((clock.source, (*place, "source")))
    sources += [(rule.source, (*place, "pauses", name, "source")) for name, rule in clock.pauses.items()]
    if clock.extension and clock.extension.source:
        sources.append((clock.extension.source, (*place, "extension", "source")))
    out = [(name, where) for name, where in sources if not mechanism.legal[name].in_force(on_day)]
    lost = mechanism.status == "active" and clock.kind == "legal" and 0 < len(sources) == len(out)
    for name, where in out:
        found = mechanism.legal[name]
        details = {
            "name": name,
            "title": found.title,
            "from": str(found.in_force_from or "…"),
            "to": str(found.in_force_to or "…"),
            "day": str(on_day),
        }
        if lost:
            report.error("clock_out_of_force", where, **details)
        else:
            report.warn("limit_out_of_force", where, **details)


def _countable(clock: ClockDef, place: Path, report: Report) -> None:
    """What worktime would refuse: a fixed day stands still for no pause; pauses and extensions have their units."""
    if isinstance(clock.budget, Until) and clock.pauses:
        report.error("pause_fixed_day", (*place, "pauses"), name=str(place[-1]))
    for name, rule in clock.pauses.items():
        if rule.max and rule.max.unit in HOURS:
            report.error("pause_unit", (*place, "pauses", name, "max"), unit=rule.max.unit)
    if clock.extension is None:
        return
    longer = clock.extension
    told: list[tuple[str | None, Path]] = [(longer.max.unit if longer.max else longer.unit, (*place, "extension"))]
    if longer.total:
        told.append((longer.total.unit, (*place, "extension", "total")))
    for unit, where in told:
        for wanted in _units(clock):
            if unit != wanted and not (wanted is None and unit not in HOURS):
                report.error("extension_unit", where, unit=unit, wanted=wanted or "工作日 / 自然日")


def _units(clock: ClockDef) -> list[str | None]:
    """The units in which a clock's limit may be counted; None for a fixed day."""
    if isinstance(clock.budget, Limit):
        return [clock.budget.unit]
    if isinstance(clock.budget, Choice):
        return list(dict.fromkeys(limit.unit for limit in clock.budget.choices.values()))
    return [None]


def _ladder(mechanism: Mechanism, report: Report) -> None:
    last: dict[str, Rung] = {}
    for number, rung in enumerate(mechanism.ladder):
        place: Path = ("ladder", number)
        clock = mechanism.clocks[rung.clock]
        if clock.window or clock.at_least:
            report.error("rung_on_window", (*place, "clock"), name=rung.clock)
        for key, limit in (("before", rung.when.before), ("after", rung.when.after)):
            if limit and limit.value is not None and not _binds(mechanism, clock.source):
                report.error("value_without_source", (*place, "when", key), value=limit.value, unit=limit.unit)
            if limit and limit.unit in HOURS and any(unit not in HOURS for unit in _units(clock)):
                report.error("rung_unit", (*place, "when", key), unit=limit.unit, name=rung.clock)
        before = last.get(rung.clock)
        if before is not None and not _in_order(before, rung):
            report.error("rung_order", (*place, "when"), name=rung.id, other=before.id)
        last[rung.clock] = rung


def _in_order(one: Rung, other: Rung) -> bool:
    """Whether ``other`` does not come before ``one``, as far as the definition tells: settings may be anything."""
    if _side(one) != _side(other):
        return _side(one) < _side(other)
    for first, second, sign in ((one.when.before, other.when.before, -1), (one.when.after, other.when.after, 1)):
        if first and second and first.unit == second.unit and None not in (first.value, second.value):
            return sign * (first.value or 0) < sign * (second.value or 0)
    if one.when.percent and other.when.percent:
        return one.when.percent < other.when.percent
    return not (one.when.at_due and other.when.at_due)


def _side(rung: Rung) -> int:
    return -1 if rung.when.before or rung.when.percent else 1 if rung.when.after else 0
