"""Cases planned from (seed, year, mechanism, number) alone, so that any one can be planned anew in any process."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from itertools import accumulate
from random import Random
from typing import Any, Final, NamedTuple

from luoshi.mechanisms.flow import Flow
from luoshi.org.snapshot import Org
from luoshi.simulation.year.days import Spread, cumulated, open_days, spread
from luoshi.simulation.year.plan import Courses, PlanError, Stream, Total, YearPlan
from luoshi.simulation.year.spots import spots_of
from luoshi.simulation.year.values import Draft, Maker, Spot, Words
from luoshi.simulation.year.ways import CLOSES_AT, MINUTES, OPENS_AT, Taken, Way, Waymaker, on_day
from luoshi.worktime.calendar import Calendar

LAST_OPENING: Final = 16 * 3600
LARGEST_FILE: Final = 3_000_000

Actor = tuple[str, str, str]
"""Officer, body, role."""


class PlannedAct(NamedTuple):
    """An act of a planned case, as plain data: ``day`` is a date's ordinal, ``seconds`` the time of that day."""

    day: int
    seconds: int
    action: str
    actor: Actor
    fields: dict[str, Any]
    files: tuple[tuple[str, str, int], ...]
    approval: Actor | None
    part: str | None


class PlannedCase(NamedTuple):
    """A case to be: its public name, which the store will give it, and its acts in their order."""

    case: str
    area: str | None
    acts: list[PlannedAct]


@dataclass(frozen=True, slots=True)
class Scene:
    """What all planning goes by: the data, the district as it stands, the calendar, the dice's seed, the scale."""

    plan: YearPlan
    org: Org
    flows: Mapping[str, tuple[Flow, Mapping[str, str]]]
    calendar: Calendar
    seed: int
    scale: float

    def words(self) -> Words:
        """What texts are made of."""
        entry = self.plan.entry
        return Words(entry.people["surnames"], entry.people["given"], entry.words, self.org.tree.every_body)


class Staff:
    """Who may act in a role; looked up once for each body and area."""

    def __init__(self, org: Org, mechanism: str, on_day: str) -> None:
        self.org, self.mechanism, self.on_day = org, mechanism, on_day
        self._found: dict[tuple[str, str, str | None], list[str]] = {}

    def holders(self, role: str, body: str, area: str | None) -> list[str]:
        """The officers, in a fixed order."""
        key = (role, body, area)
        found = self._found.get(key)
        if found is None:
            found = self._found[key] = sorted(self.org.posts.holders(self.mechanism, role, body, area, self.on_day))
        return found


class _Ready(NamedTuple):
    """A stream, ready."""

    stream: Stream
    ways: tuple[Way, ...]
    spread: Spread
    spots: Sequence[Spot]


