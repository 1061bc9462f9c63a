"""The Django app of :mod:`luoshi.commitments`."""

from __future__ import annotations

from django.apps import AppConfig


class CommitmentsConfig(AppConfig):
    """Commitments."""

    name = "luoshi.commitments"
    label = "commitments"
