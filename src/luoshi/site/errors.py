"""What the site and its store refuse, by code; the sentences stand in ``luoshi.words.site``."""

from __future__ import annotations


class StoreError(Exception):
    """``code`` names a message, ``details`` fill it in. Details never hold a password."""

    def __init__(self, code: str, **details: object) -> None:
        super().__init__(code, details)
        self.code = code
        self.details = details
