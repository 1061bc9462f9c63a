"""What is done to several commitments at once, and issue 交办 with its preview."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpResponse

from luoshi.casework.errors import CaseworkError
from luoshi.commitments import issuing, review
from luoshi.commitments.errors import CommitmentError
from luoshi.commitments.models import ACCEPTED, ISSUED, PROPOSED, REJECTED, Report
from luoshi.desk import errors, reviewing
from luoshi.desk.names import Names
from luoshi.desk.pages.review import Told, whole
from luoshi.desk.reviewing import Row
from luoshi.desk.routes import OFFICE, page
from luoshi.desk.templating import render
from luoshi.desk.visit import Visit
from luoshi.mechanisms.acts import Refused
from luoshi.messages import tr
from luoshi.words.casework import describe_casework


@page("reports/<int:report>/bulk/", name="report_bulk", access=OFFICE, methods=("POST",))
def report_bulk(visit: Visit, report: int) -> HttpResponse:
    """Accept the chosen or everything proposed, give the chosen one lead body, or put them together."""
    found = reviewing.report_seen(visit, report)
    if found is None:
        return errors.missing(visit)
    does = visit.request.POST.get("do", "")
    seen = reviewing.chosen(visit.request.POST)
    if does == "accept_all":
        rows = reviewing.rows_of(visit, found)
        seen = {row.commitment.code: row.commitment.n for row in rows if row.commitment.status == PROPOSED}
    if not seen:
        return told_on(
            visit, found, Told(tr("Nothing was chosen"), tr("Choose commitments in the list first."), "warn")
        )
    seen = _of_report(visit, found, seen)
    if does == "merge":
        try:
            made = review.merge(visit.district, visit.officer, seen)
        except CommitmentError as error:
            return told_on(visit, found, Told(tr("They were not put together"), reviewing.said(visit, error), "wrong"))
        return reviewing.back(visit, report, made.code)
    if does == "lead":
        return _lead(visit, found, seen)
    done = review.accept_many(visit.district, visit.officer, seen)
    return told_on(visit, found, outcome(visit, tr("Accepted: {count}"), [(one.code, one.error) for one in done]))


def _of_report(visit: Visit, found: Report, seen: Mapping[str, int]) -> dict[str, int]:
    """Of what was chosen, what is of this report; the rest was not chosen on its page."""
    own = {row.commitment.code for row in reviewing.rows_of(visit, found)}
    return {code: n for code, n in seen.items() if code in own}


def _lead(visit: Visit, found: Report, seen: Mapping[str, int]) -> HttpResponse:
    body = visit.request.POST.get("lead", "")
    if not body:
        return told_on(
            visit, found, Told(tr("No body was chosen"), tr("Choose the lead body beside the button."), "warn")
        )
    done: list[tuple[str, CommitmentError | None]] = []
    for code, n in seen.items():
        try:
            review.edit(visit.district, visit.officer, code, n, {"lead": body})
            done.append((code, None))
        except CommitmentError as error:
            done.append((code, error))
    title = tr("Assigned to {body}: {count}").replace("{body}", Names(visit).body(body))
    return told_on(visit, found, outcome(visit, title, done))


def outcome(visit: Visit, title: str, done: Sequence[tuple[str, CommitmentError | None]]) -> Told:
    """How many went well, and why others did not."""
    wrong = [f"{code}: {reviewing.said(visit, error)}" for code, error in done if error is not None]
    line = title.replace("{count}", str(len(done) - len(wrong)))
    return Told(line, " ".join(wrong[:10]), "warn" if wrong else "good")


def told_on(visit: Visit, found: Report, told: Told) -> HttpResponse:
    """The review again with a notice on top of it."""
    return whole(visit, found, "", told=told)


@page("reports/<int:report>/issue/", name="report_issue", access=OFFICE, methods=("GET", "POST"))
def report_issue(visit: Visit, report: int) -> HttpResponse:
    """What will be issued to whom by when, and what is refused and why; posted, it is done."""
    found = reviewing.report_seen(visit, report)
    if found is None:
        return errors.missing(visit)
    rows = reviewing.rows_of(visit, found)
    by_code = {row.commitment.code: row for row in rows}
    if visit.request.method == "POST":
        seen = {code: n for code, n in reviewing.chosen(visit.request.POST).items() if code in by_code}
        results = _issue(visit, by_code, seen)
        again = {row.commitment.code: row for row in reviewing.rows_of(visit, found)}
        told = [(again[code], *results[code]) for code in seen]
        good = sum(not why for *_, why in told)
        title = tr("Issued: {count}", count=good)
        return _shown(visit, found, list(again.values()), title, results=told, ready=[], refused=[])
    codes = [code for code in reviewing.chosen(visit.request.GET) if code in by_code]
    chosen = [by_code[code] for code in codes]
    ready = [row for row in chosen if row.open and not row.lacking]
    refused = [(row, *_why(row)) for row in chosen if row not in ready]
    return _shown(visit, found, rows, tr("Issue tasks"), results=None, ready=ready, refused=refused)


def _shown(visit: Visit, found: Report, rows: Sequence[Row], title: str, **more: Any) -> HttpResponse:
    context = {
        "report": found,
        "title": title,
        "counts": reviewing.counts_of(rows),
        "words": reviewing,
        "statuses": {"proposed": PROPOSED, "accepted": ACCEPTED, "rejected": REJECTED, "issued": ISSUED},
    }
    template = "desk/_report_issue_dialog.html" if visit.partial else "desk/report_issue.html"
    return render(visit, template, context | more)


def _why(row: Row) -> tuple[str, str]:
    """Why a row cannot be issued, and the field to go to."""
    if not row.open:
        return tr("It is {status}; only what is proposed or accepted can be issued.",
                  status=tr(reviewing.STATUS_NAMES[row.commitment.status])), ""  # fmt: skip
    said = tr("Missing: {what}.", what=reviewing.missing_words(row.lacking))
    return said, reviewing.FIELD_OF[row.lacking[0]]


def _issue(visit: Visit, rows: Mapping[str, Row], seen: Mapping[str, int]) -> dict[str, tuple[str, str, str]]:
    """Accept what is only proposed, then issue; code → case, its number, or why not."""
    told: dict[str, tuple[str, str, str]] = {}
    held = {code: rows[code].commitment.status for code in seen}
    proposed = {code: n for code, n in seen.items() if held[code] == PROPOSED}
    now = dict(seen)
    for one in review.accept_many(visit.district, visit.officer, proposed) if proposed else ():
        if one.commitment is not None:
            now[one.code] = one.commitment.n
        elif one.error is not None:
            told[one.code] = ("", "", reviewing.said(visit, one.error))
    codes = [code for code in seen if code not in told]
    try:
        done = issuing.issue(visit.district, visit.officer, codes, seen=now) if codes else []
    except (CommitmentError, CaseworkError) as error:
        return told | dict.fromkeys(codes, ("", "", _why_not(visit, error)))
    for result in done:
        number = result.done.number if result.done is not None else ""
        why = "" if result.error is None else _why_not(visit, result.error)
        told[result.code] = (result.case or "", number, why)
    return told


def _why_not(visit: Visit, error: Exception) -> str:
    if isinstance(error, CommitmentError):
        return reviewing.said(visit, error)
    carrier = Names(visit).definition("supervision") if isinstance(error, Refused) else None
    return describe_casework(error, carrier)
