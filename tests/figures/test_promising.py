"""What a read target promises of a figure: units exactly, signs, bases; and which figures a promise could mean."""

from __future__ import annotations

from dataclasses import asdict
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.casework.district import ROOT

from luoshi.figures.definitions import FigureDef, Light, Named, Told
from luoshi.figures.promising import Likeness, chosen, target_of, words_before
from luoshi.figures.targets import Target, judge
from luoshi.figures.units import convert, ratio

D = Decimal
UNITS = (
    "元",
    "万元",
    "亿元",
    "人",
    "万人",
    "名",
    "米",
    "公里",
    "公顷",
    "平方米",
    "亩",
    "吨",
    "斤",
    "%",
    "件",
    "标箱",
    "万千瓦",
)


def figure(unit: str = "件", zh: str = "受理量", kind: str = "count", better: str | None = None) -> FigureDef:
    """A figure of no pack."""
    return FigureDef(
        zh=zh, en="A figure", id="hotline.x", kind=kind, unit=unit, precision=0, periods=("year",),  # type: ignore[arg-type]
        basis=Told(zh="一", en="one"), query="SELECT 1 AS value", entries="opened",
        denominator=Named(zh="全部", en="all") if kind == "rate" else None,
        hides_never=("overdue",) if kind == "rate" else (), light=Light(better=better) if better else None,  # type: ignore[arg-type]
    )  # fmt: skip


def read(**told: Any) -> dict[str, Any]:
    """A target as a commitment keeps it."""
    return {"indicator": "受理量", "op": "=", "value": "8", "value_high": None, "unit": "件", "basis": None, **told}


# --- units


@given(st.decimals("-1e9", "1e9", places=6), st.sampled_from(UNITS), st.sampled_from(UNITS))
def test_a_conversion_is_exact_or_there_is_none(value: Decimal, unit: str, to: str) -> None:
    found, factor = convert(value, unit, to), ratio(unit, to)
    if found is None:
        assert factor is None or any(
            (Fraction(value) * factor).denominator % prime == 0 for prime in (3, 5, 7, 11, 13)
        ), "only what no decimal says is left out"
        return
    assert factor is not None
    assert Fraction(found) == Fraction(value) * factor
    assert ratio(to, unit) == 1 / factor


@pytest.mark.parametrize(
    ("value", "unit", "to", "told"),
    [
        ("1.18", "亿元", "元", "118000000"), ("15000", "元", "万元", "1.5"), ("11000", "人", "万人", "1.1"),
        ("3", "名", "人", "3"), ("3", "人次", "人", None), ("600", "亩", "公顷", "40"), ("800", "亩", "公顷", None),
        ("1", "公顷", "亩", "15"), ("3", "千米", "公里", "3"), ("2.6", "亿斤", "吨", "130000"), ("5", "件", "元", None),
        ("5", "%", "个百分点", None), ("5", None, "件", None), ("1", "万元", "元/亩", None),
        ("2", "元/亩", "元/亩", "2"),
    ],
)  # fmt: skip
def test_units(value: str, unit: str | None, to: str, told: str | None) -> None:
    assert convert(D(value), unit, to) == (None if told is None else D(told))


# --- what a target says


