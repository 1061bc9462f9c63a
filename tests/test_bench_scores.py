"""The scorer of the benchmark, on rows made up for it."""

from __future__ import annotations

from bench.scores import alike, clauses, quantities

Q = {"start": 4, "end": 8, "text": "72家", "value": 72, "value_high": None, "unit": "家", "op": "=", "tier": "core"}


def test_a_right_quantity_counts_once() -> None:
    score = quantities([Q], [Q])
    assert (score.right, score.f1) == (1, 1.0)


def test_a_wrong_value_counts_against_both_ways() -> None:
    score = quantities([{**Q, "value": 7}], [Q])
    assert score.right == 0
    assert score.f1 == 0.0


def test_an_optional_label_neither_helps_nor_hurts() -> None:
    optional = {**Q, "tier": "optional"}
    assert quantities([Q], [optional]).f1 in (0.0, 1.0)
    assert quantities([Q], [optional]).right == 0


def test_a_clause_counts_when_more_than_half_is_covered() -> None:
    gold = [{"start": 0, "end": 10, "text": "加快推进项目建设工作", "code": "C"}]
    assert clauses([{"start": 0, "end": 6}], gold, "NRC").right == 1
    assert clauses([{"start": 0, "end": 5}], gold, "NRC").right == 0


def test_likeness() -> None:
    assert alike("城镇新增就业", "城镇新增就业") == 1.0
    assert alike("城镇新增就业", "公厕") == 0.0
