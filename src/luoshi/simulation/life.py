"""A district that lives: hundreds of synthetic cases in every stage of every mechanism, with a past of some months.

Each case's story is walked through beforehand (:mod:`luoshi.simulation.life_plan`); then all of them are written by the
one writer, act by act in the order of time, by officers who hold the posts, and the ladder is swept every morning in
between. Everything in it is invented (``districts/sample-life``), and called synthetic.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from datetime import time as hour
from pathlib import Path
from random import Random
from typing import Any, Final

from luoshi.casework.act import Authorise, Request, act_many
from luoshi.casework.authority import by_posts
from luoshi.casework.duplicates import link
from luoshi.casework.files import Files
from luoshi.casework.handover import hand_over
from luoshi.casework.numbers import take
from luoshi.casework.rows import Row
from luoshi.casework.setups import district as in_force
from luoshi.casework.setups import install, put_in_force
from luoshi.casework.sql import writing
from luoshi.casework.sweeping import sweep
from luoshi.home import home
from luoshi.mechanisms.acts import Act, Actor, Refused
from luoshi.org.models import Officer, Post
from luoshi.org.posts import PostNode
from luoshi.org.snapshot import snapshot
from luoshi.simulation.life_pictures import pictures
from luoshi.simulation.life_places import Places
from luoshi.simulation.life_plan import Aim, story, working
from luoshi.simulation.life_report import LifeReport, count
from luoshi.simulation.life_texts import Staff, Teller, Telling, Texts, read_settings, read_texts, sample_folder

DAYS: Final = 120
CASES: Final = 400
COUNTER: Final = "life"
"""The district's counter that says that its life has been begun."""
SWEEP_AT: Final = hour(7)
WEIGHTS: Final[Mapping[str, int]] = {
    "hotline": 4,
    "supervision": 4,
    "grid_event": 4,
    "hazard": 2,
    "service": 2,
    "patrol": 2,
}
"""Shares of the cases that are left when every stage has one; of other mechanisms 1."""
DONE: Final = 0.35
"""How many of those are closed as done."""
TWINS: Final = ("hotline", "grid_event", "environment_letter")
"""Mechanisms in which one matter may be told twice."""
TWIN_EVERY: Final = 12
TWIN_REASON: Final = "内容、地点、时间相同，经核对为同一事项（合成数据）"

Progress = Callable[[int, int], None]


@dataclass(slots=True)
class Story:
    """A case to be: its acts in their order; ``twin_of``: the number of the story that tells the same matter."""

    number: int
    mechanism: str
    telling: Telling
    acts: Sequence[Act]
    twin_of: int | None = None
    case: str | None = None
    taken: int = 0


def live(  # noqa: PLR0913 - the last four have good defaults
    district: str,
    now: datetime,
    *,
    cases: int = CASES,
    seed: int = 1,
    progress: Progress | None = None,
    folder: Path | None = None,
    packs: Path | None = None,
    files: Files | None = None,
) -> LifeReport:
    """Fill ``district``, whose organisation is loaded, with about ``cases`` cases that have lived up to ``now``.

    Done once: if it was begun before, nothing is done and the report says so (``already``). ``folder``: the settings
    and texts; ``packs``: the mechanisms; ``files``: where evidence is kept (the home's folder ``files``). ``progress``
    hears how many of how many steps are done. The same seed gives the same life.

    Raises MechanismError and SetupError for sample data that is wrong, CaseworkError for what the store could not do,
    LookupError if the district has no grids.
    """
    begun = time.perf_counter()
    report = LifeReport()
    if not _first(district):
        report.already = True
        return report
    folder = folder or sample_folder("districts") / "sample-life"
    texts = read_texts(folder)
    adopt_all(district, read_settings(folder), packs or sample_folder("packs"))
    pool = pictures(files or Files(home() / "files"), seed)
    report.files = sum(len(one) for one in pool.values())
    teller = _Tellers(district, texts, pool)
    stories = list(_stories(district, teller, now, cases, seed, progress))
    _Run(district, stories, now, report, progress).go()
    count(district, now, report)
    report.seconds = time.perf_counter() - begun
    return report


def _first(district: str) -> bool:
    """Whether nobody has begun this before; from now on somebody has."""
    with writing() as tx:
        return next(take(tx, district, {COUNTER: 1})[COUNTER]) == 1


def adopt_all(district: str, settings: Mapping[str, Any], packs: Path) -> list[str]:
    """Put every pack that ``settings`` name in force in ``district`` unless it is; those that were put in force."""
    there = set(in_force(district).in_force)
    new = []
    for name, one in settings["mechanisms"].items():
        if name in there:
            continue
        mechanism, version = install((packs / name / "mechanism.yaml").read_bytes(), name)
        put_in_force(
            district,
            mechanism,
            version,
            settings=dict(one["settings"]),
            standing=dict(one["standing"]),
            prefix=str(one["prefix"]),
            hours=settings["hours"],
            urgent_hours=settings["urgent_hours"],
        )
        new.append(name)
    return new


