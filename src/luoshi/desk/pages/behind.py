"""What is behind 滞后清单: overdue, behind the schedule, not reported; 催办、督办、通报 from a row or for many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.utils.http import urlencode

from luoshi.casework.errors import CaseworkError
from luoshi.commitments import board
from luoshi.commitments.board import Card
from luoshi.desk import errors
from luoshi.desk.boarding import PARAM_MOST, Number, in_order, is_shown
from luoshi.desk.bulkwork import MOST, Told, read_chosen
from luoshi.desk.forms import Form, form_of
from luoshi.desk.names import Names, pick
from luoshi.desk.routes import OFFICE, page
from luoshi.desk.templating import render
from luoshi.desk.typed import check, typed_in, values_of
from luoshi.desk.urging import Stepping, actions_of, grouped, rows_of
from luoshi.desk.visit import Visit
from luoshi.messages import mark, tr
from luoshi.words.casework import describe_casework

SHOWS: Final = {
    "late": mark("overdue"),
    "behind": mark("behind schedule"),
    "silent": mark("not reported"),
    "none": mark("nobody has urged yet"),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What narrows the list."""

    show: str = ""
    body: str = ""

    @classmethod
    def read(cls, query: QueryDict) -> Asked:
        """From an address; what is unknown is left out."""
        show = query.get("show", "")
        return cls(show if show in SHOWS else "", query.get("body", "")[:PARAM_MOST])

    def address(self, **changes: str) -> str:
        """The address of the list with ``changes``."""
        told = {"show": self.show, "body": self.body, **changes}
        query = urlencode({key: value for key, value in told.items() if value})
        return reverse("desk:behind") + (f"?{query}" if query else "")


@page("behind/", name="behind", access=OFFICE, methods=("GET", "POST"))
def behind(visit: Visit) -> HttpResponse:
    """The list. POST: a step in one row (``do=one:action:n.case``), its preview for the chosen (``preview:action``), or
    the step in all of them (``take:action``)."""
    if visit.request.method != "POST":
        return _list(visit)
    step, _, rest = visit.request.POST.get("do", "").partition(":")
    if step == "one":
        action, _, written = rest.partition(":")
        return _one(visit, action, written)
    if step in ("preview", "take"):
        return _many(visit, rest, take=step == "take")
    return errors.problem(
        visit, 400, tr("The request could not be read"), tr("Go back, load the page again and repeat it.")
    )


def _list(visit: Visit, told: Told | None = None, text: str = "", status: int = 200) -> HttpResponse:
    asked = Asked.read(visit.request.GET)
    every = board.behind(visit.sight, visit.on_day)
    within = [card for card in every if not asked.body or (card.case is not None and card.case.body == asked.body)]
    rows = rows_of(visit, [card for card in within if not asked.show or is_shown(card, asked.show)])
    names = Names(visit)
    bodies = {card.case.body for card in every if card.case is not None}
    context = {
        "asked": asked,
        "numbers": _numbers(asked, within),
        "groups": list(grouped(visit, rows)),
        "count": len(rows),
        "bodies": [(code, names.body(code)) for code in in_order(visit, bodies)],
        "bulk": _bulk(visit, every),
        "done": told,
        "done_text": text,
    }
    return render(visit, "desk/behind.html", context, status=status)


def _numbers(asked: Asked, cards: Sequence[Card]) -> list[Number]:
    return [
        Number(
            show,
            sum(is_shown(card, show) for card in cards),
            tr(word),
            asked.address(show="" if asked.show == show else show),
            asked.show == show,
        )
        for show, word in SHOWS.items()
    ]


def _bulk(visit: Visit, cards: Sequence[Card]) -> list[tuple[str, str]]:
    """The steps that can be taken in many at once: action and name."""
    found: dict[str, str] = {}
    for card in cards:
        if card.case is not None:
            mechanism = visit.place.flow(card.case.mechanism, card.case.version).mechanism
            for action in actions_of(mechanism):
                one = mechanism.actions[action]
                if not one.supply and not one.needs.evidence:
                    found.setdefault(action, pick(one, visit.lang))
    return list(found.items())


