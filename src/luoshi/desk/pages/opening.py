"""Opening a case 立案: which kinds the officer may open, and the form of one."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpResponse

from luoshi.casework import door, pending
from luoshi.casework.act import Done, Request
from luoshi.casework.act import act as take
from luoshi.casework.authority import by_posts
from luoshi.casework.errors import CaseworkError
from luoshi.casework.numbers import take as number
from luoshi.casework.offers import Opening, openings
from luoshi.casework.routing import Place, Route, locate, route
from luoshi.casework.sql import Tx
from luoshi.desk import attachments, errors
from luoshi.desk.forms import Form, area_options, form_of
from luoshi.desk.links import link
from luoshi.desk.names import Names, pick
from luoshi.desk.routes import OFFICER, go, page
from luoshi.desk.templating import render
from luoshi.desk.typed import check, put_refusal, typed_in, values_of
from luoshi.desk.visit import Visit
from luoshi.mechanisms.acts import Refused
from luoshi.mechanisms.flow import Flow
from luoshi.mechanisms.model import Mechanism
from luoshi.mechanisms.step import EVIDENCE
from luoshi.messages import Language, tr
from luoshi.org.shapes import Point
from luoshi.words.casework import describe_casework
from luoshi.words.routing import describe_reason

ONCE: Final = re.compile(r"[0-9a-f]{32}")
"""What makes a form one form: sent twice, it opens one case."""


class _Twice(Exception):  # noqa: N818 - it undoes the second of two
    """The form has opened its case already."""


@dataclass(frozen=True, slots=True)
class _Way:
    action: str
    title: str
    areas: str


@dataclass(frozen=True, slots=True)
class _Kind:
    id: str
    name: str
    summary: str
    ways: tuple[_Way, ...]


@page("open/", name="open", access=OFFICER)
def kinds(visit: Visit) -> HttpResponse:
    """The kinds of case that this officer may open."""
    names = Names(visit)
    by_kind: dict[str, dict[str, Opening]] = {}
    for one in openings(visit.district, visit.officer, visit.on_day):
        by_kind.setdefault(one.mechanism, {}).setdefault(one.action, one)
    told = [_kind(visit, names, mechanism, list(ways.values())) for mechanism, ways in by_kind.items()]
    return render(visit, "desk/open.html", {"kinds": told})


def _kind(visit: Visit, names: Names, mechanism: str, ways: Sequence[Opening]) -> _Kind:
    definition = visit.place.in_force[mechanism].flow.mechanism
    return _Kind(
        mechanism,
        pick(definition.names, visit.lang),
        _summary(definition.summary, visit.lang),
        tuple(_Way(one.action, pick(one.ready.action, visit.lang), _areas(visit, names, one)) for one in ways),
    )


def _summary(text: str, lang: Language) -> str:
    """A summary is told in Chinese and, after its last full stop 。, in English: the reader's part of it."""
    chinese, stop, english = text.rpartition("。")
    return english.strip() if lang == "en" and english.strip() else chinese + stop if stop else text


def _areas(visit: Visit, names: Names, one: Opening) -> str:
    """The largest areas in which alone it may be opened; nothing if anywhere."""
    if one.areas is None:
        return ""
    tree = visit.org.tree
    tops = [code for code in sorted(one.areas) if code in tree.areas and tree.areas[code].parent not in one.areas]
    return tr(", ").join(names.area(code) for code in tops)


@dataclass(slots=True)
class _Desk:
    """One officer before one opening form. ``ways``: the roles in which he may open it, each with its areas."""

    visit: Visit
    ways: list[Opening]
    flow: Flow

    @property
    def mechanism(self) -> Mechanism:
        return self.flow.mechanism

    @property
    def first(self) -> Opening:
        return self.ways[0]

    @property
    def areas(self) -> frozenset[str] | None:
        """Where alone it may be opened by one of his roles; None: anywhere."""
        told = [one.areas for one in self.ways]
        return None if None in told else frozenset().union(*(one for one in told if one is not None))

    def way(self, area: str | None) -> Opening | None:
        """The role for a case in ``area``."""
        return next((one for one in self.ways if one.areas is None or area in one.areas), None)

    @property
    def has_place(self) -> bool:
        """Whether cases of this kind lie somewhere."""
        fields = self.mechanism.fields.values()
        return self.areas is not None or any(one.type in ("place", "address") for one in fields)

    @property
    def led_by(self) -> str | None:
        """The field of the form that names the body in charge."""
        ready = self.first.ready
        return next((name for name in ready.action.assigns.values() if name in ready.allowed), None)


@page("open/<str:mechanism>/<str:action>/", name="open_form", access=OFFICER, methods=("GET", "POST"))
def form(visit: Visit, mechanism: str, action: str) -> HttpResponse:
    """GET: the form. POST: the case is opened, or the form comes back with what is wrong and all that was typed."""
    found = [
        one
        for one in openings(visit.district, visit.officer, visit.on_day)
        if (one.mechanism, one.action) == (mechanism, action)
    ]
    if not found:
        return errors.missing(visit)
    desk = _Desk(visit, found, visit.place.in_force[mechanism].flow)
    if visit.request.method == "POST":
        return _post(desk)
    return _show(desk, form_of(visit, desk.flow, desk.first.ready, {}, {}), secrets.token_hex(16))


