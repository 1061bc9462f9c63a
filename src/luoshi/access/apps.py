"""The Django app of :mod:`luoshi.access`."""

from __future__ import annotations

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """Accounts, second factors, lock-out, sessions, administrators, the audit log, uploads."""

    name = "luoshi.access"
    label = "access"
