"""A text of a template as one string, in which a sign stands for each figure; and the way back to its places."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field

from luoshi.writing.annual.beside import FIGURE
from luoshi.writing.annual.model import Language, Place
from luoshi.writing.annual.template import Ask, Name, Run
from luoshi.writing.annual.typed import Found, find


@dataclass(slots=True)
class Line:
    """A run's ``text`` with the figures ``asks`` by their offset, and the numbers ``typed`` in it."""

    text: str
    asks: dict[int, Ask]
    typed: list[Found]
    starts: list[int] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)

    def place(self, offset: int) -> Place:
        """Where in the template the sign at ``offset`` stands."""
        if not self.starts:
            return 1, 1
        at = max(bisect_right(self.starts, offset) - 1, 0)
        line, column = self.places[at]
        return line, column + offset - self.starts[at]


def line_of(run: Run, names: dict[str, str], lang: Language, *, ordinals: bool = False) -> Line:
    """``run`` as a line; ``names`` are what ``{{ district }}`` and ``{{ period }}`` stand for. ``ordinals``: it stands
    in a column of ordinals, whose numbers are none of the report."""
    made = Line("", {}, [])
    spared: list[tuple[int, int]] = []
    for piece in run:
        made.starts.append(len(made.text))
        made.places.append(piece.at)
        if isinstance(piece, Ask):
            made.asks[len(made.text)] = piece
            made.text += FIGURE
        elif isinstance(piece, Name):
            spared.append((len(made.text), len(made.text) + len(names[piece.name])))
            made.text += names[piece.name]
        else:
            made.text += piece.text
    if not ordinals:
        found = find(made.text, lang)
        made.typed = [one for one in found if not any(a <= one.start < b for a, b in spared)]
    return made
