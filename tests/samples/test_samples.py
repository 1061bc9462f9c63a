"""The sample reports: their gold fits their words, its values recompute, and the Word files say what the texts say.

Values are recomputed by a small evaluator of this file's own, so that the reader cannot vouch for itself.
"""

from __future__ import annotations

import importlib.util
import json
import re
import sys
import unicodedata
from collections import Counter
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "districts" / "sample"
YEARS = (2024, 2025)
KINDS = ("quantities", "commitments", "clauses", "glossary")
VERDICTS = {"met", "missed", "partly", "unverifiable", "absent"}

Row = dict[str, Any]


def _text(year: int) -> str:
    return (SAMPLES / f"report-{year}.txt").read_text(encoding="utf-8")


def _rows(name: str) -> list[Row]:
    lines = (SAMPLES / "gold" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def _gold(year: int, kind: str) -> list[Row]:
    return _rows(f"report-{year}.{kind}")


def _compare() -> list[Row]:
    return _rows("compare-2024-2025")


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize("kind", KINDS[:3])
def test_spans_are_the_words_of_the_text(year: int, kind: str) -> None:
    text = _text(year)
    rows = _gold(year, kind)
    assert len(rows) > 50
    for row in rows:
        assert text[row["start"] : row["end"]] == row["text"]
        assert row["text"] == row["text"].strip() != ""


@pytest.mark.parametrize("year", YEARS)
def test_spans_are_in_order_and_quantities_and_clauses_do_not_overlap(year: int) -> None:
    for kind in ("quantities", "clauses"):
        rows = _gold(year, kind)
        assert all(a["end"] <= b["start"] for a, b in pairwise(rows)), kind


@pytest.mark.parametrize("year", YEARS)
def test_glossary_terms_and_definitions_stand_in_the_text_and_terms_are_used(year: int) -> None:
    text = _text(year)
    rows = _gold(year, "glossary")
    body = text[: rows[0]["start"]]
    assert len(rows) >= 10
    for n, row in enumerate(rows, 1):
        assert row["n"] == n
        assert text[row["start"] : row["end"]] == row["term"]
        assert text[row["def_start"] : row["def_end"]] == row["definition"]
        assert row["body_mentions"] == body.count(row["term"]) > 0
    assert all(row["page"] for row in rows) == (year == 2024)


_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"两": 2}
_TENS = {"十": 10, "百": 100, "千": 1000}
_MAGNITUDE = {"万": 10**4, "亿": 10**8}
_MENTION = re.compile(r"(\d+(?:\.\d+)?|[零一二两三四五六七八九十百千]+)[余多]?([万亿]*)[余多]?(.*)")
_RANGE = re.compile(r"(.+?)[—至](.+)")


def _chinese(word: str) -> int:
    total, digit = 0, None
    for c in word:
        if c in _TENS:
            total += (1 if digit is None else digit) * _TENS[c]
            digit = None
        else:
            digit = _DIGITS[c]
    return total + (digit or 0)


def _single(words: str) -> tuple[Decimal, str]:
    match = _MENTION.fullmatch(re.sub("[０-９]", lambda m: unicodedata.normalize("NFKC", m[0]), words))
    assert match, words
    numeral, magnitude, unit = match.groups()
    value = Decimal(numeral) if numeral[0].isdigit() else Decimal(_chinese(numeral))
    for c in magnitude:
        value *= _MAGNITUDE[c]
    return value, unit


def _recompute(words: str) -> tuple[Decimal, Decimal | None, str]:
    match = _RANGE.fullmatch(words)
    if match:
        high, unit = _single(match[2])
        return _single(match[1])[0], high, unit
    value, unit = _single(words)
    return value, None, unit


@pytest.mark.parametrize(
    ("words", "value", "high", "unit"),
    [
        ("2.58亿斤", "258000000", None, "斤"),
        ("3600多户", "3600", None, "户"),
        ("30多亿元", "3000000000", None, "元"),
        ("一百三十七家", "137", None, "家"),
        ("三十余个", "30", None, "个"),
        ("４３００万元", "43000000", None, "元"),
        ("6%—7%", "6", "7", "%"),
        ("2至3个", "2", "3", "个"),
    ],
)
def test_the_evaluator_itself(words: str, value: str, high: str | None, unit: str) -> None:
    assert _recompute(words) == (Decimal(value), Decimal(high) if high else None, unit)


@pytest.mark.parametrize("year", YEARS)
def test_every_value_of_a_measured_or_counted_fact_recomputes(year: int) -> None:
    shared = 0
    for row in _gold(year, "quantities"):
        if row["tier"] == "optional":
            continue
        value, high, unit = _recompute(row["text"])
        assert (value, high) == (_decimal(row["value"]), _decimal(row["value_high"])), row
        if unit:
            assert unit == row["unit"], row
        else:
            shared += 1  # an item of a list whose last item holds the unit
            assert row["unit"]
    assert shared == 2


