"""Units: the longest one that stands at a place in a text.

``match_unit`` knows nothing of numerals. Units are given as the text has them, except that full-width ``％`` and ``／``
become ``%`` and ``/``. Source of the lists: ``luoshi.reading.lexicon.units``.
"""

from __future__ import annotations

from luoshi.reading.lexicon.units import (
    CLASSIFIERS,
    DENOMINATORS,
    DURATION,
    MEASURED,
    NOT_BEFORE,
    PERCENT,
    POINTS,
    STRUCTURE,
)
from luoshi.reading.model import QuantityKind

_ALL = CLASSIFIERS | DURATION | MEASURED | PERCENT | POINTS | STRUCTURE
_STROKES = frozenset("/／")
_LATIN_END = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")


def _index(units: frozenset[str]) -> dict[str, tuple[str, ...]]:
    by_first: dict[str, list[str]] = {}
    for unit in units:
        by_first.setdefault(unit[0], []).append(unit)
    return {first: tuple(sorted(group, key=lambda u: (-len(u), u))) for first, group in by_first.items()}


_UNITS = _index(_ALL)
_UNDER = _index(DENOMINATORS)


def match_unit(text: str, pos: int) -> tuple[int, str] | None:
    """End and name of the unit that begins at ``pos``, with its denominator where one follows (元/吨); or None."""
    group = _UNITS.get(text[pos : pos + 1])
    if group is None:
        return None
    for unit in group:
        if not text.startswith(unit, pos):
            continue
        end = pos + len(unit)
        bars = NOT_BEFORE.get(unit)
        if bars is not None and text.startswith(bars, end):
            continue
        if unit[-1] in _LATIN_END and text[end : end + 1] in _LATIN_END and end < len(text):
            continue
        if end < len(text) and text[end] in _STROKES:
            return _with_denominator(text, end, unit)
        return end, "%" if unit == "％" else unit
    return None


def _with_denominator(text: str, stroke: int, unit: str) -> tuple[int, str]:
    for under in _UNDER.get(text[stroke + 1 : stroke + 2], ()):
        if text.startswith(under, stroke + 1):
            return stroke + 1 + len(under), f"{unit}/{under}"
    return stroke, unit


def is_classifier(unit: str) -> bool:
    """Whether the unit counts things (个, 家, 人次) and does not measure them."""
    return unit in CLASSIFIERS


def kind_of(unit: str) -> QuantityKind:
    """What kind of quantity a unit makes."""
    if unit in PERCENT:
        return "percent"
    if unit in POINTS:
        return "points"
    if unit in DURATION:
        return "duration"
    if unit in {"倍", "番", "成"}:
        return "multiple"
    return "structure" if unit in STRUCTURE else "amount"
