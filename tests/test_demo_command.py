"""``luoshi demo`` and ``luoshi serve``: a district is filled once, served, and ended by Ctrl-C."""

from __future__ import annotations

import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode

import pytest
from tests.browser.site import free_port

ROOT = Path(__file__).resolve().parents[1]
SECONDS = 240


def run(home: Path, *arguments: str) -> subprocess.Popen[str]:
    """``luoshi`` with its data in ``home``, in English."""
    environ = {key: value for key, value in os.environ.items() if not key.startswith("LUOSHI")}
    return subprocess.Popen(
        [sys.executable, "-m", "luoshi", *arguments],
        cwd=ROOT,
        env={**environ, "LUOSHI_HOME": str(home), "LC_ALL": "C.UTF-8"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def counts(home: Path) -> dict[str, int]:
    """How many rows the demo's tables hold."""
    with sqlite3.connect(home / "demo" / "luoshi.sqlite3") as store:
        return {
            table: store.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            for table in ("casework_case", "casework_entry", "commitments_commitment", "access_account")
        }


def opened(address: str) -> urllib.request.OpenerDirector:
    """A browser's cookies and nothing else, once the server answers."""
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    until = time.monotonic() + SECONDS
    while True:
        try:
            browser.open(f"{address}/desk/sign-in/", timeout=10)
        except (urllib.error.URLError, ConnectionError):
            assert time.monotonic() < until
            time.sleep(0.2)
        else:
            return browser


def test_the_demo_lives_again_and_again(tmp_path: Path) -> None:
    first = run(tmp_path, "demo", "--cases", "40", "--no-serve")
    shown, _ = first.communicate(timeout=SECONDS)
    assert first.returncode == 0, shown
    assert re.search(r"\d+ promises are issued as tasks", shown)
    before = counts(tmp_path)
    assert before["casework_case"] > 100

    port = free_port()
    again = run(tmp_path, "demo", "--cases", "40", "--port", str(port))
    try:
        address = f"http://127.0.0.1:{port}"
        browser = opened(address)
        page = browser.open(f"{address}/desk/sign-in/").read().decode()
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        form = re.search(r'action="([^"]*demo[^"]*)"', page)
        assert token and form
        sent = urlencode({"csrfmiddlewaretoken": token[1], "account": "housing"}).encode()
        inside = browser.open(f"{address}{form[1]}", sent)
        assert inside.url == f"{address}/desk/"
        assert "housing" not in inside.read().decode().split("<main")[0].split("<title>")[0]
        grown = counts(tmp_path)
        assert {name: grown[name] for name in before if name != "casework_entry"} == {
            name: before[name] for name in before if name != "casework_entry"
        }
    finally:
        again.send_signal(signal.SIGINT)
        told, _ = again.communicate(timeout=60)
    assert again.returncode == 0, told
    assert f"Open {address}/" in told
    assert "no passwords in the demo" in told


@pytest.mark.parametrize("arguments", [("serve",), ("demo", "--no-serve")])
def test_a_port_that_is_taken_is_told(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = run(tmp_path, *arguments, "--port", port)
        shown, _ = done.communicate(timeout=60)
    assert done.returncode == 2
    assert f"127.0.0.1:{port} cannot be listened on" in shown
    assert not (tmp_path / "luoshi.sqlite3").exists()
