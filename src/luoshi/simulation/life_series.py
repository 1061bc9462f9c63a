"""The statistics that the sample district and its city published: each series opened, reported on and revised.

Values are invented (``districts/sample-life/series.yaml``) and called synthetic. The acts are taken by the one writer,
by officers who hold the posts, in the order of time; what would lie after ``now`` is left.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from datetime import time as hour
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from luoshi.casework.act import Request, act_many
from luoshi.casework.authority import by_posts
from luoshi.casework.setups import district as in_force
from luoshi.ledger.relations import bounds
from luoshi.mechanisms.acts import Actor, Refused
from luoshi.mechanisms.yaml_text import read_yaml
from luoshi.org.snapshot import snapshot

MECHANISM: Final = "statistics"
BASIS: Final = "cumulative_growth"
SATURDAY: Final = 5
REVISED_AFTER: Final = timedelta(days=33)
"""When a value is revised, from its publication on."""


@dataclass(frozen=True, slots=True)
class _Step:
    """What is done with one series at a time; ``fields`` are those of ``action``."""

    at: datetime
    series: int
    action: str
    fields: Mapping[str, str]


def publish(district: str, folder: Path, now: datetime) -> int:
    """Let the series of ``folder``/series.yaml be published in ``district`` up to ``now``; how many acts were taken.

    Raises MechanismError for what is no YAML, OSError; LookupError if nobody holds the posts.
    """
    told: Any = read_yaml((folder / "series.yaml").read_bytes(), "series.yaml").data
    steps = sorted((one for one in _steps(told) if one.at <= now), key=lambda one: one.at)
    cases: dict[int, str] = {}
    taken = 0
    for at, group in groupby(steps, key=lambda one: one.at):
        some = list(group)
        requests = [_request(district, told["series"][one.series], one, cases.get(one.series)) for one in some]
        for one, result in zip(some, act_many(district, requests, authorise=by_posts(district), now=at), strict=True):
            if result is None or isinstance(result, Refused):
                continue
            cases[one.series] = result.case
            taken += 1
    return taken


def _steps(told: Mapping[str, Any]) -> Iterator[_Step]:
    texts, opened = told["steps"], date.fromisoformat(str(told["opened_on"]))
    for number, one in enumerate(told["series"]):
        own = one["level"] == "own"
        fields = {"indicator": one["indicator"], "frequency": one["frequency"], "unit": "percent",
                  "lead_body": one["body"], "level": one["level"], "definition": texts["definition"]}  # fmt: skip
        yield _Step(datetime.combine(opened, hour(9, 30)), number, "begin", fields)
        titled = texts["source_title"]["own" if own else "city"]
        for part, value in one["values"].items():
            period = f"{told['year']}-{part}"
            day = _published(period, int(told["publish_day"]))
            fields = {"period": period, "value": str(value), "basis": BASIS, "source": one["source"]}
            yield _Step(datetime.combine(day, hour(10)), number, "publish", {**fields, "source_title": titled})
            if part in one.get("revised", {}):
                later = day + REVISED_AFTER
                again = {**fields, "value": str(one["revised"][part]), "reason": texts["reason"]}
                yield _Step(datetime.combine(later, hour(15)), number, "revise", again)


def _published(period: str, day: int) -> date:
    """The day of the month after ``period`` on which it is published; the Friday before a weekend."""
    last = bounds(period)[1]
    assert last is not None
    found = (date.fromisoformat(last) + timedelta(days=1)).replace(day=day)
    return found - timedelta(days=max(0, found.weekday() - SATURDAY + 1))


def _request(district: str, series: Mapping[str, Any], step: _Step, case: str | None) -> Request:
    role = "statistics" if step.action == "begin" else "reporter"
    body = in_force(district).opening(MECHANISM).standing["statistics"] if role == "statistics" else series["body"]
    holders = sorted(snapshot(district).posts.holders(MECHANISM, role, body, None, step.at.date().isoformat()))
    if not holders:
        raise LookupError(f"nobody is {role} of {body}")
    actor = Actor(holders[0], body, role)
    opens = MECHANISM if step.action == "begin" else None
    return Request(actor, step.action, case=case, mechanism=opens, fields=dict(step.fields))
