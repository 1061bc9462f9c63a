"""A small synthetic district for tests of casework: packs in force, and officers who may act for their bodies."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from luoshi.mechanisms.acts import Actor, File
from luoshi.mechanisms.loader import load
from luoshi.mechanisms.model import Mechanism

ROOT = Path(__file__).resolve().parents[2]
DISTRICT = "jichuan"
STANDARD_DAYS = 5


def allow(*_: object) -> None:
    """Authorises everybody: what is tested is something else."""


def pack(name: str) -> Mechanism:
    """The pack ``name`` of the repository."""
    return load((ROOT / "packs" / name / "mechanism.yaml").read_bytes(), name)


def settings_of(mechanism: Mechanism) -> dict[str, Any]:
    """A value for every setting that has to be filled in; synthetic, nobody's practice."""
    values: dict[str, Any] = {}
    for name, setting in mechanism.settings.items():
        if setting.default is None:
            filler: dict[str, Any] = {
                "integer": STANDARD_DAYS,
                "decimal": "1",
                "text": "甲",
                "flag": True,
                "choice": next(iter(setting.choices), ""),
            }
            values[name] = filler[setting.type]
    return values


def standing_of(mechanism: Mechanism) -> dict[str, str]:
    """A body for each standing role, named after it."""
    return {name: f"body-{name}" for name, role in mechanism.roles.items() if role.kind == "standing"}


def set_up(*names: str, district: str = DISTRICT) -> None:
    """Put the packs ``names`` in force."""
    from luoshi.casework.setups import install, put_in_force

    for name in names:
        source = (ROOT / "packs" / name / "mechanism.yaml").read_bytes()
        mechanism = pack(name)
        mechanism_id, version = install(source, name)
        put_in_force(
            district,
            mechanism_id,
            version,
            settings=settings_of(mechanism),
            standing=standing_of(mechanism),
            prefix="霁",
            hours="9:00-12:00,13:00-17:00",
            urgent_hours="8:00-22:00",
        )


def actor(role: str, officer: str | None = None, body: str | None = None) -> Actor:
    """An officer of the body that holds ``role``."""
    return Actor(officer or f"officer-{role}", body or f"body-{role}", role)


def photo(field: str = "evidence") -> File:
    """A piece of evidence."""
    return File(field, "ab" * 32, 1234)
