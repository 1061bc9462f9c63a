"""The sheets of the workbook: their names, and what all of them have in common in print and on the screen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from luoshi.writing.cells import Column, Leaf, height, size_of

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


def page_setup(leaf: Leaf, title: str, corner: tuple[int, int], repeat: tuple[int, int] | None = None) -> None:
    """A4 landscape, one page wide, page x of y below; ``corner`` is the last row and column, ``repeat`` the heading."""
    sheet = leaf.sheet
    sheet.set_paper(_A4)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.25, right=0.25, top=0.4, bottom=0.5)
    sheet.center_horizontally()
    pages = "第 &P 页，共 &N 页" if leaf.lang == "zh" else "Page &P of &N"
    sheet.set_footer(f"&L&8{_escaped(title)}&R&8{pages}", {"margin": 0.3})
    sheet.print_area(0, 0, *corner)
    sheet.hide_gridlines(2)
    if repeat:
        sheet.repeat_rows(*repeat)


def list_sheet(leaf: Leaf, title: str, columns: Sequence[Column], rows: Sequence[Sequence[Any]]) -> None:
    """A sheet that is one table: title, heading row, filters, and ``rows`` (text, or numbers as they are)."""
    sheet, last = leaf.sheet, len(columns) - 1
    for index, column in enumerate(columns):
        sheet.set_column(index, index, column.width)
        leaf.put(0, index, "" if index else title, "heading")
        leaf.put(1, index, column.heading, "head")
    sheet.set_row(0, 28)
    sheet.set_row(1, 24)
    for number, row in enumerate(rows, start=2):
        cells = list(zip(columns, row, strict=True))
        for index, (column, value) in enumerate(cells):
            leaf.put(number, index, value, column.look)
        sheet.set_row(number, height((str(value), column.width, size_of(column.look)) for column, value in cells))
    sheet.freeze_panes(2, 0)
    if rows:
        sheet.autofilter(1, 0, len(rows) + 1, last)
    page_setup(leaf, title, (len(rows) + 1, last), (0, 1))


def _escaped(text: str) -> str:
    return text.replace("&", "&&")[:120]
