"""Figures over ten years measured, as a program of its own on the store of ``DATABASE_URL``; prints JSON."""
# ruff: noqa: PLC0415 - Django is set up by then

from __future__ import annotations

import json
import os
import re
import sys
import time
from typing import Any

from bench.figures_fill import DISTRICT, FIRST, Size, empty, fill, periods
from bench.gold import ROOT
from luoshi.figures.tables import STORE
from luoshi.site import setup

ROUNDS, PAGES = 3, 60
PACKS = ROOT / "packs"
FIGURE = "hotline.volume"
SLOWEST = 3


def main() -> None:
    """Fill, compute, keep, go on by one entry."""
    size = Size(int(sys.argv[1]), int(sys.argv[2]))
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    setup()
    with answers:
        told = prepare(size)
        told |= anew(size.last_year) | kept(size.last_year) | compared(size)
        json.dump(told, answers)


def prepare(size: Size) -> dict[str, Any]:
    """An empty store becomes one with the relations of ten years."""
    from django.db import connection

    from luoshi.site.stores import migrate

    migrate()
    start = time.perf_counter()
    with connection.cursor() as cursor:
        indexes = [] if connection.vendor == "sqlite" else _without_indexes(cursor)
        fill(cursor.execute, PACKS, size, ids=True)
        for sql in indexes:
            cursor.execute(sql)
        cursor.execute(
            "INSERT INTO figures_watermark (district, entry_id, since, as_of) VALUES (%s, 0, %s, %s)",
            (DISTRICT, FIRST.isoformat(), f"{size.last_year}-12-31"),
        )
        cursor.execute("ANALYZE")
        counts = {name: _one(cursor, f"SELECT count(*) FROM {table}") for name, table in STORE.items()}
    return {"made": time.perf_counter() - start, "counts": counts}


def _without_indexes(cursor: Any) -> list[str]:
    """Drop the indexes of the relations on PostgreSQL; what makes them again."""
    cursor.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s) AND indexname NOT LIKE '%%_pkey' "
        "AND indexname NOT IN (SELECT conname FROM pg_constraint)",
        (list(STORE.values()),),
    )
    found = cursor.fetchall()
    for name, _ in found:
        cursor.execute(f'DROP INDEX "{name}"')
    return [made for _, made in found]


def _one(cursor: Any, sql: str) -> Any:
    cursor.execute(sql)
    return cursor.fetchone()[0]


def anew(year: str) -> dict[str, Any]:
    """Every figure of the year from relations, some times over; and the slowest of them."""
    from luoshi.figures.definitions import load_all
    from luoshi.figures.evaluating import evaluate

    definitions = load_all(PACKS)
    times, found = [], []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        found = evaluate(DISTRICT, None, year, definitions=definitions, entries=False)
        times.append(time.perf_counter() - start)
    single = []
    for one in found:
        start = time.perf_counter()
        evaluate(DISTRICT, [one.id], year, definitions=definitions, entries=False)
        single.append((one.id, time.perf_counter() - start))
    single.sort(key=lambda each: -each[1])
    told = {one.id: None if one.value is None else str(one.value) for one in found}
    return {"anew": times, "told": told, "slowest": single[:SLOWEST]}


def kept(year: str) -> dict[str, Any]:
    """Every value of the year kept; a page of them; one more entry."""
    from luoshi.figures.definitions import load_all
    from luoshi.figures.keeping import trend, values

    definitions = load_all(PACKS)
    every = sorted({period for _, period in periods(list(definitions.values()), year)})
    values(DISTRICT, None, every, definitions=definitions)
    start = time.perf_counter()
    told = values(DISTRICT, None, every, definitions=definitions)
    once = time.perf_counter() - start
    if any(one.recomputed for one in told.values()):
        raise ValueError("what was kept did not hold")
    trend(DISTRICT, FIGURE, year, definitions=definitions)
    pages = []
    for _ in range(PAGES):
        start = time.perf_counter()
        values(DISTRICT, [FIGURE], [year], definitions=definitions)
        trend(DISTRICT, FIGURE, year, definitions=definitions)
        pages.append(time.perf_counter() - start)
    one_more(year)
    start = time.perf_counter()
    told = values(DISTRICT, None, every, definitions=definitions)
    after = time.perf_counter() - start
    again = sum(one.recomputed for one in told.values())
    return {"page": pages, "kept": once, "all": len(told), "after": after, "again": again}


def one_more(year: str) -> None:
    """One more entry in the store: a case of the hotline begins."""
    from django.db import connection

    day = f"{year}-12-31"
    entry = {
        "district": DISTRICT, "case": "synthetic-more", "n": 1, "mechanism": "hotline", "version": 1, "act": "open",
        "stage_from": "", "stage_to": "registered", "body": "body-1", "on_day": day, "set": {"opened_on": day},
        "data": {},
    }  # fmt: skip
    with connection.cursor() as cursor:
        last = _one(cursor, f"SELECT max(id) FROM {STORE['entries']}")
        cursor.execute(
            "INSERT INTO casework_entry (id, district, case_id, n, data, digest) VALUES (%s, %s, 1, 1, %s, %s)",
            (last + 1, DISTRICT, json.dumps(entry).encode(), b"\0" * 32),
        )


def compared(size: Size) -> dict[str, Any]:
    """What DuckDB is asked: the same rows and queries, with what this store's rows say."""
    from luoshi.figures.definitions import load_all
    from luoshi.figures.evaluating import moment
    from luoshi.figures.query import statement
    from luoshi.ledger.relations import bounds

    made: list[str] = []
    empty(made.append)
    fill(made.append, PACKS, size, ids=False)
    asks, rows = [], {}
    year = str(int(size.last_year) - 1)
    first, last = bounds(year)
    given = {"district": DISTRICT, "from": first, "to": last}
    with moment(DISTRICT) as now:
        ask = now.ask(year)
        for name, one in load_all(PACKS).items():
            if "year" in one.periods:
                told = statement(one.asked, STORE, sqlite=False).replace("%%", "%")
                sql = re.sub(r"%\((district|from|to)\)s::text", lambda found: f"'{given[found[1]]}'", told)
                asks.append((name, sql))
                rows[name] = [
                    [None if value is None else str(int(value)) for value in row] for row in ask(one.asked, None)[1]
                ]
    return {"fill": made, "asks": asks, "rows": rows}


if __name__ == "__main__":
    main()
