"""Accounts for tests, and a clock that stands still until it is told to go on."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

DISTRICT = "jichuan"
PASSWORD = "correct-horse-7-staple"
PAGES_READY = 1


class Clock:
    """Stands at ``at`` (Beijing time) for all of casework and access."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.at = datetime(2026, 11, 23, 9, 0)
        patch.setattr("luoshi.casework.clock.now", lambda: self.at)

    def on(self, seconds: float) -> None:
        """Go on by so many seconds."""
        self.at += timedelta(seconds=seconds)


def officer(code: str = "o1", name: str = "王芳") -> None:
    """An officer in org."""
    from luoshi.org.models import Officer

    Officer.objects.create(district=DISTRICT, code=code, name=name)


def account(username: str = "wangfang", *, password: str | None = None, **more: Any) -> Any:
    """An account that has been used before; an officer's unless told otherwise."""
    from django.contrib.auth.hashers import make_password

    from luoshi.access.models import Account

    fields = {"district": DISTRICT, "must_change_password": False, "password": make_password(password)} | more
    if not fields.get("administrator"):
        fields.setdefault("officer", username)
    return Account.objects.create(username=username, **fields)


def with_factor(one: Any) -> tuple[bytes, list[str]]:
    """Give the account a second factor: its secret and its recovery codes."""
    from luoshi.access import clock, factor

    secret = factor.new_secret()
    return secret, factor.set_up(one, secret, factor.hotp(secret, clock.seconds() // factor.STEP))


def lines(district: str = DISTRICT) -> list[str]:
    """What the audit log says, the oldest first."""
    from luoshi.access.models import AuditLog

    return list(AuditLog.objects.filter(district=district).order_by("n").values_list("what", flat=True))
