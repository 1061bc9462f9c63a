"""What a case's entries told up to one of them, as a paper of that entry says it. Read through the read door.

A document is of its day: what was filled in later does not stand in it.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from luoshi.casework import door
from luoshi.casework.door import CaseRow, FieldView, told_fields
from luoshi.casework.entries import SYSTEM
from luoshi.casework.errors import CaseworkError
from luoshi.casework.histories import public_entries
from luoshi.casework.models import Notice
from luoshi.casework.sight import Sight
from luoshi.casework.sql import reading
from luoshi.mechanisms.flow import Flow, epoch
from luoshi.mechanisms.model import FieldDef
from luoshi.mechanisms.step import OUTSIDE
from luoshi.writing.papers.filling import Value, chinese_day, grouped

_AS_TEXT: Final = frozenset(
    {"text", "long_text", "person", "phone", "address", "date", "choice", "body", "decimal"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Letter:
    """A document that entry ``n`` made: one row for each body that it goes to, put together."""

    id: int
    n: int
    document: str
    number: str
    day: str
    to: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Given:
    """A value as it was told by entry ``n``; ``masked`` if it is personal and was not revealed."""

    n: int
    value: Value
    masked: bool = False


@dataclass(slots=True)
class Story:
    """A case that the door has shown: its row, flow and entries, and what they only commit to (personal masked)."""

    seen: Sight
    row: CaseRow
    flow: Flow
    entries: list[dict[str, Any]]
    told: dict[int, dict[str, FieldView]]
    letters: list[Letter] = field(default_factory=list)

    def body(self, code: str | None) -> str:
        """The Chinese name of a body; its code if it is not known."""
        found = self.seen.org.tree.bodies.get(code or "")
        return found.zh if found is not None else (code or "")


def story(seen: Sight, case: str) -> Story:
    """The case ``case``. Raises CaseworkError ``case_unknown`` for one that is not seen, ``store_…``."""
    row = door.may_read(seen, case)
    flow = seen.flows.get((row.mechanism, row.version)) if row is not None else None
    if row is None or flow is None:
        raise CaseworkError("case_unknown", case=case)
    told: dict[int, dict[str, FieldView]] = defaultdict(dict)
    for view in told_fields(seen, case):
        told[view.n][view.field] = view
    return Story(seen, row, flow, public_entries(seen, [row])[case], dict(told), _letters(row, seen.district))


def _letters(row: CaseRow, district: str) -> list[Letter]:
    with reading():
        rows = list(
            Notice.objects.filter(district=district, case_id=row.id)
            .order_by("id")
            .values_list("id", "n", "document", "number", "body", "on_day")
        )
    found: dict[tuple[int, str, str], Letter] = {}
    for number, n, document, no, body, on_day in rows:
        key = (n, document, no or "")
        one = found.get(key)
        to = (*one.to, body) if one is not None else (body,)
        found[key] = Letter(one.id if one is not None else number, n, document, no or "", on_day, to)
    return list(found.values())


def given(found: Story, upto: int) -> dict[str, Given]:
    """The last value of each field that entries up to number ``upto`` told."""
    fields, values = found.flow.mechanism.fields, {}
    for entry in found.entries:
        n = entry["n"]
        if n > upto:
            break
        told = found.told.get(n, {})
        for name, one in fields.items():
            if one.type == "files":
                continue
            view = told.get(name)
            if view is not None and view.personal:
                values[name] = Given(n, Value(view.text), masked=True)
            elif view is not None:
                values[name] = Given(n, said(found, one, parsed(view.text, one)))
            elif name in entry["data"]:
                values[name] = Given(n, said(found, one, entry["data"][name]))
            elif name in entry["commitments"]:
                values.pop(name, None)  # it was erased
    return values


def unmask(found: Story, values: dict[str, Given], wanted: set[str], reason: str, now: datetime) -> None:
    """Put the plaintext of the personal fields ``wanted`` into ``values``: each is on record with ``reason``.

    Raises CaseworkError as the door does.
    """
    for name in sorted(wanted & values.keys()):
        one = values[name]
        if one.masked:
            plain = door.reveal(found.seen, found.row.case, one.n, name, reason=reason, at=epoch(now))
            field_def = found.flow.mechanism.fields[name]
            values[name] = Given(one.n, said(found, field_def, parsed(plain, field_def)))


def parsed(text: str, field_def: FieldDef) -> Any:
    """What an entry's commitment was made of: a text as it is, anything else as JSON."""
    if field_def.many or field_def.type not in _AS_TEXT:
        try:
            return json.loads(text)
        except ValueError:
            return text
    return text


def said(found: Story, field_def: FieldDef, value: Any) -> Value:
    """A value of the field in Chinese words."""
    return Value(_said(found, field_def, value), value)


def _said(found: Story, field_def: FieldDef, value: Any) -> str:
    if isinstance(value, list | tuple):
        return "、".join(_said(found, field_def, one) for one in value)
    if isinstance(value, Mapping):
        spot = f"（{value['lon']}, {value['lat']}）" if "lon" in value else ""
        return f"{value.get('text', '')}{spot}"
    if isinstance(value, bool):
        return "是" if value else "否"
    text = str(value)
    if field_def.type == "choice":
        choice = field_def.choices.get(text)
        return choice.zh if choice is not None else text
    if field_def.type == "body":
        return found.body(text)
    if field_def.type == "date":
        return chinese_day(text)
    if field_def.type in ("integer", "decimal"):
        return f"{grouped(text)}{field_def.unit or ''}"
    return text


def issuer_of(found: Story, entry: Mapping[str, Any]) -> str:
    """Who issues what ``entry`` made: the body that acted; for the ladder the first standing role's body (督查机构).

    A party from outside issues nothing: then it is the body that is responsible.
    """
    actor = str(entry["actor_body"])
    if actor not in (SYSTEM, OUTSIDE):
        return found.body(actor)
    return found.body(_standing(found) or str(entry["body"]))


def _standing(found: Story) -> str | None:
    """The body of the first role that is set when a case is opened."""
    from luoshi.casework.offers import state_of  # noqa: PLC0415 - only the ladder's papers need it

    roles = state_of(found.seen.district, found.row.case).state.roles
    standing = (name for name, one in found.flow.mechanism.roles.items() if one.kind == "standing")
    return next((roles[name] for name in standing if name in roles), None)


def limit_at(found: Story, entry: Mapping[str, Any]) -> str | None:
    """The day of the limit that a paper of ``entry`` speaks of, as it stood then: that of the rung's clock; of an act,
    the case's day."""
    clock = entry["data"].get("clock")
    key = f"due_{clock}" if clock else None
    day: str | None = None
    for one in found.entries:
        if one["n"] > entry["n"]:
            break
        if key is not None and key in one["data"]:
            day = one["data"][key]
        elif key is None and "due_on" in one["set"]:
            day = one["set"]["due_on"]
    return str(day) if day else None
