"""Word documents (ECMA-376 / ISO 29500): the text as printed, with automatic numbers, and the headings it declares.

In: paragraphs in order, also of tables (cells parted by a tab, rows by a line end), text boxes, content controls and
tracked insertions. Out: deleted and hidden text, comments, page headers and footers, tables of contents.
Footnotes and endnotes follow the text under the line ``注释：``, numbered from 1 in the order of their marks;
the marks themselves leave nothing in the text, so that words and numbers stay whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from lxml import etree

from luoshi.reading.errors import ReadError
from luoshi.reading.model import Hint
from luoshi.reading.sources.archive import Archive
from luoshi.reading.sources.declared import below_title, may_head
from luoshi.reading.sources.limits import MAX_CHARS
from luoshi.reading.sources.styles import Style, Styles, read_numbering, strong
from luoshi.reading.sources.wordxml import attribute, child, children, integer, local, parse, related, switch, value

NOTES_HEADING = "注释："

_THROUGH = frozenset(
    {"sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag", "hyperlink", "fldSimple", "dir", "bdo", "body"}
)
_SYMBOL_FONT = {0x25: "%", 0xA3: "≤", 0xB0: "°", 0xB1: "±", 0xB3: "≥", 0xB4: "×", 0xB8: "÷", 0x6D: "μ"}


def read(data: bytes, name: str) -> tuple[str, list[Hint]]:
    """Text and heading hints of a ``.docx``.

    Raises ``macro``, ``encrypted``, ``corrupt``, ``zip_bomb``, ``too_large``; ``unsupported_type`` for another zip.
    """
    archive = Archive(data, name)
    document = _main_part(archive)
    xml = archive.read(document)
    if xml is None:
        raise ReadError("corrupt", name=name, kind="docx")
    parts = related(archive, document)
    root = parse(xml, name)
    styles = Styles(_part(archive, parts, "styles"))
    walker = _Walker(styles, _part(archive, parts, "numbering"), name)
    walker.blocks(_body(root, name))
    notes = {kind: _part(archive, parts, kind + "s") for kind in ("footnote", "endnote")}
    walker.notes(notes)
    return walker.text(), below_title(walker.hints)


def _main_part(archive: Archive) -> str:
    names = archive.names()
    types = archive.read("[Content_Types].xml") or b""
    if any(path.endswith("vbaproject.bin") for path in names) or b"macroEnabled" in types:
        raise ReadError("macro", name=archive.name)
    document = related(archive, "").get("officeDocument", "word/document.xml")
    if document.lower() not in names and not any(path.startswith("word/") for path in names):
        raise ReadError("unsupported_type", name=archive.name, kind="zip")
    return document


def _part(archive: Archive, parts: dict[str, str], kind: str) -> etree._Element | None:
    data = archive.read(parts[kind]) if kind in parts else None
    return parse(data, archive.name) if data else None


def _body(root: etree._Element, name: str) -> etree._Element:
    body = child(root, "body")
    if local(root) != "document" or body is None:
        raise ReadError("corrupt", name=name, kind="docx")
    return body


class _Walker:
    """Walks the body once and gathers lines. ``length`` is the offset at which the next line begins."""

    def __init__(self, styles: Styles, numbering: etree._Element | None, name: str) -> None:
        self.hints: list[Hint] = []
        self._styles = styles
        self._counter = read_numbering(numbering)
        self._name = name
        self._lines: list[str] = []
        self._length = 0
        self._pending = ""  # text of a paragraph whose mark was deleted: it runs on into the next
        self._boxes: list[etree._Element] = []
        self._notes: list[tuple[str, str]] = []
        self._seen_text = False

    def text(self) -> str:
        """Everything gathered, a line for each paragraph."""
        if self._pending:
            self._emit(self._pending)
            self._pending = ""
        return "\n".join(self._lines).strip("\n")

    def blocks(self, parent: etree._Element) -> None:
        """Walk block-level content."""
        for element in parent:
            kind = local(element)
            if kind == "p":
                self._paragraph(element)
            elif kind == "tbl":
                self._table(element)
            elif kind == "AlternateContent":
                for branch in _branch(element):
                    self.blocks(branch)
            elif kind in _THROUGH and not _is_contents(element):
                self.blocks(element)

    def notes(self, parts: dict[str, etree._Element | None]) -> None:
        """Append the notes that the text refers to, in the order of their marks."""
        bodies = {
            (kind, attribute(note, "id") or ""): note for kind, root in parts.items() for note in children(root, kind)
        }
        wanted = [mark for mark in dict.fromkeys(self._notes) if mark in bodies]
        if not wanted:
            return
        if self._pending:
            self._emit(self._pending)
            self._pending = ""
        self.hints.append(Hint(self._length, self._length + len(NOTES_HEADING), 1))
        self._emit(NOTES_HEADING)
        for number, mark in enumerate(wanted, 1):
            lines = [self._inline(p).strip() for p in bodies[mark].iter() if local(p) == "p"]
            self._emit(f"{number}." + "".join(lines))

    def _emit(self, line: str) -> None:
        self._lines.append(line)
        self._length += len(line) + 1
        if self._length > MAX_CHARS:
            raise ReadError("too_large", name=self._name, size=self._length, limit=MAX_CHARS, unit="chars")

    def _paragraph(self, p: etree._Element) -> None:
        properties = child(p, "pPr")
        style = self._styles.get(value(properties, "pStyle"))
        if style.contents:
            return
        typed = self._inline(p)
        label = self._label(properties, style) if typed.strip() else ""
        line = self._pending + label + typed
        self._pending = ""
        if child(properties, "rPr", "del") is not None:
            self._pending = line
        else:
            self._hint(p, properties, style, line)
            self._emit(line)
        boxes, self._boxes = self._boxes, []
        for box in boxes:
            self.blocks(box)

    def _table(self, table: etree._Element) -> None:
        for row in _rows(table, "tr"):
            cells = []
            for cell in _rows(row, "tc"):
                cells.append(" ".join(filter(None, (self._cell_text(part) for part in cell))))
            if any(cells):
                self._emit("\t".join(cells))
            boxes, self._boxes = self._boxes, []
            for box in boxes:
                self.blocks(box)

    def _cell_text(self, part: etree._Element) -> str:
        """One block of a cell in one line; a lone cell that lays out a page keeps its paragraphs apart by a blank."""
        kind = local(part)
        if kind == "p":
            properties = child(part, "pPr")
            typed = self._inline(part).replace("\n", " ").strip()
            return self._label(properties, self._styles.get(value(properties, "pStyle"))) + typed if typed else ""
        if kind in _THROUGH or kind in ("tbl", "tr", "tc"):
            return " ".join(filter(None, map(self._cell_text, part)))
        return ""

    def _label(self, properties: etree._Element | None, style: Style) -> str:
        numbers = child(properties, "numPr")
        num, index = value(numbers, "numId"), integer(value(numbers, "ilvl"))
        if num is None and style.num is not None:
            num = style.num
            if index is None:
                index = style.num_level
            if index is None and style.num_from is not None:
                index = self._counter.level_of_style(num, style.id) or self._counter.level_of_style(num, style.num_from)
        if num is None or num == "0":
            return ""
        if link := self._counter.style_link(num):
            num = self._styles.get(link).num or num
        return self._counter.next_label(num, min(max(index or 0, 0), 8))

    def _inline(self, parent: etree._Element) -> str:
        pieces: list[str] = []
        self._gather(parent, pieces)
        return "".join(pieces)

    def _gather(self, parent: etree._Element, out: list[str]) -> None:
        for element in parent:
            kind = local(element)
            if kind == "r":
                properties = child(element, "rPr")
                if not (switch(properties, "vanish") or self._hidden(properties)):
                    self._gather(element, out)
            elif kind in _SIGNS:
                out.append(_SIGNS[kind](element))
            elif kind in ("footnoteReference", "endnoteReference"):
                self._notes.append((kind.removesuffix("Reference"), attribute(element, "id") or ""))
            elif kind == "AlternateContent":
                for branch in _branch(element):
                    self._gather(branch, out)
            elif kind in ("drawing", "pict", "object"):
                self._boxes.extend(_boxes(element))
            elif kind == "ruby":
                for base in children(element, "rubyBase"):
                    self._gather(base, out)
            elif kind in _THROUGH or kind in _MATH:
                self._gather(element, out)

    def _hidden(self, properties: etree._Element | None) -> bool:
        character = value(properties, "rStyle")
        if character is None or switch(properties, "vanish") is not None:
            return False
        return bool(self._styles.get(character).hidden)

    def _hint(self, p: etree._Element, properties: etree._Element | None, style: Style, line: str) -> None:
        words = line.strip()
        first, self._seen_text = not self._seen_text and bool(words), self._seen_text or bool(words)
        if not words or "\n" in words:
            return
        level = _declared_level(properties, style)
        if level is None and may_head(words):
            justify = value(properties, "jc")
            centred = style.centred if justify is None else justify == "center"
            if centred and first:
                level = 0
            elif centred or self._all_strong(p, style):
                level = 2
        if level is not None:
            start = self._length + len(line) - len(line.lstrip())
            self.hints.append(Hint(start, start + len(words), level))

    def _all_strong(self, p: etree._Element, style: Style) -> bool:
        """True when every run with visible text stands out, by itself or by its styles."""
        runs = [r for r in p.iter() if local(r) == "r" and any(local(t) == "t" and (t.text or "").strip() for t in r)]
        return bool(runs) and all(self._run_strong(r, style) for r in runs)

    def _run_strong(self, run: etree._Element, style: Style) -> bool:
        properties = child(run, "rPr")
        own = strong(properties)
        if own is not None:
            return own
        character = value(properties, "rStyle")
        inherited = self._styles.get(character).strong if character is not None else None
        return bool(style.strong if inherited is None else inherited)


_MATH = frozenset(
    {"oMath", "oMathPara", "f", "num", "den", "e", "sup", "sub", "sSup", "sSub", "d", "rad", "deg", "sSubSup"}
)


def _branch(alternate: etree._Element) -> Iterable[etree._Element]:
    """The one branch of an alternate content that is shown: the first choice, or else the fallback."""
    choice = child(alternate, "Choice")
    fallback = child(alternate, "Fallback")
    return [branch for branch in (choice, fallback) if branch is not None][:1]


def _boxes(drawing: etree._Element) -> list[etree._Element]:
    """The outermost text boxes inside a drawing; inner ones are found when the outer one is walked."""
    found: list[etree._Element] = []
    for element in drawing:
        if local(element) == "txbxContent":
            found.append(element)
        elif local(element) == "AlternateContent":
            for branch in _branch(element):
                found.extend(_boxes(branch))
        elif len(element):
            found.extend(_boxes(element))
    return found


def _rows(parent: etree._Element, wanted: str) -> list[etree._Element]:
    """Rows of a table or cells of a row, also inside content controls; deleted rows are left out."""
    found: list[etree._Element] = []
    for element in parent:
        if local(element) == wanted:
            if child(element, "trPr", "del") is None:
                found.append(element)
        elif local(element) in _THROUGH:
            found.extend(_rows(element, wanted))
    return found


def _is_contents(element: etree._Element) -> bool:
    """A content control that holds the table of contents."""
    gallery = value(element, "sdtPr", "docPartObj", "docPartGallery")
    return gallery is not None and gallery.lower() == "table of contents"


def _symbol(element: etree._Element) -> str:
    try:
        code = int(attribute(element, "char") or "", 16)
    except ValueError:
        return ""
    if 0xF000 <= code <= 0xF0FF:  # a place in a symbol font, not a character
        return _SYMBOL_FONT.get(code - 0xF000, "") if attribute(element, "font") == "Symbol" else ""
    return chr(code) if 0x20 <= code < 0xD800 or 0xE000 <= code <= 0x10FFFF else ""


_SIGNS: dict[str, Callable[[etree._Element], str]] = {
    "t": lambda element: element.text or "",
    "tab": lambda element: "\t",
    "ptab": lambda element: "\t",
    "cr": lambda element: "\n",
    "br": lambda element: "" if attribute(element, "type") in ("page", "column") else "\n",
    "noBreakHyphen": lambda element: "-",
    "sym": _symbol,
}


def _declared_level(properties: etree._Element | None, style: Style) -> int | None:
    """The level that an outline level or a heading style gives, from 1; None for body text."""
    outline = integer(value(properties, "outlineLvl"))
    if outline is None:
        outline = style.outline
    if outline is not None:
        return outline + 1 if 0 <= outline <= 8 else style.heading
    return style.heading
