"""Markdown: the words without the marks.

Left out: ``#`` before a heading (it becomes a hint of that level), the underline of a heading, ``**``, ``__``, single
``*`` around words, back-quotes, the addresses of links, images, ``-``, ``*`` or ``+`` before a list item, ``>``,
fences, comments, and the bars of a table (cells are parted by tabs). Kept: the numbers of numbered items, since they
are the report's own; everything else. A line that is wholly bold is a heading as well.
"""

from __future__ import annotations

import re

from luoshi.reading.model import Hint
from luoshi.reading.sources.declared import may_head

_COMMENT = re.compile(r"<!--.*?-->", re.S)
_HEADING = re.compile(r" {0,3}(#{1,6})[ \t]+(.*?)(?:[ \t]+#+)?[ \t]*$")
_UNDERLINE = re.compile(r" {0,3}(=+|-{3,})[ \t]*$")
_FENCE = re.compile(r" {0,3}(?:```|~~~)")
_ITEM = re.compile(r"([ \t]*)(?:[-*+][ \t]+|>[ \t]?)+")
_RULE = re.compile(r" {0,3}(?:(?:\*[ \t]*){3,}|(?:_[ \t]*){3,}|(?:-[ \t]*){3,})$")
_TABLE_RULE = re.compile(r"[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$")
_BOLD_LINE = re.compile(r"[ \t\u3000]*(\*\*|__)(?!\s)([^*_]+)\1[ \t]*$")
_IMAGE = re.compile(r"!\[[^\]\n]*\]\([^)\n]*\)")
_LINK = re.compile(r"\[([^\]\n]+)\]\([^)\n]*\)")
_EMPHASIS = re.compile(r"(\*\*|__|`|(?<![\w*])\*(?=\S))([^*_`\n]+)\1(?!\w*\1)")
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+.!|>~-])")


def read(text: str) -> tuple[str, list[Hint]]:
    """Text and heading hints of a Markdown text with ``\\n`` line ends."""
    lines: list[str] = []
    hints: list[Hint] = []
    length = 0
    for raw in _COMMENT.sub("", text).split("\n") if "<!--" in text else text.split("\n"):
        if _UNDERLINE.match(raw) and lines and lines[-1].strip():
            _underline(lines, hints, length, 1 if "=" in raw else 2)
            continue
        line, level = _line(raw)
        if line is None:
            continue
        words = line.strip()
        if level and words:
            start = length + len(line) - len(line.lstrip())
            hints.append(Hint(start, start + len(words), level))
        lines.append(line)
        length += len(line) + 1
    return "\n".join(lines), hints


def _underline(lines: list[str], hints: list[Hint], length: int, level: int) -> None:
    words = lines[-1].strip()
    start = length - 1 - len(lines[-1]) + (len(lines[-1]) - len(lines[-1].lstrip()))
    if len(words) <= 60 and (not hints or hints[-1].start != start):
        hints.append(Hint(start, start + len(words), level))


def _line(raw: str) -> tuple[str | None, int]:
    """One line without its marks and its heading level (0: none); None where nothing is left of it."""
    if heading := _HEADING.match(raw):
        return _inline(heading[2]), len(heading[1])
    if _FENCE.match(raw) or _RULE.match(raw) or ("|" in raw and _TABLE_RULE.match(raw)):
        return None, 0
    if raw.lstrip().startswith("|"):
        return "\t".join(_inline(cell.strip()) for cell in raw.strip().strip("|").split("|")), 0
    if (bold := _BOLD_LINE.match(raw)) and may_head(bold[2].strip()):
        return _inline(bold[2]), 2
    if item := _ITEM.match(raw):
        raw = item[1] + raw[item.end() :]
    return _inline(raw), 0


def _inline(words: str) -> str:
    if "](" in words:
        words = _LINK.sub(r"\1", _IMAGE.sub("", words))
    if "*" in words or "_" in words or "`" in words:
        for _ in range(3):  # emphasis inside emphasis
            words = _EMPHASIS.sub(r"\2", words)
    return _ESCAPE.sub(r"\1", words) if "\\" in words else words
