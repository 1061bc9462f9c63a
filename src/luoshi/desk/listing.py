"""A list of cases as its address tells it, and its rows as people read them: for the inbox, search and export."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Final, Literal, NamedTuple, cast, get_args

from django.http import QueryDict
from django.urls import reverse
from django.utils.http import urlencode

from luoshi.casework.door import CaseRow, Filters, Key, Sight, count, page
from luoshi.casework.filters import LONGEST_TEXT, Timing
from luoshi.casework.offers import ORDER
from luoshi.casework.waiting import OpenPart, Waiting, open_parts, returned_among, waiting
from luoshi.desk.names import Names, pick
from luoshi.desk.visit import Visit
from luoshi.mechanisms.flow import Flow, Ready
from luoshi.mechanisms.model import Mechanism
from luoshi.mechanisms.nearness import FAR, direction, nearness
from luoshi.messages import mark, tr

Tab = Literal["mine", "returned", "open", "closed"]
TABS: Final[dict[Tab, str]] = {
    "mine": mark("Waiting for me"),
    "returned": mark("Returned to me"),
    "open": mark("All under way"),
    "closed": mark("Closed"),
}
"""What list it is. The first two are of what waits for the officer himself, the others of all that he may see."""
TIMINGS: Final[dict[Timing, str]] = {
    "late": mark("late"),
    "soon": mark("due soon"),
    "later": mark("later"),
    "undated": mark("no date yet"),
}
PAGE: Final = 50
CAP: Final = 100
"""Counts end here: who has a hundred late matters need not know whether it is one more."""
NARROWING: Final = (
    "q", "mechanism", "stage", "category", "area", "body", "timing", "overdue", "late", "opened", "struck_off",
)  # fmt: skip
AGES: Final[Mapping[str, tuple[int, int | None]]] = {"1-5": (1, 5), "6-20": (6, 20), "21-": (21, None)}
"""How many calendar days a case is late: of boards, which lead here."""
LATE_BY: Final[Mapping[str, str]] = {
    "1-5": mark("1 to 5 days late"), "6-20": mark("6 to 20 days late"), "21-": mark("21 days late or more"),
}  # fmt: skip
_MONTH: Final = re.compile(r"\d{4}(-(0[1-9]|1[0-2]))?")
LONGEST_CODE: Final = 60


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list is asked for: the tab, what narrows it, and the place after which the page begins."""

    tab: Tab = "mine"
    q: str = ""
    mechanism: str = ""
    stage: str = ""
    category: str = ""
    area: str = ""
    body: str = ""
    timing: str = ""
    overdue: str = ""
    late: str = ""
    opened: str = ""
    struck_off: str = ""
    after: Key | None = None
    wrong: tuple[str, ...] = ()
    """Names of what could not be taken as it was written."""

    @classmethod
    def read(cls, query: QueryDict) -> Asked:
        """What the address asks for. What cannot be meant is left out and told in ``wrong``."""
        told: dict[str, Any] = {}
        wrong: list[str] = []
        tab = query.get("tab", "")
        if tab in TABS:
            told["tab"] = tab
        elif tab:
            wrong.append("tab")
        for name in NARROWING:
            value = query.get(name, "").strip()
            if not _meant(name, value):
                wrong.append(name)
            elif value:
                told[name] = value
        if told.get("stage") and not told.get("mechanism"):
            told.pop("stage")
        if query.get("after"):
            try:
                told["after"] = Key.read(query.get("after", ""))
            except ValueError:
                wrong.append("after")
        return cls(**told, wrong=tuple(wrong))

    def filters(self) -> Filters:
        """For the read door."""
        return Filters(
            mechanism=self.mechanism or None,
            stage=self.stage or None,
            category=self.category or None,
            area=self.area or None,
            body=self.body or None,
            text=self.q or None,
            timing=cast(Timing, self.timing) if self.timing and self.tab != "closed" else None,
            overdue=True if self.overdue else None,
            open=self.tab != "closed",
            opened=self.opened or None,
            struck_off=self.struck_off or None,
            days_late=AGES[self.late] if self.late and self.timing == "late" else None,
        )

    def query(self, **changes: Any) -> str:
        """The query of the address of this list, from its beginning unless ``after`` is told, with ``changes``."""
        told = replace(self, **{"after": None, **changes})
        found = [("tab", told.tab)] + [(name, getattr(told, name)) for name in NARROWING if getattr(told, name)]
        if told.after is not None:
            found.append(("after", told.after.written()))
        return urlencode(found)

    def address(self, name: str = "work", **changes: Any) -> str:
        """The address of this list on the page ``name``, with ``changes``."""
        return f"{reverse(f'desk:{name}')}?{self.query(**changes)}"

    @property
    def narrowed(self) -> bool:
        """Whether anything narrows it."""
        return any(getattr(self, name) for name in NARROWING)

    @property
    def widened(self) -> str:
        """The address without anything that narrows it."""
        return self.address(**dict.fromkeys(NARROWING, ""))


