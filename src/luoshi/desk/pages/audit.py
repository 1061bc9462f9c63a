"""The audit log 审计日志, for the audit administrator: searched, read line by line, proved whole, exported.

Reading it is itself on record. Looks at personal data are taken into the log before it is searched.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from django.http import FileResponse, HttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header, urlencode

from luoshi.desk import wording
from luoshi.desk.administration import WRONG, day_of, record, show, username
from luoshi.desk.names import Names
from luoshi.desk.routes import AUDIT, page
from luoshi.desk.visit import Visit
from luoshi.messages import mark, tr
from luoshi.words.access import AUDIT_NAMES, audit_name
from luoshi.writing.cells import Column
from luoshi.writing.lists import Row, write_list

if TYPE_CHECKING:
    from luoshi.access.audit import Query
    from luoshi.access.models import AuditLog

DOOR: Final = "door"
"""The log of what belongs to no district: wrong names at the door."""
LONGEST: Final = 60
DIGEST: Final = 64
SHEET: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DETAIL_NAMES: Final[dict[str, str]] = {
    "administrator": mark("administrator"),
    "area": mark("area"),
    "body": mark("body"),
    "broken": mark("first line that is not good"),
    "changes": mark("changes"),
    "count": mark("how many"),
    "demo": mark("of the demo"),
    "ended": mark("earlier sessions ended"),
    "entry": mark("entry"),
    "failed": mark("failed"),
    "field": mark("field"),
    "from": mark("from"),
    "how": mark("signed in by"),
    "kind": mark("kind"),
    "lines": mark("lines"),
    "mechanism": mark("mechanism"),
    "name": mark("name"),
    "new": mark("new"),
    "officer": mark("officer"),
    "old": mark("old"),
    "on": mark("on"),
    "reason": mark("reason"),
    "role": mark("role"),
    "rows": mark("rows"),
    "session": mark("session"),
    "to": mark("to"),
    "version": mark("version"),
}
"""What stands in details → what it is called; another key stands for itself."""
COLUMNS: Final[tuple[tuple[str, str, float, str], ...]] = (
    ("n", mark("Line"), 8, "figure"),
    ("at", mark("Moment"), 20, "text"),
    ("who", mark("Account"), 18, "text"),
    ("name", mark("Person"), 14, "text"),
    ("what", mark("What was done"), 24, "text"),
    ("about", mark("About"), 28, "text"),
    ("result", mark("Result"), 10, "text"),
    ("address", mark("From where"), 18, "text"),
    ("details", mark("Details"), 50, "text"),
    ("digest", mark("Digest"), 30, "small"),
)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the log as it is read."""

    n: int
    at: int
    who: str
    name: str
    what: str
    code: str
    about: str
    refused: bool
    address: str
    details: tuple[tuple[str, str], ...]
    digest: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for, and what is wrong with it by field."""

    query: Query
    typed: Mapping[str, str]
    wrong: Mapping[str, str]
    log: str
    before: int | None

    @property
    def told(self) -> dict[str, str]:
        """What narrows the log, for its own record."""
        return {key: value for key, value in self.typed.items() if value}


def read(visit: Visit) -> Asked:
    """The query of the address."""
    from luoshi.access.audit import Query  # noqa: PLC0415 - the app registry must be ready

    given = visit.request.GET
    typed = {name: given.get(name, "").strip()[:LONGEST] for name in ("since", "until", "who", "what", "text", "log")}
    wrong = {}
    for name in ("since", "until"):
        if typed[name] and day_of(typed[name]) is None:
            wrong[name] = tr("This is no day; write it as 2026-01-31.")
    if typed["text"] and not typed["text"].isprintable():
        wrong["text"] = tr("There are characters in it that cannot be looked for; type the words anew.")
    if not wrong and typed["since"] and typed["until"] and typed["since"] > typed["until"]:
        wrong["until"] = tr("The last day lies before the first one.")
    before = given.get("before", "")
    query = Query() if wrong else Query(
        since=seconds(typed["since"], 0), until=seconds(typed["until"], 1), who=typed["who"].casefold(),
        what=typed["what"], text=typed["text"],
    )  # fmt: skip
    known = before.isascii() and before.isdigit() and len(before) < len(str(2**60))
    return Asked(query, typed, wrong, "" if typed["log"] == DOOR else visit.district, int(before) if known else None)


def seconds(day: str, later: int) -> int | None:
    """The first second of ``day``, or with ``later`` its last."""
    if not day:
        return None
    at = datetime.combine(date.fromisoformat(day) + timedelta(days=later), datetime.min.time())
    return int((at - datetime(1970, 1, 1, 8)).total_seconds()) - later


def fold(district: str) -> None:
    """Take every look at personal data into the log."""
    from luoshi.access.audit import FOLDED_AT_ONCE, fold_reveals  # noqa: PLC0415

    while fold_reveals(district) == FOLDED_AT_ONCE:
        continue


@page("audit/", name="audit", access=AUDIT)
def audit(visit: Visit) -> HttpResponse:
    """A page of the log, the newest line first."""
    from luoshi.access.audit import search  # noqa: PLC0415

    asked = read(visit)
    fold(asked.log)
    found = search(asked.log, asked.query, asked.before)
    if asked.before is None:
        record(visit, "audit_read", **asked.told)
    names = [*AUDIT_NAMES.items()]
    context = {
        "lines": lines(visit, asked.log, found.rows), "typed": asked.typed, "wrong": asked.wrong,
        "codes": sorted(((code, tr(name)) for code, name in names), key=lambda pair: pair[1]),
        "next": _way(asked, found.next) if found.next else None, "first": _way(asked) if asked.before else None,
        "export": f"{reverse('desk:audit_export')}?{urlencode(asked.told)}", "door": not asked.log,
        "narrowed": any(asked.typed[key] for key in ("since", "until", "who", "what", "text")),
    }  # fmt: skip
    return show(visit, "desk/admin_audit.html", context, status=WRONG if asked.wrong else 200)


def _way(asked: Asked, before: int | None = None) -> str:
    query = {**asked.told, **({"before": str(before)} if before else {})}
    return f"{reverse('desk:audit')}?{urlencode(query)}"


def lines(visit: Visit, log: str, rows: Iterable[AuditLog]) -> list[Line]:
    """``rows`` for reading: persons by name, cases by number, fields by what they are called. Two queries at most."""
    rows = list(rows)
    persons, cases = _persons(visit, {row.who for row in rows}), _cases(log, rows)
    names = Names(visit)
    return [_line(names, row, persons, cases) for row in rows]


def _persons(visit: Visit, usernames: set[str]) -> dict[str, str]:
    from luoshi.access.models import Account  # noqa: PLC0415

    found = Account.objects.filter(district=visit.district, username__in=usernames)
    return dict(found.values_list("username", "name")) if usernames else {}


def _cases(log: str, rows: list[AuditLog]) -> dict[str, tuple[str, str, int]]:
    """Of the looks at personal data: the case's key → its number, mechanism and version; nothing else of it."""
    from luoshi.casework.models import Case  # noqa: PLC0415

    keys = {int(row.about) for row in rows if row.reveal_id is not None and row.about.isdigit()}
    if not keys:
        return {}
    found = Case.objects.filter(district=log, id__in=keys).values_list("id", "number", "mechanism", "version")
    return {str(key): (number, mechanism, version) for key, number, mechanism, version in found}


