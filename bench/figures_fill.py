"""Ten years of synthetic relations, the same rows by the same SQL in SQLite, PostgreSQL and DuckDB.

Nothing in them is anybody's: mechanisms, stages and measures are those of the packs; days, ends and numbers come from a
counter multiplied and reduced, so that every store makes the same. They stand where the project's relations stand, but
no entry's bytes lie behind them; what is measured is asking, not carrying on (``bench engine``, ``bench ledger``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

from luoshi.figures.definitions import FigureDef
from luoshi.figures.tables import STORE
from luoshi.ledger.relations import COLUMNS, HOLDS, NUMBERS, bounds
from luoshi.mechanisms.loader import load
from luoshi.mechanisms.model import Mechanism

DISTRICT: Final = "synthetic"
FIRST: Final = date(2010, 1, 1)
YEARS: Final = 10
PER_DAY: Final = 493
"""Cases opened on each day: 180,000 in a year, with 5.5 entries each a million entries."""
SLOTS: Final = 1000
SHARES: Final = {"patrol": 280, "service": 230, "hotline": 200, "grid_event": 130, "patrol_problem": 50}
"""Of a thousand cases how many are of these; the others share what is left."""
STEPS: Final = 6
_EPOCH: Final = date(1970, 1, 1)
_AFTER: Final = 60
"""Days after the last opening on which entries may lie."""

Run = Callable[[str], Any]
"""Runs one statement."""


@dataclass(frozen=True, slots=True)
class Size:
    """How many days are filled, with how many cases each."""

    days: int = (FIRST.replace(year=FIRST.year + YEARS) - FIRST).days
    per_day: int = PER_DAY

    @property
    def last_year(self) -> str:
        """The last whole year that is filled, or the one in which the last day lies."""
        return str((FIRST + timedelta(days=self.days - 1)).year)


def fill(run: Run, packs: Path, size: Size, *, ids: bool) -> None:
    """Fill the empty tables of the relations (``ids``: those of the store, whose entries have ids)."""
    for sql in (*_lookups(packs, size), *_MADE, *_rows(ids=ids), *_observations(packs, size)):
        run(sql)
    for name in ("case", "day", "slot", "mix", "step", "measure"):
        run(f"DROP TABLE fill_{name}")


def empty(run: Run) -> None:
    """The tables of the relations in a database that has none: for DuckDB."""
    for name, columns in COLUMNS.items():
        told = ", ".join(f'"{one}" {"BIGINT" if one in NUMBERS else "VARCHAR"}' for one in columns)
        run(f"CREATE TABLE {STORE[name]} ({told})")


def mechanisms(packs: Path) -> list[Mechanism]:
    """The packs' mechanisms, in the order of their names."""
    return [load(path.read_bytes(), str(path)) for path in sorted(packs.glob("*/mechanism.yaml"))]


def periods(definitions: Sequence[FigureDef], year: str) -> Iterator[tuple[FigureDef, str]]:
    """Every figure of ``year``, its quarters and its months."""
    every = {
        "year": [year],
        "quarter": [f"{year}-q{number}" for number in range(1, 5)],
        "month": [f"{year}-{number:02}" for number in range(1, 13)],
    }
    for one in definitions:
        for kind in one.periods:
            for period in every[kind]:
                yield one, period


# --- small tables that the rows are made of


def _lookups(packs: Path, size: Size) -> Iterator[str]:
    yield "CREATE TABLE fill_day (n BIGINT PRIMARY KEY, day VARCHAR(10), day_n BIGINT)"
    days = [FIRST + timedelta(days=n) for n in range(size.days + _AFTER)]
    yield from _values("fill_day", [(n, day.isoformat(), (day - _EPOCH).days) for n, day in enumerate(days)])
    yield "CREATE TABLE fill_slot (j BIGINT)"
    yield from _values("fill_slot", [(j,) for j in range(size.per_day)])
    yield "CREATE TABLE fill_size (days BIGINT, per_day BIGINT)"
    yield from _values("fill_size", [(size.days, size.per_day)])
    found = mechanisms(packs)
    yield "CREATE TABLE fill_mix (slot BIGINT PRIMARY KEY, mechanism VARCHAR(60), bad VARCHAR(60))"
    yield from _values("fill_mix", list(_mix(found)))
    yield (
        "CREATE TABLE fill_step (mechanism VARCHAR(60), n BIGINT, act VARCHAR(60), stage_from VARCHAR(60), "
        "stage_to VARCHAR(60))"
    )
    yield from _values("fill_step", [row for one in found for row in _steps(one)])
    yield "CREATE TABLE fill_measure (mechanism VARCHAR(60), name VARCHAR(60), unit VARCHAR(60), k BIGINT)"
    told = [(one.id, name, unit, k) for one in found for k, (name, unit) in enumerate(sorted(one.measures.items()), 1)]
    yield from _values("fill_measure", told)


