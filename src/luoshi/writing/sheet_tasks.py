"""The sheet of tasks: one row for each commitment, or for each of its targets where it has several."""

from __future__ import annotations

from datetime import date
from typing import Any

from luoshi.reading.model import Commitment, Reading, Target
from luoshi.writing.cells import Looks, height, put, size_of
from luoshi.writing.columns import GROUPS, task_columns
from luoshi.writing.labels import HORIZONS, OPS, Lang, listing, pick
from luoshi.writing.numbers import number, target_figures
from luoshi.writing.sheets import SHEETS, page_setup, write_value

TITLE_ROW, NOTE_ROW, HEAD_ROW, SUBHEAD_ROW, FIRST_ROW = range(5)
TWO_LINES = 32.0  # points: room for what is filled in later, as rows with a set height do not grow
SPARE_ROWS = 200  # below the table, where a row that an office adds still gets its drop-downs and marks

Row = dict[str, Any]


def workbook_title(reading: Reading, lang: Lang) -> str:
    """《云溪区2025年政府工作报告》任务分解表, as far as place and year are known."""
    year = reading.plan_year
    if lang == "zh":
        name = f"{reading.place}{year}年政府工作报告" if year else (reading.title or f"{reading.place}政府工作报告")
        return f"《{name}》重点工作任务分解表"
    return " ".join(part for part in (reading.place, str(year or ""), "Government Work Report: tasks") if part)


def write_tasks(book: Any, sheet: Any, looks: Looks, reading: Reading, lang: Lang) -> None:
    """Lay out the task sheet on ``sheet``."""
    columns = task_columns(lang)
    at = {column.key: index for index, column in enumerate(columns)}
    rows = task_rows(reading, lang)
    for index, column in enumerate(columns):
        sheet.set_column(index, index, column.width, None, {"hidden": column.key == "key"})
    last_shown = at["note"]
    _head(sheet, looks, reading, lang, at, last_shown)
    for offset, row in enumerate(rows):
        here = FIRST_ROW + offset
        for index, column in enumerate(columns):
            look = row.get("_number_look", column.look) if column.key == "number" else column.look
            _write(sheet, here, index, row.get(column.key), looks, look)
        shown = columns[: last_shown + 1]
        sizes = ((str(row.get(c.key) or ""), c.width, size_of(c.look)) for c in shown)
        sheet.set_row(here, height(sizes, TWO_LINES))
    end = FIRST_ROW + max(len(rows), 1) - 1
    sheet.freeze_panes(FIRST_ROW, at["task"] + 1)
    sheet.autofilter(SUBHEAD_ROW, 0, end, len(columns) - 1)
    page_setup(sheet, workbook_title(reading, lang), lang, (end, last_shown), (HEAD_ROW, SUBHEAD_ROW))
    _marks(sheet, looks, at, end + SPARE_ROWS)
    _validation(sheet, at, end + SPARE_ROWS, lang)


def task_rows(reading: Reading, lang: Lang) -> list[Row]:
    """The rows of the sheet, as values by column key."""
    titles = {section.id: section.path.split(" > ")[-1] for section in reading.sections}
    mixed = len({commitment.horizon for commitment in reading.commitments}) > 1
    rows: list[Row] = []
    for index, commitment in enumerate(reading.commitments, start=1):
        shared = _shared(commitment, titles.get(commitment.section, ""), lang, mixed)
        targets: list[Target | None] = [*commitment.targets] or [None]
        for place, target in enumerate(targets, start=1):
            row = {**shared, **_numbered(index, place, len(targets)), **_target(target, reading.source.text, lang)}
            row["key"] = f"{commitment.id}:{place - 1}@{commitment.start}-{commitment.end}"
            rows.append(row)
    return rows


def _numbered(index: int, place: int, count: int) -> Row:
    """3 for a single row; 3.1, 3.2 … for several (3.01 … from ten on), so that numbers sort as they stand."""
    if count == 1:
        return {"number": index, "_number_look": "index"}
    if count < 10:
        return {"number": round(index + place / 10, 1), "_number_look": "index_1"}
    return {"number": round(index + place / 100, 2), "_number_look": "index_2"}


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


def _target(target: Target | None, text: str, lang: Lang) -> Row:
    if target is None:
        return {}
    value, high, unit = target_figures(target, text)
    return {
        "indicator": target.indicator,
        "op": pick(OPS[target.op], lang),
        "value": None if value is None else number(value),
        "value_high": None if high is None else number(high),
        "unit": unit if value is not None else "",
        "basis": target.basis or "",
    }


def _write(sheet: Any, row: int, column: int, value: Any, looks: Looks, look: str) -> None:
    if isinstance(value, date):
        sheet.write_datetime(row, column, value, looks[look])
    else:
        write_value(sheet, row, column, value, looks, look)


