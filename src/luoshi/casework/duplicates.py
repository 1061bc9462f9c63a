"""Duplicates 重复件: cases that may be the same matter are proposed with reasons, and linked so that one is counted.

Nothing is linked by itself: a person decides. A linked case goes its own way, its caller gets an answer; it only weighs
nothing any more, so that one matter told on three channels counts once.

How alike two cases are is a sum of parts, each of which is told. The weights are a judgement and were measured on no
real cases; what is proposed is a list to look through, not a finding.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final, Literal

from django.db import connection

from luoshi.casework.act import NOBODY, Done, Request, act_many
from luoshi.casework.lookup import rows_of
from luoshi.casework.sight import Sight, Sql, both
from luoshi.casework.sweeping import nobody_else
from luoshi.mechanisms import system
from luoshi.mechanisms.acts import Outcome, Refused
from luoshi.mechanisms.flow import Flow
from luoshi.mechanisms.state import State
from luoshi.org.snapshot import snapshot
from luoshi.worktime.calendar import Calendar

WINDOW_DAYS: Final = 30
MOST_OF_PLACE: Final = 300
MOST_OF_NEIGHBOUR: Final = 20
MOST_NEIGHBOURS: Final = 60
"""How many cases are compared with the new one: the newest of its place, of each area near it, of the same person."""
MOST_PROPOSED: Final = 5
LEAST_SCORE: Final = 50
"""Of 100."""
LIKE_WORDS: Final = 0.35
LONGEST_REASON: Final = 200
LONGEST_CHAIN: Final = 100

_PLACE, _NEAR, _KIND, _CATEGORY, _TIME, _WORDS, _PARTY = 30, 15, 15, 8, 10, 45, 20

LikenessCode = Literal[
    "same_area", "near_area", "same_kind", "same_category", "near_in_time", "words", "same_party"
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Likeness:
    """One thing that two cases have in common."""

    code: LikenessCode
    details: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Probe:
    """What is known of the new case. ``case``: its code if it is there already; it is not proposed to itself."""

    mechanism: str
    category: str | None
    area: str | None
    opened_on: str
    title: str | None
    party: str | None = None
    case: str | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """A case that may be the same matter: ``score`` of 100, and why. ``matter``: the case that is counted for it."""

    case: str
    number: str
    matter: str
    score: int
    reasons: tuple[Likeness, ...]


@dataclass(frozen=True, slots=True)
class _Other:
    case: str
    number: str
    mechanism: str
    category: str | None
    area: str | None
    opened_on: str
    title: str | None
    party: str | None
    matter: str | None


_COLUMNS: Final = 'c."case", c.number, c.mechanism, c.category, c.area, c.opened_on, c.title, c.party, c.matter'


def propose(district: str, probe: Probe, seen: Sight | None, most: int = MOST_PROPOSED) -> tuple[Proposal, ...]:
    """The cases most like ``probe`` of the last days, of any mechanism and channel, the likest first.

    Of these only what ``seen`` shows; None is for the machine itself, whose proposals somebody looks at who may.
    """
    near = _near(district, probe.area)
    found = _read(_candidates(district, probe, near), seen)
    proposals = [_compare(probe, other, near) for other in found if other.case != probe.case]
    told = [one for one in proposals if one is not None and one.score >= LEAST_SCORE]
    return tuple(sorted(told, key=lambda one: (-one.score, one.case))[:most])


def _near(district: str, area: str | None) -> frozenset[str]:
    """The areas around ``area``: those below its parent, or all below it where it has none."""
    if area is None:
        return frozenset()
    tree = snapshot(district).tree
    found = tree.areas.get(area)
    parent = found.parent if found else None
    # A street's neighbours are half the district: only within a community is next door near.
    if parent is None or tree.depth(parent) <= 1:
        return tree.area_subtree(area) | {area}
    return tree.area_subtree(parent) | {area}


def _candidates(district: str, probe: Probe, near: frozenset[str]) -> list[Sql]:
    """Ids of cases to compare, by one bounded look into an index for each area, and one for the person."""
    day = date.fromisoformat(probe.opened_on)
    window = timedelta(days=WINDOW_DAYS)
    days = Sql("d.opened_on >= %s AND d.opened_on <= %s", [(day - window).isoformat(), (day + window).isoformat()])
    wheres: list[tuple[Sql, int]] = []
    if probe.area is None:
        wheres.append((Sql("d.area IS NULL"), MOST_OF_PLACE))
    else:
        wheres.append((Sql("d.area = %s", [probe.area]), MOST_OF_PLACE))
        for area in sorted(near - {probe.area})[:MOST_NEIGHBOURS]:
            wheres.append((Sql("d.area = %s", [area]), MOST_OF_NEIGHBOUR))
    if probe.party is not None:
        wheres.append((Sql("d.party = %s", [probe.party]), MOST_OF_PLACE))
    looks: list[Sql] = []
    for lead, most in wheres:
        where = both(Sql("d.district = %s", [district]), lead, days)
        looks.append(
            Sql(
                f"SELECT d.id FROM casework_case d WHERE {where.text} ORDER BY d.opened_on DESC LIMIT {most}",
                where.params,
            )
        )
    return looks


def _read(looks: Sequence[Sql], seen: Sight | None) -> list[_Other]:
    """The cases of ``looks`` that ``seen`` shows, each once."""
    union = " UNION ALL ".join(f"SELECT * FROM ({one.text}) AS w{n}" for n, one in enumerate(looks))
    some = Sql(f"c.id IN ({union})", [value for one in looks for value in one.params])
    shown = some if seen is None else both(some, seen.condition("c"))
    rows = rows_of(Sql(f"SELECT {_COLUMNS} FROM casework_case c WHERE {shown.text}", shown.params))
    return [_Other(*row) for row in rows]


def _compare(probe: Probe, other: _Other, near: frozenset[str]) -> Proposal | None:
    """How alike they are. None if they share neither words nor, on the same days, kind and place: nothing to go by."""
    reasons: list[Likeness] = []
    score = 0.0
    same_place = probe.area is not None and probe.area == other.area
    if same_place:
        reasons.append(Likeness("same_area"))
        score += _PLACE
    elif other.area in near:
        reasons.append(Likeness("near_area"))
        score += _NEAR
    same_kind = (probe.mechanism, probe.category) == (other.mechanism, other.category)
    if same_kind:
        reasons.append(Likeness("same_kind"))
        score += _KIND
    elif probe.category is not None and probe.category == other.category:
        reasons.append(Likeness("same_category"))
        score += _CATEGORY
    days = abs((date.fromisoformat(probe.opened_on) - date.fromisoformat(other.opened_on)).days)
    reasons.append(Likeness("near_in_time", {"days": days}))
    score += _TIME * max(0.0, 1 - days / WINDOW_DAYS)
    likeness = alike(probe.title or "", other.title or "")
    if likeness >= LIKE_WORDS:
        reasons.append(Likeness("words", {"percent": round(likeness * 100)}))
        score += _WORDS * likeness
    if probe.party is not None and probe.party == other.party:
        reasons.append(Likeness("same_party"))
        score += _PARTY
    if likeness < LIKE_WORDS and not (same_place and same_kind):
        return None
    return Proposal(other.case, other.number, other.matter or other.case, min(100, round(score)), tuple(reasons))


def alike(a: str, b: str) -> float:
    """From 0 to 1, how many pairs of neighbouring characters two texts share (Dice's coefficient of their bigrams)."""
    first, second = _bigrams(a), _bigrams(b)
    if not first or not second:
        return 0.0
    return 2 * len(first & second) / (len(first) + len(second))


def _bigrams(text: str) -> frozenset[str]:
    kept = "".join(char for char in text.lower() if char.isalnum())
    return frozenset(kept[place : place + 2] for place in range(len(kept) - 1))


# --- linking


def link(
    district: str, case: str, same_as: str, *, officer: str, reason: str, now: datetime | None = None
) -> Done | None:
    """Tell that ``case`` is the same matter as ``same_as``, which is counted for both; by an entry of ``case``.

    If ``same_as`` is linked itself, the case that it was linked to is counted. The officer and the reason are kept
    in the entry as commitments. None if the two are linked already.

    Raises Refused ``link_same`` for a case and itself, ``link_counted`` if ``case`` is counted for another matter,
    ``case_unknown``; whoever may do it is told by the caller's authorisation.
    """
    told = reason.strip()
    if not told or len(told) > LONGEST_REASON:
        raise Refused("link_reason", most=LONGEST_REASON)
    matter = _counted(district, same_as)
    if matter == case:
        raise Refused("link_same", case=case)
    # Both rows are locked, so that two who link each other's cases at once do not leave a matter that nobody counts.
    requests = [
        Request(NOBODY, case=matter, system=_must_be_counted(district, matter)),
        Request(NOBODY, case=case, system=_link(district, case, matter, officer, told)),
    ]
    result = act_many(district, requests, authorise=nobody_else, now=now, all_or_none=True)[1]
    assert not isinstance(result, Refused)
    return result


Step = Callable[[Flow, State, Calendar, datetime], Outcome | None]


def _must_be_counted(district: str, case: str) -> Step:
    def look(flow: Flow, state: State, calendar: Calendar, at: datetime) -> Outcome | None:
        matter = _matter(district, case)
        if matter is not None:
            raise Refused("link_counted", case=case, matter=matter)
        return None

    return look


def _link(district: str, case: str, matter: str, officer: str, reason: str) -> Step:
    def linked(flow: Flow, state: State, calendar: Calendar, at: datetime) -> Outcome | None:
        known = _matter(district, case)
        if known == matter:
            return None
        if known is not None:
            raise Refused("link_counted", case=case, matter=known)
        outcome = system.link(flow, state, matter, "same_matter")
        outcome.private.update(linked_by=officer, link_reason=reason)
        return outcome

    return linked


def _matter(district: str, case: str) -> str | None:
    """What ``case`` is linked to, as it stands in the transaction that has locked it."""
    rows = _plain_rows('SELECT matter FROM casework_case WHERE district = %s AND "case" = %s', [district, case])
    if not rows:
        raise Refused("case_unknown", case=case)
    return rows[0][0] or None


def _counted(district: str, case: str) -> str:
    """The case at the end of the links from ``case``: the one that is counted."""
    for _ in range(LONGEST_CHAIN):
        matter = _matter(district, case)
        if matter is None:
            return case
        case = matter
    raise Refused("link_counted", case=case, matter=case)


def _plain_rows(sql: str, params: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())