def _values(table: str, rows: Sequence[Sequence[str | int | None]]) -> Iterator[str]:
    for start in range(0, len(rows), 500):
        told = ", ".join(f"({', '.join(_written(one) for one in row)})" for row in rows[start : start + 500])
        yield f"INSERT INTO {table} VALUES {told}"


def _written(value: str | int | None) -> str:
    if value is None:
        return "NULL"
    return str(value) if isinstance(value, int) else "'" + value.replace("'", "''") + "'"


def _mix(found: Sequence[Mechanism]) -> Iterator[tuple[int, str, str]]:
    """Which mechanism each slot is of, and in which stage a case of it ends that is not done."""
    others = [one for one in found if one.id not in SHARES and one.observation is None]
    order = [one for one in found for _ in range(SHARES.get(one.id, 0))]
    order += [others[number % len(others)] for number in range(SLOTS - len(order))]
    for slot, one in enumerate(order):
        ends = [name for name, stage in one.stages.items() if not stage.open and stage.outcome != "done"]
        yield slot, one.id, ends[slot % len(ends)] if ends else _path(one)[-1]


def _path(mechanism: Mechanism) -> list[str]:
    """Stages from the first to one that is done, the shortest way."""
    begins = [one.to for one in mechanism.actions.values() if not one.from_ and one.to]
    ways = [[str(begins[0])]] if begins else [[next(iter(mechanism.stages))]]
    seen = {ways[0][0]}
    for way in ways:
        if mechanism.stages[way[-1]].outcome == "done":
            return way
        for one in mechanism.actions.values():
            if one.to and way[-1] in one.from_ and one.to not in seen:
                seen.add(one.to)
                ways.append([*way, one.to])
    return ways[-1]


