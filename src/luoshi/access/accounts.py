"""Accounts 账号: added, closed, reset, unlocked; each on record."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction

from luoshi.access import attempts, audit, clock, factor, passwords
from luoshi.access.errors import AccessError
from luoshi.access.models import ADMINISTRATORS, Account, Session
from luoshi.org.models import Officer

_NAME: Final = re.compile(r"[\w][\w.@-]{0,59}")


def normal(username: str) -> str:
    """A username as it is kept: in one form of Unicode, in small letters; what is too long for one is cut."""
    return unicodedata.normalize("NFKC", username[:200].strip()).casefold()[:60].replace("\x00", "")


def find(username: str) -> Account:
    """The account. Raises AccessError ``account_unknown``."""
    account = Account.objects.filter(username=normal(username)).first()
    if account is None:
        raise AccessError("account_unknown", name=username)
    return account


def add(
    username: str,
    district: str,
    *,
    officer: str | None = None,
    administrator: str = "",
    name: str = "",
    by: str,
    demo: bool = False,
) -> tuple[Account, str]:
    """A new account and its one-time password. An account of the demo has none, and comes in by the demo's page alone.

    Raises AccessError: ``one_office``, ``username`` (not fit for one), ``account_there``, ``officer_unknown``,
    ``officer_has_one``, ``name_missing``, ``person_twice`` (三员分立: an administrator who already is
    another one, or an officer), ``demo_off``.
    """
    account = Account(
        username=normal(username), district=district, officer=officer or None, administrator=administrator,
        name=name.strip(), created_at=clock.seconds(), demo=demo,
    )  # fmt: skip
    _fit(account)
    secret = "" if demo else passwords.one_time()
    account.password = make_password(secret or None)
    account.must_change_password = not demo
    account.password_changed_at = account.created_at
    details = {"officer": officer or "", "administrator": administrator, "demo": demo}
    try:
        with transaction.atomic():
            account.save(force_insert=True)
            audit.record(district, by, "account_added", about=account.username, details=details)
    except IntegrityError as error:
        taken = Account.objects.filter(username=account.username).exists()
        raise AccessError("account_there" if taken else "officer_has_one", name=account.username) from error
    return account, secret


def _fit(account: Account) -> None:
    if bool(account.officer) == bool(account.administrator) or account.administrator not in ("", *ADMINISTRATORS):
        raise AccessError("one_office", name=account.username)
    if not _NAME.fullmatch(account.username):
        raise AccessError("username", name=account.username)
    if account.demo and not settings.DEMO:
        raise AccessError("demo_off")
    if account.officer:
        found = Officer.objects.filter(district=account.district, code=account.officer).first()
        if found is None:
            raise AccessError("officer_unknown", officer=account.officer, district=account.district)
        account.name = account.name or found.name
    elif not account.name:
        raise AccessError("name_missing")
    other = twice(account)
    if other is not None:
        raise AccessError("person_twice", person=account.name, name=other.username)


def twice(account: Account) -> Account | None:
    """Another account in use by which the same person would hold a second office of the three, or one beside his own.

    Persons are told apart by their names, for the sake of the three; two officers may have the same name.
    """
    others = Account.objects.filter(district=account.district, is_active=True, name=account.name).exclude(pk=account.pk)
    if not account.administrator:
        others = others.exclude(administrator="")
    return others.first() if account.name else None


def close(account: Account, *, by: str) -> None:
    """The account is not used any more, from this moment on; it is kept, since the audit log names it."""
    with transaction.atomic():
        account.is_active, account.closed_at = False, clock.seconds()
        account.save(update_fields=["is_active", "closed_at"])
        Session.objects.filter(account_id=account.pk).delete()
        audit.record(account.district, by, "account_closed", about=account.username)


def reset(account: Account, *, by: str, second_factor: bool = False) -> str:
    """A new one-time password, and (asked for) no second factor any more; all sessions end, locks are lifted."""
    secret = passwords.one_time()
    with transaction.atomic():
        if second_factor:
            factor.take_off(account)
            audit.record(account.district, by, "factor_reset", about=account.username)
        passwords.change(account, secret, by=by, once=True)
        attempts.unlock(account.username)
    return secret


def unlock(account: Account, *, by: str) -> bool:
    """Lift the lock after too many wrong attempts; whether there was one."""
    with transaction.atomic():
        lifted = attempts.unlock(account.username)
        if lifted:
            audit.record(account.district, by, "account_unlocked", about=account.username)
    return lifted
