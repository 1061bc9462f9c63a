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
from typing import Final, TypeAlias

from luoshi.ledger.chain import COLUMNS, Link, Row
from luoshi.ledger.entry import sm3_digest
from luoshi.ledger.errors import LedgerError
from luoshi.ledger.fields import ZEROS
from luoshi.ledger.plain import Changes
from luoshi.ledger.quick import Step, is_clean, read_step, step_of
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


First: TypeAlias = "tuple[str, str, int, str, str | None, str]"
"""What the first entry of a stretch says: district, mechanism, n, prev, prev_sm3, stage_from."""
Stretch: TypeAlias = "tuple[First, int, str, str | None, str, int, str, Changes]"
"""Consecutive entries of one case: the first one; of the last its n, digest, SM3 digest, stage_to, version, body; the
columns that were set. Plain tuples, being made and sent by the million."""
_DISTRICT: Final = 0
_MECHANISM: Final = 1


def tasks(size: int, files: dict[str, Told], *, sm3: bool) -> Iterable[Task]:
    """The shards of a log of ``size`` entries whose ``files`` the manifest tells, in the order of the log."""
    count = -(-size // WIDTH)
    for first in range(0, count, BUNDLES):
        bundles = [Tile(0, n, min(WIDTH, size - n * WIDTH)) for n in range(first, min(count, first + BUNDLES))]
        told = tuple((bundle.width, files[bundle.path], files[bundle.entries_path]) for bundle in bundles)
        yield Task(first, told, sm3)


def check_shard(task: Task, read: Read, steps: list[Step] | None = None) -> Shard | None:
    """Check the shard; None if anything in it is wrong. What was read of each entry is added to ``steps``, if that is
    given: it is worth nothing if the shard is wrong. Errors of ``read`` pass through."""
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
            misfit = follow(shard, entries, leaves, sm3=task.sm3, steps=steps)
        except LedgerError:
            return None
        if misfit is not None:
            return None
        shard.entries += width
        if width == WIDTH:
            shard.tops.append(subtree_hash(leaves))
        else:
            shard.edge = leaves
    return shard


def _as_told(data: bytes, told: Told) -> bool:
    return len(data) == told[0] and sha256(data).hexdigest() == told[1]


def follow(
    shard: Shard, entries: Sequence[bytes], leaves: Sequence[Hash], *, sm3: bool, steps: list[Step] | None = None
) -> int | None:
    """Carry the stretches on through ``entries``, whose digests are ``leaves``, adding to ``steps`` what they say; the
    place of the first that does not fit the one before it, whose stretch is then left as it was.

    Raises LedgerError as :func:`luoshi.ledger.entry.parse`.
    """
    stretches = shard.stretches
    clean = is_clean(b"".join(entries))
    for place, (data, leaf) in enumerate(zip(entries, leaves, strict=True)):
        step = read_step(data) if clean or is_clean(data) else step_of(data)
        body, case, district, mechanism, n, prev, prev_sm3, changes, stage_from, stage_to, version, _, _, _ = step
        if steps is not None:
            steps.append(step)
        if prev_sm3 is not None:
            shard.saw_sm3 = True
        second = sm3_digest(data).hex() if sm3 else None
        last = stretches.get(case)
        if last is None:
            first = (district, mechanism, n, prev, prev_sm3, stage_from)
        else:
            first, last_n, last_digest, last_second, last_stage, _, _, before = last
            if (
                n != last_n + 1
                or prev != last_digest
                or stage_from != last_stage
                or district != first[_DISTRICT]
                or mechanism != first[_MECHANISM]
                or (sm3 and prev_sm3 is not None and prev_sm3 != last_second)
            ):
                return place
            if before:
                changes = {**before, **changes} if changes else before
        stretches[case] = (first, n, leaf.hex(), second, stage_to, version, body, changes)
    return None


def join(before: Stretch | None, after: Stretch, *, sm3: bool) -> Stretch | None:
    """The stretch of both, ``after`` following ``before`` (None: it begins the case); None if they do not fit."""
    (district, mechanism, n, prev, prev_sm3, stage_from), new_n, digest, second, stage, version, body, changes = after
    if before is None:
        begins = n == 1 and prev == ZEROS and stage_from == ""
        return after if begins and (not sm3 or prev_sm3 in (None, ZEROS)) else None
    first, last_n, last_digest, last_second, last_stage, _, _, columns = before
    if (
        n != last_n + 1
        or prev != last_digest
        or stage_from != last_stage
        or district != first[_DISTRICT]
        or mechanism != first[_MECHANISM]
        or (sm3 and prev_sm3 is not None and prev_sm3 != last_second)
    ):
        return None
    return first, new_n, digest, second, stage, version, body, {**columns, **changes}


def row_of(case: str, stretch: Stretch) -> Row:
    """The row that a whole case's stretch folds into, as :func:`luoshi.ledger.chain.case_step` would."""
    first, _, _, _, stage, version, body, changes = stretch
    values: dict[str, str | int | None] = {**dict.fromkeys(COLUMNS), **changes}
    values.update(case=case, mechanism=first[_MECHANISM], version=version, body=body, stage=stage)
    return tuple(values.values())


def link_of(case: str, stretch: Stretch) -> Link:
    """What the next entry of a whole case's stretch must fit."""
    first, n, digest, second, *_ = stretch
    sm3 = bytes.fromhex(second) if second is not None else None
    return Link(n, bytes.fromhex(digest), sm3, first[_DISTRICT], row_of(case, stretch))


def count_of(stretch: Stretch) -> int:
    """How many entries the case has, by its last one."""
    return stretch[1]
