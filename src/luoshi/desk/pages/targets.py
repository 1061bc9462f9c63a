"""The board of targets 目标看板: what was promised of figures, how far it has come, the verdict, all by the ledger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from django.http import HttpResponse, QueryDict
from django.utils.http import urlencode

from luoshi.casework.door import CaseRow
from luoshi.casework.histories import cases
from luoshi.casework.sql import reading
from luoshi.commitments.models import LIVING, Commitment, Report
from luoshi.desk import errors
from luoshi.desk.boarding import Number, in_order
from luoshi.desk.figuring import Held, held_lines
from luoshi.desk.links import link
from luoshi.desk.names import Names
from luoshi.desk.pages.commitments import whole
from luoshi.desk.routes import OFFICER, page
from luoshi.desk.templating import render
from luoshi.desk.visit import Visit
from luoshi.figures.definitions import load_all
from luoshi.figures.errors import FigureError
from luoshi.messages import mark, tr
from luoshi.words.figures import describe_figure

PARAM_MOST: Final = 60
SHOWS: Final[Mapping[str, str]] = {
    "behind": mark("behind schedule"), "missed": mark("target missed"), "met": mark("target met"),
    "open": mark("not reached yet"), "unknown": mark("no verdict"),
}  # fmt: skip
"""What the board can be narrowed to → its word."""
HAND: Final = ("behind", "missed")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for. ``year``: 0 for the newest plan."""

    year: int = 0
    show: str = ""
    body: str = ""

    @classmethod
    def read(cls, query: QueryDict) -> Asked:
        """From an address; what is unknown is left out."""
        year, show = query.get("year", ""), query.get("show", "")
        return cls(
            int(year) if year.isascii() and year.isdigit() and len(year) == 4 else 0,
            show if show in SHOWS else "",
            query.get("body", "")[:PARAM_MOST],
        )

    def address(self, **changes: Any) -> str:
        """The address of the board with ``changes``."""
        one = replace(self, **changes)
        told = {"year": str(one.year) if one.year else "", "body": one.body, "show": one.show}
        query = urlencode({key: value for key, value in told.items() if value})
        return link("targets") + (f"?{query}" if query else "")


@dataclass(frozen=True, slots=True)
class Line:
    """A commitment on the board: it against its figure, who leads it, and its case if it may be seen."""

    held: Held
    lead: str
    lead_code: str
    case: CaseRow | None

    def is_shown(self, show: str) -> bool:
        """Whether it belongs to what ``show`` names."""
        return self.held.behind if show == "behind" else self.held.one.judgement.verdict == show


@page("targets/", name="targets", access=OFFICER)
def targets(visit: Visit) -> HttpResponse:
    """Every commitment with a figure that may be seen. It is told anew each time it is opened: no count is kept."""
    asked = Asked.read(visit.request.GET)
    years = _years(visit)
    year = asked.year or (years[0] if years else int(visit.on_day[:4]))
    try:
        every = _lines(visit, year)
    except FigureError as error:
        return errors.problem(visit, 422, tr("The figure cannot be told"), describe_figure(error))
    within = [line for line in every if not asked.body or line.lead_code == asked.body]
    names = Names(visit)
    context = {
        "asked": asked,
        "year": year,
        "years": years,
        "numbers": _numbers(within, asked),
        "lines": [line for line in within if not asked.show or line.is_shown(asked.show)],
        "bodies": [(code, names.body(code)) for code in in_order(visit, (line.lead_code for line in every)) if code],
        "shows": {key: tr(word) for key, word in SHOWS.items()},
        "any": bool(every),
        "reached": max(
            (one.as_of for line in every if (one := line.held.one.value) and one.as_of), default=visit.on_day
        ),
    }
    response = render(visit, "desk/targets.html", context)
    response["Vary"] = "HX-Request"
    return response


def _years(visit: Visit) -> list[int]:
    """The years that are planned by a report of the district, the newest first."""
    with reading():
        found = Report.objects.filter(district=visit.district, plan_year__isnull=False)
        return sorted({int(one) for one in found.values_list("plan_year", flat=True) if one}, reverse=True)


def _lines(visit: Visit, year: int) -> list[Line]:
    with reading():
        rows = list(
            Commitment.objects.filter(
                district=visit.district, report__plan_year=year, figure__isnull=False, status__in=LIVING
            ).order_by("report_id", "start", "id")
        )
    seen = cases(visit.sight, [row.case for row in rows if row.case])
    if not whole(visit):
        rows = [row for row in rows if row.case in seen]
    held = held_lines(visit.district, [(row, year) for row in rows], visit.on_day, load_all())
    names = Names(visit)
    return [_line(names, row, held[row.code], seen) for row in rows]


def _line(names: Names, row: Commitment, held: Held, seen: Mapping[str, CaseRow]) -> Line:
    case = seen.get(row.case or "")
    lead = case.body if case is not None else (row.lead or "")
    return Line(held, names.body(lead), lead, case)


def _numbers(lines: Sequence[Line], asked: Asked) -> list[Number]:
    """The numbers above the board; each leads to the lines that it counts, and back from them."""
    return [
        Number(
            f"{'late' if key in HAND else key}", sum(line.is_shown(key) for line in lines), tr(word),
            asked.address(show="" if asked.show == key else key), asked.show == key,
        )
        for key, word in SHOWS.items()
    ]  # fmt: skip
