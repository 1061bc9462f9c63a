"""The map: shapes and numbers from our own addresses alone; a number leads to its list; the table says the same."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

import pytest
from tests.browser.site import NEEDS_CHROMIUM, PHONE, Site
from tests.desk import place, whole

pytestmark = NEEDS_CHROMIUM
AREA = "A-li-1"


@pytest.fixture(scope="module", autouse=True)
def _more(shared_site: Site) -> None:
    """Two more cases in the grid, one in the street around it; counted anew."""
    from luoshi.casework import clock
    from luoshi.casework.rollup import renew

    for number, area in enumerate((AREA, AREA, "A-fenglin")):
        place.task(f"道路修补{number}", due=whole.FAR, area=area)
    renew(place.DISTRICT, clock.now())


def number(text: str) -> int:
    """The open cases that a mark tells: ``3``, or ``▲ 1/3`` where some are late."""
    found = re.search(r"(\d+)$", text.strip())
    assert found is not None, text
    return int(found[1])


def drawn(people: Any, site: Site, role: str = "leader", **more: Any) -> tuple[Any, list[str]]:
    """A page with the map on it once it is drawn, and the addresses that were asked for."""
    asked: list[str] = []
    page = people(role, **more)
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{site.url}/desk/map/")
    page.locator("#map .area-mark").first.wait_for()
    return page, asked


def test_the_map_draws_areas_and_a_click_leads_to_their_cases(shared_site: Site, shared_people: Any) -> None:
    page, _ = drawn(shared_people, shared_site)
    assert page.locator("#map path.area").count() == 1
    mark = page.locator("#map .count-place", has=page.locator(".count"))
    count = number(mark.locator(".count").inner_text())
    assert count == 3
    name = mark.locator(".area-name").inner_text()
    mark.click()
    told = page.locator(".leaflet-popup .told")
    assert name in told.inner_text() and str(count) in told.inner_text()
    told.locator("a").click()
    page.wait_for_url("**/desk/?*")
    assert page.locator("table.worklist tbody tr").count() == count


def test_the_table_beside_it_says_the_same(shared_site: Site, shared_people: Any) -> None:
    page, _ = drawn(shared_people, shared_site)
    count = number(page.locator("#map .count").first.inner_text())
    row = page.locator("main table tbody tr", has_text="枫林街道")
    assert row.locator("td.num a").first.inner_text() == "4"
    row.locator("td a").first.click()
    page.wait_for_url("**area=A-fenglin**")
    finer = page.locator("main table tbody tr", has_text="枫林里第一网格")
    assert number(finer.locator("td.num a").first.inner_text()) == count


def test_by_keyboard(shared_site: Site, shared_people: Any) -> None:
    page, _ = drawn(shared_people, shared_site)
    mark = page.locator("#map .count-place[tabindex='0']").first
    assert "3" in (mark.get_attribute("aria-label") or "")
    mark.focus()
    page.keyboard.press("Enter")
    page.locator(".leaflet-popup .told a").wait_for()
    assert page.evaluate("document.activeElement.closest('.told') !== null")


def test_no_request_leaves_the_host(shared_site: Site, shared_people: Any) -> None:
    page, asked = drawn(shared_people, shared_site)
    page.locator("#map .leaflet-control-zoom-in").click()
    for address in ("/desk/", "/desk/boards/", "/desk/boards/supervision/", "/desk/commitments/"):
        page.goto(f"{shared_site.url}{address}", wait_until="networkidle")
    hosts = {urlsplit(one).netloc for one in asked if not one.startswith(("data:", "blob:"))}
    assert hosts == {urlsplit(shared_site.url).netloc}
    assert any("echarts" in one for one in asked) and any("leaflet" in one for one in asked)


def test_on_a_phone_it_fits(shared_site: Site, shared_people: Any) -> None:
    page, _ = drawn(shared_people, shared_site, size=PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    box = page.locator("#map").bounding_box()
    assert box["width"] > 250 and box["height"] > 200


def test_who_sees_nothing_sees_no_numbers(shared_site: Site, shared_people: Any) -> None:
    page, _ = drawn(shared_people, shared_site, "collector")
    assert page.locator("#map .count").count() == 0
    assert page.locator("#map path.area").count() == 1
