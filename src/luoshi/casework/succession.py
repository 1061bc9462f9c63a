"""Who follows a body that has ended 职能承接, in one case: by its area, its category, or with the rest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from luoshi.mechanisms import system
from luoshi.mechanisms.acts import Outcome
from luoshi.mechanisms.flow import Flow
from luoshi.mechanisms.state import State
from luoshi.org.tree import Tree
from luoshi.worktime.axis import iso
from luoshi.worktime.calendar import Calendar


def ended_bodies(tree: Tree, on_day: str) -> frozenset[str]:
    """The bodies that have been followed by others by ``on_day``."""
    return frozenset(body for body in tree.bodies if any(one.on_day <= on_day for one in tree.successors(body)))


def followers(tree: Tree, ended: frozenset[str], on_day: str, area: str | None, category: str | None) -> dict[str, str]:
    """Ended body → who has what it had of ``area`` and ``category`` on ``on_day``."""
    return {body: tree.successor(body, on_day, area, category) for body in ended}


@dataclass(frozen=True, slots=True)
class Change:
    """The bodies that have ended, and the area and category of one case."""

    tree: Tree
    ended: frozenset[str]
    area: str | None
    category: str | None


def succeed(change: Change, flow: Flow, state: State, calendar: Calendar, at: datetime) -> Outcome | None:
    """``state`` with the bodies that follow those that have ended; None if it has none of these."""
    tree = change.tree
    on_day = at.date().isoformat()
    held = {state.body, *state.roles.values(), *(part["body"] for part in state.parts.values() if part["open"])}
    gone = held & change.ended
    if not gone:
        return None
    days = sorted({one.on_day for body in gone for one in tree.successors(body) if one.on_day <= on_day})
    kinds = sorted({one.kind for body in gone for one in tree.successors(body) if one.on_day <= on_day})
    reason = f"{'+'.join(kinds)} {days[-1]}"
    return system.succeed(flow, state, followers(tree, frozenset(gone), on_day, change.area, change.category), reason)


def followed(
    tree: Tree,
    area: str | None,
    category: str | None,
    flow: Flow,
    state: State,
    calendar: Calendar,
    at: datetime,
) -> Outcome | None:
    """Of a closed case: the bodies that have ended since, followed by others. An open one was handed over then."""
    ended = ended_bodies(tree, at.date().isoformat())
    if not ended:
        return None
    outcome = succeed(Change(tree, ended, area, category), flow, state, calendar, at)
    if outcome is not None:
        outcome.state.at = iso(at)
    return outcome