def _head(sheet: Any, looks: Looks, reading: Reading, lang: Lang, at: dict[str, int], last: int) -> None:
    sheet.merge_range(TITLE_ROW, 0, TITLE_ROW, last, workbook_title(reading, lang), looks["title"])
    sheet.set_row(TITLE_ROW, 34)
    put(sheet, NOTE_ROW, 0, _note(reading, lang), looks["subtitle"])
    sheet.set_row(NOTE_ROW, 18)
    grouped: set[int] = set()
    for first, final, words in GROUPS:
        sheet.merge_range(HEAD_ROW, at[first], HEAD_ROW, at[final], pick(words, lang), looks["head"])
        grouped.update(range(at[first], at[final] + 1))
    for column in task_columns(lang):
        index = at[column.key]
        if index in grouped:
            put(sheet, SUBHEAD_ROW, index, column.heading, looks["head"])
        else:
            sheet.merge_range(HEAD_ROW, index, SUBHEAD_ROW, index, column.heading, looks["head"])
    sheet.set_row(HEAD_ROW, 22)
    sheet.set_row(SUBHEAD_ROW, 30)


def _note(reading: Reading, lang: Lang) -> str:
    tasks = len(reading.commitments)
    counted = sum(1 for commitment in reading.commitments if commitment.kind == "numeric")
    if lang == "zh":
        return f"目标任务 {tasks} 项，其中量化 {counted} 项。浅朱色单元格为尚未明确、需要填写的内容，填写后底色消失。来源：{reading.source.name}"
    return f"{tasks} tasks, {counted} with numbers. Pale red cells still have to be filled in; the colour goes once they are. Source: {reading.source.name}"


def _marks(sheet: Any, looks: Looks, at: dict[str, int], last: int) -> None:
    """Colour the blanks that have to be filled in a row that holds a task; the colour goes when they are filled."""
    cell = {key: f"TRIM(${_letter(index)}{FIRST_ROW + 1})" for key, index in at.items()}
    row_in_use = f'{cell["task"]}&{cell["indicator"]}&{cell["quote"]}<>""'
    counted = f'{cell["indicator"]}<>"",{cell["op"]}<>"",{cell["value"]}&{cell["basis"]}<>""'
    rules = {
        "task": f'{cell["task"]}=""',
        "standard": f'{cell["standard"]}="",NOT(AND({counted}))',
        "lead": f'{cell["lead"]}&{cell["support"]}=""',
        "deadline": f'{cell["deadline"]}=""',
    }
    for key, rule in rules.items():
        options = {"type": "formula", "criteria": f"=AND({row_in_use},{rule})", "format": looks["missing"]}
        sheet.conditional_format(FIRST_ROW, at[key], last, at[key], options)


def _validation(sheet: Any, at: dict[str, int], last: int, lang: Lang) -> None:
    zh = lang == "zh"
    bodies = pick(SHEETS["bodies"], lang)
    entries = f"=OFFSET('{bodies}'!$A$3,0,0,MAX(1,COUNTA('{bodies}'!$A$3:$A$1000)),1)"
    pick_body = {
        "validate": "list",
        "source": entries,
        "error_type": "warning",
        "error_title": "名录外单位" if zh else "Not in the list",
        "error_message": f"“{bodies}”中没有这个单位。确认无误可以继续。"
        if zh
        else f"Not in the sheet {bodies}. Keep it if it is right.",
        "input_title": "牵头单位" if zh else "Lead body",
        "input_message": f"一项任务一个牵头单位；可从“{bodies}”选，也可直接填写。"
        if zh
        else f"One lead for each task; choose from the sheet {bodies} or type.",
    }
    rules: dict[str, dict[str, Any]] = {
        "op": {
            "validate": "list",
            "source": [pick(words, lang) for words in OPS.values()],
            "error_message": "请从下拉列表中选择。" if zh else "Choose from the list.",
            "input_message": "各符号的含义见“说明”。" if zh else "See the last sheet for what they mean.",
        },
        "value": _numeric("只填数字，单位填在“单位”栏。" if zh else "A number only; its unit goes in Unit."),
        "value_high": _numeric("只填数字；目标是区间时填上限。" if zh else "A number only: the upper end of a range."),
        "lead": pick_body,
        "deadline": {
            "validate": "date",
            "criteria": "between",
            "minimum": date(2000, 1, 1),
            "maximum": date(2100, 12, 31),
            "error_type": "warning",
            "error_message": "宜填日期，如 2025-06-30；“6月底前”“长期坚持”也可以。"
            if zh
            else "A date is best, such as 2025-06-30.",
            "input_title": "完成时限" if zh else "Deadline",
            "input_message": "填日期，如 2025-06-30；也可填“6月底前”“长期坚持”。"
            if zh
            else "A date, such as 2025-06-30.",
        },
        "standard": {
            "validate": "any",
            "input_title": "工作标准" if zh else "Standard",
            "input_message": "做到什么程度算完成？左侧量化目标完整时可以不填。"
            if zh
            else "When is it done? May stay blank beside a full target.",
        },
    }
    for key, rule in rules.items():
        sheet.data_validation(FIRST_ROW, at[key], last, at[key], {"ignore_blank": True, **rule})


def _numeric(message: str) -> dict[str, Any]:
    limit = 10**15
    return {"validate": "decimal", "criteria": "between", "minimum": -limit, "maximum": limit, "error_message": message}


def _letter(index: int) -> str:
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
