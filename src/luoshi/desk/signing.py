"""Signing in and out: name and password, then a code of the second factor where the account has one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

from luoshi.desk.errors import problem
from luoshi.desk.names import Names
from luoshi.desk.routes import ANYONE, SIGNED_IN, go, page
from luoshi.desk.templating import render
from luoshi.desk.visit import Visit
from luoshi.messages import tr
from luoshi.words.access import ADMINISTRATOR_NAMES, describe_access

HOME: Final = "/desk/"
WRONG: Final = 422
LOCKED: Final = 429
LONGEST_WAY: Final = 500
SHOWN_ACCOUNTS: Final = 60
POLLS: Final = "Luoshi-Polls"
"""A request with this header asks by itself, without the person; it does not keep a session alive."""
FREE: Final = ("password", "setup_factor", "factor_picture", "sign_out")
"""Pages that are open while a new password or a second factor is still asked for."""


def detour(one: Visit) -> str | None:
    """Where somebody signed in has to go first (a new password, a second factor); None if nowhere.

    Every page of somebody signed in passes here, so this is also where the session's use is noted.
    """
    from luoshi.access import factor  # noqa: PLC0415 - the app registry must be ready
    from luoshi.access.session import SessionStore  # noqa: PLC0415

    if one.account is None:
        return None
    if isinstance(one.request.session, SessionStore) and POLLS not in one.request.headers:
        one.request.session.touch()
    if one.request.path in [reverse(f"desk:{name}") for name in FREE]:
        return None
    if one.account.must_change_password:
        return reverse("desk:password")
    if one.account.factor_at is None and factor.needed(one.account):
        return reverse("desk:setup_factor")
    return None


def way_back(one: Visit) -> str:
    """Where to go after signing in: ``next`` if it is a page of the desk, else the beginning."""
    wanted = one.request.POST.get("next") or one.request.GET.get("next") or HOME
    inside = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) and wanted.startswith(HOME)
    plain = wanted.isprintable() and ".." not in wanted and len(wanted) <= LONGEST_WAY
    return wanted if inside and plain else HOME


@page("sign-in/", name="sign_in", access=ANYONE, methods=("GET", "POST"))
def sign_in(one: Visit) -> HttpResponse:
    """Name and password; what was typed for the name is kept when something is wrong."""
    from luoshi.access import signing  # noqa: PLC0415
    from luoshi.access.errors import AccessError  # noqa: PLC0415

    if one.request.method != "POST":
        return go(one, way_back(one)) if one.account else _form(one)
    name, password = one.request.POST.get("name", ""), one.request.POST.get("password", "")
    try:
        account = signing.by_password(name, password, signing.address_of(one.request))
    except AccessError as error:
        status = LOCKED if error.code == "locked" else WRONG
        return _form(one, name=name[:60], wrong=describe_access(error), status=status)
    if account.factor_at is not None:
        signing.half(one.request, account)
        return go(one, reverse("desk:second_factor") + "?" + urlencode({"next": way_back(one)}))
    signing.start(one.request, account, how="password")
    return go(one, way_back(one))


def _form(one: Visit, *, name: str = "", wrong: str = "", status: int = 200) -> HttpResponse:
    context = {"name": name, "wrong": wrong, "way": way_back(one), "accounts": _demo_accounts(one)}
    return render(one, "desk/sign_in.html", context, status=status)


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """An account of the demo, as the sign-in page offers it."""

    username: str
    name: str
    place: str
    does: str


def _demo_accounts(one: Visit) -> list[DemoAccount]:
    """Nothing outside the demo."""
    from luoshi.access.models import Account  # noqa: PLC0415

    if not settings.DEMO:
        return []
    rows = Account.objects.filter(demo=True, is_active=True).order_by("pk")[:SHOWN_ACCOUNTS]
    return [_shown(Visit(one.request, row, one.now)) for row in rows]


def _shown(seen: Visit) -> DemoAccount:
    account, names = seen.account, Names(seen)
    if account is None:
        raise ValueError("a demo account is an account")
    if account.administrator:
        return DemoAccount(account.username, account.name, "", tr(ADMINISTRATOR_NAMES[account.administrator]))
    post = seen.posts[0] if seen.posts else None
    roles = dict.fromkeys(_role(seen, names, one.mechanism, one.role) for one in seen.posts)
    place = names.body(post.body) if post else ""
    return DemoAccount(account.username, account.name, place, tr(", ").join(list(roles)[:3]))


def _role(seen: Visit, names: Names, mechanism: str, role: str) -> str:
    if mechanism != "*":
        return names.role(mechanism, role)
    holding = (key for key, made in seen.place.in_force.items() if role in made.flow.mechanism.roles)
    return names.role(next(holding, ""), role)


@page("sign-in/demo/", name="demo_sign_in", access=ANYONE, methods=("POST",))
def demo_sign_in(one: Visit) -> HttpResponse:
    """One click, in the demo alone."""
    from luoshi.access import signing  # noqa: PLC0415
    from luoshi.access.errors import AccessError  # noqa: PLC0415

    try:
        signing.demo(one.request, one.request.POST.get("account", ""))
    except AccessError:
        advice = tr("Accounts that need no password are there in the demo alone. Sign in with your name and password.")
        return problem(one, 404, tr("There is no such account of the demo"), advice)
    return go(one, way_back(one))


@page("sign-in/code/", name="second_factor", access=ANYONE, methods=("GET", "POST"))
def second_factor(one: Visit) -> HttpResponse:
    """The code from the phone, or one of the recovery codes."""
    from luoshi.access import signing  # noqa: PLC0415
    from luoshi.access.errors import AccessError  # noqa: PLC0415

    account = signing.pending(one.request)
    if account is None:
        return go(one, reverse("desk:sign_in") + "?" + urlencode({"next": way_back(one)}))
    if one.request.method != "POST":
        return render(one, "desk/second_factor.html", {"wrong": "", "way": way_back(one)})
    try:
        how = signing.by_code(account, one.request.POST.get("code", ""), signing.address_of(one.request))
    except AccessError as error:
        context = {"wrong": describe_access(error), "way": way_back(one)}
        return render(one, "desk/second_factor.html", context, status=LOCKED if error.code == "locked" else WRONG)
    signing.start(one.request, account, how=how)
    return go(one, way_back(one))


@page("sign-out/", name="sign_out", access=SIGNED_IN, methods=("POST",))
def sign_out(one: Visit) -> HttpResponse:
    """The end of the session."""
    from luoshi.access import signing  # noqa: PLC0415

    signing.stop(one.request, one.account)
    return go(one, reverse("desk:sign_in"))
