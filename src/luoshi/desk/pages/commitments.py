"""Commitments 目标任务: the leader's page about the promises of a year, and the page of one promise."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from django.http import FileResponse, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils.http import content_disposition_header

from luoshi.access.audit import record
from luoshi.casework.door import may_read
from luoshi.casework.histories import office_texts, public_entries
from luoshi.casework.sql import reading
from luoshi.commitments import board, review, taking, years
from luoshi.commitments.clarity import lacking, standard_of
from luoshi.commitments.errors import CommitmentError
from luoshi.commitments.models import LIVING, Commitment, Report
from luoshi.commitments.progress import Deadline, time_share
from luoshi.commitments.working import MEASURED
from luoshi.desk import editing, errors, wording
from luoshi.desk.boarding import GROUPS, SHOWS, Asked, Boarding
from luoshi.desk.links import link
from luoshi.desk.measuring import held_safely, measuring_of
from luoshi.desk.names import Names
from luoshi.desk.pages.exports import SHEET
from luoshi.desk.promised import Last, Line, lines_of, told_report, unit_of
from luoshi.desk.reviewing import ACTION_NAMES, CLARITIES, CLARITY_NAMES, STATUS_NAMES, said, title_of
from luoshi.desk.routes import OFFICE, OFFICER, page
from luoshi.desk.templating import render
from luoshi.desk.visit import Visit
from luoshi.figures.definitions import load_all
from luoshi.messages import mark, tr
from luoshi.summary import VERDICTS, WHYS
from luoshi.writing.cells import Column
from luoshi.writing.lists import write_list

VERDICT_TONES: Final = {"met": "green", "missed": "red", "partly": "amber", "absent": "amber", "unverifiable": ""}
WORST: Final = ("missed", "absent", "partly", "unverifiable", "met")
"""Of several targets the verdict that is shown is the worst."""
LOG_SHOWN: Final = 50
FIELD_MOST: Final = 200


def whole(visit: Visit) -> bool:
    """Whether he sees every promise, those too that are not issued: who reviews them, and the leaders."""
    return OFFICE.allows(visit) or visit.holds("supervision", "leader")


@page("commitments/", name="commitments", access=OFFICER)
def commitments(visit: Visit) -> HttpResponse:
    """Numbers, groups and rows; all that narrows them is in the address."""
    asked = Asked.read(visit.request.GET)
    reports = taking.reports(visit.district)
    report = _chosen(reports, asked)
    if report is None:
        return errors.missing(visit) if reports else render(visit, "desk/commitments.html", _nothing(asked))
    boarding = _boarding(visit, report, asked)
    lines = lines_of(visit, boarding.wanted(), _verdicts(report, reports))
    rows = [(line.card.commitment, report.plan_year) for line in lines]
    context = {
        "asked": asked,
        "board": boarding.board(lines),
        "report": report,
        "reports": [(one.pk, title_of(one)) for one in reports],
        "groups": {key: tr(name) for key, name in GROUPS.items()},
        "shows": {key: tr(name) for key, name in SHOWS.items()},
        "bodies": boarding.bodies(),
        "themes": boarding.themes(),
        "verdicts": any(line.verdict for line in lines),
        "figures": held_safely(visit, rows),
    }
    response = render(visit, "desk/commitments.html", context)
    response["Vary"] = "HX-Request"
    return response


def _nothing(asked: Asked) -> dict[str, Any]:
    return {"asked": asked, "board": None, "report": None}


def _chosen(reports: Sequence[Report], asked: Asked) -> Report | None:
    """The report that was asked for; the newest if none was."""
    if asked.report:
        return next((one for one in reports if one.pk == asked.report), None)
    return reports[0] if reports else None


def _boarding(visit: Visit, report: Report, asked: Asked) -> Boarding:
    cards = board.cards(visit.district, report, visit.sight, visit.on_day)
    if not whole(visit):
        cards = [card for card in cards if card.case is not None]
    return Boarding(visit, asked, cards)


def _verdicts(report: Report, reports: Sequence[Report]) -> dict[int, tuple[str, str, str]]:
    """Commitment → what next year's report says became of it: its name, tone, and why; nothing without that report."""
    if report.plan_year is None:
        return {}
    after = next((one for one in reports if one.plan_year == report.plan_year + 1), None)
    if after is None:
        return {}
    found: dict[int, tuple[str, str]] = {}
    for one in years.year_on_year(report, after):
        if one.commitment is not None:
            known = found.get(one.commitment.pk)
            if known is None or WORST.index(one.verdict) < WORST.index(known[0]):
                found[one.commitment.pk] = (one.verdict, one.why)
    return {
        key: (tr(VERDICTS[verdict]), VERDICT_TONES[verdict], tr(WHYS.get(why, why)))
        for key, (verdict, why) in found.items()
    }


