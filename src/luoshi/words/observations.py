"""Words on the workbook of statistics: why a row is not taken, and what is asked before one is."""

from __future__ import annotations

from typing import Final

from luoshi.messages import mark

PROBLEMS: Final[dict[str, str]] = {
    "indicator_unknown": mark("no indicator has this code or name; take it from the workbook of this page"),
    "level_wrong": mark("this is none of the areas; choose one from the cell's list"),
    "series_missing": mark("no open series of this indicator that you may see; open it first under New case"),
    "not_yours": mark("your posts do not let you report in this series"),
    "series_twice": mark("several series of this indicator are open; have all but one voided or retired"),
    "series_unit": mark(
        "the series is kept in another unit than its indicator; have it opened anew in that of the "
        "indicator, and voided"
    ),
    "period_wrong": mark("this tells no period; write it as 2019, 2019-q1 or 2019-03"),
    "period_ahead": mark("this period has not begun"),
    "value_wrong": mark("this is no number that can be kept; write figures alone, with at most six decimals"),
    "basis_wrong": mark("this is none of the bases; choose one from the cell's list"),
    "source_wrong": mark("this is none of the sources; choose one from the cell's list"),
    "unit_wrong": mark("the series is in another unit; convert the value"),
    "text_wrong": mark("the title of the source or the reason is too long, or has signs that cannot be kept"),
    "reason_missing": mark("it revises a value that was told; say why in the last column"),
    "twice": mark("another row tells the same figure; leave one of them"),
}
"""Why a row is not taken, and what to do."""
DOUBTS: Final[dict[str, str]] = {
    "far": mark("far from the last value; a spreadsheet keeps 8.9 % as 0.089"),
    "small": mark("less than one per cent, and nothing was told before; a spreadsheet keeps 8.9 % as 0.089"),
}
"""What somebody has to look at before the row is taken."""
