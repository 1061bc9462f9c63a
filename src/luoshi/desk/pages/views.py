"""Saved views 常用视图: an officer keeps filters of his inbox under a name; one of them may be what it opens with."""

from __future__ import annotations

from typing import Final

from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.urls import reverse

from luoshi.desk import errors
from luoshi.desk.listing import Asked
from luoshi.desk.models import NAME, QUERY, SavedView
from luoshi.desk.routes import OFFICER, go, page
from luoshi.desk.templating import render
from luoshi.desk.visit import Visit
from luoshi.messages import tr

MOST: Final = 20
"""Views that an officer may keep."""


def views_of(visit: Visit) -> list[SavedView]:
    """The officer's views, in the order in which he made them."""
    return list(SavedView.objects.filter(district=visit.district, officer=visit.officer).order_by("id")[:MOST])


@page("views/", name="views", access=OFFICER, methods=("GET", "POST"))
def views(visit: Visit) -> HttpResponse:
    """The officer's views; a POST keeps another one."""
    if visit.request.method == "GET":
        return _shown(visit)
    post = visit.request.POST
    asked = Asked.read(QueryDict(post.get("query", "")[:QUERY]))
    name = post.get("name", "").strip()
    with transaction.atomic():
        wrong = _wrong(visit, name)
        if not wrong:
            SavedView.objects.create(
                district=visit.district, officer=visit.officer, name=name, query=asked.query()[:QUERY]
            )
    if wrong:
        return _shown(visit, wrong=wrong, name=name, query=asked.query(), status=422)
    return go(visit, asked.address())


@page("views/<int:number>/", name="view", access=OFFICER, methods=("POST",))
def view(visit: Visit, number: int) -> HttpResponse:
    """Rename a view, remove it, or make it the first (or no longer)."""
    post = visit.request.POST
    with transaction.atomic():
        own = SavedView.objects.filter(district=visit.district, officer=visit.officer)
        found = own.filter(pk=number).first() if number < 2**63 else None
        if found is None:
            return errors.missing(visit)
        does = post.get("does", "")
        if does == "remove":
            found.delete()
        elif does == "first":
            made = not found.first
            own.filter(first=True).update(first=False)
            own.filter(pk=number).update(first=made)
        else:
            name = post.get("name", "").strip()
            wrong = _wrong(visit, name, but=number)
            if wrong:
                return _shown(visit, wrong=wrong, at=number, name=name, status=422)
            own.filter(pk=number).update(name=name)
    return go(visit, reverse("desk:views"))


def _wrong(visit: Visit, name: str, but: int = 0) -> str:
    """Why a view cannot be called ``name``; "" if it can."""
    others = SavedView.objects.filter(district=visit.district, officer=visit.officer).exclude(pk=but)
    if not name or not name.isprintable():
        return tr("Give the view a name.")
    if len(name) > NAME:
        return tr("A name has at most {count} characters; shorten it.", count=NAME)
    if others.filter(name=name).exists():
        return tr("You have a view of this name already; choose another one.")
    if not but and others.count() >= MOST:
        return tr("You keep {count} views, which is the most; remove one first.", count=MOST)
    return ""


def _shown(
    visit: Visit, *, wrong: str = "", at: int = 0, name: str = "", query: str = "", status: int = 200
) -> HttpResponse:
    told = {"views": views_of(visit), "wrong": wrong, "at": at, "name": name, "new": query, "longest": NAME}
    return render(visit, "desk/views.html", told, status=status)
