"""Boards: what is open, late, coming and going, for what an officer may see; every number leads to its cases.

Three kinds of light are kept apart: deadline states 时限状态 here, escalation steps 督办阶梯 in a table of their own on
a mechanism's board, progress 序时进度 on the pages of commitments.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from django.http import HttpResponse, HttpResponseRedirect

from luoshi.casework.door import Filters
from luoshi.casework.movement import Count, parts, states, steps
from luoshi.casework.rollup import AsOf, fresh, renew
from luoshi.desk import errors
from luoshi.desk.charts import Cell, Chart, Row, Series, cases_at
from luoshi.desk.counting import TIMINGS, Level, Moved, Rate, counted, moved, on_level, total
from luoshi.desk.lines import categories, category_name
from luoshi.desk.links import link
from luoshi.desk.listing import AGES, LATE_BY
from luoshi.desk.names import Names
from luoshi.desk.routes import OFFICER, page
from luoshi.desk.templating import render
from luoshi.desk.visit import Visit
from luoshi.messages import mark, tr

SHOWN_BODIES: Final = 15
MONTHS: Final = 12
STEPS: Final = (
    ("remind", mark("reminded")), ("urge", mark("urged")), ("supervise", mark("supervised")),
    ("circular", mark("circulated")),
)  # fmt: skip
"""The steps of escalation 督办阶梯, each with the word by which packs begin the names of its rungs."""
STATES: Final[Mapping[str, str]] = {
    "late": mark("late"), "soon": mark("due soon"), "later": mark("not due yet"), "undated": mark("no date yet"),
}  # fmt: skip
assert tuple(STATES) == TIMINGS


@page("boards/", name="boards", access=OFFICER, methods=("GET", "POST"))
def boards(visit: Visit) -> HttpResponse:
    """The leader's page: everything that this person may see. Posting to it counts anew."""
    if visit.request.method == "POST":
        return _anew(visit)
    as_of = fresh(visit.district, visit.now)
    alone = parts(visit.sight, Filters())
    by_mechanism = counted(visit.sight, "mechanism", Filters(), alone)
    flow = moved(visit.sight, Filters(), _months(visit)[0], alone)
    charts = [
        _mechanisms(visit, by_mechanism, flow),
        _ages(total(by_mechanism), {}),
        _flow(visit, flow, {}),
        _bodies(visit, counted(visit.sight, "body", Filters(), alone), {}),
    ]
    found = _rates(visit, flow, by_mechanism)
    rows = [
        (Names(visit).mechanism(one), rate, _rate_links(visit, {"mechanism": one}, rate)) for one, rate in found.items()
    ]
    return _shown(visit, as_of, total(by_mechanism), charts, sum(found.values(), Rate()), {}, rates=rows)


@page("boards/<slug:mechanism>/", name="board", access=OFFICER, methods=("GET", "POST"))
def board(visit: Visit, mechanism: str) -> HttpResponse:
    """The board of one mechanism. Categories are counted when they are asked for: no count ahead has them."""
    if mechanism not in {name for grant in visit.sight.grants for name, _ in grant.kinds}:
        return errors.missing(visit)
    if visit.request.method == "POST":
        return _anew(visit)
    as_of = fresh(visit.district, visit.now)
    narrow = {"mechanism": mechanism}
    filters = Filters(mechanism=mechanism)
    alone = parts(visit.sight, filters)
    by_stage = counted(visit.sight, "stage", filters, alone)
    flow = moved(visit.sight, filters, _months(visit)[0], alone)
    charts = [
        _stages(visit, mechanism, by_stage),
        _ages(total(by_stage), narrow),
        _flow(visit, flow, narrow),
        _bodies(visit, counted(visit.sight, "body", filters, alone), narrow),
        _areas(visit, counted(visit.sight, "area", filters, alone), narrow),
    ]
    asked = "categories" in visit.request.GET
    if asked:
        charts.append(_categories(visit, mechanism))
    rate = _rates(visit, flow, {mechanism: total(by_stage)}).get(mechanism, Rate())
    return _shown(
        visit, as_of, total(by_stage), charts, rate, narrow, mechanism=mechanism, steps=_steps(visit, mechanism),
        categories=bool(categories(Names(visit).definition(mechanism))) and not asked,
    )  # fmt: skip


def _anew(visit: Visit) -> HttpResponse:
    renew(visit.district, visit.now)
    return HttpResponseRedirect(visit.request.path)


def _shown(
    visit: Visit, as_of: AsOf, count: Count, charts: Sequence[Chart], rate: Rate, narrow: Mapping[str, str],
    **more: object,
) -> HttpResponse:  # fmt: skip
    context = {
        "as_of": as_of.at,
        "states": _states(count, narrow),
        "charts": [one for one in charts if one.rows],
        "rate": rate,
        "rate_links": _rate_links(visit, narrow, rate),
        "rates": [],
        "year": visit.on_day[:4],
        "steps": [],
        "mechanism": None,
        "categories": False,
        **more,
    }
    return render(visit, "desk/board.html" if narrow else "desk/boards.html", context)


