"""The desk over HTTP: 50 officers on PostgreSQL with 1,000,000 cases, the server and the drivers on the same cores."""

from __future__ import annotations

import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from tests.stores import Server

from bench.gold import ROOT
from bench.table import Table

MEDIAN_MS, P99_MS = 150, 400
OFFICERS: Final = 50
SECONDS: Final = 60
THINK: Final = 3.0
"""Seconds between an answer and an officer's next page, on average: a hurried officer."""
FULL_SECONDS: Final = 20
PREPARE_SECONDS: Final = 900
START_SECONDS: Final = 60


def desk_tables() -> Iterator[Table]:
    """Pages under the load of 50 officers, what the server can do at most, and the weight of a first load."""
    with tempfile.TemporaryDirectory(prefix="luoshi-bench-") as name, Server() as server:
        env = {
            **os.environ,
            "DATABASE_URL": server.create("desk"),
            "LUOSHI_HOME": name,
            "LUOSHI_SECRET_KEY": "b" * 50,
            "LUOSHI_HTTPS": "0",
        }
        told = _run("bench.desk_fill", env, PREPARE_SECONDS)
        if isinstance(told, str):
            table = Table("The desk over HTTP", ("page", "requests"))
            table.notes.append(f"not measured: {told}")
            yield table
            return
        plan = Path(name) / "plan.json"
        with serving(env, Path(name)) as url:
            plan.write_text(json.dumps({**told, "url": url}), encoding="utf-8")
            yield _table(_drive(plan, env, OFFICERS, SECONDS, THINK), told)
            yield _most(_drive(plan, env, 8, FULL_SECONDS, 0.0))


def _drive(plan: Path, env: Mapping[str, str], officers: int, seconds: float, think: float) -> Any:
    return _run("bench.desk_drive", env, seconds + 120, str(plan), str(officers), str(seconds), str(think))


def _run(module: str, env: Mapping[str, str], seconds: float, *arguments: str) -> Any:
    """What the program prints as JSON, or what was in its way."""
    command = [sys.executable, "-m", module, *arguments]
    try:
        done = subprocess.run(
            command, cwd=ROOT, env=dict(env), capture_output=True, text=True, check=False, timeout=seconds
        )
    except subprocess.TimeoutExpired:
        return f"{module}: no answer in {seconds:.0f} s"
    if done.returncode:
        return (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
    return json.loads(done.stdout)


@contextmanager
def serving(env: Mapping[str, str], folder: Path) -> Iterator[str]:
    """``luoshi serve`` with two workers; its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "luoshi", "serve", "--port", str(port), "--workers", "2", "--no-sweep"]
    with (folder / "serve.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=dict(env), stdout=log, stderr=log)
    url = f"http://127.0.0.1:{port}"
    try:
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            try:
                with urllib.request.urlopen(f"{url}/desk/design/", timeout=5):
                    break
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.2)
        yield url
    finally:
        process.terminate()
        process.wait(30)


def _table(found: Any, told: Mapping[str, Any]) -> Table:
    table = Table(
        f"The desk over HTTP: {OFFICERS} officers, 1,000,000 cases on PostgreSQL (synthetic)",
        ("page", "requests", "median", "p99", "worst", "failed", "aim"),
    )
    if isinstance(found, str):
        table.notes.append(f"not measured: {found}")
        return table
    for name, page in found["pages"].items():
        times: Sequence[float] = page["ms"]
        if not times:
            table.add(name, 0, None, None, None, page["failed"], None)
            continue
        middle, far = statistics.median(times), percentile(times, 99)
        reached = middle < MEDIAN_MS and far < P99_MS and not page["failed"]
        table.add(
            name, len(times), f"{middle:.0f} ms", f"{far:.0f} ms", f"{max(times):.0f} ms", page["failed"],
            "reached" if reached else "not reached",
        )  # fmt: skip
    requests = sum(len(page["ms"]) for page in found["pages"].values())
    table.notes += [
        f"aim: median < {MEDIAN_MS} ms, 99th percentile < {P99_MS} ms; times are those of who asks, waiting included",
        f"{requests / found['seconds']:.1f} pages a second; {THINK:.0f} s of thought between pages on average; "
        "officers, server (2 workers) and PostgreSQL share the machine",
        f"filled in {told['seconds']:.0f} s; first failure: {found['first_failure'] or 'none'}",
    ]
    return table


def _most(found: Any) -> Table:
    table = Table("The same pages without a pause: 8 who ask at once", ("what", "value"))
    if isinstance(found, str):
        table.notes.append(f"not measured: {found}")
        return table
    times = [ms for page in found["pages"].values() for ms in page["ms"]]
    if not times:
        table.notes.append(f"not measured: {found['first_failure']}")
        return table
    table.add("pages a second", f"{len(times) / found['seconds']:.0f}")
    table.add("median", f"{statistics.median(times):.0f} ms")
    table.add("p99", f"{percentile(times, 99):.0f} ms")
    return table


def percentile(values: Sequence[float], share: int) -> float:
    """The value that ``share`` percent of ``values`` do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, -(-len(ordered) * share // 100) - 1))]