# --- planning


class _Tellers:
    """Makes walkers that tell a mechanism's cases with the district's officers, bodies, places and files."""

    def __init__(
        self, district: str, texts: Mapping[str, Texts], pool: Mapping[str, Sequence[tuple[str, int]]]
    ) -> None:
        self.place = in_force(district)
        self.org = snapshot(district)
        self.texts, self.pool = texts, pool
        self.places = Places(self.org)
        posts = [
            PostNode(*row)
            for row in Post.objects.filter(district=district)
            .order_by("id")
            .values_list("officer", "mechanism", "role", "body", "area", "from_day", "to_day")
        ]
        names = dict(Officer.objects.filter(district=district).values_list("code", "name"))
        self.staff = Staff(posts, self.org.posts.covers, names)

    def telling(self, mechanism: str, chance: Random) -> Telling:
        """A story of the mechanism, with its place."""
        item = chance.choice(self.texts[mechanism].cases)
        return Telling(item, self.places.spot(mechanism, item, chance))

    def walker(self, mechanism: str, telling: Telling, chance: Random) -> Teller:
        """Tells ``telling``."""
        opening = self.place.opening(mechanism)
        return Teller(
            opening.flow,
            self.place.calendar,
            chance,
            standing=opening.standing,
            telling=telling,
            texts=self.texts[mechanism],
            staff=self.staff,
            as_of=self.places.as_of,
            files=self.pool,
        )


def _stories(
    district: str, tellers: _Tellers, now: datetime, cases: int, seed: int, progress: Progress | None
) -> Iterator[Story]:
    aims = _targets(tellers, cases, seed)
    made: list[Story] = []
    for number, (mechanism, target) in enumerate(aims):
        chance = Random(f"{seed}/life/{number}")
        found = _story(tellers, mechanism, target, now, chance, number)
        if found is not None:
            made.append(found)
            yield found
        if progress is not None:
            progress(number + 1, 3 * len(aims))
    several = [one for one in made if one.mechanism in TWINS]
    for number, first in enumerate(several[::TWIN_EVERY], len(aims)):
        twin = _twin(tellers, first, now, Random(f"{seed}/life/{number}"), number)
        if twin is not None:
            yield twin


def _targets(tellers: _Tellers, cases: int, seed: int) -> list[tuple[str, str]]:
    """Where each case is to stand: first one in every stage of every mechanism, open ones first, then by shares."""
    flows = {name: tellers.place.opening(name).flow for name in tellers.texts}
    every = [(name, stage) for name, flow in flows.items() for stage in flow.mechanism.stages]
    every.sort(key=lambda one: not flows[one[0]].mechanism.stages[one[1]].open)
    chance = Random(f"{seed}/life/targets")
    names, weights = list(flows), [WEIGHTS.get(name, 1) for name in flows]
    while len(every) < cases:
        name = chance.choices(names, weights)[0]
        stages = flows[name].mechanism.stages
        done = chance.random() < DONE
        fit = [one for one, stage in stages.items() if (stage.outcome == "done" if done else stage.open)]
        every.append((name, chance.choice(fit)))
    return every[:cases]


def _story(tellers: _Tellers, mechanism: str, target: str, now: datetime, chance: Random, number: int) -> Story | None:
    opening = tellers.place.opening(mechanism)
    aim = Aim(opening.flow, tellers.place.calendar, target, now - timedelta(days=DAYS), now)
    telling = tellers.telling(mechanism, chance)

    def walker(dice: Random) -> Teller:
        nonlocal telling
        telling = tellers.telling(mechanism, dice)
        return tellers.walker(mechanism, telling, dice)

    acts = story(aim, walker, chance)
    return Story(number, mechanism, telling, acts) if acts else None


def _twin(tellers: _Tellers, first: Story, now: datetime, chance: Random, number: int) -> Story | None:
    """The same matter told once more, a day or two later."""
    opening = tellers.place.opening(first.mechanism)
    opened = first.acts[0].at + timedelta(days=chance.uniform(0.3, 2))
    opened = working(opened, tellers.place.calendar, chance)
    target = chance.choice([name for name, stage in opening.flow.mechanism.stages.items() if stage.open])
    aim = Aim(opening.flow, tellers.place.calendar, target, opened, now, opened)
    acts = story(aim, lambda dice: tellers.walker(first.mechanism, first.telling, dice), chance)
    return Story(number, first.mechanism, first.telling, acts, twin_of=first.number) if acts else None


