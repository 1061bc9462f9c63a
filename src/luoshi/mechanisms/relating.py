"""What an entry says so that the public relations follow from entries alone: the unit of a measure, what a survey was
read as, a statistic. Pure.

Definitions change from version to version and lie outside the log's root. An entry that tells the unit itself can be
summed by whoever has the ledger and nothing else, and nobody can turn yuan into 万元 afterwards.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from luoshi.mechanisms.acts import Refused
from luoshi.mechanisms.model import Mechanism, Observation, Survey
from luoshi.mechanisms.state import State

UNIT: Final = "unit_"
"""Begins what tells the unit of a measure: ``yuan_owed`` beside ``unit_yuan_owed``."""
SURVEYED: Final = "surveyed"
"""Tells what the answer to a survey was read as: ``satisfied``, ``partly`` or ``dissatisfied``; null if as none."""
OBSERVED: Final = "observed_"
"""Begins the parts of a statistic: indicator, period, value, unit, basis, source, and area if it is a larger one."""
OWN: Final = "own"
"""The level of a statistic that is of the case's own area."""

LARGEST: Final = 9_000_000_000_000
"""Of a measure or statistic, in its unit: sums are kept in millionths, in the 64 bits that every store has."""


def relate(mechanism: Mechanism, state: State, values: Mapping[str, Any], data: dict[str, Any]) -> None:
    """Add to the public ``data`` of an act what the ``values`` supplied with it mean; ``state`` is the one after it.

    Raises Refused ``field_value`` (``want``: ``measure``) for a number that is too large to be summed.
    """
    measures = mechanism.measures
    if measures:
        for name in values.keys() & measures.keys():
            if isinstance(values[name], list):
                continue  # a list tells no one value
            _check_size(name, values[name])
            data[f"{UNIT}{name}"] = measures[name]
    survey = mechanism.survey
    if survey is not None and survey.field in values and not mechanism.fields[survey.field].committed:
        data[SURVEYED] = _reading(survey, values[survey.field])
    told = mechanism.observation
    if told is not None and told.value in values and told.period in values:
        _observe(mechanism, told, {**state.fields, **values}, data)


def _check_size(name: str, value: int | str) -> None:
    if abs(Decimal(value)) > LARGEST:
        raise Refused("field_value", field=name, want="measure")


def _reading(survey: Survey, answer: object) -> str | None:
    if answer in survey.satisfied:
        return "satisfied"
    if answer in survey.partly:
        return "partly"
    return "dissatisfied" if answer in survey.dissatisfied else None


def _observe(mechanism: Mechanism, told: Observation, known: Mapping[str, Any], data: dict[str, Any]) -> None:
    _check_size(told.value, known[told.value])
    unit = mechanism.fields[told.unit].choices
    parts = {
        "indicator": known.get(told.indicator),
        "period": known[told.period],
        "value": str(known[told.value]),
        "unit": unit[known[told.unit]].zh if known.get(told.unit) in unit else None,
        "basis": known.get(told.basis),
        "source": known.get(told.source),
    }
    level = known.get(told.level) if told.level is not None else None
    if level is not None and level != OWN:
        parts["area"] = level
    data.update({f"{OBSERVED}{name}": value for name, value in parts.items()})
