"""The Merkle log against the published vectors of Certificate Transparency, and against RFC 6962 read literally."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luoshi.ledger.errors import LedgerError
from luoshi.ledger.proof import check_consistency, check_inclusion, consistency_proof, inclusion_proof
from luoshi.ledger.tlog import (
    EMPTY_ROOT,
    append,
    leaf_hash,
    node_hash,
    split_stored_index,
    stored_count,
    stored_index,
    tree_hash,
)

# Published test vectors of Certificate Transparency: eight leaves, the root of each size, proofs by index and by size.
LEAVES = [bytes.fromhex(text) for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657",
                                           "606162636465666768696a6b6c6d6e6f")]  # fmt: skip
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
INCLUSION = [
    (0, 1, []),
    (0, 8, ["96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"]),
    (5, 8, ["bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"]),
    (2, 3, ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
    (1, 5, ["6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"]),
]  # fmt: skip
CONSISTENCY = [
    (1, 1, []),
    (1, 8, ["96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"]),
    (6, 8, ["0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"]),
    (2, 5, ["5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"]),
]  # fmt: skip
# A certificate in a log of its time, from the same tests.
LARGE_LEAF = "7a395c866d5ecdb0cccb623e011dbc392cd348d1d1d72776174e127a24b09c78"
LARGE_INDEX, LARGE_SIZE = 848049, 3630887
LARGE_ROOT = "78316a05c9bcf14a3a4548f5b854a9adfcd46a4c034401b3ce7eb7ac2f1d0ecb"
LARGE_PATH = [
    "1a208aeebcd1b39fe2de247ee8db9454e1e93a312d206b87f6ca9cc6ec6f1ddd",
    "0a1b78b383f580856f433c01a5741e160d451c185910027f6cc9f828687a40c4",
    "3d1745789bc63f2da15850de1c12a5bf46ed81e1cc90f086148b1662e79aab3d",
    "9095b61e14d8990acf390905621e62b1714fb8e399fbb71de5510e0aef45affe",
    "0a332b91b8fab564e6afd1dd452449e04619b18accc0ff9aa8393cd4928451f2",
    "2336f0181d264aed6d8f3a6507ca14a8d3b3c3a23791ac263e845d208c1ee330",
    "b4ce56e300590500360c146c6452edbede25d4ed83919278749ee5dbe178e048",
    "933f6ddc848ea562e4f9c5cfb5f176941301dad0c6fdb9d1fbbe34fac1be6966",
    "b95a6222958a86f74c030be27c44f57dbe313e5e7c7f4ffb98bcbd3a03bb52f2",
    "daeeb3ce5923defd0faeb8e0c210b753b85b809445d7d3d3cd537a9aabaa9c45",
    "7fadd0a13e9138a2aa6c3fdec4e2275af233b94812784f66bcca9aa8e989f2bc",
    "1864e6ba3e32878610546539734fb5eeae2529991f130c575c73a7e25a2a7c56",
    "12842d1202b1dc6828a17ab253c02e7ce9409b5192430feba44189f39cc02d66",
    "29af64b16fa3053c13d02ac63aa75b23aa468506e44c3a2315edc85d2dc22b11",
    "b527b99934a0bd9edd154e449b0502e2c499bba783f3bc3dfe23364b6b532009",
    "4584db8ae8e351ace08e01f306378a92bfd43611714814f3d834a2842d69faa8",
    "86a9a41573b0d6e4292f01e93243d6cc65b30f06606fc6fa57390e7e90ed580f",
    "a88b98fbe84d4c6aae8db9d1605dfac059d9f03fe0fcb0d5dff1295dacba09e6",
    "06326dc617a6d1f7021dc536026dbfd5fffc6f7c5531d48ef6ccd1ed1569f2a1",
    "f41fe8fdc3a2e4e8345e30216e7ebecffee26ff266eeced208a6c2a3cf08f960",
    "40cf5bde8abb76983f3e98ba97aa36240402975674e120f234b3448911090f8d",
    "b3222dc8658538079883d980d7fdc2bef9285344ea34338968f736b04aeb387a",
]


class Store:
    """Stored hashes in memory, counting what is read."""

    def __init__(self) -> None:
        self.hashes: list[bytes] = []
        self.size = 0
        self.reads: list[int] = []

    def read(self, indexes: Sequence[int]) -> list[bytes]:
        self.reads.append(len(indexes))
        return [self.hashes[index] for index in indexes]

    def add(self, data: Sequence[bytes]) -> None:
        self.hashes += append(self.size, [leaf_hash(item) for item in data], self.read)
        self.size += len(data)


def store_of(size: int) -> Store:
    store = Store()
    store.add([b"leaf %d" % number for number in range(size)])
    return store


def unhex(items: Sequence[str]) -> list[bytes]:
    return [bytes.fromhex(item) for item in items]


# --- RFC 6962 §2.1, read literally


def largest_power_below(size: int) -> int:
    power = 1
    while power * 2 < size:
        power *= 2
    return power


def mth(data: Sequence[bytes]) -> bytes:
    if not data:
        return sha256(b"").digest()
    if len(data) == 1:
        return sha256(b"\0" + data[0]).digest()
    k = largest_power_below(len(data))
    return sha256(b"\1" + mth(data[:k]) + mth(data[k:])).digest()


def path(m: int, data: Sequence[bytes]) -> list[bytes]:
    if len(data) == 1:
        return []
    k = largest_power_below(len(data))
    return [*path(m, data[:k]), mth(data[k:])] if m < k else [*path(m - k, data[k:]), mth(data[:k])]


def subproof(m: int, data: Sequence[bytes], whole: bool) -> list[bytes]:
    if m == len(data):
        return [] if whole else [mth(data)]
    k = largest_power_below(len(data))
    if m <= k:
        return [*subproof(m, data[:k], whole), mth(data[k:])]
    return [*subproof(m - k, data[k:], False), mth(data[:k])]


# --- vectors


def test_published_roots() -> None:
    store = Store()
    assert tree_hash(0, store.read).hex() == ROOTS[0]
    for size, leaf in enumerate(LEAVES, 1):
        store.add([leaf])
        assert tree_hash(size, store.read).hex() == ROOTS[size]
    for size, root in enumerate(ROOTS):
        assert tree_hash(size, store.read).hex() == root


@pytest.mark.parametrize(("index", "size", "proof"), INCLUSION)
def test_published_inclusion_proofs(index: int, size: int, proof: list[str]) -> None:
    store = Store()
    store.add(LEAVES)
    assert inclusion_proof(index, size, store.read) == unhex(proof)
    assert check_inclusion(unhex(proof), index, size, bytes.fromhex(ROOTS[size]), leaf_hash(LEAVES[index]))


@pytest.mark.parametrize(("old", "new", "proof"), CONSISTENCY)
def test_published_consistency_proofs(old: int, new: int, proof: list[str]) -> None:
    store = Store()
    store.add(LEAVES)
    assert consistency_proof(old, new, store.read) == unhex(proof)
    assert check_consistency(unhex(proof), old, new, bytes.fromhex(ROOTS[old]), bytes.fromhex(ROOTS[new]))


def test_a_published_proof_in_a_large_log() -> None:
    leaf, root = bytes.fromhex(LARGE_LEAF), bytes.fromhex(LARGE_ROOT)
    assert check_inclusion(unhex(LARGE_PATH), LARGE_INDEX, LARGE_SIZE, root, leaf)
    assert not check_inclusion(unhex(LARGE_PATH), LARGE_INDEX + 1, LARGE_SIZE, root, leaf)


# --- where hashes are stored


def test_stored_hashes_lie_densely_in_the_order_in_which_they_become_known() -> None:
    index = 0
    for leaf in range(2000):
        assert stored_count(leaf) == index
        level = 0
        while True:
            assert stored_index(level, leaf >> level) == index
            assert split_stored_index(index) == (level, leaf >> level)
            index += 1
            if not (leaf >> level) & 1:
                break
            level += 1


@given(st.integers(0, 40), st.integers(0, 2**40))
def test_stored_index_has_an_inverse(level: int, n: int) -> None:
    assert split_stored_index(stored_index(level, n)) == (level, n)


# --- against the literal reading


@given(st.lists(st.binary(max_size=5), max_size=70), st.lists(st.integers(1, 30), min_size=1, max_size=8))
def test_batches_give_the_same_tree(leaves: list[bytes], batches: list[int]) -> None:
    store = Store()
    start = 0
    for size in (*batches, len(leaves)):
        store.add(leaves[start : start + size])
        start += size
    assert len(store.hashes) == stored_count(len(leaves))
    assert tree_hash(len(leaves), store.read) == mth(leaves)


@given(st.data())
def test_proofs_are_those_of_the_rfc(draw: st.DataObject) -> None:
    leaves = draw.draw(st.lists(st.binary(max_size=3), min_size=1, max_size=70))
    index = draw.draw(st.integers(0, len(leaves) - 1))
    old = draw.draw(st.integers(1, len(leaves)))
    store = Store()
    store.add(leaves)
    root = mth(leaves)
    proof = inclusion_proof(index, len(leaves), store.read)
    assert proof == path(index, leaves)
    assert check_inclusion(proof, index, len(leaves), root, leaf_hash(leaves[index]))
    proof = consistency_proof(old, len(leaves), store.read)
    assert proof == subproof(old, leaves, True)
    assert check_consistency(proof, old, len(leaves), mth(leaves[:old]), root)


@given(st.data())
def test_a_false_proof_proves_nothing(draw: st.DataObject) -> None:
    size = draw.draw(st.integers(2, 40))
    store = store_of(size)
    root = tree_hash(size, store.read)
    index, old = draw.draw(st.integers(0, size - 1)), draw.draw(st.integers(1, size - 1))
    leaf = leaf_hash(b"leaf %d" % index)
    before = tree_hash(old, store.read)
    good, same = inclusion_proof(index, size, store.read), consistency_proof(old, size, store.read)
    place = draw.draw(st.integers(0, 100))
    for wrong in (good[:-1], [*good, root], _flipped(good, place)):
        assert not check_inclusion(wrong, index, size, root, leaf)
    assert not check_inclusion(good, index, size, root, leaf_hash(b"other"))
    assert not check_inclusion(good, index, size, leaf, leaf) or size == 1
    for wrong in (same[:-1], [*same, root], _flipped(same, place)):
        assert not check_consistency(wrong, old, size, before, root)
    assert not check_consistency(same, old, size, root, root)
    assert not check_consistency(same, old, size, before, before)


def _flipped(proof: list[bytes], place: int) -> list[bytes]:
    if not proof:
        return [bytes(32)]
    place %= len(proof)
    return [*proof[:place], bytes([proof[place][0] ^ 1]) + proof[place][1:], *proof[place + 1 :]]


def test_the_empty_tree() -> None:
    store = store_of(5)
    root = tree_hash(5, store.read)
    assert consistency_proof(0, 5, store.read) == []
    assert check_consistency([], 0, 5, EMPTY_ROOT, root)
    assert not check_consistency([], 0, 5, root, root)
    assert not check_consistency([root], 0, 5, EMPTY_ROOT, root)
    assert check_consistency([], 5, 5, root, root)
    assert check_consistency([], 0, 0, EMPTY_ROOT, EMPTY_ROOT)


@pytest.mark.parametrize(("index", "size"), [(5, 5), (-1, 5), (0, 0)])
def test_a_place_outside_is_refused(index: int, size: int) -> None:
    with pytest.raises(LedgerError, match="proof_range"):
        inclusion_proof(index, size, store_of(5).read)
    with pytest.raises(LedgerError, match="proof_range"):
        check_inclusion([], index, size, EMPTY_ROOT, EMPTY_ROOT)


@pytest.mark.parametrize(("old", "new"), [(6, 5), (-1, 5)])
def test_an_older_log_that_is_longer_is_refused(old: int, new: int) -> None:
    with pytest.raises(LedgerError, match="proof_range"):
        consistency_proof(old, new, store_of(5).read)


@given(st.integers(1, 3000))
def test_appending_and_proving_read_little(size: int) -> None:
    store = store_of(size)
    levels = size.bit_length()
    store.reads.clear()
    store.add([b"more"])
    inclusion_proof(size // 3, size, store.read)
    consistency_proof(max(size // 3, 1), size, store.read)
    assert len(store.reads) <= 3
    assert sum(store.reads) <= 5 * levels + 5
    assert len(inclusion_proof(size // 3, size, store.read)) <= levels


def test_storage_that_answers_short_is_refused() -> None:
    with pytest.raises(LedgerError, match="storage"):
        tree_hash(5, lambda indexes: [])
    with pytest.raises(LedgerError, match="storage"):
        tree_hash(2, lambda indexes: [b"short"])


def test_node_hash_by_hand() -> None:
    assert node_hash(b"l" * 32, b"r" * 32) == sha256(b"\1" + b"l" * 32 + b"r" * 32).digest()
