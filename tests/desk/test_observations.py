"""Statistics by workbook: out, filled in, every row shown before it is taken, and a revision keeps the old value."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from tests.desk import place

BEGIN = {"indicator": "gdp_growth", "frequency": "quarter", "unit": "percent", "lead_body": "housing"}
FIGURE = {"period": "2025-q4", "value": "8.7", "basis": "cumulative_growth", "source": "bulletin"}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def opened(**more: Any) -> str:
    """A series with one figure told; its case."""
    case: str = place.act("statistics", "begin", mechanism="statistics", fields={**BEGIN, **more}).case
    return case


def told(case: str, **more: Any) -> None:
    place.act("statistics", "publish", case=case, fields={**FIGURE, **more})


def book(browser: Any) -> Any:
    """The workbook as the page gives it out."""
    answer = browser.get("/desk/statistics/file/")
    assert answer.status_code == 200
    return openpyxl.load_workbook(BytesIO(answer.content))


def fill(sheet: Any, line: int, **values: Any) -> None:
    """Write into the columns with these headings."""
    heads = {cell.value: cell.column for cell in sheet[1]}
    for name, value in values.items():
        sheet.cell(line, heads[name], value)


def packed(book: Any) -> BytesIO:
    out = BytesIO()
    book.save(out)
    out.seek(0)
    out.name = "统计.xlsx"
    return out


def sent(browser: Any, book: Any) -> str:
    answer = browser.post("/desk/statistics/", {"file": packed(book)})
    return str(answer.content.decode())


def ticks(page: str) -> list[str]:
    return re.findall(r'name="take" value="([^"]+)"', page)


def token(page: str) -> str:
    return re.findall(r'name="token" value="([^"]+)"', page)[0]


def rows(**only: Any) -> list[Any]:
    from luoshi.figures.observed import observed

    return observed(place.DISTRICT, **only)


def test_a_new_figure_is_shown_and_then_taken(store: Any) -> None:
    desk = place.make("statistics")
    case = opened()
    told(case)
    browser = desk.browser("statistics")
    sheets = book(browser)
    sheet = sheets.worksheets[0]
    assert [cell.value for cell in sheet[2]][:7] == [
        "gdp_growth", "地区生产总值增速", "本区", "2026-q1", "累计同比", None, "%",
    ]  # fmt: skip
    fill(sheet, 2, 数值=8.9, 数据来源="统计公报", 来源名称="一季度公报")
    page = sent(browser, sheets)
    assert len(rows()) == 1
    assert ticks(page) == ["gdp_growth:own:2026-q1:cumulative_growth:8.9:"]
    answer = browser.post("/desk/statistics/take/", {"token": token(page), "take": ticks(page)})
    assert "已记入 1 个数" in answer.content.decode()
    assert [(one.period, str(one.value), one.source) for one in rows()] == [
        ("2025-q4", "8.7", "bulletin"), ("2026-q1", "8.9", "bulletin"),
    ]  # fmt: skip
    again = browser.post("/desk/statistics/take/", {"token": token(page), "take": ticks(page)})
    assert again.status_code == 200
    assert len(rows()) == 2


def test_a_revision_says_why_and_keeps_the_old_value(store: Any) -> None:
    desk = place.make("statistics")
    case = opened()
    told(case)
    browser = desk.browser("statistics")
    sheets = book(browser)
    sheet = sheets.worksheets[0]
    fill(sheet, 2, 所属期="2025年四季度", 数值="8.6", 数据来源="统计公报")
    page = sent(browser, sheets)
    assert 'data-problem="reason_missing"' in page
    assert not ticks(page)
    fill(sheet, 2, 修订理由="年报核定")
    page = sent(browser, sheets)
    assert "<del>8.7</del>" in page
    browser.post("/desk/statistics/take/", {"token": token(page), "take": ticks(page)})
    both = rows(superseded=True)
    assert [(str(one.value), one.superseded, one.revision) for one in both] == [("8.7", True, 0), ("8.6", False, 1)]


@pytest.mark.parametrize(
    ("cells", "problem"),
    [
        ({"指标代码": "nothing"}, "indicator_unknown"),
        ({"统计范围": "全国"}, "level_wrong"),
        ({"统计范围": "全市"}, "series_missing"),
        ({"所属期": "去年"}, "period_wrong"),
        ({"数值": "约九"}, "value_wrong"),
        ({"数值": "1e30"}, "value_wrong"),
        ({"口径": "环比"}, "basis_wrong"),
        ({"数据来源": "听说"}, "source_wrong"),
        ({"数据来源": ""}, "source_wrong"),
        ({"单位": "元"}, "unit_wrong"),
        ({"所属期": "2030"}, "period_ahead"),
        ({"数值": "8,9"}, "value_wrong"),
        ({"来源名称": "长" * 201}, "text_wrong"),
    ],
)
def test_what_cannot_be_taken_says_why(store: Any, cells: dict[str, Any], problem: str) -> None:
    desk = place.make("statistics")
    told(opened())
    browser = desk.browser("statistics")
    sheets = book(browser)
    fill(sheets.worksheets[0], 2, **{"数值": 8.9, "数据来源": "统计公报", **cells})
    page = sent(browser, sheets)
    assert f'data-problem="{problem}"' in page
    assert not ticks(page)


def test_the_same_twice_and_what_was_told_already(store: Any) -> None:
    desk = place.make("statistics")
    told(opened())
    browser = desk.browser("statistics")
    sheets = book(browser)
    sheet = sheets.worksheets[0]
    fill(sheet, 2, 数值=8.9, 数据来源="统计公报")
    fill(sheet, 3, 指标="地区生产总值增速", 所属期="2026-q1", 数值=9, 数据来源="统计公报")
    fill(sheet, 4, 指标代码="gdp_growth", 所属期="2025-q4", 数值=8.7, 数据来源="统计公报")
    fill(sheet, 5, 指标代码="gdp_growth", 所属期="2025-q3")
    page = sent(browser, sheets)
    assert len(ticks(page)) == 1
    assert 'data-problem="twice"' in page
    assert "另有 1 行" in page


def test_a_percentage_that_a_spreadsheet_divided_is_asked_about(store: Any) -> None:
    desk = place.make("statistics")
    told(opened())
    browser = desk.browser("statistics")
    sheets = book(browser)
    fill(sheets.worksheets[0], 2, 数值=0.089, 数据来源="统计公报")
    page = sent(browser, sheets)
    assert 'data-doubt="far"' in page
    assert "checked aria-label" not in page.split('id="told"')[1].split("<tbody>")[1]


def test_the_city_is_a_series_of_its_own(store: Any) -> None:
    desk = place.make("statistics")
    told(opened())
    opened(level="city")
    browser = desk.browser("statistics")
    sheets = book(browser)
    sheet = sheets.worksheets[0]
    assert [sheet.cell(line, 3).value for line in (2, 3)] == ["本区", "全市"]
    fill(sheet, 3, 所属期="2025-q4", 数值=7.9, 数据来源="统计公报")
    page = sent(browser, sheets)
    browser.post("/desk/statistics/take/", {"token": token(page), "take": ticks(page)})
    assert {(one.area, str(one.value)) for one in rows()} == {(None, "8.7"), ("city", "7.9")}


def test_who_reports_in_no_series_is_shown_none(store: Any) -> None:
    desk = place.make()
    told(opened())
    browser = desk.browser("chief")
    page = browser.get("/desk/statistics/").content.decode()
    assert "gdp" not in page
    sheets = book(desk.browser("statistics"))
    fill(sheets.worksheets[0], 2, 数值=8.9, 数据来源="统计公报")
    assert not ticks(sent(browser, sheets))


def test_another_officers_preview_is_not_taken(store: Any) -> None:
    desk = place.make("statistics")
    told(opened())
    browser = desk.browser("statistics")
    sheets = book(browser)
    fill(sheets.worksheets[0], 2, 数值=8.9, 数据来源="统计公报")
    page = sent(browser, sheets)
    other = desk.browser("statistics", 2).post("/desk/statistics/take/", {"token": token(page), "take": ticks(page)})
    assert other.status_code == 422
    assert len(rows()) == 1


def test_what_is_no_workbook_is_told(store: Any, tmp_path: Path) -> None:
    desk = place.make("statistics")
    opened()
    browser = desk.browser("statistics")
    bad = BytesIO(b"no workbook")
    bad.name = "x.xlsx"
    assert browser.post("/desk/statistics/", {"file": bad}).status_code == 422
    empty = openpyxl.Workbook()
    assert "“所属期”和“数值”" in sent(browser, empty)


TAXES = {"indicator": "tax_cuts", "unit": "yuan"}


def test_another_unit_of_the_same_measure_is_converted_and_growth_is_in_percent(store: Any) -> None:
    desk = place.make("statistics")
    opened(**TAXES)
    browser = desk.browser("statistics")
    sheets = book(browser)
    sheet = sheets.worksheets[0]
    fill(sheet, 2, 所属期="2025-q4", 数值=5.8, 单位="亿元", 数据来源="部门统计")
    fill(sheet, 3, 指标代码="tax_cuts", 所属期="2025-q4", 口径="累计同比", 数值=-1.2, 单位="%", 数据来源="部门统计")
    fill(sheet, 4, 指标代码="tax_cuts", 所属期="2025-q3", 数值=3, 单位="%", 数据来源="部门统计")
    page = sent(browser, sheets)
    assert ticks(page) == ["tax_cuts:own:2025-q4:cumulative:580000000:", "tax_cuts:own:2025-q4:cumulative_growth:-1.2:"]
    assert 'data-problem="unit_wrong"' in page
    browser.post("/desk/statistics/take/", {"token": token(page), "take": ticks(page)})
    assert [str(one.value) for one in rows()] == ["580000000", "-1.2"]


def test_a_series_in_another_unit_than_its_indicator_is_no_value_of_it(store: Any) -> None:
    from luoshi.figures.evaluating import evaluate

    desk = place.make("statistics")
    case = opened(indicator="tax_cuts", unit="hundred_million_yuan")
    told(case, value="5.8", basis="cumulative", period="2025")
    figure = evaluate(place.DISTRICT, ["statistics.tax_cuts"], "2025")[0]
    assert (figure.value, figure.reason) == (None, "not_told")
    browser = desk.browser("statistics")
    sheets = book(browser)
    fill(sheets.worksheets[0], 2, 数值=5.9, 数据来源="部门统计")
    assert 'data-problem="series_unit"' in sent(browser, sheets)


def test_of_two_series_of_an_indicator_none_is_chosen(store: Any) -> None:
    from luoshi.figures.evaluating import evaluate

    desk = place.make("statistics")
    for value in ("8.7", "8.9"):
        told(opened(), value=value)
    figure = evaluate(place.DISTRICT, ["statistics.gdp_growth"], "2025-q4")[0]
    assert (figure.value, figure.reason) == (None, "not_told")
    browser = desk.browser("statistics")
    sheets = book(browser)
    fill(sheets.worksheets[0], 2, 数值=8.9, 数据来源="统计公报")
    page = sent(browser, sheets)
    assert 'data-problem="series_twice"' in page
    assert not ticks(page)


def test_what_was_told_for_no_period_stands_in_nobodys_way(store: Any) -> None:
    desk = place.make("statistics")
    told(opened(), period="last-year")
    browser = desk.browser("statistics")
    assert browser.get("/desk/statistics/").status_code == 200
    sheets = book(browser)
    fill(sheets.worksheets[0], 2, 数值=0.5, 数据来源="统计公报")
    assert 'data-doubt="small"' in sent(browser, sheets)
