"""Series of an indicator: what was published goes before what is derived; published growth is not derived."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luoshi.figures.series import Held, Line, Told, lines, order, year_before

MONTHS = [f"2019-{month:02}" for month in range(1, 13)]


def told(**values: str) -> list[Told]:
    """``cumulative_2019_03="5"`` and the like."""
    found = []
    for name, value in values.items():
        basis, _, period = name.partition("_y")
        found.append(Told(period.replace("_", "-"), basis, Decimal(value)))
    return found


def one(found: list[Line], period: str) -> Line:
    return next(line for line in found if line.period == period)


def test_from_what_was_told_since_january_the_month_follows() -> None:
    found = lines(told(cumulative_y2019_01="10", cumulative_y2019_02="25", cumulative_y2019_04="60"), published=False)
    assert [(line.period, line.value) for line in found] == [
        ("2019-01", Decimal(10)), ("2019-02", Decimal(15)), ("2019-04", None),
    ]  # fmt: skip
    assert one(found, "2019-02").derived == {"value"}


def test_january_and_february_together_give_no_february() -> None:
    found = lines(told(cumulative_y2019_02="25"), published=False)
    assert found[0].value is None
    assert found[0].cumulative == 25


def test_from_months_the_sum_since_january_follows_only_if_all_are_there() -> None:
    whole = lines(told(period_y2019_01="1", period_y2019_02="2"), published=False)
    assert [line.cumulative for line in whole] == [Decimal(1), Decimal(3)]
    holed = lines(told(period_y2019_01="1", period_y2019_03="2"), published=False)
    assert [line.cumulative for line in holed] == [Decimal(1), None]


def test_growth_is_derived_where_both_levels_are_there_and_said_to_be() -> None:
    found = lines(told(cumulative_y2018_q1="80", cumulative_y2019_q1="100"), published=False)
    line = one(found, "2019-q1")
    assert (line.growth, line.cumulative_growth) == (Decimal(25), Decimal(25))
    assert line.derived == {"value", "growth", "cumulative_growth"}


def test_published_growth_is_never_derived() -> None:
    values = told(cumulative_y2018="80", cumulative_y2019="100", cumulative_growth_y2019="8.9")
    assert one(lines(values, published=True), "2019").cumulative_growth == Decimal("8.9")
    without = one(lines(values[:2], published=True), "2019")
    assert (without.growth, without.cumulative_growth) == (None, None)
    beside = one(lines(values, published=False), "2019")
    assert beside.cumulative_growth == Decimal("8.9")
    assert "cumulative_growth" not in beside.derived


@pytest.mark.parametrize("before", ["0", "-5"])
def test_growth_over_nothing_or_less_is_no_growth(before: str) -> None:
    found = lines([Told("2018", "period", Decimal(before)), Told("2019", "period", Decimal(3))], published=False)
    assert one(found, "2019").growth is None


def test_the_pace_holds_the_part_of_the_target_against_the_part_of_the_year() -> None:
    line = lines(told(cumulative_y2019_q1="20"), published=False, targets={2019: Decimal(100)})[0]
    assert (line.share, line.due, line.gap) == (Decimal(20), Decimal(25), Decimal(5))
    assert lines(told(cumulative_y2019_q1="20"), published=False)[0].share is None


def test_a_target_is_that_of_its_year() -> None:
    found = lines(
        told(cumulative_y2018_q1="10", cumulative_y2019_q1="20"), published=False, targets={2019: Decimal(100)}
    )
    assert [line.share for line in found] == [None, Decimal(20)]


def test_of_what_does_not_add_up_nothing_is_derived() -> None:
    values = told(period_y2018_q1="4", period_y2019_q1="5", cumulative_y2019_q2="6")
    found = lines(values, published=False, adds_up=False)
    assert all(not line.derived for line in found)
    assert one(found, "2019-q1").cumulative is None
    assert one(lines(values, published=False), "2019-q1").derived == {"cumulative", "growth", "cumulative_growth"}


def test_beside_the_city_and_the_province() -> None:
    found = lines(
        [
            Told("2019", "cumulative_growth", Decimal("8.9")),
            Told("2019", "cumulative_growth", Decimal("7.9"), "city"),
            Told("2019", "cumulative_growth", Decimal("9.2"), "province"),
            Told("2019", "rank", Decimal(3)),
        ],
        published=True,
    )
    assert found[0].rank == 3
    assert found[0].beside == {
        ("city", "cumulative_growth"): Held(Decimal("7.9"), Decimal("1.0")),
        ("province", "cumulative_growth"): Held(Decimal("9.2"), Decimal("-0.3")),
    }


def test_periods_stand_in_the_order_in_which_they_end() -> None:
    periods = ["2019", "2019-12", "2019-q4", "2019-h2", "2018", "2019-01"]
    assert sorted(periods, key=order) == ["2018", "2019-01", "2019-12", "2019-q4", "2019-h2", "2019"]


@pytest.mark.parametrize("code", ["2019-13", "2019-00", "2019-q5", "19", ""])
def test_what_is_no_period_is_refused(code: str) -> None:
    with pytest.raises(ValueError, match=f"^{code}$"):
        lines([Told(code, "period", Decimal(1))], published=False)


@given(st.lists(st.integers(-1000, 1000).map(Decimal), min_size=12, max_size=12))
def test_months_and_sums_lead_to_each_other(values: list[Decimal]) -> None:
    by_month = lines(
        [Told(month, "period", value) for month, value in zip(MONTHS, values, strict=True)], published=False
    )
    sums = [line.cumulative for line in by_month]
    assert None not in sums
    back = lines(
        [Told(month, "cumulative", value) for month, value in zip(MONTHS, sums, strict=True) if value is not None],
        published=False,
    )
    assert [line.value for line in back] == values


def test_a_year_before() -> None:
    assert [year_before(one) for one in ("2019", "2019-q1", "2020-02")] == ["2018", "2018-q1", "2019-02"]
