"""Styles and numberings of a Word document: what a paragraph inherits."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml import etree

from luoshi.reading.sources.numbering import Counter, Definition, Instance, Level
from luoshi.reading.sources.wordxml import attribute, child, children, integer, local, switch, value

_HEADING_NAME = re.compile(r"^(?:heading|标题)\s*([1-9])$", re.I)
_TITLE_NAMES = frozenset({"title", "标题", "文档标题"})
_CONTENTS_NAME = re.compile(r"^(?:toc|目录)\s*(?:\d|heading)$", re.I)
_BLACK_FACE = re.compile(r"黑体|SimHei|小标宋|Heiti", re.I)  # a heading's face where nobody bothers with bold
_MAX_CHAIN = 20


@dataclass(slots=True)
class Style:
    """One style, with what it inherits already filled in."""

    id: str
    name: str = ""
    based_on: str | None = None
    outline: int | None = None  # from 0, 9: body text
    heading: int | None = None  # from 1; a title is 0
    contents: bool = False
    strong: bool | None = None
    centred: bool | None = None
    num: str | None = None
    num_level: int | None = None
    num_from: str | None = None  # the style that says ``num``: levels are linked with that one
    hidden: bool | None = None


class Styles:
    """The style sheet. Unknown ids are plain text."""

    def __init__(self, root: etree._Element | None) -> None:
        self._raw: dict[str, Style] = {}
        self._full: dict[str, Style] = {}
        self._default = ""
        for element in children(root, "style"):
            style = _read_style(element)
            self._raw[style.id] = style
            if attribute(element, "default") in ("1", "true", "on") and attribute(element, "type") == "paragraph":
                self._default = style.id

    def get(self, style_id: str | None) -> Style:
        """The style with everything inherited; None stands for the default paragraph style."""
        key = self._default if style_id is None else style_id
        if key not in self._full:
            self._full[key] = self._resolve(key)
        return self._full[key]

    def _resolve(self, key: str) -> Style:
        full = Style(key)
        at: str | None = key
        seen: set[str] = set()
        while at is not None and at in self._raw and at not in seen and len(seen) < _MAX_CHAIN:
            seen.add(at)
            _inherit(full, self._raw[at])
            at = self._raw[at].based_on
        return full


def _inherit(full: Style, raw: Style) -> None:
    for name in ("outline", "heading", "strong", "centred", "num_level", "hidden"):
        if getattr(full, name) is None:
            setattr(full, name, getattr(raw, name))
    if full.num is None and raw.num is not None:
        full.num, full.num_from = raw.num, raw.id
    full.contents = full.contents or raw.contents
    full.name = full.name or raw.name


def _read_style(element: etree._Element) -> Style:
    style = Style(attribute(element, "styleId") or "", (value(element, "name") or "").strip())
    paragraph, run = child(element, "pPr"), child(element, "rPr")
    style.based_on = value(element, "basedOn")
    style.outline = integer(value(paragraph, "outlineLvl"))
    if match := _HEADING_NAME.match(style.name):
        style.heading = int(match[1])
    elif style.name.lower() in _TITLE_NAMES:
        style.heading = 0
    style.contents = bool(_CONTENTS_NAME.match(style.name))
    style.strong = strong(run)
    style.hidden = switch(run, "vanish")
    if (justify := value(paragraph, "jc")) is not None:
        style.centred = justify == "center"
    numbers = child(paragraph, "numPr")
    style.num, style.num_level = value(numbers, "numId"), integer(value(numbers, "ilvl"))
    return style


def strong(run: etree._Element | None) -> bool | None:
    """Whether run properties make the text stand out: bold, or set in a heading's face; None when nothing is said."""
    bold = switch(run, "b")
    if bold:
        return True
    face = attribute(child(run, "rFonts"), "eastAsia")
    if face and _BLACK_FACE.search(face):
        return True
    return bold


def read_numbering(root: etree._Element | None) -> Counter:
    """The numberings of ``word/numbering.xml``; None where the document has none."""
    definitions: dict[str, Definition] = {}
    instances: dict[str, Instance] = {}
    for element in root if root is not None else ():
        kind = local(element)
        if kind == "abstractNum":
            definitions[attribute(element, "abstractNumId") or ""] = Definition(
                dict(map(_read_level, children(element, "lvl"))), value(element, "numStyleLink")
            )
        elif kind == "num":
            instance = Instance(value(element, "abstractNumId") or "")
            for override in children(element, "lvlOverride"):
                _read_override(override, instance)
            instances[attribute(element, "numId") or ""] = instance
    return Counter(definitions, instances)


def _read_override(element: etree._Element, instance: Instance) -> None:
    index = integer(attribute(element, "ilvl"))
    if index is None:
        return
    start = integer(value(element, "startOverride"))
    if start is not None:
        instance.starts[index] = start
    for level in children(element, "lvl"):
        instance.levels[index] = _read_level(level)[1]


def _read_level(element: etree._Element) -> tuple[int, Level]:
    form = value(element, "numFmt")
    start = integer(value(element, "start"))
    level = Level(
        start=0 if start is None else start,  # the standard's default is 0
        format=form or "decimal",
        text=value(element, "lvlText") or "",
        suffix=value(element, "suff") or "tab",
        restart=integer(value(element, "lvlRestart")),
        legal=bool(switch(element, "isLgl")),
        style=value(element, "pStyle"),
    )
    return integer(attribute(element, "ilvl")) or 0, level
