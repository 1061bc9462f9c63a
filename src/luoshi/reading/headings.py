"""Headings of a work report in every common form: numbered, unnumbered, declared by the file, or run into a paragraph.

A heading is found by its shape, never by its words. Forms nest in the order in which they first appear
(``一、`` holds ``（一）`` holds ``1.``), since reports differ in which form is the outer one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from luoshi.reading.model import Hint

_MARKERS: tuple[tuple[str, str], ...] = (
    ("part", r"第[一二三四五六七八九十]{1,3}(?:部分|章|篇)[、，：:\s　]*"),
    ("han", r"[一二三四五六七八九十]{1,3}[、．.]\s*"),
    ("parenhan", r"[（(〔][一二三四五六七八九十]{1,3}[）)〕][、．.]?\s*"),
    ("num", r"\d{1,2}(?:[、．]|\.(?!\d))\s*"),
    ("parennum", r"[（(]\d{1,2}[）)][、．.]?\s*"),
    ("circle", r"[①-⑳]\s*"),
    ("dash", r"(?:——|—|──|―+|--+|●|■|◆|★|▲|•|·|○)\s*"),
    ("nth", r"第?[一二三四五六七八九十]{1,2}(?:是|要|、?在)(?=[\u4e00-\u9fff])"),
)
# the order of official documents (GB/T 9704) for numbered headings, and the usual place of unnumbered ones among them
_RANKS = {
    "part": 0,
    "han": 1,
    "chapter": 1,
    "family": 2,
    "parenhan": 2,
    "line": 3,
    "num": 3,
    "parennum": 4,
    "circle": 5,
    "dash": 6,
    "topic": 7,
}
_CHAPTER = re.compile(
    r"，|回顾|今年|明年|去年|过去|今后|未来|20\d\d年|政府自身建设|自身建设|主要任务|重点工作|工作安排|工作打算|预期目标"
)
_MARKER = re.compile(r"[\s　]*(?:" + "|".join(f"(?P<{name}>{rule})" for name, rule in _MARKERS) + ")")
_LINE = re.compile(r"[^\n]+")
_SENTENCE_END = re.compile(r"[。；！？!?;]")
_NOT_HEADING = re.compile(
    r"\t|\d{4}年\d{1,2}月|[：:，,、]$|^[\d.,%\s]+$|\d(?:\.\d+)?(?:%|亿元|万元|万人)|^(?:区长|县长|市长"
    r"|省长|主席|代[区县市省]长|州长|盟长|镇长|乡长)[\s　]"
    r"|^[（(〔\[].*[）)〕\]]$|来源|作者|编辑"
)
_GLOSSARY = re.compile("解释|注释|说明")
_SALUTATION = re.compile(r"各位代表|我代表|同志们")
_TITLE = re.compile(r"政府工作报告|工作报告$|[讯电]$")
_DIGIT = re.compile(r"\d")
_WHOLE_MAX = 46
_RUN_IN_MAX = 42
_BARE_RUN_IN_MAX = 26


@dataclass(slots=True)
class Paragraph:
    """One line of the view: its span without outer blanks, and the heading it is or begins with."""

    start: int
    end: int
    form: str = ""  # which kind of heading; empty when there is none
    head_end: int = 0  # where the heading ends
    body_start: int = 0  # where the text after the heading starts
    level: int = 0
    title: str = ""

    @property
    def whole(self) -> bool:
        """True when the heading fills the paragraph."""
        return bool(self.form) and self.body_start >= self.end


def paragraphs(text: str, start: int, end: int, hints: Sequence[Hint]) -> list[Paragraph]:
    """Split ``text[start:end]`` into paragraphs and mark the headings among them, with nested levels from 1."""
    found = [_trim(text, m.start(), m.end()) for m in _LINE.finditer(text, start, end)]
    found = [p for p in found if p.start < p.end]
    declared = {h.start: h for h in hints}
    for paragraph in found:
        _mark(text, paragraph, declared)
    _drop_titles(text, found)
    _drop_captions(text, found)
    _accept_run_ins(text, found)
    _nest(text, found)
    return found


def _trim(text: str, start: int, end: int) -> Paragraph:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Paragraph(start, end)


def _mark(text: str, p: Paragraph, declared: dict[int, Hint]) -> None:
    hint = declared.get(p.start)
    marker = _MARKER.match(text, p.start, p.end)
    if marker and marker.lastgroup == "nth":
        marker = None  # 一是…, 二要…: an enumerated sentence, not a heading
    after = marker.end() if marker else p.start
    stop = _SENTENCE_END.search(text, after, min(p.end, after + 90))
    if hint and p.end - p.start <= 70:
        p.form = marker.lastgroup or "hint" if marker else f"hint{hint.level}"
        p.head_end = p.body_start = p.end
    elif stop is None or stop.end() >= p.end:
        if (
            p.end - after <= _WHOLE_MAX
            and (stop is None or (marker and marker.lastgroup not in ("dash", "num", "parennum", "circle")))
            and _is_title(text[after : p.end], bool(marker))
        ):
            p.form = (marker.lastgroup or "") if marker else "line"
            p.head_end = p.body_start = p.end
    elif marker and stop.start() - after <= _RUN_IN_MAX and text[stop.start()] in "。！":
        if marker.lastgroup != "dash" or _is_title(text[after : stop.start()], True):
            p.form = marker.lastgroup or ""
            p.head_end, p.body_start = stop.start(), stop.end()
    elif not marker and text[stop.start()] == "。" and _is_topic(text[p.start : stop.start()]):
        p.form = "?topic"
        p.head_end, p.body_start = stop.start(), stop.end()
    if p.form:
        p.title = text[p.start : p.head_end].strip()
        if marker and p.form == "dash":
            p.title = text[after : p.head_end].strip()


def _is_title(words: str, marked: bool) -> bool:
    if not words or _NOT_HEADING.search(words):
        return False
    if "各位代表" in words or "同志们" in words or words.endswith("，"):
        return False
    han = sum("\u4e00" <= c <= "\u9fff" for c in words)
    return han >= 2 and (marked or (han >= 4 and words.count("，") <= 2))


def _is_topic(words: str) -> bool:
    """A short first sentence without figures that may be a run-in heading: 强力推进项目攻坚。…"""
    if len(words) > _BARE_RUN_IN_MAX or _DIGIT.search(words) or "各位代表" in words:
        return False
    pieces = words.split("，")
    return len(pieces) <= 3 and (len(pieces) == 1 or all(2 <= len(piece) <= 16 for piece in pieces)) and len(words) >= 4


def _accept_run_ins(text: str, found: list[Paragraph]) -> None:
    """Keep unmarked run-in headings only where half of the paragraphs between two headings have one."""
    at = 0
    while at < len(found):
        stop = at
        while stop < len(found) and (not found[stop].form or found[stop].form == "?topic"):
            stop += 1
        block = found[at:stop]
        topics = [p for p in block if p.form == "?topic"]
        habit = len(topics) * 2 >= len(block) and len(topics) >= 2
        for p in topics:
            rest = p.end - p.body_start
            if rest >= 40 and (habit or (len(p.title) <= 12 and len(topics) * 3 >= len(block))):
                p.form = "topic"
            else:
                p.form, p.title, p.head_end, p.body_start = "", "", 0, 0
        at = max(stop, at) + 1


def _drop_titles(text: str, found: list[Paragraph]) -> None:
    """The report's own title, its meeting and author lines stand before the salutation and head nothing."""
    for k, p in enumerate(found[:40]):
        if _SALUTATION.search(text, p.start, min(p.end, p.start + 60)):
            last = k
            break
    else:
        last = 0
    for k, p in enumerate(found[:40]):
        if p.form and not p.form.startswith(("han", "part", "parenhan")) and (k < last or _TITLE.search(p.title)):
            p.form, p.title, p.head_end, p.body_start = "", "", 0, 0


