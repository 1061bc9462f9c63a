"""Verifying an export, offline: nothing is believed but the keys.

The entries are read once, in the order of the log, a bundle of 256 at a time. Each must be canonical and fit the chain
of its case; their hashes must give every tile and, at the end, the signed root; folded, they must give every row of
``cases.jsonl``. In memory are one bundle, the log's right edge, and each case's last link and row. The first thing
that is wrong is named, by entry where it is one.

With ``run`` the log is checked in shards, by as many processes as the caller has; if one of them, or the seam between
two, is not right, the log is read again as above, to name the first fault.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import BinaryIO, Final, NoReturn

from luoshi.ledger.chain import Link, Row, link, row_bytes
from luoshi.ledger.checkpoint import Checkpoint, open_checkpoint
from luoshi.ledger.entry import parse
from luoshi.ledger.errors import Fault, FaultError, LedgerError
from luoshi.ledger.manifest import CASES, CHECKPOINT, KEYS, MANIFEST, Manifest, paths_of
from luoshi.ledger.note import MAX_NOTE_BYTES, Verifier, parse_vkey
from luoshi.ledger.shard import Shard, Stretch, Task, count_of, join, row_of, tasks
from luoshi.ledger.tiles import WIDTH, Tile, TileBuilder, entries_in, hashes_in
from luoshi.ledger.tlog import HASH_BYTES, Hash

OpenFile = Callable[[str], BinaryIO]
"""Opens a file of the export by its path, for reading; the verifier closes it."""
Progress = Callable[[int, int], None]
"""Told how many entries of how many have been checked."""
Run = Callable[[Iterable[Task]], Iterable["Shard | None"]]
"""Does :func:`luoshi.ledger.shard.check_shard` for each task, wherever it likes; gives the results in their order."""

MAX_MANIFEST_BYTES: Final = 1 << 30
MAX_LINE_BYTES: Final = 1 << 20


@dataclass(slots=True)
class Report:
    """What was checked. With ``fault`` set it was checked up to there, and the rest is as far as it was known.

    ``signed_by`` are the keys whose signatures hold; ``own_keys`` says that no key was given, so that the export was
    held against the keys in itself. ``unknown`` names who else signed, unchecked. ``older`` is the size of the older
    checkpoint that the log was found to continue.
    """

    origin: str = ""
    size: int = 0
    root: str = ""
    entries: int = 0
    cases: int = 0
    signed_by: tuple[Verifier, ...] = ()
    unknown: tuple[str, ...] = ()
    own_keys: bool = False
    sm3: bool = False
    older: int | None = None
    fault: Fault | None = None


def verify(
    open_file: OpenFile,
    names: Iterable[str],
    keys: Sequence[Verifier] = (),
    *,
    older: bytes | None = None,
    progress: Progress | None = None,
    run: Run | None = None,
) -> Report:
    """Check the export whose files are ``names``, signed by one of ``keys`` (without any: by its own).

    ``older`` is a checkpoint kept from before: the log must begin with all that it had then. ``run`` checks shards of
    the log elsewhere; the report is the same with and without it. Errors of ``open_file`` and of ``run`` pass through;
    everything else that is wrong is in the report's ``fault``.
    """
    report = Report()
    try:
        _Verification(open_file, report, progress, run).check(set(names), keys, older)
    except FaultError as error:
        report.fault = error.fault
    return report


class _Verification:
    def __init__(self, open_file: OpenFile, report: Report, progress: Progress | None, run: Run | None) -> None:
        self.open_file = open_file
        self.report = report
        self.progress = progress
        self.run = run
        self.manifest = Manifest("", 0, "")
        self.head = Checkpoint("", 0, b"")
        self.older: Checkpoint | None = None
        self.links: dict[str, Link] = {}
        self.stretches: dict[str, Stretch] = {}
        self.builder = TileBuilder()
        self.saw_sm3 = False

    def check(self, names: set[str], keys: Sequence[Verifier], older: bytes | None) -> None:
        self._read_manifest(names)
        self._compare_names(names, {MANIFEST, *self.manifest.files})
        self._read_checkpoint(keys, older)
        self._compare_names(set(self.manifest.files), set(paths_of(self.head)))
        if self.run is None or not self._check_shards(self.run):
            self._check_log()
        rows = {case: row_of(case, stretch) for case, stretch in self.stretches.items()}
        self._check_cases(rows or {case: link.row for case, link in self.links.items()})

    # --- what the export says of itself

    def _read_manifest(self, names: set[str]) -> None:
        if MANIFEST not in names:
            _fail("file_missing", MANIFEST)
        with self.open_file(MANIFEST) as stream:
            data = stream.read(MAX_MANIFEST_BYTES)
        try:
            self.manifest = Manifest.from_bytes(data)
        except LedgerError as error:
            raise FaultError(Fault("manifest", MANIFEST, details=error.details)) from error
        self.report.sm3 = self.manifest.sm3

    @staticmethod
    def _compare_names(have: set[str], want: set[str]) -> None:
        if missing := want - have:
            _fail("file_missing", min(missing))
        if extra := have - want:
            _fail("file_extra", min(extra))

    def _read_checkpoint(self, keys: Sequence[Verifier], older: bytes | None) -> None:
        data = self._read(CHECKPOINT, MAX_NOTE_BYTES)
        own = self._own_keys()
        self.report.own_keys = not keys
        self.head = head = self._open_note(data, keys or own, CHECKPOINT)
        report, told = self.report, self.manifest
        report.origin, report.size, report.root = head.origin, head.size, head.root_text
        for field, want, got in (
            ("origin", head.origin, told.origin),
            ("size", head.size, told.size),
            ("root", head.root_text, told.root),
        ):
            if want != got:
                _fail("manifest_differs", MANIFEST, field=field, want=want, got=got)
        if older is not None:
            self._read_older(older, keys or own)

    def _own_keys(self) -> list[Verifier]:
        text = self._read(KEYS, MAX_NOTE_BYTES)
        try:
            return [parse_vkey(line) for line in text.decode().removesuffix("\n").split("\n")]
        except (LedgerError, UnicodeDecodeError) as error:
            raise FaultError(Fault("keys", KEYS)) from error

    def _open_note(self, data: bytes, keys: Sequence[Verifier], file: str) -> Checkpoint:
        try:
            head, note = open_checkpoint(data, keys)
        except LedgerError as error:
            raise FaultError(Fault(error.code, file, details=error.details)) from error
        if file == CHECKPOINT:
            self.report.signed_by = note.verified
            self.report.unknown = tuple(item.name for item in note.unknown())
        return head

    def _read_older(self, data: bytes, keys: Sequence[Verifier]) -> None:
        self.older = older = self._open_note(data, keys, "")
        if older.origin != self.head.origin:
            _fail("older_origin", CHECKPOINT, want=older.origin, got=self.head.origin)
        if older.size > self.head.size:
            _fail("older_size", CHECKPOINT, want=older.size, got=self.head.size)
        if older.size == 0:
            self._compare_older(())

    # --- the log

    def _check_shards(self, run: Run) -> bool:
        """Whether all is right with the log; if not, everything is as before, and nothing is said of it."""
        start, older = 0, self.report.older
        for shard in run(tasks(self.head.size, self.manifest.files, sm3=self.manifest.sm3)):
            if shard is None or not self._join(shard) or not self._grow(shard, start):
                break
            start += shard.entries
            self.report.entries = start
            if self.progress is not None:
                self.progress(start, self.head.size)
        else:
            if self._is_whole():
                return True
        self.stretches = {}
        self.builder = TileBuilder()
        self.saw_sm3 = False
        self.report.entries, self.report.older = 0, older
        return False

    def _join(self, shard: Shard) -> bool:
        self.saw_sm3 = self.saw_sm3 or shard.saw_sm3
        for case, stretch in shard.stretches.items():
            joined = join(self.stretches.get(case), stretch, sm3=self.manifest.sm3)
            if joined is None:
                return False
            self.stretches[case] = joined
        return True

    def _grow(self, shard: Shard, start: int) -> bool:
        """Let the tree grow by the shard, from entry ``start`` on; whether it is as its tiles and ``older`` say."""
        for top in shard.tops:
            if not self._continues(Tile(0, start // WIDTH)):
                return False
            if not all(self._is_tile(tile, hashes) for tile, hashes in self.builder.add_full(top)):
                return False
            start += WIDTH
        if shard.edge:
            if not self._continues(Tile(0, start // WIDTH, len(shard.edge))):
                return False
            # A partial tile fills none.
            list(self.builder.add(shard.edge))
        return True

    def _continues(self, tile: Tile) -> bool:
        """Whether the older checkpoint is not in this tile of leaf hashes, or has its root there."""
        start = tile.n * WIDTH
        if self.older is None or not start < self.older.size <= start + tile.width:
            return True
        leaves = hashes_in(self._read(tile.path, WIDTH * HASH_BYTES), tile)
        if self.builder.root(leaves[: self.older.size - start]) != self.older.root:
            return False
        self.report.older = self.older.size
        return True

    def _is_tile(self, tile: Tile, hashes: Sequence[Hash]) -> bool:
        return tile.level == 0 or self._read(tile.path, WIDTH * HASH_BYTES) == b"".join(hashes)

    def _is_whole(self) -> bool:
        partial = all(self._is_tile(tile, hashes) for tile, hashes in self.builder.partial())
        return partial and self.builder.root() == self.head.root and self.saw_sm3 == self.manifest.sm3

    def _check_log(self) -> None:
        for start in range(0, self.head.size, WIDTH):
            self._check_bundle(Tile(0, start // WIDTH, min(WIDTH, self.head.size - start)), start)
            if self.progress is not None:
                self.progress(self.builder.size, self.head.size)
        for tile, hashes in self.builder.partial():
            self._compare_tile(tile, hashes)
        if self.builder.root() != self.head.root:
            _fail("root", CHECKPOINT)
        if self.saw_sm3 != self.manifest.sm3:
            _fail("manifest_differs", MANIFEST, field="sm3", want=self.saw_sm3, got=self.manifest.sm3)

    def _check_bundle(self, bundle: Tile, start: int) -> None:
        path = bundle.entries_path
        hashes = self._read(bundle.path, WIDTH * HASH_BYTES)
        if len(hashes) != bundle.width * HASH_BYTES:
            _fail("tile", bundle.path)
        data = self._raw(path)
        entries, whole = entries_in(data, bundle.width)
        leaves = [sha256(b"\0" + entry).digest() for entry in entries]
        good = _alike(leaves, hashes)
        for place in range(good):
            self._check_entry(entries[place], leaves[place], path, start + place)
        if good < len(entries):
            _fail_entry("entry_hash", path, start + good, entries[good], tile=bundle.path)
        if not whole:
            _fail("bundle", path, entry=start + len(entries))
        self._compare_digest(path, data)
        if self.older is not None and start < self.older.size <= start + bundle.width:
            self._compare_older(leaves[: self.older.size - start])
        for tile, filled in self.builder.add(leaves):
            self._compare_tile(tile, filled)
        self.report.entries = self.builder.size

    def _check_entry(self, data: bytes, leaf: Hash, path: str, place: int) -> None:
        case: str | None = None
        n: int | None = None
        try:
            fields = parse(data)
            case, n = fields["case"], fields["n"]
            if "prev_sm3" in fields:
                self.saw_sm3 = True
            self.links[fields["case"]] = link(self.links.get(fields["case"]), fields, data, leaf, sm3=self.manifest.sm3)
        except LedgerError as error:
            raise FaultError(Fault(error.code, path, place, case, n, error.details)) from error

    def _compare_tile(self, tile: Tile, hashes: Sequence[Hash]) -> None:
        if not self._is_tile(tile, hashes):
            _fail("tile", tile.path)

    def _compare_older(self, leaves: Sequence[Hash]) -> None:
        assert self.older is not None
        if self.builder.root(leaves) != self.older.root:
            _fail("older_root", CHECKPOINT, size=self.older.size)
        self.report.older = self.older.size

    # --- the rows

    def _check_cases(self, rows: dict[str, Row]) -> None:
        size, digest = self.manifest.files[CASES]
        state, read = sha256(), 0
        want = iter(sorted(rows))
        with self.open_file(CASES) as stream:
            for number, line in enumerate(_lines(stream), 1):
                case = next(want, None)
                if case is None:
                    _fail("case_extra", CASES, line=number)
                if line != row_bytes(rows[case]) + b"\n":
                    raise FaultError(Fault("case_row", CASES, None, case, self._count_of(case), {"line": number}))
                state.update(line)
                read += len(line)
        case = next(want, None)
        if case is not None:
            raise FaultError(Fault("case_missing", CASES, None, case))
        if (size, digest) != (read, state.hexdigest()):
            _fail("file_changed", CASES)
        if self.manifest.cases != len(rows):
            _fail("manifest_differs", MANIFEST, field="cases", want=len(rows), got=self.manifest.cases)
        self.report.cases = len(rows)

    def _count_of(self, case: str) -> int:
        return count_of(self.stretches[case]) if self.stretches else self.links[case].n

    # --- files

    def _read(self, path: str, most: int) -> bytes:
        """The file, if it is what the manifest says."""
        if self.manifest.files[path][0] > most:
            _fail("file_changed", path)
        data = self._raw(path)
        self._compare_digest(path, data)
        return data

    def _raw(self, path: str) -> bytes:
        with self.open_file(path) as stream:
            # One byte more than there can be shows that there is more.
            return stream.read(_MAX_BUNDLE_BYTES + 1)

    def _compare_digest(self, path: str, data: bytes) -> None:
        if self.manifest.files[path] != (len(data), sha256(data).hexdigest()):
            _fail("file_changed", path)


_MAX_BUNDLE_BYTES: Final = WIDTH * (2 + 65_535)


def _alike(leaves: Sequence[Hash], hashes: bytes) -> int:
    """How many of ``leaves`` stand in ``hashes``, from the first on."""
    if hashes.startswith(b"".join(leaves)):
        return len(leaves)
    for place, leaf in enumerate(leaves):
        if leaf != hashes[place * HASH_BYTES : (place + 1) * HASH_BYTES]:
            return place
    return len(leaves)


def _lines(stream: BinaryIO) -> Iterator[bytes]:
    while line := stream.readline(MAX_LINE_BYTES):
        yield line


def _fail(code: str, file: str, *, entry: int | None = None, **details: object) -> NoReturn:
    raise FaultError(Fault(code, file, entry, details=details))


def _fail_entry(code: str, file: str, place: int, data: bytes, **details: object) -> NoReturn:
    """Fail for an entry whose bytes are not the sealed ones; what they say of themselves is told if it can be read."""
    case: str | None = None
    n: int | None = None
    try:
        fields = parse(data)
        case, n = fields["case"], fields["n"]
    except LedgerError:
        pass
    raise FaultError(Fault(code, file, place, case, n, details))
