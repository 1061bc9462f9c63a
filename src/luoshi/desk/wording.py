"""Days, numbers and spans of time as people read them, in the language spoken now."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Final

from luoshi.messages import language, mark, tr
from luoshi.worktime.calendar import Calendar

WEEKDAYS: Final = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
BEIJING: Final = timedelta(hours=8)


def day(value: str | date | None, *, weekday: bool = True) -> str:
    """2026年11月23日 (周一), or Mon 23 Nov 2026; nothing for none."""
    found = _date(value)
    if found is None:
        return ""
    if language() == "zh":
        told = f"{found.year}年{found.month}月{found.day}日"
        return f"{told} ({WEEKDAYS[found.weekday()]})" if weekday else told
    return f"{found:%a }{found.day} {found:%b %Y}" if weekday else f"{found.day} {found:%b %Y}"


def short_day(value: str | date | None) -> str:
    """11月23日, or 23 Nov; with the year only if it is another one than that of today's reader would expect: none."""
    found = _date(value)
    if found is None:
        return ""
    return f"{found.month}月{found.day}日" if language() == "zh" else f"{found.day} {found:%b}"


def moment(value: int | datetime | str | None) -> str:
    """A moment: seconds since 1970, or Beijing time; 2026-11-23 14:05."""
    if value is None or value == "":
        return ""
    if isinstance(value, int):
        value = datetime.fromtimestamp(value, UTC).replace(tzinfo=None) + BEIJING
    elif isinstance(value, str):
        value = datetime.fromisoformat(value)
    return f"{day(value.date(), weekday=False)} {value:%H:%M}"


def number(value: float | Decimal | str | None) -> str:
    """With separators for thousands, and no more decimals than it has."""
    if value is None or value == "":
        return ""
    found = value if isinstance(value, int | Decimal) else Decimal(str(value))
    text = f"{found:,f}" if isinstance(found, Decimal) else f"{found:,}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def size(value: int) -> str:
    """Bytes as people read them."""
    for unit, least in (("MB", 1024 * 1024), ("KB", 1024)):
        if value >= least:
            return f"{value / least:.1f} {unit}"
    return f"{value} B"


LEFT_TODAY: Final = mark("today")
LEFT: Final = mark("{count} working days left")
LEFT_ONE: Final = mark("1 working day left")
LATE: Final = mark("{count} working days late")
LATE_ONE: Final = mark("1 working day late")
LATE_OFF: Final = mark("late since a day off")
LEFT_OFF: Final = mark("due on days off")


def left(value: str | None, today: str, calendar: Calendar) -> str:
    """How many working days are left until ``value``, or how many it is late; calendar days past the calendar's end."""
    found, now = _date(value), _date(today)
    if found is None or now is None:
        return ""
    if found == now:
        return tr(LEFT_TODAY)
    if not (calendar.covers(found) and calendar.covers(now)):
        days = (found - now).days
        return tr(mark("{count} days left"), count=days) if days > 0 else tr(mark("{count} days late"), count=-days)
    count = calendar.between(now, found)
    if found > now:
        return tr(LEFT_OFF) if count == 0 else tr(LEFT_ONE) if count == 1 else tr(LEFT, count=count)
    return tr(LATE_OFF) if count == 0 else tr(LATE_ONE) if count == -1 else tr(LATE, count=-count)


def _date(value: str | date | None) -> date | None:
    if not value:
        return None
    return value if isinstance(value, date) else date.fromisoformat(value[:10])
