"""What every sheet of the workbook shares: looks of cells, text that stays text, and rows as high as their words need.

A spreadsheet does not measure wrapped text in a file that a program wrote, and viewers differ in whether they do so on
opening; so the height of each row is worked out here, from the widths of the characters.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Final

from luoshi.writing.labels import Lang

BODY_FONT = "仿宋"
HEAD_FONT = "黑体"
TITLE_FONT = "宋体"
FIGURE_FONT = "Times New Roman"
VERMILION = "#C8402F"
PALE_VERMILION = "#F8DCD6"
INK = "#1F1D1A"
GREY = "#6B655B"
LINE = "#A9A294"
PAPER = "#F1EEE6"
BODY_SIZE = 10
SMALL_SIZE = 9

CELL_LIMIT = 32_767  # characters in one cell: Excel's specification
_CUT = "……（全文见 reading.json）"
_PIXELS_PER_POINT = 4 / 3
_LINE_SPACING = 1.32  # of the font size; measured for 仿宋 and Noto CJK, the higher of both
_ROW_PADDING = 5.0
_MAX_HEIGHT = 409.0  # points: Excel's specification
_GB2312 = 134  # the charset that makes a viewer without the font choose a Chinese one


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a sheet: its heading, its width in characters of the default font, and how its cells look."""

    key: str
    heading: str
    width: float
    look: str = "text"


class Looks:
    """The formats of one workbook, each made once and only when it is used."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._made:
            self._made[name] = self._book.add_format(_LOOKS[name])
        return self._made[name]


_BASE: dict[str, Any] = {
    "font_name": BODY_FONT,
    "font_size": BODY_SIZE,
    "font_charset": _GB2312,
    "font_color": INK,
    "valign": "vcenter",
}
_BOXED: dict[str, Any] = {**_BASE, "border": 1, "border_color": LINE, "text_wrap": True}
_FIGURE: dict[str, Any] = {**_BOXED, "font_name": FIGURE_FONT, "font_charset": 0, "align": "right", "text_wrap": False}
_LOOKS: dict[str, dict[str, Any]] = {
    "text": {**_BOXED, "num_format": "@"},
    "free": _BOXED,
    "centre": {**_BOXED, "align": "center"},
    "small": {**_BOXED, "font_size": SMALL_SIZE, "font_color": GREY, "num_format": "@"},
    "small_centre": {**_BOXED, "font_size": SMALL_SIZE, "font_color": GREY, "align": "center"},
    "figure": {**_FIGURE, "num_format": "General"},
    "whole": {**_FIGURE, "num_format": "#,##0"},
    "index": {**_FIGURE, "align": "center", "num_format": "0"},
    "index_1": {**_FIGURE, "align": "center", "num_format": "0.0"},
    "index_2": {**_FIGURE, "align": "center", "num_format": "0.00"},
    "date": {**_FIGURE, "align": "center", "num_format": "yyyy-mm-dd"},
    "head": {
        **_BOXED,
        "font_name": HEAD_FONT,
        "align": "center",
        "bg_color": PAPER,
        "top": 1,
        "bottom": 1,
    },
    "title": {**_BASE, "font_name": TITLE_FONT, "font_size": 18, "bold": True, "align": "center"},
    "subtitle": {**_BASE, "font_size": SMALL_SIZE, "font_color": GREY, "align": "left"},
    "missing": {"bg_color": PALE_VERMILION, "pattern": 1},
    "key": {**_BOXED, "font_name": HEAD_FONT, "bg_color": PAPER},
    "plain": {**_BASE, "text_wrap": True, "valign": "top"},
    "heading": {**_BASE, "font_name": HEAD_FONT, "font_size": 12, "bottom": 1, "bottom_color": LINE},
    "swatch": {**_BOXED, "bg_color": PALE_VERMILION},
}


def safe_text(text: str) -> str:
    """``text`` fit for a cell: without control characters, and no longer than a cell may be (then it says so)."""
    if text.isprintable() and 2 * len(text) <= CELL_LIMIT:
        return text  # as nearly all are; a long list has hundreds of thousands
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = "".join(char for char in text if char == "\n" or not (ord(char) < 32 or 0xD800 <= ord(char) < 0xE000))
    text = text.replace("\ufffe", "").replace("\uffff", "")
    if _units16(text) <= CELL_LIMIT:
        return text
    return text[: (CELL_LIMIT - len(_CUT)) // 2 if _units16(text) > len(text) else CELL_LIMIT - len(_CUT)] + _CUT


FORMULA_MARKS: Final = tuple("=+-@\t\r\n＝＋－＠")
"""A cell that begins so is taken for a formula, by some programs in full width, too."""


def neutral(text: str) -> str:
    """``text`` for a file whose cells have no kinds (.csv), so that no program takes it for a formula: with an
    apostrophe before it where it begins like one. A workbook's cells say that they are text (:meth:`Leaf.put`)."""
    return f"'{text}" if text.startswith(FORMULA_MARKS) else text


@dataclass(frozen=True, slots=True)
class Leaf:
    """A sheet to write on, with the workbook's looks and the language of its words."""

    sheet: Any
    looks: Looks
    lang: Lang

    def put(self, row: int, column: int, value: Any, look: str) -> None:
        """Write a number as a number and a date as a date; all else is text and stays text, whatever it starts with.

        ``None`` and empty text make a blank cell with its look.
        """
        if isinstance(value, (int, float)):
            name = "whole" if look == "figure" and isinstance(value, int) and abs(value) >= 1000 else look
            self.sheet.write_number(row, column, value, self.looks[name])
        elif isinstance(value, date):
            self.sheet.write_datetime(row, column, value, self.looks[look])
        elif clean := safe_text(value or ""):
            self.sheet.write_string(row, column, clean, self.looks[look])
        else:
            self.sheet.write_blank(row, column, None, self.looks[look])


@cache
def _char_width(char: str) -> float:
    return 1.0 if unicodedata.east_asian_width(char) in "WFA" else 0.55


def lines(text: str, width: float, size: float = BODY_SIZE) -> int:
    """How many lines ``text`` takes in a column of ``width`` characters, set in ``size`` points."""
    room = max(
        1.0, (width * 7 - 2) / (size * _PIXELS_PER_POINT)
    )  # full-width characters a line; 7 px is a default digit
    return sum(max(1, math.ceil(sum(map(_char_width, part)) / room - 1e-9)) for part in text.split("\n")) if text else 1


def height(cells: Iterable[tuple[str, float, float]], least: float = 20.0) -> float:
    """The height in points of a row with these cells, each ``(text, column width, font size)``."""
    needed = (lines(text, width, size) * size * _LINE_SPACING for text, width, size in cells)
    return round(min(_MAX_HEIGHT, max(least, max(needed, default=0.0) + _ROW_PADDING)), 1)


def size_of(look: str) -> float:
    """The font size, in points, of a look."""
    return float(_LOOKS[look].get("font_size", BODY_SIZE))


def _units16(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
