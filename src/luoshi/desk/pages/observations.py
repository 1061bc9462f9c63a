"""Statistics 统计数据: the series that an officer sees, the workbook out to be filled in, and in again with all that it
would tell the ledger shown before any is taken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Final

from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.utils.http import content_disposition_header

from luoshi.casework.errors import CaseworkError
from luoshi.desk import errors
from luoshi.desk.figuring import amount
from luoshi.desk.links import link
from luoshi.desk.pages.reports import kept_files
from luoshi.desk.routes import OFFICER, page
from luoshi.desk.templating import render
from luoshi.desk.visit import Visit
from luoshi.figures.definitions import indicators
from luoshi.figures.observed import Observed, observed
from luoshi.figures.series import order
from luoshi.mechanisms.terms import FieldDef
from luoshi.messages import describe, tr
from luoshi.reading.errors import ReadError
from luoshi.words.casework import describe_casework, describe_refusal
from luoshi.words.observations import DOUBTS, PROBLEMS
from luoshi.writing.annual.shown import period_name
from luoshi.writing.labels import pick
from luoshi.writing.observations_back import PACK, Preview, Series, Told, preview, series, take
from luoshi.writing.observations_book import SHEET, write_observations

MOST_BYTES: Final = 5 * 1024 * 1024
"""A workbook of 5,000 rows has some 300 kB."""
KIND: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SALT: Final = "luoshi.desk.observations"
KEPT_SECONDS: Final = 24 * 3600


@dataclass(frozen=True, slots=True)
class _Line:
    """An open series, with what it told last."""

    series: Series
    name: str
    area: str
    unit: str
    last: Observed | None
    basis: str


@page("statistics/", name="observations", access=OFFICER, methods=("GET", "POST"))
def observations(visit: Visit) -> HttpResponse:
    """The series; posted, a workbook is read and nothing changes."""
    if visit.request.method != "POST" or PACK not in visit.place.in_force:
        return _shown(visit)
    file = visit.request.FILES.get("file")
    if not isinstance(file, UploadedFile):
        return _shown(visit, wrong=tr("Choose the file of the workbook first."))
    name = str(file.name or "")
    if (file.size or 0) > MOST_BYTES:
        return _shown(visit, wrong=tr("{name} is larger than {most} MB; a workbook of statistics is far smaller.",
                                      name=name, most=MOST_BYTES // 1024 // 1024))  # fmt: skip
    try:
        kept = kept_files().put(BytesIO(file.read()))
        told = _preview(visit, kept.sha256)
    except ReadError as error:
        return _shown(visit, wrong=describe(ReadError(error.code, **{**error.details, "name": name})))
    except CaseworkError as error:
        return _shown(visit, wrong=describe_casework(error))
    token = signing.dumps([kept.sha256, visit.district, visit.officer], salt=SALT)
    return _shown(visit, told=told, token=token, name=name)


@page("statistics/file/", name="observations_file", access=OFFICER)
def observations_file(visit: Visit) -> HttpResponse:
    """The workbook of the series that this officer sees, in his language."""
    if PACK not in visit.place.in_force:
        return errors.missing(visit)
    out = BytesIO()
    write_observations(
        visit.district, series(visit.district, visit.officer, visit.now), out, today=visit.now.date(), lang=visit.lang
    )
    answer = HttpResponse(out.getvalue(), content_type=KIND)
    header = content_disposition_header(as_attachment=True, filename=f"{pick(SHEET, visit.lang)}.xlsx")
    answer["Content-Disposition"] = header or "attachment"
    return answer


@page("statistics/take/", name="observations_take", access=OFFICER, methods=("POST",))
def observations_take(visit: Visit) -> HttpResponse:
    """Tell the ledger what was ticked."""
    try:
        sha256, *whose = signing.loads(visit.request.POST.get("token", ""), salt=SALT, max_age=KEPT_SECONDS)
    except signing.BadSignature:
        return _shown(visit, wrong=tr("These rows were shown too long ago; upload the workbook again."))
    if whose != [visit.district, visit.officer]:
        return _shown(visit, wrong=tr("These rows were shown to somebody else; upload the workbook again."))
    wanted = set(visit.request.POST.getlist("take"))
    try:
        chosen = [one for one in _preview(visit, sha256).told if one.key in wanted]
        done = take(visit.district, visit.officer, chosen, visit.now)
    except ReadError:
        return _shown(visit, wrong=tr("The file is no longer there; upload it again."))
    except CaseworkError as error:
        return _shown(visit, wrong=describe_casework(error))
    refused = [(one, describe_refusal(error)) for one, error in done if error is not None]
    return _shown(visit, taken=len(done) - len(refused), refused=refused)


def _preview(visit: Visit, sha256: str) -> Preview:
    files = kept_files()
    with files.open(sha256):
        return preview(visit.district, visit.officer, files.path(sha256), visit.now)


def _shown(
    visit: Visit,
    *,
    wrong: str = "",
    told: Preview | None = None,
    token: str = "",
    name: str = "",
    taken: int | None = None,
    refused: Sequence[tuple[Told, str]] = (),
) -> HttpResponse:
    found = series(visit.district, visit.officer, visit.now)
    fields = visit.place.in_force[PACK].flow.mechanism.fields if PACK in visit.place.in_force else {}
    context = {
        "lines": _lines(visit, found, fields),
        "wrong": wrong,
        "told": told,
        "takeable": sum(one.problem is None for one in told.told) if told is not None else 0,
        "problems": PROBLEMS,
        "doubts": DOUBTS,
        "indicator": lambda code: _indicator(visit, code),
        "word": lambda field, code: _word(visit, fields, field, code),
        "token": token,
        "name": name,
        "taken": taken,
        "refused": refused,
        "period": lambda period: period_name(period, visit.lang),
        "told_value": _value,
        "may": any(one.publishes for one in found),
        "opening": link("open"),
        "most_mib": MOST_BYTES // 1024 // 1024,
    }
    return render(visit, "desk/observations.html", context, status=422 if wrong else 200)


def _value(one: _Line) -> str:
    """What a series told last, with the decimals that its indicator is published with."""
    if one.last is None:
        return ""
    known = indicators().get(one.series.indicator)
    return amount(one.last.value, one.last.unit, known.precision if known else 0)


def _lines(visit: Visit, found: Sequence[Series], fields: dict[str, FieldDef]) -> list[_Line]:
    last: dict[str, Observed] = {}
    for told in observed(visit.district, {one.case for one in found}):
        if told.case not in last or order(told.period) > order(last[told.case].period):
            last[told.case] = told
    lines = []
    for one in found:
        shown = last.get(one.case)
        lines.append(
            _Line(
                one, _indicator(visit, one.indicator), _word(visit, fields, "level", one.level),
                _word(visit, fields, "unit", one.unit), shown,
                _word(visit, fields, "basis", shown.basis) if shown else "",
            )
        )  # fmt: skip
    return lines


def _indicator(visit: Visit, code: str) -> str:
    found = indicators().get(code)
    return pick((found.zh, found.en), visit.lang) if found else code


def _word(visit: Visit, fields: dict[str, FieldDef], field: str, code: str) -> str:
    named = fields[field].choices.get(code) if field in fields else None
    return pick((named.zh, named.en), visit.lang) if named else code
