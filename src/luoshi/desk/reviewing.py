"""What the pages of a report's review have in common: its rows, their counts, the filters, and what was asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qs, urlencode, urlsplit

from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse

from luoshi.commitments import board, taking
from luoshi.commitments.clarity import Clarity
from luoshi.commitments.errors import CommitmentError
from luoshi.commitments.models import ACCEPTED, ISSUED, MERGED, PROPOSED, REJECTED, SPLIT, Commitment, Report
from luoshi.desk.names import Names
from luoshi.desk.visit import Visit
from luoshi.messages import mark, tr
from luoshi.words.commitments import (
    ACTION_NAMES,
    CLARITY_NAMES,
    FIELD_NAMES,
    STATUS_NAMES,
    describe_commitment,
)

__all__ = [
    "ACTION_NAMES", "CLARITIES", "CLARITY_NAMES", "FIELD_NAMES", "STATUS_NAMES", "Filter", "Group", "Row",
    "back", "chosen", "counts_of", "groups_of", "missing_words", "number_of", "report_seen",
    "rows_of", "said", "title_of", "wanted",
]  # fmt: skip

CLARITIES: Final[tuple[Clarity, ...]] = ("who", "what", "standard", "when")
CLARITY_SIGNS: Final[dict[Clarity, str]] = {
    "who": mark("Who"),
    "what": mark("What"),
    "standard": mark("Standard"),
    "when": mark("When"),
}
"""The four clarities 四明确 on a light."""
FIELD_OF: Final[dict[Clarity, str]] = {"who": "lead", "what": "task", "standard": "standard", "when": "due"}
"""Where a clarity that is missing is given."""
WHY_WORDS: Final[dict[str, str]] = {
    "last_year": mark("led it last year"),
    "named": mark("named in the text"),
    "duty": mark("by its name or duty"),
}
"""Why a body is suggested."""
OPEN: Final = (PROPOSED, ACCEPTED)
"""What can still be changed."""
FOLDED: Final = (SPLIT, MERGED)
"""What went into others: not shown unless it is asked for."""
FILTERS: Final = ("status", "lacking", "numbers", "q")
WORDS_MOST: Final = 100


@dataclass(frozen=True, slots=True)
class Row:
    """A commitment as the list shows it. ``shown``: the filters let it through."""

    commitment: Commitment
    lacking: tuple[Clarity, ...]
    numbers: bool
    shown: bool = True

    @property
    def n(self) -> str:
        """Its number: the end of its code, so that it stays when others are taken apart (2025-041 → 41)."""
        return self.commitment.code.rpartition("-")[2].lstrip("0") or self.commitment.code

    @property
    def open(self) -> bool:
        """Whether it can still be changed."""
        return self.commitment.status in OPEN


@dataclass(frozen=True, slots=True)
class Group:
    """The rows under one heading of the report."""

    title: str
    rows: tuple[Row, ...]

    @property
    def shown(self) -> bool:
        """Whether any of them is."""
        return any(row.shown for row in self.rows)


@dataclass(frozen=True, slots=True)
class Filter:
    """Which rows are wanted: of a status, lacking a clarity, with numbers, with words."""

    status: str = ""
    lacking: str = ""
    numbers: bool = False
    q: str = ""

    def lets(self, commitment: Commitment, lacking: Sequence[str]) -> bool:
        """Whether it is among them."""
        if commitment.status != self.status and (self.status or commitment.status in FOLDED):
            return False
        if self.lacking and not (self.lacking in lacking and commitment.status in OPEN):
            return False
        if self.numbers and not commitment.targets:
            return False
        return not self.q or self.q.lower() in f"{commitment.task} {commitment.text} {commitment.section}".lower()


def wanted(query: QueryDict) -> Filter:
    """The filter that an address tells; what is no filter is left out."""
    status, lacking = query.get("status", ""), query.get("lacking", "")
    return Filter(
        status if status in STATUS_NAMES else "",
        lacking if lacking in CLARITIES else "",
        query.get("numbers") == "1",
        query.get("q", "").strip()[:WORDS_MOST],
    )


def said(visit: Visit, error: CommitmentError) -> str:
    """What went wrong and what to do, with names for codes."""
    names = Names(visit)
    officers = {code: names.officer(code) for code in (str(error.details.get(key, "")) for key in ("who", "officer"))}
    body = str(error.details.get("body", ""))
    return describe_commitment(error, officers=officers, bodies={body: names.body(body)})


def report_seen(visit: Visit, report: int) -> Report | None:
    """The report of the visit's district; None if there is none."""
    try:
        return taking.report_of(visit.district, report)
    except CommitmentError:
        return None


