"""Numerals: what they are worth, and that nothing else is a numeral."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luoshi.reading.numerals import CHINESE, parse_approximate, parse_arabic, parse_chinese, to_chinese


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("8.9", "8.9"),
        ("1,234.5", "1234.5"),
        ("52 681", "52681"),
        ("１２．５", "12.5"),
        ("0.85", "0.85"),
        ("007", "7"),
    ],
)
def test_arabic(text: str, value: str) -> None:
    assert parse_arabic(text) == Decimal(value)


@pytest.mark.parametrize("text", ["", ".", "1.", "1.2.3", "12a", "9" * 25])
def test_not_arabic(text: str) -> None:
    assert parse_arabic(text) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("一", "1"),
        ("十", "10"),
        ("十二", "12"),
        ("七十二", "72"),
        ("一百零五", "105"),
        ("一百二十", "120"),
        ("三千", "3000"),
        ("两万", "20000"),
        ("一亿三千万", "130000000"),
        ("五千亿", "500000000000"),
        ("两万亿", "2000000000000"),
        ("百亿", "10000000000"),
        ("三点五", "3.5"),
        ("三点五万", "35000"),
        ("零点八五", "0.85"),
    ],
)
def test_chinese(text: str, value: str) -> None:
    assert parse_chinese(text) == Decimal(value)


@pytest.mark.parametrize(
    "text", ["", "十四五", "三一", "二〇二〇", "〇八", "万万", "一二三", "五一", "三点", "几十", "十十"]
)
def test_names_and_years_are_no_numerals(text: str) -> None:
    assert parse_chinese(text) is None


def test_neighbours_are_a_range() -> None:
    assert parse_approximate("两三") == (Decimal(2), Decimal(3))
    assert parse_approximate("三五") == (Decimal(3), Decimal(5))
    assert parse_approximate("三一") is None


@given(st.integers(min_value=0, max_value=10**12 - 1))
def test_written_out_and_read_back(value: int) -> None:
    assert parse_chinese(to_chinese(value)) == value


@given(st.decimals(min_value=0, max_value=10**9, places=2, allow_nan=False))
def test_digits_read_back_in_every_dress(value: Decimal) -> None:
    plain = f"{value:f}"
    wide = plain.translate(str.maketrans("0123456789.", "０１２３４５６７８９．"))
    assert parse_arabic(plain) == parse_arabic(f"{value:,}") == parse_arabic(wide) == value


@given(st.text(alphabet=CHINESE + "点几数", max_size=30))
def test_any_run_has_a_value_or_none(run: str) -> None:
    value = parse_chinese(run)
    assert value is None or value >= 0
