"""What a district promised of its figures and how far it has come: everything from the ledger, nothing typed.

Of each commitment that has a figure: the target that was read from its text, the figure's value of the year so far, the
verdict with its reason, and the pace 序时进度. A commitment whose progress is reported by hand alone is not here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final, Literal, TypeAlias

from luoshi.casework.sql import reading
from luoshi.commitments.models import LIVING, Commitment
from luoshi.commitments.progress import TOLERANCE, time_share
from luoshi.figures.definitions import FigureDef, load_all
from luoshi.figures.evaluating import Figure
from luoshi.figures.keeping import values
from luoshi.figures.models import PublicObservation, Watermark
from luoshi.figures.projecting import catch_up
from luoshi.figures.promising import NO_SERIES, ReadTarget, chosen, level_of, words_before
from luoshi.figures.series import LEVELS, order
from luoshi.figures.targets import Judgement, Target, judge

NO_FIGURE: Final = "no_figure"
"""Why there is no verdict, if no pack defines the figure any more; else those of ``judge`` and of
:data:`luoshi.figures.promising.REASONS`."""
_HUNDRED: Final = Decimal(100)
_MILLION: Final = Decimal(1_000_000)
_OF_A_PERIOD: Final = ("basis = 'period'", "basis = 'period_growth'")
"""Series of which a month says nothing of the year so far."""

Larger: TypeAlias = "Mapping[tuple[str, str, str], Decimal]"
"""(figure, period, level) → the value of the city or the province."""


@dataclass(frozen=True, slots=True)
class Pace:
    """The share of the target that is done against the share of the time that is over, in percent, to a tenth; by how
    many percentage points it is ``ahead`` (below 0: behind). ``state`` within five points is on pace, as for what is
    reported by hand."""

    share: Decimal
    time: Decimal
    ahead: Decimal
    state: Literal["ahead", "on_pace", "behind"]


@dataclass(frozen=True, slots=True)
class Promised:
    """A commitment (its code and text) held against its figure.

    ``read`` is the target as it was read, ``target`` what it says in the figure's unit (None: the ``judgement`` is
    ``unknown`` and says why); ``value`` the figure, of the year or of the last period of it that was told (None if no
    pack defines it), ``other`` that of last year or of the series with which it is compared (``ID@city``,
    ``ID@province``: the same statistic of the larger area). ``until``: the last day on which it can be kept; ``over``:
    whether that has passed. ``pace`` of amounts that add up in the year while it goes on.
    """

    commitment: str
    text: str
    task: str
    status: str
    lead: str | None
    case: str | None
    figure: str
    read: ReadTarget | None
    target: Target | None
    value: Figure | None
    other: Figure | None
    judgement: Judgement
    pace: Pace | None
    until: str
    over: bool


def promised(
    district: str, year: int, *, on_day: str, definitions: Mapping[str, FigureDef] | None = None
) -> list[Promised]:
    """The commitments of the plans for ``year`` that have a figure, in the order of the text, as of ``on_day``.

    Raises what :func:`luoshi.figures.keeping.values` raises for a query that cannot be asked.
    """
    with reading():
        rows = list(
            Commitment.objects.filter(
                district=district, report__plan_year=year, figure__isnull=False, status__in=LIVING
            ).order_by("report_id", "start", "id")
        )
    return held(district, rows, year, on_day=on_day, definitions=definitions)


def held(
    district: str,
    rows: Sequence[Commitment],
    year: int,
    *,
    on_day: str,
    definitions: Mapping[str, FigureDef] | None = None,
) -> list[Promised]:
    """:func:`promised` for the ``rows`` that have a figure, all of the plan of ``year``."""
    known = definitions if definitions is not None else load_all()
    matters = [_Matter(row, known) for row in rows if row.figure]
    told = _values(district, matters, year, on_day, known)
    larger = _larger(district, [one for one in matters if one.level is not None])
    return [one.held(told, larger, year, on_day) for one in matters]


class _Matter:
    """A commitment with the target that is held against its figure."""

    def __init__(self, row: Commitment, known: Mapping[str, FigureDef]) -> None:
        self.row = row
        self.figure = str(row.figure)
        self.definition = known.get(self.figure)
        self.read: ReadTarget | None = None
        self.level: str | None = None
        self.target: Target | str = NO_FIGURE
        if self.definition is not None:
            before = words_before(row.targets, row.text, row.spans)
            at, self.target = chosen(row.targets, self.definition, at=row.target_at, before=before, against=row.against)
            self.read = None if at is None else row.targets[at]
            self.level = self._level(before)

    def _level(self, before: Sequence[str]) -> str | None:
        """Of a statistic that is promised against the city or the province: which, and the target is such a one then.
        Their values are published beside the district's own."""
        level = level_of(self.read) if self.read is not None and self.target == NO_SERIES else None
        if level is None or self.definition is None or self.definition.kind != "series":
            return None
        at = self.row.targets.index(self.read)
        _, self.target = chosen(self.row.targets, self.definition, at=at, before=before, against=level)
        return level

    @property
    def compared(self) -> tuple[str, int] | None:
        """The figure with which it is compared, and how many years before."""
        if not isinstance(self.target, Target):
            return None
        if self.target.comparator == "last_year":
            return self.figure, 1
        return (str(self.row.against), 0) if self.target.comparator == "series" and self.level is None else None

    def held(self, told: Mapping[tuple[str, int], Figure], larger: Larger, year: int, on_day: str) -> Promised:
        """It against the values: (figure, year) → value; ``larger``: those of the city and the province."""
        row, until = self.row, self.row.due or self.row.deadline or f"{year}-12-31"
        over = on_day > until
        value = told.get((self.figure, year))
        compared = self.compared
        other = told.get((compared[0], year - compared[1])) if compared else None
        if self.level is not None and value is not None:
            beside = larger.get((self.figure, value.period, self.level))
            other = (
                None if beside is None else replace(value, id=f"{self.figure}@{self.level}", value=beside, reason=None)
            )
        judgement = _judged(self.target, value, other, over=over)
        pace = None
        if not over and value is not None and _adds_up(value.definition):
            pace = _pace(self.target, value.value, judgement.bound, f"{year}-01-01", until, on_day)
        return Promised(
            row.code, row.text, row.task, row.status, row.lead, row.case, self.figure, self.read,
            self.target if isinstance(self.target, Target) else None, value, other, judgement, pace, until, over,
        )  # fmt: skip