def _rates(visit: Visit, flow: Sequence[Moved], counts: Mapping[str | None, Count]) -> dict[str, Rate]:
    """Of each mechanism, this year's: see :class:`Rate`."""
    found = {key: Rate(overdue=one.overdue) for key, one in counts.items() if key}
    for one in flow:
        if one.month[:4] == visit.on_day[:4]:
            more = Rate(one.in_time, one.limited, 0, one.struck_off - one.limited)
            found[one.mechanism] = found.get(one.mechanism, Rate()) + more
    return dict(sorted(found.items()))


def _rate_links(visit: Visit, narrow: Mapping[str, str], rate: Rate) -> dict[str, Cell]:
    """The parts of the denominator; what closed without a limit is in the list of the closed, but not in the rate."""
    closed = None if rate.unlimited else cases_at(tab="closed", **narrow, struck_off=visit.on_day[:4])
    return {"closed": Cell(rate.closed, closed), "overdue": Cell(rate.overdue, cases_at(**narrow, overdue="1"))}


def _months(visit: Visit) -> list[str]:
    """The last twelve months up to this one, ``YYYY-MM``."""
    year, month = int(visit.on_day[:4]), int(visit.on_day[5:7])
    counts = [year * 12 + month - 1 - back for back in range(MONTHS - 1, -1, -1)]
    return [f"{one // 12:04}-{one % 12 + 1:02}" for one in counts]


def _flow(visit: Visit, flow: Sequence[Moved], narrow: Mapping[str, str]) -> Chart:
    """How many came and how many went, month by month."""
    rows = []
    for month in _months(visit):
        opened, still, gone = (
            sum(getattr(one, name) for one in flow if one.month == month)
            for name in ("opened", "still_open", "struck_off")
        )
        cells = (
            Cell(opened), Cell(still, cases_at(**narrow, opened=month)),
            Cell(opened - still, cases_at(tab="closed", **narrow, opened=month)),
            Cell(gone, cases_at(tab="closed", **narrow, struck_off=month)),
        )  # fmt: skip
        rows.append(Row(month, cells))
    series = (
        Series(tr("opened"), "in"), Series(tr("of them open now"), drawn=False),
        Series(tr("of them closed since"), drawn=False), Series(tr("struck off"), "out"),
    )  # fmt: skip
    return Chart("flow", tr("Coming and going by month"), tr("Month"), tr("cases"), series, tuple(rows), "lines")


def _ages(count: Count, narrow: Mapping[str, str]) -> Chart:
    """How late the late ones are."""
    rows = tuple(
        Row(tr(LATE_BY[age]), (Cell(number, cases_at(**narrow, timing="late", late=age)),))
        for age, number in zip(AGES, count.ages, strict=True)
    )
    series = (Series(tr("late"), "late"),)
    return Chart("ages", tr("How late the late ones are"), tr("Calendar days"), tr("cases"), series, rows, "columns")


def _steps(visit: Visit, mechanism: str) -> list[tuple[int, str, int]]:
    """Escalation: step, its word, how many open cases have come to it and no farther."""
    found = Names(visit).definition(mechanism)
    order = {
        rung.id: number
        for rung in (found.ladder if found else ())
        for number, (prefix, _) in enumerate(STEPS, start=1)
        if rung.id.split("_")[0] == prefix
    }
    counts = steps(visit.sight, mechanism, order)
    return [
        (number, tr(word), counts.get(number, 0))
        for number, (_, word) in enumerate(STEPS, start=1)
        if number in order.values()
    ]


def _states(count: Count, narrow: Mapping[str, str]) -> list[tuple[str, str, Cell]]:
    """State, its word, its number: the open cases, whole and by deadline state."""
    return [
        ("open", tr("open"), Cell(count.open, cases_at(**narrow))),
        *(
            (state, tr(word), Cell(getattr(count, state), cases_at(**narrow, timing=state)))
            for state, word in STATES.items()
        ),
    ]


def _series() -> tuple[Series, ...]:
    """The open cases by deadline state, and all of them together, which the chart shows as the whole bar."""
    return (
        Series(tr("open"), drawn=False),
        *(Series(tr(word), tone=state) for state, word in STATES.items()),  # type: ignore[arg-type]
    )


def _cells(count: Count, narrow: Mapping[str, str] | None) -> tuple[Cell, ...]:
    """A cell for each of :func:`_series`; without links if no list shows just these (``narrow`` is None)."""
    if narrow is None:
        return (Cell(count.open), *(Cell(getattr(count, state)) for state in STATES))
    return (
        Cell(count.open, cases_at(**narrow)),
        *(Cell(getattr(count, state), cases_at(**narrow, timing=state)) for state in STATES),
    )


