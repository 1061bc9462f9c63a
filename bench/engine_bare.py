"""The same rows as a hotline case writes, by bare SQL written by hand: one client as a program.

Rows are those that :mod:`bench.engine_luoshi` captured, into the same tables with the same indexes, in the same
transactions: one an act (the row read for update, numbers counted, row, entry, plaintext and notices written), or one
for a thousand. ``ready``: the rows stand ready. ``made``: entries with salts, commitments and chain, plaintexts and
states are made by hand each time, as a program must that has no engine. Nothing is decided and nothing is checked.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import sqlite3
import sys
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import orjson
import psycopg

from bench.peers.serve import serve

BATCH = 1000
PRAGMAS = ("journal_mode = WAL", "synchronous = FULL", "temp_store = MEMORY", "cache_size = -32768")
FIXED = ("id", "district", "case", "number", "mechanism", "party")
ENTRY = ("district", "case_id", "n", "data", "digest")
PLAIN = ("district", "case_id", "n", "private", "personal")
NOTICE = ("district", "case_id", "n", "document", "number", "body", "on_day", "tries")
BUMP = (
    "INSERT INTO casework_counter (district, key, value) VALUES (?, ?, ?) "
    "ON CONFLICT (district, key) DO UPDATE SET value = casework_counter.value + excluded.value RETURNING value"
)
Values = tuple[Any, ...]


def quoted(name: str) -> str:
    """A column's name in SQL."""
    return '"case"' if name == "case" else name


def inserting(table: str, columns: Sequence[str]) -> str:
    """INSERT of one row."""
    return f"INSERT INTO {table} ({', '.join(map(quoted, columns))}) VALUES ({', '.join('?' * len(columns))})"


class Step:
    """What one act writes; ``made``: anew each time, from its parts."""

    def __init__(self, captured: dict[str, Any], before: dict[str, Any] | None, made: bool) -> None:
        row = _bytes(captured["row"])
        self.columns = tuple(row)
        # Who writes by hand knows what an act changes, and sets nothing else.
        same = {name for name, value in captured["row"].items() if before is not None and before[name] == value}
        same -= {"state", "head", "n"}  # two acts in one second may leave the same state
        self.changing = tuple(name for name in row if name not in FIXED and name not in same)
        self.update = f"UPDATE casework_case SET {', '.join(f'{name} = ?' for name in self.changing)} WHERE id = ?"
        self.row, self.made = row, made
        self.place = {name: place for place, name in enumerate(self.changing)}
        self.changed = tuple(row[name] for name in self.changing)
        self.counters: list[str] = captured["counters"]
        self.district: str = row["district"]
        self.entry = _bytes(captured["casework_entry"][0])
        self.plain = captured["casework_plaintext"][0]
        self.notices = [tuple(one[name] for name in NOTICE[2:]) for one in captured["casework_notice"]]
        self.value: dict[str, Any] = json.loads(self.entry["data"])
        self.told = [
            {name: told[1] for name, told in json.loads(self.plain[kind] or "{}").items()}
            for kind in ("private", "personal")
        ]
        self.state = json.loads(row["state"])

    def rows(self, key: int, case: str, before: Values | None) -> tuple[Values, Values, Values]:
        """The changing columns of the case's row, its entry and its plaintexts. ``before``: its row until now."""
        if not self.made:
            entry = (self.district, key, self.entry["n"], self.entry["data"], self.entry["digest"])
            return (
                self.changed,
                entry,
                (self.district, key, self.entry["n"], self.plain["private"], self.plain["personal"]),
            )
        head = bytes(32)
        if before is not None:
            head = bytes(before[1])
            orjson.loads(before[0])
        commitments: dict[str, str] = {}
        kept = [self._committed(values, commitments) for values in self.told]
        data = orjson.dumps(
            {**self.value, "case": case, "prev": head.hex(), "commitments": commitments}, option=orjson.OPT_SORT_KEYS
        )
        digest = hashlib.sha256(data).digest()
        changed = list(self.changed)
        changed[self.place["head"]] = digest
        changed[self.place["state"]] = orjson.dumps(self.state).decode()
        n = self.entry["n"]
        return tuple(changed), (self.district, key, n, data, digest), (self.district, key, n, kept[0], kept[1])

    @staticmethod
    def _committed(values: dict[str, str], commitments: dict[str, str]) -> str | None:
        kept = {}
        for name, text in values.items():
            salt = os.urandom(32)
            data, field = text.encode(), name.encode()
            told = b"commitment" + len(field).to_bytes(8, "big") + field + b"t" + len(data).to_bytes(8, "big") + data
            commitments[name] = hmac.digest(salt, told, "sha256").hex()
            kept[name] = (salt.hex(), text)
        return orjson.dumps(kept).decode() if kept else None


