"""Where the cases of the sample life lie: grids, reaches and a place in each, and the bodies that are there."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import Any, Final

from luoshi.org.shapes import Point, Shape
from luoshi.org.snapshot import Org
from luoshi.simulation.life_texts import Spot

AT_WATER: Final = frozenset(("patrol", "patrol_problem"))
TRIES: Final = 200
NEAR: Final = 0.0006
"""Degrees, some 60 m: how far from the middle of the water a place at it lies at the most."""


class Places:
    """The grids and reaches of a district. LookupError if it has no grids."""

    def __init__(self, org: Org) -> None:
        self.tree = org.tree
        self.grids = sorted(code for code, area in self.tree.areas.items() if area.kind == "grid" and area.shape)
        self.reaches = sorted(code for code, area in self.tree.areas.items() if area.kind == "reach" and area.shape)
        if not self.grids:
            raise LookupError("no grids")
        self._predecessors = {
            one.successor: one.body for code in self.tree.bodies for one in self.tree.successors(code)
        }

    def as_of(self, body: str, on_day: str, area: str | None) -> str:
        """Who has on the day what ``body`` has: itself, who followed it, or whom it followed."""
        if self.tree.exists(body, on_day):
            return body
        followed = self.tree.successor(body, on_day, area)
        return followed if self.tree.exists(followed, on_day) else self._predecessors.get(body, body)

    def spot(self, mechanism: str, item: Mapping[str, Any], chance: Random) -> Spot:
        """A place for a case that is told by ``item``; ``in``: only in areas that lie in one of this kind."""
        wanted = item.get("in")
        at_water = mechanism in AT_WATER and bool(self.reaches)
        codes = [
            code for code in (self.reaches if at_water else self.grids) if wanted is None or self._in(code, wanted)
        ]
        code = chance.choice(codes or self.grids)
        point = self.point(code, chance)
        return Spot(code, self._words(code), point, self._bodies(code))

    def _in(self, code: str, kind: str) -> bool:
        return any(self.tree.areas[one].kind == kind for one in self.tree.around(code))

    def point(self, code: str, chance: Random) -> Point:
        """A place in the area, or at the water."""
        shape = self.tree.shapes[code]
        if shape.lines:
            x, y = chance.choice(shape.lines[0])
            return x + chance.uniform(-NEAR, NEAR), y + chance.uniform(-NEAR, NEAR)
        return _within(shape, chance)

    def _words(self, code: str) -> dict[str, str]:
        around = {self.tree.areas[one].kind: self.tree.areas[one].zh for one in self.tree.around(code)}
        street = around.get("street") or around.get("town") or "城区"
        water = around.get("reach", "澜溪")
        return {
            "street": street,
            "community": around.get("community") or around.get("village") or "",
            "grid": around.get("grid", ""),
            "grid_code": code,
            "water": water,
        }

    def _bodies(self, code: str) -> dict[str, str]:
        """The bodies that a story names by a word."""
        found: dict[str, str] = {}
        for one in self.tree.around(code):
            kind, body = self.tree.areas[one].kind, one.removeprefix("A-").replace("-", "_")
            if body in self.tree.bodies:
                if kind in ("street", "town"):
                    found["street"] = body
                elif kind in ("community", "village"):
                    found["community"] = body
        return found


def _within(shape: Shape, chance: Random) -> Point:
    west, south, east, north = shape.box
    for _ in range(TRIES):
        place = chance.uniform(west, east), chance.uniform(south, north)
        if shape.contains(place):
            return place
    return shape.polygons[0][0][0]
