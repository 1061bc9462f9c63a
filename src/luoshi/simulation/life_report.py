"""What came of a sample life: counted in the store, not claimed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from luoshi.casework.models import Case, Part
from luoshi.casework.setups import district as in_force
from luoshi.mechanisms import timing
from luoshi.mechanisms.state import State


@dataclass(slots=True)
class LifeReport:
    """What came of it. ``already``: cases had been made before, and nothing was done.

    ``stages``: mechanism → stage → cases; ``missing``: stages in which no case stands; ``undated``: open cases a clock
    of which runs beyond the calendar's end, without a date; ``refused``: acts that were not taken, by code.
    """

    already: bool = False
    cases: int = 0
    entries: int = 0
    swept: int = 0
    handed_over: int = 0
    linked: int = 0
    late: int = 0
    split: int = 0
    paused: int = 0
    undated: int = 0
    files: int = 0
    stages: dict[str, Counter[str]] = field(default_factory=dict)
    missing: list[tuple[str, str]] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    sweep_failed: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0


def count(district: str, now: datetime, report: LifeReport) -> None:
    """Count in the store what the cases of ``district`` have come to, into ``report``."""
    place = in_force(district)
    stages: dict[str, Counter[str]] = {name: Counter() for name in place.in_force}
    rows = Case.objects.filter(district=district).order_by("id")
    for mechanism, stage, body, state, is_open, due_on, n in rows.values_list(
        "mechanism", "stage", "body", "state", "open", "due_on", "n"
    ):
        report.cases += 1
        report.entries += n
        stages.setdefault(mechanism, Counter())[stage] += 1
        if not is_open:
            continue
        report.late += due_on is not None and due_on < now.date().isoformat()
        clocks = [
            clock for clock in State.from_json(state, stage=stage, body=body).clocks.values() if timing.running(clock)
        ]
        report.paused += any(one["end"] is None for clock in clocks for one in clock.get("pauses", ()))
        report.undated += any("need" in clock for clock in clocks)
    report.split = Part.objects.filter(district=district).values("case_id").distinct().count()
    report.stages = stages
    report.missing = [
        (name, stage)
        for name, found in place.in_force.items()
        for stage in found.flow.mechanism.stages
        if not stages[name][stage]
    ]
