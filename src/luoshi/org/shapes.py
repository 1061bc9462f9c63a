"""Shapes of areas: polygons of grids, lines of river reaches; which of them a place lies in or nearest to. Pure.

Coordinates are longitude and latitude in degrees. Inside or not is decided in the plane of degrees, where polygons of a
district's size are drawn; distances are metres on a sphere laid flat around the place, right within one in a thousand
over some ten kilometres.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import cos, hypot, pi, radians
from typing import Any, Final

METRES_PER_DEGREE: Final = 6_371_008.8 * pi / 180
"""On the sphere with the earth's mean radius (IUGG)."""
MOST_POINTS: Final = 20_000

Point = tuple[float, float]
Ring = tuple[Point, ...]
Polygon = tuple[Ring, ...]


class ShapeError(ValueError):
    """What is no shape; ``code`` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Shape:
    """Polygons (the first ring of each is its outline, the others are holes) or lines, and the box around them."""

    polygons: tuple[Polygon, ...]
    lines: tuple[Ring, ...]
    box: tuple[float, float, float, float]

    def contains(self, place: Point) -> bool:
        """Whether ``place`` lies in one of the polygons; an edge belongs to it, a hole's edge too, a hole does not."""
        west, south, east, north = self.box
        if not (west <= place[0] <= east and south <= place[1] <= north):
            return False
        return any(_in_polygon(polygon, place) for polygon in self.polygons)

    def distance(self, place: Point) -> float:
        """Metres from ``place`` to the nearest line; infinite if there is none."""
        return min((_to_line(line, place) for line in self.lines), default=float("inf"))


def read_shape(geometry: Any) -> Shape:
    """The shape that a GeoJSON geometry tells: Polygon, MultiPolygon, LineString or MultiLineString. Raises ShapeError.

    ``shape_type``, ``shape_ring`` (fewer than three corners, or not closed), ``shape_line`` (fewer than two points),
    ``shape_point`` (no longitude and latitude), ``shape_large``.
    """
    if not isinstance(geometry, dict) or set(geometry) != {"type", "coordinates"}:
        raise ShapeError("shape_type")
    kind, data = geometry["type"], geometry["coordinates"]
    polygons: tuple[Polygon, ...] = ()
    lines: tuple[Ring, ...] = ()
    if kind == "Polygon":
        polygons = (_polygon(data),)
    elif kind == "MultiPolygon":
        polygons = tuple(_polygon(one) for one in _list(data))
    elif kind == "LineString":
        lines = (_line(data),)
    elif kind == "MultiLineString":
        lines = tuple(_line(one) for one in _list(data))
    else:
        raise ShapeError("shape_type")
    rings = (*(ring for polygon in polygons for ring in polygon), *lines)
    points = [point for ring in rings for point in ring]
    if len(points) > MOST_POINTS:
        raise ShapeError("shape_large")
    if not points:
        raise ShapeError("shape_ring")
    across, up = [x for x, _ in points], [y for _, y in points]
    return Shape(polygons, lines, (min(across), min(up), max(across), max(up)))


def written(text: str) -> Shape:
    """The shape that a stored text tells. Raises ShapeError."""
    return read_shape(json.loads(text))


def metres(a: Point, b: Point) -> float:
    """Metres between two places near each other."""
    x, y = _flat(a, b)
    return hypot(x, y)


def _list(data: Any) -> Sequence[Any]:
    if not isinstance(data, list | tuple):
        raise ShapeError("shape_point")
    return data


def _point(data: Any) -> Point:
    if not isinstance(data, list | tuple) or len(data) not in (2, 3):
        raise ShapeError("shape_point")
    try:
        x, y = float(data[0]), float(data[1])
    except (TypeError, ValueError) as error:
        raise ShapeError("shape_point") from error
    if not (-180 <= x <= 180 and -90 <= y <= 90):
        raise ShapeError("shape_point")
    return x, y


def _line(data: Any) -> Ring:
    points = tuple(_point(one) for one in _list(data))
    if len(points) < 2:
        raise ShapeError("shape_line")
    return points


def _polygon(data: Any) -> Polygon:
    rings = tuple(_line(one) for one in _list(data))
    if not rings or any(len(set(ring)) < 3 or ring[0] != ring[-1] for ring in rings):
        raise ShapeError("shape_ring")
    return rings


def _in_polygon(polygon: Polygon, place: Point) -> bool:
    if any(_on_ring(ring, place) for ring in polygon):
        return True
    outline, *holes = polygon
    return _in_ring(outline, place) and not any(_in_ring(hole, place) for hole in holes)


def _in_ring(ring: Ring, place: Point) -> bool:
    """Count the edges that a ray to the east crosses; a corner counts for the edge that lies below it only."""
    x, y = place
    inside = False
    for (x1, y1), (x2, y2) in _edges(ring):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            inside = not inside
    return inside


def _on_ring(ring: Ring, place: Point) -> bool:
    """Whether ``place`` lies on an edge, exactly as far as the numbers go."""
    x, y = place
    for (x1, y1), (x2, y2) in _edges(ring):
        if min(x1, x2) <= x <= max(x1, x2) and min(y1, y2) <= y <= max(y1, y2):
            across = (x2 - x1) * (y - y1) - (y2 - y1) * (x - x1)
            if abs(across) <= 1e-12 * max(abs(x2 - x1), abs(y2 - y1), 1e-12):
                return True
    return False


def _edges(ring: Ring) -> Iterable[tuple[Point, Point]]:
    return pairwise(ring)


def _flat(place: Point, other: Point) -> Point:
    """Where ``other`` lies from ``place``, in metres to the east and north."""
    return (
        (other[0] - place[0]) * METRES_PER_DEGREE * cos(radians(place[1])),
        (other[1] - place[1]) * METRES_PER_DEGREE,
    )


def _to_line(line: Ring, place: Point) -> float:
    """Metres to the nearest point on the line's parts."""
    flat = [_flat(place, point) for point in line]
    return min(_to_part(a, b) for a, b in _edges(tuple(flat)))


def _to_part(a: Point, b: Point) -> float:
    """How far the origin is from the part from ``a`` to ``b``."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    length = dx * dx + dy * dy
    along = 0.0 if length == 0 else max(0.0, min(1.0, -(a[0] * dx + a[1] * dy) / length))
    return hypot(a[0] + along * dx, a[1] + along * dy)
