"""A statistic 统计指标 on its page: its periods as a table, beside the city, the province and the year's target, and
everything that was published, old values with the new. What is computed is in :mod:`luoshi.figures.series`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from typing import Final

from luoshi.casework.histories import cases, office_texts
from luoshi.desk.figuring import Held, address, amount, published_places
from luoshi.desk.names import Names, pick
from luoshi.desk.visit import Visit
from luoshi.figures import series
from luoshi.figures.definitions import FigureDef, Indicator, indicators
from luoshi.figures.observed import Observed, observed
from luoshi.figures.series import Level, Line, Told
from luoshi.figures.units import convert
from luoshi.mechanisms.relating import OWN
from luoshi.messages import language, mark, tr
from luoshi.writing.annual.shown import period_name

PACK: Final = "statistics"
MOST: Final = 60
"""Periods of the table, and values published, that are shown; the latest first."""
_TENTH: Final = Decimal("0.1")
_HUNDREDTH: Final = Decimal("0.01")
_FIELDS: Final[tuple[tuple[str, str], ...]] = (
    ("value", series.PERIOD), ("cumulative", series.CUMULATIVE), ("growth", series.GROWTH),
    ("cumulative_growth", series.CUMULATIVE_GROWTH), ("at_end", series.END), ("part", series.SHARE),
    ("rank", series.RANK),
)  # fmt: skip
"""What a line has → on which basis it was told."""
_LARGER: Final[Mapping[str, str]] = {"city": mark("The city: {basis}"), "province": mark("The province: {basis}")}
_PART: Final[Mapping[str, str]] = {"city": mark("{share} of the city"), "province": mark("{share} of the province")}


@dataclass(frozen=True, slots=True)
class Cell:
    """A value of the table; ``struck`` are those that it superseded; ``note`` stands below it."""

    text: str
    derived: bool = False
    struck: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A period: its name, the address that proves its figure (empty if it is told of no such periods), its cells."""

    name: str
    address: str
    chosen: bool
    cells: tuple[Cell | None, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """The periods of a statistic; ``columns`` has those alone in which something stands. ``derived``: something is
    computed here and was not published; ``target``: the commitment that the year is held against; ``clashing``: periods
    that are told differently by several series, and left out."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    derived: bool
    target: Held | None
    seasonal: bool
    clashing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Published:
    """A value that was published for a period; ``held``: it holds, and was not revised. ``reason``: why it revises
    another, if its case may be seen."""

    period: str
    basis: str
    text: str
    source: str
    revision: int
    held: bool
    area: str
    reason: str


class Statistic:
    """What was told of the statistic of a page."""

    def __init__(self, visit: Visit, definition: FigureDef) -> None:
        self.visit = visit
        self.definition = definition
        self.indicator: Indicator | None = None
        self.told: list[Observed] = []
        if definition.kind == "series":
            code = definition.id.partition(".")[2]
            self.indicator = indicators().get(code)
            self.told = observed(visit.district, indicator=code, superseded=True)

    @cached_property
    def published(self) -> list[Published]:
        """Everything that was published, the latest period first, new values before those that they superseded; beside
        the district's own those of the larger areas."""
        shown = sorted(self.told, key=_latest, reverse=True)[:MOST]
        lang = language()
        return [
            Published(
                period_name(one.period, lang), self.word("basis", one.basis), self.text(one.value, one),
                self._source(one), one.revision, not one.superseded, self.word("level", one.area or OWN),
                self._texts.get((one.case, one.n), {}).get("reason", ""),
            )
            for one in shown
        ]  # fmt: skip

    def last(self) -> str | None:
        """The last period that was told of the district on the figure's own basis, of a kind that the figure has."""
        basis = self.indicator.basis if self.indicator else ""
        periods = {one.period for one in self.told if one.area is None and one.basis == basis and not one.superseded}
        return max((one for one in periods if self._address(one)), key=series.order, default=None)

    def table(self, period: str, promises: Sequence[Held]) -> Table | None:
        """Its periods, ``period`` marked; None without any. ``promises``: of the year of ``period``."""
        if self.indicator is None or not self.told:
            return None
        holding, clashing = self._holding()
        target = self._target(promises)
        bound = target.one.judgement.bound if target is not None else None
        found = series.lines(
            holding,
            published=self.indicator.published,
            adds_up=self.indicator.unit not in series.RATES,
            targets={int(period[:4]): bound} if bound is not None else None,
        )
        lines = found[::-1][:MOST]
        columns = [*self._own(lines), *self._beside(lines), *self._pace(lines)]
        filled = [(head, cells) for head, cells in columns if any(cells)]
        rows = tuple(
            Row(
                period_name(line.period, language()), self._address(line.period), line.period == period,
                tuple(cells[place] for _, cells in filled),
            )
            for place, line in enumerate(lines)
        )  # fmt: skip
        derived = any(cell is not None and cell.derived for row in rows for cell in row.cells)
        return Table(tuple(head for head, _ in filled), rows, derived, target, self.indicator.seasonal, clashing)

    def _address(self, period: str) -> str:
        kind = "year" if "-" not in period else "quarter" if "q" in period else "month"
        return address(self.definition.id, period) if kind in self.definition.periods and "-h" not in period else ""

    # --- what holds

    def _holding(self) -> tuple[list[Told], tuple[str, ...]]:
        """What holds, in the indicator's unit, and the periods of which several series tell different values."""
        assert self.indicator is not None
        values: dict[tuple[str, str, Level | None], set[Decimal]] = {}
        for one in self.told:
            level = _level(one.area)
            value = one.value
            if one.superseded or (one.area is not None and level is None):
                continue
            if one.basis not in series.POINTS and one.basis != series.RANK:
                converted = convert(value, one.unit, self.indicator.unit)
                if converted is None:
                    continue
                value = converted
            values.setdefault((one.period, one.basis, level), set()).add(value)
        clashing = {key[0] for key, several in values.items() if len(several) > 1}
        told = [Told(key[0], key[1], next(iter(one)), key[2]) for key, one in values.items() if len(one) == 1]
        lang = language()
        return told, tuple(period_name(one, lang) for one in sorted(clashing, key=series.order))

    def _target(self, promises: Sequence[Held]) -> Held | None:
        """The first commitment that promises an amount of the year, if the statistic is one that adds up in it."""
        assert self.indicator is not None
        if self.indicator.basis != series.CUMULATIVE or self.indicator.unit in series.RATES:
            return None
        for held in promises:
            target, bound = held.one.target, held.one.judgement.bound
            if target is not None and target.better == "more" and bound is not None and bound > 0:
                return held
        return None

    # --- the columns

    def _own(self, lines: Sequence[Line]) -> Iterable[tuple[str, list[Cell | None]]]:
        struck, why = self._struck(), self._why()
        for name, basis in _FIELDS:
            cells: list[Cell | None] = []
            for line in lines:
                value: Decimal | None = getattr(line, name)
                if value is None:
                    cells.append(None)
                    continue
                key, derived = (line.period, basis), name in line.derived
                text = self._amount(value, basis, derived=derived)
                cells.append(Cell(text, derived, struck.get(key, ()), why.get(key, "")))
            yield self.word("basis", basis), cells

    def _why(self) -> dict[tuple[str, str], str]:
        """Why the values that hold were revised."""
        return {
            (one.period, one.basis): tr("Reason: {reason}", reason=reason)
            for one in self.told
            if one.revision and not one.superseded and one.area is None
            and (reason := self._texts.get((one.case, one.n), {}).get("reason"))
        }  # fmt: skip

    def _struck(self) -> dict[tuple[str, str], tuple[str, ...]]:
        found: dict[tuple[str, str], tuple[str, ...]] = {}
        for one in sorted(self.told, key=lambda told: told.revision):
            if one.superseded and one.area is None:
                key = (one.period, one.basis)
                found[key] = (*found.get(key, ()), self.text(one.value, one))
        return found

    def _beside(self, lines: Sequence[Line]) -> Iterable[tuple[str, list[Cell | None]]]:
        keys = dict.fromkeys(key for line in lines for key in line.beside)
        for level in series.LEVELS:
            for _, basis in _FIELDS:
                if (level, basis) not in keys:
                    continue
                cells = [self._larger(line, level, basis) for line in lines]
                yield tr(_LARGER[level], basis=self.word("basis", basis)), cells

    def _larger(self, line: Line, level: Level, basis: str) -> Cell | None:
        held = line.beside.get((level, basis))
        if held is None:
            return None
        note = ""
        if basis in series.POINTS or (basis != series.RANK and self._unit(basis) == "%"):
            note = tr(mark("difference {points} percentage points"), points=f"{held.difference:+f}")
        elif basis != series.RANK and held.value > 0 and self._unit(basis) not in series.RATES:
            share = _rounded((held.value + held.difference) / held.value * 100, _TENTH)
            note = tr(_PART[level], share=amount(share, "%"))
        return Cell(self._amount(held.value, basis), note=note)

    def _pace(self, lines: Sequence[Line]) -> Iterable[tuple[str, list[Cell | None]]]:
        assert self.indicator is not None
        yield (
            tr("Of the year's target"),
            [Cell(amount(_rounded(one.share, _TENTH), "%")) if one.share is not None else None for one in lines],
        )
        if self.indicator.seasonal:
            return
        yield tr("Of the year over"), [self._due(one) for one in lines]

    def _due(self, line: Line) -> Cell | None:
        if line.due is None or line.gap is None:
            return None
        gap = amount(_rounded(abs(line.gap), _HUNDREDTH), self._unit(series.CUMULATIVE))
        note = tr("{gap} short of the pace", gap=gap) if line.gap > 0 else tr("{gap} ahead of the pace", gap=gap)
        return Cell(amount(_rounded(line.due, _TENTH), "%"), note=note if line.gap else tr("on the pace"))

    # --- words

    def _unit(self, basis: str) -> str:
        if basis in series.POINTS:
            return "%"
        return "位" if basis == series.RANK else self.definition.unit

    def _amount(self, value: Decimal, basis: str, *, derived: bool = False) -> str:
        rounded = _rounded(value, _TENTH) if derived and basis in series.POINTS else value
        return self._in(rounded, self._unit(basis))

    def _in(self, value: Decimal, unit: str) -> str:
        """In the figure's own unit with the decimals with which it is published: 5.0%."""
        return amount(value, unit, published_places(self.definition) if unit == self.definition.unit else 0)

    def text(self, value: Decimal, one: Observed) -> str:
        """A value as it was told: in its series' unit, growth and shares in percent."""
        level = one.basis not in series.POINTS and one.basis != series.RANK
        return self._in(value, one.unit if level else self._unit(one.basis))

    @cached_property
    def _names(self) -> Names:
        return Names(self.visit)

    def word(self, field: str, code: str) -> str:
        """The name of a choice of the field ``field`` of a series."""
        found = self._names.definition(PACK)
        choices = found.fields[field].choices if found is not None and field in found.fields else {}
        return pick(choices[code], self.visit.lang) if code in choices else code

    @cached_property
    def _texts(self) -> dict[tuple[str, int], dict[str, str]]:
        """(case, entry) → what offices alone read of it, of the cases that may be seen."""
        wanted: dict[str, set[int]] = {}
        for one in self.told:
            wanted.setdefault(one.case, set()).add(one.n)
        seen = cases(self.visit.sight, wanted)
        codes = {row.id: code for code, row in seen.items()}
        if not codes:
            return {}
        found = office_texts(self.visit.sight, {key: wanted[code] for key, code in codes.items()})
        return {(codes[key], n): texts for (key, n), texts in found.items()}

    def _source(self, one: Observed) -> str:
        kind, title = self.word("source", one.source), self._texts.get((one.case, one.n), {}).get("source_title", "")
        return tr("{kind}: {title}", kind=kind, title=title) if title else kind


def _latest(one: Observed) -> tuple[tuple[int, int, int], bool, str, str, int]:
    return series.order(one.period), one.area is None, one.area or "", one.basis, one.revision


def _level(area: str | None) -> Level | None:
    return next((one for one in series.LEVELS if one == area), None)


def _rounded(value: Decimal, places: Decimal) -> Decimal:
    return value.quantize(places, ROUND_HALF_UP)
