"""进展填报: the tasks in which an officer may report progress now, the period that he reports for, and a row for each.

Which action reports and in which fields is the mechanism's word (``commitment.progress`` and ``reported``). Each row is
one act by the one writer, against the entry that stood there when the page was made.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django.http import QueryDict

from luoshi.casework.act import Done, Request, act_many
from luoshi.casework.authority import by_posts
from luoshi.casework.door import CaseRow, Filters, Key
from luoshi.casework.door import page as door_page
from luoshi.casework.histories import office_texts, public_entries
from luoshi.casework.offers import Offer, offers_many
from luoshi.casework.sql import reading
from luoshi.casework.waiting import waiting
from luoshi.commitments.models import Commitment
from luoshi.commitments.progress import Reported, month_end, period_end, reports_of
from luoshi.desk.forms import PREFIX, Form, form_of
from luoshi.desk.names import pick
from luoshi.desk.promised import Last, told_report, unit_of
from luoshi.desk.typed import check, put_refusal, typed_in, values_of
from luoshi.desk.visit import Visit
from luoshi.mechanisms.acts import Refused
from luoshi.mechanisms.flow import Flow
from luoshi.mechanisms.model import Carries, Filing, Mechanism, ReportedIn
from luoshi.messages import mark, tr

ROWS: Final = 100
"""Rows of a page: with seven controls each they stay within what a form may hold."""
MONTHS, QUARTERS = 12, 4
"""How far back a period may lie: a year, as its name tells no year."""
WHOLE: Final = 100
COLUMNS: Final = ("value", "share", "state", "text", "problems", "next")
"""The columns of the grid, in their order; each leads to a field by the mechanism."""


@dataclass(frozen=True, slots=True)
class Period:
    """A month or quarter: its key in the mechanism's choice, its name, its last day."""

    key: str
    name: str
    until: str


@dataclass(frozen=True, slots=True)
class Way:
    """How a mechanism reports progress."""

    mechanism: Mechanism
    filing: Filing
    reported: ReportedIn

    @property
    def fields(self) -> dict[str, str]:
        """Column → field, of those that the action takes."""
        told = {
            "value": self.reported.value, "share": self.reported.share, "state": self.reported.state,
            "text": self.filing.text, "problems": self.filing.problems, "next": self.filing.next,
        }  # fmt: skip
        return {name: told[name] for name in COLUMNS if told[name] is not None}  # type: ignore[misc]


@dataclass(slots=True)
class Row:
    """A task: what it is, what was reported last and for this period, what was typed, and what is wrong with it.

    ``onward``: the act that leads the case on (反馈结果, or 签收 where it is not signed for). ``form`` is None where
    nothing can be reported just now. ``saved``: it was reported by this very request;
    ``overtaken``: the case had gone on since the page was made, so that it was not.
    """

    case: CaseRow
    commitment: Commitment | None
    unit: str
    way: Way | None
    offer: Offer | None
    onward: Offer | None
    form: Form | None = None
    last: Last | None = None
    here: Last | None = None
    typed: dict[str, Any] = field(default_factory=dict)
    saved: bool = False
    finished: bool = False
    overtaken: bool = False

    @property
    def key(self) -> str:
        """Begins the names of the row's controls."""
        return f"{self.case.case}:"

    @property
    def controls(self) -> dict[str, Any]:
        """Column → control."""
        if self.form is None or self.way is None:
            return {}
        by_name = {one.name: one for one in self.form.controls}
        return {column: by_name[name] for column, name in self.way.fields.items() if name in by_name}

    @property
    def faulty(self) -> bool:
        """Whether anything is wrong with what was typed."""
        return self.form is not None and self.form.faulty


def way_of(flow: Flow) -> Way | None:
    """How progress is reported in cases of ``flow``; None if its mechanism does not say."""
    carries: Carries | None = flow.mechanism.commitment
    if carries is None or carries.progress is None or carries.reported is None:
        return None
    return Way(flow.mechanism, carries.progress, carries.reported)


# --- periods


