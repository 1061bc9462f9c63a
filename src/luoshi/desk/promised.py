"""Commitments on the desk: a line for each with its three lights and its last report, which lines are wanted, groups.

The lights are :mod:`luoshi.commitments.progress`'s; nothing is decided here. They are never put together into one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from django.http import QueryDict
from django.urls import reverse
from django.utils.http import urlencode

from luoshi.casework.histories import office_texts
from luoshi.commitments.board import Card
from luoshi.commitments.models import ACCEPTED, ISSUED, LIVING, PROPOSED
from luoshi.commitments.progress import Deadline, Light, Pace, Reported, Step
from luoshi.desk.names import Names, pick
from luoshi.desk.visit import Visit
from luoshi.mechanisms.model import Mechanism
from luoshi.messages import mark, tr
from luoshi.words.commitments import explain_light, name_light

WORDS_MOST: Final = 100
PARAM_MOST: Final = 300
"""Characters of a theme, which is a heading of the report."""
UNISSUED: Final = (PROPOSED, ACCEPTED)
STEPS: Final = tuple(Step)
DUE_CLASS: Final = {
    Deadline.DONE: "done",
    Deadline.IN_TIME: "later",
    Deadline.SOON: "soon",
    Deadline.OVERDUE: "late",
    Deadline.NO_DAY: "undated",
}
"""Deadline state → how ``.due`` of components.css marks it."""
SHOWS: Final[Mapping[str, str]] = {
    "issued": mark("issued"),
    "done": mark("struck off"),
    "late": mark("overdue"),
    "soon": mark("due soon"),
    "behind": mark("behind schedule"),
    "silent": mark("not reported"),
    "unissued": mark("not issued yet"),
    "reminded": mark("reminded"),
    "urged": mark("urged"),
    "supervised": mark("supervised"),
    "circulated": mark("circulated"),
}
"""What the list can be narrowed to by status or by one light → its word."""
ON_TOP: Final = ("issued", "done", "late", "behind", "silent", "unissued")
"""The numbers above the list, and of each group."""
HAND: Final = ("late", "behind", "silent")
"""Those that need a hand."""
GROUPS: Final[Mapping[str, str]] = {"body": mark("By lead body"), "theme": mark("By theme"), "list": mark("One list")}


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
    def rung(self) -> int:
        """How many bars of the ladder are filled."""
        return STEPS.index(self.lights.step.state) if self.card.progress else 0

    @property
    def lights(self) -> Any:
        """The three lights as they were told; only where there are any."""
        return self.card.progress

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
        return self.card.progress is not None and self.card.progress.pace.state is Pace.NOT_REPORTED

    @property
    def behind(self) -> bool:
        """Whether less is done than time has passed."""
        return self.card.progress is not None and self.card.progress.pace.state is Pace.BEHIND


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


# --- which lines are wanted


def is_shown(card: Card, show: str) -> bool:
    """Whether the card belongs to what ``show`` names."""
    status, lights = card.commitment.status, card.progress
    if show == "issued":
        return status == ISSUED
    if show == "unissued":
        return status in UNISSUED
    if lights is None:
        return False
    told = {
        "late": lights.deadline.state is Deadline.OVERDUE,
        "soon": lights.deadline.state is Deadline.SOON,
        "behind": lights.pace.state is Pace.BEHIND,
        "silent": lights.pace.state is Pace.NOT_REPORTED,
        "done": False,
    }
    return told.get(show, lights.step.state == show)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the page's address asks for; what is unknown is left out. ``report``: its number, 0 for the newest."""

    report: int = 0
    group: str = "body"
    body: str = ""
    theme: str = ""
    show: str = ""
    q: str = ""

    @classmethod
    def read(cls, query: QueryDict) -> Asked:
        """From an address."""
        report, group, show = query.get("report", ""), query.get("group", ""), query.get("show", "")
        return cls(
            int(report) if report.isascii() and report.isdigit() and len(report) < 10 else 0,
            group if group in GROUPS else "body",
            query.get("body", "")[:PARAM_MOST],
            query.get("theme", "")[:PARAM_MOST],
            show if show in SHOWS else "",
            query.get("q", "").strip()[:WORDS_MOST],
        )

    def address(self, name: str = "commitments", **changes: Any) -> str:
        """The address of this page with ``changes``."""
        told = replace(self, **changes)
        found = [(key, str(getattr(told, key))) for key in ("report", "body", "theme", "show", "q")]
        query = [(key, value) for key, value in found if value and value != "0"]
        if told.group != "body":
            query.insert(1 if told.report else 0, ("group", told.group))
        return reverse(f"desk:{name}") + (f"?{urlencode(query)}" if query else "")

    @property
    def narrowed(self) -> bool:
        """Whether any filter is set."""
        return bool(self.body or self.theme or self.show or self.q)

    def lets(self, card: Card) -> bool:
        """Whether the card is within body, theme and words; ``show`` is another question."""
        one = card.commitment
        if self.body and body_of(card) != self.body:
            return False
        if self.theme and one.theme != self.theme:
            return False
        return not self.q or self.q.lower() in f"{one.code} {one.task} {one.text} {one.section}".lower()


