"""Who could lead and by when: suggestions for the officer, each with its reason; never taken by themselves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from luoshi.casework import clock
from luoshi.casework.setups import district as in_force
from luoshi.casework.sql import reading
from luoshi.commitments.matching import alive, bodies_named, stem_of, words_of
from luoshi.commitments.models import LIVING, Commitment, Report
from luoshi.mechanisms.model import Mechanism
from luoshi.org.duties import ANY
from luoshi.org.snapshot import Org, snapshot
from luoshi.reading.likeness import Index

Why = Literal["last_year", "named", "duty"]

MOST: Final = 5
PLACES: Final = ("街道", "镇", "乡", "社区", "村")
"""How the names of bodies end that are places, too."""
LIKE: Final = 0.5
"""How alike last year's has to be, from 0 to 1: two promises of one matter in other words reach some 0.6."""


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
    return suggest_many(commitment.report, [commitment])[commitment.code]


def suggest_many(
    report: Report, commitments: Sequence[Commitment], on_day: str | None = None
) -> dict[str, list[Suggestion]]:
    """:func:`suggest` for several commitments of ``report``, by code, in a constant number of queries. Bodies that
    exist on ``on_day`` (today) are suggested; the successor of one that led last year stands for it."""
    day = on_day or clock.now().date().isoformat()
    found = _Suggester(snapshot(report.district), _last_year(report), day)
    return {one.code: found.of(one) for one in commitments}


def _last_year(report: Report) -> list[Commitment]:
    if report.plan_year is None:
        return []
    with reading():
        return list(
            Commitment.objects.filter(
                district=report.district,
                report__plan_year=report.plan_year - 1,
                lead__isnull=False,
                status__in=LIVING,
            ).order_by("id")
        )


class _Suggester:
    def __init__(self, org: Org, last: list[Commitment], on_day: str) -> None:
        self.org, self.last, self.on_day = org, last, on_day
        self.index = Index([one.text for one in last])
        self.bodies = list(alive(org.tree, on_day))
        self.duties = list(_duty_words(org))

    def of(self, one: Commitment) -> list[Suggestion]:
        best: dict[str, Suggestion] = {}
        for told in (*self._from_last_year(one), *self._named(one), *self._duties(one)):
            best.setdefault(told.body, told)
        return list(best.values())[:MOST]

    def _from_last_year(self, one: Commitment) -> Iterator[Suggestion]:
        for place, _ in self.index.like(one.text, LIKE, limit=3):
            before = self.last[place]
            body = self.org.tree.successor(str(before.lead), self.on_day)
            if self.org.tree.exists(body, self.on_day):
                yield Suggestion(body, "last_year", before.text)

    def _named(self, one: Commitment) -> Iterator[Suggestion]:
        for name in one.bodies:
            for body in bodies_named([name], self.org.tree, self.on_day):
                yield Suggestion(body.code, "named", name)
        for body in self.bodies:
            stem = stem_of(body.zh)
            if stem.endswith(PLACES) and len(stem) > 2 and stem in one.text:
                yield Suggestion(body.code, "named", stem)

    def _duties(self, one: Commitment) -> Iterator[Suggestion]:
        """The longest word decides; of equally long ones the order of the record."""
        found = [
            (-len(word), place, Suggestion(body, "duty", word))
            for place, (word, body) in enumerate((*self._name_words(), *self.duties))
            if word in one.text
        ]
        for _, _, told in sorted(found, key=lambda item: item[:2]):
            if self.org.tree.exists(told.body, self.on_day):
                yield told

    def _name_words(self) -> Iterator[tuple[str, str]]:
        return ((word, body.code) for body in self.bodies for word in words_of(body.zh))


def _duty_words(org: Org) -> Iterator[tuple[str, str]]:
    """The Chinese names of the categories that duties are about, with the body of each."""
    kinds = in_force(org.district).in_force
    for duty in org.duties:
        if duty.category == ANY or duty.area is not None:
            continue
        for name, kind in kinds.items():
            if duty.mechanism in (ANY, name):
                yield from ((word, duty.body) for word in _category_names(kind.flow.mechanism, duty.category))


def _category_names(mechanism: Mechanism, category: str) -> Iterator[str]:
    fields = {action.sets["category"] for _, action in mechanism.every_action() if "category" in action.sets}
    for field in sorted(fields & mechanism.fields.keys()):
        if category in mechanism.fields[field].choices:
            yield mechanism.fields[field].choices[category].zh


def suggest_due(commitment: Commitment, plan_year: int | None) -> DueSuggestion | None:
    """By when: the text's own day, else 31 December of the plan year."""
    if commitment.deadline is not None and commitment.deadline_explicit:
        return DueSuggestion(commitment.deadline, assumed=False, detail=commitment.deadline_text)
    if plan_year is None:
        return None
    return DueSuggestion(date(plan_year, 12, 31).isoformat(), assumed=True, detail="")
