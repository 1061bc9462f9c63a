"""``.venv-bench`` and ``.venv-bench-engines``: the tools that we compare with, apart from Luoshi's own environment.

Made from locks with hashes.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from bench.gold import ROOT

FOLDER = ROOT / ".venv-bench"
LOCK = ROOT / "requirements" / "bench.txt"
# jionlp asks for jiojio, which is under the GPL: only who asks for it gets it.
OPTIONAL = ROOT / "requirements" / "bench-optional.txt"
# Workflow engines under the LGPL and the AGPL: an environment of their own, and again only for who asks for it.
ENGINES_FOLDER = ROOT / ".venv-bench-engines"
ENGINES = ROOT / "requirements" / "bench-engines.txt"
_PIP_SECONDS = 300


def python(folder: Path = FOLDER) -> Path:
    """The environment's interpreter, whether it is there or not."""
    return folder / "bin" / "python"


def ensure(*, optional: bool = False) -> list[str]:
    """Make the environment where it is missing or older than its locks. Returns a line for each lock that failed.

    ``optional`` installs jionlp, too. Quick when nothing changed. A lock that failed is tried again the next time.
    """
    return _made(FOLDER, (LOCK, OPTIONAL) if optional else (LOCK,))


def ensure_engines() -> list[str]:
    """The same for ``.venv-bench-engines``."""
    return _made(ENGINES_FOLDER, (ENGINES,))


def _made(folder: Path, locks: Sequence[Path]) -> list[str]:
    problems: list[str] = []
    stamps = {lock: folder / f".{lock.stem}-stamp" for lock in locks}
    due = [lock for lock in locks if not _fresh(folder, lock, stamps[lock])]
    if due and not python(folder).exists():
        print(f"Making {folder.name} for the tools to compare with ...", file=sys.stderr, flush=True)
        failed = _run([sys.executable, "-m", "venv", "--clear", str(folder)])
        if failed:
            return [f"{folder.name}: {failed}"]
        (folder / ".gitignore").write_text("*\n", encoding="utf-8")
    for lock in due:
        failed = _run([str(python(folder)), "-m", "pip", *_PIP, "--require-hashes", "--no-deps", "-r", str(lock)])
        if failed:
            problems.append(f"{lock.name}: {failed}")
        else:
            stamps[lock].write_text(_digest(lock), encoding="utf-8")
    return problems


_PIP = ("--disable-pip-version-check", "--quiet", "install")


def _fresh(folder: Path, lock: Path, stamp: Path) -> bool:
    return python(folder).exists() and stamp.exists() and stamp.read_text(encoding="utf-8") == _digest(lock)


def _digest(lock: Path) -> str:
    return hashlib.sha256(lock.read_bytes()).hexdigest()


def _run(command: list[str]) -> str:
    """Run a command; the last line of what it complained of, or nothing if it went well."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=_PIP_SECONDS)
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    lines = [line for line in done.stderr.splitlines() if line.strip()] or [f"exit code {done.returncode}"]
    errors = [line for line in lines if line.startswith("ERROR")]
    return (errors or lines)[-1] if done.returncode else ""
