"""A published report in a browser: each number says what proves it and is recomputed from the public ledger there."""

from __future__ import annotations

import re
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from tests.browser import published
from tests.browser.site import DESKTOP, NEEDS_CHROMIUM, PHONE, People, Site, serve
from tests.browser.test_annual_relations import Quiet
from tests.browser.test_axe import TAGS
from tests.desk import place
from tests.stores import Stores, configure_django

from luoshi.ledger.tiles import entries_in
from luoshi.writing.annual.assets import FOLDER

pytestmark = NEEDS_CHROMIUM

NAMES = {"zh": "hetang", "en": "brook"}
"""The district under which the report of each language is published."""
WORDS = {
    "zh": {"same": "一致", "differs": "不一致", "failed": "无法核验", "root": "台账不是本报告所依据的台账"},
    "en": {
        "same": "The same", "differs": "Not the same", "failed": "It could not be checked",
        "root": "This is not the ledger that the report was made of",
    },
}  # fmt: skip


@dataclass
class World:
    """The served desk, and where its reports lie."""

    site: Site
    folder: Path

    def url(self, name: str) -> str:
        """The address of the report of ``name``."""
        return f"{self.site.url}/published/{name}/{published.PERIOD}/report.html"

    def copy(self, name: str, of: str = "zh") -> Path:
        """The report of the language ``of`` once more, to be spoiled."""
        made = self.folder / name / published.PERIOD
        shutil.copytree(self.folder / NAMES[of] / published.PERIOD, made)
        return made


@pytest.fixture(scope="module", autouse=True)
def _django(stores: Stores) -> None:
    configure_django(stores.folder)


