"""The public relations of entries alone."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luoshi.ledger.errors import LedgerError
from luoshi.ledger.relations import COLUMNS, Changes, Known, bounds, continued, fold, millionths, read


def entry(case: str, n: int, **more: Any) -> dict[str, Any]:
    """One entry's fields."""
    plain = {
        "district": "d", "case": case, "n": n, "mechanism": "m", "version": 1, "act": "a", "stage_from": "s",
        "stage_to": "t", "body": "b", "on_day": "2019-01-01", "set": {}, "data": {},
    }  # fmt: skip
    return plain | more


def statistic(period: str, value: str, basis: str = "level") -> dict[str, Any]:
    """What an entry says that publishes one."""
    told = {"indicator": "i", "period": period, "value": value, "unit": "%", "basis": basis, "source": "s"}
    return {f"observed_{name}": one for name, one in told.items()}


def named(relation: str, row: Any) -> dict[str, Any]:
    """A row by its columns."""
    return dict(zip(COLUMNS[relation], row, strict=True))


def test_a_case_is_what_its_entries_set_last() -> None:
    told = fold(
        [
            entry("c", 1, set={"opened_on": "2019-01-01", "weight": "1"}),
            entry("c", 2, stage_to="u", body="o", version=2, set={"weight": "0.5", "due_on": "2019-02-01"}),
            entry("c", 3, stage_to="v", data={"surveyed": "partly"}, set={"due_on": None}),
        ],
        [4, 5, None],
        Known(),
    )
    row = named("cases", told.cases["c"])
    assert row == {
        "district": "d", "case": "c", "mechanism": "m", "version": 1, "channel": None, "category": None, "body": "b",
        "area": None, "opened_on": "2019-01-01", "answered_on": None, "struck_off_on": None, "due_on": None,
        "stage": "v", "weight": "0.5", "weight_e6": 500_000, "grade": None, "satisfied": "partly",
    }  # fmt: skip
    assert [named("entries", one)["seq"] for one in told.entries] == [4, 5, None]


def test_a_measure_is_told_with_its_unit_and_the_last_value_holds() -> None:
    told = fold(
        [
            entry("c", 1, data={"yuan": "10.5", "unit_yuan": "元", "count": 3}),
            entry(
                "c",
                2,
                on_day="2019-02-02",
                data={"yuan": "-0.000001", "unit_yuan": "元", "households": 7, "unit_households": "户"},
            ),
        ],
        [0, 1],
        Known(),
    )
    found = {name: named("measures", row) for (_, name), row in told.measures.items()}
    assert found.keys() == {"yuan", "households"}
    assert (found["yuan"]["value"], found["yuan"]["value_e6"], found["yuan"]["n"]) == ("-0.000001", -1, 2)
    assert (found["yuan"]["unit"], found["yuan"]["on_day"], found["households"]["value_e6"]) == (
        "元",
        "2019-02-02",
        7_000_000,
    )


def test_a_revision_supersedes_and_the_old_value_stays() -> None:
    told = fold(
        [
            entry("c", 1, set={"area": "north"}),
            entry("c", 2, data=statistic("2019-q1", "8.9")),
            entry("c", 3, data=statistic("2019-q1", "8.9", "rank")),
            entry("c", 4, data=statistic("2019-q1", "8.7")),
        ],
        [0, 1, 2, 3],
        Known(),
    )
    found = [named("observations", row) for row in told.observations]
    assert [(one["value"], one["revision"], one["superseded"], one["basis"]) for one in found] == [
        ("8.9", 0, 1, "level"),
        ("8.9", 0, 0, "rank"),
        ("8.7", 1, 0, "level"),
    ]
    assert {(one["from_day"], one["to_day"], one["area"]) for one in found} == {("2019-01-01", "2019-03-31", "north")}


