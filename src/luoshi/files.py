"""Files in and out of the command line: input within a limit, outputs all or none."""

from __future__ import annotations

import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Final, Self

from luoshi.messages import MIB
from luoshi.reading.errors import ReadError

INPUT_LIMIT: Final = 64 * MIB
STANDARD_INPUT: Final = "-"


def read_input(name: str) -> bytes:
    """The bytes of the file ``name`` (``-``: standard input), never more than :data:`INPUT_LIMIT`.

    Raises :class:`ReadError` ``input_missing``, ``input_is_folder``, ``input_unreadable`` or ``too_large``.
    """
    if name == STANDARD_INPUT:
        return _read_limited(sys.stdin.buffer, name)
    path = Path(name)
    try:
        with path.open("rb") as stream:
            status = os.fstat(stream.fileno())
            if stat.S_ISREG(status.st_mode) and status.st_size > INPUT_LIMIT:
                raise ReadError("too_large", name=name, limit=INPUT_LIMIT, unit="bytes")
            return _read_limited(stream, name)
    except FileNotFoundError as error:
        raise ReadError("input_missing", name=name) from error
    except IsADirectoryError as error:
        raise ReadError("input_is_folder", name=name) from error
    except OSError as error:
        # Windows answers "permission denied" when a folder is opened.
        code = "input_is_folder" if path.is_dir() else "input_unreadable"
        raise ReadError(code, name=name, reason=error.strerror or error) from error


def _read_limited(stream: BinaryIO, name: str) -> bytes:
    data = stream.read(INPUT_LIMIT + 1)
    if len(data) > INPUT_LIMIT:
        raise ReadError("too_large", name=name, limit=INPUT_LIMIT, unit="bytes")
    return data


class Outputs:
    """Several output files that appear together or not at all.

    Made before the work, so that what cannot be written is refused at once: each output gets a temporary file beside
    it, :meth:`write` fills them, :meth:`commit` renames them into place. Leaving the ``with`` block removes what was
    not committed.
    """

    def __init__(self, names: Sequence[str], *, inputs: Sequence[str], force: bool, allowed: Sequence[str]) -> None:
        """``allowed`` are the endings (``.xlsx``) that can be written. Raises :class:`ReadError` ``output_…``."""
        self._temporary: dict[Path, Path] = {}
        self._targets = [_checked(name, allowed, force=force) for name in names]
        taken: list[Path] = []
        for name, target in zip(names, self._targets, strict=True):
            if any(_same(target, other) for other in taken):
                raise ReadError("output_twice", name=name)
            if any(_same(target, Path(given)) for given in inputs if given != STANDARD_INPUT):
                raise ReadError("output_is_input", name=name)
            if target.exists() and not force:
                raise ReadError("output_exists", name=name)
            taken.append(target)

    def __enter__(self) -> Self:
        try:
            for target in self._targets:
                self._temporary[target] = _temporary_beside(target)
        except BaseException:
            self._remove_temporaries()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._remove_temporaries()

    @property
    def targets(self) -> list[Path]:
        """The outputs, in the order in which they were given."""
        return list(self._targets)

    def write(self, target: Path, writer: Callable[[Path], None]) -> None:
        """Let ``writer`` fill the temporary file of ``target``."""
        temporary = self._temporary[target]
        try:
            writer(temporary)
            with temporary.open("rb") as stream:
                os.fsync(stream.fileno())
        except OSError as error:
            raise _unwritable(target, error) from error

    def commit(self) -> None:
        """Rename all temporaries into place; if one fails, put back what stood there before."""
        done: list[tuple[Path, Path | None]] = []
        try:
            for target in self._targets:
                done.append((target, _backup_of(target)))
                _rename(self._temporary[target], target)
        except BaseException:
            for target, backup in reversed(done):
                if backup is not None:
                    backup.replace(target)
                elif target in [item for item, _ in done[:-1]]:
                    target.unlink()
            raise
        for _, backup in done:
            if backup is not None:
                backup.unlink()
        self._temporary.clear()

    def _remove_temporaries(self) -> None:
        for temporary in self._temporary.values():
            with suppress(FileNotFoundError):
                temporary.unlink()
        self._temporary.clear()


def _checked(name: str, allowed: Sequence[str], *, force: bool) -> Path:
    path = Path(name)
    if path.suffix.lower() not in allowed:
        raise ReadError("output_suffix", name=name, allowed=" ".join(allowed))
    if path.is_dir():
        raise ReadError("output_is_folder", name=name)
    # A link is followed: what it points to is replaced, not the link.
    return path.resolve()


def _same(one: Path, other: Path) -> bool:
    if one.exists() and other.exists():
        return one.samefile(other)
    return one == other.resolve()


def _unwritable(target: Path, error: OSError) -> ReadError:
    return ReadError("output_unwritable", name=str(target), reason=error.strerror or error)


def _temporary_beside(target: Path) -> Path:
    try:
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=".luoshi-", suffix=target.suffix)
        os.close(handle)
        if target.exists():
            shutil.copymode(target, name)
        else:
            Path(name).chmod(0o666 & ~_umask())
    except OSError as error:
        raise _unwritable(target, error) from error
    return Path(name)


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _backup_of(target: Path) -> Path | None:
    if not target.exists():
        return None
    backup = target.with_name(f".luoshi-{os.getpid()}-before{target.suffix}")
    try:
        with suppress(FileNotFoundError):
            backup.unlink()
        try:
            backup.hardlink_to(target)
        except OSError:  # a file system without links
            shutil.copy2(target, backup)
    except OSError as error:
        raise _unwritable(target, error) from error
    return backup


def _rename(temporary: Path, target: Path) -> None:
    try:
        temporary.replace(target)
    except OSError as error:
        raise _unwritable(target, error) from error