def _line(names: Names, row: AuditLog, persons: Mapping[str, str], cases: Mapping[str, tuple[str, str, int]]) -> Line:
    about, details = row.about, _details(row.details)
    case = cases.get(about) if row.reveal_id is not None else None
    if case is not None:
        about = case[0]
        if "field" in details:
            details["field"] = names.field(case[1], case[2], str(details["field"]))
    elif row.what == "mechanism_adopted":
        about = names.mechanism(about)
    told = tuple((tr(DETAIL_NAMES[key]) if key in DETAIL_NAMES else key, _said(value)) for key, value in details.items()
                 if value not in ("", None))  # fmt: skip
    return Line(
        row.n, row.at, row.who, persons.get(row.who, ""), audit_name(row.what), row.what, about, row.result != "ok",
        row.address, told, row.digest,
    )  # fmt: skip


def _details(text: str) -> dict[str, Any]:
    """Details as they were recorded; a line that somebody has tampered with may hold anything, and is shown."""
    try:
        found = json.loads(text)
    except ValueError:
        return {"details": text}
    return found if isinstance(found, dict) else {"details": text}


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return tr("yes") if value else tr("no")
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


@page("audit/check/", name="audit_check", access=AUDIT, methods=("GET", "POST"))
def audit_check(visit: Visit) -> HttpResponse:
    """Prove the chain of the log, and hold it against a digest that was written down before."""
    from luoshi.access.audit import verify  # noqa: PLC0415

    if visit.request.method != "POST":
        return show(visit, "desk/admin_audit_check.html", {"verdict": None, "verdicts": ()})
    head = visit.request.POST.get("head", "").strip().lower()
    if head and (len(head) != DIGEST or any(char not in "0123456789abcdef" for char in head)):
        wrong = {"head": tr("A digest has 64 characters of 0-9 and a-f; copy it whole.")}
        context: dict[str, Any] = {"verdict": None, "wrong": wrong, "typed": {"head": head[:200]}}
        return show(visit, "desk/admin_audit_check.html", context, status=WRONG)
    verdict, lost = verify(visit.district), False
    if head and not verdict.broken:  # whole in itself; is it the log whose head was written down?
        verdict = verify(visit.district, head=head)
        lost = verdict.broken != 0
    record(visit, "audit_checked", lines=verdict.count, broken=verdict.broken)
    context = {"verdict": verdict, "lost": lost, "typed": {"head": head}}
    return show(visit, "desk/admin_audit_check.html", context)


