"""How a figure stands in the text: its digits, its unit, how many decimals; and the words where it has no value.

Chinese style: digits without separators, the unit right behind them. A value is rounded half up 四舍五入, but never
into a whole: what is less than 100 % is not shown as 100 %, and what is more than nothing not as 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from luoshi.figures.evaluating import Figure
from luoshi.figures.units import ratio
from luoshi.ledger.relations import bounds
from luoshi.writing.annual.model import Language

SCALED_PLACES: Final = 2
"""Decimals of a number in 万 or 亿, unless the template tells how many; zeros at the end are left out."""
MOST_SCALE: Final = 12
NO_VALUE: Final[dict[Language, dict[str, str]]] = {
    "zh": {"no_cases": "没有事项", "not_told": "未公布"},
    "en": {"no_cases": "no cases", "not_told": "not published"},
}
"""What stands in the place of a figure that has no value, by its reason: words of the report, not of the screen."""

ENGLISH_UNITS: Final[dict[str, str]] = {
    "%": "%", "元": " yuan", "亩": " mu", "平方米": " m²", "吨": " tonnes", "公里": " km", "天": " days",
    "户": " households", "人": " people", "人次": " person-times", "个月": " months", "个工作日": " working days",
    "工作日": " working days", "米": " m", "分钟": " minutes", "小时": " hours", "万元": " × 10,000 yuan",
}  # fmt: skip
"""What stands behind a number in an English text; what is counted (件, 家, 个) is told by the words around it."""
ENGLISH_COUNTED: Final[dict[str, str]] = {
    "件": " cases", "个": " items", "家": " firms", "条": " items", "份": " agreements", "处": " places",
    "场": " events", "项": " items", "位": " places", "次": " times", "座": " facilities", "名": " posts",
    "所": " schools",
}  # fmt: skip
"""What is counted, where no words stand around the number: in a table of figures, or beside a figure's name."""
ENGLISH_SINGLE: Final[dict[str, str]] = {" people": " person", " facilities": " facility"}
_FIXED: Final = frozenset(("%", " yuan", " mu", " m²", " km", " m", " × 10,000 yuan"))
"""Units of which one and many are told alike."""
ENGLISH_MAGNITUDES: Final[dict[str, int]] = {"thousand": 3, "million": 6, "billion": 9}


def unit_alone(unit: str, lang: Language, value: Decimal | None = None) -> str:
    """The unit behind a figure that stands by itself, with the space before it; of one (``value``) its singular."""
    if lang == "zh":
        return unit
    many = ENGLISH_UNITS.get(unit) or ENGLISH_COUNTED.get(unit) or (unit and f" {unit}")
    if value != 1 or many in _FIXED:
        return many
    return ENGLISH_SINGLE.get(many, many.removesuffix("s"))


@dataclass(frozen=True, slots=True)
class Shape:
    """How a number is told: its ``unit`` behind the digits, which count ten to the power of ``scale``; ``places``
    decimals, or as many as there are, at most ``most``."""

    unit: str
    scale: int
    places: int | None
    most: int


def shape(unit: str, precision: int, lang: Language, *, asked: str | None, places: int | None) -> Shape | None:
    """How a figure in ``unit`` is told in the unit that was ``asked`` for; None if it cannot be."""
    if asked is None:
        return Shape(unit if lang == "zh" else ENGLISH_UNITS.get(unit, ""), 0, places, precision)
    if asked == "":
        return Shape("", 0, places, precision)
    if lang == "en":
        return _english(unit, precision, asked, places)
    factor = ratio(asked, unit)
    if factor is None:
        return None
    scale = 0
    while scale < MOST_SCALE and factor >= 10:
        factor, scale = factor / 10, scale + 1
    while scale > -MOST_SCALE and factor < 1:
        factor, scale = factor * 10, scale - 1
    if factor != 1:
        return None
    return Shape(asked, scale, places, SCALED_PLACES if scale > 0 else max(precision + scale, 0))


def _english(unit: str, precision: int, asked: str, places: int | None) -> Shape | None:
    words = asked.split(" ")
    scale = ENGLISH_MAGNITUDES.get(words[0])
    rest = words[1:] if scale is not None else words
    own = ENGLISH_UNITS.get(unit, "").strip()
    if rest not in ([], [own] if own else []):
        return None
    behind = asked if asked == "%" else f" {asked}"
    return Shape(behind, scale or 0, places, precision if scale is None else SCALED_PLACES)


def digits(figure: Figure, told: Shape) -> tuple[str, Decimal, int]:
    """The digits of a figure that has a value, what they tell in the figure's own unit, and their decimals."""
    assert figure.value is not None
    scaled = figure.value.scaleb(-told.scale)
    if told.places is None:
        shown = _rounded(scaled, told.most)
        most = max(told.most, 0)
        while _lies(shown, scaled, figure) and most < told.most + MOST_SCALE:
            most += 1
            shown = _rounded(scaled, most)
        shown = _trimmed(shown)
    else:
        places = told.places
        shown = _rounded(scaled, places)
        while _lies(shown, scaled, figure) and places < told.places + MOST_SCALE:
            places += 1
            shown = _rounded(scaled, places)
    return f"{shown:f}", shown.scaleb(told.scale), max(0, -int(shown.as_tuple().exponent))


def _lies(shown: Decimal, exact: Decimal, figure: Figure) -> bool:
    """Whether rounding made a whole of what is none, or nothing of what is something."""
    if shown == exact:
        return False
    return shown == 0 or (figure.definition.kind == "rate" and shown == 100)


def _rounded(value: Decimal, places: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def _trimmed(value: Decimal) -> Decimal:
    short = value.normalize()
    return short.quantize(Decimal(1)) if short == short.to_integral_value() else short


def period_name(period: str, lang: Language) -> str:
    """A period in words: 2019年, 2019年第一季度, 2019年3月; 2019, Q1 2019, March 2019."""
    if bounds(period)[0] is None:
        return period
    year, _, part = period.partition("-")
    if not part:
        return f"{year}年" if lang == "zh" else year
    if part.startswith("q"):
        return f"{year}年第{'一二三四'[int(part[1]) - 1]}季度" if lang == "zh" else f"Q{part[1]} {year}"
    month = int(part)
    return f"{year}年{month}月" if lang == "zh" else f"{_MONTHS[month - 1]} {year}"


def day_name(day: str, lang: Language) -> str:
    """A day 2019-03-01 in words: 2019年3月1日; 1 March 2019."""
    year, month, number = (int(part) for part in day.split("-"))
    return f"{year}年{month}月{number}日" if lang == "zh" else f"{number} {_MONTHS[month - 1]} {year}"


def period_told(figure: Figure, lang: Language) -> str:
    """The figure's period in words; of one that runs, with the last day that the ledger has reached."""
    name, day = period_name(figure.period, lang), running_until(figure)
    if day is None:
        return name
    return f"{name}（截至{day_name(day, lang)}）" if lang == "zh" else f"{name} (as of {day_name(day, lang)})"


def running_until(figure: Figure) -> str | None:
    """The last day that the ledger has reached of the figure's period while that runs; None once it is over."""
    return figure.to if figure.to != bounds(figure.period)[1] else None


_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