@pytest.mark.parametrize(
    ("target", "held", "told"),
    [
        (read(), figure(), Target("at_least", D(8))),
        (read(op="≥"), figure(), Target("at_least", D(8))),
        (read(op=">"), figure(), Target("more_than", D(8))),
        (read(op="≤"), figure(), Target("at_most", D(8), better="less")),
        (read(op="<"), figure(), Target("less_than", D(8), better="less")),
        (read(), figure(better="less"), Target("at_most", D(8), better="less")),
        (read(op="≈", value="10"), figure(), Target("at_least", D(9))),
        (read(value="6", value_high="8"), figure(), Target("at_least", D(6))),
        (read(value="2", value_high="3"), figure(better="less"), Target("at_most", D(3), better="less")),
        (read(value="65000000000", unit="元", op=">"), figure("亿元"), Target("more_than", D(650))),
        (read(unit="元"), figure(), "unit"),
        (read(indicator="失业率", value="4.5", unit="%", op="≤"), figure("%", "失业率", "series"),
         Target("at_most", D("4.5"), better="less")),
        # growth, of a figure that is one, and of an amount
        (read(indicator="生产总值增长", unit="%", basis="上年"), figure("%", "生产总值增速", "series"),
         Target("at_least", D(8))),
        (read(indicator="能耗下降", unit="%", basis="上年"), figure("%", "能耗增速", "series"),
         Target("at_most", D(-8), better="less")),
        (read(indicator="开支压减", unit="%", basis="上年"), figure("%", "开支压减比例", "series"),
         Target("at_least", D(8))),
        (read(indicator="产值增长", unit="%", basis="上年"), figure("元", "产值"), Target("last_year", growth=D(8))),
        (read(indicator="信访量下降", unit="%", basis="上年"), figure(),
         Target("last_year", growth=D(-8), better="less")),
        (read(indicator="满意率提高", unit="%", basis="上年"), figure("%", "满意率", "rate"), "growth_of_rate"),
        (read(indicator="产值增长", unit="%", basis="2020年"), figure("元", "产值"), "basis"),
        # against last year or another series
        (read(op="≤basis", value=None, unit=None, basis="上年"), figure("元", "经费"),
         Target("last_year", better="less")),
        (read(op=">basis", value=None, unit="%", basis="全市平均水平"), figure("%", "增速", "series"), "no_series"),
        (read(op="=basis", value=None, unit=None, basis=None), figure(), "no_number"),
        (read(unit="个百分点", value="0.3", basis="全省"), figure("%", "增速", "series"), "no_series"),
        (read(unit="个百分点", value="2", indicator="占比提高", basis="上年"), figure("%", "占比", "series"),
         Target("last_year", points=D(2))),
        (read(unit="个百分点", value="2"), figure(), "unit"),
    ],
)  # fmt: skip
def test_targets(target: dict[str, Any], held: FigureDef, told: Target | str) -> None:
    assert target_of(target, held) == told


def test_against_another_series() -> None:
    held = figure("%", "增速", "series")
    above = read(op=">basis", value=None, unit="%", basis="全市平均水平")
    assert target_of(above, held, against="x.y") == Target("series", strict=True)
    points = read(unit="个百分点", value="0.3", basis="全省")
    assert target_of(points, held, before="收入增长高于全省", against="x.y") == Target("series", points=D("0.3"))
    assert target_of(points, held, before="增长低于全省", against="x.y") == Target(
        "series", points=D("-0.3"), better="less"
    )


def test_a_cut_that_its_indicator_lost_is_read_from_the_words_before() -> None:
    cut = read(indicator="一般性支出", value="20", unit="%", op="≥", basis="上年")
    assert target_of(cut, figure("元", "支出"), before="一般性支出比上年压减") == Target(
        "last_year", growth=D(-20), better="less"
    )
    assert target_of(cut, figure("元", "支出"), before="一般性支出比上年增加") == Target("last_year", growth=D(20))


@given(
    st.decimals(0, 10**6, places=2), st.decimals(0, 10**6, places=2),
    st.sampled_from([("亿元", "元"), ("元", "万元"), ("公里", "米"), ("人", "名"), ("公顷", "亩")]),
    st.sampled_from("=≥>≤<"),
)  # fmt: skip
def test_a_verdict_is_the_same_in_every_unit(bound: Decimal, value: Decimal, units: tuple[str, str], op: str) -> None:
    """Held in the promise's own unit or in another one that fits: met is met."""
    own, other = units
    here = target_of(read(value=str(bound), unit=own, op=op), figure(own))
    there = target_of(read(value=str(bound), unit=own, op=op), figure(other))
    told = convert(value, own, other)
    assert isinstance(here, Target) and isinstance(there, Target) and told is not None
    assert judge(here, value).verdict == judge(there, told).verdict


