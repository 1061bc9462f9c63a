"""What to simulate, and what came of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from luoshi.mechanisms.acts import Refused

DISTRICT: Final = "sample"
FIRST_DAY: Final = date(2025, 1, 2)
"""The first working day of 2025: two whole years of the calendar lie ahead."""
DAYS: Final = 120
UNLAWFUL: Final = 0.15
EXAMPLES: Final = 20


@dataclass(frozen=True, slots=True)
class Plan:
    """What to simulate. ``packs``: name → text of the definition; each name opens its share of the ``cases``.

    Cases come in on the first two thirds of ``days`` days from ``first`` on. ``unlawful`` is the share of the acts that
    are meant to be refused. ``clients`` work at once, each with cases of its own; with one of them the same ``seed``
    gives the same acts. ``batch``: how many acts one transaction takes (1: each its own).
    """

    packs: dict[str, bytes]
    cases: int = 1000
    seed: int = 1
    clients: int = 1
    batch: int = 1
    days: int = DAYS
    first: date = FIRST_DAY
    district: str = DISTRICT
    unlawful: float = UNLAWFUL


@dataclass(slots=True)
class Report:
    """What came of it.

    ``tried`` acts, of which ``taken`` were; ``refused`` by code, with the first example of each (the case's place, its
    mechanism, the refusal); ``kinds``: kind of
    unlawful act → how often it was tried. ``unexpected``: acts taken that break a rule, or refused though none does
    (``unexpected_count`` of them, a few told). ``swept``: rungs claimed; ``sweep_failed``: case → why. ``seconds``: in
    all; ``engine``: of it in the engine, of all clients together. The rest is counted in the store at the end, the
    simulated cases alone: by mechanism and stage, entries, documents, overdue cases that are open.
    """

    tried: int = 0
    taken: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    examples: dict[str, tuple[int, str, Refused]] = field(default_factory=dict)
    kinds: Counter[str] = field(default_factory=Counter)
    unexpected: list[str] = field(default_factory=list)
    unexpected_count: int = 0
    swept: int = 0
    sweep_failed: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    engine: float = 0.0
    cases: list[str] = field(default_factory=list)
    stages: dict[str, Counter[str]] = field(default_factory=dict)
    entries: int = 0
    documents: int = 0
    overdue: int = 0
    last_day: date | None = None

    def refuse(self, refusal: Refused, place: int, mechanism: str) -> None:
        """Count a refusal; the example kept is the one of the first case (``place``)."""
        self.refused[refusal.code] += 1
        kept = self.examples.get(refusal.code)
        if kept is None or place < kept[0]:
            self.examples[refusal.code] = (place, mechanism, refusal)

    def surprise(self, text: str) -> None:
        """Note an act that was taken and should not have been, or the other way round."""
        self.unexpected_count += 1
        if len(self.unexpected) < EXAMPLES:
            self.unexpected.append(text)

    def add(self, other: Report) -> None:
        """Add what another client did."""
        self.tried += other.tried
        self.taken += other.taken
        self.refused += other.refused
        self.kinds += other.kinds
        for code, example in other.examples.items():
            if code not in self.examples or example[0] < self.examples[code][0]:
                self.examples[code] = example
        self.unexpected = (self.unexpected + other.unexpected)[:EXAMPLES]
        self.unexpected_count += other.unexpected_count
        self.swept += other.swept
        self.sweep_failed.update(other.sweep_failed)
        self.engine += other.engine
        self.cases += other.cases

    def told(self) -> dict[str, Any]:
        """What is the same in every run of the same plan with one client."""
        return {
            "tried": self.tried,
            "taken": self.taken,
            "refused": dict(sorted(self.refused.items())),
            "kinds": dict(sorted(self.kinds.items())),
            "stages": {name: dict(sorted(found.items())) for name, found in sorted(self.stages.items())},
            "entries": self.entries,
            "documents": self.documents,
            "overdue": self.overdue,
            "swept": self.swept,
        }
