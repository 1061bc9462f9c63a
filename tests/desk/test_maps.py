"""The map: its table, its shapes, its numbers, and whom they are for."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.desk import place
from tests.desk.counted import filled, listed, of_cases, page_of, posted
from tests.stores import TestStore

SQUARE = [[0.0, 0.0], [4.0, 0.0], [4.0, 4.0], [0.0, 4.0], [0.0, 0.0]]


def test_each_number_is_the_count_of_the_list_that_it_links_to(store: TestStore) -> None:
    desk = filled()
    browser = desk.browser("leader")
    links = page_of(browser, "/desk/map/").numbers()
    links |= page_of(browser, "/desk/map/?area=A-fenglin").numbers()
    assert len(links) >= 4
    for address, number in links.items():
        assert desk.listed("leader", address) == number, address


def test_the_numbers_of_the_map_are_those_of_the_table(store: TestStore) -> None:
    desk = filled()
    told = desk.browser("leader").get("/desk/map/cases.json").json()
    assert told["areas"] == {
        "A-fenglin": {"open": 1, "late": 0}, "A-li-1": {"open": 3, "late": 2},
    }  # fmt: skip
    assert told["nowhere"] == 2


def test_who_has_one_area_sees_the_cases_of_that_alone(store: TestStore) -> None:
    desk = filled()
    posted("o-grid", "A-li-1")
    told = desk.browser_of("o-grid").get("/desk/map/cases.json").json()
    assert set(told["areas"]) == {"A-li-1"}
    assert told["nowhere"] == 0
    links = page_of(desk.browser_of("o-grid"), "/desk/map/").numbers()
    assert sorted(links.values()) == [2, 3]  # of the street, which has a fourth for others
    assert all(listed("o-grid", address) == number for address, number in links.items())


def test_timing_and_kind_narrow_the_map(store: TestStore) -> None:
    desk = filled("hotline")
    browser = desk.browser("leader")
    late = browser.get("/desk/map/cases.json?timing=late").json()
    assert late["areas"] == {"A-li-1": {"open": 2, "late": 2}}
    assert "timing=late" in late["list"]
    none = browser.get("/desk/map/cases.json?mechanism=hotline").json()
    assert none["areas"] == {}


@pytest.mark.parametrize("query", ["area=nowhere", "timing=never", "mechanism=none", "case=supervision-000000000000"])
def test_what_is_not_known_is_not_there(store: TestStore, query: str) -> None:
    browser = filled().browser("leader")
    assert browser.get(f"/desk/map/?{query}").status_code == 404
    assert browser.get(f"/desk/map/cases.json?{query}").status_code == 404


def test_areas_are_geojson_in_the_readers_language_and_kept_until_the_org_changes(store: TestStore) -> None:
    from django.db import transaction

    from luoshi.org.snapshot import changed

    desk = filled()
    browser = desk.browser("leader", lang="en")
    first = browser.get("/desk/map/areas.json")
    (feature,) = first.json()["features"]
    assert feature["properties"]["name"] == "Fenglinli grid 1"
    assert first["Cache-Control"] == "private, no-cache"
    assert browser.get("/desk/map/areas.json", HTTP_IF_NONE_MATCH=first["ETag"]).status_code == 304
    with transaction.atomic():
        changed(place.DISTRICT)
    assert browser.get("/desk/map/areas.json", HTTP_IF_NONE_MATCH=first["ETag"]).status_code == 200
    zh = desk.browser("leader", n=2, lang="zh").get("/desk/map/areas.json", HTTP_IF_NONE_MATCH=first["ETag"])
    assert zh.json()["features"][0]["properties"]["name"] == "枫林里第一网格"


def test_the_exact_place_shows_to_who_may_read_the_case(store: TestStore) -> None:
    desk = filled("grid_event")
    case = desk.grid_event({"text": "东门", "lon": "0.005", "lat": "0.006"})
    browser = desk.browser("supervision_centre")
    told = browser.get(f"/desk/map/cases.json?case={case}").json()["place"]
    assert (told["lon"], told["lat"], told["text"]) == (0.005, 0.006, "东门")
    posted("o-far", "A-fenglin", role="office", mechanism="supervision")
    assert desk.browser_of("o-far").get(f"/desk/map/cases.json?case={case}").status_code == 404
    assert "0.005" not in browser.get("/desk/map/cases.json").content.decode()


def test_as_many_queries_for_few_cases_as_for_many(store: TestStore) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    desk = filled()
    browser = desk.browser("leader")
    browser.get("/desk/map/")
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert browser.get("/desk/map/").status_code == 200
        counts.append(of_cases(seen))
        for _ in range(5):
            place.task(due=(date.today() + timedelta(days=40)).isoformat(), area="A-li-1")
    assert counts[0] == counts[1]


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.integers(1, 7), st.integers(1, 7)), min_size=3, max_size=12))
def test_a_number_stands_within_its_polygon(steps: list[tuple[int, int]]) -> None:
    from luoshi.desk.pages.maps import anchor
    from luoshi.org.shapes import read_shape

    # A staircase up and a straight way back: convex nowhere, and simple always.
    x = y = 0
    ring: list[list[float]] = [[0.0, 0.0]]
    for across, up in steps:
        x += across
        ring.append([float(x), float(y)])
        y += up
        ring.append([float(x), float(y)])
    ring += [[0.0, float(y)], [0.0, 0.0]]
    shape = read_shape({"type": "Polygon", "coordinates": [ring]})
    assert shape.contains(anchor(shape))


def test_a_number_stands_beside_a_hole_and_on_a_line() -> None:
    from luoshi.desk.pages.maps import anchor
    from luoshi.org.shapes import read_shape

    hole = [[1.0, 1.0], [3.0, 1.0], [3.0, 3.0], [1.0, 3.0], [1.0, 1.0]]
    shape: Any = read_shape({"type": "Polygon", "coordinates": [SQUARE, hole]})
    assert shape.contains(anchor(shape))
    line = read_shape({"type": "LineString", "coordinates": [[0.0, 0.0], [1.0, 1.0], [2.0, 0.0]]})
    assert anchor(line) == (1.0, 1.0)
