"""What the report's page tells of its figures as data, for scripts and for checking."""

from __future__ import annotations

import json
from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Final

from luoshi.figures.definitions import FigureDef
from luoshi.figures.evaluating import Figure
from luoshi.figures.query import Query
from luoshi.ledger.relations import bounds
from luoshi.writing.annual.model import Annual, Number
from luoshi.writing.annual.shown import unit_alone

MOST_ENTRIES: Final = 200
"""Places of entries that stand in the page; whoever wants all asks the ledger."""


def key_of(figure: tuple[str, str]) -> str:
    """``ID@PERIOD``."""
    return "@".join(figure)


def data(annual: Annual, numbers: Iterable[Number]) -> dict[str, Any]:
    """The whole: district, ledger, figures by ``ID@PERIOD``, numbers by their id in the page."""
    return {
        "district": annual.district,
        "period": annual.period,
        "lang": annual.lang,
        "size": annual.size,
        "root": annual.root,
        "origin": annual.origin,
        "ledger": "ledger/",
        "figures": {key_of(key): figure_data(one) for key, one in sorted(annual.figures.items())},
        "numbers": {
            one.key: {
                "figure": key_of(one.figure),
                "digits": one.digits,
                "scale": one.scale,
                "places": one.places,
                "unit": one.unit,
            }
            for one in numbers
        },
    }


def figure_data(one: Figure) -> dict[str, Any]:
    """What is told of a figure. Numbers are exact, so they are texts."""
    first, _ = bounds(one.period)
    definition = one.definition
    entries = one.entries or ()
    return {
        "id": one.id,
        "period": one.period,
        "from": first,
        "to": one.to,
        "names": {"zh": one.names[0], "en": one.names[1]},
        **told_of(definition),
        "entries": list(entries[:MOST_ENTRIES]),
        "entries_count": len(entries),
        "value": text_of(one.value),
        "numerator": text_of(one.numerator),
        "denominator_value": text_of(one.denominator),
        "reason": one.reason,
        "mechanisms": list(mechanisms_of(definition)),
    }


def told_of(one: FigureDef) -> dict[str, Any]:
    """What a definition says that decides a value, or says of what it is one."""
    below = one.denominator
    return {
        "unit": one.unit,
        "units": {
            "zh": one.unit,
            "en": unit_alone(one.unit, "en"),
            "single": unit_alone(one.unit, "en", Decimal(1)),
        },
        "kind": one.kind,
        "precision": one.precision,
        "basis": {"zh": one.basis.zh, "en": one.basis.en},
        "denominator": None if below is None else {"zh": below.zh, "en": below.en},
        "query": one.query,
        "entries_query": one.proof.text,
    }


def text_of(value: Decimal | None) -> str | None:
    """An exact decimal as text without an exponent; None of none."""
    return None if value is None else f"{value:f}"


def mechanisms_of(one: FigureDef) -> tuple[str, ...]:
    """The mechanisms that its queries name, and those that it counts by its definition."""
    found = set(one.mechanisms)
    for query in (one.asked, one.proof):
        found.update(_named(query))
    return tuple(sorted(found))


def _named(query: Query) -> Iterable[str]:
    """Texts that ``mechanism`` is compared with: after ``mechanism =`` one, after ``mechanism IN (`` a list."""
    told = [(kind, token) for kind, token in query.tokens if kind != "space"]
    for place, (kind, token) in enumerate(told):
        if kind != "word" or token.lower() != "mechanism":
            continue
        for after, text in told[place + 1 :]:
            if after == "text":
                yield text[1:-1]
            elif text.lower() not in ("=", "in", "(", ","):
                break


def embedded(value: dict[str, Any]) -> str:
    """JSON that may stand in a script of XHTML as it is: no sign in it means anything to XML or to HTML."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text
