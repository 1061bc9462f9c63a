"""The one read door: what an officer sees of cases, for pages, search, export, charts and machines alike.

Truth conditions. An officer sees a case on a day if and only if he holds a post that is in force on that day and

1. **role**: the post is in the case's mechanism, or in any (``*``), and its role is a role of the definition that the
   case runs on, and no party from outside; and
2. **body**: the post's body, or one below it in the tree, is responsible for the case, or has a part of it that is open
   (主办、会办、分办); and
3. **area**: the post has no area, or the case has one and it is the post's or lies below it.

All three by the same post. A case that is asked for by its name (:func:`may_read`) is also seen by a post whose body,
or one below it, has had a part of it or holds a role in it: who handed a case in goes on reading it, though it is in
none of his lists. Anything else is not seen: no post, no case; a case that is not seen is as one that is not
there. Whether an officer may *act* is narrower and is told by his role in the case (:mod:`luoshi.casework.act`).

Of a case that is seen, public columns and office-only fields are read; personal fields, and titles that are personal,
are masked. Their plaintext comes from :func:`reveal` alone, which writes down who looked at what, and why.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from django.db import connection, transaction

from luoshi.casework import search
from luoshi.casework.errors import CaseworkError
from luoshi.casework.filters import Filters, of_case, of_day, title_is_personal
from luoshi.casework.lookup import rows_of
from luoshi.casework.masking import masked
from luoshi.casework.pages import Key, keys, searched, some
from luoshi.casework.sight import Sight, Sql, among, both, sight
from luoshi.casework.sql import reading
from luoshi.org.models import RevealLog

__all__ = [
    "CaseRow", "FieldView", "Filters", "Key", "Page", "Sight", "count", "counted_with", "may_read", "may_read_many",
    "page", "reveal", "sight", "tally", "told_fields",
]  # fmt: skip

LARGEST_PAGE: Final = 1000
MOST_COUNTED: Final = 100
LONGEST_REASON: Final = 200

TALLIES: Final = ("mechanism", "stage", "category", "channel", "body", "area", "grade")
Tally = Literal["mechanism", "stage", "category", "channel", "body", "area", "grade"]

_COLUMNS: Final = (
    "id", "case", "number", "mechanism", "version", "channel", "category", "body", "area", "opened_on", "answered_on",
    "struck_off_on", "due_on", "stage", "weight", "grade", "open", "n", "act_by", "title", "matter",
)  # fmt: skip
_SELECT: Final = ", ".join('c."case"' if name == "case" else f"c.{name}" for name in _COLUMNS)


@dataclass(slots=True)
class CaseRow:
    """A case as an officer sees it in a list; ``title`` is masked if ``title_masked``.

    ``day``: the day by which he must act; of a case seen for an open part, the part's.
    """

    id: int
    case: str
    number: str
    mechanism: str
    version: int
    channel: str | None
    category: str | None
    body: str
    area: str | None
    opened_on: str
    answered_on: str | None
    struck_off_on: str | None
    due_on: str | None
    stage: str
    weight: str
    grade: str | None
    open: bool
    n: int
    act_by: str | None
    title: str | None
    matter: str | None
    day: str | None = None
    title_masked: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """One page; ``next`` is where the following one begins, None after the last."""

    rows: tuple[CaseRow, ...]
    next: Key | None


@dataclass(frozen=True, slots=True)
class FieldView:
    """A value that entry ``n`` only commits to: ``text`` is masked if ``personal``."""

    n: int
    field: str
    text: str
    personal: bool


def page(seen: Sight, filters: Filters = Filters(), after: Key | None = None, limit: int = 50) -> Page:  # noqa: B008
    """The cases that ``seen`` shows, by the day to act, those without a day last, beyond ``after``."""
    if not 1 <= limit <= LARGEST_PAGE:
        raise CaseworkError("page_size", most=LARGEST_PAGE)
    found = keys(seen, filters, after, limit + 1)
    shown = found[:limit]
    days = {key.id: None if key.undated else key.day for key in shown}
    by_id: dict[int, CaseRow] = {}
    if days:
        where = among("c.id", days)
        # The condition again: between the two statements a case may have gone out of sight.
        condition = seen.condition("c")
        sql = f"SELECT {_SELECT} FROM casework_case c WHERE {where.text} AND {condition.text}"
        by_id = {
            row.id: row for row in (_row(seen, one) for one in rows_of(Sql(sql, [*where.params, *condition.params])))
        }
    rows: list[CaseRow] = []
    for case_id, day in days.items():
        row = by_id.get(case_id)
        if row is not None:
            row.day = day
            rows.append(row)
    return Page(tuple(rows), shown[-1] if len(found) > limit else None)


def _row(seen: Sight, values: tuple[Any, ...]) -> CaseRow:
    row = CaseRow(*values)
    row.open = bool(row.open)
    if row.title is not None and title_is_personal(seen, (row.mechanism, row.version)):
        row.title, row.title_masked = masked(_title_type(seen, row), row.title), True
    return row


def _title_type(seen: Sight, row: CaseRow) -> str:
    flow = seen.flows.get((row.mechanism, row.version))
    title = flow.mechanism.title if flow else None
    return flow.mechanism.fields[title].type if flow and title else "text"


def count(seen: Sight, filters: Filters = Filters(), most: int = MOST_COUNTED) -> int:  # noqa: B008
    """How many cases :func:`page` would list; ``most`` if there are that many or more."""
    return some(seen, filters, most)


def tally(seen: Sight, by: Tally, filters: Filters = Filters()) -> Mapping[str | None, int]:  # noqa: B008
    """How many cases :func:`page` would list, for each value of the column ``by``. For charts; it reads them all."""
    if by not in TALLIES:
        raise CaseworkError("tally_unknown", by=by)
    narrow = of_case(seen, filters, "c")
    if filters.text:
        known = searched(seen, filters.text)
        if known.numbers is not None and known.titles is not None:
            narrow = both(search.within("c.id", [*known.numbers, *known.titles]), narrow)
    district = Sql("c.district = %s", [seen.district])
    own = both(district, seen.own("c"), narrow, of_day(seen, filters, "c.act_by"))
    part = both(district, seen.first_part("p", "c"), narrow, of_day(seen, filters, "p.act_by"))
    sql = (
        f"SELECT told, count(*) FROM (SELECT c.{by} AS told FROM casework_case c WHERE {own.text} UNION ALL "
        f"SELECT c.{by} AS told FROM casework_part p JOIN casework_case c ON c.id = p.case_id "
        f"WHERE p.district = %s AND {part.text}) AS t GROUP BY told"
    )
    return {value: int(number) for value, number in rows_of(Sql(sql, [*own.params, seen.district, *part.params]))}


def may_read(seen: Sight, case: str) -> CaseRow | None:
    """The case ``case``, open or closed, if ``seen`` shows it or one of his bodies has a hand in it; else None."""
    return may_read_many(seen, [case]).get(case)


def may_read_many(seen: Sight, cases: Collection[str]) -> dict[str, CaseRow]:
    """:func:`may_read` for several, by name. CaseworkError ``page_size`` for too many."""
    if len(cases) > LARGEST_PAGE:
        raise CaseworkError("page_size", most=LARGEST_PAGE)
    named = among('c."case"', {case for case in cases if case.isprintable()})
    condition = seen.readable("c")
    sql = f"SELECT {_SELECT} FROM casework_case c WHERE {named.text} AND {condition.text}"
    rows = [_row(seen, found) for found in rows_of(Sql(sql, [*named.params, *condition.params]))]
    for row in rows:
        row.day = row.act_by
    return {row.case: row for row in rows}


def counted_with(seen: Sight, case: str, most: int = MOST_COUNTED) -> tuple[CaseRow, ...]:
    """The cases, of those that ``seen`` shows, that were told to be the same matter as ``case``, which is counted."""
    condition = seen.condition("c")
    sql = (
        f"SELECT {_SELECT} FROM casework_case c WHERE c.district = %s AND c.matter = %s AND {condition.text} "
        f"ORDER BY c.id LIMIT {most}"
    )
    return tuple(_row(seen, found) for found in rows_of(Sql(sql, [seen.district, case, *condition.params])))


def told_fields(seen: Sight, case: str) -> tuple[FieldView, ...]:
    """What the entries of ``case`` only commit to, entry by entry; personal values are masked, erased ones are gone.

    Raises CaseworkError ``case_unknown`` for a case that is not seen.
    """
    row = _seen(seen, case)
    sql = "SELECT n, private, personal FROM casework_plaintext WHERE district = %s AND case_id = %s ORDER BY n"
    flow = seen.flows.get((row.mechanism, row.version))
    fields = flow.mechanism.fields if flow else {}
    views: list[FieldView] = []
    for n, private, personal in rows_of(Sql(sql, [seen.district, row.id])):
        views += [FieldView(n, name, told[1], personal=False) for name, told in json.loads(private).items()]
        for name, told in json.loads(personal or "{}").items():
            kind = fields[name].type if name in fields else "text"
            views.append(FieldView(n, name, masked(kind, told[1]), personal=True))
    return tuple(views)


def reveal(seen: Sight, case: str, n: int, field: str, *, reason: str, at: int) -> str:
    """The plaintext of a personal field of entry ``n``, once it is on record who asked and why (``at``: when).

    Raises CaseworkError ``reveal_reason`` without a reason, ``case_unknown`` for a case that is not seen,
    ``reveal_field`` for a field that is not there or was erased; ``store_…`` for what the store could not do.
    """
    told = reason.strip()
    if not told or len(told) > LONGEST_REASON:
        raise CaseworkError("reveal_reason", most=LONGEST_REASON)
    with reading(), transaction.atomic():
        row = _seen(seen, case)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT personal FROM casework_plaintext WHERE district = %s AND case_id = %s AND n = %s",
                [seen.district, row.id, n],
            )
            found = cursor.fetchone()
        kept = json.loads(found[0] or "{}") if found else {}
        if field not in kept:
            raise CaseworkError("reveal_field", field=field)
        RevealLog.objects.create(
            district=seen.district, officer=seen.officer, case_id=row.id, n=n, field=field, reason=told, at=at
        )
        return str(kept[field][1])


def _seen(seen: Sight, case: str) -> CaseRow:
    row = may_read(seen, case)
    if row is None:
        raise CaseworkError("case_unknown", case=case)
    return row