@given(st.decimals(1, 10**6, places=2), st.decimals(0, 200, places=2), st.decimals(0, 10**7, places=2))
def test_growth_over_last_year_is_the_same_as_its_own_series(last: Decimal, growth: Decimal, value: Decimal) -> None:
    """增长8% of an amount against last year, and of the series of its growth, are met alike."""
    promise = read(indicator="产值增长", value=str(growth), unit="%", basis="上年")
    amount, series = target_of(promise, figure("元", "产值")), target_of(promise, figure("%", "产值增速", "series"))
    assert isinstance(amount, Target) and isinstance(series, Target)
    grown = (value / last - 1) * 100
    by_amount = value >= last + last * growth / 100
    assert (judge(amount, value, other=last).verdict == "met") == by_amount
    if abs(grown - growth) > D("0.000001"):
        assert (judge(series, grown).verdict == "met") == by_amount


# --- which target, which figure


def test_the_target_whose_unit_and_name_fit_is_chosen() -> None:
    targets = [
        read(indicator="口袋公园", value="5", unit="个"), read(indicator="绿道", value="12.5", unit="公里"),
        read(indicator="城市绿道", value="3", unit="公里"),
    ]  # fmt: skip
    held = figure("米", "城市绿道长度")
    assert chosen(targets, held) == (2, Target("at_least", D(3000)))
    assert chosen(targets, held, at=1) == (1, Target("at_least", D(12500)))
    assert chosen(targets, held, at=0) == (0, "unit")
    assert chosen(targets[:1], held) == (0, "unit")
    assert chosen([], held) == (None, "no_target")


def test_words_before_a_number_are_found_in_every_piece() -> None:
    text = "一般性支出压减5%；“三公”经费压减30%"
    spans = [[100, 109], [200, 210]]
    assert text[:9] == "一般性支出压减5%" and len(text) == 9 + 1 + 11
    found = words_before([{"num_start": 107}, {"num_start": 208}, {"num_start": None}, {"num_start": 500}], text, spans)
    assert found == ["一般性支出压减", "般性支出压减5%；“三公”经费压减"[-14:], "", ""]


def test_the_sample_reports_promises_find_their_figures() -> None:
    from luoshi.figures.definitions import load_all
    from luoshi.reading.reader import read as read_report
    from luoshi.reading.sources import load

    known = load_all(ROOT / "packs")
    like = Likeness(known)
    found: dict[str, list[str]] = {}
    for year in (2024, 2025):
        path = ROOT / "districts" / "sample" / f"report-{year}.docx"
        for one in read_report(load(path.read_bytes(), path.name)).commitments:
            targets = [asdict(each) for each in one.targets]
            before = words_before(targets, one.text, [[one.start, one.end]])
            for told in like.of(targets, before):
                found.setdefault(targets[told.target_at]["indicator"], []).append(told.figure)
    for indicator, wanted in {
        "地区生产总值增长": "statistics.gdp_growth",
        "规模工业增加值增长": "statistics.industry_growth",
        "固定资产投资增长": "statistics.investment_growth",
        "社会消费品零售总额增长": "statistics.retail_growth",
        "城镇调查失业率": "statistics.unemployment_rate",
        "人大代表建议满意率": "suggestion.satisfied_rate",
        "政协提案办理满意率": "proposal.satisfied_rate",
    }.items():
        assert found[indicator][0] == wanted, indicator
    for indicator in ("万元地区生产总值用水量下降", "单位地区生产总值能耗下降", "口袋公园"):
        assert "statistics.gdp_growth" not in found.get(indicator, []), indicator
    units = {indicator for indicator, ids in found.items() for one in ids if known[one].unit not in ("%", "件")}
    assert all("率" not in one for one in units), "a figure whose unit does not fit is never suggested"
