"""Any list as a workbook, of any length: written row by row, so that memory does not grow with it.

A sheet holds 1,048,576 rows (Excel's specification); what does not fit goes on to further sheets, each with the
headings. The last sheet says what the list is: by whom, when, of what, how many rows. No text becomes a formula.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final

from luoshi.writing.cells import Column, Leaf, Looks
from luoshi.writing.labels import check_lang, pick

SHEET_ROWS: Final = 1_048_576
LIST: Final = ("清单", "List")
ABOUT: Final = ("说明", "About")

Row = Sequence[str | int | float | date | None]
Facts = Callable[[int], Iterable[tuple[str, str]]]
"""Given the number of rows: what the last sheet says, pairs of name and text."""


def write_list(
    path: str | Path, columns: Sequence[Column], rows: Iterable[Row], facts: Facts, *, lang: str, most: int = SHEET_ROWS
) -> int:
    """Write ``rows`` under the headings of ``columns`` to ``path`` as .xlsx; how many rows there were.

    ``most``: rows of a sheet, its headings included. Raises ``OSError`` where the file cannot be written, ValueError
    for another language, and whatever ``rows`` raises (the file is then no whole workbook).
    """
    import xlsxwriter  # noqa: PLC0415 - it takes longer to import than most pages take

    tongue = check_lang(lang)
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "tmpdir": str(Path(path).parent),
    }
    book = xlsxwriter.Workbook(str(path), options)
    looks = Looks(book)
    kinds = [column.look for column in columns]
    count, sheets, at, leaf = 0, 0, most, None
    for row in rows:
        if at >= most or leaf is None:
            sheets += 1
            leaf, at = _sheet(book, looks, columns, pick(LIST, tongue), sheets, tongue), 1
        for place, value in enumerate(row):
            leaf.put(at, place, value, kinds[place])
        at += 1
        count += 1
    if leaf is None:
        _sheet(book, looks, columns, pick(LIST, tongue), 1, tongue)
    _about(book, looks, pick(ABOUT, tongue), facts(count), tongue)
    try:
        book.close()
    except xlsxwriter.exceptions.FileCreateError as error:
        raise OSError(str(error)) from error
    return count


def _sheet(book: Any, looks: Looks, columns: Sequence[Column], name: str, number: int, lang: Any) -> Leaf:
    """A new sheet with its headings, which stay in sight."""
    sheet = book.add_worksheet(name if number == 1 else f"{name} {number}")
    sheet.freeze_panes(1, 0)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    leaf = Leaf(sheet, looks, lang)
    for place, column in enumerate(columns):
        sheet.set_column(place, place, column.width)
        leaf.put(0, place, column.heading, "head")
    return leaf


def _about(book: Any, looks: Looks, name: str, facts: Iterable[tuple[str, str]], lang: Any) -> None:
    sheet = book.add_worksheet(name)
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 1, 80)
    leaf = Leaf(sheet, looks, lang)
    for place, (key, text) in enumerate(facts):
        leaf.put(place, 0, key, "key")
        leaf.put(place, 1, text, "text")
