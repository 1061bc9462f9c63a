"""My account: the password, the second factor, where I am signed in."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Final

import segno
from django.contrib.auth import update_session_auth_hash
from django.db import transaction
from django.http import HttpResponse, HttpResponseNotFound
from django.urls import reverse

from luoshi.desk.routes import SIGNED_IN, go, page
from luoshi.desk.signing import WRONG
from luoshi.desk.templating import render
from luoshi.desk.visit import Visit
from luoshi.messages import tr
from luoshi.words.access import ADMINISTRATOR_NAMES, describe_access

if TYPE_CHECKING:
    from luoshi.access.models import Account

SECRET: Final = "_factor_being_set_up"
_BROWSERS: Final = (
    ("MicroMessenger", "微信"), ("DingTalk", "钉钉"), ("Edg/", "Edge"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)  # fmt: skip
_SYSTEMS: Final = (
    ("HarmonyOS", "HarmonyOS"), ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"),
    ("Mac OS X", "macOS"), ("Linux", "Linux"),
)  # fmt: skip


def me(one: Visit) -> Account:
    """The account of somebody signed in; the pages here are for those alone."""
    if one.account is None:
        raise PermissionError("this page is for somebody who has signed in")
    return one.account


def device(agent: str) -> str:
    """The browser and its system, by what it calls itself; what it calls itself if that is unknown."""
    browser = next((name for part, name in _BROWSERS if part in agent), "")
    system = next((name for part, name in _SYSTEMS if part in agent), "")
    return " · ".join(filter(None, (browser, system))) or re.split(r"[\s/]", agent)[0][:40] or tr("unknown")


@page("account/", name="account", access=SIGNED_IN)
def account(one: Visit) -> HttpResponse:
    """What I am, how I sign in, where I am signed in."""
    from luoshi.access import factor, sessions  # noqa: PLC0415 - the app registry must be ready
    from luoshi.access.session import stored  # noqa: PLC0415

    mine = me(one)
    here = stored(one.request.session.session_key)
    opened = [
        {"key": row.session_key, "device": device(row.agent), "address": row.address, "since": row.started_at,
         "seen": row.seen_at, "here": row.session_key == here}
        for row in sessions.open_sessions(mine)
    ]  # fmt: skip
    context = {
        "account": mine,
        "office": tr(ADMINISTRATOR_NAMES[mine.administrator]) if mine.administrator else "",
        "sessions": opened,
        "factor_needed": factor.needed(mine),
        "codes_left": mine.recovery_codes.count(),
        "ended": one.request.GET.get("ended", "")[:4],
        "changed": "changed" in one.request.GET,
    }
    return render(one, "desk/account.html", context)


@page("account/sessions/end/", name="end_sessions", access=SIGNED_IN, methods=("POST",))
def end_sessions(one: Visit) -> HttpResponse:
    """End the session ``key``, or without one all others."""
    from luoshi.access import audit, sessions, signing  # noqa: PLC0415
    from luoshi.access.session import stored  # noqa: PLC0415

    mine, key = me(one), one.request.POST.get("key", "")[:64]
    with transaction.atomic():
        here = stored(one.request.session.session_key)
        count = sessions.end(mine, [key]) if key and key != here else sessions.end_others(mine, here)
        details, address = {"count": count}, signing.address_of(one.request)
        audit.record(mine.district, mine.username, "sessions_ended", details=details, address=address)
    return go(one, reverse("desk:account") + f"?ended={count}")


@page("account/password/", name="password", access=SIGNED_IN, methods=("GET", "POST"))
def password(one: Visit) -> HttpResponse:
    """A new password, after the old one; the other sessions end."""
    from luoshi.access import passwords  # noqa: PLC0415
    from luoshi.access.errors import AccessError  # noqa: PLC0415
    from luoshi.access.session import stored  # noqa: PLC0415
    from luoshi.access.signing import address_of  # noqa: PLC0415

    mine, wrong = me(one), {}
    if one.request.method == "POST":
        new = one.request.POST.get("new", "")
        forced = mine.must_change_password
        refused = _refused(one, "old")
        if refused is not None:
            wrong["old"] = refused
        elif faults := passwords.faults(new, mine):
            wrong["new"] = " ".join(describe_access(fault) for fault in faults)
        elif new != one.request.POST.get("again", ""):
            wrong["again"] = describe_access(AccessError("password_differs"))
        else:
            keep = stored(one.request.session.session_key)
            passwords.change(mine, new, by=mine.username, address=address_of(one.request), keep=keep)
            update_session_auth_hash(one.request, mine)
            return go(one, "/desk/" if forced else reverse("desk:account") + "?changed=1")
    context = {"forced": mine.must_change_password, "wrong": wrong, "username": mine.username}
    return render(one, "desk/password.html", context, status=WRONG if wrong else 200)


def _refused(one: Visit, field: str) -> str | None:
    """What is wrong with the present password in ``field``; guesses at it count as at the door."""
    from luoshi.access import signing  # noqa: PLC0415
    from luoshi.access.errors import AccessError  # noqa: PLC0415

    try:
        signing.by_password(me(one).username, one.request.POST.get(field, ""), signing.address_of(one.request))
    except AccessError as error:
        if error.code == "wrong":
            return tr("This is not your present password.")
        return describe_access(error)
    return None


@page("account/factor/", name="setup_factor", access=SIGNED_IN, methods=("GET", "POST"))
def setup_factor(one: Visit) -> HttpResponse:
    """Scan the picture, type the first code; then the recovery codes are shown, once.

    Who has a second factor already types his password, too: a desk that was left open must not change it.
    """
    from luoshi.access import audit, factor, signing  # noqa: PLC0415
    from luoshi.access.errors import AccessError  # noqa: PLC0415

    mine, session = me(one), one.request.session
    had = mine.factor_at is not None
    if one.request.method != "POST" or SECRET not in session:
        secret = factor.new_secret()
        session[SECRET] = factor.sealed(secret)
        return _factor_form(one, secret, had, {})
    secret = factor.opened(session[SECRET])
    refused = _refused(one, "password") if had else None
    if refused is not None:
        return _factor_form(one, secret, had, {"password": refused})
    try:
        with transaction.atomic():
            codes = factor.set_up(mine, secret, one.request.POST.get("code", ""))
            audit.record(mine.district, mine.username, "factor_set_up", address=signing.address_of(one.request))
    except AccessError as error:
        return _factor_form(one, secret, had, {"code": describe_access(error)})
    del session[SECRET]
    session.cycle_key()
    return render(
        one, "desk/setup_factor.html", {"codes": codes, "wrong": {}, "had": had, "secret": "", "needed": False}
    )


def _factor_form(one: Visit, secret: bytes, had: bool, wrong: dict[str, str]) -> HttpResponse:
    from luoshi.access import factor  # noqa: PLC0415

    context = {
        "codes": [], "secret": factor.spelled(secret), "had": had, "wrong": wrong,
        "needed": factor.needed(me(one)) and not had,
    }  # fmt: skip
    status = WRONG if wrong else 200
    return render(one, "desk/setup_factor.html", context, status=status)


@page("account/factor/picture.svg", name="factor_picture", access=SIGNED_IN)
def factor_picture(one: Visit) -> HttpResponse:
    """The QR code of the second factor that is being set up."""
    from luoshi.access import factor  # noqa: PLC0415

    sealed = one.request.session.get(SECRET)
    if not sealed:
        return HttpResponseNotFound()
    told = factor.address(factor.opened(sealed), issuer="落实 Luoshi", name=me(one).username)
    out = io.BytesIO()
    segno.make(told, error="m").save(out, kind="svg", scale=5, border=4, dark="#000", light="#fff", xmldecl=False)
    return HttpResponse(out.getvalue(), content_type="image/svg+xml")


@page("account/factor/off/", name="factor_off", access=SIGNED_IN, methods=("POST",))
def factor_off(one: Visit) -> HttpResponse:
    """Do without a second factor, where it is not asked for; after the password."""
    from luoshi.access import audit, factor, signing  # noqa: PLC0415

    mine = me(one)
    if factor.needed(mine) or mine.factor_at is None:
        return go(one, reverse("desk:account"))
    refused = _refused(one, "password")
    if refused is not None:
        secret = factor.new_secret()
        one.request.session[SECRET] = factor.sealed(secret)
        return _factor_form(one, secret, True, {"off": refused})
    with transaction.atomic():
        factor.take_off(mine)
        audit.record(mine.district, mine.username, "factor_taken_off", address=signing.address_of(one.request))
    return go(one, reverse("desk:account") + "?changed=1")
