"""Writing the public relations: the same for the store (both kinds) and for an SQLite file made of an export."""

from __future__ import annotations

import gc
import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, Protocol

from luoshi.ledger.relations import COLUMNS, HOLDS, NUMBERS, Changes, Known, continued, fold, read

STORE: Final = {
    "cases": "figures_case",
    "entries": "figures_entry",
    "measures": "figures_measure",
    "observations": "figures_observation",
}
"""Relation → its table in the store."""
OWN: Final = {name: f"main.{name}" for name in COLUMNS}
"""The same in a file that holds nothing else."""
_INDEXES: Final = (
    'CREATE UNIQUE INDEX case_once ON cases (district, "case")',
    "CREATE INDEX case_opened ON cases (district, mechanism, opened_on, stage, struck_off_on, answered_on, due_on)",
    "CREATE INDEX case_struck_off ON cases (district, mechanism, struck_off_on)",
    "CREATE INDEX case_answered ON cases (district, mechanism, answered_on)",
    'CREATE UNIQUE INDEX entry_once ON entries (district, "case", n, seq)',
    "CREATE INDEX entry_staged ON entries (district, mechanism, stage_to, on_day, until_day, act)",
    'CREATE UNIQUE INDEX measure_once ON measures (district, "case", name, n)',
    'CREATE INDEX measure_named ON measures (district, mechanism, name, on_day, until_day, "case", value_e6)',
    'CREATE UNIQUE INDEX observation_once ON observations (district, "case", n)',
    "CREATE INDEX observation_of ON observations (district, indicator, period)",
)
"""As in the store, but for the place in the log in the index by which entries are found: a proof asks for many."""

_HELD: Final = (
    f"""
UPDATE entries AS e SET until_day = told.on_day FROM entries AS told
WHERE e.until_day = '{HOLDS}' AND told.district = e.district AND told."case" = e."case" AND told.n = e.n + 1
""",
    f"""
UPDATE measures AS m SET until_day = told.on_day FROM (
    SELECT rowid AS place, lead(on_day) OVER (PARTITION BY district, "case", name ORDER BY n) AS on_day FROM measures
) AS told WHERE m.rowid = told.place AND told.on_day IS NOT NULL AND m.until_day = '{HOLDS}'
""",
)


