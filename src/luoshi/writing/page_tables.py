"""The tables of the page: one panel for each kind of thing that was read, one row for each thing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from luoshi.reading.model import Clarity, Commitment, Quantity, Reading
from luoshi.writing.labels import (
    CLARITIES,
    CLARITY_MARKS,
    HORIZONS,
    KINDS,
    OPS,
    QUANTITY_KINDS,
    SIDES,
    Lang,
    listing,
    pick,
    why_unclear,
)
from luoshi.writing.marks import html_text
from luoshi.writing.numbers import as_written, digits, number, phrase
from luoshi.writing.page_words import word

PANELS = ("c", "a", "q", "g", "u")
_CONTEXT = 14  # characters on either side of a number or an unclear word


@dataclass(frozen=True, slots=True)
class _Panel:
    """A panel's headings, as keys of words, and what makes its rows; the style sheet sets the widths."""

    heads: tuple[str, ...]
    rows: Callable[[Reading, Lang], Iterator[str]]


def panel_html(name: str, reading: Reading, lang: Lang) -> str:
    """The panel ``name`` (one of :data:`PANELS`) as HTML."""
    panel = _PANELS[name]
    rows = "\n".join(panel.rows(reading, lang))
    open_tag = f'<div class="panel" id="p-{name}" role="tabpanel" aria-labelledby="tab-{name}" tabindex="0">'
    if not rows:
        return f'{open_tag}<p class="none">{word("none", lang)}</p></div>'
    heads = "".join(
        f'<th scope="col"><button type="button">{html_text(word(key, lang))}</button></th>' for key in panel.heads
    )
    caption = f'<caption class="vh">{word(name, lang)}</caption>'
    return f"{open_tag}<table>{caption}<thead><tr>{heads}</tr></thead><tbody>\n{rows}\n</tbody></table></div>"


def mobile_labels(lang: Lang) -> str:
    """Style that puts a heading's word before a cell, for screens too narrow for columns."""
    wanted = (("c", 4, "deadline"), ("q", 3, "value"), ("g", 4, "mentions"))
    rules = "".join(
        f'#p-{name} td:nth-child({column})::before{{content:"{word(key, lang)} ";color:var(--soft);font-size:.82rem}}'
        for name, column, key in wanted
    )
    return f"@media screen and (max-width:60rem){{{rules}}}\n"


def _row(name: str, index: int, cells: list[str], data: str = "") -> str:
    link = f"<td data-v={index}><a href=#t-{name}{index}>{index}</a>"
    return f"<tr id=r-{name}{index} data-i={index}{data}>{link}{''.join(cells)}"


def _cell(html: str, value: str = "") -> str:
    return f"<td{value}>{html}"


def _commitments(reading: Reading, lang: Lang) -> Iterator[str]:
    titles = _titles(reading)
    mixed = len({promise.horizon for promise in reading.commitments}) > 1
    for index, promise in enumerate(reading.commitments, start=1):
        missing = _missing(promise.clarity)
        about = [titles.get(promise.section, ""), pick(KINDS[promise.kind], lang)]
        if mixed:
            about.append(pick(HORIZONS[promise.horizon], lang))
        cells = [
            _cell(html_text(promise.text) + _sub(" · ".join(part for part in about if part))),
            _cell(_phrases(promise, reading, lang)),
            _cell(_deadline(promise, lang)),
            _cell(_clarity(promise.clarity, lang), f" data-v={len(missing)}"),
        ]
        lacking = f' data-l="{" ".join(missing)}"' if missing else ""
        yield _row("c", index, cells, f" data-k={promise.kind}{lacking}")


def _achievements(reading: Reading, lang: Lang) -> Iterator[str]:
    titles = _titles(reading)
    for index, done in enumerate(reading.achievements, start=1):
        about = [titles.get(done.section, ""), pick(KINDS[done.kind], lang)]
        words = html_text(done.text) + _sub(" · ".join(part for part in about if part))
        yield _row("a", index, [_cell(words), _cell(_phrases(done, reading, lang))])


