"""Figures 数据: all of them by mechanism, and the page of one with everything that proves it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.http import HttpResponse, QueryDict
from django.utils.http import urlencode

from luoshi.casework.histories import cases
from luoshi.casework.sql import reading
from luoshi.commands.figures import as_json
from luoshi.commitments.models import LIVING, Commitment
from luoshi.desk import errors
from luoshi.desk.charts import Cell, Chart, Row, Series
from luoshi.desk.figuring import (
    Held,
    Shown,
    address,
    amount,
    held_lines,
    is_here,
    named,
    packs,
    shown,
)
from luoshi.desk.names import Names, pick
from luoshi.desk.pages.commitments import whole
from luoshi.desk.periods import asked, choice
from luoshi.desk.proving import behind
from luoshi.desk.routes import OFFICER, page
from luoshi.desk.statistics import Statistic
from luoshi.desk.templating import render
from luoshi.desk.visit import Visit
from luoshi.figures.definitions import FigureDef, indicators, load_all
from luoshi.figures.errors import FigureError
from luoshi.figures.evaluating import Figure, evaluate, kind_of
from luoshi.figures.keeping import trend, values
from luoshi.figures.models import Watermark
from luoshi.figures.series import order, year_before
from luoshi.ledger.relations import bounds
from luoshi.messages import language, mark, tr
from luoshi.words.casework import SYSTEM_ACTS
from luoshi.words.figures import describe_figure
from luoshi.writing.annual.shown import period_name, period_told, running_until, unit_alone

WORDS_MOST: Final = 100
KINDS: Final[Mapping[str, str]] = {
    "count": mark("count"), "sum": mark("sum"), "rate": mark("share in percent"), "mean": mark("mean"),
    "series": mark("statistic"),
}  # fmt: skip
HIDES: Final[Mapping[str, str]] = {
    "overdue": mark("What is open and overdue is in the denominator, and never above it."),
    "weights": mark("Shared cases count by their weight."),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the list's address asks for."""

    period: str
    mechanism: str
    q: str

    @classmethod
    def read(cls, query: QueryDict, default: str, known: Mapping[str, FigureDef]) -> Asked:
        """From an address; what is unknown is left out."""
        mechanism = query.get("mechanism", "")
        there = {one.partition(".")[0] for one in known}
        return cls(
            asked(query.get("period", ""), default),
            mechanism if mechanism in there else "",
            query.get("q", "").strip()[:WORDS_MOST],
        )

    def lets(self, one: FigureDef) -> bool:
        """Whether the figure is wanted, and has such a period."""
        if self.mechanism and one.id.partition(".")[0] != self.mechanism:
            return False
        if self.q and self.q.lower() not in f"{one.id} {one.zh} {one.en} {one.basis.zh} {one.basis.en}".lower():
            return False
        return kind_of(self.period) in one.periods


@dataclass(frozen=True, slots=True)
class Line:
    """A figure of the list."""

    shown: Shown
    kind: str
    share: str


@page("figures/", name="figures", access=OFFICER)
def figures(visit: Visit) -> HttpResponse:
    """The figures of a period, by the mechanism that tells them."""
    known, names = load_all(), Names(visit)
    newest = newest_year(visit)
    wanted = Asked.read(visit.request.GET, newest, known)
    here = {one.id: one for one in known.values() if is_here(names, one)}
    ids = [one.id for one in here.values() if wanted.lets(one)]
    try:
        told = values(visit.district, ids, [wanted.period], definitions=known) if ids else {}
    except FigureError as error:
        return _unasked(visit, error)
    found = [one.figure for one in told.values()]
    groups: dict[str, list[Line]] = {}
    for one in found:
        groups.setdefault(one.id.partition(".")[0], []).append(_line(one))
    context = {
        "asked": wanted,
        "periods": choice(wanted.period, int(newest)),
        "period_name": period_told(found[0], language()) if found else period_name(wanted.period, language()),
        "groups": [(pack, names.mechanism(pack), lines) for pack, lines in groups.items()],
        "mechanisms": packs(here.values(), names),
        "count": len(found),
        "root": found[0].root if found else None,
    }
    return render(visit, "desk/figures.html", context)


def _line(one: Figure) -> Line:
    share = ""
    if one.numerator is not None and one.denominator is not None:
        share = f"{amount(one.numerator, '').strip()} / {amount(one.denominator, '').strip()}"
    return Line(shown(one), tr(KINDS[one.definition.kind]), share)


