"""Charts and the table behind each: one value that both are made of, so that they cannot differ.

A chart is drawn by ``static/desk/charts.js`` from :meth:`Chart.data`; without JavaScript the table alone stands there.
A series has a mark (▲ ◆ ○ —) beside its colour, since nobody reads by colour alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from luoshi.desk.listing import Asked

Kind = Literal["bars", "columns", "lines"]
"""Bars lie, one for each row; columns stand; lines go along the rows, which are then times."""

Tone = Literal["late", "soon", "later", "undated", "in", "out", "plain"]
MARKS: Final[Mapping[str, str]] = {
    "late": "▲", "soon": "◆", "later": "○", "undated": "—", "in": "→", "out": "✓", "plain": "■",
}  # fmt: skip
"""The marks of deadline states are those of ``.due`` in components.css."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A number (None: there is no value), and the address of the list that proves it; None if no list shows just
    these."""

    number: float | None
    address: str | None = None


@dataclass(frozen=True, slots=True)
class Series:
    """A column of the table and a colour of the chart. ``drawn``: whether the chart shows it, too."""

    name: str
    tone: Tone = "plain"
    drawn: bool = True

    @property
    def mark(self) -> str:
        """Its mark in legend and heading."""
        return MARKS[self.tone]

    @property
    def due(self) -> str:
        """The class of components.css that draws the mark, of a deadline state."""
        return f"due {self.tone}" if self.tone in ("late", "soon", "later", "undated") else ""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table: its name, where that leads, and a cell for each series."""

    name: str
    cells: tuple[Cell, ...]
    address: str | None = None


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart with its table. ``id`` is unique on the page; ``heading`` is of the rows; ``unit`` of every number."""

    id: str
    title: str
    heading: str
    unit: str
    series: tuple[Series, ...]
    rows: tuple[Row, ...]
    kind: Kind = "bars"
    note: str = ""

    @property
    def empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not any(cell.number for row in self.rows for cell in row.cells)

    def data(self) -> dict[str, Any]:
        """What the script draws."""
        drawn = [n for n, one in enumerate(self.series) if one.drawn]
        return {
            "kind": self.kind,
            "unit": self.unit,
            "names": [row.name for row in self.rows],
            "series": [
                {
                    "name": f"{self.series[n].mark} {self.series[n].name}",
                    "tone": self.series[n].tone,
                    "numbers": [row.cells[n].number for row in self.rows],
                    "addresses": [row.cells[n].address for row in self.rows],
                }
                for n in drawn
            ],
        }


def cases_at(**filters: str | None) -> str:
    """The address of the list of cases that an officer may see, narrowed by ``filters``; of the open ones if no other
    ``tab`` is told."""
    told: dict[str, Any] = {name: value for name, value in filters.items() if value is not None}
    return replace(Asked(tab="open"), **told).address()
