"""Sealing entries into the log, batch by batch: a batch and its signed checkpoint are durable together or not at all.

A log in which something was sealed is gone on with only if it is the one that was signed: the last checkpoint must bear
a signature of the log's keys, and the stored tiles must give its root. What is appended to such a tree is consistent
with it. Of what was sealed before, nothing else is read again.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import psycopg

from luoshi.casework.sql import SEAL_LOCK, Tx, reading, writing
from luoshi.ledger.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from luoshi.ledger.errors import LedgerError
from luoshi.ledger.tiles import WIDTH, Tile, TileBuilder
from luoshi.ledger.tlog import EMPTY_ROOT, HASH_BYTES, Hash
from luoshi.sealing import log
from luoshi.sealing.errors import SealingError
from luoshi.sealing.keys import Keys

BATCH: Final = 50_000
"""Entries in a transaction: some 200 tiles, half a second."""
SEALER_LOCK: Final = SEAL_LOCK + 1
"""The advisory lock on PostgreSQL of whoever writes to the log."""
WAIT_SECONDS: Final = 10

_TILE: Final = (
    "INSERT INTO sealing_tile (level, n, width, hashes) VALUES (%s, %s, %s, %s) "
    "ON CONFLICT (level, n) DO UPDATE SET width = excluded.width, hashes = excluded.hashes"
)
_UNSEALED: Final = "SELECT id, digest FROM casework_entry WHERE id > %s AND id <= %s ORDER BY id LIMIT %s"

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Sealed:
    """What a seal did: how many entries it sealed, and the log's head after it."""

    entries: int
    head: log.Head


@dataclass(slots=True)
class _Log:
    """The log as it was last found: its right edge, the last run of ids, the last note."""

    builder: TileBuilder
    run: tuple[int, int, int] | None
    note: bytes | None

    @property
    def last_id(self) -> int:
        return self.run[1] + self.run[2] - 1 if self.run else 0


@reading()
def seal(keys: Keys, *, batch: int = BATCH, progress: Progress | None = None) -> Sealed:
    """Seal all entries that there are, and give the log's head. The first seal of all makes an empty log's checkpoint.

    Two at once do no harm: each batch is sealed by one. ``progress`` is told how many entries were sealed, and of how
    many at most. Raises SealingError ``log_foreign`` (the last checkpoint is not by these keys), ``log_differs`` (the
    tiles do not give its root), ``digest_bad``, ``seal_busy``; CaseworkError for what the store could not do.
    """
    top = _reach()
    state = _find(keys)
    first, done = state.last_id, 0
    while True:
        rows = log.reader().all(_UNSEALED, (state.last_id, top, batch))
        if not rows and not _unsigned(state, keys):
            break
        before = state.builder.size
        if _append(state, rows, keys):
            done += state.builder.size - before
        else:
            state = _find(keys)
        if progress is not None:
            progress(done, top - first)
    last = log.head()
    assert last is not None
    return Sealed(done, last)


def _reach() -> int:
    """The highest id below which no entry can appear any more."""
    sql = "SELECT coalesce(max(id), 0) FROM casework_entry"
    reader = log.reader()
    if reader.sqlite:
        return int(reader.all(sql)[0][0])
    try:
        with writing() as tx:
            tx.run(f"SET LOCAL lock_timeout = '{WAIT_SECONDS}s'")
            tx.run("SELECT pg_advisory_xact_lock(%s)", (SEAL_LOCK,))
            return int(tx.all(sql)[0][0])
    except psycopg.errors.LockNotAvailable as error:
        raise SealingError("seal_busy", seconds=WAIT_SECONDS) from error


def _find(keys: Keys) -> _Log:
    """The log in the store, checked as far as it is gone on with."""
    while True:
        last = log.head()
        try:
            return _checked(last, keys) if last is not None else _Log(TileBuilder(), None, None)
        except SealingError:
            # It is read in several steps, and another sealer may have come between them.
            if log.head() == last:
                raise


