"""One report, read: from a source to everything that was found in it, with offsets into the source's text."""

from __future__ import annotations

import re
from collections.abc import Sequence

from luoshi.reading.commitments import facts
from luoshi.reading.errors import ReadError
from luoshi.reading.glossary import glossary
from luoshi.reading.layout import View, make_view
from luoshi.reading.model import SIDE_OF_PART, Quantity, Reading, Section, Source
from luoshi.reading.outline import outline
from luoshi.reading.quantities import find_quantities

_GENRE = re.compile(
    r"发展|建设|推进|工作|政府|加快|完善|增长|项目|经济|服务|实施|全面|目标|任务|确保|力争|完成|新增|提升"
    r"|治理|达到|改造"
)
_GENRE_PER_1000 = 8
_HAN_SHARE = 0.25
_HAN = re.compile(r"[\u4e00-\u9fff]+")
_LETTERS = re.compile(r"[^\W_]+")
_SAMPLE = 5000  # characters; a report has some 60 words of the genre in 1000, so that a small sample tells
_STRETCHES = 20


def read(source: Source) -> Reading:
    """Read a report.

    Raises :class:`ReadError` (``not_a_report``) when the text is not of the genre: hardly any Chinese, or hardly a word
    that every work report is made of.
    """
    view = make_view(source.text, source.hints)
    text = view.text
    start, end = view.body
    _refuse_other_texts(source, text[start:end])
    plan = outline(text, start, end, view.hints)
    quantities = _quantities(text, plan.sections)
    found = facts(text, plan, quantities)
    terms = glossary(text, plan.sections)
    reading = Reading(
        source=source,
        title=plan.title,
        place=plan.place,
        year=plan.plan_year - 1 if plan.plan_year else None,
        plan_year=plan.plan_year,
        sections=plan.sections,
        quantities=quantities,
        commitments=found.commitments,
        achievements=found.achievements,
        glossary=terms,
        unclear=found.unclear,
    )
    _map_back(reading, view)
    return reading


def _refuse_other_texts(source: Source, body: str) -> None:
    sample = _sample(body)
    letters = len(sample) - len(_LETTERS.sub("", sample)) or 1
    han = len(sample) - len(_HAN.sub("", sample))
    words = len(_GENRE.findall(sample))
    if han / letters < _HAN_SHARE or words * 1000 < _GENRE_PER_1000 * len(sample):
        raise ReadError("not_a_report", name=source.name)


def _sample(body: str) -> str:
    """A text of up to ``_SAMPLE`` characters as it is, of a longer one stretches spread evenly over it."""
    if len(body) <= _SAMPLE:
        return body
    length, step = _SAMPLE // _STRETCHES, len(body) // _STRETCHES
    return "".join(body[k * step : k * step + length] for k in range(_STRETCHES))


def _quantities(text: str, sections: Sequence[Section]) -> list[Quantity]:
    """Quantities of the whole body, section by section: the side of a section decides how 达到 compares."""
    out: list[Quantity] = []
    for section in sections:
        if section.part == "other":
            continue
        side = SIDE_OF_PART[section.part]
        for q in find_quantities(text, section.start, section.end, promise=side == "commitment"):
            q.side = side
            q.section = section.id
            out.append(q)
    return out


def _map_back(reading: Reading, view: View) -> None:
    """Turn offsets of the view into offsets of the source's text, and texts into what stands there."""
    text = reading.source.text
    if view.identity and view.text is text:
        return
    back, back_end = view.back, view.back_end
    for section in reading.sections:
        section.start, section.end = back(section.start), back_end(section.end)
    for before, after in zip(reading.sections, reading.sections[1:], strict=False):
        before.end = after.start
    if reading.sections:
        reading.sections[0].start = 0
        reading.sections[-1].end = len(text)
    for q in reading.quantities:
        q.start, q.end = back(q.start), back_end(q.end)
        q.text = text[q.start : q.end]
    for clause in (*reading.commitments, *reading.achievements):
        clause.start, clause.end = back(clause.start), back_end(clause.end)
        clause.text = text[clause.start : clause.end]
        for target in clause.targets:
            if target.num_start is not None and target.num_end is not None:
                target.num_start, target.num_end = back(target.num_start), back_end(target.num_end)
    for term in reading.glossary:
        term.start, term.end = back(term.start), back_end(term.end)
        term.mentions = [(back(a), back_end(b)) for a, b in term.mentions]
    for item in reading.unclear:
        item.start, item.end = back(item.start), back_end(item.end)
        item.text = text[item.start : item.end]