def periods(visit: Visit, mechanism: Mechanism, reported: ReportedIn) -> list[Period]:
    """The months and quarters that may be reported, the latest first; months before quarters."""
    choices, today = mechanism.fields[reported.period].choices, date.fromisoformat(visit.on_day)
    found, year, month = [], today.year, today.month
    for _ in range(MONTHS):
        found.append((f"m{month}", year, month_end(year, month)))
        year, month = (year, month - 1) if month > 1 else (year - 1, MONTHS)
    year, quarter = today.year, (today.month + 2) // 3
    for _ in range(QUARTERS):
        found.append((f"q{quarter}", year, month_end(year, quarter * 3)))
        year, quarter = (year, quarter - 1) if quarter > 1 else (year - 1, QUARTERS)
    return [
        Period(key, tr(mark("{period} {year}"), period=pick(choices[key], visit.lang), year=year), end.isoformat())
        for key, year, end in found
        if key in choices
    ]


def is_for(one: Reported, period: Period) -> bool:
    """Whether ``one`` was reported for ``period`` of that year."""
    return one.period == period.key and period_end(one.period, one.on_day)[:4] == period.until[:4]


def usual(visit: Visit, found: Sequence[Period], told: Iterable[Sequence[Reported]]) -> Period | None:
    """The last full month unless everything is reported for it; then the month that runs."""
    months = [one for one in found if one.key.startswith("m")]
    full = [one for one in months if one.until < visit.on_day]
    every = list(told)
    if not full:
        return found[0] if found else None
    if every and all(any(is_for(one, full[0]) for one in reports) for reports in every):
        return months[0]
    return full[0]


# --- the rows


class Tasks:
    """The tasks of one officer on one page: those that he may report on, and those to be signed for first."""

    def __init__(self, visit: Visit, after: Key | None) -> None:
        self.visit = visit
        seen = waiting(visit.sight)
        kinds = [name for name, kind in visit.place.in_force.items() if way_of(kind.flow) is not None]
        self.page = door_page(seen, Filters(mechanism=kinds[0] if len(kinds) == 1 else None), after, ROWS)
        codes = [row.case for row in self.page.rows]
        self.offered = offers_many(visit.district, visit.officer, codes, visit.now) if codes else {}
        cases = [row for row in self.page.rows if self._is_task(row)]
        with reading():
            found = Commitment.objects.filter(district=visit.district, case__in=[row.case for row in cases])
            self.commitments = {str(one.case): one for one in found}
        self.entries = public_entries(visit.sight, cases) if cases else {}
        self.reports = {row.case: self._reports(row) for row in cases}
        self.cases = cases

    def _flow(self, row: CaseRow) -> Flow:
        return self.visit.place.flow(row.mechanism, row.version)

    def _is_task(self, row: CaseRow) -> bool:
        """Whether he reports in it, or would once he has taken the act that leads on."""
        way = way_of(self._flow(row))
        if way is None:
            return False
        reporters = set(way.mechanism.actions[way.filing.action].by)
        return any(
            offer.action == way.filing.action or (offer.leads == "forward" and offer.actor.role in reporters)
            for offer in self.offered.get(row.case, ())
        )

    def _reports(self, row: CaseRow) -> tuple[Reported, ...]:
        carries = self._flow(row).mechanism.commitment
        assert carries is not None
        return reports_of(self.entries.get(row.case, []), carries)

    def way(self) -> Way | None:
        """How the first of them is reported: its columns head the grid."""
        return next((way_of(self._flow(row)) for row in self.cases), None)

    def reported(self) -> list[tuple[Reported, ...]]:
        """What was reported in each in which it can be just now."""
        return [
            self.reports[row.case]
            for row in self.cases
            if any(offer.action == self._action(row) for offer in self.offered.get(row.case, ()))
        ]

    def _action(self, row: CaseRow) -> str:
        way = way_of(self._flow(row))
        return way.filing.action if way is not None else ""

    def rows(self, period: Period | None) -> list[Row]:
        """A row for each, with what was reported last and for ``period``."""
        wanted: dict[int, set[int]] = {}
        for row in self.cases:
            wanted[row.id] = {one.n for one in self._last_and_here(row, period) if one is not None}
        texts = office_texts(self.visit.sight, {case: ns for case, ns in wanted.items() if ns})
        return [self._row(row, period, texts) for row in self.cases]

    def _last_and_here(self, row: CaseRow, period: Period | None) -> tuple[Reported | None, Reported | None]:
        """The last report for another period, and the last one for ``period``."""
        here: Reported | None = None
        last: Reported | None = None
        for one in self.reports[row.case]:
            if period is not None and is_for(one, period):
                here = one
            else:
                last = one
        return last, here

    def _row(self, case: CaseRow, period: Period | None, texts: Mapping[tuple[int, int], Mapping[str, str]]) -> Row:
        flow, way = self._flow(case), way_of(self._flow(case))
        assert way is not None
        offers, one = self.offered.get(case.case, ()), self.commitments.get(case.case)
        offer = next((each for each in offers if each.action == way.filing.action and each.blocked is None), None)
        onward = next((each for each in offers if each.leads == "forward" and each.blocked is None), None)
        unit = unit_of(one) if one is not None else ""
        row = Row(case, one, unit, way, offer, onward)

        def told(each: Reported) -> Last:
            return told_report(flow.mechanism, each, texts.get((case.id, each.n), {}), unit, self.visit.lang)

        reports = self.reports[case.case]
        last, here = self._last_and_here(case, period)
        row.last, row.here = told(last) if last is not None else None, told(here) if here is not None else None
        row.finished = bool(reports) and reports[-1].completion in way.reported.done
        if offer is not None:
            row.form = form_of(self.visit, flow, offer.ready, {}, {})
            _narrow(row)
        return row


