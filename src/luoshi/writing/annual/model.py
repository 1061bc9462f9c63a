"""An annual report as written: blocks of text, each number of which is a figure of the ledger or typed by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal, TypeAlias

from luoshi.figures.evaluating import Figure
from luoshi.figures.targets import Judgement

Language = Literal["zh", "en"]
Place: TypeAlias = "tuple[int, int]"
"""Line and column in the template, both from 1."""


@dataclass(frozen=True, slots=True)
class Text:
    """Words without a number."""

    text: str


@dataclass(frozen=True, slots=True)
class Typed:
    """A number that was typed by hand and that nothing proves; it is marked as such wherever the report goes."""

    text: str
    at: Place


@dataclass(frozen=True, slots=True)
class Number:
    """A number of the ledger in the text.

    ``key`` is its id in the page (``n1`` …), ``figure`` the key of :attr:`Annual.figures`. ``digits`` as they stand in
    the text, empty where the figure has no value (then ``words`` say why); ``value`` is what they tell, ``digits``
    times ten to the power of ``scale``, in the figure's own unit; ``places`` are the decimals shown. ``unit`` stands
    behind them.
    """

    key: str
    figure: tuple[str, str]
    digits: str
    value: Decimal | None
    scale: int
    places: int
    unit: str
    words: str
    at: Place


Inline: TypeAlias = Text | Typed | Number


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; ``level`` 1 is the title."""

    level: int
    inlines: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph."""

    inlines: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    items: tuple[tuple[Inline, ...], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table; its first row holds the headings of its columns."""

    rows: tuple[tuple[tuple[Inline, ...], ...], ...]


Block: TypeAlias = Heading | Paragraph | Items | Table


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim that the ledger contradicts: the ``sentence`` with its ``words``, at ``at``, and why.

    ``reason``: ``missed`` (a target of ``figure`` is missed), ``overdue`` (a rate said to be whole has open overdue
    cases), ``not_whole`` (a rate said to be whole is less), ``no_cases`` (nothing was there to be done), ``typed`` (a
    number typed by hand differs from the figure of that name). ``says`` is the value that the ledger has, ``promised``
    what was promised.
    """

    at: Place
    sentence: str
    words: str
    reason: Literal["missed", "overdue", "not_whole", "no_cases", "typed"]
    figure: str
    says: Decimal | None
    judgement: Judgement | None = None
    commitment: str | None = None


@dataclass(frozen=True, slots=True)
class Annual:
    """A report. ``figures``: (id, period) → the figure, evaluated at one moment; ``size`` and ``root`` are those of the
    ledger, ``origin`` its log's name. ``taxonomy`` is the namespace of its tags."""

    title: str
    lang: Language
    district: str
    district_name: tuple[str, str]
    period: str
    made_on: date
    blocks: tuple[Block, ...]
    figures: Mapping[tuple[str, str], Figure]
    claims: tuple[Claim, ...]
    size: int
    root: str
    origin: str
    template: str

    def numbers(self) -> list[Number]:
        """All numbers of the ledger, in their order."""
        return [one for inlines in self.runs() for one in inlines if isinstance(one, Number)]

    def runs(self) -> list[tuple[Inline, ...]]:
        """All runs of text, in their order."""
        found: list[tuple[Inline, ...]] = []
        for block in self.blocks:
            if isinstance(block, Heading | Paragraph):
                found.append(block.inlines)
            elif isinstance(block, Items):
                found.extend(block.items)
            else:
                found.extend(cell for row in block.rows for cell in row)
        return found
