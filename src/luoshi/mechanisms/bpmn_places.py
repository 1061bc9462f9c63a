"""Coordinates for a BPMN process (BPMN DI): lanes from top to bottom, ranks from left to right. Pure.

Cells stand in a grid; between its columns and above its rows run channels for the flows, where no shape stands. All
flows to one target share one track in each channel, and every name has room of its own within its cell.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from luoshi.mechanisms.bpmn_process import Cell, Graph, Node, Way
from luoshi.mechanisms.drawing_text import wrap
from luoshi.mechanisms.layout_tracks import Point, Rect

EVENT: Final = 36.0
DIAMOND: Final = 50.0
TASK_W: Final = 140.0
TASK_H: Final = 80.0
STEP: Final = 34.0
TIMER: Final = 136.0
FAN: Final = 146.0
EVENT_LABEL: Final = 116.0
LABEL_SIZE: Final = 11.0
LEADING: Final = 14.0
TRACK: Final = 10.0
PAD: Final = 20.0
HEADER: Final = 30.0


@dataclass(slots=True)
class Places:
    """Where everything stands: shapes by the node's id, labels by the node's or flow's id, the points of each flow."""

    shapes: dict[str, Rect] = field(default_factory=dict)
    labels: dict[str, Rect] = field(default_factory=dict)
    ways: dict[str, list[Point]] = field(default_factory=dict)
    lanes: dict[str, Rect] = field(default_factory=dict)
    w: float = 0.0
    h: float = 0.0

    def take(self, other: Places, dx: float, dy: float) -> None:
        """Takes over all of ``other``, moved by ``dx`` and ``dy``."""
        for mine, theirs in ((self.shapes, other.shapes), (self.labels, other.labels), (self.lanes, other.lanes)):
            mine.update({key: Rect(one.x + dx, one.y + dy, one.w, one.h) for key, one in theirs.items()})
        self.ways.update({key: [(x + dx, y + dy) for x, y in points] for key, points in other.ways.items()})


@dataclass(slots=True)
class _Spot:
    """A cell with its inner places. ``axis``: the height at which its nodes stand; ``outs``: those of the ways out."""

    cell: Cell
    places: Places
    axis: float
    w: float
    h: float
    outs: list[tuple[Way, float]]
    row: int = 0
    x: float = 0.0
    y: float = 0.0


@dataclass(slots=True)
class _Grid:
    """The channels: where each begins, and which targets have a track in it. Upright ones stand before each column and
    after the last, level ones above each row."""

    upright: list[list[str]]
    level: list[list[str]]
    lefts: list[float] = field(default_factory=list)
    tops: list[float] = field(default_factory=list)

    def x(self, column: int, target: str) -> float:
        """Where the track to ``target`` runs in the channel before ``column``."""
        return self.lefts[column] + TRACK * (self.upright[column].index(target) + 1)

    def y(self, row: int, target: str) -> float:
        """Where the track to ``target`` runs in the channel above ``row``."""
        return self.tops[row] + TRACK * (self.level[row].index(target) + 1)


def places_of(graph: Graph, lanes: Sequence[str]) -> Places:
    """Where all of ``graph`` stands, with a lane for each of ``lanes`` (``[""]``: none is drawn)."""
    spots = [_spot(cell, [way for way in graph.ways if way.source == cell.nodes[-1].id]) for cell in graph.cells]
    counts = _rows(spots, lanes)
    home = {node.id: spot for spot in spots for node in spot.cell.nodes}
    columns = 1 + max((spot.cell.column for spot in spots), default=0)
    grid = _grid(graph, home, columns, sum(counts.values()))
    places = Places(w=_set_columns(spots, grid, columns))
    y, row = 0.0, 0
    for lane in lanes:
        top = y
        for _ in range(counts[lane]):
            y = _set_row([spot for spot in spots if spot.row == row], grid, y, row)
            row += 1
        y += PAD
        places.lanes[lane] = Rect(0, top, places.w, y - top)
    places.h = y
    for spot in spots:
        places.take(spot.places, spot.x, spot.y)
    for spot in spots:
        for way, out in spot.outs:
            places.ways[way.id] += _route(way.target, spot, home[way.target], spot.y + out, grid)
    return places


