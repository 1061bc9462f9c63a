"""Commitments bind, hide, and outlive the erasure of what they are to."""

from __future__ import annotations

import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luoshi.ledger.chain import verify_chain
from luoshi.ledger.commit import check, commit
from luoshi.ledger.errors import LedgerError

from .factory import entries

SALTS = st.binary(min_size=32, max_size=32)
VALUES = st.text(st.characters(exclude_categories=["Cs"])) | st.binary()


def test_the_formula_written_out() -> None:
    salt = bytes(range(32))
    message = (
        b"luoshi ledger commitment v1\n" + bytes(7) + b"\x06caller" + b"t" + bytes(7) + b"\x06\xe7\x8e\x8b\xe5\x85\xad"
    )
    assert commit("caller", "王六", salt) == hmac.new(salt, message, hashlib.sha256).digest()


@given(st.text("abc"), VALUES, SALTS)
def test_what_was_committed_to_checks(name: str, value: str | bytes, salt: bytes) -> None:
    assert check(commit(name, value, salt), name, value, salt)


@given(st.tuples(st.text("ab"), VALUES, SALTS), st.tuples(st.text("ab"), VALUES, SALTS))
def test_nothing_else_does(one: tuple[str, str | bytes, bytes], other: tuple[str, str | bytes, bytes]) -> None:
    assert (commit(*one) == commit(*other)) == (one == other)


def test_equal_values_cannot_be_linked_and_kinds_are_told_apart() -> None:
    assert commit("caller", "王六", bytes(32)) != commit("caller", "王六", b"\1" * 32)
    assert commit("a", "x", bytes(32)) != commit("a", b"x", bytes(32))
    assert commit("ab", "c", bytes(32)) != commit("a", "bc", bytes(32))


@pytest.mark.parametrize("size", [0, 16, 31, 33])
def test_a_salt_of_another_length_is_refused(size: int) -> None:
    with pytest.raises(LedgerError, match="salt"):
        commit("caller", "王六", bytes(size))


def test_the_chain_holds_without_salt_and_plaintext() -> None:
    # Nothing but the entries is needed: whatever was committed to may be gone.
    assert verify_chain(entries(1, 6)) is not None
