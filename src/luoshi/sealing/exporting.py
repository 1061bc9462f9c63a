"""The export of the public ledger into a folder that appears whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from luoshi.casework.sql import reading
from luoshi.ledger.entry import parse
from luoshi.ledger.export import export
from luoshi.ledger.manifest import MANIFEST, Manifest
from luoshi.sealing import log
from luoshi.sealing.errors import SealingError
from luoshi.sealing.keys import Keys

SM3: Final = b'"prev_sm3":'
TOLD_EACH: Final = 4096
"""Entries between two reports of progress."""

Progress = Callable[[int, int], None]


@reading()
def export_to(folder: Path, keys: Keys, *, force: bool = False, progress: Progress | None = None) -> Manifest:
    """Write the sealed ledger of the store to ``folder``: everything up to the last checkpoint, of all districts.

    With ``force`` an export that is there is replaced when the new one is whole. Raises SealingError
    ``nothing_sealed``, ``folder_…``, ``entries_gone``; LedgerError for a ledger that would not verify; nothing is left.
    """
    head = log.head()
    if head is None:
        raise SealingError("nothing_sealed")
    with whole_folder(folder, force=force) as draft:

        def write(path: str, pieces: Iterable[bytes]) -> None:
            file = draft / path
            file.parent.mkdir(parents=True, exist_ok=True)
            with file.open("xb") as stream:
                stream.writelines(pieces)

        entries = log.entries(head.size)
        if progress is not None:
            entries = _told(entries, head.size, progress)
        return export(entries, head.note, keys.verifiers, write, sm3=carries_sm3(head.size))


def carries_sm3(size: int) -> bool:
    """Whether one of the first ``size`` entries of the log carries a second digest."""
    if size == 0:
        return False
    tx = log.reader()
    found = "instr(data, CAST(%s AS BLOB)) > 0" if tx.sqlite else "position(%s::bytea IN data) > 0"
    sql = f"SELECT id, data FROM casework_entry WHERE id > %s AND id <= %s AND {found} ORDER BY id LIMIT 1"
    last, end = 0, log.id_at(size - 1)
    # Deep in an entry's data the same letters may stand, too, so each that is found is read.
    while rows := tx.all(sql, (last, end, SM3)):
        if "prev_sm3" in parse(bytes(rows[0][1])):
            return True
        last = rows[0][0]
    return False


def _told(entries: Iterator[bytes], size: int, progress: Progress) -> Iterator[bytes]:
    for done, data in enumerate(entries):
        if done % TOLD_EACH == 0:
            progress(done, size)
        yield data
    progress(size, size)


@contextmanager
def whole_folder(folder: Path, *, force: bool, has: str = MANIFEST) -> Iterator[Path]:
    """A folder beside ``folder`` to fill; it takes its place when the block ends well, and is gone otherwise.

    ``has``: the file that tells one of its kind, so that ``force`` replaces no other. Raises SealingError
    ``folder_is_file``, ``folder_parent``, ``folder_full`` (there is something in it, and no ``force``),
    ``folder_other`` (what is in it is of another kind), ``folder_unwritable``.
    """
    target = folder.absolute()
    _check(target, force=force, has=has)
    try:
        draft = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    except OSError as error:
        raise _unwritable(target, error) from error
    try:
        try:
            draft.chmod(0o777 & ~_umask())
            yield draft
            _flush(draft)
            _put(draft, target)
        except OSError as error:
            raise _unwritable(target, error) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _check(target: Path, *, force: bool, has: str) -> None:
    name = str(target)
    if not target.parent.is_dir():
        raise SealingError("folder_parent", name=str(target.parent))
    if not target.exists():
        return
    if target.is_symlink() or not target.is_dir():
        raise SealingError("folder_is_file", name=name)
    try:
        inside = {path.name for path in target.iterdir()}
    except OSError as error:
        raise _unwritable(target, error) from error
    if inside and not force:
        raise SealingError("folder_full", name=name)
    if inside and has not in inside:
        raise SealingError("folder_other", name=name)


def _flush(draft: Path) -> None:
    """Everything to the disk before the name says that it is there; one call for what may be 100,000 files."""
    if hasattr(os, "sync"):
        os.sync()
        return
    for path in draft.rglob("*"):
        if path.is_file():
            with path.open("rb+") as stream:
                os.fsync(stream.fileno())


def _put(draft: Path, target: Path) -> None:
    if not target.exists():
        draft.rename(target)
        return
    before = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    try:
        target.rename(before / "before")
        try:
            draft.rename(target)
        except OSError:
            (before / "before").rename(target)
            raise
    finally:
        shutil.rmtree(before, ignore_errors=True)


def _unwritable(target: Path, error: OSError) -> SealingError:
    return SealingError("folder_unwritable", name=str(target), reason=error.strerror or str(error))


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
