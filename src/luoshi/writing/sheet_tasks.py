"""The sheet of tasks: one row for each commitment, or for each of its targets where it has several."""

from __future__ import annotations

from datetime import date
from typing import Any

from luoshi.reading.model import Commitment, Reading, Target
from luoshi.writing.blanks import mark_blanks, validate
from luoshi.writing.cells import Leaf, height, size_of
from luoshi.writing.columns import GROUPS, task_columns
from luoshi.writing.labels import HORIZONS, Lang, listing, pick
from luoshi.writing.numbers import number, op_word, target_figures
from luoshi.writing.sheets import page_setup

TITLE_ROW, NOTE_ROW, HEAD_ROW, SUBHEAD_ROW, FIRST_ROW = range(5)
TWO_LINES = 32.0  # points: room for what is filled in later, as rows with a set height do not grow
SPARE_ROWS = 200  # below the table, where a row that an office adds still gets its drop-downs and marks

Row = dict[str, Any]


def workbook_title(reading: Reading, lang: Lang) -> str:
    """《霁川区2025年政府工作报告》任务分解表, as far as place and year are known."""
    year = reading.plan_year
    if lang == "zh":
        name = f"{reading.place}{year}年政府工作报告" if year else (reading.title or f"{reading.place}政府工作报告")
        return f"《{name}》重点工作任务分解表"
    return " ".join(part for part in (reading.place, str(year or ""), "Government Work Report: tasks") if part)


def write_tasks(leaf: Leaf, reading: Reading) -> None:
    """Lay out the task sheet on ``leaf``."""
    lay_out(leaf, workbook_title(reading, leaf.lang), _note(reading, leaf.lang), task_rows(reading, leaf.lang))


def lay_out(leaf: Leaf, title: str, note: str, rows: list[Row], *, show_key: bool = False) -> None:
    """The task sheet with ``rows`` (values by column key) below title and note; ``show_key``: the last column shows."""
    sheet, columns = leaf.sheet, task_columns(leaf.lang)
    at = {column.key: index for index, column in enumerate(columns)}
    shown = columns[: at["note"] + 1]
    for index, column in enumerate(columns):
        sheet.set_column(index, index, column.width, None, {"hidden": column.key == "key" and not show_key})
    _head(leaf, title, note, at)
    for here, row in enumerate(rows, start=FIRST_ROW):
        for index, column in enumerate(columns):
            look = row["number_look"] if column.key == "number" else column.look
            leaf.put(here, index, row.get(column.key), look)
        sizes = ((str(row.get(column.key) or ""), column.width, size_of(column.look)) for column in shown)
        sheet.set_row(here, height(sizes, TWO_LINES))
    end = FIRST_ROW + max(len(rows), 1) - 1
    sheet.freeze_panes(FIRST_ROW, at["task"] + 1)
    sheet.autofilter(SUBHEAD_ROW, 0, end, len(columns) - 1)
    page_setup(leaf, title, (end, at["note"]), (HEAD_ROW, SUBHEAD_ROW))
    mark_blanks(leaf, at, (FIRST_ROW, end + SPARE_ROWS))
    validate(leaf, at, (FIRST_ROW, end + SPARE_ROWS))


def task_rows(reading: Reading, lang: Lang) -> list[Row]:
    """The rows of the sheet, as values by column key."""
    titles = {section.id: section.path.split(" > ")[-1] for section in reading.sections}
    mixed = len({commitment.horizon for commitment in reading.commitments}) > 1
    rows: list[Row] = []
    for index, commitment in enumerate(reading.commitments, start=1):
        shared = _shared(commitment, titles.get(commitment.section, ""), lang, mixed)
        targets: list[Target | None] = [*commitment.targets] or [None]
        for place, target in enumerate(targets, start=1):
            row = {**shared, **numbered(index, place, len(targets)), **target_cells(target, reading.source.text, lang)}
            row["key"] = f"{commitment.id}:{place - 1}@{commitment.start}-{commitment.end}"
            rows.append(row)
    return rows


def numbered(index: int, place: int, count: int) -> Row:
    """3 for a single row; 3.1, 3.2 … for several (3.01 … from ten on), so that numbers sort as they stand."""
    if count == 1:
        return {"number": index, "number_look": "index"}
    if count < 10:
        return {"number": round(index + place / 10, 1), "number_look": "index_1"}
    return {"number": round(index + place / 100, 2), "number_look": "index_2"}


def _shared(commitment: Commitment, category: str, lang: Lang, mixed: bool) -> Row:
    clarity = commitment.clarity
    who = commitment.bodies if clarity.who else []
    words = "".join(commitment.text.split("\n"))
    notes = []
    if mixed:
        notes.append(pick(HORIZONS[commitment.horizon], lang))
    if commitment.hedge:
        notes.append(f"“{commitment.hedge}”")
    if commitment.bodies and not clarity.who:
        notes.append(("文中提到：" if lang == "zh" else "named: ") + listing(commitment.bodies, lang))
    return {
        "category": category,
        "task": words,
        "standard": commitment.action + commitment.object if clarity.standard and not commitment.targets else "",
        "lead": who[0] if who else "",
        "support": listing(who[1:], lang),
        "deadline": date.fromisoformat(commitment.deadline) if clarity.when and commitment.deadline else None,
        "quote": commitment.text,
        "place": f"{commitment.start}–{commitment.end}",
        "note": "；".join(notes) if lang == "zh" else "; ".join(notes),
    }


def target_cells(target: Target | None, text: str, lang: Lang) -> Row:
    """The columns of the quantified target; ``text``: what its offsets index."""
    if target is None:
        return {}
    value, high, unit = target_figures(target, text)
    return {
        "indicator": target.indicator,
        "op": op_word(target, lang),
        "value": None if value is None else number(value),
        "value_high": None if high is None else number(high),
        "unit": unit if value is not None else "",
        "basis": target.basis or "",
    }


def _head(leaf: Leaf, title: str, note: str, at: dict[str, int]) -> None:
    sheet, lang, head = leaf.sheet, leaf.lang, leaf.looks["head"]
    sheet.merge_range(TITLE_ROW, 0, TITLE_ROW, at["note"], "", leaf.looks["title"])
    leaf.put(TITLE_ROW, 0, title, "title")
    leaf.put(NOTE_ROW, 0, note, "subtitle")
    for row, points in ((TITLE_ROW, 34), (NOTE_ROW, 18), (HEAD_ROW, 22), (SUBHEAD_ROW, 30)):
        sheet.set_row(row, points)
    grouped: set[int] = set()
    for first, final, words in GROUPS:
        sheet.merge_range(HEAD_ROW, at[first], HEAD_ROW, at[final], pick(words, lang), head)
        grouped.update(range(at[first], at[final] + 1))
    for column in task_columns(lang):
        index = at[column.key]
        if index in grouped:
            leaf.put(SUBHEAD_ROW, index, column.heading, "head")
        else:
            sheet.merge_range(HEAD_ROW, index, SUBHEAD_ROW, index, column.heading, head)


def _note(reading: Reading, lang: Lang) -> str:
    tasks = len(reading.commitments)
    counted = sum(1 for commitment in reading.commitments if commitment.kind == "numeric")
    if lang == "zh":
        return (
            f"目标任务 {tasks} 项，其中量化 {counted} 项。浅朱色单元格为尚未明确、需要填写的内容，填写后底色消失。"
            f"来源：{reading.source.name}"
        )
    return (
        f"{tasks} tasks, {counted} with numbers. Pale red cells still have to be filled in; the colour goes once they "
        f"are. Source: {reading.source.name}"
    )
