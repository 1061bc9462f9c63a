"""The inbox 我的待办: what waits for an officer, what he may see, and what narrows it. All of it is in the address."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, QueryDict
from django.urls import reverse

from luoshi.casework import pending
from luoshi.desk.forms import area_options, body_options
from luoshi.desk.listing import CAP, TABS, TIMINGS, Asked, Listing, capped
from luoshi.desk.pages.views import views_of
from luoshi.desk.routes import OFFICER, ROUTES, go, page
from luoshi.desk.templating import render
from luoshi.desk.visit import Visit
from luoshi.messages import tr


@page("", name="work", access=OFFICER)
def work(visit: Visit) -> HttpResponse:
    """The list. Without anything in the address it is the officer's first view, if he has one."""
    query = visit.request.GET
    views = views_of(visit)
    first = next((view for view in views if view.first), None)
    if not query and first is not None:
        return go(visit, f"{reverse('desk:work')}?{first.query}")
    asked = Asked.read(query)
    listing = Listing(visit, asked)
    context = {**_context(visit, listing), "views": views, "here": _here(asked, query)}
    response = render(visit, "desk/_work.html" if visit.partial else "desk/work.html", context)
    response["Vary"] = "HX-Request"
    return response


def _context(visit: Visit, listing: Listing) -> dict[str, Any]:
    waiting = pending.waiting(visit.district, visit.officer, visit.on_day, CAP) if "approvals" in ROUTES else ()
    return {
        "asked": listing.asked,
        "listing": listing,
        "lines": listing.lines,
        "counts": {timing: capped(number) for timing, number in listing.counts.items()},
        "timings": {timing: tr(name) for timing, name in TIMINGS.items()},
        "tabs": {tab: tr(name) for tab, name in TABS.items()},
        "returned": capped(listing.back_count),
        "approvals": capped(len(waiting)),
        "areas": area_options(visit, _areas(visit)),
        "bodies": _bodies(visit),
    }


def _bodies(visit: Visit) -> list[tuple[str, str]]:
    """The bodies of whose cases he may see any, if there is a choice."""
    told = [grant.bodies for grant in visit.sight.grants]
    only = None if None in told else frozenset().union(*(one for one in told if one is not None))
    found = [(code, name) for code, name in body_options(visit) if only is None or code in only]
    return found if len(found) > 1 else []


def _areas(visit: Visit) -> frozenset[str] | None:
    """The areas in which he may see cases; None for all."""
    told = [grant.areas for grant in visit.sight.grants]
    return None if None in told else frozenset().union(*(one for one in told if one is not None))


def _here(asked: Asked, query: QueryDict) -> str:
    """The query under which this list can be saved, "" if it is but the plain inbox."""
    return asked.query() if asked.narrowed or asked.tab != "mine" else ""
