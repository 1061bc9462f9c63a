"""Searching 查询: cases by number or by words of the title, and what the work report promised, for who may see that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import urlencode

from luoshi.casework.door import Filters, Key
from luoshi.casework.door import page as door_page
from luoshi.casework.filters import LONGEST_TEXT
from luoshi.casework.sql import reading
from luoshi.commitments.models import LIVING, Commitment
from luoshi.commitments.review import may_review
from luoshi.desk.lines import lines, marked_parts
from luoshi.desk.names import Names
from luoshi.desk.routes import OFFICER, page
from luoshi.desk.templating import render
from luoshi.desk.visit import Visit
from luoshi.messages import tr

PAGE: Final = 30
PROMISES: Final = 10
"""Commitments that are shown at most; who needs more narrows the words."""
AROUND: Final = 60
"""Characters of a commitment that are shown before and after what was looked for."""


@dataclass(frozen=True, slots=True)
class Promise:
    """A commitment that was found: its text around the words, in pieces, and where it leads."""

    segments: tuple[tuple[str, bool], ...]
    section: str
    address: str


@page("search/", name="search", access=OFFICER)
def search(visit: Visit) -> HttpResponse:
    """What ``q`` finds among all that the officer may see, open or closed."""
    query = visit.request.GET.get("q", "").strip()
    wrong = _wrong(query)
    context: dict[str, object] = {
        "query": query[:LONGEST_TEXT], "wrong": wrong, "lines": (), "promises": (), "next": None, "first": None,
    }  # fmt: skip
    if query and not wrong:
        context |= _found(visit, query)
    return render(visit, "desk/search.html", context, status=422 if wrong else 200)


def _wrong(query: str) -> str:
    if len(query) > LONGEST_TEXT:
        return tr("At most {count} characters; leave out some words.", count=LONGEST_TEXT)
    if not query.isprintable():
        return tr("There are characters in it that no title has; type the words anew.")
    return ""


def _found(visit: Visit, query: str) -> dict[str, object]:
    try:
        after = Key.read(visit.request.GET.get("after", "")) if visit.request.GET.get("after") else None
    except ValueError:
        after = None
    found = door_page(visit.sight, Filters(text=query, open=None), after, PAGE)
    # The door lists by the day to act; a number that was typed is what was meant.
    rows = sorted(found.rows, key=lambda row: not row.number.startswith(query))
    here = reverse("desk:search")
    beyond = {"q": query, "after": found.next.written()} if found.next is not None else None
    return {
        "lines": lines(visit, rows, Names(visit), query),
        "numbers": {row.id: marked_parts(row.number, query) for row in rows if row.number.startswith(query)},
        "promises": _promises(visit, query) if after is None else (),
        "next": f"{here}?{urlencode(beyond)}" if beyond else None,
        "first": f"{here}?{urlencode({'q': query})}" if after is not None else None,
    }


def _promises(visit: Visit, query: str) -> tuple[Promise, ...]:
    """Commitments with these words, for the supervision office; nobody else reviews reports."""
    if not may_review(visit.district, visit.officer, visit.on_day):
        return ()
    with reading():
        rows = list(
            Commitment.objects.filter(district=visit.district, status__in=LIVING, text__contains=query)
            .order_by("-report_id", "start")
            .values_list("text", "section", "report_id")[:PROMISES]
        )
    return tuple(
        Promise(marked_parts(_around(text, query), query), section, reverse("desk:report", kwargs={"report": report}))
        for text, section, report in rows
    )


def _around(text: str, query: str) -> str:
    """``text`` around the first place of ``query``."""
    at = text.casefold().find(query.casefold())
    begin, end = max(0, at - AROUND), at + len(query) + AROUND
    return ("…" if begin else "") + text[begin:end] + ("…" if end < len(text) else "")
