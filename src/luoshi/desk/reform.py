"""A reform of bodies 机构改革, before it is written: what it would move, and whether it holds."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from luoshi.desk import orgdata
from luoshi.desk.administration import day_of
from luoshi.desk.visit import Visit
from luoshi.messages import mark, tr
from luoshi.org.tree import Successor, Tree

PARTS: Final = 6
"""Successors of a division beside the one that takes the rest; more are told in a file."""
KINDS: Final[dict[str, str]] = {
    "rename": mark("renamed (one follows)"),
    "merge": mark("merged into another body"),
    "split": mark("divided among several"),
}


@dataclass(frozen=True, slots=True)
class Moving:
    """Open cases that would move: of a mechanism, to a successor."""

    mechanism: str
    successor: str
    count: int


@dataclass(frozen=True, slots=True)
class Reform:
    """A body's end: how, on which day, and who follows with what (area, category; neither: the rest)."""

    body: str
    kind: str
    on: str
    rest: str
    parts: tuple[tuple[str, str, str], ...] = ()
    new: tuple[str, str, str] | None = None
    """Code and both names of a successor that is founded by the change itself."""

    @property
    def successors(self) -> list[Successor]:
        """As the tree keeps it."""
        made = [Successor(self.kind, self.body, to, self.on, area or None, category or None)
                for to, area, category in self.parts]  # fmt: skip
        return [*made, Successor(self.kind, self.body, self.rest, self.on)]

    @property
    def told(self) -> list[Any]:
        """For a token."""
        return [self.body, self.kind, self.on, self.rest, [*self.parts], self.new]


def read(visit: Visit, body: str) -> tuple[Reform | None, dict[str, str], dict[str, str]]:
    """What the form says: the reform, what was typed, what is wrong by field."""
    post, wrong = visit.request.POST, {}
    names = ["kind", "on", "rest", "new_code", "new_zh", "new_en"]
    names += [f"{name}_{n}" for n in range(PARTS) for name in ("to", "area", "category")]
    told = {name: post.get(name, "").strip() for name in names}
    tree = visit.org.tree
    if told["kind"] not in KINDS:
        wrong["kind"] = tr("Choose how the body ends.")
    day = day_of(told["on"])
    if day is None:
        wrong["on"] = tr("Give the day, written as 2026-01-31: the first on which the successor acts.")
    new = (told["new_code"], told["new_zh"], told["new_en"]) if told["new_code"] else None
    if not told["rest"] and new is None:
        wrong["rest"] = tr("Say who follows: a body that exists, or a new one.")
    elif told["rest"] and new is not None:
        wrong["rest"] = tr("Choose an existing body or tell a new one, not both.")
    elif told["rest"] and told["rest"] not in tree.bodies:
        wrong["rest"] = tr("Choose a body of the district.")
    if new is not None and new[0] in tree.bodies:
        wrong["new_code"] = tr("There is a body with this code; choose another one.")
    parts = [(told[f"to_{n}"], told[f"area_{n}"], told[f"category_{n}"]) for n in range(PARTS)]
    for n, (to, area, category) in enumerate(parts):
        if to and bool(area) == bool(category):
            wrong[f"to_{n}"] = tr("Give the area or the category that this successor takes, one of both.")
        elif not to and (area or category):
            wrong[f"to_{n}"] = tr("Choose the successor that takes this.")
    given = tuple(part for part in parts if part[0])
    if told["kind"] == "split" and not given and "kind" not in wrong:
        wrong["to_0"] = tr("Of a division, at least one more successor takes an area or a category.")
    if told["kind"] in ("rename", "merge") and given:
        wrong["to_0"] = tr("Only a division has several successors; take this out, or choose the division.")
    if wrong or day is None:
        return None, told, wrong
    return Reform(body, told["kind"], day, new[0] if new else told["rest"], given, new), told, {}


