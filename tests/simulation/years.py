"""A small part of the year's district, for tests of the replay itself: some mechanisms, few days, few cases."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[2]
PLAN: Final = ROOT / "districts" / "hetang-2019.yaml"
DISTRICT: Final = "hetang"
MECHANISMS: Final = ("hotline", "service", "relief")
SCALE: Final = 0.02
UNTIL: Final = date(2019, 2, 20)
FIRST: Final = 2019


def scene(mechanisms: tuple[str, ...] = MECHANISMS, scale: float = SCALE, seed: int | None = None) -> Any:
    """The district made ready in the store, and what its cases are planned by."""
    from luoshi.simulation.year.plan import read_plan
    from luoshi.simulation.year.setting_up import set_up

    plan = read_plan(PLAN)
    chosen = tuple(one for one in plan.mechanisms if one.mechanism in mechanisms)
    names = {*mechanisms, "patrol"}
    settings = {**plan.settings, "mechanisms": {k: v for k, v in plan.settings["mechanisms"].items() if k in names}}
    return set_up(replace(plan, mechanisms=chosen, settings=settings), ROOT / "packs", scale=scale, seed=seed)


def replay(of: Any, until: date = UNTIL, **options: Any) -> Any:
    """A replay of the scene ``of``, to be gone."""
    from luoshi.simulation.year.running import Replay, Years

    return Replay(of, Years(FIRST, 1, until), **options)
