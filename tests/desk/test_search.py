"""Searching: words of two characters, numbers, what is hidden, and what the work report promised."""

from __future__ import annotations

import re

import pytest
from tests.desk import place
from tests.desk.lists import text_of
from tests.desk.test_work import days
from tests.stores import TestStore


def hits(page: str) -> list[str]:
    """What is marked."""
    return re.findall("<mark>([^<]*)</mark>", page)


def test_two_characters_are_found_and_marked(store: TestStore) -> None:
    desk = place.make("supervision")
    place.task("枫林里老旧小区加装电梯，电梯二十部", due=days(30))
    number = place.task("澜溪河道清淤", due=days(30)).number
    browser = desk.browser("office")
    page = text_of(browser.get("/desk/search/?q=电梯"))
    assert hits(page) == ["电梯", "电梯"]
    assert "澜溪" not in page
    assert hits(text_of(browser.get("/desk/search/?q=河道"))) == ["河道"]
    assert hits(text_of(browser.get(f"/desk/search/?q={number}"))) == [number]
    assert hits(text_of(browser.get("/desk/search/?q=没有这样的"))) == []
    assert "没有查到" in text_of(browser.get("/desk/search/?q=没有这样的"))


def test_markup_in_titles_and_words_is_text(store: TestStore) -> None:
    desk = place.make("supervision")
    place.task("甲<b>乙</b>&amp;丙", due=days(30))
    page = text_of(desk.browser("office").get("/desk/search/?q=<b>乙"))
    assert "<mark>&lt;b&gt;乙</mark>" in page
    assert "<b>乙" not in page.replace("&lt;b&gt;", "")


def test_a_personal_title_is_neither_searched_nor_shown(store: TestStore) -> None:
    from luoshi.casework.models import Case

    desk = place.make("hotline", "supervision")
    from tests.casework.district import pack

    assert pack("hotline").fields[pack("hotline").title or ""].personal
    case = place.task("改造", due=days(30))
    # A case of a kind whose titles are personal, with a title that would be found.
    Case.objects.filter(case=case.case).update(mechanism="hotline", stage="review", title="沈某某反映电梯")
    page = text_of(desk.browser("handler" if "handler" in place.roles() else "centre").get("/desk/search/?q=电梯"))
    assert "沈某某" not in page
    assert hits(page) == []
    for role in place.roles():
        assert "沈某某" not in text_of(desk.browser(role).get(f"/desk/search/?q={case.number}"))


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_empty_and_impossible_words_are_told(store: TestStore) -> None:
    desk = place.make("supervision")
    place.task(due=days(30))
    browser = desk.browser("office", lang="en")
    assert "What are you looking for" in text_of(browser.get("/desk/search/"))
    assert "What are you looking for" in text_of(browser.get("/desk/search/?q=%20%20"))
    for query, word in (("长" * 101, "At most 100"), ("a%00b", "no title has")):
        answer = browser.get(f"/desk/search/?q={query}")
        assert answer.status_code == 422
        assert word in text_of(answer)
    assert browser.get("/desk/search/?q=电梯&after=nonsense").status_code == 200
    for query in ("%25", "_", "\\", "'", '"', "%27%20OR%201=1--"):
        assert hits(text_of(browser.get(f"/desk/search/?q={query}"))) == []


def test_only_the_supervision_office_finds_what_the_report_promised(store: TestStore) -> None:
    from tests.casework.district import ROOT

    from luoshi.casework import clock
    from luoshi.commitments.taking import take_report

    desk = place.make("supervision")
    path = sorted((ROOT / "districts" / "sample").glob("report-2026.*"))[0]
    take_report(place.DISTRICT, place.officer("office"), path.name, path.read_bytes(), clock.now())
    from luoshi.commitments.models import Commitment

    words = Commitment.objects.first().text[:4]
    assert "工作报告中" in text_of(desk.browser("office").get(f"/desk/search/?q={words}"))
    assert "工作报告中" not in text_of(desk.browser("undertaker").get(f"/desk/search/?q={words}"))
