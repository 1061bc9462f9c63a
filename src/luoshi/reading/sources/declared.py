"""Which lines that merely look like headings (bold, centred) may be taken as headings that the file declares."""

from __future__ import annotations

import re

from luoshi.reading.model import Hint

_DATED = re.compile(r"\d{4}\s*年\s*\d{1,2}\s*月|[〇零一二三四五六七八九]{4}年")
_OFFICE = re.compile(r"^.{0,14}(?:省长|市长|区长|县长|州长|盟长|旗长|镇长|乡长|主任|主席|总理)[\s　]*\S{0,5}$")
_NUMBERED = re.compile(r"[（(][一二三四五六七八九十\d]{1,3}[）)]")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_MAX = 60


def may_head(words: str) -> bool:
    """Whether a bold or centred line can be a heading: it is no greeting, date line, author or sentence."""
    if not 2 <= len(words) <= _MAX or words[-1] in "。；：:，,、" or "\t" in words:
        return False
    if _DATED.search(words) or _OFFICE.match(words) or not _HAN.search(words):
        return False
    return bool(_NUMBERED.match(words)) or not words.startswith(("（", "(", "—", "─", "-"))


def below_title(hints: list[Hint]) -> list[Hint]:
    """Levels from 1: the title's where the document has one (it came in as 0), and the headings below it."""
    shift = int(any(h.level == 0 for h in hints))
    return [Hint(h.start, h.end, h.level + shift) for h in hints]
