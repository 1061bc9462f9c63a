"""A reading as one page: the report with its marks on the left, tables of what was read on the right.

The page needs nothing but itself: style and script are inline and allowed by their digests, nothing is loaded, and
every word of the report is escaped. Without script it is still a report with links into its tables.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from importlib import resources
from string import Template

from luoshi.reading.model import Commitment, Reading
from luoshi.writing.labels import CLARITIES, KINDS, Lang, check_lang, pick
from luoshi.writing.marks import Mark, html_text, marked_lines
from luoshi.writing.page_tables import PANELS, mobile_labels, panel_html
from luoshi.writing.page_words import word

_TITLE_SLACK = 8  # characters that a heading's line may hold beside the heading: a number, a full stop
_TIP = 120  # characters of a definition shown on hover; the whole of it is one click away


def render_page(reading: Reading, *, lang: str = "zh") -> str:
    """``reading`` as a self-contained HTML document, its words in ``lang`` (``zh`` or ``en``; else ``ValueError``)."""
    tongue = check_lang(lang)
    style = _asset("page.css") + mobile_labels(tongue)
    script = _asset("page.js")
    heading = html_text(_heading(reading, tongue))
    words = {key: html_text(word(key, tongue)) for key in _IN_TEMPLATE}
    return Template(_asset("page.html")).substitute(
        words,
        lang="zh-CN" if tongue == "zh" else "en",
        title=heading,
        heading=heading,
        style=style,
        script=script,
        style_hash=_digest(style),
        script_hash=_digest(script),
        **{"from": _source(reading, tongue)},
        summary=_summary(reading, tongue),
        article="\n".join(_article(reading, tongue)),
        tabs=_tabs(reading, tongue),
        kinds=_options(word("all_kinds", tongue), {key: pick(KINDS[key], tongue) for key in KINDS}),
        lacks=_options(
            word("all_lacks", tongue),
            {key: f"{word('lacks', tongue)} {pick(CLARITIES[key], tongue)}" for key in CLARITIES},
        ),
        panels="\n".join(panel_html(name, reading, tongue) for name in PANELS),
    )


_IN_TEMPLATE = (
    *("skip", "text", "table", "panes", "report", "lists", "filter", "filter_hint", "kind", "lack"),
    *("keys_move", "keys_jump", "keys_filter", "keys_back"),
)


def _asset(name: str) -> str:
    return resources.files("luoshi.writing").joinpath("assets", name).read_text("utf-8")


def _digest(content: str) -> str:
    """The source expression of Content Security Policy 3 that allows exactly this inline ``content``."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"


def _heading(reading: Reading, lang: Lang) -> str:
    """Place and year where both are known; else the report's own title."""
    if reading.place and reading.plan_year:
        return f"{reading.place}{reading.plan_year}年政府工作报告"
    return reading.title or reading.place + word("title", lang)


def _source(reading: Reading, lang: Lang) -> str:
    digest = reading.source.sha256[:12] + "…"
    chars = f"{len(reading.source.text):,}"
    return html_text(word("source", lang).format(name=reading.source.name, chars=chars, digest=digest))


def _summary(reading: Reading, lang: Lang) -> str:
    promises = reading.commitments
    figures = [
        ("promises", len(promises)),
        ("numeric", sum(c.kind == "numeric" for c in promises)),
        ("relative", sum(c.kind == "relative" for c in promises)),
        ("achieved", len(reading.achievements)),
        ("numbers", len(reading.quantities)),
    ]
    lacks = [
        ("no_who", sum(not c.clarity.who for c in promises)),
        ("no_standard", sum(not c.clarity.standard for c in promises)),
        ("no_when", sum(not c.clarity.when for c in promises)),
    ]
    plain = [f"<li><b>{count:,}</b> {word(key, lang)}</li>" for key, count in figures]
    return "".join([*plain, *(f'<li class="need"><b>{n:,}</b> {word(key, lang)}</li>' for key, n in lacks if n)])


def _tabs(reading: Reading, lang: Lang) -> str:
    counts = (
        len(items)
        for items in (
            reading.commitments,
            reading.achievements,
            reading.quantities,
            reading.glossary,
            reading.unclear,
        )
    )
    return "".join(
        f'<button type="button" role="tab" id="tab-{name}" aria-controls="p-{name}" aria-selected="false">'
        f"{word(name, lang)}<small>{count:,}</small></button>"
        for name, count in zip(PANELS, counts, strict=True)
    )


def _options(every: str, options: dict[str, str]) -> str:
    first = f'<option value="">{html_text(every)}</option>'
    return first + "".join(f'<option value="{key}">{html_text(text)}</option>' for key, text in options.items())


def _article(reading: Reading, lang: Lang) -> Iterator[str]:
    text = reading.source.text
    titles = {section.start: section for section in reading.sections if section.title}
    for start, end, html in marked_lines(text, _marks(reading, lang)):
        line = text[start:end]
        first = start + len(line) - len(line.lstrip())
        section = titles.get(first)
        if section is not None and len(line.strip()) <= len(section.title) + _TITLE_SLACK:
            level = min(section.level + 1, 5)
            yield f"<h{level}>{html}</h{level}>"
        else:
            yield f"<p>{html}</p>"


def _marks(reading: Reading, lang: Lang) -> Iterator[Mark]:
    for number, promise in enumerate(reading.commitments, start=1):
        yield _clause_mark("c", number, promise, lang)
    for number, done in enumerate(reading.achievements, start=1):
        yield _clause_mark("a", number, done, lang)
    for number, item in enumerate(reading.unclear, start=1):
        yield _mark((item.start, item.end), "u", f"u{number}", order=1)
    for number, found in enumerate(reading.quantities, start=1):
        look = "q" if found.tier == "core" else '"q o"'
        yield _mark((found.start, found.end), look, f"q{number}", order=3)
    for number, term in enumerate(reading.glossary, start=1):
        yield _mark((term.start, term.end), "e", f"g{number}")
    yield from _links(reading)


def _mark(span: tuple[int, int], look: str, key: str, *, order: int = 0, tail: str = "") -> Mark:
    first, later = f"<span class={look} id=t-{key}>", f"<span class={look} data-m={key}>"
    return Mark(*span, first, later, "</span>", tail, order)


def _clause_mark(name: str, number: int, clause: Commitment, lang: Lang) -> Mark:
    """The clause, and behind it its number as a link to its row; a promise that lacks a clarity has a red number."""
    clarity = clause.clarity
    lacking = name == "c" and not (clarity.who and clarity.what and clarity.standard and clarity.when)
    look = '"n w"' if lacking else "n"
    label = f"{word(name, lang)} {number}"
    tail = f'<a class={look} href=#r-{name}{number} aria-label="{label}">{number}</a>'
    return _mark((clause.start, clause.end), name, f"{name}{number}", tail=tail)


def _links(reading: Reading) -> Iterator[Mark]:
    """Links from the report's terms to their definitions; of two that overlap one is made, as links cannot nest."""
    found = sorted(
        ((start, end, number) for number, term in enumerate(reading.glossary, start=1) for start, end in term.mentions),
        key=lambda mention: (mention[0], -mention[1]),
    )
    last = -1
    for start, end, number in found:
        if start < last:
            continue
        last = end
        tip = html_text(reading.glossary[number - 1].definition[:_TIP])
        tag = f'<a class=g href=#r-g{number} title="{tip}">'
        yield Mark(start, end, tag, tag, "</a>", order=2)
