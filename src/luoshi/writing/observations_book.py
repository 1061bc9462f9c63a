"""The workbook of statistics 统计数据填报表 to be filled in: a row for each open series, with its next period.

:mod:`luoshi.writing.observations_back` reads it back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, BinaryIO, Final

from luoshi.casework.setups import district as in_force
from luoshi.figures.definitions import indicators
from luoshi.figures.observed import observed
from luoshi.figures.series import order
from luoshi.mechanisms.terms import FieldDef
from luoshi.writing.cells import Leaf, Looks
from luoshi.writing.labels import Lang, check_lang, pick
from luoshi.writing.observations_back import PACK, Series
from luoshi.writing.observations_columns import columns

SHEET: Final = ("统计数据", "Statistics")
HOW: Final = ("填写说明", "How to fill in")
_CREATED: Final = datetime(2020, 1, 1)
_LISTED: Final = ("level", "basis", "unit", "source")
"""Columns whose cells offer a list to choose from."""
_NOTES: Final = (
    (
        "数值只填数字，百分数按百分号前的数填（8.9，不是 0.089）。",
        "Values are plain numbers; of percentages what stands before the sign (8.9, not 0.089).",
    ),
    (
        "所属期写作 2019、2019-q1（一季度）、2019-03；1—3月累计写作 2019-03，口径选累计或者累计同比。",
        "Periods are written 2019, 2019-q1, 2019-03; what came together from January to March is told for 2019-03, "
        "on a basis since the beginning of the year.",
    ),
    (
        "已报过的数值照原样即可，不重复记入；改动的按修订记入，须写修订理由，原数值保留。",
        "A value told before may stay; it is not told twice. A changed one is a revision: say why; the old one stays.",
    ),
    (
        "已公布的增速按公布数填报，不由总量推算。数值留空的行不读取。",
        "Growth that was published is told as it was published. Rows without a value are passed over.",
    ),
)


def write_observations(
    district: str, found: Sequence[Series], path: str | Path | BinaryIO, *, today: date, lang: str = "zh"
) -> int:
    """Write the workbook of the series ``found`` as .xlsx; how many rows. Raises OSError, ValueError for a language."""
    import xlsxwriter  # noqa: PLC0415 - it takes longer to import than most pages take

    tongue = check_lang(lang)
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    book = xlsxwriter.Workbook(str(path) if isinstance(path, (str, Path)) else path, options)
    book.set_properties({"title": pick(SHEET, tongue), "author": "Luoshi 落实", "created": _CREATED})
    looks = Looks(book)
    leaf = Leaf(book.add_worksheet(pick(SHEET, tongue)), looks, tongue)
    fields = in_force(district).opening(PACK).flow.mechanism.fields
    rows = _rows(district, found, today, fields, tongue)
    _lay_out(leaf, rows, fields)
    _how(Leaf(book.add_worksheet(pick(HOW, tongue)), looks, tongue))
    try:
        book.close()
    except xlsxwriter.exceptions.FileCreateError as error:
        raise OSError(str(error)) from error
    return len(rows)


def _rows(
    district: str, found: Sequence[Series], today: date, fields: Mapping[str, FieldDef], lang: Lang
) -> list[dict[str, Any]]:
    known = indicators()
    last: dict[str, str] = {}
    for told in observed(district, {one.case for one in found}):
        if told.case not in last or order(told.period) > order(last[told.case]):
            last[told.case] = told.period
    rows: list[dict[str, Any]] = []
    for one in found:
        indicator = known.get(one.indicator)
        rows.append({
            "indicator": one.indicator,
            "name": pick((indicator.zh, indicator.en), lang) if indicator else one.indicator,
            "level": _word(fields["level"], one.level, lang),
            "period": _next(last.get(one.case), indicator.frequency if indicator else "year", today),
            "basis": _word(fields["basis"], indicator.basis, lang) if indicator else "",
            "unit": _word(fields["unit"], one.unit, lang),
        })  # fmt: skip
    return rows


def _word(field: FieldDef, code: str, lang: Lang) -> str:
    named = field.choices.get(code)
    return pick((named.zh, named.en), lang) if named else code


def _next(last: str | None, frequency: str, today: date) -> str:
    """The period after ``last``; if nothing was told, the one that is over."""
    if frequency == "year":
        return str(int(last[:4]) + 1 if last else today.year - 1)
    parts = 12 if frequency == "month" else 4
    if last is not None:
        year, month = int(last[:4]), order(last)[1]
        number = month if frequency == "month" else month // 3
    else:
        year, number = today.year, (today.month - 1 if frequency == "month" else (today.month - 1) // 3) - 1
    year, number = year + number // parts, number % parts + 1
    return f"{year}-{number:02}" if frequency == "month" else f"{year}-q{number}"


def _lay_out(leaf: Leaf, rows: Sequence[Mapping[str, Any]], fields: Mapping[str, FieldDef]) -> None:
    sheet = leaf.sheet
    sheet.freeze_panes(1, 2)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    for place, column in enumerate(columns(leaf.lang)):
        sheet.set_column(place, place, column.width)
        leaf.put(0, place, column.heading, "head")
        for line, row in enumerate(rows, start=1):
            leaf.put(line, place, row.get(column.key), column.look)
        if column.key in _LISTED and rows:
            words = [pick((one.zh, one.en), leaf.lang) for one in fields[column.key].choices.values()]
            if sum(map(len, words)) + len(words) <= 255:  # Excel's specification for a list in a rule
                sheet.data_validation(1, place, len(rows), place, {"validate": "list", "source": words})
        if column.key == "value" and rows:
            leaf.sheet.conditional_format(
                1, place, len(rows), place, {"type": "blanks", "format": leaf.looks["missing"]}
            )


def _how(leaf: Leaf) -> None:
    leaf.sheet.set_column(0, 0, 100)
    for line, told in enumerate(_NOTES):
        leaf.put(line, 0, pick(told, leaf.lang), "plain")
