"""Boards: each number is the count of its list, a rate hides nothing, and a chart says what its table says."""

from __future__ import annotations

import json
import re
from typing import Any

from tests.desk import place
from tests.desk.counted import closed, day, filled, listed, of_cases, open_task, page_of, posted, projected
from tests.stores import TestStore

BOTH = ("/desk/boards/", "/desk/boards/supervision/?categories=1")


def test_each_number_is_the_count_of_the_list_that_it_links_to(store: TestStore) -> None:
    desk = filled()
    for address in BOTH:
        links = page_of(desk.browser("leader"), address).numbers()
        assert len(links) > 15
        for way, number in links.items():
            assert desk.listed("leader", way) == number, way


def test_deadline_states_are_those_of_the_district(store: TestStore) -> None:
    desk = filled()
    data = _data(page_of(desk.browser("leader"), "/desk/boards/"))
    assert [series["numbers"] for series in data["mechanisms-data"]["series"]] == [[2], [1], [2], [1]]
    assert data["ages-data"]["series"][0]["numbers"] == [1, 0, 1]
    assert data["flow-data"]["names"][-1] == day(0)[:7]
    assert [series["numbers"][-1] for series in data["flow-data"]["series"]] == [8, 2]


def test_the_rate_has_open_overdue_cases_in_its_denominator(store: TestStore) -> None:
    desk = filled()
    context = _context(desk, "/desk/boards/")
    rate = context["rate"]
    assert (rate.in_time, rate.closed, rate.overdue, rate.all) == (1, 2, 2, 4)
    assert "25%" in desk.browser("leader").get("/desk/boards/").content.decode()
    # One more that lies overdue lowers the rate, and one that closed without a limit does not raise it.
    projected(open_task("water", None), act_by=day(20), due_on=day(-1))
    closed(open_task("water", None), due=None)
    _renew()
    rate = _context(desk, "/desk/boards/")["rate"]
    assert (rate.in_time, rate.closed, rate.overdue, rate.unlimited) == (1, 2, 3, 1)


def test_the_chart_says_what_the_table_says(store: TestStore) -> None:
    desk = filled()
    for address in BOTH:
        page = page_of(desk.browser("leader"), address)
        text = desk.browser("leader").get(address).content.decode()
        for name, data in _data(page).items():
            table = re.search(rf'id="{name}">.*?<tbody>(.*?)</tbody>', text, re.S)
            assert table
            rows = [
                [int(number) for number in re.findall(r'<td class="num">(?:<a [^>]*>)?(\d+)', row)]
                for row in table[1].split("</tr>")[:-1]
            ]
            columns = list(zip(*rows, strict=True))
            assert len(rows) == len(data["names"])
            for series in data["series"]:
                assert tuple(series["numbers"]) in columns, (name, series["name"])


def test_who_has_one_area_sees_that_alone(store: TestStore) -> None:
    desk = filled()
    posted("o-grid", "A-li-1")
    browser = desk.browser_of("o-grid")
    for address in ("/desk/boards/", "/desk/boards/supervision/"):
        links = page_of(browser, address).numbers()
        assert max(links.values()) == 3
        assert all(listed("o-grid", way) == number for way, number in links.items())
    data = _data(page_of(browser, "/desk/boards/supervision/"))
    assert data["areas-data"]["names"] == ["枫林里第一网格"]


def test_what_is_seen_for_an_open_part_is_counted_as_it_is_listed(store: TestStore) -> None:
    from luoshi.casework.models import Case, Part

    desk = filled()
    posted("o-water", None, body="water")
    of_housing = Case.objects.filter(body="housing", open=True).order_by("id").first()
    assert of_housing is not None
    Part.objects.create(
        district=place.DISTRICT, case_id=of_housing.id, key="joint/water/0", mechanism="supervision", kind="joint",
        body="water", stage="reply", open=True, act_by=day(-2),
    )  # fmt: skip
    links = page_of(desk.browser_of("o-water"), "/desk/boards/supervision/").numbers()
    assert max(links.values()) == 3  # two of its own, one for the part
    assert all(listed("o-water", way) == number for way, number in links.items())


