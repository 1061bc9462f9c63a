"""Whatever comes into a form: it is taken in one exact form, or refused with a code; never another exception."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.casework.walker import PACKS, walk, walker

from luoshi.ledger import canonical
from luoshi.mechanisms.acts import Act, File, Refused
from luoshi.mechanisms.model import FieldDef
from luoshi.mechanisms.step import step
from luoshi.mechanisms.values import checked

TYPES = (
    "text", "long_text", "integer", "decimal", "date", "choice", "body", "person", "phone", "address", "place",
    "files", "flag",
)  # fmt: skip

TEXTS = st.one_of(
    st.text(max_size=30),
    st.text(st.characters(categories=["Cc", "Cs", "Cf", "Zs", "Nd", "Lo"]), max_size=12),
    st.sampled_from(
        [
            "",
            " ",
            "\x00",
            "\ud800",
            "1e5",
            "NaN",
            "Infinity",
            "-0",
            "-0.0",
            "１２",
            "2025-13-01",
            "2025-W01-1",
            "0000-01-01",
        ]
    ),
    st.dates().map(str),
    st.decimals(allow_nan=True).map(str),
    st.builds(lambda size: "长" * size, st.sampled_from([199, 200, 201, 10_000, 10_001, 200_000])),
)
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(-5, 5),
    st.sampled_from([2**53, -(2**53), 10**4200, -(10**4200)]),
    st.floats(),
    st.decimals(),
    st.dates(),
    st.datetimes(),
    st.binary(max_size=8),
    TEXTS,
)
PLACES = st.dictionaries(st.sampled_from(["text", "lon", "lat", "alt"]), LEAVES, max_size=3)
HOSTILE: st.SearchStrategy[Any] = st.recursive(
    LEAVES | PLACES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=12,
)


def field(kind: str, *, many: bool = False) -> FieldDef:
    choices = {"a": {"zh": "甲", "en": "A"}, "b": {"zh": "乙", "en": "B"}} if kind == "choice" else {}
    return FieldDef.model_validate({"zh": "项", "en": "Item", "type": kind, "many": many, "choices": choices})


@pytest.mark.parametrize("kind", TYPES)
@given(value=HOSTILE, many=st.booleans())
@settings(max_examples=150, deadline=None)
def test_a_value_is_taken_or_refused(kind: str, value: Any, many: bool) -> None:
    definition = field(kind, many=many)
    try:
        taken = checked("item", definition, value)
    except Refused as refused:
        assert refused.code == "field_value"
        assert refused.details["field"] == "item"
        return
    canonical.encode({"item": taken})
    assert json.loads(canonical.encode({"item": taken})) == {"item": taken}
    assert checked("item", definition, taken) == taken, "what was taken is taken again as it is"


@pytest.mark.parametrize(
    ("kind", "value", "taken"),
    [
        ("decimal", "79.50", "79.5"),
        ("decimal", Decimal("0.500"), "0.5"),
        ("decimal", 3, "3"),
        ("decimal", "-0.0", "0"),
        ("date", date(2025, 9, 30), "2025-09-30"),
        ("place", {"lon": "114.10", "lat": 30}, {"lon": "114.1", "lat": "30"}),
        ("flag", False, False),
        ("long_text", "一\n二\t三", "一\n二\t三"),
    ],
)
def test_a_value_has_one_form(kind: str, value: object, taken: object) -> None:
    assert checked("item", field(kind), value) == taken


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        pytest.param("decimal", 10**5000, id="decimal of 5001 digits"),
        ("decimal", 0.5),
        ("decimal", "1e3"),
        ("decimal", True),
        ("integer", True),
        ("integer", 2**53),
        ("date", "2025-02-29"),
        ("date", "2025-W01-1"),
        ("date", datetime(2025, 1, 1)),
        ("text", "a\x00"),
        ("text", "\ud800"),
        ("text", "  "),
        ("text", "长" * 201),
        ("body", "a b"),
        ("place", {"text": "\ud800"}),
        ("place", {"text": "a\x00"}),
        ("place", {"lon": "181", "lat": "1"}),
        ("place", {"lon": "1"}),
        ("place", {}),
        ("choice", "c"),
        ("files", "x"),
    ],
)
def test_a_hostile_value_is_refused(kind: str, value: object) -> None:
    with pytest.raises(Refused):
        checked("item", field(kind), value)


@pytest.mark.parametrize("name", PACKS)
@given(seed=st.integers(0, 2**32), value=HOSTILE)
@settings(max_examples=3, deadline=None)
def test_a_form_with_a_hostile_value_is_taken_or_refused(name: str, seed: int, value: Any) -> None:
    one = walker(name, seed)
    for before, act, _ in walk(name, seed, 25):
        for key in act.fields:
            hostile = Act(**{**_parts(act), "fields": {**act.fields, key: value}})
            try:
                outcome = step(one.flow, before, hostile, one.calendar)
            except Refused:
                continue
            canonical.encode({"data": outcome.data, "personal": outcome.personal, "private": outcome.private})


@pytest.mark.parametrize(
    "file",
    [
        File("evidence", "xyz", 1),
        File("evidence", "ab" * 31, 1),
        File("evidence", "AB" * 32, 1),
        File("evidence", "ab" * 32, -1),
        File("evidence", "ab" * 32, 2**60),
    ],
)
def test_a_file_is_told_by_a_whole_digest(file: File) -> None:
    one = walker("hotline", 1)
    for before, act, _ in walk("hotline", 1, 60):
        if act.files and act.files[0].field == "evidence":
            with pytest.raises(Refused, match="file_wrong"):
                step(one.flow, before, Act(**{**_parts(act), "files": (*act.files, file)}), one.calendar)
            return
    raise AssertionError("no act with files")


def _parts(act: Act) -> dict[str, Any]:
    return {name: getattr(act, name) for name in Act.__slots__}
