"""Targets: the verdict and why."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luoshi.figures.targets import MONTHS, Judgement, Target, ahead, judge, pace

D = Decimal


@pytest.mark.parametrize(
    ("target", "value", "more", "judged"),
    [
        (Target("at_least", D(8)), "8.9", {}, ("met", "8", "reached")),
        (Target("at_least", D(8)), "8", {}, ("met", "8", "reached")),
        (Target("at_least", D(8)), "7.9", {}, ("missed", "8", "not_reached")),
        (Target("at_least", D(8)), "7.9", {"over": False}, ("open", "8", "not_over")),
        (Target("more_than", D(8)), "8", {}, ("missed", "8", "not_reached")),
        (Target("at_most", D(4)), "1.96", {}, ("met", "4", "reached")),
        (Target("at_most", D(4)), "1.96", {"over": False}, ("open", "4", "not_over")),
        (Target("at_most", D(4)), "4.1", {"over": False}, ("missed", "4", "not_reached")),
        (Target("less_than", D(4)), "4", {}, ("missed", "4", "not_reached")),
        (Target("between", D(7), D(8)), "7.5", {}, ("met", "7", "reached")),
        (Target("between", D(7), D(8)), "8.5", {}, ("missed", "8", "not_reached")),
        (Target("equal", D(12)), "12", {}, ("met", "12", "reached")),
        (Target("equal", D(12)), "11", {}, ("missed", "12", "not_reached")),
        (Target("last_year", growth=D(10)), "110", {"other": D(100)}, ("met", "110", "reached")),
        (Target("last_year", growth=D(10)), "109.99", {"other": D(100)}, ("missed", "110", "not_reached")),
        (Target("last_year", growth=D(-10), better="less"), "90", {"other": D(100)}, ("met", "90", "reached")),
        (Target("last_year", growth=D(-10), better="less"), "91", {"other": D(100)}, ("missed", "90", "not_reached")),
        (Target("series"), "8.9", {"other": D("7.6")}, ("met", "7.6", "reached")),
        (Target("series"), "8.9", {}, ("unknown", None, "no_comparison")),
        (Target("last_year", growth=D(10)), "0", {"other": D(0)}, ("unknown", None, "no_comparison")),
        (Target("last_year", better="less"), "0", {"other": D(0)}, ("met", "0", "reached")),
        (Target("last_year", points=D(2)), "97", {"other": D(96)}, ("missed", "98", "not_reached")),
        (Target("series", strict=True), "7.6", {"other": D("7.6")}, ("missed", "7.6", "not_reached")),
        (Target("at_least", D(8)), None, {}, ("unknown", "8", "no_value")),
    ],
)
def test_verdicts(target: Target, value: str | None, more: dict[str, Any], judged: tuple[str, str | None, str]) -> None:
    verdict, bound, reason = judged
    found = judge(target, None if value is None else D(value), **more)
    assert found == Judgement(verdict, None if bound is None else D(bound), reason)  # type: ignore[arg-type]


@given(st.decimals("-1000000", "1000000", places=2), st.decimals("-1000000", "1000000", places=2))
def test_at_least_and_less_than_are_opposite(bound: Decimal, value: Decimal) -> None:
    one, other = judge(Target("at_least", bound), value), judge(Target("less_than", bound), value)
    assert {one.verdict, other.verdict} == {"met", "missed"}


def test_the_pace_of_a_year() -> None:
    assert pace(D(1200), 3) == 300
    assert pace(D(1200), MONTHS) == 1200
    assert ahead(D(360), D(1200), 3) == 5
    assert ahead(D(240), D(1200), 3) == -5
    assert ahead(D(1), D(0), 3) is None
    for month in (0, 13):
        with pytest.raises(ValueError, match=str(month)):
            pace(D(1), month)
