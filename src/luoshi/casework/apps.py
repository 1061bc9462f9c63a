"""The app ``casework``."""

from __future__ import annotations

from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    """The app ``casework``."""

    name = "luoshi.casework"
    label = "casework"
