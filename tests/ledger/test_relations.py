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
from luoshi.ledger.relations import (
    COLUMNS,
    HOLDS,
    Changes,
    Known,
    bounds,
    continued,
    day_number,
    fold,
    millionths,
    read,
)


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


def test_each_telling_of_a_measure_is_a_row_and_says_until_when_it_held() -> None:
    told = fold(
        [
            entry("c", 1, data={"yuan": "10.5", "unit_yuan": "元", "count": 3}),
            entry(
                "c",
                2,
                on_day="2019-02-02",
                data={"yuan": "-0.000001", "unit_yuan": "元", "households": 7, "unit_households": "户"},
            ),
            entry("c", 3, on_day="2019-02-02", data={"yuan": "2", "unit_yuan": "元"}),
            entry("c", 4, on_day="2019-03-03", data={"yuan": None, "unit_yuan": "元"}),
        ],
        [0, 1, 2, 3],
        Known(),
    )
    found = [named("measures", row) for row in told.measures]
    assert [
        (one["name"], one["value"], one["value_e6"], one["n"], one["on_day"], one["until_day"]) for one in found
    ] == [
        ("yuan", "10.5", 10_500_000, 1, "2019-01-01", "2019-02-02"),
        ("yuan", "-0.000001", -1, 2, "2019-02-02", "2019-02-02"),
        ("households", "7", 7_000_000, 2, "2019-02-02", HOLDS),
        ("yuan", "2", 2_000_000, 3, "2019-02-02", HOLDS),
    ]
    assert {(one["name"], one["unit"]) for one in found} == {("yuan", "元"), ("households", "户")}
    assert told.ended == {}


def test_a_measure_of_before_that_is_told_anew_is_ended_once_on_the_first_day() -> None:
    first = fold([entry("c", 1, data={"x": "1", "unit_x": "个"})], [0], Known())
    again = [entry("c", n, on_day=f"2019-01-0{n}", data={"x": str(n), "unit_x": "个"}) for n in (2, 3)]
    told = fold(again, [1, 2], Known(cases=first.cases))
    assert told.ended == {("c", "x"): "2019-01-02"}
    assert [named("measures", row)["until_day"] for row in told.measures] == ["2019-01-03", HOLDS]


@given(st.dates(), st.dates())
def test_days_are_counted_so_that_lengths_of_time_are_differences(first: date, last: date) -> None:
    assert day_number(last.isoformat()) - day_number(first.isoformat()) == (last - first).days


def test_the_first_day_is_that_of_1970_and_what_is_no_day_is_named() -> None:
    assert day_number("1970-01-01") == 0
    assert named("entries", fold([entry("c", 1)], [0], Known()).entries[0])["day_n"] == 17_897
    with pytest.raises(LedgerError, match="relation_day"):
        day_number("2019-02-30")


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


def test_a_statistic_of_a_larger_area_says_so_itself() -> None:
    city = {**statistic("2019", "7.9"), "observed_area": "city"}
    told = fold(
        [entry("c", 1, set={"area": "a"}, data=statistic("2019", "8.9")), entry("e", 1, data=city)], [1, 2], Known()
    )
    assert [named("observations", row)["area"] for row in told.observations] == ["a", "city"]


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
                [{}, {"x": 1, "unit_x": "个"}, {"x": 2, "unit_x": "个", "y": 3, "unit_y": "户"},
                 {"surveyed": None}, {"surveyed": "satisfied"},
                 statistic("2019", "1"), statistic("2019", "2", "rank"), statistic("2018", "3")]
            )
        )  # fmt: skip
        sets = draw(st.sampled_from([{}, {"weight": "0.5"}, {"weight": None}, {"grade": "g"}, {"area": "x"}]))
        day = f"2019-01-{len(found) // 2 + 1:02}"
        found.append(entry(case, counts[case], on_day=day, data=data, set=sets, stage_to=draw(st.sampled_from("tu"))))
    return found


def merged(parts: list[Changes]) -> dict[str, Any]:
    """What is there when each of ``parts`` was written."""
    cases: dict[str, Any] = {}
    entries: list[Any] = []
    measures: list[Any] = []
    observations: list[Any] = []
    for one in parts:
        cases |= {case: list(row) for case, row in one.cases.items()}
        for row in entries:
            row[11] = one.followed.get((row[1], row[2]), row[11])
        entries += [list(row) for row in one.entries]
        for row in measures:
            if row[9] == HOLDS:
                row[9] = one.ended.get((row[1], row[2]), HOLDS)
        measures += [list(row) for row in one.measures]
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
                changes.followed,
                changes.measures,
                changes.ended,
                changes.observations,
                changes.superseded,
            )
        )
        known.cases |= changes.cases
    assert merged(parts) == whole


@given(ledgers())
def test_what_held_on_a_day_is_the_last_told_until_then(entries: list[dict[str, Any]]) -> None:
    told = [named("measures", row) for row in fold(entries, list(range(len(entries))), Known()).measures]
    for day in {one["on_day"] for one in entries}:
        by_hand = {
            (one["case"], name): one["n"]
            for one in entries
            if one["on_day"] <= day
            for name in ("x", "y")
            if name in one["data"]
        }
        held = [one for one in told if one["on_day"] <= day < one["until_day"]]
        assert {(one["case"], one["name"]): one["n"] for one in held} == by_hand
        assert len(held) == len(by_hand)


@given(ledgers())
def test_where_a_case_stood_on_a_day_is_told_by_its_last_entry_until_then(entries: list[dict[str, Any]]) -> None:
    told = [named("entries", row) for row in fold(entries, list(range(len(entries))), Known()).entries]
    for day in {one["on_day"] for one in entries}:
        by_hand = {one["case"]: one["stage_to"] for one in entries if one["on_day"] <= day}
        stood = [one for one in told if one["on_day"] <= day < one["until_day"]]
        assert {one["case"]: one["stage_to"] for one in stood} == by_hand
        assert len(stood) == len(by_hand)
