"""Shards: a log verified in shards gets the report that it gets when it is read from end to end, right or wrong."""

from __future__ import annotations

import dataclasses
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luoshi.ledger import shard as room
from luoshi.ledger.entry import Attachment, Entry
from luoshi.ledger.errors import LedgerError
from luoshi.ledger.quick import is_clean, read_step, step_of
from luoshi.ledger.shard import Shard, Task, check_shard
from luoshi.ledger.tiles import TileBuilder, bundle_bytes
from luoshi.ledger.tlog import leaf_hash
from luoshi.ledger.verify import Report, verify

from .factory import KEY, Folder, checkpoint_of, entries, exported
from .test_export import LOG, SMALL, resealed, sealed, whole


@pytest.fixture(params=[1, 2, 256])
def bundles(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """So many bundles in a shard: seams lie between all bundles, between some, or nowhere."""
    monkeypatch.setattr(room, "BUNDLES", request.param)
    return int(request.param)


def in_shards(folder: Folder, **options: Any) -> Report:
    """The report of a verification in shards."""

    def run(tasks: Iterable[Task]) -> Iterator[Shard | None]:
        for task in tasks:
            yield check_shard(task, folder.files.__getitem__)

    return verify(folder.open, folder.files, [KEY], run=run, **options)


class Noting:
    """Files, and which of them were read."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self.files = files
        self.paths: list[str] = []

    def __call__(self, path: str) -> bytes:
        self.paths.append(path)
        return self.files[path]

    def open(self, path: str) -> io.BytesIO:
        return io.BytesIO(self(path))


def test_a_right_log_is_found_right_and_never_read_twice(bundles: int) -> None:
    for log in (LOG, SMALL, LOG[:256], LOG[:1], [], SM3):
        folder = exported(log)
        read, opened = Noting(folder.files), Noting(folder.files)

        def run(tasks: Iterable[Task], read: Noting = read) -> Iterator[Shard | None]:
            for task in tasks:
                yield check_shard(task, read)

        report = verify(opened.open, folder.files, [KEY], run=run)
        assert report == folder.verify() and report.fault is None
        # Every leaf was checked in a shard, and none outside: the fallback would hide a shard that refuses all.
        assert len(read.paths) == 2 * -(-len(log) // 256)
        assert not [path for path in opened.paths if "entries" in path or path.startswith("tile/0/")]


@pytest.mark.parametrize("size", [0, 1, 255, 256, 257, 511, 512, 513, 540])
def test_older_checkpoints(bundles: int, size: int) -> None:
    older = checkpoint_of(LOG[:size])
    assert in_shards(whole(), older=older) == whole().verify(older=older)
    other = checkpoint_of([b"x", *LOG[1:size]]) if size else older
    assert in_shards(whole(), older=other) == whole().verify(older=other)


@given(st.data())
def test_one_byte_changed_anywhere_gives_the_same_fault(draw: st.DataObject) -> None:
    folder = draw.draw(st.sampled_from([whole(), exported(SMALL)]))
    path = draw.draw(st.sampled_from(sorted(folder.files)))
    data = bytearray(folder.files[path])
    data[draw.draw(st.integers(0, len(data) - 1))] ^= draw.draw(st.integers(1, 255))
    wrong = folder.with_file(path, bytes(data))
    for folder in (wrong, resealed(wrong.files) if path != "manifest.json" else wrong):
        report = in_shards(folder)
        assert report.fault is not None and report == folder.verify()


@given(st.data(), st.sampled_from([1, 2]))
def test_a_log_sealed_although_it_is_wrong_gives_the_same_fault(draw: st.DataObject, size: int) -> None:
    """Any field of any entry, changed before sealing: with every hash right, what links entries alone can tell."""
    base = draw.draw(st.sampled_from([LOG, SM3]))
    place = draw.draw(st.integers(0, len(base) - 1))
    entry = Entry.from_bytes(base[place])
    changes: list[dict[str, Any]] = [
        {"n": entry.n + 1}, {"prev": "1" * 64}, {"stage_from": "nowhere"}, {"district": "else"}, {"mechanism": "else"},
        {"case": "HL-2026-00001"}, {"stage_to": "nowhere"}, {"body": "else"}, {"version": 2}, {"set": {"grade": "x"}},
        {"prev_sm3": "1" * 64}, {"prev_sm3": None},
    ]  # fmt: skip
    changed = dataclasses.replace(entry, **draw.draw(st.sampled_from(changes))).to_bytes()
    folder = sealed([*base[:place], changed, *base[place + 1 :]], base)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(room, "BUNDLES", size)
        assert in_shards(folder) == folder.verify()


SM3 = entries(60, 9, sm3=True)


@given(st.data())
def test_entries_left_out_doubled_or_moved_give_the_same_fault(draw: st.DataObject) -> None:
    log = list(LOG)
    place, other = draw.draw(st.integers(0, 539)), draw.draw(st.integers(0, 539))
    way = draw.draw(st.sampled_from(["out", "double", "swap"]))
    if way == "swap":
        log[place], log[other] = log[other], log[place]
    elif way == "out":
        del log[place]
    else:
        log.insert(place, log[other])
    folder = sealed(log)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(room, "BUNDLES", 1)
        report = in_shards(folder)
    assert report == folder.verify()
    # Two entries of different cases may well lie the other way round, and a log may end with any entry.
    assert report.fault is not None or way == "swap" or (way, place) == ("out", 539)


# --- the quick reader


def steps(data: bytes) -> object:
    """What the quick reader makes of ``data``, or the code of its refusal."""
    try:
        return read_step(data) if is_clean(data) else step_of(data)
    except LedgerError as error:
        return error.code


def slow(data: bytes) -> object:
    try:
        return step_of(data)
    except LedgerError as error:
        return error.code


TEXT = st.text(st.characters(codec="utf-8"), min_size=1, max_size=8)
DIGEST = st.text("0123456789abcdef", min_size=64, max_size=64)
KEYS = st.from_regex(r"[a-z][a-z0-9_]{0,3}", fullmatch=True)
COUNT = st.integers(1, 2**53 - 1)
MADE = st.builds(
    Entry,
    district=TEXT, case=TEXT, n=COUNT, prev=DIGEST, mechanism=TEXT, version=COUNT,
    act=TEXT, actor_body=TEXT, actor_role=TEXT, on_day=st.dates().map(str), recorded_on=st.dates().map(str),
    stage_from=st.just("") | TEXT, stage_to=st.just("") | TEXT, body=TEXT,
    set=st.dictionaries(st.sampled_from(["channel", "grade", "category"]), TEXT | st.none()),
    data=st.dictionaries(KEYS, TEXT | st.integers(-9, 9) | st.booleans() | st.none() | st.lists(TEXT, max_size=2)),
    commitments=st.dictionaries(KEYS, DIGEST, max_size=9),
    attachments=st.lists(st.builds(Attachment, DIGEST, st.integers(0, 9), TEXT), max_size=2).map(tuple),
    prev_sm3=st.none() | DIGEST,
)  # fmt: skip


@given(MADE)
def test_both_readers_read_the_same(entry: Entry) -> None:
    data = entry.to_bytes()
    step = steps(data)
    assert step == slow(data)
    assert isinstance(step, tuple) and (step[1], step[4], step[7]) == (entry.case, entry.n, entry.set)


@given(MADE, st.data())
def test_both_readers_refuse_the_same(entry: Entry, draw: st.DataObject) -> None:
    data = bytearray(entry.to_bytes())
    for _ in range(draw.draw(st.integers(1, 3))):
        place = draw.draw(st.integers(0, len(data) - 1))
        way = draw.draw(st.sampled_from(["bit", "cut", "double", "mark"]))
        if way == "bit":
            data[place] ^= 1 << draw.draw(st.integers(0, 7))
        elif way == "cut":
            del data[place : place + draw.draw(st.integers(1, 70))]
        elif way == "double":
            data[place:place] = data[place : place + draw.draw(st.integers(1, 80))]
        else:
            data[place] = draw.draw(st.sampled_from(b'"{}[],:\\A \n0-'))
        if not data:
            return
    assert steps(bytes(data)) == slow(bytes(data))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"commitments":{"caller":"', b'"commitments":{"a":"A' + b"0" * 63 + b'","caller":"'),
        (b'"commitments":{"caller":"', b'"commitments":{"z":"' + b"0" * 64 + b'","caller":"'),
        (b'"commitments":{"caller":"', b'"commitments":{"a":"' + b" 0" * 32 + b'","caller":"'),
        (b'"commitments":{"caller":"', b'"commitments":{"a":"1234","b":"' + b"5" * 53 + b'","caller":"'),
        (b'"data":{"round":', b'"data":{"z":1,"round":'),
        (b'"data":{"round":', b'"data":{"a":01,"round":'),
        (b'"data":{"round":', b'"data":{"a":"}","round":'),
        (b'"due_on":"2026-11-02"', b'"due_on":"2026-11-31"'),
        (b'"due_on":"2026-11-02"', b'"n":"1"'),
        (b'"on_day":"2026-11-02"', b'"on_day":"2026-02-30"'),
        (b'"on_day":"2026-11-02"', b'"on_day":"2026-1\xd9\xa1-02"'),
        (b'"n":1', b'"n":1234567890123456'),
        (b'"schema":1', b'"schema":2'),
        (b'"district":"yunxi"', b'"district":"yun\xff"'),
        (b'"district":"yunxi"', b'"district":""'),
    ],
)
def test_both_readers_agree_on_what_is_not_allowed(old: bytes, new: bytes) -> None:
    assert old in LOG[0]
    data = LOG[0].replace(old, new)
    assert steps(data) == slow(data)


def test_most_entries_are_read_quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    """The figures of docs/bench.md hold only if the slow reader is not needed for common entries."""
    from luoshi.ledger import quick

    def refuse(data: bytes) -> None:
        raise AssertionError(json.loads(data))

    monkeypatch.setattr(quick, "step_of", refuse)
    assert all(read_step(data) for data in (*LOG, *SM3))


# --- the builder


@given(st.integers(0, 1200), st.integers(0, 1200), st.data())
def test_a_builder_resumes_anywhere_and_takes_full_tiles_by_their_tops(
    first: int, second: int, draw: st.DataObject
) -> None:
    from luoshi.ledger.tlog import subtree_hash

    leaves = [leaf_hash(bytes([n % 256, n // 256])) for n in range(first + second)]
    whole_builder = TileBuilder()
    tiles: dict[str, Sequence[bytes]] = {}
    for start in range(0, first + second, 256):
        tiles |= {tile.path: row for tile, row in whole_builder.add(leaves[start : start + 256])}
    tiles |= {tile.path: row for tile, row in whole_builder.partial()}

    builder = TileBuilder()
    for start in range(0, first, 256):
        part = leaves[start : min(first, start + 256)]
        if len(part) == 256 and draw.draw(st.booleans()):
            made = list(builder.add_full(subtree_hash(part)))
        else:
            made = list(builder.add(part))
        assert all(tiles[tile.path] == row for tile, row in made)
    edge = {tile.level: row for tile, row in builder.partial()}
    resumed = TileBuilder.resume(first, lambda tile: edge[tile.level])
    assert resumed.root() == builder.root()
    start = first
    while start < len(leaves):
        end = start + 256 - start % 256
        assert all(tiles[tile.path] == row for tile, row in resumed.add(leaves[start:end]))
        start = end
    assert (resumed.size, resumed.root()) == (first + second, whole_builder.root())
    assert {tile.path: row for tile, row in resumed.partial()} == {t.path: row for t, row in whole_builder.partial()}


def test_a_builder_does_not_resume_from_another_number_of_hashes() -> None:
    with pytest.raises(LedgerError, match="tile"):
        TileBuilder.resume(3, lambda tile: [bytes(32)] * 2)


def test_a_shard_with_any_fault_says_nothing() -> None:
    bundle = bundle_bytes(LOG[:2])
    folder = sealed([LOG[0], b"{}"])
    task = next(iter(room.tasks(2, json_files(folder), sm3=False)))
    assert check_shard(task, folder.files.__getitem__) is None
    assert check_shard(task, lambda path: bundle) is None


def json_files(folder: Folder) -> dict[str, tuple[int, str]]:
    told = json.loads(folder.files["manifest.json"])["files"]
    return {item["path"]: (item["size"], item["sha256"]) for item in told}
