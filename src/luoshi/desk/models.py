"""The desk's only table: views that officers keep for themselves."""

from __future__ import annotations

from typing import Final

from django.db import models
from django.db.models import Q

CODE: Final = 60
NAME: Final = 40
"""The longest name of a view, in characters."""
QUERY: Final = 1000
"""The longest list of filters."""


class SavedView(models.Model):
    """A saved view 常用视图 of one officer: filters of the inbox as its address holds them (``query``), under a name.

    The one that is ``first`` is what the inbox opens with.
    """

    district = models.CharField(max_length=CODE)
    officer = models.CharField(max_length=CODE)
    name = models.CharField(max_length=NAME)
    query = models.CharField(max_length=QUERY)
    first = models.BooleanField(default=False)

    class Meta:
        db_table = "desk_saved_view"
        constraints = (
            models.UniqueConstraint(fields=["district", "officer", "name"], name="view_once"),
            models.UniqueConstraint(fields=["district", "officer"], condition=Q(first=True), name="first_view_once"),
        )
