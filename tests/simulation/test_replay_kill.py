"""Killed with -9 at random moments and started again, a replay comes to the ledger of one that was left alone."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from random import Random

import pytest
from tests.simulation.years import PLAN
from tests.stores import Server

SEED = 20190101
KILLS = 6
OPTIONS = ("--scale", "0.003", "--to", "2019-03-20")
LONGEST = 2.0


def command() -> list[str]:
    return [sys.executable, "-m", "luoshi", "--lang", "en", "replay", str(PLAN), *OPTIONS]


def killed(environ: dict[str, str], folder: Path, chance: Random) -> str:
    """The last line of a replay that was killed again and again; each time it has written something before."""
    for _ in range(KILLS):
        before = progress(environ)
        process = subprocess.Popen(command(), env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        deadline = time.monotonic() + 600
        while progress(environ) == before and process.poll() is None:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        time.sleep(chance.random() * LONGEST)
        planning = children(process.pid)
        process.kill()
        process.wait()
        while any(Path(f"/proc/{pid}/cmdline").exists() for pid in planning):
            assert time.monotonic() < deadline, "the process that plans outlives the one that writes"
            time.sleep(0.05)
    done = subprocess.run(command(), env=environ, capture_output=True, text=True, check=True)
    return next(line for line in done.stdout.splitlines() if line.startswith("Root: "))


def children(pid: int) -> list[str]:
    """The processes that ``pid`` has started, where the system tells."""
    told = Path(f"/proc/{pid}/task/{pid}/children")
    return told.read_text("ascii").split() if told.exists() else []


def progress(environ: dict[str, str]) -> str:
    """How far the store says that it has come; nothing for one that is not made yet."""
    code = (
        "from luoshi.site import setup; setup()\nfrom django.db import DatabaseError, connection\n"
        "try:\n cursor = connection.cursor()\n"
        " cursor.execute(\"SELECT max(value) FROM casework_counter WHERE key LIKE 'replay/%'\")\n"
        " print(cursor.fetchone())\nexcept DatabaseError: print('none')"
    )
    return subprocess.run([sys.executable, "-c", code], env=environ, capture_output=True, text=True, check=True).stdout


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("undisturbed")
    environ = environment(f"sqlite:///{folder}/luoshi.sqlite3", folder)
    done = subprocess.run(command(), env=environ, capture_output=True, text=True, check=True)
    return next(line for line in done.stdout.splitlines() if line.startswith("Root: "))


def environment(url: str, folder: Path) -> dict[str, str]:
    """The surroundings of a replay with a key of its own, so that it seals, too."""
    environ = {**os.environ, "DATABASE_URL": url, "LUOSHI_HOME": str(folder), "LUOSHI_SECRET_KEY": "k" * 50}
    make = [sys.executable, "-m", "luoshi", "ledger", "key", "--origin", "ledger.example/log"]
    subprocess.run(make, env=environ, capture_output=True, check=True)
    return environ


@pytest.mark.slow
def test_sqlite(tmp_path: Path, undisturbed: str) -> None:
    environ = environment(f"sqlite:///{tmp_path}/luoshi.sqlite3", tmp_path)
    assert killed(environ, tmp_path, Random(SEED)) == undisturbed


@pytest.mark.slow
def test_postgresql(tmp_path: Path, undisturbed: str) -> None:
    with Server() as server:
        environ = environment(server.create("replay"), tmp_path)
        assert killed(environ, tmp_path, Random(SEED + 1)) == undisturbed
