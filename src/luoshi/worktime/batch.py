"""Many limits at once: lines ``START N UNIT`` in, one due date a line out; or days as numbers in and out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any, Final

from luoshi.worktime.calendar import Calendar
from luoshi.worktime.clock import Clock
from luoshi.worktime.errors import CalendarError, LimitError, WorktimeError
from luoshi.worktime.limits import LARGEST_OTHER, Hours, Limit, Unit, unit_of
from luoshi.worktime.projection import due

LONG: Final = len("2025-09-25")
NOWHERE: Final[int] = -(10**LONG)


class LineError(Exception):
    """Line ``number`` (from 1) of a batch is wrong, for the reason ``error``."""

    def __init__(self, number: int, error: WorktimeError) -> None:
        super().__init__(number, error)
        self.number = number
        self.error = error


def moment_of(text: str) -> date | datetime:
    """``2025-09-25``, or with a time of day ``2025-09-25T15:00``. Raises LimitError ``start_wrong``."""
    try:
        return date.fromisoformat(text) if len(text) <= LONG else datetime.fromisoformat(text)
    except ValueError as error:
        raise LimitError("start_wrong", start=text) from error


def count_of(text: str) -> int:
    """A number as the digits 0 to 9 write it. Raises LimitError ``value_out_of_range``."""
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(LARGEST_OTHER))):
        raise LimitError("value_out_of_range", value=text[:LONG], largest=LARGEST_OTHER)
    return int(text)


def hours_for(unit: Unit, hours: Hours | None, office: Hours | None) -> Hours | None:
    """The hours that a limit in ``unit`` runs in: those given; without, ``office`` for working hours only."""
    return hours if hours is not None or unit is not Unit.WORKHOUR else office


def iso(moment: date | datetime) -> str:
    """``2025-10-30``, or by the hour ``2025-10-30T10:00``."""
    if isinstance(moment, datetime):
        return moment.isoformat(timespec="seconds" if moment.second else "minutes")
    return moment.isoformat()


def due_lines(
    lines: Iterable[str],
    calendar: Calendar,
    *,
    roll: bool = True,
    hours: Hours | None = None,
    office: Hours | None = None,
) -> Iterator[str]:
    """The due date of each line, in order, in ISO form. Raises LineError at the first line that is wrong.

    Working days are two look-ups in the calendar's table; what was parsed once is not parsed again.
    """
    start_index = _indexes(calendar)
    _, _, workdays = calendar.table()
    total = len(workdays)
    plain: dict[str, bool] = {}

    def by_the_rules(start: str, count: str, name: str) -> str:
        unit = unit_of(name)
        clock = Clock(Limit(count_of(count), unit), moment_of(start), roll=roll, hours=hours_for(unit, hours, office))
        plain[name] = unit is Unit.WORKDAY
        return iso(due(clock, calendar).at)

    for number, line in enumerate(lines, 1):
        try:
            start, count, name = line.split()
        except ValueError:
            raise LineError(number, LimitError("line_wrong")) from None
        if plain.get(name) and count.isascii() and count.isdigit() and len(count) < LONG:
            more = int(count)
            index = start_index(start) + more
            if more and 0 <= index < total:
                yield workdays[index]
                continue
        try:
            yield by_the_rules(start, count, name)
        except WorktimeError as error:
            raise LineError(number, error) from error


def _indexes(calendar: Calendar) -> Callable[[str], int]:
    """Start as written → the index of the last working day up to it; so far below 0 that none is reached otherwise."""
    first, through, _ = calendar.table()
    span = len(through)

    known: dict[str, int] = {}

    def index_of(text: str) -> int:
        index = known.get(text)
        if index is None:
            try:
                place = date.fromisoformat(text).toordinal() - first
            except ValueError:
                return NOWHERE
            index = int(through[place]) - 1 if 0 <= place < span else NOWHERE
            if len(known) < 2 * span:
                known[text] = index
        return index

    return index_of


def due_many(starts: Any, counts: Any, calendar: Calendar) -> Any:
    """The due days of limits of ``counts`` working days (one number for all, or one each) after events on ``starts``.

    Days are ordinals (``date.toordinal``). ``starts`` is a sequence of them, and a list comes back; or an array by the
    array API standard (https://data-apis.org/array-api), as numpy's: then the array's own library does the work and an
    array comes back. Raises CalendarError ``before_coverage`` or ``past_coverage``, LimitError ``value_out_of_range``.
    """
    if len(starts) == 0:
        return starts[:0]
    library = getattr(starts, "__array_namespace__", None)
    if library is not None:
        return _due_arrays(library(), starts, counts, calendar)
    return _due_list(starts, [counts] * len(starts) if isinstance(counts, int) else counts, calendar)


def _due_list(starts: Sequence[int], counts: Sequence[int], calendar: Calendar) -> list[int]:
    first, through, workdays = calendar.ordinals()
    _check_many(min(counts), min(starts), max(starts), calendar)
    try:
        return [workdays[through[start - first] + count - 1] for start, count in zip(starts, counts, strict=True)]
    except IndexError:
        raise _past(calendar) from None


def _due_arrays(library: Any, starts: Any, counts: Any, calendar: Calendar) -> Any:
    first, through, workdays = calendar.ordinals()
    least = counts if isinstance(counts, int) else int(library.min(counts))
    _check_many(least, int(library.min(starts)), int(library.max(starts)), calendar)
    places = library.take(library.asarray(through), starts - first) + (counts - 1)
    if int(library.max(places)) >= len(workdays):
        raise _past(calendar)
    return library.take(library.asarray(workdays), places)


def _check_many(least: int, earliest: int, latest: int, calendar: Calendar) -> None:
    """A count below 1 or a start before the table would read another row of it; so would one behind it."""
    if least < 1:
        raise LimitError("value_out_of_range", value=least, largest=LARGEST_OTHER)
    if earliest < calendar.first.toordinal():
        raise CalendarError(
            "before_coverage", year=calendar.first.year - 1, first=calendar.first.year, last=calendar.last.year
        )
    if latest > calendar.last.toordinal():
        raise _past(calendar)


def _past(calendar: Calendar) -> CalendarError:
    return CalendarError(
        "past_coverage", year=calendar.last.year + 1, first=calendar.first.year, last=calendar.last.year
    )
