"""Reporting progress 进展填报: all tasks of the officer's body for a month or a quarter in one grid."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.utils.http import urlencode

from luoshi.casework.door import Key
from luoshi.casework.errors import CaseworkError
from luoshi.desk import errors
from luoshi.desk.filing import COLUMNS, Period, Row, Tasks, Way, fill, periods, save, usual
from luoshi.desk.measuring import held_of
from luoshi.desk.names import pick
from luoshi.desk.routes import OFFICER, page
from luoshi.desk.templating import render
from luoshi.desk.visit import Visit
from luoshi.messages import mark, tr
from luoshi.words.casework import describe_casework

HEADS = {
    "value": mark("Done so far"),
    "share": mark("Share, %"),
    "state": mark("State"),
    "text": mark("In words"),
    "problems": mark("Problems"),
    "next": mark("Next step"),
}


@page("progress/", name="progress", access=OFFICER, methods=("GET", "POST"))
def progress(visit: Visit) -> HttpResponse:
    """The grid; POST saves one row (``do=one:case``) or all in which something was typed (``do=all``)."""
    post = visit.request.method == "POST"
    query = visit.request.POST if post else visit.request.GET
    try:
        after = Key.read(query.get("after", "")) if query.get("after") else None
    except ValueError:
        return errors.missing(visit)
    tasks = Tasks(visit, after)
    way = tasks.way()
    if way is None:
        return render(visit, "desk/progress.html", {"tasks": None, "again": reverse("desk:progress") if after else ""})
    found = periods(visit, way.mechanism, way.reported)
    period = next((one for one in found if one.key == query.get("period")), None)
    if period is None:
        period = usual(visit, found, tasks.reported())
    if period is None:
        return errors.missing(visit)
    rows = tasks.rows(period)
    if not post:
        return _show(visit, tasks, way, rows, found, period, after)
    return _save(visit, tasks, way, rows, found, period, after)


def _save(
    visit: Visit, tasks: Tasks, way: Way, rows: list[Row], found: Sequence[Period], period: Period, after: Key | None
) -> HttpResponse:  # fmt: skip
    post = visit.request.POST
    fill(visit, rows, post)
    step, _, case = post.get("do", "").partition(":")
    asked = [row for row in rows if (row.case.case == case if step == "one" else bool(row.typed))]
    if step == "one" and not asked:
        return errors.missing(visit)
    try:
        done = save(visit, asked, period, post)
    except CaseworkError as error:
        return _show(visit, tasks, way, rows, found, period, after, status=503, wrong=describe_casework(error))
    fresh = {row.case.case: row for row in (Tasks(visit, after).rows(period) if done else [])}
    saved = {row.case.case for row in done}
    shown = [_after(row, fresh.get(row.case.case), row.case.case in saved) for row in rows]
    wrong = [row for row in asked if row.faulty]
    return _show(
        visit, tasks, way, shown, found, period, after,
        status=422 if wrong or not asked else 200, saved=len(done), faulty=len(wrong), nothing=not asked,
    )  # fmt: skip


def _after(row: Row, now: Row | None, saved: bool) -> Row:
    """A saved row as it stands now; another one with what was typed, against what it was typed against."""
    if not saved:
        return row
    row = now or row
    row.saved = True
    return row


def _show(  # noqa: PLR0913 - the page as it stands
    visit: Visit, tasks: Tasks, way: Way, rows: Sequence[Row], found: Sequence[Period], period: Period,
    after: Key | None, *, status: int = 200, saved: int = 0, faulty: int = 0, nothing: bool = False, wrong: str = "",
) -> HttpResponse:  # fmt: skip
    open_rows = [row for row in rows if row.offer is not None]
    following = tasks.page.next
    context = {
        "tasks": tasks,
        "rows": open_rows,
        "unsigned": [row for row in rows if row.offer is None and row.onward is not None],
        "heads": {name: tr(HEADS[name]) for name in COLUMNS if name in way.fields},
        "months": [one for one in found if one.key.startswith("m")],
        "quarters": [one for one in found if one.key.startswith("q")],
        "period": period,
        "after": after.written() if after is not None else "",
        "told": sum(row.here is not None for row in open_rows),
        "saved": saved,
        "faulty": faulty,
        "nothing": nothing,
        "wrong": wrong,
        "next": _address(period, following) if following is not None else None,
        "first": _address(period, None) if after is not None else None,
        "pick": lambda named: pick(named, visit.lang),
        "seen": _seen(visit.request.POST),
        "figures": held_of(visit, [row.commitment for row in open_rows if row.commitment is not None]),
    }
    return render(visit, "desk/progress.html", context, status=status)


def _seen(post: QueryDict) -> Any:
    """The entry against which a row was typed: kept until it is saved, or its officer is told what came in between."""

    def seen(row: Row) -> int:
        told = post.get(f"{row.key}seen", "")
        return (
            row.case.n
            if row.saved or row.overtaken or not (told.isascii() and told.isdigit() and len(told) < 10)
            else int(told)
        )

    return seen


def _address(period: Period, after: Key | None) -> str:
    query = {"period": period.key, **({"after": after.written()} if after is not None else {})}
    return f"{reverse('desk:progress')}?{urlencode(query)}"
