"""The board: every commitment of a report with its case and its lights, in a constant number of queries."""

from __future__ import annotations

from dataclasses import dataclass

from luoshi.casework.door import CaseRow, Sight
from luoshi.commitments.clarity import Clarity
from luoshi.commitments.models import Commitment, Report
from luoshi.commitments.progress import Progress


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
    raise NotImplementedError


def card_of_case(seen: Sight, case: str, on_day: str) -> Card | None:
    """The commitment that became ``case``; None if it came from none or is not seen."""
    raise NotImplementedError


def behind(seen: Sight, on_day: str, report: Report | None = None) -> list[Card]:
    """What is behind: overdue, not reported for the last full month, or behind the pace; of all reports or of one.
    The most overdue first."""
    raise NotImplementedError
