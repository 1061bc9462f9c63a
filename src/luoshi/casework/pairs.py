"""Titles and what is looked for in them as pairs of characters, so that no dictionary is needed. Pure."""

from __future__ import annotations

from itertools import pairwise, zip_longest
from typing import NamedTuple


def _folded(text: str) -> str:
    """``text`` as it is compared, letter by letter; at least as coarse as either store compares it."""
    return "".join(one.lower()[0] for one in text)


def _indexed(one: str) -> bool:
    return not one.isascii() or one.isalnum()


def pairs(text: str) -> list[str]:
    """What the index holds of a title: each character with the next one, or alone before a sign or at the end."""
    told = _folded(text)
    return sorted(
        {
            one + following if following and _indexed(following) else one
            for one, following in zip_longest(told, told[1:], fillvalue="")
            if _indexed(one)
        }
    )


class Asked(NamedTuple):
    """What a title that holds a text must have: all of these pairs, or a pair that begins so."""

    whole: tuple[str, ...]
    begins: str | None


def asked(text: str) -> Asked | None:
    """What to look up for ``text``; None if there is nothing in it that the index holds."""
    told = _folded(text)
    whole = {a + b for a, b in pairwise(told) if _indexed(a) and _indexed(b)}
    if whole:
        return Asked(tuple(sorted(whole)), None)
    alone = next((one for one in told if _indexed(one)), None)
    return None if alone is None else Asked((), alone)