# --- writing


class _Run:
    """All stories written, day by day."""

    def __init__(
        self, district: str, stories: Sequence[Story], now: datetime, report: LifeReport, progress: Progress | None
    ) -> None:
        self.district, self.now, self.report, self.progress = district, now, report, progress
        self.stories = stories
        self.by_number = {one.number: one for one in stories}
        self.authorise = with_parties(district)
        self.org = snapshot(district)
        self.changes = {body.ended_on for body in self.org.tree.bodies.values() if body.ended_on}
        self.total = sum(len(one.acts) for one in stories)
        self.done = 0

    def go(self) -> None:
        days: dict[date, list[tuple[datetime, Story, Act]]] = defaultdict(list)
        for one in self.stories:
            for act in one.acts:
                days[act.at.date()].append((act.at, one, act))
        if not days:
            return
        day = min(days)
        while day <= self.now.date():
            self._morning(day)
            self._day(sorted(days.get(day, ()), key=lambda one: (one[0], one[1].number)))
            self._links(day)
            day += timedelta(days=1)
        self._swept(self.now)

    def _morning(self, day: date) -> None:
        at = datetime.combine(day, SWEEP_AT)
        if at > self.now:
            return
        if day.isoformat() in self.changes:
            self.report.handed_over += hand_over(self.district, now=at).done
        self._swept(at)

    def _swept(self, at: datetime) -> None:
        found = sweep(self.district, now=at)
        self.report.swept += found.done
        self.report.sweep_failed.update(found.failed)

    def _day(self, acts: Sequence[tuple[datetime, Story, Act]]) -> None:
        """The day's acts: of each case its first, then of each its second, since a case has no code before it opens."""
        rounds: dict[int, list[tuple[Story, Act]]] = defaultdict(list)
        seen: Counter[int] = Counter()
        for _, one, act in acts:
            rounds[seen[one.number]].append((one, act))
            seen[one.number] += 1
        for n in sorted(rounds):
            some = [(one, act) for one, act in rounds[n] if one.taken >= 0]
            requests = [self._request(one, act) for one, act in some]
            latest = max((act.at for _, act in some), default=self.now)
            results = act_many(self.district, requests, authorise=self.authorise, now=latest)
            for (one, act), result in zip(some, results, strict=True):
                if isinstance(result, Refused) or result is None:
                    code = result.code if isinstance(result, Refused) else "nothing"
                    self.report.refused[f"{one.mechanism}.{act.action}: {code}"] += 1
                    one.taken = -1  # what follows would rest on it
                else:
                    one.case = result.case
                    one.taken += 1
            self.done += len(rounds[n])
        if self.progress is not None:
            self.progress(self.total // 2 + self.done, self.total // 2 + self.total)

    def _request(self, one: Story, act: Act) -> Request:
        opens = one.case is None
        act = self._of_that_day(one, act)
        return Request(
            act.actor,
            act.action,
            case=one.case,
            mechanism=one.mechanism if opens else None,
            fields=act.fields,
            files=act.files,
            approval=act.approval,
            part=act.part,
            area=act.area,
            at=act.at,
            party=f"life.{one.number}" if opens else None,
        )

    def _of_that_day(self, one: Story, act: Act) -> Act:
        """``act`` for the body that had followed the planned one by then."""
        tree, on_day = self.org.tree, act.at.date().isoformat()

        def followed(actor: Actor) -> Actor:
            if not actor.body or tree.exists(actor.body, on_day):
                return actor
            return replace(actor, body=tree.successor(actor.body, on_day, one.telling.spot.area))

        return replace(act, actor=followed(act.actor), approval=followed(act.approval) if act.approval else None)

    def _links(self, day: date) -> None:
        """Whoever takes in the matter told twice links it on the day it comes."""
        for one in self.stories:
            if one.twin_of is None or one.case is None or one.acts[0].at.date() != day or one.taken < 1:
                continue
            first = self.by_number[one.twin_of]
            at = min(self.now, datetime.combine(day, hour(17, 45)))
            if first.case is None:
                continue
            officer = one.acts[0].actor.officer
            done = link(self.district, one.case, first.case, officer=officer, reason=TWIN_REASON, now=at)
            self.report.linked += done is not None


def with_parties(district: str) -> Authorise:
    """Officers by their posts; parties outside (citizens, firms) act for themselves. For the sample life alone."""
    officers = by_posts(district)

    def authorise(act: Act, mechanism: str, row: Row) -> None:
        flow = in_force(district).flow(mechanism, row.version)
        if act.actor.role in flow.outside and act.approval is None and not row.new:
            return
        officers(act, mechanism, row)

    return authorise


__all__ = ["CASES", "DAYS", "LifeReport", "adopt_all", "live", "with_parties"]
