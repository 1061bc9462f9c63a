"""Boards: what is open, late, coming and going, for what an officer may see; every number leads to its cases.

Three kinds of light are kept apart: deadline states 时限状态 here, escalation steps 督办阶梯 in a table of their own on
a mechanism's board, progress 序时进度 on the pages of commitments.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from django.http import HttpResponse

from luoshi.casework.door import Filters
from luoshi.desk import errors
from luoshi.desk.charts import Cell, Chart, Row, Series, cases_at
from luoshi.desk.counting import TIMINGS, Count, Level, counted, on_level, total
from luoshi.desk.listing import categories, category_name
from luoshi.desk.names import Names
from luoshi.desk.routes import OFFICER, page
from luoshi.desk.templating import link, render
from luoshi.desk.visit import Visit
from luoshi.messages import mark, tr

SHOWN_BODIES: Final = 15
STATES: Final[Mapping[str, str]] = {
    "late": mark("late"), "soon": mark("due soon"), "later": mark("not due yet"), "undated": mark("no date yet"),
}  # fmt: skip
assert tuple(STATES) == TIMINGS


@page("boards/", name="boards", access=OFFICER)
def boards(visit: Visit) -> HttpResponse:
    """The leader's page: everything that this person may see."""
    by_mechanism = counted(visit.sight, "mechanism", Filters())
    every = "bodies" in visit.request.GET
    charts = [
        _mechanisms(visit, by_mechanism),
        _bodies(visit, counted(visit.sight, "body", Filters()), {}, every=every),
    ]
    context = {
        "states": _states(total(by_mechanism), {}),
        "every": every,
        "more_bodies": f"{link('boards')}?bodies=all#bodies",
        "charts": charts,
    }
    return render(visit, "desk/boards.html", context)


@page("boards/<slug:mechanism>/", name="board", access=OFFICER)
def board(visit: Visit, mechanism: str) -> HttpResponse:
    """The board of one mechanism."""
    if mechanism not in {name for grant in visit.sight.grants for name, _ in grant.kinds}:
        return errors.missing(visit)
    narrow = Filters(mechanism=mechanism)
    by_stage = counted(visit.sight, "stage", narrow)
    every = "bodies" in visit.request.GET
    charts = [
        _stages(visit, mechanism, by_stage),
        _bodies(visit, counted(visit.sight, "body", narrow), {"mechanism": mechanism}, every=every),
        _categories(visit, mechanism, counted(visit.sight, "category", narrow)),
        _areas(visit, counted(visit.sight, "area", narrow), {"mechanism": mechanism}),
    ]
    context = {
        "mechanism": mechanism,
        "states": _states(total(by_stage), {"mechanism": mechanism}),
        "every": every,
        "more_bodies": f"{link('board', mechanism=mechanism)}?bodies=all#bodies",
        "charts": [one for one in charts if one.rows],
    }
    return render(visit, "desk/board.html", context)


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


def _mechanisms(visit: Visit, counts: Mapping[str | None, Count]) -> Chart:
    names = Names(visit)
    rows = _rows(
        counts, _heaviest(counts), lambda key: names.mechanism(key or ""), lambda key: {"mechanism": key},
        lambda key: link("board", mechanism=key),
    )  # fmt: skip
    return Chart("mechanisms", tr("By kind of case"), tr("Kind"), tr("cases"), _series(), rows)


def _bodies(visit: Visit, counts: Mapping[str | None, Count], narrow: Mapping[str, str], *, every: bool) -> Chart:
    """The workload: by body right below the one that all have in common, each with those below it."""
    names = Names(visit)
    level = on_level(counts, {code: node.parent for code, node in visit.org.tree.bodies.items()})
    keys = _heaviest(level.counts)
    shown = keys if every else keys[:SHOWN_BODIES]
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


def _categories(visit: Visit, mechanism: str, counts: Mapping[str | None, Count]) -> Chart:
    found = Names(visit).definition(mechanism)
    if not categories(found) and set(counts) <= {None}:
        return Chart("categories", "", "", "", (), ())
    rows = _rows(
        counts, _heaviest(counts), lambda key: category_name(found, key, visit) if key else tr("without a category"),
        lambda key: {"mechanism": mechanism, "category": key},
    )  # fmt: skip
    return Chart("categories", tr("By category"), tr("Category"), tr("cases"), _series(), rows)


def _areas(visit: Visit, counts: Mapping[str | None, Count], narrow: Mapping[str, str]) -> Chart:
    """By area right below the one that all have in common: of a district by street and town."""
    level = on_level(counts, {code: node.parent for code, node in visit.org.tree.areas.items()})
    rows = _level_rows(level, _heaviest(level.counts), Names(visit).area, "area", narrow)
    return Chart("areas", tr("By area"), tr("Area"), tr("cases"), _series(), rows)
