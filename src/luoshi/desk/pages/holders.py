"""Posts 任职, for the security administrator: who holds which role; appointed, and ended, each on record."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import Q
from django.http import HttpResponse

from luoshi.desk import errors
from luoshi.desk.administration import PAGE, back, day_of, first_page, next_page, record, show, typed, word
from luoshi.desk.appointing import BETWEEN, held, role_options, wrong_post
from luoshi.desk.forms import body_options
from luoshi.desk.pages.officers import one_officer
from luoshi.desk.routes import POSTS, page
from luoshi.desk.visit import Visit
from luoshi.messages import tr
from luoshi.org.posts import ANY

SOON_DAYS: Final = 30


def ending(visit: Visit) -> Any:
    """Posts of the district that are in force and end within thirty days, as a query."""
    from luoshi.org.models import Post  # noqa: PLC0415 - the app registry must be ready

    until = (visit.now.date() + timedelta(days=SOON_DAYS)).isoformat()
    return Post.objects.filter(district=visit.district, from_day__lte=visit.on_day, to_day__gte=visit.on_day,
                               to_day__lte=until)  # fmt: skip


@page("admin/posts/", name="holders", access=POSTS)
def holders(visit: Visit) -> HttpResponse:
    """Who holds a role, for a body or below it; also, whose post ends soon."""
    from luoshi.org.models import Post  # noqa: PLC0415

    today, role, body = visit.on_day, visit.request.GET.get("role", ""), word(visit, "body")
    soon = visit.request.GET.get("ends") == "soon"
    rows = ending(visit) if soon else Post.objects.filter(Q(to_day__isnull=True) | Q(to_day__gte=today))
    mechanism, _, name = role.partition(BETWEEN)
    if name:
        kinds = (mechanism,) if mechanism == ANY else (mechanism, ANY)
        rows = rows.filter(role=name, mechanism__in=kinds)
    if body:
        rows = rows.filter(body__in=visit.org.tree.subtree(body))
    after = word(visit, "after")
    key = int(after) if after.isascii() and after.isdigit() and len(after) < len(str(2**60)) else 0
    found = held(visit, PAGE + 1, key, rows)
    context = {
        "posts": found[:PAGE], "roles": role_options(visit), "bodies": body_options(visit), "role": role, "body": body,
        "soon": soon, "next": next_page(visit, str(found[PAGE - 1].id)) if len(found) > PAGE else None,
        "first": first_page(visit),
    }  # fmt: skip
    return show(visit, "desk/admin_holders.html", context)


@page("admin/officers/<str:code>/appoint/", name="appoint", access=POSTS, methods=("POST",))
def appoint(visit: Visit, code: str) -> HttpResponse:
    """A post for the officer: it counts from its first day on."""
    from luoshi.org.models import Officer, Post  # noqa: PLC0415
    from luoshi.org.snapshot import changed  # noqa: PLC0415

    officer = Officer.objects.filter(district=visit.district, code=code).first()
    if officer is None:
        return errors.missing(visit)
    told = typed(visit, "role", "body", "area", "from", "to")
    wrong = wrong_post(visit, told)
    if wrong:
        return one_officer(visit, officer, {**told, "name": officer.name}, wrong)
    mechanism, _, role = told["role"].partition(BETWEEN)
    post = {"officer": code, "mechanism": mechanism, "role": role, "body": told["body"], "area": told["area"] or None}
    with transaction.atomic():
        changed(visit.district)  # first: of two at once the later one sees what the earlier one has written
        there = Post.objects.filter(
            Q(to_day__isnull=True) | Q(to_day__gte=told["from"]), district=visit.district, **post
        )
        if there.exists():
            wrong = {"role": tr("The officer holds this post already; end that one first.")}
        else:
            days: dict[str, Any] = {"from_day": told["from"], "to_day": told["to"] or None}
            Post.objects.create(district=visit.district, **days, **post)
            record(visit, "post_appointed", code, mechanism=mechanism, role=role, body=told["body"], area=told["area"],
                   **{"from": told["from"], "to": told["to"]})  # fmt: skip
    if wrong:
        return one_officer(visit, officer, {**told, "name": officer.name}, wrong)
    return back(visit, "officer", "appointed", code=code)


@page("admin/posts/<int:post>/end/", name="post_end", access=POSTS, methods=("GET", "POST"))
def post_end(visit: Visit, post: int) -> HttpResponse:
    """The last day of a post. One that has not begun by then is withdrawn."""
    from luoshi.org.models import Post  # noqa: PLC0415
    from luoshi.org.snapshot import changed  # noqa: PLC0415

    shown = held(visit, 1, id=post)
    if not shown or shown[0].state == "over":
        return errors.missing(visit)
    yesterday = (visit.now.date() - timedelta(days=1)).isoformat()
    context: dict[str, Any] = {"post": shown[0], "yesterday": yesterday, "typed": {"to": yesterday}}
    if visit.request.method != "POST":
        return show(visit, "desk/admin_post_end.html", context)
    told = typed(visit, "to")
    day = day_of(told["to"])
    wrong = "" if day else tr("Give the last day, written as 2026-01-31.")
    if day and day < yesterday:
        wrong = tr("A post cannot end in the past: what was done under it stands. Yesterday takes it off at once.")
    if wrong or day is None:
        return show(visit, "desk/admin_post_end.html", {**context, "typed": told, "wrong": {"to": wrong}}, status=422)
    with transaction.atomic():
        changed(visit.district)
        row = Post.objects.filter(district=visit.district, pk=post).first()
        if row is None:
            return errors.missing(visit)
        withdrawn = row.from_day > day
        details = {"mechanism": row.mechanism, "role": row.role, "body": row.body, "from": row.from_day, "to": day}
        record(visit, "post_ended", row.officer, **details, withdrawn=withdrawn)
        if withdrawn:
            row.delete()
        else:
            row.to_day = date.fromisoformat(day).isoformat()
            row.save(update_fields=["to_day"])
    return back(visit, "officer", "withdrawn" if withdrawn else "post_ended", code=row.officer)
