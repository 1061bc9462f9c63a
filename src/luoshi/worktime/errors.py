"""What worktime refuses, by code; the sentences stand in ``luoshi.words.worktime``, in the reader's language."""

from __future__ import annotations


class WorktimeError(Exception):
    """``code`` names a message, ``details`` fill it in."""

    def __init__(self, code: str, **details: object) -> None:
        super().__init__(code, details)
        self.code = code
        self.details = details


class CalendarError(WorktimeError):
    """A day that no calendar covers, or a notice that cannot be used."""


class LimitError(WorktimeError):
    """A limit, a pause or an extension that makes no sense, or that the law does not allow."""