def _decimal(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(str(value))


@pytest.mark.parametrize("year", YEARS)
def test_commitments_point_at_labelled_quantities_inside_labelled_clauses(year: int) -> None:
    quantities = {(q["start"], q["end"]): q for q in _gold(year, "quantities")}
    clauses = {(c["start"], c["end"]): c["code"] for c in _gold(year, "clauses")}
    for row in _gold(year, "commitments"):
        assert clauses[(row["start"], row["end"])] == ("N" if row["num_start"] else "R"), row
        if row["type"] == "numeric":
            quantity = quantities[(row["num_start"], row["num_end"])]
            assert row["start"] <= row["num_start"] < row["num_end"] <= row["end"]
            assert (row["value"], row["value_high"], row["unit"]) == (
                quantity["value"],
                quantity["value_high"],
                quantity["unit"],
            )
        else:
            assert row["num_start"] is None
        assert (row["horizon"] == "term") == row["deadline"].startswith("2030")


def test_the_labels_cover_the_forms_that_the_readme_promises() -> None:
    rows = [q for year in YEARS for q in _gold(year, "quantities")]
    assert {q["op"] for q in rows} == {"=", "≈", ">", "≥", "<", "≤"}
    assert {q["side"] for q in rows} >= {"achievement", "commitment", "background"}
    assert {"斤", "亩", "标箱", "微克/立方米", "个百分点", "元/亩", "个工作日", "人次"} <= {q["unit"] for q in rows}
    commitments = [c for year in YEARS for c in _gold(year, "commitments")]
    assert {c["op"] for c in commitments} >= {"≈", ">", "≥", "≤", "=", ">basis", "=basis", "≤basis"}
    assert {c["horizon"] for c in commitments} == {"year", "term"}
    assert sum(c["deadline_explicit"] and not c["deadline"].endswith("12-31") for c in commitments) >= 4


def test_the_comparison_holds_every_numeric_and_relative_promise_of_2024() -> None:
    rows = _compare()
    promised = {(c["start"], c["end"], c["indicator"]) for c in _gold(2024, "commitments")}
    compared = {
        (r["promise"]["start"], r["promise"]["end"], r["promise"]["indicator"]) for r in rows if r["id"][0] == "P"
    }
    assert compared == promised
    assert len({r["id"] for r in rows}) == len(rows)
    count = Counter(r["verdict"] for r in rows)
    assert set(count) == VERDICTS
    assert min(count.values()) >= 5


def test_the_results_of_the_comparison_are_words_and_quantities_of_the_report_of_2025() -> None:
    quantities = {(q["start"], q["end"]): q for q in _gold(2025, "quantities")}
    plan = _gold(2025, "clauses")[0]["start"]
    for row in _compare():
        result = row["result"]
        assert (result is None) == (row["verdict"] == "absent"), row["id"]
        assert row["why"]
        if result is None:
            continue
        assert result["end"] <= plan, row["id"]
        if result["value"] is None:
            assert row["verdict"] == "unverifiable" or row["promise"]["op"] == "=basis"
        else:
            quantity = quantities[(result["start"], result["end"])]
            assert (result["value"], result["unit"]) == (quantity["value"], quantity["unit"])


def test_verdicts_by_number_follow_from_the_numbers() -> None:
    """Where promise and result carry one unit and nothing is said of another basis, met and missed are arithmetic."""
    judged = 0
    for row in _compare():
        promise, result = row["promise"], row["result"]
        if row["verdict"] not in ("met", "missed") or promise["value"] is None or result is None:
            continue
        value, target = result["value"], promise["value"]
        met = value <= target if promise["op"] == "≤" else value >= target
        if row["id"] == "P61":  # 全面消除: nothing may remain
            met = value <= target
        assert (row["verdict"] == "met") == met, row
        judged += 1
    assert judged >= 50


@pytest.fixture(name="script")
def _script(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """``scripts/make_samples.py``, which is no package."""
    spec = importlib.util.spec_from_file_location("make_samples", ROOT / "scripts" / "make_samples.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "make_samples", module)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("year", YEARS)
def test_the_word_files_are_what_the_script_makes(year: int, script: ModuleType) -> None:
    assert script.build(_text(year), year) == (SAMPLES / f"report-{year}.docx").read_bytes()


def _lines(text: str) -> list[str]:
    return [line for line in text.split("\n") if line]


@pytest.mark.parametrize("year", YEARS)
def test_the_word_files_say_what_the_texts_say(year: int, script: ModuleType) -> None:
    sources = pytest.importorskip("luoshi.reading.sources")
    name = f"report-{year}.docx"
    said = _lines(sources.load((SAMPLES / name).read_bytes(), name).text)
    expected = _lines(_text(year))
    if year == 2024:
        assert said.count(script.BOX) == 1
        said.remove(script.BOX)
    else:
        table = [script.CAPTION, *("\t".join(row) for row in script.TABLE)]
        at = said.index(script.CAPTION)
        assert said[at : at + len(table)] == table
        assert said[at - 1].startswith(script.TABLE_AFTER)
        del said[at : at + len(table)]
        notes = [re.sub(r"^\d+\.", "", line) for line in expected[-script.FOOTNOTES :]]
        expected[-script.FOOTNOTES :] = ["注释：", *(f"{n}.{note}" for n, note in enumerate(notes, 1))]
    assert said == expected