def _rows(
    counts: Mapping[str | None, Count], keys: Iterable[str | None], name: Callable[[str | None], str],
    narrow: Callable[[str], Mapping[str, str]], address: Callable[[str], str] | None = None,
) -> tuple[Row, ...]:  # fmt: skip
    return tuple(
        Row(
            name(key), _cells(counts.get(key, Count()), narrow(key) if key is not None else None),
            address(key) if address and key is not None else None,
        )
        for key in keys
    )  # fmt: skip


def _heaviest(counts: Mapping[str | None, Count]) -> list[str | None]:
    """Those with most open cases first; what has no value, last."""
    return sorted(counts, key=lambda key: (key is None, -counts[key].open, key or ""))


def _mechanisms(visit: Visit, counts: Mapping[str | None, Count], flow: Sequence[Moved]) -> Chart:
    names, month = Names(visit), visit.on_day[:7]
    opened: Counter[str] = Counter()
    gone: Counter[str] = Counter()
    for one in flow:
        if one.month == month:
            opened[one.mechanism] += one.opened
            gone[one.mechanism] += one.struck_off
    every: dict[str | None, Count] = {name: Count() for name in (*opened, *gone)}
    every.update(counts)
    rows = []
    for key in _heaviest(every):
        name = key or ""
        board_at = link("board", mechanism=name)
        cells = (
            *_cells(every[key], {"mechanism": name}), Cell(opened[name], f"{board_at}#flow"),
            Cell(gone[name], cases_at(tab="closed", mechanism=name, struck_off=month)),
        )  # fmt: skip
        rows.append(Row(names.mechanism(name), cells, board_at))
    series = (
        *_series(), Series(tr("opened this month"), drawn=False), Series(tr("struck off this month"), drawn=False),
    )  # fmt: skip
    return Chart("mechanisms", tr("By kind of case"), tr("Kind"), tr("cases"), series, tuple(rows))


def _bodies(visit: Visit, counts: Mapping[str | None, Count], narrow: Mapping[str, str]) -> Chart:
    """The workload: by body right below the one that all have in common, each with those below it."""
    names = Names(visit)
    level = on_level(counts, {code: node.parent for code, node in visit.org.tree.bodies.items()})
    keys = _heaviest(level.counts)
    shown = keys if "bodies" in visit.request.GET else keys[:SHOWN_BODIES]
    rows = _level_rows(level, shown, names.body, "body", narrow)
    note = tr("{shown} of {all}, those with most cases", shown=len(shown), all=len(keys))
    return Chart(
        "bodies", tr("By responsible body"), tr("Body"), tr("cases"), _series(), rows,
        note=note if len(shown) < len(keys) else "",
    )  # fmt: skip


def _level_rows(
    level: Level, keys: Iterable[str | None], name: Callable[[str | None], str], what: str, narrow: Mapping[str, str]
) -> tuple[Row, ...]:
    """A list of a body or area holds what lies below it, too: it proves no number that is of the node alone."""
    return tuple(
        Row(
            tr("{name} itself", name=name(key)) if key in level.alone else name(key) if key else tr("none"),
            _cells(level.counts[key], {**narrow, what: key} if key and key not in level.alone else None),
        )
        for key in keys
    )


def _stages(visit: Visit, mechanism: str, counts: Mapping[str | None, Count]) -> Chart:
    """The open stages in the order of the definition, with those of older versions that still have cases."""
    names = Names(visit)
    found = names.definition(mechanism)
    keys: Sequence[str] = [name for name, stage in found.stages.items() if stage.open] if found else []
    keys = [*keys, *sorted(key for key in counts if key and key not in keys)]
    rows = _rows(
        counts, keys, lambda key: names.stage(mechanism, None, key or ""),
        lambda key: {"mechanism": mechanism, "stage": key},
    )  # fmt: skip
    return Chart("stages", tr("By stage, in the order of the way"), tr("Stage"), tr("cases"), _series(), rows)


def _categories(visit: Visit, mechanism: str) -> Chart:
    every = states(visit.sight, "category", Filters(mechanism=mechanism))
    found = Names(visit).definition(mechanism)
    rows = _rows(
        every, _heaviest(every), lambda key: category_name(found, key, visit) if key else tr("without a category"),
        lambda key: {"mechanism": mechanism, "category": key},
    )  # fmt: skip
    return Chart("categories", tr("By category"), tr("Category"), tr("cases"), _series(), rows)


def _areas(visit: Visit, counts: Mapping[str | None, Count], narrow: Mapping[str, str]) -> Chart:
    """By area right below the one that all have in common: of a district by street and town."""
    level = on_level(counts, {code: node.parent for code, node in visit.org.tree.areas.items()})
    rows = _level_rows(level, _heaviest(level.counts), Names(visit).area, "area", narrow)
    return Chart("areas", tr("By area"), tr("Area"), tr("cases"), _series(), rows)
