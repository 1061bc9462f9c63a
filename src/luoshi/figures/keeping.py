"""Values kept: a figure is computed again only after an entry that it could count, or when its definition changed.

**Exactly when.** A kept value holds until (1) the relations have a later entry of a mechanism that the figure reads,
(2) a later statistic was told, if it reads ``observations``, (3) the digest of its definition is another one, or
(4) its period runs on and the ledger has reached a later day, if it asks what was due or which statistics' periods are
over. Nothing else changes it: a query knows no clock, only the days of its period that the ledger has reached. What a
figure reads is what its query and its definition say (:func:`reads`): the mechanisms of its ``of`` or its pack and
those that stand in the query as texts; only statistics, if its query asks no other relation; everything, if its query
does not narrow by mechanism. The prober refuses a query that counts another pack's cases without saying so.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from hashlib import sha256
from typing import Any, Final

from luoshi.casework.sql import writing
from luoshi.figures.definitions import FigureDef, load_all
from luoshi.figures.errors import FigureError
from luoshi.figures.evaluating import Figure, Ledger, Moment, answer, kind_of, moment, reached
from luoshi.figures.projecting import OBSERVATIONS, catch_up
from luoshi.ledger.relations import bounds
from luoshi.sealing import log

EARLIER: Final = 5
"""Years before the period's own that a trend goes back to."""
Key = tuple[str, str]
"""Figure, period."""

_STORED: Final = (
    "SELECT figure, period, digest, value, numerator, denominator, reason, entry_id, on_day FROM figures_value "
    "WHERE district = %s AND figure {figures} AND period {periods}"
)
_REACHED: Final = "SELECT mechanism, entry_id FROM figures_reached WHERE district = %s"
_COLUMNS: Final = (
    "district", "figure", "period", "digest", "value", "numerator", "denominator", "reason", "entry_id", "on_day",
)  # fmt: skip
_KEEP: Final = (
    f"INSERT INTO figures_value ({', '.join(_COLUMNS)}) VALUES ({', '.join(['%s'] * len(_COLUMNS))}) "
    "ON CONFLICT (district, figure, period) DO UPDATE SET "
    + ", ".join(f"{one} = excluded.{one}" for one in _COLUMNS[3:])
    # Of two that computed at once the one that knew more stays.
    + " WHERE excluded.entry_id >= figures_value.entry_id"
)


@dataclass(frozen=True, slots=True)
class Kept:
    """A value and since when it stands. ``figure`` has the log's root and size as they are now, at which it holds, and
    no places of entries; it was computed when the district's last entry was that with ``entry_id``, of ``on_day``.
    ``recomputed``: this call did it."""

    figure: Figure
    entry_id: int
    on_day: str | None
    recomputed: bool

    @property
    def value(self) -> Decimal | None:
        """The figure's value."""
        return self.figure.value


def values(
    district: str,
    ids: Sequence[str] | None,
    periods: Sequence[str],
    *,
    definitions: Mapping[str, FigureDef] | None = None,
) -> dict[Key, Kept]:
    """The figures ``ids`` (without: all) of ``district`` for those of ``periods`` that each has, all of one moment.

    Computes only what is not kept or does not hold, and keeps it; the number of queries beside that does not grow with
    the number of figures. Raises FigureError and the errors of the store as
    :func:`luoshi.figures.evaluating.evaluate`.
    """
    told = definitions if definitions is not None else load_all()
    wanted = list(_wanted(told, ids, periods))
    catch_up(district)
    with moment(district) as now:
        found = _current(district, wanted, now)
    _keep(district, [one for one in found.values() if one.recomputed])
    return found


def trend(
    district: str, figure: str, period: str, *, definitions: Mapping[str, FigureDef] | None = None
) -> list[tuple[str, Kept]]:
    """How ``figure`` goes: up to five earlier years and the year of ``period``, if it is told by the year, then that
    year's months, or else its quarters, if it is told by them.

    Periods that lie wholly before the district's first entry or after its last one are left out, since a 0 of them
    would say nothing; of statistics, those that were not told. Raises as :func:`values`.
    """
    told = definitions if definitions is not None else load_all()
    one = _defined(told, figure)
    kind_of(period)
    kept = values(district, [figure], list(_around(one, int(period[:4]))), definitions=told)
    ledger = moment_of(district)
    return [(name, found) for (_, name), found in kept.items() if _says(found.figure, name, ledger)]


def moment_of(district: str) -> Ledger:
    """The district's ledger as it is now. Raises FigureError ``district_unknown``; what ``catch_up`` raises."""
    catch_up(district)
    with moment(district) as now:
        return now.ledger


@lru_cache(maxsize=2048)
def digest(one: FigureDef) -> str:
    """Of the whole definition, in hexadecimal."""
    return sha256(one.model_dump_json().encode()).hexdigest()


