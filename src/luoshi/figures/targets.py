"""Targets of figures: a value, a range, last year, another series; the verdict and why; the pace 序时进度. Pure.

Three lights never mix: this one tells progress against a target, and nothing of deadlines or of escalation.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Comparator = Literal["at_least", "at_most", "more_than", "less_than", "equal", "between", "last_year", "series"]
"""``last_year``, ``series``: against the value of another year or figure, by the target's ``growth`` in percent or more
(or less, where less is better)."""
Verdict = Literal["met", "missed", "open", "unknown"]
Better = Literal["more", "less"]

MONTHS = 12


@dataclass(frozen=True, slots=True)
class Target:
    """What is promised of a figure. ``value``: with which it compares; of ``between`` the lower end, and ``upper`` the
    upper. ``growth``: in percent over what it compares with, below 0 for a cut; else 0; ``points``: the same in the
    figure's own unit, as 个百分点 tell it. ``strict``: last year or the series is to be passed and not only reached."""

    comparator: Comparator
    value: Decimal | None = None
    upper: Decimal | None = None
    growth: Decimal = Decimal(0)
    better: Better = "more"
    points: Decimal = Decimal(0)
    strict: bool = False


@dataclass(frozen=True, slots=True)
class Judgement:
    """The ``verdict``, the ``bound`` that the value had to reach (of a range, the one that it broke or the lower), and
    why: ``reached``, ``not_reached``, ``not_over`` (the year goes on), ``no_value``, ``no_comparison``."""

    verdict: Verdict
    bound: Decimal | None
    reason: str


def judge(target: Target, value: Decimal | None, *, other: Decimal | None = None, over: bool = True) -> Judgement:
    """Whether ``value`` meets ``target``; ``other`` is last year's value or that of the series it is held against.
    While the period is not ``over``, what is not reached yet is open and not missed; a limit that is broken is missed.
    """
    low, high = _bounds(target, other)
    strict = target.strict or target.comparator in ("more_than", "less_than")
    if value is None:
        return Judgement("unknown", low if low is not None else high, "no_value")
    if low is None and high is None:
        return Judgement("unknown", None, "no_comparison")
    if high is not None and (value > high or (strict and value == high)):
        # What has grown past its upper end does not come back.
        return Judgement("missed", high, "not_reached")
    if low is not None and (value < low or (strict and value == low)):
        return Judgement("missed" if over else "open", low, "not_reached" if over else "not_over")
    bound = low if low is not None else high
    if not over and low is None:
        return Judgement("open", bound, "not_over")
    return Judgement("met", bound, "reached")


def _bounds(target: Target, other: Decimal | None) -> tuple[Decimal | None, Decimal | None]:
    if target.comparator in ("last_year", "series"):
        # A growth over nothing is none: 10 % more than 0 would be kept by doing nothing.
        if other is None or (target.growth and other <= 0):
            return None, None
        bound = other * (100 + target.growth) / 100 + target.points
        return (bound, None) if target.better == "more" else (None, bound)
    if target.comparator in ("at_least", "more_than"):
        return target.value, None
    if target.comparator in ("at_most", "less_than"):
        return None, target.value
    if target.comparator == "equal":
        return target.value, target.value
    return target.value, target.upper


def pace(target: Decimal, month: int) -> Decimal:
    """What of a yearly ``target`` is to be done by the end of ``month`` (1 to 12), spread evenly 序时进度.

    Raises ValueError for another month.
    """
    if not 1 <= month <= MONTHS:
        raise ValueError(month)
    return target * month / MONTHS


def ahead(value: Decimal, target: Decimal, month: int) -> Decimal | None:
    """By how many percentage points of the ``target`` ``value`` is before (or, below 0, behind) the pace; None if the
    target is nothing."""
    return None if target == 0 else (value - pace(target, month)) / target * 100
