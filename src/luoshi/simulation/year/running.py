"""The year written: every act by the one writer, with all its laws; killed at any moment, it goes on where it was.

Each batch is one transaction, and in it the store is told how far the replay has come: a counter of the district whose
key holds the digest of everything that the replay goes by. What is begun anew finds the day and the batch there, plans
from the same seed, and so writes what is left as it would have been written. A sweep's transaction is told by the store
alone (the cases due first), so it may break off anywhere, too.

Salts come from the seed and the entry's place, so that the ledger is the same to the bit on every store and at every
batch size. That hides nothing: the persons are invented. Erasing one would leave commitments that the seed opens. So a
replay writes only into a store that holds no other case.
"""

from __future__ import annotations

import gc
import hashlib
import resource
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from datetime import time as hour
from typing import Any, Final

from django.db import connection

from luoshi.casework.act import LARGEST_BATCH, NOBODY, Authorise, Request, act_many
from luoshi.casework.requests import Done, SystemStep
from luoshi.casework.setups import district as in_force
from luoshi.casework.sql import Tx, reading
from luoshi.casework.sweeping import guarded, nobody_else
from luoshi.mechanisms import system
from luoshi.mechanisms.acts import Actor, File, Outcome, Refused
from luoshi.mechanisms.flow import Flow, epoch
from luoshi.mechanisms.state import State
from luoshi.sealing.keys import Keys
from luoshi.sealing.seal import seal
from luoshi.simulation.year.checking import moment
from luoshi.simulation.year.feeding import Day, Sent, planned
from luoshi.simulation.year.means import remembered, roomy, root, seeded, uncollected
from luoshi.simulation.year.planning import Scene
from luoshi.worktime.calendar import Calendar

SWEEP_AT: Final = hour(7)
EVENING: Final = hour(20)
SWEPT: Final = 2000
"""Cases that one transaction of a sweep takes a step further."""
KEY: Final = "replay/"
MOST: Final = 1_000_000
"""Acts that a day may have: progress is kept as day × this + acts done, however they were bundled."""

Progress = Callable[[int, int], None]


class ReplayError(Exception):
    """Why a replay cannot be, or broke off: ``code`` and what belongs to it."""

    def __init__(self, code: str, **details: object) -> None:
        super().__init__(code, details)
        self.code = code
        self.details = details


@dataclass(slots=True)
class Report:
    """What a replay has done: this time, and what the store holds now."""

    cases: int = 0
    entries: int = 0
    written: int = 0
    seconds: float = 0.0
    cpu: float = 0.0
    planning_cpu: float = 0.0
    peak_mb: float = 0.0
    root: str = ""
    sealed: bool = False
    resumed: date | None = None


@dataclass(frozen=True, slots=True)
class Years:
    """What is replayed: ``count`` years from ``first`` on, as far as ``until`` if that is told."""

    first: int
    count: int = 1
    until: date | None = None

    @property
    def last_day(self) -> date:
        """The last day that is replayed."""
        end = date(self.first + self.count - 1, 12, 31)
        return min(end, self.until) if self.until is not None else end

    @property
    def days(self) -> int:
        """How many days that is."""
        return (self.last_day - date(self.first, 1, 1)).days + 1


def check_origin(district: str) -> dict[str, int]:
    """The replays of ``district`` that the store knows, and how far each has come.

    Raises ReplayError ``other_cases`` if it holds cases that are no replay's.
    """
    with reading(), connection.cursor() as cursor:
        cursor.execute("SELECT district FROM casework_case WHERE district <> %s LIMIT 1", (district,))
        other = cursor.fetchone()
        cursor.execute(
            "SELECT key, value FROM casework_counter WHERE district = %s AND key >= %s AND key < %s",
            (district, KEY, KEY + "~"),
        )
        known = {str(key): int(value) for key, value in cursor.fetchall()}
        if other is None and not known:
            cursor.execute("SELECT district FROM casework_case WHERE district = %s LIMIT 1", (district,))
            other = cursor.fetchone()
    if other is not None:
        raise ReplayError("other_cases", district=other[0])
    return known


