"""Web pages: the main block's text, a line for each block, with ``<h1>`` … ``<h6>`` and bold lines as heading hints.

The main block is the innermost element that holds nearly all sentences of the page; everything that is text in it
stays (:mod:`luoshi.reading.chrome` judges the rest line by line). The report's title is put before where it stands
outside of that block.
"""

from __future__ import annotations

import re

from lxml import etree

from luoshi.reading.errors import ReadError
from luoshi.reading.model import Hint
from luoshi.reading.sources import plain
from luoshi.reading.sources.declared import may_head

_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w-]{2,20})""", re.I)
_XML_CHARSET = re.compile(rb"""<\?xml[^>]{0,100}?encoding\s*=\s*["']([\w-]{2,20})""", re.I)
_GB = frozenset({"gb2312", "gbk", "gb_2312-80", "x-gbk", "gb18030", "cp936"})
_DROPPED = frozenset(
    {
        *("script", "style", "noscript", "template", "iframe", "svg", "object", "embed", "applet", "canvas", "audio"),
        *("video", "map", "select", "option", "button", "input", "textarea", "datalist", "nav", "footer", "aside"),
    }
)
_HIDDEN = re.compile(r"display\s*:\s*none", re.I)
_BLOCKS = frozenset(
    {
        *(
            "address",
            "article",
            "blockquote",
            "body",
            "caption",
            "center",
            "dd",
            "details",
            "dialog",
            "div",
            "dl",
            "dt",
        ),
        *("fieldset", "figcaption", "figure", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html"),
        *("legend", "li", "main", "menu", "ol", "p", "pre", "section", "summary", "table", "tbody", "tfoot", "thead"),
        *("tr", "ul"),
    }
)
_HEADINGS = {f"h{n}": n for n in range(1, 7)}
_BOLD = frozenset({"b", "strong"})
_BLANKS = re.compile(r"[ \t\r\n\f]+")
_SENTENCE = re.compile(r"[，。；、]")
_TITLE = re.compile(r"工作报告")
_TITLE_CUT = re.compile(r"\s*[-_|—–/>]+\s*")
_MAIN_SHARE = 0.85


def read(data: bytes, name: str) -> tuple[str, list[Hint]]:
    """Text and heading hints of a web page. Raises ``undecodable``, ``unsupported_type`` or ``corrupt``."""
    text = _decode(data, name)
    plain.refuse_binary(text, name)
    root = _parse(text, name)
    _prune(root)
    main = _main_block(root)
    lines = _Lines()
    _walk(main, lines)
    lines.end_line()
    title = _title(root, main)
    if title and not any(_TITLE.search(line) for line in lines.lines[:6]):
        return _with_title(title, lines)
    return lines.text(), lines.hints


def _decode(data: bytes, name: str) -> str:
    """Mark, then the declared character set, then as plain text; a wrong declaration is passed over."""
    head = data[:4096]
    found = _CHARSET.search(head) or _XML_CHARSET.match(head.lstrip())
    if found and not head.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        charset = found[1].decode("ascii").lower()
        try:
            return data.decode("gb18030" if charset in _GB else charset)
        except (LookupError, UnicodeError):
            pass
    return plain.decode(data, name)


def _parse(text: str, name: str) -> etree._Element:
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=True)
    try:
        root = etree.fromstring(text.encode("utf-8", "ignore"), parser)
    except (etree.LxmlError, ValueError) as error:
        raise ReadError("corrupt", name=name, kind="html") from error
    if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log):
        raise ReadError("corrupt", name=name, kind="html")  # nested so deeply that the parser gave up half-way
    if root is None:
        raise ReadError("empty", name=name)
    return root


def _prune(root: etree._Element) -> None:
    """Empty what is no text of the page, keeping what follows it."""
    doomed = [
        element for element in root.iter() if element.tag in _DROPPED or _HIDDEN.search(element.get("style") or "")
    ]
    for element in doomed:
        tail = element.tail
        element.clear()
        element.tag = "span"
        element.tail = tail


