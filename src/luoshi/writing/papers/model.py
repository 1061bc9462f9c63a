"""The one form between a case and its files: blocks in their order. Both writers write from it, so both are alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from luoshi.writing.papers import layout

Align = Literal["justify", "left", "centre", "right"]


@dataclass(frozen=True, slots=True)
class Head:
    """The issuing body in red 发文机关标志, and the number below it; then the red rule 红色分隔线."""

    issuer: str
    number: str


@dataclass(frozen=True, slots=True)
class Title:
    """The title 标题. ``number``: the number that stands below it on a form, which has no red head."""

    text: str
    number: str = ""
    gap: int = 2
    """Empty lines above it."""


@dataclass(frozen=True, slots=True)
class Salutation:
    """To whom it goes 主送机关; written with a full-width colon."""

    text: str


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading within the text: ``level`` 1 一、 2 （一） 3 1."""

    text: str
    level: int


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; ``indent``: two characters in."""

    text: str
    indent: bool = True
    align: Align = "justify"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells, as wide as the type area; ``widths`` are shares of it. ``head``: the first row is repeated."""

    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...]
    head: bool = False
    labels: bool = False
    """The first column holds labels (a form)."""
    dense: bool = False
    """Many columns: smaller letters."""


@dataclass(frozen=True, slots=True)
class Attachments:
    """What is attached 附件说明."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signs 发文机关署名 and the day 成文日期; the place for the seal stays blank."""

    issuer: str
    day: str


@dataclass(frozen=True, slots=True)
class Copies:
    """Who gets a copy 抄送, between the rules of the record 版记 at the foot of the last page."""

    names: str


Block = Head | Title | Salutation | Heading | Paragraph | Table | Attachments | Signature | Copies


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper. ``masked``: names of fields whose values are hidden in it; ``template``: the file it was made from."""

    document: str
    name: str
    number: str
    day: str
    blocks: tuple[Block, ...]
    masked: tuple[str, ...] = ()
    template: str = ""


def gaps(blocks: tuple[Block, ...]) -> tuple[int, ...]:
    """Empty lines above each block, in both files alike: below a title always one, whatever comes."""
    return tuple(_gap(block, blocks[n - 1] if n else None) for n, block in enumerate(blocks))


def _gap(block: Block, before: Block | None) -> int:
    if isinstance(block, Title):
        return block.gap
    if isinstance(before, Title):
        return layout.SALUTATION_GAP
    if isinstance(block, Attachments):
        return 1
    return 2 if isinstance(block, Signature) else 0