def test_another_mechanism_than_his_is_not_there(store: TestStore) -> None:
    desk = filled("hotline")
    assert desk.browser("leader").get("/desk/boards/hotline/").status_code == 404
    assert desk.browser("leader").get("/desk/boards/nothing/").status_code == 404


def test_steps_are_told_by_the_highest_that_was_claimed(store: TestStore) -> None:
    from luoshi.casework.models import Case, Claim

    desk = filled()
    first, second, *_ = Case.objects.filter(open=True).order_by("id")
    closed_one = Case.objects.filter(open=False).first()
    assert closed_one is not None
    for case, rung in ((first, "remind"), (first, "urge"), (second, "remind"), (closed_one, "circular")):
        Claim.objects.create(district=place.DISTRICT, case_id=case.id, clock="due", run=9, rung=rung, n=1)
    steps = {number: count for number, _, count in _context(desk, "/desk/boards/supervision/")["steps"]}
    assert steps == {1: 1, 2: 1, 3: 0, 4: 0}


def test_counting_anew(store: TestStore) -> None:
    from luoshi.casework.rollup import as_of

    desk = filled()
    browser = desk.browser("leader")
    browser.get("/desk/boards/")
    before = as_of(place.DISTRICT)
    open_task("water", None)
    _later()
    assert browser.post("/desk/boards/").status_code == 302
    after = as_of(place.DISTRICT)
    assert before and after and after.at >= before.at
    links = page_of(browser, "/desk/boards/").numbers()
    assert links["/desk/?tab=open"] == 7


def test_counts_are_shown_as_of_when_they_were_made_until_the_sweeper_renews_them(store: TestStore) -> None:
    from luoshi.casework import clock
    from luoshi.casework.rollup import SECONDS, fresh

    desk = filled()
    browser = desk.browser("leader")
    browser.get("/desk/boards/")
    open_task("water", None)
    _later()
    assert page_of(browser, "/desk/boards/").numbers()["/desk/?tab=open"] == 6
    fresh(place.DISTRICT, clock.now(), SECONDS)
    assert page_of(browser, "/desk/boards/").numbers()["/desk/?tab=open"] == 7


def test_nothing_is_inline_and_queries_do_not_grow(store: TestStore) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    desk = filled()
    browser = desk.browser("leader")
    for address in BOTH:
        assert page_of(browser, address).styled == []
        counts = []
        for _ in range(2):
            with CaptureQueriesContext(connection) as seen:
                browser.get(address)
            counts.append(of_cases(seen))
            for body in ("housing", "water", "fenglin"):
                open_task(body, "A-li-1")
        assert counts[0] == counts[1]


def test_levels_of_a_tree() -> None:
    from luoshi.casework.movement import Count
    from luoshi.desk.counting import on_level

    parents = {"gov": None, "a": "gov", "a1": "a", "a2": "a", "b": "gov"}
    one = Count(late=1)
    whole = on_level({"gov": one, "a": one, "a1": one, "b": one, None: one}, parents)
    assert {key: count.late for key, count in whole.counts.items()} == {"gov": 1, "a": 2, "b": 1, None: 1}
    assert whole.alone == {"gov"}
    street = on_level({"a1": one, "a2": one}, parents)
    assert set(street.counts) == {"a1", "a2"}
    assert street.alone == frozenset()
    only = on_level({"a1": one}, parents)
    assert set(only.counts) == {"a1"}


def _data(page: Any) -> dict[str, Any]:
    return {name: json.loads(text) for name, text in page.blocks.items()}


def _context(desk: Any, address: str) -> dict[str, Any]:
    """What the page was made of."""
    from unittest.mock import patch

    from luoshi.desk.pages import boards

    with patch.object(boards, "render", wraps=boards.render) as render:
        assert desk.browser("leader").get(address).status_code == 200
    return dict(render.call_args.args[2])


def _renew() -> None:
    from luoshi.casework import clock
    from luoshi.casework.rollup import renew

    _later()
    renew(place.DISTRICT, clock.now())


def _later() -> None:
    """As if the last count were two minutes old."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("UPDATE casework_rollup_time SET as_of = as_of - 120")
