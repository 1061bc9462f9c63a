"""Entries: their bytes, their fields, and that the quick reader and the JSON reader agree."""

from __future__ import annotations

import dataclasses
import hashlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luoshi.ledger import canonical
from luoshi.ledger.entry import Attachment, Entry, digest, parse, sm3_digest
from luoshi.ledger.errors import LedgerError
from luoshi.ledger.fields import check_fields, sized
from luoshi.ledger.plain import read_plain

from .factory import entries, entry

FIRST = entry("HL-2026-00001", 1, None)


def by_json(data: bytes) -> dict[str, Any] | str:
    """What the reader through JSON says of ``data``: the fields, or the code of its error."""
    try:
        value = canonical.read(sized(data))
        if type(value) is not dict:
            return "entry_field"
        check_fields(value)
    except LedgerError as error:
        return error.code
    return value


def test_bytes_and_digest_are_fixed_for_ever() -> None:
    # If this fails, every ledger that was ever written would stop verifying.
    assert hashlib.sha256(FIRST.to_bytes()).hexdigest() == GOLDEN
    assert digest(FIRST.to_bytes()) == hashlib.sha256(b"\0" + FIRST.to_bytes()).digest()


GOLDEN = "d0ee86562b7cd4e108fd6a08c14ac3c6a86e2a8375c3e152293efe6cc3ff8775"


def test_an_entry_comes_back() -> None:
    for data in entries(2, 7, sm3=True) + entries(2, 7):
        again = Entry.from_bytes(data)
        assert again.to_bytes() == data
        assert all(isinstance(item, Attachment) for item in again.attachments)


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8) | st.sampled_from(
    ["", '"', "a\\b", "a\n"]
)
DATA = st.dictionaries(
    st.sampled_from(["a", "b", "round", "z9_"]),
    TEXTS | st.integers(-(2**53) + 1, 2**53 - 1) | st.booleans() | st.none() | st.lists(st.none(), max_size=2),
    max_size=4,
)
SETS = st.dictionaries(
    st.sampled_from(["due_on", "weight", "grade", "area", "stage", "nonsense"]),
    TEXTS | st.none() | st.sampled_from(["2026-11-23", "2026-02-30", "0.5", "1.0", "79.5", "00"]),
    max_size=3,
)


@given(TEXTS, DATA, SETS, st.sampled_from([0, 1, 10**14, 10**15, 2**53]), TEXTS)
def test_the_two_readers_agree_on_any_fields(
    act: str, data: dict[str, Any], changes: dict[str, Any], n: int, stage: str
) -> None:
    value = dataclasses.asdict(FIRST) | {"act": act, "data": data, "set": changes, "n": n, "stage_to": stage}
    value["attachments"] = [{"kind": act, "sha256": "cd" * 32, "size": n}]
    del value["prev_sm3"]
    raw = canonical.write(value)
    wanted = by_json(raw)
    quick = read_plain(raw)
    assert quick is None or quick == wanted
    if isinstance(wanted, str):
        with pytest.raises(LedgerError, match=wanted):
            parse(raw)
    else:
        assert parse(raw) == wanted


@given(st.data())
def test_the_two_readers_agree_on_any_bytes(draw: st.DataObject) -> None:
    raw = bytearray(draw.draw(st.sampled_from(entries(1, 4))))
    for _ in range(draw.draw(st.integers(1, 3))):
        place = draw.draw(st.integers(0, len(raw) - 1))
        piece = draw.draw(
            st.binary(min_size=1, max_size=1) | st.sampled_from([b" ", b'"', b"}", b'},{"', b",", b"0", b""])
        )
        raw[place : place + draw.draw(st.integers(0, 1))] = piece
    quick = read_plain(bytes(raw))
    assert quick is None or quick == by_json(bytes(raw))


@pytest.mark.parametrize("plain", [True, False])
def test_keys_out_of_order_or_twice_are_refused(plain: bool) -> None:
    # A nested list sends the entry to the reader through JSON.
    odd = {} if plain else {"k": []}
    data = dataclasses.replace(FIRST, data={"a": 1, "b": 2, **odd}).to_bytes()
    for wrong in (data.replace(b'"a":1,"b":2', b'"b":2,"a":1'), data.replace(b'"b":2', b'"a":2')):
        with pytest.raises(LedgerError, match="not_canonical"):
            parse(wrong)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("schema", 2), ("schema", True), ("n", 0), ("n", True), ("n", "1"), ("version", 0), ("case", ""), ("act", 3),
        ("prev", "0" * 63), ("prev", "A" * 64), ("prev_sm3", "0"), ("on_day", "2026-02-30"), ("on_day", "20261123"),
        ("on_day", "2026-W01-1"), ("recorded_on", "２０２６-11-23"), ("set", {"stage": "x"}),
        ("set", {"due_on": "soon"}),
        ("set", {"weight": "0.50"}), ("set", {"weight": "1e3"}), ("set", {"grade": ""}), ("set", []),
        ("commitments", {"caller": "00"}), ("commitments", {"Caller": "0" * 64}), ("data", None),
        ("attachments", [{"kind": "photo", "sha256": "ab" * 32}]), ("body", ""), ("stage_from", None), ("unknown", 1),
        ("attachments", [{"kind": "photo", "sha256": "ab" * 32, "size": -1}]), ("attachments", [1]),
        ("set", {"due_on": 1}),
    ],
)  # fmt: skip
def test_a_field_that_is_wrong_is_named(field: str, value: object) -> None:
    whole = dataclasses.asdict(FIRST) | {"attachments": []}
    del whole["prev_sm3"]
    with pytest.raises(LedgerError) as caught:
        parse(canonical.write(whole | {field: value}))
    assert caught.value.code == "entry_field"
    assert str(caught.value.details["field"]).split(".")[0] == field


def test_a_missing_field_is_named() -> None:
    whole = dataclasses.asdict(FIRST) | {"attachments": []}
    del whole["prev_sm3"], whole["body"]
    with pytest.raises(LedgerError, match="'body'"):
        parse(canonical.write(whole))


def test_an_entry_too_large_for_a_bundle_is_refused() -> None:
    room = 65_535 - len(dataclasses.replace(FIRST, data={"x": ""}).to_bytes())
    assert len(dataclasses.replace(FIRST, data={"x": "x" * room}).to_bytes()) == 65_535
    with pytest.raises(LedgerError, match="entry_size"):
        dataclasses.replace(FIRST, data={"x": "x" * (room + 1)}).to_bytes()
    with pytest.raises(LedgerError, match="entry_size"):
        parse(b"x" * 65_536)


def test_sm3_is_the_standards() -> None:
    # GB/T 32905 gives the digest of "abc"; the zero byte before it is ours.
    from cryptography.hazmat.primitives import hashes

    state = hashes.Hash(hashes.SM3())
    state.update(b"abc")
    assert state.finalize().hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    state = hashes.Hash(hashes.SM3())
    state.update(b"\0abc")
    assert sm3_digest(b"abc") == state.finalize()


def test_without_sm3_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives import hashes

    def unsupported(algorithm: hashes.HashAlgorithm) -> None:
        raise UnsupportedAlgorithm("SM3")

    monkeypatch.setattr(hashes, "Hash", unsupported)
    with pytest.raises(LedgerError, match="no_sm3"):
        sm3_digest(b"")
