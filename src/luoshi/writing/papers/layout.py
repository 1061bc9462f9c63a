"""Measures of GB/T 9704-2012 党政机关公文格式, as far as the fact base vouches for them, and what we chose beside them.

Millimetres, and points where it says so. Each says where it comes from; "ours" is a choice that no source vouches for.
"""

from __future__ import annotations

from typing import Final

PAGE: Final = (210.0, 297.0)
TOP: Final = 37.0
"""天头 37mm±1."""
LEFT: Final = 28.0
"""订口 28mm±1."""
TYPE_AREA: Final = (156.0, 225.0)
"""版心."""
RIGHT: Final = PAGE[0] - LEFT - TYPE_AREA[0]
BOTTOM: Final = PAGE[1] - TOP - TYPE_AREA[1]
LINES: Final = 22
CHARACTERS: Final = 28
"""每面22行, 每行28字, 撑满."""

BODY_POINTS: Final = 16.0
"""3号."""
TITLE_POINTS: Final = 22.0
"""2号."""
SMALL_POINTS: Final = 14.0
"""4号: page numbers and 抄送."""
CELL_POINTS: Final = 14.0
"""In tables: ours."""
LINE_POINTS: Final = 28.95
"""The line's height that gives 22 lines in the type area (tried: docs/decisions/0009)."""
CELL_LINE_POINTS: Final = 22.0
DENSE_POINTS: Final = 10.5
DENSE_LINE_POINTS: Final = 16.0
"""In tables of many columns (5号): ours."""
TABLE_GAP_POINTS: Final = 8.0
"""Above and below a table: ours."""
TRACKING_POINTS: Final = -0.25
"""Between characters, so that 28 of 16 points fill 156 mm in a word processor (tried)."""

HEAD_BELOW_TOP: Final = 35.0
"""发文机关标志: its upper edge to the upper edge of the type area (7.2.4)."""
HEAD_POINTS: Final = 44.0
"""Its size: ours, the standard fixes none; made smaller until it fits on one line."""
NUMBER_GAP: Final = 2
"""发文字号: 标志下空二行."""
RULE_BELOW_NUMBER: Final = 4.0
"""红色分隔线 (7.2.7), as wide as the type area."""
RULE_POINTS: Final = 1.0
"""Its strength: ours; 0.35 mm, as the record's outer rules."""
TITLE_GAP: Final = 2
"""标题: 分隔线下空二行."""
SALUTATION_GAP: Final = 1
"""主送机关: 标题下空一行."""
DAY_FROM_RIGHT: Final = 4
"""成文日期: 右空四字."""
PAGE_NUMBER_BELOW: Final = 7.0
"""页码: 一字线上距版心下边缘 7mm; 单页居右、双页居左, 空一字."""
FOOTER_DISTANCE: Final = 24.5
"""What a word processor calls the footer's distance, for that (tried)."""
RECORD_OUTER: Final = 0.35
RECORD_INNER: Final = 0.25
"""版记: the strength of its rules."""
RED: Final = "FF0000"


def head_points(text: str) -> float:
    """The size of the issuing body's name, so that it stands on one line of the type area."""
    width = TYPE_AREA[0] / 25.4 * 72 * 0.92  # a little air at either side: ours
    return min(HEAD_POINTS, float(int(width / max(len(text), 1))))
