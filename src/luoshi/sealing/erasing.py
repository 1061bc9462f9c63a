"""Erasing a person's data 删除个人信息: plaintexts and salts go, the ledger stays as it is and verifies as before.

What entries commit to personally (``Plaintext.personal``), the case's title and its party go, in one transaction. The
commitments in the entries can then be opened by nobody: without its salt a commitment says nothing. Afterwards the
store's files are cleared of what the rows held before (:func:`clear`); copies that were made of them, backups and a
server's replicas, are for their owner to let expire.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection

from luoshi.casework import pending, search
from luoshi.casework.sql import Tx, writing
from luoshi.sealing import log
from luoshi.sealing.errors import SealingError

MANY: Final = 500
"""Ids in one statement; SQLite allows some thousands of parameters at least."""


@dataclass(frozen=True, slots=True)
class Found:
    """A case with what is personal in it: the numbers of its entries with such plaintexts, and whether its row has a
    title or a party."""

    case: str
    entries: tuple[int, ...]
    row: bool


@dataclass(frozen=True, slots=True)
class Erasure:
    """What was, or with a dry run would be, erased. ``cleared``: the store's own files were cleared of it, too."""

    found: tuple[Found, ...]
    done: bool
    cleared: bool = False

    @property
    def cases(self) -> int:
        """How many cases something goes from."""
        return len(self.found)

    @property
    def entries(self) -> int:
        """How many entries a plaintext goes from."""
        return sum(len(item.entries) for item in self.found)


def erase(
    district: str,
    *,
    party: str | None = None,
    case: str | None = None,
    by: str,
    dry_run: bool = False,
    compact: bool = True,
) -> Erasure:
    """Erase what is personal in all cases of the party ``party``, or in ``case``. Doing it again finds nothing more.

    ``by`` is who does it, for the log of erasures. With ``dry_run`` nothing is changed, only told. ``compact`` is
    handed to :func:`clear`. Raises SealingError ``erase_whom`` unless one of ``party`` and ``case`` is given,
    ``erase_no_case``; CaseworkError for what the store could not do.
    """
    if (not party) == (not case):
        raise SealingError("erase_whom")
    column, value = ("party", party) if party else ("case", case)
    if dry_run:
        return Erasure(tuple(_find(log.reader(), district, column, str(value))[0]), done=False)
    _overwrite_what_is_deleted()
    with writing() as tx:
        found, ids = _find(tx, district, column, str(value))
        for part in _parts(ids) or [[]]:
            pending.forget(tx, district, part, party, int(time.time()))
        if found:
            _erase(tx, district, ids)
            row = (int(time.time()), district, by, len(found), sum(len(item.entries) for item in found))
            tx.insert("sealing_erasure_log", ("erased_at", "district", "erased_by", "cases", "entries"), [row])
    return Erasure(tuple(found), done=True, cleared=clear(compact=compact))


def _find(tx: Tx | log.Reader, district: str, column: str, value: str) -> tuple[list[Found], list[int]]:
    """The cases that hold something personal, and all their ids; their rows are locked on PostgreSQL."""
    lock = " FOR UPDATE" if connection.in_atomic_block and not tx.sqlite else ""
    sql = f'SELECT id, "case", title, party FROM casework_case WHERE district = %s AND "{column}" = %s ORDER BY id'
    rows = tx.all(sql + lock, (district, value))
    if not rows and column == "case":
        raise SealingError("erase_no_case", case=value)
    held: dict[int, list[int]] = {row[0]: [] for row in rows}
    for part in _parts(list(held)):
        marks = ", ".join(["%s"] * len(part))
        sql = (
            f"SELECT case_id, n FROM casework_plaintext WHERE district = %s AND case_id IN ({marks}) "
            "AND personal IS NOT NULL ORDER BY case_id, n"
        )
        for case_id, n in tx.all(sql, (district, *part)):
            held[case_id].append(n)
    found = [
        Found(case, tuple(held[id_]), title is not None or party is not None)
        for id_, case, title, party in rows
        if held[id_] or title is not None or party is not None
    ]
    return found, list(held)


def _erase(tx: Tx, district: str, ids: Sequence[int]) -> None:
    for part in _parts(ids):
        marks = ", ".join(["%s"] * len(part))
        tx.run(
            f"UPDATE casework_plaintext SET personal = NULL WHERE district = %s AND case_id IN ({marks}) "
            "AND personal IS NOT NULL",
            (district, *part),
        )
        search.drop(tx, district, part)
        tx.run(
            f"UPDATE casework_case SET title = NULL, party = NULL WHERE district = %s AND id IN ({marks})",
            (district, *part),
        )


def _parts(ids: Sequence[int]) -> list[Sequence[int]]:
    return [ids[start : start + MANY] for start in range(0, len(ids), MANY)]


def _overwrite_what_is_deleted() -> None:
    """Let SQLite write zeros over what this connection frees from now on."""
    tx = log.reader()
    if tx.sqlite:
        tx.all("PRAGMA secure_delete = ON")


def clear(*, compact: bool = True) -> bool:
    """Clear the store's own files of what erased rows held before; whether that was done to the end.

    SQLite: with ``compact`` the whole file is written anew, since old pages may hold earlier copies of a row; the
    write-ahead log is written back and emptied. A reader in the way leaves it undone. PostgreSQL: ``VACUUM`` frees the
    old versions of the rows, unless a transaction that began before may still look at them. Their bytes stay in the
    page until something is written over them, and in the WAL until it is recycled; who cannot wait for that runs
    ``VACUUM FULL`` on the two tables, which locks them for the time.
    """
    tx = log.reader()
    return _clear_sqlite(tx, compact=compact) if tx.sqlite else _clear_postgresql(tx)


def _clear_sqlite(tx: log.Reader, *, compact: bool) -> bool:
    try:
        if compact:
            tx.run("VACUUM")
        busy: Any = tx.all("PRAGMA wal_checkpoint(TRUNCATE)")[0][0]
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            return False
        raise
    return not busy


def _clear_postgresql(tx: log.Reader) -> bool:
    held = tx.all(
        "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
        "AND backend_xmin IS NOT NULL AND xact_start < statement_timestamp())"
    )[0][0]
    tx.run("VACUUM casework_plaintext")
    tx.run("VACUUM casework_case")
    return not held
