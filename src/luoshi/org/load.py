"""Org data into the store: checked whole, then written whole or not at all; the same data twice changes nothing."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.db import models, transaction
from pydantic import ValidationError

from luoshi.mechanisms.errors import place_of
from luoshi.mechanisms.yaml_text import read_yaml
from luoshi.org.check import check
from luoshi.org.data import OrgData
from luoshi.org.errors import Fault, OrgError
from luoshi.org.models import Area, Body, BodyChange, Duty, Officer, Post
from luoshi.org.snapshot import changed

BATCH: Final = 500
Values = tuple[Any, ...]
SHAPE_CODES: Final = {
    "missing": "key_missing",
    "extra_forbidden": "key_unknown",
    "too_long": "too_many",
    "string_pattern_mismatch": "value_pattern",
    "string_too_long": "value_size",
    "string_too_short": "value_size",
    "literal_error": "value_choice",
}
"""What pydantic calls a fault → our code; any other is a value of the wrong kind."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many rows of each table were written or removed; all 0: nothing had changed."""

    rows: Mapping[str, int]

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.rows.values())


def read_org(files: Iterable[tuple[str, bytes]]) -> dict[str, Any]:
    """The data of several YAML files as one: (name, bytes) each. A part may stand in several files, in turn.

    Raises MechanismError, as :func:`luoshi.mechanisms.yaml_text.read_yaml` does, for what is no plain YAML; OrgError
    ``not_mapping`` or ``not_list``.
    """
    merged: dict[str, Any] = {}
    for name, text in files:
        data = read_yaml(text, name).data
        if not isinstance(data, dict):
            raise OrgError([Fault("not_mapping", name)])
        for part, items in data.items():
            if not isinstance(items, tuple):
                raise OrgError([Fault("not_list", f"{name}: {part}")])
            merged[part] = merged.get(part, ()) + items
    return merged


def parse_org(data: Mapping[str, Any]) -> OrgData:
    """``data`` as it should be. Raises OrgError with every fault."""
    try:
        parsed = OrgData.model_validate(dict(data))
    except ValidationError as error:
        raise OrgError([_fault(one) for one in error.errors(include_url=False, include_input=False)]) from None
    faults = check(parsed)
    if faults:
        raise OrgError(faults)
    return parsed


def _fault(error: Any) -> Fault:
    context = error.get("ctx", {})
    told = {"choices": context.get("expected", ""), "most": context.get("max_length", "")}
    return Fault(SHAPE_CODES.get(error["type"], "value_kind"), place_of(error["loc"]), told)


def load_org(district: str, data: Mapping[str, Any]) -> Loaded:
    """Make the org of ``district`` what ``data`` says. Raises OrgError; then nothing was written.

    Bodies, areas and officers that stand in the store must stand in the data (``removed``): cases name them. Their
    days, parents and names may change; duties, posts and changes are taken as they are.
    """
    parsed = parse_org(data)
    with transaction.atomic():
        rows = {
            "bodies": _named(Body, "bodies", district, _bodies(parsed)),
            "areas": _named(Area, "areas", district, _areas(parsed)),
            "officers": _named(Officer, "officers", district, _officers(parsed)),
            "changes": _listed(BodyChange, district, _changes(parsed)),
            "duties": _listed(Duty, district, [one.model_dump() for one in parsed.duties]),
            "posts": _listed(Post, district, _posts(parsed)),
        }
        loaded = Loaded(rows)
        if loaded.total:
            changed(district)
    return loaded


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _bodies(data: OrgData) -> list[dict[str, Any]]:
    return [
        {**one.model_dump(), "founded_on": _day(one.founded_on), "ended_on": _day(one.ended_on)} for one in data.bodies
    ]


def _areas(data: OrgData) -> list[dict[str, Any]]:
    return [
        {
            **one.model_dump(exclude={"statistics", "civil_affairs", "shape"}),
            "stat_code": one.statistics,
            "civil_code": one.civil_affairs,
            "shape": json.dumps(one.shape, default=_number) if one.shape is not None else None,
        }
        for one in data.areas
    ]


def _number(value: object) -> float:
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(type(value))


def _officers(data: OrgData) -> list[dict[str, Any]]:
    return [{"code": one.code, "name": one.name} for one in data.officers]


def _changes(data: OrgData) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for change in data.changes:
        for body in change.from_:
            for one in change.to:
                parts: list[tuple[str | None, str | None]] = [(area, None) for area in one.areas]
                parts += [(None, category) for category in one.categories]
                rows += [
                    {
                        "kind": change.kind,
                        "body": body,
                        "successor": one.body,
                        "on_day": change.on.isoformat(),
                        "area": area,
                        "category": category,
                        "order": len(rows) + place,
                    }
                    for place, (area, category) in enumerate(parts or [(None, None)])
                ]
    return rows


def _posts(data: OrgData) -> list[dict[str, Any]]:
    return [
        {
            **one.model_dump(exclude={"from_", "to"}),
            "from_day": one.from_.isoformat(),
            "to_day": _day(one.to),
        }
        for one in data.posts
    ]


def _named(model: type[models.Model], part: str, district: str, rows: Sequence[dict[str, Any]]) -> int:
    """Insert or update by code; how many. Raises OrgError ``removed``."""
    manager = model._default_manager
    known = {one["code"]: one for one in manager.filter(district=district).values()}
    missing = sorted(known.keys() - {row["code"] for row in rows})
    if missing:
        raise OrgError([Fault("removed", part, {"code": code}) for code in missing])
    fresh = [model(district=district, **row) for row in rows if row["code"] not in known]
    altered = [
        model(district=district, id=known[row["code"]]["id"], **row)
        for row in rows
        if row["code"] in known and any(known[row["code"]][name] != value for name, value in row.items())
    ]
    manager.bulk_create(fresh, batch_size=BATCH)
    if altered:
        manager.bulk_update(altered, [name for name in rows[0] if name != "code"], batch_size=BATCH)
    return len(fresh) + len(altered)


def _listed(model: type[models.Model], district: str, rows: Sequence[dict[str, Any]]) -> int:
    """Make the rows exactly these, if they are not; how many were removed and written."""
    manager = model._default_manager
    if not rows:
        return manager.filter(district=district).delete()[0]
    names = list(rows[0])
    known: list[Values] = list(manager.filter(district=district).order_by("id").values_list(*names))
    if known == [tuple(row[name] for name in names) for row in rows]:
        return 0
    removed = manager.filter(district=district).delete()[0]
    manager.bulk_create([model(district=district, **row) for row in rows], batch_size=BATCH)
    return removed + len(rows)
