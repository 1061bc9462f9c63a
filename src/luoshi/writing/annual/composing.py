"""From a template and the ledger to a report: every figure of every period asked, at one moment of the sealed log."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Final, NoReturn, TypeAlias

from luoshi.figures.definitions import FigureDef, load_all
from luoshi.figures.errors import FigureError
from luoshi.figures.evaluating import Figure, evaluate, evaluate_export, kind_of
from luoshi.ledger.checkpoint import parse_checkpoint
from luoshi.ledger.note import Verifier, parse_note
from luoshi.ledger.relations import bounds
from luoshi.writing.annual.beside import beside
from luoshi.writing.annual.claims import Kept, Said, Sources, claims_of, named_in, overdue_of
from luoshi.writing.annual.errors import AnnualError
from luoshi.writing.annual.lines import Line, line_of
from luoshi.writing.annual.model import (
    Annual,
    Block,
    Heading,
    Inline,
    Items,
    Language,
    Number,
    Paragraph,
    Place,
    Table,
    Text,
    Typed,
)
from luoshi.writing.annual.shown import NO_VALUE, Shape, digits, period_name, shape
from luoshi.writing.annual.template import Ask, Template, Words, parse
from luoshi.writing.annual.template import Block as Draft

Key: TypeAlias = tuple[str, str]
Figures: TypeAlias = dict[Key, Figure]
Evaluate: TypeAlias = Callable[[Sequence[str], str, Mapping[str, FigureDef]], list[Figure]]
"""Figures by their ids, for a period."""

TRIES: Final = 3
"""How often the figures are evaluated anew while others go on sealing."""
NOTE_BYTES: Final = 1_000_000
ORDINALS: Final = frozenset({"序号", "编号", "no.", "no", "n", "#"})
"""Headings of columns whose numbers count rows."""


@dataclass(frozen=True, slots=True)
class Order:
    """What a report is of. ``promises``: what was promised of figures, for the claims; ``names``: the district's."""

    district: str
    period: str
    lang: Language
    made_on: date
    name: str
    definitions: Mapping[str, FigureDef]
    promises: Sequence[Kept] = ()
    names: tuple[str, str] = ("", "")


def compose(  # noqa: PLR0913 - what a report is of, each by its name
    template_text: str,
    *,
    district: str,
    period: str,
    lang: Language = "zh",
    made_on: date,
    name: str = "annual.md",
    definitions: Mapping[str, FigureDef] | None = None,
    promises: Sequence[Kept] = (),
    proven: bool = True,
) -> Annual:
    """The report that ``template_text`` (the file ``name``) makes of the store, at one moment of its sealed log.

    ``proven``: else entries may be unsealed, and the report has no root then. Raises AnnualError: the template's, with
    its place; ``unsealed`` while an entry that counts is not sealed, ``moving`` if the log grows faster than it is
    asked. FigureError, MechanismError as ``evaluate``.
    """
    from luoshi.sealing import log  # noqa: PLC0415 - offline there is no store

    order = Order(
        district, period, lang, made_on, name, definitions if definitions is not None else load_all(), promises,
        _district_names(district),
    )  # fmt: skip

    def ask(ids: Sequence[str], of: str, known: Mapping[str, FigureDef]) -> list[Figure]:
        return evaluate(district, ids, of, definitions=known)

    head = log.head()
    return _compose(template_text, order, ask, head.note if head is not None else b"", proven=proven)


def compose_export(  # noqa: PLR0913 - what a report is of, each by its name
    template_text: str,
    folder: Path,
    *,
    district: str,
    period: str,
    lang: Language = "zh",
    made_on: date,
    name: str = "annual.md",
    definitions: Mapping[str, FigureDef] | None = None,
    promises: Sequence[Kept] = (),
    keys: Sequence[Verifier] = (),
    district_name: tuple[str, str] | None = None,
) -> Annual:
    """The same offline, of the public export in ``folder``, which is verified; it does not have the district's name.

    Raises as :func:`compose`; FigureError ``export_wrong``, OSError.
    """
    order = Order(
        district, period, lang, made_on, name, definitions if definitions is not None else load_all(), promises,
        district_name or (district, district),
    )  # fmt: skip

    def ask(ids: Sequence[str], of: str, known: Mapping[str, FigureDef]) -> list[Figure]:
        return evaluate_export(folder, district, ids, of, definitions=known, keys=keys)

    with (folder / "checkpoint").open("rb") as stream:
        note = stream.read(NOTE_BYTES)
    return _compose(template_text, order, ask, note)


