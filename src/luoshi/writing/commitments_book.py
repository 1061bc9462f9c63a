"""The reviewed commitments as the task workbook; :mod:`luoshi.writing.commitments_back` reads it back.

The last column holds each commitment's code with the revision that was written: 2025-041@3, and :2 from the second of
several targets on. So rows may be sorted, moved and filtered, and what somebody else has changed meanwhile is noticed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO, Final

from luoshi.casework.sql import reading
from luoshi.commitments.models import LIVING, Commitment, Report
from luoshi.org.snapshot import snapshot
from luoshi.org.tree import Tree
from luoshi.reading.model import Target
from luoshi.writing.cells import Leaf, Looks
from luoshi.writing.labels import Lang, check_lang, pick
from luoshi.writing.sheet_tasks import Row, lay_out, numbered, target_cells
from luoshi.writing.sheets import SHEETS

QUARTERS: Final = ("q1", "q2", "q3", "q4")
NODE: Final = re.compile(r"(\d{4}-\d\d-\d\d)[\s：:]+(.+)", re.DOTALL)
"""A milestone in its cell: the day, and what is done by then."""
_CREATED: Final = datetime(2020, 1, 1)


def write_book(report: Report, path: str | Path | BinaryIO, *, lang: str = "zh") -> int:
    """Write the commitments of ``report`` that are tasks, or may become some, as .xlsx; how many.

    The same commitments give the same bytes. Raises OSError where the file cannot be written, ValueError for another
    language.
    """
    import xlsxwriter  # noqa: PLC0415 - it takes longer to import than to read a report

    tongue = check_lang(lang)
    rows = _living(report)
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    book = xlsxwriter.Workbook(str(path) if isinstance(path, (str, Path)) else path, options)
    title = _title(report, tongue)
    book.set_properties({"title": title, "author": "Luoshi 落实", "created": _CREATED})
    leaf = Leaf(book.add_worksheet(pick(SHEETS["tasks"], tongue)), Looks(book), tongue)
    lay_out(leaf, title, _note(report, len(rows), tongue), book_rows(report, rows, tongue), show_key=True)
    try:
        book.close()
    except xlsxwriter.exceptions.FileCreateError as error:
        raise OSError(str(error)) from error
    return len(rows)


def _living(report: Report) -> list[Commitment]:
    with reading():
        found = Commitment.objects.filter(district=report.district, report_id=report.pk, status__in=LIVING)
        return list(found.order_by("start", "id"))


def _title(report: Report, lang: Lang) -> str:
    if lang == "zh":
        name = f"{report.place}{report.plan_year}年政府工作报告" if report.plan_year else report.title
        return f"《{name}》重点工作任务分解表"
    return " ".join(
        part for part in (report.place, str(report.plan_year or ""), "Government Work Report: tasks") if part
    )


def _note(report: Report, count: int, lang: Lang) -> str:
    if lang == "zh":
        return (
            f"目标任务 {count} 项。浅朱色单元格为尚未明确、需要填写的内容。改好后可导回系统，导入前逐项核对；"
            f"请勿改动末列的编码。来源：{report.name}"
        )
    return (
        f"{count} tasks. Pale red cells still have to be filled in. It can be read back, and every difference is shown "
        f"before it is taken; leave the codes in the last column as they are. Source: {report.name}"
    )


def book_rows(report: Report, rows: Sequence[Commitment], lang: Lang) -> list[Row]:
    """The rows of the sheet, as values by column key; one for each target where a commitment has several."""
    tree = snapshot(report.district).tree
    found: list[Row] = []
    for index, one in enumerate(rows, start=1):
        shared = _shared(one, tree, report.plan_year)
        targets: list[Target | None] = [target_of(target) for target in one.targets] or [None]
        for place, target in enumerate(targets, start=1):
            row = {**shared, **numbered(index, place, len(targets)), **target_cells(target, report.text, lang)}
            row["key"] = f"{one.code}@{one.n}" + (f":{place}" if place > 1 else "")
            found.append(row)
    return found


def _shared(one: Commitment, tree: Tree, plan_year: int | None) -> Row:
    return {
        "category": one.theme,
        "task": one.task,
        "standard": one.standard,
        "lead": name_of(tree, one.lead),
        "support": "、".join(name_of(tree, body) for body in one.joint),
        "deadline": date.fromisoformat(one.due) if one.due else None,
        "quote": one.text,
        "place": "、".join(f"{start}–{end}" for start, end in one.spans),
        **_quarters(one.milestones, plan_year),
    }


def name_of(tree: Tree, body: str | None) -> str:
    """The name of ``body``, in Chinese as the sheet has it; nothing for none."""
    if body is None:
        return ""
    return tree.bodies[body].zh if body in tree.bodies else body


def target_of(target: Mapping[str, Any]) -> Target:
    """A stored target, its numbers exact."""

    def exact(name: str) -> Decimal | None:
        return None if target[name] is None else Decimal(target[name])

    return Target(
        target["indicator"],
        target["op"],
        exact("value"),
        exact("value_high"),
        target["unit"],
        target["basis"],
        target["num_start"],
        target["num_end"],
        exact("from_value"),
    )


def _quarters(milestones: Iterable[Mapping[str, str]], plan_year: int | None) -> Row:
    """Milestones in the quarters' cells, a line each; on a quarter's last day of the plan year the day goes without."""
    cells: dict[str, list[str]] = {}
    for node in milestones:
        day = date.fromisoformat(node["day"])
        quarter = (day.month + 2) // 3
        ends = plan_year is not None and node["day"] == quarter_end(plan_year, quarter)
        plain = ends and not NODE.fullmatch(node["text"])
        cells.setdefault(QUARTERS[quarter - 1], []).append(node["text"] if plain else f"{node['day']} {node['text']}")
    return {name: "\n".join(lines) for name, lines in cells.items()}


def quarter_end(year: int, quarter: int) -> str:
    """The last day of the quarter 1 to 4 of ``year``."""
    return f"{year}-{('03-31', '06-30', '09-30', '12-31')[quarter - 1]}"
