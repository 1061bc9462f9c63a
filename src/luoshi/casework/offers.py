"""What one officer may do next 可办事项: in a case, and which cases he may open. Read only.

The rules are those of the step (:mod:`luoshi.mechanisms.conditions`) and of the posts (:mod:`luoshi.org.posts`);
nothing is decided here. An offer that is not blocked is taken by :func:`luoshi.casework.act.act` if its form is filled
in rightly; one that is blocked is refused then for the reason told.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

from luoshi.casework.door import may_read_many, sight
from luoshi.casework.errors import CaseworkError
from luoshi.casework.lookup import rows_of
from luoshi.casework.setups import District, InForce
from luoshi.casework.setups import district as in_force
from luoshi.casework.sight import Sql, among
from luoshi.casework.succession import followed
from luoshi.mechanisms.acts import Actor, Refused
from luoshi.mechanisms.conditions import body_of, hindered
from luoshi.mechanisms.flow import Flow, Ready
from luoshi.mechanisms.nearness import FAR, Direction, direction, nearness
from luoshi.mechanisms.state import State
from luoshi.org.snapshot import Org, snapshot

ORDER: Final[tuple[Direction, ...]] = ("forward", "around", "back", "aside")


@dataclass(frozen=True, slots=True)
class Offer:
    """Something that an officer may do in a case: ``action``, of its part ``part``, as ``actor``.

    ``approval``: the role whose approval it needs. ``blocked``: why it cannot be done just now; it is shown all the
    same, so that nobody looks for it in vain. ``leads``: where it brings the case.
    """

    action: str
    part: str | None
    ready: Ready
    actor: Actor
    approval: str | None
    blocked: Refused | None
    leads: Direction


@dataclass(frozen=True, slots=True)
class Opening:
    """A kind of case that an officer may open, by ``action`` as ``actor``; ``areas``: where alone (None: anywhere)."""

    mechanism: str
    action: str
    ready: Ready
    actor: Actor
    approval: str | None
    areas: frozenset[str] | None


class Held(NamedTuple):
    """A case as its last entry ``n`` left it, and the flow that it runs on."""

    state: State
    flow: Flow
    n: int
    mechanism: str
    version: int
    area: str | None
    category: str | None
    open: bool


def state_of(district: str, case: str) -> Held:
    """How the case ``case`` stands. Whether somebody may see it is asked of the door before.

    Raises CaseworkError ``case_unknown``, ``store_…``; Refused ``mechanism_unknown``.
    """
    found = states_of(district, [case])
    if case not in found:
        raise CaseworkError("case_unknown", case=case)
    return found[case]


def states_of(district: str, cases: Collection[str]) -> dict[str, Held]:
    """How each of ``cases`` stands; as :func:`state_of`, but without those that are not there."""
    named = among('"case"', {case for case in cases if case.isprintable()})
    sql = (
        'SELECT "case", state, stage, body, n, mechanism, version, area, category, open FROM casework_case '
        f"WHERE district = %s AND {named.text}"
    )
    place, held = in_force(district), {}
    for case, text, stage, body, n, mechanism, version, area, category, still_open in rows_of(
        Sql(sql, [district, *named.params])
    ):
        flow = place.flow(mechanism, version)
        state = State.from_json(text, stage=stage, body=body)
        held[case] = Held(state, flow, n, mechanism, version, area, category, bool(still_open))
    return held


def offers(district: str, officer: str, case: str, now: datetime) -> tuple[Offer, ...]:
    """What ``officer`` may do in ``case`` at ``now``: the way to the close first, returns and side doors last.

    Each action once (once for each part), in the first of his roles in which it can be done. What a party from outside
    does is offered to nobody. Raises CaseworkError ``case_unknown`` for a case that he does not see.
    """
    found = offers_many(district, officer, [case], now)
    if case not in found:
        raise CaseworkError("case_unknown", case=case)
    return found[case]


def offers_many(district: str, officer: str, cases: Collection[str], now: datetime) -> dict[str, tuple[Offer, ...]]:
    """:func:`offers` of each of ``cases`` that ``officer`` sees, in two look-ups. CaseworkError ``page_size``."""
    seen = may_read_many(sight(district, officer, now.date().isoformat()), cases)
    place, org = in_force(district), snapshot(district)
    return {case: _offered(place, org, officer, held, now) for case, held in states_of(district, list(seen)).items()}


def _offered(place: District, org: Org, officer: str, held: Held, now: datetime) -> tuple[Offer, ...]:
    at = max(now, datetime.fromisoformat(held.state.at)) if held.state.at else now
    state = held.state
    if not held.open:
        outcome = followed(org.tree, held.area, held.category, held.flow, state, place.calendar, at)
        state = outcome.state if outcome is not None else state
    one = _Desk(place, org, officer, held, state, at)
    return tuple(sorted(one.found(), key=one.rank))


class _Desk:
    """One officer before one case."""

    def __init__(self, place: District, org: Org, officer: str, held: Held, state: State, at: datetime) -> None:
        self.calendar = place.calendar
        self.org = org
        self.officer = officer
        self.held = held
        self.flow = held.flow
        self.state = state
        self.at = at

    def found(self) -> Iterator[Offer]:
        """Every action of the case's stage and of its open parts that is his."""
        state = self.state
        for ready in self.flow.actions.values():
            if state.stage in ready.from_:
                yield from self._offer(ready, None)
        for key, part in state.parts.items():
            for (stage, branch, _), ready in self.flow.part_actions.items():
                if part["open"] and (stage, branch) == (state.stage, part["branch"]) and part["stage"] in ready.from_:
                    yield from self._offer(ready, key)

    def _offer(self, ready: Ready, part: str | None) -> Iterator[Offer]:
        told: Offer | None = None
        for actor in self._actors(ready, part):
            blocked = hindered(self.flow, self.state, ready, part, actor, self.at, self.calendar)
            if told is None or blocked is None:
                leads = direction(self.flow, self.state.stage, ready)
                told = Offer(ready.name, part, ready, actor, ready.action.needs.approval, blocked, leads)
            if blocked is None:
                break
        if told is not None:
            yield told

    def _actors(self, ready: Ready, part: str | None) -> Iterator[Actor]:
        on_day, held = self.at.date().isoformat(), self.held
        for role in ready.action.by:
            body = None if role in self.flow.outside else body_of(self.flow, self.state, role, part)
            if body is not None and self.org.posts.holds(self.officer, held.mechanism, role, body, held.area, on_day):
                yield Actor(self.officer, body, role)

    def rank(self, offer: Offer) -> tuple[int, int]:
        """Its place among the others: those that lead on before all others, the nearest to the close first."""
        to = offer.ready.action.to or self.state.stage
        near = 0 if offer.part is not None else nearness(self.flow).get(to, FAR)
        return ORDER.index(offer.leads), near


