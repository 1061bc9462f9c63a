"""The outline: sections that tile the text, each with its heading path and the part of the report it belongs to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from luoshi.reading import parts
from luoshi.reading.headings import Paragraph, paragraphs
from luoshi.reading.model import Hint, Section
from luoshi.reading.years import place, plan_year

_TARGETS = re.compile(r"预期目标|主要目标|奋斗目标")
_TITLE = re.compile(r"[^\n]{0,30}政府工作报告[^\n]{0,12}|[^\n]{0,30}工作报告(?=\n)")


@dataclass(slots=True)
class Outline:
    """What the outline gives the rest: title, place, years, the sections, and the paragraphs with their states."""

    title: str
    place: str
    plan_year: int | None
    sections: list[Section]
    paragraphs: list[Paragraph]
    states: list[int]
    section_of: list[int]  # index into ``sections`` for each paragraph


def outline(text: str, start: int, end: int, hints: Sequence[Hint]) -> Outline:
    """Outline ``text[start:end]``; what lies outside becomes sections of part ``other``."""
    body = text[start:end] if (start, end) != (0, len(text)) else text
    year = plan_year(body)
    found = paragraphs(text, start, end, hints)
    states = parts.assign(text, found, year)
    title = _title(text, found)
    sections, section_of = _sections(text, start, end, found, states)
    return Outline(title, place(body), year, sections, found, states, section_of)


def _title(text: str, found: Sequence[Paragraph]) -> str:
    for p in found[:6]:
        line = text[p.start : p.end]
        if len(line) <= 50 and (m := _TITLE.search(line + "\n")):
            return m[0].strip()
    first = found[0] if found else None
    if first and first.form and first.end - first.start <= 40:
        return text[first.start : first.end]
    return ""


def _sections(
    text: str, start: int, end: int, found: Sequence[Paragraph], states: Sequence[int]
) -> tuple[list[Section], list[int]]:
    sections: list[Section] = []
    section_of: list[int] = []
    trail: list[tuple[int, str]] = []
    if start > 0:
        sections.append(Section("s1", "", "", 0, start, "other", 1))
    state = -1
    in_targets = False
    for p, now in zip(found, states, strict=True):
        targets = (
            not p.form
            and now in (parts.PLAN, parts.TERM_PLAN)
            and bool(_TARGETS.search(text, p.start, min(p.end, p.start + 160)))
        )
        opens = bool(p.form) or now != state or not sections or targets or in_targets
        if p.form:
            while trail and trail[-1][0] >= p.level:
                trail.pop()
            trail.append((p.level, p.title))
        elif now != state and parts.PART_OF_STATE[now] in ("glossary", "background"):
            trail = trail[:1] if now == parts.PROBLEMS else []
        in_targets = targets
        if opens:
            titles = [t for _, t in trail]
            title = titles[-1] if titles else ""
            if targets:
                title = "预期目标"
                titles.append(title)
            if sections:
                sections[-1].end = p.start
            first = p.start if sections else start
            sections.append(
                Section(
                    f"s{len(sections) + 1}",
                    title,
                    " > ".join(titles),
                    first,
                    end,
                    parts.PART_OF_STATE[now],
                    len(titles) or 1,
                )
            )
        state = now
        section_of.append(len(sections) - 1)
    if end < len(text):
        sections.append(Section(f"s{len(sections) + 1}", "", "", end, len(text), "other", 1))
    return sections, section_of
