"""Kept values are what computing anew gives, and only what an entry touches is computed again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pytest
from tests.casework.district import DISTRICT, ROOT, set_up
from tests.desk import place
from tests.figures.lives import SOME, go_on, live, seal_all
from tests.stores import TestStore

PERIODS = ("2025", "2025-q1", "2025-02")


def definitions() -> Mapping[str, Any]:
    """The figures of the packs that the tests' cases live in."""
    from luoshi.figures.definitions import load_all

    found = load_all(ROOT / "packs")
    return {name: one for name, one in found.items() if name.partition(".")[0] in SOME}


def told(figure: Any) -> tuple[Any, ...]:
    """What a figure says, without the entries that prove it."""
    return (
        figure.id, figure.period, figure.value, figure.numerator, figure.denominator, figure.reason, figure.root,
        figure.size, figure.as_of,
    )  # fmt: skip


def recomputed(periods: tuple[str, ...] = PERIODS) -> set[str]:
    """The mechanisms of what was not kept, after it is; without what changes with the day: what was due, and which
    periods are over."""
    from luoshi.figures.keeping import values

    kept = values(DISTRICT, None, periods, definitions=definitions())
    return {
        figure.partition(".")[0]
        for (figure, _), one in kept.items()
        if one.recomputed and not any(one.figure.definition.asked.uses(day) for day in ("due_on", "to_day"))
    }


def key(row: tuple[Any, ...]) -> tuple[str, str]:
    """Figure and period."""
    return row[0], row[1]


def test_what_is_kept_is_what_computing_anew_gives(store: TestStore) -> None:
    from luoshi.figures.evaluating import evaluate
    from luoshi.figures.keeping import values

    lives = live(steps=25)
    for _ in range(3):
        kept = values(DISTRICT, None, PERIODS, definitions=definitions())
        found = [
            told(one)
            for period in PERIODS
            for one in evaluate(DISTRICT, None, period, definitions=definitions(), entries=False)
        ]
        assert {name: told(one.figure) for name, one in kept.items()} == {key(row): row for row in found}
        assert len(found) > 50
        for life in lives[:2]:
            go_on(life, 6)
        seal_all()


def test_after_one_more_entry_only_what_it_touches_is_computed(store: TestStore) -> None:
    lives = dict(zip(SOME, live(steps=25), strict=True))
    assert recomputed() == set(SOME)
    assert recomputed() == set()
    for name in ("hotline", "patrol", "statistics"):
        go_on(lives[name], 3)
        assert recomputed() == {name}
        assert recomputed() == set()
    seal_all()
    assert recomputed() == set()  # a seal changes no value
    assert "hotline" in recomputed(("2025-03",))  # a period that was not asked for before


def test_what_is_due_later_is_overdue_once_the_ledger_has_reached_that_day(store: TestStore) -> None:
    """While a period runs, a case whose limit lies ahead is not overdue; another case's entry brings the day."""
    from luoshi.figures.keeping import values

    def overdue() -> Any:
        return values(place.DISTRICT, ["supervision.overdue"], ["2026"])["supervision.overdue", "2026"]

    def task(day: int, due: str) -> None:
        at = datetime(2026, 3, day, 10)
        done = place.act(
            "office", "propose", mechanism="supervision", fields={"title": "x", "origin": "meeting"}, at=at
        )
        draft = {"target": "x", "standard": "x", "lead_body": "housing", "due": due}
        place.act("office", "submit", case=done.case, fields=draft, at=at)
        place.act("leader", "approve", case=done.case, n=2, at=at)
        place.act("office", "issue", case=done.case, fields=draft, at=at)

    place.make("supervision")
    task(2, "2026-03-10")
    assert (overdue().value, overdue().figure.to) == (0, "2026-03-02")
    assert not overdue().recomputed
    task(10, "2026-12-18")
    assert overdue().value == 0
    task(11, "2026-12-18")
    assert (overdue().value, overdue().figure.to) == (1, "2026-03-11")


def test_a_period_that_was_told_before_its_end_counts_once_the_ledger_has_reached_that(store: TestStore) -> None:
    """A statistic may be told before its month is over; it is the day, and no statistic, that changes the figure."""
    from luoshi.figures.definitions import load_all
    from luoshi.figures.keeping import values

    one = load_all(ROOT / "packs")["statistics.account_first_months"]
    one = one.model_copy(update={"query": "SELECT count(*) AS value FROM observations WHERE to_day <= :to"})

    def over() -> Any:
        return values(place.DISTRICT, [one.id], ["2026"], definitions={one.id: one})[one.id, "2026"]

    place.make("statistics", "supervision")
    fields = {"indicator": "gdp_growth", "frequency": "quarter", "unit": "percent", "lead_body": "housing"}
    at = datetime(2026, 3, 20, 10)
    case = place.act("statistics", "begin", mechanism="statistics", fields=fields, at=at).case
    told = {"period": "2026-q1", "basis": "cumulative_growth", "source": "bulletin", "value": "7.6"}
    place.act("statistics", "publish", case=case, fields=told, at=at)
    assert (over().value, over().figure.to) == (0, "2026-03-20")
    fields = {"title": "x", "origin": "meeting"}
    place.act("office", "propose", mechanism="supervision", fields=fields, at=datetime(2026, 4, 2, 10))
    assert (over().value, over().figure.to) == (1, "2026-04-02")


