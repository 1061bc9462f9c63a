"""Promises held against the ledger: the year so far and the year that is over, last year, series, the pace."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from tests.desk import place
from tests.desk.measured import bind, calls, measured, target
from tests.stores import TestStore

D = Decimal
VOLUME = "grid_event.volume"
GRID = {"indicator": "网格事件受理量", "unit": "件"}


def held(on_day: str = "2026-10-12", year: int = 2026) -> dict[str, Any]:
    """Commitment's code → it against its figure."""
    from luoshi.figures.promised import promised

    return {one.commitment: one for one in promised(place.DISTRICT, year, on_day=on_day)}


def test_the_year_so_far_and_the_year_that_is_over(store: TestStore, monkeypatch: pytest.MonkeyPatch) -> None:
    made = measured(monkeypatch, 3)
    calls(3)
    bind(made.codes[0], VOLUME, target(**GRID, value="10"))
    bind(made.codes[1], VOLUME, target(**GRID, value="4", op="≤"))
    one, limit = held().values()
    assert (one.judgement.verdict, one.judgement.reason, one.over) == ("open", "not_over", False)
    assert (limit.judgement.verdict, limit.judgement.reason) == ("open", "not_over")
    assert one.value.value == 3 and one.value.period == "2026" and one.until == "2026-12-31"
    assert one.pace.share == 30 and one.pace.time == D("78.1") and one.pace.ahead == D("-48.1")
    assert one.pace.state == "behind" and limit.pace is None, "a limit is nothing to be reached"
    one, limit = held("2027-01-01").values()
    assert (one.judgement.verdict, one.over, one.pace) == ("missed", True, None)
    assert limit.judgement.verdict == "met"
    assert held(year=2025) == {}


def test_the_pace_by_day(store: TestStore, monkeypatch: pytest.MonkeyPatch) -> None:
    made = measured(monkeypatch, 1)
    calls(3)
    bind(made.codes[0], VOLUME, target(**GRID, value="12"))
    states = {day: held(day)[made.codes[0]].pace for day in ("2026-01-31", "2026-03-31", "2026-06-30")}
    assert [one.state for one in states.values()] == ["ahead", "on_pace", "behind"]
    assert all(one.share == 25 for one in states.values())


def test_against_last_year(store: TestStore, monkeypatch: pytest.MonkeyPatch) -> None:
    made = measured(monkeypatch, 2)
    bind(
        made.codes[0],
        VOLUME,
        target(**{**GRID, "indicator": "网格事件受理量增长", "unit": "%"}, value="50", basis="上年"),
    )
    calls(2, datetime(2026, 3, 2, 10))
    one = held()[made.codes[0]]
    assert (one.judgement.verdict, one.judgement.reason) == ("unknown", "no_comparison"), "the ledger began this year"
    assert one.other is None
    assert one.target.comparator == "last_year" and one.target.growth == 50


def test_what_cannot_be_judged_says_why(store: TestStore, monkeypatch: pytest.MonkeyPatch) -> None:
    made = measured(monkeypatch, 5)
    calls(1)
    bind(made.codes[0], VOLUME, target(**{**GRID, "unit": "元"}))
    bind(made.codes[1], "no.such", target())
    bind(made.codes[2], "grid_event.closed_rate", target(op=">basis", value=None, unit="%", basis="全市平均水平"))
    bind(made.codes[3], "statistics.unemployment_rate", target(indicator="城镇调查失业率", value="5", unit="%", op="≤"))
    bind(made.codes[4], "grid_event.answered_rate", target(op=">basis", value=None, unit="%", basis="全市平均水平"),
         against="statistics.unemployment_rate")  # fmt: skip
    reasons = [(one.judgement.verdict, one.judgement.reason) for one in held().values()]
    assert reasons == [
        ("unknown", "unit"), ("unknown", "no_figure"), ("unknown", "no_series"), ("unknown", "no_value"),
        ("unknown", "no_comparison"),
    ]  # fmt: skip
    found = list(held().values())
    assert found[1].value is None and found[3].value.reason == "not_told"
    assert all(one.pace is None for one in found)


