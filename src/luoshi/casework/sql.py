"""The one way in which casework writes: a short transaction of plain SQL, the same text for both stores.

SQL is written with ``%s``. Through the raw connection and not the ORM, which is some four times slower here.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any, Final

import psycopg
from django.db import DatabaseError, connection, transaction

from luoshi.casework.errors import CaseworkError

SEAL_LOCK: Final = 0x6C756F73
"""The advisory lock on PostgreSQL that every act shares and the sealer takes alone, for as long as it looks how far the
log reaches: so no entry with a lower id appears after a seal."""
COPY_FROM: Final = 8
"""Rows from which on COPY is faster than INSERT."""

FULL: Final = frozenset({"53100"})
"""PostgreSQL's disk_full."""
LOST: Final = frozenset({"57P01", "57P02", "57P03", "08006", "08003", "08000"})
"""PostgreSQL's admin_shutdown, crash_shutdown, cannot_connect_now, and failures of the connection."""

Rows = Sequence[Sequence[Any]]


class Tx:
    """A write transaction. Made by :func:`writing`."""

    def __init__(self) -> None:
        self.sqlite = connection.vendor == "sqlite"
        self.raw: Any = connection.connection
        self.cursor: Any
        if self.sqlite:
            self.cursor = self.raw.cursor()
        else:
            self.cursor = psycopg.Cursor(self.raw)

    def all(self, sql: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """The rows of one statement."""
        if self.sqlite:
            return self.cursor.execute(_qmark(sql), params).fetchall()  # type: ignore[no-any-return]
        return self.cursor.execute(sql, params, prepare=True).fetchall()  # type: ignore[no-any-return]

    def run(self, sql: str, params: Sequence[Any] = ()) -> int:
        """Run one statement; how many rows it touched."""
        if self.sqlite:
            return self.cursor.execute(_qmark(sql), params).rowcount  # type: ignore[no-any-return]
        return self.cursor.execute(sql, params, prepare=True).rowcount  # type: ignore[no-any-return]

    def insert(self, table: str, columns: Sequence[str], rows: Rows) -> None:
        """Insert ``rows``, in their order."""
        if not rows:
            return
        names = ", ".join(columns)
        if not self.sqlite and len(rows) >= COPY_FROM:
            with self.cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return
        sql = f"INSERT INTO {table} ({names}) VALUES ({', '.join(['%s'] * len(columns))})"
        if self.sqlite:
            self.cursor.executemany(_qmark(sql), rows)
        else:
            for row in rows:
                self.cursor.execute(sql, row, prepare=True)

    def each(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run one statement for each of ``rows``."""
        if self.sqlite:
            self.cursor.executemany(_qmark(sql), rows)
        else:
            self.cursor.executemany(sql, rows)

    @contextmanager
    def together(self, rows: int) -> Iterator[None]:
        """Statements whose results nobody waits for go to the server in one message, unless COPY takes ``rows``."""
        if self.sqlite or rows >= COPY_FROM:
            yield
        else:
            with self.raw.pipeline():
                yield


@cache
def _qmark(sql: str) -> str:
    return sql.replace("%s", "?")


@contextmanager
def writing() -> Iterator[Tx]:
    """A durable transaction: on disk when it ends without an exception, undone whole if with one.

    Raises CaseworkError ``store_full`` or ``store_busy`` for what the store could not do; nothing of the transaction is
    there then. With ``store_lost`` the answer to the commit itself may be what was lost: all of the transaction is
    there or nothing; who asks again tells what he had seen. The next one begins on a new connection.
    """
    with _telling(), transaction.atomic(durable=True):
        connection.ensure_connection()
        yield Tx()


@contextmanager
def reading() -> Iterator[None]:
    """What is read in it, by the ORM or by SQL, raises the same errors as :func:`writing`."""
    with _telling():
        yield


@contextmanager
def _telling() -> Iterator[None]:
    try:
        yield
    except (DatabaseError, sqlite3.Error, psycopg.Error) as error:
        told = _told(error)
        if told is error:
            raise
        raise told from error


def _told(error: Exception) -> Exception:
    """What the store could not do, for people; a fault of ours stays what it is."""
    text = " ".join(str(error).split())
    if isinstance(error, sqlite3.Error) or isinstance(error.__cause__, sqlite3.Error):
        cause = error if isinstance(error, sqlite3.Error) else error.__cause__
        code = getattr(cause, "sqlite_errorcode", 0) & 0xFF
        known = {
            sqlite3.SQLITE_FULL: "store_full",
            sqlite3.SQLITE_BUSY: "store_busy",
            sqlite3.SQLITE_IOERR: "store_lost",
        }
        return CaseworkError(known[code], reason=text) if code in known else error
    cause = error if isinstance(error, psycopg.Error) else error.__cause__
    state = getattr(cause, "sqlstate", None)
    if state in FULL:
        return CaseworkError("store_full", reason=text)
    # What the server itself tells has a state; without one the connection broke, whatever its object still believes.
    broken = isinstance(cause, psycopg.OperationalError | psycopg.InterfaceError) and state is None
    if broken or connection.connection is None or connection.connection.closed or state in LOST:
        connection.close()
        return CaseworkError("store_lost", reason=text)
    return error