def test_another_definition_is_computed_and_takes_the_place(store: TestStore) -> None:
    from django.db import connection

    from luoshi.figures.keeping import values

    live(("hotline",), steps=15)
    one = definitions()["hotline.volume"]
    for again in (True, False):
        assert values(DISTRICT, [one.id], ["2025"], definitions={one.id: one})[one.id, "2025"].recomputed is again
    other = one.model_copy(update={"query": "SELECT 7 AS value"})
    found = values(DISTRICT, [one.id], ["2025"], definitions={one.id: other})
    assert (found[one.id, "2025"].value, found[one.id, "2025"].recomputed) == (7, True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM figures_value")
        assert cursor.fetchone() == (1,)


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_what_a_figure_reads(store: TestStore) -> None:
    from luoshi.figures.keeping import reads

    found = definitions()
    one = found["hotline.volume"]
    assert reads(one) >= {"hotline"}
    assert reads(found["statistics.gdp_growth"]) >= {"*observations", "statistics"}, "a series may be voided"
    assert reads(one.model_copy(update={"query": "SELECT count(*) AS value FROM cases"})) is None
    assert "patrol" in (reads(one.model_copy(update={"of": ("patrol",)})) or ())


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_a_page_from_kept_values_takes_as_many_queries_for_many_figures_as_for_one(store: TestStore) -> None:
    from django.db import connection

    from luoshi.figures.keeping import values

    live(("hotline", "patrol"), steps=20)
    found = definitions()
    values(DISTRICT, None, PERIODS, definitions=found)
    counts = []
    for ids, periods in ((["hotline.volume"], PERIODS[:1]), (None, PERIODS)):
        connection.ensure_connection()
        seen: list[str] = []
        connection.connection.set_trace_callback(seen.append)
        try:
            values(DISTRICT, ids, periods, definitions=found)
        finally:
            connection.connection.set_trace_callback(None)
        counts.append(len(seen))
        plans = [
            step[3]
            for sql in seen
            if sql.startswith("SELECT")
            for step in connection.connection.execute(f"EXPLAIN QUERY PLAN {sql}").fetchall()
        ]
        # Nothing but keys: a ledger of ten years takes as long as this one.
        assert not [step for step in plans if step.startswith("SCAN figures") or "figures_entry_1" in step]
        assert any("public_entry_unsealed (district=?)" in step for step in plans)
    assert counts[0] == counts[1] < 16


def test_a_trend_tells_earlier_years_and_the_months_that_the_ledger_covers(store: TestStore) -> None:
    from luoshi.figures.evaluating import evaluate
    from luoshi.figures.keeping import moment_of, trend

    live(("hotline",), steps=60)
    found = definitions()
    ledger = moment_of(DISTRICT)
    assert ledger.since and ledger.as_of
    line = trend(DISTRICT, "hotline.volume", "2025", definitions=found)
    years = [period for period, _ in line if len(period) == 4]
    months = [period for period, _ in line if len(period) == 7]
    assert years == [str(year) for year in range(int(ledger.since[:4]), 2026)][-6:]
    assert months == sorted(months)
    assert months
    assert all(ledger.since[:7] <= month <= ledger.as_of[:7] for month in months)
    for period, kept in line:
        [one] = evaluate(DISTRICT, ["hotline.volume"], period, definitions=found, entries=False)
        assert kept.value == one.value
    assert trend(DISTRICT, "statistics.gdp_growth", "2025", definitions=found) == []


def test_a_district_that_does_not_exist_has_no_figures(store: TestStore) -> None:
    from luoshi.figures.errors import FigureError
    from luoshi.figures.evaluating import evaluate
    from luoshi.figures.keeping import trend, values
    from luoshi.words.figures import describe_figure

    set_up("hotline")
    found = definitions()
    for ask in (
        lambda: evaluate("nowhere", ["hotline.volume"], "2025", definitions=found),
        lambda: values("nowhere", ["hotline.volume"], ["2025"], definitions=found),
        lambda: trend("nowhere", "hotline.volume", "2025", definitions=found),
    ):
        with pytest.raises(FigureError) as error:
            ask()
        assert error.value.code == "district_unknown"
        assert "nowhere" in describe_figure(error.value)
    [one] = evaluate(DISTRICT, ["hotline.volume"], "2025", definitions=found)
    assert one.value == 0
    with pytest.raises(FigureError, match="figure_unknown"):
        values(DISTRICT, ["hotline.nothing"], ["2025"], definitions=found)
    assert values(DISTRICT, ["statistics.gdp_growth"], ["2025-03"], definitions=found) == {}
