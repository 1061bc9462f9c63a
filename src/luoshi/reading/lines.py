"""Lines of a text, with what the rules of layout ask of them."""

from __future__ import annotations

import re
from dataclasses import dataclass

CLOSERS = "”’」』）)】》〉\"' \u3000"
TERMINALS = frozenset("。！？；：…!?;:")
_MARKED = re.compile(
    r"[\s\u3000]*(?:第[一二三四五六七八九十]{1,3}[部章节篇条]"
    r"|[一二三四五六七八九十]{1,3}[、．.](?!\d)(?![一二三四五六七八九十]{1,2}[、产次])"
    r"|[（(〔][一二三四五六七八九十\d]{1,3}[）)〕]"
    r"|\d{1,2}(?:[、．]|\.(?!\d))|[①-⑳⑴-⒇]|——|──|[●■◆★▲•·○□◇※*])"
)


@dataclass(slots=True)
class Line:
    """``text[start:end]`` without the line end."""

    start: int
    end: int


def split_lines(text: str) -> list[Line]:
    """All lines, blank ones too."""
    lines: list[Line] = []
    start = 0
    for piece in text.split("\n"):
        end = start + len(piece)
        lines.append(Line(start, end))
        start = end + 1
    return lines


def is_marked(words: str) -> bool:
    """Whether a line begins with a heading's number or a list's mark."""
    return _MARKED.match(words) is not None


def is_finished(words: str) -> bool:
    """Whether a line ends as a sentence does, closing quotes and brackets aside."""
    core = words.rstrip(CLOSERS)
    return bool(core) and core[-1] in TERMINALS