def title_of(report: Report) -> str:
    """What the report is called: place and year where both are known, else its own title, else its file's name."""
    if report.place and report.plan_year:
        return tr(mark("{place}: work report {year}"), place=report.place, year=report.plan_year)
    return report.title or report.name


def rows_of(visit: Visit, report: Report, asked: Filter | None = None) -> list[Row]:
    """Every commitment of ``report`` in the order of its text."""
    found = board.cards(visit.district, report, None, visit.on_day)
    kept = asked or Filter()
    return [
        Row(card.commitment, card.lacking, bool(card.commitment.targets), kept.lets(card.commitment, card.lacking))
        for card in found
    ]


def groups_of(rows: Sequence[Row]) -> list[Group]:
    """The rows by theme, in the order of the text."""
    groups: list[Group] = []
    title, held = "", list[Row]()
    for row in rows:
        here = row.commitment.theme or row.commitment.section.split(" > ")[-1]
        if held and here != title:
            groups.append(Group(title, tuple(held)))
            held = []
        title = here
        held.append(row)
    return [*groups, Group(title, tuple(held))] if held else groups


@dataclass(frozen=True, slots=True)
class Count:
    """A number above the list, and the filter that shows what it counts."""

    key: str
    count: int
    name: str
    field: str
    value: str
    hand: bool = False

    @property
    def query(self) -> str:
        """The filter as an address has it."""
        return urlencode({self.field: self.value})


def counts_of(rows: Sequence[Row]) -> list[Count]:
    """By status, and of what can still be changed by clarity that is missing."""
    tally: dict[str, int] = {}
    for row in rows:
        tally[row.commitment.status] = tally.get(row.commitment.status, 0) + 1
        for one in row.lacking if row.open else ():
            tally[one] = tally.get(one, 0) + 1
    said: list[Count] = [
        Count(one, tally.get(one, 0), tr(STATUS_NAMES[one]), "status", one)
        for one in (PROPOSED, ACCEPTED, REJECTED, ISSUED)
    ]
    lacks: dict[Clarity, str] = {
        "who": mark("lack who"),
        "what": mark("lack what"),
        "standard": mark("lack the standard"),
        "when": mark("lack when"),
    }
    for clarity, name in lacks.items():
        if clarity != "what" or tally.get(clarity):
            said.append(Count(clarity, tally.get(clarity, 0), tr(name), "lacking", clarity, hand=True))
    return said


def missing_words(lacking: Sequence[Clarity]) -> str:
    """The clarities that are missing in one phrase; empty if none is."""
    return tr(mark(", ")).join(tr(CLARITY_NAMES[one]) for one in lacking)


def number_of(rows: Sequence[Row], code: str) -> Row | None:
    """The row of ``code``."""
    return next((row for row in rows if row.commitment.code == code), None)


def chosen(post: Mapping[str, Any]) -> dict[str, int]:
    """Code → revision of what was chosen in a form: fields ``chosen`` as ``revision:code``, those that are none left
    out."""
    return dict(_pairs(post.getlist("chosen")))  # type: ignore[attr-defined]  # a QueryDict


def _pairs(values: Sequence[str]) -> Iterator[tuple[str, int]]:
    for one in values:
        n, sep, code = one.partition(":")
        if sep and code and n.isascii() and n.isdigit() and len(n) < 10:
            yield code, int(n)


def back(visit: Visit, report: int, code: str = "", **more: str) -> HttpResponse:
    """To the review, with ``code`` open and the filters as they were on the page that this came from."""
    kept = {key: value for key, value in _came_from(visit, report).items() if key in FILTERS}
    query = urlencode({**kept, **({"c": code} if code else {}), **more})
    way = reverse("desk:report", kwargs={"report": report}) + (f"?{query}" if query else "")
    if visit.partial:
        return HttpResponse(status=204, headers={"HX-Redirect": way})
    return HttpResponseRedirect(way + (f"#c-{code}" if code else ""))


def _came_from(visit: Visit, report: int) -> dict[str, str]:
    headers = visit.request.headers
    parts = urlsplit(headers.get("HX-Current-URL") or headers.get("Referer") or "")
    if parts.path != reverse("desk:report", kwargs={"report": report}):
        return {}
    return {key: values[0] for key, values in parse_qs(parts.query, max_num_fields=20).items()}
