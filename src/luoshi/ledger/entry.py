"""An entry 台账记录: one step of one case, as canonical bytes, and its digest.

The digest of an entry is its RFC 6962 leaf hash, SHA-256(0x00 ‖ canonical bytes): the same 32 bytes link the case's
chain and stand in the Merkle tree. Clock times, coordinates, names and free text never stand in an entry; they are
committed to (see :mod:`luoshi.ledger.commit`).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from hashlib import sha256
from typing import Any, Self

from luoshi.ledger import canonical
from luoshi.ledger.canonical import Value
from luoshi.ledger.errors import LedgerError
from luoshi.ledger.fields import SCHEMA, check_fields, sized
from luoshi.ledger.plain import read_plain


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file beside a step, by its digest: ``sha256`` in hex, ``size`` in bytes, ``kind`` a word of the mechanism."""

    sha256: str
    size: int
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One step of one case. Every field is public; days are ``YYYY-MM-DD`` in Asia/Shanghai.

    ``n`` counts the case's entries from 1; ``prev`` is the digest of the case's previous entry in hex (``ZEROS`` in
    the first). ``body`` is who is responsible after the step, ``actor_body`` and ``actor_role`` who took it.
    ``on_day`` is the day of the step, ``recorded_on`` the day on which the server wrote it. ``set`` holds the public
    columns that the step changes (see ``SETTABLE``): days, ``weight`` as an exact decimal, ``null`` to clear one.
    ``data`` is what else of the step is public. ``commitments`` has a commitment in hex for each field that is not.
    ``prev_sm3`` stands only where 国密 is required: the SM3 digest of the previous entry.
    """

    district: str
    case: str
    n: int
    prev: str
    mechanism: str
    version: int
    act: str
    actor_body: str
    actor_role: str
    on_day: str
    recorded_on: str
    stage_from: str
    stage_to: str
    body: str
    set: dict[str, str | None] = field(default_factory=dict)
    data: dict[str, Value] = field(default_factory=dict)
    commitments: dict[str, str] = field(default_factory=dict)
    attachments: tuple[Attachment, ...] = ()
    prev_sm3: str | None = None
    schema: int = SCHEMA

    def to_bytes(self) -> bytes:
        """The canonical bytes. Raises LedgerError ``entry_field``, ``entry_size`` or ``not_canonical``."""
        value = asdict(self)
        value["attachments"] = list(value["attachments"])
        if self.prev_sm3 is None:
            del value["prev_sm3"]
        check_fields(value)
        return sized(canonical.write(value))

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """The entry with the canonical bytes ``data``. Raises LedgerError as :func:`parse`."""
        value = parse(data)
        value["attachments"] = tuple(Attachment(**item) for item in value["attachments"])
        return cls(**value)


def parse(data: bytes) -> dict[str, Any]:
    """The fields of the entry with the canonical bytes ``data``, checked.

    Raises LedgerError ``not_canonical``, ``entry_field`` or ``entry_size``.
    """
    value = read_plain(data)
    if value is None:
        value = canonical.read(sized(data))
        if type(value) is not dict:
            raise LedgerError("entry_field", field="")
        check_fields(value)
    return value


def digest(data: bytes) -> bytes:
    """The digest of the entry with the canonical bytes ``data``: SHA-256(0x00 ‖ data), RFC 6962 §2.1."""
    return sha256(b"\0" + data).digest()


def sm3_digest(data: bytes) -> bytes:
    """The second digest, SM3(0x00 ‖ data) by GB/T 32905. Raises LedgerError ``no_sm3`` if the library lacks it."""
    from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415 - only who asks for SM3 waits for it
    from cryptography.hazmat.primitives import hashes  # noqa: PLC0415

    try:
        state = hashes.Hash(hashes.SM3())
    except UnsupportedAlgorithm as error:
        raise LedgerError("no_sm3") from error
    state.update(b"\0" + data)
    return state.finalize()
