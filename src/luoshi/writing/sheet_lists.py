"""The sheets that list what was read: achievements, figures, glossary, what is unclear, and bodies to choose from."""

from __future__ import annotations

from typing import Any

from luoshi.reading.model import Reading, Target
from luoshi.writing.cells import Column, Leaf
from luoshi.writing.labels import KINDS, OPS, QUANTITY_KINDS, SIDES, TIERS, Lang, pick, why_unclear
from luoshi.writing.numbers import as_written, number, op_word, target_figures
from luoshi.writing.sheets import SHEETS, list_sheet

_CONTEXT = 18  # characters on either side of a number: enough to know what it counts


def write_achievements(leaf: Leaf, reading: Reading) -> None:
    """What the report says has been done, one row for each indicator."""
    lang = leaf.lang
    columns = _columns(
        lang,
        ("number", "序号", "No.", 6, "index"),
        ("category", "类别", "Category", 20, "small"),
        ("text", "完成情况（原文）", "Achievement (wording)", 44, "text"),
        ("indicator", "指标", "Indicator", 22, "text"),
        ("op", "比较", "Comparison", 9, "centre"),
        ("value", "数值", "Value", 12, "figure"),
        ("high", "上限", "Upper", 9, "figure"),
        ("unit", "单位", "Unit", 10, "centre"),
        ("basis", "对比基准", "Basis", 14, "centre"),
        ("kind", "类型", "Kind", 9, "centre"),
        ("place", "位置", "Characters", 12, "small_centre"),
    )
    titles = {section.id: section.path.split(" > ")[-1] for section in reading.sections}
    text = reading.source.text
    rows: list[list[Any]] = []
    for index, done in enumerate(reading.achievements, start=1):
        targets: list[Target | None] = [*done.targets] or [None]
        head = [index, titles.get(done.section, ""), done.text]
        tail = [pick(KINDS[done.kind], lang), f"{done.start}–{done.end}"]
        rows += [[*head, *_figures(target, text, lang), *tail] for target in targets]
    list_sheet(leaf, pick(("报告所述完成情况", "What the report says was done"), lang), columns, rows)


def _figures(target: Target | None, text: str, lang: Lang) -> list[Any]:
    """Indicator, comparison, value, upper value, unit and basis of ``target``."""
    if target is None:
        return ["", "", None, None, "", ""]
    value, high, unit = target_figures(target, text)
    return [
        target.indicator,
        op_word(target, lang),
        None if value is None else number(value),
        None if high is None else number(high),
        unit if value is not None else "",
        target.basis or "",
    ]


def write_quantities(leaf: Leaf, reading: Reading) -> None:
    """Every number of the report with the words around it."""
    lang = leaf.lang
    columns = _columns(
        lang,
        ("number", "序号", "No.", 6, "index"),
        ("context", "上下文", "Context", 62, "text"),
        ("text", "原文", "Wording", 16, "centre"),
        ("op", "比较", "Comparison", 9, "centre"),
        ("value", "数值", "Value", 14, "figure"),
        ("high", "上限", "Upper", 10, "figure"),
        ("unit", "单位", "Unit", 12, "centre"),
        ("kind", "类型", "Kind", 12, "centre"),
        ("side", "性质", "Side", 11, "centre"),
        ("tier", "层级", "Tier", 10, "centre"),
        ("place", "位置", "Characters", 13, "small_centre"),
    )
    text = reading.source.text
    rows: list[list[Any]] = []
    for index, found in enumerate(reading.quantities, start=1):
        value, unit = as_written(found.value, found.unit, found.text)
        high = found.value_high
        if high is not None and found.value:
            high = high * value / found.value
        rows.append(
            [
                index,
                _context(text, found.start, found.end),
                found.text,
                pick(OPS[found.op], lang),
                number(value),
                None if high is None else number(high),
                unit,
                pick(QUANTITY_KINDS[found.kind], lang),
                pick(SIDES[found.side], lang),
                pick(TIERS[found.tier], lang),
                f"{found.start}–{found.end}",
            ]
        )
    list_sheet(leaf, pick(("报告中的全部数据", "Every number in the report"), lang), columns, rows)


