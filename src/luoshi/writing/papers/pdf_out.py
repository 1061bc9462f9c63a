"""A paper as PDF/A: the same measures, typeset by Typst. docs/decisions/0009 says why by that one."""

from __future__ import annotations

import json
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from luoshi.writing.papers import layout
from luoshi.writing.papers.docx_out import _width
from luoshi.writing.papers.errors import PaperError
from luoshi.writing.papers.fonts import chosen, known_fonts
from luoshi.writing.papers.model import Block, Head, Paper, Signature, Table, gaps

PAGES: Final = Path(__file__).with_name("paper.typ")
STANDARD: Final = "a-2b"
TRACKING: Final = -0.21
"""Points. What 28 characters need to fill the line here; a word processor rounds, and wants a little more."""

MOST_WHOLE: Final = 20
"""Lines up to which a row is kept on one page; a longer one may need more than a page."""
CELL_INSET: Final = 1.9
"""Millimetres at either side of a cell."""

MEASURES: Final[dict[str, Any]] = {
    "page": layout.PAGE,
    "top": layout.TOP,
    "bottom": layout.BOTTOM,
    "left": layout.LEFT,
    "right": layout.RIGHT,
    "size": layout.BODY_POINTS,
    "title": layout.TITLE_POINTS,
    "small": layout.SMALL_POINTS,
    "cell": layout.CELL_POINTS,
    "line": layout.LINE_POINTS,
    "cell_line": layout.CELL_LINE_POINTS,
    "dense": layout.DENSE_POINTS,
    "dense_line": layout.DENSE_LINE_POINTS,
    "table_gap": layout.TABLE_GAP_POINTS,
    "inset": CELL_INSET,
    "tracking": TRACKING,
    "head_below": layout.HEAD_BELOW_TOP,
    "number_gap": layout.NUMBER_GAP,
    "rule": layout.RULE_POINTS,
    "rule_below": layout.RULE_BELOW_NUMBER,
    "number_below": layout.PAGE_NUMBER_BELOW,
    "day_from_right": layout.DAY_FROM_RIGHT,
    "inner": layout.RECORD_INNER,
    "outer": layout.RECORD_OUTER,
    "red": layout.RED,
}


@lru_cache(maxsize=1)
def _pages() -> bytes:
    return PAGES.read_bytes()


def pdf(paper: Paper) -> bytes:
    """The file. Raises PaperError ``pdf_missing`` without typst, ``font_missing`` without a Chinese font."""
    fonts = known_fonts()
    import typst  # noqa: PLC0415 - known_fonts has said so if it is missing

    faces = {
        role: {"font": use.used, "weight": "bold" if role == "title" and use.replaced else "regular"}
        for role, use in chosen(fonts.families()).items()
    }
    told = {
        "title": paper.name,
        "day": [int(part) for part in paper.day.split("-")],
        "measures": MEASURES,
        "fonts": faces,
        "blocks": [_block(one, gap) for one, gap in zip(paper.blocks, gaps(paper.blocks), strict=True)],
    }
    compiler = typst.Compiler(_pages(), font_paths=fonts, sys_inputs={"paper": json.dumps(told, ensure_ascii=False)})
    made = compiler.compile(format="pdf", pdf_standards=STANDARD)
    if not isinstance(made, bytes):
        raise PaperError("pdf_missing")
    return made


def _block(block: Block, gap: int) -> dict[str, Any]:
    told = {**asdict(block), "kind": type(block).__name__.lower(), "gap": gap}
    if isinstance(block, Head):
        told["points"] = layout.head_points(block.issuer)
    elif isinstance(block, Signature):
        told["far"] = layout.DAY_FROM_RIGHT + (_width(block.day) - _width(block.issuer)) / 2
    elif isinstance(block, Table):
        told["whole"] = _whole(block)
    return told


def _whole(block: Table) -> list[bool]:
    """Which rows are short enough to be kept on one page."""
    points = layout.DENSE_POINTS if block.dense else layout.CELL_POINTS
    fits = []
    for share in block.widths:
        wide = layout.TYPE_AREA[0] * share / sum(block.widths) - 2 * CELL_INSET
        fits.append(max(int(wide / 25.4 * 72 / points), 1))
    return [all(_lines(cell, most) <= MOST_WHOLE for cell, most in zip(row, fits, strict=True)) for row in block.rows]


def _lines(text: str, most: int) -> int:
    """Lines that a text takes, or a few more, ``most`` characters to the line."""
    return sum(-(-len(line) // most) or 1 for line in text.split("\n"))
