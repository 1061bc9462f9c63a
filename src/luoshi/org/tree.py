"""Bodies and areas of one district as trees, in memory. Pure.

A tree never changes; a changed district is another tree. Codes that are not known belong to nothing: no subtree.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from luoshi.org.shapes import Shape, written

NOTHING: Final[frozenset[str]] = frozenset()


@dataclass(frozen=True, slots=True)
class BodyNode:
    """A body as the tree keeps it; days are ``YYYY-MM-DD``."""

    code: str
    zh: str
    en: str
    kind: str
    parent: str | None = None
    founded_on: str | None = None
    ended_on: str | None = None


@dataclass(frozen=True, slots=True)
class AreaNode:
    """An area as the tree keeps it; ``shape`` is GeoJSON geometry as text."""

    code: str
    zh: str
    en: str
    kind: str
    parent: str | None = None
    shape: str | None = None


@dataclass(frozen=True, slots=True)
class Successor:
    """Who follows ``body`` from ``on_day``: with the cases of ``area``, of ``category``, or with the rest."""

    kind: str
    body: str
    successor: str
    on_day: str
    area: str | None = None
    category: str | None = None


class Tree:
    """The bodies, their changes and the areas of one district."""

    def __init__(
        self, bodies: Iterable[BodyNode], changes: Iterable[Successor] = (), areas: Iterable[AreaNode] = ()
    ) -> None:
        self.bodies: Final[Mapping[str, BodyNode]] = {body.code: body for body in bodies}
        self.areas: Final[Mapping[str, AreaNode]] = {area.code: area for area in areas}
        self._successors: dict[str, list[Successor]] = defaultdict(list)
        for change in changes:
            self._successors[change.body].append(change)
        self._body_trees = _subtrees({code: body.parent for code, body in self.bodies.items()})
        self._area_trees = _subtrees({code: area.parent for code, area in self.areas.items()})

    @cached_property
    def every_body(self) -> frozenset[str]:
        """All bodies, those that ended too."""
        return frozenset(self.bodies)

    def subtree(self, body: str) -> frozenset[str]:
        """``body`` and all below it, those that ended too; nothing if it is not known."""
        return self._body_trees.get(body, NOTHING)

    def exists(self, body: str, on_day: str) -> bool:
        """Whether ``body`` exists on ``on_day``."""
        found = self.bodies.get(body)
        if found is None:
            return False
        return (found.founded_on or "") <= on_day and (found.ended_on is None or on_day < found.ended_on)

    def successors(self, body: str) -> tuple[Successor, ...]:
        """Who follows ``body``, in the order of the record; nobody while it lasts."""
        return tuple(self._successors.get(body, ()))

    def successor(self, body: str, on_day: str, area: str | None = None, category: str | None = None) -> str:
        """The body that has on ``on_day`` what ``body`` had of ``area`` and ``category``; ``body`` itself if it lasts.

        Every change up to the day is followed in turn. Of a division the deepest matching area decides, then the
        category, then the successor that takes the rest.
        """
        seen = {body}
        while True:
            options = [one for one in self.successors(body) if one.on_day <= on_day]
            chosen = self._choose(options, area, category)
            if chosen is None or chosen in seen:
                return body
            seen.add(chosen)
            body = chosen

    def _choose(self, options: list[Successor], area: str | None, category: str | None) -> str | None:
        by_area = [one for one in options if one.area is not None and area in self.area_subtree(one.area)]
        if by_area:
            return max(by_area, key=lambda one: self.depth(one.area)).successor
        for one in options:
            if one.category is not None and one.category == category:
                return one.successor
        for one in options:
            if one.area is None and one.category is None:
                return one.successor
        return None

    @cached_property
    def shapes(self) -> Mapping[str, Shape]:
        """The shapes of those areas that have one, read when they are first asked for."""
        return {code: written(area.shape) for code, area in self.areas.items() if area.shape is not None}

    def area_subtree(self, area: str) -> frozenset[str]:
        """``area`` and all below it; nothing if it is not known."""
        return self._area_trees.get(area, NOTHING)

    def around(self, area: str | None) -> tuple[str, ...]:
        """``area`` and those that contain it, the smallest first; none for none."""
        found: list[str] = []
        while area is not None and area in self.areas and area not in found:
            found.append(area)
            area = self.areas[area].parent
        return tuple(found)

    def depth(self, area: str | None) -> int:
        """How many areas contain ``area``, itself included; 0 for none."""
        return len(self.around(area))


def _subtrees(parents: Mapping[str, str | None]) -> dict[str, frozenset[str]]:
    """Code → itself and all below it. A ring, which no import lets in, ends where it began."""
    below: dict[str, set[str]] = {code: {code} for code in parents}
    for code in parents:
        above, passed = parents[code], {code}
        while above is not None and above in below and above not in passed:
            below[above].add(code)
            passed.add(above)
            above = parents[above]
    return {code: frozenset(found) for code, found in below.items()}
