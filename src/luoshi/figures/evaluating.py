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
from luoshi.figures.exported import Opened, open_export
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

_SET_UP: Final = (
    "SELECT 1 FROM org_body WHERE district = %s LIMIT 1",
    "SELECT 1 FROM casework_setup WHERE district = %s LIMIT 1",
)
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
    and ``size`` are those of the log. ``root`` is None while an entry that counts is not sealed. ``as_of`` is the
    last day of any entry of the district.
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

    @property
    def to(self) -> str:
        """The last day that it counts."""
        return reached(self.period, self.as_of)


@dataclass(frozen=True, slots=True)
class Ledger:
    """The log as it is in one moment, with its ``root`` if every entry that could count is sealed, the days of the
    district's first and last entry, and up to which entry the store's relations have all."""

    root: str | None
    size: int
    as_of: str | None
    since: str | None = None
    entry_id: int = 0


@dataclass(frozen=True, slots=True)
class Moment:
    """One moment of the store, to be read only: ``ask`` gives what asks for a period."""

    ledger: Ledger
    ask: Callable[[str], Ask]


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
    ``district_unknown``, ``figure_unknown``, ``period_wrong``, ``query_…``; what ``catch_up`` raises.
    """
    chosen = _chosen(definitions if definitions is not None else load_all(), ids, period)
    catch_up(district)
    with moment(district) as now:
        return _figures(chosen, period, now.ask(period), now.ledger, entries=entries)


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
        return evaluate_opened(opened, district, chosen, period, entries=entries)
    finally:
        opened.raw.close()


def evaluate_opened(
    opened: Opened, district: str, chosen: Sequence[FigureDef], period: str, *, entries: bool = True
) -> list[Figure]:
    """The figures ``chosen`` of an export that is open. Raises FigureError as :func:`evaluate`."""
    row = opened.raw.execute("SELECT max(on_day) FROM entries WHERE district = ?", (district,)).fetchone()
    ledger = Ledger(opened.root, opened.size, row[0])
    return _figures(chosen, period, file_ask(opened.raw, district, period, ledger.as_of), ledger, entries=entries)


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


def reached(period: str, as_of: str | None) -> str:
    """The last day of ``period`` or, while it runs, the last one that the ledger has reached (``as_of``): what falls
    due afterwards is not overdue yet."""
    first, last = bounds(period)
    assert first is not None
    assert last is not None
    return last if as_of is None or as_of < first else min(last, as_of)


def _parameters(district: str, period: str, as_of: str | None) -> dict[str, str]:
    return {
        "district": district,
        "period": period,
        "from": str(bounds(period)[0]),
        "to": reached(period, as_of),
    }


def file_ask(
    raw: sqlite3.Connection, district: str, period: str, as_of: str | None = None, *, steps: int | None = None
) -> Ask:
    """Asks the relations in ``raw``, an SQLite file of their own, which has reached the day ``as_of`` (None: all of
    ``period``)."""
    return _sqlite_ask(raw, OWN, _parameters(district, period, as_of), steps)


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
def moment(district: str) -> Iterator[Moment]:
    """One moment of the store, to be read only. Raises FigureError ``district_unknown``, CaseworkError for the
    store."""
    with reading():
        connection.ensure_connection()
        raw: Any = connection.connection
        if connection.vendor == "sqlite":
            raw.execute("BEGIN")
            try:
                ledger = _ledger(district)
                yield Moment(
                    ledger, lambda period: _sqlite_ask(raw, STORE, _parameters(district, period, ledger.as_of))
                )
            finally:
                raw.rollback()
            return
        cursor = psycopg.Cursor(raw)
        cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        try:
            cursor.execute(f"SET LOCAL statement_timeout = '{SECONDS}s'")
            ledger = _ledger(district)
            yield Moment(ledger, lambda period: _server_ask(cursor, _parameters(district, period, ledger.as_of)))
        finally:
            raw.rollback()


def _server_ask(cursor: Any, parameters: dict[str, str]) -> Ask:
    def ask(query: Query, most: int | None) -> tuple[list[str], list[tuple[Any, ...]]]:
        try:
            cursor.execute(statement(query, STORE, sqlite=False), parameters)
        except psycopg.errors.QueryCanceled as error:
            raise FigureError("query_slow", seconds=SECONDS) from error
        except psycopg.ProgrammingError as error:
            raise FigureError("query_wrong", reason=" ".join(str(error).split())) from error
        rows = cursor.fetchall() if most is None else cursor.fetchmany(most)
        return [column.name for column in cursor.description or ()], rows

    return ask


def _ledger(district: str) -> Ledger:
    """The log, with its root if it has every entry that the relations have, and no other of the district."""
    reader, head = log.reader(), log.head()
    sql = "SELECT entry_id, as_of, since FROM figures_watermark WHERE district = %s"
    mark, last, first = next(iter(reader.all(sql, (district,))), (0, None, None))
    # A district that was set up may have no entry yet; one that was not is a word mistyped, and no district with 0.
    if last is None and not any(reader.all(sql, (district,)) for sql in _SET_UP):
        raise FigureError("district_unknown", district=district)
    unsealed = reader.all("SELECT min(id) FROM figures_entry WHERE district = %s AND seq IS NULL", (district,))[0][0]
    size = head.size if head else 0
    whole = head is not None and unsealed is None and size > 0 and mark >= log.id_at(size - 1)
    root = Checkpoint("", size, head.root).root_text if head is not None and whole else None
    return Ledger(root, size, last, first, mark)


# --- what a query says


def _figures(chosen: Sequence[FigureDef], period: str, ask: Ask, ledger: Ledger, *, entries: bool) -> list[Figure]:
    """Figures that the same entries prove, such as all cases opened, share them: a query is asked once."""
    proven: dict[str, tuple[int, ...]] = {}
    found = []
    for one in chosen:
        value, numerator, denominator, reason = answer(one, ask)
        places = None
        if entries:
            text = one.proof.text
            places = proven[text] = proven[text] if text in proven else prove(one, ask)
        found.append(
            Figure(
                one.id, (one.zh, one.en), value, one.unit, period, one, numerator, denominator, places,
                ledger.root, ledger.size, ledger.as_of, reason,
            )
        )  # fmt: skip
    return found


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
        if value is None:
            return None, None, None, "no_cases"
        return rounded(value, one.precision), None, None, None
    above, below = told["numerator"] or Decimal(0), told["denominator"] or Decimal(0)
    if below == 0:
        return None, above, below, "no_cases"
    share = above / below * (100 if one.kind == "rate" else 1)
    return rounded(share, one.precision, whole=100 if one.kind == "rate" else 0), above, below, None


def _exact(one: FigureDef, name: str, value: object) -> Decimal | None:
    """An integer of the store as the number it stands for. Raises FigureError ``query_kind`` for what is not exact."""
    if value is None:
        return None
    whole = type(value) is int or (isinstance(value, Decimal) and value == value.to_integral_value())
    if not whole:
        raise FigureError("query_kind", id=one.id, column=name)
    number = Decimal(str(value))
    return number / _MILLION if name.endswith(_E6) else number


def rounded(value: Decimal, precision: int, *, whole: int = 0) -> Decimal:
    """四舍五入, as reports do, but something is never nothing, and less than the ``whole`` never all of it: then to as
    many decimals as tell it. One case of 30,000 that is open is 99.997 %, and no 100.00 %."""
    found = value.quantize(Decimal(1).scaleb(-precision), ROUND_HALF_UP)
    if found == value or found not in (0, whole):
        return found
    return rounded(value, precision + 1, whole=whole)
