"""A district's organisation in the store, in the form of its files; what differs; what does not hold."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from luoshi.messages import mark, printable, tr
from luoshi.words.org import ORG_MESSAGES

NAMED: Final = ("bodies", "areas", "officers")
PART_NAMES: Final[dict[str, str]] = {
    "bodies": mark("bodies"),
    "changes": mark("changes of bodies"),
    "areas": mark("areas"),
    "duties": mark("duties"),
    "officers": mark("officers"),
}
"""The parts that the system administrator keeps → what they are called. Posts are the security administrator's."""


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _told(row: Mapping[str, Any]) -> dict[str, Any]:
    """Without what is not told."""
    return {key: value for key, value in row.items() if value not in (None, ())}


def bodies(district: str) -> tuple[dict[str, Any], ...]:
    """The bodies, as files tell them."""
    from luoshi.org.models import Body  # noqa: PLC0415 - the app registry must be ready

    rows = Body.objects.filter(district=district).order_by("id")
    names = ("code", "zh", "en", "kind", "parent")
    return tuple(
        _told({**{name: getattr(row, name) for name in names},
               "founded_on": _day(row.founded_on), "ended_on": _day(row.ended_on)})
        for row in rows
    )  # fmt: skip


def changes(district: str) -> tuple[dict[str, Any], ...]:
    """The changes of bodies; a merger of several is told as one for each, which means the same."""
    from luoshi.org.models import BodyChange  # noqa: PLC0415

    found: list[dict[str, Any]] = []
    for row in BodyChange.objects.filter(district=district).order_by("order", "id"):
        last = found[-1] if found else None
        day = date.fromisoformat(row.on_day)
        if last is None or (last["kind"], last["from"], last["on"]) != (row.kind, (row.body,), day):
            last = {"kind": row.kind, "on": day, "from": (row.body,), "to": ()}
            found.append(last)
        to = last["to"][-1] if last["to"] else None
        if to is None or to["body"] != row.successor:
            to = {"body": row.successor, "areas": (), "categories": ()}
            last["to"] = (*last["to"], to)
        to["areas"] += (row.area,) if row.area else ()
        to["categories"] += (row.category,) if row.category else ()
    return tuple(found)


def areas(district: str, *, shapes: bool = True) -> tuple[dict[str, Any], ...]:
    """The areas; without ``shapes`` none has an outline, for what does not ask about them."""
    from luoshi.org.models import Area  # noqa: PLC0415

    names = ("code", "zh", "en", "kind", "parent", "stat_code", "civil_code", *(("shape",) if shapes else ()))
    return tuple(
        _told({
            **{name: row[name] for name in names[:5]}, "statistics": row["stat_code"],
            "civil_affairs": row["civil_code"], "shape": json.loads(row["shape"]) if row.get("shape") else None,
        })
        for row in Area.objects.filter(district=district).order_by("id").values(*names)
    )  # fmt: skip


def duties(district: str) -> tuple[dict[str, Any], ...]:
    """The duties."""
    from luoshi.org.models import Duty  # noqa: PLC0415

    rows = Duty.objects.filter(district=district).order_by("id").values("mechanism", "category", "area", "body")
    return tuple(_told(row) for row in rows)


def officers(district: str) -> tuple[dict[str, Any], ...]:
    """The officers."""
    from luoshi.org.models import Officer  # noqa: PLC0415

    rows = Officer.objects.filter(district=district).order_by("id").values_list("code", "name")
    return tuple({"code": code, "name": name} for code, name in rows)


def posts(district: str) -> tuple[dict[str, Any], ...]:
    """The posts, which files of the system administrator leave as they are."""
    from luoshi.org.models import Post  # noqa: PLC0415

    names = ("officer", "mechanism", "role", "body", "area")
    return tuple(
        _told({**{name: getattr(row, name) for name in names},
               "from": date.fromisoformat(row.from_day), "to": _day(row.to_day)})
        for row in Post.objects.filter(district=district).order_by("id")
    )  # fmt: skip


def stored(district: str) -> dict[str, Any]:
    """All of it."""
    return {
        "bodies": bodies(district), "changes": changes(district), "areas": areas(district), "duties": duties(district),
        "officers": officers(district), "posts": posts(district),
    }  # fmt: skip


def about_bodies(district: str) -> dict[str, Any]:
    """What a change of bodies is checked against; neither persons nor outlines, which it cannot make wrong."""
    return {"bodies": bodies(district), "changes": changes(district), "areas": areas(district, shapes=False),
            "duties": duties(district)}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Difference:
    """What files say otherwise than the store: ``how`` is one of added, altered, removed."""

    part: str
    how: str
    what: str
    fields: tuple[tuple[str, str, str], ...] = ()


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Difference]:
    """In order of the parts: what ``new`` adds, alters and removes."""
    found: list[Difference] = []
    for part in PART_NAMES:
        before, after = old.get(part, ()), new.get(part, ())
        found += _by_code(part, before, after) if part in NAMED else _as_listed(part, before, after)
    return found


def _by_code(part: str, before: Sequence[Any], after: Sequence[Any]) -> Iterator[Difference]:
    known = {one["code"]: one for one in before}
    for one in after:
        was = known.pop(one["code"], None)
        if was is None:
            yield Difference(part, "added", _title(one))
            continue
        keys = dict.fromkeys((*was, *one))
        fields = tuple((key, _said(was.get(key)), _said(one.get(key))) for key in keys
                       if plain(was.get(key)) != plain(one.get(key)))  # fmt: skip
        if fields:
            yield Difference(part, "altered", _title(one), fields)
    yield from (Difference(part, "removed", _title(one)) for one in known.values())


def _as_listed(part: str, before: Sequence[Any], after: Sequence[Any]) -> Iterator[Difference]:
    was, now = ([_line(one) for one in items] for items in (before, after))
    yield from (Difference(part, "added", line) for line in now if line not in set(was))
    yield from (Difference(part, "removed", line) for line in was if line not in set(now))


def plain(value: Any) -> Any:
    """As both sides tell it: without what only one of both spells out."""
    if isinstance(value, Mapping):
        return {key: plain(one) for key, one in value.items() if one not in (None, (), "*")}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return float(value) if isinstance(value, Decimal | int) and not isinstance(value, bool) else value


def _line(one: Any) -> str:
    if one.keys() <= {"mechanism", "category", "area", "body"}:  # a duty, as what is ambiguous is told, too
        parts = " / ".join(one.get(name, "*") for name in ("mechanism", "category", "area"))
        return f"{parts} → {one['body']}"
    return "; ".join(f"{key} {_said(value)}" for key, value in sorted(plain(one).items()))


def _said(value: Any) -> str:
    if value is None:
        return "—"
    if isinstance(value, Mapping) and "coordinates" in value:
        return tr("an outline")
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_said(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list | tuple):
        return ", ".join(_said(one) for one in value)
    return str(value)


def _title(one: Mapping[str, Any]) -> str:
    name = one.get("zh") or one.get("name") or ""
    return f"{name} ({one['code']})"


def describe(faults: Iterable[Any]) -> list[str]:
    """What is wrong, in sentences; without the place in a file, since there is none."""
    return [tr(ORG_MESSAGES[one.code]).format(**{key: printable(value) for key, value in one.details.items()})
            for one in faults]  # fmt: skip
