"""What figures say to a person: why a definition is refused, and why there is no value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from luoshi.figures.errors import FigureError
from luoshi.ledger.errors import Fault, LedgerError
from luoshi.mechanisms.errors import Finding
from luoshi.messages import mark, printable, tr
from luoshi.words import packs
from luoshi.words.ledger import describe_fault, describe_input

MESSAGES: Final[dict[str, str]] = {
    "denominator_wrong": mark("a rate or mean names its denominator, and nothing else does; add it or take it out"),
    "district_missing": mark("{name} has no entries of that district; give one of: {districts}"),
    "district_unknown": mark(
        "there is no district {district} in this store; correct the name, or set it up with luoshi org load"
    ),
    "entries_columns": mark("the entries that prove {id} are told by one column seq, not by {columns}; correct it"),
    "figure_id": mark("this is no id; write the pack's name, a point, and small letters, digits and _"),
    "figure_of_another": mark("{id} does not begin with the name of its pack {pack}; correct it"),
    "figure_twice": mark("{id} stands here twice; give one of them another id"),
    "figure_unknown": mark("there is no figure {id}; the ids stand in packs/*/figures.yaml"),
    "figures_none": mark("the file defines no figures; begin it with figures: (docs/figures.md)"),
    "least_series": mark("a statistic is published by its source as it is; take least out"),
    "mechanism_unknown": mark("{id} counts cases of {name}, and there is no such pack; correct it"),
    "period_not_asked": mark("{id} is no figure of such a period ({period}); it has: {periods}"),
    "period_wrong": mark("{period} is no period; write 2019, 2019-q1 or 2019-03"),
    "query_brackets": mark("the brackets of the query do not match; correct them"),
    "query_column": mark("there is no column {name}; docs/figures.md has those of each relation"),
    "query_columns": mark("the query gives {columns}, and one column value or value_e6 is wanted; name it so"),
    "query_columns:ratio": mark(
        "the query gives {columns}, and numerator and denominator (each also with _e6) are wanted; name them so"
    ),
    "query_forbidden": mark("a query only reads, row by row; it may change nothing and not call itself"),
    "query_function": mark("{name} is no function that every store has alike; use sums and counts"),
    "query_kind": mark("{column} is no whole number; count, or sum a column that ends in _e6 (exact, in millionths)"),
    "query_later": mark(
        "an entry after the period changes this; ask where the case stood then: on_day <= :to AND until_day > :to"
    ),
    "query_many": mark("a query is one SELECT; take the semicolon out"),
    "query_mechanism": mark(
        "the query of {id} counts cases of other packs, too; narrow it by mechanism, or name those packs under of"
    ),
    "query_not_select": mark("a query begins with SELECT or WITH; correct it"),
    "query_overdue": mark(
        "an open overdue case of {mechanism} does not burden this rate; count it in the denominator, and not above"
    ),
    "query_parameter": mark("there is no parameter {name}; there are {known}"),
    "query_quoted": mark("{name} is no column; write texts in single quotation marks"),
    "query_relation": mark("{name} cannot be asked; there are cases, entries, measures and observations"),
    "query_retold": mark(
        "a measure that a case told twice counts twice here; take what holds at the end of the period: until_day > :to"
    ),
    "query_rows": mark("the query of {id} gives more than one row; make it give one"),
    "query_sign": mark("{name} may not stand in a query here; take it out"),
    "query_slow": mark("the query takes too long; join by the case, and filter by mechanism and day"),
    "query_weights": mark("shared cases count by their weight here; sum weight_e6"),
    "query_word": mark("{name} is not the same in every store; write the query without it"),
    "query_wrong": mark("the query cannot be read ({reason}); correct it"),
    "relation_day": mark("{value} is told as a day, and is none; verify the ledger"),
    "relation_gap": mark("entry {n} of {case} has none before it, so the ledger is not whole; verify it"),
    "relation_value": mark(
        "{value} is told as a measure, and is no number or too large to be summed; verify the ledger"
    ),
    "rate_hides": mark("a rate may never hide what is overdue; add hides_never: [overdue]"),
    "rate_unit": mark("a rate is told in percent; make its unit “%”, or its kind mean"),
}
"""Code → message; ``{fields}`` are filled from the details."""

REASONS: Final[dict[str, str]] = {"no_cases": mark("no cases"), "not_told": mark("not published")}
"""Why a figure has no value → what stands in its place."""


def describe_figure(error: FigureError) -> str:
    """One line for ``error``. Raises LookupError (a fault) for an unknown code."""
    fault = error.details.get("fault")
    if error.code == "export_wrong" and isinstance(fault, Fault):
        return tr("{name}: {line}", name=printable(error.details["name"]), line=describe_fault(fault))
    return _filled(MESSAGES[error.code], error.details)


def describe_ledger(error: LedgerError) -> str:
    """One line for what is wrong with entries of which relations are made. Raises LookupError for an unknown code."""
    return _filled(MESSAGES[error.code], error.details) if error.code in MESSAGES else describe_input(error)


def describe_finding(finding: Finding) -> str:
    """One sentence for what is wrong with a file of figures. Raises LookupError (a fault) for an unknown code."""
    if finding.code in MESSAGES:
        return _filled(MESSAGES[finding.code], finding.details)
    return packs.describe_finding(finding)


def _filled(text: str, details: Mapping[str, object]) -> str:
    return tr(text, **{name: printable(value) for name, value in details.items()})
