"""What a posted form says about a commitment: fields that were typed, those that differ, and where to take it apart."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from django.http import QueryDict

from luoshi.commitments.models import Commitment
from luoshi.desk.figuring import named
from luoshi.desk.marked import spans_of
from luoshi.desk.names import Names
from luoshi.desk.visit import Visit
from luoshi.desk.wording import day
from luoshi.figures.definitions import load_all

TEXTS: Final = ("task", "standard")
TAKEN: Final = ("lead", "due", "standard", "figure")
"""Fields for which there are suggestions."""
MOST: Final = 10_000
"""Characters that a field of the form may have."""
ROWS_MOST: Final = 60
BREAKS: Final = re.compile(r"[^，；。、]+[，；。、]*|[，；。、]+")
"""A clause with the punctuation that ends it."""


def revision(post: QueryDict) -> int:
    """The revision that the form was made from; 0, which is none, for what is no number."""
    text = post.get("n", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def typed(post: QueryDict) -> dict[str, Any]:
    """The fields that the form holds, as the room takes them. Lists that may be empty are announced by ``has``; a
    suggestion that was clicked without script says its field and value in ``take``."""
    found: dict[str, Any] = {name: _text(post, name) for name in TEXTS if name in post}
    found |= {name: _text(post, name) or None for name in ("lead", "due") if name in post}
    found |= {name: _text(post, name) or None for name in ("figure", "against") if name in post}
    if "target_at" in post:
        text = _text(post, "target_at")
        found["target_at"] = int(text) if text.isascii() and text.isdigit() and len(text) < 5 else None
    field, sep, value = post.get("take", "").partition("=")
    if sep and field in TAKEN:
        found[field] = value.strip()[:MOST]
    has = post.getlist("has")
    if "joint" in has:
        found["joint"] = list(dict.fromkeys(code for code in post.getlist("joint") if code))[:ROWS_MOST]
    if "milestones" in has:
        rows = zip(post.getlist("ms_day"), post.getlist("ms_text"), strict=False)
        kept = [{"day": on.strip()[:10], "text": text.strip()[:MOST]} for on, text in rows]
        found["milestones"] = [one for one in kept if one["day"] and one["text"]][:ROWS_MOST]
    return found


def _text(post: QueryDict, name: str) -> str:
    return post.get(name, "").replace("\r\n", "\n").strip()[:MOST]


def changed(one: Commitment, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Of ``fields`` those that differ from what ``one`` has."""
    return {name: value for name, value in fields.items() if value != _as_typed(getattr(one, name))}


def _as_typed(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value


def inputs(fields: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Names and values of the inputs that say ``fields`` in a form: :func:`typed` backwards."""
    for name, value in fields.items():
        if name == "joint":
            yield "has", "joint"
            yield from (("joint", code) for code in value)
        elif name == "milestones":
            yield "has", "milestones"
            for one in value:
                yield "ms_day", one["day"]
                yield "ms_text", one["text"]
        else:
            yield name, "" if value is None else str(value)


def shown(visit: Visit, name: str, value: Any) -> str:
    """A field's value as people read it."""
    names = Names(visit)
    if name == "lead":
        return names.body(value)
    if name == "joint":
        return "、".join(names.body(code) for code in value)
    if name == "due":
        return day(value) if value and re.fullmatch(r"\d{4}-\d\d-\d\d", value) else (value or "")
    if name in ("figure", "against"):
        found = load_all().get(value or "")
        return named(found) if found is not None else (value or "")
    if name == "target_at":
        return "" if value is None else str(value + 1)
    if name == "milestones":
        return "；".join(f"{one['day']} {one['text']}" for one in value)
    return str(value or "")


def pieces(text: str, one: Commitment) -> list[tuple[int, str]]:
    """The clauses of what was read, with the offset in the report's ``text`` at which each begins; a clause of the
    first offset cannot begin a new commitment, as it begins the old one."""
    found = []
    for start, end in spans_of(one):
        found += [(start + part.start(), part.group()) for part in BREAKS.finditer(text[start:end])]
    return found


def split_points(post: QueryDict) -> Sequence[int | str]:
    """Where to take it apart: offsets that were ticked, else the lines that were written."""
    ticked = [int(at) for at in post.getlist("at") if at.isascii() and at.isdigit() and len(at) < 10]
    if ticked:
        return sorted(set(ticked))
    return [line.strip() for line in post.get("parts", "")[:MOST].splitlines() if line.strip()][:ROWS_MOST]
