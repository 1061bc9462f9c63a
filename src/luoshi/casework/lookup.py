"""Look-ups of the read door: one statement, the same text for both stores.

PostgreSQL keeps a look-up's plan from one time to the next: planning forty branches takes longer than running them.
"""

from __future__ import annotations

from typing import Any

from django.db import connection

from luoshi.casework.sight import Sql
from luoshi.casework.sql import reading


def rows_of(statement: Sql) -> list[tuple[Any, ...]]:
    """The rows of one statement. Raises CaseworkError for what the store could not do."""
    with reading():
        return _rows_of(statement)


def _rows_of(statement: Sql) -> list[tuple[Any, ...]]:
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(statement.text, list(statement.params))
            return list(cursor.fetchall())
    from psycopg import Cursor  # noqa: PLC0415 - SQLite alone does not pay for it

    connection.ensure_connection()
    raw: Any = connection.connection
    with Cursor(raw) as own:
        return list(own.execute(statement.text, list(statement.params), prepare=True).fetchall())
