"""How a number is told: rounded half up, but less never as a whole and something never as nothing."""

from __future__ import annotations

import pytest
from tests.writing.annual_factory import definition, figure

from luoshi.writing.annual.shown import digits, shape


@pytest.mark.parametrize(
    ("kind", "unit", "precision", "value", "asked", "places", "told"),
    [
        ("sum", "元", 0, "25", "十元", 0, "3"),
        ("sum", "元", 0, "-25", "十元", 0, "-3"),
        ("sum", "元", 2, "1250000", "万元", 0, "125"),
        ("sum", "元", 2, "1245000", "万元", 0, "125"),
        ("rate", "%", 2, "99.65", None, 1, "99.7"),
        ("rate", "%", 2, "99.60", None, 0, "99.6"),
        ("rate", "%", 2, "99.96", None, 1, "99.96"),
        ("rate", "%", 2, "100.00", None, 0, "100"),
        ("rate", "%", 2, "0.04", None, 1, "0.04"),
        ("sum", "元", 2, "4000", "亿元", None, "0.00004"),
        ("sum", "元", 2, "0.00", "亿元", None, "0"),
        ("sum", "件", 1, "100.4", None, 0, "100"),
    ],
)
def test_rounding(
    kind: str, unit: str, precision: int, value: str, asked: str | None, places: int | None, told: str
) -> None:
    how = shape(unit, precision, "zh", asked=asked, places=places)
    assert how is not None
    assert digits(figure(definition("made.up", unit, kind, precision), value), how)[0] == told
