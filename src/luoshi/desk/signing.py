"""Signing in and out."""

from __future__ import annotations

from django.contrib.auth import logout
from django.http import HttpResponse

from luoshi.desk.routes import ANYONE, SIGNED_IN, go, page
from luoshi.desk.templating import render
from luoshi.desk.visit import Visit


def detour(one: Visit) -> str | None:
    """Where somebody signed in has to go first (a new password, a second factor); None if nowhere."""
    return None


@page("sign-in/", name="sign_in", access=ANYONE, methods=("GET", "POST"))
def sign_in(one: Visit) -> HttpResponse:
    """The form."""
    return render(one, "desk/design.html", {"colours": ()})


@page("sign-out/", name="sign_out", access=SIGNED_IN, methods=("POST",))
def sign_out(one: Visit) -> HttpResponse:
    """The end of the session."""
    logout(one.request)
    return go(one, "/desk/sign-in/")


@page("account/", name="account", access=SIGNED_IN)
def account(one: Visit) -> HttpResponse:
    """The account."""
    return render(one, "desk/design.html", {"colours": ()})
