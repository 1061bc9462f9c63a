"""The JSON that leaves the house: its schema, its offsets, its numbers, and its documentation."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from decimal import Decimal
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from luoshi.reading.model import Commitment
from luoshi.writing.json_out import comparisons_json, reading_json, to_text
from luoshi.writing.numbers import number

from .factory import small_reading

SCHEMA: dict[str, Any] = json.loads(
    resources.files("luoshi.writing").joinpath("reading.schema.json").read_text("utf-8")
)
DOCUMENT = Path(__file__).parents[2] / "docs" / "reading-schema.md"


@dataclass
class Result:
    start: int
    end: int
    text: str
    value: Decimal | None
    unit: str | None


@dataclass
class Comparison:
    promise: Commitment
    result: Result | None
    verdict: str
    why: str


def test_valid_against_the_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    Draft202012Validator(SCHEMA).validate(json.loads(to_text(reading_json(small_reading()))))


def test_schema_refuses_a_field_it_does_not_know() -> None:
    data = reading_json(small_reading())
    data["commitments"][0]["surprise"] = 1
    assert not Draft202012Validator(SCHEMA).is_valid(data)


def test_every_span_holds_its_text() -> None:
    data = reading_json(small_reading())
    text = data["text"]
    assert data["source"]["chars"] == len(text)
    for item in [*data["quantities"], *data["commitments"], *data["achievements"], *data["unclear"]]:
        assert text[item["start"] : item["end"]] == item["text"]
    for term in data["glossary"]:
        assert all(text[start:end] == term["term"] for start, end in term["mentions"])


def test_sections_are_referred_to_by_id() -> None:
    data = reading_json(small_reading())
    known = {section["id"] for section in data["sections"]}
    items = [*data["quantities"], *data["commitments"], *data["achievements"], *data["unclear"]]
    assert items and {item["section"] for item in items} <= known


def test_key_order_and_bytes_are_stable() -> None:
    first, second = (to_text(reading_json(small_reading())) for _ in range(2))
    assert first == second
    assert list(json.loads(first)) == SCHEMA["required"]
    assert "霁川区" in first


def _properties(node: Any) -> set[str]:
    if isinstance(node, list):
        return set().union(*map(_properties, node)) if node else set()
    if not isinstance(node, dict):
        return set()
    own = set(node["properties"]) if isinstance(node.get("properties"), dict) else set()
    return own.union(*map(_properties, node.values()))


def test_every_field_is_documented() -> None:
    document = DOCUMENT.read_text("utf-8")
    missing = sorted(name for name in _properties(SCHEMA) if f"`{name}`" not in document)
    assert missing == []


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**9), max_value=10**9, places=4))
def test_numbers_keep_their_digits(value: Decimal) -> None:
    written = json.dumps(number(value))
    assert Decimal(written) == value
    assert ("." in written or "e" in written) == (value != value.to_integral_value())


def test_comparisons() -> None:
    promise = small_reading().commitments[3]
    done = Result(3, 7, "9300", Decimal("9300"), "人")
    data = comparisons_json(
        [Comparison(promise, done, "met", "9300 ≥ 9200"), Comparison(promise, None, "absent", "未提及")]
    )
    schema = {"$ref": "#/$defs/comparison", "$defs": SCHEMA["$defs"]}
    for item in data:
        Draft202012Validator(schema).validate(item)
    assert data[0]["result"] == {"start": 3, "end": 7, "text": "9300", "value": 9300, "unit": "人"}
    assert data[1]["result"] is None
    assert list(data[0]) == ["promise", "result", "verdict", "why"]


def test_a_comparison_has_one_target_at_most() -> None:
    many = small_reading().commitments[1]
    with pytest.raises(ValueError, match="3 targets"):
        comparisons_json([Comparison(many, None, "absent", "")])
    assert comparisons_json([Comparison(replace(many, targets=[]), None, "absent", "")])[0]["promise"]["targets"] == []
