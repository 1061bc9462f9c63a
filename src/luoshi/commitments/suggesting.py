"""Who could lead and by when: suggestions for the officer, each with its reason; never taken by themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from luoshi.commitments.models import Commitment, Report

Why = Literal["last_year", "named", "duty"]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A body, and why: it led what is alike last year (``detail``: that text), the text names it (the name as it
    stands there), or its name or duty has a word of the text (that word)."""

    body: str
    reason: Why
    detail: str


@dataclass(frozen=True, slots=True)
class DueSuggestion:
    """A day; ``assumed``: the text tells none, and this is the end of the plan year. ``detail``: the text's words."""

    day: str
    assumed: bool
    detail: str


def suggest(commitment: Commitment) -> list[Suggestion]:
    """Bodies that could lead, the best first, each once; at most five."""
    raise NotImplementedError


def suggest_many(report: Report, commitments: Sequence[Commitment]) -> dict[str, list[Suggestion]]:
    """:func:`suggest` for several commitments of ``report``, by code, in a constant number of queries."""
    raise NotImplementedError


def suggest_due(commitment: Commitment, plan_year: int | None) -> DueSuggestion | None:
    """By when: the text's own day, else 31 December of the plan year."""
    raise NotImplementedError
