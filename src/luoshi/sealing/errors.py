"""What sealing, its keys, an export or an erasure cannot do, by code; the texts are in ``luoshi.words.sealing``."""

from __future__ import annotations


class SealingError(Exception):
    """``code`` names a message, ``details`` fill it in."""

    def __init__(self, code: str, **details: object) -> None:
        super().__init__(code, details)
        self.code = code
        self.details = details