def applied(data: Mapping[str, Any], reform: Reform) -> dict[str, Any]:
    """``data`` as files would tell it after the reform."""
    day = date.fromisoformat(reform.on)
    bodies = [{**one, "ended_on": day} if one["code"] == reform.body else one for one in data["bodies"]]
    ended = next(one for one in bodies if one["code"] == reform.body)
    if reform.new is not None:
        bodies.append(founded(ended, reform.new, day))
    to: dict[str, dict[str, Any]] = {}
    for one in reform.successors:
        part = to.setdefault(one.successor, {"body": one.successor, "areas": (), "categories": ()})
        part["areas"] += (one.area,) if one.area else ()
        part["categories"] += (one.category,) if one.category else ()
    change = {"kind": reform.kind, "on": day, "from": (reform.body,), "to": tuple(to.values())}
    return {**data, "bodies": tuple(bodies), "changes": (*data["changes"], change)}


def founded(old: Mapping[str, Any], new: Sequence[str], day: date) -> dict[str, Any]:
    """The body that is founded by the change: of the kind and in the place of the old one."""
    code, zh, en = new
    found = {"code": code, "zh": zh, "en": en or zh, "kind": old["kind"], "founded_on": day}
    return {**found, "parent": old["parent"]} if "parent" in old else found


def faults(district: str, reform: Reform) -> list[str]:
    """What would not hold, in sentences."""
    from luoshi.org.errors import OrgError  # noqa: PLC0415 - the app registry must be ready
    from luoshi.org.load import parse_org  # noqa: PLC0415

    try:
        parse_org(applied(orgdata.about_bodies(district), reform))
    except OrgError as error:
        return orgdata.describe(error.faults)
    return []


def moving(visit: Visit, reform: Reform) -> list[Moving]:
    """How many open cases have the body anywhere in them, by mechanism and by who takes them. No case is told."""
    from django.db import connection  # noqa: PLC0415

    from luoshi.casework.handover import _like  # noqa: PLC0415
    from luoshi.casework.sql import reading  # noqa: PLC0415

    old = visit.org.tree
    tree = Tree(old.bodies.values(), reform.successors, old.areas.values())
    like = f"%{_like(json.dumps(reform.body, ensure_ascii=False))}%"
    with reading(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT mechanism, area, category, COUNT(*) FROM casework_case WHERE district = %s AND open = %s "
            "AND (body = %s OR state LIKE %s ESCAPE '\\') GROUP BY mechanism, area, category",
            (visit.district, True, reform.body, like),
        )
        rows = cursor.fetchall()
    counted: dict[tuple[str, str], int] = {}
    for mechanism, area, category, count in rows:
        key = (mechanism, tree.successor(reform.body, reform.on, area, category))
        counted[key] = counted.get(key, 0) + count
    return [Moving(mechanism, to, count) for (mechanism, to), count in sorted(counted.items())]


def write(district: str, reform: Reform) -> list[str]:
    """Write the reform in the transaction that this is called in; what does not hold any more, and then nothing is."""
    from luoshi.org.models import Body, BodyChange  # noqa: PLC0415
    from luoshi.org.snapshot import changed  # noqa: PLC0415

    changed(district)  # first: of two reforms at once the later one is checked against the earlier one
    wrong = faults(district, reform)
    if wrong:
        return wrong
    old = Body.objects.get(district=district, code=reform.body)
    if reform.new is not None:
        code, zh, en = reform.new
        Body.objects.create(district=district, code=code, zh=zh, en=en or zh, kind=old.kind, parent=old.parent,
                            founded_on=reform.on)  # fmt: skip
    old.ended_on = reform.on
    old.save(update_fields=["ended_on"])
    last = BodyChange.objects.filter(district=district).order_by("-order").values_list("order", flat=True).first()
    for place, one in enumerate(reform.successors, start=1 + (last if last is not None else -1)):
        BodyChange.objects.create(
            district=district, kind=one.kind, body=one.body, successor=one.successor, on_day=one.on_day, area=one.area,
            category=one.category, order=place,
        )  # fmt: skip
    return []
