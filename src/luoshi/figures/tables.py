"""Writing the public relations: the same for the store (both kinds) and for an SQLite file made of an export."""

from __future__ import annotations

import gc
import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
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
    'CREATE UNIQUE INDEX entry_once ON entries (district, "case", n)',
    'CREATE UNIQUE INDEX measure_once ON measures (district, "case", name, n)',
    'CREATE INDEX measure_named ON measures (district, mechanism, name, on_day, until_day, "case", value_e6)',
    'CREATE UNIQUE INDEX observation_once ON observations (district, "case", n)',
    "CREATE INDEX observation_of ON observations (district, indicator, period)",
)  # as in the store


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
    """Empty relations in ``raw``, an empty SQLite database."""
    for name, columns in COLUMNS.items():
        told = ", ".join(f'"{one}" {"INTEGER" if one in NUMBERS else "TEXT"}' for one in columns)
        raw.execute(f"CREATE TABLE {name} ({told})")
    for sql in _INDEXES:
        raw.execute(sql)
    return OwnFile(raw)


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

    def add(self, district: str, entries: Sequence[bytes], seqs: Sequence[int | None], ids: Sequence[int] = ()) -> None:
        """Carry the relations on by ``entries`` of ``district``. Raises LedgerError as ``relations.fold``."""
        with without_collection():
            told = read(entries)
            changes = fold(told, seqs, self._known(district, told))
            self._write(district, changes, ids)

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
        if self.ids:
            rows = [(key, *row) for key, row in zip(ids, changes.entries, strict=True)]
        self._add("entries", rows, ["id"] if self.ids else [])
        self._put_cases(list(changes.cases.values()))
        self._end(district, changes.ended)
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

    def _end(self, district: str, ended: Mapping[tuple[str, str], str]) -> None:
        """Say of measures told before until which day they held."""
        if not ended:
            return
        update = f"UPDATE {self.names['measures']} AS m SET until_day"
        which = f"AND m.until_day = '{HOLDS}'"
        rows = [(day, district, case, name) for (case, name), day in ended.items()]
        if self.db.sqlite:
            self.db.each(f'{update} = %s WHERE m.district = %s AND m."case" = %s AND m.name = %s {which}', rows)
            return
        days, _, cases, names = (list(one) for one in zip(*rows, strict=True))
        sql = (
            f"{update} = told.until_day FROM unnest(%s::text[], %s::text[], %s::text[]) AS told (until_day, c, name) "
            f'WHERE m.district = %s AND m."case" = told.c AND m.name = told.name {which}'
        )
        self.db.run(sql, (days, cases, names, district))

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