_CHOICES: Final[Mapping[str, tuple[str, ...]]] = {
    "timing": ("", *get_args(Timing)), "overdue": ("", "1"), "late": ("", *AGES),
}  # fmt: skip


def _meant(name: str, value: str) -> bool:
    """Whether ``value`` is one that ``name`` may have."""
    if name in ("opened", "struck_off") and value and not _MONTH.fullmatch(value):
        return False
    longest = LONGEST_TEXT if name == "q" else LONGEST_CODE
    return value.isprintable() and len(value) <= longest and value in _CHOICES.get(name, (value,))


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the list, in words.

    ``role`` and ``bodies``: who must act next (none of a closed case); ``asked``: the main thing asked of the officer
    himself, "" if it is somebody else's turn, and ``act`` the address of its form; ``part``: which part of a split
    case is his; ``returned``: a return brought it here; ``segments``: the title in pieces, each with whether it is what
    was looked for.
    """

    row: CaseRow
    title: str
    mechanism: str
    stage: str
    category: str
    role: str
    bodies: tuple[str, ...]
    asked: str
    act: str
    part: str
    returned: bool
    segments: tuple[tuple[str, bool], ...] = ()


class Chip(NamedTuple):
    """Something that narrows the list: what it says, and where the list is without it."""

    text: str
    without: str


@dataclass
class Listing:
    """The list that ``asked`` asks for, as ``visit`` may see it. What costs a look-up is looked up once."""

    visit: Visit
    asked: Asked
    size: int = PAGE
    names: Names = field(init=False)

    def __post_init__(self) -> None:
        self.names = Names(self.visit)

    @cached_property
    def mine(self) -> Waiting:
        """What waits for the officer himself."""
        return waiting(self.visit.sight)

    @cached_property
    def back(self) -> Waiting:
        """What was returned to him."""
        return replace(self.mine, returned=True)

    @property
    def seen(self) -> Sight:
        """What the list is of."""
        if self.asked.tab == "mine":
            return self.mine
        return self.back if self.asked.tab == "returned" else self.visit.sight

    @cached_property
    def page(self) -> Any:
        """The door's page."""
        return page(self.seen, self.asked.filters(), self.asked.after, self.size)

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """Its rows, in words."""
        return lines(self.visit, self.page.rows, self.names, self.asked.q)

    @cached_property
    def counts(self) -> dict[Timing, int]:
        """Of each timing how many the list has, whatever timing narrows it now; at most CAP. None of closed cases."""
        if self.asked.tab == "closed":
            return {}
        filters = self.asked.filters()
        return {timing: count(self.seen, replace(filters, timing=timing), CAP) for timing in TIMINGS}

    @cached_property
    def back_count(self) -> int:
        """How many were returned to him, whatever narrows the list; at most CAP."""
        return count(self.back, Filters(), CAP)

    @property
    def next(self) -> str | None:
        """The address of the next page."""
        return self.asked.address(after=self.page.next) if self.page.next is not None else None

    @property
    def first(self) -> str | None:
        """The address of the beginning, if this is not it."""
        return self.asked.address() if self.asked.after is not None else None

    @cached_property
    def chips(self) -> tuple[Chip, ...]:
        """What narrows the list, each with the address without it."""
        return tuple(self._chips())

    def _chips(self) -> Iterator[Chip]:
        asked, names = self.asked, self.names
        told = {
            "q": asked.q and tr("“{words}”", words=asked.q),
            "mechanism": asked.mechanism and names.mechanism(asked.mechanism),
            "stage": asked.stage and names.stage(asked.mechanism, None, asked.stage),
            "category": asked.category and category_name(names.definition(asked.mechanism), asked.category, self.visit),
            "area": asked.area and names.area(asked.area),
            "body": asked.body and names.body(asked.body),
            "timing": asked.timing and asked.tab != "closed" and tr(TIMINGS[cast(Timing, asked.timing)]),
            "overdue": asked.overdue and tr("past the limit to the outside"),
            "late": asked.late and asked.timing == "late" and tr(LATE_BY[asked.late]),
            "opened": asked.opened and tr("opened in {month}", month=asked.opened),
            "struck_off": asked.struck_off and tr("struck off in {month}", month=asked.struck_off),
        }
        for name, text in told.items():
            if text:
                changes = {name: "", **({"stage": "", "category": ""} if name == "mechanism" else {})}
                yield Chip(text, asked.address(**changes))

    # --- what can be chosen

    @property
    def mechanisms(self) -> list[tuple[str, str]]:
        """The mechanisms of which he may see cases."""
        codes = {mechanism for grant in self.visit.sight.grants for mechanism, _ in grant.kinds}
        return sorted(((code, self.names.mechanism(code)) for code in codes), key=lambda one: one[1])

    @property
    def stages(self) -> list[tuple[str, str]]:
        """The stages of the mechanism that is chosen."""
        found = self.names.definition(self.asked.mechanism)
        closed = self.asked.tab == "closed"
        return [
            (name, pick(stage, self.visit.lang))
            for name, stage in (found.stages.items() if found else ())
            if stage.open is not closed
        ]

    @property
    def categories(self) -> list[tuple[str, str]]:
        """The categories of the mechanism that is chosen."""
        named = categories(self.names.definition(self.asked.mechanism))
        return [(code, pick(one, self.visit.lang)) for code, one in named.items()]