def _show(
    desk: _Desk,
    shown: Form,
    once: str,
    *,
    area: str | None = None,
    area_wrong: str = "",
    routed: Route | None = None,
    status: int = 200,
) -> HttpResponse:
    visit, opening = desk.visit, desk.way(area) or desk.first
    names = Names(visit)
    told = None
    if routed is not None:
        reasons = [describe_reason(one, visit.org.tree) for one in routed.reasons]
        told = {"body": names.body(routed.body) if routed.body else "", "reasons": reasons}
    context = {
        "form": shown,
        "mechanism": desk.mechanism,
        "title": pick(opening.ready.action, visit.lang),
        "post": link("open_form", mechanism=desk.mechanism.id, action=opening.action),
        "once": once,
        "actor": opening.actor,
        "approval": names.role(desk.mechanism.id, opening.approval) if opening.approval else "",
        "areas": area_options(visit, desk.areas) if desk.has_place else (),
        "area": area or "",
        "area_needed": desk.areas is not None,
        "area_wrong": area_wrong,
        "routes": desk.led_by is not None or desk.has_place,
        "routed": told,
    }
    template = "desk/_open_form.html" if visit.partial else "desk/open_form.html"
    return render(visit, template, context, status=status)


def _post(desk: _Desk) -> HttpResponse:
    visit, mechanism, action = desk.visit, desk.mechanism, desk.first.ready.action
    post = visit.request.POST
    once = post.get("once", "")
    if not ONCE.fullmatch(once):
        return errors.problem(
            visit, 400, tr("The request could not be read"), tr("Go back, load the page again and repeat it.")
        )
    names = [*action.supply, *action.optional]
    typed = typed_in(post, mechanism, names)
    kept, unfit = attachments.collect(visit, [*(n for n in names if mechanism.fields[n].type == "files"), EVIDENCE])
    fields = values_of(typed, mechanism)
    area = _area(desk, post.get("area", ""), fields)
    if post.get("look"):
        return _look(desk, typed, kept, area, once)
    shown = form_of(visit, desk.flow, desk.first.ready, typed, kept)
    for field, text in unfit.items():
        shown.wrong(field, text)
    evidence = attachments.as_evidence(kept)
    check(shown, fields, mechanism, len({one.sha256 for one in evidence}))
    way = desk.way(area)
    area_wrong = "" if way is not None else tr("Choose the area: your post lets you open it in some areas alone.")
    if shown.faulty or way is None:
        return _show(desk, shown, once, area=area, area_wrong=area_wrong, status=422)
    request = Request(way.actor, way.action, mechanism=mechanism.id, fields=fields, files=evidence, area=area)
    try:
        if way.approval is not None:
            pending.ask(visit.district, request, visit.now)
            return go(visit, link("approvals"))
        done = take(
            visit.district, request, authorise=by_posts(visit.district), now=visit.now, also=_only_once(visit, once)
        )
    except _Twice:
        shown.above.append(tr("This form was sent already, and its case was opened; look for it in your work."))
        return _show(desk, shown, once, area=area, status=409)
    except Refused as refusal:
        put_refusal(shown, refusal, mechanism, action)
        return _show(desk, shown, once, area=area, status=422)
    except CaseworkError as error:
        shown.above.append(describe_casework(error, mechanism))
        return _show(desk, shown, once, area=area, status=503 if error.code.startswith("store_") else 422)
    assert done is not None
    attachments.belong(visit, evidence, done.case)
    return _opened(desk, done)


def _only_once(visit: Visit, once: str) -> Any:
    """Claims the form in the transaction that opens its case; the second of two is undone whole."""

    def claim(tx: Tx, results: Sequence[object]) -> None:
        if isinstance(results[0], Done) and next(number(tx, visit.district, {f"form/{once}": 1})[f"form/{once}"]) != 1:
            raise _Twice

    return claim


def _area(desk: _Desk, told: str, fields: Mapping[str, Any]) -> str | None:
    """The area that was chosen; else the one in which the place lies that was given in degrees."""
    tree = desk.visit.org.tree
    if told in tree.areas:
        return told
    point = _point(desk, fields)
    return locate(desk.visit.org, desk.mechanism.id, Place(point=point))[0] if point is not None else None


def _point(desk: _Desk, fields: Mapping[str, Any]) -> Point | None:
    for name, value in fields.items():
        if desk.mechanism.fields[name].type == "place" and isinstance(value, dict):
            try:
                lon, lat = float(value["lon"]), float(value["lat"])
            except (KeyError, ValueError):
                continue
            if abs(lon) <= 180 and abs(lat) <= 90:
                return (lon, lat)
    return None


def _look(desk: _Desk, typed: dict[str, Any], kept: Mapping[str, Any], area: str | None, once: str) -> HttpResponse:
    """The form again, with who is in charge there, and why; nothing is done."""
    visit, mechanism = desk.visit, desk.mechanism
    source = desk.first.ready.action.sets.get("category")
    category = typed.get(source) if source is not None else None
    told = route(
        visit.org, mechanism.id, category if isinstance(category, str) else None, Place(area=area),
        first_receiver=None, on_day=visit.on_day,
    )  # fmt: skip
    if told.body is not None and desk.led_by is not None:
        typed = {**typed, desk.led_by: told.body}
    return _show(desk, form_of(visit, desk.flow, desk.first.ready, typed, kept), once, area=area, routed=told)


def _opened(desk: _Desk, done: Done) -> HttpResponse:
    visit = desk.visit
    if door.may_read(visit.sight, done.case) is not None:
        return go(visit, link("case", case=done.case))
    title = pick(desk.first.ready.action, visit.lang)
    papers = tr("Documents: {numbers}", numbers=tr(", ").join(done.documents)) if done.documents else ""
    told = {"done": done, "title": title, "papers": papers, "mechanism": desk.mechanism.id}
    response = render(visit, "desk/_act_done.html" if visit.partial else "desk/act_done.html", told)
    if visit.partial:
        response["HX-Retarget"], response["HX-Reswap"] = "#main", "innerHTML"
    return response
