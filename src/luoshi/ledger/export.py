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

from luoshi.ledger.chain import Link, link, row_bytes
from luoshi.ledger.checkpoint import Checkpoint, open_checkpoint
from luoshi.ledger.entry import digest, parse
from luoshi.ledger.errors import LedgerError
from luoshi.ledger.manifest import CASES, CHECKPOINT, KEYS, MANIFEST, Manifest
from luoshi.ledger.note import Verifier
from luoshi.ledger.tiles import WIDTH, Tile, TileBuilder, bundle_bytes
from luoshi.ledger.tlog import Hash

Write = Callable[[str, Iterable[bytes]], None]
"""Writes one file: its path in the export, and its content in pieces."""


def export(entries: Iterable[bytes], checkpoint: bytes, keys: Sequence[Verifier], write: Write) -> Manifest:
    """Write the ledger whose entries, in the order of the log, have the signed ``checkpoint``. The manifest comes last.

    ``entries`` are read once; of the cases only the last link and the row are held. Raises LedgerError ``unsigned`` or
    ``signature`` if none of ``keys`` signed, ``chain_…`` and ``entry_…`` for an entry that is wrong, ``export_root`` if
    the entries do not give the checkpoint's root: what would not verify is not finished.
    """
    head, _ = open_checkpoint(checkpoint, keys)
    out = _Out(head, write)
    out.put(CHECKPOINT, [checkpoint])
    out.put(KEYS, [f"{key.vkey}\n".encode() for key in keys])
    links = _write_log(entries, out)
    out.put(CASES, (row_bytes(links[case].row) + b"\n" for case in sorted(links)))
    out.manifest.cases = len(links)
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


def _write_log(entries: Iterable[bytes], out: _Out) -> dict[str, Link]:
    links: dict[str, Link] = {}
    builder = TileBuilder()
    for batch in _batches(entries):
        leaves = [_take(data, links, out.manifest) for data in batch]
        bundle = Tile(0, builder.size // WIDTH, len(batch))
        out.put(bundle.entries_path, [bundle_bytes(batch)])
        for tile, hashes in builder.add(leaves):
            out.put(tile.path, hashes)
    for tile, hashes in builder.partial():
        out.put(tile.path, hashes)
    if (builder.size, builder.root()) != (out.head.size, out.head.root):
        raise LedgerError("export_root", size=builder.size, want=out.head.size)
    return links


def _take(data: bytes, links: dict[str, Link], manifest: Manifest) -> Hash:
    fields = parse(data)
    if "prev_sm3" in fields and not manifest.sm3:
        manifest.sm3 = True
    leaf = digest(data)
    case = fields["case"]
    links[case] = link(links.get(case), fields, data, leaf)
    return leaf


def _batches(entries: Iterable[bytes]) -> Iterator[list[bytes]]:
    batch: list[bytes] = []
    for data in entries:
        batch.append(data)
        if len(batch) == WIDTH:
            yield batch
            batch = []
    if batch:
        yield batch
