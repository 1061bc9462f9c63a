"""Duties 职责: which of them is the most specific for a case, and whether that is always one. Pure.

A duty is more specific than another if it is at least as specific in each of mechanism, category and area, and more so
in one. Two that both match a case and of which neither is more specific leave it open who is in charge: such a pair is
refused, unless a third duty decides where the two meet. So the answer never depends on an order of files.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from luoshi.org.tree import Tree

ANY: Final = "*"


@dataclass(frozen=True, slots=True)
class DutyNode:
    """A duty 职责; ``*`` and no area: any."""

    mechanism: str
    category: str
    area: str | None
    body: str

    @property
    def key(self) -> tuple[str, str, str | None]:
        """For what, without who."""
        return self.mechanism, self.category, self.area


def matches(tree: Tree, duty: DutyNode, mechanism: str, category: str | None, area: str | None) -> bool:
    """Whether ``duty`` is about such a case."""
    return (
        duty.mechanism in (ANY, mechanism)
        and duty.category in (ANY, category)
        and (duty.area is None or (area is not None and area in tree.area_subtree(duty.area)))
    )


def most_specific(
    tree: Tree, duties: Iterable[DutyNode], mechanism: str, category: str | None, area: str | None
) -> DutyNode | None:
    """The one duty that is more specific than all others that match; None if none matches.

    Where the duties leave nothing open, this order is that of specificity.
    """
    found = [duty for duty in duties if matches(tree, duty, mechanism, category, area)]
    return max(found, key=lambda duty: _parts(tree, duty), default=None)


def ambiguous(tree: Tree, duties: Sequence[DutyNode]) -> Iterator[tuple[DutyNode, DutyNode]]:
    """Pairs that leave open who is in charge of some case, in the order of the second one."""
    by_area: dict[str | None, list[tuple[int, DutyNode]]] = defaultdict(list)
    for place, duty in enumerate(duties):
        by_area[duty.area].append((place, duty))
    for place, duty in enumerate(duties):
        # Only duties of the same area or of one around it can be about the same case.
        around = [one for area in (*tree.around(duty.area), None) for one in by_area.get(area, ())]
        for other_place, other in around:
            if other.body == duty.body or (other.area == duty.area and other_place > place):
                continue
            mechanism = _narrower(other.mechanism, duty.mechanism)
            category = _narrower(other.category, duty.category)
            if mechanism is None or category is None:
                continue
            if (mechanism, category) == (duty.mechanism, duty.category) and other.key != duty.key:
                continue  # the second is the more specific one
            meeting = [
                one for _, one in around if one.mechanism in (ANY, mechanism) and one.category in (ANY, category)
            ]
            if len({one.body for one in meeting if not _beaten(tree, one, meeting)}) > 1:
                yield other, duty


def _beaten(tree: Tree, duty: DutyNode, others: Iterable[DutyNode]) -> bool:
    """Whether one of ``others``, all about the same case, is more specific."""
    mine = _parts(tree, duty)
    return any(
        all(a >= b for a, b in zip(_parts(tree, other), mine, strict=True)) and _parts(tree, other) != mine
        for other in others
    )


def _parts(tree: Tree, duty: DutyNode) -> tuple[int, int, int]:
    return tree.depth(duty.area), int(duty.category != ANY), int(duty.mechanism != ANY)


def _narrower(a: str, b: str) -> str | None:
    """What both are about; None if nothing."""
    if a in (ANY, b):
        return b
    return a if b == ANY else None
