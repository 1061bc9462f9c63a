"""A filled-in task workbook, read back: which tasks still lack one of the four clarities 四明确.

Columns are found by their headings, so that an office may move, add or rename columns and sheets, and save with Excel,
WPS or LibreOffice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Literal

from luoshi.reading.errors import ReadError
from luoshi.writing.columns import headings, plain
from luoshi.writing.workbook_in import sheets

Clarity = Literal["who", "what", "standard", "when"]

_HEAD_SEARCH = 30  # rows in which the headings are looked for
_DAY_ZERO = date(1899, 12, 30)  # of spreadsheet day numbers
_DAYS = range(30_000, 75_000)  # day numbers of the years 1982 to 2105
_NEEDED = {"task", "deadline"}

_EMPTY = re.compile(r"[\s\-—–_/\\.。?？xX×…*]*|待定|待明确|待落实|未定|暂无|无|N/?A|TBD|TODO", re.IGNORECASE)
_MONTH = r"(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])月"
_DAY = r"(?:3[01]|[12]\d|0?[1-9])[日号]?"
_YEAR = r"(?:(?:20\d\d|[二〇零一三四五六七八九]{4})年|今年|明年|当年|本年)"
_PART = r"(?:上旬|中旬|下旬|月?底|末|初)?"
_END = r"(?:之前|以前|前|内|完成|前完成|底前)?"
_SPECIFIC = re.compile(
    rf"{_YEAR}?(?:{_MONTH}(?:{_DAY}|{_PART}){_END}"
    rf"|(?:第?[一二三四1-4]季度|[上下]半年|年){_PART}{_END}|年内|全年|年中)"
    rf"|{_YEAR}{_PART}{_END}"
    r"|(?:20\d\d)[-/.](?:1[0-2]|0?[1-9])"
)
_STANDING = re.compile(
    r"(?:长期|持续|常年|常态化?|全年|每[年月周日天]|每季度?)(?:坚持|推进|推动|实施|落实|开展|进行|保持|\d{1,2}[日号]前?|底前?|末前?)*"
)
_ISO = re.compile(r"(20\d\d)[-/.年](\d{1,2})[-/.月](\d{1,2})[日号]?(?:之前|以前|前|\s00:00:00|T00:00:00)?")


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One row of the task sheet: its number as the spreadsheet shows it, and its cells as text by column key, without
    empty ones; ``columns``: the keys of the columns that the sheet has."""

    sheet: str
    row: int
    cells: dict[str, str]
    columns: frozenset[str] = field(default=frozenset(), compare=False)

    @property
    def task(self) -> str:
        """What names the row: the task, else the indicator, else the report's wording."""
        return next((self.cells[key] for key in ("task", "indicator", "quote") if self.cells.get(key)), "")


@dataclass(frozen=True, slots=True)
class Lacking:
    """A task that lacks a clarity: where it stands, what it is, and which of ``who, what, standard, when`` it lacks."""

    sheet: str
    row: int
    task: str
    missing: tuple[Clarity, ...]


def check_workbook(path: str | Path) -> list[Lacking]:
    """Every task row of the workbook at ``path`` that lacks one of the four clarities, in order; empty if none does.

    Raises :class:`ReadError` as :func:`read_tasks` does.
    """
    found = ((row, missing_of(row.cells)) for row in read_tasks(path))
    return [Lacking(row.sheet, row.row, row.task, missing) for row, missing in found if missing]


def read_tasks(path: str | Path) -> list[TaskRow]:
    """The task rows of the workbook at ``path``, from every sheet that has the headings of a task table.

    Raises :class:`ReadError`: ``workbook_missing``, ``workbook_encrypted``, ``workbook_macros``,
    ``workbook_too_large``, ``workbook_unreadable`` (no workbook, or a broken one) or ``workbook_no_tasks`` (no sheet
    with the headings, or no row below them).
    """
    place = Path(path)
    rows = [row for name, cells in sheets(place) for row in _rows_of_sheet(name, cells)]
    if not rows:
        raise ReadError("workbook_no_tasks", name=place.name)
    return rows


