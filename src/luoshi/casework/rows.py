"""Rows of ``casework_case`` as the writer holds them: read under lock, changed in memory, written back whole."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import compress
from operator import attrgetter, ne
from typing import Any, Final

from luoshi.casework.sql import COPY_FROM, SEAL_LOCK, Tx
from luoshi.mechanisms.state import State

COLUMNS: Final = (
    "id",
    "district",
    "case",
    "number",
    "mechanism",
    "version",
    "channel",
    "category",
    "body",
    "area",
    "opened_on",
    "answered_on",
    "struck_off_on",
    "due_on",
    "stage",
    "weight",
    "grade",
    "open",
    "n",
    "head",
    "head_sm3",
    "state",
    "act_by",
    "next_at",
    "title",
    "party",
    "matter",
    "returned",
)
FIXED: Final = frozenset({"id", "district", "case", "number", "mechanism", "party"})
CHANGING: Final = tuple(name for name in COLUMNS if name not in FIXED)
_QUOTED: Final = {name: f'"{name}"' if name == "case" else name for name in COLUMNS}
_ALL: Final = ", ".join(_QUOTED.values())
_TYPES: Final = {
    "version": "int",
    "n": "int",
    "open": "boolean",
    "returned": "boolean",
    "head": "bytea",
    "head_sm3": "bytea",
    "next_at": "bigint",
}
_LOCK: Final = (
    "WITH sealing AS MATERIALIZED (SELECT pg_advisory_xact_lock_shared(%s)) "
    f'SELECT {_ALL} FROM casework_case, sealing WHERE district = %s AND "case" = ANY(%s) ORDER BY id '
    "FOR UPDATE OF casework_case"
)
"""The case, and the sealer kept away, in one message."""
_STAGING: Final = (
    "CREATE TEMPORARY TABLE casework_changed ("
    + ", ".join(f"{name} {_TYPES.get(name, 'text')}" for name in CHANGING)
    + ", id bigint) ON COMMIT DROP"
)
_UPDATE_STAGED: Final = (
    f"UPDATE casework_case AS c SET {', '.join(f'{name} = u.{name}' for name in CHANGING)} "
    "FROM casework_changed AS u WHERE c.id = u.id"
)
_every: Final = attrgetter(*COLUMNS)
_changed: Final = attrgetter(*CHANGING, "id")
_TITLE: Final = CHANGING.index("title")
_VERSION: Final = CHANGING.index("version")


@dataclass(slots=True)
class Row:
    """One case, its columns by name; ``flow_state`` is its state while acts are taken on it, ``pending``
    counts the steps that are not written yet; ``was`` holds the changing columns as they were read."""

    id: int
    district: str
    case: str
    number: str
    mechanism: str
    version: int
    channel: str | None = None
    category: str | None = None
    body: str = ""
    area: str | None = None
    opened_on: str = ""
    answered_on: str | None = None
    struck_off_on: str | None = None
    due_on: str | None = None
    stage: str = ""
    weight: str = "1"
    grade: str | None = None
    open: bool = True
    n: int = 0
    head: bytes = bytes(32)
    head_sm3: bytes | None = None
    state: str = ""
    act_by: str | None = None
    next_at: int | None = None
    title: str | None = None
    party: str | None = None
    matter: str | None = None
    returned: bool = False
    flow_state: State | None = None
    new: bool = False
    pending: int = 0
    was: tuple[Any, ...] = ()

    def unfold(self) -> State:
        """Its state, read from JSON when it is first asked for, so that one that cannot be read stops no other case."""
        if self.flow_state is None:
            self.flow_state = State() if self.new else State.from_json(self.state, stage=self.stage, body=self.body)
        return self.flow_state


def was(row: Row) -> tuple[str | None, int]:
    """The title and the version that ``row`` had when it was read."""
    return row.was[_TITLE], row.was[_VERSION]


def lock(tx: Tx, district: str, cases: Iterable[str], *, skip_locked: bool = False) -> dict[str, Row]:
    """The rows of ``cases``, locked until the transaction ends, in one order for everybody; those there are.

    With ``skip_locked`` rows that another transaction holds are left out instead of waited for.
    """
    wanted = sorted(set(cases))
    if not wanted:
        _keep_sealer_away(tx)
        return {}
    if tx.sqlite:
        marks = ", ".join(["%s"] * len(wanted))
        sql = f'SELECT {_ALL} FROM casework_case WHERE district = %s AND "case" IN ({marks})'
        found = tx.all(sql, (district, *wanted))
    else:
        found = tx.all(_LOCK + " SKIP LOCKED" * skip_locked, (SEAL_LOCK, district, wanted))
        if not found:
            # Without a row to join it to, the server need not have looked at the lock; and a case may still be opened.
            _keep_sealer_away(tx)
    return {row.case: row for row in map(_row, found)}


def _keep_sealer_away(tx: Tx) -> None:
    if not tx.sqlite:
        tx.run("SELECT pg_advisory_xact_lock_shared(%s)", (SEAL_LOCK,))


def _row(values: tuple[Any, ...]) -> Row:
    row = Row(*values)
    row.open, row.returned = bool(row.open), bool(row.returned)
    row.head = bytes(row.head)
    row.head_sm3 = bytes(row.head_sm3) if row.head_sm3 is not None else None
    row.was = _changed(row)
    return row


def new_ids(tx: Tx, count: int) -> list[int]:
    """Ids for ``count`` new cases."""
    if not count:
        return []
    if tx.sqlite:
        last = tx.all("SELECT max(id) FROM casework_case")[0][0] or 0
        return list(range(last + 1, last + 1 + count))
    sql = "SELECT nextval(pg_get_serial_sequence('casework_case', 'id')) FROM generate_series(1, %s)"
    return [row[0] for row in tx.all(sql, (count,))]


def write(tx: Tx, rows: Sequence[Row]) -> None:
    """Insert the new ones of ``rows`` and update the others."""
    fresh = [_every(row) for row in rows if row.new]
    tx.insert("casework_case", tuple(_QUOTED.values()), fresh)
    old = [row for row in rows if not row.new]
    if not old:
        return
    if not tx.sqlite and len(old) >= COPY_FROM:
        tx.run(_STAGING)
        tx.insert("casework_changed", (*CHANGING, "id"), [_changed(row) for row in old])
        tx.run(_UPDATE_STAGED)
        return
    updates: dict[tuple[bool, ...], list[tuple[Any, ...]]] = {}
    for row in old:
        now = _changed(row)
        differs = tuple(map(ne, now, row.was))
        updates.setdefault(differs, []).append((*compress(now, differs), row.id))
    for differs, values in updates.items():
        tx.each(_update(differs), values)


@cache
def _update(differs: tuple[bool, ...]) -> str:
    """UPDATE of the columns that differ: SQLite writes an index anew if a column of it is set, even to what it was."""
    sets = ", ".join(f"{name} = %s" for name in compress(CHANGING, differs))
    return f"UPDATE casework_case SET {sets} WHERE id = %s"