def _narrow(row: Row) -> None:
    assert row.form is not None
    assert row.way is not None
    names = set(row.way.fields.values())
    row.form.controls = [one for one in row.form.controls if one.name in names]


# --- reading what was typed


def fill(visit: Visit, rows: Iterable[Row], post: QueryDict) -> None:
    """Put what was typed into the rows, each under its own names."""
    for row in rows:
        if row.offer is None or row.way is None:
            continue
        flow = visit.place.flow(row.case.mechanism, row.case.version)
        own = QueryDict(mutable=True)
        for name in row.way.fields.values():
            own.setlist(PREFIX + name, post.getlist(f"{row.key}{PREFIX}{name}"))
        row.typed = typed_in(own, flow.mechanism, row.way.fields.values())
        row.form = form_of(visit, flow, row.offer.ready, row.typed, {})
        _narrow(row)


def seen_of(row: Row, post: QueryDict) -> int:
    """The entry that stood there when the page was made; that of now if the form does not say."""
    told = post.get(f"{row.key}seen", "")
    return min(int(told), row.case.n) if told.isascii() and told.isdigit() and len(told) < 10 else row.case.n


def checked(row: Row, period: Period) -> dict[str, Any]:
    """The fields of the row's act; what is wrong stands beside its field then."""
    assert row.form is not None
    assert row.way is not None
    fields = values_of(row.typed, row.way.mechanism)
    check(row.form, {**fields, row.way.reported.period: period.key}, row.way.mechanism, 0)
    share = fields.get(row.way.reported.share)
    if share is not None and not _percent(str(share)):
        row.form.wrong(row.way.reported.share, tr("A share lies between 0 and 100 percent; correct it."))
    return {**fields, row.way.reported.period: period.key}


def _percent(text: str) -> bool:
    try:
        return 0 <= Decimal(text) <= WHOLE
    except InvalidOperation:
        return True  # the check of the field says so


def save(visit: Visit, rows: Iterable[Row], period: Period, post: QueryDict) -> list[Row]:
    """Report the rows, each an act of its own in one transaction; those that were reported. Refusals stand in the row.

    Raises CaseworkError for what the store could not do: nothing is reported then.
    """
    asked = list(_requests(rows, period, post))
    if not asked:
        return []
    results = act_many(
        visit.district, [request for _, request in asked], authorise=by_posts(visit.district), now=visit.now
    )
    done = []
    for (row, _), result in zip(asked, results, strict=True):
        assert row.form is not None
        assert row.offer is not None
        if isinstance(result, Done):
            done.append(row)
        elif isinstance(result, Refused):
            mechanism = visit.place.flow(row.case.mechanism, row.case.version).mechanism
            row.overtaken = result.code == "changed"
            put_refusal(row.form, result, mechanism, row.offer.ready.action)
    return done


def _requests(rows: Iterable[Row], period: Period, post: QueryDict) -> Iterator[tuple[Row, Request]]:
    for row in rows:
        if row.offer is None or row.form is None:
            continue
        fields = checked(row, period)
        if not row.form.faulty:
            offer = row.offer
            yield (
                row,
                Request(
                    offer.actor,
                    offer.action,
                    case=row.case.case,
                    fields=fields,
                    part=offer.part,
                    seen=seen_of(row, post),
                ),
            )
