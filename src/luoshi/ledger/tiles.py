"""Tiles and entry bundles (C2SP tlog-tiles): the log as files that never change.

Tile (L, N) holds up to 256 hashes of the tree's level 8·L, from the 256·N-th on:

    hash i of it  =  MTH(D[(256·N + i)·256^L : (256·N + i + 1)·256^L])

so a hash of tile level L + 1 covers one full tile of level L. A log of ``size`` entries has ⌊size / 256^L⌋ hashes at
tile level L; the last tile is partial if they do not come out even. Paths are ``tile/L/N`` and ``tile/entries/N``, with
N in groups of three digits (1234067 is ``x001/x234/067``) and ``.p/W`` after it for a partial one of W hashes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Self

from luoshi.ledger.errors import LedgerError
from luoshi.ledger.fields import sized
from luoshi.ledger.tlog import (
    EMPTY_ROOT,
    HASH_BYTES,
    Hash,
    ReadHashes,
    join,
    read,
    split_stored_index,
    stored_index,
    subtree_hash,
)

HEIGHT: Final = 8
WIDTH: Final = 1 << HEIGHT
_LENGTH_BYTES: Final = 2


@dataclass(frozen=True, slots=True, order=True)
class Tile:
    """A tile's place: its level L, its number N in the level, and how many hashes it has (1 to 256)."""

    level: int
    n: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """Where it is served."""
        return f"tile/{self.level}/{_number(self.n, self.width)}"

    @property
    def entries_path(self) -> str:
        """Where the entries of a tile of level 0 are served."""
        return f"tile/entries/{_number(self.n, self.width)}"


def tiles_of(size: int) -> Iterator[Tile]:
    """Every tile of a log of ``size`` entries, level by level."""
    yield from new_tiles(0, size)


