"""Tiles: the paths and examples of C2SP tlog-tiles, and that they hold the same tree."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from luoshi.ledger.errors import LedgerError
from luoshi.ledger.proof import check_consistency, check_inclusion, consistency_proof, inclusion_proof
from luoshi.ledger.tiles import (
    Tile,
    TileBuilder,
    bundle_bytes,
    entries_in,
    hashes_in,
    new_tiles,
    tile_bytes,
    tile_reader,
    tiles_of,
)
from luoshi.ledger.tlog import append, leaf_hash, tree_hash

LARGEST = 70_000
LEAVES = [leaf_hash(number.to_bytes(4, "big")) for number in range(LARGEST)]
STORED = append(0, LEAVES, lambda indexes: [])


def read_stored(indexes: object) -> list[bytes]:
    assert isinstance(indexes, list)
    return [STORED[index] for index in indexes]


@pytest.mark.parametrize(
    ("tile", "path", "entries"),
    [
        (Tile(0, 0), "tile/0/000", "tile/entries/000"),
        (Tile(0, 1234067), "tile/0/x001/x234/067", "tile/entries/x001/x234/067"),
        (Tile(2, 999, 17), "tile/2/999.p/17", "tile/entries/999.p/17"),
        (Tile(1, 1000, 255), "tile/1/x001/000.p/255", "tile/entries/x001/000.p/255"),
    ],
)
def test_paths(tile: Tile, path: str, entries: str) -> None:
    assert (tile.path, tile.entries_path) == (path, entries)


def test_the_example_of_the_specification() -> None:
    tiles = list(tiles_of(70_000))
    assert sum(tile == Tile(0, tile.n) for tile in tiles) == 273
    assert [tile for tile in tiles if tile.width < 256] == [Tile(0, 273, 112), Tile(1, 1, 17), Tile(2, 0, 1)]
    assert [tile for tile in tiles if tile.level == 1 and tile.width == 256] == [Tile(1, 0)]
    assert list(tiles_of(256)) == [Tile(0, 0), Tile(1, 0, 1)]
    assert list(tiles_of(0)) == []


@given(st.integers(0, 70_000), st.integers(0, 70_000))
def test_new_tiles_are_what_the_older_log_had_not(one: int, other: int) -> None:
    old, new = sorted((one, other))
    assert set(new_tiles(old, new)) == set(tiles_of(new)) - set(tiles_of(old))


@settings(max_examples=25)
@given(st.integers(1, LARGEST), st.data())
def test_proofs_through_tiles_are_the_same(size: int, draw: st.DataObject) -> None:
    files = {tile: tile_bytes(tile, read_stored) for tile in tiles_of(size) if tile.level}
    fetched: list[Tile] = []

    def read_tile(tile: Tile) -> bytes:
        fetched.append(tile)
        return files[tile] if tile.level else tile_bytes(tile, read_stored)

    read = tile_reader(size, read_tile)
    index, old = draw.draw(st.integers(0, size - 1)), draw.draw(st.integers(1, size))
    root = tree_hash(size, read_stored)
    assert tree_hash(size, read) == root
    assert check_inclusion(inclusion_proof(index, size, read), index, size, root, LEAVES[index])
    assert check_consistency(consistency_proof(old, size, read), old, size, tree_hash(old, read_stored), root)
    assert set(fetched) <= set(tiles_of(size))


@settings(max_examples=25)
@given(st.integers(0, LARGEST))
def test_building_tiles_by_and_by_gives_the_same(size: int) -> None:
    builder = TileBuilder()
    built = {}
    for start in range(0, size, 256):
        part = LEAVES[start : min(start + 256, size)]
        if size > 256 and start < 1024:
            # In the middle of a tile, too.
            assert builder.root(part[:7]) == tree_hash(start + 7, read_stored) or len(part) < 7
        built.update({tile: b"".join(hashes) for tile, hashes in builder.add(part)})
    built.update({tile: b"".join(hashes) for tile, hashes in builder.partial()})
    assert set(built) == set(tiles_of(size))
    assert builder.root() == tree_hash(size, read_stored)
    for tile in list(built)[:: max(1, len(built) // 10)]:
        assert built[tile] == tile_bytes(tile, read_stored)


def test_a_hash_that_the_log_has_not_is_not_read() -> None:
    with pytest.raises(LedgerError, match="storage"):
        tile_reader(5, lambda tile: bytes(32 * tile.width))([99])


def test_a_tile_of_another_length_is_refused() -> None:
    with pytest.raises(LedgerError, match="tile"):
        hashes_in(bytes(31), Tile(0, 0, 1))


# --- bundles


@given(st.lists(st.binary(max_size=300), max_size=256))
def test_a_bundle_comes_back(entries: list[bytes]) -> None:
    assert entries_in(bundle_bytes(entries), len(entries)) == (entries, True)


@given(st.lists(st.binary(max_size=9), min_size=1, max_size=9), st.binary(min_size=1, max_size=3))
def test_a_bundle_cut_short_or_too_long_is_not_whole(entries: list[bytes], more: bytes) -> None:
    data = bundle_bytes(entries)
    assert entries_in(data + more, len(entries)) == (entries, False)
    for end in range(len(data)):
        found, whole = entries_in(data[:end], len(entries))
        assert not whole
        assert found == entries[: len(found)]


def test_a_bundle_holds_no_entry_of_64_kib() -> None:
    assert bundle_bytes([b"x" * 65_535])[:2] == b"\xff\xff"
    with pytest.raises(LedgerError, match="entry_size"):
        bundle_bytes([b"x" * 65_536])