class Replay:
    """One replay of ``scene`` into the store. ``keys``: the ledger's, if it is to be sealed each month."""

    def __init__(self, scene: Scene, years: Years, *, keys: Keys | None = None, batch: int = LARGEST_BATCH) -> None:
        self.scene, self.years, self.keys, self.batch = scene, years, keys, batch
        self.district = scene.plan.entry.district
        self.salts = seeded(f"{scene.seed}/{self.district}")
        self.authorise: Authorise = remembered(self.district)
        self.key = KEY + _digest(scene, years.first)
        self.report = Report()
        self._actors: dict[tuple[str, str, str], Actor] = {}

    def go(self, progress: Progress | None = None) -> Report:
        """Write what is not written yet. Raises ReplayError, CaseworkError, SealingError."""
        begun, cpu = time.perf_counter(), time.process_time()
        day, done = self._begin()
        if day <= self.years.last_day:
            with roomy(), uncollected(), planned(self.scene, self.years.first, day, self.years.last_day) as days:
                try:
                    self._write(days, day, done, progress)
                except EOFError as error:
                    raise ReplayError("planning", why="the process that plans ended before its time") from error
        self._end()
        self.report.seconds = time.perf_counter() - begun
        self.report.cpu = time.process_time() - cpu
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        self.report.planning_cpu = used.ru_utime + used.ru_stime
        own = resource.getrusage(resource.RUSAGE_SELF)
        self.report.peak_mb = (own.ru_maxrss + used.ru_maxrss) / (1 << 20 if sys.platform == "darwin" else 1 << 10)
        return self.report

    # --- where it is

    def _begin(self) -> tuple[date, int]:
        """The day to go on with, and how many of its acts are done. Raises ReplayError."""
        known = check_origin(self.district)
        if self.key in known:
            day, done = divmod(known[self.key], MOST)
            self.report.resumed = date.fromordinal(day)
            return self.report.resumed, done
        if known:
            raise ReplayError("other_replay", district=self.district)
        return date(self.years.first, 1, 1), 0

    def _also(self, day: date, count: int) -> Callable[[Tx, Sequence[Any]], None]:
        """What a batch writes besides: how far the replay is. A refusal in the batch is a fault and undoes it."""

        def also(tx: Tx, results: Sequence[Any]) -> None:
            for one in results:
                if isinstance(one, Refused):
                    raise ReplayError("refused", day=day.isoformat(), why=str(one))
            tx.run(
                "INSERT INTO casework_counter (district, key, value) VALUES (%s, %s, %s) "
                "ON CONFLICT (district, key) DO UPDATE SET value = excluded.value",
                (self.district, self.key, day.toordinal() * MOST + count),
            )

        return also

    # --- writing

    def _write(self, days: Iterator[Day], begun: date, done: int, progress: Progress | None) -> None:
        first, month = date(self.years.first, 1, 1), begun.month
        for day in days:
            if day.day.month != month:
                if self.keys is not None:
                    seal(self.keys)
                gc.collect()
            month = day.day.month
            passed = done if day.day == begun else 0
            if not passed and self.scene.calendar.is_workday(day.day):
                self._sweep(day.day)
            self._day(day, passed)
            if progress is not None:
                progress((day.day - first).days + 1, self.years.days)

    def _day(self, day: Day, passed: int) -> None:
        """The acts of ``day`` but for the first ``passed``; openings first, in batches of their own."""
        now, before = datetime.combine(day.day, EVENING), 0
        for opens, acts in ((True, day.openings), (False, day.acts)):
            start = max(0, passed - before)
            for first in range(start, len(acts), self.batch):
                some = acts[first : first + self.batch]
                make = self._opening if opens else self._act
                count = before + first + len(some)
                act_many(
                    self.district,
                    [make(one, day.day.toordinal()) for one in some],
                    authorise=self.authorise,
                    now=now,
                    also=self._checked(some, day.day, count) if opens else self._also(day.day, count),
                    salts=self.salts,
                )
                self.report.written += len(some)
            before += len(acts)

    def _checked(self, some: Sequence[Sent], day: date, count: int) -> Callable[[Tx, Sequence[Any]], None]:
        """As :meth:`_also`; the cases must have got the names that they were planned with."""
        told = self._also(day, count)

        def also(tx: Tx, results: Sequence[Any]) -> None:
            told(tx, results)
            for sent, one in zip(some, results, strict=True):
                if not isinstance(one, Done) or one.case != sent[0]:
                    raise ReplayError("case_name", want=sent[0], got=one.case if isinstance(one, Done) else "")

        return also

    def _opening(self, sent: Sent, day: int) -> Request:
        case, area, _, seconds, action, actor, fields, files, approval, _ = sent
        return Request(
            self._actor(actor),
            action,
            mechanism=case.partition("-")[0],
            fields=fields,
            files=tuple(File(*one) for one in files),
            approval=self._actor(approval) if approval else None,
            area=area,
            at=moment(day, seconds),
        )

    def _act(self, sent: Sent, day: int) -> Request:
        case, _, _, seconds, action, actor, fields, files, approval, part = sent
        return Request(
            self._actor(actor),
            action,
            case=case,
            fields=fields,
            files=tuple(File(*one) for one in files),
            approval=self._actor(approval) if approval else None,
            part=part,
            at=moment(day, seconds),
        )

    def _actor(self, told: tuple[str, str, str]) -> Actor:
        found = self._actors.get(told)
        if found is None:
            found = self._actors[told] = Actor(*told)
        return found

    def _sweep(self, day: date) -> None:
        """Every rung that is due in the morning of ``day``, the earliest first, one step of each case at a time."""
        now = datetime.combine(day, SWEEP_AT)
        at = epoch(now)

        def escalate(flow: Flow, state: State, calendar: Calendar, moment: datetime) -> Outcome | None:
            return system.escalate(flow, state, at, calendar)

        step: SystemStep = guarded(escalate)
        while cases := self._due(at):
            requests = [Request(NOBODY, case=case, system=step) for case in cases]
            results = act_many(
                self.district,
                requests,
                authorise=nobody_else,
                now=now,
                also=self._also(day, 0),
                salts=self.salts,
            )
            self.report.written += len(results)

    def _due(self, at: int) -> list[str]:
        sql = 'SELECT "case" FROM casework_case WHERE district = %s AND next_at <= %s ORDER BY next_at, id LIMIT %s'
        with reading(), connection.cursor() as cursor:
            cursor.execute(sql, (self.district, at, SWEPT))
            return [row[0] for row in cursor.fetchall()]

    # --- the end

    def _end(self) -> None:
        if self.keys is not None:
            head = seal(self.keys).head
            self.report.root, self.report.sealed = head.root.hex(), True
        else:
            self.report.root = root()
        with reading(), connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM casework_case WHERE district = %s", (self.district,))
            self.report.cases = cursor.fetchone()[0]
            cursor.execute("SELECT count(*) FROM casework_entry WHERE district = %s", (self.district,))
            self.report.entries = cursor.fetchone()[0]


def _digest(scene: Scene, first: int) -> str:
    """Of everything that the entries follow from: the data, the mechanisms in force, the seed, the scale, the year."""
    told = hashlib.sha256(f"{scene.plan.digest}/{scene.seed}/{scene.scale}/{first}".encode())
    place = in_force(scene.plan.entry.district)
    for name in sorted(place.in_force):
        one = place.in_force[name]
        told.update(f"{name}/{one.version}/{sorted(one.flow.settings.items())}/{sorted(one.standing.items())}".encode())
    return told.hexdigest()[:20]


def first_year(year: int, count: int, calendar: Calendar) -> int:
    """The first of ``count`` years: ``year``, or earlier if the calendar would not reach beyond the last of them.

    Raises ReplayError ``too_many_years``.
    """
    first = min(year, calendar.last.year - count)
    if first <= calendar.first.year:
        raise ReplayError("too_many_years", most=calendar.last.year - calendar.first.year - 1)
    return first


__all__ = ["Replay", "ReplayError", "Report", "Years", "check_origin", "first_year", "root", "seeded"]
