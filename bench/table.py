"""A table of figures: for a terminal (rich), for a pipe (plain columns) and for a file (JSON)."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(slots=True)
class Table:
    """``rows`` of cells as text, the first column being the name of what is measured; ``notes`` stand below."""

    title: str
    columns: Sequence[str]
    rows: list[list[str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, *cells: object) -> None:
        """Add a row: a float with three places, None as a dash. Raises ``ValueError`` for a wrong number of cells."""
        if len(cells) != len(self.columns):
            raise ValueError(f"{len(cells)} cells for {len(self.columns)} columns")
        self.rows.append([_cell(cell) for cell in cells])

    def as_json(self) -> dict[str, object]:
        """The table as plain data."""
        return {
            "title": self.title,
            "rows": [dict(zip(self.columns, row, strict=True)) for row in self.rows],
            "notes": self.notes,
        }


def _cell(cell: object) -> str:
    if cell is None:
        return "–"
    return f"{cell:.3f}" if isinstance(cell, float) else str(cell)


def width(text: str) -> int:
    """Columns that ``text`` takes on a terminal: a Han character takes two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def plain(table: Table) -> str:
    """The table in aligned columns: the first to the left, the others to the right."""
    lines = [list(table.columns), *table.rows]
    widths = [max(width(line[i]) for line in lines) for i in range(len(table.columns))]
    out = [table.title]
    for line in lines:
        first = line[0] + " " * (widths[0] - width(line[0]))
        rest = [" " * (size - width(cell)) + cell for cell, size in zip(line[1:], widths[1:], strict=True)]
        out.append("  " + "  ".join([first, *rest]).rstrip())
    return "\n".join([*out, *(f"  {note}" for note in table.notes)])


def show(table: Table) -> None:
    """Print the table on standard output, with rich where that is a terminal."""
    if not sys.stdout.isatty():
        print(plain(table), end="\n\n", flush=True)
        return
    from rich import table as rich_table  # noqa: PLC0415 - only a terminal needs it
    from rich.console import Console  # noqa: PLC0415
    from rich.markup import escape  # noqa: PLC0415

    drawn = rich_table.Table(title=table.title, title_justify="left", caption_justify="left")
    drawn.caption = escape("\n".join(table.notes)) or None
    for i, column in enumerate(table.columns):
        drawn.add_column(column, justify="right" if i else "left")
    for row in table.rows:
        drawn.add_row(*map(escape, row))
    Console().print(drawn)
