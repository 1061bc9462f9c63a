"""Periods to choose from: years, the quarters and the months of the year that is looked at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from luoshi.figures.errors import FigureError
from luoshi.figures.evaluating import kind_of
from luoshi.messages import language
from luoshi.writing.annual.shown import period_name

YEARS: Final = 4
MONTHS: Final = 12


@dataclass(frozen=True, slots=True)
class Choice:
    """The periods of a list to choose from, by kind: code and name of each."""

    years: Sequence[tuple[str, str]]
    quarters: Sequence[tuple[str, str]]
    months: Sequence[tuple[str, str]]


def asked(text: str, default: str) -> str:
    """The period that an address asks for; ``default`` for what is none."""
    try:
        kind_of(text)
    except FigureError:
        return default
    return text


def choice(period: str, newest: int, kinds: Sequence[str] = ("year", "quarter", "month")) -> Choice:
    """What can be chosen beside ``period``: years up to ``newest`` or its own, and the parts of its year."""
    year = int(period[:4])
    top = max(newest, year)
    years = list(dict.fromkeys([*range(top, top - YEARS, -1), year]))
    lang = language()

    def named(codes: Sequence[str]) -> list[tuple[str, str]]:
        return [(code, period_name(code, lang)) for code in codes]

    return Choice(
        named([f"{one:04}" for one in years]) if "year" in kinds else (),
        named([f"{year:04}-q{n}" for n in range(1, 5)]) if "quarter" in kinds else (),
        named([f"{year:04}-{n:02}" for n in range(1, MONTHS + 1)]) if "month" in kinds else (),
    )
