"""The Django app of :mod:`luoshi.desk`: pages, no tables but for saved views."""

from __future__ import annotations

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """The desk."""

    name = "luoshi.desk"
    label = "desk"
