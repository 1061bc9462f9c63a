"""The page of a statistic: its periods as a table, beside the city and the province, the year's target, revisions."""

from __future__ import annotations

import re
from typing import Any

import pytest
from tests.desk import place
from tests.desk.lists import counted
from tests.desk.measured import LEADER, OFFICE, bind, measured, target
from tests.desk.promises import Promised, page_of, plain, steady
from tests.stores import TestStore

GROWTH = "statistics.gdp_growth"
TAXES = "statistics.tax_cuts"


def begun(indicator: str, unit: str, **more: str) -> str:
    """A series; its case."""
    fields = {"indicator": indicator, "frequency": "quarter", "unit": unit, "lead_body": "housing", **more}
    case: str = place.act("statistics", "begin", mechanism="statistics", fields=fields).case
    return case


def tell(case: str, period: str, value: str, basis: str, action: str = "publish", **more: str) -> None:
    fields = {"period": period, "value": value, "basis": basis, "source": "bulletin", **more}
    place.act("statistics", action, case=case, fields=fields)


def text_of(made: Promised, address: str, officer: str = LEADER, lang: str = "en") -> str:
    return page_of(made.browser(officer, lang=lang).get(f"/desk/figures/{address}"))


def table(text: str, name: str = "lines") -> list[list[str]]:
    """The cells of the table of periods, the headings first."""
    part = text.split(f'id="h-{name}"')[1].split("</table>", maxsplit=1)[0]
    return [
        [plain(cell).strip() for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)]
        for row in re.findall(r"<tr[^>]*>(.*?)</tr>", part, re.DOTALL)
    ]


