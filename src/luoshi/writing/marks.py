"""A text with marks that may overlap, as properly nested HTML; linear in the text and the marks.

Where two marks cross, the inner one is closed at the boundary and opened again behind it: the first piece carries the
mark's opening tag with its id, later pieces an opening tag of their own. No mark crosses a line, as each line becomes a
paragraph.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from html import escape

_NEVER_SHOWN = dict.fromkeys((*range(9), 0xB, 0xC, *range(0xE, 0x20), 0x7F, *range(0xD800, 0xE000)))


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of the text, and the tags that open its first piece and later ones, close each, follow the last."""

    start: int
    end: int
    first: str
    later: str
    close: str
    tail: str = ""
    order: int = 0  # among marks of the same stretch, a lower one goes outside


def html_text(text: str) -> str:
    """``text`` with nothing in it that a browser takes for markup, and without characters that no page may hold."""
    return escape(text.translate(_NEVER_SHOWN), quote=True)


def _trimmed(mark: Mark, text: str) -> Mark:
    """``mark`` without the blanks at its ends, where a line may end."""
    start, end = max(0, mark.start), min(mark.end, len(text))
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return replace(mark, start=start, end=end)


def marked_lines(text: str, marks: Iterable[Mark]) -> Iterator[tuple[int, int, str]]:
    """Each line of ``text`` that is not blank, as ``(start, end, html)``. Marks are clipped; empty ones left out."""
    found = (_trimmed(mark, text) for mark in marks)
    todo = sorted((m for m in found if m.start < m.end), key=lambda m: (m.start, -m.end, m.order))
    ends = sorted({m.end for m in todo})
    cursor = _Cursor(text, todo, ends)
    start = 0
    for line in text.split("\n"):
        end = start + len(line)
        html = cursor.line(start, end)
        if line.strip():
            yield start, end, html
        start = end + 1


class _Cursor:
    """Goes through the text once, keeping the marks that are open."""

    def __init__(self, text: str, todo: Sequence[Mark], ends: Sequence[int]) -> None:
        self.text, self.todo, self.ends = text, todo, ends
        self.next_mark = self.next_end = 0
        self.open: list[Mark] = []
        self.begun: set[int] = set()

    def line(self, start: int, end: int) -> str:
        out: list[str] = []
        for mark in self.open:
            out.append(self._tag(mark))
        at = start
        while True:
            stop = self._boundary(at, end)
            out.append(html_text(self.text[at:stop]))
            at = stop
            self._close(at, out)
            if at >= end:
                break
            self._begin(at, out)
        out.extend(mark.close for mark in reversed(self.open))
        return "".join(out)

    def _boundary(self, at: int, end: int) -> int:
        """The next offset from ``at`` on, at most ``end``, where a mark begins or ends."""
        while self.next_end < len(self.ends) and self.ends[self.next_end] <= at:
            self.next_end += 1
        stop = min(end, self.ends[self.next_end]) if self.next_end < len(self.ends) else end
        if self.next_mark < len(self.todo):
            stop = min(stop, max(at, self.todo[self.next_mark].start))
        return stop

    def _close(self, at: int, out: list[str]) -> None:
        ended = [mark for mark in self.open if mark.end <= at]
        if not ended:
            return
        lowest = min(index for index, mark in enumerate(self.open) if mark.end <= at)
        crossed = [mark for mark in self.open[lowest:] if mark.end > at]
        out.extend(mark.close + (mark.tail if mark.end <= at else "") for mark in reversed(self.open[lowest:]))
        del self.open[lowest:]
        for mark in crossed:
            self.open.append(mark)
            out.append(self._tag(mark))

    def _begin(self, at: int, out: list[str]) -> None:
        while self.next_mark < len(self.todo) and self.todo[self.next_mark].start <= at:
            mark = self.todo[self.next_mark]
            self.next_mark += 1
            if mark.end > at:
                self.open.append(mark)
                out.append(self._tag(mark))

    def _tag(self, mark: Mark) -> str:
        if id(mark) in self.begun:
            return mark.later
        self.begun.add(id(mark))
        return mark.first
