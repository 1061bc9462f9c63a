"""Acting on many cases: choose what, fill in what they share, see what would happen in each, do it."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpResponse, QueryDict

from luoshi.casework.errors import CaseworkError
from luoshi.desk.bulkwork import MOST, Bulk, Chosen, Told, Way, read_chosen
from luoshi.desk.forms import Form, form_of
from luoshi.desk.listing import Asked
from luoshi.desk.models import QUERY
from luoshi.desk.routes import OFFICER, page
from luoshi.desk.templating import render
from luoshi.desk.typed import check, typed_in, values_of
from luoshi.desk.visit import Visit
from luoshi.messages import tr
from luoshi.words.casework import describe_casework

STEPS: Final = ("choose", "form", "preview", "do")


@page("bulk/", name="bulk", access=OFFICER, methods=("POST",))
def bulk(visit: Visit) -> HttpResponse:
    """One step after the other, each a page of its own; what was told so far goes along."""
    post = visit.request.POST
    back = Asked.read(QueryDict(post.get("back", "")[:QUERY])).address()
    cases = post.getlist("case")
    if len(cases) > MOST:
        return _problem(visit, back, tr("At most {count} cases at once; choose fewer.", count=MOST))
    chosen = read_chosen(cases)
    if not chosen:
        return _problem(visit, back, tr("No case is chosen. Tick the boxes before the cases, then act on them."))
    found = Bulk(visit, chosen)
    ways = found.ways()
    if not ways:
        return _problem(visit, back, tr("There is nothing that you may do just now in any of the chosen cases."))
    step = post.get("step", "")
    way = next((one for one in ways if one.key == post.get("way") and not one.alone), None)
    if step not in STEPS or step == "choose" or way is None:
        told = {"ways": ways, "chosen": found.chosen, "back": back, "lost": step != "choose"}
        return render(visit, "desk/bulk_choose.html", told)
    return _go_on(visit, step, found, way, back)


def _go_on(visit: Visit, step: str, found: Bulk, way: Way, back: str) -> HttpResponse:
    mechanism = way.flow.mechanism
    names = [name for name in _names(way) if mechanism.fields[name].type != "files"]
    typed = typed_in(visit.request.POST, mechanism, names) if step != "form" else {}
    fields = values_of(typed, mechanism)
    form = form_of(visit, way.flow, way.ready, typed, {})
    form.controls = [one for one in form.controls if one.name in names]
    if step != "form":
        check(form, fields, mechanism, 0)
    if step == "form" and names:
        return _form(visit, found.chosen, way, form, back)
    if form.faulty:
        return _form(visit, found.chosen, way, form, back, status=422)
    try:
        told = found.done(way, fields) if step == "do" else found.rehearsed(way, fields)
    except CaseworkError as error:
        return _problem(visit, back, describe_casework(error))
    if step != "do" and (wrong := _of_form(told, names)):
        form.wrong(*wrong)
        return _form(visit, found.chosen, way, form, back, status=422)
    return _plan(visit, told, way, form, back, done=step == "do", fields=visit.request.POST)


def _names(way: Way) -> tuple[str, ...]:
    return (*way.ready.action.supply, *way.ready.action.optional)


def _of_form(told: list[Told], names: list[str]) -> tuple[str, str] | None:
    """The field for which every case refuses, and why: then the form is wrong and no case is."""
    fields = {one.field for one in told if one.refused}
    if len(fields) == 1 and all(one.refused for one in told):
        field = next(iter(fields))
        if field in names:
            return field, told[0].refused
    return None


def _form(
    visit: Visit, chosen: list[Chosen], way: Way, form: Form, back: str, *, status: int = 200
) -> HttpResponse:  # fmt: skip
    told = {"chosen": chosen, "way": way, "form": form, "back": back}
    return render(visit, "desk/bulk_form.html", told, status=status)


def _plan(
    visit: Visit, told: list[Told], way: Way, form: Form, back: str, *, done: bool, fields: Any
) -> HttpResponse:  # fmt: skip
    typed = [(name, value) for name, values in fields.lists() if name.startswith("v_") for value in values]
    good = [one for one in told if not one.refused]
    context = {
        "told": sorted(told, key=lambda one: bool(one.refused), reverse=True),
        "way": way,
        "form": form,
        "typed": typed,
        "back": back,
        "done": done,
        "good": good,
        "refused": len(told) - len(good),
    }
    return render(visit, "desk/bulk_plan.html", context)


def _problem(visit: Visit, back: str, text: str) -> HttpResponse:
    return render(visit, "desk/bulk_problem.html", {"back": back, "text": text}, status=422)
