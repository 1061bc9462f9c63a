"""Numbers for what a batch opens and issues: public names of cases, numbers of cases and documents.

A pattern with ``{year}`` counts anew each year; one without counts on, and anew with another prefix (届次).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from luoshi.casework import numbers
from luoshi.casework.requests import Step
from luoshi.casework.setups import District
from luoshi.casework.sql import Tx

YEAR = "{year}"


def number(tx: Tx, place: District, steps: Sequence[Step]) -> None:
    """Give the cases that ``steps`` open their names and numbers, and their numbered papers theirs."""
    wanted: Counter[str] = Counter()
    for one in steps:
        wanted.update(_keys(place, one))
    given = numbers.take(tx, place.code, wanted)
    for one in steps:
        _number(place, one, given)


def _keys(place: District, one: Step) -> list[str]:
    """The series that a step takes a number from, in the order in which it takes them."""
    keys = []
    if one.opens:
        keys.append(_name_key(one))
        if YEAR not in one.flow.mechanism.numbering:
            keys.append(_key(place, one, "number", one.flow.mechanism.numbering))
    for paper in one.outcome.papers:
        pattern = _pattern(one, paper.document)
        if pattern is not None:
            keys.append(_key(place, one, paper.document, pattern))
    return keys


def _number(place: District, one: Step, given: Mapping[str, Iterator[int]]) -> None:
    row, year, prefix = one.row, int(one.at[:4]), _prefix(place, one)
    if one.opens:
        pattern = one.flow.mechanism.numbering
        n = next(given[_name_key(one)])
        row.case = f"{row.mechanism}-{year}-{n:06}"
        if YEAR not in pattern:
            n = next(given[_key(place, one, "number", pattern)])
        row.number = numbers.written(pattern, prefix, year, n)
    for paper in one.outcome.papers:
        pattern_of = _pattern(one, paper.document)
        text = ""
        if pattern_of is not None:
            n = next(given[_key(place, one, paper.document, pattern_of)])
            text = one.outcome.data[f"no_{paper.document}"] = numbers.written(pattern_of, prefix, year, n)
        one.numbers.append(text)


def _pattern(one: Step, document: str) -> str | None:
    """The pattern of a document's number; None if it has none."""
    found = one.flow.mechanism.documents[document]
    return (found.numbering or one.flow.mechanism.numbering) if found.numbered else None


def _prefix(place: District, one: Step) -> str:
    found = place.in_force.get(one.row.mechanism)
    return found.prefix if found is not None else ""


def _name_key(one: Step) -> str:
    return f"{one.row.mechanism}/case/{one.at[:4]}"


def _key(place: District, one: Step, what: str, pattern: str) -> str:
    return f"{one.row.mechanism}/{what}/{one.at[:4] if YEAR in pattern else _prefix(place, one)}"
