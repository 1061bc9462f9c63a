"""A whole simulation: the district set up, its days in turn, its clients at work."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from datetime import time as hour
from threading import BrokenBarrierError
from typing import Any, Final, Protocol

from luoshi.simulation.plan import Plan, Report

SWEEP_AT: Final = hour(7)
WAIT_SECONDS: Final = 600
"""How long clients wait for the slowest of them at the end of a simulated day."""

OnDay = Callable[[date, Report], None]


class Barrier(Protocol):
    """Where clients wait for each other."""

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the others."""
        ...

    def abort(self) -> None:
        """End the others' waiting."""
        ...


def simulate(plan: Plan, on_day: OnDay | None = None) -> Report:
    """Carry out ``plan`` in the store that Django is configured for, which is migrated; what came of it.

    ``on_day`` hears of each day that is over, with the first client's report so far. Raises MechanismError for a text
    that is no definition, CalendarError if the days reach beyond the calendar, CaseworkError for what the store could
    not do.
    """
    from luoshi.simulation.client import counts  # noqa: PLC0415 - needs Django configured
    from luoshi.simulation.sample import set_up  # noqa: PLC0415

    check_days(plan)
    mechanisms, _ = set_up(plan.district, plan.packs)
    begun = time.perf_counter()
    report = Report(last_day=plan.first + timedelta(days=plan.days - 1))
    if plan.clients == 1:
        report.add(_client(plan, 0, mechanisms, None, on_day))
    else:
        for one in _together(plan, mechanisms):
            report.add(one)
    report.seconds = time.perf_counter() - begun
    counts(plan, report.cases, report)
    return report


def check_days(plan: Plan) -> None:
    """Raise CalendarError if the days of ``plan`` reach beyond the district's calendar."""
    from luoshi.casework.setups import district  # noqa: PLC0415

    district(plan.district).calendar.is_workday(plan.first)
    district(plan.district).calendar.is_workday(plan.first + timedelta(days=plan.days))


def _client(plan: Plan, number: int, mechanisms: list[str], barrier: Barrier | None, on_day: OnDay | None) -> Report:
    from luoshi.simulation.client import Client  # noqa: PLC0415

    client = Client(plan, number, mechanisms)
    for since in range(plan.days):
        day = plan.first + timedelta(days=since)
        if number == 0:
            _sweep(plan, day, client.report)
        if barrier is not None:
            barrier.wait(WAIT_SECONDS)
        client.work(day, since)
        if barrier is not None:
            barrier.wait(WAIT_SECONDS)
        if on_day is not None:
            on_day(day, client.report)
    return client.report


def _sweep(plan: Plan, day: date, report: Report) -> None:
    from luoshi.casework.sweeping import sweep  # noqa: PLC0415

    begun = time.perf_counter()
    swept = sweep(plan.district, now=datetime.combine(day, SWEEP_AT))
    report.engine += time.perf_counter() - begun
    report.swept += swept.done
    report.sweep_failed.update(swept.failed)


@dataclass(slots=True)
class _Worker:
    """What a client's process keeps."""

    barrier: Any = None


_worker: Final = _Worker()


def _begin(barrier: Any) -> None:
    """In a new process: Django on the same store, by the same DATABASE_URL."""
    from luoshi.site import setup  # noqa: PLC0415

    _worker.barrier = barrier
    setup()


def _one(plan: Plan, number: int, mechanisms: list[str]) -> Report:
    try:
        return _client(plan, number, mechanisms, _worker.barrier, None)
    except BaseException:
        _worker.barrier.abort()
        raise


def _together(plan: Plan, mechanisms: list[str]) -> list[Report]:
    """All clients in processes of their own; the first one's fault is raised that is more than another's end."""
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(plan.clients)
    with ProcessPoolExecutor(plan.clients, mp_context=context, initializer=_begin, initargs=(barrier,)) as pool:
        futures = [pool.submit(_one, plan, number, mechanisms) for number in range(plan.clients)]
        faults = [error for future in futures if (error := future.exception()) is not None]
        for error in faults:
            if not isinstance(error, BrokenBarrierError):
                raise error
        if faults:
            raise faults[0]
        return [future.result() for future in futures]