@page("audit/export.xlsx", name="audit_export", access=AUDIT)
def audit_export(visit: Visit) -> FileResponse:
    """Every line that is found, as a workbook."""
    asked = read(visit)
    fold(asked.log)
    with tempfile.TemporaryDirectory(prefix="luoshi-audit-") as folder:
        path = Path(folder) / "audit.xlsx"
        columns = [Column(key, tr(heading), width, look) for key, heading, width, look in COLUMNS]
        count = write_list(path, columns, _rows(visit, asked), lambda count: _facts(visit, asked, count),
                           lang=visit.lang)  # fmt: skip
        kept = path.open("rb")  # open, it outlives its folder
    record(visit, "audit_exported", rows=count, **asked.told)
    response = FileResponse(kept, content_type=SHEET)
    name = f"{tr('Audit log')}-{visit.on_day}.xlsx"
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["Cache-Control"] = "no-store"
    return response


def _rows(visit: Visit, asked: Asked) -> Iterator[Row]:
    from luoshi.access.audit import MOST, search  # noqa: PLC0415

    before = asked.before
    while True:
        found = search(asked.log, asked.query, before, MOST)
        for one in lines(visit, asked.log, found.rows):
            yield (
                one.n, wording.moment(one.at), one.who, one.name, one.what, one.about,
                tr("refused") if one.refused else tr("done"), one.address,
                tr("; ").join(f"{key} {value}" for key, value in one.details), one.digest,
            )  # fmt: skip
        before = found.next
        if before is None:
            return


def _facts(visit: Visit, asked: Asked, count: int) -> Iterator[tuple[str, str]]:
    yield tr("List"), tr("Audit log")
    yield tr("Narrowed by"), tr(", ").join(f"{key} {value}" for key, value in asked.told.items()) or tr("nothing")
    yield tr("District"), Names(visit).district()
    yield tr("Exported by"), username(visit)
    yield tr("As of"), wording.moment(visit.now)
    yield tr("Rows"), wording.number(count)
