"""A primary key that SQLite gives without a second table."""

from __future__ import annotations

from typing import Any

from django.db import models


class RowId(models.BigAutoField):  # type: ignore[type-arg] # it cannot be subscripted when it runs
    """A growing number. Without ``AUTOINCREMENT``, which on SQLite costs a write to another table at every insert and
    only matters where rows are deleted: here none is.
    """

    def db_type_suffix(self, connection: Any) -> str | None:
        """What stands behind the type."""
        if connection.vendor == "sqlite":
            return None
        suffix: str | None = connection.data_types_suffix.get(self.get_internal_type())
        return suffix
