"""The board of promises: what its address asks for, which are wanted, its numbers, and its groups."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from django.http import QueryDict
from django.urls import reverse
from django.utils.http import urlencode

from luoshi.commitments.board import Card
from luoshi.commitments.models import ACCEPTED, ISSUED, LIVING, PROPOSED
from luoshi.commitments.progress import Deadline, Pace
from luoshi.desk.names import Names
from luoshi.desk.promised import Line
from luoshi.desk.visit import Visit
from luoshi.messages import mark, tr

WORDS_MOST: Final = 100
PARAM_MOST: Final = 300
"""Characters of a theme, which is a heading of the report."""
UNISSUED: Final = (PROPOSED, ACCEPTED)
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


def in_order(visit: Visit, bodies: Iterable[str]) -> list[str]:
    """``bodies``, each once, in the order of the district's tree; unknown ones and none ("") last."""
    place = {code: n for n, code in enumerate(visit.org.tree.bodies)}
    return sorted(set(bodies), key=lambda code: (not code, place.get(code, len(place)), code))


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
        return list(held) if self.asked.group == "theme" else in_order(self.visit, held)

    def _title(self, key: str) -> str:
        if not key:
            return tr("no body yet") if self.asked.group == "body" else tr("no theme")
        return Names(self.visit).body(key) if self.asked.group == "body" else key

    def bodies(self) -> list[tuple[str, str]]:
        """The bodies that have any, for the filter."""
        names = Names(self.visit)
        return [(code, names.body(code)) for code in in_order(self.visit, map(body_of, self.cards)) if code]

    def themes(self) -> list[str]:
        """The themes in the order of the text."""
        return list(dict.fromkeys(card.commitment.theme for card in self.cards if card.commitment.theme))
