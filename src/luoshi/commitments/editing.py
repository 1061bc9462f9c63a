"""The fields that the office fills in, each checked and bounded. Pure but for the tree of bodies."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from luoshi.commitments.errors import CommitmentError
from luoshi.commitments.models import FIGURE
from luoshi.org.tree import Tree

LONGEST: Final = 10_000
"""Characters of task and standard, as a long text of a form."""
LONGEST_NODE: Final = 200
MOST_NODES: Final = 24
MOST_JOINT: Final = 40
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_FIGURE: Final = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*", re.ASCII)
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def checked(fields: Mapping[str, Any], tree: Tree, on_day: str) -> dict[str, Any]:
    """``fields`` as they are kept. Raises CommitmentError ``field_wrong`` (field, want) or ``body_unknown``."""
    found: dict[str, Any] = {}
    for name, value in fields.items():
        check = _CHECKS.get(name)
        if check is None:
            raise CommitmentError("field_wrong", field=name, want="known")
        found[name] = check(name, value)
    for name in ("lead", "joint"):
        for body in _bodies(found.get(name)):
            if not tree.exists(body, on_day):
                raise CommitmentError("body_unknown", field=name, body=body, on_day=on_day)
    return found


def _bodies(value: Any) -> list[str]:
    if value is None:
        return []
    return [value] if isinstance(value, str) else list(value)


def _wrong(name: str, want: str, **details: object) -> CommitmentError:
    return CommitmentError("field_wrong", field=name, want=want, **details)


def _text(name: str, value: Any, longest: int = LONGEST) -> str:
    if not isinstance(value, str) or _CONTROL.search(value):
        raise _wrong(name, "text")
    if len(value) > longest:
        raise _wrong(name, "shorter", most=longest)
    return value.strip()


def _lead(name: str, value: Any) -> str | None:
    if value in (None, ""):
        return None
    if not isinstance(value, str) or not value.isprintable():
        raise _wrong(name, "body")
    return value


def _joint(name: str, value: Any) -> list[str]:
    if not isinstance(value, list | tuple) or len(value) > MOST_JOINT:
        raise _wrong(name, "bodies", most=MOST_JOINT)
    if not all(isinstance(one, str) and one and one.isprintable() for one in value):
        raise _wrong(name, "bodies", most=MOST_JOINT)
    return list(dict.fromkeys(value))


def day(name: str, value: Any) -> str | None:
    """``value`` as a day, none for nothing. Raises CommitmentError ``field_wrong``."""
    if value in (None, ""):
        return None
    if isinstance(value, str) and _DAY.fullmatch(value):
        try:
            return date.fromisoformat(value).isoformat()
        except ValueError as error:
            raise _wrong(name, "date") from error
    raise _wrong(name, "date")


def _milestones(name: str, value: Any) -> list[dict[str, str]]:
    if not isinstance(value, list | tuple) or len(value) > MOST_NODES:
        raise _wrong(name, "milestones", most=MOST_NODES)
    found = []
    for one in value:
        if not isinstance(one, Mapping) or set(one) != {"day", "text"}:
            raise _wrong(name, "milestones", most=MOST_NODES)
        when, text = day(name, one["day"]), _text(name, one["text"], LONGEST_NODE)
        if when is None or not text:
            raise _wrong(name, "milestones", most=MOST_NODES)
        found.append({"day": when, "text": text})
    return sorted(found, key=lambda node: node["day"])


def _figure(name: str, value: Any) -> str | None:
    if value in (None, ""):
        return None
    if not isinstance(value, str) or len(value) > FIGURE or not _FIGURE.fullmatch(value):
        raise _wrong(name, "figure")
    return value


def _target_at(name: str, value: Any) -> int | None:
    if value in (None, ""):
        return None
    if isinstance(value, bool) or not re.fullmatch(r"\d{1,4}", str(value), re.ASCII):
        raise _wrong(name, "target")
    return int(value)


_CHECKS: Final[dict[str, Callable[[str, Any], Any]]] = {
    "lead": _lead,
    "joint": _joint,
    "task": _text,
    "standard": _text,
    "due": day,
    "milestones": _milestones,
    "figure": _figure,
    "target_at": _target_at,
    "against": _figure,
}