def test_what_is_not_known_is_a_gap() -> None:
    with pytest.raises(LedgerError, match="relation_gap"):
        fold([entry("c", 2)], [0], Known())
    with pytest.raises(LedgerError, match="not_canonical"):
        read([b"{"])


@pytest.mark.parametrize("text", ["9223372036855", "0.0000001", "", "x", "1e400", "nan", "Infinity"])
def test_what_cannot_be_summed_is_named(text: str) -> None:
    with pytest.raises(LedgerError, match="relation_value"):
        millionths(text)


@given(st.decimals("-9000000000000", "9000000000000", places=6))
def test_millionths_are_exact(value: Decimal) -> None:
    assert Decimal(millionths(f"{value:f}")) / 1_000_000 == value


@pytest.mark.parametrize(
    ("period", "days"),
    [
        ("2019", ("2019-01-01", "2019-12-31")),
        ("2020-02", ("2020-02-01", "2020-02-29")),
        ("2019-q3", ("2019-07-01", "2019-09-30")),
        ("2019-h2", ("2019-07-01", "2019-12-31")),
        ("2019-13", (None, None)),
        ("2019-00", (None, None)),
        ("0000", (None, None)),
        ("2019-q5", (None, None)),
        ("last-year", (None, None)),
    ],
)
def test_periods(period: str, days: tuple[str | None, str | None]) -> None:
    assert bounds(period) == days


@given(st.integers(1, 9998), st.integers(1, 12))
def test_periods_follow_each_other(year: int, month: int) -> None:
    last = date.fromisoformat(str(bounds(f"{year:04}-{month:02}")[1])) + timedelta(days=1)
    assert bounds(f"{last.year:04}-{last.month:02}")[0] == last.isoformat()


@st.composite
def ledgers(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Entries of a few cases, in any order between cases."""
    counts: dict[str, int] = {}
    found = []
    for case in draw(st.lists(st.sampled_from("abc"), max_size=25)):
        counts[case] = counts.get(case, 0) + 1
        data = draw(
            st.sampled_from(
                [{}, {"x": 1, "unit_x": "个"}, {"surveyed": None}, {"surveyed": "satisfied"},
                 statistic("2019", "1"), statistic("2019", "2", "rank"), statistic("2018", "3")]
            )
        )  # fmt: skip
        sets = draw(st.sampled_from([{}, {"weight": "0.5"}, {"weight": None}, {"grade": "g"}, {"area": "x"}]))
        found.append(entry(case, counts[case], data=data, set=sets, stage_to=draw(st.sampled_from("tu"))))
    return found


def merged(parts: list[Changes]) -> dict[str, Any]:
    """What is there when each of ``parts`` was written."""
    cases: dict[str, Any] = {}
    entries: list[Any] = []
    measures: dict[Any, Any] = {}
    observations: list[Any] = []
    for one in parts:
        cases |= {case: list(row) for case, row in one.cases.items()}
        entries += one.entries
        measures |= one.measures
        for row in observations:
            if (row[1], row[3], row[10]) in one.superseded:
                row[13] = 1
        observations += [list(row) for row in one.observations]
    return {"cases": cases, "entries": entries, "measures": measures, "observations": observations}


@given(ledgers(), st.data())
def test_folded_in_parts_they_are_the_same(entries: list[dict[str, Any]], data: st.DataObject) -> None:
    whole = merged([fold(entries, list(range(len(entries))), Known())])
    cuts = sorted(data.draw(st.lists(st.integers(0, len(entries)), max_size=4)))
    edges = [0, *cuts, len(entries)]
    known, parts = Known(), []
    for first, last in pairwise(edges):
        part = entries[first:last]
        assert continued(part) <= known.cases.keys()
        changes = fold(part, list(range(first, last)), known)
        parts.append(
            Changes(
                {c: list(r) for c, r in changes.cases.items()},
                changes.entries,
                changes.measures,
                changes.observations,
                changes.superseded,
            )
        )
        known.cases |= changes.cases
    assert merged(parts) == whole
