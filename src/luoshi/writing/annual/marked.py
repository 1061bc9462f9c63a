"""Reading a report's page back: its tags, contexts, units, data and what it says of its ledger. Pure.

The page is somebody else's: its size and depth are bounded, and a document type is refused, so that no entity is
declared or fetched. Everything of Inline XBRL that :mod:`luoshi.writing.annual.page` does not write is named.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final
from xml.parsers import expat

from luoshi.writing.annual.errors import AnnualError
from luoshi.writing.annual.tags import DIGITS, FIGURES, FORMAT, IX, IXT, LINK, XBRLI, XHTML, XSI, period_of

MOST_BYTES: Final = 64 * 1024 * 1024
DEEPEST: Final = 200
_OURS: Final = frozenset({"header", "references", "resources", "nonFraction"})
_ATTRIBUTES: Final = frozenset({"name", "contextRef", "unitRef", "format", "decimals", "scale", "sign", f"{XSI} nil"})
_LEDGER: Final = {"ledger-origin": "origin", "ledger-size": "size", "ledger-root": "root"}


@dataclass(slots=True)
class Tag:
    """A fact as it stands in the page. ``place`` is the id of the span around it, ``line`` where it begins."""

    place: str
    line: int
    attributes: dict[str, str]
    digits: str = ""

    @property
    def figure(self) -> str:
        """The id of the figure that it names; empty if it names none of ours."""
        space, _, name = self.attributes.get("name", "").rpartition(" ")
        return name if space == FIGURES else ""

    @property
    def is_none(self) -> bool:
        """Whether it says that there is no value."""
        return self.attributes.get(f"{XSI} nil") in ("true", "1")

    def value(self) -> Decimal | None:
        """What it says, in its measure; None if it says nothing that can be read."""
        told = self.attributes
        scale = told.get("scale", "0")
        if told.get("format") != f"{IXT} {FORMAT.partition(':')[2]}" or DIGITS.fullmatch(self.digits) is None:
            return None
        if _small(scale) is None or told.get("sign", "-") != "-":
            return None
        return Decimal(self.digits.replace(",", "")).scaleb(int(scale)) * (-1 if "sign" in told else 1)

    def decimals(self) -> int | None:
        """How many decimals of the measure are right, if it says as many as its digits show; else None."""
        told, scale = _small(self.attributes.get("decimals", "")), _small(self.attributes.get("scale", "0"))
        if told is None or scale is None or told + scale != len(self.digits.partition(".")[2]):
            return None
        return told


@dataclass(frozen=True, slots=True)
class Context:
    """Whom and which period the facts of a context are of; ``period`` is None if it is none that figures have."""

    scheme: str
    entity: str
    period: str | None


@dataclass(slots=True)
class Marked:
    """What a page says. ``spans``: id → all the text of a span that holds a figure. ``strange``: (line, what) of what
    the page has and no report does."""

    tags: list[Tag] = field(default_factory=list)
    contexts: dict[str, Context] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    spans: dict[str, str] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    ledger: dict[str, str] = field(default_factory=dict)
    data: dict[str, Any] = field(default_factory=dict)
    strange: list[tuple[int, str]] = field(default_factory=list)


def read_page(text: bytes) -> Marked:
    """What the page ``text`` says. Raises AnnualError ``page_large``, ``page_xml``, ``page_declares``, ``page_data``
    (the data in it is not what a report has), ``page_none`` (it is no such report)."""
    if len(text) > MOST_BYTES:
        raise AnnualError("page_large", mib=MOST_BYTES // 1024 // 1024)
    reader = _Reader()
    try:
        reader.parser.Parse(text, True)
    except expat.ExpatError as error:
        raise AnnualError("page_xml", line=error.lineno, reason=expat.ErrorString(error.code)) from error
    if not reader.json:
        raise AnnualError("page_none")
    reader.page.data = _data("".join(reader.json))
    return reader.page


class _Reader:
    def __init__(self) -> None:
        self.page = Marked()
        self.json: list[str] = []
        self.path: list[str] = []
        self.spans: list[tuple[int, str]] = []
        self.texts: dict[str, list[str]] = {}
        self.spaces: dict[str, str] = {}
        self.now: dict[str, str] = {}
        # Whatever it declares: one that a browser knows and this parser reads otherwise would make two pages of it.
        self.parser = parser = expat.ParserCreate("utf-8", namespace_separator=" ")
        parser.buffer_text = True
        parser.XmlDeclHandler = self.encoded
        parser.StartDoctypeDeclHandler = self.declares
        parser.EntityDeclHandler = self.declares
        parser.StartNamespaceDeclHandler = self.space
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.CharacterDataHandler = self.text

    def declares(self, *_: object) -> None:
        raise AnnualError("page_declares", line=self.parser.CurrentLineNumber)

    def encoded(self, version: str, encoding: str | None, *_: object) -> None:
        if (encoding or "utf-8").lower() != "utf-8":
            self.strange(f"encoding {encoding}")

    def space(self, prefix: str | None, uri: str) -> None:
        # A prefix that means two things would let a name say another thing than it seems to.
        if self.spaces.setdefault(prefix or "", uri) != uri:
            self.strange(f"xmlns:{prefix}")

    def strange(self, what: str) -> None:
        self.page.strange.append((self.parser.CurrentLineNumber, what[:80]))

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.path.append(name)
        if len(self.path) > DEEPEST:
            raise AnnualError("page_deep", line=self.parser.CurrentLineNumber)
        space, _, local = name.rpartition(" ")
        place = attributes.get("id", "")
        if space == IX:
            self.inline(local, attributes)
        elif space == XBRLI:
            self.resource(local, attributes)
        elif space == XHTML:
            told = attributes.get("class", "").split()
            if "figure" in told or place in _LEDGER:
                self.spans.append((len(self.path), place))
                if place in self.texts:
                    self.strange(f"id {place}")
                self.texts.setdefault(place, [])
                self.page.lines.setdefault(place, self.parser.CurrentLineNumber)
        elif space != LINK:
            self.strange(name)

    def inline(self, local: str, attributes: dict[str, str]) -> None:
        if local not in _OURS:
            self.strange(f"ix:{local}")
        if local != "nonFraction":
            return
        for one in attributes.keys() - _ATTRIBUTES:
            self.strange(f"ix:nonFraction {one}")
        if any(name == f"{IX} nonFraction" for name in self.path[:-1]):
            self.strange("ix:nonFraction")
        resolved = {
            key: self.resolve(value) if key in ("name", "format") else value for key, value in attributes.items()
        }
        place = self.spans[-1][1] if self.spans else ""
        self.page.tags.append(Tag(place, self.parser.CurrentLineNumber, resolved))

    def resolve(self, name: str) -> str:
        prefix, _, local = name.strip().rpartition(":")
        return f"{self.spaces.get(prefix, '')} {local}"

    def resource(self, local: str, attributes: dict[str, str]) -> None:
        self.texts[""] = []
        if local in ("context", "unit"):
            self.now = {"id": attributes.get("id", "")}
        elif local == "identifier":
            self.now["scheme"] = attributes.get("scheme", "")
        elif local not in ("entity", "period", "startDate", "endDate", "measure"):
            self.strange(f"xbrli:{local}")

    def end(self, name: str) -> None:
        space, _, local = name.rpartition(" ")
        if space == XBRLI:
            self.resource_ends(local)
        while self.spans and self.spans[-1][0] == len(self.path):
            _, place = self.spans.pop()
            told = "".join(self.texts[place])
            if place in _LEDGER:
                self.page.ledger[_LEDGER[place]] = told.strip()
            else:
                self.page.spans[place] = told
        self.path.pop()

    def resource_ends(self, local: str) -> None:
        now, page = self.now, self.page
        if local in ("identifier", "startDate", "endDate", "measure"):
            now[local] = "".join(self.texts[""]).strip()
        elif local == "context":
            period = period_of(now.get("startDate", ""), now.get("endDate", ""))
            context = Context(now.get("scheme", ""), now.get("identifier", ""), period)
            if page.contexts.setdefault(now["id"], context) != context:
                self.strange(f"context {now['id']}")
        elif local == "unit":
            measure = self.resolve(now.get("measure", ""))
            if page.units.setdefault(now["id"], measure) != measure:
                self.strange(f"unit {now['id']}")

    def text(self, data: str) -> None:
        if not self.path:
            return
        if self.path[-1] == f"{XHTML} script":
            self.json.append(data)
            return
        space = self.path[-1].rpartition(" ")[0]
        if space == XBRLI:
            self.texts.setdefault("", []).append(data)
        elif space == IX and self.page.tags and self.path[-1].endswith(" nonFraction"):
            self.page.tags[-1].digits += data
        for _, place in self.spans:
            self.texts[place].append(data)


def _small(text: str) -> int | None:
    """A whole number of two digits at most, as scales and decimals are."""
    bare = text.removeprefix("-")
    return int(text) if bare.isascii() and bare.isdecimal() and len(bare) <= 2 else None


_FIGURE_KEYS: Final = frozenset(
    {
        *("id", "period", "from", "to", "names", "unit", "units", "kind", "precision", "basis", "denominator", "query"),
        *("entries_query", "entries", "entries_count", "value", "numerator", "denominator_value", "reason"),
        "mechanisms",
    }
)
_KINDS: Final = (
    ("district", str),
    ("lang", str),
    ("origin", str),
    ("size", int),
    ("root", str),
    ("figures", dict),
    ("numbers", dict),
)
_NUMBER_KEYS: Final = frozenset({"figure", "digits", "scale", "places", "unit"})


def _data(text: str) -> dict[str, Any]:
    try:
        told: dict[str, Any] = json.loads(text)
        good = isinstance(told, dict) and all(isinstance(told[key], kind) for key, kind in _KINDS)
        good = good and told["lang"] in ("zh", "en") and told["ledger"] == "ledger/"
        good = good and all(isinstance(one, dict) and one.keys() == _FIGURE_KEYS for one in told["figures"].values())
        good = good and all(isinstance(one, dict) and one.keys() == _NUMBER_KEYS for one in told["numbers"].values())
    except (ValueError, KeyError, RecursionError) as error:
        raise AnnualError("page_data") from error
    if not good:
        raise AnnualError("page_data")
    return told
