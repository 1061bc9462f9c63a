"""Paragraphs that were broken into lines of one width (PDF, old web pages, e-mail) are put together again.

Whether a text is wrapped is decided for the whole of it: its unfinished lines are then nearly all of one width, and
almost none is wider. A text whose paragraphs are long lines is left alone.

A line is joined to the next when it is full and unfinished. When paragraphs are visibly apart (indented, or parted by
blank lines), a full line that happens to end a sentence is joined as well. Lines that begin with a heading's number or
a list's mark start a paragraph; rows with tabs are never touched; nor is a line that is short of the width.

Cannot be told, and stays as it is or is joined: a heading that exactly fills the width and is followed by
unindented text (joined); a sentence that ends exactly at the width where nothing sets paragraphs apart (kept apart).
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from luoshi.reading.lines import TERMINALS, Line, is_finished, is_marked

_LONGEST = 75  # characters; a wrapped line of A4 landscape in small print has no more
_NARROWEST = 14
_LONG_SHARE = 0.3  # of the characters in longer lines: then the paragraphs are lines
_AGREE = 0.6  # of the unfinished lines are of one width
_WIDER = 0.03  # of the lines may be wider than that
_TIGHT = 0.97
_APART = 0.8
_COMMON_INDENT = 0.05
_MIN_FULL = 2
_MIN_FULL_DOUBLE = 4
_HEADING_TAIL = 12
_HAN_DIGITS = "〇○零一二三四五六七八九"
_SENTENCE_PARTS = re.compile(r"[。；：！？%]|\d")
_MARK = re.compile(r"^(?:第.{1,3}[部章节篇条]分?|[（(〔]?[一二三四五六七八九十\d]{1,3}[）)〕、．.]*)")


@dataclass(slots=True)
class _Row:
    """A line that is not blank, without outer blanks."""

    start: int
    end: int
    words: str
    indent: int
    after_blank: bool
    finished: bool
    marked: bool
    table: bool


@dataclass(slots=True)
class _Measure:
    """How the text is wrapped."""

    agreement: float  # share of the unfinished lines that are full
    full: int  # from this width on a line is full
    widths: list[int]
    margin: int  # the indent of lines inside a paragraph
    apart: bool = False  # paragraphs are indented or parted by blank lines
    double: bool = False  # every line is followed by a blank one


def find_joins(text: str, lines: Sequence[Line]) -> list[tuple[int, int, str]]:
    """The line ends to leave out (with blanks around them), each with a blank in its place between Latin words."""
    total = sum(line.end - line.start for line in lines)
    long = sum(line.end - line.start for line in lines if line.end - line.start > _LONGEST)
    if total == 0 or long > _LONG_SHARE * total:
        return []
    rows = _rows(text, lines)
    found = [m for m in (_measure(rows, _chars(rows)), _measure(rows, _columns(rows))) if m]
    if not found:
        return []
    how = max(found, key=lambda m: m.agreement)
    return [_seam(rows[i], rows[i + 1]) for i in range(len(rows) - 1) if _continues(rows, i, how)]


def _rows(text: str, lines: Sequence[Line]) -> list[_Row]:
    rows: list[_Row] = []
    blank = False
    for line in lines:
        raw = text[line.start : line.end]
        words = raw.strip()
        if words:
            lead = len(raw) - len(raw.lstrip())
            start = line.start + lead
            indent = sum(2 if c == "\u3000" else 4 if c == "\t" else 1 for c in raw[:lead])
            table = "\t" in words or "  " in words
            rows.append(
                _Row(start, start + len(words), words, indent, blank, is_finished(words), is_marked(words), table)
            )
        blank = not words
    return rows


def _chars(rows: list[_Row]) -> list[int]:
    """Widths in characters; a full-width blank of the indent counts one."""
    return [len(row.words) + (row.indent + 1) // 2 for row in rows]


def _columns(rows: list[_Row]) -> list[int]:
    """Widths as printed, in halves of a Chinese character."""
    return [_width(row.words) + row.indent for row in rows]


def _width(words: str) -> int:
    if words.isascii():
        return len(words)
    return sum(1 if c < "\u1100" else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in words) + (
        words.count("“") + words.count("”") + words.count("—") + words.count("…")  # as wide as a character in Chinese
    )


def _measure(rows: list[_Row], widths: list[int]) -> _Measure | None:
    """How the rows are wrapped at these widths, or None when they are not."""
    margin = _margin(rows)
    pairs = [
        i
        for i, (a, b) in enumerate(pairwise(rows))
        if not (a.finished or a.table or b.table or b.marked or b.indent > margin)
    ]
    near = [i for i in pairs if not rows[i + 1].after_blank]
    double = len(near) < max(_MIN_FULL, 0.1 * len(pairs))
    open_ends = sorted(widths[i] for i in (pairs if double else near))
    if len(open_ends) < (_MIN_FULL_DOUBLE if double else _MIN_FULL):
        return None
    widest, held, slack = _densest(open_ends)
    if widest < _NARROWEST or held < _AGREE * len(open_ends) or held < _MIN_FULL:
        return None
    if sum(w > widest + slack for w in widths) > _WIDER * len(widths):
        return None
    band = [w for w in open_ends if widest - slack <= w <= widest]
    full = band[int((1 - _TIGHT) * len(band))]
    how = _Measure(held / len(open_ends), full, widths, margin, double=double)
    how.apart = _is_apart(rows, how)
    return how


def _densest(widths: list[int]) -> tuple[int, int, int]:
    """The upper end of the band that holds most of the sorted widths, how many it holds, and how broad it is."""
    best = (0, 0, 0)
    low = 0
    for high, width in enumerate(widths):
        slack = max(3, width // 12)
        while widths[low] < width - slack:
            low += 1
        if high - low + 1 >= best[1]:
            best = (width, high - low + 1, slack)
    return best


def _margin(rows: list[_Row]) -> int:
    """The least indent that is common: that of lines inside a paragraph."""
    counts = Counter(row.indent for row in rows)
    return min((indent for indent, n in counts.items() if n >= _COMMON_INDENT * len(rows)), default=0)


def _is_apart(rows: list[_Row], how: _Measure) -> bool:
    ends = [i for i in range(len(rows) - 1) if rows[i].finished and how.widths[i] < how.full]
    if how.double:
        return bool(ends) and sum(rows[i + 1].indent > how.margin for i in ends) >= _APART * len(ends)
    visible = sum(rows[i + 1].after_blank or rows[i + 1].indent > how.margin for i in ends)
    return bool(ends) and visible >= _APART * len(ends)


def _continues(rows: list[_Row], i: int, how: _Measure) -> bool:
    """Whether row ``i + 1`` continues the paragraph of row ``i``."""
    a, b = rows[i], rows[i + 1]
    if a.table or b.table or how.widths[i] < how.full or b.indent > how.margin:
        return False
    if b.after_blank and not how.double:
        return False
    short_and_open = how.widths[i + 1] < how.full and not b.finished
    if b.marked:
        return _is_inside(a.words, b.words)
    if a.finished:
        call = len(b.words) <= _HEADING_TAIL and b.words[-1] in "：:！!"  # 各位代表：
        return how.apart and not short_and_open and not call
    if a.marked and _is_whole_heading(a.words):
        return short_and_open and len(b.words) <= _HEADING_TAIL
    return True


def _is_inside(before: str, after: str) -> bool:
    """Whether the break is inside a sentence or a number, so that what looks like a mark is none."""
    last, first = before[-1], after[0]
    if last in "，、,第" or (first == "·" and last not in TERMINALS) or (last in _HAN_DIGITS and first in _HAN_DIGITS):
        return True
    return first.isdecimal() and (last.isdecimal() or (last == "." and before[-2:-1].isdecimal()))


def _is_whole_heading(words: str) -> bool:
    """A numbered line of one piece, or of pieces equally long, without figures: it may fill the line by chance."""
    title = _MARK.sub("", words)
    if _SENTENCE_PARTS.search(title) or "、" in title:
        return False
    sizes = [len(piece) for piece in re.split(r"[，\s\u3000]+", title)]
    return 1 < len(sizes) <= 4 and max(sizes) - min(sizes) <= 1


def _seam(a: _Row, b: _Row) -> tuple[int, int, str]:
    last, first = a.words[-1], b.words[0]
    latin = last.isascii() and first.isascii() and last.isalpha() and first.isalpha()
    latin = latin and not (last.isupper() and first.isupper())  # an abbreviation: AP|P
    return a.end, b.start, " " if latin else ""
