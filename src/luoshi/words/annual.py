"""What the annual report says to a person: what is wrong with a template and where, and which claims do not hold."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, Protocol

from luoshi.messages import mark, printable, tr

if TYPE_CHECKING:
    from collections.abc import Mapping

    from luoshi.figures.targets import Judgement

ANNUAL_MESSAGES: Final[dict[str, str]] = {
    "annual_blocks": mark("the template has more than {limit} blocks; shorten it"),
    "annual_brace": mark('a single {sign} stands here; a figure is written {{{{ figure("ID") }}}}'),
    "annual_encoding": mark("the file is no text in UTF-8 here; save it as UTF-8 in an editor"),
    "annual_figure_unknown": mark("there is no figure {id}; the ids stand in packs/*/figures.yaml"),
    "annual_figures": mark("the template asks for more than {limit} figures; shorten it"),
    "annual_glued": mark(
        "a digit, a sign or another figure stands right beside {id} and would make another number of it; put words "
        "between them"
    ),
    "annual_heading": mark("a heading has one, two or three #; take some out"),
    "annual_id": mark("“{id}” is no id of a figure; write one such as hotline.closed_rate"),
    "annual_large": mark("the template is larger than {limit_kib} KiB; check that it is the right file"),
    "annual_line": mark("the line is longer than {limit} characters; break it"),
    "annual_no_figures": mark('the template asks for no figure; write {{{{ figure("ID") }}}} where a number stands'),
    "annual_option": mark("{option} is no option of a figure; the options are: {known}"),
    "annual_option_twice": mark("{option} stands here twice; take one out"),
    "annual_period": mark("“{period}” is no period; write 2019, 2019-q1 or 2019-03"),
    "annual_period_not_asked": mark("{id} is no figure of such a period ({period}); it has: {periods}"),
    "annual_places": mark("places is a whole number from 0 to {limit}; write it without quotation marks"),
    "annual_quotes": mark('these are typographic quotation marks; write straight ones "…"'),
    "annual_scaled": mark(
        'what stands behind {id} would make another number of it; give the unit to the figure, such as unit="万元"'
    ),
    "annual_sign": mark("the sign {sign} may not stand in a template; take it out"),
    "annual_sign_wanted": mark("{want} is wanted here, and {got} stands here; correct it"),
    "annual_string": mark("{option} is a text in quotation marks, at most 60 characters; correct it"),
    "annual_table_cells": mark("a row of a table has more than {limit} cells; use fewer"),
    "annual_table_columns": mark("this row has {got} cells, and the first one has {want}; make them equal"),
    "annual_table_end": mark("a row of a table ends with |; add it"),
    "annual_table_rule": mark("the second row of a table, and no other, is the line |---|---|; correct it"),
    "annual_title": mark("a template begins with its title, a line “# …”, and has one alone; correct it"),
    "annual_unit": mark('{id} is told in {own} and cannot be told in “{unit}”; take another unit, or none: unit=""'),
    "annual_word": mark('only figure("ID"), {known} may stand between {{{{ and }}}}; correct it'),
    "moving": mark("others went on entering while the figures were computed, {tries} times; try again"),
    "unreadable": mark("the template cannot be read ({reason}); check the path, and that you may read it"),
    "unsealed": mark("not all entries of {district} are sealed; seal them first: luoshi ledger seal"),
}
"""Error code → message; ``{fields}`` are filled from the error's details."""

CLAIM_MESSAGES: Final[dict[str, str]] = {
    "missed": mark("“{words}”, but {name} ({figure}) misses its target {bound}: the ledger says {says}"),
    "missed:commitment": mark(
        "“{words}”, but {name} ({figure}) misses its target {bound}: the ledger says {says}; promised: {commitment}"
    ),
    "overdue": mark("“{words}”, but {says} cases counted in {name} ({figure}) are open and overdue"),
    "not_whole": mark("“{words}”, but {name} ({figure}) is {says}"),
    "no_cases": mark("“{words}”, but there were no cases at all for {name} ({figure})"),
    "typed": mark("“{words}” was typed by hand, but {name} ({figure}) is {says}"),
}
"""Reason → what the ledger says against a claim."""


class _Coded(Protocol):
    """An error with a code and details; the report's own lies above this layer."""

    @property
    def code(self) -> str:
        """Which message."""

    @property
    def details(self) -> Mapping[str, Any]:
        """What fills it in."""


def describe_annual(error: _Coded) -> str:
    """One line for ``error``, with file, line and column if it is a template's. KeyError (a fault) for another code."""
    fields: dict[str, str] = {}
    for key, value in error.details.items():
        told = tr(", ").join(map(str, value)) if isinstance(value, list | tuple) else str(value)
        fields[key] = printable(told)
    line = tr(ANNUAL_MESSAGES[error.code]).format(**fields)
    if "name" not in fields:
        return line
    at = f":{fields['line']}:{fields['column']}" if "line" in fields else ""
    return f"{fields['name']}{at}: {line}"


def describe_claim(  # noqa: PLR0913 - a claim of the report, whose type lies above this layer, part by part
    reason: str,
    *,
    words: str,
    figure: str,
    name: str,
    says: Decimal | None,
    unit: str,
    judgement: Judgement | None,
    commitment: str | None,
) -> str:
    """What the ledger says against a claim, in one line."""
    of_one = f"{reason}:commitment" if commitment and f"{reason}:commitment" in CLAIM_MESSAGES else reason
    value = tr("no value") if says is None else f"{says:f}{'' if reason == 'overdue' else unit}"
    bound = judgement.bound if judgement is not None else None
    return tr(
        CLAIM_MESSAGES[of_one],
        words=printable(words),
        figure=figure,
        name=printable(name),
        says=value,
        bound=f"{bound:f}{unit}" if bound is not None else "",
        commitment=printable(commitment or ""),
    )
