"""A stretch of the log, checked by itself, so that several processes can verify one log.

Each shard has whole bundles. What cannot be seen in it alone is handed back: for every case the ends of its chain there
(:class:`Stretch`), to be joined with the stretches before and after; for every full bundle the hash of its subtree.
A shard in which anything at all is wrong gives None: :mod:`luoshi.ledger.verify` then reads the log from its beginning
and names the first fault. So there is one place that says what is wrong, and this one only ever says that all is right.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final, TypeAlias

from luoshi.ledger.chain import COLUMNS, Row
from luoshi.ledger.entry import sm3_digest
from luoshi.ledger.errors import LedgerError
from luoshi.ledger.fields import ZEROS
from luoshi.ledger.quick import is_clean, read_step, step_of
from luoshi.ledger.tiles import WIDTH, Tile, entries_in
from luoshi.ledger.tlog import Hash, subtree_hash

Told: TypeAlias = tuple[int, str]
"""What the manifest says of a file: its size and its SHA-256 in hex."""
Read: TypeAlias = Callable[[str], bytes]
"""The content of a file of the export by its path, cut off somewhere past what a bundle can hold."""

BUNDLES: Final = 256
"""Bundles in a shard: 65,536 entries, some 40 MB, are worth the way to another process and back."""


@dataclass(frozen=True, slots=True)
class Task:
    """One shard: the first bundle's number, the bundles' widths and what the manifest says of tile and bundle."""

    first: int
    bundles: tuple[tuple[int, Told, Told], ...]
    sm3: bool


@dataclass(slots=True)
class Shard:
    """A shard in which all is right: how many entries it has, its stretches by case, the subtree hash of each full
    bundle, the leaf hashes of a partial one, and whether an entry carries a second digest."""

    entries: int = 0
    stretches: dict[str, Stretch] = field(default_factory=dict)
    tops: list[Hash] = field(default_factory=list)
    edge: list[Hash] = field(default_factory=list)
    saw_sm3: bool = False


Stretch: TypeAlias = list[Any]
"""Consecutive entries of one case: what the first needs before it, what the last leaves, and the columns set.

A plain list, being made and sent by the hundred thousand; the places are named below.
"""
_DISTRICT, _MECHANISM, _FIRST_N, _PREV, _PREV_SM3, _STAGE_FROM = range(6)
_N, _DIGEST, _SM3, _STAGE, _VERSION, _BODY, _CHANGES = range(6, 13)


def tasks(size: int, files: dict[str, Told], *, sm3: bool) -> Iterable[Task]:
    """The shards of a log of ``size`` entries whose ``files`` the manifest tells, in the order of the log."""
    count = -(-size // WIDTH)
    for first in range(0, count, BUNDLES):
        bundles = [Tile(0, n, min(WIDTH, size - n * WIDTH)) for n in range(first, min(count, first + BUNDLES))]
        told = tuple((bundle.width, files[bundle.path], files[bundle.entries_path]) for bundle in bundles)
        yield Task(first, told, sm3)


def check_shard(task: Task, read: Read) -> Shard | None:
    """Check the shard; None if anything in it is wrong. Errors of ``read`` pass through."""
    shard = Shard()
    for place, (width, told_tile, told_bundle) in enumerate(task.bundles):
        tile = Tile(0, task.first + place, width)
        hashes, data = read(tile.path), read(tile.entries_path)
        if not (_as_told(hashes, told_tile) and _as_told(data, told_bundle)):
            return None
        entries, whole = entries_in(data, width)
        leaves = [sha256(b"\0" + entry).digest() for entry in entries]
        if not whole or b"".join(leaves) != hashes:
            return None
        try:
            fits = _follow(shard, entries, leaves, sm3=task.sm3)
        except LedgerError:
            return None
        if not fits:
            return None
        shard.entries += width
        if width == WIDTH:
            shard.tops.append(subtree_hash(leaves))
        else:
            shard.edge = leaves
    return shard


def _as_told(data: bytes, told: Told) -> bool:
    return len(data) == told[0] and sha256(data).hexdigest() == told[1]


def _follow(shard: Shard, entries: Sequence[bytes], leaves: Sequence[Hash], *, sm3: bool) -> bool:
    """Carry the stretches on through ``entries``; whether each fits the one before it in the shard."""
    stretches = shard.stretches
    clean = is_clean(b"".join(entries))
    for data, leaf in zip(entries, leaves, strict=True):
        step = read_step(data) if clean or is_clean(data) else step_of(data)
        body, case, district, mechanism, n, prev, prev_sm3, changes, stage_from, stage_to, version = step
        second = None
        if prev_sm3 is not None:
            shard.saw_sm3 = True
        if sm3:
            second = sm3_digest(data).hex()
        last = stretches.get(case)
        if last is None:
            stretches[case] = [
                district, mechanism, n, prev, prev_sm3, stage_from,
                n, leaf.hex(), second, stage_to, version, body, changes,
            ]  # fmt: skip
            continue
        if (
            n != last[_N] + 1
            or prev != last[_DIGEST]
            or stage_from != last[_STAGE]
            or district != last[_DISTRICT]
            or mechanism != last[_MECHANISM]
            or (sm3 and prev_sm3 is not None and prev_sm3 != last[_SM3])
        ):
            return False
        last[_N:_CHANGES] = n, leaf.hex(), second, stage_to, version, body
        if changes:
            last[_CHANGES] = {**last[_CHANGES], **changes} if last[_CHANGES] else changes
    return True


def join(before: Stretch | None, after: Stretch, *, sm3: bool) -> Stretch | None:
    """The stretch of both, ``after`` following ``before`` (None: it begins the case); None if they do not fit."""
    if before is None:
        begins = after[_FIRST_N] == 1 and after[_PREV] == ZEROS and after[_STAGE_FROM] == ""
        return after if begins and (not sm3 or after[_PREV_SM3] in (None, ZEROS)) else None
    if (
        after[_FIRST_N] != before[_N] + 1
        or after[_PREV] != before[_DIGEST]
        or after[_STAGE_FROM] != before[_STAGE]
        or after[:_FIRST_N] != before[:_FIRST_N]
        or (sm3 and after[_PREV_SM3] is not None and after[_PREV_SM3] != before[_SM3])
    ):
        return None
    changes = {**before[_CHANGES], **after[_CHANGES]}
    return [*before[:_N], *after[_N:_CHANGES], changes]


def row_of(case: str, stretch: Stretch) -> Row:
    """The row that a whole case's stretch folds into, as :func:`luoshi.ledger.chain.case_step` would."""
    values = {
        **dict.fromkeys(COLUMNS),
        **stretch[_CHANGES],
        "case": case,
        "mechanism": stretch[_MECHANISM],
        "version": stretch[_VERSION],
        "body": stretch[_BODY],
        "stage": stretch[_STAGE],
    }
    return tuple(values.values())


def count_of(stretch: Stretch) -> int:
    """How many entries the case has, by its last one."""
    return int(stretch[_N])
