"""The sweep: rungs of the ladders that are due, each claimed once, in their order; and clocks on a changed calendar.

Any number of workers may sweep at once, and after any downtime: a rung is claimed by a unique row in the transaction of
its entry, a case that another worker holds is left to it, and rungs that were missed follow one after the other. What
goes wrong with one case is reported and stops no other one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from typing import Final

from django.db import connection

from luoshi.casework import clock
from luoshi.casework.act import NOBODY, Done, Request, SystemStep, act_many
from luoshi.casework.errors import CaseworkError
from luoshi.casework.rows import Row
from luoshi.casework.setups import district as in_force
from luoshi.casework.sql import reading
from luoshi.mechanisms import system
from luoshi.mechanisms.acts import Act, Outcome, Refused
from luoshi.mechanisms.flow import Flow, epoch
from luoshi.mechanisms.state import State
from luoshi.worktime.calendar import Calendar

BATCH: Final = 1000
MOST_ROUNDS: Final = 100
"""Rungs of one case that a sweep catches up with; a ladder has far fewer."""
REVIEWABLE: Final = timedelta(days=400)
"""How long after its close a case may still have a party's time running (申请复核期)."""


@dataclass(slots=True)
class Swept:
    """``done``: entries written; ``failed``: case → what went wrong with it."""

    done: int = 0
    failed: dict[str, str] = field(default_factory=dict)


def nobody_else(act: Act, mechanism: str, row: Row) -> None:
    """The system acts by itself and takes no officer's acts."""
    raise Refused("not_authorised", action=act.action, mechanism=mechanism, case=row.case)


def sweep(district: str, *, now: datetime | None = None, batch: int = BATCH) -> Swept:
    """Claim every rung of the district that is due, the earliest first, until none is left."""
    at = now or clock.now()
    swept = Swept()
    for _ in range(MOST_ROUNDS):
        before = swept.done
        for cases in _due(district, epoch(at), batch):
            _run(district, cases, guarded(partial(_escalate, epoch(at))), at, swept)
        if swept.done == before:
            break
    return swept


def _escalate(now: int, flow: Flow, state: State, calendar: Calendar, at: datetime) -> Outcome | None:
    return system.escalate(flow, state, now, calendar)


def _due(district: str, now: int, batch: int) -> Iterator[list[str]]:
    """Cases with a rung due, by when it was; each once, whatever becomes of it, so that a bad one blocks nobody."""
    sql = (
        'SELECT "case", next_at, id FROM casework_case WHERE district = %s AND next_at <= %s '
        "AND (next_at > %s OR (next_at = %s AND id > %s)) ORDER BY next_at, id LIMIT %s"
    )
    at, last = -1, -1
    while True:
        with reading(), connection.cursor() as cursor:
            cursor.execute(sql, (district, now, at, at, last, batch))
            rows = cursor.fetchall()
        if not rows:
            return
        _, at, last = rows[-1]
        yield [row[0] for row in rows]


def reproject(district: str, reason: str, *, now: datetime | None = None, batch: int = BATCH) -> Swept:
    """Every running clock of the district on today's calendar; each case that moves has an entry with ``reason``."""
    at = now or clock.now()
    swept = Swept()

    def again(flow: Flow, state: State, calendar: Calendar, moment: datetime) -> Outcome | None:
        return system.reproject(flow, state, calendar, reason)

    for cases in _live(district, at.date(), batch):
        _run(district, cases, guarded(again), at, swept, wait=True)
    return swept


def _live(district: str, today: date, batch: int) -> Iterator[list[str]]:
    sql = (
        'SELECT "case", id FROM casework_case WHERE district = %s AND (open = %s OR struck_off_on >= %s) AND id > %s '
        "ORDER BY id LIMIT %s"
    )
    last = -1
    while True:
        with reading(), connection.cursor() as cursor:
            cursor.execute(sql, (district, True, (today - REVIEWABLE).isoformat(), last, batch))
            rows = cursor.fetchall()
        if not rows:
            return
        last = rows[-1][1]
        yield [row[0] for row in rows]


def move(
    district: str,
    mechanism: str,
    old: int,
    new: int,
    stages: Mapping[str, str],
    *,
    now: datetime | None = None,
    batch: int = BATCH,
) -> Swept:
    """Move the open cases of ``mechanism`` from version ``old`` to ``new``, each by an entry.

    ``stages``: old → new name, where it changed. A case for which the new version has no place stays on the old
    one and is reported.
    """
    at = now or clock.now()
    swept = Swept()

    def moved(flow: Flow, state: State, calendar: Calendar, moment: datetime) -> Outcome | None:
        return system.migrate(flow, before, state, stages, calendar)

    in_force(district).flow(mechanism, new)
    before = in_force(district).flow(mechanism, old)
    sql = (
        'SELECT "case", id FROM casework_case WHERE district = %s AND mechanism = %s AND version = %s AND open = %s '
        "AND id > %s ORDER BY id LIMIT %s"
    )
    last = -1
    while True:
        with reading(), connection.cursor() as cursor:
            cursor.execute(sql, (district, mechanism, old, True, last, batch))
            rows = cursor.fetchall()
        if not rows:
            return swept
        last = rows[-1][1]
        _run(district, [row[0] for row in rows], guarded(moved), at, swept, version=new, wait=True)


def guarded(step: SystemStep) -> SystemStep:
    """``step``, whose faults become refusals of the one case that has them; for whatever goes through many cases."""

    def safe(flow: Flow, state: State, calendar: Calendar, at: datetime) -> Outcome | None:
        try:
            return step(flow, state, calendar, at)
        except Refused:
            raise
        except Exception as error:
            raise Refused("case_fault", kind=type(error).__name__, reason=str(error)) from error

    return safe


def _run(
    district: str,
    cases: list[str],
    step: SystemStep,
    at: datetime,
    swept: Swept,
    *,
    version: int | None = None,
    wait: bool = False,
) -> None:
    """``step`` on each of ``cases``. Without ``wait`` a case that somebody holds is left out: for what comes again."""
    requests = [Request(NOBODY, case=case, system=step, version=version) for case in cases]
    try:
        results = act_many(district, requests, authorise=nobody_else, now=at, skip_locked=not wait)
    except Exception as error:
        if isinstance(error, CaseworkError) and error.code.startswith("store_"):
            raise
        # One case cannot be written and has undone the others: each by itself then, and the one is reported.
        if len(cases) == 1:
            swept.failed[cases[0]] = f"{type(error).__name__}: {error}"
            return
        for case in cases:
            _run(district, [case], step, at, swept, version=version, wait=wait)
        return
    for case, result in zip(cases, results, strict=True):
        if isinstance(result, Done):
            swept.done += 1
        elif result is not None:
            swept.failed[case] = str(result)
