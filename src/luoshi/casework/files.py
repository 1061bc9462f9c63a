"""Files 附件 by their content: each is kept once under its SHA-256, whole or not at all.

A file is written beside its place under a temporary name, digested on the way, brought to the disk, and renamed; what
is interrupted before leaves a temporary file alone, which :meth:`Files.sweep` takes away. A file that is there is never
written again.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from errno import EDQUOT, ENOSPC
from pathlib import Path
from typing import BinaryIO, Final, Protocol

from luoshi.casework.errors import CaseworkError
from luoshi.mechanisms.acts import File

LARGEST: Final = 200 * 1024 * 1024
"""Bytes that a file may have, if the place sets no other bound."""
BLOCK: Final = 1024 * 1024
TEMPORARY: Final = ".part-"
LEFT_SECONDS: Final = 24 * 3600
"""A temporary file that nobody has written to for so long was left by an upload that broke off."""
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")


class Stream(Protocol):
    """What bytes are read from."""

    def read(self, size: int, /) -> bytes:
        """At most ``size`` bytes; none at the end."""
        ...


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that is on disk: its digest in hex and its size in bytes."""

    sha256: str
    size: int

    def under(self, field: str) -> File:
        """It as evidence for an act, under a field of the form."""
        return File(field, self.sha256, self.size)


class Files:
    """The files in ``folder``, which is made if it is not there; none larger than ``largest`` bytes."""

    def __init__(self, folder: Path, *, largest: int = LARGEST) -> None:
        self.folder = folder
        self.largest = largest

    def path(self, sha256: str) -> Path:
        """Where the file with this digest is or would be. Raises CaseworkError ``file_digest`` for what is none."""
        if not _DIGEST.fullmatch(sha256):
            raise CaseworkError("file_digest", digest=sha256)
        return self.folder / sha256[:2] / sha256

    def open(self, sha256: str) -> BinaryIO:
        """The file with this digest, for reading. Raises CaseworkError ``file_missing``."""
        try:
            return self.path(sha256).open("rb")
        except FileNotFoundError as error:
            raise CaseworkError("file_missing", digest=sha256) from error

    def put(self, stream: Stream, *, size: int | None = None) -> Kept:
        """Keep what ``stream`` gives; it is on disk when this returns, or nothing of it ever is under its name.

        ``size``: how many bytes were announced. Raises CaseworkError ``file_too_large``, ``file_broken_off`` (fewer or
        more bytes than announced), ``file_empty``, ``store_full``; what reading raises goes through.
        """
        if size is not None and size > self.largest:
            raise CaseworkError("file_too_large", most=self.largest)
        temporary: Path | None = None
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(prefix=TEMPORARY, dir=self.folder)
            temporary = Path(name)
            with os.fdopen(handle, "wb") as out:
                kept = self._copy(stream, out, size)
                out.flush()
                os.fsync(out.fileno())
            self._settle(temporary, kept.sha256)
        except OSError as error:
            _remove(temporary)
            if error.errno in (ENOSPC, EDQUOT):
                raise CaseworkError("store_full", reason=error.strerror) from error
            raise
        except BaseException:
            _remove(temporary)
            raise
        return kept

    def _copy(self, stream: Stream, out: BinaryIO, announced: int | None) -> Kept:
        told, size = hashlib.sha256(), 0
        while block := stream.read(BLOCK):
            size += len(block)
            if size > self.largest:
                raise CaseworkError("file_too_large", most=self.largest)
            told.update(block)
            out.write(block)
        if announced is not None and size != announced:
            raise CaseworkError("file_broken_off", want=announced, got=size)
        if not size:
            raise CaseworkError("file_empty")
        return Kept(told.hexdigest(), size)

    def _settle(self, temporary: Path, sha256: str) -> None:
        """Give the file its name, and bring the names to the disk, too."""
        target = self.path(sha256)
        if target.exists():
            temporary.unlink()
            return
        made = not target.parent.exists()
        target.parent.mkdir(exist_ok=True)
        temporary.rename(target)
        _sync(target.parent)
        if made:
            _sync(self.folder)

    def sweep(self, now: Callable[[], float] = time.time) -> int:
        """Remove temporary files of uploads that broke off; how many there were."""
        count = 0
        for left in self.folder.glob(f"{TEMPORARY}*"):
            with suppress(FileNotFoundError):
                if now() - left.stat().st_mtime > LEFT_SECONDS:
                    left.unlink()
                    count += 1
        return count


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _remove(temporary: Path | None) -> None:
    if temporary is not None:
        temporary.unlink(missing_ok=True)
