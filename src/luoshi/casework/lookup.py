"""Look-ups of the read door: one statement, the same text for both stores.

PostgreSQL keeps a look-up's plan from one time to the next: planning forty branches takes longer than running them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

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


class Leads(NamedTuple):
    """Beginnings of an index, each for a look-up: ``values`` of ``columns``. ``where``: what else its rows must be;
    ``head``: what to select, from the table under the name ``alias``."""

    columns: tuple[str, ...]
    values: Sequence[tuple[str, ...]]
    where: Sql
    head: str = ""
    alias: str = "c"


def first_of(leads: Leads, order: Sequence[str], most: int, branches: int) -> list[tuple[Any, ...]]:
    """The first ``most`` rows of all look-ups together, in the ``order`` of columns of ``head``, which begin with a
    day; any of them without an order. Each look-up stops at ``most``.

    PostgreSQL plans one look-up and repeats it; SQLite knows no LATERAL, and plans many in little time: up to
    ``branches`` in one statement.
    """
    stop = (f" ORDER BY {', '.join(order)}" if order else "") + f" LIMIT {most}"
    if len(leads.values) > 1 and connection.vendor != "sqlite":
        given = ", ".join("%s::text[]" for _ in leads.columns)
        lead = "".join(f"{leads.alias}.{name} = b.{name} AND " for name in leads.columns)
        text = (
            f"SELECT w.* FROM unnest({given}) AS b({', '.join(leads.columns)}) CROSS JOIN LATERAL "
            f"({leads.head} WHERE {lead}{leads.where.text}{stop}) AS w{stop}"
        )
        return rows_of(Sql(text, [*map(list, zip(*leads.values, strict=True)), *leads.where.params]))
    lead = "".join(f"{leads.alias}.{name} = %s AND " for name in leads.columns)
    branch = f"{leads.head} WHERE {lead}{leads.where.text}{stop}"
    found: list[tuple[Any, ...]] = []
    for first in range(0, len(leads.values), branches):
        some = leads.values[first : first + branches]
        union = " UNION ALL ".join(f"SELECT * FROM ({branch}) AS w{n}" for n in range(len(some)))
        text = branch if len(some) == 1 else f"SELECT * FROM ({union}) AS u{stop}"
        found += rows_of(Sql(text, [value for one in some for value in (*one, *leads.where.params)]))
    return sorted(found, key=lambda row: (row[0] or "", *row[1:]))[:most]
