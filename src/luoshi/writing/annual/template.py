"""The template of an annual report: a text that an office can edit, and its parser. docs/annual.md is about both.

Headings ``#`` to ``###``, paragraphs, lists ``-``, tables ``| |``; in any text ``{{ figure("ID") }}`` with literal
options, ``{{ district }}`` and ``{{ period }}``. Nothing is evaluated: an expression is read sign by sign, and what is
no such expression is refused with its line and column. The structure is read before any value is known, so that a
value can be no heading, table or expression.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, Literal, NoReturn, TypeAlias

from luoshi.writing.annual.beside import FIGURE, is_hidden
from luoshi.writing.annual.errors import AnnualError
from luoshi.writing.annual.model import Place

LARGEST: Final = 512 * 1024
LONGEST_LINE: Final = 20_000
MOST_BLOCKS: Final = 2_000
MOST_FIGURES: Final = 2_000
MOST_CELLS: Final = 12
MOST_PLACES: Final = 6

NAMES: Final = ("district", "period")
OPTIONS: Final = ("period", "unit", "places")

_HEADING: Final = re.compile(r"(#+)([ \t　]+)(.*)")
_ITEM: Final = re.compile(r"([-*])([ \t　]+)(.*)")
_RULE_CELL: Final = re.compile(r"\s*:?-{3,}:?\s*")
_WORD: Final = re.compile(r"[A-Za-z_]+")
_ID: Final = re.compile(r"[a-z][a-z0-9_]{0,39}\.[a-z][a-z0-9_]{0,59}")
_BLANK: Final = re.compile(r"[ \t　]*")
_STRING: Final = re.compile(r"\"([^\"'{}\\|]{0,60})\"|'([^\"'{}\\|]{0,60})'")
_NUMBER: Final = re.compile(r"[0-9]{1,2}(?![0-9.])")


@dataclass(frozen=True, slots=True)
class Words:
    """Words as they stand."""

    text: str
    at: Place


@dataclass(frozen=True, slots=True)
class Ask:
    """A figure that is asked for. ``period``, ``unit``, ``places``: None where the template leaves them out."""

    figure: str
    at: Place
    period: str | None = None
    unit: str | None = None
    places: int | None = None


@dataclass(frozen=True, slots=True)
class Name:
    """``district`` or ``period``: what is reported."""

    name: str
    at: Place


Piece: TypeAlias = Words | Ask | Name
Run: TypeAlias = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """A block. ``runs``: of a heading or paragraph one row of one, of a list a row for each item, of a table
    its rows."""

    kind: Literal["heading", "paragraph", "items", "table"]
    level: int
    runs: tuple[tuple[Run, ...], ...]
    at: Place


@dataclass(frozen=True, slots=True)
class Template:
    """A template that was checked; its first block is the title."""

    name: str
    blocks: tuple[Block, ...]

    def asks(self) -> Iterator[Ask]:
        """Every figure asked for, in its order."""
        return (
            piece
            for block in self.blocks
            for row in block.runs
            for run in row
            for piece in run
            if isinstance(piece, Ask)
        )


def decode(data: bytes, name: str) -> str:
    """The text of a file. Raises AnnualError ``annual_large``, ``annual_encoding``."""
    if len(data) > LARGEST:
        raise AnnualError("annual_large", name=name, line=1, column=1, limit_kib=LARGEST // 1024)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8-sig", "replace")
        raise AnnualError(
            "annual_encoding", name=name, line=before.count("\n") + 1, column=len(before) - before.rfind("\n")
        ) from error


def parse(text: str, name: str) -> Template:
    """The template ``text``; ``name`` is its file. Raises AnnualError ``annual_…`` with name, line and column."""
    if len(text.encode("utf-8", "surrogatepass")) > LARGEST:
        raise AnnualError("annual_large", name=name, line=1, column=1, limit_kib=LARGEST // 1024)
    return _Parser(name).parse(text.replace("\r\n", "\n"))


class _Parser:
    """One pass over the lines."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.blocks: list[Block] = []
        self.figures = 0
        self.open: Literal["", "paragraph", "items", "table"] = ""
        self.rows: list[tuple[Run, ...]] = []
        self.began: Place = (1, 1)
        self.ruled = False

    def fail(self, code: str, at: Place, **details: object) -> NoReturn:
        raise AnnualError(code, name=self.name, line=at[0], column=at[1], **details)

    def parse(self, text: str) -> Template:
        for line, told in enumerate(text.split("\n"), 1):
            self._check(told, line)
            self._line(told, line)
        self._close()
        if not self.blocks:
            self.fail("annual_title", (1, 1))
        return Template(self.name, tuple(self.blocks))

    def _check(self, told: str, line: int) -> None:
        if len(told) > LONGEST_LINE:
            self.fail("annual_line", (line, LONGEST_LINE + 1), limit=LONGEST_LINE)
        if told.isascii() and told.isprintable():
            return
        for column, sign in enumerate(told, 1):
            if sign == FIGURE or (sign != "\t" and is_hidden(sign)):
                self.fail("annual_sign", (line, column), sign=f"U+{ord(sign):04X}")

    def _line(self, told: str, line: int) -> None:
        inner = told.strip(" \t　")
        lead = len(told) - len(told.lstrip(" \t　"))
        at = (line, lead + 1)
        heading, item = _HEADING.fullmatch(inner), _ITEM.fullmatch(inner)
        if not inner:
            self._close()
        elif heading:
            self._close()
            self._heading(heading, at)
        elif inner.startswith("|"):
            self._row(inner, at)
        elif item:
            self._begin("items", at)
            run = self._pieces(item[3], (line, at[1] + item.start(3)))
            self.rows.append((run,))
        elif self.open == "items" and lead >= 2:
            self.rows[-1] = (_joined(self.rows[-1][0], self._pieces(inner, at)),)
        else:
            run = self._pieces(inner, at)
            self._begin("paragraph", at)
            self.rows = [(_joined(self.rows[0][0], run),)] if self.rows else [(run,)]

    def _heading(self, found: re.Match[str], at: Place) -> None:
        level = len(found[1])
        if level > 3:
            self.fail("annual_heading", at)
        if (level == 1) != (not self.blocks):
            self.fail("annual_title", at)
        run = self._pieces(found[3], (at[0], at[1] + found.start(3)))
        self._add(Block("heading", level, ((run,),), at))

    def _begin(self, kind: Literal["paragraph", "items", "table"], at: Place) -> None:
        if self.open != kind:
            self._close()
            self.open, self.began = kind, at

    def _close(self) -> None:
        if not self.open:
            return
        if self.open == "table" and not self.ruled:
            self.fail("annual_table_rule", self.began)
        self._add(Block(self.open, 0, tuple(self.rows), self.began))
        self.open, self.rows, self.ruled = "", [], False

    def _add(self, block: Block) -> None:
        if not self.blocks and (block.kind, block.level) != ("heading", 1):
            self.fail("annual_title", block.at)
        if len(self.blocks) >= MOST_BLOCKS:
            self.fail("annual_blocks", block.at, limit=MOST_BLOCKS)
        self.blocks.append(block)

    # --- tables

    def _row(self, inner: str, at: Place) -> None:
        self._begin("table", at)
        if len(inner) < 2 or not inner.endswith("|"):
            self.fail("annual_table_end", (at[0], at[1] + len(inner) - 1))
        cells = inner[1:-1].split("|")
        if len(cells) > MOST_CELLS:
            self.fail("annual_table_cells", at, limit=MOST_CELLS)
        if self.rows and len(cells) != len(self.rows[0]):
            self.fail("annual_table_columns", at, want=len(self.rows[0]), got=len(cells))
        rule = all(_RULE_CELL.fullmatch(cell) for cell in cells)
        if rule != (len(self.rows) == 1 and not self.ruled):
            self.fail("annual_table_rule", at)
        if rule:
            self.ruled = True
            return
        runs, column = [], at[1] + 1
        for cell in cells:
            lead = len(cell) - len(cell.lstrip(" \t　"))
            runs.append(self._pieces(cell.strip(" \t　"), (at[0], column + lead)))
            column += len(cell) + 1
        self.rows.append(tuple(runs))

    # --- expressions

    def _pieces(self, text: str, at: Place) -> Run:
        """Words and expressions of a stretch of one line that begins ``at``."""
        line, column = at
        found: list[Piece] = []
        pos = 0
        while pos < len(text):
            begin = text.find("{", pos)
            end = text.find("}", pos)
            if end >= 0 and (begin < 0 or end < begin):
                self.fail("annual_brace", (line, column + end), sign="}")
            if begin < 0:
                found.append(Words(text[pos:], (line, column + pos)))
                break
            if not text.startswith("{{", begin):
                self.fail("annual_brace", (line, column + begin), sign="{")
            if begin > pos:
                found.append(Words(text[pos:begin], (line, column + pos)))
            piece, pos = _Expression(text, begin, at, self.fail).read()
            if isinstance(piece, Ask):
                self.figures += 1
                if self.figures > MOST_FIGURES:
                    self.fail("annual_figures", piece.at, limit=MOST_FIGURES)
            found.append(piece)
        return tuple(found)


