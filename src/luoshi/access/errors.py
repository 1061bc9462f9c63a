"""What access refuses, by code; a face finds the words in :mod:`luoshi.words.access`."""

from __future__ import annotations

from functools import partial
from typing import Any


class AccessError(Exception):
    """``code`` names a message, ``details`` fill it in."""

    def __init__(self, code: str, **details: object) -> None:
        super().__init__(code, details)
        self.code = code
        self.details = details

    def __reduce__(self) -> tuple[Any, ...]:
        # As it was made, so that it comes whole from one process to another.
        return partial(type(self), self.code, **self.details), ()
