"""A report's text with what was read in it marked: each commitment a link to its row, quantities washed.

The marks nest properly where spans cross (:mod:`luoshi.writing.marks`); every word of the report is escaped.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from luoshi.commitments.models import MERGED, SPLIT, Commitment
from luoshi.writing.marks import Mark, html_text, marked_lines

TITLE_SLACK = 8
"""Characters that a heading's line may hold beside the heading: a number, a full stop."""
DEEPEST = 5
"""The lowest level of heading that the text is given; the page's own are 1 and 2."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the text: ``tag`` is ``p`` or ``h3`` to ``h5``, ``html`` its words with marks."""

    tag: str
    html: str


def marked(
    text: str, sections: Sequence[Mapping[str, Any]], commitments: Iterable[tuple[str, Commitment]], label: str
) -> list[Line]:
    """The lines of ``text``. ``commitments``: with the number of each one's row; what was taken apart or put together
    is not marked, since what it became is. ``label``: what a mark's number is called, with ``{n}``."""
    titles = {int(one["start"]): one for one in sections if one.get("title")}
    lines = []
    for start, end, html in marked_lines(text, _marks(commitments, label)):
        line = text[start:end]
        section = titles.get(start + len(line) - len(line.lstrip()))
        if section is not None and len(line.strip()) <= len(str(section["title"])) + TITLE_SLACK:
            lines.append(Line(f"h{min(int(section.get('level', 1)) + 2, DEEPEST)}", html))
        else:
            lines.append(Line("p", html))
    return lines


def spans_of(commitment: Commitment) -> list[tuple[int, int]]:
    """The stretches of the text that ``commitment`` was read from."""
    found = [(int(one[0]), int(one[1])) for one in map(_pair, commitment.spans or ())]
    return found or [(commitment.start, commitment.end)]


def _pair(span: Any) -> tuple[int, int]:
    return (span["start"], span["end"]) if isinstance(span, Mapping) else (span[0], span[1])


def _marks(commitments: Iterable[tuple[str, Commitment]], label: str) -> Iterator[Mark]:
    quantities: set[tuple[int, int]] = set()
    for n, one in commitments:
        if one.status in (MERGED, SPLIT):
            continue
        yield from _of(n, one, label)
        for target in one.targets or ():
            if target.get("num_start") is not None and target.get("num_end") is not None:
                quantities.add((int(target["num_start"]), int(target["num_end"])))
    for start, end in quantities:
        yield Mark(start, end, '<span class="q">', '<span class="q">', "</span>", order=3)


def _of(n: str, one: Commitment, label: str) -> Iterator[Mark]:
    """Each span of one commitment; the last has behind it the number, as a link to the row."""
    code = html_text(one.code)
    look = f'class="c" data-c="{code}" data-s="{html_text(one.status)}"'
    spans = spans_of(one)
    for at, (start, end) in enumerate(spans):
        first = f'<span id="t-{code}" {look}>' if at == 0 else f"<span {look}>"
        tail = ""
        if at == len(spans) - 1:
            said = html_text(label.format(n=n))
            way = f'href="?c={quote(one.code)}#c-{code}" data-to="{code}"'
            tail = f'<a class="n" {way} tabindex="-1" aria-label="{said}">{html_text(n)}</a>'
        yield Mark(start, end, first, f"<span {look}>", "</span>", tail)