def _quantities(reading: Reading, lang: Lang) -> Iterator[str]:
    for index, found in enumerate(reading.quantities, start=1):
        cells = [
            _cell(_in_context(reading.source.text, found.start, found.end)),
            _cell(html_text(_figure(found, lang)), f" data-v={number(found.value)}"),
            _cell(f"{pick(SIDES[found.side], lang)}" + _sub(pick(QUANTITY_KINDS[found.kind], lang))),
        ]
        yield _row("q", index, cells)


def _glossary(reading: Reading, lang: Lang) -> Iterator[str]:
    for index, term in enumerate(reading.glossary, start=1):
        uses = len(term.mentions)
        cells = [_cell(html_text(term.term)), _cell(html_text(term.definition)), _cell(str(uses), f" data-v={uses}")]
        yield _row("g", index, cells)


def _unclear(reading: Reading, lang: Lang) -> Iterator[str]:
    for index, item in enumerate(reading.unclear, start=1):
        yield _row(
            "u",
            index,
            [
                _cell(_in_context(reading.source.text, item.start, item.end)),
                _cell(html_text(why_unclear(item.why, lang))),
            ],
        )


_PANELS: dict[str, _Panel] = {
    "c": _Panel(("number", "task", "targets", "deadline", "clarity"), _commitments),
    "a": _Panel(("number", "done", "figures"), _achievements),
    "q": _Panel(("number", "context", "value", "side"), _quantities),
    "g": _Panel(("number", "term", "definition", "mentions"), _glossary),
    "u": _Panel(("number", "words", "why"), _unclear),
}


def _titles(reading: Reading) -> dict[str, str]:
    return {section.id: section.path.split(" > ")[-1] for section in reading.sections}


def _sub(text: str) -> str:
    return f"<span class=s>{html_text(text)}</span>"


def _phrases(clause: Commitment, reading: Reading, lang: Lang) -> str:
    text = reading.source.text
    phrases = (html_text(phrase(target, text, lang)) for target in clause.targets)
    return "".join(f"<span class=t>{words}</span>" for words in phrases)


def _deadline(promise: Commitment, lang: Lang) -> str:
    if promise.clarity.when and promise.deadline:
        return html_text(promise.deadline)
    return f"<span class=s>{word('no_deadline', lang)}</span>"


def _missing(clarity: Clarity) -> list[str]:
    return [key for key in CLARITIES if not getattr(clarity, key)]


def _clarity(clarity: Clarity, lang: Lang) -> str:
    """Four signs, solid for what is given and dashed for what is missing; said in words for those who cannot see."""
    missing = _missing(clarity)
    signs = "".join(
        f'<i class="{"d m" if key in missing else "d"}">{pick(CLARITY_MARKS[key], lang)}</i>' for key in CLARITIES
    )
    names = listing([pick(CLARITIES[key], lang) for key in missing], lang)
    said = word("missing", lang) + names if missing else word("complete", lang)
    return f'<span aria-hidden=true title="{said}">{signs}</span><span class=vh>{said}</span>'


def _figure(found: Quantity, lang: Lang) -> str:
    value, unit = as_written(found.value, found.unit, found.text)
    high = found.value_high
    shown = digits(value)
    if high is not None:
        shown += "–" + digits(high * value / found.value if found.value else high)
    sign = "" if found.op == "=" else pick(OPS[found.op], lang) + " "
    return f"{sign}{shown} {unit}".strip()


def _in_context(text: str, start: int, end: int) -> str:
    left = text[max(0, start - _CONTEXT) : start].rsplit("\n", 1)[-1]
    right = text[end : end + _CONTEXT].split("\n", 1)[0]
    return f"{html_text(left)}<b>{html_text(text[start:end])}</b>{html_text(right)}"
