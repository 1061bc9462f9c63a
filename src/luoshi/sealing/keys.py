"""The log's keys: a file of its own, readable to its owner alone, never in the database.

One key a line: a signer (``PRIVATE+KEY+…``) signs every checkpoint; a verifier (``NAME+ID+…``) is one that has signed
before and no longer does, so that old checkpoints can still be checked. All bear the log's name, its origin.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from luoshi.ledger.errors import LedgerError
from luoshi.ledger.note import KEY_BYTES, Signer, Verifier, new_signer, parse_skey, parse_vkey
from luoshi.sealing.errors import SealingError

MOST_BYTES: Final = 1 << 20
OWNER_ONLY: Final = 0o600


@dataclass(frozen=True, slots=True)
class Keys:
    """The log's keys: ``signers`` sign, ``retired`` have signed. At least one signs."""

    signers: tuple[Signer, ...]
    retired: tuple[Verifier, ...] = ()

    @property
    def origin(self) -> str:
        """The log's name."""
        return self.signers[0].name

    @property
    def verifiers(self) -> tuple[Verifier, ...]:
        """Every public key that may have signed."""
        return (*(signer.verifier for signer in self.signers), *self.retired)


def read_keys(path: Path, origin: str = "") -> Keys:
    """The keys in ``path``, which are ``origin``'s if that is given.

    Raises SealingError ``key_missing``, ``key_open`` (others may read it), ``key_unreadable``, ``key_bad``,
    ``key_origin``.
    """
    try:
        with path.open("rb") as stream:
            mode = os.fstat(stream.fileno()).st_mode
            text = stream.read(MOST_BYTES).decode("ascii", "replace")
    except FileNotFoundError as error:
        raise SealingError("key_missing", name=str(path)) from error
    except OSError as error:
        raise SealingError("key_unreadable", name=str(path), reason=error.strerror or str(error)) from error
    if os.name == "posix" and mode & 0o077:
        raise SealingError("key_open", name=str(path))
    keys = _parsed(path, text)
    if origin and keys.origin != origin:
        raise SealingError("key_origin", name=str(path), want=origin, got=keys.origin)
    return keys


def _parsed(path: Path, text: str) -> Keys:
    signers: list[Signer] = []
    retired: list[Verifier] = []
    for number, line in enumerate(text.splitlines(), 1):
        try:
            if line.startswith("PRIVATE+"):
                signers.append(parse_skey(line))
            elif line:
                retired.append(parse_vkey(line))
        except LedgerError as error:
            raise SealingError("key_bad", name=str(path), line=number) from error
    names = {signer.name for signer in signers} | {key.name for key in retired}
    if not signers or len(names) != 1:
        raise SealingError("key_bad", name=str(path), line=1)
    return Keys(tuple(signers), tuple(retired))


def make_keys(path: Path, origin: str) -> Keys:
    """A new key for the log ``origin`` in the new file ``path``.

    Raises SealingError ``key_there``, ``origin_bad``, ``key_unreadable``.
    """
    keys = Keys((_new(origin),))
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = _written(path, keys)
        try:
            # A link, unlike a rename, replaces nothing: of two that begin at once the first wins.
            os.link(draft, path)
        finally:
            draft.unlink()
    except FileExistsError as error:
        raise SealingError("key_there", name=str(path)) from error
    except OSError as error:
        raise SealingError("key_unreadable", name=str(path), reason=error.strerror or str(error)) from error
    return keys


def add_key(path: Path, keys: Keys) -> Keys:
    """``keys`` and a new one that signs, too, written to ``path``. Raises SealingError ``key_unreadable``."""
    return _replaced(path, Keys((*keys.signers, _new(keys.origin)), keys.retired))


def retire_key(path: Path, keys: Keys, vkey: str) -> Keys:
    """``keys`` without the private half of ``vkey``, written to ``path``; it is kept as one that has signed.

    Raises SealingError ``key_unknown``, ``key_last`` if no other one signs, ``key_unreadable``.
    """
    going = [signer for signer in keys.signers if vkey in (signer.verifier.vkey, signer.verifier.key_id.hex())]
    if not going:
        raise SealingError("key_unknown", name=str(path), key=vkey)
    staying = tuple(signer for signer in keys.signers if signer not in going)
    if not staying:
        raise SealingError("key_last", name=str(path))
    return _replaced(path, Keys(staying, (*keys.retired, *(signer.verifier for signer in going))))


def _new(origin: str) -> Signer:
    try:
        return new_signer(origin, secrets.token_bytes(KEY_BYTES))
    except LedgerError as error:
        raise SealingError("origin_bad", name=origin) from error


def _replaced(path: Path, keys: Keys) -> Keys:
    try:
        _written(path, keys).replace(path)
    except OSError as error:
        raise SealingError("key_unreadable", name=str(path), reason=error.strerror or str(error)) from error
    return keys


def _written(path: Path, keys: Keys) -> Path:
    """A file beside ``path`` with ``keys``, on the disk and readable to its owner alone."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    lines: Sequence[str] = [*(signer.skey for signer in keys.signers), *(key.vkey for key in keys.retired)]
    handle = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, OWNER_ONLY)
    with os.fdopen(handle, "w", encoding="ascii") as stream:
        stream.write("".join(f"{line}\n" for line in lines))
        stream.flush()
        os.fsync(stream.fileno())
    return draft