def missing_of(cells: dict[str, str]) -> tuple[Clarity, ...]:
    """Which clarities a row lacks.

    who: 牵头单位 or 责任单位; what: 目标任务; standard: 工作标准, or indicator and comparison with a value or a basis;
    when: a date or a phrase that sets one (see :func:`is_deadline`).
    """
    given = {key: not _EMPTY.fullmatch(value) for key, value in cells.items()}

    def has(key: str) -> bool:
        return given.get(key, False)

    counted = has("indicator") and has_comparison(cells.get("op", "")) and (has("value") or has("basis"))
    met: tuple[tuple[Clarity, bool], ...] = (
        ("who", has("lead") or has("support")),
        ("what", has("task")),
        ("standard", has("standard") or counted),
        ("when", is_deadline(cells.get("deadline", ""))),
    )
    return tuple(name for name, there in met if not there)


def has_comparison(text: str) -> bool:
    """Whether the cell 比较 holds anything: ``=`` and ``-`` are signs here, no dashes to be passed over."""
    return bool(text.strip())


def is_deadline(text: str) -> bool:
    """Whether ``text`` sets a time: a real date, 6月底前, 三季度末, 年内, 长期坚持; not 尽快, and not 2月30日."""
    words = re.sub(r"\s+", "", text.replace("（", "").replace("）", ""))
    exact = _ISO.fullmatch(text.strip()) or _ISO.fullmatch(words)
    if exact:
        return _is_date(int(exact[1]), int(exact[2]), int(exact[3]))
    day = re.search(r"(\d{1,2})月(\d{1,2})(?=[日号])", words)
    if day and not _is_date(2024, int(day[1]), int(day[2])):  # a leap year: 2月29日 may stand without its year
        return False
    return bool(_SPECIFIC.fullmatch(words) or _STANDING.fullmatch(words))


def _is_date(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _rows_of_sheet(name: str, cells: list[list[str]]) -> Iterator[TaskRow]:
    found = _find_head(cells)
    if found is None:
        return
    first, columns = found
    for index, row in enumerate(cells[first:], start=first + 1):
        values = {key: row[column] for key, column in columns.items() if column < len(row) and row[column]}
        if plain(values.get("task", "")) in headings():  # a heading row repeated inside the table
            continue
        if not any(values.get(key) for key in ("task", "indicator", "quote")):
            continue
        if "deadline" in values:
            values["deadline"] = _day_number(values["deadline"])
        yield TaskRow(name, index, values, frozenset(columns))


def _day_number(text: str) -> str:
    """A day number that a spreadsheet shows as a plain number, when someone cleared the cell's format, as a date."""
    if text.isdigit() and int(text) in _DAYS:
        return (_DAY_ZERO + timedelta(days=int(text))).isoformat()
    return text


def _find_head(cells: list[list[str]]) -> tuple[int, dict[str, int]] | None:
    """The first row below the headings, from 0, and the column of each key; ``None`` if this is no task table."""
    known = headings()
    best: tuple[int, dict[str, int]] | None = None
    for top in range(min(_HEAD_SEARCH, len(cells))):
        columns = _keys(cells[top], known)
        if not columns.keys() >= _NEEDED:
            continue
        below = _keys(cells[top + 1], known) if top + 1 < len(cells) else {}
        two_tiers = len(below) >= 2 and all(below.get(key, column) == column for key, column in columns.items())
        merged = {**below, **columns} if two_tiers else columns
        if best is None or len(merged) > len(best[1]):
            best = (top + (2 if two_tiers else 1), merged)
    return best


def _keys(row: list[str], known: dict[str, str]) -> dict[str, int]:
    keys: dict[str, int] = {}
    for index, cell in enumerate(row):
        key = known.get(plain(cell)) if cell else None
        if key is not None and key not in keys:
            keys[key] = index
    return keys
