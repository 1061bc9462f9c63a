"""The calendar of days off 工作日历, for the system administrator: years, and a new notice with its preview."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import PurePath
from typing import Any, Final

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse

from luoshi.casework.errors import CaseworkError
from luoshi.desk import errors, yearly
from luoshi.desk.administration import WRONG, record, seal, show, unseal
from luoshi.desk.routes import CALENDARS, page
from luoshi.desk.visit import Visit
from luoshi.messages import tr
from luoshi.words.casework import describe_casework
from luoshi.words.worktime import describe_worktime
from luoshi.worktime.calendar import Calendar
from luoshi.worktime.errors import WorktimeError
from luoshi.worktime.notices import LARGEST, amended, read_notice

LONGEST_NAME: Final = 120
SHOWN_DAYS: Final = 400
SHOWN_FAILED: Final = 20


@page("admin/calendar/", name="calendars", access=CALENDARS, methods=("GET", "POST"))
def calendars(visit: Visit) -> HttpResponse:
    """A year, and the notices that were added; posted, a notice is looked at and shown, confirmed, it is added."""
    if visit.request.method != "POST":
        return _shown(visit)
    if "token" in visit.request.POST:
        return _confirmed(visit)
    file, name = visit.request.FILES.get("file"), visit.request.POST.get("name", "").strip()
    if not isinstance(file, UploadedFile):
        return _shown(visit, wrong={"file": tr("Choose the file of the notice first.")}, name=name)
    if (file.size or 0) > LARGEST:
        wrong = {"file": tr("The notice is larger than {limit} KiB; check that it is the right file.",
                            limit=LARGEST // 1024)}  # fmt: skip
        return _shown(visit, wrong=wrong, name=name)
    name = name or PurePath(str(file.name or "")).stem
    if not (name.isprintable() and 0 < len(name) <= LONGEST_NAME):
        wrong = {"name": tr("Give a name of at most {most} characters.", most=LONGEST_NAME)}
        return _shown(visit, wrong=wrong, name=name[:LONGEST_NAME])
    text = file.read()
    try:
        new = would_be(visit.district, name, text)
        moved, more = yearly.would_move(visit, new, name)
    except WorktimeError as error:
        return _shown(visit, wrong={"file": describe_worktime(error)}, name=name)
    days = [new.day(day) if new.covers(day) else None for day in visit.place.calendar.changes(new)]
    plain = new.last.year > visit.place.calendar.last.year
    preview = {
        "days": _spoken(visit.place.calendar, new, days)[:SHOWN_DAYS], "count": len(days), "moved": moved, "more": more,
        "year": new.last.year if plain else None, "name": name,
        "token": seal(visit, "notice", [name, text.decode("utf-8-sig")]),
    }  # fmt: skip
    return _shown(visit, preview=preview, name=name)


def would_be(district: str, name: str, text: bytes) -> Calendar:
    """The district's calendar with the notice: an earlier one of this name is replaced. Raises WorktimeError."""
    from luoshi.casework.models import CalendarNotice  # noqa: PLC0415 - the app registry must be ready
    from luoshi.worktime.state_council import state_council_calendar  # noqa: PLC0415

    rows = CalendarNotice.objects.filter(district=district).order_by("id").values_list("name", "text")
    texts = {**dict(rows), name: text.decode("utf-8-sig", errors="replace")}
    if texts[name].encode() != text.removeprefix(b"\xef\xbb\xbf"):
        read_notice(text)  # says that it is no text
    held = state_council_calendar()
    for one in texts.values():
        held = amended(held, read_notice(one.encode()))
    return held


def _spoken(old: Calendar, new: Calendar, days: Sequence[Any]) -> list[Any]:
    """Of the days that change those that are worth a line: of a year that is new the ones that a notice names."""
    return [day for day in days if day is not None and (old.covers(day.date) or day.notice is not None)]


def _confirmed(visit: Visit) -> HttpResponse:
    from luoshi.casework.setups import add_notice  # noqa: PLC0415
    from luoshi.casework.sweeping import reproject  # noqa: PLC0415

    told = unseal(visit, "notice")
    if told is None:
        return _shown(visit, wrong={"file": tr("This was shown too long ago; choose the file again.")})
    name, text = told
    try:
        add_notice(visit.district, name, text.encode())
        swept = reproject(visit.district, name)
    except WorktimeError as error:
        return _shown(visit, wrong={"file": describe_worktime(error)}, name=name)
    except CaseworkError as error:
        return errors.problem(visit, 503, tr("The notice was not added whole"), describe_casework(error))
    record(visit, "notice_added", name, count=swept.done, failed=len(swept.failed))
    context = {"name": name, "moved": swept.done, "failed": list(swept.failed.items())[:SHOWN_FAILED]}
    return show(visit, "desk/admin_notice.html", context)


def _shown(
    visit: Visit, *, wrong: dict[str, str] | None = None, name: str = "", preview: dict[str, Any] | None = None
) -> HttpResponse:
    from luoshi.casework.models import CalendarNotice  # noqa: PLC0415

    held, today = visit.place.calendar, visit.now.date()
    asked = visit.request.GET.get("year", "")
    year = int(asked) if asked.isascii() and asked.isdigit() and len(asked) == len("2026") else today.year
    year = min(max(year, held.first.year), held.last.year)
    context = {
        "year": year, "first": held.first.year, "last": held.last.year, "months": yearly.months(held, year, today),
        "spans": yearly.spans(held, year), "wrong": wrong, "typed": {"name": name}, "preview": preview,
        "notices": list(CalendarNotice.objects.filter(district=visit.district).order_by("id").values_list(
            "name", flat=True)),
        "ends_soon": ends_soon(visit),
    }  # fmt: skip
    return show(visit, "desk/admin_calendar.html", context, status=WRONG if wrong else 200)


def ends_soon(visit: Visit) -> bool:
    """Whether the calendar ends within ninety days: limits that reach beyond it cannot be computed."""
    until: date = visit.place.calendar.last
    return until < visit.now.date() + timedelta(days=90)
