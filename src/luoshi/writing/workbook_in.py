"""Workbooks that people filled in, opened safely: nothing is unpacked that is no workbook or would grow too large."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import IO, Any, Final

from luoshi.reading.errors import ReadError

MAX_UNPACKED = 200_000_000  # bytes in all parts of the file; a year's workbook of 10,000 tasks unpacks to some 15 MB
MAX_PARTS = 2_000
MAX_RATIO = 200  # of unpacked to packed: repetitive sheets reach 30, bombs 1,000
MAX_CELLS: Final = 5_000_000
"""Of a sheet, from its first cell to its last one, with what lies empty between: so many take some 300 MB."""
_RATIO_FROM = 10_000_000  # bytes unpacked below which the ratio says nothing
_BOOK: Final = "xl/workbook.xml"
_OTHER_BOOKS: Final = ("content.xml", "workbook.bin")
"""What makes a file a workbook of another kind (.ods, .xlsb), which is not looked through here."""
_PLACE: Final = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]{0,7})([0-9]{1,10})["']""")
_CHUNK: Final = 1 << 20
_OVERLAP: Final = 64
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # an encrypted .xlsx, or the old .xls


def sheets(path: Path) -> Iterator[tuple[str, list[list[str]]]]:
    """Of the workbook at ``path`` each sheet's name and its cells as text, from A1 on, merged cells filled with their
    value.

    Raises :class:`ReadError`: ``workbook_missing``, ``workbook_encrypted``, ``workbook_macros``,
    ``workbook_too_large`` or ``workbook_unreadable`` (no workbook, or a broken one).
    """
    _guard(path)
    yield from _unpacked(path)


def _unpacked(path: Path) -> Iterator[tuple[str, list[list[str]]]]:
    import python_calamine as calamine  # noqa: PLC0415 - only few commands read workbooks

    try:
        book = calamine.CalamineWorkbook.from_path(str(path))
        with book:
            for name in book.sheet_names:
                sheet = book.get_sheet_by_name(name)
                cells = [[_text(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
                _fill_merged(path.name, cells, sheet.merged_cell_ranges or [])
                yield name, cells
    except (calamine.CalamineError, OSError, ValueError) as error:
        raise ReadError("workbook_unreadable", name=path.name, reason=str(error)) from error


def _guard(path: Path) -> None:
    """Refuse, before anything is unpacked, what is no workbook or would not be safe to open."""
    try:
        with path.open("rb") as file:
            head = file.read(8)
    except FileNotFoundError as error:
        raise ReadError("workbook_missing", name=path.name) from error
    except OSError as error:
        raise ReadError("workbook_unreadable", name=path.name, reason=error.strerror or "") from error
    if head == _OLE:
        raise ReadError("workbook_encrypted", name=path.name)
    try:
        with zipfile.ZipFile(path) as archive:
            _guard_parts(path.name, archive.infolist())
            for part in archive.infolist():  # a sheet may have any name
                with archive.open(part) as sheet:
                    _guard_extent(path.name, sheet)
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, EOFError, RuntimeError) as error:
        raise ReadError("workbook_unreadable", name=path.name, reason=str(error)) from error


def _guard_parts(name: str, parts: Sequence[zipfile.ZipInfo]) -> None:
    if any("vbaproject" in part.filename.lower() or "macrosheets/" in part.filename.lower() for part in parts):
        raise ReadError("workbook_macros", name=name)
    names = [part.filename.lower().replace("\\", "/") for part in parts]
    if _BOOK not in names or any(one.endswith(_OTHER_BOOKS) for one in names):
        raise ReadError("workbook_unreadable", name=name, reason="")
    unpacked = sum(part.file_size for part in parts)
    packed = sum(part.compress_size for part in parts)
    bomb = unpacked > _RATIO_FROM and unpacked > MAX_RATIO * max(packed, 1)
    if len(parts) > MAX_PARTS or unpacked > MAX_UNPACKED or bomb:
        raise ReadError("workbook_too_large", name=name)


def _guard_extent(name: str, sheet: IO[bytes]) -> None:
    """Refuse a sheet whose cells lie so far apart that the table around them would not fit in memory: two of them, in
    A1 and in XFD1048576, would be a table of 17 thousand million cells."""
    rows = columns = 0
    rest = b""
    while chunk := sheet.read(_CHUNK):
        for letters, digits in _PLACE.findall(rest + chunk):
            rows, columns = max(rows, int(digits)), max(columns, _column(letters))
        rest = chunk[-_OVERLAP:]
        if rows * columns > MAX_CELLS:
            raise ReadError("workbook_too_large", name=name)


def _column(letters: bytes) -> int:
    """The number of a column: A is 1, AA 27."""
    number = 0
    for letter in letters.upper():
        number = 26 * number + letter - ord("A") + 1
    return number


def _fill_merged(name: str, cells: list[list[str]], ranges: Sequence[tuple[tuple[int, int], tuple[int, int]]]) -> None:
    filled = 0
    for (top, left), (bottom, right) in ranges:
        if top >= len(cells) or left >= len(cells[top]):
            continue
        filled += (min(bottom + 1, len(cells)) - top) * (min(right + 1, len(cells[top])) - left)
        if filled > MAX_CELLS:  # ranges that lie upon each other
            raise ReadError("workbook_too_large", name=name)
        for row in cells[top : bottom + 1]:
            row[left : right + 1] = [cells[top][left]] * len(row[left : right + 1])


def _text(cell: Any) -> str:
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, (date, timedelta)):
        return str(cell)
    if isinstance(cell, float):
        # 15 digits are what a spreadsheet shows of a number: its 8.899999999999999 is 8.9.
        return str(int(cell)) if cell.is_integer() else f"{cell:.15g}"
    return str(cell).strip()