def _set_columns(spots: list[_Spot], grid: _Grid, columns: int) -> float:
    """Gives each cell its left edge; the width of it all."""
    x = 0.0
    for column in range(columns):
        grid.lefts.append(x)
        x += TRACK * (len(grid.upright[column]) + 2)
        here = [spot for spot in spots if spot.cell.column == column]
        for spot in here:
            spot.x = x
        x += max((spot.w for spot in here), default=0)
    grid.lefts.append(x)
    return x + TRACK * (len(grid.upright[columns]) + 2)


def _set_row(here: list[_Spot], grid: _Grid, y: float, row: int) -> float:
    """Gives each cell of a row its top, so that their axes are in line; where the row ends."""
    grid.tops.append(y)
    y += TRACK * (len(grid.level[row]) + 2)
    axis = max((spot.axis for spot in here), default=0)
    for spot in here:
        spot.y = y + axis - spot.axis
    return y + axis + max((spot.h - spot.axis for spot in here), default=0)


def _rows(spots: list[_Spot], lanes: Sequence[str]) -> dict[str, int]:
    """Gives each cell the first row of its lane that is free in its column; how many rows each lane has."""
    counts: dict[str, int] = {}
    first = 0
    for lane in lanes:
        taken: set[tuple[int, int]] = set()
        for spot in spots:
            if spot.cell.lane != lane:
                continue
            row = next(row for row in range(len(spots)) if (row, spot.cell.column) not in taken)
            taken.add((row, spot.cell.column))
            spot.row = first + row
        counts[lane] = 1 + max((row for row, _ in taken), default=0)
        first += counts[lane]
    return counts


def _grid(graph: Graph, home: dict[str, _Spot], columns: int, rows: int) -> _Grid:
    grid = _Grid([[] for _ in range(columns + 1)], [[] for _ in range(rows)])
    for way in graph.ways:
        source, target = home[way.source], home[way.target]
        after, before = source.cell.column + 1, target.cell.column
        used = [grid.upright[after]]
        used += [] if after == before else [grid.level[target.row], grid.upright[before]]
        for channel in used:
            if way.target not in channel:
                channel.append(way.target)
    return grid


def _route(node: str, source: _Spot, target: _Spot, y: float, grid: _Grid) -> list[Point]:
    """The corners from a way out at the height ``y`` to ``node``: by its tracks, never across another cell."""
    shape = target.places.shapes[node]
    goal = (target.x + shape.x, target.y + shape.y + shape.h / 2)
    after, before = source.cell.column + 1, target.cell.column
    first = grid.x(after, node)
    if after == before:
        return [goal] if y == goal[1] else [(first, y), (first, goal[1]), goal]
    if node != target.cell.nodes[0].id:
        goal = (target.x + shape.x + shape.w / 2, target.y + shape.y)
        across = grid.y(target.row, node)
        return [(first, y), (first, across), (goal[0], across), goal]
    last, across = grid.x(before, node), grid.y(target.row, node)
    return [(first, y), (first, across), (last, across), (last, goal[1]), goal]


