"""The workbook of a report's tasks 任务清单: out for the offices to fill in, and in again with the differences shown
before any is taken."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Final

from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.utils.http import content_disposition_header

from luoshi.casework.errors import CaseworkError
from luoshi.commitments.errors import CommitmentError
from luoshi.commitments.models import Commitment, Report
from luoshi.desk import errors, reviewing
from luoshi.desk.pages.issuing import outcome, told_on
from luoshi.desk.pages.reports import kept_files
from luoshi.desk.pages.review import Told
from luoshi.desk.routes import OFFICE, page
from luoshi.desk.templating import render
from luoshi.desk.visit import Visit
from luoshi.messages import describe, mark, tr
from luoshi.reading.errors import ReadError
from luoshi.words.casework import describe_casework
from luoshi.writing.columns import task_columns
from luoshi.writing.commitments_back import Difference, differences, take
from luoshi.writing.commitments_book import write_book

MOST_BYTES: Final = 10 * 1024 * 1024
"""A year's workbook of 10,000 tasks has some 2 MB."""
KIND: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SALT: Final = "luoshi.desk.workbook"
KEPT_SECONDS: Final = 24 * 3600
"""How long differences that were shown can be taken."""
PROBLEMS: Final[dict[str, str]] = {
    "code_unknown": mark("no commitment of this report has this code; the row was passed over"),
    "code_missing": mark("the row has no code in its last column, so it belongs to no commitment; it was passed over"),
    "status_wrong": mark("it was issued or is no task any more, and cannot be changed"),
    "body_unknown": mark("no body is called that, or several are; write its full name"),
    "date_wrong": mark("this tells no day; write it as 2025-09-30"),
    "value_wrong": mark("it is too long or has characters that cannot be kept; write it anew"),
    "changed": mark("somebody else has changed this since the workbook was written; change it on the page if need be"),
    "rows_differ": mark("two rows of this commitment say different things; make them the same"),
    "not_taken": mark("this column shows what was read from the report; changes in it are not taken"),
}
"""Why a difference is not taken, and what to do."""


@page("reports/<int:report>/workbook/", name="report_workbook", access=OFFICE, methods=("GET", "POST"))
def report_workbook(visit: Visit, report: int) -> HttpResponse:
    """The workbook out, and one back in: posted, it is compared and nothing changes."""
    found = reviewing.report_seen(visit, report)
    if found is None:
        return errors.missing(visit)
    if visit.request.method != "POST":
        return _shown(visit, found)
    file = visit.request.FILES.get("file")
    if not isinstance(file, UploadedFile):
        return _shown(visit, found, wrong=tr("Choose the file of the workbook first."))
    name = str(file.name or "")
    if (file.size or 0) > MOST_BYTES:
        return _shown(visit, found, wrong=tr("{name} is larger than {most} MB; a workbook of tasks is far smaller.",
                                             name=name, most=MOST_BYTES // 1024 // 1024))  # fmt: skip
    try:
        kept = kept_files().put(BytesIO(file.read()))
        differing = _differences(visit, found, kept.sha256)
    except ReadError as error:
        return _shown(visit, found, wrong=describe(ReadError(error.code, **{**error.details, "name": name})))
    except CaseworkError as error:
        return _shown(visit, found, wrong=describe_casework(error))
    token = signing.dumps([kept.sha256, found.pk, visit.officer], salt=SALT)
    return _shown(visit, found, differing=differing, token=token, name=name)


@page("reports/<int:report>/workbook/file/", name="report_workbook_file", access=OFFICE)
def report_workbook_file(visit: Visit, report: int) -> HttpResponse:
    """The workbook as a file, in the reader's language."""
    found = reviewing.report_seen(visit, report)
    if found is None:
        return errors.missing(visit)
    out = BytesIO()
    write_book(found, out, lang=visit.lang)
    answer = HttpResponse(out.getvalue(), content_type=KIND)
    header = content_disposition_header(as_attachment=True, filename=f"{reviewing.title_of(found)}.xlsx")
    answer["Content-Disposition"] = header or "attachment"
    return answer


@page("reports/<int:report>/workbook/take/", name="report_workbook_take", access=OFFICE, methods=("POST",))
def report_workbook_take(visit: Visit, report: int) -> HttpResponse:
    """Take the differences that were ticked."""
    found = reviewing.report_seen(visit, report)
    if found is None:
        return errors.missing(visit)
    try:
        sha256, of_report, officer = signing.loads(visit.request.POST.get("token", ""), salt=SALT, max_age=KEPT_SECONDS)
    except signing.BadSignature:
        return _shown(visit, found, wrong=tr("These differences were shown too long ago; upload the workbook again."))
    if of_report != found.pk or officer != visit.officer:
        return errors.missing(visit)
    wanted = set(visit.request.POST.getlist("take"))
    try:
        chosen = [one for one in _differences(visit, found, sha256) if key_of(one) in wanted]
        results = take(visit.district, visit.officer, chosen)
    except (ReadError, CaseworkError):
        return _shown(visit, found, wrong=tr("The workbook is no longer there; upload it again."))
    except CommitmentError as error:
        return _shown(visit, found, wrong=reviewing.said(visit, error))
    if not results:
        return told_on(visit, found, Told(tr("Nothing was taken from the workbook"), "", "warn"))
    done = [(one.code, one.error) for one in results]
    return told_on(visit, found, outcome(visit, tr("Changed by the workbook: {count}"), done))


def key_of(one: Difference) -> str:
    """What a tick says: field, revision and commitment, so that what has changed since it was shown is not taken."""
    return f"{one.field}:{one.n}:{one.code}"


def _differences(visit: Visit, found: Report, sha256: str) -> Sequence[Difference]:
    files = kept_files()
    with files.open(sha256):
        return differences(found, files.path(sha256), visit.on_day)


def _tasks(found: Report, codes: Sequence[str]) -> dict[str, str]:
    """The words of the tasks with these codes."""
    rows = Commitment.objects.filter(district=found.district, report_id=found.pk)
    return dict(rows.filter(code__in=set(codes)).values_list("code", "task")) if codes else {}


def _shown(
    visit: Visit,
    found: Report,
    *,
    wrong: str = "",
    differing: Sequence[Difference] | None = None,
    token: str = "",
    name: str = "",
) -> HttpResponse:
    columns = {column.key: column.heading for column in task_columns(visit.lang)}
    fields = {**columns, **{field: tr(said) for field, said in reviewing.FIELD_NAMES.items()}}
    context = {
        "report": found,
        "title": reviewing.title_of(found),
        "wrong": wrong,
        "differing": differing,
        "takeable": sum(one.problem is None for one in differing or ()),
        "problems": PROBLEMS,
        "fields": fields,
        "key_of": key_of,
        "tasks": _tasks(found, [one.code for one in differing or ()]),
        "token": token,
        "name": name,
        "most_mib": MOST_BYTES // 1024 // 1024,
    }
    return render(visit, "desk/workbook_diff.html", context, status=422 if wrong else 200)
