"""What goes wrong with figures."""

from __future__ import annotations


class FigureError(Exception):
    """``code`` names the sentence for people (:mod:`luoshi.words.figures`), ``details`` fill it in."""

    def __init__(self, code: str, **details: object) -> None:
        super().__init__(code, details)
        self.code = code
        self.details = details
