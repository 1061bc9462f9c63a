"""Whose request it is. Passwords are checked by :mod:`luoshi.access.signing` alone, not through Django's backends."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import BaseBackend

from luoshi.access.models import Account


class AccountBackend(BaseBackend):
    """Finds the account of a session; one query, at each request, so that a closed account ends at once."""

    def authenticate(self, request: Any, **credentials: Any) -> None:
        """Nobody comes in by this door."""
        return

    def get_user(self, user_id: int) -> Account | None:
        """The account of this id, if it is in use."""
        return Account.objects.filter(pk=user_id, is_active=True).first()
