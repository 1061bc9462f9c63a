"""A list as a workbook: exactly what the filters of the inbox show, however long, as the officer sees it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from django.http import FileResponse
from django.utils.http import content_disposition_header

from luoshi.access.audit import record
from luoshi.casework.door import LARGEST_PAGE, CaseRow, Key
from luoshi.casework.door import page as door_page
from luoshi.desk import wording
from luoshi.desk.lines import category_name
from luoshi.desk.listing import TABS, Asked, Listing
from luoshi.desk.routes import OFFICER, page
from luoshi.desk.visit import Visit
from luoshi.messages import mark, tr
from luoshi.writing.cells import Column
from luoshi.writing.lists import Row, write_list

COLUMNS: Final[tuple[tuple[str, str, float, str], ...]] = (
    ("number", mark("Number"), 22, "text"),
    ("title", mark("Matter"), 44, "text"),
    ("mechanism", mark("Kind"), 16, "text"),
    ("stage", mark("Stage"), 14, "text"),
    ("category", mark("Category"), 16, "text"),
    ("body", mark("Responsible body"), 22, "text"),
    ("role", mark("Role"), 18, "text"),
    ("area", mark("Area"), 18, "text"),
    ("day", mark("To act by"), 12, "date"),
    ("due_on", mark("Limit to the outside"), 12, "date"),
    ("opened_on", mark("Opened on"), 12, "date"),
    ("answered_on", mark("Answered on"), 12, "date"),
    ("struck_off_on", mark("Struck off on"), 12, "date"),
    ("weight", mark("Weight"), 8, "figure"),
    ("case", mark("Identifier"), 24, "small"),
)
SHEET: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@page("export.xlsx", name="export", access=OFFICER)
def export(visit: Visit) -> FileResponse:
    """The workbook. It is written to a file of its own that is gone once it is sent."""
    listing = Listing(visit, Asked.read(visit.request.GET))
    with tempfile.TemporaryDirectory(prefix="luoshi-export-") as folder:
        path = Path(folder) / "list.xlsx"
        columns = [Column(key, tr(heading), width, look) for key, heading, width, look in COLUMNS]
        count = write_list(path, columns, rows_of(listing), lambda count: _facts(listing, count), lang=visit.lang)
        kept = path.open("rb")  # open, it outlives its folder
    record(
        visit.district,
        visit.account.username if visit.account else "",
        "exported",
        about=listing.asked.query(),
        details={"rows": count},
    )
    response = FileResponse(kept, content_type=SHEET)
    name = f"{tr(TABS[listing.asked.tab])}-{visit.on_day}.xlsx"
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["Cache-Control"] = "no-store"
    return response


def rows_of(listing: Listing) -> Iterator[Row]:
    """Every row of the list, by the door's largest pages. A case that moves on meanwhile is not told twice."""
    filters = listing.asked.filters()
    after: Key | None = None
    told: set[int] = set()
    words = _Words(listing)
    while True:
        found = door_page(listing.seen, filters, after, LARGEST_PAGE)
        for row in found.rows:
            if row.id not in told:
                told.add(row.id)
                yield words.row(row)
        after = found.next
        if after is None:
            return


class _Words:
    """Names of what stands in columns, each looked up once."""

    def __init__(self, listing: Listing) -> None:
        self._visit = listing.visit
        self._names = listing.names
        self._known: dict[tuple[str, ...], str] = {}

    def row(self, row: CaseRow) -> Row:
        """One row of the sheet, in the order of COLUMNS."""
        names = self._names
        flow = self._visit.sight.flows.get((row.mechanism, row.version))
        stage = flow.mechanism.stages[row.stage] if flow else None
        role = (stage.responsible if stage and row.open else None) or ""
        definition = flow.mechanism if flow else None
        version = str(row.version)
        return (
            row.number,
            row.title or "",
            self._once(("m", row.mechanism), lambda: names.mechanism(row.mechanism)),
            self._once(
                ("s", row.mechanism, version, row.stage), lambda: names.stage(row.mechanism, row.version, row.stage)
            ),
            self._once(
                ("c", row.mechanism, version, row.category or ""),
                lambda: category_name(definition, row.category or "", self._visit),
            ),
            self._once(("b", row.body), lambda: names.body(row.body)),
            self._once(("r", row.mechanism, role), lambda: names.role(row.mechanism, role)) if role else "",
            self._once(("a", row.area or ""), lambda: names.area(row.area)),
            _day(row.day),
            _day(row.due_on),
            _day(row.opened_on),
            _day(row.answered_on),
            _day(row.struck_off_on),
            float(Decimal(row.weight)),
            row.case,
        )

    def _once(self, key: tuple[str, ...], look: Any) -> str:
        if key not in self._known:
            self._known[key] = look()
        return self._known[key]


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None


def _facts(listing: Listing, count: int) -> Iterator[tuple[str, str]]:
    visit, asked = listing.visit, listing.asked
    yield tr("List"), tr(TABS[asked.tab])
    yield tr("Narrowed by"), tr(", ").join(chip.text for chip in listing.chips) or tr("nothing")
    yield tr("District"), listing.names.district()
    yield tr("Exported by"), listing.names.officer(visit.officer)
    yield tr("As of"), wording.moment(visit.now)
    yield tr("Rows"), wording.number(count)
    yield (
        tr("What it shows"),
        tr(
            "What the posts of the exporting officer let him see at that moment. Titles that are personal data are "
            "masked. A change made while the file was written shows if its row had not been written yet."
        ),
    )