@lru_cache(maxsize=2048)
def reads(one: FigureDef) -> frozenset[str] | None:
    """The mechanisms that the query of ``one`` reads, ``*observations`` among them for statistics; None for all."""
    query = one.asked
    told = frozenset({OBSERVATIONS} if query.uses("observations") else ())
    if not any(query.uses(name) for name in ("cases", "entries", "measures")):
        return told
    if not query.uses("mechanism"):
        return None
    texts = (token[1:-1] for kind, token in query.tokens if kind == "text")
    return told | {*one.mechanisms, *texts}


def _defined(definitions: Mapping[str, FigureDef], name: str) -> FigureDef:
    one = definitions.get(name)
    if one is None:
        raise FigureError("figure_unknown", id=name)
    return one


def _wanted(
    definitions: Mapping[str, FigureDef], ids: Sequence[str] | None, periods: Sequence[str]
) -> Iterable[tuple[FigureDef, str]]:
    kinds = [(period, kind_of(period)) for period in periods]
    for name in definitions if ids is None else ids:
        one = _defined(definitions, name)
        yield from ((one, period) for period, kind in kinds if kind in one.periods)


def _around(one: FigureDef, year: int) -> Iterable[str]:
    if "year" in one.periods:
        yield from (f"{number:04}" for number in range(max(1, year - EARLIER), year + 1))
    if "month" in one.periods:
        yield from (f"{year:04}-{month:02}" for month in range(1, 13))
    elif "quarter" in one.periods:
        yield from (f"{year:04}-q{quarter}" for quarter in range(1, 5))


def _says(figure: Figure, period: str, ledger: Ledger) -> bool:
    """Whether the ledger could say anything of ``period``."""
    if figure.definition.kind == "series":
        return figure.reason is None
    first, last = bounds(period)
    assert first is not None
    assert last is not None
    return ledger.since is not None and ledger.as_of is not None and first <= ledger.as_of and last >= ledger.since


# --- what is kept


def _current(district: str, wanted: Sequence[tuple[FigureDef, str]], now: Moment) -> dict[Key, Kept]:
    latest = {str(name): int(last) for name, last in log.reader().all(_REACHED, (district,))}
    stored = _stored(district, {one.id for one, _ in wanted}, {period for _, period in wanted})
    found = {}
    for one, period in wanted:
        row = stored.get((one.id, period))
        fresh = (
            row is not None
            and row[2] == digest(one)
            and row[7] >= _last(one, latest)
            and (not _runs(one) or reached(period, row[8]) == reached(period, now.ledger.as_of))
        )
        found[one.id, period] = _read(one, row, now.ledger) if row and fresh else _computed(one, period, now)
    return found


def _runs(one: FigureDef) -> bool:
    """Whether it compares with a day that may lie after any entry's: then the last day reached decides by itself."""
    return any(one.asked.uses(column) for column in ("due_on", "from_day", "to_day"))


def _stored(district: str, figures: set[str], periods: set[str]) -> dict[Key, tuple[Any, ...]]:
    reader = log.reader()
    given: tuple[Any, ...]
    if reader.sqlite:
        among = "IN (SELECT value FROM json_each(%s))"
        given = (json.dumps(sorted(figures)), json.dumps(sorted(periods)))
    else:
        among, given = "= ANY(%s)", (sorted(figures), sorted(periods))
    rows = reader.all(_STORED.format(figures=among, periods=among), (district, *given))
    return {(row[0], row[1]): row for row in rows}


def _last(one: FigureDef, latest: Mapping[str, int]) -> int:
    """The last entry that ``one`` could count."""
    names = reads(one)
    return max((latest.get(name, 0) for name in (latest if names is None else names)), default=0)


def _read(one: FigureDef, row: tuple[Any, ...], ledger: Ledger) -> Kept:
    value, above, below = (None if told is None else Decimal(told) for told in row[3:6])
    return Kept(_figure(one, row[1], (value, above, below, row[6]), ledger), row[7], row[8], recomputed=False)


def _computed(one: FigureDef, period: str, now: Moment) -> Kept:
    figure = _figure(one, period, answer(one, now.ask(period)), now.ledger)
    return Kept(figure, now.ledger.entry_id, now.ledger.as_of, recomputed=True)


def _figure(
    one: FigureDef, period: str, told: tuple[Decimal | None, Decimal | None, Decimal | None, str | None], ledger: Ledger
) -> Figure:
    value, above, below, reason = told
    return Figure(
        one.id, (one.zh, one.en), value, one.unit, period, one, above, below, None, ledger.root, ledger.size,
        ledger.as_of, reason,
    )  # fmt: skip


def _keep(district: str, fresh: Sequence[Kept]) -> None:
    if not fresh:
        return
    with writing() as tx:
        tx.each(_KEEP, [_row(district, one) for one in fresh])


def _row(district: str, kept: Kept) -> tuple[Any, ...]:
    one = kept.figure
    numbers = (None if told is None else f"{told:f}" for told in (one.value, one.numerator, one.denominator))
    return (
        district, one.id, one.period, digest(one.definition), *numbers, one.reason, kept.entry_id, kept.on_day,
    )  # fmt: skip
