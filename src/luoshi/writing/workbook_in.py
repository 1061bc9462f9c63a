"""Workbooks that people filled in, opened safely: nothing is unpacked that is no workbook or would grow too large."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from luoshi.reading.errors import ReadError

MAX_UNPACKED = 200_000_000  # bytes in all parts of the file; a year's workbook of 10,000 tasks unpacks to some 15 MB
MAX_PARTS = 2_000
MAX_RATIO = 200  # of unpacked to packed: repetitive sheets reach 30, bombs 1,000
_RATIO_FROM = 10_000_000  # bytes unpacked below which the ratio says nothing
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
                _fill_merged(cells, sheet.merged_cell_ranges or [])
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
            parts = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise ReadError("workbook_unreadable", name=path.name, reason=str(error)) from error
    _guard_parts(path.name, parts)


def _guard_parts(name: str, parts: Sequence[zipfile.ZipInfo]) -> None:
    if any("vbaproject" in part.filename.lower() or "macrosheets/" in part.filename.lower() for part in parts):
        raise ReadError("workbook_macros", name=name)
    unpacked = sum(part.file_size for part in parts)
    packed = sum(part.compress_size for part in parts)
    bomb = unpacked > _RATIO_FROM and unpacked > MAX_RATIO * max(packed, 1)
    if len(parts) > MAX_PARTS or unpacked > MAX_UNPACKED or bomb:
        raise ReadError("workbook_too_large", name=name)


def _fill_merged(cells: list[list[str]], ranges: Sequence[tuple[tuple[int, int], tuple[int, int]]]) -> None:
    for (top, left), (bottom, right) in ranges:
        if top >= len(cells) or left >= len(cells[top]):
            continue
        for row in cells[top : bottom + 1]:
            row[left : right + 1] = [cells[top][left]] * len(row[left : right + 1])


def _text(cell: Any) -> str:
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, (date, timedelta)):
        return str(cell)
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()
