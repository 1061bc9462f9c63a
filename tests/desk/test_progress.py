"""Reporting progress in the grid: one's own tasks alone, each row for itself, nothing typed is lost."""

from __future__ import annotations

import re
from datetime import datetime
from html import unescape
from typing import Any

import pytest
from tests.desk import place
from tests.desk.lists import counted
from tests.desk.promises import (
    HOUSING,
    LEADER,
    WATER,
    Promised,
    entries,
    issued,
    page_of,
    plain,
    report,
    sign,
    steady,
    still,
)
from tests.stores import TestStore

PAGE = "/desk/progress/"


def tasks(text: str) -> dict[str, str]:
    """Case → the markup of its row."""
    return dict(re.findall(r'data-row id="t-([^"]+)"(.*?)</section>', text, re.DOTALL))


def form_of(text: str) -> dict[str, str]:
    """What the form holds before anything is typed."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', text)
    return {unescape(name): unescape(value) for name, value in found if ":seen" in name or name == "period"}


def typed(case: str, **fields: str) -> dict[str, str]:
    """Fields of one row as the form names them."""
    return {f"{case}:v_{name}": value for name, value in fields.items()}


def told(case: str) -> list[dict[str, Any]]:
    """What was reported in the case, as the entries hold it in public."""
    from luoshi.casework.door import sight
    from luoshi.casework.histories import cases, public_entries

    seen = sight(place.DISTRICT, place.officer("office"), "2026-10-12")
    rows = list(cases(seen, [case]).values())
    return [one["data"] for one in public_entries(seen, rows)[case] if one["act"] == "report"]


@pytest.fixture
def made(store: TestStore, monkeypatch: pytest.MonkeyPatch) -> Promised:
    found = issued(monkeypatch, 6)
    sign(*found.cases[:5])
    return found


def own(made: Promised) -> list[str]:
    """The cases of 区住建局 that are signed for."""
    return made.cases[:5:2]


def test_the_housing_bureau_reports_its_own_and_no_other(made: Promised) -> None:
    browser = made.browser(HOUSING)
    text = page_of(browser.get(PAGE))
    assert sorted(tasks(text)) == sorted(own(made))
    assert form_of(text)["period"] == "m9", "the last full month"
    other = made.cases[1]
    before = entries(made.cases)
    one, two, three = own(made)
    fields = {
        **form_of(text), "do": "all",
        **typed(one, done_value="12.5", share="75", completion="moving", progress="已完成主体", next_step="验收"),
        **typed(two, share="１００", completion="done", progress="全部完成"),
        **typed(other, share="1", completion="moving", progress="别人的"),
    }  # fmt: skip
    answer = page_of(browser.post(PAGE, fields))
    after = entries(made.cases)
    assert {case: after[case] - before[case] for case in made.cases} == {
        case: int(case in (one, two)) for case in made.cases
    }
    assert told(one)[-1] | {"share": "75"} == told(one)[-1]
    assert (told(one)[-1]["period"], told(one)[-1]["done_value"], told(one)[-1]["completion"]) == (
        "m9",
        "12.5",
        "moving",
    )
    assert told(two)[-1]["share"] == "100", "digits as a Chinese keyboard gives them"
    rows = tasks(answer)
    assert "2026年9月已填报" in plain(rows[one])
    assert "已完成主体" in plain(rows[one])
    assert "2026年9月已填报" not in plain(rows[three])
    assert "已填报 2/3" in plain(answer)
    assert f"/desk/cases/{two}/acts/feed_back/" in rows[two]
    assert "您已填报完成" in rows[two]
    assert browser.post(PAGE, {**form_of(text), "do": f"one:{other}"}).status_code == 404


def test_what_is_wrong_stands_beside_its_field_and_the_others_are_saved(made: Promised) -> None:
    browser = made.browser(HOUSING)
    text = page_of(browser.get(PAGE))
    one, two, three = own(made)
    before = entries(made.cases)
    fields = {
        **form_of(text), "do": "all",
        **typed(one, share="120", completion="moving", progress="写了很多"),
        **typed(two, share="七成", progress="没有选状态"),
        **typed(three, share="70", completion="moving", progress="正常"),
    }  # fmt: skip
    answer = page_of(browser.post(PAGE, fields), 422)
    after = entries(made.cases)
    assert [after[case] - before[case] for case in (one, two, three)] == [0, 0, 1]
    rows = tasks(answer)
    assert f'id="f-{one}:v_share-wrong"' in rows[one]
    assert "0—100%" in rows[one]
    assert 'value="120"' in rows[one]
    assert "写了很多" in rows[one]
    assert rows[two].count('class="wrong"') == 2
    assert 'value="七成"' in rows[two]
    assert 'class="wrong"' not in rows[three]
    mended = {**form_of(answer), "do": f"one:{one}", **typed(one, share="99", completion="moving", progress="写了很多"),
              **typed(two, share="七成", progress="没有选状态")}  # fmt: skip
    answer = page_of(browser.post(PAGE, mended))
    assert told(one)[-1]["share"] == "99"
    assert 'value="七成"' in tasks(answer)[two], "what was typed in other rows is kept"
    assert 'class="wrong"' not in tasks(answer)[two], "and not judged before it is sent"


def test_an_empty_row_is_not_sent(made: Promised) -> None:
    browser = made.browser(HOUSING)
    before = entries(made.cases)
    text = page_of(browser.get(PAGE))
    page_of(browser.post(PAGE, {**form_of(text), "do": "all"}), 422)
    page_of(browser.post(PAGE, {**form_of(text), "do": f"one:{own(made)[0]}"}), 422)
    assert entries(made.cases) == before


def test_a_case_that_has_gone_on_since_is_left_alone(made: Promised) -> None:
    browser = made.browser(HOUSING)
    text = page_of(browser.get(PAGE))
    one = own(made)[0]
    fields = {**form_of(text), "do": "all", **typed(one, share="50", completion="moving", progress="第一次")}
    page_of(browser.post(PAGE, fields))
    again = page_of(browser.post(PAGE, fields), 422)
    assert len(told(one)) == 1, "sent twice, reported once"
    assert "第一次" in tasks(again)[one]
    assert 'role="alert"' in tasks(again)[one]
    mended = {**form_of(again), "do": "all", **typed(one, share="51", completion="moving", progress="更正")}
    assert "已填报" in plain(tasks(again)[one]), "what happened meanwhile stands beside what was typed"
    page_of(browser.post(PAGE, mended))
    assert [one["share"] for one in told(one)] == ["50", "51"]


def test_the_period_goes_on_once_all_is_reported(made: Promised, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = made.browser(HOUSING)
    for case in own(made):
        report(case, "70")
    text = page_of(browser.get(PAGE))
    assert form_of(text)["period"] == "m10"
    assert "上次： 9月 70% 推进中: 推进顺利" in plain(tasks(text)[own(made)[0]])
    quarter = page_of(browser.get(f"{PAGE}?period=q3"))
    assert form_of(quarter)["period"] == "q3"
    assert "已填报 0/3" in plain(quarter)
    still(monkeypatch, datetime(2027, 1, 8, 9))
    browser = made.browser(HOUSING)
    assert form_of(page_of(browser.get(PAGE)))["period"] == "m12", "of the year that is over"
    september = page_of(browser.get(f"{PAGE}?period=m9"))
    assert "2026年9月已填报" in plain(september)
    assert form_of(page_of(browser.get(f"{PAGE}?period=m99")))["period"] == "m12"


def test_what_is_not_signed_for_is_to_be_signed_for_first(made: Promised) -> None:
    unsigned = made.cases[5]
    text = page_of(made.browser(WATER).get(PAGE))
    assert unsigned not in tasks(text)
    assert f"/desk/cases/{unsigned}/acts/sign/" in text
    assert "请先签收（1）" in text


def test_who_has_nothing_to_report_is_told_so(made: Promised) -> None:
    for officer in (LEADER, place.officer("office")):
        text = page_of(made.browser(officer).get(PAGE))
        assert tasks(text) == {}
        assert "没有需要您填报的任务" in text
    assert made.browser(HOUSING).get(f"{PAGE}?after=x").status_code == 404


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_a_constant_number_of_queries(store: TestStore, monkeypatch: pytest.MonkeyPatch) -> None:
    made = issued(monkeypatch, 40)
    browser = made.browser(HOUSING)

    def queries(count: int) -> int:
        with counted() as asked:
            text = page_of(browser.get(PAGE))
        assert len(tasks(text)) == count
        return steady(asked)

    sign(*made.cases[:6])
    report(made.cases[0], "50")
    page_of(browser.get(PAGE))
    few = queries(3)
    sign(*made.cases[6:])
    report(made.cases[2], "50")
    assert queries(20) == few
