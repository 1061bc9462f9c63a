"""Templates of documents: a text file that an office can edit. Front matter between ``---`` lines, then the text.

Docs/papers.md tells how to write one. The structure is read before anything is filled in, so that a value can be no
heading, table or placeholder. Every fault is told with file and line when the template is loaded.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from luoshi.mechanisms.errors import MechanismError
from luoshi.mechanisms.yaml_text import read_yaml
from luoshi.writing.papers.errors import PaperError
from luoshi.writing.papers.filling import Text

LARGEST: Final = 64 * 1024
MOST_BLOCKS: Final = 500
MOST_NAMES: Final = 20
MOST_CELLS: Final = 12

Kind = Literal["official", "form", "ledger"]
KINDS: Final[dict[str, Kind]] = {"official": "official", "form": "form", "ledger": "ledger"}
KEYS: Final = frozenset({"kind", "title", "from", "to", "cc", "attachments", "sign", "day"})
TABLES: Final = ("fields_table", "case_table", "steps_table")
"""Placeholders that stand on a line of their own and become a table."""

_TABLE_LINE: Final = re.compile(r"\{\{\s*(\w+)\s*\}\}")
_HEADING: Final = re.compile(r"(#{1,3})\s+(.*)")
_RULE_CELL: Final = re.compile(r":?-{3,}:?")


@dataclass(frozen=True, slots=True)
class Piece:
    """A block of the text: ``kind`` is heading1–3, paragraph, flush, centre, row, head or the name of a table."""

    kind: str
    texts: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Template:
    """A template that was checked. Empty texts say nothing."""

    name: str
    kind: Kind
    title: Text
    issuer: Text
    to: Text
    cc: tuple[Text, ...]
    attachments: tuple[Text, ...]
    sign: bool
    day: Text
    pieces: tuple[Piece, ...]

    @property
    def names(self) -> frozenset[str]:
        """Every placeholder in it."""
        every = [self.title, self.issuer, self.to, self.day, *self.cc, *self.attachments]
        every += [text for piece in self.pieces for text in piece.texts]
        return frozenset(name for text in every for name in text.names)


def read_template(data: bytes, name: str, names: Collection[str]) -> Template:
    """The template in ``data``; ``name`` is its file, ``names`` the placeholders that may stand in it.

    Raises PaperError ``template_…`` with the file and the line.
    """
    if len(data) > LARGEST:
        raise PaperError("template_large", name=name, line=1, limit_kib=LARGEST // 1024)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise PaperError("template_encoding", name=name, line=data.count(b"\n", 0, error.start) + 1) from error
    lines = text.replace("\r\n", "\n").split("\n")
    if lines[0].strip() != "---" or "---" not in [line.strip() for line in lines[1:]]:
        raise PaperError("template_front", name=name, line=1)
    end = next(n for n, line in enumerate(lines[1:], 1) if line.strip() == "---")
    front = _Front("\n".join(lines[1:end]), name, names)
    return Template(
        name=name,
        kind=front.kind(),
        title=front.text("title", "{{ document }}"),
        issuer=front.text("from", "{{ issuer }}"),
        to=front.text("to", "{{ to }}"),
        cc=front.texts("cc"),
        attachments=front.texts("attachments"),
        sign=front.flag("sign"),
        day=front.text("day", "{{ day }}"),
        pieces=tuple(_pieces(lines[end + 1 :], name, end + 2, names)),
    )


class _Front:
    """The front matter, each value with its line."""

    def __init__(self, source: str, name: str, names: Collection[str]) -> None:
        self.name = name
        self.names = names
        self.data: Mapping[str, Any] = {}
        self.lines: dict[Any, int] = {}
        if source.strip():
            try:
                told = read_yaml(source.encode(), name)
            except MechanismError as error:
                first = error.findings[0]
                raise PaperError("template_yaml", name=name, line=first.line + 1) from error
            if not isinstance(told.data, dict):
                raise PaperError("template_yaml", name=name, line=2)
            self.data, self.lines = told.data, told.lines
        for key in self.data:
            if key not in KEYS:
                raise PaperError("template_key", key=str(key), known=sorted(KEYS), **self._at(key))

    def _at(self, key: str) -> dict[str, Any]:
        return {"name": self.name, "line": self.lines.get((key,), 0) + 1}

    def kind(self) -> Kind:
        told = self.data.get("kind", "form")
        if told not in KINDS:
            raise PaperError("template_value", key="kind", known=sorted(KINDS), **self._at("kind"))
        return KINDS[told]

    def flag(self, key: str) -> bool:
        told = self.data.get(key, True)
        if not isinstance(told, bool):
            raise PaperError("template_value", key=key, known=["true", "false"], **self._at(key))
        return told

    def text(self, key: str, default: str) -> Text:
        told = self.data.get(key, default)
        if told is None:
            told = ""
        if not isinstance(told, str):
            raise PaperError("template_value", key=key, known=["…"], **self._at(key))
        return Text(told, self.names, **self._at(key))

    def texts(self, key: str) -> tuple[Text, ...]:
        told = self.data.get(key) or ()
        if isinstance(told, str):
            told = (told,)
        if not isinstance(told, tuple | list) or len(told) > MOST_NAMES or not all(isinstance(x, str) for x in told):
            raise PaperError("template_value", key=key, known=["…"], **self._at(key))
        return tuple(Text(one, self.names, **self._at(key)) for one in told)


def _pieces(lines: list[str], name: str, first: int, names: Collection[str]) -> list[Piece]:
    pieces: list[Piece] = []
    held: list[str] = []
    held_at = first

    def text(source: str, line: int) -> Text:
        return Text(source, names, name=name, line=line)

    def let_go() -> None:
        if held:
            text("\n".join(held), held_at)  # once line by line, so that a fault is told with its line
            pieces.append(Piece("paragraph", (text("".join(held), held_at),)))
            held.clear()

    for line, raw in enumerate(lines, first):
        told = raw.strip()
        heading, table = _HEADING.fullmatch(told), _TABLE_LINE.fullmatch(told)
        if not told:
            let_go()
            if pieces and pieces[-1].kind in ("row", "head"):
                pieces.append(Piece("break", ()))  # the next row begins another table
        elif heading:
            let_go()
            pieces.append(Piece(f"heading{len(heading[1])}", (text(heading[2], line),)))
        elif table and table[1] in TABLES:
            let_go()
            pieces.append(Piece(table[1], ()))
        elif told.startswith("|"):
            let_go()
            _row(pieces, told, line, text, name)
        elif told[0] in "><":
            let_go()
            pieces.append(Piece("flush" if told[0] == ">" else "centre", (text(told[1:].strip(), line),)))
        else:
            if not held:
                held_at = line
            held.append(told)
        if len(pieces) > MOST_BLOCKS:
            raise PaperError("template_blocks", name=name, line=line, limit=MOST_BLOCKS)
    let_go()
    return pieces


def _row(pieces: list[Piece], told: str, line: int, text: Any, name: str) -> None:
    cells = [cell.strip() for cell in told.strip("|").split("|")] if "{{" not in told else _cells(told)
    if len(cells) > MOST_CELLS:
        raise PaperError("template_cells", name=name, line=line, limit=MOST_CELLS)
    if all(_RULE_CELL.fullmatch(cell) for cell in cells):
        if not pieces or pieces[-1].kind != "row":
            raise PaperError("template_table", name=name, line=line)
        pieces[-1] = Piece("head", pieces[-1].texts)
        return
    before = pieces[-1] if pieces and pieces[-1].kind in ("row", "head") else None
    if before is not None and len(before.texts) != len(cells):
        raise PaperError("template_table", name=name, line=line)
    pieces.append(Piece("row", tuple(text(cell, line) for cell in cells)))


def _cells(told: str) -> list[str]:
    """Cells of a row in which placeholders stand: a bar within ``{{ }}`` begins a filter and no cell."""
    kept = re.sub(r"\{[{%].*?[%}]\}", lambda found: found[0].replace("|", "\0"), told)
    return [cell.strip().replace("\0", "|") for cell in kept.strip("|").split("|")]
