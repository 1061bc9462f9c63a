"""Uploaded notices of days off (放假通知): for a year that the calendar lacks, or for a change, a local one included.

The file is YAML (JSON is YAML too), in UTF-8, at most 64 KiB, without anchors::

    year: 2027
    source: {title: 国务院办公厅关于2027年部分节假日安排的通知, number: 文号, date: 2026-11-05}
    holidays:
      - {from: 2027-01-01, to: 2027-01-03, name: 元旦, name_en: New Year's Day}
    workdays:
      - {day: 2027-02-20, name: 春节}

With ``change: true`` the notice alters only the days it names (an autonomous area's own holidays, an extension);
otherwise it is the whole of its year, which it then adds or replaces.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from luoshi.worktime.basis import Basis, Notice
from luoshi.worktime.calendar import SATURDAY, Calendar, Mark
from luoshi.worktime.errors import CalendarError

LARGEST: Final = 64 * 1024
LONGEST: Final = 60
"""Days in one entry; more is a slip in a year or a month."""
ALWAYS_OFF: Final = ((1, 1), (5, 1), (10, 1), (10, 2), (10, 3))
"""Off in every year, by 全国年节及纪念日放假办法: a year's notice without them is not whole."""
KEYS: Final = {"year", "source", "holidays", "workdays", "change"}


@dataclass(frozen=True, slots=True)
class Upload:
    """A notice as read: what it says of each day it names. ``change``: of these days alone, not of a whole year."""

    year: int
    change: bool
    notice: Notice
    marks: Mapping[date, Mark]


def read_notice(data: bytes) -> Upload:
    """The notice in ``data``. Raises CalendarError ``notice_unreadable`` or ``notice_wrong`` (with ``what``)."""
    content = _load(data)
    unknown = set(content) - KEYS
    if unknown:
        raise _wrong("unknown", name=", ".join(sorted(map(str, unknown))))
    year, change = content.get("year"), content.get("change", False)
    if not isinstance(year, int) or isinstance(year, bool) or not 1950 <= year <= 2999:
        raise _wrong("year")
    if not isinstance(change, bool):
        raise _wrong("change")
    # A year without make-up workdays has not been seen since 1999: it must be said, not forgotten.
    if not change and not {"holidays", "workdays"} <= set(content):
        raise _wrong("lists")
    notice = _source(year, content.get("source"))
    marks: dict[date, Mark] = {}
    for day, mark in _marks(content, notice):
        if day in marks:
            raise _wrong("twice", day=day)
        if abs(day.year - year) > 1 or (day.year < year and day.month < 12) or (day.year > year and day.month > 1):
            raise _wrong("other_year", day=day)
        marks[day] = mark
    if not marks:
        raise _wrong("lists")
    missing = [date(year, *day) for day in ALWAYS_OFF if date(year, *day) not in marks]
    if not change and missing:
        raise _wrong("missing", day=missing[0])
    return Upload(year, change, notice, marks)


def amended(calendar: Calendar, upload: Upload) -> Calendar:
    """``calendar`` with ``upload`` in it. Raises CalendarError ``notice_gap`` or ``notice_wrong``."""
    first, last = calendar.first.year, calendar.last.year
    if not upload.change:
        if not first - 1 <= upload.year <= last + 1:
            raise CalendarError("notice_gap", year=upload.year, first=first, last=last)
        first, last = min(first, upload.year), max(last, upload.year)
    outside = [day for day in upload.marks if not first <= day.year <= last]
    # The December before the first year covered cannot be asked for; a change to nothing is a mistake.
    if upload.change and outside:
        raise CalendarError("notice_gap", year=outside[0].year, first=first, last=last)
    # A year's notice takes the place of the one that was known before, whatever days that named.
    kept = {day: mark for day, mark in calendar.marks().items() if upload.change or mark.notice.year != upload.year}
    return Calendar(first, last, kept | {day: mark for day, mark in upload.marks.items() if day not in outside})


def _load(data: bytes) -> dict[Any, Any]:
    import yaml  # noqa: PLC0415 - only an uploaded notice needs it

    if len(data) > LARGEST:
        raise CalendarError("notice_too_large", limit=LARGEST // 1024)
    try:
        text = data.decode("utf-8-sig")
        if any(isinstance(token, (yaml.AnchorToken, yaml.AliasToken)) for token in yaml.scan(text)):
            raise _wrong("anchor")
        content = yaml.safe_load(text)
    except (UnicodeDecodeError, yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        raise CalendarError("notice_unreadable", line=mark.line + 1 if mark else 1) from error
    if not isinstance(content, dict):
        raise _wrong("mapping")
    return content


def _wrong(what: str, **details: object) -> CalendarError:
    return CalendarError("notice_wrong", what=what, **details)


def _source(year: int, value: object) -> Notice:
    if not isinstance(value, dict) or not _text(value.get("title")):
        raise _wrong("source")
    issued = value.get("date")
    title = Basis(_text(value["title"]), _text(value.get("title_en")))
    return Notice(year, title, _text(value.get("number")), _day(issued) if issued is not None else None)


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def _day(value: object) -> date:
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError as error:
            raise _wrong("date", name=value) from error
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    raise _wrong("date", name=str(value))


def _entries(content: Mapping[Any, Any], key: str) -> Iterator[dict[Any, Any]]:
    entries = content.get(key) or []
    if not isinstance(entries, list):
        raise _wrong("lists")
    for entry in entries:
        if not isinstance(entry, dict) or not _text(entry.get("name")):
            raise _wrong("entry", name=str(entry)[:60])
        yield entry


def _marks(content: Mapping[Any, Any], notice: Notice) -> Iterator[tuple[date, Mark]]:
    for entry in _entries(content, "holidays"):
        first, last = _day(entry.get("from")), _day(entry.get("to", entry.get("from")))
        if not first <= last < first + timedelta(days=LONGEST):
            raise _wrong("order", day=first)
        mark = Mark(False, _name(entry), notice)
        yield from ((first + timedelta(days=place), mark) for place in range((last - first).days + 1))
    for entry in _entries(content, "workdays"):
        day = _day(entry.get("day"))
        if day.weekday() < SATURDAY and not content.get("change"):
            raise _wrong("weekday", day=day)
        yield day, Mark(True, _name(entry), notice)


def _name(entry: Mapping[Any, Any]) -> Basis:
    return Basis(_text(entry["name"]), _text(entry.get("name_en")))
