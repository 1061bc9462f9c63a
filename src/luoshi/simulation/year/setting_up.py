"""A district made ready for its year: its organisation loaded, every pack put in force with the year's settings."""

from __future__ import annotations

from pathlib import Path

from luoshi.casework.setups import district as in_force
from luoshi.org.load import load_org, read_org
from luoshi.org.snapshot import snapshot
from luoshi.simulation.life import adopt_all
from luoshi.simulation.year.plan import PlanError, YearPlan
from luoshi.simulation.year.planning import Scene


def set_up(plan: YearPlan, packs: Path, *, seed: int | None = None, scale: float = 1.0) -> Scene:
    """Make the plan's district ready, unless it is; what its cases are planned by.

    Raises OrgError, MechanismError, SetupError for data that is wrong; PlanError for courses of a mechanism that the
    settings do not put in force.
    """
    district = plan.entry.district
    files = [(path.name, path.read_bytes()) for path in sorted((plan.folder / "org").glob("*.yaml"))]
    load_org(district, read_org(files))
    adopt_all(district, plan.settings, packs)
    return scene_of(plan, seed=seed, scale=scale)


def scene_of(plan: YearPlan, *, seed: int | None = None, scale: float = 1.0) -> Scene:
    """What the cases of a district that is ready are planned by. Raises PlanError."""
    district = plan.entry.district
    place = in_force(district)
    missing = [one.mechanism for one in plan.mechanisms if one.mechanism not in place.in_force]
    if missing:
        raise PlanError("settings.yaml", f"no settings for {', '.join(missing)}")
    flows = {name: (one.flow, one.standing) for name, one in place.in_force.items()}
    return Scene(plan, snapshot(district), flows, place.calendar, plan.entry.seed if seed is None else seed, scale)
