"""The frame of every page: headers, language, theme, the phone's menu."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.browser.site import NEEDS_CHROMIUM, PHONE, Site

pytestmark = NEEDS_CHROMIUM


def test_the_reader_chooses_language_and_light(site: Site, people: Callable[..., Any]) -> None:
    page = people("office")
    page.goto(f"{site.url}/desk/design/")
    assert page.locator("html").get_attribute("lang") == "zh-CN"
    page.locator(".me > summary").click()
    page.locator("[data-does=lang][value=en]").click()
    page.wait_for_function("document.documentElement.lang === 'en'")
    page.locator(".me > summary").click()
    page.locator("[data-does=theme][value=dark]").click()
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(23, 22, 20)"
    page.reload()
    assert page.locator("html").get_attribute("data-theme") == "dark"


def test_the_menu_opens_on_a_phone_and_nothing_is_wider_than_the_screen(site: Site, people: Callable[..., Any]) -> None:
    page = people("office", size=PHONE)
    page.goto(f"{site.url}/desk/")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    page.locator(".menu-switch").click()
    assert page.locator(".side").is_visible()


def test_a_script_from_outside_the_page_is_not_run(site: Site, people: Callable[..., Any]) -> None:
    page = people("office")
    page.goto(f"{site.url}/desk/design/")
    page.evaluate(
        "document.body.append(Object.assign(document.createElement('script'), {textContent: 'window.bad = 1'}))"
    )
    assert page.evaluate("window.bad") is None
    complaints = people.complaints
    assert any("Content Security Policy" in one for one in complaints)
    complaints.clear()
