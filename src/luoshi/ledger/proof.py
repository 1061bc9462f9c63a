"""The two proofs of RFC 6962: that an entry is in the log (§2.1.1), and that nothing before was changed (§2.1.2).

Both walk from the root towards one place, and name the subtrees they pass by; read from the leaf up, these are the
proof. Whoever checks walks the same way with nothing but sizes, and hashes upward again.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence

from luoshi.ledger.errors import LedgerError
from luoshi.ledger.tlog import EMPTY_ROOT, HASH_BYTES, Hash, ReadHashes, node_hash, range_hashes, split


def inclusion_proof(index: int, size: int, read_hashes: ReadHashes) -> list[Hash]:
    """PATH(index, D[0:size]). Raises LedgerError ``proof_range`` unless 0 ≤ index < size."""
    return range_hashes([place for place, _ in _siblings(index, size)], read_hashes)


def check_inclusion(proof: Sequence[Hash], index: int, size: int, root: Hash, leaf: Hash) -> bool:
    """Whether ``proof`` shows that the tree of ``size`` leaves with ``root`` has the hash ``leaf`` at ``index``.

    Raises LedgerError ``proof_range`` unless 0 ≤ index < size.
    """
    sides = [on_left for _, on_left in _siblings(index, size)]
    if len(proof) != len(sides) or any(len(item) != HASH_BYTES for item in proof):
        return False
    found = leaf
    for on_left, other in zip(sides, proof, strict=True):
        found = node_hash(other, found) if on_left else node_hash(found, other)
    return hmac.compare_digest(found, root)


def consistency_proof(old: int, new: int, read_hashes: ReadHashes) -> list[Hash]:
    """PROOF(old, D[0:new]); empty from the empty tree. Raises LedgerError ``proof_range`` unless 0 ≤ old ≤ new."""
    start, steps = _descent(old, new)
    return range_hashes(([start] if start[0] else []) + [place for place, _ in steps], read_hashes)


def check_consistency(proof: Sequence[Hash], old: int, new: int, old_root: Hash, new_root: Hash) -> bool:
    """Whether ``proof`` shows that the tree of ``new`` leaves begins with all of the tree of ``old`` leaves.

    Raises LedgerError ``proof_range`` unless 0 ≤ old ≤ new.
    """
    start, steps = _descent(old, new)
    if old == 0:
        # Every tree begins with the empty one; of the new root nothing is shown.
        return not proof and hmac.compare_digest(old_root, EMPTY_ROOT)
    hashes = list(proof) if start[0] else [old_root, *proof]
    if len(hashes) != len(steps) + 1 or any(len(item) != HASH_BYTES for item in hashes):
        return False
    before = after = hashes[0]
    for (_, on_left), other in zip(steps, hashes[1:], strict=True):
        if on_left:
            before = node_hash(other, before)
            after = node_hash(other, after)
        else:
            after = node_hash(after, other)
    return hmac.compare_digest(before, old_root) and hmac.compare_digest(after, new_root)


_Steps = list[tuple[tuple[int, int], bool]]
"""Subtrees passed by, from the leaf up: their leaves, and whether they lie on the left."""


def _siblings(index: int, size: int) -> _Steps:
    if not 0 <= index < size:
        raise LedgerError("proof_range", index=index, size=size)
    low, high, steps = 0, size, []
    while high - low > 1:
        middle = low + split(high - low)
        if index < middle:
            steps.append(((middle, high), False))
            high = middle
        else:
            steps.append(((low, middle), True))
            low = middle
    return steps[::-1]


def _descent(old: int, new: int) -> tuple[tuple[int, int], _Steps]:
    """Down to the smallest subtree of the new tree that ends where the old one does."""
    if not 0 <= old <= new:
        raise LedgerError("proof_range", index=old, size=new)
    low, high, steps = 0, new, []
    if old == 0:
        return (0, 0), []
    while high != old:
        middle = low + split(high - low)
        if old <= middle:
            steps.append(((middle, high), False))
            high = middle
        else:
            steps.append(((low, middle), True))
            low = middle
    return (low, high), steps[::-1]
