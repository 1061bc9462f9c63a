"""Why a paper cannot be made, by code; the words are in :mod:`luoshi.words.papers`."""

from __future__ import annotations

from functools import partial
from typing import Any


class PaperError(Exception):
    """``code`` names a message, ``details`` fill it in; ``name`` and ``line`` are the template's file and place.

    ``paper_unknown`` (paper, case), ``document_unknown`` (document), ``paper_too_long`` (limit), ``font_missing``,
    ``pdf_missing``, ``docx_missing``; of a template: ``template_…`` (name, line, …).
    """

    def __init__(self, code: str, **details: object) -> None:
        super().__init__(code, details)
        self.code = code
        self.details = details

    def __reduce__(self) -> tuple[Any, ...]:
        # As it was made, so that it comes whole from one process to another.
        return partial(type(self), self.code, **self.details), ()