def capped(number: int) -> str:
    """A count that ends at CAP."""
    return f"{CAP - 1}+" if number >= CAP else str(number)


def categories(mechanism: Mechanism | None) -> dict[str, Any]:
    """The choices of the fields that a mechanism puts into the public column ``category``."""
    found: dict[str, Any] = {}
    for _, action in mechanism.every_action() if mechanism else ():
        source = action.sets.get("category", "")
        if mechanism and source in mechanism.fields:
            found.update(mechanism.fields[source].choices)
    return found


def category_name(mechanism: Mechanism | None, category: str, visit: Visit) -> str:
    """The name of a category; a code that is not known stands for itself."""
    found = categories(mechanism).get(category)
    return pick(found, visit.lang) if found else category


def lines(visit: Visit, rows: Sequence[CaseRow], names: Names, q: str = "") -> tuple[Line, ...]:
    """``rows`` in words: two look-ups for all of them."""
    split = [row.id for row in rows if row.open and _parallel(visit, row)]
    parts = open_parts(visit.sight, split)
    back = returned_among(visit.sight, rows)
    return tuple(_line(visit, row, names, parts.get(row.id, ()), row.id in back, q) for row in rows)


def _flow(visit: Visit, row: CaseRow) -> Flow | None:
    return visit.sight.flows.get((row.mechanism, row.version))


def _parallel(visit: Visit, row: CaseRow) -> bool:
    flow = _flow(visit, row)
    return flow is not None and flow.mechanism.stages[row.stage].parallel is not None


