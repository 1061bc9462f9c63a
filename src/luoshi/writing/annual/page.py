"""An annual report as one page of XHTML 1.1 in which every number is an Inline XBRL 1.1 fact. Pure.

A number is ``<span class="figure" id="n1"><ix:nonFraction …>5,132</ix:nonFraction>件</span>``; one without a value is a
nil fact and the words that say why; one that was typed by hand is ``<span class="typed">`` and no fact. The tables of
the annex state every figure exactly, tagged likewise. :func:`luoshi.writing.annual.page_data.data` stands in the page
as data. Nothing is inline: style and scripts are files in ``assets``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final
from xml.sax.saxutils import quoteattr

from luoshi.figures.evaluating import Figure
from luoshi.ledger.relations import bounds
from luoshi.writing.annual.model import Annual, Block, Heading, Inline, Items, Number, Paragraph, Table, Text, Typed
from luoshi.writing.annual.page_data import data, embedded
from luoshi.writing.annual.page_words import word
from luoshi.writing.annual.shown import day_name, period_name, period_told, running_until, unit_alone
from luoshi.writing.annual.tags import (
    DISTRICTS,
    FIGURES,
    FORMAT,
    ISO4217,
    IX,
    IXT,
    LINK,
    UNITS,
    XBRLI,
    XHTML,
    XLINK,
    XSI,
    clean,
    context_id,
    shown,
    unit_of,
)
from luoshi.writing.annual.taxonomy import ENTRY

_SPACES: Final = {
    "": XHTML,
    "ix": IX,
    "ixt": IXT,
    "xbrli": XBRLI,
    "link": LINK,
    "xlink": XLINK,
    "xsi": XSI,
    "iso4217": ISO4217,
    "figures": FIGURES,
    "units": UNITS,
}
_DOCTYPE_FREE: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'
"""No document type: a reader that refuses declarations of entities reads the page, too."""


def page(annual: Annual, *, assets: str = "assets/") -> bytes:
    """The report's page; styles and scripts are in the folder ``assets`` beside it.

    Raises ValueError if a number's digits do not tell its value: that is a fault of what composed the report.
    """
    return ("\n".join(_Page(annual, assets).lines()) + "\n").encode()


@dataclass(slots=True)
class _Page:
    annual: Annual
    assets: str
    level: int = 1
    headings: int = 0
    numbers: list[Number] = field(default_factory=list)
    units: dict[str, str] = field(default_factory=dict)

    def lines(self) -> Iterator[str]:
        annual = self.annual
        blocks = list(annual.blocks)
        first = blocks.pop(0) if blocks and _is_title(blocks[0]) else Heading(1, (Text(annual.title),))
        assert isinstance(first, Heading)
        # The text is written first: it finds the numbers and units that the head tells.
        title = f'<h1 class="title">{self.inlines(first.inlines)}</h1>'
        text = [line for block in blocks for line in self.block(block)]
        annex = list(self.annex())
        yield (
            _DOCTYPE_FREE
            + "<html "
            + " ".join(f'xmlns{":" if prefix else ""}{prefix}="{space}"' for prefix, space in _SPACES.items())
            + f' xml:lang="{self.tongue}">'
        )
        yield from self.head()
        yield '<body class="report">'
        yield f'<div class="skip"><a href="#text">{self.word("skip")}</a></div>'
        yield from self.header()
        yield '<div class="page">'
        yield title
        yield from self.front()
        yield from self.contents(blocks)
        yield '<div class="text" id="text">'
        yield from text
        yield "</div>"
        yield from annex
        yield from self.proof()
        yield "</div>"
        # XHTML 1.1 gives a script no id; the text of what is around it is the same.
        told = embedded(data(annual, self.numbers))
        yield f'<div class="data" id="figures"><script type="application/json">{told}</script></div>'
        yield "</body>"
        yield "</html>"

    @property
    def tongue(self) -> str:
        return "zh-CN" if self.annual.lang == "zh" else "en"

    def word(self, key: str, **fields: object) -> str:
        return clean(word(key, self.annual.lang).format(**fields))

    # --- head and hidden header

    def head(self) -> Iterator[str]:
        yield "<head>"
        yield '<meta http-equiv="Content-Type" content="application/xhtml+xml; charset=UTF-8"/>'
        yield '<meta name="viewport" content="width=device-width, initial-scale=1"/>'
        yield f"<title>{clean(self.annual.title)}</title>"
        yield f'<link rel="stylesheet" type="text/css" href={quoteattr(self.assets + "report.css")}/>'
        yield f'<link rel="icon" type="image/svg+xml" href={quoteattr(self.assets + "icon.svg")}/>'
        source = quoteattr(self.assets + "report.js")
        yield f'<script type="text/javascript" src={source} defer="defer"></script>'
        yield "</head>"

    def header(self) -> Iterator[str]:
        yield '<div class="tags"><ix:header>'
        yield f'<ix:references><link:schemaRef xlink:type="simple" xlink:href="{ENTRY}"/></ix:references>'
        yield "<ix:resources>"
        for period in sorted({period for _, period in self.annual.figures}):
            first, last = bounds(period)
            yield (
                f'<xbrli:context id="{context_id(period)}"><xbrli:entity>'
                f'<xbrli:identifier scheme="{DISTRICTS}">{clean(self.annual.district)}</xbrli:identifier>'
                f"</xbrli:entity><xbrli:period><xbrli:startDate>{first}</xbrli:startDate>"
                f"<xbrli:endDate>{last}</xbrli:endDate></xbrli:period></xbrli:context>"
            )
        for measure, name in self.units.items():
            yield f'<xbrli:unit id="{name}"><xbrli:measure>{measure}</xbrli:measure></xbrli:unit>'
        yield "</ix:resources>"
        yield "</ix:header></div>"

    # --- the text

    def front(self) -> Iterator[str]:
        annual = self.annual
        place = annual.district_name[0 if annual.lang == "zh" else 1]
        made = f"{word('made_on', annual.lang)} {day_name(annual.made_on.isoformat(), annual.lang)}"
        told = (place, self.period(), made)
        yield f'<p class="front">{clean(" · ".join(told))}</p>'

    def period(self) -> str:
        """The report's period in words; while it runs, with the last day that the ledger has reached."""
        mine = (one for one in self.annual.figures.values() if one.period == self.annual.period)
        found = next(mine, None)
        return (
            period_name(self.annual.period, self.annual.lang) if found is None else period_told(found, self.annual.lang)
        )

    def contents(self, blocks: Sequence[Block]) -> Iterator[str]:
        told = [block for block in blocks if isinstance(block, Heading)]
        yield f'<div class="contents"><h2>{self.word("contents")}</h2><ol>'
        level = 1
        for number, one in enumerate(told, 1):
            level = _level(one, level)
            if level == 2:
                yield f'<li><a href="#h{number}">{clean(plain(one.inlines))}</a></li>'
        yield f'<li><a href="#annex">{self.word("annex")}</a></li>'
        yield f'<li><a href="#proof">{self.word("proof")}</a></li>'
        yield "</ol></div>"

    def block(self, block: Block) -> Iterator[str]:
        if isinstance(block, Heading):
            self.headings += 1
            self.level = _level(block, self.level)
            yield f'<h{self.level} id="h{self.headings}">{self.inlines(block.inlines)}</h{self.level}>'
        elif isinstance(block, Paragraph):
            yield f"<p>{self.inlines(block.inlines)}</p>"
        elif isinstance(block, Items):
            yield "<ul>" + "".join(f"<li>{self.inlines(item)}</li>" for item in block.items) + "</ul>"
        else:
            yield from self.table(block)

    def table(self, block: Table) -> Iterator[str]:
        if not block.rows:
            return
        head, *rows = block.rows
        yield '<div class="wide"><table><thead><tr>'
        yield "".join(f'<th scope="col">{self.inlines(cell)}</th>' for cell in head)
        yield "</tr></thead><tbody>"
        for row in rows or [tuple(() for _ in head)]:
            cells = []
            for place, cell in enumerate(row):
                named = place == 0 and any(isinstance(one, Text) and one.text for one in cell)
                named = named and all(isinstance(one, Text) for one in cell)
                mark, scope = ("th", ' scope="row"') if named else ("td", "")
                kind = ' class="number"' if any(isinstance(one, Number) for one in cell) else ""
                cells.append(f"<{mark}{scope}{kind}>{self.inlines(cell)}</{mark}>")
            yield f"<tr>{''.join(cells)}</tr>"
        yield "</tbody></table></div>"

    def inlines(self, inlines: Sequence[Inline]) -> str:
        return "".join(self.inline(one) for one in inlines)

    def inline(self, one: Inline) -> str:
        if isinstance(one, Text):
            return clean(one.text)
        if isinstance(one, Typed):
            title = quoteattr(word("typed", self.annual.lang))
            mark = f'<a class="mark" href="#typed">{self.word("typed_mark")}</a>'
            return f'<span class="typed" title={title}>{clean(one.text)}</span>{mark}'
        return self.number(one)

    def number(self, one: Number) -> str:
        self.numbers.append(one)
        figure = self.annual.figures[one.figure]
        measure = unit_of(figure.unit).measure
        unit = self.units.setdefault(measure, f"u-{len(self.units) + 1}")
        tag = f'<ix:nonFraction name="figures:{figure.id}" contextRef="{context_id(figure.period)}" unitRef="{unit}"'
        if one.value is None:
            nil = f'{tag} xsi:nil="true"></ix:nonFraction>'
            return f'<span class="figure none" id="{one.key}">{nil}{clean(one.words)}</span>'
        told = shown(one, figure.unit)
        sign = ' sign="-"' if told.negative else ""
        scale = f' scale="{told.scale}"' if told.scale else ""
        fact = f'{tag} format="{FORMAT}" decimals="{told.decimals}"{scale}{sign}>{told.digits}</ix:nonFraction>'
        minus = "−" if told.negative else ""
        return f'<span class="figure" id="{one.key}">{minus}{fact}{clean(one.unit)}</span>'

    # --- what follows the text

    def annex(self) -> Iterator[str]:
        places: dict[tuple[str, str], list[str]] = {}
        for one in self.annual.numbers():
            places.setdefault(one.figure, []).append(one.key)
        columns = ("name", "value", "period", "basis", "entries")
        yield f'<div class="annex"><h2 id="annex">{self.word("annex")}</h2><p>{self.word("annex_lead")}</p>'
        yield '<div class="wide"><table class="figures"><thead><tr>'
        yield "".join(f'<th scope="col">{self.word(one)}</th>' for one in columns) + "</tr></thead><tbody>"
        for number, (key, figure) in enumerate(sorted(self.annual.figures.items()), 1):
            links = " ".join(f'<a href="#{one}">{one.removeprefix("n")}</a>' for one in places.get(key, ()))
            yield self.row(self.exact(f"a{number}", key, figure), figure, links)
        yield "</tbody></table></div></div>"

    def row(self, value: Number, figure: Figure, links: str) -> str:
        zh = self.annual.lang == "zh"
        definition = figure.definition
        name = clean(figure.names[0] if zh else figure.names[1])
        basis = clean(definition.basis.zh if zh else definition.basis.en)
        if definition.denominator is not None:
            below = clean(definition.denominator.zh if zh else definition.denominator.en)
            basis += f'<span class="denominator">{self.word("denominator")}{below}</span>'
        places = f'<span class="places">{self.word("places")} {links}</span>' if links else ""
        reached = running_until(figure)
        until = (
            f'<span class="until">{self.word("until", day=day_name(reached, self.annual.lang))}</span>'
            if reached
            else ""
        )
        period = clean(period_name(figure.period, self.annual.lang)) + until
        count = self.word("entries_of", count=f"{len(figure.entries or ()):,}")
        return (
            f'<tr><th scope="row">{name}<span class="id">{figure.id}</span>{places}</th>'
            f'<td class="number">{self.number(value)}</td><td>{period}</td>'
            f'<td class="basis">{basis}</td><td class="number">{count}</td></tr>'
        )

    def exact(self, key: str, figure: tuple[str, str], one: Figure) -> Number:
        """A figure as the annex states it: in its own unit, to its own precision."""
        words = "" if one.reason is None else word(one.reason, self.annual.lang)
        if one.value is None:
            return Number(key, figure, "", None, 0, 0, "", words, (0, 0))
        unit = unit_alone(one.unit, self.annual.lang, one.value)
        places = -int(one.value.as_tuple().exponent)
        return Number(key, figure, f"{one.value:,f}", one.value, 0, places, unit, words, (0, 0))

    def proof(self) -> Iterator[str]:
        annual = self.annual
        told = (
            ("origin", f'<span id="ledger-origin">{clean(annual.origin)}</span>'),
            ("size", f'<span id="ledger-size">{annual.size}</span>'),
            ("root", f'<span id="ledger-root">{clean(annual.root)}</span>'),
            ("ledger", f'<a href="ledger/manifest.json">{self.word("ledger_link")}</a>'),
            ("taxonomy", f'<a href="{ENTRY}">{self.word("taxonomy_link")}</a>'),
            ("command", "<code>luoshi verify report.html ledger</code>"),
        )
        yield f'<div class="proof"><h2 id="proof">{self.word("proof")}</h2><p>{self.word("proof_lead")}</p><dl>'
        for key, value in told:
            yield f"<dt>{self.word(key)}</dt><dd>{value}</dd>"
        yield f'</dl><p class="note" id="typed">{self.word("typed_lead")}</p></div>'


def plain(inlines: Sequence[Inline]) -> str:
    """A run of text without its tags."""
    found = []
    for one in inlines:
        if isinstance(one, Number):
            found.append(one.words if one.value is None else f"{one.digits}{one.unit}")
        else:
            found.append(one.text)
    return "".join(found)


def _level(one: Heading, before: int) -> int:
    """The level of a heading in the page: one left out would leave a reader who goes by headings in doubt."""
    return max(2, min(one.level, before + 1, 6))


def _is_title(block: Block) -> bool:
    return isinstance(block, Heading) and block.level == 1
