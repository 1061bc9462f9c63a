"""The one error that reading raises for a person: what happened and what to do, by code, in the reader's language."""

from __future__ import annotations


class ReadError(Exception):
    """Input that cannot be read. ``code`` names a message (see ``luoshi.messages``), ``details`` fill it in."""

    def __init__(self, code: str, **details: object) -> None:
        super().__init__(code, details)
        self.code = code
        self.details = details
