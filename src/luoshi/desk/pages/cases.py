"""The page of a case 事项: what it is, where it stands, by when and why then, what happened, what can be done next."""

from __future__ import annotations

import base64
import hashlib
from typing import Any, Final

from django.http import HttpResponse

from luoshi.casework import door
from luoshi.casework.duplicates import Probe, Proposal, link, propose
from luoshi.casework.errors import CaseworkError
from luoshi.casework.offers import offers
from luoshi.desk import errors
from luoshi.desk.casebook import Book, look, mark_of, waiting_in
from luoshi.desk.links import link as address
from luoshi.desk.names import Names
from luoshi.desk.routes import OFFICER, go, page
from luoshi.desk.templating import render
from luoshi.desk.timeline import Item
from luoshi.desk.visit import Visit
from luoshi.mechanisms.acts import Refused
from luoshi.mechanisms.flow import epoch
from luoshi.mechanisms.svg import CSS, svg
from luoshi.messages import tr
from luoshi.words.casework import describe_casework
from luoshi.words.routing import describe_likeness

LARGEST_N: Final = 10**9
STYLE: Final = base64.b64encode(hashlib.sha256(CSS.encode()).digest()).decode()
"""The digest of a picture's own styles, which alone may stand in it."""


@page("cases/<str:case>/", name="case", access=OFFICER)
def case(visit: Visit, case: str) -> HttpResponse:
    """The whole page; ``?all=1`` with every entry."""
    book = look(visit, case, everything=visit.request.GET.get("all") == "1")
    return errors.missing(visit) if book is None else render(visit, "desk/case.html", around(book))


def around(book: Book, **more: Any) -> dict[str, Any]:
    """What the templates of a case find."""
    return {"book": book, "row": book.row, "oob": False, "told": "", "tone": "good", "advice": "", **more}


@page("cases/<str:case>/since", name="case_since", access=OFFICER)
def since(visit: Visit, case: str) -> HttpResponse:
    """204 if nothing is new since entry ``n`` (and the approvals ``w``); else what changed, and who did it."""
    row = door.may_read(visit.sight, case)
    if row is None:
        return errors.missing(visit)
    n, mark = _number(visit.request.GET.get("n", "")), visit.request.GET.get("w", "")
    if n is None:
        return errors.missing(visit)
    flow = visit.place.flows.get((row.mechanism, row.version))
    waits = waiting_in(visit, Names(visit), flow.mechanism, row) if flow is not None else []
    if row.n == n and mark_of(one.id for one in waits) == mark:
        return HttpResponse(status=204)
    return fresh(visit, case, after=n)


def fresh(visit: Visit, case: str, *, after: int, told: str = "", advice: str = "") -> HttpResponse:
    """The parts of a case's page that may have changed after entry ``after``, each to its place; and a notice."""
    book = look(visit, case, after=after)
    if book is None:
        return errors.missing(visit)
    tone = "good" if told else "warn"
    if not told and book.items:
        told = tr("; ").join(tr("{title}: {who}", title=one.title, who=who(one)) for one in book.items)
    return render(visit, "desk/_case_fresh.html", around(book, oob=True, told=told, tone=tone, advice=advice))


def who(one: Item) -> str:
    """Who acted: the body and the officer, or the system."""
    return " ".join(name for name in (one.body, one.officer) if name) or tr("the system")


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and int(text[:10]) <= LARGEST_N and len(text) <= 10 else None


@page("cases/<str:case>/picture.svg", name="case_picture", access=OFFICER)
def picture(visit: Visit, case: str) -> HttpResponse:
    """The mechanism's picture with the stage where the case stands."""
    row = door.may_read(visit.sight, case)
    flow = visit.place.flows.get((row.mechanism, row.version)) if row is not None else None
    if row is None or flow is None:
        return errors.missing(visit)
    current = row.stage if row.stage in flow.mechanism.stages else None
    response = HttpResponse(svg(flow.mechanism, visit.lang, current), content_type="image/svg+xml")
    response["Content-Security-Policy"] = f"default-src 'none'; style-src 'sha256-{STYLE}'; sandbox"
    return response


# --- what is personal


@page("cases/<str:case>/reveal/<int:n>/<str:field>/", name="case_reveal", access=OFFICER, methods=("GET", "POST"))
def reveal(visit: Visit, case: str, n: int, field: str) -> HttpResponse:
    """Ask why somebody wants to see a personal value; show it once that is on record."""
    row = door.may_read(visit.sight, case)
    if row is None:
        return errors.missing(visit)
    reason, wrong, value, status = visit.request.POST.get("reason", ""), "", None, 200
    if visit.request.method == "POST":
        try:
            value = door.reveal(visit.sight, case, n, field, reason=reason, at=epoch(visit.now))
        except CaseworkError as error:
            wrong, status = describe_casework(error), 422
    names = Names(visit)
    label = tr("who it was") if field == "act_officer" else names.field(row.mechanism, row.version, field)
    template = "desk/_case_reveal.html" if visit.partial else "desk/reveal.html"
    told = {"row": row, "n": n, "field": field, "label": label, "reason": reason, "wrong": wrong, "value": value}
    return render(visit, template, told, status=status)


# --- the same matter


@page("cases/<str:case>/alike/", name="case_alike", access=OFFICER, methods=("GET", "POST"))
def alike(visit: Visit, case: str) -> HttpResponse:
    """Cases that may be the same matter 重复件, with reasons; POST links the case with one of them."""
    row = door.may_read(visit.sight, case)
    if row is None:
        return errors.missing(visit)
    wrong, status = "", 200
    reason = visit.request.POST.get("reason", "")
    able = bool(_acts_in(visit, case))
    if visit.request.method == "POST":
        same_as = visit.request.POST.get("same_as", "")
        if not able:
            return errors.no_right(visit)
        if door.may_read(visit.sight, same_as) is None:
            return errors.missing(visit)
        try:
            link(visit.district, case, same_as, officer=visit.officer, reason=reason, now=visit.now)
        except (Refused, CaseworkError) as error:
            wrong, status = describe_casework(error), 422
        else:
            return go(visit, address("case", case=case))
    found = [_proposed(visit, one) for one in _proposals(visit, row)]
    template = "desk/_case_alike.html" if visit.partial else "desk/alike.html"
    told = {"row": row, "proposals": found, "able": able, "reason": reason, "wrong": wrong}
    return render(visit, template, told, status=status)


def _acts_in(visit: Visit, case: str) -> list[str]:
    """What he may do in the case now: who acts in it may say that it is the same matter as another one."""
    return [one.action for one in offers(visit.district, visit.officer, case, visit.now) if one.blocked is None]


def _proposals(visit: Visit, row: door.CaseRow) -> tuple[Proposal, ...]:
    title = None if row.title_masked else row.title
    probe = Probe(row.mechanism, row.category, row.area, row.opened_on, title, case=row.case)
    return propose(visit.district, probe, visit.sight)


def _proposed(visit: Visit, one: Proposal) -> dict[str, Any]:
    return {
        "case": one.case,
        "number": one.number,
        "score": one.score,
        "reasons": [describe_likeness(likeness) for likeness in one.reasons],
        "linked": one.matter != one.case,
    }
