"""The one way in which casework writes: a short transaction of plain SQL, the same text for both stores.

SQL is written with ``%s``. Through the raw connection and not the ORM, which is some four times slower here.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from functools import cache
from typing import Any, Final

import psycopg
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connection, connections

from luoshi.casework.errors import CaseworkError

SEAL_LOCK: Final = 0x6C756F73
"""The advisory lock on PostgreSQL that every act shares and the sealer takes alone, for as long as it looks how far the
log reaches: so no entry with a lower id appears after a seal."""
COPY_FROM: Final = 8
"""Rows from which on COPY is faster than INSERT."""

FULL: Final = frozenset({"53100"})
"""PostgreSQL's disk_full."""
READ_ONLY: Final = frozenset({"25006"})
"""PostgreSQL's read_only_sql_transaction: a server that has just become, or is still, the standby of another."""
LOST: Final = frozenset({"57P01", "57P02", "57P03", "08006", "08003", "08000"})
"""PostgreSQL's admin_shutdown, crash_shutdown, cannot_connect_now, and failures of the connection."""

ASKED_FOR: Final = 1 << 30
"""Prepare on the server what is asked for. Django's None would prepare nothing, a small number ORM statements, too."""

Rows = Sequence[Sequence[Any]]


class Tx:
    """A write transaction. Made by :func:`writing`.

    ``small``: few rows are written, so that on PostgreSQL statements whose results nobody waits for go to the server
    in one message with what follows them.
    """

    def __init__(self, own: Any, *, small: bool) -> None:
        self.sqlite = own.vendor == "sqlite"
        self.small = small
        self.raw: Any = own.connection
        self.cursor: Any
        if self.sqlite:
            self.cursor = self.raw.cursor()
        else:
            self.raw.prepare_threshold = ASKED_FOR
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
        if not self.sqlite and not self.small and len(rows) >= COPY_FROM:
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
        elif self.small:  # executemany would wait for the server
            for row in rows:
                self.cursor.execute(sql, row, prepare=True)
        else:
            self.cursor.executemany(sql, rows)


@cache
def _qmark(sql: str) -> str:
    return sql.replace("%s", "?")


@contextmanager
def writing(*, small: bool = False) -> Iterator[Tx]:
    """A durable transaction: on disk when it ends without an exception, undone whole if with one.

    ``small`` as in :class:`Tx`. Raises CaseworkError ``store_full`` or ``store_busy`` for what the store could not do;
    nothing of the transaction is there then. With ``store_lost`` the answer to the commit itself may be what was lost:
    all of the transaction is there or nothing; who asks again tells what he had seen. The next one begins on a new
    connection.
    """
    with _telling(), _transaction(connections[DEFAULT_DB_ALIAS], small=small) as tx:
        yield tx


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


@contextmanager
def _transaction(own: Any, *, small: bool) -> Iterator[Tx]:
    """What ``transaction.atomic(durable=True)`` does on Django's connection ``own``, in a third of its time."""
    if own.in_atomic_block:
        raise RuntimeError("a durable transaction cannot be a part of another one")
    own.close_if_health_check_failed()
    own.ensure_connection()
    tx = Tx(own, small=small)
    # For whatever else is done on the connection meanwhile by way of Django: it is no transaction of its own.
    own.in_atomic_block, own.commit_on_exit, own.needs_rollback = True, True, False
    try:
        with nullcontext() if tx.sqlite or not small else tx.raw.pipeline():
            tx.cursor.execute("BEGIN IMMEDIATE" if tx.sqlite else "BEGIN")
            yield tx
            tx.cursor.execute("COMMIT")
    except BaseException:
        _undo(own, tx)
        raise
    finally:
        own.in_atomic_block = False
        if own.closed_in_transaction:
            own.connection = None
    own.run_and_clear_commit_hooks()


def _undo(own: Any, tx: Tx) -> None:
    """Roll back; a connection that cannot is dropped, and the store does it."""
    own.run_on_commit = []
    try:
        tx.raw.rollback()
    except (sqlite3.Error, psycopg.Error):
        own.in_atomic_block = False
        own.close()


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
    if state in READ_ONLY:
        return CaseworkError("store_busy", reason=text)
    # What the server itself tells has a state; without one the connection broke, whatever its object still believes.
    broken = isinstance(cause, psycopg.OperationalError | psycopg.InterfaceError) and state is None
    if broken or connection.connection is None or connection.connection.closed or state in LOST:
        connection.close()
        return CaseworkError("store_lost", reason=text)
    return error
