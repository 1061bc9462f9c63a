"""Canonical bytes: one value, one byte string; what has none is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luoshi.ledger.canonical import LARGEST, decode, encode
from luoshi.ledger.errors import LedgerError

KEYS = st.from_regex(r"[a-z][a-z0-9_]{0,6}", fullmatch=True)
LEAVES = st.text(st.characters(exclude_categories=["Cs"])) | st.integers(-LARGEST, LARGEST) | st.booleans() | st.none()
VALUES: st.SearchStrategy[Any] = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=12
)


def test_the_example_of_rfc_8785() -> None:
    # RFC 8785 §3.2.2: the string and the literals of its sample; its numbers lie outside the subset.
    value = {"string": "\u20ac$\u000f\u000aA'\u0042\u0022\u005c\\\"/", "literals": [None, True, False]}
    assert encode(value) == '{"literals":[null,true,false],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'.encode()


def test_strings_are_not_normalised() -> None:
    assert encode("e\u0301") != encode("\u00e9")


@given(VALUES)
def test_a_value_comes_back_and_so_do_its_bytes(value: Any) -> None:
    data = encode(value)
    assert decode(data) == value
    assert encode(decode(data)) == data
    assert json.loads(data) == value


@given(VALUES)
def test_another_way_of_writing_it_is_refused(value: Any) -> None:
    for data in (b" " + encode(value), encode(value) + b"\n", json.dumps(value, indent=1).encode()):
        if data != encode(value):
            with pytest.raises(LedgerError, match="not_canonical"):
                decode(data)


@pytest.mark.parametrize(
    "data",
    [
        b"1.5", b"1e3", b"-0", b"01", b"NaN", b"Infinity", b'{"a":1,"a":1}', b'{"b":1,"a":1}', b'{"A":1}', b'{"":1}',
        b'"\\/"', b'"\\u0041"', b'"\\u000A"', b'"\\ud800"', b"\xff", b"", b"{}{}", b"9007199254740992", b"[" * 60_000,
        b"9" * 5_000, b'"\xc3\xa9"'[:-1], b"[" * 20 + b"]" * 20,
    ],
)  # fmt: skip
def test_what_is_not_canonical_is_refused(data: bytes) -> None:
    with pytest.raises(LedgerError, match="not_canonical"):
        decode(data)


@pytest.mark.parametrize("value", [1.5, LARGEST + 1, -LARGEST - 1, "\ud800", {1: 2}, {"Ä": 1}, (1,), b"x", {"a": {1}}])
def test_what_has_no_canonical_bytes_is_refused(value: Any) -> None:
    with pytest.raises(LedgerError, match="not_canonical"):
        encode(value)
