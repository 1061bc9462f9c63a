"""The relations of an export's entries. No store, no Django.

A large export is verified in shards, and whoever checks a shard writes its relations to a file of its own beside, from
what was read of the entries anyway (:mod:`luoshi.ledger.related`); the files are put together in the order of the log.
A small one is read again. Rows are written without indexes, which :func:`luoshi.figures.tables.index` makes once all
are there.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, fields
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from luoshi.figures.tables import empty, index, without_collection
from luoshi.ledger.errors import LedgerError
from luoshi.ledger.note import Verifier
from luoshi.ledger.quick import Step
from luoshi.ledger.related import Joined, relate
from luoshi.ledger.relations import COLUMNS, Changes, Known, fold, read
from luoshi.ledger.shard import Shard, Task, check_shard
from luoshi.ledger.tiles import WIDTH, Tile, entries_in, tiles_of
from luoshi.ledger.verify import Report
from luoshi.sealing import worker
from luoshi.sealing.checking import check_beside

BATCH: Final = 8192
"""Entries that are folded at once."""
_SUPERSEDE: Final = 'UPDATE observations SET superseded = 1 WHERE "case" = ? AND period = ? AND basis = ? AND n < ?'


@dataclass(slots=True)
class Gathered(Shard):
    """A shard whose entries and measures are in ``file``, with its statistics and who was satisfied; ``wrong`` is what
    makes them no relations, an error's code and details."""

    file: Path = Path()
    observations: list[list[Any]] = field(default_factory=list)
    satisfied: dict[str, Any] = field(default_factory=dict)
    wrong: tuple[str, dict[str, object]] | None = None


def verify_into(
    raw: sqlite3.Connection, folder: Path, names: Iterable[str], keys: Sequence[Verifier], *, processes: int, size: int
) -> Report:
    """Verify the export in ``folder`` and, if it has no fault, fill
    ``raw``, an empty database, with its relations.

    Raises LedgerError as :func:`luoshi.ledger.relations.fold`, OSError.
    """
    joining = _Joining(raw)
    empty(raw)
    with TemporaryDirectory(prefix="luoshi-") as place:
        work = partial(gather_shard, Path(place))
        report = check_beside(folder, names, keys, processes=processes, size=size, work=work, taken=joining.take)
    if report.fault is not None:
        return report
    if joining.wrong is not None:
        raise LedgerError(joining.wrong[0], **joining.wrong[1])
    if joining.entries == report.size:
        joining.finish()
    else:
        for name in COLUMNS:
            raw.execute(f"DELETE FROM {name}")
        gather(raw, folder, report.size)
    index(raw)
    return report


def gather_shard(place: Path, folder: Path, task: Task) -> Gathered | None:
    """Check a shard of the export in ``folder``, and write its relations to a file in ``place``; None if anything in
    it is wrong. Raises OSError."""
    steps: list[Step] = []
    shard = check_shard(task, partial(worker.read, folder), steps)
    if shard is None:
        return None
    told = {one.name: getattr(shard, one.name) for one in fields(Shard)}
    found = Gathered(**told, file=place / f"{task.first}.sqlite3")
    try:
        related = relate(steps, task.first * WIDTH)
    except LedgerError as error:
        # An error with details finds no way from one process to another.
        found.wrong = error.code, error.details
        return found
    found.observations, found.satisfied = related.observations, related.satisfied
    raw = sqlite3.connect(found.file)
    try:
        raw.execute("PRAGMA journal_mode = OFF")
        raw.execute("PRAGMA synchronous = OFF")
        empty(raw)
        _insert(raw, "entries", related.entries)
        _insert(raw, "measures", related.measures)
        raw.commit()
    finally:
        raw.close()
    return found


class _Joining:
    """Shard after shard, in the order of the log, into one database."""

    def __init__(self, raw: sqlite3.Connection) -> None:
        self.raw = raw
        self.joined = Joined()
        self.entries = 0
        self.wrong: tuple[str, dict[str, object]] | None = None

    def take(self, shard: Shard) -> None:
        """Take the next one. The first error is kept: whether the export is right comes before it."""
        if self.wrong is not None or not isinstance(shard, Gathered):
            return
        self.wrong = shard.wrong
        if self.wrong is not None:
            return
        try:
            self.joined.take(shard.stretches, shard.observations, shard.satisfied)
        except LedgerError as error:
            self.wrong = error.code, error.details
            return
        self.entries += shard.entries
        self.raw.commit()
        self.raw.execute("ATTACH ? AS part", (str(shard.file),))
        for name in ("entries", "measures"):
            self.raw.execute(f"INSERT INTO main.{name} SELECT * FROM part.{name}")
        self.raw.commit()
        self.raw.execute("DETACH part")
        shard.file.unlink()

    def finish(self) -> None:
        """Write what was carried on through all of them."""
        _insert(self.raw, "cases", list(self.joined.cases.values()))
        _insert(self.raw, "observations", self.joined.observations)
        self.raw.commit()


def gather(raw: sqlite3.Connection, folder: Path, size: int) -> None:
    """Fill the empty relations in ``raw`` from the verified export in ``folder`` of ``size`` entries, without indexes.

    Raises LedgerError as :func:`luoshi.ledger.relations.fold`, OSError.
    """
    known = Known()
    batch: list[bytes] = []
    first = 0
    with without_collection():
        for data in _entries(folder, size):
            batch.append(data)
            if len(batch) == BATCH:
                _fold(raw, batch, first, known)
                first += len(batch)
                batch = []
        _fold(raw, batch, first, known)
        _insert(raw, "cases", list(known.cases.values()))
    raw.commit()


def _entries(folder: Path, size: int) -> Iterator[bytes]:
    for tile in bundles(size):
        yield from entries_in((folder / tile.entries_path).read_bytes(), tile.width)[0]


def bundles(size: int) -> Iterator[Tile]:
    """The bundles of a log of ``size`` entries."""
    return (tile for tile in tiles_of(size) if tile.level == 0)


def _fold(raw: sqlite3.Connection, batch: list[bytes], first: int, known: Known) -> None:
    told = read(batch)
    changes = fold(told, range(first, first + len(batch)), known)
    known.cases.update(changes.cases)
    _insert(raw, "entries", changes.entries)
    _insert(raw, "measures", changes.measures)
    _insert(raw, "observations", changes.observations)
    _supersede(raw, changes)


def _supersede(raw: sqlite3.Connection, changes: Changes) -> None:
    """What was published before this batch and anew in it; of the batch's own it is said already."""
    first: dict[tuple[str, str, str], int] = {}
    for row in changes.observations:
        first.setdefault((row[1], row[3], row[10]), row[-1])
    raw.executemany(_SUPERSEDE, [(*key, first[key]) for key in changes.superseded])


def _insert(raw: sqlite3.Connection, name: str, rows: Sequence[Sequence[object]]) -> None:
    raw.executemany(f"INSERT INTO {name} VALUES ({', '.join('?' * len(COLUMNS[name]))})", rows)