def _judged(target: Target | str, value: Figure | None, other: Figure | None, *, over: bool) -> Judgement:
    if not isinstance(target, Target):
        return Judgement("unknown", None, target)
    return judge(target, value.value if value else None, other=other.value if other else None, over=over)


def _adds_up(figure: FigureDef) -> bool:
    """Whether its year is held against how much of it is over."""
    return not figure.seasonal and (figure.kind in ("count", "sum") or "basis = 'cumulative'" in figure.query)


def _pace(
    target: Target | str, value: Decimal | None, bound: Decimal | None, begins: str, until: str, on_day: str
) -> Pace | None:
    """How far it has come, if it is an amount to be reached."""
    if not isinstance(target, Target) or target.better != "more" or value is None or bound is None or bound <= 0:
        return None
    share = (value / bound * _HUNDRED).quantize(Decimal("0.1"))
    time = time_share(begins, until, on_day) if on_day >= begins else Decimal(0)
    ahead = share - time
    return Pace(share, time, ahead, "ahead" if ahead > TOLERANCE else "behind" if -ahead > TOLERANCE else "on_pace")


# --- the values


def _values(
    district: str, matters: Sequence[_Matter], year: int, on_day: str, known: Mapping[str, FigureDef]
) -> dict[tuple[str, int], Figure]:
    """(figure, year) → its value of that year, of this one so far."""
    wanted = {(one.figure, year) for one in matters}
    for one in matters:
        if one.compared is not None:
            figure, before = one.compared
            wanted.add((figure, year - before))
    wanted = {(figure, of) for figure, of in wanted if figure in known}
    latest = _latest(district, (known[figure] for figure, _ in wanted), year, on_day)
    periods: dict[str, list[tuple[str, int]]] = {}
    for figure, of in sorted(wanted):
        period = latest.get(figure, str(of)) if of == year else str(of)
        if period != str(of) or "year" in known[figure].periods:
            periods.setdefault(period, []).append((figure, of))
    found: dict[tuple[str, int], Figure] = {}
    for period, pairs in periods.items():
        ids = [figure for figure, _ in pairs]
        told = values(district, ids, [period], definitions=known)
        found.update({pair: told[pair[0], period].figure for pair in pairs})
    began = _began(district) if any(of != year for _, of in found) else ""
    # Of a year that lies wholly before the ledger's first entry a 0 says nothing.
    return {
        (figure, of): one
        for (figure, of), one in found.items()
        if of == year or one.definition.kind == "series" or f"{of:04}-12-31" >= began
    }


def _began(district: str) -> str:
    """The day of the district's first entry."""
    with reading():
        since = Watermark.objects.filter(district=district).values_list("since", flat=True).first()
    return since or "9999-12-31"


def _larger(district: str, matters: Sequence[_Matter]) -> dict[tuple[str, str, str], Decimal]:
    """(figure, period, level) → what was published for the city or the province, on the figure's own basis."""
    figures = {one.figure.partition(".")[2]: one.definition for one in matters if one.definition is not None}
    if not figures:
        return {}
    with reading():
        rows = list(
            PublicObservation.objects.filter(
                district=district, indicator__in=sorted(figures), area__in=LEVELS, superseded=0
            ).values_list("indicator", "period", "area", "basis", "value_e6")
        )
    return {
        (figures[indicator].id, period, str(area)): Decimal(value) / _MILLION
        for indicator, period, area, basis, value in rows
        if f"basis = '{basis}'" in figures[indicator].query
    }


def _latest(district: str, figures: Iterable[FigureDef], year: int, on_day: str) -> dict[str, str]:
    """Of series the last period of ``year`` that was told: statistics of the year itself come when it is over."""
    series = {
        one.id.partition(".")[2]: one
        for one in figures
        if one.kind == "series" and not any(basis in one.query for basis in _OF_A_PERIOD)
    }
    if not series:
        return {}
    catch_up(district)
    with reading():
        told = list(
            PublicObservation.objects.filter(
                district=district, indicator__in=sorted(series), period__startswith=f"{year:04}", area__isnull=True,
                superseded=0, to_day__lte=f"{year:04}-12-31",
            ).values_list("indicator", "period", "basis", "to_day")
        )  # fmt: skip
    found: dict[str, str] = {}
    for indicator, period, basis, to_day in told:
        one = series[indicator]
        if f"basis = '{basis}'" not in one.query or "-h" in period or (to_day or "") > on_day:
            continue
        if one.id not in found or order(period) > order(found[one.id]):
            found[one.id] = period
    return found
