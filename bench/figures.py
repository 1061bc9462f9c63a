"""Figures over ten years: all of a year computed anew, a page from kept values, one more entry; DuckDB beside it."""

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

from bench import environment
from bench.figures_fill import Size
from bench.gold import ROOT
from bench.table import Table

ANEW_AIM, PAGE_AIM_MS = 5.0, 50
SECONDS = 600


def figures_tables(size: Size | None = None, problems: Sequence[str] = ()) -> Iterator[Table]:
    """What computing and keeping figures costs, by store; then the same questions in DuckDB. ``problems``: what was in
    the way of the tools to compare with."""
    size = size or Size()
    table = Table(
        f"Figures: ten years of synthetic relations, {size.days * size.per_day:,} cases",
        ("what", "store", "median", "worst", "aim"),
    )
    answers = {}
    for vendor in ("sqlite", "postgresql"):
        answer = _run(vendor, size)
        if isinstance(answer, str):
            table.notes.append(f"{vendor}: not measured: {answer}")
            continue
        answers[vendor] = answer
        _add(table, vendor, answer)
    if len(answers) == 2:
        same = answers["sqlite"]["told"] == answers["postgresql"]["told"]
        table.notes.append(f"both stores tell {'the same values' if same else 'DIFFERENT VALUES'}")
    yield table
    if answers:
        beside = _duckdb(next(iter(answers.values())))
        beside.notes += problems
        yield beside


def _add(table: Table, vendor: str, found: dict[str, Any]) -> None:
    counts = found["counts"]
    anew: Sequence[float] = found["anew"]
    table.add(
        f"all {len(found['told'])} figures of a year, nothing kept", vendor, f"{statistics.median(anew):.2f} s",
        f"{max(anew):.2f} s", f"< {ANEW_AIM:.0f} s {_told(max(anew) < ANEW_AIM)}",
    )  # fmt: skip
    page: Sequence[float] = found["page"]
    worst = max(page) * 1000
    table.add(
        "a figure's page: value and trend, all kept", vendor, f"{statistics.median(page) * 1000:.1f} ms",
        f"{worst:.1f} ms", f"< {PAGE_AIM_MS} ms {_told(worst < PAGE_AIM_MS)}",
    )  # fmt: skip
    table.add(
        f"all {found['all']} values of the year, quarters and months, kept",
        vendor,
        f"{found['kept']:.2f} s",
        None,
        None,
    )
    table.add(
        f"the same after one more entry: {found['again']} of them computed anew", vendor, f"{found['after']:.2f} s",
        None, None,
    )  # fmt: skip
    rows = ", ".join(f"{count:,} {name}" for name, count in counts.items())
    slowest = ", ".join(f"{name} {seconds:.2f} s" for name, seconds in found["slowest"])
    table.notes.append(f"{vendor}: {rows}, made in {found['made']:.0f} s; slowest: {slowest}")


def _told(reached: bool) -> str:
    return "reached" if reached else "not reached"


def _run(vendor: str, size: Size) -> Any:
    """What the program of its own found, or what was in the way."""
    with tempfile.TemporaryDirectory(prefix="luoshi-bench-") as name, _store(vendor, Path(name)) as url:
        env = {**os.environ, "DATABASE_URL": url, "LUOSHI_HOME": name, "LUOSHI_SECRET_KEY": "b" * 50}
        command = [sys.executable, "-m", "bench.figures_worker", str(size.days), str(size.per_day)]
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
        yield f"sqlite:///{folder}/years.sqlite3"
        return
    with Server() as server:
        yield server.create("years")


def _duckdb(found: dict[str, Any]) -> Table:
    """The same rows by the same SQL, and the same questions, in DuckDB: a column store without keys or transactions
    of cases."""
    table = Table("The same in DuckDB (a column store, for comparison)", ("what", "seconds", "note"))
    python = environment.python()
    if not python.exists():
        table.notes.append("not measured: there is no .venv-bench")
        return table
    asked = json.dumps({"fill": found["fill"], "asks": found["asks"]})
    done = subprocess.run(
        [str(python), str(ROOT / "bench" / "figures_duck.py")], input=asked, capture_output=True, text=True,
        check=False, timeout=SECONDS,
    )  # fmt: skip
    if done.returncode:
        table.notes.append(f"not measured: {(done.stderr.strip().splitlines() or ['no answer'])[-1]}")
        return table
    told = json.loads(done.stdout)
    if "missing" in told:
        table.notes.append("not measured: duckdb is not installed in .venv-bench")
        return table
    differ = [name for name, row in told["rows"].items() if row != found["rows"][name]]
    seconds = told["seconds"]
    table.add(
        f"all {len(told['rows'])} queries of a year", f"{statistics.median(seconds):.2f}", f"DuckDB {told['version']}"
    )
    table.notes.append(f"rows made in {told['made']:.0f} s; answers that differ: {', '.join(differ) or 'none'}")
    if told["failed"]:
        table.notes.append(f"not understood: {', '.join(told['failed'])}")
    return table