# --- as a workbook

COLUMNS: Final[tuple[tuple[str, str, float, str], ...]] = (
    ("code", mark("Code"), 12, "small"),
    ("task", mark("What is to be done"), 50, "text"),
    ("theme", mark("Theme"), 20, "text"),
    ("lead", mark("Lead body"), 22, "text"),
    ("joint", mark("Joint bodies"), 26, "text"),
    ("status", mark("Status"), 12, "text"),
    ("due", mark("To be done by"), 12, "date"),
    ("deadline", mark("Deadline state"), 12, "text"),
    ("step", mark("Escalation step"), 12, "text"),
    ("pace", mark("Against the schedule"), 14, "text"),
    ("share", mark("Done, %"), 10, "figure"),
    ("time", mark("Time gone, %"), 10, "figure"),
    ("period", mark("Last period reported"), 12, "text"),
    ("value", mark("Done so far"), 14, "text"),
    ("state", mark("State of completion"), 12, "text"),
    ("text", mark("In words"), 50, "text"),
    ("number", mark("Number of the case"), 22, "small"),
)


@page("commitments/export.xlsx", name="commitments_export", access=OFFICER)
def export(visit: Visit) -> HttpResponseBase:
    """The list as it is narrowed, as .xlsx; written to a file of its own that is gone once it is sent."""
    asked = Asked.read(visit.request.GET)
    report = _chosen(taking.reports(visit.district), asked)
    if report is None:
        return errors.missing(visit)
    boarding = _boarding(visit, report, asked)
    lines = lines_of(visit, boarding.wanted())
    with tempfile.TemporaryDirectory(prefix="luoshi-export-") as folder:
        path = Path(folder) / "list.xlsx"
        columns = [Column(key, tr(heading), width, look) for key, heading, width, look in COLUMNS]
        facts = list(_facts(visit, report, asked, len(lines)))
        write_list(path, columns, map(_row, lines), lambda _: facts, lang=visit.lang)
        kept = path.open("rb")  # open, it outlives its folder
    username = visit.account.username if visit.account else ""
    details = {"report": report.key, "rows": len(lines)}
    record(visit.district, username, "exported", about=asked.address().partition("?")[2][:200], details=details)
    response = FileResponse(kept, content_type=SHEET)
    name = f"{tr(mark('Commitments'))}-{report.key}-{visit.on_day}.xlsx"
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["Cache-Control"] = "no-store"
    return response


def _row(line: Line) -> tuple[str | float | date | None, ...]:
    one, last = line.card.commitment, line.last
    return (
        one.code,
        line.text,
        one.theme,
        line.lead,
        tr(", ").join(line.joint),
        tr(STATUS_NAMES[one.status]),
        date.fromisoformat(line.due) if line.due else None,
        line.deadline.word if line.deadline else "",
        line.step.word if line.step else "",
        line.pace.word if line.pace else "",
        float(Decimal(line.share)) if line.pace and line.share is not None else None,
        float(Decimal(line.time)) if line.pace and line.share is not None else None,
        last.period if last else "",
        last.value if last else "",
        last.state if last else "",
        last.text if last else "",
        line.card.case.number if line.card.case is not None else "",
    )


def _facts(visit: Visit, report: Report, asked: Asked, count: int) -> Iterator[tuple[str, str]]:
    names = Names(visit)
    narrowed = (names.body(asked.body), asked.theme, tr(SHOWS[asked.show]) if asked.show else "", asked.q)
    yield tr("Report"), title_of(report)
    yield tr("Narrowed by"), tr(", ").join(filter(None, narrowed)) or tr("nothing")
    yield tr("District"), names.district()
    yield tr("Exported by"), names.officer(visit.officer)
    yield tr("As of"), wording.moment(visit.now)
    yield tr("Rows"), wording.number(count)
    yield (
        tr("What it shows"),
        tr("Every promise that his posts let the exporting officer see, with lights as of today."),
    )


# --- one promise


@dataclass(frozen=True, slots=True)
class Reached:
    """A report in the promise's own table: in words, with the share of the time that was gone at its period's end."""

    last: Last
    until: str
    time: str


@page("commitments/<str:code>/", name="commitment", access=OFFICER)
def commitment(visit: Visit, code: str) -> HttpResponse:
    """The promise with its place in the report, its lights with reasons, its progress over time, its log."""
    return shown(visit, code)


