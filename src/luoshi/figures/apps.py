"""The Django app of :mod:`luoshi.figures`."""

from __future__ import annotations

from django.apps import AppConfig


class FiguresConfig(AppConfig):
    """Figures."""

    name = "luoshi.figures"
    label = "figures"
