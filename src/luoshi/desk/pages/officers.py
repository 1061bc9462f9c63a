"""Officers 工作人员: added and renamed by the system administrator; read by the security administrator, too."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction
from django.http import HttpResponse
from pydantic import ValidationError

from luoshi.desk import errors
from luoshi.desk.administration import PAGE, WRONG, back, first_page, matches, next_page, record, show, typed, word
from luoshi.desk.appointing import Held, held, role_name, role_options
from luoshi.desk.forms import area_options, body_options
from luoshi.desk.names import Names
from luoshi.desk.routes import ACCOUNTS, OFFICERS, PEOPLE, POSTS, page
from luoshi.desk.visit import Visit
from luoshi.messages import tr


@page("admin/officers/", name="officers", access=PEOPLE)
def officers(visit: Visit) -> HttpResponse:
    """The list, by code; narrowed by name, body, and whether there is an account."""
    from luoshi.access.models import Account  # noqa: PLC0415 - the app registry must be ready

    query, body, after = word(visit), word(visit, "body"), word(visit, "after")
    lone = visit.request.GET.get("account") == "none"
    found = _found(visit, query, body, after, lone=lone)
    shown, names = found[:PAGE], Names(visit)
    codes = [code for code, _ in shown]
    accounts = Account.objects.filter(district=visit.district, officer__in=codes).values_list(
        "officer", "username", "is_active"
    )
    having = {officer: (username, active) for officer, username, active in accounts}
    rows = [{"code": code, "name": name, "posts": _short(visit, names, code), "account": having.get(code)}
            for code, name in shown]  # fmt: skip
    context = {
        "officers": rows, "q": query, "body": body, "bodies": body_options(visit), "lone": lone,
        "may_add": OFFICERS.allows(visit), "may_account": ACCOUNTS.allows(visit),
        "next": next_page(visit, codes[-1]) if len(found) > PAGE else None, "first": first_page(visit),
    }  # fmt: skip
    return show(visit, "desk/admin_officers.html", context)


def _found(visit: Visit, query: str, body: str, after: str, *, lone: bool) -> list[tuple[str, str]]:
    """Code and name of the officers after ``after``, one more than a page holds."""
    from luoshi.org.models import Officer  # noqa: PLC0415

    rows = Officer.objects.filter(district=visit.district, code__gt=after).order_by("code")
    if body:
        rows = rows.filter(code__in=holding(visit, body))
    if lone:
        rows = rows.filter(code__in=without_account(visit))
    named = rows.values_list("code", "name")
    if not query:
        return list(named[: PAGE + 1])
    found: list[tuple[str, str]] = []
    for code, name in named.iterator(chunk_size=2000):  # initials of pinyin are known to no database
        if matches(query, name, code):
            found.append((code, name))
            if len(found) > PAGE:
                break
    return found


def holding(visit: Visit, body: str) -> Any:
    """The officers who hold a post for ``body`` or below it today, as a query."""
    from luoshi.org.models import Post  # noqa: PLC0415

    return current(visit, Post.objects.filter(body__in=visit.org.tree.subtree(body))).values("officer")


def current(visit: Visit, posts: Any) -> Any:
    """Of ``posts`` those of the district that are in force today."""
    from django.db.models import Q  # noqa: PLC0415

    today = visit.on_day
    return posts.filter(Q(to_day__isnull=True) | Q(to_day__gte=today), district=visit.district, from_day__lte=today)


def without_account(visit: Visit) -> Any:
    """The officers who hold a post today and have no account in use, as a query."""
    from luoshi.access.models import Account  # noqa: PLC0415
    from luoshi.org.models import Post  # noqa: PLC0415

    having = Account.objects.filter(district=visit.district, is_active=True, officer__isnull=False).values("officer")
    return current(visit, Post.objects.exclude(officer__in=having)).values("officer")


def _short(visit: Visit, names: Names, code: str) -> list[str]:
    posts = visit.org.posts.posts_of(code, visit.on_day)
    told = dict.fromkeys(
        f"{names.body(one.body)} · {role_name(visit, names, one.mechanism, one.role)}" for one in posts
    )
    return list(told)


@page("admin/new-officer/", name="officer_new", access=OFFICERS, methods=("GET", "POST"))
def officer_new(visit: Visit) -> HttpResponse:
    """A new officer's record."""
    if visit.request.method != "POST":
        return show(visit, "desk/admin_officer_new.html")
    from luoshi.org.models import Officer  # noqa: PLC0415

    told = typed(visit, "code", "name")
    wrong = _wrong(told["code"], told["name"])
    if not wrong:
        try:
            with transaction.atomic():
                Officer.objects.create(district=visit.district, code=told["code"], name=told["name"])
                record(visit, "officer_added", told["code"], name=told["name"])
        except IntegrityError:
            wrong["code"] = tr("There is an officer with this code; choose another one.")
    if wrong:
        return show(visit, "desk/admin_officer_new.html", {"typed": told, "wrong": wrong}, status=WRONG)
    return back(visit, "officer", "added", code=told["code"])


def _wrong(code: str, name: str) -> dict[str, str]:
    """What the shape of org's data does not allow, by field."""
    from luoshi.org.data import OfficerData  # noqa: PLC0415

    said = {
        "code": tr("Letters, digits, points, hyphens and underscores, at most 60; it begins with a letter or digit."),
        "name": tr("Give the person's name, at most 120 characters."),
    }
    try:
        OfficerData(code=code, name=name)
    except ValidationError as error:
        return {str(one["loc"][0]): said[str(one["loc"][0])] for one in error.errors()}
    return {}


@page("admin/officers/<str:code>/", name="officer", access=PEOPLE, methods=("GET", "POST"))
def officer(visit: Visit, code: str) -> HttpResponse:
    """One officer: name, account, all posts in words. Posted by the system administrator: a new name."""
    from luoshi.org.models import Officer  # noqa: PLC0415

    found = Officer.objects.filter(district=visit.district, code=code).first()
    if found is None:
        return errors.missing(visit)
    if visit.request.method != "POST":
        return one_officer(visit, found)
    if not OFFICERS.allows(visit):
        return errors.no_right(visit)
    told = typed(visit, "name")
    wrong = _wrong(code, told["name"])
    if wrong:
        return one_officer(visit, found, told, wrong)
    if told["name"] == found.name:
        return back(visit, "officer", "unchanged", code=code)
    with transaction.atomic():
        record(visit, "officer_renamed", code, old=found.name, new=told["name"])
        Officer.objects.filter(pk=found.pk).update(name=told["name"])
    return back(visit, "officer", "renamed", code=code)


def one_officer(
    visit: Visit, found: Any, told: dict[str, str] | None = None, wrong: dict[str, str] | None = None
) -> HttpResponse:
    """The officer's page, with what was typed and what is wrong with it."""
    from luoshi.access.models import Account  # noqa: PLC0415

    posts: list[Held] = held(visit, officer=found.code)
    context = {
        "officer": found, "posts": posts, "typed": told or {"name": found.name, "from": visit.on_day}, "wrong": wrong,
        "may_rename": OFFICERS.allows(visit), "may_appoint": POSTS.allows(visit),
        "account": Account.objects.filter(district=visit.district, officer=found.code).first(),
        "may_account": ACCOUNTS.allows(visit), "roles": (), "bodies": (), "areas": (),
    }  # fmt: skip
    if POSTS.allows(visit):
        context |= {"roles": role_options(visit), "bodies": body_options(visit), "areas": area_options(visit, None)}
    return show(visit, "desk/admin_officer.html", context, status=WRONG if wrong else 200)
