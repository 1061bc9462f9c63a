"""How the word lists are written: words apart by blanks, in lines."""

from __future__ import annotations


def words(text: str) -> list[str]:
    """The words of a list written in lines."""
    return text.split()


def longest_first(text: str) -> list[str]:
    """The words, each once, the longest first, as an alternation wants them."""
    return sorted(set(text.split()), key=lambda w: (-len(w), w))
