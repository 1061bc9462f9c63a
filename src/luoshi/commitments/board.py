"""The board: every commitment of a report with its case and its lights, in a constant number of queries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from luoshi.casework.door import CaseRow, Sight
from luoshi.casework.histories import cases, public_entries
from luoshi.casework.sql import reading
from luoshi.commitments.clarity import Clarity, lacking
from luoshi.commitments.models import Commitment, Report
from luoshi.commitments.progress import Deadline, Matter, Pace, Progress, progress

REASONS_BEHIND: Final = frozenset({"pace_month_missing", "pace_quarter_missing"})


@dataclass(frozen=True, slots=True)
class Card:
    """A commitment; of an issued one its case and progress, if the officer may see the case."""

    commitment: Commitment
    lacking: tuple[Clarity, ...]
    case: CaseRow | None = None
    progress: Progress | None = None


def cards(district: str, report: Report, seen: Sight | None, on_day: str) -> list[Card]:
    """All commitments of ``report`` in the order of the text, those too that were taken apart, put together or
    rejected. ``seen`` None: nothing of cases."""
    with reading():
        rows = list(Commitment.objects.filter(district=district, report_id=report.pk).order_by("start", "id"))
    years = {report.pk: report.plan_year}
    return _cards(rows, years, seen, on_day)


def card_of_case(seen: Sight, case: str, on_day: str) -> Card | None:
    """The commitment that became ``case``; None if it came from none or is not seen."""
    if not case.isprintable():
        return None
    with reading():
        rows = list(Commitment.objects.filter(district=seen.district, case=case))
        years = _years(seen.district)
    found = _cards(rows, years, seen, on_day)
    return found[0] if found and found[0].case is not None else None


def cards_of_cases(seen: Sight, case_codes: Sequence[str], on_day: str) -> dict[str, Card]:
    """:func:`card_of_case` for several cases, by case, in a constant number of queries."""
    wanted = [code for code in case_codes if code.isprintable()]
    with reading():
        rows = list(Commitment.objects.filter(district=seen.district, case__in=wanted))
        years = _years(seen.district)
    return {card.case.case: card for card in _cards(rows, years, seen, on_day) if card.case is not None}


def behind(seen: Sight, on_day: str, report: Report | None = None) -> list[Card]:
    """What is behind: overdue, not reported for the last full month, or behind the pace; of all reports or of one.
    The most overdue first, then those behind the pace, then those not reported."""
    with reading():
        narrow = Commitment.objects.filter(district=seen.district, case__isnull=False)
        rows = list((narrow if report is None else narrow.filter(report_id=report.pk)).order_by("start", "id"))
        years = _years(seen.district)
    return sorted(filter(is_behind, _cards(rows, years, seen, on_day)), key=_urgency)


def is_behind(card: Card) -> bool:
    """Whether the card belongs to what is behind."""
    told = card.progress
    return told is not None and (
        told.deadline.state is Deadline.OVERDUE or told.pace.state is Pace.BEHIND or told.pace.reason in REASONS_BEHIND
    )


def _urgency(card: Card) -> tuple[int, int]:
    assert card.progress is not None
    days = card.progress.deadline.details.get("days", 0)
    overdue = card.progress.deadline.state is Deadline.OVERDUE
    return (-days if overdue else 1, int(card.progress.pace.state is not Pace.BEHIND))


def _years(district: str) -> dict[int, int | None]:
    return dict(Report.objects.filter(district=district).values_list("id", "plan_year"))


def _cards(rows: list[Commitment], years: dict[int, int | None], seen: Sight | None, on_day: str) -> list[Card]:
    issued = [row.case for row in rows if row.case is not None]
    shown = cases(seen, issued) if seen is not None and issued else {}
    told = public_entries(seen, list(shown.values())) if seen is not None and shown else {}
    return [_card(row, years.get(row.report_id), shown, told, seen, on_day) for row in rows]


def _card(
    row: Commitment,
    year: int | None,
    shown: dict[str, CaseRow],
    told: dict[str, list[dict[str, Any]]],
    seen: Sight | None,
    on_day: str,
) -> Card:
    case = shown.get(row.case) if row.case is not None else None
    if case is None or seen is None:
        return Card(row, lacking(row))
    carries = seen.flows[case.mechanism, case.version].mechanism.commitment
    if carries is None:
        return Card(row, lacking(row), case)
    entries = told.get(case.case, [])
    lights = progress(matter_of(row, case, year, entries), entries, carries, on_day)
    return Card(row, lacking(row), case, lights)


def matter_of(row: Commitment, case: CaseRow, plan_year: int | None, entries: Sequence[Mapping[str, Any]]) -> Matter:
    """What the lights of ``row`` are told from. A plan's time begins with its year, if it was issued in it.

    An answer counts until the matter is given a day anew (sent back), which an entry after it tells.
    """
    issued_on = row.issued_on or case.opened_on
    begins = f"{plan_year}-01-01" if plan_year is not None and issued_on[:4] == str(plan_year) else issued_on
    answered: str | None = None
    due = case.due_on or row.due
    for entry in entries:
        told = entry["set"]
        if told.get("due_on"):
            answered, due = None, case.due_on or told["due_on"]
        if told.get("answered_on"):
            answered = told["answered_on"]
    return Matter(begins, issued_on, due, case.open, answered)
