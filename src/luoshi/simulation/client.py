"""One client of a simulation: its own cases, carried day by day by lawful and unlawful acts."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from datetime import time as hour
from random import Random
from typing import Any, Final

from django.db import connection

from luoshi.casework.act import Done, Request, act, act_many
from luoshi.casework.errors import CaseworkError
from luoshi.casework.setups import District
from luoshi.casework.setups import district as in_force
from luoshi.mechanisms.acts import Refused
from luoshi.mechanisms.state import State
from luoshi.simulation.offers import Offer, Scene, asked, lawful
from luoshi.simulation.plan import Plan, Report
from luoshi.simulation.sample import authorise
from luoshi.simulation.unlawful import unlawful

ROUNDS: Final = (9, 14)
"""Hours of a working day at which clients look at their cases."""
CHUNK: Final = 500
BUSY_TRIES: Final = 5
PACES: Final = (0.9, 0.9, 0.7, 0.7, 0.5, 0.5, 0.3, 0.3, 0.1, 0.03)
"""How likely a case is acted on when it is looked at; the slow ones become overdue."""
LEAVE_CLOSED: Final = 0.9
"""How likely nobody comes back to a case that is closed."""

Result = Done | Refused | None


@dataclass(slots=True)
class Live:
    """A case of the simulation: its number, its kind, its own dice, so that no other case's acts alter its own."""

    place: int
    mechanism: str
    rng: Random
    day: int
    pace: float
    case: str | None = None


@dataclass(slots=True)
class Seen:
    """A case as its officer sees it before he acts."""

    version: int
    n: int
    open: bool
    state: State


@dataclass(slots=True)
class Client:
    """The ``number``-th of the clients of ``plan``; ``mechanisms`` are in force."""

    plan: Plan
    number: int
    mechanisms: Sequence[str]
    report: Report = field(default_factory=Report)
    waiting: list[Live] = field(default_factory=list)
    live: list[Live] = field(default_factory=list)

    def __post_init__(self) -> None:
        arrivals = max(1, self.plan.days * 2 // 3)
        for place in range(self.number, self.plan.cases, self.plan.clients):
            rng = Random(f"{self.plan.seed}/{place}")
            mechanism = self.mechanisms[place % len(self.mechanisms)]
            self.waiting.append(Live(place, mechanism, rng, rng.randrange(arrivals), rng.choice(PACES)))
        self.waiting.sort(key=lambda one: (one.day, one.place), reverse=True)

    def work(self, day: date, since: int) -> None:
        """What its officers and callers do on ``day``, the ``since``-th of the simulation."""
        district = in_force(self.plan.district)
        while self.waiting and self.waiting[-1].day <= since:
            self.live.append(self.waiting.pop())
        if not district.calendar.is_workday(day):
            return
        for oclock in ROUNDS:
            self._round(district, datetime.combine(day, hour(oclock)))
        self.live = [one for one in self.live if one.pace > 0]

    def _round(self, district: District, at: datetime) -> None:
        acting = [one for one in self.live if one.case is None or one.rng.random() < one.pace]
        for first in range(0, len(acting), CHUNK):
            some = acting[first : first + CHUNK]
            seen = dict(self._look(some))
            offers = [(one, offer) for one in some if (offer := self._offer(district, one, seen, at)) is not None]
            self._send(offers, at + timedelta(minutes=30))

    def _look(self, some: Sequence[Live]) -> Iterator[tuple[str, Seen]]:
        cases = [one.case for one in some if one.case is not None]
        if not cases:
            return
        marks = ", ".join(["%s"] * len(cases))
        sql = (
            'SELECT "case", version, n, open, stage, body, state FROM casework_case '
            f'WHERE district = %s AND "case" IN ({marks})'
        )
        with connection.cursor() as cursor:
            cursor.execute(sql, [self.plan.district, *cases])
            for case, version, n, is_open, stage, body, state in cursor.fetchall():
                yield case, Seen(version, n, bool(is_open), State.from_json(state, stage=stage, body=body))

    def _offer(self, district: District, one: Live, seen: dict[str, Seen], at: datetime) -> Offer | None:
        opening = district.opening(one.mechanism)
        moment = at + timedelta(minutes=30)
        scene = Scene(opening.flow, opening.standing, district.calendar, State(), moment, one.place, one.rng)
        if one.case is not None:
            found = seen[one.case]
            if not found.open and one.rng.random() < LEAVE_CLOSED:
                one.pace = 0.0
                return None
            flow = district.flow(one.mechanism, found.version)
            scene = Scene(flow, {}, district.calendar, found.state, moment, one.place, one.rng, one.case, found.n)
        act = lawful(scene)
        if act is None:
            return None
        if one.rng.random() >= self.plan.unlawful:
            return Offer(asked(scene, act))
        return unlawful(scene, act)

    def _send(self, offers: Sequence[tuple[Live, Offer]], now: datetime) -> None:
        size = max(1, self.plan.batch)
        for first in range(0, len(offers), size):
            some = offers[first : first + size]
            requests = [offer.request for _, offer in some]
            begun = time.perf_counter()
            results = self._act(requests, now)
            self.report.engine += time.perf_counter() - begun
            for (one, offer), result in zip(some, results, strict=True):
                self._count(one, offer, result)

    def _act(self, requests: Sequence[Request], now: datetime) -> list[Result]:
        """Each act, again if another writer was in the way for too long."""
        for left in reversed(range(BUSY_TRIES)):
            try:
                if self.plan.batch > 1:
                    return act_many(self.plan.district, requests, authorise=authorise, now=now)
                try:
                    return [act(self.plan.district, requests[0], authorise=authorise, now=now)]
                except Refused as refusal:
                    return [refusal]
            except CaseworkError as error:
                if error.code != "store_busy" or not left:
                    raise
        raise AssertionError("the last try raises")

    def _count(self, one: Live, offer: Offer, result: Result) -> None:
        report = self.report
        report.tried += 1
        if offer.kind:
            report.kinds[offer.kind] += 1
        if isinstance(result, Refused):
            report.refuse(result, one.place, one.mechanism)
            if result.code not in offer.codes:
                report.surprise(f"{offer.kind or 'lawful'}: {offer.request.action} ({one.case}): {result}")
            return
        assert result is not None
        report.taken += 1
        if offer.kind:
            report.surprise(f"{offer.kind}: {offer.request.action} ({result.case}) was taken")
        if one.case is None:
            one.case = result.case
            report.cases.append(result.case)


def counts(plan: Plan, cases: Sequence[str], report: Report) -> None:
    """Count in the store what has become of ``cases``, into ``report``."""
    for first in range(0, len(cases), CHUNK):
        some = cases[first : first + CHUNK]
        marks = ", ".join(["%s"] * len(some))
        for mechanism, stage, is_open, due_on, n in _rows(
            f'SELECT mechanism, stage, open, due_on, n FROM casework_case WHERE district = %s AND "case" IN ({marks})',
            [plan.district, *some],
        ):
            report.stages.setdefault(mechanism, Counter())[stage] += 1
            report.entries += n
            assert report.last_day is not None
            report.overdue += bool(is_open) and due_on is not None and due_on < report.last_day.isoformat()
        (told,) = _rows(
            "SELECT count(*) FROM casework_notice AS notice JOIN casework_case AS c ON c.id = notice.case_id "
            f'WHERE notice.district = %s AND c.district = %s AND c."case" IN ({marks})',
            [plan.district, plan.district, *some],
        )
        report.documents += told[0]


def _rows(sql: str, params: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())
