"""The year planned ahead, day by day, in a process of its own, so that whoever writes has nothing else to do.

What a day holds comes as plain data in one message: openings in the order of the cases' numbers, then all other acts in
the order of time. Only the acts that are still to come of open cases are held in memory.
"""

from __future__ import annotations

import gc
import marshal
import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from multiprocessing.connection import Connection
from typing import Any, Final, NamedTuple

from luoshi.simulation.year.plan import PlanError
from luoshi.simulation.year.planning import Kind, PlannedAct, Scene

FAULT: Final = 0
"""Stands in the place of a day before what went wrong."""

Sent = tuple[Any, ...]
"""An act as it is sent: the case, its area, and what :class:`PlannedAct` tells."""


class Day(NamedTuple):
    """What is done on a day."""

    day: date
    openings: list[Sent]
    acts: list[Sent]


class Planner:
    """Plans the days of the years from ``first`` on."""

    def __init__(self, scene: Scene, first: int) -> None:
        self.scene = scene
        self.first = first
        self.kinds: dict[int, list[Kind]] = {}

    def of(self, year: int) -> list[Kind]:
        """The kinds of cases of ``year``."""
        if year not in self.kinds:
            self.kinds = {known: kinds for known, kinds in self.kinds.items() if known >= year - 1}
            self.kinds[year] = [Kind(self.scene, one, year) for one in self.scene.plan.mechanisms]
        return self.kinds[year]

    def days(self, since: date, until: date) -> Iterator[Day]:
        """Each day from ``since`` to ``until`` with its acts; cases that opened before are planned again for theirs."""
        waiting: dict[int, list[Sent]] = {}
        day = date(max(self.first, since.year - 1), 1, 1)
        while day <= until:
            openings: list[Sent] = []
            for kind in self.of(day.year):
                for number in kind.opened_on(day):
                    case = kind.case(number)
                    openings.append((case.case, case.area, *case.acts[0]))
                    for n, act in enumerate(case.acts[1:]):
                        if act.day >= since.toordinal():
                            waiting.setdefault(act.day, []).append((case.case, n, *act))
            acts = waiting.pop(day.toordinal(), [])
            acts.sort(key=_order)
            if day >= since:
                yield Day(day, openings, acts)
            day += timedelta(days=1)


def _order(act: Sent) -> tuple[Any, ...]:
    """By time, then by case; the acts of a case in their order."""
    return act[3], act[0], act[1]


def _plan(scene: Scene, first: int, since: date, until: date, out: Connection, theirs: Connection) -> None:
    """The process: plans the next day while the writer is at this one. Ends when nobody listens, as after a kill."""
    theirs.close()  # else the pipe would have a listener as long as this process lives
    gc.disable()  # plans have no cycles, and many are held
    try:
        for day in Planner(scene, first).days(since, until):
            if not day.openings and not day.acts:
                continue
            out.send_bytes(marshal.dumps((day.day.toordinal(), _plain(day.openings), _plain(day.acts))))
        out.send_bytes(marshal.dumps(None))
    except PlanError as error:
        out.send_bytes(marshal.dumps((FAULT, error.place, error.what)))
    except BrokenPipeError:
        pass
    finally:
        out.close()


def _plain(acts: list[Sent]) -> list[Sent]:
    return [tuple(one) for one in acts]


@contextmanager
def planned(scene: Scene, first: int, since: date, until: date) -> Iterator[Iterator[Day]]:
    """The days with their acts, planned ahead in another process.

    PlanError for what cannot be planned; EOFError if the process ended before its time.
    """
    context = multiprocessing.get_context("fork")
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=_plan, args=(scene, first, since, until, there, here), daemon=True)
    process.start()
    there.close()

    def receive() -> Iterator[Day]:
        while (told := marshal.loads(here.recv_bytes())) is not None:
            if told[0] == FAULT:
                raise PlanError(told[1], told[2])
            yield Day(date.fromordinal(told[0]), told[1], told[2])

    try:
        yield receive()
    finally:
        here.close()
        process.terminate()
        process.join()


__all__ = ["Day", "PlannedAct", "Planner", "planned"]
