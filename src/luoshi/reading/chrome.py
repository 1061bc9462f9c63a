"""What a web page puts around a report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from luoshi.reading.lines import Line
from luoshi.reading.model import Hint


@dataclass(slots=True)
class Chrome:
    """Where the report starts and ends, and the stretches between that are not its own (lines with their ends)."""

    start: int
    end: int
    inside: list[tuple[int, int]] = field(default_factory=list)


def find_chrome(text: str, lines: list[Line], hints: Sequence[Hint]) -> Chrome:
    """Find the report among the lines of a page."""
    return Chrome(0, len(text))