class Database(Protocol):
    """What is needed of a store; :class:`luoshi.casework.sql.Tx` is one. SQL is written with ``%s``."""

    sqlite: bool

    def all(self, sql: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """The rows of one statement."""

    def run(self, sql: str, params: Sequence[Any] = ()) -> int:
        """Run one statement."""

    def insert(self, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        """Insert ``rows``."""

    def each(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run one statement for each of ``rows``."""


class OwnFile:
    """An SQLite database of its own as :class:`Database`."""

    sqlite = True

    def __init__(self, raw: sqlite3.Connection) -> None:
        self.raw = raw

    def all(self, sql: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """The rows of one statement."""
        return self.raw.execute(sql.replace("%s", "?"), params).fetchall()

    def run(self, sql: str, params: Sequence[Any] = ()) -> int:
        """Run one statement."""
        return self.raw.execute(sql.replace("%s", "?"), params).rowcount

    def insert(self, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        """Insert ``rows``."""
        marks = ", ".join("?" * len(columns))
        self.raw.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", rows)

    def each(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run one statement for each of ``rows``."""
        self.raw.executemany(sql.replace("%s", "?"), rows)


def make(raw: sqlite3.Connection) -> OwnFile:
    """Empty relations in ``raw``, an empty SQLite database, with their indexes."""
    empty(raw)
    for sql in _INDEXES:
        raw.execute(sql)
    return OwnFile(raw)


def empty(raw: sqlite3.Connection) -> None:
    """Empty relations in ``raw``, an empty SQLite database, to be filled before they are indexed."""
    for name, columns in COLUMNS.items():
        told = ", ".join(f'"{one}" {"INTEGER" if one in NUMBERS else "TEXT"}' for one in columns)
        raw.execute(f"CREATE TABLE {name} ({told})")


def index(raw: sqlite3.Connection) -> None:
    """Index relations that were filled batch by batch, and say of what a later batch follows until which day it held.

    Entries are found by their key and nothing else, so that one is made first and the wide ones only after it.
    """
    unique = [sql for sql in _INDEXES if "UNIQUE" in sql]
    for sql in (*unique, *_HELD, *(sql for sql in _INDEXES if sql not in unique)):
        raw.execute(sql)
    # A part of each index tells the planner enough, and the whole of a large ledger takes long.
    raw.execute("PRAGMA analysis_limit = 2000")
    raw.execute("ANALYZE")
    raw.commit()


@contextmanager
def without_collection() -> Iterator[None]:
    """Without the collector of cycles: a batch makes many objects and none of those, and it would walk them all."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


@dataclass(frozen=True, slots=True)
class Tables:
    """Where the relations are: the database, and the table of each. ``ids``: entries have the store's ids."""

    db: Database
    names: dict[str, str]
    ids: bool = False

    def add(
        self, district: str, entries: Sequence[bytes], seqs: Sequence[int | None], ids: Sequence[int] = ()
    ) -> Changes:
        """Carry the relations on by ``entries`` of ``district``; what changed. Raises LedgerError as
        ``relations.fold``."""
        with without_collection():
            told = read(entries)
            changes = fold(told, seqs, self._known(district, told))
            self._write(district, changes, ids)
        return changes

    def _known(self, district: str, told: Sequence[dict[str, Any]]) -> Known:
        known = Known()
        older = continued(told)
        if older:
            columns = _quoted(COLUMNS["cases"])
            for row in self._of(district, older, f"SELECT {columns} FROM {self.names['cases']}"):
                known.cases[row[1]] = list(row)
        watched = {one["case"] for one in told if "observed_value" in one["data"]} & older
        if watched:
            sql = f'SELECT "case", period, basis, revision FROM {self.names["observations"]}'
            for case, period, basis, revision in self._of(district, watched, sql, " AND superseded = 0"):
                known.revisions[case, period, basis] = revision
        return known

    def _of(self, district: str, cases: set[str], select: str, more: str = "") -> list[tuple[Any, ...]]:
        if self.db.sqlite:
            sql = f'{select} WHERE district = %s AND "case" IN (SELECT value FROM json_each(%s)){more}'
            return self.db.all(sql, (district, json.dumps(sorted(cases))))
        return self.db.all(f'{select} WHERE district = %s AND "case" = ANY(%s){more}', (district, sorted(cases)))

    def _write(self, district: str, changes: Changes, ids: Sequence[int]) -> None:
        rows: Sequence[Sequence[Any]] = changes.entries
        followed = [(until, district, case, n) for (case, n), until in changes.followed.items()]
        self._until("entries", "n", followed)
        if self.ids:
            rows = [(key, *row) for key, row in zip(ids, changes.entries, strict=True)]
        self._add("entries", rows, ["id"] if self.ids else [])
        self._put_cases(list(changes.cases.values()))
        ended = [(until, district, case, name) for (case, name), until in changes.ended.items()]
        # Any n: without it SQLite, knowing nothing of the rows, goes through all of the district by another index.
        self._until("measures", "name", ended, f"AND r.n > 0 AND r.until_day = '{HOLDS}'")
        self._add("measures", changes.measures)
        if changes.superseded:
            sql = (
                f"UPDATE {self.names['observations']} SET superseded = 1 "
                'WHERE district = %s AND "case" = %s AND period = %s AND basis = %s'
            )
            self.db.each(sql, [(district, *key) for key in changes.superseded])
        self._add("observations", changes.observations)

    def _add(self, name: str, rows: Sequence[Sequence[Any]], more: Sequence[str] = ()) -> None:
        if rows:
            self.db.insert(self.names[name], [f'"{one}"' for one in (*more, *COLUMNS[name])], rows)

    def _until(self, name: str, key: str, rows: Sequence[tuple[str, str, str, Any]], more: str = "") -> None:
        """Say of rows of before until which day they held; each of ``rows`` is that day, district, case, ``key``."""
        if not rows:
            return
        update = f"UPDATE {self.names[name]} AS r SET until_day"
        if self.db.sqlite:
            self.db.each(f'{update} = %s WHERE r.district = %s AND r."case" = %s AND r.{key} = %s {more}', rows)
            return
        days, districts, cases, keys = (list(one) for one in zip(*rows, strict=True))
        kind = "bigint" if key in NUMBERS else "text"
        sql = (
            f"{update} = t.until_day FROM unnest(%s::text[], %s::text[], %s::text[], %s::{kind}[]) "
            "AS t (until_day, district, c, k) "
            f'WHERE r.district = t.district AND r."case" = t.c AND r.{key} = t.k {more}'
        )
        self.db.run(sql, (days, districts, cases, keys))

    def _put_cases(self, rows: Sequence[Sequence[Any]]) -> None:
        """Insert or replace ``rows``."""
        columns, keys = COLUMNS["cases"], ("district", "case")
        sets = ", ".join(f'"{one}" = excluded."{one}"' for one in columns if one not in keys)
        conflict = f"ON CONFLICT ({_quoted(keys)}) DO UPDATE SET {sets}"
        into = f"INSERT INTO {self.names['cases']} ({_quoted(columns)})"
        if self.db.sqlite:
            self.db.each(f"{into} VALUES ({', '.join(['%s'] * len(columns))}) {conflict}", rows)
            return
        arrays = ", ".join(f"%s::{'bigint' if one in NUMBERS else 'text'}[]" for one in columns)
        self.db.run(f"{into} SELECT * FROM unnest({arrays}) {conflict}", [list(one) for one in zip(*rows, strict=True)])


def _quoted(columns: Iterable[str]) -> str:
    return ", ".join(f'"{one}"' for one in columns)
