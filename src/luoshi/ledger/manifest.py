"""The manifest of an export: what the log is, and each file with its size and SHA-256.

It repeats what the signed checkpoint says and adds nothing that is to be believed; it makes a copy that is not whole
visible at once, also with ``sha256sum``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from luoshi.ledger import canonical
from luoshi.ledger.checkpoint import Checkpoint
from luoshi.ledger.errors import LedgerError
from luoshi.ledger.tiles import tiles_of

FORMAT: Final = "luoshi-ledger-export"
VERSION: Final = 1

MANIFEST: Final = "manifest.json"
CHECKPOINT: Final = "checkpoint"
KEYS: Final = "keys.txt"
CASES: Final = "cases.jsonl"

_FIELDS: Final = {"cases", "files", "format", "format_version", "origin", "root", "size", "sm3"}
_HEX: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(slots=True)
class Manifest:
    """``files`` maps a path to (size in bytes, SHA-256 in hex). ``sm3``: entries carry a second digest."""

    origin: str
    size: int
    root: str
    cases: int = 0
    sm3: bool = False
    files: dict[str, tuple[int, str]] = field(default_factory=dict)

    def to_bytes(self) -> bytes:
        """The canonical bytes and a newline."""
        files = [{"path": path, "sha256": digest, "size": size} for path, (size, digest) in sorted(self.files.items())]
        value: dict[str, Any] = {
            "format": FORMAT,
            "format_version": VERSION,
            "origin": self.origin,
            "size": self.size,
            "root": self.root,
            "cases": self.cases,
            "sm3": self.sm3,
            "files": files,
        }
        return canonical.encode(value) + b"\n"

    @classmethod
    def from_bytes(cls, data: bytes) -> Manifest:
        """Raises LedgerError ``manifest`` or ``not_canonical`` unless ``data`` is what :meth:`to_bytes` gives."""
        if data[-1:] != b"\n":
            raise LedgerError("manifest", field="")
        value = canonical.decode(data[:-1])
        if type(value) is not dict or value.keys() != _FIELDS:
            raise LedgerError("manifest", field="")
        for name, kind in (("format", str), ("origin", str), ("root", str), ("sm3", bool), ("files", list)):
            if type(value[name]) is not kind:
                raise LedgerError("manifest", field=name)
        for name in ("format_version", "size", "cases"):
            if type(value[name]) is not int or value[name] < 0:
                raise LedgerError("manifest", field=name)
        if value["format"] != FORMAT or value["format_version"] != VERSION:
            raise LedgerError("manifest", field="format")
        files: dict[str, tuple[int, str]] = {}
        last = ""
        for item in value["files"]:
            if not _is_file(item) or item["path"] <= last:
                raise LedgerError("manifest", field="files")
            last = item["path"]
            files[last] = (item["size"], item["sha256"])
        return cls(value["origin"], value["size"], value["root"], value["cases"], value["sm3"], files)


def paths_of(checkpoint: Checkpoint) -> Iterator[str]:
    """Every path that an export of ``checkpoint`` has, the manifest apart."""
    yield from (CHECKPOINT, KEYS, CASES)
    for tile in tiles_of(checkpoint.size):
        yield tile.path
        if tile.level == 0:
            yield tile.entries_path


def _is_file(item: object) -> bool:
    return (
        type(item) is dict
        and item.keys() == {"path", "sha256", "size"}
        and type(item["path"]) is str
        and type(item["size"]) is int
        and item["size"] >= 0
        and type(item["sha256"]) is str
        and _HEX.fullmatch(item["sha256"]) is not None
    )
