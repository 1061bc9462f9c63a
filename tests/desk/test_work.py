"""The inbox: what it lists is what the door lists, and the numbers above it are those of the list."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from tests.desk import place
from tests.desk.lists import cases_of, counted, door_cases, stats_of, text_of, walked
from tests.stores import TestStore

FAR = "2099-12-18"


def days(count: int) -> str:
    """The day ``count`` days from today."""
    from luoshi.casework import clock

    return (clock.now().date() + timedelta(days=count)).isoformat()


def returned_task(title: str, *, urged: bool = False) -> Any:
    """A task that was reported as done and sent back."""
    done = place.task(title, due=days(30))
    place.act("undertaker", "sign", body="housing", case=done.case, fields={"contact": "周知行"})
    told = {"progress": "完成", "completion": "done"}
    files = (_evidence(),)
    place.act("undertaker", "feed_back", body="housing", case=done.case, fields=told, files=files)
    done = place.act("office", "send_back", case=done.case, fields={"due": days(40), "reason": "材料不全"})
    if urged:
        done = place.act("office", "urge", case=done.case)
    return done


def _evidence() -> Any:
    from luoshi.mechanisms.acts import File

    return File("evidence", "ab" * 32, 1234)


def test_who_has_no_post_sees_nothing_and_who_is_no_officer_gets_no_page(store: TestStore) -> None:
    from luoshi.org.models import Officer

    desk = place.make("supervision")
    place.task()
    Officer.objects.create(district=place.DISTRICT, code="o-stranger-1", name="路人")
    stranger = desk.browser("stranger")
    for tab in ("mine", "returned", "open", "closed"):
        answer = stranger.get(f"/desk/?tab={tab}")
        assert answer.status_code == 200
        assert cases_of(answer) == []
        assert "枫林里" not in text_of(answer)
    assert desk.browser("system").get("/desk/")["Location"] == "/desk/admin/"


def test_a_case_waits_for_the_role_whose_turn_it_is(store: TestStore) -> None:
    desk = place.make("supervision")
    case = place.task(due=days(30)).case
    assert cases_of(desk.browser("undertaker").get("/desk/")) == [case]
    assert cases_of(desk.browser("office").get("/desk/?tab=mine")) == []
    assert cases_of(desk.browser("office").get("/desk/?tab=open")) == [case]
    page = text_of(desk.browser("undertaker").get("/desk/"))
    assert "签收" in page
    assert f"/desk/cases/{case}/acts/sign/" in page
    assert "acts/" not in text_of(desk.browser("office").get("/desk/?tab=open"))


def test_returned_is_what_a_return_brought_whatever_was_remarked_since(store: TestStore) -> None:
    desk = place.make("supervision")
    place.task("没有退回的", due=days(20))
    back = [returned_task("退回的").case, returned_task("退回后催办的", urged=True).case]
    browser = desk.browser("undertaker")
    answer = browser.get("/desk/?tab=returned")
    assert sorted(cases_of(answer)) == sorted(back)
    assert len(cases_of(browser.get("/desk/?tab=mine"))) == 3
    assert '<span class="count">2</span>' in text_of(answer)
    place.act(
        "undertaker",
        "feed_back",
        body="housing",
        case=back[0],
        fields={"progress": "完成", "completion": "done"},
        files=(_evidence(),),
    )
    assert cases_of(browser.get("/desk/?tab=returned")) == [back[1]]
    assert cases_of(desk.browser("office").get("/desk/?tab=returned")) == []


def test_the_numbers_are_those_of_the_lists(store: TestStore) -> None:
    desk = place.make("supervision")
    for count in (-9, -2, 0, 1, 30, 40, 50):
        done = place.task(f"事项{count}", due=days(max(count, 1)))
        place.act("undertaker", "sign", body="housing", case=done.case, fields={"contact": "周知行"})
        if count < 1:
            from luoshi.casework.models import Case

            Case.objects.filter(case=done.case).update(act_by=days(count))
    browser = desk.browser("undertaker", lang="en")
    for tab in ("mine", "open"):
        told = stats_of(browser.get(f"/desk/?tab={tab}"))
        listed = {
            name: len(cases_of(browser.get(f"/desk/?tab={tab}&timing={timing}")))
            for timing, name in (("late", "late"), ("soon", "due soon"), ("later", "later"), ("undated", "no date yet"))
        }
        assert {name: int(number) for name, number in told.items()} == listed
        assert listed["late"] == 2
        assert sum(listed.values()) == len(cases_of(browser.get(f"/desk/?tab={tab}"))) == 7


def test_filters_combine_and_each_can_be_taken_away(store: TestStore) -> None:
    desk = place.make("supervision")
    for title, body in (("枫林里加装电梯", "housing"), ("枫林里河道清淤", "water"), ("老旧小区改造", "housing")):
        place.task(title, body=body, due=days(30))
    browser, who = desk.browser("office"), place.officer("office")
    for query, filters in (
        ("q=枫林", {"text": "枫林"}),
        ("q=枫林&body=housing", {"text": "枫林", "body": "housing"}),
        ("body=gov", {"body": "gov"}),
        ("mechanism=supervision&stage=issued", {"mechanism": "supervision", "stage": "issued"}),
        ("mechanism=supervision&stage=handling", {"mechanism": "supervision", "stage": "handling"}),
        ("area=A", {"area": "A"}),
        ("overdue=1", {"overdue": True}),
        ("timing=late&q=枫林", {"timing": "late", "text": "枫林"}),
    ):
        answer = browser.get(f"/desk/?tab=open&{query}")
        assert answer.status_code == 200
        assert cases_of(answer) == door_cases(who, **filters), query
        assert text_of(answer).count('class="chip blue"') == query.count("=")
    assert len(cases_of(browser.get("/desk/?tab=open&q=枫林"))) == 2


@pytest.mark.parametrize(
    "query",
    [
        "tab=all", "timing=never", "q=" + "长" * 101, "body=" + "x" * 61, "after=tomorrow", "after=2026-13-99.x",
        "mechanism=a%00b", "area=a%0ab", "overdue=2", "q=%F0%9F%8E%89%00",
    ],
)  # fmt: skip
@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_what_cannot_be_meant_is_left_out_and_told(store: TestStore, query: str) -> None:
    desk = place.make("supervision")
    answer = desk.browser("office", lang="en").get(f"/desk/?{query}")
    assert answer.status_code == 200
    assert "One filter could not be used" in text_of(answer)


def test_unknown_codes_show_nothing_and_do_no_harm(store: TestStore) -> None:
    desk = place.make("supervision")
    place.task()
    for query in ("mechanism=none", "mechanism=none&stage=none", "body=none", "area=none", "category=none", "stage=x"):
        answer = desk.browser("office").get(f"/desk/?tab=open&{query}")
        assert answer.status_code == 200
    assert cases_of(desk.browser("office").get("/desk/?tab=open&body=none")) == []


def test_paging_walks_through_all_without_doubles(store: TestStore) -> None:
    desk = place.make("supervision")
    made = {place.task(f"事项{n}", due=days(20 + n % 3)).case for n in range(107)}
    browser = desk.browser("undertaker")
    for tab in ("mine", "open"):
        found = walked(browser, f"/desk/?tab={tab}")
        assert len(found) == 107
        assert set(found) == made
    assert stats_of(desk.browser("undertaker", lang="en").get("/desk/"))["later"] in ("99+", "0")


def test_a_part_of_the_page_is_the_same_list(store: TestStore) -> None:
    desk = place.make("supervision")
    place.task()
    browser = desk.browser("undertaker")
    part = browser.get("/desk/?tab=mine", HTTP_HX_REQUEST="true")
    assert text_of(part).lstrip().startswith('<div id="work"')
    assert "<html" not in text_of(part)
    assert cases_of(part) == cases_of(browser.get("/desk/?tab=mine"))


def test_the_number_of_queries_does_not_grow_with_the_list(store: TestStore) -> None:
    desk = place.make("supervision")
    for n in range(5):
        place.task(f"事项{n}", due=days(20))
    browser = desk.browser("undertaker")
    few: dict[str, int] = {}
    addresses = ("/desk/?tab=mine", "/desk/?tab=open", "/desk/?tab=returned", "/desk/search/?q=事项")
    for address in addresses:
        browser.get(address)
        with counted() as told:
            browser.get(address)
        few[address] = len(told)
    for n in range(5, 200):
        place.task(f"事项{n}", due=days(20))
    for address in addresses:
        browser.get(address)
        with counted() as told:
            assert browser.get(address).status_code == 200
        # What is kept for a moment alone may be asked again on a slow machine; a list of 200 would ask far more.
        assert len(told) <= few[address] + 2, (address, told)
    print(few)
