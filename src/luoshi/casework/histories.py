"""What is public of the entries of several cases at once, through the read door: one statement for up to a thousand."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
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
    condition = seen.readable("c")
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


def office_texts(seen: Sight, wanted: Mapping[int, Collection[int]]) -> dict[tuple[int, int], dict[str, str]]:
    """What offices alone read of entries: (id of the case, number of the entry) → field → text, by as few statements.

    ``wanted``: ids of cases with numbers of their entries. Nothing personal is in it; who does not see a case gets
    nothing of it.
    """
    condition = seen.readable("c")
    found: dict[tuple[int, int], dict[str, str]] = {}
    for some in _chunks(wanted):
        which, numbers = among("c.id", some), among("p.n", {n for case in some for n in wanted[case]})
        sql = (
            "SELECT p.case_id, p.n, p.private FROM casework_case c JOIN casework_plaintext p "
            "ON p.district = c.district AND p.case_id = c.id "
            f"WHERE {which.text} AND {numbers.text} AND {condition.text}"
        )
        for case, n, private in rows_of(Sql(sql, [*which.params, *numbers.params, *condition.params])):
            if n in wanted[case]:
                found[case, n] = {name: told[1] for name, told in orjson.loads(private).items()}
    return found


def _chunks(items: Iterable[_T]) -> Iterator[list[_T]]:
    rest = iter(items)
    while some := list(islice(rest, LARGEST_PAGE)):
        yield some
