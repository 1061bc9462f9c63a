"""Where everything in the picture of a mechanism stands. Pure, the same each time.

The main way runs straight down the middle. What lies aside stands on the left, ends on the right, each stage in a band
of its own height. Every way out of a stage has a line of its own beside the box, with its label on it, and leads to a
vertical track that all ways to one target share: so no label can meet another, however long, and no line a box.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from luoshi.mechanisms.drawing import Arc, Flow, Lang, flow_of, name_in
from luoshi.mechanisms.drawing_text import width, wrap
from luoshi.mechanisms.layout_boxes import Block, box_of
from luoshi.mechanisms.layout_tracks import Bus, Label, Line, Rect, Source, assign, bus_lines
from luoshi.mechanisms.model import Mechanism

MARGIN: Final = 32.0
BOX: Final = 212.0
ASIDE: Final = 200.0
PILL: Final = 156.0
LABEL: Final = 150.0
LABEL_SIZE: Final = 12.0
LEADING: Final = 15.0
TRACK: Final = 15.0
GAP: Final = 34.0
STUB: Final = 10.0
BEND: Final = 22.0
OPENING: Final = 46.0


@dataclass(frozen=True, slots=True)
class Box:
    """A stage in its place, with its text. ``closed``: a case ends there. ``parallel``: parts go on side by side."""

    stage: str
    rect: Rect
    block: Block
    closed: bool
    parallel: bool


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything in its place on a canvas of ``w`` by ``h``."""

    w: float
    h: float
    boxes: tuple[Box, ...]
    labels: tuple[Label, ...]
    lines: tuple[Line, ...]


@dataclass(slots=True)
class _Row:
    """A line of its own beside a box, at ``y`` once it is placed: a way out or in, or where a shared track comes in."""

    height: float
    arc: Arc | None = None
    lines: tuple[str, ...] = ()
    y: float = 0.0


@dataclass(slots=True)
class _Band:
    left: list[_Row] = field(default_factory=list)
    right: list[_Row] = field(default_factory=list)
    below: list[_Row] = field(default_factory=list)
    entries: dict[tuple[str, bool], _Row] = field(default_factory=dict)
    rect: Rect = field(default_factory=lambda: Rect(0, 0, 0, 0))


@dataclass(frozen=True, slots=True)
class _Columns:
    """The left edge of the boxes aside, the tracks between, the main way, the tracks on the right, the ends."""

    aside: float
    between: float
    spine: float
    right: float
    ends: float

    @property
    def middle(self) -> float:
        return self.spine + BOX / 2


def layout(mechanism: Mechanism, lang: Lang = "zh") -> Picture:
    """The picture of ``mechanism`` in ``lang``. ValueError if that is neither ``zh`` nor ``en``."""
    return _Placing(mechanism, flow_of(mechanism), lang).picture()


