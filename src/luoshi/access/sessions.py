"""Whose sessions are open, and ending them. That they run out is in :mod:`luoshi.access.session`."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.db import transaction

from luoshi.access import clock
from luoshi.access.models import Account, Session
from luoshi.access.session import over

FORGOTTEN_AT_ONCE: Final = 200


def open_sessions(account: Account) -> list[Session]:
    """The account's sessions that are not over, the newest first."""
    now = clock.seconds()
    rows = Session.objects.filter(account_id=account.pk).order_by("-started_at", "-seen_at")
    return [row for row in rows if not over(row, now)]


def end_oldest(account: Account, keep: str) -> int:
    """End the oldest beyond as many as an account may have; ``keep`` is the one that has just begun. How many ended."""
    others = [row.session_key for row in open_sessions(account) if row.session_key != keep]
    return end(account, others[max(0, settings.LUOSHI_SESSIONS_EACH - 1) :])


def end(account: Account, keys: list[str]) -> int:
    """End these sessions of the account; how many there were."""
    gone, _ = Session.objects.filter(account_id=account.pk, session_key__in=keys).delete()
    return gone


def forget() -> None:
    """Remove sessions that are over and that nobody came back to, some at a time."""
    with transaction.atomic():
        idle = Session.objects.filter(seen_at__lte=clock.seconds() - settings.LUOSHI_IDLE_SECONDS)
        keys = list(idle.select_for_update(skip_locked=True).values_list("pk", flat=True)[:FORGOTTEN_AT_ONCE])
        Session.objects.filter(pk__in=keys).delete()


def end_others(account: Account, keep: str = "") -> int:
    """End all of the account's sessions but ``keep``; how many there were."""
    gone, _ = Session.objects.filter(account_id=account.pk).exclude(session_key=keep).delete()
    return gone
