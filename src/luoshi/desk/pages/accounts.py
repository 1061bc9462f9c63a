"""Accounts 账号, for the security administrator: who signs in, unlocking, ending sessions, a lost second factor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpResponse

from luoshi.desk import errors
from luoshi.desk.account import device
from luoshi.desk.administration import PAGE, WRONG, back, first_page, next_page, record, show, typed, username, word
from luoshi.desk.routes import ACCOUNTS, page
from luoshi.desk.visit import Visit
from luoshi.messages import mark, tr
from luoshi.words.access import ADMINISTRATOR_NAMES, describe_access

if TYPE_CHECKING:
    from luoshi.access.models import Account

STATES: Final[dict[str, str]] = {
    "open": mark("In use"),
    "locked": mark("Locked now"),
    "no_factor": mark("Without a second factor"),
    "never": mark("Never signed in"),
    "closed": mark("Closed"),
}
"""What the list is narrowed to."""
FIELD_OF: Final[dict[str, str]] = {
    "account_there": "username", "username": "username", "officer_unknown": "officer", "officer_has_one": "officer",
    "one_office": "kind", "name_missing": "name", "person_twice": "name",
}  # fmt: skip
"""What access refuses → the field that it is about."""


def _accounts(visit: Visit) -> QuerySet[Account]:
    from luoshi.access.models import Account  # noqa: PLC0415 - the app registry must be ready

    return Account.objects.filter(district=visit.district)


def locked_names(now: int) -> QuerySet[Any, Any]:
    """The names for which nothing is tried just now, as a query."""
    from luoshi.access.models import Attempt  # noqa: PLC0415

    return Attempt.objects.filter(kind__in=("password", "code"), locked_until__gt=now).values("subject")


def narrowed(visit: Visit, state: str) -> QuerySet[Account]:
    """The accounts of the district in ``state``; all for none."""
    from luoshi.access import clock  # noqa: PLC0415

    rows = _accounts(visit)
    if state == "closed":
        return rows.filter(is_active=False)
    if state == "open":
        return rows.filter(is_active=True)
    if state == "locked":
        return rows.filter(is_active=True, username__in=locked_names(clock.seconds()))
    if state == "no_factor":
        return rows.filter(is_active=True, factor_at__isnull=True)
    return rows.filter(is_active=True, signed_in_at__isnull=True) if state == "never" else rows


@page("admin/accounts/", name="accounts", access=ACCOUNTS)
def accounts(visit: Visit) -> HttpResponse:
    """The list, by name."""
    from luoshi.access import clock  # noqa: PLC0415

    state = visit.request.GET.get("state", "")
    state = state if state in STATES else ""
    query, after = word(visit), word(visit, "after")
    rows = narrowed(visit, state)
    if query:
        rows = rows.filter(Q(username__contains=query.casefold()) | Q(name__contains=query))
    found = list(rows.filter(username__gt=after).order_by("username")[: PAGE + 1])
    shown = found[:PAGE]
    locked = set(locked_names(clock.seconds()).filter(subject__in=[row.username for row in shown]).values_list(
        "subject", flat=True))  # fmt: skip
    context = {
        "accounts": shown, "locked": locked, "q": query, "state": state, "offices": _offices(),
        "states": [(key, tr(name)) for key, name in STATES.items()],
        "next": next_page(visit, shown[-1].username) if len(found) > PAGE else None, "first": first_page(visit),
    }  # fmt: skip
    return show(visit, "desk/admin_accounts.html", context)


def _offices() -> dict[str, str]:
    return {key: tr(name) for key, name in ADMINISTRATOR_NAMES.items()}


@page("admin/new-account/", name="account_new", access=ACCOUNTS, methods=("GET", "POST"))
def account_new(visit: Visit) -> HttpResponse:
    """A new account; its one-time password is shown once."""
    if visit.request.method != "POST":
        officer = word(visit, "officer")
        return _new_form(visit, {"username": officer, "officer": officer, "kind": "officer", "name": ""})
    from luoshi.access.accounts import add  # noqa: PLC0415
    from luoshi.access.errors import AccessError  # noqa: PLC0415

    told = typed(visit, "username", "officer", "kind", "name")
    wrong = _wrong(told)
    if wrong:
        return _new_form(visit, told, wrong)
    official = told["kind"] == "officer"
    try:
        made, secret = add(
            told["username"], visit.district, officer=told["officer"] if official else None,
            administrator="" if official else told["kind"], name="" if official else told["name"], by=username(visit),
        )  # fmt: skip
    except AccessError as error:
        return _new_form(visit, told, {FIELD_OF.get(error.code, "username"): said(error)})
    return _secret(visit, made, secret)


def _wrong(told: dict[str, str]) -> dict[str, str]:
    wrong = {}
    if told["kind"] not in ("officer", *ADMINISTRATOR_NAMES):
        wrong["kind"] = tr("Choose whose account it is.")
    if not told["username"]:
        wrong["username"] = tr("Give the name to sign in with.")
    if told["kind"] == "officer" and not told["officer"]:
        wrong["officer"] = tr("Give the officer's code; the list of officers shows it.")
    if told["kind"] in ADMINISTRATOR_NAMES and not told["name"]:
        wrong["name"] = tr("Give the person's name: the three administrators are three persons.")
    return wrong


def said(error: Any) -> str:
    """What access refuses, without the words of the command line."""
    if error.code == "officer_unknown":
        return tr("There is no officer with this code; the system administrator adds officers.")
    return describe_access(error)


def _new_form(visit: Visit, told: dict[str, str], wrong: dict[str, str] | None = None) -> HttpResponse:
    kinds = [("officer", tr("an officer")), *_offices().items()]
    context = {"typed": told, "wrong": wrong or {}, "kinds": kinds}
    return show(visit, "desk/admin_account_new.html", context, status=WRONG if wrong else 200)


def _secret(visit: Visit, account: Account, secret: str) -> HttpResponse:
    response = show(visit, "desk/admin_account_secret.html", {"account": account, "secret": secret})
    response["Cache-Control"] = "no-store"
    return response


@page("admin/accounts/<str:account>/", name="account_of", access=ACCOUNTS, methods=("GET", "POST"))
def account_of(visit: Visit, account: str) -> HttpResponse:
    """One account: its state, its sessions, and what can be done to it."""
    found = _accounts(visit).filter(username=account).first()
    if found is None:
        return errors.missing(visit)
    if visit.request.method == "POST":
        return _do(visit, found)
    return _one(visit, found)


def _one(visit: Visit, account: Account, wrong: str = "") -> HttpResponse:
    from luoshi.access import attempts, factor, sessions  # noqa: PLC0415

    opened = [
        {"device": device(row.agent), "address": row.address, "since": row.started_at, "seen": row.seen_at}
        for row in sessions.open_sessions(account)
    ]
    context = {
        "account": account, "office": _offices().get(account.administrator, ""), "sessions": opened,
        "locked": max(attempts.locked("password", account.username), attempts.locked("code", account.username)),
        "own": account.username == username(visit), "refused": wrong, "factor_needed": factor.needed(account),
    }  # fmt: skip
    return show(visit, "desk/admin_account.html", context, status=WRONG if wrong else 200)


def _do(visit: Visit, account: Account) -> HttpResponse:
    from luoshi.access import accounts as kept  # noqa: PLC0415
    from luoshi.access import sessions  # noqa: PLC0415

    what, by = visit.request.POST.get("do", ""), username(visit)
    if account.username == by:
        own = tr("This is your own account: change it under “My account”, or ask another security administrator.")
        return _one(visit, account, own)
    if not account.is_active:
        return _one(visit, account, tr("The account is closed, and stays so; add a new one if the person is back."))
    if what in ("reset", "factor"):
        return _secret(visit, account, kept.reset(account, by=by, second_factor=what == "factor"))
    if what == "unlock":
        done = "unlocked" if kept.unlock(account, by=by) else "no_lock"
        return back(visit, "account_of", done, account=account.username)
    if what == "sessions":
        with transaction.atomic():
            count = sessions.end_others(account)
            record(visit, "sessions_ended", account.username, count=count)
        return back(visit, "account_of", "sessions", account=account.username)
    if what == "close":
        if visit.request.POST.get("sure") != "yes":
            return _one(visit, account, tr("Tick that the account is to be closed for good."))
        kept.close(account, by=by)
        return back(visit, "account_of", "closed", account=account.username)
    return _one(visit, account, tr("Nothing was chosen; choose what is to be done."))
