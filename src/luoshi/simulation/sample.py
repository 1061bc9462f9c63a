"""The synthetic district: bodies, officers and their posts, and a value for every setting. Nobody's practice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from random import Random
from typing import Any, Final

from luoshi.casework.rows import Row
from luoshi.casework.setups import district as in_force
from luoshi.casework.setups import install, put_in_force
from luoshi.casework.walk import OFFICERS
from luoshi.mechanisms.acts import Act, Actor, Refused
from luoshi.mechanisms.loader import load
from luoshi.mechanisms.model import Mechanism, Setting
from luoshi.mechanisms.state import State

BODIES: Final = tuple(f"sample-{n:02}" for n in range(1, 13))
"""Bodies to which work is given."""
AREAS: Final = tuple(f"sample-area-{n}" for n in range(1, 9))
DUTY: Final = "sample-duty"
"""Officers on duty (值班), who hold every post: whom a case meets twice, and who must not check himself."""
ON_DUTY: Final = 0.1
"""How likely an officer on duty takes an act."""
STRANGER: Final = "nobody-here"
"""An officer without any post."""
PREFIX: Final = "合成"
HOURS: Final = "9:00-12:00,13:00-17:00"
URGENT_HOURS: Final = "8:00-22:00"

UNITS: Final[Mapping[str | None, int]] = {
    "工作日": 5, "自然日": 10, "月": 1, "年": 1, "工作时": 8, "紧急工作时": 4, "小时": 24,
}  # fmt: skip
"""The synthetic number for a setting in each unit."""
OTHER: Final = 3
"""For a number without a unit that is known."""


def settings_of(mechanism: Mechanism) -> dict[str, Any]:
    """A synthetic value for every setting that a place has to fill in."""
    return {name: _filled(setting) for name, setting in mechanism.settings.items() if setting.default is None}


def _filled(setting: Setting) -> int | str | bool:
    if setting.type == "integer":
        return UNITS.get(setting.unit, OTHER)
    if setting.type == "decimal":
        return "1"
    if setting.type == "flag":
        return True
    return next(iter(setting.choices)) if setting.type == "choice" else "合成值 synthetic"


def standing_of(mechanism: Mechanism) -> dict[str, str]:
    """A synthetic body for each standing role, named after it."""
    return {name: f"sample-{name}" for name, role in mechanism.roles.items() if role.kind == "standing"}


def set_up(district: str, packs: Mapping[str, bytes]) -> tuple[list[str], list[str]]:
    """Put each of ``packs`` in force in ``district`` with synthetic settings, unless it is in force there already.

    The mechanisms' ids in the order of ``packs``, and those of them that were put in force now. Raises MechanismError
    for a text that is no definition.
    """
    # Asked once: each mechanism put in force makes the district be loaded anew.
    there = set(in_force(district).in_force)
    names, new = [], []
    for name, source in packs.items():
        mechanism = load(source, name)
        names.append(mechanism.id)
        if mechanism.id in there:
            continue
        mechanism_id, version = install(source, name)
        put_in_force(
            district,
            mechanism_id,
            version,
            settings=settings_of(mechanism),
            standing=standing_of(mechanism),
            prefix=PREFIX,
            hours=HOURS,
            urgent_hours=URGENT_HOURS,
        )
        new.append(mechanism_id)
    return names, new


def officer(rng: Random, role: str, body: str) -> Actor:
    """An officer who may act in ``role`` for ``body``, named as :mod:`luoshi.casework.walk` names them."""
    return Actor(f"{body}/{rng.randrange(OFFICERS)}", body, role)


def on_duty(act: Act, state: State, rng: Random) -> Act:
    """``act``, now and then taken by an officer on duty; one who has not had a hand in the case yet."""
    one = f"{DUTY}/{rng.randrange(OFFICERS)}"
    known = {officer for officers in state.marks.values() for officer in officers}
    if not act.actor.body or rng.random() >= ON_DUTY or one in known:
        return act
    return replace(act, actor=replace(act.actor, officer=one))


def authorise(act: Act, mechanism: str, row: Row) -> None:
    """The posts of the synthetic district: an officer acts for his own body, one on duty for all, a party for itself.

    Raises Refused ``not_authorised``.
    """
    for one in (act.actor, act.approval):
        if one is None:
            continue
        home = one.officer.rpartition("/")[0]
        if home not in (one.body or one.role, DUTY):
            raise Refused(
                "not_authorised", officer=one.officer, action=act.action, mechanism=mechanism, role=one.role,
                body=one.body, case=row.case,
            )  # fmt: skip
