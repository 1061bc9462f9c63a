"""A reading as the annual task workbook 政府工作报告重点工作任务分解表.

What the text gives is filled in; what it does not give is left blank and marked until someone fills it. The same
reading gives the same bytes. No cell is a formula and no text becomes one, whatever it starts with; a program that
saves the sheet as CSV loses that protection, as CSV knows no text cells; the sheet on how to use the workbook says so.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from luoshi.reading.model import Reading
from luoshi.writing.cells import Leaf, Looks
from luoshi.writing.labels import check_lang, pick
from luoshi.writing.sheet_about import write_about
from luoshi.writing.sheet_lists import write_achievements, write_bodies, write_glossary, write_quantities, write_unclear
from luoshi.writing.sheet_tasks import workbook_title, write_tasks
from luoshi.writing.sheets import SHEETS

_CREATED = datetime(2020, 1, 1)  # one fixed date, so that the same reading gives the same file

_WRITERS: dict[str, Callable[[Leaf, Reading], None]] = {
    "tasks": write_tasks,
    "achievements": write_achievements,
    "quantities": write_quantities,
    "glossary": write_glossary,
    "unclear": write_unclear,
    "bodies": write_bodies,
    "about": write_about,
}


def write_workbook(reading: Reading, path: str | Path | BinaryIO, *, lang: str = "zh") -> None:
    """Write ``reading`` to ``path`` (or a binary file) as .xlsx, its words in ``lang`` (``zh`` or ``en``).

    Raises ``OSError`` where the file cannot be written and ``ValueError`` for another language. Writing is not atomic:
    hand it a file beside the wanted one and rename.
    """
    import xlsxwriter  # noqa: PLC0415 - it takes longer to import than to read a report

    tongue = check_lang(lang)
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    book = xlsxwriter.Workbook(str(path) if isinstance(path, (str, Path)) else path, options)
    book.set_properties({"title": workbook_title(reading, tongue), "author": "Luoshi 落实", "created": _CREATED})
    looks = Looks(book)
    leaves = {key: Leaf(book.add_worksheet(pick(names, tongue)), looks, tongue) for key, names in SHEETS.items()}
    for key, write in _WRITERS.items():
        write(leaves[key], reading)
    try:
        book.close()
    except xlsxwriter.exceptions.FileCreateError as error:
        raise OSError(str(error)) from error
