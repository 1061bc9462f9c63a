"""Series of an indicator 统计指标: 本期、累计、同比、累计同比、序时进度、与全市（全省）比、排名. Pure.

What was published goes before what can be computed. Growth that the statistics office publishes is computed at
comparable prices and over the same enterprises, so that it is never derived here from levels; of other indicators it
is derived, and said to be, where both levels are there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final, Literal, TypeAlias

from luoshi.figures.targets import MONTHS

Level = Literal["city", "province"]
LEVELS: Final[tuple[Level, ...]] = ("city", "province")
"""What an observation is of, if not of the district itself 本区: 全市、全省."""
PERIOD: Final = "period"
CUMULATIVE: Final = "cumulative"
GROWTH: Final = "period_growth"
CUMULATIVE_GROWTH: Final = "cumulative_growth"
END: Final = "end"
SHARE: Final = "share"
RANK: Final = "rank"
"""The bases 口径 of the pack ``statistics``."""
POINTS: Final = frozenset({GROWTH, CUMULATIVE_GROWTH, SHARE})
"""Bases in percent, which are held against others by percentage points 个百分点 and not by a share."""
RATES: Final = frozenset({"%", "‰", "个百分点", "位"})
"""Units of what does not add up: two months of 8 % are not 16 %, and a growth of a rate or a rank is no growth."""

Key: TypeAlias = "tuple[str, str]"
"""Period and basis."""

_CODE: Final = re.compile(r"(\d{4})(?:-(?:q([1-4])|h([12])|(\d\d)))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Told:
    """A value that holds: of a period, on a basis, and of the district (``level`` None) or of a larger area."""

    period: str
    basis: str
    value: Decimal
    level: Level | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """The district beside a larger area: that area's value, and the district's less it, in the indicator's unit or, of
    bases in percent, in percentage points."""

    value: Decimal
    difference: Decimal


@dataclass(frozen=True, slots=True)
class Line:
    """One period of a series. ``derived`` names what was computed here and not published.

    ``part`` is its share 占比 of something, as it was published; ``share`` is the cumulative value's part of the year's
    target in percent, ``due`` the part of the year that is over 序时进度, ``gap`` what is lacking to it (below 0: more
    than due), in the indicator's unit.
    """

    period: str
    value: Decimal | None = None
    cumulative: Decimal | None = None
    growth: Decimal | None = None
    cumulative_growth: Decimal | None = None
    at_end: Decimal | None = None
    part: Decimal | None = None
    rank: Decimal | None = None
    share: Decimal | None = None
    due: Decimal | None = None
    gap: Decimal | None = None
    beside: Mapping[tuple[Level, str], Held] = field(default_factory=dict)
    derived: frozenset[str] = frozenset()


def lines(
    told: Iterable[Told],
    *,
    published: bool,
    adds_up: bool = True,
    targets: Mapping[int, Decimal] | None = None,
) -> list[Line]:
    """The periods of one indicator, in their order: years after their months and quarters.

    ``published``: its growth is only what was published. ``adds_up``: the periods of a year add up to it; of what does
    not (:data:`RATES`) nothing is derived. ``targets``: year → what is promised of it; then how far the year's value
    has come is told beside how much of the year is over. Raises ValueError for a code that is no period.
    """
    found = list(told)
    own = {(one.period, one.basis): one.value for one in found if one.level is None}
    larger: dict[tuple[Level, Key], Decimal] = {
        (one.level, (one.period, one.basis)): one.value for one in found if one.level is not None
    }
    periods = sorted({one.period for one in found}, key=order)
    rules = _Rules(published, adds_up, targets or {})
    return [_line(period, own, larger, rules) for period in periods]


@dataclass(frozen=True, slots=True)
class _Rules:
    """What may be derived, and what was promised."""

    published: bool
    adds_up: bool
    targets: Mapping[int, Decimal]


def order(period: str) -> tuple[int, int, int]:
    """Sorts periods: by the month in which they end, the shorter before the longer."""
    year, first, last = _months(period)
    return year, last, last - first


def _months(period: str) -> tuple[int, int, int]:
    """Year, first and last month of ``period``."""
    code = _CODE.fullmatch(period)
    if code is None or (code[4] and not 1 <= int(code[4]) <= MONTHS):
        raise ValueError(period)
    year = int(code[1])
    if code[2]:
        return year, 3 * int(code[2]) - 2, 3 * int(code[2])
    if code[3]:
        return year, 6 * int(code[3]) - 5, 6 * int(code[3])
    return (year, int(code[4]), int(code[4])) if code[4] else (year, 1, MONTHS)


def year_before(period: str) -> str:
    """The same period a year before 上年同期."""
    return f"{int(period[:4]) - 1:04}{period[4:]}"


def _before(period: str) -> str | None:
    """The period of the same kind before it in its year; none of the first, or of a year."""
    year, first, last = _months(period)
    if first == 1:
        return None
    if last == first:
        return f"{year:04}-{first - 1:02}"
    return f"{year:04}-q{first // 3}" if last - first == 2 else f"{year:04}-h1"


def _up_to(period: str) -> list[str]:
    """The periods of its kind from the beginning of its year to it."""
    found = [period]
    while (earlier := _before(found[-1])) is not None:
        found.append(earlier)
    return found[::-1]


def _line(
    period: str,
    own: Mapping[Key, Decimal],
    larger: Mapping[tuple[Level, Key], Decimal],
    rules: _Rules,
) -> Line:
    derived: set[str] = set()
    value, cumulative = own.get((period, PERIOD)), own.get((period, CUMULATIVE))
    if value is None and rules.adds_up:
        value = _noted(derived, "value", _of_period(period, own))
    if cumulative is None and rules.adds_up:
        cumulative = _noted(derived, "cumulative", _since_january(period, own))
    growth, cumulative_growth = own.get((period, GROWTH)), own.get((period, CUMULATIVE_GROWTH))
    if rules.adds_up and not rules.published:
        last = year_before(period)
        if growth is None:
            level = own.get((last, PERIOD), _of_period(last, own))
            growth = _noted(derived, "growth", _growth(value, level))
        if cumulative_growth is None:
            level = own.get((last, CUMULATIVE), _since_january(last, own))
            cumulative_growth = _noted(derived, "cumulative_growth", _growth(cumulative, level))
    reached = {PERIOD: value, CUMULATIVE: cumulative, GROWTH: growth, CUMULATIVE_GROWTH: cumulative_growth}
    share = due = gap = None
    year, _, month = _months(period)
    target = rules.targets.get(year)
    if target and cumulative is not None:
        share, due = cumulative / target * 100, Decimal(month) * 100 / MONTHS
        gap = target * month / MONTHS - cumulative
    return Line(
        period, value, cumulative, growth, cumulative_growth, own.get((period, END)),
        own.get((period, SHARE)), own.get((period, RANK)),
        share, due, gap, _beside(period, {**{key[1]: told for key, told in own.items() if key[0] == period},
                                          **{basis: told for basis, told in reached.items() if told is not None}},
                                 larger),
        frozenset(derived),
    )  # fmt: skip


def _noted(derived: set[str], name: str, value: Decimal | None) -> Decimal | None:
    if value is not None:
        derived.add(name)
    return value


def _of_period(period: str, own: Mapping[Key, Decimal]) -> Decimal | None:
    """What the period itself has, from what was told since January. February alone is not told where January was not:
    statistics of industry, investment and retail are published for both together."""
    total = own.get((period, CUMULATIVE))
    if total is None:
        return None
    before = _before(period)
    if before is None:
        return total
    earlier = own.get((before, CUMULATIVE))
    return None if earlier is None else total - earlier


def _since_january(period: str, own: Mapping[Key, Decimal]) -> Decimal | None:
    """The sum since January, if every period of it was told."""
    parts = [own.get((one, PERIOD)) for one in _up_to(period)]
    told = [one for one in parts if one is not None]
    return sum(told, Decimal(0)) if len(told) == len(parts) else None


def _growth(now: Decimal | None, then: Decimal | None) -> Decimal | None:
    """In percent; none over nothing or over what is below it."""
    return None if now is None or then is None or then <= 0 else (now / then - 1) * 100


def _beside(
    period: str, own: Mapping[str, Decimal], larger: Mapping[tuple[Level, Key], Decimal]
) -> dict[tuple[Level, str], Held]:
    found: dict[tuple[Level, str], Held] = {}
    for level in LEVELS:
        for basis, value in own.items():
            other = larger.get((level, (period, basis)))
            if other is not None:
                found[level, basis] = Held(other, value - other)
    return found
