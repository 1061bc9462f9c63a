"""Other tools are scored generously and run apart, on texts made up for it."""

from __future__ import annotations

import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from bench.gold import GoldError, load
from bench.peers import regexes
from bench.peers.numerals import split
from bench.peers.run import ask
from bench.peers.score import score
from bench.peers.table import PEERS
from bench.peers.tools import TOOLS
from bench.table import Table, plain

Row = dict[str, Any]
TEXT = "2024年1月，云溪区新增学位3000余个，总投资1.2亿元，改造小区五个，实行“三大”行动。"


def gold(words: str, value: int, unit: str, **more: Any) -> Row:
    start = TEXT.index(words)
    base = {"start": start, "end": start + len(words), "text": words, "value": value, "value_high": None}
    return {**base, "unit": unit, "op": "=", "tier": "core", **more}


GOLD = [
    gold("3000余个", 3000, "个", op=">"),
    gold("1.2亿元", 120_000_000, "元"),
    gold("五个", 5, "个"),
    gold("三大", 3, "大", tier="optional"),
]


def mention(words: str, value: object, *units: str) -> Row:
    start = TEXT.index(words)
    return {"start": start, "end": start + len(words), "value": value, "units": list(units)}


def counts(*mentions: Row) -> tuple[int, ...]:
    found = score(mentions, GOLD, TEXT)
    return found.found, found.valued, found.whole, found.exact, found.extra


def test_a_span_that_covers_the_numeral_is_found() -> None:
    assert counts(mention("1.2", "1.2", "")) == (1, 0, 0, 0, 0)
    assert counts(mention("投资1.2亿元，", "120000000", "元")) == (1, 1, 1, 0, 0)
    assert counts(mention("1.2亿元", "120000000", "元")) == (1, 1, 1, 1, 0)
    assert counts(mention(".2亿元", "2", "元")) == (0, 0, 0, 0, 1)


def test_an_operator_is_asked_for_only_as_labelled() -> None:
    assert counts(mention("3000余个", "3000", "个")) == (1, 1, 1, 0, 0)
    assert counts({**mention("3000余个", "3000", "个"), "op": ">"}) == (1, 1, 1, 1, 0)


def test_any_unit_that_it_may_mean_will_do() -> None:
    assert counts(mention("五个", 5, "个小", "个"))[2] == 1
    assert counts(mention("五个", 5, "个小"))[2] == 0


def test_dates_optional_labels_and_second_pieces_are_no_error() -> None:
    pieces = (mention("1.2亿", "120000000", ""), mention("元", None, ""))
    assert counts(mention("2024", 2024, ""), mention("三大", 3, ""), *pieces) == (1, 1, 0, 0, 0)
    assert counts(mention("云溪", None, "")) == (0, 0, 0, 0, 1)


def test_f1_counts_what_is_found_and_wrong_twice() -> None:
    found = score([mention("1.2", "1.2", ""), mention("五个", 5, "个")], GOLD, TEXT)
    assert found.labelled == 3
    assert found.f1(found.found) == pytest.approx(4 / 5)
    assert found.f1(found.valued) == pytest.approx(2 / 5)


@pytest.mark.parametrize(
    ("words", "value", "unit"),
    [
        ("3000余个", "3000", "个"),
        ("1.2亿元", "120000000", "元"),
        ("12,500人", "12500", "人"),
        ("三百二十家", "320", "家"),
        ("十二所", "12", "所"),
        ("二〇二五年", "2025", "年"),
        ("5千瓦", "5", "千瓦"),
        ("两万户", "20000", "户"),
    ],
)
def test_numerals(words: str, value: str, unit: str) -> None:
    read = split(words)
    assert read is not None
    assert read[0] == Decimal(value)
    assert unit in read[1]


def test_no_numeral_no_value() -> None:
    assert split("元") is None


def test_patterns_find_a_number_with_its_unit() -> None:
    found = regexes.common(TEXT)
    assert [TEXT[m["start"] : m["end"]] for m in found] == ["2024年", "3000余个", "1.2亿元"]
    assert "元" in found[-1]["units"]
    assert "元" in regexes.any_unit(TEXT)[-1]["units"]


def test_a_peer_answers_from_a_program_of_its_own() -> None:
    answer = ask("regex-common", TEXT, Path(sys.executable), runs=1)
    assert answer.why == ""
    assert list(answer.mentions) == regexes.common(TEXT)


def test_a_peer_that_fails_says_why() -> None:
    assert ask("no-such-tool", TEXT, Path(sys.executable), runs=1).why.startswith("failed: KeyError")
    assert ask("regex-any", TEXT, Path("/nowhere/python"), runs=1).why.startswith("not installed: ")


def test_every_peer_of_the_table_is_a_tool() -> None:
    assert {tool for _, tool, _ in PEERS} == set(TOOLS)


def test_labels_have_to_fit_their_text(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("新增学位三十个", encoding="utf-8")
    labels = tmp_path / "a.quantities.jsonl"
    labels.write_text('{"start": 4, "end": 7, "text": "三十个", "tier": "core"}\n', encoding="utf-8")
    assert [report.name for report in load(tmp_path)] == ["a"]
    labels.write_text('{"start": 3, "end": 6, "text": "三十个", "tier": "core"}\n', encoding="utf-8")
    with pytest.raises(GoldError, match="at 3 there is no 三十个"):
        load(tmp_path)
    labels.write_text("{\n", encoding="utf-8")
    with pytest.raises(GoldError, match="line 1"):
        load(tmp_path)


def test_no_labels_or_no_text_is_said(tmp_path: Path) -> None:
    with pytest.raises(GoldError, match="holds no"):
        load(tmp_path)
    (tmp_path / "a.quantities.jsonl").write_text("", encoding="utf-8")
    with pytest.raises(GoldError, match="--text"):
        load(tmp_path)


def test_columns_stand_in_line_where_han_characters_are_twice_as_wide() -> None:
    table = Table("表", ("what", "F1"))
    table.add("数量", 0.5)
    table.add("clauses", None)
    assert plain(table).splitlines()[1:] == ["  what        F1", "  数量     0.500", "  clauses      –"]
    with pytest.raises(ValueError, match="3 cells for 2 columns"):
        table.add("a", 1, 2)