class Kind:
    """The cases of one mechanism in one year."""

    def __init__(self, scene: Scene, courses: Courses, year: int) -> None:
        self.scene, self.courses, self.year = scene, courses, year
        self.flow, self.standing = scene.flows[courses.mechanism]
        self.mechanism = courses.mechanism
        self.calendar = scene.calendar
        self.staff = Staff(scene.org, self.mechanism, f"{year}-01-01")
        self._waymaker = Waymaker(self.flow, courses)
        self._words = scene.words()
        self.streams = [self._ready(stream) for stream in courses.streams]
        self._eligible: dict[tuple[int, date], tuple[list[Way], list[float]]] = {}
        self._orders: dict[date, list[tuple[int, int]]] = {}

    # --- how many, and when

    def _ready(self, stream: Stream) -> _Ready:
        maker = Maker(self._words, self._totals(stream))
        ways = tuple(self._waymaker.way(stream, course, maker) for course in stream.courses)
        every = self.courses.days == "every"
        since, until = (on_day(told, self.year) for told in (stream.since, stream.until))
        days = [
            day
            for day in open_days(self.calendar, self.year, since, until, every=every)
            if not stream.done or any(self._in_time(way, day, stream) for way in ways)
        ]
        if not days:
            raise PlanError(f"{self.mechanism}/{stream.name}", "there is no day on which its cases could open")
        months = stream.months or self.courses.months or self.scene.plan.entry.months
        spots = spots_of(self.scene.org, stream.where or self.courses.where)
        return _Ready(stream, ways, spread(self.volume(stream), days, months, self.calendar), spots)

    def _in_time(self, way: Way, day: date, stream: Stream) -> bool:
        return way.latest(day, stream.done, self.calendar) <= date(self.year, 12, 31)

    def volume(self, stream: Stream) -> int:
        """How many cases the stream has at this scale: one at least, none if it is of another year."""
        if stream.once and self.year != self.scene.plan.entry.year:
            return 0
        return stream.volume if stream.exact else max(1, round(stream.volume * self.scene.scale))

    @cached_property
    def days(self) -> dict[date, list[tuple[int, int]]]:
        """Day → (stream's number, its place in that stream's days), for every day on which cases open."""
        found: dict[date, list[tuple[int, int]]] = {}
        for n, one in enumerate(self.streams):
            for place, day in enumerate(one.spread.days):
                if one.spread.on(place):
                    found.setdefault(day, []).append((n, place))
        return dict(sorted(found.items()))

    @cached_property
    def _firsts(self) -> tuple[list[date], list[int]]:
        """The days, and the number of the first case of each; the last number is how many there are."""
        sizes = [sum(len(self.streams[n].spread.on(place)) for n, place in told) for told in self.days.values()]
        return list(self.days), [0, *accumulate(sizes)]

    @property
    def size(self) -> int:
        """How many cases there are in the year."""
        return self._firsts[1][-1]

    def opened_on(self, day: date) -> range:
        """The numbers of the cases that open on ``day``."""
        days, firsts = self._firsts
        place = bisect(days, day) - 1
        if place < 0 or days[place] != day:
            return range(0)
        return range(firsts[place], firsts[place + 1])

    def _order(self, day: date) -> list[tuple[int, int]]:
        """(stream, number in it) of the cases of ``day``, as they come in: mixed."""
        found = self._orders.get(day)
        if found is None:
            if len(self._orders) > 2:
                self._orders.clear()
            found = [(n, one) for n, place in self.days[day] for one in self.streams[n].spread.on(place)]
            self._chance("order", day.isoformat()).shuffle(found)
            self._orders[day] = found
        return found

    # --- shares of totals

    def _totals(self, stream: Stream) -> dict[str, Callable[[int, Decimal], Decimal]]:
        return {name: self._share(stream, name, total) for name, total in stream.totals.items()}

    def _share(self, stream: Stream, name: str, total: Total) -> Callable[[int, Decimal], Decimal]:
        volume, unit = self.volume(stream), Decimal(1).scaleb(-total.places)
        least, whole = int(Decimal(total.least) / unit), int(Decimal(total.total) / unit)
        if volume != stream.volume:
            whole = max(whole * volume // stream.volume, least * volume)
        if least * volume > whole:
            raise PlanError(f"{self.mechanism}/{stream.name}/{name}", "the least shares are more than the total")
        chance = self._chance(stream.name, name)
        weights = [chance.lognormvariate(0, total.uneven) if total.uneven else 1.0 for _ in range(volume)]
        through = [0, *cumulated(whole - least * volume, weights)]

        def share(place: int, part: Decimal) -> Decimal:
            units = least + through[place + 1] - through[place]
            return unit * (units if part == 1 else int(units * part))

        return share

    def _chance(self, *key: str) -> Random:
        return Random("/".join((str(self.scene.seed), str(self.year), self.mechanism, *key)))

    # --- one case

    def case(self, number: int, way: Way | None = None, pace: float | None = None) -> PlannedCase:
        """The case ``number`` of the year (from 0, in the order of opening). Raises PlanError.

        To try a course: on ``way``, and with every wait at ``pace`` (0: the shortest, almost 1: the longest).
        """
        days, firsts = self._firsts
        place = bisect(firsts, number) - 1
        day = days[place]
        nth, of = number - firsts[place], firsts[place + 1] - firsts[place]
        stream_number, stream_place = self._order(day)[nth]
        chance = self._chance(str(number))
        within = (nth + chance.random()) / of
        seconds = OPENS_AT + int((LAST_OPENING - OPENS_AT) * (within if pace is None else pace))
        ready = self.streams[stream_number]
        drawn = self._way(stream_number, day, chance)
        spot = ready.spots[int(chance.random() * len(ready.spots))]
        draft = Draft(chance, stream_place, spot, self.calendar, day, number, roles=dict(self.standing))
        acts = _Case(self, draft, day, seconds, pace).acts(way or drawn)
        return PlannedCase(f"{self.mechanism}-{self.year}-{number + 1:06}", spot.area, acts)

    def samples(self, stream: int, way: Way, count: int) -> list[int]:
        """Numbers of up to ``count`` cases of ``stream``, over the days on which ``way`` can be gone."""
        ready = self.streams[stream]
        days = [
            day
            for place, day in enumerate(ready.spread.days)
            if ready.spread.on(place) and (not ready.stream.done or self._in_time(way, day, ready.stream))
        ]
        chosen = dict.fromkeys(days[n * (len(days) - 1) // max(1, count - 1)] for n in range(count)) if days else {}
        found = []
        for day in chosen:
            order = self._order(day)
            found.append(self.opened_on(day)[next(n for n, one in enumerate(order) if one[0] == stream)])
        return found

    def _way(self, number: int, day: date, chance: Random) -> Way:
        key = (number, day)
        found = self._eligible.get(key)
        if found is None:
            ready = self.streams[number]
            stream = ready.stream
            ways = [way for way in ready.ways if not stream.done or self._in_time(way, day, stream)]
            found = self._eligible[key] = ways, list(accumulate(way.share for way in ways))
        ways, edges = found
        return ways[bisect(edges, chance.random() * edges[-1])]


class _Case:
    """A case in the making: where it is in time, who has had a hand in it, which parts it has."""

    def __init__(self, kind: Kind, draft: Draft, day: date, seconds: int, pace: float | None) -> None:
        self.kind, self.draft = kind, draft
        self.chance, self.calendar = draft.chance, kind.calendar
        # What waits, and whether and how often acts are taken, are drawn by.
        self.drawn: Callable[[], float] = draft.chance.random if pace is None else lambda: pace
        self.day, self.seconds = day, seconds
        self.marks: dict[str, set[str]] = {}
        self.officers: dict[tuple[str, str], str] = {}
        self.parts: list[tuple[str, str, str]] = []
        self.splits = 0
        self.planned: list[PlannedAct] = []

    def acts(self, way: Way) -> list[PlannedAct]:
        for act in way.acts:
            if act.plan.maybe is not None and 1 - self.drawn() > act.plan.maybe:
                continue
            least, most = act.times
            for _ in range(least + int(self.drawn() * (most - least + 1)) if most > 1 else 1):
                if act.part_role is None:
                    self._move(act)
                    self._take(act, None, "")
                else:
                    self._each(act)
        return self.planned

    def _each(self, act: Taken) -> None:
        """``act`` by every part of its branch, each after a wait of its own; the case goes on after the last."""
        begun = self.day, self.seconds
        made: list[PlannedAct] = []
        for key, branch, body in self.parts:
            if branch == act.plan.each:
                self.day, self.seconds = begun
                self._move(act)
                self._take(act, key, body)
                made.append(self.planned.pop())
        made.sort(key=lambda one: one[:2])
        for n, one in enumerate(made):
            # Two acts of a case are not at the same second.
            seconds = one.seconds if n == 0 or one[:2] > made[n - 1][:2] else made[n - 1].seconds + 1
            made[n] = one._replace(seconds=seconds)
        self.planned += made
        if made:
            self.day, self.seconds = date.fromordinal(made[-1].day), made[-1].seconds

    # --- when

    def _move(self, act: Taken) -> None:
        if act.opens:
            return
        chance, wait, before = self.drawn, act.wait, (self.day, self.seconds)
        if act.plan.on is not None:
            self._to(max(self.day, on_day(act.plan.on, self.kind.year)))
        elif wait.unit in MINUTES:
            drawn = wait.least + chance() * (wait.most - wait.least)
            self.seconds += 1 + int(drawn * MINUTES[wait.unit]) + int(chance() * 30)
            if self.seconds >= CLOSES_AT:
                self.day = self.calendar.after(self.day, 1)
                self.seconds = OPENS_AT + int(chance() * 3600)
        else:
            drawn = wait.least + int(chance() * (wait.most - wait.least + 1))
            if wait.unit == "d":
                self._to(self.calendar.after(self.day, drawn) if drawn else self.day)
            else:
                day = self.day + timedelta(days=drawn)
                self._to(day if act.plan.any_day else self.calendar.roll(day))
        if (self.day, self.seconds) <= before:
            self.seconds = before[1] + 1

    def _to(self, day: date) -> None:
        """A time on ``day``, later than now if it is today; if there is none left, on the next working day."""
        begin = OPENS_AT
        if day == self.day:
            begin = self.seconds + 60
            if begin >= CLOSES_AT - 60:
                day, begin = self.calendar.after(day, 1), OPENS_AT
        self.day = day
        self.seconds = begin + int(self.drawn() * (CLOSES_AT - 60 - begin))

    # --- what

    def _take(self, act: Taken, part: str | None, part_body: str) -> None:
        draft = self.draft
        draft.day = self.day
        fields: dict[str, Any] = {}
        for name, make in act.fields:
            try:
                fields[name] = draft.fields[name] = make(draft)
            except KeyError as error:
                raise PlanError(f"{act.place}/{name}", f"{error} is not known by then") from None
        role, body = self._role(act, part_body)
        marked = {one for mark in act.other_than for one in self.marks.get(mark, ())}
        officer = self._officer(act, role, body, marked)
        approval = self._approval(act, {*marked, officer}) if act.approval is not None else None
        for mark in act.records:
            self.marks.setdefault(mark, set()).add(officer)
        for name, source in act.assigns:
            draft.roles[name] = body if source == "@actor" else fields[source]
        self._split(act, fields)
        files = tuple((field, self._digest(), 10_000 + int(self.chance.random() * LARGEST_FILE)) for field in act.files)
        self.planned.append(
            PlannedAct(
                self.day.toordinal(), self.seconds, act.name, (officer, body, role), fields, files, approval, part
            )
        )

    def _digest(self) -> str:
        return f"{self.chance.getrandbits(256):064x}"

    def _role(self, act: Taken, part_body: str) -> tuple[str, str]:
        roles = self.draft.roles
        for role in act.roles:
            if role == act.part_role:
                return role, part_body
            if role in roles:
                return role, roles[role]
        raise PlanError(act.place, f"nobody is {' or '.join(act.roles)} by then")

    def _officer(self, act: Taken, role: str, body: str, but: set[str]) -> str:
        """Who acts: the one who did before in this role, if he may."""
        known = self.officers.get((role, body))
        if known is not None and known not in but:
            return known
        free = self.kind.staff.holders(role, body, self.draft.spot.area)
        if but:
            free = [one for one in free if one not in but]
        if not free:
            raise PlanError(act.place, f"no officer is free to act as {role} for {body}")
        officer = self.officers[role, body] = free[int(self.chance.random() * len(free))]
        return officer

    def _approval(self, act: Taken, but: set[str]) -> Actor:
        role = act.approval
        assert role is not None
        body = self.draft.roles.get(role)
        if body is None:
            raise PlanError(act.place, f"nobody is {role} by then")
        return self._officer(act, role, body, but), body, role

    def _split(self, act: Taken, fields: Mapping[str, Any]) -> None:
        if not act.splits:
            return
        self.splits += 1
        self.parts = []
        for one in act.splits:
            told = self.draft.roles[one.role] if one.role is not None else fields.get(str(one.bodies))
            for body in [] if told is None else told if isinstance(told, list) else [told]:
                self.parts.append((f"{self.splits}.{one.branch}.{body}", one.branch, body))
