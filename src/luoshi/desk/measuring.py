"""Which figure is a promise's progress: what can be chosen, what is suggested, and what the figure tells."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from luoshi.casework.sql import reading
from luoshi.commitments.models import Commitment, Report
from luoshi.commitments.working import MEASURED
from luoshi.desk.figuring import Held, choices, held_lines, is_here, named, packs, read_words
from luoshi.desk.names import Names
from luoshi.desk.visit import Visit
from luoshi.figures.definitions import FigureDef, load_all
from luoshi.figures.errors import FigureError
from luoshi.figures.promising import Likeness, words_before

_LIKE: dict[int, tuple[Mapping[str, FigureDef], Likeness]] = {}
"""The names of all figures, made into an index once for each set of definitions."""


@dataclass(frozen=True, slots=True)
class Measuring:
    """What the form of a promise's figure shows. ``suggestions``: id, name, and by which target."""

    figure: str
    target_at: str
    against: str
    groups: Sequence[tuple[str, Sequence[tuple[str, str]]]]
    targets: Sequence[tuple[str, str]]
    suggestions: Sequence[tuple[str, str, int]]


def measuring_of(visit: Visit, row: Commitment, typed: Mapping[str, object] | None = None) -> Measuring:
    """The form for ``row``; ``typed``: what was chosen and not saved."""
    known = load_all()
    told = {name: (typed or {}).get(name, getattr(row, name)) for name in MEASURED}
    text = {name: "" if value is None else str(value) for name, value in told.items()}
    names = Names(visit)
    offered = [one for one in known.values() if is_here(names, one) or one.id in (text["figure"], text["against"])]
    before = words_before(row.targets, row.text, row.spans)
    found = likeness(known).of(row.targets, before) if row.targets else []
    return Measuring(
        text["figure"],
        text["target_at"],
        text["against"],
        choices(offered, packs(offered, names)),
        [(str(place), read_words(one)) for place, one in enumerate(row.targets)],
        [(one.figure, named(known[one.figure]), one.target_at) for one in found if one.figure != row.figure],
    )


def likeness(known: Mapping[str, FigureDef]) -> Likeness:
    """The index of the figures' names."""
    kept = _LIKE.get(id(known))
    if kept is None or kept[0] is not known:
        _LIKE.clear()
        kept = _LIKE[id(known)] = (known, Likeness(known))
    return kept[1]


def held_safely(visit: Visit, rows: Iterable[tuple[Commitment, int | None]]) -> dict[str, Held]:
    """Commitment's code → it against its figure. Nothing if a figure cannot be asked just now: the page of figures says
    why, and what is reported by hand stands there all the same."""
    try:
        return held_lines(visit.district, rows, visit.on_day, load_all())
    except FigureError:
        return {}


def held_of(visit: Visit, rows: Sequence[Commitment]) -> dict[str, Held]:
    """:func:`held_safely` for commitments of any plans; their years are looked up if any has a figure."""
    mine = [row for row in rows if row.figure]
    if not mine:
        return {}
    with reading():
        years = dict(Report.objects.filter(district=visit.district).values_list("id", "plan_year"))
    return held_safely(visit, [(row, years.get(row.report_id)) for row in mine])
