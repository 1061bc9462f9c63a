"""Numbers for what a batch opens and issues: public names of cases, numbers of cases and documents.

Numbers that are written alike but for the number itself are counted together, across documents and mechanisms. So a
pattern with ``{year}`` counts anew each year; one without counts on, and anew with another prefix (届次).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from luoshi.casework import numbers
from luoshi.casework.requests import Step
from luoshi.casework.setups import District
from luoshi.casework.sql import Tx


def number(tx: Tx, place: District, steps: Sequence[Step]) -> None:
    """Give the cases that ``steps`` open their names and numbers, and their numbered papers theirs."""
    numbered = [one for one in steps if one.outcome.papers or one.opens]
    wanted: dict[str, int] = {}
    for one in numbered:
        for key in _keys(place, one):
            wanted[key] = wanted.get(key, 0) + 1
    given = numbers.take(tx, place.code, wanted)
    for one in numbered:
        _number(place, one, given)


def _keys(place: District, one: Step) -> list[str]:
    """The series that a step takes a number from, in the order in which it takes them."""
    keys = []
    if one.opens:
        keys += [_name_key(one), _series(place, one, one.flow.mechanism.numbering)]
    for paper in one.outcome.papers:
        pattern = _pattern(one, paper.document)
        if pattern is not None:
            keys.append(_series(place, one, pattern))
    return keys


def _number(place: District, one: Step, given: Mapping[str, Iterator[int]]) -> None:
    row, year, prefix = one.row, int(one.at[:4]), _prefix(place, one)
    if one.opens:
        pattern = one.flow.mechanism.numbering
        row.case = f"{row.mechanism}-{year}-{next(given[_name_key(one)]):06}"
        row.number = numbers.written(pattern, prefix, year, next(given[_series(place, one, pattern)]))
    for paper in one.outcome.papers:
        pattern_of = _pattern(one, paper.document)
        text = ""
        if pattern_of is not None:
            n = next(given[_series(place, one, pattern_of)])
            text = one.outcome.data[f"no_{paper.document}"] = numbers.written(pattern_of, prefix, year, n)
        one.numbers.append(text)


def _pattern(one: Step, document: str) -> str | None:
    """The pattern of a document's number (文号); None if it has none. Without one of its own it bears the document's
    name, so that a notice and its reminder are told apart."""
    found = one.flow.mechanism.documents[document]
    if not found.numbered:
        return None
    return found.numbering or f"{{prefix}}{found.zh}〔{{year}}〕{{n}}号"


def _prefix(place: District, one: Step) -> str:
    found = place.in_force.get(one.row.mechanism)
    return found.prefix if found is not None else ""


def _name_key(one: Step) -> str:
    return f"{one.row.mechanism}/case/{one.at[:4]}"


def _series(place: District, one: Step, pattern: str) -> str:
    return "number/" + numbers.series(pattern, _prefix(place, one), int(one.at[:4]))
