"""How the cells of the workbook of statistics are read: numbers and periods as people and spreadsheets write them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luoshi.ledger.relations import bounds
from luoshi.writing.observations_columns import period_of, value_of


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("8.9", "8.9"),
        ("8.90%", "8.9"),
        ("８．９％", "8.9"),
        ("-2.3", "-2.3"),
        ("−2.3", "-2.3"),
        ("1,234,567.5", "1234567.5"),
        ("１，２３４", "1234"),
        ("1e3", "1000"),
        ("-0.0", "0"),
        ("+5", "5"),
        ("8,9", None),
        ("12,34", None),
        ("1_000", None),
        ("0.1234567", None),
        ("1e15", None),
        ("1e99", None),
        ("nan", None),
        ("Infinity", None),
        ("约九", None),
        ("", None),
        ("8.9\x00", None),
        ("1" * 5000, None),
    ],
)
def test_a_number_is_exact_or_none(cell: str, value: str | None) -> None:
    assert value_of(cell) == value


@given(st.decimals(-(10**12), 10**12, places=6))
def test_every_number_with_six_decimals_is_kept(number: Decimal) -> None:
    told = value_of(f"{number:f}")
    assert told is not None
    assert Decimal(told) == number


@pytest.mark.parametrize(
    ("cell", "period"),
    [
        ("2019", "2019"),
        ("2019年度", "2019"),
        ("２０１９年", "2019"),
        ("2019年一季度", "2019-q1"),
        ("2019年第4季度", "2019-q4"),
        ("2019Q2", "2019-q2"),
        ("2019年上半年", "2019-h1"),
        ("2019年1—3月", "2019-03"),
        ("2019年１—１１月", "2019-11"),
        ("2019-03-01", "2019-03"),
        ("2019/3/1", "2019-03"),
        ("2019.10", "2019-10"),
        ("201903", "2019-03"),
        ("2019.1", None),  # a spreadsheet's 2019.10
        ("0000", None),
        ("2019年2—3月", None),
        ("2019-13", None),
        ("2019-03-15", None),
        ("去年", None),
    ],
)
def test_a_period_is_one_that_the_ledger_knows_or_none(cell: str, period: str | None) -> None:
    assert period_of(cell) == period
    assert period is None or bounds(period)[0] is not None


@given(st.text(max_size=12))
def test_no_text_is_a_period_that_the_ledger_does_not_know(text: str) -> None:
    told = period_of(text)
    assert told is None or bounds(told)[0] is not None