def test_growth_stands_beside_the_city_and_the_province_and_is_not_derived(
    store: TestStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = measured(monkeypatch, 1)
    own, city, province = (begun("gdp_growth", "percent", level=level) for level in ("own", "city", "province"))
    tell(own, "2026-q1", "8.1", "cumulative_growth")
    tell(own, "2026-q1", "8.9", "cumulative_growth", "revise", reason="年报核定", source_title="一季度公报")
    tell(own, "2025-q1", "-0.5", "cumulative_growth")
    tell(own, "2026-q1", "3", "rank")
    tell(city, "2026-q1", "7.9", "cumulative_growth")
    tell(province, "2026-q1", "9.2", "cumulative_growth")
    text = text_of(made, f"{GROWTH}/?period=2026-q1", place.officer("statistics"))
    assert table(text) == [
        ["Period", "Since the beginning of the year against last year", "Rank",
         "The city: Since the beginning of the year against last year",
         "The province: Since the beginning of the year against last year"],
        ["Q1 2026", "8.1% 8.9% Reason: 年报核定", "3 places", "7.9% difference +1.0 percentage points",
         "9.2% difference -0.3 percentage points"],
        ["Q1 2025", "-0.5%", "—", "—", "—"],
    ]  # fmt: skip
    assert "<del>8.1%</del> 8.9%" in text.split('id="h-lines"')[1]
    assert "derived" not in text.split('id="h-lines"')[1].split("</section>")[0]
    published = table(text, "series")
    assert len(published) == 7
    assert published[1] == [
        "Q1 2026", "The district", "Rank", "3 places", "Statistical bulletin", "first told",
    ]  # fmt: skip
    assert "Reason: 年报核定" in text and "一季度公报" in text
    zh = plain(text_of(made, f"{GROWTH}/?period=2026-q1", lang="zh"))
    assert "全市累计同比" in zh and "相差 +1.0 个百分点" in zh
    other = text_of(made, f"{GROWTH}/?period=2026-q1", "o-water")
    assert "年报核定" not in other and "<del>8.1%</del>" in other, "why it was revised is read by who sees the case"


def test_an_amount_has_what_follows_from_it_and_its_place_in_the_years_target(
    store: TestStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = measured(monkeypatch, 1)
    own, city = (begun("tax_cuts", "yuan", level=level) for level in ("own", "city"))
    for period, value in (("2025-q1", "80"), ("2026-q1", "100"), ("2026-q2", "250")):
        tell(own, period, value, "cumulative")
    tell(city, "2026-q1", "1000", "cumulative")
    wide = begun("tax_cuts", "hundred_million_yuan", level="province")
    tell(wide, "2026-q1", "0.0005", "cumulative")
    text = text_of(made, f"{TAXES}/?period=2026-q2")
    assert "Of the year's target" not in text
    bind(made.codes[0], TAXES, target(indicator="减税降费", value="1000", unit="元"))
    rows = [dict(zip(table(text_of(made, f"{TAXES}/?period=2026-q2"))[0], row, strict=True)) for row in
            table(text_of(made, f"{TAXES}/?period=2026-q2"))[1:]]  # fmt: skip
    half, quarter, before = rows
    assert half["Of the period"] == "150 yuan derived"
    assert half["Of the year's target"] == "25%"
    assert half["Of the year over"] == "50% 250 yuan short of the pace"
    assert quarter["Since the beginning of the year against last year"] == "25% derived"
    assert quarter["The city: Since the beginning of the year"] == "1,000 yuan 10% of the city"
    assert (
        quarter["The province: Since the beginning of the year"].startswith("5 万 yuan")
        or "50,000" in quarter["The province: Since the beginning of the year"]
    )
    assert before["Of the year's target"] == before["Of the year over"] == "—"
    zh = plain(text_of(made, f"{TAXES}/?period=2026-q2", lang="zh"))
    assert "占年度目标" in zh and "序时进度" in zh and "推算" in zh


def test_what_two_series_tell_differently_is_left_out_and_said(
    store: TestStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = measured(monkeypatch, 1)
    for value in ("8.1", "8.3"):
        tell(begun("gdp_growth", "percent"), "2026-q1", value, "cumulative_growth")
    text = text_of(made, f"{GROWTH}/?period=2026-q1")
    assert "Several series tell different values for Q1 2026" in plain(text)
    assert table(text)[1:] == []
    assert {row[3] for row in table(text, "series")[1:]} == {"8.1%", "8.3%"}


def test_last_years_line_stands_beside_this_years(store: TestStore, monkeypatch: pytest.MonkeyPatch) -> None:
    made = measured(monkeypatch, 1)
    case = begun("gdp_growth", "percent")
    for period, value in (("2025-q1", "7"), ("2025-q2", "7.5"), ("2025-q3", "7.7"), ("2026-q1", "8"), ("2026-q2", "9")):
        tell(case, period, value, "cumulative_growth")
    text = text_of(made, f"{GROWTH}/?period=2026-q2")
    part = text.split('id="trend"')[1].split("</figure>")[0]
    assert re.findall(r'"name":\s*"[^"]* (20\d\d) ', part) == ["2026", "2025"]
    rows = re.findall(r"<tr>(.*?)</tr>", part.split("<tbody>")[1], re.DOTALL)
    assert plain(rows[0]).split() == ["Q1", "2026", "8", "7"]
    assert plain(rows[2]).split() == ["Q3", "2026", "—", "7.7"]


def test_a_seasonal_one_has_no_pace() -> None:
    from luoshi.figures.definitions import load_indicators

    text = "indicators:\n  - {id: grain, zh: 粮, en: Grain, unit: 吨, precision: 0, frequency: month, "
    (one,) = load_indicators(f"{text}basis: cumulative, seasonal: true}}\n".encode(), "i").figures
    assert one.seasonal
    from luoshi.figures.promised import _adds_up

    assert not _adds_up(one)


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_a_constant_number_of_queries(store: TestStore, monkeypatch: pytest.MonkeyPatch) -> None:
    made = measured(monkeypatch, 1)

    def queries() -> int:
        browser: Any = made.browser(OFFICE)
        page_of(browser.get(f"/desk/figures/{GROWTH}/?period=2026"))
        with counted() as told:
            page_of(browser.get(f"/desk/figures/{GROWTH}/?period=2026"))
        return steady(told)

    cases = [begun("gdp_growth", "percent", level=level) for level in ("own", "city")]
    for case in cases:
        for quarter in (1, 2):
            tell(case, f"2025-q{quarter}", f"{quarter}", "cumulative_growth")
    few = queries()
    for case in cases:
        for quarter in (1, 2, 3, 4):
            for year in (2020, 2021, 2022):
                tell(case, f"{year}-q{quarter}", f"{quarter}", "cumulative_growth")
    assert queries() == few
    assert few <= 34, few
