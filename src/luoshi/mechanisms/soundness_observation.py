"""Whether a mechanism that publishes statistics 统计观测 tells all of each: whose, for when, how much, from where."""

from __future__ import annotations

from typing import Final

from luoshi.mechanisms.errors import Path
from luoshi.mechanisms.model import Mechanism, Observation
from luoshi.mechanisms.soundness_report import Report

_TYPES: Final[dict[str, frozenset[str]]] = {
    "indicator": frozenset({"code"}),
    "period": frozenset({"code"}),
    "value": frozenset({"decimal", "integer"}),
    "unit": frozenset({"choice"}),
    "basis": frozenset({"choice"}),
    "source": frozenset({"choice", "code"}),
    "level": frozenset({"choice"}),
}
"""Part of a statistic → types of the field that may hold it."""
_OF_SERIES: Final = ("indicator", "unit", "basis", "source")
"""What may be told once, when the series is opened."""


def check_observation(mechanism: Mechanism, report: Report) -> None:
    """Report what is wrong in the block ``observation``: names that lead nowhere, fields of another kind or that are
    committed to, an act that publishes a value without its period, a series that opens without what it never tells."""
    told = mechanism.observation
    if told is None:
        return
    keys = [key for key in _TYPES if key != "level" or told.level is not None]
    right = [_field(mechanism, told, key, report) for key in keys]
    if all(right):
        _told(mechanism, told, report)


def _field(mechanism: Mechanism, told: Observation, key: str, report: Report) -> bool:
    name: str = getattr(told, key)
    path: Path = ("observation", key)
    found = mechanism.fields.get(name)
    if found is None:
        report.error("field_unknown", path, name=name)
    elif found.type not in _TYPES[key]:
        report.error("field_type", path, name=name, type=found.type, wanted=" / ".join(sorted(_TYPES[key])))
    elif found.many:
        report.error("field_many", path, name=name)
    elif found.committed:
        report.error("public_committed", path, name=name)
    else:
        return True
    return False


def _told(mechanism: Mechanism, told: Observation, report: Report) -> None:
    """Every act that publishes supplies the value and its period; the rest it supplies, or every opening act does."""
    opening = [action for action in mechanism.actions.values() if action.kind == "open"]
    for path, action in mechanism.every_action():
        if told.value not in (*action.supply, *action.optional):
            continue
        for key in ("value", "period"):
            name = getattr(told, key)
            if name not in action.supply:
                report.error("value_not_supplied", ("observation", key), name=name, action=str(path[-1]))
        for key in _OF_SERIES:
            name = getattr(told, key)
            if name not in action.supply and not all(name in one.supply for one in opening):
                report.error("value_not_supplied", ("observation", key), name=name, action=str(path[-1]))