def _bytes(row: dict[str, Any]) -> dict[str, Any]:
    return {name: bytes.fromhex(one["hex"]) if isinstance(one, dict) else one for name, one in row.items()}


class Store(ABC):
    """A store, and the rows of a case's life."""

    def __init__(self, captured: list[dict[str, Any]], *, made: bool) -> None:
        befores = [None, *(one["row"] for one in captured)]
        self.steps = [Step(one, before, made) for one, before in zip(captured, befores, strict=False)]
        first = self.steps[0]
        self.insert_case = inserting("casework_case", [name for name in first.columns if name != "id"])
        # The whole row is read, as whoever decides something needs it; state and head come first.
        rest = [quoted(name) for name in first.columns if name not in ("state", "head", "id")]
        self.select = f"SELECT state, head, id, {', '.join(rest)} FROM casework_case WHERE district = ? AND "

    def single(self, cases: int) -> None:
        """A transaction an act."""
        for _ in range(cases):
            case = ""
            for step in self.steps:
                case = self.act(step, case)

    def bulk(self, cases: int) -> None:
        """A transaction for ``BATCH`` acts."""
        for first in range(0, cases, BATCH):
            names = [""] * min(BATCH, cases - first)
            for step in self.steps:
                names = self.acts(step, names)

    def opened(self, step: Step, case: str, changed: Values, ids: Sequence[Any] = ()) -> Values:
        """The row of a new case, ``ids`` first."""
        values = {**step.row, **dict(zip(step.changing, changed, strict=True)), "case": case, "number": case}
        return (*ids, *(values[name] for name in step.columns if name != "id"))

    @abstractmethod
    def act(self, step: Step, case: str) -> str:
        """One act in a transaction of its own; the case's name."""

    @abstractmethod
    def acts(self, step: Step, cases: list[str]) -> list[str]:
        """The same act on many cases in one transaction; their names."""


class Sqlite(Store):
    """SQLite's own module."""

    def __init__(self, path: str, captured: list[dict[str, Any]], *, made: bool) -> None:
        super().__init__(captured, made=made)
        self.db = sqlite3.connect(path, timeout=20, isolation_level=None)
        for pragma in PRAGMAS:
            self.db.execute(f"PRAGMA {pragma}")
        self.cursor = self.db.cursor()
        self.tables = {
            "casework_entry": inserting("casework_entry", ENTRY),
            "casework_plaintext": inserting("casework_plaintext", PLAIN),
            "casework_notice": inserting("casework_notice", NOTICE),
        }

    def act(self, step: Step, case: str) -> str:
        run = self.cursor.execute
        run("BEGIN IMMEDIATE")
        before = None
        if case:
            before = run(self.select + '"case" = ?', (step.district, case)).fetchone()
        number = 0
        for key in step.counters:
            number = run(BUMP, (step.district, key, 1)).fetchone()[0]
        if before is None:
            case = f"hotline-2026-{number:06}"
            key = (run("SELECT max(id) FROM casework_case").fetchone()[0] or 0) + 1
            changed, entry, plain = step.rows(key, case, None)
            run(self.insert_case, self.opened(step, case, changed))
        else:
            key = before[2]
            changed, entry, plain = step.rows(key, case, before)
            run(step.update, (*changed, key))
        run(self.tables["casework_entry"], entry)
        run(self.tables["casework_plaintext"], plain)
        for notice in step.notices:
            run(self.tables["casework_notice"], (step.district, key, *notice))
        run("COMMIT")
        return case

    def acts(self, step: Step, cases: list[str]) -> list[str]:
        run, each = self.cursor.execute, self.cursor.executemany
        run("BEGIN IMMEDIATE")
        known: dict[str, Values] = {}
        if cases[0]:
            marks = ", ".join("?" * len(cases))
            known = {row[4]: row for row in run(f'{self.select}"case" IN ({marks})', (step.district, *cases))}
        number = 0
        for counter in step.counters:
            number = run(BUMP, (step.district, counter, len(cases))).fetchone()[0]
        written = []
        if not cases[0]:
            last = run("SELECT max(id) FROM casework_case").fetchone()[0] or 0
            cases = [f"hotline-2026-{number - len(cases) + place + 1:06}" for place in range(len(cases))]
            written = [
                (last + place + 1, case, *step.rows(last + place + 1, case, None)) for place, case in enumerate(cases)
            ]
            each(self.insert_case, [self.opened(step, case, changed) for _, case, changed, _, _ in written])
        else:
            written = [(known[case][2], case, *step.rows(known[case][2], case, known[case])) for case in cases]
            each(step.update, [(*changed, key) for key, _, changed, _, _ in written])
        each(self.tables["casework_entry"], [entry for _, _, _, entry, _ in written])
        each(self.tables["casework_plaintext"], [plain for _, _, _, _, plain in written])
        if step.notices:
            papers = [(step.district, key, *notice) for key, *_ in written for notice in step.notices]
            each(self.tables["casework_notice"], papers)
        run("COMMIT")
        return cases


