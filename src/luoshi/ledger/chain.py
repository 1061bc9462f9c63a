"""The chain of one case, and the row that its entries fold into.

Law: a case changes only by an entry, and folding a case's entries gives its public row, byte for byte.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias, TypeVar

from luoshi.ledger import canonical
from luoshi.ledger.entry import digest, parse, sm3_digest
from luoshi.ledger.errors import Fault, FaultError, LedgerError
from luoshi.ledger.fields import ZEROS

State = TypeVar("State")
Item = TypeVar("Item")

COLUMNS: Final = (
    "case",
    "mechanism",
    "version",
    "channel",
    "category",
    "body",
    "area",
    "opened_on",
    "answered_on",
    "struck_off_on",
    "due_on",
    "stage",
    "weight",
    "grade",
)
"""The public relation ``cases``."""

Row: TypeAlias = tuple[str | int | None, ...]
"""A row of ``cases``: one value for each of ``COLUMNS``."""

_PLACE: Final = {name: place for place, name in enumerate(COLUMNS)}
_CASE, _MECHANISM, _VERSION, _BODY, _STAGE = (
    _PLACE[name] for name in ("case", "mechanism", "version", "body", "stage")
)
_BLANK: Final[Row] = (None,) * len(COLUMNS)


def fold(items: Iterable[Item], step: Callable[[State, Item], State], start: State) -> State:
    """``start`` carried through all ``items``: step(… step(step(start, i₁), i₂) …)."""
    state = start
    for item in items:
        state = step(state, item)
    return state


def case_step(row: Row | None, fields: Mapping[str, Any]) -> Row:
    """The row after the entry with ``fields``: its own fields, and the columns that it sets. ``None`` before the first.

    ``case``, ``mechanism``, ``version``, ``body`` and ``stage`` follow from the entry's fields of these names
    (``stage`` from ``stage_to``); every other column keeps its value until ``set`` changes it.
    """
    new = list(row or _BLANK)
    for column, value in fields["set"].items():
        # Days and categories repeat in a million rows; each is kept in memory once.
        new[_PLACE[column]] = value if value is None else sys.intern(value)
    new[_CASE] = fields["case"]
    new[_MECHANISM] = sys.intern(fields["mechanism"])
    new[_VERSION] = fields["version"]
    new[_BODY] = sys.intern(fields["body"])
    new[_STAGE] = sys.intern(fields["stage_to"])
    return tuple(new)


def row_bytes(row: Row) -> bytes:
    """The canonical bytes of a row, as a line of ``cases.jsonl`` has them."""
    return canonical.write(dict(zip(COLUMNS, row, strict=True)))


@dataclass(slots=True)
class Link:
    """What the next entry of a case must fit: the last one's number and digests, the case's district and row."""

    n: int
    digest: bytes
    sm3: bytes | None
    district: str
    row: Row


def link(last: Link | None, fields: Mapping[str, Any], data: bytes, leaf: bytes, *, sm3: bool = False) -> Link:
    """The link after the entry ``data`` with ``fields`` and the digest ``leaf``.

    With ``sm3`` the SM3 digest is kept, too, for the next entry's ``prev_sm3``.
    Raises LedgerError ``chain_…`` naming what does not fit ``last`` (None before the first entry).
    """
    n, prev, prev_sm3, row = 1, ZEROS, ZEROS, None
    stage: str | int | None = ""
    if last is not None:
        n, prev, row = last.n + 1, last.digest.hex(), last.row
        prev_sm3 = last.sm3.hex() if last.sm3 is not None else ""
        stage = row[_STAGE]
        if fields["district"] != last.district:
            raise LedgerError("chain_same", field="district", want=last.district, got=fields["district"])
        if fields["mechanism"] != row[_MECHANISM]:
            raise LedgerError("chain_same", field="mechanism", want=row[_MECHANISM], got=fields["mechanism"])
    if fields["n"] != n:
        raise LedgerError("chain_n", want=n, got=fields["n"])
    if fields["prev"] != prev:
        raise LedgerError("chain_prev", n=n, want=prev, got=fields["prev"])
    if sm3 and fields.get("prev_sm3", prev_sm3) != prev_sm3:
        raise LedgerError("chain_prev_sm3", n=n, want=prev_sm3, got=fields["prev_sm3"])
    if fields["stage_from"] != stage:
        raise LedgerError("chain_stage", want=stage, got=fields["stage_from"])
    return Link(n, leaf, sm3_digest(data) if sm3 else None, sys.intern(fields["district"]), case_step(row, fields))


def verify_chain(entries: Iterable[bytes], *, sm3: bool = False) -> Row | None:
    """Check all entries of one case, in order, and give its row (None without entries).

    Raises FaultError with the first entry that is wrong: its place in ``entries`` and why.
    """
    last: Link | None = None
    case: str | None = None
    for place, data in enumerate(entries):
        try:
            fields = parse(data)
            case = case or fields["case"]
            if fields["case"] != case:
                raise LedgerError("chain_same", field="case", want=case, got=fields["case"])
            last = link(last, fields, data, digest(data), sm3=sm3)
        except LedgerError as error:
            n = last.n + 1 if last else 1
            raise FaultError(Fault(error.code, "", place, case, n, error.details)) from error
    return last.row if last else None
