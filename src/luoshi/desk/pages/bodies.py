"""Bodies 机构 and areas 区域, for the system administrator: the tree, who follows whom, a body added, a body ended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction
from django.http import HttpResponse
from pydantic import ValidationError

from luoshi.casework.errors import CaseworkError
from luoshi.desk import errors, reform
from luoshi.desk.administration import (
    WRONG,
    back,
    day_of,
    first_page,
    matches,
    next_page,
    record,
    seal,
    show,
    typed,
    unseal,
    word,
)
from luoshi.desk.forms import area_options, body_options, pinyin_key
from luoshi.desk.names import Names, pick
from luoshi.desk.routes import BODIES, page
from luoshi.desk.visit import Visit
from luoshi.messages import mark, tr
from luoshi.org.tree import BodyNode, Successor
from luoshi.words.casework import describe_casework

LONGEST_LIST: Final = 200
AREA_PAGE: Final = 100
SHOWN_FAILED: Final = 20
KINDS: Final[dict[str, str]] = {
    "district": mark("district government"),
    "department": mark("department"),
    "street": mark("street office"),
    "town": mark("town government"),
    "community": mark("community"),
    "village": mark("village"),
    "enterprise": mark("enterprise or institution"),
    "other": mark("other body"),
}
AREA_KINDS: Final[dict[str, str]] = {
    "district": mark("district"), "street": mark("street"), "town": mark("town"), "community": mark("community"),
    "village": mark("village"), "grid": mark("grid"), "reach": mark("reach of a river"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Branch:
    """A body of the list: ``below`` bodies lie under it; ``depth`` places it."""

    node: BodyNode
    depth: int
    below: int
    there: bool
    successors: tuple[Successor, ...]


@page("admin/bodies/", name="bodies", access=BODIES)
def bodies(visit: Visit) -> HttpResponse:
    """The bodies under one (without one: the topmost) and those right below them; or those that a word finds."""
    query, under = word(visit), word(visit, "under")
    tree = visit.org.tree
    if query:
        nodes = [one for one in tree.bodies.values() if matches(query, f"{one.zh} {one.en}", one.code)]
        rows = [_branch(visit, one, 0) for one in _ordered(nodes)[: LONGEST_LIST + 1]]
    else:
        rows = _below(visit, under if under in tree.bodies else None)
    context = {
        "rows": rows[:LONGEST_LIST], "more": len(rows) > LONGEST_LIST, "q": query,
        "under": tree.bodies.get(under), "path": _path(visit, under), "kinds": KINDS, "count": len(tree.bodies),
    }  # fmt: skip
    return show(visit, "desk/admin_bodies.html", context)


def _ordered(nodes: list[BodyNode]) -> list[BodyNode]:
    return sorted(nodes, key=lambda one: (pinyin_key(one.zh), one.code))


def _below(visit: Visit, under: str | None) -> list[Branch]:
    children: dict[str | None, list[BodyNode]] = {}
    for one in visit.org.tree.bodies.values():
        children.setdefault(one.parent, []).append(one)
    rows: list[Branch] = []
    for one in _ordered(children.get(under, [])):
        rows.append(_branch(visit, one, 0))
        rows += [_branch(visit, child, 1) for child in _ordered(children.get(one.code, []))]
    return rows


def _branch(visit: Visit, one: BodyNode, depth: int) -> Branch:
    tree = visit.org.tree
    return Branch(one, depth, len(tree.subtree(one.code)) - 1, tree.exists(one.code, visit.on_day),
                  tree.successors(one.code))  # fmt: skip


def _path(visit: Visit, code: str) -> list[BodyNode]:
    found: list[BodyNode] = []
    node = visit.org.tree.bodies.get(code)
    while node is not None and node not in found:
        found.insert(0, node)
        node = visit.org.tree.bodies.get(node.parent or "")
    return found


@page("admin/areas/", name="areas", access=BODIES)
def areas(visit: Visit) -> HttpResponse:
    """The areas, by code, with their codes in the two national systems, and whether they have an outline."""
    from django.db.models import Q  # noqa: PLC0415 - the app registry must be ready

    from luoshi.org.models import Area  # noqa: PLC0415

    query, after = word(visit), word(visit, "after")
    rows = Area.objects.filter(district=visit.district, code__gt=after)
    if query:
        rows = rows.filter(Q(zh__contains=query) | Q(code__contains=query) | Q(stat_code__contains=query)
                           | Q(civil_code__contains=query))  # fmt: skip
    lone = visit.request.GET.get("outline") == "none"
    if lone:
        rows = rows.filter(shape__isnull=True)
    kinds = {key: tr(name) for key, name in AREA_KINDS.items()}
    names = ("code", "zh", "en", "kind", "parent", "stat_code", "civil_code")
    found = list(rows.extra(select={"outlined": "shape IS NOT NULL"}).order_by("code").values(*names, "outlined")
                 [: AREA_PAGE + 1])  # fmt: skip
    shown = found[:AREA_PAGE]
    context = {
        "areas": shown, "q": query, "kinds": kinds, "lone": lone,
        "next": next_page(visit, shown[-1]["code"]) if len(found) > AREA_PAGE else None, "first": first_page(visit),
    }  # fmt: skip
    return show(visit, "desk/admin_areas.html", context)


@page("admin/duties/", name="duties", access=BODIES)
def duties(visit: Visit) -> HttpResponse:
    """Who is in charge of what; the first two hundred that are found."""
    mechanism, body = visit.request.GET.get("mechanism", ""), word(visit, "body")
    rows = [one for one in visit.org.duties if (not mechanism or one.mechanism in ("*", mechanism))
            and (not body or one.body == body)]  # fmt: skip
    names = Names(visit)
    context = {
        "rows": rows[:LONGEST_LIST], "more": len(rows) > LONGEST_LIST, "mechanism": mechanism, "body": body,
        "mechanisms": [(key, names.mechanism(key)) for key in sorted(visit.place.in_force)],
        "bodies": body_options(visit), "category": lambda one: category_name(visit, one.mechanism, one.category),
    }  # fmt: skip
    return show(visit, "desk/admin_duties.html", context)


def category_name(visit: Visit, mechanism: str, category: str) -> str:
    """What a category is called in the mechanism; its code where no choice has it."""
    found = Names(visit).definition(mechanism)
    for field in found.fields.values() if found else ():
        if category in field.choices:
            return pick(field.choices[category], visit.lang)
    return category


def any_category(visit: Visit, category: str) -> str:
    """What the first mechanism in force that has the category calls it; its code where none has it."""
    named = (category_name(visit, mechanism, category) for mechanism in sorted(visit.place.in_force))
    return next((name for name in named if name != category), category)


@page("admin/new-body/", name="body_new", access=BODIES, methods=("GET", "POST"))
def body_new(visit: Visit) -> HttpResponse:
    """A new body; it is checked with all others."""
    context = {"kinds": [(key, tr(name)) for key, name in KINDS.items()], "bodies": body_options(visit)}
    if visit.request.method != "POST":
        return show(visit, "desk/admin_body_new.html", {**context, "typed": {"parent": word(visit, "parent")}})
    told = typed(visit, "code", "zh", "en", "kind", "parent", "founded_on")
    wrong = _wrong(visit, told)
    if not wrong:
        wrong = _add(visit, told)
    if wrong:
        return show(visit, "desk/admin_body_new.html", {**context, "typed": told, "wrong": wrong}, status=WRONG)
    return back(visit, "body", "added", code=told["code"])


def _wrong(visit: Visit, told: dict[str, str]) -> dict[str, str]:
    from luoshi.org.data import BodyData  # noqa: PLC0415

    said = {
        "code": tr("Letters, digits, points, hyphens and underscores, at most 60; it begins with a letter or digit."),
        "zh": tr("Give the Chinese name, at most 120 characters."),
        "en": tr("Give the English name, at most 120 characters."),
        "kind": tr("Choose the kind."),
    }
    wrong = {}
    try:
        BodyData.model_validate({key: told[key] for key in said})
    except ValidationError as error:
        wrong = {str(one["loc"][0]): said[str(one["loc"][0])] for one in error.errors()}
    if told["code"] in visit.org.tree.bodies:
        wrong["code"] = tr("There is a body with this code; choose another one.")
    if told["founded_on"] and day_of(told["founded_on"]) is None:
        wrong["founded_on"] = tr("This is no day; write it as 2026-01-31.")
    if told["parent"] and told["parent"] not in visit.org.tree.bodies:
        wrong["parent"] = tr("Choose a body of the district.")
    return wrong


def _add(visit: Visit, told: dict[str, str]) -> dict[str, str]:
    from luoshi.org.models import Body  # noqa: PLC0415
    from luoshi.org.snapshot import changed  # noqa: PLC0415

    with transaction.atomic():
        changed(visit.district)
        if Body.objects.filter(district=visit.district, code=told["code"]).exists():
            return {"code": tr("There is a body with this code; choose another one.")}
        given: dict[str, Any] = {key: value or None for key, value in told.items()}
        Body.objects.create(district=visit.district, **given)
        record(visit, "body_added", told["code"], name=told["zh"], kind=told["kind"], parent=told["parent"],
               on=told["founded_on"])  # fmt: skip
    return {}


@page("admin/bodies/<str:code>/", name="body", access=BODIES)
def body(visit: Visit, code: str) -> HttpResponse:
    """One body: its days, who it follows and who follows it, its duties, what lies right below it."""
    tree = visit.org.tree
    node = tree.bodies.get(code)
    if node is None:
        return errors.missing(visit)
    before = [one for other in tree.bodies for one in tree.successors(other) if one.successor == code]
    context = {
        "body": node, "kinds": KINDS, "path": _path(visit, code)[:-1], "there": tree.exists(code, visit.on_day),
        "successors": tree.successors(code), "before": before, "changes": reform.KINDS,
        "duties": [one for one in visit.org.duties if one.body == code][:LONGEST_LIST],
        "below": _ordered([one for one in tree.bodies.values() if one.parent == code])[:LONGEST_LIST],
        "category": lambda one: category_name(visit, one.mechanism, one.category), "past": _past(visit, node),
        "any_category": lambda one: any_category(visit, one),
    }  # fmt: skip
    return show(visit, "desk/admin_body.html", context)


def _past(visit: Visit, node: BodyNode) -> bool:
    return node.ended_on is not None and node.ended_on <= visit.on_day


@page("admin/bodies/<str:code>/end/", name="body_end", access=BODIES, methods=("GET", "POST"))
def body_end(visit: Visit, code: str) -> HttpResponse:
    """End a body: first what would move is shown, then, confirmed, it is written."""
    node = visit.org.tree.bodies.get(code)
    if node is None or node.ended_on is not None:
        return errors.missing(visit)
    if visit.request.method == "POST" and "token" in visit.request.POST:
        return _confirmed(visit, node)
    context = _end_context(visit, node)
    if visit.request.method != "POST":
        return show(visit, "desk/admin_body_end.html", context)
    wanted, told, wrong = reform.read(visit, code)
    context |= {"typed": told, "wrong": wrong}
    if wanted is not None:
        context["faults"] = reform.faults(visit.district, wanted)
    if wanted is None or context["faults"]:
        return show(visit, "desk/admin_body_end.html", context, status=WRONG)
    context |= {"reform": wanted, "moving": reform.moving(visit, wanted), "token": seal(visit, "reform", wanted.told)}
    return show(visit, "desk/admin_body_end.html", context)


def _end_context(visit: Visit, node: BodyNode) -> dict[str, Any]:
    return {
        "body": node, "kinds": [(key, tr(name)) for key, name in reform.KINDS.items()], "faults": [], "reform": None,
        "bodies": [(code, name) for code, name in body_options(visit) if code != node.code], "moving": [],
        "areas": area_options(visit, None), "categories": _categories(visit), "parts": range(reform.PARTS),
        "token": "", "kind_names": reform.KINDS, "any_category": lambda one: any_category(visit, one),
    }  # fmt: skip


def _categories(visit: Visit) -> list[tuple[str, str]]:
    """Every category that duties name: what a division can go by."""
    named = {(one.category, one.mechanism) for one in visit.org.duties if one.category != "*"}
    found = {category: category_name(visit, mechanism, category) for category, mechanism in sorted(named)}
    return sorted(found.items(), key=lambda pair: pinyin_key(pair[1]))


def _confirmed(visit: Visit, node: BodyNode) -> HttpResponse:
    told = unseal(visit, "reform")
    if told is None or told[0] != node.code:
        context = {**_end_context(visit, node), "faults": [tr("This was shown too long ago; fill in the form again.")]}
        return show(visit, "desk/admin_body_end.html", context, status=WRONG)
    body_, kind, on, rest, parts, new = told
    wanted = reform.Reform(body_, kind, on, rest, tuple(tuple(one) for one in parts), tuple(new) if new else None)
    with transaction.atomic():
        wrong = reform.write(visit.district, wanted)
        if wrong:
            transaction.set_rollback(True)
        else:
            record(visit, "body_ended", node.code, kind=kind, on=on, to=[one.successor for one in wanted.successors],
                   new=list(new) if new else "")  # fmt: skip
    if wrong:
        context = {**_end_context(visit, node), "faults": wrong}
        return show(visit, "desk/admin_body_end.html", context, status=WRONG)
    return back(visit, "body", "ended", code=node.code)


@page("admin/bodies/<str:code>/handover/", name="body_handover", access=BODIES, methods=("POST",))
def body_handover(visit: Visit, code: str) -> HttpResponse:
    """Hand over, now that its day has come: of this body and of any other that has ended."""
    from luoshi.casework.handover import hand_over  # noqa: PLC0415

    node = visit.org.tree.bodies.get(code)
    if node is None or not _past(visit, node):
        return errors.missing(visit)
    try:
        report = hand_over(visit.district)
    except CaseworkError as error:
        return errors.problem(visit, 503, tr("The cases were not handed over"), describe_casework(error))
    record(visit, "bodies_handed_over", code, count=report.done, failed=len(report.failed), standing=report.standing)
    context = {"body": node, "report": report, "failed": list(report.failed.items())[:SHOWN_FAILED]}
    return show(visit, "desk/admin_handover.html", context)