class Postgresql(Store):
    """psycopg: statements prepared, what nobody waits for in one message; COPY for many."""

    def __init__(self, url: str, captured: list[dict[str, Any]], *, made: bool) -> None:
        super().__init__(captured, made=made)
        self.db = psycopg.connect(url, prepare_threshold=0)
        self.select_one = self.select.replace("?", "%s") + '"case" = %s FOR UPDATE'
        self.select_many = self.select.replace("?", "%s") + '"case" = ANY(%s) ORDER BY id FOR UPDATE'
        self.insert_returning = self.insert_case.replace("?", "%s")
        self.updates = {step.update: step.update.replace("?", "%s") for step in self.steps}
        self.bump = BUMP.replace("?", "%s")
        self.entry = inserting("casework_entry", ENTRY).replace("?", "%s")
        self.plain = inserting("casework_plaintext", PLAIN).replace("?", "%s")
        self.notice = inserting("casework_notice", NOTICE).replace("?", "%s")
        self.next_id = "SELECT nextval(pg_get_serial_sequence('casework_case', 'id')) FROM generate_series(1, %s)"
        columns = self.steps[0].columns
        self.insert_whole = inserting("casework_case", ("id", *(name for name in columns if name != "id"))).replace(
            "?", "%s"
        )

    def act(self, step: Step, case: str) -> str:
        with self.db.pipeline():
            run = self.db.execute
            asked = run(self.select_one, (step.district, case)) if case else run(self.next_id, (1,))
            counted = [run(self.bump, (step.district, key, 1)) for key in step.counters]
            found: Any = asked.fetchone()
            number = [one.fetchone()[0] for one in counted][-1] if counted else 0  # type: ignore[index]
            if case:
                key = found[2]
                changed, entry, plain = step.rows(key, case, found)
                run(self.updates[step.update], (*changed, key))
            else:
                key, case = found[0], f"hotline-2026-{number:06}"
                changed, entry, plain = step.rows(key, case, None)
                run(self.insert_whole, self.opened(step, case, changed, (key,)))
            run(self.entry, entry)
            run(self.plain, plain)
            for notice in step.notices:
                run(self.notice, (step.district, key, *notice))
            self.db.commit()
        return case

    def acts(self, step: Step, cases: list[str]) -> list[str]:
        run = self.db.execute
        number = 0
        written: list[tuple[int, str, Values, Values, Values]] = []
        if cases[0]:
            known = {row[4]: row for row in run(self.select_many, (step.district, cases))}
            written = [(known[case][2], case, *step.rows(known[case][2], case, known[case])) for case in cases]
        for counter in step.counters:
            number = run(self.bump, (step.district, counter, len(cases))).fetchone()[0]  # type: ignore[index]
        if not cases[0]:
            cases = [f"hotline-2026-{number - len(cases) + place + 1:06}" for place in range(len(cases))]
            ids = [row[0] for row in run(self.next_id, (len(cases),))]
            written = [(key, case, *step.rows(key, case, None)) for key, case in zip(ids, cases, strict=True)]
            columns = ("id", *(name for name in step.columns if name != "id"))
            self._copy("casework_case", columns, [self.opened(step, one[1], one[2], (one[0],)) for one in written])
        else:
            kinds = "CREATE TEMPORARY TABLE bare ON COMMIT DROP AS SELECT {} FROM casework_case WITH NO DATA"
            run(kinds.format(", ".join((*step.changing, "id"))))
            self._copy("bare", (*step.changing, "id"), [(*one[2], one[0]) for one in written])
            sets = ", ".join(f"{name} = b.{name}" for name in step.changing)
            run(f"UPDATE casework_case AS c SET {sets} FROM bare AS b WHERE c.id = b.id")
        self._copy("casework_entry", ENTRY, [one[3] for one in written])
        self._copy("casework_plaintext", PLAIN, [one[4] for one in written])
        if step.notices:
            papers = [(step.district, one[0], *notice) for one in written for notice in step.notices]
            self._copy("casework_notice", NOTICE, papers)
        self.db.commit()
        return cases

    def _copy(self, table: str, columns: Sequence[str], rows: Sequence[Values]) -> None:
        with self.db.cursor().copy(f"COPY {table} ({', '.join(map(quoted, columns))}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)


def main() -> None:
    """Serve: ``engine_bare FILE ready|made``, on the store of ``DATABASE_URL``."""
    captured = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    url, made = os.environ["DATABASE_URL"], sys.argv[2] == "made"
    path = url.removeprefix("sqlite:///")
    store = Sqlite(path, captured, made=made) if path != url else Postgresql(url, captured, made=made)
    serve({"single": store.single, "bulk": store.bulk})


if __name__ == "__main__":
    main()
