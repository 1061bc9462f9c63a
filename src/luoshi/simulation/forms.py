"""Synthetic values for the fields of a form."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from random import Random
from typing import Any, Final

from luoshi.mechanisms.model import Action, FieldDef, Mechanism
from luoshi.simulation.sample import BODIES

WEIGHTS: Final = {1: ["1"], 2: ["0.5", "0.5"], 3: ["0.4", "0.3", "0.3"]}
"""Weights of so many parts, which make one together."""
PERSONS: Final = ("甲某", "乙某", "丙某", "丁某")


def filled(mechanism: Mechanism, action: Action, known: Mapping[str, Any], day: date, rng: Random) -> dict[str, Any]:
    """A value for each field that ``action`` asks for but files, and for some that it only takes."""
    names = list(action.supply) + [name for name in action.optional if rng.random() < 0.3]
    values = {name: value(mechanism, name, day, rng) for name in names if mechanism.fields[name].type != "files"}
    if action.only_if is not None and action.only_if.field in values and rng.random() < 0.9:
        values[action.only_if.field] = rng.choice(action.only_if.any_of)
    for split in action.splits:
        if split.weights is not None and split.bodies in values:
            bodies = values[split.bodies]
            values[split.weights] = WEIGHTS[len(bodies)] if isinstance(bodies, list) else "1"
    return values


def value(mechanism: Mechanism, name: str, day: date, rng: Random) -> Any:
    """A value for the field ``name`` on ``day``."""
    field = mechanism.fields[name]
    if not field.many:
        return _one(mechanism, name, field, day, rng)
    if field.type == "body":
        return rng.sample(BODIES, rng.randint(1, 3))
    made = [_one(mechanism, name, field, day, rng) for _ in range(rng.randint(1, 2))]
    return [one for place, one in enumerate(made) if one not in made[:place]]


def _one(mechanism: Mechanism, name: str, field: FieldDef, day: date, rng: Random) -> Any:
    if field.type == "choice":
        return rng.choice(list(field.choices))
    if field.type == "integer":
        return rng.randint(1, 3)
    if field.type == "decimal":
        return f"{rng.randint(1, 99)}.5"
    if field.type == "flag":
        return rng.random() < 0.5
    if field.type == "date":
        return (day if name in _starts(mechanism) else day + timedelta(rng.randint(20, 60))).isoformat()
    if field.type == "body":
        return rng.choice(BODIES)
    if field.type == "place":
        return {"text": f"合成路{rng.randint(1, 99)}号", "lon": f"117.{rng.randint(1000, 9999)}5", "lat": "36.65"}
    if field.type == "person":
        return rng.choice(PERSONS)
    if field.type == "phone":
        return f"000-{rng.randint(10_000_000, 99_999_999)}"
    return f"{field.zh}（合成 {rng.randint(1, 999)}）"


def _starts(mechanism: Mechanism) -> frozenset[str]:
    """Fields that tell when a limit began: a day that has been."""
    return frozenset(clock.start_field for clock in mechanism.clocks.values() if clock.start_field)


def wrong(field: FieldDef) -> Any:
    """A value that no form may take for ``field``."""
    bad: dict[str, Any] = {
        "choice": "no_such_choice", "integer": "many", "decimal": "half", "flag": "yes", "date": "2025-02-30",
        "body": "not a code", "place": {"street": "x"},
    }  # fmt: skip
    return [] if field.many else bad.get(field.type, " ")
