"""A served desk and people with browsers of their own: what the browser tests are made of.

    def test_x(site, people):
        page = people("office")              # a page of a browser in which the first officer of the role is signed in
        page.goto(site.url + "/desk/")

Where tests of a module do not disturb each other they share one: ``shared_site`` and ``shared_people``, with the
objects of :mod:`tests.desk.whole` behind every page.

The store is SQLite: what differs on PostgreSQL is tested without a browser. The server is ``luoshi serve`` itself, with
its collected statics and its headers.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import pytest
from tests.desk import place, whole
from tests.stores import Stores, TestStore

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
NEEDS_CHROMIUM = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: apt-get install chromium fonts-noto-cjk"),
]
"""A module of browser tests has ``pytestmark = NEEDS_CHROMIUM``."""
FLAGS = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-sync"]
FLAGS += ["--disable-component-update", *(["--no-sandbox"] if os.geteuid() == 0 else [])]
START_SECONDS = 60
DESKTOP, PHONE = (1440, 900), (360, 780)
SIZES = {"desktop": DESKTOP, "phone": PHONE}


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Site:
    """A running ``luoshi serve``."""

    url: str
    store: TestStore
    desk: place.Desk
    process: subprocess.Popen[bytes]
    log: Path
    world: whole.Whole | None = None

    def stop(self) -> None:
        """End it as Ctrl-C does."""
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def serve(store: TestStore, desk: place.Desk, *, more: dict[str, str] | None = None) -> Site:
    """Start the server on ``store`` and wait until it answers."""
    port = free_port()
    log = store.home / f"serve-{port}.log"
    environ = {**store.environ, "LUOSHI_HTTPS": "0", "LUOSHI_SWEEP": "0", **(more or {})}
    command = [sys.executable, "-m", "luoshi", "serve", "--port", str(port), "--workers", "1", "--no-sweep"]
    with log.open("wb") as out:
        process = subprocess.Popen(command, env=environ, stdout=out, stderr=out)
    site = Site(f"http://127.0.0.1:{port}", store, desk, process, log)
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(f"{site.url}/desk/design/", timeout=5):
                return site
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            if process.poll() is not None:
                break
            time.sleep(0.1)
    site.stop()
    raise AssertionError(f"the server did not start:\n{log.read_text(errors='replace')}")


@pytest.fixture
def desk_store(stores: Stores, tmp_path: Path) -> Iterator[TestStore]:
    """A migrated SQLite store; what a test writes is seen by the server."""
    with stores.fresh("sqlite", tmp_path) as made:
        yield made


@pytest.fixture
def site(desk_store: TestStore) -> Iterator[Site]:
    """The district of :mod:`tests.desk.place`, served."""
    made = serve(desk_store, place.make())
    try:
        yield made
    finally:
        made.stop()


@pytest.fixture(scope="module")
def shared_site(stores: Stores, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The district of :mod:`tests.desk.whole`, served to all tests of a module."""
    folder = tmp_path_factory.mktemp("shared")
    with stores.fresh("sqlite", folder) as store, pytest.MonkeyPatch.context() as patch:
        patch.setenv("LUOSHI_HOME", str(store.home))
        world = whole.make()
        made = serve(store, world.desk)
        made.world = world
        try:
            yield made
        finally:
            made.stop()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """One browser for the session."""
    from playwright.sync_api import sync_playwright

    # Playwright keeps a loop in this thread; what a test asks of Django here is asked one after the other all the same.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@dataclass
class People:
    """Opens pages for people; what a page complains of in its console is a fault of the test in the end."""

    browser: Any
    site: Site
    contexts: list[Any] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def __call__(
        self,
        role: str | None = "office",
        n: int = 1,
        *,
        lang: Literal["zh", "en"] = "zh",
        size: tuple[int, int] = DESKTOP,
        scheme: str = "light",
        script: bool = True,
    ) -> Any:
        """A new page in a browser of its own, signed in as the ``n``-th officer of ``role``; nobody for None."""
        context = self.browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            locale="zh-CN" if lang == "zh" else "en-GB",
            color_scheme=scheme,
            java_script_enabled=script,
            reduced_motion="reduce",
        )
        context.set_default_timeout(10_000)
        self.contexts.append(context)
        if role is not None:
            client = self.site.desk.browser(role, n)
            (name, morsel), *_ = client.cookies.items()
            context.add_cookies([{"name": name, "value": morsel.value, "url": self.site.url}])
        page = context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        page.on(
            "console",
            lambda message: self.complaints.append(f"{page.url}: {message.text}") if _bad(message) else None,
        )
        return page


def _bad(message: Any) -> bool:
    """Whether a line of the console is a fault of ours; a refusal that a test provokes is not."""
    return message.type == "error" and "the server responded with a status of 4" not in message.text


@pytest.fixture
def people(chromium: Any, site: Site) -> Iterator[People]:
    """See :class:`People`."""
    yield from _opened(chromium, site)


@pytest.fixture
def shared_people(chromium: Any, shared_site: Site) -> Iterator[People]:
    """People at the shared site."""
    yield from _opened(chromium, shared_site)


def _opened(browser: Any, site: Site) -> Iterator[People]:
    made = People(browser, site)
    yield made
    for context in made.contexts:
        context.close()
    assert not made.complaints, made.complaints
