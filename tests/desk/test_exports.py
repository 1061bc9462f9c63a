"""The workbook of a list holds exactly what the door lists, and no cell of it does anything."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from tests.desk import place
from tests.desk.lists import door_cases, text_of
from tests.desk.test_work import days
from tests.stores import TestStore


def workbook(browser: Any, query: str) -> CalamineWorkbook:
    """The list as a workbook, read back."""
    answer = browser.get(f"/desk/export.xlsx?{query}")
    assert answer.status_code == 200
    assert answer["Content-Disposition"].startswith("attachment")
    return CalamineWorkbook.from_filelike(BytesIO(b"".join(answer.streaming_content)))


def records(book: CalamineWorkbook, sheet: str = "List") -> list[dict[str, Any]]:
    """The rows of a sheet by heading."""
    head, *rows = book.get_sheet_by_name(sheet).to_python()
    return [dict(zip(head, row, strict=True)) for row in rows]


def test_the_workbook_is_the_list(store: TestStore) -> None:
    from luoshi.access.models import AuditLog

    desk = place.make("supervision")
    for n in range(7):
        place.task(f"事项{n}", body=("housing", "water")[n % 2], due=days(20 + n))
    browser, who = desk.browser("office", lang="en"), place.officer("office")
    for query, filters in (("tab=open", {}), ("tab=open&body=water&q=事项", {"body": "water", "text": "事项"})):
        book = workbook(browser, query)
        found = records(book)
        assert [row["Identifier"] for row in found] == door_cases(who, **filters)
        about = dict(book.get_sheet_by_name("About").to_python())
        assert about["Rows"] == str(len(found))
    first = records(workbook(browser, "tab=open"))[0]
    assert first["Matter"] == "事项0"
    assert first["Limit to the outside"] == date.fromisoformat(days(20))
    assert first["Responsible body"] == "Housing Bureau"
    assert (first["Stage"], first["Role"]) == ("To be signed for", "Lead body")
    assert first["Weight"] == 1
    assert first["Answered on"] == ""
    log = list(AuditLog.objects.filter(district=place.DISTRICT, what="exported").order_by("n"))
    assert len(log) == 3
    assert log[0].who == who
    assert "7" in log[0].details


def test_it_goes_on_beyond_one_page_of_the_door(store: TestStore, monkeypatch: pytest.MonkeyPatch) -> None:
    from luoshi.desk.pages import exports

    desk = place.make("supervision")
    for n in range(25):
        place.task(f"事项{n}", due=days(20 + n % 4))
    monkeypatch.setattr(exports, "LARGEST_PAGE", 7)
    found = [row["Identifier"] for row in records(workbook(desk.browser("office", lang="en"), "tab=open"))]
    assert found == door_cases(place.officer("office"))
    assert len(found) == 25


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_text_stays_text(store: TestStore) -> None:
    import zipfile

    desk = place.make("supervision")
    for title in ("=1+1", "+1", "-1", "@SUM(A1)", "http://example.com", "00123", "{=1}"):
        place.task(title, due=days(30))
    browser = desk.browser("office", lang="en")
    answer = browser.get("/desk/export.xlsx?tab=open")
    data = b"".join(answer.streaming_content)
    titles = {row["Matter"] for row in records(CalamineWorkbook.from_filelike(BytesIO(data)))}
    assert titles == {"=1+1", "+1", "-1", "@SUM(A1)", "http://example.com", "00123", "{=1}"}
    with zipfile.ZipFile(BytesIO(data)) as packed:
        sheets = [packed.read(name).decode() for name in packed.namelist() if name.startswith("xl/worksheets/sheet")]
    assert sheets
    assert not any("<f>" in sheet or "<hyperlink" in sheet for sheet in sheets)


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_a_stranger_exports_headings_alone(store: TestStore) -> None:
    from luoshi.org.models import Officer

    desk = place.make("supervision")
    place.task(due=days(30))
    Officer.objects.create(district=place.DISTRICT, code="o-stranger-1", name="路人")
    for tab in ("mine", "open", "closed"):
        assert records(workbook(desk.browser("stranger", lang="en"), f"tab={tab}")) == []
    assert desk.browser("audit").get("/desk/export.xlsx").status_code == 403
    assert "枫林里" not in text_of(desk.browser("stranger").get("/desk/search/?q=枫林"))


def test_what_does_not_fit_goes_on_to_the_next_sheet(tmp_path: Path) -> None:
    from luoshi.writing.cells import Column
    from luoshi.writing.lists import write_list

    columns = [Column("a", "甲", 8), Column("b", "乙", 8, "whole")]
    rows = [(f"行{n}", n) for n in range(23)]
    path = tmp_path / "list.xlsx"
    assert write_list(path, columns, iter(rows), lambda count: [("行数", str(count))], lang="zh", most=10) == 23
    book = CalamineWorkbook.from_path(str(path))
    assert book.sheet_names == ["清单", "清单 2", "清单 3", "说明"]
    found = []
    for name in book.sheet_names[:3]:
        head, *some = book.get_sheet_by_name(name).to_python()
        assert head == ["甲", "乙"]
        assert len(some) <= 9
        found += [(text, int(number)) for text, number in some]
    assert found == rows
    assert book.get_sheet_by_name("说明").to_python() == [["行数", "23"]]


def test_memory_does_not_grow_with_the_list(tmp_path: Path) -> None:
    from luoshi.writing.cells import Column
    from luoshi.writing.lists import write_list

    columns = [Column(str(n), f"列{n}", 8) for n in range(10)]

    def rows(count: int) -> Iterator[tuple[str, ...]]:
        for n in range(count):
            yield tuple(f"第{n}行{place}" for place in range(10))

    peaks = []
    for count in (500, 5000):
        tracemalloc.start()
        write_list(tmp_path / f"{count}.xlsx", columns, rows(count), lambda n: [("n", str(n))], lang="zh")
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] + 500_000
