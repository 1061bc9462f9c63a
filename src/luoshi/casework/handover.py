"""Handover 职能划转: when a body has ended, its open cases follow its successor, each by an entry.

All places that the body has in a case follow: who is responsible, the roles that later stages fall back on, open parts.
Of a division the case's area decides, then its category (:meth:`luoshi.org.tree.Tree.successor`). Once more is no more:
what was handed over names no ended body any longer. Bodies of standing roles, with which new cases open, follow too. A
closed case follows when it is opened again (:mod:`luoshi.casework.batch`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, Final

from django.db import connection

from luoshi.casework import clock
from luoshi.casework.act import NOBODY, Done, Request, act_many
from luoshi.casework.models import Setup
from luoshi.casework.setups import put_in_force
from luoshi.casework.succession import Change, ended_bodies, succeed
from luoshi.casework.sweeping import guarded, nobody_else
from luoshi.mechanisms.acts import Refused
from luoshi.org.snapshot import snapshot
from luoshi.org.tree import Tree

BATCH: Final = 1000


@dataclass(slots=True)
class HandedOver:
    """``done``: cases handed over; ``failed``: case → what went wrong with it; ``standing``: mechanisms whose new cases
    open with a successor from now on."""

    done: int = 0
    failed: dict[str, str] = field(default_factory=dict)
    standing: list[str] = field(default_factory=list)


def hand_over(district: str, *, now: datetime | None = None, batch: int = BATCH) -> HandedOver:
    """Hand over what belongs to bodies of ``district`` that have ended by the day of ``now``; safe to do again.

    A case with which something goes wrong is reported and left for the next time; it stops no other one.
    """
    at = now or clock.now()
    tree = snapshot(district).tree
    ended = ended_bodies(tree, at.date().isoformat())
    report = HandedOver()
    if not ended:
        return report
    _standing(district, tree, at.date().isoformat(), report)
    for rows in _open_cases(district, ended, batch):
        requests = [
            Request(NOBODY, case=case, system=guarded(partial(succeed, Change(tree, ended, area, category))))
            for case, area, category in rows
        ]
        results = act_many(district, requests, authorise=nobody_else, now=at)
        for (case, _, _), result in zip(rows, results, strict=True):
            if isinstance(result, Done):
                report.done += 1
            elif isinstance(result, Refused):
                report.failed[case] = str(result)
    return report


def _open_cases(district: str, ended: frozenset[str], batch: int) -> Iterator[list[tuple[str, str | None, str | None]]]:
    """Open cases in whose state an ended body stands anywhere: case, area, category.

    The state is searched as text, which finds a name too many now and then and never one too few; it reads every open
    case, which a reform of bodies may cost.
    """
    likes = " OR ".join(["body = %s OR state LIKE %s ESCAPE '\\'"] * len(ended))
    params: list[Any] = []
    for body in sorted(ended):
        params += [body, f"%{_like(json.dumps(body, ensure_ascii=False))}%"]
    sql = (
        'SELECT "case", area, category, id FROM casework_case '
        f"WHERE district = %s AND open AND id > %s AND ({likes}) ORDER BY id LIMIT {int(batch)}"
    )
    last = -1
    while True:
        with connection.cursor() as cursor:
            cursor.execute(sql, [district, last, *params])
            rows = cursor.fetchall()
        if not rows:
            return
        last = rows[-1][3]
        yield [(case, area, category) for case, area, category, _ in rows]


def _like(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _standing(district: str, tree: Tree, on_day: str, report: HandedOver) -> None:
    """New cases open with the successor that takes the rest: a standing role is for every area and category."""
    for setup in Setup.objects.filter(district=district, in_force=True).order_by("mechanism"):
        standing: Mapping[str, str] = json.loads(setup.standing)
        followed = {role: tree.successor(body, on_day) for role, body in standing.items()}
        if followed == standing:
            continue
        put_in_force(
            district,
            setup.mechanism,
            setup.version,
            settings=json.loads(setup.settings),
            standing=followed,
            prefix=setup.prefix,
            hours=setup.hours,
            urgent_hours=setup.urgent_hours,
        )
        report.standing.append(setup.mechanism)
