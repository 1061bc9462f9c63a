"""Routing 派单: from mechanism, category and place to an area and the body in charge, each step with its reason.

The most specific duty decides (:mod:`luoshi.org.duties`); duties that would leave it open were refused when they were
loaded. Where no duty matches, who received the matter first keeps the lead 首接负责. Pure: it asks what it is handed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from luoshi.org.duties import most_specific
from luoshi.org.shapes import Point
from luoshi.org.snapshot import Org
from luoshi.org.tree import Tree

REACH_METRES: Final = 500.0
"""A place farther from every reach than this is not taken to lie at the river. Our choice; no rule is known."""

Code = Literal[
    "area_given", "area_unknown", "in_area", "at_reach", "far_from_reaches", "no_area", "duty", "no_duty", "successor",
    "body_ended", "first_receiver", "nobody",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reason:
    """One step of the routing; ``code`` names its sentence, ``details`` hold codes of areas and bodies, and numbers."""

    code: Code
    details: Mapping[str, str | int | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Place:
    """Where it is: the code of an area, or longitude and latitude, or nothing that is known."""

    area: str | None = None
    point: Point | None = None


@dataclass(frozen=True, slots=True)
class Route:
    """Where a case belongs: its area, the body in charge (None: nobody could be found), and why."""

    area: str | None
    body: str | None
    reasons: tuple[Reason, ...]


def route(
    org: Org, mechanism: str, category: str | None, place: Place, *, first_receiver: str | None, on_day: str
) -> Route:
    """Where a case of ``mechanism`` and ``category`` at ``place`` belongs on ``on_day``."""
    area, reasons = locate(org, mechanism, place)
    duty = most_specific(org.tree, org.duties, mechanism, category, area)
    if duty is None:
        reasons.append(Reason("no_duty", {"mechanism": mechanism, "category": category, "area": area}))
    else:
        reasons.append(
            Reason(
                "duty", {"mechanism": duty.mechanism, "category": duty.category, "area": duty.area, "body": duty.body}
            )
        )
        body = _existing(org.tree, duty.body, on_day, area, category, reasons)
        if body is not None:
            return Route(area, body, tuple(reasons))
    if first_receiver is not None:
        body = _existing(org.tree, first_receiver, on_day, area, category, reasons)
        if body is not None:
            reasons.append(Reason("first_receiver", {"body": body}))
            return Route(area, body, tuple(reasons))
    reasons.append(Reason("nobody"))
    return Route(area, None, tuple(reasons))


def _existing(
    tree: Tree, body: str, on_day: str, area: str | None, category: str | None, reasons: list[Reason]
) -> str | None:
    """``body``, or who followed it; None if neither exists on the day."""
    found = tree.successor(body, on_day, area, category)
    if found != body:
        reasons.append(Reason("successor", {"body": body, "successor": found, "on_day": on_day}))
    if tree.exists(found, on_day):
        return found
    reasons.append(Reason("body_ended", {"body": found, "on_day": on_day}))
    return None


def locate(org: Org, mechanism: str, place: Place) -> tuple[str | None, list[Reason]]:
    """The area of ``place``, and why.

    A mechanism that has duties on reaches of a river looks for the nearest reach first; everything else for the
    smallest area whose polygon holds the place.
    """
    tree = org.tree
    if place.area is not None:
        if place.area in tree.areas:
            return place.area, [Reason("area_given", {"area": place.area})]
        return None, [Reason("area_unknown", {"area": place.area})]
    if place.point is None:
        return None, [Reason("no_area")]
    reasons: list[Reason] = []
    if _asks_for_reaches(org, mechanism):
        metres, reach = min(
            ((tree.shapes[code].distance(place.point), code) for code in tree.shapes if _is_reach(tree, code)),
            default=(float("inf"), ""),
        )
        if metres <= REACH_METRES:
            return reach, [Reason("at_reach", {"area": reach, "metres": round(metres)})]
        reasons.append(Reason("far_from_reaches", {"metres": round(REACH_METRES)}))
    around = [code for code, shape in tree.shapes.items() if not _is_reach(tree, code) and shape.contains(place.point)]
    if not around:
        return None, [*reasons, Reason("no_area")]
    # On an edge that two grids share both hold the place; the first code is taken, so that the answer is always one.
    smallest = min(around, key=lambda code: (-tree.depth(code), code))
    return smallest, [*reasons, Reason("in_area", {"area": smallest})]


def _is_reach(tree: Tree, code: str) -> bool:
    return tree.areas[code].kind == "reach"


def _asks_for_reaches(org: Org, mechanism: str) -> bool:
    return any(
        duty.mechanism == mechanism and duty.area is not None and _is_reach(org.tree, duty.area) for duty in org.duties
    )