class _Expression:
    """One expression, read sign by sign from ``{{`` on."""

    def __init__(self, text: str, begin: int, at: Place, fail: Callable[..., NoReturn]) -> None:
        self.text, self.begin, self.pos = text, begin, begin + 2
        self.line, self.column = at
        self.fail = fail

    def place(self, pos: int | None = None) -> Place:
        return self.line, self.column + (self.pos if pos is None else pos)

    def blank(self) -> None:
        found = _BLANK.match(self.text, self.pos)
        self.pos = found.end() if found else self.pos

    def take(self, sign: str) -> bool:
        self.blank()
        if self.text.startswith(sign, self.pos):
            self.pos += len(sign)
            return True
        return False

    def want(self, sign: str) -> None:
        if not self.take(sign):
            self.fail("annual_sign_wanted", self.place(), want=sign, got=self.text[self.pos : self.pos + 1] or "¶")

    def word(self) -> str:
        self.blank()
        found = _WORD.match(self.text, self.pos)
        if found is None:
            self.fail("annual_word", self.place(), known=NAMES)
        self.pos = found.end()
        return found[0]

    def string(self, option: str) -> str:
        self.blank()
        if self.text[self.pos : self.pos + 1] in ("“", "”", "‘", "’", "＂"):
            self.fail("annual_quotes", self.place())
        found = _STRING.match(self.text, self.pos)
        if found is None:
            self.fail("annual_string", self.place(), option=option)
        self.pos = found.end()
        return str(found[1] if found[1] is not None else found[2])

    def read(self) -> tuple[Piece, int]:
        self.blank()
        start = self.pos
        word = self.word()
        at = self.place(self.begin)
        if word in NAMES:
            self.want("}}")
            return Name(word, at), self.pos
        if word != "figure":
            self.fail("annual_word", self.place(start), known=NAMES)
        self.want("(")
        self.blank()
        start = self.pos
        figure = self.string("figure")
        if not _ID.fullmatch(figure):
            self.fail("annual_id", self.place(start), id=figure)
        options = self.options()
        self.want("}}")
        period, unit, places = options.get("period"), options.get("unit"), options.get("places")
        return Ask(figure, at, period, unit, None if places is None else int(places)), self.pos

    def options(self) -> dict[str, str]:
        found: dict[str, str] = {}
        while self.take(","):
            self.blank()
            start = self.pos
            name = self.word()
            if name not in OPTIONS:
                self.fail("annual_option", self.place(start), option=name, known=OPTIONS)
            if name in found:
                self.fail("annual_option_twice", self.place(start), option=name)
            self.want("=")
            found[name] = self.number() if name == "places" else self.string(name)
        self.want(")")
        return found

    def number(self) -> str:
        self.blank()
        found = _NUMBER.match(self.text, self.pos)
        if found is None or int(found[0]) > MOST_PLACES:
            self.fail("annual_places", self.place(), limit=MOST_PLACES)
        self.pos = found.end()
        return found[0]


def _joined(before: Run, after: Run) -> Run:
    """Two lines of one text: between Latin letters a blank stands for the line's end, in Chinese nothing does."""
    first, last = _edge(before, -1), _edge(after, 0)
    if first.isascii() and last.isascii() and (first.strip() or last.strip()) and after:
        # Of two lines that meet at figures both are taken for Latin; a figure is a word there.
        return (*before, Words(" ", after[0].at), *after)
    return (*before, *after)


def _edge(run: Run, at: Literal[-1, 0]) -> str:
    if not run:
        return "…"
    piece = run[at]
    return piece.text[at] if isinstance(piece, Words) else "0"
