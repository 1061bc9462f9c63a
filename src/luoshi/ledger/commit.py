"""Salted commitments 加盐承诺: an entry binds a personal field without holding it.

    commitment = HMAC-SHA-256(key = salt, message = DOMAIN ‖ len(name) ‖ name ‖ kind ‖ len(value) ‖ value)

``len`` is eight bytes, big-endian; ``name`` is the field's name; ``kind`` is ``t`` for text (in UTF-8) and ``b`` for
bytes. The salt is 32 random bytes of its own for every field of every entry, kept with the plaintext and apart from
the ledger. Whoever holds both can show what was meant (HMAC with a random key binds: SHA-256 is collision-resistant);
without the salt nothing can be learnt, not even that two values are equal. When salt and plaintext are erased the
commitment stays, and with it the chain, and says nothing any more.
"""

from __future__ import annotations

import hmac
from functools import lru_cache
from hashlib import sha256
from typing import Final

from luoshi.ledger.errors import LedgerError

DOMAIN: Final = b"luoshi ledger commitment v1\n"
SALT_BYTES: Final = 32

_BLOCK: Final = 64
_INNER: Final = bytes(byte ^ 0x36 for byte in range(256))
_OUTER: Final = bytes(byte ^ 0x5C for byte in range(256))
_INNER_REST: Final = b"\x36" * (_BLOCK - SALT_BYTES)
_OUTER_REST: Final = b"\x5c" * (_BLOCK - SALT_BYTES)
"""HMAC (RFC 2104) by two digests: a message is so short that the library's own call for it takes twice as long."""


def commit(name: str, value: str | bytes, salt: bytes) -> bytes:
    """The 32-byte commitment to ``value`` in the field ``name``. Raises LedgerError ``salt`` unless it has 32 bytes."""
    if len(salt) != SALT_BYTES:
        raise LedgerError("salt", size=len(salt))
    kind, data = (b"t", value.encode()) if isinstance(value, str) else (b"b", value)
    message = salt.translate(_INNER) + _INNER_REST + _head(name) + kind + len(data).to_bytes(8, "big") + data
    return sha256(salt.translate(_OUTER) + _OUTER_REST + sha256(message).digest()).digest()


def check(commitment: bytes, name: str, value: str | bytes, salt: bytes) -> bool:
    """Whether ``commitment`` is the one to ``value`` in ``name`` under ``salt``; takes the same time either way."""
    return hmac.compare_digest(commitment, commit(name, value, salt))


@lru_cache(maxsize=4096)
def _head(name: str) -> bytes:
    """What comes before the kind; fields are few and entries many."""
    data = name.encode()
    return DOMAIN + len(data).to_bytes(8, "big") + data