class _Placing:
    """First what stands in which band, then how high each is, then the tracks, then everything in its place."""

    def __init__(self, mechanism: Mechanism, flow: Flow, lang: Lang) -> None:
        self.mechanism, self.flow, self.lang = mechanism, flow, lang
        self.spine = set(flow.spine)
        self.next_on_spine = dict(pairwise(flow.spine))
        self.blocks = {name: box_of(mechanism, name, self._wide(name), lang) for name in (*flow.bands, *flow.exits)}
        self.bands = {name: _Band() for name in flow.bands}
        self.opening: list[_Row] = []
        self.ends: dict[str, _Row] = {}
        self.sources: dict[Arc, Source] = {}

    def _wide(self, stage: str) -> float:
        return PILL if stage in self.flow.exits else BOX if stage in self.spine else ASIDE

    def picture(self) -> Picture:
        for arc in self.flow.arcs:
            if not arc.source and arc.target in self.flow.exits:
                self._row_for(arc)
        for name in self.flow.bands:
            for arc in self.flow.arcs:
                if arc.source == name or (not arc.source and arc.target == name):
                    self._row_for(arc)
        bottom = self._place_bands()
        between, right = self._buses()
        columns = self._columns(assign(between), assign(right))
        labels = [*self._opening_labels(columns)]
        lines = [*self._straight_lines(columns)]
        for name in self.flow.bands:
            for label, line in self._draw_band(name, columns):
                labels.append(label)
                lines.append(line)
        for bus in (*between, *right):
            on_right = bus in right
            bus.x = columns.right + TRACK * (bus.track + 1) if on_right else columns.between - TRACK * (bus.track + 1)
            bus.end_x = self._edge(bus.target, columns, on_right=on_right)
            lines += bus_lines(bus)
        boxes = tuple(self._boxes(columns))
        wide = max(rect.x + rect.w for rect in [*(box.rect for box in boxes), *(label.rect for label in labels)])
        wide = max(wide, columns.right + TRACK * (1 + max((bus.track for bus in right), default=0)))
        return Picture(wide + MARGIN, bottom, boxes, tuple(labels), tuple(lines))

    def _edge(self, stage: str, columns: _Columns, *, on_right: bool) -> float:
        """The edge of the box of ``stage`` where the ways on that side come in."""
        if stage in self.flow.exits:
            return columns.ends
        if stage in self.spine:
            return columns.spine + BOX if on_right else columns.spine
        return columns.aside + ASIDE

    def _row_for(self, arc: Arc) -> None:
        """Gives ``arc`` its line, and its target the line where it comes in."""
        lines = wrap(name_in(self.mechanism.actions[arc.action], self.lang), LABEL_SIZE, LABEL)
        row = _Row(len(lines) * LEADING + 8, arc, lines)
        if not arc.source:
            # One that opens a case into a stage that closes it is unsound, and shown all the same.
            if arc.target == self.flow.bands[0] or arc.target in self.flow.exits:
                self.opening.append(self._wider(row))
            else:
                self._inner(arc.target).append(row)
            return
        band = self.bands[arc.source]
        if arc.target == arc.source:
            band.right.append(row)
        elif self.next_on_spine.get(arc.source) == arc.target and not arc.side:
            band.below.append(self._wider(row))
        elif arc.target in self.flow.exits:
            band.right.append(row)
            if arc.target not in self.ends:
                self.ends[arc.target] = row
                row.height = max(row.height, self.blocks[arc.target].height + 12)
        else:
            right = self._goes_right(arc)
            (band.right if right else self._inner(arc.source)).append(row)
            side = "right" if right else "between"
            self.bands[arc.target].entries.setdefault((side, arc.side), _Row(16))

    def _wider(self, row: _Row) -> _Row:
        """``row`` with its label set beside the middle line, where there is more room."""
        name = name_in(self.mechanism.actions[row.arc.action], self.lang) if row.arc else ""
        row.lines = wrap(name, LABEL_SIZE, BOX / 2 + LABEL - 24)
        row.height = len(row.lines) * LEADING + 8
        return row

    def _goes_right(self, arc: Arc) -> bool:
        """Whether it runs on the right: forward along the main way; all else runs between it and what lies aside."""
        order = self.flow.bands
        return {arc.source, arc.target} <= self.spine and order.index(arc.source) < order.index(arc.target)

    def _inner(self, stage: str) -> list[_Row]:
        """The lines on the side of ``stage`` where the tracks between are."""
        return self.bands[stage].left if stage in self.spine else self.bands[stage].right

    def _place_bands(self) -> float:
        y = OPENING + sum(row.height for row in self.opening)
        self._stack(self.opening, 22)
        for name, band in self.bands.items():
            for (side, _), row in sorted(band.entries.items()):
                (band.right if side == "right" or name not in self.spine else band.left).insert(0, row)
            tall = max(sum(row.height for row in rows) for rows in (band.left, band.right)) + 12
            block = self.blocks[name].height
            band.rect = Rect(0, y, self._wide(name), max(tall, block))
            for rows in (band.left, band.right):
                self._stack(rows, y + (band.rect.h - sum(row.height for row in rows)) / 2)
            y += band.rect.h
            self._stack(band.below, y + GAP / 2 - 4)
            y += GAP + sum(row.height for row in band.below)
        return y - GAP + MARGIN / 2

    @staticmethod
    def _stack(rows: list[_Row], y: float) -> None:
        for row in rows:
            row.y = y + row.height / 2
            y += row.height

    def _buses(self) -> tuple[list[Bus], list[Bus]]:
        """The shared tracks between and on the right, with the ways that lead to them."""
        found: dict[tuple[str, str, bool], Bus] = {}
        for band in self.bands.values():
            for row in (*band.left, *band.right):
                arc = row.arc
                if arc is None or not arc.source or arc.source == arc.target:
                    continue
                if arc.target in self.flow.exits:
                    side, end = "right", self.ends[arc.target].y
                else:
                    side = "right" if self._goes_right(arc) else "between"
                    end = self.bands[arc.target].entries[side, arc.side].y
                bus = found.setdefault((side, arc.target, arc.side), Bus(arc.target, arc.side, end))
                self.sources[arc] = Source(arc.action, row.y)
                bus.sources.append(self.sources[arc])
        between = [bus for (side, _, _), bus in found.items() if side == "between"]
        return between, [bus for (side, _, _), bus in found.items() if side == "right"]

    def _columns(self, between: int, right: int) -> _Columns:
        beside = {"aside": 0.0, "left": 0.0, "right": 0.0}
        for name, band in self.bands.items():
            for side, rows in (("left", band.left), ("right" if name in self.spine else "aside", band.right)):
                wide = (_widest(row) + 3 * STUB for row in rows if row.arc)
                beside[side] = max(beside[side], *wide, 0.0)
        tracks = MARGIN + (ASIDE + beside["aside"] if len(self.flow.bands) > len(self.flow.spine) else 0)
        tracks += TRACK * (between + 1) if between else 0
        spine = tracks + beside["left"]
        after = spine + BOX + beside["right"]
        return _Columns(MARGIN, tracks, spine, after, after + TRACK * (right + 1) + BEND)

    def _boxes(self, columns: _Columns) -> Iterator[Box]:
        for name in self.flow.bands:
            stage, rect = self.mechanism.stages[name], self.bands[name].rect
            x = columns.spine if name in self.spine else columns.aside
            yield Box(name, Rect(x, rect.y, rect.w, rect.h), self.blocks[name], not stage.open, bool(stage.parallel))
        for name in self.flow.exits:
            tall = self.blocks[name].height
            y = self.ends[name].y - tall / 2 if name in self.ends else 0
            yield Box(name, Rect(columns.ends, y, PILL, tall), self.blocks[name], True, False)

    def _opening_labels(self, columns: _Columns) -> Iterator[Label]:
        for row in self.opening:
            yield _label(row, columns.middle + 12, end=False)
        for name in self.flow.spine:
            for row in self.bands[name].below:
                yield _label(row, columns.middle + 12, end=False)

    def _straight_lines(self, columns: _Columns) -> Iterator[Line]:
        x = columns.middle
        if self.opening and self.opening[0].arc:
            first = self.bands[self.flow.bands[0]].rect.y
            yield Line(self.opening[0].arc.action, ((x, 16), (x, first)), side=False, dot=True)
        for name, after in self.next_on_spine.items():
            band = self.bands[name]
            if band.below and band.below[0].arc:
                start, end = band.rect.y + band.rect.h, self.bands[after].rect.y
                yield Line(band.below[0].arc.action, ((x, start), (x, end)), side=False)

    def _draw_band(self, name: str, columns: _Columns) -> Iterator[tuple[Label, Line]]:
        """Labels beside the box of ``name``, each with its piece of line; tells each way where it begins."""
        band = self.bands[name]
        left = columns.spine if name in self.spine else columns.aside
        for rows, edge, sign in ((band.left, left, -1), (band.right, left + band.rect.w, 1)):
            for row in rows:
                if row.arc is None:
                    continue
                stub = STUB if row.arc.source != row.arc.target and row.arc.source else 2 * STUB
                label = _label(row, edge + sign * (stub + 4), end=sign < 0)
                yield label, _stub(row, row.arc, edge, sign)
                source = self.sources.get(row.arc)
                if source is not None:
                    source.x = label.rect.x + label.rect.w + 4 if sign > 0 else label.rect.x - 4


def _stub(row: _Row, arc: Arc, edge: float, sign: int) -> Line:
    """The line between a box and a label: a way out, a way in for what opens a case, a loop for what stays."""
    if not arc.source:
        return Line(arc.action, ((edge + sign * 2 * STUB, row.y), (edge, row.y)), arc.side, dot=True)
    if arc.source == arc.target:
        far = edge + sign * (2 * STUB - 6)
        return Line(arc.action, ((edge, row.y - 4), (far, row.y - 4), (far, row.y + 4), (edge, row.y + 4)), arc.side)
    return Line(arc.action, ((edge, row.y), (edge + sign * STUB, row.y)), arc.side, head=False)


def _widest(row: _Row) -> float:
    return max((width(line, LABEL_SIZE) for line in row.lines), default=0.0)


def _label(row: _Row, x: float, *, end: bool) -> Label:
    """The label of ``row``, beginning (``end``: ending) at ``x``, its middle at the height of the row."""
    wide = _widest(row)
    tall = len(row.lines) * LEADING
    rect = Rect(x - wide if end else x, row.y - tall / 2, wide, tall)
    return Label(row.arc.action if row.arc else "", rect, row.lines, end, row.arc.side if row.arc else False)
