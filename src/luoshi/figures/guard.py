"""Reading with somebody else's query: nothing but the relations, nothing but reading, and not for long."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from luoshi.figures.query import FUNCTIONS

SECONDS: Final = 10
"""What a query may take over a district's whole ledger."""
_EVERY: Final = 10_000
"""SQLite's steps between two looks at the clock."""


@dataclass(slots=True)
class Denied:
    """What a query reached for and may not: ``functions``, ``tables``, or anything ``else``."""

    functions: list[str] = field(default_factory=list)
    tables: list[str] = field(default_factory=list)
    other: bool = False


@contextmanager
def reading_only(raw: sqlite3.Connection, tables: Collection[str], *, steps: int | None = None) -> Iterator[Denied]:
    """Let ``raw`` read ``tables`` with plain functions and do nothing else, for SECONDS, or ``steps`` of SQLite's."""
    denied = Denied()
    allowed = {name.rpartition(".")[2] for name in tables}
    # A query within the query is read by a name of its own, which has to be told from a table's.
    real = {str(row[0]) for row in raw.execute("SELECT name FROM sqlite_master")}

    def authorise(action: int, first: str | None, second: str | None, *_: object) -> int:
        if action == sqlite3.SQLITE_SELECT:
            return sqlite3.SQLITE_OK
        if action == sqlite3.SQLITE_READ:
            if first in allowed or not (second or first in real or str(first).startswith("sqlite_")):
                return sqlite3.SQLITE_OK
            denied.tables.append(str(first))
        elif action == sqlite3.SQLITE_FUNCTION:
            if str(second).lower() in FUNCTIONS:
                return sqlite3.SQLITE_OK
            denied.functions.append(str(second))
        else:
            denied.other = True
        return sqlite3.SQLITE_DENY

    end = time.monotonic() + SECONDS
    spent = 0

    def is_over() -> bool:
        nonlocal spent
        spent += every
        return spent > steps if steps is not None else time.monotonic() > end

    every = _EVERY if steps is None else 1000
    raw.set_authorizer(authorise)
    raw.set_progress_handler(is_over, every)
    try:
        yield denied
    finally:
        raw.set_progress_handler(None, 0)
        raw.set_authorizer(None)
