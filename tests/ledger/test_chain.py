"""The chain of a case, and its row."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luoshi.ledger.chain import COLUMNS, case_step, fold, row_bytes, verify_chain
from luoshi.ledger.entry import Entry, parse
from luoshi.ledger.errors import FaultError

from .factory import entries

CHAIN = entries(1, 8, sm3=True)


def changed(place: int, **fields: Any) -> list[bytes]:
    """The chain with the entry at ``place`` written anew."""
    wrong = list(CHAIN)
    wrong[place] = dataclasses.replace(Entry.from_bytes(CHAIN[place]), **fields).to_bytes()
    return wrong


def fault(chain: list[bytes], *, sm3: bool = False) -> tuple[str, int | None]:
    with pytest.raises(FaultError) as caught:
        verify_chain(chain, sm3=sm3)
    return caught.value.fault.code, caught.value.fault.entry


def test_a_whole_chain_gives_the_row_of_its_entries() -> None:
    row = verify_chain(CHAIN, sm3=True)
    assert row == fold(map(parse, CHAIN), case_step, None)
    assert dict(zip(COLUMNS, row or (), strict=True)) == {
        "case": "HL-2026-00000", "mechanism": "hotline", "version": 1, "channel": "12345", "category": "噪声",
        "body": "yx-dept-2", "area": "yx-01-003", "opened_on": "2026-11-02", "answered_on": None, "struck_off_on": None,
        "due_on": "2026-11-09", "stage": "handling", "weight": "0.5", "grade": None,
    }  # fmt: skip
    assert row_bytes(row or ()).startswith(b'{"answered_on":null,"area":')


def test_null_clears_a_column() -> None:
    fields = parse(changed(0, set={"due_on": None, "grade": "a"})[0])
    before = parse(CHAIN[0])
    row = dict(zip(COLUMNS, case_step(case_step(None, before), fields), strict=True))
    assert (row["due_on"], row["grade"], row["channel"]) == (None, "a", "12345")


def test_no_entries_no_row() -> None:
    assert verify_chain([]) is None


@pytest.mark.parametrize(
    ("chain", "wanted"),
    [
        (changed(3, body="yx-else"), ("chain_prev", 4)),
        (changed(3, n=5), ("chain_n", 3)),
        (changed(0, prev="1" * 64), ("chain_prev", 0)),
        (changed(2, stage_from="struck_off"), ("chain_stage", 2)),
        (changed(0, stage_from="accepted"), ("chain_stage", 0)),
        (changed(2, district="else"), ("chain_same", 2)),
        (changed(2, mechanism="petition"), ("chain_same", 2)),
        (changed(2, case="HL-2026-00009"), ("chain_same", 2)),
        (CHAIN[1:], ("chain_n", 0)),
        (CHAIN[:2] + CHAIN[3:], ("chain_n", 2)),
        ([*CHAIN[:2], b"{}", *CHAIN[3:]], ("entry_field", 2)),
        ([*CHAIN[:2], CHAIN[2] + b" "], ("not_canonical", 2)),
    ],
)
def test_the_first_wrong_entry_is_named(chain: list[bytes], wanted: tuple[str, int]) -> None:
    assert fault(chain) == wanted


def test_a_false_second_digest_is_found() -> None:
    assert fault(changed(7, prev_sm3="1" * 64), sm3=True) == ("chain_prev_sm3", 7)


@given(st.integers(0, 7), st.data())
def test_any_other_byte_in_any_entry_but_the_last_breaks_the_chain(place: int, draw: st.DataObject) -> None:
    at = draw.draw(st.integers(0, len(CHAIN[place]) - 1))
    value = draw.draw(st.integers(1, 255))
    wrong = bytearray(CHAIN[place])
    wrong[at] ^= value
    chain = [*CHAIN[:place], bytes(wrong), *CHAIN[place + 1 :]]
    # The last entry's digest stands in the log alone; another entry follows here, so that the chain tells.
    follower = dataclasses.replace(
        Entry.from_bytes(CHAIN[7]), n=9, prev=_digest(CHAIN[7]), stage_from="handling", prev_sm3=None
    ).to_bytes()
    assert fault([*chain, follower])[1] in (place, place + 1)


def _digest(data: bytes) -> str:
    from luoshi.ledger.entry import digest

    return digest(data).hex()
