"""A year of a district at its real size on both stores, and how the time of a year changes as the ledger grows."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.stores import Server

from bench.gold import ROOT
from bench.table import Table

AIM_SECONDS, AIM_MB = 180, 1024
YEARS, SCALE = 10, 0.05
COLUMNS = ("store", "cases", "entries", "seconds", "entries/s", "CPU s writing", "CPU s planning", "MiB", "aim")
SLOPE = ("year", "entries before", "entries", "seconds", "CPU s writing", "µs CPU an entry", "to the first")


def replay_tables(years: int = YEARS, scale: float = SCALE) -> Iterator[Table]:
    """The whole year on SQLite and on PostgreSQL; then ``years`` years at ``scale`` in one ledger."""
    table = Table("A year of a district at its real size, from an empty store; planned in a second process", COLUMNS)
    roots = []
    with tempfile.TemporaryDirectory(prefix="luoshi-bench-") as name:
        for vendor in ("sqlite", "postgresql"):
            (one,) = on(vendor, Path(name), 1.0, 1)
            roots.append(one["root"])
            reached = one["seconds"] <= AIM_SECONDS and one["peak_mb"] <= AIM_MB
            aim = f"≤ {AIM_SECONDS} s, ≤ {AIM_MB} MiB {'reached' if reached else 'not reached'}"
            rate = f"{one['written'] / one['seconds']:,.0f}"
            cpu = (f"{one['cpu']:.0f}", f"{one['planning_cpu']:.0f}")
            size = f"{one['peak_mb']:.0f}"
            table.add(
                vendor, f"{one['cases']:,}", f"{one['entries']:,}", f"{one['seconds']:.0f}", rate, *cpu, size, aim
            )
    same = "the same root on both" if len(set(roots)) == 1 else "DIFFERENT roots"
    table.notes.append(f"{same}: {roots[0]}")
    yield table
    yield slope_table(years, scale)


def slope_table(years: int, scale: float) -> Table:
    """Year after year in one ledger on SQLite: what each takes, against the first."""
    table = Table(f"{years} years, one after the other, in one ledger, at scale {scale:g}; SQLite", SLOPE)
    with tempfile.TemporaryDirectory(prefix="luoshi-bench-") as name:
        before, first = 0, 0.0
        for n, one in enumerate(on("sqlite", Path(name), scale, years), 1):
            each = one["cpu"] / one["written"] * 1e6
            first = first or each
            cells = (f"{before:,}", f"{one['written']:,}", f"{one['seconds']:.1f}", f"{one['cpu']:.1f}")
            table.add(str(n), *cells, f"{each:.0f}", f"× {each / first:.2f}")
            before = one["entries"]
    return table


def on(vendor: str, folder: Path, scale: float, years: int) -> list[dict[str, Any]]:
    """The reports of ``years`` years at ``scale`` on a new store."""
    if vendor == "sqlite":
        return _worker(f"sqlite:///{folder}/replay-{scale}-{years}.sqlite3", folder, scale, years)
    with Server() as server:
        return _worker(server.create("replay"), folder, scale, years)


def _worker(url: str, folder: Path, scale: float, years: int) -> list[dict[str, Any]]:
    environ = {**os.environ, "DATABASE_URL": url, "LUOSHI_HOME": str(folder), "LUOSHI_SECRET_KEY": "b" * 50}
    command = [sys.executable, "-m", "bench.replay_worker", str(scale), str(years)]
    done = subprocess.run(command, cwd=ROOT, env=environ, stdout=subprocess.PIPE, check=True)
    reports: list[dict[str, Any]] = json.loads(done.stdout)
    return reports
