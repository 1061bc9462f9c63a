"""Writing the public ledger: a folder that proves itself to whoever has the log's key.

checkpoint        the signed head of the log
keys.txt          the public keys of the log, one a line
cases.jsonl       a row of the public relation ``cases`` a line, sorted by case
tile/…            the Merkle tree in tiles, the entries in bundles
manifest.json     every other file with its size and SHA-256
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import sha256

from luoshi.ledger.chain import link, row_bytes
from luoshi.ledger.checkpoint import Checkpoint, open_checkpoint
from luoshi.ledger.entry import digest, parse
from luoshi.ledger.errors import LedgerError
from luoshi.ledger.manifest import CASES, CHECKPOINT, KEYS, MANIFEST, Manifest
from luoshi.ledger.note import Verifier
from luoshi.ledger.shard import Shard, Stretch, follow, join, link_of, row_of
from luoshi.ledger.tiles import WIDTH, Tile, TileBuilder, bundle_bytes
from luoshi.ledger.tlog import Hash

Write = Callable[[str, Iterable[bytes]], None]
"""Writes one file: its path in the export, and its content in pieces."""


def export(
    entries: Iterable[bytes], checkpoint: bytes, keys: Sequence[Verifier], write: Write, *, sm3: bool = False
) -> Manifest:
    """Write the ledger whose entries, in the order of the log, have the signed ``checkpoint``. The manifest comes last.

    ``entries`` are read once; of each case only its ends and what it has set are held. ``sm3`` says whether any of them
    carries a second digest. Raises LedgerError ``unsigned`` or
    ``signature`` if none of ``keys`` signed, ``chain_…`` and ``entry_…`` for an entry that is wrong, ``export_root`` if
    the entries do not give the checkpoint's root, ``export_sm3`` if ``sm3`` is not so: what would not verify is not
    finished.
    """
    head, _ = open_checkpoint(checkpoint, keys)
    out = _Out(head, write)
    out.put(CHECKPOINT, [checkpoint])
    out.put(KEYS, [f"{key.vkey}\n".encode() for key in keys])
    out.manifest.sm3 = sm3
    cases = _write_log(entries, out)
    out.put(CASES, (row_bytes(row_of(case, cases[case])) + b"\n" for case in sorted(cases)))
    out.manifest.cases = len(cases)
    write(MANIFEST, [out.manifest.to_bytes()])
    return out.manifest


class _Out:
    """Writes files and keeps their sizes and digests."""

    def __init__(self, head: Checkpoint, write: Write) -> None:
        self.head = head
        self.manifest = Manifest(head.origin, head.size, head.root_text)
        self._write = write

    def put(self, path: str, pieces: Iterable[bytes]) -> None:
        state, size = sha256(), 0

        def counted() -> Iterator[bytes]:
            nonlocal size
            for piece in pieces:
                state.update(piece)
                size += len(piece)
                yield piece

        self._write(path, counted())
        self.manifest.files[path] = (size, state.hexdigest())


def _write_log(entries: Iterable[bytes], out: _Out) -> dict[str, Stretch]:
    """Write tiles and bundles; each case with all its entries as one stretch, which begins as a case does."""
    log = Shard()
    builder = TileBuilder()
    for batch in _batches(entries):
        leaves = [digest(data) for data in batch]
        misfit = follow(log, batch, leaves, sm3=out.manifest.sm3)
        if misfit is not None:
            raise _misfit(log, batch[misfit], leaves[misfit], sm3=out.manifest.sm3)
        bundle = Tile(0, builder.size // WIDTH, len(batch))
        out.put(bundle.entries_path, [bundle_bytes(batch)])
        for tile, hashes in builder.add(leaves):
            out.put(tile.path, hashes)
    for tile, hashes in builder.partial():
        out.put(tile.path, hashes)
    for case, stretch in log.stretches.items():
        if join(None, stretch, sm3=out.manifest.sm3) is None:
            raise LedgerError("chain_n", case=case, want=1, got=stretch[0][2])
    if (builder.size, builder.root()) != (out.head.size, out.head.root):
        raise LedgerError("export_root", size=builder.size, want=out.head.size)
    if log.saw_sm3 != out.manifest.sm3:
        raise LedgerError("export_sm3", want=log.saw_sm3)
    return log.stretches


def _misfit(log: Shard, data: bytes, leaf: Hash, *, sm3: bool) -> LedgerError:
    """Why the entry ``data`` does not follow its case's last one."""
    fields = parse(data)
    case = fields["case"]
    try:
        link(link_of(case, log.stretches[case]), fields, data, leaf, sm3=sm3)
    except LedgerError as error:
        error.details["case"] = case
        return error
    raise AssertionError(case)


def _batches(entries: Iterable[bytes]) -> Iterator[list[bytes]]:
    batch: list[bytes] = []
    for data in entries:
        batch.append(data)
        if len(batch) == WIDTH:
            yield batch
            batch = []
    if batch:
        yield batch
