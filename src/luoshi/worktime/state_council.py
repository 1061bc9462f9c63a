"""The State Council's calendar (国务院办公厅放假通知), as the package ``chinesecalendar`` carries it.

The package names the holiday of each day and no notice: so the notice is cited by its year, without a number.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Final

from luoshi.worktime.basis import Basis, Notice
from luoshi.worktime.calendar import Calendar, Mark

DECEMBER: Final = 12
NEW_YEAR: Final = "New Year's Day"
NAMES_ZH: Final = {
    NEW_YEAR: "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "Mid-autumn Festival": "中秋节",
    "National Day": "国庆节",
    "Anti-Fascist 70th Day": "中国人民抗日战争暨世界反法西斯战争胜利70周年纪念日",
}
"""The package's names → those that the notices use."""


@cache
def state_council_calendar() -> Calendar:
    """The calendar of all years that the package covers; built once."""
    from chinese_calendar.constants import holidays, workdays  # type: ignore[import-untyped]  # noqa: PLC0415

    marks = {day: _mark(day, name, works=False) for day, name in holidays.items()}
    marks |= {day: _mark(day, name, works=True) for day, name in workdays.items()}
    # The package knows a year if it knows its holidays; one of the year before may be its New Year's.
    years = {day.year for day, name in holidays.items() if name != NEW_YEAR}
    return Calendar(min(years), max(years), {day: mark for day, mark in marks.items() if day.year in years})


def _mark(day: date, name: str, *, works: bool) -> Mark:
    return Mark(works, _name(name), _notice(day.year + (name == NEW_YEAR and day.month == DECEMBER)))


@cache
def _name(name: str) -> Basis:
    return Basis(NAMES_ZH.get(name, name), name)


@cache
def _notice(year: int) -> Notice:
    return Notice(year, Basis(f"国务院办公厅{year}年放假通知", f"State Council's notice of {year}"))
