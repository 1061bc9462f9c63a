"""Lines that many ways share: which vertical track each gets, and how no dash falls on another. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

Point = tuple[float, float]
APART: Final = 12.0
"""How far apart two spans on one track must end and begin."""
TURN: Final = 7.0


@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle: left, top, width, height."""

    x: float
    y: float
    w: float
    h: float

    def meets(self, other: Rect) -> bool:
        """Whether the two have any area in common."""
        across = self.x < other.x + other.w and other.x < self.x + self.w
        return across and self.y < other.y + other.h and other.y < self.y + self.h


@dataclass(frozen=True, slots=True)
class Label:
    """The name of an action in its place. ``end``: the lines end at the right edge rather than begin at the left."""

    action: str
    rect: Rect
    lines: tuple[str, ...]
    end: bool
    side: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A way, as corners. ``head``: an arrowhead at its end. ``dot``: a case begins at its start."""

    action: str
    points: tuple[Point, ...]
    side: bool
    head: bool = True
    dot: bool = False


@dataclass(slots=True)
class Source:
    """Where a way begins that leads to a track."""

    action: str
    y: float
    x: float = 0.0


@dataclass(slots=True)
class Bus:
    """The track that all ways of one style to one target share on one side of the main way."""

    target: str
    side: bool
    end: float
    sources: list[Source] = field(default_factory=list)
    track: int = 0
    x: float = 0.0
    end_x: float = 0.0

    @property
    def span(self) -> tuple[float, float]:
        """From where to where the track is used."""
        ys = [self.end, *(source.y for source in self.sources)]
        return min(ys), max(ys)


def tracks(spans: Sequence[tuple[float, float]]) -> list[int]:
    """For each span the number of a track, from 0, on which it meets no other. The shortest get the first tracks."""
    chosen = [0] * len(spans)
    taken: list[list[tuple[float, float]]] = []
    for place in sorted(range(len(spans)), key=lambda place: (spans[place][1] - spans[place][0], spans[place], place)):
        low, high = spans[place]
        number = next((number for number, others in enumerate(taken) if _free(low, high, others)), len(taken))
        if number == len(taken):
            taken.append([])
        taken[number].append((low, high))
        chosen[place] = number
    return chosen


def _free(low: float, high: float, others: Iterable[tuple[float, float]]) -> bool:
    return all(high + APART <= start or end + APART <= low for start, end in others)


def assign(buses: Sequence[Bus]) -> int:
    """Gives each bus its track; how many tracks there are."""
    for bus, number in zip(buses, tracks([bus.span for bus in buses]), strict=True):
        bus.track = number
    return 1 + max((bus.track for bus in buses), default=-1)


def bus_lines(bus: Bus) -> Iterator[Line]:
    """The ways of ``bus``. The farthest from above and from below are drawn whole; the others only up to these."""
    reached = False
    for sign in (-1, 1):
        beyond = sorted((one for one in bus.sources if (one.y - bus.end) * sign > 0), key=lambda one: -one.y * sign)
        for place, one in enumerate(beyond):
            corner = ((one.x, one.y), (bus.x, one.y))
            if place:
                turn = min(TURN, abs(one.y - bus.end))
                yield Line(one.action, (*corner, (bus.x, one.y - sign * turn)), bus.side, head=False)
            elif reached:
                joined = bus.x + (TURN if bus.end_x > bus.x else -TURN)
                yield Line(one.action, (*corner, (bus.x, bus.end), (joined, bus.end)), bus.side, head=False)
            else:
                yield Line(one.action, (*corner, (bus.x, bus.end), (bus.end_x, bus.end)), bus.side)
            reached = True
    for one in bus.sources:
        if one.y == bus.end:
            yield Line(
                one.action, ((one.x, one.y), (bus.x if reached else bus.end_x, one.y)), bus.side, head=not reached
            )