def write_glossary(leaf: Leaf, reading: Reading) -> None:
    """The terms the report explains, and how often it uses them."""
    lang = leaf.lang
    columns = _columns(
        lang,
        ("number", "序号", "No.", 6, "index"),
        ("term", "名词", "Term", 28, "text"),
        ("definition", "解释", "Definition", 96, "text"),
        ("mentions", "文中出现次数", "Mentions", 14, "index"),
        ("place", "位置", "Characters", 14, "small_centre"),
    )
    rows = [
        [index, term.term, term.definition, len(term.mentions), f"{term.start}–{term.end}"]
        for index, term in enumerate(reading.glossary, start=1)
    ]
    list_sheet(leaf, pick(("名词解释", "Glossary"), lang), columns, rows)


def write_unclear(leaf: Leaf, reading: Reading) -> None:
    """What was seen and not understood, and why; for a person to decide."""
    lang = leaf.lang
    columns = _columns(
        lang,
        ("number", "序号", "No.", 6, "index"),
        ("text", "原文", "Wording", 30, "text"),
        ("context", "上下文", "Context", 52, "text"),
        ("why", "存疑原因", "Why it is unclear", 42, "text"),
        ("place", "位置", "Characters", 14, "small_centre"),
        ("answer", "处理意见", "Decision", 24, "free"),
    )
    text = reading.source.text
    rows = [
        [
            index,
            item.text,
            _context(text, item.start, item.end),
            why_unclear(item.why, lang),
            f"{item.start}–{item.end}",
            "",
        ]
        for index, item in enumerate(reading.unclear, start=1)
    ]
    list_sheet(leaf, pick(("存疑：需要人工判断", "Unclear: for a person to decide"), lang), columns, rows)


def write_bodies(leaf: Leaf, reading: Reading) -> None:
    """The bodies that the report names: what the drop-down of lead bodies offers. An office adds its own below."""
    lang = leaf.lang
    columns = _columns(
        lang,
        ("body", "单位", "Body", 36, "text"),
        ("mentions", "报告中出现次数", "Mentions in the report", 20, "index"),
    )
    counts: dict[str, int] = {}
    for commitment in (*reading.commitments, *reading.achievements):
        for body in commitment.bodies:
            counts[body] = counts.get(body, 0) + 1
    rows = [[body, count] for body, count in counts.items()]
    title = (
        "单位名录（可在下方续填，“牵头单位”下拉列表随之更新）",
        "Bodies (add yours below: the drop-down of lead bodies follows)",
    )
    list_sheet(leaf, pick(title, lang), columns, rows)


def sheet_count(reading: Reading) -> dict[str, int]:
    """How many items each sheet holds, by sheet key."""
    bodies = {body for found in (*reading.commitments, *reading.achievements) for body in found.bodies}
    counts = {
        "tasks": len(reading.commitments),
        "achievements": len(reading.achievements),
        "quantities": len(reading.quantities),
        "glossary": len(reading.glossary),
        "unclear": len(reading.unclear),
        "bodies": len(bodies),
    }
    return {key: counts[key] for key in SHEETS if key in counts}


def _columns(lang: Lang, *rows: tuple[str, str, str, float, str]) -> list[Column]:
    return [Column(key, pick((zh, en), lang), width, look) for key, zh, en, width, look in rows]


def _context(text: str, start: int, end: int) -> str:
    """The words around a span, on one line, from the sentence it stands in; 【】 marks the span."""
    left = text[max(0, start - _CONTEXT) : start].replace("\r", "\n").rsplit("\n", 1)[-1].rsplit("。", 1)[-1]
    right = text[end : end + _CONTEXT].replace("\r", "\n").split("\n", 1)[0].split("。", 1)[0]
    return f"{left}【{text[start:end]}】{right}"