def _checked(last: log.Head, keys: Keys) -> _Log:
    try:
        head, _ = open_checkpoint(last.note, keys.verifiers)
    except LedgerError as error:
        raise SealingError("log_foreign", size=last.size, why=error.code) from error
    if head.origin != keys.origin or (head.size, head.root) != (last.size, last.root):
        raise SealingError("log_foreign", size=last.size, why="checkpoint")

    def read_tile(tile: Tile) -> Sequence[Hash]:
        data = log.tile_hashes(tile) or b""
        return [data[start : start + HASH_BYTES] for start in range(0, len(data), HASH_BYTES)]

    try:
        builder = TileBuilder.resume(head.size, read_tile)
    except LedgerError as error:
        raise SealingError("log_differs", size=head.size) from error
    sql = "SELECT first_seq, first_id, count FROM sealing_run ORDER BY first_seq DESC LIMIT 1"
    runs = log.reader().all(sql)
    run = (int(runs[0][0]), int(runs[0][1]), int(runs[0][2])) if runs else None
    if builder.root() != head.root or (run[0] + run[2] if run else 0) != head.size:
        raise SealingError("log_differs", size=head.size)
    return _Log(builder, run, last.note)


def _unsigned(state: _Log, keys: Keys) -> bool:
    """Whether the last checkpoint lacks the signature of a key that signs: there is none, or a key is new."""
    if state.note is None:
        return True
    _, note = open_checkpoint(state.note, keys.verifiers)
    return not {signer.verifier for signer in keys.signers} <= set(note.verified)


def _append(state: _Log, rows: Sequence[tuple[Any, ...]], keys: Keys) -> bool:
    """Seal the entries ``rows`` (id, digest) and sign. False, with nothing done, if the log is another one by now.

    ``state`` is brought along; after an exception it is not to be used any more.
    """
    before = state.builder.size
    digests = [bytes(row[1]) for row in rows]
    if any(len(digest) != HASH_BYTES for digest in digests):
        bad = next(row[0] for row, digest in zip(rows, digests, strict=True) if len(digest) != HASH_BYTES)
        raise SealingError("digest_bad", id=bad)
    tiles = list(_grown(state.builder, digests))
    runs = list(_runs(before, [row[0] for row in rows]))
    size, root = state.builder.size, state.builder.root() if state.builder.size else EMPTY_ROOT
    note = sign_checkpoint(Checkpoint(keys.origin, size, root), keys.signers)
    with writing() as tx:
        if not tx.sqlite:
            tx.run("SELECT pg_advisory_xact_lock(%s)", (SEALER_LOCK,))
        found = tx.all("SELECT size, note FROM sealing_checkpoint ORDER BY size DESC LIMIT 1")
        if (bytes(found[0][1]) if found else None) != state.note:
            return False
        tx.each(_TILE, tiles)
        state.run = _write_runs(tx, state.run, runs)
        tx.run("DELETE FROM sealing_checkpoint WHERE size = %s", (size,))
        tx.insert("sealing_checkpoint", ("size", "root", "note", "sealed_at"), [(size, root, note, int(time.time()))])
    state.note = note
    return True


def _grown(builder: TileBuilder, digests: Sequence[Hash]) -> Iterator[tuple[int, int, int, bytes]]:
    """Rows of the tiles that are new or longer when ``digests`` join."""
    start = 0
    while start < len(digests):
        end = start + WIDTH - builder.size % WIDTH
        for tile, hashes in builder.add(digests[start:end]):
            yield tile.level, tile.n, tile.width, b"".join(hashes)
        start = end
    for tile, hashes in builder.partial() if digests else ():
        yield tile.level, tile.n, tile.width, b"".join(hashes)


def _runs(seq: int, ids: Sequence[int]) -> Iterator[tuple[int, int, int]]:
    """``ids`` from the place ``seq`` on, as (first_seq, first_id, count)."""
    start = 0
    while start < len(ids):
        end = len(ids)
        # Most often there is no gap at all; else the end of the run is searched for by halves.
        low = start + 1
        while low < end:
            middle = (low + end) // 2
            if ids[middle] - ids[start] == middle - start:
                low = middle + 1
            else:
                end = middle
        yield seq + start, ids[start], end - start
        start = end


def _write_runs(
    tx: Tx, last: tuple[int, int, int] | None, runs: list[tuple[int, int, int]]
) -> tuple[int, int, int] | None:
    """Add ``runs``, the first one to ``last`` if it goes on from there; the last one now."""
    if last is not None and runs and last[1] + last[2] == runs[0][1]:
        runs[0] = (last[0], last[1], last[2] + runs[0][2])
        tx.run("DELETE FROM sealing_run WHERE first_seq = %s", (last[0],))
    tx.insert("sealing_run", ("first_seq", "first_id", "count"), runs)
    return runs[-1] if runs else last
