"""Why a case went where it went, in the language spoken now."""

from __future__ import annotations

from typing import Final

from luoshi.casework.duplicates import Likeness
from luoshi.casework.routing import Reason
from luoshi.messages import language, mark, tr
from luoshi.org.tree import Tree

ROUTING_MESSAGES: Final[dict[str, str]] = {
    "area_given": mark("the place was told: {area}"),
    "area_unknown": mark("the area {area} is not known in this district; choose one from the list"),
    "in_area": mark("the place lies in {area}"),
    "at_reach": mark("the place lies {metres} m from {area}"),
    "far_from_reaches": mark("no reach of a river is within {metres} m of the place"),
    "no_area": mark("no area is known for the place; choose one if it matters who is in charge"),
    "duty": mark("by the table of duties {body} is in charge of this"),
    "no_duty": mark("the table of duties names nobody for this"),
    "successor": mark("{body} has ended; {successor} has taken its place"),
    "body_ended": mark("{body} does not exist on {on_day}; correct the table of duties"),
    "first_receiver": mark("who received it first keeps the lead: {body}"),
    "nobody": mark("nobody could be found; name the body yourself, and add the duty to the table"),
}
"""Reason code → message; areas and bodies are told by their names."""

LIKENESS_MESSAGES: Final[dict[str, str]] = {
    "same_area": mark("at the same place"),
    "near_area": mark("next to it"),
    "same_kind": mark("of the same kind"),
    "same_category": mark("of the same category, in another procedure"),
    "near_in_time": mark("within {days} days"),
    "words": mark("in similar words ({percent} %)"),
    "same_party": mark("from the same person"),
}
"""What a proposed duplicate has in common → message."""


def describe_reason(reason: Reason, tree: Tree) -> str:
    """One sentence for ``reason``; codes of areas and bodies become names."""
    told: dict[str, object] = dict(reason.details)
    for name in ("area", "body", "successor"):
        if told.get(name) is not None:
            told[name] = _name(tree, name, str(told[name]))
    return tr(ROUTING_MESSAGES[reason.code]).format(**told)


def describe_likeness(likeness: Likeness) -> str:
    """A few words for ``likeness``."""
    return tr(LIKENESS_MESSAGES[likeness.code]).format(**likeness.details)


def _name(tree: Tree, kind: str, code: str) -> str:
    found = (tree.areas if kind == "area" else tree.bodies).get(code)
    if found is None:
        return code
    return found.zh if language() == "zh" else found.en
