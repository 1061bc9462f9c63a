"""Work reports 政府工作报告: which there are, a new one in; and the list of bodies that pickers look in."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from io import BytesIO
from typing import Any, Final

from django.core.files.uploadedfile import UploadedFile
from django.db.models import Count
from django.http import HttpResponse, JsonResponse
from pypinyin import Style, lazy_pinyin

from luoshi.casework.errors import CaseworkError
from luoshi.casework.files import Files
from luoshi.commitments import taking
from luoshi.commitments.errors import CommitmentError
from luoshi.commitments.models import ACCEPTED, ISSUED, PROPOSED, Commitment
from luoshi.desk.names import pick
from luoshi.desk.reviewing import back, said, title_of
from luoshi.desk.routes import OFFICE, OFFICER, page
from luoshi.desk.templating import render
from luoshi.desk.visit import Visit
from luoshi.home import home
from luoshi.messages import describe, tr
from luoshi.reading.errors import ReadError
from luoshi.reading.sources.limits import MAX_BYTES
from luoshi.words.casework import describe_casework

SUFFIXES: Final = ".docx,.pdf,.html,.htm,.txt,.md"
LISTS_KEPT: Final = 16
"""Districts and languages whose list of bodies stays in memory."""


def kept_files() -> Files:
    """Where the reports' own files are kept."""
    return Files(home() / "files", largest=MAX_BYTES)


@page("reports/", name="reports", access=OFFICE, methods=("GET", "POST"))
def reports(visit: Visit) -> HttpResponse:
    """The reports of the district, the newest first; a posted one is read and opened for review."""
    if visit.request.method == "POST":
        return _take(visit)
    return _list(visit)


def _list(visit: Visit, wrong: str = "") -> HttpResponse:
    context = {
        "reports": taking.reports(visit.district),
        "tally": _tally(visit.district),
        "title_of": title_of,
        "wrong": wrong,
        "suffixes": SUFFIXES,
        "most_mib": MAX_BYTES // (1024 * 1024),
    }
    return render(visit, "desk/reports.html", context, status=422 if wrong else 200)


def _take(visit: Visit) -> HttpResponse:
    file = visit.request.FILES.get("file")
    if not isinstance(file, UploadedFile):
        return _list(visit, tr("Choose the file of the report first."))
    name = str(file.name or "")
    try:
        if (file.size or 0) > MAX_BYTES:
            raise ReadError("too_large", name=name, limit=MAX_BYTES, unit="bytes")
        data = file.read()
        report = taking.take_report(visit.district, visit.officer, name, data)
        kept_files().put(BytesIO(data), size=len(data))
    except ReadError as error:
        return _list(visit, describe(error))
    except CommitmentError as error:
        return _list(visit, said(visit, error))
    except CaseworkError as error:
        return _list(visit, describe_casework(error))
    return back(visit, report.id)


def _tally(district: str) -> Mapping[int, Mapping[str, int]]:
    """Report → how many of its commitments are proposed, accepted, issued; in one query."""
    found: dict[int, dict[str, int]] = {}
    rows = (
        Commitment.objects.filter(district=district, status__in=(PROPOSED, ACCEPTED, ISSUED))
        .values_list("report_id", "status")
        .annotate(count=Count("id"))
    )
    for report, status, count in rows:
        found.setdefault(report, {})[status] = count
    return found


_lists: OrderedDict[tuple[Any, ...], list[dict[str, str]]] = OrderedDict()


@page("bodies.json", name="body_list", access=OFFICER)
def body_list(visit: Visit) -> HttpResponse:
    """Every body that exists today, for pickers: code, name, and the initials of its pinyin (区住建局 → qzjj).

    Kept by the browser under the address that :func:`body_list_version` dates.
    """
    key = (visit.district, visit.org.revision, visit.lang, visit.on_day)
    if key not in _lists:
        _lists[key] = [
            {"code": body.code, "name": pick(body, visit.lang), "p": initials(body.zh)}
            for body in visit.org.tree.bodies.values()
            if visit.org.tree.exists(body.code, visit.on_day)
        ]
        while len(_lists) > LISTS_KEPT:
            _lists.popitem(last=False)
    answer = JsonResponse({"bodies": _lists[key]}, json_dumps_params={"ensure_ascii": False})
    answer["Cache-Control"] = "private, max-age=86400"
    return answer


def body_list_version(visit: Visit) -> str:
    """What tells one list of bodies from the next, for its address."""
    return f"{visit.org.revision}-{visit.on_day}-{visit.lang}"


def initials(name: str) -> str:
    """The first letters of the name's syllables; letters and digits in it stay."""
    return "".join(lazy_pinyin(name, style=Style.FIRST_LETTER)).lower()