def openings(district: str, officer: str, on_day: str) -> tuple[Opening, ...]:
    """The cases that ``officer`` may open on ``on_day``, by mechanism; one for each of his roles that may.

    None of a mechanism that lacks the body of a standing role: its cases would be refused.
    """
    place, org = in_force(district), snapshot(district)
    found: list[Opening] = []
    for mechanism, kind in sorted(place.in_force.items()):
        # Who acts for a body that has ended would be refused, as would be a case without one for each standing role.
        if all(org.tree.exists(kind.standing.get(role, ""), on_day) for role in kind.flow.standing):
            for ready in kind.flow.actions.values():
                if ready.action.kind == "open":
                    found += _opening(org, officer, mechanism, kind, ready, on_day)
    return tuple(found)


def _opening(org: Org, officer: str, mechanism: str, kind: InForce, ready: Ready, on_day: str) -> Iterator[Opening]:
    approval = ready.action.needs.approval
    if approval is not None and approval not in kind.standing and approval not in kind.flow.outside:
        return
    for role in ready.action.by:
        body = kind.standing.get(role)
        if body is None or role in kind.flow.outside:
            continue
        posts = [
            post
            for post in org.posts.posts_of(officer, on_day)
            if post.role == role and post.is_of(mechanism) and body in org.tree.subtree(post.body)
        ]
        if posts:
            areas = [None if post.area is None else org.tree.area_subtree(post.area) for post in posts]
            where = None if None in areas else frozenset().union(*(one for one in areas if one is not None))
            yield Opening(mechanism, ready.name, ready, Actor(officer, body, role), approval, where)
