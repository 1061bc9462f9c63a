"""Search in cases 检索: which ones a text can be in, from an index of pairs of characters. No dictionary: a word of two
characters is found in the midst of any title, as are Latin letters and digits.

The index only proposes: what is shown is compared with the title itself (:mod:`luoshi.casework.filters`). It holds the
titles that are not personal, and is written in the transaction of the act that sets one; numbers are found by their
beginning in an index of their own. Whatever more than :data:`MOST` cases may hold is so common that a list in the order
of the days meets it soon; it is not looked up at all.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple

from django.db import connection

from luoshi.casework.lookup import rows_of
from luoshi.casework.pairs import Asked, asked, pairs
from luoshi.casework.setups import district as in_force
from luoshi.casework.sight import Sql
from luoshi.casework.sql import Tx, writing
from luoshi.mechanisms.flow import Flow

MOST: Final = 2000
"""Cases that are looked at one by one; beyond them the list is walked."""
LAST: Final = "\U0010ffff"
CHUNK: Final = 5000
SAMPLE: Final = 1000
COMMON: Final = 20
"""Titles of the newest :data:`SAMPLE` that have a pair from which on it is common."""

_CREATE: Final = {
    # By pairs alone, without places (detail=none): an eighth of the size, and the title itself decides.
    "sqlite": (
        "CREATE VIRTUAL TABLE casework_title "
        "USING fts5(words, content='', detail=none, columnsize=0, tokenize='ascii')",
    ),
    "postgresql": (
        "CREATE TABLE casework_title (district varchar(60) NOT NULL, case_id bigint NOT NULL, words tsvector NOT NULL, "
        "PRIMARY KEY (district, case_id))",
        "CREATE INDEX casework_title_words ON casework_title USING gin (words)",
    ),
}


def create(apps: Any, schema_editor: Any) -> None:
    """Make the index; for a migration's ``RunPython``."""
    for statement in _CREATE[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def remove(apps: Any, schema_editor: Any) -> None:
    """Undo :func:`create`."""
    schema_editor.execute("DROP TABLE casework_title")


# --- writing


class Change(NamedTuple):
    """A case whose public title changed: ``old`` is in the index, ``new`` is to be."""

    district: str
    case_id: int
    old: str | None
    new: str | None


def public_title(flow: Flow) -> bool:
    """Whether cases of ``flow`` have titles that are not personal."""
    title = flow.mechanism.title
    return title is not None and not flow.mechanism.fields[title].personal


def write(tx: Tx, changes: Iterable[Change]) -> None:
    """Bring the index to what the titles are now."""
    old = [one for one in changes if one.old is not None and one.old != one.new]
    new = [one for one in changes if one.new is not None and one.old != one.new]
    if tx.sqlite:
        if old:
            sql = "INSERT INTO casework_title (casework_title, rowid, words) VALUES ('delete', %s, %s)"
            tx.each(sql, [(one.case_id, " ".join(pairs(one.old or ""))) for one in old])
        if new:
            sql = "INSERT INTO casework_title (rowid, words) VALUES (%s, %s)"
            tx.each(sql, [(one.case_id, " ".join(pairs(one.new or ""))) for one in new])
        return
    gone = [(one.district, one.case_id) for one in old if one.new is None]
    if gone:
        tx.each("DELETE FROM casework_title WHERE district = %s AND case_id = %s", gone)
    fresh = [one for one in new if one.old is None]
    tx.insert(
        "casework_title",
        ("district", "case_id", "words"),
        [(one.district, one.case_id, " ".join(map(_lexeme, pairs(one.new or "")))) for one in fresh],
    )
    kept = [one for one in new if one.old is not None]
    if kept:
        tx.each(
            "INSERT INTO casework_title (district, case_id, words) VALUES (%s, %s, array_to_tsvector(%s::text[])) "
            "ON CONFLICT (district, case_id) DO UPDATE SET words = excluded.words",
            [(one.district, one.case_id, pairs(one.new or "")) for one in kept],
        )


def rebuild() -> int:
    """Make the index anew from the titles of all districts' cases; how many it holds then.

    In one transaction, which keeps all acts waiting on SQLite: for a store that was filled in another way than by acts.
    """
    told = 0
    with writing() as tx:
        if tx.sqlite:
            tx.run("INSERT INTO casework_title (casework_title) VALUES ('delete-all')")
        else:
            tx.run("DELETE FROM casework_title")
        for (code,) in tx.all("SELECT DISTINCT district FROM casework_case ORDER BY district"):
            flows = in_force(code).flows
            last = -1
            while True:
                sql = (
                    "SELECT id, mechanism, version, title FROM casework_case WHERE district = %s AND id > %s "
                    "AND title IS NOT NULL ORDER BY id LIMIT %s"
                )
                found = tx.all(sql, (code, last, CHUNK))
                if not found:
                    break
                last = found[-1][0]
                public = [
                    Change(code, case_id, None, title)
                    for case_id, mechanism, version, title in found
                    if (flow := flows.get((mechanism, version))) is not None and public_title(flow)
                ]
                write(tx, public)
                told += len(public)
    return told


def drop(tx: Tx, district: str, ids: Sequence[int]) -> None:
    """Take cases out of the index before their titles are erased."""
    if not ids:
        return
    marks = ", ".join(["%s"] * len(ids))
    sql = f"SELECT id, mechanism, version, title FROM casework_case WHERE district = %s AND id IN ({marks})"
    flows = in_force(district).flows
    write(
        tx,
        [
            Change(district, case_id, title, None)
            for case_id, mechanism, version, title in tx.all(sql, (district, *ids))
            if title is not None and (flow := flows.get((mechanism, version))) is not None and public_title(flow)
        ],
    )


# --- looking up


class Found(NamedTuple):
    """The ids of all cases that a text may be in: by the beginning of their number, and by their title.

    None in the place of either: there may be more than are looked at one by one, or the index cannot tell.
    """

    numbers: list[int] | None
    titles: list[int] | None


def candidates(district: str, text: str, *, titles: bool) -> Found:
    """What ``text`` may be in; with ``titles`` in titles, too. Raises CaseworkError ``store_…``."""
    return Found(_few(_numbered(district, text, MOST + 1)), _by_title(district, text) if titles else [])


def _by_title(district: str, text: str) -> list[int] | None:
    wanted = asked(text)
    if wanted is None or _is_common(district, wanted):
        return None
    return _few(_titled(district, wanted, MOST + 1))


def _few(found: list[int]) -> list[int] | None:
    return found if len(found) <= MOST else None


def _numbered(district: str, text: str, most: int) -> list[int]:
    """Cases whose number begins with ``text``."""
    below, above = (">=", "<") if connection.vendor == "sqlite" else ("~>=~", "~<~")
    sql = f"SELECT id FROM casework_case WHERE district = %s AND number {below} %s AND number {above} %s LIMIT %s"
    return [row[0] for row in rows_of(Sql(sql, [district, text, text + LAST, most]))]


def _is_common(district: str, wanted: Asked) -> bool:
    """Whether so many of the newest titles have it that a list in the order of the days is filled at once.

    PostgreSQL alone is asked: it reads all that the index holds of a pair before it tells the first; SQLite stops.
    """
    if connection.vendor == "sqlite":
        return False
    sql = (
        "SELECT count(*) FROM (SELECT words FROM casework_title WHERE district = %s ORDER BY case_id DESC LIMIT %s) "
        "AS newest WHERE words @@ %s::tsquery"
    )
    return int(rows_of(Sql(sql, [district, SAMPLE, _query(wanted)]))[0][0]) >= COMMON


def _titled(district: str, wanted: Asked, most: int) -> list[int]:
    if connection.vendor == "sqlite":
        sql = (
            "SELECT t.rowid FROM casework_title t CROSS JOIN casework_case c ON c.id = t.rowid "
            "WHERE t.casework_title MATCH %s AND c.district = %s LIMIT %s"
        )
    else:
        sql = "SELECT case_id FROM casework_title WHERE words @@ %s::tsquery AND district = %s LIMIT %s"
    return [row[0] for row in rows_of(Sql(sql, [_query(wanted), district, most]))]


def _query(wanted: Asked) -> str:
    """``wanted`` in the store's own language."""
    whole, begins = wanted
    if connection.vendor == "sqlite":
        # Quoted, and no quotation mark is ever in a pair.
        return " AND ".join(f'"{one}"' for one in whole) or f'"{begins}" *'
    return " & ".join(_lexeme(one) for one in whole) or f"{_lexeme(begins or '')}:*"


def _lexeme(one: str) -> str:
    return "'" + one.replace("\\", "\\\\").replace("'", "''") + "'"


def within(column: str, ids: Sequence[int]) -> Sql:
    """``column`` is one of ``ids``, however many, as one parameter."""
    if connection.vendor == "sqlite":
        return Sql(f"{column} IN (SELECT value FROM json_each(%s))", [json.dumps(list(ids))])
    return Sql(f"{column} = ANY(%s)", [list(ids)])