def _line(
    visit: Visit, row: CaseRow, names: Names, parts: Sequence[OpenPart], returned: bool, q: str
) -> Line:  # fmt: skip
    flow = _flow(visit, row)
    definition = flow.mechanism if flow else None
    # A hidden title names nothing: the number does.
    title = row.number if row.title_masked or not row.title else row.title
    role = definition.stages[row.stage].responsible if definition and row.open else None
    own = _own_part(visit, row, flow, parts)
    bodies = tuple(dict.fromkeys([row.body, *(part.body for part in parts)])) if row.open else ()
    asked = _asked_of_part(visit, row, flow, own) if own else _asked(visit, row, flow, role)
    return Line(
        row,
        title,
        names.mechanism(row.mechanism),
        names.stage(row.mechanism, row.version, row.stage),
        category_name(definition, row.category, visit) if row.category else "",
        names.role(row.mechanism, role) if role else "",
        tuple(names.body(body) for body in bodies),
        pick(asked.action, visit.lang) if asked else "",
        _act(row, asked, own) if asked else "",
        _part_name(visit, row, flow, own) if own else "",
        returned,
        marked_parts(title, q),
    )


def _act(row: CaseRow, asked: Ready, own: OpenPart | None) -> str:
    """The address of the form of an action."""
    address = reverse("desk:act", kwargs={"case": row.case, "action": asked.name})
    return f"{address}?{urlencode({'part': own.key})}" if own else address


def _holds(visit: Visit, row: CaseRow, role: str, body: str) -> bool:
    return visit.org.posts.holds(visit.officer, row.mechanism, role, body, row.area, visit.on_day)


def _asked(visit: Visit, row: CaseRow, flow: Flow | None, role: str | None) -> Ready | None:
    """The main action that the responsible role has in the stage, if the officer holds it."""
    if flow is None or role is None or not _holds(visit, row, role, row.body):
        return None
    found = [ready for ready in flow.actions.values() if row.stage in ready.from_ and role in ready.action.by]
    return min(found, key=lambda ready: _rank(flow, row.stage, ready), default=None)


def _rank(flow: Flow, stage: str, ready: Ready) -> tuple[int, int]:
    """As offers rank: what leads on first, the nearest to the close first."""
    return ORDER.index(direction(flow, stage, ready)), nearness(flow).get(ready.action.to or stage, FAR)


def _own_part(visit: Visit, row: CaseRow, flow: Flow | None, parts: Sequence[OpenPart]) -> OpenPart | None:
    """The open part that is the officer's: the first to act on."""
    if flow is None:
        return None
    own = [
        part for part in parts if _holds(visit, row, flow.mechanism.branch_of(row.stage, part.branch).role, part.body)
    ]
    return min(own, key=lambda part: (part.act_by is None, part.act_by or "", part.key), default=None)


def _asked_of_part(visit: Visit, row: CaseRow, flow: Flow | None, part: OpenPart) -> Ready | None:
    if flow is None:
        return None
    role = flow.mechanism.branch_of(row.stage, part.branch).role
    return next(
        (
            ready
            for (stage, branch, _), ready in flow.part_actions.items()
            if (stage, branch) == (row.stage, part.branch)
            and part.stage in ready.from_
            and role in ready.action.by
            and ready.action.to
        ),
        None,
    )


def _part_name(visit: Visit, row: CaseRow, flow: Flow | None, part: OpenPart) -> str:
    parallel = flow.mechanism.stages[row.stage].parallel if flow else None
    kind = parallel.kinds.get(part.kind) if parallel else None
    return pick(kind, visit.lang) if kind else part.kind


def marked_parts(title: str, q: str) -> tuple[tuple[str, bool], ...]:
    """``title`` in pieces, each with whether it is what was looked for."""
    told, wanted = title.casefold(), q.casefold()
    # A letter that becomes two when its case is folded would shift the places; such a title stands unmarked.
    if not wanted or wanted not in told or len(told) != len(title):
        return ((title, False),)
    pieces: list[tuple[str, bool]] = []
    at = 0
    while (hit := told.find(wanted, at)) >= 0:
        if hit > at:
            pieces.append((title[at:hit], False))
        pieces.append((title[hit : hit + len(wanted)], True))
        at = hit + len(wanted)
    if at < len(title):
        pieces.append((title[at:], False))
    return tuple(pieces)