@page("commitments/<str:code>/figure/", name="commitment_figure", access=OFFICE, methods=("POST",))
def commitment_figure(visit: Visit, code: str) -> HttpResponse:
    """Say which figure is the promise's progress."""
    post = visit.request.POST
    fields = {name: post.get(name, "").strip()[:FIELD_MOST] for name in MEASURED}
    known = load_all()
    wrong = next((name for name in ("figure", "against") if fields[name] and fields[name] not in known), "")
    if wrong:
        return shown(visit, code, 422, typed=fields, problem=tr("There is no such figure; choose one from the list."))
    try:
        review.edit(visit.district, visit.officer, code, editing.revision(post), fields)
    except CommitmentError as error:
        if error.code == "commitment_unknown":
            return errors.missing(visit)
        status = 409 if error.code == "changed" else 422
        return shown(visit, code, status, typed=fields, problem=said(visit, error))
    return HttpResponseRedirect(link("commitment", code=code) + "#h-figure")


def shown(
    visit: Visit, code: str, status: int = 200, *, typed: Mapping[str, str] | None = None, problem: str = ""
) -> HttpResponse:
    """The page of the promise ``code``. ``typed``: what was chosen for its figure and not saved, and what is wrong."""
    with reading():
        row = Commitment.objects.filter(district=visit.district, code=code).first() if code.isprintable() else None
    if row is None:
        return errors.missing(visit)
    card = board.card_of_case(visit.sight, row.case, visit.on_day) if row.case is not None else None
    every = whole(visit)
    if card is None and not every:
        return errors.missing(visit)
    report = taking.report_of(visit.district, row.report_id)
    card = card or board.Card(row, lacking(row))
    line = lines_of(visit, [card], _verdicts(report, taking.reports(visit.district)))[0]
    reached = _reached(visit, card, report)
    log = review.log_of(visit.district, code) if every else []
    office = OFFICE.allows(visit)
    context = {
        "line": line,
        "one": row,
        "report": report,
        "report_title": title_of(report),
        "clarities": [(tr(CLARITY_NAMES[key]), key not in card.lacking) for key in CLARITIES],
        "status": tr(STATUS_NAMES[row.status]),
        "standard": row.standard.strip() or standard_of(row, report.text),
        "targets": [_target(one, report.text) for one in row.targets],
        "reached": reached,
        "chart": _chart(reached) if len(reached) > 1 else None,
        "log": log[:LOG_SHOWN],
        "actions": {key: tr(name) for key, name in ACTION_NAMES.items()},
        "office": office,
        "closed": line.card.progress is not None and line.lights.deadline.state is Deadline.DONE,
        "family": [*row.made_of, *row.into] if every else [],
        "held": held_safely(visit, [(row, report.plan_year)]).get(row.code),
        "measuring": measuring_of(visit, row, typed) if office and row.status in LIVING else None,
        "problem": problem,
    }
    return render(visit, "desk/commitment.html", context, status=status)


def _target(one: Mapping[str, Any], text: str) -> dict[str, str]:
    """A target with its number as it was written, and the sign of how it compares."""
    start, end = one.get("num_start"), one.get("num_end")
    value = text[start:end] if start is not None and end is not None else ""
    if not value and one.get("value") is not None:
        value = f"{one['value']}{one.get('unit') or ''}"
    sign = str(one.get("op") or "").removesuffix("basis")
    return {
        "indicator": str(one.get("indicator") or ""),
        "told": f"{sign} {value}".strip() if value else "",
        "basis": f"{sign} {one['basis']}" if one.get("basis") else "",
    }


def _reached(visit: Visit, card: board.Card, report: Report) -> list[Reached]:
    """The reports of the case in the order of their periods."""
    if card.case is None or card.progress is None or not card.progress.reports:
        return []
    case = may_read(visit.sight, card.case.case)
    if case is None:
        return []
    mechanism = visit.place.flow(case.mechanism, case.version).mechanism
    entries = public_entries(visit.sight, [case])[case.case]
    matter = board.matter_of(card.commitment, case, report.plan_year, entries)
    told = card.progress.reports
    texts = office_texts(visit.sight, {case.id: {one.n for one in told}})
    unit = unit_of(card.commitment)
    return [
        Reached(
            told_report(mechanism, one, texts.get((case.id, one.n), {}), unit, visit.lang),
            one.until,
            f"{time_share(matter.begins, matter.due_on, one.until):f}",
        )
        for one in told
    ]


def _chart(reached: Sequence[Reached]) -> dict[str, Any] | None:
    """What charts.js draws: the share done against the share of the time; None if no share was told."""
    told = [one for one in reached if one.last.share is not None]
    if len(told) < 2:
        return None
    nowhere: list[str | None] = [None] * len(told)
    return {
        "kind": "lines",
        "unit": "%",
        "names": [one.last.period or wording.short_day(one.until) for one in told],
        "series": [
            {"name": tr("share done"), "tone": "out", "numbers": [float(Decimal(one.last.share or 0)) for one in told],
             "addresses": nowhere},
            {"name": tr("share of the time"), "tone": "in", "numbers": [float(Decimal(one.time)) for one in told],
             "addresses": nowhere},
        ],
    }  # fmt: skip
