"""Acting on a case: the form of an action, the act itself, and what somebody sees who was not the first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from django.http import HttpResponse

from luoshi.casework import door, pending
from luoshi.casework.act import Done, Request
from luoshi.casework.act import act as take
from luoshi.casework.authority import by_posts
from luoshi.casework.door import CaseRow
from luoshi.casework.errors import CaseworkError
from luoshi.casework.offers import Held, Offer, offers, state_of
from luoshi.casework.routing import Place, route
from luoshi.desk import attachments, errors, wording
from luoshi.desk.casebook import Book, look, told_before
from luoshi.desk.forms import Form, form_of
from luoshi.desk.links import link
from luoshi.desk.names import Names, pick
from luoshi.desk.pages.cases import LARGEST_N, around, fresh, who
from luoshi.desk.routes import OFFICER, go, page
from luoshi.desk.templating import render
from luoshi.desk.timeline import items, story
from luoshi.desk.typed import check, known, put_refusal, typed_in, values_of
from luoshi.desk.visit import Visit
from luoshi.mechanisms.acts import Refused
from luoshi.mechanisms.flow import Ready
from luoshi.mechanisms.step import EVIDENCE
from luoshi.messages import tr
from luoshi.words.casework import describe_casework, describe_refusal
from luoshi.words.routing import describe_reason

BEFORE_ACTING: Final = 3
"""Entries of the case that its form's own page shows."""


@dataclass(slots=True)
class Turn:
    """One officer before the form of one action. ``offer`` is None if it is not his to take just now."""

    visit: Visit
    row: CaseRow
    held: Held
    ready: Ready
    part: str | None
    offer: Offer | None
    seen: int

    @property
    def action(self) -> str:
        """The action's name."""
        return self.ready.name


@page("cases/<str:case>/acts/<str:action>/", name="act", access=OFFICER, methods=("GET", "POST"))
def act(visit: Visit, case: str, action: str) -> HttpResponse:
    """GET: the form. POST: the act, or the form again with what is wrong and all that was typed."""
    turn = _turn(visit, case, action)
    if turn is None:
        return errors.missing(visit)
    if visit.request.method == "POST":
        return _post(turn)
    if turn.offer is None:
        return _not_now(visit)
    if turn.offer.blocked is not None:
        return errors.problem(
            visit, 409, tr("This cannot be done now"), describe_refusal(turn.offer.blocked, turn.held.flow.mechanism)
        )
    return _show(turn, _first(turn), {})


def _not_now(visit: Visit) -> HttpResponse:
    return errors.problem(
        visit, 409, tr("This cannot be done now"),
        tr("The case has gone on, or it is somebody else's to do. Load the page of the case again."),
    )  # fmt: skip


def _turn(visit: Visit, case: str, action: str) -> Turn | None:
    row = door.may_read(visit.sight, case)
    if row is None:
        return None
    held = state_of(visit.district, case)
    part = visit.request.POST.get("part") or visit.request.GET.get("part") or None
    offered = offers(visit.district, visit.officer, case, visit.now)
    offer = next((one for one in offered if (one.action, one.part) == (action, part)), None)
    ready = offer.ready if offer is not None else _ready(held, action, part)
    if ready is None:
        return None
    told = visit.request.POST.get("seen", "")
    seen = int(told) if told.isascii() and told.isdigit() and len(told) < 10 else row.n
    return Turn(visit, row, held, ready, part, offer, min(seen, LARGEST_N))


def _ready(held: Held, action: str, part: str | None) -> Ready | None:
    if part is None:
        found = held.flow.actions.get(action)
        return found if found is not None and found.action.kind != "open" else None
    known_part = held.state.parts.get(part)
    if known_part is None:
        return None
    ways = held.flow.part_actions
    return next(
        (ready for (_, branch, name), ready in ways.items() if (branch, name) == (known_part["branch"], action)), None
    )


# --- the form


def _first(turn: Turn) -> Form:
    """The form as it stands before anything was typed, with what is known of the case."""
    visit, flow = turn.visit, turn.held.flow
    action = turn.ready.action
    values = known(flow.mechanism, action, told_before(story(visit, turn.row)), visit.on_day)
    hints = _routed(turn, values)
    form = form_of(visit, flow, turn.ready, values, {})
    hint(form, hints)
    return form


def hint(form: Form, hints: Mapping[str, str]) -> None:
    """Put a word under some fields."""
    form.controls = [replace(one, hint=hints[one.name]) if one.name in hints else one for one in form.controls]


def _routed(turn: Turn, values: dict[str, Any]) -> dict[str, str]:
    """Who is in charge by the table of duties 派单, where the form asks for the body that takes the case over."""
    held, visit = turn.held, turn.visit
    asked = [name for name in turn.ready.action.assigns.values() if name in turn.ready.allowed and name not in values]
    if not asked:
        return {}
    told = route(
        visit.org, held.mechanism, held.category, Place(area=held.area), first_receiver=None, on_day=visit.on_day
    )
    if told.body is None:
        return {}
    values[asked[0]] = told.body
    return {asked[0]: tr("; ").join(describe_reason(one, visit.org.tree) for one in told.reasons)}


