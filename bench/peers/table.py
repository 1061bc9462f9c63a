"""Peers next to Luoshi on one labelled report: quality and speed."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from bench import environment
from bench.gold import Labelled
from bench.peers.run import Answer, ask
from bench.peers.score import score
from bench.quality import as_rows, reading_of
from bench.speed import best, source
from bench.table import Table
from luoshi.reading.reader import read

# Name, tool, whether it needs the other environment.
PEERS = (
    ("regex: number + 40 common units", "regex-common", False),
    ("regex: number + units of report-2020", "regex-tuned", False),
    ("regex: number + 1–2 characters", "regex-any", False),
    ("Recognizers-Text: with units", "recognizers-units", True),
    ("Recognizers-Text: and plain numbers", "recognizers-all", True),
    ("jionlp: money", "jionlp-money", True),
    ("jiojio (of jionlp): tags m, q", "jiojio-tags", True),
    ("rjieba: tags m, q", "rjieba-tags", True),
)
_COLUMNS = (
    "what",
    "found F1",
    "value F1",
    "value+unit F1",
    "as labelled F1",
    "found",
    "of",
    "too many",
    "characters/s",
    "time, Luoshi's = 1",
)


def peers_table(report: Labelled, problems: Sequence[str] = ()) -> Table:
    """Ask every peer for the quantities of ``report``. ``problems`` of installing them are noted below."""
    title = f"Quantities next to other tools: {report.name} ({report.kind}; {len(report.text):,} characters)"
    table = Table(title, _COLUMNS)
    own = _luoshi(report)
    _add(table, "Luoshi (with all else it reads)", own, report, own.seconds)
    for name, tool, other in PEERS:
        python = environment.python() if other else Path(sys.executable)
        answer = ask(tool, report.text, python)
        if answer.why:
            table.add(name, *(["–"] * (len(_COLUMNS) - 1)))
            table.notes.append(f"{name}: {answer.why}{_hint(tool)}")
        else:
            _add(table, name, answer, report, own.seconds)
    table.notes += [f"not installed: {problem}" for problem in problems]
    return table


def _hint(tool: str) -> str:
    return " (--with-jionlp installs it; jiojio is under the GPL)" if tool.startswith("jio") else ""


def _luoshi(report: Labelled) -> Answer:
    """Luoshi's own quantities in the peers' form; its seconds are those of the whole grammar."""
    mentions = [
        {**row, "units": [row["unit"]]} for row in as_rows(reading_of(report))["quantities"] if row["tier"] == "core"
    ]
    return Answer(mentions, best(lambda: read(source(report.text)), 5))


def _add(table: Table, name: str, answer: Answer, report: Labelled, own: float) -> None:
    result = score(answer.mentions, report.quantities, report.text)
    f1 = (result.f1(result.found), result.f1(result.valued), result.f1(result.whole), result.f1(result.exact))
    rate = f"{len(report.text) / answer.seconds:,.0f}" if answer.seconds else "–"
    table.add(name, *f1, result.found, result.labelled, result.extra, rate, f"{answer.seconds / own:.2f}")
