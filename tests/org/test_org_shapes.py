"""Shapes: in a polygon or not, on edges and holes; how far from a line."""

from __future__ import annotations

from itertools import pairwise
from math import cos, radians

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luoshi.org.shapes import METRES_PER_DEGREE, Shape, ShapeError, metres, read_shape

SQUARE = [[0.0, 0.0], [4.0, 0.0], [4.0, 4.0], [0.0, 4.0], [0.0, 0.0]]
HOLE = [[1.0, 1.0], [2.0, 1.0], [2.0, 2.0], [1.0, 2.0], [1.0, 1.0]]


def polygon(*rings: list[list[float]]) -> Shape:
    return read_shape({"type": "Polygon", "coordinates": list(rings)})


def line(*points: tuple[float, float]) -> Shape:
    return read_shape({"type": "LineString", "coordinates": [list(point) for point in points]})


@pytest.mark.parametrize(
    ("place", "inside"),
    [
        ((3.0, 3.0), True),
        ((0.0, 2.0), True),
        ((4.0, 4.0), True),
        ((2.0, 4.0), True),
        ((4.000001, 2.0), False),
        ((-1.0, 2.0), False),
        ((5.0, 4.0), False),
        ((1.5, 1.5), False),
        ((1.0, 1.5), True),
        ((2.0, 2.0), True),
        ((1.5, 3.0), True),
        ((0.5, 1.0), True),
    ],
)
def test_a_square_with_a_hole(place: tuple[float, float], inside: bool) -> None:
    assert polygon(SQUARE, HOLE).contains(place) is inside


def test_a_corner_at_the_height_of_the_place_is_counted_once() -> None:
    diamond = polygon([[0, 1], [1, 0], [2, 1], [1, 2], [0, 1]])
    assert diamond.contains((1.0, 1.0))
    assert not diamond.contains((-0.5, 1.0))
    assert not diamond.contains((0.2, 0.2))
    notch = polygon([[0, 0], [4, 0], [4, 2], [2, 1], [0, 2], [0, 0]])
    assert notch.contains((2.0, 1.0))
    assert notch.contains((1.0, 1.0))
    assert not notch.contains((2.0, 1.5))


def test_several_polygons() -> None:
    shape = read_shape({"type": "MultiPolygon", "coordinates": [[SQUARE, HOLE], [HOLE]]})
    assert shape.contains((1.5, 1.5))
    assert not shape.contains((4.5, 1.5))


@given(st.floats(-1, 5), st.floats(-1, 5))
def test_squares_that_share_edges_leave_no_gap(x: float, y: float) -> None:
    """A grid of four squares covers exactly what the one around them covers."""
    parts = [polygon([[a, b], [a + 2, b], [a + 2, b + 2], [a, b + 2], [a, b]]) for a in (0.0, 2.0) for b in (0.0, 2.0)]
    assert any(part.contains((x, y)) for part in parts) is polygon(SQUARE).contains((x, y))


@given(st.integers(0, 400), st.integers(0, 400))
def test_a_hole_is_what_is_in_the_outline_and_not_strictly_in_the_hole(a: int, b: int) -> None:
    x, y = a / 100, b / 100
    assert polygon(SQUARE, HOLE).contains((x, y)) is not (1 < x < 2 and 1 < y < 2)


def test_metres_to_a_line() -> None:
    reach = line((0.0, 0.0), (0.02, 0.0))
    assert reach.distance((0.01, 0.01)) == pytest.approx(0.01 * METRES_PER_DEGREE, rel=1e-6)
    assert reach.distance((0.01, 0.0)) == pytest.approx(0.0, abs=1e-6)
    assert reach.distance((0.03, 0.0)) == pytest.approx(0.01 * METRES_PER_DEGREE, rel=1e-6)
    assert line((0.0, 0.0), (0.0, 0.0)).distance((0.0, 0.01)) == pytest.approx(0.01 * METRES_PER_DEGREE)
    assert polygon(SQUARE).distance((0.0, 0.0)) == float("inf")
    assert metres((112.0, 28.0), (112.01, 28.0)) == pytest.approx(0.01 * METRES_PER_DEGREE * cos(radians(28)))


@given(st.floats(0, 0.05), st.floats(0, 0.05))
def test_the_nearest_point_is_no_farther_than_any_point_of_the_line(x: float, y: float) -> None:
    points = ((0.0, 0.0), (0.02, 0.03), (0.05, 0.01))
    found = line(*points).distance((x, y))
    for (x1, y1), (x2, y2) in pairwise(points):
        for step in range(51):
            on = (x1 + (x2 - x1) * step / 50, y1 + (y2 - y1) * step / 50)
            assert found <= metres((x, y), on) + 1e-6


@pytest.mark.parametrize(
    ("geometry", "code"),
    [
        (None, "shape_type"),
        ({"type": "Point", "coordinates": [0, 0]}, "shape_type"),
        ({"type": "Polygon", "coordinates": []}, "shape_ring"),
        ({"type": "Polygon", "coordinates": 3}, "shape_point"),
        ({"type": "Polygon", "coordinates": [[[0, 0], [1, "x"], [1, 1], [0, 0]]]}, "shape_point"),
        ({"type": "Polygon", "coordinates": [[[0, 0], [1, float("nan")], [1, 1], [0, 0]]]}, "shape_point"),
        ({"type": "LineString", "coordinates": [[0, 0]] * 20_001}, "shape_large"),
        ({"type": "MultiPolygon", "coordinates": []}, "shape_ring"),
    ],
)
def test_what_is_no_shape(geometry: object, code: str) -> None:
    with pytest.raises(ShapeError) as caught:
        read_shape(geometry)
    assert caught.value.code == code