def newest_year(visit: Visit) -> str:
    """The year of the district's last entry, as far as it was taken; this year without any."""
    with reading():
        last = Watermark.objects.filter(district=visit.district).values_list("as_of", flat=True).first()
    return min(last or visit.on_day, visit.on_day)[:4]


def _unasked(visit: Visit, error: FigureError) -> HttpResponse:
    return errors.problem(visit, 422, tr("The figure cannot be told"), describe_figure(error))


# --- one figure


@page("figures/<str:figure>/", name="figure", access=OFFICER)
def figure(visit: Visit, figure: str) -> HttpResponse:
    """A figure with its definition, what it counts, its trend, its target, its proof, and how to check it."""
    known = load_all()
    definition = known.get(figure)
    if definition is None:
        return errors.missing(visit)
    newest = newest_year(visit)
    statistic = Statistic(visit, definition)
    period = _period(visit, definition, newest, statistic.last())
    try:
        one = evaluate(visit.district, [figure], period, definitions=known)[0]
        chart = _trend(visit, known, one)
    except FigureError as error:
        return _unasked(visit, error)
    after = visit.request.GET.get("after", "")
    places = one.entries or ()
    names = Names(visit)
    proof = behind(visit.sight, places, int(after) if after.isascii() and after.isdigit() and len(after) < 12 else -1)
    promises = _promises(visit, known, figure, period)
    context = {
        "one": one,
        "shown": shown(one),
        "until": running_until(one),
        "unit": unit_alone(one.unit, language()).strip(),
        "name": named(definition),
        "parts": _parts(one),
        "definition": definition,
        "kind": tr(KINDS[definition.kind]),
        "hides": [tr(HIDES[each]) for each in definition.hides_never],
        "basis": pick(definition.basis, visit.lang),
        "mechanisms": [(each, names.mechanism(each)) for each in definition.mechanisms],
        "periods": choice(period, int(newest), definition.periods),
        "period": period,
        "chart": chart,
        "promises": promises,
        "lines": statistic.table(period, promises),
        "series": statistic.published,
        "titles": {each.case: indicator_named(each.title or "", visit.lang) for each in proof.cases},
        "proof": proof,
        "acts": _acts(visit, proof.proofs),
        "more": f"?{urlencode({'period': period, 'after': str(proof.next)})}#entries" if proof.next is not None else "",
        "first": f"?{urlencode({'period': period})}#entries" if after else "",
        "commands": _commands(visit, one),
        "download": f"?{urlencode({'period': period})}",
    }
    return render(visit, "desk/figure.html", context)


