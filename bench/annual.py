"""A year's report held against its ledger: ``luoshi verify REPORT DIR``, stage by stage, from a cold start each time.

The ledger is synthetic (``bench.annual_log``): some million entries of service cases, seven a case, with measures. The
report states every figure of the year that the packs have. Each stage runs in a process of its own.
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from bench.annual_log import DISTRICT, YEAR, signer, write_export
from bench.gold import ROOT
from bench.table import Table

CASES = 145_000
ROUNDS = 3
AIM = 30
TITLE = "年度报告"
COLUMNS = ("what", "s", "least", "most", "CPU s", "memory MB", "aim")
STAGES = {
    "export": "luoshi verify DIR: the export alone",
    "relations": "the export verified, its relations made",
    "report": "luoshi verify REPORT DIR: every figure computed again",
}


def annual_tables(cases: int = CASES, rounds: int = ROUNDS) -> Iterator[Table]:
    """What checking a report takes."""
    with tempfile.TemporaryDirectory(prefix="luoshi-bench-") as name:
        folder = Path(name)
        entries = write_export(folder / "ledger", cases)
        numbers = _run("write", folder)["numbers"]
        table = Table(f"A year's report against its ledger: {entries:,} entries, {numbers:.0f} tagged numbers", COLUMNS)
        for stage, what in STAGES.items():
            done = [_run(stage, folder) for _ in range(rounds)]
            seconds = [one["seconds"] for one in done]
            median = statistics.median(seconds)
            aim = f"<{AIM} {'reached' if median < AIM else 'not reached'}" if stage == "report" else "–"
            cpu = statistics.median(one["cpu"] for one in done)
            memory = max(one["memory"] for one in done)
            table.add(
                what, f"{median:.1f}", f"{min(seconds):.1f}", f"{max(seconds):.1f}", f"{cpu:.1f}", f"{memory:.0f}", aim
            )
        table.notes.append("CPU: of all processes; memory: of the largest of them.")
        yield table


def _run(stage: str, folder: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "bench.annual", stage, str(folder)]
    environ = {**os.environ, "LUOSHI_PACKS": str(ROOT / "packs")}
    start = time.perf_counter()
    done = subprocess.run(command, cwd=ROOT, env=environ, check=True, capture_output=True)
    found: dict[str, float] = json.loads(done.stdout)
    return {**found, "seconds": time.perf_counter() - start}


def main() -> None:
    """``STAGE FOLDER``: do one stage, and print what it took as JSON."""
    stage, folder = sys.argv[1], Path(sys.argv[2])
    found = {"write": _write, "export": _export, "relations": _relations, "report": _report}[stage](folder)
    own, others = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    found["cpu"] = own.ru_utime + own.ru_stime + others.ru_utime + others.ru_stime
    found["memory"] = max(own.ru_maxrss, others.ru_maxrss) / 1024
    print(json.dumps(found))


def _write(folder: Path) -> dict[str, float]:
    """A report that states every figure of the year, each in a paragraph of its own."""
    from luoshi.figures.definitions import load_all  # noqa: PLC0415 - what a stage does not need it does not load
    from luoshi.figures.evaluating import evaluate_opened  # noqa: PLC0415
    from luoshi.figures.exported import open_export  # noqa: PLC0415
    from luoshi.writing.annual.model import Annual, Heading, Number, Paragraph, Text  # noqa: PLC0415
    from luoshi.writing.annual.page import page  # noqa: PLC0415
    from luoshi.writing.annual.shown import NO_VALUE, digits, shape  # noqa: PLC0415

    opened = open_export(folder / "ledger", [signer().verifier])
    chosen = [one for one in load_all().values() if "year" in one.periods]
    figures = evaluate_opened(opened, DISTRICT, chosen, f"{YEAR}")
    blocks: list[Heading | Paragraph] = [Heading(1, (Text(TITLE),))]
    for place, one in enumerate(figures, 1):
        key = (one.id, one.period)
        if one.value is None:
            number = Number(f"n{place}", key, "", None, 0, 0, "", NO_VALUE["zh"][one.reason or "no_cases"], (place, 1))
        else:
            told = shape(one.unit, one.definition.precision, "zh", asked=None, places=None)
            assert told is not None
            text, value, places = digits(one, told)
            number = Number(f"n{place}", key, text, value, told.scale, places, told.unit, "", (place, 1))
        blocks.append(Paragraph((Text(f"{one.names[0]} "), number)))
    report = Annual(
        title=TITLE, lang="zh", district=DISTRICT, district_name=("云溪区", "Yunxi"), period=f"{YEAR}",
        made_on=date(YEAR + 1, 1, 4), blocks=tuple(blocks), figures={(one.id, one.period): one for one in figures},
        claims=(), size=opened.size, root=opened.root, origin=opened.origin, template="bench",
    )  # fmt: skip
    (folder / "report.html").write_bytes(page(report))
    return {"numbers": 2.0 * len(figures)}


def _export(folder: Path) -> dict[str, float]:
    _command("verify", str(folder / "ledger"), "--key", signer().verifier.vkey)
    return {}


def _relations(folder: Path) -> dict[str, float]:
    from luoshi.figures.exported import open_export  # noqa: PLC0415

    open_export(folder / "ledger", [signer().verifier])
    return {}


def _report(folder: Path) -> dict[str, float]:
    _command("verify", str(folder / "report.html"), str(folder / "ledger"), "--key", signer().verifier.vkey)
    return {}


def _command(*arguments: str) -> None:
    done = subprocess.run([sys.executable, "-m", "luoshi", *arguments], check=False, capture_output=True, text=True)
    if done.returncode:
        raise AssertionError(done.stdout[:500] + done.stderr[:500])


if __name__ == "__main__":
    main()
