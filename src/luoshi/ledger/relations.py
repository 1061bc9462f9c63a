"""The public relations, made from entries alone: ``cases``, ``entries``, ``measures``, ``observations``. Pure.

A figure is a query over them, so whoever has the entries can make the relations again and ask the same. An entry tells
by itself what is measured in which unit and what is observed (:mod:`luoshi.mechanisms.relating`), so no definition is
needed and none outside the log's root is believed. Exact decimals stand twice: as text, and in millionths (``…_e6``),
which every store sums exactly. Every telling of a measure is a row, and says until which day it held, so that what was
true at the end of a past period can still be asked.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any, Final

import orjson

from luoshi.ledger.errors import LedgerError

COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "cases": (
        "district", "case", "mechanism", "version", "channel", "category", "body", "area", "opened_on", "answered_on",
        "struck_off_on", "due_on", "stage", "weight", "weight_e6", "grade", "satisfied",
    ),
    "entries": (
        "district", "case", "n", "seq", "mechanism", "act", "stage_from", "stage_to", "body", "on_day",
        "day_n", "until_day",
    ),
    "measures": (
        "district", "case", "name", "value", "value_e6", "unit", "mechanism", "n", "on_day", "until_day",
    ),
    "observations": (
        "district", "case", "indicator", "period", "from_day", "to_day", "area", "value", "value_e6", "unit", "basis",
        "source", "revision", "superseded", "n",
    ),
}  # fmt: skip
"""Relation → its columns. Days are ``YYYY-MM-DD``, ``superseded`` is 0 or 1, ``seq`` the entry's place in the log,
``day_n`` the day counted from 1970-01-01, so that lengths of time are differences, ``until_day`` that of the
case's next entry, or on which a measure was told anew."""
NUMBERS: Final = frozenset({"version", "n", "seq", "day_n", "weight_e6", "value_e6", "revision", "superseded"})
"""Columns that hold integers; all others hold text."""

HOLDS: Final = "9999-12-31"
"""``until_day`` of a case's last entry, and of a measure that was not told anew."""
LARGEST_E6: Final = 2**63 - 1
_AT: Final = {name: place for place, name in enumerate(COLUMNS["cases"])}
_VERSION, _BODY, _AREA, _STAGE = _AT["version"], _AT["body"], _AT["area"], _AT["stage"]
_WEIGHT, _WEIGHT_E6, _SATISFIED = _AT["weight"], _AT["weight_e6"], _AT["satisfied"]
_ONE: Final = 1_000_000
_PERIOD_AT, _BASIS_AT, _REVISION, _SUPERSEDED = (
    COLUMNS["observations"].index(name) for name in ("period", "basis", "revision", "superseded")
)
_FOLLOWED: Final = COLUMNS["entries"].index("until_day")
_UNTIL: Final = COLUMNS["measures"].index("until_day")
_EPOCH: Final = date(1970, 1, 1).toordinal()
_UNIT: Final = "unit_"
_OBSERVED: Final = ("indicator", "period", "value", "unit", "basis", "source")
_PERIOD: Final = re.compile(r"(\d{4})(?:-(?:(\d\d)|q([1-4])|h([12])))?", re.ASCII)


@dataclass(slots=True)
class Known:
    """What is known of cases from before: their rows, and of each statistic the revision that holds, by
    (case, period, basis)."""

    cases: dict[str, list[Any]] = field(default_factory=dict)
    revisions: dict[tuple[str, str, str], int] = field(default_factory=dict)


@dataclass(slots=True)
class Changes:
    """What a stretch of entries changes: rows to write; entries of before that another one follows (case, n) and the
    day of it; measures of before that were told anew (case, name) and the day of it (if that measure was told before
    at all); statistics of before (case, period, basis) that a later revision supersedes."""

    cases: dict[str, list[Any]] = field(default_factory=dict)
    entries: list[list[Any]] = field(default_factory=list)
    followed: dict[tuple[str, int], str] = field(default_factory=dict)
    measures: list[list[Any]] = field(default_factory=list)
    ended: dict[tuple[str, str], str] = field(default_factory=dict)
    observations: list[list[Any]] = field(default_factory=list)
    superseded: list[tuple[str, str, str]] = field(default_factory=list)


def read(entries: Iterable[bytes]) -> list[dict[str, Any]]:
    """The fields of ``entries``, which were checked when they were written or verified. Raises LedgerError."""
    try:
        return [orjson.loads(data) for data in entries]
    except orjson.JSONDecodeError as error:
        raise LedgerError("not_canonical") from error


def continued(entries: Sequence[Mapping[str, Any]]) -> set[str]:
    """The cases among ``entries`` that began before them, so that :class:`Known` has to tell them."""
    seen: set[str] = set()
    older: set[str] = set()
    for one in entries:
        case = one["case"]
        if case not in seen:
            seen.add(case)
            if one["n"] != 1:
                older.add(case)
    return older


