"""The blanks of the task sheet: marked until they are filled, with a choice of answers where there is one."""

from __future__ import annotations

from datetime import date
from typing import Any

from luoshi.writing.cells import Leaf
from luoshi.writing.labels import OPS, REACHED, Lang, pick
from luoshi.writing.sheets import SHEETS


def mark_blanks(leaf: Leaf, at: dict[str, int], rows: tuple[int, int]) -> None:
    """Colour the blanks to be filled in a row that holds a task; the colour goes when they are filled.

    ``at`` gives the column of each key, ``rows`` the first and last row, all from 0.
    """
    first, last = rows
    cell = {key: f"TRIM(${_letter(index)}{first + 1})" for key, index in at.items()}
    row_in_use = f'{cell["task"]}&{cell["indicator"]}&{cell["quote"]}<>""'
    counted = f'{cell["indicator"]}<>"",{cell["op"]}<>"",{cell["value"]}&{cell["basis"]}<>""'
    rules = {
        "task": f'{cell["task"]}=""',
        "standard": f'{cell["standard"]}="",NOT(AND({counted}))',
        "lead": f'{cell["lead"]}&{cell["support"]}=""',
        "deadline": f'{cell["deadline"]}=""',
    }
    for key, rule in rules.items():
        options = {"type": "formula", "criteria": f"=AND({row_in_use},{rule})", "format": leaf.looks["missing"]}
        leaf.sheet.conditional_format(first, at[key], last, at[key], options)


def validate(leaf: Leaf, at: dict[str, int], rows: tuple[int, int]) -> None:
    """Drop-downs, prompts and warnings for the cells that people fill in; arguments as for :func:`mark_blanks`."""
    first, last = rows
    for key, rule in _rules(leaf.lang).items():
        leaf.sheet.data_validation(first, at[key], last, at[key], {"ignore_blank": True, **rule})


def _rules(lang: Lang) -> dict[str, dict[str, Any]]:
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
    return {
        "op": {
            "validate": "list",
            "source": [pick(words, lang) for words in (*OPS.values(), REACHED)],
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
