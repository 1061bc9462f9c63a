"""Units of targets and of figures held against each other, exactly: 亿元 and 元, 公里 and 米, 名 and 人. Pure."""

from __future__ import annotations

import re
from decimal import MAX_EMAX, MAX_PREC, MIN_EMIN, Context, Decimal, localcontext
from fractions import Fraction
from functools import lru_cache
from typing import Final

from luoshi.reading.judging import same_unit

_MAGNITUDES: Final = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
_COUNTED: Final = re.compile(r"(?P<magnitude>[十百千万亿]+)(?P<unit>.+)", re.DOTALL)

_SIZES: Final[dict[str, dict[str, int | Fraction]]] = {
    "米": {"米": 1, "公里": 1000, "千米": 1000, "km": 1000, "m": 1},
    "平方米": {
        "平方米": 1, "平米": 1, "㎡": 1, "m²": 1, "m2": 1, "公顷": 10_000, "平方公里": 1_000_000,
        "平方千米": 1_000_000, "km²": 1_000_000, "km2": 1_000_000, "亩": Fraction(10_000, 15),
    },
    "立方米": {"立方米": 1, "m³": 1, "m3": 1, "立方": 1},
    "千克": {"千克": 1, "公斤": 1, "kg": 1, "斤": Fraction(1, 2), "吨": 1000, "克": Fraction(1, 1000)},
    "千瓦": {"千瓦": 1, "kW": 1, "KW": 1, "兆瓦": 1000, "MW": 1000, "吉瓦": 1_000_000, "GW": 1_000_000},
    "千瓦时": {"千瓦时": 1, "kWh": 1, "KWh": 1, "度": 1, "度电": 1},
    "分钟": {"分钟": 1, "小时": 60, "个小时": 60},
    "%": {"%": 1, "％": 1, "‰": Fraction(1, 10)},
    "个百分点": {"个百分点": 1, "百分点": 1},
    "元": {"元": 1, "元人民币": 1, "人民币": 1},
    "标箱": {"标箱": 1, "标准箱": 1, "TEU": 1},
}  # fmt: skip
"""What is measured in → unit → how many of it. 15 亩 are a 公顷 by definition."""
_MEASURES: Final = {unit: (base, Fraction(size)) for base, sizes in _SIZES.items() for unit, size in sizes.items()}


def convert(value: Decimal, unit: str | None, to: str | None) -> Decimal | None:
    """``value`` of ``unit`` told in ``to``; None if the units do not fit, or no finite decimal says it exactly."""
    factor = ratio(unit or "", to or "")
    if factor is None:
        return None
    told = Fraction(value) * factor
    rest = told.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    if rest != 1:
        return None
    places = told.denominator.bit_length()
    with localcontext(Context(prec=MAX_PREC, Emax=MAX_EMAX, Emin=MIN_EMIN)):
        short = Decimal(told.numerator * 10**places // told.denominator).scaleb(-places).normalize()
        return short.quantize(Decimal(1)) if short == short.to_integral_value() else short


@lru_cache(maxsize=4096)
def ratio(unit: str, to: str) -> Fraction | None:
    """How many of ``to`` one of ``unit`` is; None if they measure different things."""
    if unit == to:
        return Fraction(1)
    one, other = _parsed(unit), _parsed(to)
    if one is None or other is None or not (one[0] == other[0] or same_unit(one[0], other[0])):
        return None
    return one[1] / other[1]


def _parsed(unit: str) -> tuple[str, Fraction] | None:
    """What a unit counts or measures in, and how many of it."""
    if not unit:
        return None
    if unit in _MEASURES:
        return _MEASURES[unit]
    found = _COUNTED.fullmatch(unit)
    if found is None:
        return unit, Fraction(1)
    base, factor = _MEASURES.get(found["unit"], (found["unit"], Fraction(1)))
    return base, factor * _magnitude(found["magnitude"])


def _magnitude(text: str) -> int:
    whole = 1
    for sign in text:
        whole *= _MAGNITUDES[sign]
    return whole
