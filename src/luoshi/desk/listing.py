"""A list of cases as its address tells it, and its rows as people read them: for the inbox, search and export."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Final, Literal, NamedTuple, cast, get_args

from django.http import QueryDict
from django.utils.http import urlencode

from luoshi.casework.door import Filters, Key, Sight, count, page
from luoshi.casework.filters import LONGEST_TEXT, Timing
from luoshi.casework.waiting import Waiting, waiting
from luoshi.desk.lines import Line, categories, category_name, lines
from luoshi.desk.links import link
from luoshi.desk.names import Names, pick
from luoshi.desk.visit import Visit
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
        return f"{link(name)}?{self.query(**changes)}"

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