def _compose(text: str, order: Order, ask: Evaluate, note: bytes, *, proven: bool = True) -> Annual:
    template = parse(text, order.name)
    kind_of(order.period)
    work = _Work(template, order)
    figures = _at_once(work.wanted(), ask, order.definitions)
    first = next(iter(figures.values()), None)
    if first is None:
        raise AnnualError("annual_no_figures", name=order.name, line=1, column=1)
    if proven and (first.root is None or not note):
        raise AnnualError("unsealed", district=order.district)
    blocks = work.blocks(figures)
    asked = {key: one for key, one in figures.items() if key in work.asked}
    title = "".join(_plain(one) for one in blocks[0].inlines) if isinstance(blocks[0], Heading) else ""
    return Annual(
        title=title, lang=order.lang, district=order.district, district_name=order.names, period=order.period,
        made_on=order.made_on, blocks=tuple(blocks), figures=asked, claims=claims_of(work.said(figures)),
        size=first.size, root=first.root or "", origin=parse_checkpoint(parse_note(note).text).origin if note else "",
        template=order.name,
    )  # fmt: skip


def _at_once(wanted: Mapping[str, Sequence[str]], ask: Evaluate, known: Mapping[str, FigureDef]) -> Figures:
    """All figures with one root and size: what the same sealed log says. Raises AnnualError ``moving``."""
    for _ in range(TRIES):
        found = {(one.id, one.period): one for period, ids in wanted.items() for one in ask(ids, period, known)}
        if len({(one.root, one.size, one.as_of) for one in found.values()}) <= 1:
            return found
    raise AnnualError("moving", tries=TRIES)


def _district_names(district: str) -> tuple[str, str]:
    from luoshi.org.models import Area  # noqa: PLC0415 - offline there is no store

    found = Area.objects.filter(district=district, parent=None, kind="district").values_list("zh", "en").first()
    return (found[0], found[1]) if found is not None else (district, district)


def _plain(one: Inline) -> str:
    return f"{one.digits}{one.unit}{one.words}" if isinstance(one, Number) else one.text


