"""Every page of the desk in one table: its address, its name, its methods, and who may open it. Default deny.

A page is written ``@page("cases/<str:case>/", name="case", access=OFFICER)`` above its view, which takes a
:class:`luoshi.desk.visit.Visit` and what the address holds. There is no other way to add an address, so that the table
is whole: the tests walk it with every kind of account.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.http import urlencode

from luoshi.desk.visit import Visit, visit

View = Callable[..., HttpResponseBase]


@dataclass(frozen=True, slots=True)
class Access:
    """Who may open a page: ``name`` for the tables of rights, ``allows`` decides."""

    name: str
    allows: Callable[[Visit], bool]


def _right(name: str) -> Access:
    """Administrators who hold the right ``name``."""

    def allows(one: Visit) -> bool:
        from luoshi.access.rights import may  # noqa: PLC0415 - the app registry must be ready

        return one.account is not None and may(one.account, name)

    return Access(name, allows)


ANYONE: Final = Access("anyone", lambda _: True)
SIGNED_IN: Final = Access("signed_in", lambda one: one.account is not None)
OFFICER: Final = Access("officer", lambda one: bool(one.officer))
OFFICE: Final = Access("office", lambda one: one.holds("supervision", "office"))
"""The supervision office 督查机构: it reviews reports, issues tasks, urges."""
BODIES, OFFICERS, PACKS, CALENDARS = (_right(name) for name in ("bodies", "officers", "packs", "calendars"))
ACCOUNTS, POSTS, AUDIT, TEMPLATES = (_right(name) for name in ("accounts", "posts", "audit", "templates"))
ADMINISTRATOR: Final = Access("administrator", lambda one: bool(one.account and one.account.administrator))
PEOPLE: Final = Access("people", lambda one: OFFICERS.allows(one) or POSTS.allows(one))
"""Officers and what they hold: one administrator keeps the persons, the other their posts, both read them."""


@dataclass(frozen=True, slots=True)
class Route:
    """One address of the desk, below ``/desk/``, or below ``/published/`` what is published to all."""

    path: str
    name: str
    access: Access
    methods: tuple[str, ...]
    view: View
    below: str = "desk/"


ROUTES: Final[dict[str, Route]] = {}


def page(
    address: str, *, name: str, access: Access, methods: tuple[str, ...] = ("GET",), below: str = "desk/"
) -> Callable[[Callable[..., HttpResponseBase]], Callable[..., HttpResponseBase]]:
    """Register a view under ``/desk/address`` (or below another beginning). HEAD goes with GET."""

    def register(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        if name in ROUTES:
            raise ValueError(f"two pages are called {name}")

        @wraps(view)
        def guarded(request: HttpRequest, **parts: Any) -> HttpResponseBase:
            if request.method not in methods and not (request.method == "HEAD" and "GET" in methods):
                return HttpResponseNotAllowed(methods)
            one = visit(request)
            stopped = stop(one, access)
            return view(one, **parts) if stopped is None else stopped

        ROUTES[name] = Route(address, name, access, methods, guarded, below)
        return view

    return register


def stop(one: Visit, access: Access) -> HttpResponseBase | None:
    """The answer to who may not open the page; None to who may."""
    from luoshi.desk.errors import no_right  # noqa: PLC0415 - its page is made of this module's table
    from luoshi.desk.signing import detour  # noqa: PLC0415

    if one.account is None:
        return None if access is ANYONE else to_sign_in(one)
    way = detour(one)
    if way is not None and access is not ANYONE:
        return go(one, way)
    if one.account.administrator and one.request.path == reverse("desk:work"):
        return go(one, reverse("desk:admin"))  # he has no cases to work on; his own beginning is another page
    return None if access.allows(one) else no_right(one)


def to_sign_in(one: Visit) -> HttpResponse:
    """Off to the sign-in page, and back to where he was going."""
    way = reverse("desk:sign_in")
    if one.request.method == "GET" and not one.partial:
        way += "?" + urlencode({"next": one.request.get_full_path()})
    return go(one, way)


def go(one: Visit, way: str) -> HttpResponse:
    """A redirect; a part of a page takes the whole page with it."""
    if one.partial:
        return HttpResponse(status=204, headers={"HX-Redirect": way})
    return HttpResponseRedirect(way)


def urlpatterns() -> list[URLPattern]:
    """Django's patterns for the table."""
    return [path(route.below + route.path, route.view, name=route.name) for route in ROUTES.values()]
