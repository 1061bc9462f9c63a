"""The Django app."""

from __future__ import annotations

from django.apps import AppConfig


class OrgConfig(AppConfig):
    """Org 机构."""

    name = "luoshi.org"
    label = "org"
    default_auto_field = "django.db.models.BigAutoField"
