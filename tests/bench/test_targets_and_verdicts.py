"""Whole tuples and verdicts are scored as ``docs/bench.md`` says, on rows made up for it."""

from __future__ import annotations

from typing import Any

import pytest
from bench.scores import commitments, quantities, touches
from bench.verdicts import verdicts

Row = dict[str, Any]
ALL = (0, 100)


def target(indicator: str = "新增学位", op: str = "≥", value: float | None = 3000, unit: str | None = "个") -> Row:
    return {"indicator": indicator, "op": op, "value": value, "unit": unit, "value_high": None}


def promise(*targets: Row, start: int = 10, end: int = 20) -> Row:
    return {"id": "c1", "start": start, "end": end, "text": "新增学位三千个以上", "targets": list(targets)}


def label(start: int = 10, end: int = 20, **changes: Any) -> Row:
    return {"start": start, "end": end, "text": "新增学位三千个以上", **target(), **changes}


def test_a_right_tuple_counts_once_for_each_label() -> None:
    score = commitments([promise(target(), target())], [label()], ALL)
    assert (score.right, len(score.extra), len(score.missing)) == (1, 1, 0)


@pytest.mark.parametrize("wrong", [target(op="="), target(value=300), target(unit="名")])
@pytest.mark.parametrize("likeness", [1.0, 0.6, 0.0])
def test_a_tuple_with_another_figure_is_never_right(wrong: Row, likeness: float) -> None:
    score = commitments([promise(wrong)], [label()], ALL, likeness)
    assert (score.right, len(score.extra), len(score.missing)) == (0, 1, 1)


def test_the_likeness_asked_for_decides_on_other_words() -> None:
    likes = [commitments([promise(target("公办园位"))], [label()], ALL, least).right for least in (1.0, 0.6, 0.0)]
    assert likes == [0, 0, 1]
    assert commitments([promise(target("新增学位数"))], [label()], ALL, 0.6).right == 1


def test_equal_words_are_given_to_each_other_first() -> None:
    found = [promise(target("新增学位数"), target("新增学位"))]
    assert commitments(found, [label(), label(indicator="新增学位数")], ALL, 0.6).right == 2
    assert commitments(found, [label(indicator="新增学位数"), label()], ALL, 1.0).right == 2


def test_a_tuple_counts_only_where_its_clause_is() -> None:
    assert commitments([promise(target(), start=30, end=40)], [label()], ALL).right == 0


def test_what_begins_outside_the_labelled_stretch_is_not_looked_at() -> None:
    found = [promise(target()), promise(target(), start=50, end=60)]
    assert commitments(found, [label()], (10, 20)).f1 == 1.0
    assert commitments(found, [label()], ALL).f1 < 1.0


def test_a_target_without_a_number_has_no_unit_to_get_wrong() -> None:
    found = [promise(target("收入增速", ">basis", None, None))]
    assert commitments(found, [label(indicator="收入增速", op=">basis", value=None, unit="%")], ALL).right == 1


def test_a_quantity_on_an_optional_label_is_no_error() -> None:
    optional = {"start": 0, "end": 4, "text": "六个方面", "tier": "optional"}
    row = {
        "start": 0,
        "end": 2,
        "text": "六个",
        "value": 6,
        "value_high": None,
        "unit": "个",
        "op": "=",
        "tier": "core",
    }
    elsewhere = {**row, "start": 4, "end": 6}
    assert quantities([row], [optional]).extra == []
    assert len(quantities([elsewhere], [optional]).extra) == 1
    assert touches(3, 4, [optional])
    assert not touches(4, 5, [optional])


def comparison(verdict: str, result: tuple[int, int] | None, **where: int) -> Row:
    found = {"start": result[0], "end": result[1], "text": ""} if result else None
    return {"promise": promise(target(), **where), "result": found, "verdict": verdict, "why": "reaches"}


def judged(verdict: str, result: tuple[int, int] | None) -> Row:
    place = {"start": result[0], "end": result[1]} if result else None
    return {"id": "P1", "promise": {**target(), "start": 10, "end": 20}, "result": place, "verdict": verdict}


@pytest.mark.parametrize(
    ("found", "right", "placed"),
    [
        (comparison("met", (40, 60)), 1, 1),
        (comparison("met", (60, 70)), 1, 0),
        (comparison("missed", (50, 55)), 0, 1),
        (comparison("absent", None), 0, 0),
    ],
)
def test_verdict_and_place_are_scored_apart(found: Row, right: int, placed: int) -> None:
    result = verdicts([found], [judged("met", (54, 58))])
    assert (result.right, result.placed, result.labelled) == (right, placed, 1)


def test_no_result_is_right_where_there_is_none() -> None:
    result = verdicts([comparison("absent", None)], [judged("absent", None)])
    assert (result.right, result.placed) == (1, 1)


def test_a_promise_that_was_not_compared_is_wrong_in_both() -> None:
    result = verdicts([comparison("met", (54, 58), start=30, end=40)], [judged("met", (54, 58))])
    assert (result.right, result.placed, result.not_compared) == (0, 0, 1)


def test_of_two_targets_in_one_clause_the_same_value_is_compared() -> None:
    other = comparison("missed", (54, 58))
    other["promise"] = promise(target(value=20))
    assert verdicts([other, comparison("met", (54, 58))], [judged("met", (54, 58))]).right == 1
