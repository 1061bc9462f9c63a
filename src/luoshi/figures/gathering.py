"""The relations of an export's entries, made by one process or a part by each of several. No store, no Django.

Each process reads the whole log, which costs little, and takes the cases whose name falls to it, so that every case is
folded by one of them in the order of the log. What it knows of its cases it keeps in memory; rows are written without
indexes, which :func:`luoshi.figures.tables.index` makes once all are there.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from zlib import crc32

from luoshi.figures.tables import empty, index, without_collection
from luoshi.ledger.errors import LedgerError
from luoshi.ledger.relations import COLUMNS, Changes, Known, fold, read
from luoshi.ledger.tiles import Tile, entries_in, tiles_of

BATCH: Final = 8192
"""Entries that are folded at once."""
_CASE: Final = b'"case":"'
_SUPERSEDE: Final = 'UPDATE observations SET superseded = 1 WHERE "case" = ? AND period = ? AND basis = ? AND n < ?'


def gather_all(raw: sqlite3.Connection, folder: Path, size: int, *, processes: int = 1) -> None:
    """Fill ``raw``, an empty database, with the relations of the verified export in ``folder`` of ``size`` entries.

    Raises LedgerError as :func:`luoshi.ledger.relations.fold`, OSError.
    """
    empty(raw)
    if processes < 2:
        gather(raw, folder, size, 0, 1)
    else:
        with TemporaryDirectory(prefix="luoshi-") as place:
            files = [Path(place) / f"{part}.sqlite3" for part in range(processes)]
            # Spawned, as the verifier's are, for its reasons.
            with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
                running = [
                    pool.submit(_gather_to, file, folder, size, part, processes) for part, file in enumerate(files)
                ]
                for one in running:
                    if (wrong := one.result()) is not None:
                        raise LedgerError(wrong[0], **wrong[1])
            for file in files:
                _take(raw, file)
    index(raw)


def gather(raw: sqlite3.Connection, folder: Path, size: int, part: int, parts: int) -> None:
    """Add to the relations in ``raw`` those of the cases that fall to ``part`` of ``parts``."""
    known = Known()
    seqs: list[int | None] = []
    batch: list[bytes] = []
    with without_collection():
        for seq, data in _own(folder, size, part, parts):
            seqs.append(seq)
            batch.append(data)
            if len(batch) == BATCH:
                _fold(raw, batch, seqs, known)
                seqs, batch = [], []
        _fold(raw, batch, seqs, known)
        _insert(raw, "cases", list(known.cases.values()))
    raw.commit()


def _gather_to(file: Path, folder: Path, size: int, part: int, parts: int) -> tuple[str, dict[str, object]] | None:
    """What is wrong is given back: an error with details finds no way from one process to another."""
    raw = sqlite3.connect(file)
    try:
        raw.execute("PRAGMA journal_mode = OFF")
        raw.execute("PRAGMA synchronous = OFF")
        empty(raw)
        gather(raw, folder, size, part, parts)
    except LedgerError as error:
        return error.code, error.details
    finally:
        raw.close()
    return None


def _own(folder: Path, size: int, part: int, parts: int) -> Iterator[tuple[int, bytes]]:
    seq = 0
    for tile in bundles(size):
        entries, _ = entries_in((folder / tile.entries_path).read_bytes(), tile.width)
        for data in entries:
            if parts == 1 or crc32(_name(data)) % parts == part:
                yield seq, data
            seq += 1


def bundles(size: int) -> Iterator[Tile]:
    """The bundles of a log of ``size`` entries."""
    return (tile for tile in tiles_of(size) if tile.level == 0)


def _name(data: bytes) -> bytes:
    """The case of a canonical entry. Its key is the first of that name: within texts the marks are escaped, and no
    key before it has keys of its own that are so called."""
    start = data.find(_CASE)
    if start < 0:
        raise LedgerError("not_canonical")
    return data[start + len(_CASE) : data.find(b'"', start + len(_CASE))]


def _fold(raw: sqlite3.Connection, batch: list[bytes], seqs: list[int | None], known: Known) -> None:
    told = read(batch)
    changes = fold(told, seqs, known)
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


def _take(raw: sqlite3.Connection, file: Path) -> None:
    raw.commit()
    raw.execute("ATTACH ? AS part", (str(file),))
    for name in COLUMNS:
        raw.execute(f"INSERT INTO main.{name} SELECT * FROM part.{name}")
    raw.commit()
    raw.execute("DETACH part")