def _steps(mechanism: Mechanism) -> Iterator[tuple[str, int, str, str, str]]:
    """Six steps that go through the stages of the path; a step that stays where it was is a note."""
    path, before = _path(mechanism), ""
    for n in range(1, STEPS + 1):
        stage = path[min(n - 1, 4) * (len(path) - 1) // 4]
        yield mechanism.id, n, "open" if n == 1 else "note" if stage == before else "move", before, stage
        before = stage


# --- the rows

_MADE: Final = (
    """CREATE TABLE fill_case AS
    SELECT k, o, h, mechanism, bad, state, o + 15 AS due, o + 3 + h % 20 AS answered, o + 3 + h % 20 + h % 7 AS struck,
      CASE state WHEN 'done' THEN 5 + h % 2 WHEN 'bad' THEN 2 ELSE 3 END AS steps
    FROM (
      SELECT k, o, h, m.mechanism, m.bad,
        CASE WHEN h % 100 < 3 THEN 'bad' WHEN o + 40 > z.days OR h % 100 = 99 THEN 'open' ELSE 'done' END AS state
      FROM (
        SELECT k, o, (k * 48271) % 65537 AS h, (k * 7919) % 1000 AS slot
        FROM (
          SELECT d.n AS o, d.n * z.per_day + s.j AS k
          FROM fill_size z CROSS JOIN fill_day d CROSS JOIN fill_slot s WHERE d.n < z.days
        ) AS numbered
      ) AS hashed JOIN fill_mix m ON m.slot = hashed.slot CROSS JOIN fill_size z
    ) AS ended""",
    "DROP TABLE fill_size",
)
_CASE: Final = "'synthetic-' || (100000000 + c.k)"


def _rows(*, ids: bool) -> Iterator[str]:
    yield f"""INSERT INTO {STORE["cases"]} ({_named("cases")})
    SELECT '{DISTRICT}', {_CASE}, c.mechanism, 1, CASE c.h % 4 WHEN 0 THEN 'phone' WHEN 1 THEN 'app' ELSE 'visit' END,
      'category-' || (c.h % 40), 'body-' || (c.h % 60), 'area-' || (c.h % 90), od.day,
      CASE WHEN c.state = 'done' THEN ad.day END, CASE WHEN c.state = 'done' THEN sd.day END, dd.day,
      CASE WHEN c.state = 'bad' THEN c.bad ELSE f.stage_to END, CASE WHEN c.h % 50 = 7 THEN '0.5' ELSE '1' END,
      CASE WHEN c.h % 50 = 7 THEN 500000 ELSE 1000000 END, NULL,
      CASE WHEN c.state <> 'done' THEN NULL ELSE
        CASE c.h % 5 WHEN 0 THEN NULL WHEN 1 THEN 'partly' WHEN 2 THEN 'dissatisfied' ELSE 'satisfied' END END
    FROM fill_case c JOIN fill_day od ON od.n = c.o JOIN fill_day ad ON ad.n = c.answered
      JOIN fill_day sd ON sd.n = c.struck JOIN fill_day dd ON dd.n = c.due
      JOIN fill_step f ON f.mechanism = c.mechanism AND f.n = c.steps
    ORDER BY c.k"""
    own = "id, " if ids else ""
    number = f"c.k * {STEPS} + f.n"
    yield f"""INSERT INTO {STORE["entries"]} ({own}{_named("entries")})
    SELECT {f"{number}, " if ids else ""}'{DISTRICT}', {_CASE}, f.n, {number} - 1, c.mechanism, f.act, f.stage_from,
      CASE WHEN c.state = 'bad' AND f.n = 2 THEN c.bad ELSE f.stage_to END, 'body-' || (c.h % 60), d.day, d.day_n,
      CASE WHEN f.n = c.steps THEN '{HOLDS}' ELSE u.day END
    FROM fill_case c JOIN fill_step f ON f.mechanism = c.mechanism AND f.n <= c.steps
      JOIN fill_day d ON d.n = {_day_of("f.n")} JOIN fill_day u ON u.n = {_day_of("f.n + 1")}
    ORDER BY c.k, f.n"""
    for n, value, until, which in (
        (3, "1 + c.h % 50", f"CASE WHEN c.state = 'done' AND c.h % 4 = 0 THEN ad.day ELSE '{HOLDS}' END", ""),
        (4, "2 + c.h % 50", f"'{HOLDS}'", "AND c.state = 'done' AND c.h % 4 = 0"),
    ):
        yield f"""INSERT INTO {STORE["measures"]} ({_named("measures")})
        SELECT '{DISTRICT}', {_CASE}, m.name, '' || ({value}), ({value}) * 1000000, m.unit, c.mechanism, {n},
          {"ad" if n == 4 else "td"}.day, {until}
        FROM fill_case c JOIN fill_measure m ON m.mechanism = c.mechanism JOIN fill_day td ON td.n = c.o + 2
          JOIN fill_day ad ON ad.n = c.answered
        WHERE c.steps > 2 {which} ORDER BY c.k, m.k"""


def _day_of(n: str) -> str:
    """The day of a case's entry ``n``."""
    return (
        f"CASE {n} WHEN 1 THEN c.o WHEN 2 THEN c.o + 1 WHEN 3 THEN c.o + 2 WHEN 4 THEN c.answered "
        "WHEN 5 THEN c.struck ELSE c.struck + 1 END"
    )


def _named(relation: str) -> str:
    return ", ".join(f'"{one}"' for one in COLUMNS[relation])


def _observations(packs: Path, size: Size) -> Iterator[str]:
    """A value of each indicator for each of its periods."""
    from luoshi.figures.definitions import load_file  # noqa: PLC0415 - only here

    rows: list[tuple[str | int | None, ...]] = []
    years = range(FIRST.year, int(size.last_year) + 1)
    for path in sorted(packs.glob("*/indicators.yaml")):
        loaded = load_file(path)
        told = [one for year in years for one in periods(loaded.figures, str(year))]
        for number, (one, period) in enumerate(told):
            basis = one.query.partition("basis = '")[2].partition("'")[0]
            first, last = bounds(period)
            rows.append(
                (DISTRICT, one.id, one.id.partition(".")[2], period, first, last, None, "8.9", 8_900_000, "%", basis,
                 "synthetic", 0, 0, number + 2)
            )  # fmt: skip
    yield from _values(f"{STORE['observations']} ({_named('observations')})", rows)
