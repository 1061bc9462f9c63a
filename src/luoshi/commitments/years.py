"""Year on year: what became of last year's promises by this year's report."""

from __future__ import annotations

from dataclasses import dataclass

from luoshi.commitments.models import Commitment, Report
from luoshi.reading.compare import Verdict


@dataclass(frozen=True, slots=True)
class YearVerdict:
    """A promise of last year (``text`` with its span in last year's report) and the verdict with its code for why;
    ``result``: the text of this year's report (with its span) that it follows from. ``commitment``: its row."""

    text: str
    span: tuple[int, int]
    verdict: Verdict
    why: str
    result: str | None
    result_span: tuple[int, int] | None
    commitment: Commitment | None


def year_on_year(last: Report, this: Report) -> list[YearVerdict]:
    """One verdict for each target of last year's promises; computed once for the two files and then kept."""
    raise NotImplementedError
