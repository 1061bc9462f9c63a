"""A reading as JSON of schema ``luoshi-reading/1`` (``reading.schema.json``, explained in ``docs/reading-schema.md``).

The functions return plain dicts in a fixed key order, so that the same reading always gives the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Protocol

from luoshi.reading.model import Clarity, Commitment, Quantity, Reading, Section, Source, Target, Term, Unclear
from luoshi.writing.numbers import number

SCHEMA_ID = "luoshi-reading/1"

Json = dict[str, Any]


class ResultLike(Protocol):
    """What a later report says of a promise."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def text(self) -> str: ...
    @property
    def value(self) -> Decimal | None: ...
    @property
    def unit(self) -> str | None: ...


class ComparisonLike(Protocol):
    """A promise, what became of it, and why that is the verdict (``luoshi.reading.compare.Comparison``)."""

    @property
    def promise(self) -> Commitment: ...
    @property
    def result(self) -> ResultLike | None: ...
    @property
    def verdict(self) -> str: ...
    @property
    def why(self) -> str: ...


def reading_json(reading: Reading) -> Json:
    """``reading`` as a dict of schema ``luoshi-reading/1``: offsets count code points of ``text``."""
    return {
        "schema": SCHEMA_ID,
        "source": _source(reading.source),
        "title": reading.title,
        "place": reading.place,
        "year": reading.year,
        "plan_year": reading.plan_year,
        "text": reading.source.text,
        "sections": [_section(section) for section in reading.sections],
        "quantities": [_quantity(quantity) for quantity in reading.quantities],
        "commitments": [commitment_json(commitment) for commitment in reading.commitments],
        "achievements": [commitment_json(achievement) for achievement in reading.achievements],
        "glossary": [_term(term) for term in reading.glossary],
        "unclear": [_unclear(item) for item in reading.unclear],
    }


def comparisons_json(comparisons: Sequence[ComparisonLike]) -> list[Json]:
    """``comparisons`` as dicts. Raises ``ValueError`` for a promise with several targets: compare one at a time."""
    return [_comparison(comparison) for comparison in comparisons]


def to_text(data: Json | list[Json]) -> str:
    """``data`` as JSON text: Chinese kept as it is, two spaces of indent, one newline at the end."""
    return json.dumps(data, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def commitment_json(commitment: Commitment) -> Json:
    """One commitment (or achievement: the same shape)."""
    return {
        "id": commitment.id,
        "start": commitment.start,
        "end": commitment.end,
        "text": commitment.text,
        "section": commitment.section,
        "kind": commitment.kind,
        "horizon": commitment.horizon,
        "hedge": commitment.hedge,
        "deadline": commitment.deadline,
        "deadline_explicit": commitment.deadline_explicit,
        "action": commitment.action,
        "object": commitment.object,
        "named": list(commitment.named),
        "bodies": list(commitment.bodies),
        "clarity": _clarity(commitment.clarity),
        "targets": [_target(target) for target in commitment.targets],
    }


def _source(source: Source) -> Json:
    return {"name": source.name, "sha256": source.sha256, "chars": len(source.text)}


def _section(section: Section) -> Json:
    return {
        "id": section.id,
        "title": section.title,
        "path": section.path,
        "start": section.start,
        "end": section.end,
        "part": section.part,
        "level": section.level,
    }


def _quantity(quantity: Quantity) -> Json:
    return {
        "start": quantity.start,
        "end": quantity.end,
        "text": quantity.text,
        "value": number(quantity.value),
        "value_high": _number(quantity.value_high),
        "unit": quantity.unit,
        "op": quantity.op,
        "side": quantity.side,
        "tier": quantity.tier,
        "kind": quantity.kind,
        "section": quantity.section,
    }


def _clarity(clarity: Clarity) -> Json:
    return {"who": clarity.who, "what": clarity.what, "standard": clarity.standard, "when": clarity.when}


def _target(target: Target) -> Json:
    return {
        "indicator": target.indicator,
        "op": target.op,
        "value": _number(target.value),
        "value_high": _number(target.value_high),
        "unit": target.unit,
        "basis": target.basis,
        "num_start": target.num_start,
        "num_end": target.num_end,
        "from_value": _number(target.from_value),
    }


def _term(term: Term) -> Json:
    return {
        "term": term.term,
        "definition": term.definition,
        "start": term.start,
        "end": term.end,
        "mentions": [[start, end] for start, end in term.mentions],
    }


def _unclear(item: Unclear) -> Json:
    return {"start": item.start, "end": item.end, "text": item.text, "why": item.why, "section": item.section}


def _comparison(comparison: ComparisonLike) -> Json:
    if len(comparison.promise.targets) > 1:
        raise ValueError(
            f"promise {comparison.promise.id} has {len(comparison.promise.targets)} targets; compare one at a time"
        )
    result = comparison.result
    return {
        "promise": commitment_json(comparison.promise),
        "result": None
        if result is None
        else {
            "start": result.start,
            "end": result.end,
            "text": result.text,
            "value": _number(result.value),
            "unit": result.unit,
        },
        "verdict": comparison.verdict,
        "why": comparison.why,
    }


def _number(value: Decimal | None) -> int | float | None:
    return None if value is None else number(value)