class _Work:
    """One report being made: its lines are read first, then the figures are known, then it is written."""

    def __init__(self, template: Template, order: Order) -> None:
        self.template, self.order = template, order
        zh = order.lang == "zh"
        self.names = {
            "district": order.names[0] if zh else order.names[1],
            "period": period_name(order.period, order.lang),
        }
        self.lines = [self._rows(draft) for draft in template.blocks]
        self.shapes: dict[Place, Shape] = {}
        self.asked: set[Key] = set()
        self.numbers: dict[Place, Number] = {}
        for line in self._every():
            self._check(line)

    def fail(self, code: str, at: Place, **details: object) -> NoReturn:
        raise AnnualError(code, name=self.order.name, line=at[0], column=at[1], **details)

    def _rows(self, draft: Draft) -> list[list[Line]]:
        spared: set[int] = set()
        if draft.kind == "table":
            heads = ["".join(one.text for one in run if isinstance(one, Words)) for run in draft.runs[0]]
            spared = {n for n, head in enumerate(heads) if head.strip().lower() in ORDINALS}
        return [
            [line_of(run, self.names, self.order.lang, ordinals=n in spared) for n, run in enumerate(row)]
            for row in draft.runs
        ]

    def _every(self) -> list[Line]:
        return [line for rows in self.lines for row in rows for line in row]

    # --- what is asked for

    def _check(self, line: Line) -> None:
        for offset, ask in line.asks.items():
            known = self.order.definitions.get(ask.figure)
            if known is None:
                self.fail("annual_figure_unknown", ask.at, id=ask.figure)
            period = self._period(ask, known)
            told = shape(known.unit, known.precision, self.order.lang, asked=ask.unit, places=ask.places)
            if told is None:
                self.fail("annual_unit", ask.at, id=ask.figure, unit=ask.unit, own=known.unit)
            self._glued(line, offset, ask, told, known)
            self.shapes[ask.at] = told
            self.asked.add((ask.figure, period))

    def _period(self, ask: Ask, known: FigureDef) -> str:
        period = ask.period if ask.period is not None else self.order.period
        try:
            kind = kind_of(period)
        except FigureError:
            self.fail("annual_period", ask.at, period=period)
        if kind not in known.periods:
            self.fail("annual_period_not_asked", ask.at, id=ask.figure, period=period, periods=", ".join(known.periods))
        return period

    def _glued(self, line: Line, offset: int, ask: Ask, told: Shape, known: FigureDef) -> None:
        """Nothing may stand beside a figure that would make another number of it."""
        code = beside(line.text, offset, unit=told.unit, own=known.unit)
        if code:
            self.fail(code, ask.at, id=ask.figure)

    def wanted(self) -> dict[str, list[str]]:
        """The ids by period: what is asked for, and what the claims need to know beside it."""
        every = dict.fromkeys(sorted(self.asked))
        kind = kind_of(self.order.period)
        for id_, period in sorted(self.asked):
            beside = overdue_of(id_, self.order.definitions)
            if beside is not None and kind_of(period) in self.order.definitions[beside].periods:
                every[(beside, period)] = None
        for line in self._every():
            for id_ in named_in(line, self.order.definitions, self.order.lang):
                if kind in self.order.definitions[id_].periods:
                    every[(id_, self.order.period)] = None
        wanted: dict[str, list[str]] = {}
        for id_, period in every:
            wanted.setdefault(period, []).append(id_)
        return wanted

    # --- the text

    def blocks(self, figures: Figures) -> list[Block]:
        """The blocks, every figure filled in."""
        made: list[Block] = []
        for draft, rows in zip(self.template.blocks, self.lines, strict=True):
            cells = [tuple(self._inlines(line, figures) for line in row) for row in rows]
            if draft.kind == "heading":
                made.append(Heading(draft.level, cells[0][0]))
            elif draft.kind == "paragraph":
                made.append(Paragraph(cells[0][0]))
            elif draft.kind == "items":
                made.append(Items(tuple(row[0] for row in cells)))
            else:
                made.append(Table(tuple(cells)))
        return made

    def _inlines(self, line: Line, figures: Figures) -> tuple[Inline, ...]:
        spans: list[tuple[int, int, Inline]] = [
            (one.start, one.end, Typed(one.text, line.place(one.start))) for one in line.typed
        ]
        spans += [(at, at + 1, self._number(ask, figures)) for at, ask in line.asks.items()]
        made: list[Inline] = []
        pos = 0
        for start, end, inline in sorted(spans, key=lambda one: one[0]):
            if start > pos:
                made.append(Text(line.text[pos:start]))
            made.append(inline)
            pos = end
        if pos < len(line.text):
            made.append(Text(line.text[pos:]))
        return tuple(made)

    def _number(self, ask: Ask, figures: Figures) -> Number:
        key = (ask.figure, ask.period if ask.period is not None else self.order.period)
        figure, told = figures[key], self.shapes[ask.at]
        made = Number(f"n{len(self.numbers) + 1}", key, "", None, 0, 0, "", "", ask.at)
        if figure.value is None:
            made = replace(made, words=NO_VALUE[self.order.lang][figure.reason or "no_cases"])
        else:
            shown, value, places = digits(figure, told)
            made = replace(made, digits=shown, value=value, scale=told.scale, places=places, unit=told.unit)
        self.numbers[ask.at] = made
        return made

    def said(self, figures: Figures) -> Sources:
        """What the claims are judged by."""
        said = [
            Said(line, {at: self.numbers[ask.at] for at, ask in line.asks.items()}, heading=draft.kind == "heading")
            for draft, rows in zip(self.template.blocks, self.lines, strict=True)
            for row in rows
            for line in row
        ]
        order = self.order
        over = str(bounds(order.period)[1]) < order.made_on.isoformat()
        return Sources(said, figures, order.definitions, order.period, order.lang, order.promises, over)