# --- one row


def _one(visit: Visit, action: str, written: str) -> HttpResponse:
    chosen = read_chosen([written])
    stepping = Stepping(visit, chosen, action) if chosen else None
    if stepping is None or not stepping.bulk.chosen:
        return errors.missing(visit)
    try:
        told = _taken(stepping)
    except CaseworkError as error:
        return errors.problem(visit, 503, tr("Nothing was done"), describe_casework(error))
    status = 409 if told.refused else 200
    text = told.refused or _done_text(stepping, told)
    if not visit.partial:
        return _list(visit, told, text, status)
    fresh = Visit(visit.request, visit.account, visit.now)
    card = board.card_of_case(fresh.sight, told.row.case, visit.on_day)
    if card is None:
        return errors.missing(visit)
    row = rows_of(fresh, [card], "" if told.refused else text, text if told.refused else "")[0]
    return render(visit, "desk/_behind_row.html", {"one": row}, status=status)


def _taken(stepping: Stepping) -> Told:
    if stepping.way is not None and not stepping.way.ready.action.supply:
        return stepping.done({})[0]
    one = stepping.bulk.chosen[0]
    row = stepping.bulk.rows[one.case]
    gone_on = tr("The case has gone on since you chose it; look at it again.")
    why = gone_on if row.n != one.n else tr("It is not yours to do in this case, or not at its stage.")
    return Told(one, row, row.title or row.number, why)


def _done_text(stepping: Stepping, told: Told) -> str:
    assert stepping.way is not None
    if stepping.approved:
        return tr("{title}: it waits for the approval of {role}", title=stepping.way.name, role=stepping.whom())
    papers = tr(", ").join(told.documents)
    return tr("{title}: sent, {numbers}", title=stepping.way.name, numbers=papers) if papers else stepping.way.name


# --- many


def _many(visit: Visit, action: str, *, take: bool) -> HttpResponse:
    cases = visit.request.POST.getlist("case")
    back = Asked.read(QueryDict(visit.request.POST.get("back", "")[:1000])).address()
    if len(cases) > MOST:
        return _problem(visit, back, tr("At most {count} cases at once; choose fewer.", count=MOST))
    chosen = read_chosen(cases)
    if not chosen:
        return _problem(visit, back, tr("No case is chosen. Tick the boxes before the cases, then act on them."))
    stepping = Stepping(visit, chosen, action)
    if stepping.way is None or stepping.way.ready.action.supply:
        return _problem(visit, back, tr("There is nothing that you may do just now in any of the chosen cases."))
    way = stepping.way
    mechanism, ready = way.flow.mechanism, way.ready
    names = [name for name in ready.action.optional if mechanism.fields[name].type != "files"]
    typed = typed_in(visit.request.POST, mechanism, names)
    fields = values_of(typed, mechanism)
    form = form_of(visit, way.flow, ready, typed, {})
    form.controls = [one for one in form.controls if one.name in names]
    check(form, fields, mechanism, 0)
    take = take and not form.faulty
    try:
        told = stepping.done(fields) if take else [] if form.faulty else stepping.rehearsed(fields)
    except CaseworkError as error:
        return _problem(visit, back, describe_casework(error))
    return _plan(visit, stepping, told, form, back, done=take)


def _plan(
    visit: Visit, stepping: Stepping, told: list[Told], form: Form, back: str, *, done: bool
) -> HttpResponse:  # fmt: skip
    good = [one for one in told if not one.refused]
    context: dict[str, Any] = {
        "told": sorted(told, key=lambda one: bool(one.refused), reverse=True),
        "chosen": stepping.bulk.chosen,
        "way": stepping.way,
        "action": stepping.action,
        "whom": stepping.whom(),
        "form": form,
        "back": back,
        "done": done,
        "good": len(good),
        "refused": len(told) - len(good),
    }
    return render(visit, "desk/behind_plan.html", context, status=422 if form.faulty else 200)


def _problem(visit: Visit, back: str, text: str) -> HttpResponse:
    return render(visit, "desk/bulk_problem.html", {"back": back, "text": text}, status=422)
