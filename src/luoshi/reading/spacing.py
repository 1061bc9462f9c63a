"""Blanks that belong to no word: what a PDF or a justified page puts between Chinese characters and digits."""

from __future__ import annotations

import re
from dataclasses import dataclass

_BLANKS = re.compile(r"(?<=[^\n ]) +(?=[^\n ])")
_NOTHING = re.compile("[\u200b-\u200d\u2060\ufeff\u00ad]+")
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_SENTENCE = re.compile(r"[。，；]")
_SPACED_SHARE = 0.6
_SPACED_MIN = 6
_UNITS = "年月日时%‰亿万千百个家户人名项条公平元倍吨"


@dataclass(slots=True)
class _LineKind:
    start: int
    end: int
    spaced: bool  # 地 区 生 产 总 值: most characters stand apart
    running: bool  # a paragraph of sentences


def find_blanks(text: str) -> list[tuple[int, int, str]]:
    """Stretches to leave out: characters without width, and blanks inside Chinese text.

    In a line that is set apart character by character every single blank goes. In running text a blank between
    Chinese characters and digits goes. Elsewhere (titles, tables, 区长 张三) only one between a number and its unit.
    Blanks beside Latin letters, between two numbers, and rows of several blanks stay.
    """
    edits = [(m.start(), m.end(), "") for m in _NOTHING.finditer(text)]
    if " " not in text:
        return edits
    line = _LineKind(0, -1, False, False)
    for match in _BLANKS.finditer(text):
        start, end = match.span()
        if start >= line.end:
            line = _kind(text, start)
        if _superfluous(text, start, end, line):
            edits.append((start, end, ""))
    return edits


def _kind(text: str, at: int) -> _LineKind:
    start = text.rfind("\n", 0, at) + 1
    end = text.find("\n", at)
    end = len(text) if end < 0 else end
    words = text[start:end].strip()
    pieces = words.split(" ")
    marks = sum(map(len, pieces))
    singles = sum(len(piece) == 1 for piece in pieces)
    spaced = marks >= _SPACED_MIN and singles >= _SPACED_SHARE * marks and bool(_HAN.search(words))
    return _LineKind(start, end, spaced, bool(_SENTENCE.search(words)) and "\t" not in words)


def _superfluous(text: str, start: int, end: int, line: _LineKind) -> bool:
    before, after = text[start - 1], text[end]
    if line.spaced:
        return end - start == 1 and not (_latin(before) and _latin(after))
    if end - start > 1:
        return False
    if before.isdecimal():
        return after in _UNITS or (line.running and _han(after))
    if not _han(before) or not line.running:
        return False
    return after.isdecimal() or _han(after)


def _han(c: str) -> bool:
    return "\u4e00" <= c <= "\u9fff" or "\u3400" <= c <= "\u4dbf"


def _latin(c: str) -> bool:
    return c.isascii() and c.isalpha()
