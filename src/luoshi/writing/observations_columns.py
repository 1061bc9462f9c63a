"""The columns of the workbook of statistics 统计数据填报表, and how its cells are read: codes, names, periods."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from typing import Final

from luoshi.ledger.relations import bounds
from luoshi.mechanisms.terms import FieldDef
from luoshi.writing.cells import Column
from luoshi.writing.columns import plain
from luoshi.writing.labels import Lang, pick

_COLUMNS: Final[tuple[tuple[str, tuple[str, str], float, str], ...]] = (
    ("indicator", ("指标代码", "Code"), 24, "small"),
    ("name", ("指标", "Indicator"), 28, "text"),
    ("level", ("统计范围", "Of which area"), 10, "centre"),
    ("period", ("所属期", "Period"), 12, "centre"),
    ("basis", ("口径", "Basis"), 12, "centre"),
    ("value", ("数值", "Value"), 14, "figure"),
    ("unit", ("单位", "Unit"), 9, "centre"),
    ("source", ("数据来源", "Source"), 14, "text"),
    ("source_title", ("来源名称", "Title of the source"), 28, "text"),
    ("reason", ("修订理由", "Why revised"), 28, "text"),
)  # fmt: skip
NEEDED: Final = frozenset({"period", "value"})
"""A sheet without these is none of statistics."""
KEYS: Final = tuple(key for key, *_ in _COLUMNS)

_YEAR: Final = r"(\d{4})\s*年?"
_QUARTERS: Final = {"一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_PERIODS: Final = (
    (re.compile(rf"{_YEAR}(?:全年|度)?"), lambda found: found[1]),
    (re.compile(rf"{_YEAR}[-/ ]?[qQ第]?([1-4一二三四])季度?"), lambda found: f"{found[1]}-q{_QUARTERS[found[2]]}"),
    (re.compile(r"(\d{4})[-/ ]?[qQ]([1-4])"), lambda found: f"{found[1]}-q{found[2]}"),
    (re.compile(rf"{_YEAR}(?:上半年|[-/ ]?[hH]1)"), lambda found: f"{found[1]}-h1"),
    (re.compile(rf"{_YEAR}(?:下半年|[-/ ]?[hH]2)"), lambda found: f"{found[1]}-h2"),
    (re.compile(rf"{_YEAR}(?:1[-—–~至]\s*)?(0?[1-9]|1[0-2])月(?:份|末|底)?"), lambda found: _month(found[1], found[2])),
    (re.compile(r"(\d{4})[-/](0?[1-9]|1[0-2])(?:[-/]0?1)?"), lambda found: _month(found[1], found[2])),
    (re.compile(r"(\d{4})\.(0[1-9]|1[0-2])(?:\.0?1)?"), lambda found: _month(found[1], found[2])),
    (re.compile(r"(\d{4})(0[1-9]|1[0-2])"), lambda found: _month(found[1], found[2])),
)
"""How offices write periods. 1—3月 is told as what had come together by March; 2019-03-01 is how a spreadsheet keeps
the month that it shows. 2019.1 is none: a spreadsheet keeps October so, if somebody writes 2019.10."""
_NUMBER: Final = re.compile(r"[-+]?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?(?:[eE][-+]?\d{1,2})?", re.ASCII)
_DECIMALS: Final = 6
_DIGITS: Final = 15
"""Of a decimal and of a whole, that an entry can hold."""


def columns(lang: Lang) -> list[Column]:
    """The columns with their headings in ``lang``."""
    return [Column(key, pick(names, lang), width, look) for key, names, width, look in _COLUMNS]


def column_keys(row: list[str]) -> dict[str, int]:
    """Which column of a row of headings holds what."""
    names = {plain(name): key for key, both, *_ in _COLUMNS for name in both}
    found: dict[str, int] = {}
    for place, cell in enumerate(row):
        key = names.get(plain(cell)) if cell else None
        if key is not None:
            found.setdefault(key, place)
    return found


def period_of(text: str) -> str | None:
    """The code of a period as people write it (2019年, 2019年一季度, 2019年1—3月, 2019-03, 2019Q1), else None."""
    words = _folded(text)
    for pattern, code in _PERIODS:
        found = pattern.fullmatch(words)
        if found is not None:
            told = code(found)
            return told if bounds(told)[0] is not None else None
    return None


def _folded(text: str) -> str:
    """Full-width digits, points and signs as half-width ones, and each sign of a minus as one."""
    return unicodedata.normalize("NFKC", text).replace("−", "-").strip()


def _month(year: str, month: str) -> str:
    return f"{year}-{int(month):02}"


def value_of(text: str) -> str | None:
    """A number as exact decimal text, as an entry holds it; None for what is none, or has more than six decimals.

    Signs of thousands and a % behind it are left out; 8,9 is no number, since 89 would be another one.
    """
    words = _folded(text).removesuffix("%").strip()
    if not _NUMBER.fullmatch(words):
        return None
    number = Decimal(words.replace(",", ""))
    if not number:
        return "0"
    if number.adjusted() >= _DIGITS or number.normalize().as_tuple().exponent < -_DECIMALS:  # type: ignore[operator]
        return None
    told = f"{number:f}"
    return told.rstrip("0").rstrip(".") if "." in told else told


def choice_of(field: FieldDef, text: str) -> str | None:
    """The choice of ``field`` that ``text`` names, by its code or in either language; None if none."""
    words = text.strip()
    return next((code for code, named in field.choices.items() if words in (code, named.zh, named.en)), None)
