"""Mechanisms in force 在用机制, for the system administrator: what a pack says, and putting it in force."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Count
from django.http import HttpResponse

from luoshi.casework.errors import CaseworkError
from luoshi.desk import adopting, errors
from luoshi.desk.administration import WRONG, back, record, seal, show, unseal
from luoshi.desk.forms import body_options
from luoshi.desk.names import pick
from luoshi.desk.routes import PACKS, TEMPLATES, page
from luoshi.desk.shelf import Pack, shelf
from luoshi.desk.visit import Visit
from luoshi.mechanisms.errors import MechanismError
from luoshi.mechanisms.flow import SetupError
from luoshi.mechanisms.model import Mechanism
from luoshi.messages import printable, tr
from luoshi.words.casework import describe_casework
from luoshi.words.packs import describe_finding


@dataclass(frozen=True, slots=True)
class Kind:
    """A mechanism of the list: in force, on disk, or both; ``older``: versions with open cases → how many."""

    id: str
    name: str
    version: int | None
    on_disk: int | None
    sound: bool | None
    status: str
    older: tuple[tuple[int, int], ...]

    @property
    def newer(self) -> bool:
        """Whether a later version lies on disk than is in force."""
        return self.version is not None and self.on_disk is not None and self.on_disk > self.version


def kinds(visit: Visit) -> list[Kind]:
    """Every mechanism that is in force or on disk."""
    packs, found = shelf(visit.on_day), []
    running = _running(visit)
    for key in sorted({*packs, *visit.place.in_force}):
        made, pack = visit.place.in_force.get(key), packs.get(key)
        mechanism = made.flow.mechanism if made else pack.mechanism if pack else None
        version = made.version if made else None
        older = tuple((one, count) for one, count in running.get(key, []) if one != version)
        found.append(Kind(
            key, pick(mechanism.names, visit.lang) if mechanism else key, version,
            pack.mechanism.version if pack and pack.mechanism else None, pack.sound if pack else None,
            mechanism.status if mechanism else "", older,
        ))  # fmt: skip
    return sorted(found, key=lambda one: (one.version is None, one.id))


def _running(visit: Visit) -> dict[str, list[tuple[int, int]]]:
    """Mechanism → its versions with open cases, and how many. Counted, not read."""
    from luoshi.casework.models import Case  # noqa: PLC0415 - the app registry must be ready

    rows = (
        Case.objects.filter(district=visit.district, open=True)
        .values_list("mechanism", "version")
        .annotate(count=Count("id"))
        .order_by("mechanism", "version")
    )
    found: dict[str, list[tuple[int, int]]] = {}
    for mechanism, version, count in rows:
        found.setdefault(mechanism, []).append((version, count))
    return found


@page("admin/packs/", name="packs", access=PACKS)
def packs(visit: Visit) -> HttpResponse:
    """The list."""
    return show(visit, "desk/admin_packs.html", {"kinds": kinds(visit)})


@page("admin/packs/<str:kind>/", name="pack", access=PACKS)
def pack(visit: Visit, kind: str) -> HttpResponse:
    """One mechanism: version, sources with trust and dates, settings with values and notes, picture, verdict."""
    mechanism, on_disk = _definition(visit, kind)
    if mechanism is None and on_disk is None:
        return errors.missing(visit)
    made = visit.place.in_force.get(kind)
    asked = adopting.questions(visit, mechanism, body_options(visit)) if mechanism else []
    values = _kept(visit, kind)
    flat = values.flat() if values else {}
    decided = [(one, dict(one.options).get(flat.get(one.name, ""), flat.get(one.name, "")).strip()) for one in asked]
    context = {
        "kind": kind,
        "mechanism": mechanism,
        "summary": _summary(visit, mechanism.summary) if mechanism else "",
        "version": made.version if made else None,
        "pack": on_disk,
        "running": _running(visit).get(kind, []),
        "trust": adopting.SOURCES,
        "today": visit.now.date(),
        "decided": decided,
        "findings": [_finding(one) for one in on_disk.findings] if on_disk else [],
    }
    return show(visit, "desk/admin_pack.html", context)


def _definition(visit: Visit, kind: str) -> tuple[Mechanism | None, Pack | None]:
    """What is in force, else what lies on disk; and the pack on disk."""
    on_disk, made = shelf(visit.on_day).get(kind), visit.place.in_force.get(kind)
    return (made.flow.mechanism if made else on_disk.mechanism if on_disk else None), on_disk


def _summary(visit: Visit, text: str) -> str:
    """The half of a summary that is in the reader's language: "中文。 English." is how packs write it."""
    chinese, mark, english = text.partition("。 ")
    return text if not mark else f"{chinese}。" if visit.lang == "zh" else english


def _finding(one: Any) -> tuple[str, str, tuple[str, ...]]:
    place = f"{printable(one.place)}: " if one.place else ""
    return one.severity, place + describe_finding(one), tuple(one.route)


def _kept(visit: Visit, kind: str) -> adopting.Filled | None:
    from luoshi.casework.models import Setup  # noqa: PLC0415

    setup = Setup.objects.filter(district=visit.district, mechanism=kind, in_force=True).first()
    return adopting.kept(setup) if setup else None


