"""Commitments on the desk: a line for each with its three lights and its last report, in words.

The lights are :mod:`luoshi.commitments.progress`'s; nothing is decided here. They are never put together into one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from luoshi.casework.histories import office_texts
from luoshi.commitments.board import Card
from luoshi.commitments.progress import Deadline, Light, Pace, Reported, Step
from luoshi.desk.names import Names, pick
from luoshi.desk.visit import Visit
from luoshi.mechanisms.model import Mechanism
from luoshi.words.commitments import explain_light, name_light

STEPS: Final = tuple(Step)
DUE_CLASS: Final = {
    Deadline.DONE: "done",
    Deadline.IN_TIME: "later",
    Deadline.SOON: "soon",
    Deadline.OVERDUE: "late",
    Deadline.NO_DAY: "undated",
}
"""Deadline state → how ``.due`` of components.css marks it."""


@dataclass(frozen=True, slots=True)
class Told:
    """A light as people read it: the word of its state, and the sentence that it follows from."""

    word: str
    why: str


@dataclass(frozen=True, slots=True)
class Last:
    """A report of progress as people read it; ``text`` is what offices alone read."""

    period: str
    on_day: str
    value: str
    share: str | None
    state: str
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """A commitment as a row. ``step`` … ``pace`` are None without a case that he sees. ``verdict``: its name and tone,
    and why, if next year's report was taken."""

    card: Card
    text: str
    lead: str
    joint: tuple[str, ...]
    due: str | None
    step: Told | None = None
    deadline: Told | None = None
    pace: Told | None = None
    last: Last | None = None
    verdict: tuple[str, str, str] | None = None

    @property
    def code(self) -> str:
        """The commitment's code."""
        return self.card.commitment.code

    @property
    def lights(self) -> Any:
        """The three lights as they were told; only where there are any."""
        return self.card.progress

    @property
    def rung(self) -> int:
        """How many bars of the ladder are filled."""
        return STEPS.index(self.lights.step.state) if self.lights else 0

    @property
    def mark(self) -> str:
        """How the deadline state is marked."""
        return DUE_CLASS[Deadline(self.lights.deadline.state)] if self.card.progress else "undated"

    @property
    def share(self) -> str | None:
        """The share done that the pace was told from; None where nothing was reported."""
        return None if self.silent else self.lights.pace.details.get("share")

    @property
    def time(self) -> str:
        """The share of the time that had passed then."""
        return str(self.lights.pace.details.get("time") or "0")

    @property
    def silent(self) -> bool:
        """Whether what should be reported is not."""
        return bool(self.lights) and self.lights.pace.state is Pace.NOT_REPORTED

    @property
    def behind(self) -> bool:
        """Whether less is done than time has passed."""
        return bool(self.lights) and self.lights.pace.state is Pace.BEHIND


def told_light(light: Light) -> Told:
    """The light in words."""
    return Told(name_light(light), explain_light(light))


def lines_of(
    visit: Visit, cards: Iterable[Card], verdicts: Mapping[int, tuple[str, str, str]] | None = None
) -> list[Line]:
    """A line for each card; the words of the last reports in one look-up."""
    held = list(cards)
    names, texts = Names(visit), last_texts(visit, held)
    return [_line(visit, names, one, texts, (verdicts or {}).get(one.commitment.pk)) for one in held]


def last_texts(visit: Visit, cards: Sequence[Card]) -> dict[tuple[int, int], dict[str, str]]:
    """What offices alone read of the last report of each card."""
    wanted = {
        card.case.id: (card.progress.reports[-1].n,)
        for card in cards
        if card.case is not None and card.progress is not None and card.progress.reports
    }
    return office_texts(visit.sight, wanted) if wanted else {}


def _line(
    visit: Visit,
    names: Names,
    card: Card,
    texts: Mapping[tuple[int, int], Mapping[str, str]],
    verdict: tuple[str, str, str] | None,
) -> Line:
    one, case, lights = card.commitment, card.case, card.progress
    line = Line(
        card,
        (one.task or one.text).strip(),
        names.body(case.body if case is not None else one.lead),
        tuple(names.body(code) for code in one.joint),
        (case.due_on if case is not None else None) or one.due,
        verdict=verdict,
    )
    if case is None or lights is None:
        return line
    last = lights.reports[-1] if lights.reports else None
    mechanism = visit.place.flow(case.mechanism, case.version).mechanism
    return replace(
        line,
        step=told_light(lights.step),
        deadline=told_light(lights.deadline),
        pace=told_light(lights.pace),
        last=None
        if last is None
        else told_report(mechanism, last, texts.get((case.id, last.n), {}), unit_of(one), visit.lang),
    )


def unit_of(commitment: Any) -> str:
    """The unit of the commitment's only target; "" if it has none, or several that differ."""
    units = {str(target["unit"]) for target in commitment.targets if target.get("unit")}
    return units.pop() if len(units) == 1 else ""


def told_report(mechanism: Mechanism, one: Reported, texts: Mapping[str, str], unit: str, lang: str) -> Last:
    """A report of progress in words."""
    carries = mechanism.commitment
    assert carries is not None
    names = carries.reported
    period, state = one.period or "", one.completion or ""
    if names is not None:
        periods, states = mechanism.fields[names.period].choices, mechanism.fields[names.state].choices
        period = pick(periods[period], lang) if period in periods else period
        state = pick(states[state], lang) if state in states else state
    value = f"{one.done_value} {unit}".strip() if one.done_value is not None else ""
    text = texts.get(carries.progress.text, "") if carries.progress is not None else ""
    return Last(period, one.on_day, value, one.share, state, text)
