"""Year on year: what became of last year's promises by this year's report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from luoshi.casework.sql import reading
from luoshi.commitments.models import Commitment, Report, YearCheck
from luoshi.reading.compare import Comparison, Verdict, compare
from luoshi.reading.model import Hint, Reading, Source
from luoshi.reading.reader import read


@dataclass(frozen=True, slots=True)
class YearVerdict:
    """A promise of last year (``text`` with its span in last year's report) and the verdict with its code for why;
    ``indicator`` if it is of one target among several; ``result``: the text of this year's report (with its span) that
    it follows from. ``commitment``: its row."""

    text: str
    span: tuple[int, int]
    indicator: str
    verdict: Verdict
    why: str
    result: str | None
    result_span: tuple[int, int] | None
    commitment: Commitment | None


def year_on_year(last: Report, this: Report) -> list[YearVerdict]:
    """One verdict for each target of last year's promises; computed once for the two files and then kept."""
    verdicts = _kept(last, this)
    with reading():
        rows = Commitment.objects.filter(district=last.district, report_id=last.pk).order_by("id")
        # As it was read: what was taken apart or put together later has other spans, or a later id.
        by_span: dict[tuple[int, int], Commitment] = {}
        for row in rows:
            by_span.setdefault((row.start, row.end), row)
    return [_verdict(one, by_span) for one in verdicts]


def _kept(last: Report, this: Report) -> list[dict[str, Any]]:
    key = {"district": last.district, "last": last.sha256, "this": this.sha256}
    with reading():
        kept = YearCheck.objects.filter(**key).first()
        if kept is None:
            verdicts = [_plain(one) for one in compare(reading_of(last), reading_of(this))]
            kept, _ = YearCheck.objects.get_or_create(**key, defaults={"verdicts": verdicts})
    return list(kept.verdicts)


def reading_of(report: Report) -> Reading:
    """The report read again from its kept text and the headings that its file declared: as it was read first."""
    hints = [Hint(start, end, level) for start, end, level in report.hints]
    return read(Source(report.name, report.sha256, report.text, hints))


def _plain(one: Comparison) -> dict[str, Any]:
    result = one.result
    return {
        "start": one.promise.start,
        "end": one.promise.end,
        "text": one.promise.text,
        "indicator": one.promise.targets[0].indicator if one.promise.targets else "",
        "verdict": one.verdict,
        "why": one.why,
        "result": None if result is None else {"start": result.start, "end": result.end, "text": result.text},
    }


def _verdict(one: dict[str, Any], by_span: dict[tuple[int, int], Commitment]) -> YearVerdict:
    result, span = one["result"], (one["start"], one["end"])
    return YearVerdict(
        text=one["text"],
        span=span,
        indicator=one["indicator"],
        verdict=one["verdict"],
        why=one["why"],
        result=None if result is None else result["text"],
        result_span=None if result is None else (result["start"], result["end"]),
        commitment=by_span.get(span),
    )
