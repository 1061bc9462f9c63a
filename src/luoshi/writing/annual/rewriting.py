"""A report's page held against what is written of its own text: nothing else may stand in it. Pure.

Its headings, paragraphs, lists and tables are read back, the figures are the ledger's, and the page is written again.
If that is not the page, sign for sign, something was put into it by hand: a comment, a style, another script, a table
of the annex that says more, a contents list that says another number. And a number in its text that is no figure has to
be marked as typed by hand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from itertools import zip_longest
from typing import Any, Final
from xml.etree import ElementTree as ET

from luoshi.figures.evaluating import Figure
from luoshi.writing.annual.beside import FIGURE, beside, is_hidden
from luoshi.writing.annual.composing import ORDINALS
from luoshi.writing.annual.model import (
    Annual,
    Block,
    Heading,
    Inline,
    Items,
    Language,
    Number,
    Paragraph,
    Table,
    Text,
    Typed,
)
from luoshi.writing.annual.page import page, plain
from luoshi.writing.annual.shown import NO_VALUE, period_name
from luoshi.writing.annual.tags import XHTML
from luoshi.writing.annual.typed import find

_TAG: Final = f"{{{XHTML}}}"
_DAY: Final = re.compile(r"([0-9]{4})年([0-9]{1,2})月([0-9]{1,2})日\Z")
_NOWHERE: Final = (0, 0)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong: ``code`` ``rewritten`` (the page is another one from ``line`` on, where it has ``says``),
    ``unmarked`` (a number typed by hand and not marked), ``beside`` (what stands beside a figure makes another number
    of it), ``hidden`` (a sign that nobody sees)."""

    code: str
    line: int
    says: str
    place: str = ""


class _StrangeError(Exception):
    """Something that no report has."""


def faults(text: bytes, told: Mapping[str, Any], figures: Mapping[str, Figure]) -> list[Fault]:
    """What the page ``text``, which was read and whose numbers are right, has beside them. ``told``: its data;
    ``figures``: those of the data by ``ID@PERIOD``, as the ledger has them."""
    try:
        reader = _Reader(told, figures)
        annual = reader.annual(ET.fromstring(text))
        again = page(annual)
    except (_StrangeError, ValueError, KeyError, ArithmeticError) as error:
        return [Fault("rewritten", 0, str(error)[:80] if isinstance(error, _StrangeError) else "")]
    found = list(_of_text(annual, reader.spared()))
    if again != text:
        found.append(_first(text, again))
    return found


def _first(text: bytes, again: bytes) -> Fault:
    """The first line in which the two are not the same."""
    for line, (one, other) in enumerate(zip_longest(text.split(b"\n"), again.split(b"\n")), 1):
        if one != other:
            was, wanted = (one or b"").decode(), (other or b"").decode()
            at = next(
                (n for n, (a, b) in enumerate(zip(was, wanted, strict=False)) if a != b), min(len(was), len(wanted))
            )
            return Fault("rewritten", line, was[max(0, at - 20) : at + 40].strip())
    return Fault("rewritten", 0, "")


