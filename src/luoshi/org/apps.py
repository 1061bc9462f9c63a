"""The app ``org``."""

from __future__ import annotations

from django.apps import AppConfig


class OrgConfig(AppConfig):
    """The app ``org``."""

    name = "luoshi.org"
    label = "org"
