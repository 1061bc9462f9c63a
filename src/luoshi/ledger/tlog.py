"""A Merkle log in one file: RFC 6962 §2.1, and where each of its hashes is stored.

    MTH({})       = SHA-256()                                   the empty tree
    MTH({d})      = SHA-256(0x00 ‖ d)                           a leaf
    MTH(D[0:n])   = SHA-256(0x01 ‖ MTH(D[0:k]) ‖ MTH(D[k:n]))   k the largest power of two below n

Hashes of complete subtrees never change, so they are stored once, in the order in which they become known (Crosby and
Wallach, *Efficient Data Structures for Tamper-Evident Logging*, §3.3). Storage is two functions of the caller: one that
appends what :func:`append` returns, and ``read_hashes(indexes) -> hashes``. Proofs are in :mod:`luoshi.ledger.proof`.
``tests/ledger/test_tlog.py`` holds it against the published vectors of Certificate Transparency.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from typing import Final, TypeAlias

from luoshi.ledger.errors import LedgerError

Hash: TypeAlias = bytes
ReadHashes: TypeAlias = Callable[[Sequence[int]], Sequence[Hash]]
"""The stored hashes with these indexes, in this order."""

HASH_BYTES: Final = 32
EMPTY_ROOT: Final = sha256(b"").digest()


def leaf_hash(data: bytes) -> Hash:
    """SHA-256(0x00 ‖ data)."""
    return sha256(b"\0" + data).digest()


def node_hash(left: Hash, right: Hash) -> Hash:
    """SHA-256(0x01 ‖ left ‖ right)."""
    return sha256(b"\1" + left + right).digest()


def split(size: int) -> int:
    """k, the largest power of two below ``size`` (≥ 2): where RFC 6962 divides a tree."""
    return 1 << ((size - 1).bit_length() - 1)


def stored_index(level: int, n: int) -> int:
    """Where the hash of the complete subtree D[n·2^level : (n+1)·2^level] is stored, from 0.

    It is written right after its right child, so level for level after its last leaf, number (n+1)·2^level − 1:
    leaf m is stored at m + ⌊m/2⌋ + ⌊m/4⌋ + … = 2m − popcount(m).
    """
    last = ((n + 1) << level) - 1
    return 2 * last - last.bit_count() + level


def split_stored_index(index: int) -> tuple[int, int]:
    """The (level, n) whose :func:`stored_index` is ``index``."""
    # stored_index(0, m) = 2m − popcount(m) lies in (2m − log₂ m − 2, 2m], so the last leaf m written at or before
    # index lies in [index/2, index/2 + log₂ index].
    leaf = index // 2
    while stored_index(0, leaf + 1) <= index:
        leaf += 1
    level = index - stored_index(0, leaf)
    return level, leaf >> level


def stored_count(size: int) -> int:
    """How many hashes are stored for a tree of ``size`` leaves: 2·size − popcount(size)."""
    return 2 * size - size.bit_count()


def peaks(low: int, high: int) -> list[tuple[int, int]]:
    """The complete subtrees, as (level, n) from left to right, whose leaves are D[low:high].

    ``low`` is a multiple of the largest power of two within high − low, as in every tree that RFC 6962 divides.
    """
    found = []
    while low < high:
        level = (high - low).bit_length() - 1
        found.append((level, low >> level))
        low += 1 << level
    return found


def join(hashes: Sequence[Hash]) -> Hash:
    """The hash of the tree whose :func:`peaks` have these hashes (at least one)."""
    result = hashes[-1]
    for left in reversed(hashes[:-1]):
        result = node_hash(left, result)
    return result


def subtree_hash(hashes: Sequence[Hash]) -> Hash:
    """The hash of the complete subtree over 2^i hashes of one level."""
    row = list(hashes)
    while len(row) > 1:
        row = [sha256(b"\1" + row[i] + row[i + 1]).digest() for i in range(0, len(row), 2)]
    return row[0]


def append(size: int, leaves: Iterable[Hash], read_hashes: ReadHashes) -> list[Hash]:
    """What is to be stored, from index ``stored_count(size)`` on, when ``leaves`` (their hashes) join ``size`` others.

    One read of at most log₂ size hashes, then about two hashes a leaf.
    """
    edge = peaks(0, size)
    stack = read(read_hashes, [stored_index(level, n) for level, n in edge])
    new: list[Hash] = []
    for leaf in leaves:
        new.append(leaf)
        top = leaf
        # Each trailing 1 bit of the leaf's number completes a subtree with the one on its left.
        ones = size
        while ones & 1:
            top = sha256(b"\1" + stack.pop() + top).digest()
            new.append(top)
            ones >>= 1
        stack.append(top)
        size += 1
    return new


def tree_hash(size: int, read_hashes: ReadHashes) -> Hash:
    """MTH(D[0:size]) from stored hashes; one read of at most log₂ size + 1 of them."""
    return range_hashes([(0, size)], read_hashes)[0] if size else EMPTY_ROOT


def range_hashes(ranges: Sequence[tuple[int, int]], read_hashes: ReadHashes) -> list[Hash]:
    """MTH(D[low:high]) of each range (see :func:`peaks`), with one read for all."""
    parts = [[stored_index(level, n) for level, n in peaks(low, high)] for low, high in ranges]
    hashes = read(read_hashes, [index for part in parts for index in part])
    found, start = [], 0
    for part in parts:
        found.append(join(hashes[start : start + len(part)]))
        start += len(part)
    return found


def read(read_hashes: ReadHashes, indexes: Sequence[int]) -> list[Hash]:
    """What ``read_hashes`` gives for ``indexes``. Raises LedgerError ``storage`` for another number of hashes."""
    if not indexes:
        return []
    hashes = list(read_hashes(indexes))
    if len(hashes) != len(indexes) or any(len(item) != HASH_BYTES for item in hashes):
        raise LedgerError("storage", asked=len(indexes), got=len(hashes))
    return hashes