@dataclass(slots=True)
class _Reader:
    """The blocks of a page."""

    told: Mapping[str, Any]
    figures: Mapping[str, Figure]
    names: list[str] = field(default_factory=list)

    @property
    def lang(self) -> Language:
        return "en" if self.told["lang"] == "en" else "zh"

    def spared(self) -> list[str]:
        """What a template's names stand for: no numbers of the report. The district's stands in the page alone, so it
        may not be one in digits."""
        names = [name for name in self.names if not any(sign.isdecimal() for sign in name)]
        return [name for name in (*names, period_name(str(self.told["period"]), self.lang)) if name]

    def annual(self, root: ET.Element) -> Annual:
        body = _one(root, "body")
        paper = _one(body, "div", "page")
        title = Heading(1, self.inlines(_one(paper, "h1", "title")))
        name, made = self.front(_one(paper, "p", "front"))
        self.names.append(name)
        told = self.told
        return Annual(
            title=plain(title.inlines), lang=self.lang, district=told["district"], district_name=(name, name),
            period=told["period"], made_on=made, blocks=(title, *self.blocks(_one(paper, "div", "text"))),
            figures={(one.id, one.period): one for one in self.figures.values()}, claims=(), size=told["size"],
            root=told["root"], origin=told["origin"], template="",
        )  # fmt: skip

    def front(self, element: ET.Element) -> tuple[str, date]:
        """The district's name and the day on which the report was made; the page written again tells the rest."""
        name, _, rest = (element.text or "").partition(" · ")
        chinese = _DAY.search(rest)
        if chinese is not None:
            return name, date(*(int(part) for part in chinese.groups()))
        english = " ".join(rest.split()[-3:])
        return name, datetime.strptime(english, "%d %B %Y").date()

    def blocks(self, text: ET.Element) -> Iterator[Block]:
        for one in text:
            kind = one.tag.removeprefix(_TAG)
            if kind in ("h2", "h3", "h4", "h5", "h6"):
                yield Heading(int(kind[1]), self.inlines(one))
            elif kind == "p":
                yield Paragraph(self.inlines(one))
            elif kind == "ul":
                yield Items(tuple(self.inlines(item) for item in one))
            elif kind == "div":
                rows = _one(one, "table").iter(f"{_TAG}tr")
                yield Table(tuple(tuple(self.inlines(cell) for cell in row) for row in rows))
            else:
                raise _StrangeError(kind)

    def inlines(self, element: ET.Element) -> tuple[Inline, ...]:
        found: list[Inline] = [Text(element.text)] if element.text else []
        for one in element:
            kind = (one.tag.removeprefix(_TAG), one.get("class", ""))
            if kind in (("span", "figure"), ("span", "figure none")):
                found.append(self.number(one))
            elif kind == ("span", "typed"):
                found.append(Typed(one.text or "", _NOWHERE))
            elif kind != ("a", "mark"):
                raise _StrangeError(" ".join(kind))
            if one.tail:
                found.append(Text(one.tail))
        return tuple(found)

    def number(self, span: ET.Element) -> Number:
        key = span.get("id", "")
        told = self.told["numbers"][key]
        figure = self.figures[told["figure"]]
        at = (figure.id, figure.period)
        if figure.value is None:
            return Number(key, at, "", None, 0, 0, "", NO_VALUE[self.lang][figure.reason or "no_cases"], _NOWHERE)
        value = Decimal(told["digits"].replace(",", "").replace("−", "-")).scaleb(told["scale"])
        return Number(key, at, told["digits"], value, told["scale"], told["places"], told["unit"], "", _NOWHERE)


def _one(element: ET.Element, tag: str, kind: str = "") -> ET.Element:
    found = [one for one in element if one.tag == f"{_TAG}{tag}" and (not kind or one.get("class") == kind)]
    if len(found) != 1:
        raise _StrangeError(tag)
    return found[0]


# --- what stands in the text


def _of_text(annual: Annual, names: list[str]) -> Iterator[Fault]:
    for block in annual.blocks:
        rows = block.rows if isinstance(block, Table) else ()
        heads = [plain(cell).strip().lower() in ORDINALS for cell in rows[0]] if rows else []
        if isinstance(block, Heading | Paragraph):
            yield from _of_run(block.inlines, annual, names)
        elif isinstance(block, Items):
            for item in block.items:
                yield from _of_run(item, annual, names)
        for row in rows:
            for place, cell in enumerate(row):
                counts = place < len(heads) and heads[place]
                yield from _of_run(cell, annual, names, ordinals=counts)


def _of_run(
    inlines: tuple[Inline, ...], annual: Annual, names: list[str], *, ordinals: bool = False
) -> Iterator[Fault]:
    text = ""
    marked: list[tuple[int, int]] = []
    numbers: dict[int, Number] = {}
    for one in inlines:
        if isinstance(one, Number):
            numbers[len(text)] = one
            text += FIGURE
            continue
        if isinstance(one, Typed):
            marked.append((len(text), len(text) + len(one.text)))
        text += one.text
    for sign in dict.fromkeys(text):
        if sign != FIGURE and sign not in "\t\n" and is_hidden(sign):
            yield Fault("hidden", 0, f"U+{ord(sign):04X}")
    for at, number in numbers.items():
        own = annual.figures[number.figure].unit
        if beside(text, at, unit=number.unit or number.words, own=own):
            yield Fault("beside", 0, text[max(0, at - 8) : at + 8].replace(FIGURE, "…"), number.key)
    named = [span for name in names for span in _places(text, name)]
    for typed in () if ordinals else find(text, annual.lang):
        if not any(a < typed.end and typed.start < b for a, b in (*marked, *named)):
            yield Fault("unmarked", 0, typed.text)


def _places(text: str, name: str) -> Iterator[tuple[int, int]]:
    at = text.find(name)
    while at >= 0:
        yield at, at + len(name)
        at = text.find(name, at + len(name))
