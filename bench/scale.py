"""A million open cases on both stores: the sweep, an officer's inbox, and memory."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.stores import Server

from bench.gold import ROOT
from bench.table import Table

SWEEP_AIM, PAGE_AIM_MS, FLAT_MIB = 1.0, 20, 32
SECONDS = 600
OFFICERS = {
    "handler": "handler of one department, in every mechanism",
    "centre": "hotline centre: one mechanism, every body",
    "leader": "leader: every mechanism, every body",
    "of-area": "every mechanism and body in one of 40 areas",
}
KINDS = {"first": "first page", "following": "pages after it", "late": "what is late, first page"}


def scale_table() -> Table:
    """Sweep, inbox pages and memory, by store."""
    table = Table(
        "1,000,000 open cases of every pack (synthetic; copied by SQL from cases that acts made)",
        ("what", "store", "median", "worst", "aim"),
    )
    for vendor, answer in (("sqlite", _run("sqlite")), ("postgresql", _run("postgresql"))):
        if isinstance(answer, str):
            table.notes.append(f"{vendor}: not measured: {answer}")
            continue
        _add_sweep(table, vendor, answer["sweep"])
        for officer, pages in answer["pages"].items():
            _add_pages(table, vendor, OFFICERS[officer], pages)
        table.notes.append(
            f"{vendor}: {answer['quiet']} seed cases with nothing due and {answer['due']} with one rung due, "
            f"copied in {answer['made']:.0f} s"
        )
    return table


def _add_sweep(table: Table, vendor: str, found: dict[str, Any]) -> None:
    seconds = found["seconds"]
    middle = statistics.median(seconds)
    aim = f"< {SWEEP_AIM:.0f} s {_told(middle < SWEEP_AIM)}"
    table.add("sweep: finds and claims 1,000 due rungs", vendor, f"{middle:.3f} s", f"{max(seconds):.3f} s", aim)
    table.add("sweep: nothing is due", vendor, f"{found['idle'] * 1000:.2f} ms", None, None)
    _add_memory(table, vendor, f"memory of {len(seconds)} sweeps", found)


def _add_pages(table: Table, vendor: str, officer: str, pages: dict[str, Any]) -> None:
    for kind, name in KINDS.items():
        times: Sequence[float] = pages[kind]
        middle = statistics.median(times)
        aim = f"< {PAGE_AIM_MS} ms {_told(middle < PAGE_AIM_MS)}"
        table.add(f"inbox, {officer}: {name}", vendor, f"{middle:.2f} ms", f"{max(times):.2f} ms", aim)
    _add_memory(table, vendor, f"memory of {len(pages['first']) + len(pages['following'])} pages", pages)


def _add_memory(table: Table, vendor: str, name: str, found: dict[str, Any]) -> None:
    more = found["after"] - found["before"]
    aim = f"flat: + < {FLAT_MIB} MiB {_told(more < FLAT_MIB)}"
    table.add(name, vendor, f"{found['before']:.0f} → {found['after']:.0f} MiB", None, aim)


def _told(reached: bool) -> str:
    return "reached" if reached else "not reached"


def _run(vendor: str) -> Any:
    """What the program of its own found, or what was in the way."""
    with tempfile.TemporaryDirectory(prefix="luoshi-bench-") as name, _store(vendor, Path(name)) as url:
        env = {**os.environ, "DATABASE_URL": url, "LUOSHI_HOME": name, "LUOSHI_SECRET_KEY": "b" * 50}
        command = [sys.executable, "-m", "bench.scale_worker"]
        try:
            done = subprocess.run(
                command, cwd=ROOT, env=env, capture_output=True, text=True, check=False, timeout=SECONDS
            )
        except subprocess.TimeoutExpired:
            return f"no answer in {SECONDS} s"
        if done.returncode:
            return (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
        return json.loads(done.stdout)


@contextmanager
def _store(vendor: str, folder: Path) -> Iterator[str]:
    if vendor == "sqlite":
        yield f"sqlite:///{folder}/million.sqlite3"
        return
    with Server() as server:
        yield server.create("million")