def new_tiles(old: int, size: int) -> Iterator[Tile]:
    """The tiles that a log of ``size`` entries has and one of ``old`` had not."""
    level = 0
    while size >> (HEIGHT * level):
        before, now = old >> (HEIGHT * level), size >> (HEIGHT * level)
        if now > before:
            for n in range(before // WIDTH, -(-now // WIDTH)):
                yield Tile(level, n, min(WIDTH, now - n * WIDTH))
        level += 1


def tile_bytes(tile: Tile, read_hashes: ReadHashes) -> bytes:
    """What the file of ``tile`` holds, from stored hashes."""
    first = tile.n * WIDTH
    indexes = [stored_index(HEIGHT * tile.level, n) for n in range(first, first + tile.width)]
    return b"".join(read(read_hashes, indexes))


def tile_reader(size: int, read_tile: Callable[[Tile], bytes]) -> ReadHashes:
    """A ``read_hashes`` for a log of ``size`` entries that fetches tiles.

    Nothing is checked but lengths: what is computed from the hashes proves itself against a signed root, or is false.
    Raises LedgerError ``tile`` for a tile of the wrong length.
    """

    def read_hashes(indexes: Sequence[int]) -> list[Hash]:
        fetched: dict[Tile, bytes] = {}
        hashes = []
        for index in indexes:
            level, n = split_stored_index(index)
            tile_level, above = divmod(level, HEIGHT)
            number, start = divmod(n << above, WIDTH)
            have = (size >> (HEIGHT * tile_level)) - number * WIDTH
            tile = Tile(tile_level, number, min(WIDTH, have))
            if have < start + (1 << above):
                raise LedgerError("storage", asked=index, got=size)
            if tile not in fetched:
                fetched[tile] = read_tile(tile)
            hashes.append(subtree_hash(hashes_in(fetched[tile], tile)[start : start + (1 << above)]))
        return hashes

    return read_hashes


def hashes_in(data: bytes, tile: Tile) -> list[Hash]:
    """The hashes in a tile's file. Raises LedgerError ``tile`` for another length."""
    if len(data) != tile.width * HASH_BYTES:
        raise LedgerError("tile", path=tile.path, size=len(data), want=tile.width * HASH_BYTES)
    return [data[i : i + HASH_BYTES] for i in range(0, len(data), HASH_BYTES)]


def bundle_bytes(entries: Sequence[bytes]) -> bytes:
    """An entry bundle: each entry after its length in two bytes, big-endian. Raises LedgerError ``entry_size``."""
    return b"".join(len(sized(entry)).to_bytes(_LENGTH_BYTES, "big") + entry for entry in entries)


def entries_in(data: bytes, width: int) -> tuple[list[bytes], bool]:
    """The entries in a bundle of ``width``, and whether they are all there with nothing after them."""
    entries: list[bytes] = []
    start = 0
    while len(entries) < width:
        body = start + _LENGTH_BYTES
        end = body + int.from_bytes(data[start:body], "big")
        if body > len(data) or end > len(data):
            return entries, False
        entries.append(data[body:end])
        start = end
    return entries, start == len(data)


class TileBuilder:
    """Builds all tiles of a log from its leaf hashes, one level-0 tile after the other, in memory of O(log size).

    A builder that resumes within a tile takes first what fills it.

    It keeps, for each tile level, the hashes that do not fill a tile yet.
    """

    def __init__(self) -> None:
        self.size = 0
        self._rows: list[list[Hash]] = []
        self._counts: list[int] = []

    @classmethod
    def resume(cls, size: int, read_tile: Callable[[Tile], Sequence[Hash]]) -> Self:
        """A builder that goes on after ``size`` leaves, from the hashes of that log's partial tiles, one a level.

        Nothing is checked but their number: compare :meth:`root`. Raises LedgerError ``tile``.
        """
        builder = cls()
        builder.size = size
        level = 0
        while size >> (HEIGHT * level):
            count, width = divmod(size >> (HEIGHT * level), WIDTH)
            row: list[Hash] = []
            if width:
                tile = Tile(level, count, width)
                row = list(read_tile(tile))
                if len(row) != width:
                    raise LedgerError("tile", path=tile.path, size=len(row), want=width)
            builder._rows.append(row)
            builder._counts.append(count)
            level += 1
        return builder

    def add(self, leaves: Sequence[Hash]) -> Iterator[tuple[Tile, list[Hash]]]:
        """Take the next tile of leaf hashes (a partial one only as the last); give each tile that it fills."""
        self.size += len(leaves)
        yield from self._carry(0, list(leaves))

    def add_full(self, top: Hash) -> Iterator[tuple[Tile, list[Hash]]]:
        """Take a full level-0 tile by the hash of its subtree alone; give each tile of a higher level that it fills."""
        if not self._rows:
            self._rows.append([])
            self._counts.append(0)
        self.size += WIDTH
        self._counts[0] += 1
        yield from self._carry(1, [top])

    def _carry(self, level: int, row: list[Hash]) -> Iterator[tuple[Tile, list[Hash]]]:
        while True:
            if level == len(self._rows):
                self._rows.append([])
                self._counts.append(0)
            self._rows[level] += row
            row = self._rows[level]
            if len(row) < WIDTH:
                return
            yield Tile(level, self._counts[level]), row
            self._counts[level] += 1
            self._rows[level] = []
            row = [subtree_hash(row)]
            level += 1

    def partial(self) -> Iterator[tuple[Tile, list[Hash]]]:
        """The partial tiles at the log's right edge, level by level."""
        for level, row in enumerate(self._rows):
            if row:
                yield Tile(level, self._counts[level], len(row)), row

    def root(self, more: Sequence[Hash] = ()) -> Hash:
        """The root of the log so far, with fewer than 256 leaf hashes ``more`` at a tile's beginning."""
        rows = [list(row) for row in self._rows]
        if more:
            rows = [[*rows[0], *more], *rows[1:]] if rows else [list(more)]
        tops: list[Hash] = []
        for row in reversed(rows):
            start = 0
            while start < len(row):
                width = 1 << ((len(row) - start).bit_length() - 1)
                tops.append(subtree_hash(row[start : start + width]))
                start += width
        return join(tops) if tops else EMPTY_ROOT


def _number(n: int, width: int) -> str:
    groups = [f"{n % 1000:03}"]
    while n >= 1000:
        n //= 1000
        groups.append(f"x{n % 1000:03}")
    path = "/".join(reversed(groups))
    return path if width == WIDTH else f"{path}.p/{width}"
