"""The sheets of the workbook: their names, and what all of them have in common in print and on the screen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from luoshi.writing.cells import Column, Looks, height, put, size_of
from luoshi.writing.labels import Lang

SHEETS: dict[str, tuple[str, str]] = {
    "tasks": ("任务分解", "Tasks"),
    "achievements": ("完成情况", "Achievements"),
    "quantities": ("数据", "Figures"),
    "glossary": ("名词解释", "Glossary"),
    "unclear": ("存疑", "Unclear"),
    "bodies": ("单位名录", "Bodies"),
    "about": ("说明", "About"),
}
_A4 = 9


def page_setup(
    sheet: Any, title: str, lang: Lang, corner: tuple[int, int], repeat: tuple[int, int] | None = None
) -> None:
    """A4 landscape, one page wide, heading rows on every page, page x of y below; ``corner`` is the last row and column."""
    sheet.set_paper(_A4)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.25, right=0.25, top=0.4, bottom=0.5)
    sheet.center_horizontally()
    pages = "第 &P 页，共 &N 页" if lang == "zh" else "Page &P of &N"
    sheet.set_footer(f"&L&8{_escaped(title)}&R&8{pages}", {"margin": 0.3})
    sheet.print_area(0, 0, *corner)
    sheet.hide_gridlines(2)
    if repeat:
        sheet.repeat_rows(*repeat)


def list_sheet(
    sheet: Any, looks: Looks, title: str, columns: Sequence[Column], rows: Sequence[Sequence[Any]], lang: Lang
) -> None:
    """A sheet that is one table: a title, a heading row, filters, and one row for each of ``rows`` (text, or numbers as they are)."""
    last = len(columns) - 1
    for index, column in enumerate(columns):
        sheet.set_column(index, index, column.width)
    put(sheet, 0, 0, title, looks["heading"])
    for index in range(1, last + 1):
        sheet.write_blank(0, index, None, looks["heading"])
    sheet.set_row(0, 28)
    for index, column in enumerate(columns):
        put(sheet, 1, index, column.heading, looks["head"])
    sheet.set_row(1, 24)
    for number, row in enumerate(rows, start=2):
        for index, (column, value) in enumerate(zip(columns, row, strict=True)):
            write_value(sheet, number, index, value, looks, column.look)
        sheet.set_row(
            number, height((str(value), c.width, size_of(c.look)) for c, value in zip(columns, row, strict=True))
        )
    sheet.freeze_panes(2, 0)
    if rows:
        sheet.autofilter(1, 0, len(rows) + 1, last)
    page_setup(sheet, title, lang, (len(rows) + 1, last), (0, 1))


def write_value(sheet: Any, row: int, column: int, value: Any, looks: Looks, look: str) -> None:
    """A number as a number, everything else as text; ``None`` and empty text as a blank cell with its look."""
    if isinstance(value, (int, float)):
        name = "whole" if look == "figure" and isinstance(value, int) and abs(value) >= 1000 else look
        sheet.write_number(row, column, value, looks[name])
    else:
        put(sheet, row, column, value or "", looks[look])


def _escaped(text: str) -> str:
    return text.replace("&", "&&")[:120]
