"""The places of a district in which cases lie."""

from __future__ import annotations

from typing import Final

from luoshi.org.snapshot import Org
from luoshi.simulation.year.plan import PlanError
from luoshi.simulation.year.values import Spot

KINDS: Final = {"town": "street", "village": "community"}
"""Areas that count as others here."""


def spots_of(org: Org, where: str) -> list[Spot]:
    """The places of a kind, each with its names and the bodies there; one without an area for ``none``."""
    tree = org.tree
    if where == "none":
        return [Spot(None, {"street": "", "community": "", "area": ""}, {})]
    found = []
    for code in sorted(tree.areas):
        area = tree.areas[code]
        if KINDS.get(area.kind, area.kind) != where:
            continue
        around = [tree.areas[one] for one in tree.around(code)]
        words, bodies = {"area": area.zh, "street": "", "community": ""}, {}
        for one in around:
            kind = KINDS.get(one.kind, one.kind)
            if kind in ("street", "community"):
                words[kind] = one.zh
                bodies[kind] = one.code.removeprefix("A-").replace("-", "_")
        bodies = {kind: body for kind, body in bodies.items() if body in tree.bodies}
        found.append(Spot(code, words, bodies))
    if not found:
        raise PlanError(where, "the district has no such area")
    return found
