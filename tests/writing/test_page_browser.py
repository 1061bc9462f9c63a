"""The page in a real browser: click to click, by keyboard, on a phone, without network. Skipped without Chromium."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from luoshi.writing.page import render_page

from .factory import small_reading

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed: apt-get install chromium"),
]


@pytest.fixture
def browser(chromium: Any) -> Any:
    """The session's browser: two of Playwright's loops in one thread are one too many."""
    return chromium


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("page")
    for lang in ("zh", "en"):
        (folder / f"{lang}.html").write_text(render_page(small_reading(), lang=lang), "utf-8")
    return folder


@pytest.fixture(params=[(1440, 900), (360, 740)], ids=["desk", "phone"])
def size(request: pytest.FixtureRequest) -> tuple[int, int]:
    width, height = request.param
    return width, height


class Opened:
    """A page that remembers what it said to the console and what it asked the network for."""

    def __init__(
        self, browser: Any, file: Path, size: tuple[int, int], scheme: str = "light", script: bool = True
    ) -> None:
        width, height = size
        self.context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme, java_script_enabled=script
        )
        self.page = self.context.new_page()
        self.trouble: list[str] = []
        self.requests: list[str] = []
        self.page.on("console", lambda message: self.trouble.append(message.text))
        self.page.on("pageerror", lambda error: self.trouble.append(str(error)))
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.goto(file.as_uri())
        self.width = width


@pytest.fixture
def desk(browser: Any, files: Path) -> Iterator[Any]:
    opened = Opened(browser, files / "zh.html", (1440, 900))
    yield opened.page
    assert opened.trouble == []
    opened.context.close()


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_quiet_offline_and_no_wider_than_the_screen(
    browser: Any, files: Path, size: tuple[int, int], lang: str, scheme: str
) -> None:
    opened = Opened(browser, files / f"{lang}.html", size, scheme)
    page = opened.page
    wide = "document.documentElement.scrollWidth"
    assert page.evaluate(wide) <= opened.width
    if opened.width < 500:
        page.locator(".switch button").nth(1).click()
    for tab in page.locator("[role=tab]").all():
        tab.click()
        assert page.evaluate(wide) <= opened.width
    assert opened.trouble == []
    assert [url for url in opened.requests if not url.startswith(("file:", "data:"))] == []
    assert page.evaluate("document.scrollingElement.scrollTop") >= 0
    opened.context.close()


def in_view(page: Any, selector: str) -> bool:
    return bool(
        page.evaluate(
            "s => { const e = document.querySelector(s), r = e.getBoundingClientRect();"
            " const at = document.elementFromPoint(r.left + 3, r.top + r.height / 2);"
            " return !!at && (e === at || e.contains(at)); }",
            selector,
        )
    )


def test_a_click_in_the_text_finds_the_row(desk: Any) -> None:
    desk.locator("#t-c14").scroll_into_view_if_needed()
    desk.locator("#t-c14").click(position={"x": 5, "y": 5})
    desk.wait_for_selector("#r-c14.on")
    assert in_view(desk, "#r-c14 a")
    assert desk.locator("#r-c14").get_attribute("aria-current") == "true"
    assert desk.evaluate("document.activeElement.getAttribute('href')") == "#t-c14"


def test_a_click_on_a_number_finds_its_row_in_another_table(desk: Any) -> None:
    desk.locator("#t-q16").click()
    desk.wait_for_selector("#r-q16.on")
    assert desk.locator("#tab-q").get_attribute("aria-selected") == "true"
    assert desk.locator("#p-c").is_hidden()


def test_a_click_on_a_row_finds_the_text(desk: Any) -> None:
    desk.locator("#r-c13 td").nth(1).click()
    desk.wait_for_selector("#t-c13.on")
    assert in_view(desk, "#t-c13")
    assert desk.evaluate("document.scrollingElement.scrollTop") == 0


def test_a_term_leads_to_its_definition_and_back(desk: Any) -> None:
    desk.locator("article a.g").nth(1).click()
    desk.wait_for_selector("#r-g1.on")
    desk.keyboard.press("Escape")
    assert desk.evaluate("document.activeElement.className") == "g"
    assert desk.locator(".on").count() == 0


def test_a_row_that_the_filter_hides_is_shown_when_asked_for(desk: Any) -> None:
    desk.locator("#filter").fill("就业")
    assert desk.locator("#p-c tbody tr:visible").count() == 1
    assert desk.locator("#count").inner_text() == "1 / 14"
    desk.locator("#t-c11").click(position={"x": 5, "y": 5})
    desk.wait_for_selector("#r-c11.on")
    assert desk.locator("#r-c11").is_visible()
    assert desk.locator("#filter").input_value() == ""


def test_filters_by_kind_and_by_what_is_missing(desk: Any) -> None:
    desk.locator("#kind").select_option("relative")
    assert desk.locator("#p-c tbody tr:visible").count() == 2
    desk.locator("#kind").select_option("")
    desk.locator("#lack").select_option("standard")
    assert desk.locator("#p-c tbody tr:visible").count() == 2
    desk.locator("#tab-a").click()
    assert desk.locator("#lack").is_hidden()
    assert desk.locator("#p-a tbody tr:visible").count() == 4


def test_columns_sort_both_ways(desk: Any) -> None:
    desk.locator("#tab-q").click()
    values = "[...document.querySelectorAll('#p-q td:nth-child(3)')].map(e => +e.dataset.v)"
    button = desk.locator("#p-q th button").nth(2)
    button.click()
    rising = desk.evaluate(values)
    assert rising == sorted(rising)
    assert desk.locator("#p-q th").nth(2).get_attribute("aria-sort") == "ascending"
    button.click()
    assert desk.evaluate(values) == rising[::-1]


def test_by_keyboard_alone(desk: Any) -> None:
    desk.keyboard.press("Tab")
    assert desk.evaluate("document.activeElement.className") == "skip"
    desk.keyboard.press("/")
    assert desk.evaluate("document.activeElement.id") == "filter"
    desk.keyboard.press("Enter")
    assert desk.evaluate("document.activeElement.getAttribute('href')") == "#t-c1"
    for key in ("j", "ArrowDown", "j", "k"):
        desk.keyboard.press(key)
    assert desk.evaluate("document.activeElement.getAttribute('href')") == "#t-c3"
    assert desk.locator("#t-c3.on").count() == 1
    desk.keyboard.press("Enter")
    # not wait_for_function: while it waits it evaluates strings, which the page's policy rightly forbids
    expect = pytest.importorskip("playwright.sync_api").expect
    expect(desk.locator("#t-c3")).to_be_focused()
    desk.keyboard.press("Enter")
    expect(desk.locator("a[href='#t-c3']:focus")).to_have_count(1)
    desk.locator("#tab-c").focus()
    desk.keyboard.press("ArrowRight")
    assert desk.evaluate("document.activeElement.id") == "tab-a"
    desk.keyboard.press("End")
    assert desk.locator("#p-u").is_visible()


def test_marks_in_the_text_by_keyboard(desk: Any) -> None:
    desk.locator("article a.n").first.focus()
    desk.keyboard.press("j")
    assert desk.evaluate("document.activeElement.getAttribute('href')") == "#r-a2"
    assert desk.locator("#tab-a").get_attribute("aria-selected") == "true"


def test_an_address_with_a_row_opens_it(browser: Any, files: Path) -> None:
    opened = Opened(browser, files / "zh.html", (1440, 900))
    opened.page.goto((files / "en.html").as_uri() + "#r-q10")
    opened.page.wait_for_selector("#r-q10.on")
    opened.context.close()


def test_the_back_button_goes_back(desk: Any) -> None:
    desk.locator("#r-c2 td").nth(1).click()
    desk.wait_for_selector("#t-c2.on")
    desk.locator("#r-c5 td").nth(1).click()
    desk.wait_for_selector("#t-c5.on")
    desk.go_back()
    desk.wait_for_selector("#t-c2.on")


def test_a_phone_shows_one_pane_at_a_time(browser: Any, files: Path) -> None:
    opened = Opened(browser, files / "zh.html", (360, 740))
    page = opened.page
    assert page.locator("#side").is_hidden()
    page.locator("#t-c13").click(position={"x": 5, "y": 5})
    page.wait_for_selector("#r-c13.on")
    assert page.locator("#text").is_hidden()
    assert in_view(page, "#r-c13 a")
    page.locator("#r-c13 a").click()
    page.wait_for_selector("#t-c13:visible")
    assert in_view(page, "#t-c13")
    opened.context.close()


def test_without_script_it_is_still_a_report(browser: Any, files: Path) -> None:
    opened = Opened(browser, files / "zh.html", (1440, 900), script=False)
    assert opened.page.locator("#p-u").is_visible()
    opened.page.locator("article a.n").first.click()
    assert opened.page.url.endswith("#r-a1")
    opened.context.close()


def test_controls_have_names_and_ids_are_what_they_point_at(desk: Any) -> None:
    unnamed = """() => [...document.querySelectorAll('button,input,select,a,[role=tabpanel],section')]
      .filter(e => !(e.getAttribute('aria-label') || e.textContent.trim() || e.getAttribute('aria-labelledby')))
      .map(e => e.outerHTML.slice(0, 80))"""
    assert desk.evaluate(unnamed) == []
    lost = """() => ['aria-controls', 'aria-labelledby'].flatMap(a =>
      [...document.querySelectorAll('[' + a + ']')].filter(e => !document.getElementById(e.getAttribute(a)))).length"""
    assert desk.evaluate(lost) == 0
