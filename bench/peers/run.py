"""Run a peer as a program of its own, so that one that fails takes nothing with it."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.gold import ROOT, Row

_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Answer:
    """What a peer found in how many seconds of processor time; or, in ``why``, what was in the way."""

    mentions: Sequence[Row] = ()
    seconds: float = 0.0
    why: str = ""


def ask(tool: str, text: str, python: Path, runs: int = 3) -> Answer:
    """Ask ``tool`` for the quantities of ``text``, under the interpreter ``python``."""
    request = json.dumps({"tool": tool, "text": text, "runs": runs})
    try:
        done = subprocess.run(
            [str(python), "-m", "bench.peers.worker"],
            cwd=ROOT,
            env={**os.environ, "PYTHONIOENCODING": "utf-8", "PYTHONDONTWRITEBYTECODE": "1"},
            input=request,
            capture_output=True,
            encoding="utf-8",
            check=False,
            timeout=_SECONDS,
        )
    except subprocess.TimeoutExpired:
        return Answer(why=f"no answer in {_SECONDS} s")
    except OSError as error:
        return Answer(why=f"not installed: {error.strerror}: {python}")
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if line.strip()]
        last = lines[-1] if lines else f"exit code {done.returncode}"
        missing = last.startswith(("ModuleNotFoundError", "ImportError"))
        return Answer(why=f"{'not installed' if missing else 'failed'}: {last}")
    answer = json.loads(done.stdout)
    return Answer(answer["mentions"], answer["seconds"])
