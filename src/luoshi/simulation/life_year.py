"""What becomes of issued promises in a sample year: signed for, reported by month, done, late or silent. Synthetic.

Each case draws a temper: how fast its body works, whether it reports. The acts are taken by the one writer in the order
of time, with a sweep every Monday, and bodies that end on a day hand over on it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from datetime import time as hour
from random import Random
from typing import Any, Final

from luoshi.casework.act import Request, act_many
from luoshi.casework.authority import by_posts
from luoshi.casework.handover import hand_over
from luoshi.casework.models import Case
from luoshi.casework.sweeping import sweep
from luoshi.mechanisms.acts import Actor, File, Refused
from luoshi.org.models import Officer
from luoshi.org.posts import Posts
from luoshi.org.snapshot import snapshot
from luoshi.simulation.life_texts import Texts

MECHANISM: Final = "supervision"
SWEEP_AT: Final = hour(7)
MONDAY: Final = 0
REPORT_DAY: Final = 26
"""The day of the month on which bodies report, or soon after."""
TEMPERS: Final[Mapping[str, int]] = {"brisk": 3, "steady": 9, "slow": 4, "silent": 2, "unsigned": 1}
"""How a body goes about a task, and how many in nineteen do."""
FACTOR: Final[Mapping[str, tuple[float, float]]] = {
    "brisk": (1.08, 1.3), "steady": (0.95, 1.12), "slow": (0.45, 0.75), "silent": (0.8, 1.0), "unsigned": (0, 0),
}  # fmt: skip
"""By what the share of the time gone is multiplied for the share done."""
SILENT_AFTER: Final = 4
"""Months that a silent body reports."""
WHOLE: Final = 100

Progress = Callable[[int, int], None]


@dataclass(slots=True)
class Promise:
    """An issued case: its code, from when to when it runs, and how its body goes about it."""

    case: str
    since: date
    due: date
    temper: str
    chance: Random
    signs_after: int
    share: float = 0.0
    finished: bool = False


def year_of(  # noqa: PLR0913 - who, when, with what
    district: str,
    dues: Mapping[str, str],
    since: date,
    now: datetime,
    *,
    texts: Texts,
    evidence: Sequence[tuple[str, int]],
    seed: int = 1,
    progress: Progress | None = None,
) -> int:
    """Let the cases of ``dues`` (case → day by which it is to be done), issued on ``since``, live until ``now``; how
    many acts were taken. Refusals are left: what a body may not do that day it does not do."""
    return _Year(district, dues, since, now, texts, evidence, seed).go(progress)


class _Year:
    def __init__(
        self, district: str, dues: Mapping[str, str], since: date, now: datetime, texts: Texts,
        evidence: Sequence[tuple[str, int]], seed: int,
    ) -> None:  # fmt: skip
        self.district, self.since, self.now, self.texts, self.evidence = district, since, now, texts, evidence
        self.promises = []
        for place, (case, due) in enumerate(dues.items()):
            chance = Random(f"{seed}/year/{place}")
            temper = chance.choices(list(TEMPERS), list(TEMPERS.values()))[0]
            self.promises.append(Promise(case, since, date.fromisoformat(due), temper, chance, chance.randrange(1, 6)))
        self.names = dict(Officer.objects.filter(district=district).values_list("code", "name"))
        self.taken = 0

    def go(self, progress: Progress | None) -> int:
        tree = snapshot(self.district).tree
        changes = {body.ended_on for body in tree.bodies.values() if body.ended_on}
        day, days = self.since + timedelta(days=1), (self.now.date() - self.since).days
        while day <= self.now.date():
            morning = datetime.combine(day, SWEEP_AT)
            if day.isoformat() in changes and morning <= self.now:
                hand_over(self.district, now=morning)
            if day.weekday() == MONDAY and morning <= self.now:
                sweep(self.district, now=morning)
            self._day(day)
            if progress is not None:
                progress((day - self.since).days, days)
            day += timedelta(days=1)
        return self.taken

    def _day(self, day: date) -> None:
        bodies: dict[str, str] = {}
        for one in self.promises:
            if one.finished or not self._acts_on(one, day):
                continue
            if not bodies:
                bodies = dict(
                    Case.objects.filter(
                        district=self.district, case__in=[p.case for p in self.promises if not p.finished], open=True
                    ).values_list("case", "body")
                )
            if one.case in bodies:
                self._act(one, day, bodies[one.case])

    def _acts_on(self, one: Promise, day: date) -> bool:
        if one.share == 0 and one.temper != "unsigned" and (day - self.since).days == one.signs_after:
            return True
        return day.day == REPORT_DAY and one.temper != "unsigned"

    def _act(self, one: Promise, day: date, body: str) -> None:
        at = datetime.combine(day, hour(9 + one.chance.randrange(8), one.chance.randrange(60)))
        if at > self.now:
            return
        for request in self._requests(one, at, body):
            result = act_many(self.district, [request], authorise=by_posts(self.district), now=at)[0]
            if isinstance(result, Refused) or result is None:
                return
            self.taken += 1
            if request.action == "strike_off":
                one.finished = True

    def _requests(self, one: Promise, at: datetime, body: str) -> Iterator[Request]:
        posts, on_day = snapshot(self.district).posts, at.date().isoformat()
        handler = self._holder(posts, "undertaker", body, on_day, one.chance)
        if handler is None:
            return
        actor = Actor(handler, body, "undertaker")
        if one.share == 0:
            one.share = 0.1
            yield Request(actor, "sign", case=one.case, fields={"contact": self.names[handler]})
            return
        gone = WHOLE * (at.date() - one.since).days / max(1, (one.due - one.since).days)
        one.share = max(one.share, min(WHOLE, gone * one.chance.uniform(*FACTOR[one.temper])))
        if one.temper == "silent" and at.month > one.since.month + SILENT_AFTER:
            return
        if one.share >= WHOLE:
            yield from self._finish(one, actor, posts, on_day)
            return
        behind = one.share < 0.8 * min(gone, WHOLE)
        yield Request(
            actor,
            "report",
            case=one.case,
            fields={
                "period": f"m{at.month}",
                "share": f"{one.share:.0f}",
                "progress": self._text(one, "progress"),
                "completion": "behind" if behind else "moving",
                **({"problems": self._text(one, "problems")} if behind else {}),
                "next_step": self._text(one, "next_step"),
            },
        )

    def _finish(self, one: Promise, actor: Actor, posts: Posts, on_day: str) -> Iterator[Request]:
        """Reported as done, examined, checked on the spot and struck off; now and then it waits on the way."""
        done = {"progress": self._text(one, "feed_back.progress"), "completion": "done"}
        yield Request(actor, "feed_back", case=one.case, fields=done, files=(self._file(one, "evidence"),))
        holders = sorted(posts.holders(MECHANISM, "office", self._standing("office"), None, on_day))
        leaders = sorted(posts.holders(MECHANISM, "leader", self._standing("leader"), None, on_day))
        if len(holders) < 2 or not leaders:
            return
        office = Actor(one.chance.choice(holders), self._standing("office"), "office")
        stops = one.chance.random()
        if stops < 0.1:
            return
        yield Request(office, "pass_on", case=one.case)
        if stops < 0.2:
            return
        checked = {"opinion": self._text(one, "verify.opinion"), "conclusion": self._text(one, "conclusion")}
        yield Request(office, "verify", case=one.case, fields=checked, files=(self._file(one, "evidence"),))
        if stops < 0.3:
            return
        leader = Actor(one.chance.choice(leaders), self._standing("leader"), "leader")
        yield Request(office, "strike_off", case=one.case, approval=leader)

    def _standing(self, role: str) -> str:
        from luoshi.casework.setups import district as in_force  # noqa: PLC0415 - a handover may have changed it

        return in_force(self.district).opening(MECHANISM).standing[role]

    @staticmethod
    def _holder(posts: Posts, role: str, body: str, on_day: str, chance: Random) -> str | None:
        holders = sorted(posts.holders(MECHANISM, role, body, None, on_day))
        return chance.choice(holders) if holders else None

    def _text(self, one: Promise, name: str) -> str:
        steps: Any = self.texts.steps
        found = steps.get(name) or steps[name.rpartition(".")[2]]
        return str(one.chance.choice(found))

    def _file(self, one: Promise, field: str) -> File:
        sha256, size = one.chance.choice(list(self.evidence))
        return File(field, sha256, size)
