"""How one case of the sample life goes: from its opening to the stage in which it is to stand today. Pure.

A story is walked through with the mechanism's own step function before anything is written, so that it is lawful; a
walk that does not come to its end in time is thrown away and begun anew. Chance comes in as a random.Random.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from datetime import time as hour
from random import Random
from typing import Final

from luoshi.casework.walk import Move, Walker
from luoshi.mechanisms import timing
from luoshi.mechanisms.acts import Act, Refused
from luoshi.mechanisms.flow import Flow
from luoshi.mechanisms.state import State
from luoshi.mechanisms.step import step
from luoshi.worktime.calendar import Calendar
from luoshi.worktime.errors import CalendarError

LONGEST: Final = 40
"""Acts of one case."""
TRIES: Final = 160
PLAIN_TRIES: Final = 40
"""Tries after which a story is told without a detour."""
WAITS: Final = 4
FAR: Final = 99
DETOUR: Final = 0.7
ASIDE: Final = 0.18
"""How likely an act is that leaves the case in its stage: a report, a note."""
PACES: Final[Mapping[str, float]] = {
    "hotline": 0.5, "grid_event": 0.25, "patrol": 0.3, "patrol_problem": 1.2, "land": 7.0,
}  # fmt: skip
"""Days between two acts, on average, where it is not ``PACE``; land waits for notices of ten working days and thirty
days, so that its cases have to begin early."""
PACE: Final = 1.8
"""Days between two acts, on average."""
RESTS: Final = ((0.1, 2, 45), (2, 8, 28), (8, 25, 19), (25, 60, 8))
"""Days since the last act of an open case: from, to, and how many of 100."""
ASIDE_KINDS: Final = frozenset(("act", "pause", "resume", "extend"))
WHEN_LATE: Final = frozenset(("urge", "supervise", "circulate"))
"""What an office does by hand to a case that is late."""

MakeWalker = Callable[[Random], Walker]


@dataclass(frozen=True, slots=True)
class Aim:
    """Where a case is to stand at ``now``; it may open on ``first`` at the earliest."""

    flow: Flow
    calendar: Calendar
    target: str
    first: datetime
    now: datetime
    opened: datetime | None = None


def story(aim: Aim, walkers: MakeWalker, chance: Random) -> list[Act]:
    """The acts of a case that stands in ``aim.target`` after them; none if no way there was found."""
    hurry = 1.0
    for tried in range(TRIES):
        walk = _Walk(aim, walkers(chance), chance, hurry, detour=tried < PLAIN_TRIES)
        if walk.go():
            return walk.acts
        if walk.late:
            hurry *= 0.75
    return []


class _Walk:
    """One try."""

    def __init__(self, aim: Aim, walker: Walker, chance: Random, hurry: float, *, detour: bool) -> None:
        self.aim, self.walker, self.chance = aim, walker, chance
        self.state = State()
        self.acts: list[Act] = []
        self.late = False
        self.pace = PACES.get(aim.flow.mechanism.id, PACE) * hurry
        self.goals = [aim.target]
        if detour and chance.random() < DETOUR:
            via = _ways(aim.flow, aim.target)
            if via:
                self.goals.insert(0, chance.choice(via))
        self.at = self._begin()

    def _begin(self) -> datetime:
        if self.aim.opened is not None:
            return self.aim.opened
        steps = sum(_distances(self.aim.flow, goal).get("", 1) for goal in self.goals[-1:]) + 3 * len(self.goals)
        if self.aim.flow.mechanism.stages[self.aim.target].open:
            low, high = self.chance.choices([(a, b) for a, b, _ in RESTS], [share for *_, share in RESTS])[0]
            rest = self.chance.uniform(low, high)
        else:
            rest = self.chance.uniform(0.2, 60)
        begin = self.aim.now - timedelta(days=rest + steps * self.pace * self.chance.uniform(0.7, 1.4))
        return working(max(begin, self.aim.first), self.aim.calendar, self.chance)

    def go(self) -> bool:
        waits = 0
        while len(self.acts) < LONGEST:
            if self.at > self.aim.now:
                self.late = True
                return False
            while self.goals and self.state.stage == self.goals[0]:
                self.goals.pop(0)
            if not self.goals:
                self._linger()
                return True
            if self._advance():
                self._wait(self.chance.expovariate(1 / self.pace))
            elif waits < WAITS and self.state.stage:
                waits += 1
                self._to_next_limit()
            else:
                return False
        return False

    def _advance(self) -> bool:
        far = _distances(self.aim.flow, self.goals[0])
        here = far.get(self.state.stage, FAR)
        moves = self.walker.moves(self.state, self.at)
        onward = [move for move in moves if self._onward(move, far, here)]
        if self.state.stage and self.chance.random() < ASIDE:
            onward = [move for move in moves if self._aside(move)] or onward
        self.chance.shuffle(onward)
        return any(self._take(move) for move in onward[:4])

    def _onward(self, move: Move, far: Mapping[str, int], here: int) -> bool:
        action = move.ready.action
        if move.part is not None:
            return action.to is not None
        if action.kind == "open" and move.ready.name != _opening(self.aim.flow):
            return False
        return action.to is not None and far.get(action.to, FAR) < here

    def _aside(self, move: Move) -> bool:
        action = move.ready.action
        if move.ready.name in WHEN_LATE and not any(
            timing.running(clock) and timing.in_time(clock, self.at) is False for clock in self.state.clocks.values()
        ):
            return False
        stays = action.to in (None, self.state.stage)
        return move.part is None and stays and action.kind in ASIDE_KINDS and not action.assigns

    def _take(self, move: Move) -> bool:
        try:
            act = self.walker.act(self.state, move, self.at)
            self.state = step(self.aim.flow, self.state, act, self.aim.calendar).state
        except (Refused, LookupError):
            return False
        self.state.at = self.at.isoformat(timespec="seconds")
        self.acts.append(act)
        return True

    def _linger(self) -> None:
        """Acts that leave the case where it stands: it is paused, reported on, part of it is done."""
        moves = [move for move in self.walker.moves(self.state, self.at) if self._aside(move)]
        pauses = [move for move in moves if move.ready.action.pauses]
        chosen: list[Move] = []
        if pauses and self.chance.random() < 0.85:
            chosen = pauses[:1]
        elif moves and self.chance.random() < 0.5:
            chosen = [self.chance.choice(moves)]
        parts = [key for key, part in self.state.parts.items() if part["open"]]
        if len(parts) > 1 and self.chance.random() < 0.5:
            chosen += [move for move in self.walker.moves(self.state, self.at) if move.part == parts[0]][:1]
        for move in chosen:
            self._take(move)
            self._wait(self.pace)
            if self.at > self.aim.now:
                return

    def _wait(self, days: float) -> None:
        self.at = working(
            self.at + timedelta(days=days, minutes=self.chance.randint(12, 90)), self.aim.calendar, self.chance
        )

    def _to_next_limit(self) -> None:
        """Nothing leads on today: a limit has to pass first."""
        dues = [clock["due"] for clock in self.state.clocks.values() if "due" in clock and "stopped" not in clock]
        over = [datetime.fromisoformat(due[:10]) + timedelta(days=1, hours=9) for due in dues]
        later = [moment for moment in over if moment > self.at]
        self.at = working(min(later, default=self.at + timedelta(days=2)), self.aim.calendar, self.chance)


def working(at: datetime, calendar: Calendar, chance: Random) -> datetime:
    """``at``, or the next moment after it in which an office is open."""
    at = at.replace(microsecond=0)
    day = at.date()
    if is_workday(calendar, day) and hour(8, 40) <= at.time() <= hour(17, 20):
        return at
    if not is_workday(calendar, day) or at.time() > hour(17, 20):
        day += timedelta(days=1)
        while not is_workday(calendar, day):
            day += timedelta(days=1)
    return datetime.combine(day, hour(8, 40)) + timedelta(minutes=chance.randint(0, 480), seconds=chance.randint(0, 59))


def is_workday(calendar: Calendar, day: date) -> bool:
    """Whether offices are open; beyond the calendar's end Monday to Friday."""
    try:
        return calendar.is_workday(day)
    except CalendarError:
        return day.weekday() < 5


def _opening(flow: Flow) -> str:
    """The first of the mechanism's opening actions."""
    return next(name for name, ready in flow.actions.items() if ready.action.kind == "open")


def _distances(flow: Flow, target: str) -> Mapping[str, int]:
    """How many acts each stage is from ``target``; the empty stage is a case that is not open yet."""
    key = ("life", target)
    if key not in flow.cache:
        far = {target: 0}
        edges = [
            (stage, ready.action.to)
            for ready in flow.actions.values()
            if ready.action.to is not None and (ready.action.kind != "open" or ready.name == _opening(flow))
            for stage in (sorted(ready.from_) if ready.action.kind != "open" else [""])
        ]
        changed = True
        while changed:
            changed = False
            for stage, to in edges:
                if to in far and far[to] + 1 < far.get(stage, FAR):
                    far[stage] = far[to] + 1
                    changed = True
        flow.cache[key] = far
    found: Mapping[str, int] = flow.cache[key]
    return found


def _ways(flow: Flow, target: str) -> Sequence[str]:
    """Open stages by which a case may come to ``target``."""
    far = _distances(flow, target)
    return [
        name
        for name, stage in flow.mechanism.stages.items()
        if stage.open and name != target and name in far and "" in _distances(flow, name)
    ]
