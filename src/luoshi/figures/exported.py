"""The public relations of an export: an SQLite database made of its entries, in memory or a file. No store needed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from luoshi.figures.errors import FigureError
from luoshi.figures.tables import OWN, Tables, make
from luoshi.ledger.note import Verifier
from luoshi.ledger.relations import read
from luoshi.ledger.tiles import WIDTH, Tile, entries_in, tiles_of
from luoshi.sealing.checking import check

BATCH: Final = 64
"""Bundles that are taken at once: 16,384 entries."""
MEMORY: Final = ":memory:"


@dataclass(frozen=True, slots=True)
class Opened:
    """The relations of an export that was verified: the database, the log's size and root, whose entries it has."""

    raw: sqlite3.Connection
    size: int
    root: str
    districts: tuple[str, ...]


def open_export(folder: Path, keys: Sequence[Verifier] = (), *, to: str = MEMORY, processes: int = 1) -> Opened:
    """Verify the export in ``folder`` with ``keys`` (without any: with its own), and make its relations in ``to``.

    Raises FigureError ``export_wrong`` with the ``fault`` that the verifier found; OSError if a file cannot be read.
    """
    names = [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()]
    report = check(folder, names, keys, processes=processes, size=_rough_size(names))
    if report.fault is not None:
        raise FigureError("export_wrong", name=str(folder), fault=report.fault)
    raw = sqlite3.connect(to)
    districts: set[str] = set()
    # An own file that is made again from nothing if the machine stops needs no journal.
    raw.execute("PRAGMA journal_mode = OFF")
    raw.execute("PRAGMA synchronous = OFF")
    tables = Tables(make(raw), OWN)
    place = 0
    for entries in _batches(folder, report.size):
        seqs = range(place, place + len(entries))
        place += len(entries)
        by_district: dict[str, tuple[list[bytes], list[int | None]]] = {}
        for data, seq, told in zip(entries, seqs, read(entries), strict=True):
            mine = by_district.setdefault(told["district"], ([], []))
            mine[0].append(data)
            mine[1].append(seq)
        for district, (own, at) in by_district.items():
            tables.add(district, own, at)
            districts.add(district)
    raw.execute("ANALYZE")
    raw.commit()
    return Opened(raw, report.size, report.root, tuple(sorted(districts)))


def _rough_size(names: Sequence[str]) -> int:
    """About how many entries there are, by the names of files; it decides nothing but how many processes."""
    return WIDTH * sum(name.startswith("tile/entries/") for name in names)


def _batches(folder: Path, size: int) -> Iterator[list[bytes]]:
    batch: list[bytes] = []
    for number, tile in enumerate(_bundles(size), 1):
        entries, _ = entries_in((folder / tile.entries_path).read_bytes(), tile.width)
        batch += entries
        if number % BATCH == 0:
            yield batch
            batch = []
    if batch:
        yield batch


def _bundles(size: int) -> Iterator[Tile]:
    return (tile for tile in tiles_of(size) if tile.level == 0)
