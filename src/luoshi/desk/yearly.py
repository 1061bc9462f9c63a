"""A year's days off and make-up days 放假与调休 for the eye, and what a notice would change."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from luoshi.desk.visit import Visit
from luoshi.mechanisms import system
from luoshi.messages import language
from luoshi.worktime.basis import Basis
from luoshi.worktime.calendar import Calendar, Day, DayKind

MOST_CASES: Final = 20_000
"""Live cases that a preview looks at; more are said to be more."""
DECEMBER: Final = 12


@dataclass(frozen=True, slots=True)
class Cell:
    """A day of the year's picture."""

    day: int
    kind: str
    name: str
    today: bool


@dataclass(frozen=True, slots=True)
class Span:
    """Days in a row of one kind for one reason, and the notice behind them."""

    first: date
    last: date
    works: bool
    name: str
    notice: str


def said(basis: Basis | None) -> str:
    """A name in the language spoken now."""
    if basis is None:
        return ""
    return basis.zh if language() == "zh" or not basis.en else basis.en


def months(held: Calendar, year: int, today: date) -> list[tuple[int, list[list[Cell | None]]]]:
    """The twelve months: weeks from Monday, None for days of another month."""
    found = []
    for month in range(1, DECEMBER + 1):
        weeks = [[_cell(held, date(year, month, day), today) if day else None for day in week]
                 for week in calendar.Calendar().monthdayscalendar(year, month)]  # fmt: skip
        found.append((month, weeks))
    return found


def _cell(held: Calendar, on: date, today: date) -> Cell:
    day = held.day(on)
    return Cell(on.day, day.kind.value, said(day.name), on == today)


def spans(held: Calendar, year: int) -> list[Span]:
    """What notices say of the year, days in a row put together."""
    found: list[Span] = []
    for one in _marked(held, year):
        notice = " ".join(filter(None, (said(one.notice.title), one.notice.number))) if one.notice else ""
        told = Span(one.date, one.date, one.works, said(one.name), notice)
        last = found[-1] if found else None
        if last and last.last + timedelta(days=1) == one.date and last.works == told.works and last.name == told.name:
            found[-1] = Span(last.first, one.date, told.works, told.name, told.notice)
        else:
            found.append(told)
    return found


def _marked(held: Calendar, year: int) -> Iterator[Day]:
    days = (held.day(date(year, 1, 1) + timedelta(days=place)) for place in range(366)
            if (date(year, 1, 1) + timedelta(days=place)).year == year)  # fmt: skip
    return (one for one in days if one.kind in (DayKind.HOLIDAY, DayKind.MAKE_UP))


def would_move(visit: Visit, new: Calendar, reason: str) -> tuple[int, bool]:
    """How many live cases of the district a day moves in on ``new``; whether there were more than could be looked at.

    Their clocks are projected anew as the change itself does it, and nothing is written; no case is told.
    """
    from luoshi.casework.models import Case  # noqa: PLC0415 - the app registry must be ready
    from luoshi.casework.sweeping import REVIEWABLE  # noqa: PLC0415
    from luoshi.mechanisms.state import State  # noqa: PLC0415

    since = (visit.now.date() - REVIEWABLE).isoformat()
    live = Case.objects.filter(district=visit.district, open=True) | Case.objects.filter(
        district=visit.district, struck_off_on__gte=since
    )
    rows = live.order_by("id").values_list("mechanism", "version", "stage", "body", "state")[: MOST_CASES + 1]
    moved = 0
    for looked, (mechanism, version, stage, body, text) in enumerate(rows.iterator(chunk_size=1000)):
        if looked == MOST_CASES:
            return moved, True
        flow = visit.place.flows.get((mechanism, version))
        if flow is not None:
            state = State.from_json(text, stage=stage, body=body)
            moved += system.reproject(flow, state, new, reason) is not None
    return moved, False
