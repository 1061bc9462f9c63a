"""What may not stand beside a figure, since it would make another number of it. One rule for writing and checking."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

FIGURE: Final = "\ufffc"
"""Stands for a figure while a text is read; a template cannot hold it."""
_BEFORE: Final = re.compile(r"(?:[0-9０-９](?:[.．,]|\s*)|[.．+\-−－＋]|负\s*)\Z")
_AFTER: Final = re.compile(r"[0-9０-９]|[.．,][0-9０-９]")
_SCALED: Final = re.compile(r"\s*(?:[余多几]?[十百千万亿‰]|(?:thousand|million|billion)\b)")
_PERCENT: Final = re.compile(r"\s*(?:[%％]|per ?cent)")
_OF_HUNDRED: Final = re.compile(r"[十百千万]分之\s*\Z")
_TEN_DIGITS: Final = frozenset("0123456789０１２３４５６７８９")


def beside(text: str, offset: int, *, unit: str, own: str) -> str:
    """Why the figure at ``offset`` of ``text`` is another number to a reader, or nothing: ``annual_glued``, of digits
    or a sign beside it, ``annual_scaled``, of a magnitude or a percent sign. ``unit`` is what it is shown with, ``own``
    the figure's."""
    before, after = text[:offset], text[offset + 1 :]
    if _BEFORE.search(before) or _AFTER.match(after) or before.endswith(FIGURE) or after.startswith(FIGURE):
        return "annual_glued"
    bare = unit == "" and own == "%"
    if unit == "" and _SCALED.match(after):
        return "annual_scaled"
    if _PERCENT.match(after) and not bare:
        return "annual_scaled"
    over = _OF_HUNDRED.search(before)
    if over is not None and not (bare and over[0].startswith("百")):
        return "annual_scaled"
    return ""


def is_hidden(sign: str) -> bool:
    """Whether ``sign`` is one that nobody sees, turns the direction of writing, or is a digit of another script, which
    no reading of numbers here would find: with it 9 and 5132 could stand as 95132."""
    kind = unicodedata.category(sign)
    return kind in ("Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp") or (kind == "Nd" and sign not in _TEN_DIGITS)
