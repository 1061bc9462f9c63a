"""Checkpoints (C2SP tlog-checkpoint): the size and the root of the log, as the text of a signed note.

origin
size in decimal
base64 of the root
(further lines, which we never write and only carry along)
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from luoshi.ledger.errors import LedgerError
from luoshi.ledger.note import Note, Signer, Verifier, from_base64, open_note, sign
from luoshi.ledger.tlog import HASH_BYTES, Hash

_SIZE: Final = re.compile(r"0|[1-9][0-9]{0,18}")
_LARGEST: Final = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of a log: ``origin`` names the log, ``size`` counts its entries, ``root`` is MTH(D[0:size])."""

    origin: str
    size: int
    root: Hash
    extensions: tuple[str, ...] = ()

    def text(self) -> str:
        """The text to sign. Raises LedgerError ``checkpoint`` if a field does not fit its line."""
        lines = (self.origin, str(self.size), self.root_text, *self.extensions)
        text = "".join(f"{line}\n" for line in lines)
        if parse_checkpoint(text) != self:
            raise LedgerError("checkpoint", why="fields")
        return text

    @property
    def root_text(self) -> str:
        """The root in base64, as the checkpoint shows it."""
        return base64.b64encode(self.root).decode()


def parse_checkpoint(text: str) -> Checkpoint:
    """The checkpoint that the text of a note holds. Raises LedgerError ``checkpoint`` if it holds none."""
    origin, *rest = text.removesuffix("\n").split("\n")
    if not text.endswith("\n") or len(rest) < 2 or not all((origin, *rest)):
        raise LedgerError("checkpoint", why="lines")
    size, root, *extensions = rest
    if not _SIZE.fullmatch(size) or int(size) > _LARGEST:
        raise LedgerError("checkpoint", why="size")
    data = from_base64(root)
    if data is None or len(data) != HASH_BYTES:
        raise LedgerError("checkpoint", why="root")
    return Checkpoint(origin, int(size), data, tuple(extensions))


def sign_checkpoint(checkpoint: Checkpoint, signers: Sequence[Signer]) -> bytes:
    """The signed note of ``checkpoint``. The log's own key bears the origin as its name."""
    return sign(checkpoint.text(), signers)


def open_checkpoint(data: bytes, keys: Iterable[Verifier]) -> tuple[Checkpoint, Note]:
    """The checkpoint in the note ``data``, signed by one of ``keys`` at least. Raises LedgerError as ``open_note``."""
    note = open_note(data, keys)
    return parse_checkpoint(note.text), note