def test_a_series_is_held_by_the_last_period_that_was_told(store: TestStore, monkeypatch: pytest.MonkeyPatch) -> None:
    from luoshi.figures.models import PublicObservation

    made = measured(monkeypatch, 1)
    bind(
        made.codes[0],
        "statistics.industry_growth",
        target(indicator="规模工业增加值增长", value="8", unit="%", basis="上年"),
    )
    calls(1)
    held()  # the relations are up to date, and what is put beside them stays
    days = {"2026-q1": ("2026-01-01", "2026-03-31"), "2026-08": ("2026-08-01", "2026-08-31"),
            "2026-11": ("2026-11-01", "2026-11-30"), "2026-h1": ("2026-01-01", "2026-06-30")}  # fmt: skip
    for n, (period, (first, last)) in enumerate(days.items()):
        for area, value in ((None, 8 + n), ("city", 1)):
            PublicObservation.objects.create(
                district=place.DISTRICT, case=f"s-{period}-{area}", indicator="industry_growth", period=period,
                from_day=first, to_day=last, area=area, value=str(value), value_e6=value * 1_000_000, unit="%",
                basis="cumulative_growth", source="x", revision=0, superseded=0, n=1,
            )  # fmt: skip
    from luoshi.figures.definitions import load_all
    from luoshi.figures.promised import _latest

    known = load_all()["statistics.industry_growth"]
    assert _latest(place.DISTRICT, [known], 2026, "2026-10-12") == {known.id: "2026-08"}
    assert _latest(place.DISTRICT, [known], 2026, "2026-12-12") == {known.id: "2026-11"}
    assert _latest(place.DISTRICT, [known], 2025, "2026-12-12") == {}


def test_a_statistic_against_the_city(store: TestStore, monkeypatch: pytest.MonkeyPatch) -> None:
    made = measured(monkeypatch, 2)
    above = target(indicator="地区生产总值增幅", op=">basis", value=None, unit="%", basis="全市平均水平")
    bind(made.codes[0], "statistics.gdp_growth", above)
    bind(made.codes[1], "grid_event.closed_rate", above)
    fields = {"indicator": "gdp_growth", "frequency": "quarter", "unit": "percent", "lead_body": "housing"}
    value = {"period": "2026-q1", "basis": "cumulative_growth", "source": "bulletin"}
    own = place.act("statistics", "begin", mechanism="statistics", fields=fields).case
    place.act("statistics", "publish", case=own, fields={**value, "value": "7.6"})
    one, other = held().values()
    assert (one.judgement.verdict, one.judgement.reason) == ("unknown", "no_comparison")
    assert other.judgement.reason == "no_series", "no statistic, and nothing of the city to compare with"
    city = place.act("statistics", "begin", mechanism="statistics", fields={**fields, "level": "city"}).case
    place.act("statistics", "publish", case=city, fields={**value, "value": "7.6"})
    one = held()[made.codes[0]]
    assert (one.judgement.verdict, one.judgement.bound) == ("open", D("7.6"))
    assert one.other.id == "statistics.gdp_growth@city"
    assert held("2027-01-01")[made.codes[0]].judgement.verdict == "missed", "as much is not above"
    place.act("statistics", "revise", case=own, fields={**value, "value": "8.9", "reason": "修订"})
    assert held()[made.codes[0]].judgement.verdict == "met"


def test_last_year_counts_once_the_ledger_has_it(store: TestStore, monkeypatch: pytest.MonkeyPatch) -> None:
    made = measured(monkeypatch, 1)
    grown = target(**{**GRID, "indicator": "网格事件受理量增长", "unit": "%"}, value="50", basis="上年")
    bind(made.codes[0], VOLUME, grown)
    calls(2, datetime(2025, 3, 3, 10))
    calls(2, datetime(2026, 3, 2, 10))
    one = held()[made.codes[0]]
    assert (one.judgement.verdict, one.judgement.bound, one.other.value) == ("open", 3, 2)
    assert one.other.period == "2025" and one.pace.state == "behind"
    calls(1, datetime(2026, 3, 3, 10))
    assert held()[made.codes[0]].judgement.verdict == "met"