@page("admin/packs/<str:kind>/picture.svg", name="pack_picture", access=PACKS)
def pack_picture(visit: Visit, kind: str) -> HttpResponse:
    """The flow as a picture."""
    from luoshi.mechanisms.svg import svg  # noqa: PLC0415

    mechanism, _ = _definition(visit, kind)
    if mechanism is None:
        return errors.missing(visit)
    return HttpResponse(svg(mechanism, visit.lang), content_type="image/svg+xml")


@page("admin/packs/<str:kind>/adopt/", name="adopt", access=PACKS, methods=("GET", "POST"))
def adopt(visit: Visit, kind: str) -> HttpResponse:
    """The form; posted, what would change is shown; confirmed, the mechanism is in force."""
    on_disk = shelf(visit.on_day).get(kind)
    if on_disk is None or on_disk.mechanism is None:
        return errors.missing(visit)
    if not on_disk.sound:
        advice = tr("Its page says what is wrong with it.")
        return errors.problem(visit, 409, tr("The pack is not sound and cannot be put in force"), advice)
    if visit.request.method == "POST" and "token" in visit.request.POST:
        return _confirmed(visit, on_disk, kind)
    old = _kept(visit, kind)
    if visit.request.method != "POST":
        return _form(visit, on_disk, old.flat() if old else {})
    told = {key: value.strip() for key, value in visit.request.POST.items() if isinstance(value, str)}
    filled, wrong = adopting.read(visit, on_disk.mechanism, told)
    if wrong:
        return _form(visit, on_disk, told, wrong)
    asked = adopting.questions(visit, on_disk.mechanism, body_options(visit))
    made = visit.place.in_force.get(kind)
    preview = {
        "changes": adopting.changes(asked, old, filled), "old_version": made.version if made else None,
        "token": seal(visit, "adopt", [kind, on_disk.mechanism.version, filled.flat()]),
    }  # fmt: skip
    return _form(visit, on_disk, told, preview=preview)


def _form(
    visit: Visit,
    on_disk: Pack,
    told: dict[str, str],
    wrong: dict[str, str] | None = None,
    preview: dict[str, Any] | None = None,
) -> HttpResponse:
    if on_disk.mechanism is None:
        raise ValueError("only what can be read is put in force")
    asked = adopting.questions(visit, on_disk.mechanism, body_options(visit))
    context = {
        "mechanism": on_disk.mechanism, "asked": asked, "typed": told, "wrong": wrong, "preview": preview,
        "missing": [one.label for one in asked if one.name in (wrong or {})],
    }  # fmt: skip
    return show(visit, "desk/admin_adopt.html", context, status=WRONG if wrong else 200)


def _confirmed(visit: Visit, on_disk: Pack, kind: str) -> HttpResponse:
    from luoshi.casework.setups import install, put_in_force  # noqa: PLC0415

    told, mechanism = unseal(visit, "adopt"), on_disk.mechanism
    if mechanism is None or told is None or told[:2] != [kind, mechanism.version]:
        advice = tr("Fill in the form again: it was shown too long ago, or the pack has changed since.")
        return errors.problem(visit, 409, tr("Nothing was put in force"), advice)
    filled, wrong = adopting.read(visit, mechanism, told[2])
    if wrong:
        return _form(visit, on_disk, told[2], wrong)
    old = _kept(visit, kind)
    asked = adopting.questions(visit, mechanism, body_options(visit))
    try:
        install(on_disk.source, on_disk.name)
        put_in_force(
            visit.district, kind, mechanism.version, settings=filled.settings, standing=filled.standing,
            prefix=filled.prefix, hours=filled.hours, urgent_hours=filled.urgent_hours,
        )  # fmt: skip
    except (CaseworkError, SetupError) as error:
        return errors.problem(visit, 409, tr("Nothing was put in force"), describe_casework(error))
    except MechanismError as error:
        said = "; ".join(describe_finding(one) for one in error.findings)
        return errors.problem(visit, 409, tr("Nothing was put in force"), said)
    with transaction.atomic():
        record(visit, "mechanism_adopted", kind, version=mechanism.version,
               changes={one.label: [one.old, one.new] for one in adopting.changes(asked, old, filled)})  # fmt: skip
    return back(visit, "pack", "adopted", kind=kind)


@page("admin/templates/", name="templates", access=TEMPLATES)
def templates(visit: Visit) -> HttpResponse:
    """The documents 文书 that each mechanism in force produces. Read only."""
    found = []
    for key in sorted(visit.place.in_force):
        mechanism = visit.place.in_force[key].flow.mechanism
        found.append((mechanism, [_document(visit, mechanism, one) for one in mechanism.documents.values()]))
    return show(visit, "desk/admin_templates.html", {"mechanisms": found})


def _document(visit: Visit, mechanism: Mechanism, one: Any) -> dict[str, Any]:
    role = mechanism.roles.get(one.to or "")
    return {
        "name": pick(one, visit.lang),
        "numbering": (one.numbering or mechanism.numbering) if one.numbered or one.numbering else "",
        "to": pick(role, visit.lang) if role else tr("who is responsible then"),
        "fields": [pick(mechanism.fields[name], visit.lang) if name in mechanism.fields else name
                   for name in one.fields],
    }  # fmt: skip
