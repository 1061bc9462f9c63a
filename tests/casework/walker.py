"""Walks through a pack for tests: lawful acts one after the other, from a seed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache
from random import Random

from tests.casework.district import ROOT, pack, settings_of, standing_of

from luoshi.casework.walk import Walker
from luoshi.mechanisms.acts import Act, Outcome
from luoshi.mechanisms.flow import Flow
from luoshi.mechanisms.state import State
from luoshi.mechanisms.step import step
from luoshi.worktime.calendar import Calendar
from luoshi.worktime.limits import Hours
from luoshi.worktime.state_council import state_council_calendar

PACKS = sorted(path.parent.name for path in (ROOT / "packs").glob("*/mechanism.yaml"))
BEGIN = datetime(2025, 3, 3, 9, 30)
OFFICE = "9:00-12:00,13:00-17:00"
URGENT = "8:00-22:00"


@cache
def flow_of(name: str) -> Flow:
    """The pack ``name`` with synthetic settings."""
    mechanism = pack(name)
    return Flow(
        mechanism,
        settings_of(mechanism),
        hours=Hours.parse(OFFICE),
        urgent=Hours.parse(URGENT, every_day=True),
    )


@cache
def calendar() -> Calendar:
    """The State Council's calendar."""
    return state_council_calendar()


def walker(name: str, seed: int) -> Walker:
    """A walker through the pack ``name``."""
    flow = flow_of(name)
    return Walker(flow, calendar(), Random(seed), standing=standing_of(flow.mechanism))


def later(at: datetime, chance: Random, state: State) -> datetime:
    """A moment after ``at``: soon, some days on, long after, or just when a limit is over."""
    dues = [clock["due"][:10] for clock in state.clocks.values() if "due" in clock and "stopped" not in clock]
    if dues and chance.random() < 0.25:
        over = datetime.fromisoformat(chance.choice(dues)) + timedelta(days=1, hours=9)
        if at < over < at + timedelta(days=120):
            return over
    longest = chance.choice((60, 60, 600, 3000, 3000, 20_000))
    return at + timedelta(minutes=chance.randint(1, longest), seconds=chance.randint(0, 59))


def walk(
    name: str, seed: int, steps: int, begin: datetime = BEGIN, taken: Counter[str] | None = None
) -> Iterator[tuple[State, Act, Outcome]]:
    """Lawful acts on one case after the other: the state before, the act, and what it did.

    ``taken`` counts the actions, also over several walks: those taken least are preferred.
    """
    one = walker(name, seed)
    least = 0.75 if taken is None else seed % 4 / 4
    taken = Counter() if taken is None else taken
    state, at = State(), begin
    for _ in range(steps):
        moves = one.moves(state, at)
        done = state.stage and not one.flow.mechanism.stages[state.stage].open
        if not moves or (done and one.chance.random() < 0.5) or at.year > begin.year:
            state, at = State(), begin + timedelta(days=one.chance.randrange(60))
            continue
        move = one.chance.choice(moves)
        if one.chance.random() < least:  # where the walk has been least
            move = min(moves, key=lambda other: taken[other.ready.name])
        taken[move.ready.name] += 1
        act = one.act(state, move, at)
        outcome = step(one.flow, state, act, one.calendar)
        yield state, act, outcome
        state = outcome.state
        at = later(at, one.chance, state)