def body_of(card: Card) -> str:
    """The body in charge: of the case if there is one, else the one that was chosen; "" if none was."""
    return card.case.body if card.case is not None else (card.commitment.lead or "")


@dataclass(frozen=True, slots=True)
class Number:
    """A number, its word, and the address of the list that it counts."""

    key: str
    count: int
    word: str
    address: str
    here: bool = False

    @property
    def hand(self) -> bool:
        """Whether it needs a hand."""
        return self.key in HAND and self.count > 0


@dataclass(frozen=True, slots=True)
class Group:
    """Lines under one heading, with the numbers of all that belong there, shown or not."""

    title: str
    address: str
    numbers: tuple[Number, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Board:
    """The page: numbers on top, groups of lines, how many lines there are."""

    asked: Asked
    numbers: tuple[Number, ...]
    groups: tuple[Group, ...]
    count: int


class Boarding:
    """Makes the board of what a visit asks for out of ``cards``."""

    def __init__(self, visit: Visit, asked: Asked, cards: Iterable[Card]) -> None:
        self.visit = visit
        self.asked = asked
        self.cards = [card for card in cards if card.commitment.status in LIVING]
        self.within = [card for card in self.cards if asked.lets(card)]

    def shows(self, card: Card, show: str) -> bool:
        """:func:`is_shown`, and whether it is struck off 销号, which the mechanism's stages say."""
        return self._struck_off(card) if show == "done" else is_shown(card, show)

    def _struck_off(self, card: Card) -> bool:
        if card.case is None or card.case.open:
            return False
        stages = self.visit.place.flow(card.case.mechanism, card.case.version).mechanism.stages
        return card.case.stage in stages and stages[card.case.stage].outcome == "done"

    def wanted(self) -> list[Card]:
        """The cards that all filters let through, in the order of the text."""
        show = self.asked.show
        return [card for card in self.within if not show or self.shows(card, show)]

    def board(self, lines: Sequence[Line]) -> Board:
        """The board with ``lines``, one for each of :meth:`wanted`."""
        return Board(self.asked, self._numbers(self.within, self.asked), tuple(self._groups(lines)), len(lines))

    def _numbers(self, cards: Sequence[Card], asked: Asked) -> tuple[Number, ...]:
        return tuple(
            Number(
                show,
                sum(self.shows(card, show) for card in cards),
                tr(SHOWS[show]),
                asked.address(show="" if asked == self.asked and asked.show == show else show),
                asked == self.asked and asked.show == show,
            )
            for show in ON_TOP
        )

    def _groups(self, lines: Sequence[Line]) -> Iterator[Group]:
        if self.asked.group == "list":
            if lines:
                yield Group("", "", (), tuple(lines))
            return
        held: dict[str, list[Line]] = {}
        for line in lines:
            held.setdefault(self._key(line.card), []).append(line)
        everything: dict[str, list[Card]] = {}
        for card in self.within:
            everything.setdefault(self._key(card), []).append(card)
        for key in self._ordered(held):
            narrowed = self._within(key)
            numbers = self._numbers(everything[key], replace(narrowed, show="")) if key else ()
            yield Group(self._title(key), narrowed.address() if key else "", numbers, tuple(held[key]))

    def _within(self, key: str) -> Asked:
        if not key:
            return self.asked
        return replace(self.asked, body=key) if self.asked.group == "body" else replace(self.asked, theme=key)

    def _key(self, card: Card) -> str:
        return body_of(card) if self.asked.group == "body" else card.commitment.theme

    def _ordered(self, held: Mapping[str, object]) -> list[str]:
        """Bodies in the order of the district's tree, what has none last; themes in that of the text."""
        if self.asked.group == "theme":
            return list(held)
        place = {code: n for n, code in enumerate(self.visit.org.tree.bodies)}
        return sorted(held, key=lambda code: (not code, place.get(code, len(place)), code))

    def _title(self, key: str) -> str:
        if not key:
            return tr("no body yet") if self.asked.group == "body" else tr("no theme")
        return Names(self.visit).body(key) if self.asked.group == "body" else key

    def bodies(self) -> list[tuple[str, str]]:
        """The bodies that have any, for the filter."""
        names = Names(self.visit)
        return [(code, names.body(code)) for code in self._bodies() if code]

    def _bodies(self) -> list[str]:
        place = {code: n for n, code in enumerate(self.visit.org.tree.bodies)}
        return sorted({body_of(card) for card in self.cards}, key=lambda code: (place.get(code, len(place)), code))

    def themes(self) -> list[str]:
        """The themes in the order of the text."""
        return list(dict.fromkeys(card.commitment.theme for card in self.cards if card.commitment.theme))
