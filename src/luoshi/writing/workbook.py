"""A reading as the annual task workbook 政府工作报告重点工作任务分解表.

What the text gives is filled in; what it does not give is left blank and marked until someone fills it. The same reading gives the same
bytes. No cell is a formula and no text becomes one, whatever it starts with; a program that saves the sheet as CSV loses that protection,
as CSV knows no text cells, and the sheet on how to use the workbook says so.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from luoshi.reading.model import Reading
from luoshi.writing.cells import Looks
from luoshi.writing.labels import check_lang, pick
from luoshi.writing.sheet_about import write_about
from luoshi.writing.sheet_lists import write_achievements, write_bodies, write_glossary, write_quantities, write_unclear
from luoshi.writing.sheet_tasks import workbook_title, write_tasks
from luoshi.writing.sheets import SHEETS

_CREATED = datetime(2020, 1, 1)  # one fixed date, so that the same reading gives the same file


def write_workbook(reading: Reading, path: str | Path | BinaryIO, *, lang: str = "zh") -> None:
    """Write ``reading`` to ``path`` (or a binary file) as .xlsx, its words in ``lang`` (``zh`` or ``en``).

    Raises ``OSError`` where the file cannot be written and ``ValueError`` for another language. Writing is not atomic: hand it
    a file beside the wanted one and rename.
    """
    import xlsxwriter  # noqa: PLC0415 - it takes longer to import than to read a report

    tongue = check_lang(lang)
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    book = xlsxwriter.Workbook(str(path) if isinstance(path, (str, Path)) else path, options)
    book.set_properties({"title": workbook_title(reading, tongue), "author": "Luoshi 落实", "created": _CREATED})
    looks = Looks(book)
    sheets = {key: book.add_worksheet(pick(names, tongue)) for key, names in SHEETS.items()}
    write_tasks(book, sheets["tasks"], looks, reading, tongue)
    write_achievements(sheets["achievements"], looks, reading, tongue)
    write_quantities(sheets["quantities"], looks, reading, tongue)
    write_glossary(sheets["glossary"], looks, reading, tongue)
    write_unclear(sheets["unclear"], looks, reading, tongue)
    write_bodies(sheets["bodies"], looks, reading, tongue)
    write_about(sheets["about"], looks, reading, tongue)
    sheets["tasks"].activate()
    try:
        book.close()
    except xlsxwriter.exceptions.FileCreateError as error:
        raise OSError(str(error)) from error
