"""The taxonomy of an annual report (XBRL 2.1), made from the definitions of its figures. Pure; always the same bytes.

``taxonomy/figures.xsd``        an element for each figure, and where the linkbases are
``taxonomy/labels-zh.xml``      its Chinese name, and its basis 口径 as documentation; ``labels-en.xml`` in English
``taxonomy/presentation.xml``   figures in their order, under the pack that defines them
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final
from xml.sax.saxutils import quoteattr

from luoshi.figures.definitions import FigureDef
from luoshi.writing.annual.model import Annual, Language
from luoshi.writing.annual.tags import DTR, FIGURES, LINK, TYPES, XBRLI, XLINK, XSI, clean, type_of

FOLDER: Final = "taxonomy"
ENTRY: Final = f"{FOLDER}/figures.xsd"
_HEAD: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'
_STANDARD: Final = "http://www.xbrl.org/2003/role/link"
_LABEL: Final = "http://www.xbrl.org/2003/role/label"
_DOCUMENTATION: Final = "http://www.xbrl.org/2003/role/documentation"
_CONCEPT_LABEL: Final = "http://www.xbrl.org/2003/arcrole/concept-label"
_PARENT_CHILD: Final = "http://www.xbrl.org/2003/arcrole/parent-child"
_LINKBASES: Final = (
    ("labels-zh.xml", "http://www.xbrl.org/2003/role/labelLinkbaseRef"),
    ("labels-en.xml", "http://www.xbrl.org/2003/role/labelLinkbaseRef"),
    ("presentation.xml", "http://www.xbrl.org/2003/role/presentationLinkbaseRef"),
)
_XSD: Final = "http://www.w3.org/2001/XMLSchema"
_LINKBASE_ROOT: Final = (
    f'<link:linkbase xmlns:link="{LINK}" xmlns:xlink="{XLINK}" xmlns:xsi="{XSI}" '
    f'xsi:schemaLocation="{LINK} http://www.xbrl.org/2003/xbrl-linkbase-2003-12-31.xsd">'
)


def files(annual: Annual) -> dict[str, bytes]:
    """The taxonomy's files: path beside the report → bytes. Only figures that are in the report have an element."""
    return files_of(one.definition for one in annual.figures.values())


def files_of(every: Iterable[FigureDef]) -> dict[str, bytes]:
    """The same of definitions, which may stand there more than once."""
    definitions = sorted({one.id: one for one in every}.values(), key=lambda one: one.id)
    made = {
        "figures.xsd": _schema(definitions),
        "labels-zh.xml": _labels(definitions, "zh"),
        "labels-en.xml": _labels(definitions, "en"),
        "presentation.xml": _presentation(definitions),
    }
    return {f"{FOLDER}/{name}": (_HEAD + "\n".join(lines) + "\n").encode() for name, lines in made.items()}


def element_id(name: str) -> str:
    """The id of the element of a figure, or of the heading of a pack."""
    return f"figures_{name}"


def _packs(definitions: Iterable[FigureDef]) -> list[str]:
    return sorted({one.id.partition(".")[0] for one in definitions})


def _schema(definitions: list[FigureDef]) -> Iterator[str]:
    yield (
        f'<xsd:schema xmlns:xsd="{_XSD}" xmlns:xbrli="{XBRLI}" xmlns:link="{LINK}" xmlns:xlink="{XLINK}" '
        f'xmlns:dtr="{DTR}" xmlns:figures="{FIGURES}" targetNamespace="{FIGURES}" '
        'elementFormDefault="qualified" attributeFormDefault="unqualified">'
    )
    yield "  <xsd:annotation><xsd:appinfo>"
    for name, role in _LINKBASES:
        yield (
            f'    <link:linkbaseRef xlink:type="simple" xlink:href="{name}" xlink:role="{role}" '
            'xlink:arcrole="http://www.w3.org/1999/xlink/properties/linkbase"/>'
        )
    yield "  </xsd:appinfo></xsd:annotation>"
    yield f'  <xsd:import namespace="{XBRLI}" schemaLocation="http://www.xbrl.org/2003/xbrl-instance-2003-12-31.xsd"/>'
    yield f'  <xsd:import namespace="{DTR}" schemaLocation="https://www.xbrl.org/dtr/type/2022-03-31/types.xsd"/>'
    for pack in _packs(definitions):
        yield _element(pack, "xbrli:stringItemType", abstract=True)
    for one in definitions:
        yield _element(one.id, TYPES[type_of(one)])
    yield "</xsd:schema>"


def _element(name: str, kind: str, *, abstract: bool = False) -> str:
    more = ' abstract="true"' if abstract else ""
    return (
        f'  <xsd:element id={quoteattr(element_id(name))} name={quoteattr(name)} type="{kind}" '
        f'substitutionGroup="xbrli:item" xbrli:periodType="duration" nillable="true"{more}/>'
    )


def _labels(definitions: list[FigureDef], lang: Language) -> Iterator[str]:
    tongue = "zh-CN" if lang == "zh" else "en"
    yield _LINKBASE_ROOT
    yield f'  <link:labelLink xlink:type="extended" xlink:role="{_STANDARD}">'
    for pack in _packs(definitions):
        # A pack's name is that of its folder in both languages; what it is called stands in its own file.
        yield from _label(pack, tongue, ((_LABEL, pack),))
    for one in definitions:
        name, basis = (one.zh, one.basis.zh) if lang == "zh" else (one.en, one.basis.en)
        yield from _label(one.id, tongue, ((_LABEL, name), (_DOCUMENTATION, basis)))
    yield "  </link:labelLink>"
    yield "</link:linkbase>"


def _label(name: str, tongue: str, texts: Iterable[tuple[str, str]]) -> Iterator[str]:
    yield f"    {_locator(name)}"
    for role, text in texts:
        yield (
            f'    <link:label xlink:type="resource" xlink:label={quoteattr(f"label_{name}")} xlink:role="{role}" '
            f'xml:lang="{tongue}">{clean(text)}</link:label>'
        )
    yield (
        f'    <link:labelArc xlink:type="arc" xlink:arcrole="{_CONCEPT_LABEL}" '
        f"xlink:from={quoteattr(f'at_{name}')} xlink:to={quoteattr(f'label_{name}')}/>"
    )


def _locator(name: str) -> str:
    return (
        f'<link:loc xlink:type="locator" xlink:href={quoteattr(f"figures.xsd#{element_id(name)}")} '
        f"xlink:label={quoteattr(f'at_{name}')}/>"
    )


def _presentation(definitions: list[FigureDef]) -> Iterator[str]:
    yield _LINKBASE_ROOT
    yield f'  <link:presentationLink xlink:type="extended" xlink:role="{_STANDARD}">'
    for pack in _packs(definitions):
        yield f"    {_locator(pack)}"
        own = [one.id for one in definitions if one.id.partition(".")[0] == pack]
        for order, name in enumerate(own, 1):
            yield f"    {_locator(name)}"
            yield (
                f'    <link:presentationArc xlink:type="arc" xlink:arcrole="{_PARENT_CHILD}" '
                f'xlink:from={quoteattr(f"at_{pack}")} xlink:to={quoteattr(f"at_{name}")} order="{order}"/>'
            )
    yield "  </link:presentationLink>"
    yield "</link:linkbase>"
