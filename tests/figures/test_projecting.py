"""The public relations: the same of the store on SQLite, on PostgreSQL, and of the export."""

from __future__ import annotations

import sqlite3
import threading
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from tests.casework.district import DISTRICT
from tests.figures.lives import export, go_on, live, of_file, of_store, sweep_all
from tests.stores import TestStore


def cases_of_casework() -> list[tuple[Any, ...]]:
    """The rows of cases as casework has them."""
    from luoshi.casework.models import Case
    from luoshi.ledger.chain import COLUMNS

    return sorted(tuple(getattr(row, name) for name in COLUMNS) for row in Case.objects.filter(district=DISTRICT))


def test_the_relations_of_the_store_are_those_of_its_export(store: TestStore, tmp_path: Path) -> None:
    from luoshi.figures.exported import open_export
    from luoshi.figures.projecting import catch_up
    from luoshi.ledger.chain import COLUMNS as OF_CASE
    from luoshi.ledger.relations import COLUMNS

    lives = live()
    first = catch_up(DISTRICT, batch=7)
    assert first > 100
    assert catch_up(DISTRICT) == 0
    told = of_store()
    assert all(row[COLUMNS["entries"].index("seq")] is None for row in told["entries"])
    for life in lives:
        go_on(life, 10)
    sweep_all(lives)
    made = export(tmp_path / "ledger")
    assert catch_up(DISTRICT, batch=11) > 0
    opened = open_export(made)
    told = of_store()
    assert told == of_file(opened.raw)
    assert opened.districts == (DISTRICT,)
    assert len(told["entries"]) == opened.size
    assert sorted(row[COLUMNS["entries"].index("seq")] for row in told["entries"]) == list(range(opened.size))
    assert len(told["measures"]) > 3
    assert len(told["observations"]) > 3
    places = [COLUMNS["cases"].index(name) for name in OF_CASE]
    assert sorted(tuple(row[place] for place in places) for row in told["cases"]) == cases_of_casework()


def test_made_in_batches_of_any_size_they_are_the_same(store: TestStore) -> None:
    from django.db import connection

    from luoshi.figures.projecting import catch_up
    from luoshi.figures.tables import STORE

    live(seed=11, steps=40)
    found = []
    for batch in (1, 5, 10_000):
        with connection.cursor() as cursor:
            for table in (*STORE.values(), "figures_watermark"):
                cursor.execute(f"DELETE FROM {table}")
        catch_up(DISTRICT, batch=batch)
        found.append(of_store())
    assert found[0] == found[1] == found[2]


def test_folded_in_any_batches_the_tellings_are_those_of_the_export(
    store: TestStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A property: whatever the cuts, what was told anew ends what was told before, in the store as in the export."""
    from django.db import connection
    from hypothesis import given, settings
    from hypothesis import strategies as st

    from luoshi.casework.sql import writing
    from luoshi.figures import gathering
    from luoshi.figures.exported import open_export
    from luoshi.figures.projecting import catch_up
    from luoshi.figures.tables import OWN, STORE, Tables, make
    from luoshi.ledger.relations import COLUMNS, HOLDS

    live(("patrol", "wage_arrears", "statistics"), seed=5, steps=70)
    made = export(tmp_path / "ledger")
    whole = of_file(open_export(made).raw)
    monkeypatch.setattr(gathering, "BATCH", 7)
    assert of_file(open_export(made).raw) == whole
    until = COLUMNS["measures"].index("until_day")
    assert sum(row[until] != HOLDS for row in whole["measures"]) > 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, data FROM casework_entry ORDER BY id")
        rows = [(int(row[0]), bytes(row[1])) for row in cursor.fetchall()]

    def folded(tables: Tables, edges: list[int]) -> None:
        for first, last in pairwise(edges):
            part = rows[first:last]
            if part:
                ids = [row[0] for row in part]
                tables.add(DISTRICT, [row[1] for row in part], range(first, last), ids)

    @settings(max_examples=12, deadline=None)
    @given(st.lists(st.integers(0, len(rows)), max_size=12))
    def same(cuts: list[int]) -> None:
        edges = [0, *sorted(cuts), len(rows)]
        with writing() as tx:
            for table in STORE.values():
                tx.run(f"DELETE FROM {table}")
            folded(Tables(tx, STORE, ids=True), edges)
        assert of_store() == whole
        raw = sqlite3.connect(":memory:")
        folded(Tables(make(raw), OWN), edges)
        assert of_file(raw) == whole

    same()
    with connection.cursor() as cursor:
        for table in STORE.values():
            cursor.execute(f"DELETE FROM {table}")
    catch_up(DISTRICT, batch=3)
    assert of_store() == whole


def test_several_at_once_make_them_once(store: TestStore) -> None:
    from django.db import connections

    from luoshi.figures.projecting import catch_up

    live(("hotline",), steps=120)
    counts: list[int] = []

    def run() -> None:
        try:
            counts.append(catch_up(DISTRICT, batch=10))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(counts) == 4
    assert sum(counts) == len(of_store()["entries"])


def test_what_is_interrupted_goes_on(store: TestStore, monkeypatch: pytest.MonkeyPatch) -> None:
    from luoshi.figures import projecting, tables

    live(("patrol",), steps=60)
    whole = tables.Tables._put_cases
    calls = []

    def stops(self: Any, rows: Any) -> None:
        calls.append(rows)
        if len(calls) == 3:
            raise KeyboardInterrupt
        whole(self, rows)

    monkeypatch.setattr(tables.Tables, "_put_cases", stops)
    with pytest.raises(KeyboardInterrupt):
        projecting.catch_up(DISTRICT, batch=5)
    before = len(of_store()["entries"])
    assert before == 10  # the third batch is undone whole
    projecting.catch_up(DISTRICT, batch=5)
    assert len(of_store()["entries"]) > before


def test_another_district_stays_out(store: TestStore) -> None:
    from luoshi.figures.projecting import catch_up

    live(("patrol",), steps=20)
    assert catch_up("elsewhere") == 0
    assert not any(of_store().values())


def test_an_export_that_was_altered_is_refused(store: TestStore, tmp_path: Path) -> None:
    from luoshi.figures.errors import FigureError
    from luoshi.figures.exported import open_export

    live(("patrol",), steps=20)
    made = export(tmp_path / "ledger")
    file = next(path for path in (made / "tile" / "entries").rglob("*") if path.is_file())
    file.write_bytes(file.read_bytes().replace('"个"'.encode(), '"只"'.encode(), 1))
    with pytest.raises(FigureError, match="export_wrong"):
        open_export(made)
