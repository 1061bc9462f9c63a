"""Signed notes and checkpoints: the published example to the letter, and everything that is not a note refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luoshi.ledger.checkpoint import Checkpoint, open_checkpoint, parse_checkpoint, sign_checkpoint
from luoshi.ledger.errors import LedgerError
from luoshi.ledger.note import Signature, new_signer, open_note, parse_note, parse_skey, parse_vkey, sign

# The example keys, text and signatures of golang.org/x/mod/sumdb/note.
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETER_SECRET = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
ENOCH = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
PETER_LINE = (
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
ENOCH_LINE = (
    "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n"
)
BOTH = f"{TEXT}\n{PETER_LINE}{ENOCH_LINE}".encode()


def test_the_published_example_is_signed_alike() -> None:
    assert sign(TEXT, [parse_skey(PETER_SECRET)]).decode() == f"{TEXT}\n{PETER_LINE}"


def test_keys_as_text_come_back() -> None:
    assert parse_vkey(PETER).vkey == PETER
    assert parse_skey(PETER_SECRET).skey == PETER_SECRET
    assert parse_skey(PETER_SECRET).verifier.vkey == PETER
    assert "gQoUA" not in repr(parse_skey(PETER_SECRET))


def test_known_signatures_are_verified_and_unknown_ones_ignored() -> None:
    peter, enoch = parse_vkey(PETER), parse_vkey(ENOCH)
    assert open_note(BOTH, [peter]).verified == (peter,)
    assert [item.name for item in open_note(BOTH, [peter]).unknown()] == ["EnochRoot"]
    assert open_note(BOTH, [peter, enoch]).verified == (peter, enoch)
    assert open_note(BOTH, [peter]).text == TEXT
    with pytest.raises(LedgerError, match="unsigned"):
        open_note(BOTH, [])
    other = new_signer("PeterNeumann", bytes(32)).verifier
    assert other.name == peter.name
    with pytest.raises(LedgerError, match="unsigned"):
        open_note(BOTH, [other])


def test_a_signature_given_twice_counts_once() -> None:
    twice = f"{TEXT}\n{PETER_LINE}{PETER_LINE}".encode()
    assert len(open_note(twice, [parse_vkey(PETER)]).verified) == 1


def test_a_false_signature_by_a_known_key_refuses_the_note() -> None:
    wrong = f"{TEXT}\n{PETER_LINE[:60]}ABCD{PETER_LINE[60:]}{ENOCH_LINE}".encode()
    with pytest.raises(LedgerError, match="signature"):
        open_note(wrong, [parse_vkey(PETER), parse_vkey(ENOCH)])
    assert open_note(wrong, [parse_vkey(ENOCH)]).verified == (parse_vkey(ENOCH),)


@pytest.mark.parametrize(
    "data",
    [
        TEXT, f"{TEXT}\n", f"{TEXT}\n{PETER_LINE[:-1]}", f"\x01{TEXT}\n{PETER_LINE}", f"{TEXT}\r\n{PETER_LINE}",
        f"{TEXT}\n— Bad Name {PETER_LINE.split()[2]}\n", f"{TEXT}\n{PETER_LINE}Unexpected line.\n", "",
        f"{TEXT}\n{PETER_LINE.replace('—', '-')}", f"{TEXT}\n— PeterNeumann AAAA\n", f"{TEXT}\n— PeterNeumann =\n",
        f"{TEXT}\n{PETER_LINE * 101}", f"{TEXT}\n— a+b {PETER_LINE.split()[2]}\n", f"{TEXT}\n{PETER_LINE}\n",
    ],
)  # fmt: skip
def test_what_is_no_note_is_refused(data: str) -> None:
    with pytest.raises(LedgerError, match="note"):
        parse_note(data.encode())


def test_bytes_that_are_no_text_and_notes_without_end_are_refused() -> None:
    for data in (b"\xff" + BOTH, b"x" * 1_000_001):
        with pytest.raises(LedgerError, match="note"):
            parse_note(data)


def test_sixteen_signatures_are_accepted() -> None:
    signers = [new_signer(f"witness{number}", bytes([number]) * 32) for number in range(16)]
    assert len(open_note(sign(TEXT, signers), [signer.verifier for signer in signers]).verified) == 16


def test_a_new_signature_takes_the_place_of_the_old_one() -> None:
    peter = parse_skey(PETER_SECRET)
    old = Signature("PeterNeumann", peter.verifier.key_id, b"old")
    witness = parse_note(BOTH).signatures[1]
    assert sign(TEXT, [peter], [old]).decode() == f"{TEXT}\n{PETER_LINE}"
    assert sign(TEXT, [peter], [witness]).decode() == f"{TEXT}\n{ENOCH_LINE}{PETER_LINE}"
    with pytest.raises(LedgerError, match="unsigned"):
        sign(TEXT, [])
    with pytest.raises(LedgerError, match="note"):
        sign("no newline", [peter])


@pytest.mark.parametrize("key", [PETER, PETER_SECRET])
def test_no_part_and_no_neighbour_of_a_key_is_a_key(key: str) -> None:
    parse = parse_vkey if key is PETER else parse_skey
    wrong = {key[i:j] for i in range(len(key)) for j in range(i, len(key) + 1)} - {key}
    wrong |= {key[:i] + chr(ord(key[i]) + 1) + key[i + 1 :] for i in range(len(key))}
    for text in wrong:
        with pytest.raises(LedgerError, match="key"):
            parse(text)


@pytest.mark.parametrize(
    "key",
    [
        "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==",
        "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        f"{PETER} ", f" {PETER}", "",
    ],
)  # fmt: skip
def test_keys_of_another_length_or_algorithm_are_refused(key: str) -> None:
    with pytest.raises(LedgerError, match="key"):
        parse_vkey(key)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\nb", "a\u3000b", "a\x7fb"])
def test_names_that_no_key_may_have(name: str) -> None:
    with pytest.raises(LedgerError, match="key_name"):
        new_signer(name, bytes(32))


def test_a_seed_of_another_length_is_refused() -> None:
    with pytest.raises(LedgerError, match="key"):
        new_signer("a", bytes(31))


# --- checkpoints


def test_the_published_checkpoint_is_understood() -> None:
    # The example of C2SP tlog-checkpoint.
    text = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    head = parse_checkpoint(text)
    assert (head.origin, head.size, head.root.hex()[:8]) == ("example.com/behind-the-sofa", 20852163, "0ac5186a")
    assert head.text() == text
    assert parse_checkpoint(f"{text}more\n").extensions == ("more",)


@given(st.integers(0, 2**63 - 1), st.binary(min_size=32, max_size=32), st.lists(st.just("extra"), max_size=2))
def test_a_checkpoint_comes_back(size: int, root: bytes, extensions: list[str]) -> None:
    signer = new_signer("ledger.yunxi.example/log", bytes(32))
    head = Checkpoint("ledger.yunxi.example/log", size, root, tuple(extensions))
    assert open_checkpoint(sign_checkpoint(head, [signer]), [signer.verifier])[0] == head


ROOT = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="


@pytest.mark.parametrize(
    "text",
    [
        "", "\n", f"a\n1\n{ROOT}", f"\n1\n{ROOT}\n", f"a\n01\n{ROOT}\n", f"a\n-1\n{ROOT}\n", f"a\n+1\n{ROOT}\n",
        f"a\n1 \n{ROOT}\n", f"a\n９\n{ROOT}\n", f"a\n9223372036854775808\n{ROOT}\n", f"a\n1\n{ROOT[:-1]}\n", "a\n1\n\n",
        f"a\n1\n{ROOT}\n\nmore\n", "a\n1\nAAAA\n", f"a\n1\n{ROOT[:-2]}J=\n", f"a\n{ROOT}\n1\n", "a\n1\n",
    ],
)  # fmt: skip
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(LedgerError, match="checkpoint"):
        parse_checkpoint(text)


@pytest.mark.parametrize(
    "head", [Checkpoint("", 1, bytes(32)), Checkpoint("a\nb", 1, bytes(32)), Checkpoint("a", -1, bytes(32)),
             Checkpoint("a", 1, bytes(31)), Checkpoint("a", 1, bytes(32), ("",))]
)  # fmt: skip
def test_a_checkpoint_that_would_not_come_back_is_not_written(head: Checkpoint) -> None:
    with pytest.raises(LedgerError, match="checkpoint"):
        head.text()
