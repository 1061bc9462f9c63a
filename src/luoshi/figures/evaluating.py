"""Figures evaluated: on the store, or offline on an export. The same queries give the same values."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any, Final

import psycopg
from django.db import connection

from luoshi.casework.sql import reading
from luoshi.figures.definitions import FigureDef, load_all
from luoshi.figures.errors import FigureError
from luoshi.figures.exported import open_export
from luoshi.figures.guard import SECONDS, reading_only
from luoshi.figures.projecting import catch_up
from luoshi.figures.query import Query, statement
from luoshi.figures.tables import OWN, STORE
from luoshi.ledger.checkpoint import Checkpoint
from luoshi.ledger.note import Verifier
from luoshi.ledger.relations import bounds
from luoshi.sealing import log

Ask = Callable[[Query, int | None], "tuple[list[str], list[tuple[Any, ...]]]"]
"""Asks a query; the names of its columns and its rows, at most so many."""

_E6: Final = "_e6"
_MILLION: Final = 1_000_000
_VALUES: Final = (frozenset({"value"}), frozenset({"value_e6"}))
_RATIOS: Final = tuple(
    frozenset({above, below}) for above in ("numerator", "numerator_e6") for below in ("denominator", "denominator_e6")
)


@dataclass(frozen=True, slots=True)
class Figure:
    """A number and what proves it. ``value`` is exact, None with a ``reason`` (``no_cases``, ``not_told``).

    ``entries`` are the places in the log of the entries that prove it (None if they were not asked for); they, ``root``
    and ``size`` are those of the log. ``root`` is None while an entry that counts is not sealed. ``as_of`` is the day
    of the district's last entry.
    """

    id: str
    names: tuple[str, str]
    value: Decimal | None
    unit: str
    period: str
    definition: FigureDef
    numerator: Decimal | None
    denominator: Decimal | None
    entries: tuple[int, ...] | None
    root: str | None
    size: int
    as_of: str | None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class _Ledger:
    root: str | None
    size: int
    as_of: str | None


def evaluate(
    district: str,
    ids: Sequence[str] | None,
    period: str,
    *,
    definitions: Mapping[str, FigureDef] | None = None,
    entries: bool = True,
) -> list[Figure]:
    """The figures ``ids`` of ``district`` for ``period`` (``2019``, ``2019-q1``, ``2019-03``), in their order, on the
    store; without ``ids`` all that have such a period. All are of one moment.

    ``definitions``: else those of the packs. ``entries``: whether those that prove them are told. Raises FigureError
    ``figure_unknown``, ``period_wrong``, ``query_…``; what ``catch_up`` raises.
    """
    chosen = _chosen(definitions if definitions is not None else load_all(), ids, period)
    catch_up(district)
    with reading(), _store(district, period) as (ask, ledger):
        return [_figure(one, period, ask, ledger, entries=entries) for one in chosen]


def evaluate_export(
    folder: Path,
    district: str | None,
    ids: Sequence[str] | None,
    period: str,
    *,
    definitions: Mapping[str, FigureDef] | None = None,
    keys: Sequence[Verifier] = (),
    entries: bool = True,
) -> list[Figure]:
    """The same offline from the export in ``folder``, which is verified first; ``district`` may be left out if it has
    only one. Raises FigureError ``export_wrong``, ``district_missing``, and as :func:`evaluate`; OSError."""
    chosen = _chosen(definitions if definitions is not None else load_all(), ids, period)
    opened = open_export(folder, keys)
    try:
        if district is None and len(opened.districts) == 1:
            district = opened.districts[0]
        if district not in opened.districts:
            raise FigureError("district_missing", name=str(folder), districts=", ".join(opened.districts))
        ask = file_ask(opened.raw, district, period)
        sql = "SELECT on_day FROM entries WHERE district = ? ORDER BY rowid DESC LIMIT 1"
        ledger = _Ledger(opened.root, opened.size, opened.raw.execute(sql, (district,)).fetchone()[0])
        return [_figure(one, period, ask, ledger, entries=entries) for one in chosen]
    finally:
        opened.raw.close()


def _chosen(definitions: Mapping[str, FigureDef], ids: Sequence[str] | None, period: str) -> list[FigureDef]:
    kind = kind_of(period)
    if ids is None:
        return [one for one in definitions.values() if kind in one.periods]
    found = []
    for name in ids:
        one = definitions.get(name)
        if one is None:
            raise FigureError("figure_unknown", id=name)
        if kind not in one.periods:
            raise FigureError("period_not_asked", id=name, period=period, periods=", ".join(one.periods))
        found.append(one)
    return found


def kind_of(period: str) -> str:
    """``year``, ``quarter`` or ``month``. Raises FigureError ``period_wrong``."""
    first, _ = bounds(period)
    if first is None or "-h" in period:
        raise FigureError("period_wrong", period=period)
    return "year" if "-" not in period else "quarter" if "q" in period else "month"


# --- asking


def _parameters(district: str, period: str) -> dict[str, str]:
    first, last = bounds(period)
    assert first is not None
    assert last is not None
    return {"district": district, "from": first, "to": last}


def file_ask(raw: sqlite3.Connection, district: str, period: str, *, steps: int | None = None) -> Ask:
    """Asks the relations in ``raw``, an SQLite file of their own."""
    return _sqlite_ask(raw, OWN, _parameters(district, period), steps)


def _sqlite_ask(
    raw: sqlite3.Connection, tables: Mapping[str, str], parameters: dict[str, str], steps: int | None = None
) -> Ask:
    def ask(query: Query, most: int | None) -> tuple[list[str], list[tuple[Any, ...]]]:
        with reading_only(raw, tables.values(), steps=steps) as denied:
            try:
                cursor = raw.execute(statement(query, tables, sqlite=True), parameters)
                rows = cursor.fetchall() if most is None else cursor.fetchmany(most)
                names = [str(one[0]) for one in cursor.description]
                cursor.close()
            except sqlite3.Error as error:
                raise _refused(error, denied.functions, denied.tables, other=denied.other) from error
        return names, rows

    return ask


def _refused(error: sqlite3.Error, functions: list[str], tables: list[str], *, other: bool) -> FigureError:
    text = str(error)
    if "interrupted" in text:
        return FigureError("query_slow", seconds=SECONDS)
    if functions:
        return FigureError("query_function", name=functions[0])
    if tables or text.startswith("no such table"):
        return FigureError("query_relation", name=tables[0] if tables else text.partition(": ")[2])
    if text.startswith("no such column"):
        return FigureError("query_column", name=text.partition(": ")[2])
    if text.startswith("no such function"):
        return FigureError("query_function", name=text.partition(": ")[2])
    if other:
        return FigureError("query_forbidden")
    return FigureError("query_wrong", reason=text)


@contextmanager
def _store(district: str, period: str) -> Iterator[tuple[Ask, _Ledger]]:
    """One moment of the store, to be read only."""
    connection.ensure_connection()
    parameters = _parameters(district, period)
    raw: Any = connection.connection
    if connection.vendor == "sqlite":
        raw.execute("BEGIN")
        try:
            ledger = _ledger(district)
            yield _sqlite_ask(raw, STORE, parameters), ledger
        finally:
            raw.rollback()
        return
    cursor = psycopg.Cursor(raw)
    cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
    try:
        cursor.execute(f"SET LOCAL statement_timeout = '{SECONDS}s'")
        ledger = _ledger(district)

        def ask(query: Query, most: int | None) -> tuple[list[str], list[tuple[Any, ...]]]:
            try:
                cursor.execute(statement(query, STORE, sqlite=False), parameters)
            except psycopg.errors.QueryCanceled as error:
                raise FigureError("query_slow", seconds=SECONDS) from error
            except psycopg.ProgrammingError as error:
                raise FigureError("query_wrong", reason=" ".join(str(error).split())) from error
            rows = cursor.fetchall() if most is None else cursor.fetchmany(most)
            return [column.name for column in cursor.description or ()], rows

        yield ask, ledger
    finally:
        raw.rollback()


def _ledger(district: str) -> _Ledger:
    """The log, with its root if it has every entry that the relations have, and no other of the district."""
    reader, head = log.reader(), log.head()
    mark = reader.all("SELECT entry_id, as_of FROM figures_watermark WHERE district = %s", (district,))
    last = mark[0][1] if mark else None
    unsealed = reader.all("SELECT min(id) FROM figures_entry WHERE district = %s AND seq IS NULL", (district,))[0][0]
    if head is None or unsealed is not None or head.size == 0:
        return _Ledger(None, head.size if head else 0, last)
    whole = bool(mark) and mark[0][0] >= log.id_at(head.size - 1)
    return _Ledger(Checkpoint("", head.size, head.root).root_text if whole else None, head.size, last)


# --- what a query says


def _figure(one: FigureDef, period: str, ask: Ask, ledger: _Ledger, *, entries: bool) -> Figure:
    value, numerator, denominator, reason = answer(one, ask)
    places = prove(one, ask) if entries else None
    return Figure(
        one.id, (one.zh, one.en), value, one.unit, period, one, numerator, denominator, places,
        ledger.root, ledger.size, ledger.as_of, reason,
    )  # fmt: skip


def prove(one: FigureDef, ask: Ask) -> tuple[int, ...]:
    """The places in the log of the entries that prove ``one``; those that are not sealed have none."""
    names, rows = ask(one.proof, None)
    if names != ["seq"]:
        raise FigureError("entries_columns", id=one.id, columns=", ".join(names))
    return tuple(sorted({row[0] for row in rows if row[0] is not None}))


def answer(one: FigureDef, ask: Ask) -> tuple[Decimal | None, Decimal | None, Decimal | None, str | None]:
    """Value, numerator, denominator, and why there is no value. Raises FigureError ``query_…``."""
    names, rows = ask(one.asked, 2)
    rated = one.kind in ("rate", "mean")
    if frozenset(names) not in (_RATIOS if rated else _VALUES) or len(names) != (2 if rated else 1):
        raise FigureError("query_columns:ratio" if rated else "query_columns", id=one.id, columns=", ".join(names))
    if len(rows) > 1:
        raise FigureError("query_rows", id=one.id)
    if not rows:
        return None, None, None, "not_told"
    told = {name.removesuffix(_E6): _exact(one, name, value) for name, value in zip(names, rows[0], strict=True)}
    if not rated:
        value = told["value"]
        return _rounded(value, one.precision), None, None, "no_cases" if value is None else None
    above, below = told["numerator"] or Decimal(0), told["denominator"] or Decimal(0)
    if below == 0:
        return None, above, below, "no_cases"
    share = above / below * (100 if one.kind == "rate" else 1)
    return _rounded(share, one.precision), above, below, None


def _exact(one: FigureDef, name: str, value: object) -> Decimal | None:
    """An integer of the store as the number it stands for. Raises FigureError ``query_kind`` for what is not exact."""
    if value is None:
        return None
    whole = type(value) is int or (isinstance(value, Decimal) and value == value.to_integral_value())
    if not whole:
        raise FigureError("query_kind", id=one.id, column=name)
    number = Decimal(str(value))
    return number / _MILLION if name.endswith(_E6) else number


def _rounded(value: Decimal | None, precision: int) -> Decimal | None:
    """四舍五入, as reports do."""
    return None if value is None else value.quantize(Decimal(1).scaleb(-precision), ROUND_HALF_UP)
