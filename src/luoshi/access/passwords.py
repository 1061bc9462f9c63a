"""Passwords 口令: what is taken, what is not taken again, and one-time passwords for the first sign-in."""

from __future__ import annotations

import secrets
from typing import Any, Final

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from luoshi.access import audit, clock
from luoshi.access.errors import AccessError
from luoshi.access.models import Account, OldPassword, Session

LONGEST: Final = 128
"""Characters; more only cost the server time."""
_ALPHABET: Final = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without letters and digits that are mistaken for each other on paper."""


class NotAgain:
    """A validator: not one of the account's last passwords."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raises ValidationError ``password_again``."""
        if not isinstance(user, Account) or user.pk is None:
            return
        old = OldPassword.objects.filter(account=user).order_by("-id").values_list("hash", flat=True)
        last = [user.password, *old[: settings.LUOSHI_PASSWORDS_REMEMBERED]][: settings.LUOSHI_PASSWORDS_REMEMBERED]
        if any(check_password(password, one) for one in last if one):
            count = settings.LUOSHI_PASSWORDS_REMEMBERED
            raise ValidationError("used before", code="password_again", params={"count": count})

    def get_help_text(self) -> str:
        """Django asks for one; the faces have their own words."""
        return ""


def faults(password: str, account: Account) -> list[AccessError]:
    """What is wrong with ``password`` for ``account``: ``password_…``; empty if nothing is."""
    if len(password) > LONGEST:
        return [AccessError("password_too_long", most=LONGEST)]
    try:
        validate_password(password, account)
    except ValidationError as error:
        return [AccessError(str(one.code), **(one.params or {})) for one in error.error_list]
    return []


def one_time() -> str:
    """A password to be told once and changed at the first sign-in: some 79 random bits."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(4))


def change(account: Account, password: str, *, by: str, address: str = "", keep: str = "", once: bool = False) -> None:
    """Give ``account`` a password that :func:`faults` has nothing against; every session but ``keep`` ends.

    ``once``: it must be changed at the next sign-in. The hashing, which takes its time on purpose, holds no lock.
    """
    hashed = make_password(password)
    with transaction.atomic():
        if account.password:
            OldPassword.objects.create(account=account, hash=account.password, at=clock.seconds())
        kept = OldPassword.objects.filter(account=account).order_by("-id").values_list("pk", flat=True)
        last = list(kept[: settings.LUOSHI_PASSWORDS_REMEMBERED])
        OldPassword.objects.filter(account=account).exclude(pk__in=last).delete()
        account.password, account.must_change_password = hashed, once
        account.password_changed_at = clock.seconds()
        account.save(update_fields=["password", "must_change_password", "password_changed_at"])
        Session.objects.filter(account_id=account.pk).exclude(session_key=keep).delete()
        what = "password_reset" if once else "password_changed"
        audit.record(account.district, by, what, about=account.username, address=address)
