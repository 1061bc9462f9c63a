"""The XML of a Word document, parsed without entities or network, and asked by local names.

Local names, because the same document may be written in the transitional or in the strict namespace (ISO/IEC 29500).
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from lxml import etree

from luoshi.reading.errors import ReadError
from luoshi.reading.sources.archive import Archive

_LOCAL: dict[str, str] = {}


def local(element: etree._Element) -> str:
    """The element's name without its namespace; empty for comments, instructions and entities."""
    tag: object = element.tag
    if not isinstance(tag, str):
        return ""
    name = _LOCAL.get(tag)
    if name is None:
        name = tag.rpartition("}")[2]
        if len(_LOCAL) < 4096:  # a hostile file may invent names without end
            _LOCAL[tag] = name
    return name


def parse(data: bytes, name: str) -> etree._Element:
    """Parse one part. Raises ``corrupt``."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise ReadError("corrupt", name=name, kind="docx") from error
    if root is None:
        raise ReadError("corrupt", name=name, kind="docx")
    return root


def children(element: etree._Element | None, name: str) -> Iterator[etree._Element]:
    """The direct children of that local name."""
    if element is not None:
        for child in element:
            if local(child) == name:
                yield child


def child(element: etree._Element | None, *path: str) -> etree._Element | None:
    """The first descendant along a path of local names."""
    for name in path:
        element = next(children(element, name), None)
    return element


def attribute(element: etree._Element | None, name: str) -> str | None:
    """An attribute by its local name."""
    if element is None:
        return None
    for key, value in element.attrib.items():
        if str(key).rpartition("}")[2] == name:
            return str(value)
    return None


def value(element: etree._Element | None, *path: str) -> str | None:
    """The ``val`` of a descendant."""
    return attribute(child(element, *path), "val")


def integer(text: str | None) -> int | None:
    """A decimal integer of at most nine digits, or None."""
    if text is None or not text.lstrip("-").isdecimal() or len(text) > 9:
        return None
    try:
        return int(text)
    except ValueError:
        return None


def switch(element: etree._Element | None, name: str) -> bool | None:
    """An on/off property (``w:b``): True, False, or None when it is not said."""
    found = child(element, name)
    if found is None:
        return None
    return (attribute(found, "val") or "true").lower() not in ("0", "false", "off", "none")


def related(archive: Archive, part: str) -> dict[str, str]:
    """What a part points at inside the archive: the last word of the relation's type (``styles``) → path."""
    folder, base = posixpath.split(part)
    data = archive.read(posixpath.join(folder, "_rels", base + ".rels"))
    if data is None:
        return {}
    found: dict[str, str] = {}
    for relation in parse(data, archive.name):
        kind, target = relation.get("Type"), relation.get("Target")
        if kind and target and relation.get("TargetMode") != "External":
            path = target if target.startswith("/") else posixpath.join(folder, target)
            found.setdefault(str(kind).rpartition("/")[2], posixpath.normpath(path).lstrip("/"))
    return found