def _spot(cell: Cell, outs: list[Way]) -> _Spot:
    """The nodes of a cell in a row, its timers below the first of them, its ways out fanned on the right with names."""
    inner = [places_of(node.inner, [""]) if node.inner else None for node in cell.nodes]
    sizes = [_size(node, len(cell.timers) if place == 0 else 0, inner[place]) for place, node in enumerate(cell.nodes)]
    heads = [_lines(way.name, FAN - 16) * LEADING for way in outs]
    above = max([h / 2 for _, h in sizes] + [heads[0] + 4 if heads else 0])
    axis = above + 6
    places, x, below = Places(), 0.0, axis
    for place, (node, (wide, tall)) in enumerate(zip(cell.nodes, sizes, strict=True)):
        named_event = node.tag in ("startEvent", "endEvent") and bool(node.name)
        if place:
            x += STEP
            before = cell.nodes[place - 1].id
            places.ways[f"{before}>{node.id}"] = [(x - STEP, axis), (x, axis)]
        aside = (EVENT_LABEL - EVENT) / 2 if named_event else 0
        places.shapes[node.id] = Rect(x + aside, axis - tall / 2, wide, tall)
        below = max(below, axis + tall / 2)
        held = inner[place]
        if held is not None:
            places.take(held, x + PAD, axis - tall / 2 + HEADER)
            places.lanes.clear()
        elif named_event:
            rows = _lines(node.name, EVENT_LABEL) * LEADING
            places.labels[node.id] = Rect(x, axis + tall / 2 + 4, EVENT_LABEL, rows)
            below = max(below, axis + tall / 2 + 4 + rows)
        x += EVENT_LABEL if named_event else wide
    below = max(below, _timers(cell, places))
    spread, x_end = _fan(cell, outs, heads, axis, places)
    return _Spot(
        cell,
        places,
        axis,
        max(x, x_end),
        max(below, spread[-1] if spread else 0) + 10,
        list(zip(outs, spread, strict=True)),
    )


def _size(node: Node, timers: int, inner: Places | None) -> tuple[float, float]:
    if inner is not None:
        return max(inner.w + 2 * PAD, TIMER * timers), inner.h + HEADER + PAD
    if node.tag in ("startEvent", "endEvent"):
        return EVENT, EVENT
    if node.tag in ("exclusiveGateway", "parallelGateway"):
        return DIAMOND, DIAMOND
    wide = max(TASK_W, TIMER * timers)
    return wide, max(TASK_H, len(wrap(node.name, 12, wide - 20)) * 16 + 30)


def _lines(text: str, wide: float) -> int:
    return len(wrap(text, LABEL_SIZE, wide))


def _timers(cell: Cell, places: Places) -> float:
    """Timers on the lower border, each with its name below and the end that it leads to; how far down they reach."""
    host, lowest = places.shapes[cell.nodes[0].id], 0.0
    border = host.y + host.h
    rows = max((_lines(timer.name, TIMER - 44) for timer, _ in cell.timers), default=0)
    for place, (timer, end) in enumerate(cell.timers):
        middle = host.x + 24 + TIMER * place
        places.shapes[timer.id] = Rect(middle - EVENT / 2, border - EVENT / 2, EVENT, EVENT)
        places.labels[timer.id] = Rect(
            middle + 6, border + EVENT / 2 + 4, TIMER - 44, _lines(timer.name, TIMER - 44) * LEADING
        )
        top = border + EVENT / 2 + rows * LEADING + 14
        places.shapes[end.id] = Rect(middle - EVENT / 2, top, EVENT, EVENT)
        tall = _lines(end.name, TIMER - 50) * LEADING
        places.labels[end.id] = Rect(middle + EVENT / 2 + 4, top + max(0, (EVENT - tall) / 2), TIMER - 50, tall)
        places.ways[f"{timer.id}>{end.id}"] = [(middle, border + EVENT / 2), (middle, top)]
        lowest = max(lowest, top + max(EVENT, tall))
    return lowest


def _fan(cell: Cell, outs: list[Way], heads: list[float], axis: float, places: Places) -> tuple[list[float], float]:
    """The ways out one below the other, each with its name above its line: their heights, and where they end."""
    last = places.shapes[cell.nodes[-1].id]
    x, y = last.x + last.w, axis
    heights: list[float] = []
    for place, way in enumerate(outs):
        if place:
            y = max(y + heads[place] + 12, axis + DIAMOND / 2 + 10)
        heights.append(y)
        start: list[Point] = (
            [(x, y)] if not place else [(last.x + last.w / 2, axis + last.h / 2), (last.x + last.w / 2, y)]
        )
        places.ways[way.id] = [*start, (x + FAN, y)] if way.name or place else start
        if way.name:
            places.labels[way.id] = Rect(x + 10, y - heads[place] - 3, FAN - 16, heads[place])
    return heights, x + (FAN if any(way.name for way in outs) else 0)