@pytest.fixture(scope="module")
def world(stores: Stores, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A report in each language, published by ``luoshi write`` and served by ``luoshi serve``."""
    with stores.fresh("sqlite", tmp_path_factory.mktemp("published")) as store:
        folder = published.publish(store, NAMES)
        site = serve(store, place.Desk())  # nobody signs in
        try:
            yield World(site, folder)
        finally:
            site.stop()


@pytest.fixture
def reader(chromium: Any, world: World) -> Iterator[People]:
    """Browsers of people who have not signed in."""
    made = People(chromium, world.site)
    yield made
    for context in made.contexts:
        context.close()
    assert not made.complaints


def opened(reader: People, world: World, name: str = "hetang", **look: Any) -> Any:
    """The page of the report of ``name``."""
    page = reader(None, **look)
    page.goto(world.url(name))
    page.locator(".check-all").wait_for()
    return page


def verdict(page: Any, key: str = "n1") -> Any:
    """Open a number; its panel, once it has been checked."""
    page.locator(f"#{key}").click()
    page.locator(".panel .verdict").wait_for()
    return page.locator(".panel")


def all_of(page: Any) -> Any:
    """Recompute all numbers; what is said of them."""
    page.locator("button.all").click()
    page.locator(".check-all .verdict").wait_for()
    return page.locator(".check-all .outcome")


def edit(path: Path, change: Callable[[bytes], bytes]) -> None:
    """Change a file; a change that changes nothing is a fault of the test."""
    before = path.read_bytes()
    after = change(before)
    assert after != before
    path.write_bytes(after)


def bundles(folder: Path) -> list[Path]:
    """The bundles of entries of a ledger."""
    return sorted(path for path in (folder / "ledger/tile/entries").rglob("*") if path.is_file())


# --- what is right


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_click_recomputes_the_number(reader: People, world: World, lang: Any) -> None:
    page = opened(reader, world, NAMES[lang], lang=lang)
    number = page.locator("#n1").inner_text()
    panel = verdict(page)
    assert panel.locator(".verdict").inner_text() == WORDS[lang]["same"]
    said = panel.inner_text()
    size = page.locator("#ledger-size").text_content()
    root = page.locator("#ledger-root").text_content()
    for told in (number, size, root, "SELECT", "luoshi verify report.html ledger", ":from = 2025-01-01"):
        assert told.replace(" ", "") in said.replace(" ", "").replace(",", ""), (told, said)
    assert "is-same" in page.locator("#n1").get_attribute("class")
    # A second number of the same ledger needs no second reading.
    page.keyboard.press("Escape")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    assert verdict(page, "n2").locator(".verdict").inner_text() == WORDS[lang]["same"]
    assert not asked


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_all_numbers_are_the_same(reader: People, world: World, lang: Any) -> None:
    page = opened(reader, world, NAMES[lang], lang=lang)
    said = all_of(page).inner_text()
    count = page.locator(".figure").count()
    assert count > 10
    assert str(count) in said
    assert page.locator(".figure.is-same").count() == count


def test_any_static_server_will_do(chromium: Any, world: World) -> None:
    served = world.folder / NAMES["zh"] / published.PERIOD
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(served))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        page = chromium.new_page()
        # http.server calls it text/html by its name; the page must live there as well.
        page.goto(f"http://127.0.0.1:{server.server_port}/report.html")
        page.locator("button.all").click()
        page.locator(".check-all .verdict").wait_for()
        assert "全部一致" in page.locator(".check-all .outcome").inner_text()
        page.close()
        server.shutdown()


def test_of_a_large_ledger_only_what_is_asked_for_is_made(reader: People, world: World) -> None:
    page = opened(reader, world)
    code = (FOLDER / "worker.js").read_text("utf-8")
    assert "SMALL = 100000" in code
    small = code.replace("SMALL = 100000", "SMALL = 100")
    page.route("**/assets/worker.js", lambda route: route.fulfill(body=small, content_type="text/javascript"))
    read: list[str] = []
    page.on("request", lambda request: read.append(request.url) if "/tile/entries/" in request.url else None)
    counts = []
    for key in ("n1", "n2", "n4", "n5", "n1"):  # of the hotline twice, of patrols, of letters, and again
        panel = verdict(page, key)
        assert panel.locator(".verdict").inner_text() == "一致"
        assert "佐证记录相同" not in panel.locator(".outcome").inner_text()  # which would need the relation of entries
        counts.append(len(read))
        page.keyboard.press("Escape")
    assert counts[0] == counts[1] < counts[2] < counts[3] == counts[4]
    assert "全部一致" in all_of(page).inner_text()


def test_by_keyboard_alone(reader: People, world: World) -> None:
    page = opened(reader, world)
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "n1":
            break
    page.keyboard.press("Enter")
    page.locator(".panel .verdict").wait_for()
    assert page.evaluate("document.activeElement.id") == "panel-title"
    for _ in range(12):  # the panel keeps the focus
        page.keyboard.press("Tab")
        inside = page.evaluate("document.activeElement === document.body || !!document.activeElement.closest('.panel')")
        assert inside
    page.keyboard.press("Escape")
    assert not page.locator(".panel").is_visible()
    assert page.evaluate("document.activeElement.id") == "n1"
    page.keyboard.press("Space")
    assert page.locator(".panel").is_visible()


def test_what_is_being_computed_can_be_stopped(reader: People, world: World) -> None:
    page = opened(reader, world)
    page.route("**/tile/entries/**", lambda route: None)  # never answered
    page.locator("#n1").click()
    page.locator(".panel .meter button").click()
    assert page.locator(".panel .verdict").inner_text() == "已停止，未核验。"
    page.unroute("**/tile/entries/**")
    page.locator(".panel .outcome button").click()
    page.locator(".panel .outcome.same").wait_for()


# --- what is not


def test_an_edited_number_is_told(reader: People, world: World) -> None:
    folder = world.copy("edited")
    page = opened(reader, world, "hetang")
    digits = page.locator("#n1 *").first.text_content()
    told = f">{digits}</ix:nonFraction>".encode()
    edit(folder / "report.html", lambda data: data.replace(told, f">{int(digits) + 1}</ix:nonFraction>".encode(), 1))
    page = opened(reader, world, "edited")
    panel = verdict(page)
    assert panel.locator(".verdict").inner_text() == "不一致"
    assert f"按台账应为 {digits}件，本页写的是 {int(digits) + 1}件" in panel.locator(".outcome").inner_text()
    page.keyboard.press("Escape")
    assert f"台账为 {digits}件" in page.locator("#n1").inner_text()
    said = all_of(page).inner_text()
    assert said.startswith("1 个数与台账不一致")
    page.locator(".check-all .outcome button").click()
    assert page.evaluate("document.activeElement.id") == "n1"
    assert page.locator(".figure.is-different").count() == 1


def test_edited_data_is_told_though_the_text_stays(reader: People, world: World) -> None:
    folder = world.copy("data")

    def change(data: bytes) -> bytes:
        return re.sub(rb'("numerator":")(\d+)(")', lambda found: found[1] + b"9" + found[2] + found[3], data)

    edit(folder / "report.html", change)
    page = opened(reader, world, "data")
    assert "与本页所载的数据不符" in verdict(page, "n2").locator(".outcome").inner_text()


def test_what_the_page_says_of_kinds_of_case_is_not_believed(reader: People, world: World) -> None:
    folder = world.copy("kinds")
    edit(folder / "report.html", lambda data: re.sub(rb'"mechanisms":\[[^]]*\]', b'"mechanisms":[]', data))
    assert "全部一致" in all_of(opened(reader, world, "kinds")).inner_text()


def test_an_edited_entry_gives_another_root(reader: People, world: World) -> None:
    folder = world.copy("entry")
    # A day, so that the bundle keeps its length and what is told is nothing but another day.
    bundle = bundles(folder)[0]
    place = entries_in(bundle.read_bytes(), int(bundle.name))[0]
    changed = next(n for n, data in enumerate(place) if b'"opened_on":"2025-' in data)
    edit(bundle, lambda data: data.replace(b'"opened_on":"2025-', b'"opened_on":"2024-', 1))
    page = opened(reader, world, "entry")
    panel = verdict(page)
    assert panel.locator(".verdict").inner_text() == WORDS["zh"]["root"]
    said = panel.locator(".outcome").inner_text()
    assert page.locator("#ledger-root").text_content() in said
    assert "照这份台账现有的记录计算" in said
    assert f"第 {changed} 条记录" in said
    assert bundle.relative_to(folder / "ledger").as_posix() in said
    page.keyboard.press("Escape")
    assert WORDS["zh"]["root"] in all_of(page).inner_text()
    assert page.locator(".figure.is-same").count() == 0


@pytest.mark.parametrize("how", ["missing", "cut", "longer"])
def test_a_bundle_that_is_not_whole_is_named(reader: People, world: World, how: str) -> None:
    folder = world.copy(how, of="en")
    bundle = bundles(folder)[-1]
    if how == "missing":
        bundle.unlink()
    else:
        edit(bundle, lambda data: data[:-5] if how == "cut" else data + b"\0")
    page = opened(reader, world, how, lang="en")
    panel = verdict(page)
    assert panel.locator(".verdict").inner_text() == WORDS["en"]["failed"]
    said = panel.locator(".outcome").inner_text()
    assert bundle.relative_to(folder / "ledger").as_posix() in said
    assert ("lacks the file" if how == "missing" else "is cut short") in said
    # Once it is there again, the same page finds it.
    shutil.copy(world.folder / NAMES["en"] / published.PERIOD / bundle.relative_to(folder), bundle)
    panel.locator(".outcome button").click()
    page.locator(".panel .outcome.same").wait_for()


def test_another_checkpoint_is_told(reader: People, world: World) -> None:
    folder = world.copy("checkpoint")
    edit(folder / "ledger/checkpoint", lambda data: data.replace(data.split(b"\n")[2], b"A" * 43 + b"="))
    panel = verdict(opened(reader, world, "checkpoint"))
    assert panel.locator(".verdict").inner_text() == WORDS["zh"]["root"]
    assert "最先不符" not in panel.inner_text()


@pytest.mark.parametrize("lacking", ["worker.js", "relations.js", "vendor/sqlite/sqlite3.wasm"])
def test_a_file_of_the_page_that_is_lacking_is_told(reader: People, world: World, lacking: str) -> None:
    page = opened(reader, world)
    page.route(f"**/assets/{lacking}", lambda route: route.fulfill(status=404, body=""))
    said = verdict(page).locator(".outcome").inner_text()
    assert said.startswith("无法核验")
    assert f"assets/{lacking if lacking.endswith('wasm') else 'worker.js'}" in said


def test_a_page_opened_from_a_folder_says_how_to_serve_it(chromium: Any, world: World) -> None:
    page = chromium.new_page()
    page.goto((world.folder / NAMES["zh"] / published.PERIOD / "report.html").as_uri())
    page.locator("#n1").click()
    page.locator(".panel .verdict").wait_for()
    assert "python3 -m http.server" in page.locator(".panel .outcome").inner_text()
    page.close()


# --- how it looks


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_axe_finds_nothing(reader: People, world: World, lang: Any, scheme: str, size: tuple[int, int]) -> None:
    page = opened(reader, world, NAMES[lang], lang=lang, scheme=scheme, size=size)
    faults = axe(page)
    all_of(page)
    faults += axe(page)
    verdict(page)
    faults += axe(page)
    assert not faults, "\n".join(faults)
    for _ in range(2):
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
        page.keyboard.press("Escape")


def axe(page: Any) -> list[str]:
    """What axe-core finds."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found = page.evaluate("tags => axe.run(document, {runOnly: tags, resultTypes: ['violations']})", TAGS)
    return [
        f"{one['id']}: {node['target']} {node['html'][:160]} {(node.get('failureSummary') or '')[-200:]!r}"
        for one in found["violations"]
        for node in one["nodes"][:3]
    ]