def _show(turn: Turn, form: Form, more: Mapping[str, Any], status: int = 200) -> HttpResponse:
    visit = turn.visit
    names = Names(visit)
    offer = turn.offer
    context = {
        "form": form,
        "row": turn.row,
        "title": pick(turn.ready.action, visit.lang),
        "post": link("act", case=turn.row.case, action=turn.action),
        "part": turn.part or "",
        "seen": turn.row.n,
        "part_body": names.body(turn.part.split(".", 2)[-1]) if turn.part else "",
        "approval": names.role(turn.held.mechanism, offer.approval) if offer is not None and offer.approval else "",
        "actor": offer.actor if offer is not None else None,
        "able": offer is not None and offer.blocked is None,
        "went_on": False,
        **more,
    }
    if visit.partial:
        return render(visit, "desk/_act.html", context, status=status)
    return render(visit, "desk/act.html", {**context, "book": _before(turn), "oob": False}, status=status)


def _before(turn: Turn) -> Book | None:
    """The case as it stands, with its last entries: nobody signs what he has not seen."""
    book = look(turn.visit, turn.row.case)
    if book is not None:
        book.items = book.items[:BEFORE_ACTING]
    return book


# --- the act


def _post(turn: Turn) -> HttpResponse:
    visit, mechanism, action = turn.visit, turn.held.flow.mechanism, turn.ready.action
    names = [*action.supply, *action.optional]
    typed = typed_in(visit.request.POST, mechanism, names)
    kept, unfit = attachments.collect(visit, [*(n for n in names if mechanism.fields[n].type == "files"), EVIDENCE])
    form = form_of(visit, turn.held.flow, turn.ready, typed, kept)
    for field, text in unfit.items():
        form.wrong(field, text)
    if turn.seen != turn.row.n:
        return _overtaken(turn, form)
    if turn.offer is None:
        return _not_now(visit)
    fields = values_of(typed, mechanism)
    evidence = attachments.as_evidence(kept)
    check(form, fields, mechanism, len({one.sha256 for one in evidence}))
    if form.faulty:
        return _show(turn, form, {}, 422)
    request = Request(
        turn.offer.actor, turn.action, case=turn.row.case, fields=fields, files=evidence, part=turn.part, seen=turn.seen
    )
    try:
        if action.needs.approval is not None:
            pending.ask(visit.district, request, visit.now)
            return _asked(turn)
        done = take(visit.district, request, authorise=by_posts(visit.district), now=visit.now)
    except Refused as refusal:
        if refusal.code == "changed":
            again = _turn(visit, turn.row.case, turn.action)
            return errors.missing(visit) if again is None else _overtaken(replace(again, seen=turn.seen), form)
        put_refusal(form, refusal, mechanism, action)
        return _show(turn, form, {}, 422)
    except CaseworkError as error:
        form.above.append(describe_casework(error, mechanism))
        return _show(turn, form, {}, 503 if error.code.startswith("store_") else 422)
    assert done is not None
    attachments.belong(visit, evidence, done.case)
    return _done(turn, done)


def _overtaken(turn: Turn, form: Form) -> HttpResponse:
    """Somebody was quicker: what happened meanwhile, and the form to go on with, if the action is still open.

    With the form go the entries that its page lacks: the next answer tells only what comes after them.
    """
    visit, flow = turn.visit, turn.held.flow
    told = items(visit, Names(visit), flow, story(visit, turn.row), after=turn.seen)
    happened = tr("; ").join(f"{one.title} ({who(one)}, {wording.day(one.day)} {one.time})" for one in reversed(told))
    form.above.append(tr("Meanwhile, since you looked: {happened}. Look at it, and decide anew.", happened=happened))
    if turn.offer is not None and turn.offer.blocked is not None:
        form.above.append(describe_refusal(turn.offer.blocked, flow.mechanism))
    answer = _show(turn, form, {"went_on": True}, 409)
    book = look(visit, turn.row.case, after=turn.seen) if visit.partial else None
    if book is not None:
        answer.content += render(visit, "desk/_case_fresh.html", around(book, oob=True, tone="warn")).content
    return answer


def _asked(turn: Turn) -> HttpResponse:
    visit, case = turn.visit, turn.row.case
    if not visit.partial:
        return go(visit, link("case", case=case))
    names = Names(visit)
    role = names.role(turn.held.mechanism, str(turn.ready.action.needs.approval))
    title = pick(turn.ready.action, visit.lang)
    return fresh(
        visit, case, after=turn.seen,
        told=tr("{title}: it waits for the approval of {role}", title=title, role=role),
        advice=tr("It is done as soon as it is approved. Until then you may withdraw it under “Approvals”."),
    )  # fmt: skip


def _done(turn: Turn, done: Done) -> HttpResponse:
    """On with the case; if it has left his sight by the act, a word about where it went."""
    visit = turn.visit
    title = pick(turn.ready.action, visit.lang)
    papers = tr("Documents: {numbers}", numbers=tr(", ").join(done.documents)) if done.documents else ""
    if door.may_read(visit.sight, done.case) is None:
        told = {"done": done, "title": title, "papers": papers, "mechanism": turn.held.mechanism}
        response = render(visit, "desk/_act_done.html" if visit.partial else "desk/act_done.html", told)
        if visit.partial:
            response["HX-Retarget"], response["HX-Reswap"] = "#main", "innerHTML"
        return response
    if not visit.partial:
        return go(visit, link("case", case=done.case))
    return fresh(visit, done.case, after=turn.seen, told=tr("Done: {title}", title=title), advice=papers)