def _main_block(root: etree._Element) -> etree._Element:
    """The innermost element with at least :data:`_MAIN_SHARE` of the characters that stand in sentences."""
    weights: dict[etree._Element, int] = {}
    for _, element in etree.iterwalk(root, events=("end",)):
        weight = sum(weights.get(child, 0) for child in element)
        texts = [element.text, *(child.tail for child in element)]
        weights[element] = weight + sum(len(t) for t in texts if t and _SENTENCE.search(t))
    total = weights.get(root, 0)
    main = root
    while True:
        inner = next((child for child in main if weights[child] >= _MAIN_SHARE * total), None)
        if inner is None or not total or inner.tag not in _BLOCKS | {"td", "span", "font"}:
            return main
        if inner.tag in ("p", "span", "font"):
            return main  # one long paragraph: what stands beside it belongs to it
        main = inner


class _Lines:
    """Gathers characters into lines, and notes which lines are headings or wholly bold."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.hints: list[Hint] = []
        self._length = 0
        self._pieces: list[str] = []
        self._marks = 0
        self._bold = 0
        self._heading = 0

    def text(self) -> str:
        return "\n".join(self.lines)

    def add(self, words: str, heading: int, bold: bool, pre: bool) -> None:
        if pre:
            first, *rest = plain.normalise_lines(words).split("\n")
            self._put(first, heading, bold)
            for line in rest:
                self.end_line()
                self._put(line, heading, bold)
        else:
            self._put(_BLANKS.sub(_blank, words), heading, bold)

    def _put(self, words: str, heading: int, bold: bool) -> None:
        if words and self._pieces and words[0] == " " and self._pieces[-1][-1:] in " \t":
            words = words[1:]
        if not words:
            return
        self._pieces.append(words)
        marks = len(words.strip())
        self._marks += marks
        self._bold += marks if bold else 0
        self._heading = max(self._heading, heading if marks else 0)

    def tab(self) -> None:
        if self._pieces:
            self._pieces.append("\t")

    def end_line(self) -> None:
        line = "".join(self._pieces).strip(" \t\r\n")
        self._pieces = []
        words = line.strip()
        if words:
            level = self._heading or (2 if self._bold == self._marks and may_head(words) else 0)
            if level:
                start = self._length + len(line) - len(line.lstrip())
                self.hints.append(Hint(start, start + len(words), level))
            self.lines.append(line)
            self._length += len(line) + 1
        self._marks = self._bold = self._heading = 0


def _blank(match: re.Match[str]) -> str:
    """A row of blanks is one blank; between two Chinese characters, a line end in the source is none."""
    if "\n" not in match[0]:
        return " "
    before, after = match.string[: match.start()][-1:], match.string[match.end() : match.end() + 1]
    return "" if before > "\u2e80" and after > "\u2e80" else " "


def _walk(root: etree._Element, lines: _Lines) -> None:
    heading: list[int] = []
    bold = pre = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        tag = element.tag
        change = 1 if event == "start" else -1
        if tag in _BLOCKS or tag == "br":
            if tag != "br" or event == "start":
                lines.end_line()
        elif tag in ("td", "th") and event == "end":
            lines.tab()
        bold += change if tag in _BOLD else 0
        pre += change if tag == "pre" else 0
        if tag in _HEADINGS:
            heading = [*heading, _HEADINGS[tag]] if event == "start" else heading[:-1]
        words = element.text if event == "start" else element.tail if element is not root else None
        if words:
            lines.add(words, heading[-1] if heading else 0, bold > 0, pre > 0)


def _title(root: etree._Element, main: etree._Element) -> str:
    """The report's title outside of the main block: in the nearest heading before it, else the page's title."""
    for element in root.iter("h1", "h2", "h3"):
        words = " ".join("".join(map(str, element.itertext())).split())
        if _TITLE.search(words) and len(words) <= 60:
            return words
    page = root.find(".//title")
    pieces = _TITLE_CUT.split(" ".join((page.text or "").split())) if page is not None else []
    return next((piece for piece in pieces if _TITLE.search(piece) and len(piece) <= 60), "")


def _with_title(title: str, lines: _Lines) -> tuple[str, list[Hint]]:
    shift = len(title) + 1
    moved = [Hint(h.start + shift, h.end + shift, h.level) for h in lines.hints]
    return title + "\n" + lines.text(), [Hint(0, len(title), 1), *moved]
