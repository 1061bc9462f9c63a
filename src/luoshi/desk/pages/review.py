"""Review of a report: its text with marks beside the commitments; the editor of one, saved with every change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from django.http import HttpResponse

from luoshi.commitments import review, suggesting
from luoshi.commitments.clarity import standard_of
from luoshi.commitments.errors import CommitmentError
from luoshi.commitments.models import (
    ACCEPTED,
    ISSUED,
    MERGED,
    PROPOSED,
    REJECTED,
    SPLIT,
    Commitment,
    CommitmentLog,
    Report,
)
from luoshi.desk import editing, errors, reviewing
from luoshi.desk.marked import marked
from luoshi.desk.measuring import measuring_of
from luoshi.desk.names import pick
from luoshi.desk.pages.reports import body_list_version
from luoshi.desk.reviewing import Row
from luoshi.desk.routes import OFFICE, page
from luoshi.desk.templating import render
from luoshi.desk.visit import Visit
from luoshi.figures.definitions import load_all
from luoshi.messages import tr

LOG_SHOWN: Final = 20
"""Changes that the editor tells; the rest are kept and counted."""
REASONS_MOST: Final = 1000


@dataclass(frozen=True, slots=True)
class Told:
    """A notice on top of the page."""

    title: str
    advice: str = ""
    tone: str = ""


@page("reports/<int:report>/", name="report", access=OFFICE)
def report(visit: Visit, report: int) -> HttpResponse:
    """The review: text and list, with one commitment open if the address says which (``c``)."""
    found = reviewing.report_seen(visit, report)
    if found is None:
        return errors.missing(visit)
    return whole(visit, found, visit.request.GET.get("c", ""))


def whole(
    visit: Visit, found: Report, code: str, status: int = 200, *, told: Told | None = None, **more: Any
) -> HttpResponse:
    """The page of ``found`` with the commitment ``code`` open. ``told``: a notice; ``more``: what the editor says."""
    asked = reviewing.wanted(visit.request.GET)
    rows = reviewing.rows_of(visit, found, asked)
    here = reviewing.number_of(rows, code)
    if here is not None and not here.shown:
        rows = [replace(row, shown=True) if row is here else row for row in rows]
    context: dict[str, Any] = {
        **_common(visit, found, rows),
        "told": told,
        "asked": asked,
        "all_bodies": _body_names(visit, visit.org.tree.bodies),
        "groups": reviewing.groups_of(rows),
        "lines": marked(found.text, found.sections, [(row.n, row.commitment) for row in rows], tr("To row {n}")),
        "total": sum(row.commitment.status not in reviewing.FOLDED for row in rows),
        "shown": sum(row.shown for row in rows),
        "open_code": here.commitment.code if here else "",
        **(_editor(visit, found, rows, here, **more) if here else {}),
    }
    return render(visit, "desk/report.html", context, status=status)


@page("reports/<int:report>/commitments/<str:code>/", name="report_commitment", access=OFFICE, methods=("GET", "POST"))
def report_commitment(visit: Visit, report: int, code: str) -> HttpResponse:
    """The editor of one commitment; posted, a change or what is done with it."""
    found = reviewing.report_seen(visit, report)
    one = _commitment(visit, report, code)
    if found is None or one is None:
        return errors.missing(visit)
    if visit.request.method == "POST":
        return _change(visit, found, one)
    if not visit.partial:
        return reviewing.back(visit, report, code)
    rows = reviewing.rows_of(visit, found)
    here = reviewing.number_of(rows, code)
    if here is None:
        return errors.missing(visit)
    return render(visit, "desk/_commitment.html", {**_common(visit, found, rows), **_editor(visit, found, rows, here)})


def _commitment(visit: Visit, report: int, code: str) -> Commitment | None:
    try:
        one = review.commitment_of(visit.district, code)
    except CommitmentError:
        return None
    return one if one.report_id == report else None


@dataclass(frozen=True, slots=True)
class Clash:
    """Somebody else was quicker: who, when, and of each field that both gave, theirs and ours."""

    who: str
    at: int | None
    fields: tuple[tuple[str, str, str], ...]
    inputs: tuple[tuple[str, str], ...]


def _change(visit: Visit, found: Report, one: Commitment) -> HttpResponse:
    """Save what was typed, then do what was asked for; what went wrong is told where it belongs."""
    post = visit.request.POST
    does = post.get("do", "save")
    seen = editing.revision(post)
    typed = editing.typed(post)
    fields = editing.changed(one, typed)
    try:
        for name in ("figure", "against"):
            if fields.get(name) is not None and fields[name] not in load_all():
                raise CommitmentError("field_wrong", field=name, want="figure")
        if fields and one.status in reviewing.OPEN:
            one = review.edit(visit.district, visit.officer, one.code, seen, fields)
            seen = one.n
        target = _do(visit, found, one, does, seen)
    except CommitmentError as error:
        return _refused(visit, found, one, error, typed)
    if target is not None:
        return reviewing.back(visit, found.id, target)
    if visit.partial:
        return _answer(visit, found, one.code, whole=does != "save" or "whole" in post)
    return reviewing.back(visit, found.id, one.code)


def _do(visit: Visit, found: Report, one: Commitment, does: str, seen: int) -> str | None:
    """Do it; the code to go to if the list has other rows now."""
    post, who = visit.request.POST, (visit.district, visit.officer)
    if does == "accept":
        review.accept(*who, one.code, seen)
    elif does == "reject":
        review.reject(*who, one.code, seen, post.get("reason", "").strip()[:REASONS_MOST])
    elif does == "reopen":
        folded = one.status in reviewing.FOLDED
        review.reopen(*who, one.code, seen)
        return one.code if folded else None
    elif does == "split":
        return review.split(*who, one.code, seen, editing.split_points(post))[0].code
    elif does == "merge":
        return review.merge(*who, {one.code: seen, **_next(visit, found, one)}).code
    return None


def _next(visit: Visit, found: Report, one: Commitment) -> dict[str, int]:
    """The next commitment that can still be changed, to put it together with ``one``."""
    rows = [row for row in reviewing.rows_of(visit, found) if row.open or row.commitment.code == one.code]
    codes = [row.commitment.code for row in rows]
    after = rows[codes.index(one.code) + 1 :]
    return {after[0].commitment.code: after[0].commitment.n} if after else {}


def _refused(
    visit: Visit, found: Report, one: Commitment, error: CommitmentError, typed: Mapping[str, Any]
) -> HttpResponse:
    now = review.commitment_of(visit.district, one.code)
    told = reviewing.said(visit, error)
    field = str(error.details.get("field", "")) if error.code in ("field_wrong", "body_unknown") else ""
    field = {"reason_missing": "reason", "split_wrong": "split"}.get(error.code, field)
    more: dict[str, Any] = {"wrong": {field: told} if field else {}, "problem": "" if field else told, "typed": typed}
    if error.code == "changed":
        more["clash"] = _clash(visit, now, error, typed)
    status = 409 if error.code == "changed" else 422
    if visit.partial:
        return _answer(visit, found, one.code, status=status, **more)
    return whole(visit, found, one.code, status, **more)


def _clash(visit: Visit, now: Commitment, error: CommitmentError, typed: Mapping[str, Any]) -> Clash:
    both = editing.changed(now, typed)
    fields = tuple(
        (name, editing.shown(visit, name, getattr(now, name)), editing.shown(visit, name, value))
        for name, value in both.items()
    )
    at = error.details.get("at")
    moment = at if isinstance(at, int) else None
    return Clash(str(error.details.get("who", "")), moment, fields, tuple(editing.inputs(both)))


def _common(visit: Visit, found: Report, rows: Sequence[Row]) -> dict[str, Any]:
    return {
        "report": found,
        "counts": reviewing.counts_of(rows),
        "words": reviewing,
        "bodies_version": body_list_version(visit),
        "proposed": sum(row.commitment.status == PROPOSED for row in rows),
        "statuses": {"proposed": PROPOSED, "accepted": ACCEPTED, "rejected": REJECTED, "issued": ISSUED},
        "folded": (SPLIT, MERGED),
    }


def _answer(
    visit: Visit, found: Report, code: str, *, status: int = 200, whole: bool = False, **more: Any
) -> HttpResponse:
    """The parts of the page that a change touched, each for its place. ``whole``: the editor, too, unless the form says
    that it is shut (``brief``)."""
    rows = reviewing.rows_of(visit, found)
    here = reviewing.number_of(rows, code)
    if here is None:
        return errors.missing(visit)
    told: dict[str, Any] = {"wrong": {}, "problem": "", "clash": None, "typed": {}, "saved": status == 200} | more
    brief = "brief" in visit.request.POST
    whole = whole and not brief
    context = _common(visit, found, rows) | {"row": here, "one": here.commitment, "whole": whole, "brief": brief}
    if whole:
        context |= _editor(visit, found, rows, here)
    else:
        context["log"] = review.log_of(visit.district, code)[:1]
    return render(visit, "desk/_commitment_saved.html", context | told, status=status)


def _editor(visit: Visit, found: Report, rows: Sequence[Row], here: Row, **more: Any) -> dict[str, Any]:
    """What the editor of one commitment shows."""
    one = here.commitment
    one.report = found
    log: list[CommitmentLog] = review.log_of(visit.district, one.code)
    bare = Commitment(standard="", targets=one.targets)
    told: dict[str, Any] = {"wrong": {}, "problem": "", "clash": None, "typed": {}, "saved": False}
    return {
        "row": here,
        "one": one,
        "log": log[:LOG_SHOWN],
        "log_more": len(log) - LOG_SHOWN,
        "suggestions": suggesting.suggest(one) if here.open else [],
        "due_suggestion": suggesting.suggest_due(one, found.plan_year) if here.open else None,
        "standard_suggestion": standard_of(bare, found.text) if here.open else "",
        "pieces": editing.pieces(found.text, one) if here.open else [],
        "bodies": _bodies(visit, one, whole=not visit.partial),
        "measuring": measuring_of(visit, one, more.get("typed")) if here.open and one.targets else None,
        "family": {row.commitment.code: row for row in rows if row.commitment.code in (*one.made_of, *one.into)},
        **told,
        **more,
    }


def _bodies(visit: Visit, one: Commitment, *, whole: bool) -> list[tuple[str, str]]:
    """Code and name for the lists of bodies: with script only those that are chosen, as it fetches the list itself."""
    chosen = [code for code in dict.fromkeys((one.lead, *one.joint)) if code in visit.org.tree.bodies]
    return (
        _body_names(visit, visit.org.tree.bodies, always=chosen) if whole else _body_names(visit, chosen, always=chosen)
    )


def _body_names(visit: Visit, codes: Iterable[str], always: Sequence[str] = ()) -> list[tuple[str, str]]:
    tree = visit.org.tree
    there = (code for code in codes if code in always or tree.exists(code, visit.on_day))
    return [(code, pick(tree.bodies[code], visit.lang)) for code in there]
