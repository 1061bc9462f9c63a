"""Why an annual report cannot be made, by code; the words are in :mod:`luoshi.words.annual`."""

from __future__ import annotations

from functools import partial
from typing import Any


class AnnualError(Exception):
    """``code`` names a message, ``details`` fill it in; ``name``, ``line`` and ``column`` are a place in the template.

    Of the template: ``annual_…``; of the report: ``unsealed``, ``moving``.
    """

    def __init__(self, code: str, **details: object) -> None:
        super().__init__(code, details)
        self.code = code
        self.details = details

    def __reduce__(self) -> tuple[Any, ...]:
        # As it was made, so that it comes whole from one process to another.
        return partial(type(self), self.code, **self.details), ()
