"""What each field of an entry may hold."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import Any, Final

from luoshi.ledger import canonical
from luoshi.ledger.errors import LedgerError

SCHEMA: Final = 1
ZEROS: Final = "0" * 64
"""What the first entry of a case has as ``prev``."""
MAX_BYTES: Final = 65_535
"""An entry bundle frames each entry with a 16-bit length (C2SP tlog-tiles)."""

DATES: Final = frozenset({"opened_on", "answered_on", "struck_off_on", "due_on"})
SETTABLE: Final = DATES | {"channel", "category", "area", "weight", "grade"}
"""The public columns that an entry changes by ``set``; the others follow from its own fields."""

_NAMES: Final = ("act", "actor_body", "actor_role", "body", "case", "district", "mechanism")
_TEXTS: Final = (*_NAMES, "prev", "on_day", "recorded_on", "stage_from", "stage_to")
_FIELDS: Final = frozenset((*_TEXTS, "schema", "n", "version", "set", "data", "commitments", "attachments"))
_FIELDS_SM3: Final = _FIELDS | {"prev_sm3"}
_HEX: Final = re.compile(r"[0-9a-f]{64}")
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_DECIMAL: Final = re.compile(r"(0|[1-9][0-9]{0,14})(\.[0-9]{0,5}[1-9])?")


def sized(data: bytes) -> bytes:
    """``data``, if an entry bundle can hold it. Raises LedgerError ``entry_size``."""
    if len(data) > MAX_BYTES:
        raise LedgerError("entry_size", size=len(data), limit=MAX_BYTES)
    return data


def check_fields(value: dict[str, Any]) -> None:
    """Raise LedgerError ``entry_field`` naming the first field that is missing, unknown or not what it must be.

    ``not_canonical`` is raised for ``data`` outside the subset.
    """
    if value.keys() != _FIELDS and value.keys() != _FIELDS_SM3:
        odd = sorted(value.keys() ^ _FIELDS)
        raise LedgerError("entry_field", field=odd[0])
    for name in _TEXTS:
        if type(value[name]) is not str:
            raise LedgerError("entry_field", field=name)
    for name in _NAMES:
        if not value[name]:
            raise LedgerError("entry_field", field=name)
    if value["schema"] != SCHEMA or type(value["schema"]) is not int:
        raise LedgerError("entry_field", field="schema")
    for name in ("n", "version"):
        if type(value[name]) is not int or not 1 <= value[name] <= canonical.LARGEST:
            raise LedgerError("entry_field", field=name)
    for name in ("on_day", "recorded_on"):
        if not is_day(value[name]):
            raise LedgerError("entry_field", field=name)
    if not _HEX.fullmatch(value["prev"]):
        raise LedgerError("entry_field", field="prev")
    sm3 = value.get("prev_sm3", ZEROS)
    if type(sm3) is not str or not _HEX.fullmatch(sm3):
        raise LedgerError("entry_field", field="prev_sm3")
    _check_parts(value)


def _check_parts(value: dict[str, Any]) -> None:
    for name in ("set", "data", "commitments"):
        if type(value[name]) is not dict:
            raise LedgerError("entry_field", field=name)
    for column, item in value["set"].items():
        if not may_set(column, item):
            raise LedgerError("entry_field", field=f"set.{column}")
    canonical.check(value["data"])
    for name, item in value["commitments"].items():
        if type(item) is not str or not _HEX.fullmatch(item) or not canonical.is_key(name):
            raise LedgerError("entry_field", field=f"commitments.{name}")
    if type(value["attachments"]) is not list:
        raise LedgerError("entry_field", field="attachments")
    for item in value["attachments"]:
        if not is_attachment(item):
            raise LedgerError("entry_field", field="attachments")


def may_set(column: str, item: object) -> bool:
    """Whether an entry may set the public ``column`` to ``item``."""
    if column not in SETTABLE:
        return False
    if item is None:
        return True
    if type(item) is not str or not item:
        return False
    if column in DATES:
        return is_day(item)
    return column != "weight" or _DECIMAL.fullmatch(item) is not None


def is_attachment(item: object) -> bool:
    """Whether ``item`` has the fields of an attachment."""
    return (
        type(item) is dict
        and item.keys() == {"sha256", "size", "kind"}
        and type(item["sha256"]) is str
        and _HEX.fullmatch(item["sha256"]) is not None
        and type(item["size"]) is int
        and 0 <= item["size"] <= canonical.LARGEST
        and type(item["kind"]) is str
        and item["kind"] != ""
    )


@lru_cache(maxsize=4096)
def is_day(text: str) -> bool:
    """Whether ``text`` is a day of the calendar as ``YYYY-MM-DD``."""
    if not _DAY.fullmatch(text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
