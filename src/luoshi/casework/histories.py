"""What is public of the entries of several cases at once, through the read door: one statement for up to a thousand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar

import orjson

from luoshi.casework.door import LARGEST_PAGE, CaseRow, may_read_many
from luoshi.casework.lookup import rows_of
from luoshi.casework.sight import Sight, Sql, among

_T = TypeVar("_T")


def cases(seen: Sight, codes: Iterable[str]) -> dict[str, CaseRow]:
    """Those of ``codes`` that ``seen`` shows, open or closed, by code; any number of them."""
    found: dict[str, CaseRow] = {}
    for some in _chunks(dict.fromkeys(codes)):
        found |= may_read_many(seen, some)
    return found


def public_entries(seen: Sight, rows: Sequence[CaseRow]) -> dict[str, list[dict[str, Any]]]:
    """What is public of the entries of cases that the door gave, by case, in their order.

    Whether they may still be seen is asked again: a row may be older than a transfer.
    """
    condition = seen.condition("c")
    found: dict[str, list[dict[str, Any]]] = {row.case: [] for row in rows}
    for some in _chunks(row.id for row in rows):
        which = among("c.id", some)
        sql = (
            'SELECT c."case", e.data FROM casework_case c JOIN casework_entry e '
            f"ON e.district = c.district AND e.case_id = c.id WHERE {which.text} AND {condition.text} "
            "ORDER BY e.case_id, e.n"
        )
        for case, data in rows_of(Sql(sql, [*which.params, *condition.params])):
            found[case].append(orjson.loads(bytes(data)))
    return found


def _chunks(items: Iterable[_T]) -> Iterator[list[_T]]:
    rest = iter(items)
    while some := list(islice(rest, LARGEST_PAGE)):
        yield some
