"""The public relations of an export: an SQLite database made of its entries, in memory or a file. No store needed."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from luoshi.figures.errors import FigureError
from luoshi.figures.gathering import verify_into
from luoshi.ledger.note import Verifier
from luoshi.ledger.tiles import WIDTH

MEMORY: Final = ":memory:"


@dataclass(frozen=True, slots=True)
class Opened:
    """The relations of an export that was verified: the database, the log's size, root and name."""

    raw: sqlite3.Connection
    size: int
    root: str
    districts: tuple[str, ...]
    origin: str = ""


def open_export(folder: Path, keys: Sequence[Verifier] = (), *, to: str = MEMORY, processes: int = 0) -> Opened:
    """Verify the export in ``folder`` with ``keys`` (without any: with its own), and make its relations in ``to``, by
    ``processes`` (0: as many as there are cores) if it is large.

    Raises FigureError ``export_wrong`` with the ``fault`` that the verifier found; OSError if a file cannot be read.
    """
    processes = processes or _cores()
    names = [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()]
    raw = sqlite3.connect(to)
    # An own file that is made again from nothing if the machine stops needs no journal.
    raw.execute("PRAGMA journal_mode = OFF")
    raw.execute("PRAGMA synchronous = OFF")
    report = verify_into(raw, folder, names, keys, processes=processes, size=_rough_size(names))
    if report.fault is not None:
        raw.close()
        raise FigureError("export_wrong", name=str(folder), fault=report.fault)
    districts = [str(row[0]) for row in raw.execute("SELECT DISTINCT district FROM cases ORDER BY district")]
    return Opened(raw, report.size, report.root, tuple(districts), report.origin)


def _cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _rough_size(names: Sequence[str]) -> int:
    """About how many entries there are, by the names of files; it decides nothing but how many processes."""
    return WIDTH * sum(name.startswith("tile/entries/") for name in names)
