"""Approvals 审批: what waits for this officer's decision, and what he asked for himself."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from django.http import HttpResponse, HttpResponseBase

from luoshi.casework import pending
from luoshi.casework.door import CaseRow, may_read_many
from luoshi.casework.errors import CaseworkError
from luoshi.casework.masking import HIDDEN
from luoshi.casework.pending import Pending
from luoshi.desk import errors
from luoshi.desk.kinds import PICTURES
from luoshi.desk.links import link
from luoshi.desk.names import Names, pick
from luoshi.desk.pages.evidence import served
from luoshi.desk.routes import OFFICER, go, page
from luoshi.desk.templating import render
from luoshi.desk.timeline import Piece, Value, action_of, said, upload_names
from luoshi.desk.visit import Visit
from luoshi.mechanisms.acts import Refused
from luoshi.mechanisms.model import Mechanism
from luoshi.messages import mark, tr
from luoshi.words.casework import describe_casework, describe_refusal

DECIDED: Final[dict[str, tuple[str, str]]] = {
    "": (mark("waits"), "amber"),
    "approved": (mark("approved"), "green"),
    "refused": (mark("refused"), "red"),
    "withdrawn": (mark("withdrawn"), ""),
    "stale": (mark("could not be done any more"), "amber"),
}
"""Decision → its word, and its tone."""
MOST_ASKED: Final = 30


@page("approvals/", name="approvals", access=OFFICER, methods=("GET", "POST"))
def approvals(visit: Visit) -> HttpResponse:
    """Both lists; POST approves, refuses (with a reason) or withdraws one."""
    if visit.request.method == "POST":
        return _decide(visit)
    return _show(visit)


def _decide(visit: Visit) -> HttpResponse:
    post = visit.request.POST
    told, decision, reason = post.get("number", ""), post.get("decision", ""), post.get("reason", "")
    if not (told.isascii() and told.isdigit() and len(told) < 19) or decision not in ("approve", "refuse", "withdraw"):
        return errors.problem(
            visit, 400, tr("The request could not be read"), tr("Go back, load the page again and repeat it.")
        )
    number = int(told)
    try:
        if decision == "approve":
            done = pending.approve(visit.district, number, visit.officer, visit.now)
            text = tr("Approved and done: {number}, now at {stage}", number=done.number, stage=_stage(visit, done.case))
        elif decision == "refuse":
            pending.refuse(visit.district, number, visit.officer, visit.now, reason)
            text = tr("Refused; whoever asked sees your reason.")
        else:
            pending.withdraw(visit.district, number, visit.officer, visit.now)
            text = tr("Withdrawn.")
    except (Refused, CaseworkError) as error:
        if isinstance(error, CaseworkError) and error.code == "pending_reason":
            return _show(visit, at=number, wrong=describe_casework(error), reason=reason, status=422)
        return _show(visit, [(_refused(error), "wrong")], status=409)
    if visit.partial:
        return go(visit, link("approvals"))
    return _show(visit, [(text, "good")])


def _stage(visit: Visit, case: str) -> str:
    row = may_read_many(visit.sight, [case]).get(case)
    return Names(visit).stage(row.mechanism, row.version, row.stage) if row is not None else ""


def _refused(error: Exception) -> str:
    if isinstance(error, CaseworkError) and "officer" in error.details:
        return describe_casework(error)
    return describe_refusal(error) if isinstance(error, Refused) else describe_casework(error)


def _show(
    visit: Visit,
    told: Sequence[tuple[str, str]] = (),
    *,
    at: int | None = None,
    wrong: str = "",
    reason: str = "",
    status: int = 200,
) -> HttpResponse:
    mine = pending.waiting(visit.district, visit.officer, visit.on_day)
    asked = pending.asked_by(visit.district, visit.officer, MOST_ASKED)
    rows = may_read_many(visit.sight, {one.case for one in (*mine, *asked) if one.case is not None})
    uploads = upload_names(visit.district, {file.sha256 for one in (*mine, *asked) for file in one.files})
    teller = _Teller(visit, Names(visit), rows, uploads)
    shown = [teller.told(one, wrong if one.id == at else "", reason if one.id == at else "") for one in mine]
    context = {"mine": shown, "asked_for": [teller.told(one) for one in asked], "told": told}
    return render(visit, "desk/approvals.html", context, status=status)


class _Teller:
    """Says what was asked for."""

    def __init__(
        self, visit: Visit, names: Names, rows: Mapping[str, CaseRow], uploads: Mapping[str, tuple[str, str]]
    ) -> None:
        self.visit = visit
        self.names = names
        self.rows = rows
        self.uploads = uploads

    def told(self, one: Pending, wrong: str = "", reason: str = "") -> dict[str, Any]:
        visit, names = self.visit, self.names
        flow = visit.place.flows.get((one.mechanism, one.version))
        mechanism = flow.mechanism if flow is not None else None
        row = self.rows.get(one.case or "")
        word, tone = DECIDED.get(one.decision, (one.decision, ""))
        return {
            "id": one.id,
            "title": self._title(mechanism, one, row),
            "mechanism": names.mechanism(one.mechanism),
            "case": one.case,
            "number": one.number,
            "shown": row is not None,
            "matter": (row.title or one.number) if row is not None else one.number,
            "body": names.body(one.actor.body),
            "role": names.role(one.mechanism, one.actor.role),
            "officer": names.officer(one.actor.officer),
            "asked_at": one.asked_at,
            "filled": list(self._values(mechanism, one)),
            "pieces": [self._piece(mechanism, file.field, file.sha256, file.size) for file in one.files],
            "overtaken": one.overtaken,
            "wrong": wrong,
            "reason": reason,
            "waits": one.decision == "",
            "decided": tr(word),
            "tone": tone,
            "decided_by": names.officer(one.decided_by) if one.decided_by else "",
            "decided_at": one.decided_at,
            "reason_told": describe_refusal(one.refusal, mechanism) if one.refusal is not None else one.reason,
            "approver_role": names.role(one.mechanism, one.approver_role),
            "approver_body": names.body(one.approver_body),
        }

    def _title(self, mechanism: Mechanism | None, one: Pending, row: CaseRow | None) -> str:
        found = action_of(mechanism, one.action, row.stage if row is not None else "") if mechanism else None
        return pick(found, self.visit.lang) if found is not None else one.action

    def _values(self, mechanism: Mechanism | None, one: Pending) -> Iterator[Value]:
        for name, text in one.fields.items():
            field = mechanism.fields.get(name) if mechanism is not None else None
            if field is None or field.personal:
                yield Value(name, pick(field, self.visit.lang) if field is not None else name, text or HIDDEN)
                continue
            value: Any = text
            if field.many or field.type in ("integer", "flag", "place"):
                value = json.loads(text)
            yield Value(name, pick(field, self.visit.lang), said(self.visit, self.names, field, value))

    def _piece(self, mechanism: Mechanism | None, field: str, sha256: str, size: int) -> Piece:
        found = mechanism.fields.get(field) if mechanism is not None else None
        name, kind = self.uploads.get(sha256, ("", ""))
        label = pick(found, self.visit.lang) if found is not None else tr("evidence")
        return Piece(sha256, size, label, name, kind in PICTURES)


@page("approvals/<int:number>/files/<str:sha256>", name="approval_file", access=OFFICER)
def approval_file(visit: Visit, number: int, sha256: str) -> HttpResponseBase:
    """A file of something that waits, for who decides it and who asked for it."""
    waits = [
        *pending.waiting(visit.district, visit.officer, visit.on_day),
        *pending.asked_by(visit.district, visit.officer),
    ]
    found = next((one for one in waits if one.id == number), None)
    if found is None or all(file.sha256 != sha256 for file in found.files):
        return errors.missing(visit)
    return served(visit, sha256)
