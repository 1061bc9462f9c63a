"""From a text as a file holds it to the text for reading, with every offset mapped back.

Three kinds of change, none of which adds a character:

* one character for one (:mod:`luoshi.reading.forms`): full-width digits and letters, radicals used as characters;
* left out: line ends inside a paragraph (:mod:`luoshi.reading.wrapping`), blanks inside Chinese text
  (:mod:`luoshi.reading.spacing`), and lines of a web page between the report's own (:mod:`luoshi.reading.chrome`);
* before and after the report: such lines stay in the text and lie outside of ``body``.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

from luoshi.reading.chrome import find_chrome
from luoshi.reading.forms import normalise
from luoshi.reading.lines import Line, split_lines
from luoshi.reading.model import Hint
from luoshi.reading.spacing import find_blanks
from luoshi.reading.wrapping import find_joins

Edit = tuple[int, int, str]
"""A stretch of the original that is left out, and what stands in its place: nothing or one blank."""


@dataclass(slots=True)
class View:
    """The text for reading. Every character of ``text`` is one character of the original, in the same order."""

    text: str
    body: tuple[int, int]
    """The report itself in ``text``, half-open; what lies outside is the chrome of a web page."""
    hints: list[Hint]
    identity: bool = True
    """True when offsets of the view and of the original are the same."""
    _at: list[int] = field(default_factory=list)
    _from: list[int] = field(default_factory=list)

    def back(self, i: int) -> int:
        """The original offset of the character at ``i``: for the start of a span."""
        if self.identity:
            return i
        k = bisect_right(self._at, i) - 1
        return self._from[k] + i - self._at[k]

    def back_end(self, i: int) -> int:
        """The original offset just after the character before ``i``: for the end of a span."""
        return i if self.identity or i <= 0 else self.back(i - 1) + 1

    def forth(self, i: int) -> int:
        """The view's offset of an original one; of what was left out, the offset of what follows."""
        if self.identity:
            return i
        k = max(bisect_right(self._from, i) - 1, 0)
        stop = self._at[k + 1] if k + 1 < len(self._at) else len(self.text)
        return max(0, min(self._at[k] + i - self._from[k], stop))


def make_view(text: str, hints: Sequence[Hint] = ()) -> View:
    """Make the view of a source's text. Linear in its length; pure."""
    plain = normalise(text)
    lines = split_lines(plain)
    chrome = find_chrome(plain, lines, hints)
    inside = [line for line in lines if line.start >= chrome.start and line.end <= chrome.end]
    edits: list[Edit] = [(start, end, "") for start, end in chrome.inside]
    edits += find_joins(plain, _without(inside, chrome.inside))
    edits += find_blanks(plain)
    if not edits:
        return View(plain, (chrome.start, chrome.end), list(hints))
    view = _apply(plain, _disjoint(edits))
    view.body = view.forth(chrome.start), view.forth(chrome.end)
    view.hints = _map_hints(view, hints)
    return view


def _without(lines: list[Line], dropped: Sequence[tuple[int, int]]) -> list[Line]:
    if not dropped:
        return lines
    starts = [start for start, _ in dropped]

    def kept(line: Line) -> bool:
        k = bisect_right(starts, line.start) - 1
        return k < 0 or line.start >= dropped[k][1]

    return [line for line in lines if kept(line)]


def _disjoint(edits: list[Edit]) -> list[Edit]:
    """Sort, and melt together what overlaps."""
    merged: list[Edit] = []
    for start, end, keep in sorted(edits):
        if merged and start < merged[-1][1]:
            before = merged[-1]
            merged[-1] = (before[0], max(before[1], end), before[2])
        else:
            merged.append((start, end, keep))
    return merged


def _apply(text: str, edits: list[Edit]) -> View:
    pieces: list[str] = []
    at: list[int] = []
    origin: list[int] = []
    length = 0
    position = 0
    for start, end, keep in [*edits, (len(text), len(text), "")]:
        if start > position:
            pieces.append(text[position:start])
            at.append(length)
            origin.append(position)
            length += start - position
        if keep:
            pieces.append(keep)
            at.append(length)
            origin.append(start)
            length += 1
        position = end
    if not at:
        at, origin = [0], [0]
    return View("".join(pieces), (0, length), [], False, at, origin)


def _map_hints(view: View, hints: Sequence[Hint]) -> list[Hint]:
    """Hints in offsets of the view; those whose line was left out disappear."""
    mapped = (Hint(view.forth(h.start), view.forth(h.end), h.level) for h in hints)
    return [h for h in mapped if h.start < h.end]
