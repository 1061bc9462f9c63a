"""Due dates of many limits next to ``numpy.busday_offset`` over the same holidays, in the same run."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
from collections.abc import Sequence
from typing import Any

from bench import environment
from bench.gold import ROOT
from bench.table import Table

SIZE = 200_000
ROUNDS = 7
AIM = 10
_ROWS = (
    ("Luoshi, array in, array out", "arrays", ("numpy_usual", "numpy_right")),
    ("Luoshi, list in, list out", "lists", ("numpy_usual", "numpy_right")),
    ("numpy, Monday to Friday and the holidays", "numpy_usual", ()),
    ("numpy, every day off listed", "numpy_right", ()),
    ("Luoshi, lines of text in, dates as text out", "lines", ("numpy_text",)),
    ("numpy, the same text, every day off listed", "numpy_text", ()),
)
_NAMES = {"numpy_usual": "Mon–Fri", "numpy_right": "every day off", "numpy_text": "text"}


def due_table(problems: Sequence[str] = (), size: int = SIZE, rounds: int = ROUNDS) -> Table:
    """Nanoseconds a limit of each way, and how many of its answers are wrong."""
    table = Table(
        f"Due dates: {size:,} limits of 1 to 60 working days from any day, medians of {rounds} turns",
        ("what", "ns a limit", "wrong", "Luoshi is, numpy = 1", "aim"),
    )
    answer = _run(size, rounds)
    if isinstance(answer, str):
        table.notes += [f"not measured: {answer}", *(f"not installed: {problem}" for problem in problems)]
        return table
    seconds: dict[str, list[float]] = answer["seconds"]
    for name, way, against in _ROWS:
        nanoseconds = statistics.median(seconds[way]) / size * 1e9
        times = {
            one: statistics.median(its / own for own, its in zip(seconds[way], seconds[one], strict=True))
            for one in against
        }
        told = ", ".join(f"{_NAMES[one]}: × {ratio:.1f}" for one, ratio in times.items()) or None
        reached = f"≥ {AIM} {'reached' if times and min(times.values()) >= AIM else 'not reached'}" if times else None
        table.add(name, f"{nanoseconds:,.0f}", f"{answer['others'][way] / size:.1%}", told, reached)
    table.notes.append(
        f"numpy {answer['numpy']}. It knows no make-up workdays: with a week of Monday to Friday answers are wrong; "
        "they are right if every day off is listed as a holiday of a week of seven working days"
    )
    return table


def _run(size: int, rounds: int) -> Any:
    command = [str(environment.python()), "-m", "bench.peers.due_numpy", str(size), str(rounds)]
    env = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}", "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False, timeout=120)
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    if done.returncode:
        return done.stderr.strip().splitlines()[-1]
    return json.loads(done.stdout)
