"""The workbook of statistics read back: first what it would tell the ledger, then taken by acts like any other.

Each row is a figure published or a revision of one; the old value stays as an entry. Nothing here writes but
:func:`luoshi.casework.act.act_many`, as the officer who may publish in the series.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Final

from luoshi.casework.act import Request, act_many
from luoshi.casework.authority import by_posts
from luoshi.casework.door import page, sight
from luoshi.casework.filters import Filters
from luoshi.casework.offers import offers_many, states_of
from luoshi.casework.setups import district as in_force
from luoshi.figures.definitions import Indicator, indicators
from luoshi.figures.observed import Observed, observed
from luoshi.figures.series import POINTS, RANK
from luoshi.figures.units import convert
from luoshi.ledger.relations import bounds
from luoshi.mechanisms.acts import Actor, Refused
from luoshi.mechanisms.relating import LARGEST, OWN
from luoshi.mechanisms.terms import FieldDef
from luoshi.mechanisms.values import checked
from luoshi.reading.errors import ReadError
from luoshi.writing.observations_columns import NEEDED, choice_of, column_keys, period_of, value_of
from luoshi.writing.workbook_in import sheets

PACK: Final = "statistics"
PUBLISH: Final = "publish"
REVISE: Final = "revise"
MOST_ROWS: Final = 5_000
FAR: Final = 10
"""A value that many times the last one told, or less than one in so many of it, is asked about before it is taken."""
_HEAD_SEARCH: Final = 30
_PAGE: Final = 100
_CHOICES: Final = ("basis", "source")
_TEXTS: Final = ("source_title", "reason")
_PERCENT: Final = "%"
_PLACE: Final = "位"


@dataclass(frozen=True, slots=True)
class Series:
    """A series that is open: its case, of which indicator, area and unit it is, and as whom the officer may publish and
    revise in it (None: he may not)."""

    case: str
    indicator: str
    level: str
    unit: str
    publishes: Actor | None
    revises: Actor | None


@dataclass(frozen=True, slots=True)
class Told:
    """What one row would tell: ``old`` is the value that it revises, None for a new figure.

    With a ``problem`` it is not taken: ``indicator_unknown``, ``level_wrong``, ``series_missing`` (no series of it is
    open), ``series_twice`` (several are), ``series_unit`` (it is not kept in its indicator's unit), ``not_yours``,
    ``period_wrong``, ``period_ahead`` (it has not begun), ``value_wrong``, ``basis_wrong``, ``source_wrong``,
    ``unit_wrong`` (none that can be told in the series' unit), ``text_wrong`` (a title or reason that cannot be kept),
    ``reason_missing`` (of a revision), ``twice`` (another row tells the same figure). ``doubt``: ``far`` from the last
    value told, or of percent ``small``; it can be taken. ``row`` is its line in the sheet ``sheet``, ``value`` is
    in the series' unit.
    """

    sheet: str
    row: int
    indicator: str
    level: str = OWN
    period: str = ""
    basis: str = ""
    value: str = ""
    source: str = ""
    source_title: str = ""
    reason: str = ""
    old: str | None = None
    case: str = ""
    problem: str | None = None
    doubt: str | None = None

    @property
    def key(self) -> str:
        """Which figure it tells, and what."""
        return ":".join((self.indicator, self.level, self.period, self.basis, self.value, self.old or ""))


@dataclass(frozen=True, slots=True)
class Preview:
    """What a workbook would tell, and how many rows say what stands in the ledger already or hold no value."""

    told: tuple[Told, ...]
    same: int
    empty: int


def series(district: str, officer: str, now: datetime) -> list[Series]:
    """The open series that ``officer`` sees, with what he may do in each."""
    seen = sight(district, officer, now.date().isoformat())
    cases: list[str] = []
    after = None
    while True:
        found = page(seen, Filters(mechanism=PACK), after, _PAGE)
        cases += [row.case for row in found.rows]
        after = found.next
        if after is None:
            break
    told: list[Series] = []
    for start in range(0, len(cases), _PAGE):
        part = cases[start : start + _PAGE]
        held = states_of(district, part)
        for case, offers in offers_many(district, officer, part, now).items():
            may = {one.action: one.actor for one in offers if one.blocked is None}
            fields = held[case].state.fields
            told.append(
                Series(
                    case, str(fields.get("indicator")), str(fields.get("level") or OWN), str(fields.get("unit")),
                    may.get(PUBLISH), may.get(REVISE),
                )
            )  # fmt: skip
    return sorted(told, key=lambda one: (one.indicator, one.level != OWN, one.level, one.case))


def preview(district: str, officer: str, path: str | Path, now: datetime) -> Preview:
    """What the workbook at ``path`` would tell. Raises ReadError (``workbook_…``; ``observations_none``: no sheet has
    the headings; ``observations_many``), and what the store raises."""
    rows = list(_rows(Path(path)))
    return _Reading(district, series(district, officer, now), now.date().isoformat()).all(rows)


def take(district: str, officer: str, told: Iterable[Told], now: datetime) -> list[tuple[Told, Refused | None]]:
    """Tell the ledger what has no problem, each as one act; what became of each, None: it was taken.

    Asked again first: what has been told by somebody else since the preview is refused as ``changed``.
    """
    chosen = [one for one in told if one.problem is None]
    mine = {one.case: one for one in series(district, officer, now)}
    known = {(one.case, one.period, one.basis): one.value for one in observed(district, mine)}
    results: list[tuple[Told, Refused | None]] = []
    asked: list[tuple[Told, Request]] = []
    for one in chosen:
        actor = _actor(mine.get(one.case), one.old)
        stands = known.get((one.case, one.period, one.basis))
        if actor is None:
            results.append(
                (one, Refused("not_authorised", officer=officer, role=PACK, body="", mechanism=PACK, area=None))
            )
        elif (None if stands is None else f"{stands:f}") != one.old:
            results.append((one, Refused("changed", case=one.case, seen=0, n=0, entries=[])))
        else:
            asked.append((one, _request(one, actor)))
    done = act_many(district, [request for _, request in asked], authorise=by_posts(district), now=now) if asked else []
    for (one, _), result in zip(asked, done, strict=True):
        results.append((one, result if isinstance(result, Refused) else None))
    return results


def _request(one: Told, actor: Actor) -> Request:
    fields: dict[str, str] = {"period": one.period, "value": one.value, "basis": one.basis, "source": one.source}
    if one.source_title:
        fields["source_title"] = one.source_title
    if one.old is not None:
        fields["reason"] = one.reason
    return Request(actor, PUBLISH if one.old is None else REVISE, case=one.case, fields=fields)


def _actor(found: Series | None, old: str | None) -> Actor | None:
    if found is None:
        return None
    return found.publishes if old is None else found.revises


# --- the sheet


def _rows(path: Path) -> Iterator[tuple[str, int, dict[str, str]]]:
    """Sheet, line and cells of each row that is none of headings."""
    count, found = 0, False
    for name, cells in sheets(path):
        for top in range(min(_HEAD_SEARCH, len(cells))):
            places = column_keys(cells[top])
            if places.keys() >= NEEDED and ("indicator" in places or "name" in places):
                break
        else:
            continue
        found = True
        for line, row in enumerate(cells[top + 1 :], start=top + 2):
            values = {key: row[place].strip() for key, place in places.items() if place < len(row) and row[place]}
            if values:
                count += 1
                if count > MOST_ROWS:
                    raise ReadError("observations_many", name=path.name, most=MOST_ROWS)
                yield name, line, values
    if not found:
        raise ReadError("observations_none", name=path.name)


class _Reading:
    """Rows held against the series that are open and what they have told."""

    def __init__(self, district: str, mine: Sequence[Series], today: str) -> None:
        self.fields = in_force(district).opening(PACK).flow.mechanism.fields
        self.today = today
        self.by_key: dict[tuple[str, str], list[Series]] = {}
        for one in mine:
            self.by_key.setdefault((one.indicator, one.level), []).append(one)
        self.indicators: Mapping[str, Indicator] = indicators()
        self.stands: dict[tuple[str, str, str], Observed] = {}
        self.last: dict[tuple[str, str], Observed] = {}
        for told in observed(district, {one.case for one in mine}):
            self.stands[told.case, told.period, told.basis] = told
            before = self.last.get((told.case, told.basis))
            if before is None or (told.to_day, told.n) > (before.to_day, before.n):
                self.last[told.case, told.basis] = told
        self.seen: dict[tuple[str, str, str], int] = {}
        self.same = self.empty = 0

    def all(self, rows: Iterable[tuple[str, int, dict[str, str]]]) -> Preview:
        told: list[Told] = []
        for sheet, line, cells in rows:
            if not cells.get("value"):
                self.empty += 1
                continue
            one = self.row(Told(sheet, line, cells.get("indicator") or cells.get("name", "")), cells)
            if one is not None:
                told.append(one)
        return Preview(tuple(told), self.same, self.empty)

    def row(self, one: Told, cells: Mapping[str, str]) -> Told | None:
        one = replace(one, value=cells["value"], period=cells.get("period", ""), reason=cells.get("reason", ""),
                      source_title=cells.get("source_title", ""))  # fmt: skip
        indicator = self.indicator(cells)
        if indicator is None:
            return replace(one, problem="indicator_unknown")
        one = replace(one, indicator=indicator.id)
        level = choice_of(self.fields["level"], cells["level"]) if cells.get("level") else OWN
        if level is None:
            return replace(one, level=cells["level"], problem="level_wrong")
        found = self.by_key.get((indicator.id, level), [])
        one = replace(one, level=level)
        if not found:
            return replace(one, problem="series_missing")
        if len(found) > 1:
            return replace(one, problem="series_twice")
        one = replace(one, case=found[0].case)
        if self.word("unit", found[0].unit) != indicator.unit:
            return replace(one, problem="series_unit")
        return self.figure(one, found[0], indicator, cells)

    def indicator(self, cells: Mapping[str, str]) -> Indicator | None:
        code = cells.get("indicator", "")
        if code:
            return self.indicators.get(code)
        name = cells.get("name", "")
        return next((one for one in self.indicators.values() if name in (one.zh, one.en)), None)

    def figure(self, one: Told, found: Series, indicator: Indicator, cells: Mapping[str, str]) -> Told | None:
        period, value = period_of(one.period), value_of(one.value)
        if period is None:
            return replace(one, problem="period_wrong")
        one = replace(one, period=period)
        if str(bounds(period)[0]) > self.today:
            return replace(one, problem="period_ahead")
        if value is None:
            return replace(one, problem="value_wrong")
        chosen = {}
        for name in _CHOICES:
            text = cells.get(name) or (indicator.basis if name == "basis" else "")
            chosen[name] = choice_of(self.fields[name], text)
            if chosen[name] is None:
                return replace(one, value=value, problem=f"{name}_wrong")
        one = replace(one, basis=str(chosen["basis"]), source=str(chosen["source"]))
        told = self.in_unit(Decimal(value), cells.get("unit", ""), one.basis, indicator.unit)
        if told is None:
            return replace(one, value=value, problem="unit_wrong")
        value = value_of(f"{told:f}")
        if value is None or abs(told) > LARGEST:
            return replace(one, problem="value_wrong")
        one = replace(one, value=value)
        if any(not _fits(name, self.fields[name], cells[name]) for name in _TEXTS if cells.get(name)):
            return replace(one, problem="text_wrong")
        return self.held(one, found)

    def in_unit(self, value: Decimal, cell: str, basis: str, unit: str) -> Decimal | None:
        """``value`` in the series' ``unit``, if ``cell`` names another that measures the same; None if it does not.
        Growth and shares are in percent and ranks in places, whatever the levels are told in."""
        named = self.word("unit", choice_of(self.fields["unit"], cell) or cell)
        if not named or named == unit:
            return value
        own = _PERCENT if basis in POINTS else _PLACE if basis == RANK else unit
        return convert(value, named, own)

    def word(self, field: str, code: str) -> str:
        """The Chinese name of a choice."""
        named = self.fields[field].choices.get(code)
        return named.zh if named is not None else code

    def held(self, one: Told, found: Series) -> Told | None:
        key = (one.case, one.period, one.basis)
        stands = self.stands.get(key)
        if stands is not None and stands.value == Decimal(one.value):
            self.same += 1
            return None
        if key in self.seen:
            return replace(one, problem="twice")
        self.seen[key] = one.row
        if stands is not None:
            one = replace(one, old=f"{stands.value:f}")
            if not one.reason:
                return replace(one, problem="reason_missing")
        if _actor(found, one.old) is None:
            return replace(one, problem="not_yours")
        last = stands or self.last.get((one.case, one.basis))
        return replace(one, doubt=self.doubt(one, found, last))

    def doubt(self, one: Told, found: Series, last: Observed | None) -> str | None:
        """Why it is asked about before it is taken."""
        value = Decimal(one.value)
        if last is not None:
            return "far" if _far(value, last.value) else None
        percent = one.basis in POINTS or self.word("unit", found.unit) == _PERCENT
        return "small" if percent and 0 < abs(value) < 1 else None


def _fits(name: str, field: FieldDef, text: str) -> bool:
    try:
        checked(name, field, text)
    except Refused:
        return False
    return True


def _far(value: Decimal, last: Decimal) -> bool:
    """Also a spreadsheet's 0.089, which it shows as 8.9 %, after 8.7."""
    one, other = abs(value), abs(last)
    return bool(one and other) and (one > FAR * other or other > FAR * one)