def _drop_captions(text: str, found: list[Paragraph]) -> None:
    """A line right above a table is the table's caption; a line that ends in a colon leads in to what follows."""
    for p, after in pairwise(found):
        if (
            p.whole
            and (text.find("\t", after.start, after.end) >= 0 or text[p.end - 1] in "：:，")
            and not _GLOSSARY.search(p.title)
        ):
            p.form, p.title, p.head_end, p.body_start = "", "", 0, 0


def _families(found: list[Paragraph]) -> dict[str, int]:
    """How many unnumbered headings begin with the same two characters: 突出…，突出…，突出… belong to one rank."""
    counts: dict[str, int] = {}
    for p in found:
        if p.form == "line":
            counts[p.title[:2]] = counts.get(p.title[:2], 0) + 1
    return counts


def _nest(text: str, found: list[Paragraph]) -> None:
    """Give each heading its level: a form that ranks higher than what is open closes it, a new form opens below."""
    families = _families(found)
    stack: list[tuple[int, str]] = []
    for p in found:
        if not p.form:
            continue
        if p.form == "line":
            if families[p.title[:2]] >= 3:
                p.form = "family:" + p.title[:2]
            elif _CHAPTER.search(p.title):
                p.form = "chapter"
        form = p.form
        rank = _RANKS.get(form.partition(":")[0], int(form[4:] or 1) - 10 if form.startswith("hint") else 3)
        open_forms = [f for _, f in stack]
        if form in open_forms:
            del stack[open_forms.index(form) + 1 :]
        else:
            while stack and stack[-1][0] > rank:
                stack.pop()
            stack.append((rank, form))
        p.level = len(stack)