@page("figures/<str:figure>/figure.json", name="figure_json", access=OFFICER)
def figure_json(visit: Visit, figure: str) -> HttpResponse:
    """The figure as ``luoshi figures --format json`` gives it."""
    known = load_all()
    if figure not in known:
        return errors.missing(visit)
    period = _period(visit, known[figure], newest_year(visit))
    try:
        found = evaluate(visit.district, [figure], period, definitions=known)
    except FigureError as error:
        return _unasked(visit, error)
    text = json.dumps([as_json(one) for one in found], ensure_ascii=False, indent=1)
    response = HttpResponse(f"{text}\n", content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{figure}-{period}.json"'
    response["Cache-Control"] = "no-store"
    return response


def _period(visit: Visit, definition: FigureDef, newest: str, last: str | None = None) -> str:
    """The period that is asked for, if the figure has such ones; else the ``last`` that was published of a statistic,
    or its longest of the newest year."""
    default = last or {"year": newest, "quarter": f"{newest}-q1", "month": f"{newest}-01"}[definition.periods[0]]
    told = asked(visit.request.GET.get("period", ""), default)
    return told if kind_of(told) in definition.periods else default


def _parts(one: Figure) -> dict[str, str] | None:
    """Numerator and denominator, with what the denominator is."""
    if one.numerator is None or one.denominator is None or one.definition.denominator is None:
        return None
    return {
        "numerator": amount(one.numerator, "").strip(),
        "denominator": amount(one.denominator, "").strip(),
        "name": named_denominator(one.definition),
    }


def named_denominator(definition: FigureDef) -> str:
    """What the denominator of a rate or mean is."""
    told = definition.denominator
    return "" if told is None else told.zh if language() == "zh" else told.en


def _trend(visit: Visit, known: Mapping[str, FigureDef], one: Figure) -> Chart | None:
    """The year's months (or quarters), beside those of the year before if there are any, else the years; None if there
    are not two of them."""
    told = [each.figure for _, each in trend(visit.district, one.id, one.period, definitions=known)]
    parts = [each for each in told if "-" in each.period and str(bounds(each.period)[0]) <= visit.on_day]
    if len(parts) > 1:
        before = trend(visit.district, one.id, year_before(one.period), definitions=known)
        return _chart(one, _of_year(parts), _of_year([each.figure for _, each in before if "-" in each.figure.period]))
    return _chart(one, {each.period: each for each in told if "-" not in each.period}, {})


def _of_year(found: Sequence[Figure]) -> dict[str, Figure]:
    """The part of the year that each is of → it; nothing if none has a value."""
    return {each.period[4:]: each for each in found} if any(each.value is not None for each in found) else {}


def _chart(one: Figure, now: Mapping[str, Figure], before: Mapping[str, Figure]) -> Chart | None:
    """``now`` by period or part of the year, and last year's line beside it."""
    if len(now) < 2 or not any(each.value for each in now.values()):
        return None
    lang = language()
    latest = max(each.period for each in now.values())
    # Of last year what lies ahead this year, too: it is what this year is measured against.
    parts = sorted({*now, *before}, key=lambda part: order(part if part[0] != "-" else f"{latest[:4]}{part}"))
    rows = []
    for part in parts:
        period = part if part[0] != "-" else f"{latest[:4]}{part}"
        cells = [Cell(_value(now.get(part)))]
        if before:
            held = before.get(part)
            cells.append(Cell(_value(held), address(one.id, held.period) if held else None))
        rows.append(Row(period_name(period, lang), tuple(cells), address(one.id, period)))
    name = named(one.definition)
    lines = [Series(f"{latest[:4]} {name}" if before else name, "out")]
    if before:
        lines.append(Series(f"{int(latest[:4]) - 1} {name}", "plain"))
    unit = unit_alone(one.unit, lang).strip()
    return Chart("trend", tr("Trend"), tr("Period"), unit, tuple(lines), tuple(rows), "lines")


def _value(one: Figure | None) -> float | None:
    return _number(one.value) if one is not None else None


def _number(value: Decimal | None) -> float | None:
    """For the chart and its table, which show what a double holds exactly."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def _promises(visit: Visit, known: Mapping[str, FigureDef], figure: str, period: str) -> list[Held]:
    """The commitments of the period's year that it is the progress of, as far as they may be seen."""
    year = int(period[:4])
    with reading():
        rows = list(
            Commitment.objects.filter(
                district=visit.district, figure=figure, report__plan_year=year, status__in=LIVING
            ).order_by("report_id", "start", "id")
        )
    if not rows:
        return []
    if not whole(visit):
        rows = visible(visit, rows)
    return list(held_lines(visit.district, [(row, year) for row in rows], visit.on_day, known).values())


def visible(visit: Visit, rows: Sequence[Commitment]) -> list[Commitment]:
    """Of ``rows`` those whose case the officer sees."""
    seen = cases(visit.sight, [row.case for row in rows if row.case])
    return [row for row in rows if row.case in seen]


def indicator_named(title: str, lang: str) -> str:
    """A case's title; of a series, which has an indicator's code as its title, the indicator's name."""
    one = indicators().get(title)
    return pick(one, lang) if one is not None else title


def _acts(visit: Visit, proofs: Sequence[Any]) -> dict[tuple[str, str], str]:
    """(mechanism, act) → its name."""
    names = Names(visit)
    told: dict[tuple[str, str], str] = {}
    for one in proofs:
        found = names.definition(one.mechanism)
        actions = {place[-1]: action for place, action in found.every_action()} if found else {}
        name = tr(SYSTEM_ACTS[one.act]) if one.act in SYSTEM_ACTS else one.act
        told[one.mechanism, one.act] = pick(actions[one.act], visit.lang) if one.act in actions else name
    return told


def _commands(visit: Visit, one: Figure) -> list[str]:
    """How anybody checks it: on the store, and offline from a public export."""
    return [
        f"luoshi figures --district {visit.district} --id {one.id} --period {one.period}",
        "luoshi ledger export ledger/",
        "luoshi verify ledger/",
        f"luoshi figures --export ledger/ --district {visit.district} --id {one.id} --period {one.period}",
    ]
