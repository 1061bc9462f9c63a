"""Signing in and out: name and password, then a code, then a session.

What is wrong is told in the same words and after the same time whether the name exists or not.
"""

from __future__ import annotations

import hashlib
from typing import Any, Final

from django.conf import settings
from django.contrib.auth import login, logout
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare, salted_hmac

from luoshi.access import attempts, audit, clock, factor, passwords, sessions
from luoshi.access.accounts import normal
from luoshi.access.address import caller, network
from luoshi.access.errors import AccessError
from luoshi.access.models import Account
from luoshi.access.session import ADDRESS, AGENT, STARTED, SessionStore

BACKEND: Final = "luoshi.access.backend.AccountBackend"
PENDING: Final = "_half_signed_in"
PENDING_SECONDS: Final = 300
"""How long after the password the code may come."""


def address_of(request: HttpRequest) -> str:
    """Where the request comes from."""
    return caller(request.META, settings.LUOSHI_PROXIES)


def by_password(name: str, password: str, address: str) -> Account:
    """The account of this name and password. Raises AccessError ``wrong``, ``locked`` with ``seconds``."""
    name = normal(name)
    place = network(address)
    if place:
        attempts.claim("address", place)
    locks = attempts.claim("password", name)
    account = Account.objects.filter(username=name).first()
    if not _right_password(account, password[: passwords.LONGEST + 1]) or account is None or not account.is_active:
        _refused(account, name, address, "password", locks=locks)
        raise AccessError("wrong")
    attempts.right("password", name)
    if place:
        attempts.right("address", place)
    return account


def _right_password(account: Account | None, password: str) -> bool:
    if account is None or not account.has_usable_password():
        make_password(password)  # takes as long as looking at a password does
        return False
    return account.check_password(password)


def _refused(account: Account | None, name: str, address: str, what: str, *, locks: bool) -> None:
    """On record. A name that is none is told by a tag: people type passwords into the wrong field."""
    tag = salted_hmac("luoshi.access.unknown", name, algorithm="sha256").hexdigest()[:12]
    about = account.username if account else f"? {tag}"
    district = account.district if account else ""
    audit.record(district, "", f"{what}_wrong", about=about, address=address, result=audit.REFUSED)
    if locks:
        audit.record(district, "", "locked", about=about, address=address, result=audit.REFUSED)


def half(request: HttpRequest, account: Account) -> None:
    """Remember that the password was right, until the code comes."""
    request.session.cycle_key()
    request.session[PENDING] = {"id": account.pk, "at": clock.seconds(), "hash": account.get_session_auth_hash()}


def pending(request: HttpRequest) -> Account | None:
    """The account whose password was right a moment ago in this session."""
    told: dict[str, Any] = request.session.get(PENDING) or {}
    if not told or clock.seconds() - told["at"] >= PENDING_SECONDS:
        return None
    account = Account.objects.filter(pk=told["id"], is_active=True).first()
    if account is None or not constant_time_compare(told["hash"], account.get_session_auth_hash()):
        return None
    return account


def by_code(account: Account, code: str, address: str) -> str:
    """Take a code of the second factor: ``code`` or ``recovery``. Raises AccessError ``code_wrong``, ``locked``."""
    locks = attempts.claim("code", account.username)
    how = factor.takes(account, code)
    if not how:
        _refused(account, account.username, address, "code", locks=locks)
        raise AccessError("code_wrong")
    attempts.right("code", account.username)
    if how == "recovery":
        left = account.recovery_codes.count()
        audit.record(account.district, account.username, "recovery_code_used", details={"left": left}, address=address)
    return how


def start(request: HttpRequest, account: Account, *, how: str) -> None:
    """Begin a session with a new key; ``how``: ``password``, ``code``, ``recovery`` or ``demo``. The oldest may end."""
    request.session.pop(PENDING, None)
    login(request, account, backend=BACKEND)
    session = request.session
    now, address = clock.seconds(), address_of(request)
    session[STARTED], session[ADDRESS] = now, address
    session[AGENT] = request.headers.get("User-Agent", "")[:200]
    session.save()
    ended = sessions.end_oldest(account, _digest(session))
    Account.objects.filter(pk=account.pk).update(signed_in_at=now)
    details = {"how": how, "session": _digest(session)[:12], "ended": ended}
    audit.record(account.district, account.username, "signed_in", details=details, address=address)
    attempts.forget()
    sessions.forget()


def demo(request: HttpRequest, username: str) -> Account:
    """Sign in as an account of the demo, by one click. Raises AccessError ``demo_off``, ``account_unknown``."""
    if not settings.DEMO:
        raise AccessError("demo_off")
    account = Account.objects.filter(username=normal(username), demo=True, is_active=True).first()
    if account is None:
        raise AccessError("account_unknown", name=username)
    start(request, account, how="demo")
    return account


def stop(request: HttpRequest, account: Account | None) -> None:
    """End this session."""
    if account is not None:
        audit.record(account.district, account.username, "signed_out", address=address_of(request))
    logout(request)


def _digest(session: Any) -> str:
    return session.digest if isinstance(session, SessionStore) else hashlib.sha256(b"").hexdigest()
