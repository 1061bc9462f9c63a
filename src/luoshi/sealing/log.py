"""Reading the log: its head, its tiles, its entries, and proofs from them.

Places in the log count from 0; what lies below the head's size never changes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import psycopg
from django.db import connection

from luoshi.ledger.proof import consistency_proof, inclusion_proof
from luoshi.ledger.tiles import WIDTH, Tile, tile_reader
from luoshi.ledger.tlog import HASH_BYTES, Hash, ReadHashes
from luoshi.sealing.errors import SealingError

PAGE: Final = 2048
"""Entries that are read at once."""


@dataclass(frozen=True, slots=True)
class Head:
    """The last checkpoint: the log's size and root, and the signed note that says so."""

    size: int
    root: Hash
    note: bytes


@dataclass(frozen=True, slots=True)
class Inclusion:
    """That an entry stands at ``index`` of the log with ``head``: the proof of RFC 6962 §2.1.1."""

    index: int
    proof: list[Hash]
    head: Head


class Reader:
    """The store outside a transaction: single statements, past the ORM, written with ``%s``."""

    def __init__(self) -> None:
        connection.ensure_connection()
        self.sqlite = connection.vendor == "sqlite"
        raw: Any = connection.connection
        self._cursor: Any = raw.cursor() if self.sqlite else psycopg.Cursor(raw)

    def all(self, sql: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """The rows of one statement."""
        found: list[tuple[Any, ...]] = self._execute(sql, params).fetchall()
        return found

    def run(self, sql: str) -> None:
        """Run one statement that gives no rows."""
        self._execute(sql, ())

    def _execute(self, sql: str, params: Sequence[Any]) -> Any:
        if self.sqlite:
            return self._cursor.execute(sql.replace("%s", "?"), params)
        return self._cursor.execute(sql, params)


def reader() -> Reader:
    """The store to read from, outside a transaction."""
    return Reader()


def head() -> Head | None:
    """The last checkpoint; None if nothing was ever sealed."""
    rows = reader().all("SELECT size, root, note FROM sealing_checkpoint ORDER BY size DESC LIMIT 1")
    return Head(rows[0][0], bytes(rows[0][1]), bytes(rows[0][2])) if rows else None


def tile_hashes(tile: Tile) -> bytes | None:
    """The hashes of ``tile``, of which more may be there by now; None if there are fewer."""
    sql = "SELECT hashes FROM sealing_tile WHERE level = %s AND n = %s"
    rows = reader().all(sql, (tile.level, tile.n))
    data = bytes(rows[0][0]) if rows else b""
    wanted = tile.width * HASH_BYTES
    return data[:wanted] if len(data) >= wanted else None


def hashes_of(size: int) -> ReadHashes:
    """Reads the hashes of the log as it was with ``size`` entries, for proofs."""

    def read_tile(tile: Tile) -> bytes:
        return tile_hashes(tile) or b""

    return tile_reader(size, read_tile)


def id_at(seq: int) -> int:
    """The id of the entry at the place ``seq``, which is below the head's size."""
    sql = "SELECT first_seq, first_id FROM sealing_run WHERE first_seq <= %s ORDER BY first_seq DESC LIMIT 1"
    first_seq, first_id = reader().all(sql, (seq,))[0]
    return int(first_id + seq - first_seq)


def seq_of(entry_id: int) -> int | None:
    """The place of the entry with this id; None if it is not sealed."""
    sql = "SELECT first_seq, first_id, count FROM sealing_run WHERE first_id <= %s ORDER BY first_id DESC LIMIT 1"
    rows = reader().all(sql, (entry_id,))
    if not rows or entry_id - rows[0][1] >= rows[0][2]:
        return None
    return int(rows[0][0] + entry_id - rows[0][1])


def bundle(tile: Tile) -> list[bytes] | None:
    """The entries of a tile of level 0; None if not so many are sealed. Raises SealingError ``entries_gone``."""
    if tile_hashes(tile) is None:
        return None
    start = tile.n * WIDTH
    # Ids between two that are sealed are sealed, or there are none.
    sql = "SELECT data FROM casework_entry WHERE id BETWEEN %s AND %s ORDER BY id"
    rows = reader().all(sql, (id_at(start), id_at(start + tile.width - 1)))
    if len(rows) != tile.width:
        raise SealingError("entries_gone", first=start, want=tile.width, got=len(rows))
    return [bytes(row[0]) for row in rows]


def entries(size: int) -> Iterator[bytes]:
    """The first ``size`` entries of the log, read page by page. Raises SealingError ``entries_gone``."""
    if size == 0:
        return
    sql = "SELECT id, data FROM casework_entry WHERE id > %s AND id <= %s ORDER BY id LIMIT %s"
    last, end, given = 0, id_at(size - 1), 0
    tx = reader()
    while last < end:
        rows = tx.all(sql, (last, end, PAGE))
        if not rows:
            break
        for _, data in rows:
            yield bytes(data)
        given += len(rows)
        last = rows[-1][0]
    if given != size:
        raise SealingError("entries_gone", first=0, want=size, got=given)


def prove(entry_id: int) -> Inclusion | None:
    """That the entry with this id stands in the log; None if it is not sealed yet."""
    last, seq = head(), seq_of(entry_id)
    if last is None or seq is None or seq >= last.size:
        return None
    return Inclusion(seq, inclusion_proof(seq, last.size, hashes_of(last.size)), last)


def prove_continued(old: int, size: int) -> list[Hash]:
    """That the log of ``size`` entries begins with the log of ``old``: the proof of RFC 6962 §2.1.2."""
    return consistency_proof(old, size, hashes_of(size))