def fold(entries: Sequence[Mapping[str, Any]], seqs: Sequence[int | None], known: Known) -> Changes:
    """What ``entries`` of one district, in the order of the log and at the places ``seqs``, change.

    Raises LedgerError ``relation_gap`` for a case that neither begins here nor is ``known``, ``relation_value`` for a
    measure or weight that is no number or too large to be summed, ``relation_day`` for a day that is none.
    """
    out = Changes()
    cases, rows = out.cases, out.entries
    holding: dict[tuple[str, str], list[Any]] = {}
    last: dict[str, list[Any]] = {}
    for one, seq in zip(entries, seqs, strict=True):
        case, n, district, mechanism = one["case"], one["n"], one["district"], one["mechanism"]
        row = cases.get(case)
        if row is None:
            row = begin(district, case, mechanism) if n == 1 else known.cases.get(case)
            if row is None:
                raise LedgerError("relation_gap", case=case, n=n)
            cases[case] = row
        body, stage, day, data = one["body"], one["stage_to"], one["on_day"], one["data"]
        row[_VERSION], row[_BODY], row[_STAGE] = one["version"], body, stage
        if one["set"]:
            change(row, one["set"])
        before = last.get(case)
        if before is not None:
            before[_FOLLOWED] = day
        elif n > 1:
            out.followed[case, n - 1] = day
        last[case] = told = [
            district, case, n, seq, mechanism, one["act"], one["stage_from"], stage, body, day, day_number(day), HOLDS,
        ]  # fmt: skip
        rows.append(told)
        if data:
            if "surveyed" in data:
                row[_SATISFIED] = data["surveyed"]
            for name in names_measured(data):
                _measure(out, one, name, holding, known)
            if "observed_value" in data:
                _observe(out, one, row, known)
    return out


def begin(district: str, case: str, mechanism: str) -> list[Any]:
    """The row of a case that nothing is known of yet."""
    row: list[Any] = [None] * len(_AT)
    row[:3] = district, case, mechanism
    row[_WEIGHT_E6] = _ONE
    return row


def change(row: list[Any], changes: Mapping[str, str | None]) -> None:
    """Put the columns that an entry sets into the row of its case. Raises LedgerError ``relation_value``."""
    for column, value in changes.items():
        row[_AT[column]] = value
        if column == "weight":
            row[_WEIGHT_E6] = _ONE if value is None else millionths(value)


def names_measured(data: Mapping[str, Any]) -> list[str]:
    """The measures that ``data`` tells a value of."""
    names = [key.removeprefix(_UNIT) for key in data if key.startswith(_UNIT)]
    return [name for name in names if data.get(name) is not None] if names else names


def measure_row(
    district: str, case: str, mechanism: str, n: int, day: str, data: Mapping[str, Any], name: str
) -> list[Any]:
    """The row of the measure ``name``, which holds. Raises LedgerError ``relation_value``."""
    text = str(data[name])
    return [district, case, name, text, millionths(text), data[_UNIT + name], mechanism, n, day, HOLDS]


def observation_row(district: str, case: str, n: int, data: Mapping[str, Any], area: str | None) -> list[Any]:
    """The row of the statistic that ``data`` tells, as the first one told; of ``area`` unless it is of a larger one.
    Raises LedgerError ``relation_value``."""
    indicator, period, value, unit, basis, source = (str(data.get(f"observed_{name}") or "") for name in _OBSERVED)
    first, last = bounds(period)
    return [
        district, case, indicator, period, first, last, data.get("observed_area") or area, value, millionths(value),
        unit, basis, source, 0, 0, n,
    ]  # fmt: skip


def _measure(
    out: Changes, one: Mapping[str, Any], name: str, holding: dict[tuple[str, str], list[Any]], known: Known
) -> None:
    case, day = one["case"], one["on_day"]
    key = (case, name)
    before = holding.get(key)
    if before is not None:
        before[_UNTIL] = day
    elif case in known.cases:
        out.ended[key] = day
    holding[key] = row = measure_row(one["district"], case, one["mechanism"], one["n"], day, one["data"], name)
    out.measures.append(row)


def _observe(out: Changes, one: Mapping[str, Any], row: Sequence[Any], known: Known) -> None:
    told = observation_row(one["district"], one["case"], one["n"], one["data"], row[_AREA])
    key = (one["case"], told[_PERIOD_AT], told[_BASIS_AT])
    before = known.revisions.get(key)
    if before is not None:
        earlier = [past for past in out.observations if (past[1], past[_PERIOD_AT], past[_BASIS_AT]) == key]
        for past in earlier:
            past[_SUPERSEDED] = 1
        if not earlier:
            out.superseded.append(key)
    known.revisions[key] = told[_REVISION] = 0 if before is None else before + 1
    out.observations.append(told)


@lru_cache(maxsize=4096)
def day_number(day: str) -> int:
    """Days from 1970-01-01 to ``day``. Raises LedgerError ``relation_day``."""
    try:
        return date.fromisoformat(day).toordinal() - _EPOCH
    except ValueError as error:
        raise LedgerError("relation_day", value=day[:40]) from error


@lru_cache(maxsize=65_536)
def millionths(text: str) -> int:
    """The exact decimal ``text`` in millionths. Raises LedgerError ``relation_value``."""
    try:
        scaled = Decimal(text).scaleb(6)
        whole = int(scaled)
    except (InvalidOperation, ValueError, OverflowError) as error:
        raise LedgerError("relation_value", value=text[:40]) from error
    if whole != scaled or abs(whole) > LARGEST_E6:
        raise LedgerError("relation_value", value=text[:40])
    return whole


@lru_cache(maxsize=4096)
def bounds(period: str) -> tuple[str | None, str | None]:
    """The first and last day of a period (``2019``, ``2019-h1``, ``2019-q1``, ``2019-03``); none of another code."""
    found = _PERIOD.fullmatch(period)
    if found is None:
        return None, None
    year = int(found[1])
    if found[2]:
        first = last = int(found[2])
    elif found[3]:
        first, last = 3 * int(found[3]) - 2, 3 * int(found[3])
    elif found[4]:
        first, last = 6 * int(found[4]) - 5, 6 * int(found[4])
    else:
        first, last = 1, 12
    if not 1 <= first <= 12 or year < 1:
        return None, None
    return f"{year:04}-{first:02}-01", f"{year:04}-{last:02}-{monthrange(year, last)[1]:02}"
