"""Speed: characters a second of the grammar, how its cost grows, and how long ``luoshi read`` takes to start."""

from __future__ import annotations

import gc
import hashlib
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from bench.table import Table
from luoshi.reading.model import Source
from luoshi.reading.quantities import find_quantities
from luoshi.reading.reader import read

TIMES = 100
_AIM = 1_000_000
_START_AIM = 0.5
_SMALL = """云溪区政府工作报告

一、过去一年工作回顾
2024年，全区地区生产总值增长5.8%，完成固定资产投资43亿元，新建改建道路35公里。
二、2025年工作安排
今年经济社会发展的主要预期目标是：地区生产总值增长6%左右，城镇新增就业8000人以上。
全面推进乡村建设，加快建设农村公路120公里，确保12月底前完成。
"""


def best(work: Callable[[], object], runs: int) -> float:
    """Seconds of processor time that ``work`` takes: the least of ``runs``, since what else runs can only add to it."""
    times = []
    for _ in range(runs):
        gc.collect()
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


def source(text: str) -> Source:
    """``text`` as a source to read."""
    return Source(name="bench.txt", sha256=hashlib.sha256(text.encode()).hexdigest(), text=text)


def speed_table(text: str, name: str, runs: int = 7) -> Table:
    """Characters a second on ``text`` and on ``TIMES`` copies of it."""
    many = "\n\n".join([text] * TIMES)
    table = Table(
        f"Speed: {name} ({len(text):,} characters), processor time",
        ("what", "characters", "seconds", "characters/s", "aim"),
    )
    works: Sequence[tuple[str, Callable[[str], object], int]] = (
        ("the whole grammar", lambda t: read(source(t)), _AIM),
        ("quantities alone", lambda t: find_quantities(t, 0, len(t), promise=True), 0),
    )
    for what, work, aim in works:
        one = best(lambda work=work: work(text), runs)  # type: ignore[misc]
        hundred = best(lambda work=work: work(many), 2)  # type: ignore[misc]
        table.add(what, f"{len(text):,}", f"{one:.4f}", f"{len(text) / one:,.0f}", _reached(len(text) / one, aim))
        rate = len(many) / hundred
        table.add(f"{what}, {TIMES} copies", f"{len(many):,}", f"{hundred:.4f}", f"{rate:,.0f}", _reached(rate, aim))
        growth = hundred / one / (len(many) / len(text))
        table.notes.append(
            f"{what}: a character of {TIMES} copies costs {growth:.2f} times a character of one (1 is linear)"
        )
    return table


def _reached(rate: float, aim: int) -> str:
    return f"≥{aim:,} {'reached' if rate >= aim else 'not reached'}" if aim else "–"


def start_table(runs: int = 7) -> Table:
    """Wall time from the shell's view of ``luoshi read`` on a small text, next to an interpreter that does nothing."""
    table = Table(f"Start: wall time, median of {runs}", ("what", "seconds", "times the bound", "aim"))
    with tempfile.TemporaryDirectory() as folder:
        small = Path(folder) / "small.txt"
        small.write_text(_SMALL, encoding="utf-8")
        program = Path(sys.executable).with_name("luoshi")
        bound = _wall([sys.executable, "-c", "pass"], runs)
        table.add("python -c pass (the bound)", bound, 1.0, None)
        for name, more in (("luoshi read", []), ("luoshi read --format json", ["--format", "json"])):
            taken = _wall([str(program), "read", str(small), *more], runs)
            aim = f"<{_START_AIM} {'reached' if taken < _START_AIM else 'not reached'}"
            table.add(f"{name} ({len(_SMALL)} characters)", taken, taken / bound, aim)
    return table


def _wall(command: Sequence[str], runs: int) -> float:
    times = []
    for _ in range(runs + 1):
        start = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        times.append(time.perf_counter() - start)
    # The first run fills the caches of files and byte code.
    return statistics.median(times[1:])
