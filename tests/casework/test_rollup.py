"""What is counted ahead is what the read door counts; weights are exact, and nobody counts what he does not see."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from tests.casework.district import DISTRICT
from tests.casework.door_oracle import ON_DAY, PARENT_OF_AREA, PARENT_OF_BODY, ACase, APost, ways, within
from tests.casework.test_door import BODIES, appoint, fill, make_cases, roles
from tests.stores import TestStore

from luoshi.casework.errors import CaseworkError

NAMES = ("hotline", "supervision", "suggestion", "hazard")
NOW = datetime.fromisoformat(f"{ON_DAY}T10:30:00")
WEIGHTS = ("1", "0", "0.5", "79.5", "0.000001", "1234567.654321")
TODAY = date.fromisoformat(ON_DAY)


def day(chance: Random, *, back: int, ahead: int = 0) -> str:
    return (TODAY + timedelta(days=chance.randint(-back, ahead))).isoformat()


def scattered(chance: Random) -> tuple[dict[int, ACase], dict[int, Any]]:
    """Cases with days, bodies, areas and weights by chance, and their rows; no parts."""
    from luoshi.casework.models import Case, Part

    cases = [one for one in make_cases() if one.mechanism in NAMES]
    fill(cases, *NAMES)
    Part.objects.all().delete()
    for one in cases:
        Case.objects.filter(id=one.id).update(
            opened_on=day(chance, back=500),
            act_by=day(chance, back=30, ahead=9) if one.open and chance.random() < 0.9 else None,
            due_on=day(chance, back=30, ahead=30) if chance.random() < 0.8 else None,
            answered_on=day(chance, back=450) if chance.random() < 0.5 else None,
            struck_off_on=None if one.open else day(chance, back=450),
            weight=chance.choice(WEIGHTS),
            body=chance.choice(BODIES),
            area=chance.choice((None, *PARENT_OF_AREA)),
        )
    rows = {row.id: row for row in Case.objects.all()}
    moved = {
        one.id: replace(
            one,
            body=rows[one.id].body,
            area=rows[one.id].area,
            act_by=rows[one.id].act_by,
            due_on=rows[one.id].due_on,
            parts=(),
        )
        for one in cases
    }
    return moved, rows


def some_posts(chance: Random) -> tuple[APost, ...]:
    """Posts by chance; some with an area, some for all bodies."""
    mechanism = chance.choice(("*", *NAMES))
    names = sorted(roles(mechanism if mechanism != "*" else "hotline", 1)) or ["centre"]
    return tuple(
        APost(mechanism, chance.choice(names), chance.choice(BODIES), chance.choice((None, None, *PARENT_OF_AREA)))
        for _ in range(chance.randint(1, 3))
    )


def test_boards_count_what_the_door_counts(store: TestStore) -> None:
    from luoshi.casework.door import Filters, sight, tally
    from luoshi.casework.rollup import as_of, board, renew

    chance = Random(12)
    cases, rows = scattered(chance)
    assert as_of(DISTRICT) is None
    assert renew(DISTRICT, NOW) == as_of(DISTRICT)
    met = 0
    for _ in range(25):
        posts = some_posts(chance)
        appoint("o", *posts)
        seen = sight(DISTRICT, "o", ON_DAY)
        shown = [one.id for one in cases.values() if one.open and ways(posts, one, roles)[0]]
        filters = chance.choice(
            [
                Filters(),
                Filters(mechanism=chance.choice(NAMES)),
                Filters(body=chance.choice(BODIES)),
                Filters(area=chance.choice(list(PARENT_OF_AREA))),
                Filters(stage=chance.choice([one.stage for one in cases.values()])),
            ]
        )
        wanted = [rows[number] for number in shown if fits(rows[number], filters)]
        for by in ("mechanism", "stage", "body", "area"):
            found = board(seen, (by,), filters)
            assert {one.by[0]: one.cases for one in found} == dict(tally(seen, by, filters))  # type: ignore[arg-type]
            for name, timing in (("late", "late"), ("soon", "soon"), ("later", "later"), ("undated", "undated")):
                narrower = Filters(
                    mechanism=filters.mechanism, stage=filters.stage, body=filters.body, area=filters.area,
                    timing=timing,  # type: ignore[arg-type]
                )  # fmt: skip
                assert {one.by[0]: getattr(one, name) for one in found if getattr(one, name)} == dict(
                    tally(seen, by, narrower)  # type: ignore[arg-type]
                )
            for one in found:
                own = [row for row in wanted if getattr(row, by) == one.by[0]]
                assert one.cases == len(own) == one.late + one.soon + one.later + one.undated
                assert one.cases == one.age_7 + one.age_30 + one.age_90 + one.age_365 + one.age_more
                assert one.overdue == sum(row.due_on is not None and row.due_on < ON_DAY for row in own)
                assert one.weight == sum(Decimal(row.weight) for row in own)
                assert one.late_weight == sum(Decimal(row.weight) for row in own if row.act_by and row.act_by < ON_DAY)
                assert one.overdue_weight == sum(
                    Decimal(row.weight) for row in own if row.due_on and row.due_on < ON_DAY
                )
                ages = Counter(age(row.opened_on) for row in own)
                told = (one.age_7, one.age_30, one.age_90, one.age_365, one.age_more)
                assert told == tuple(ages[n] for n in range(5))
                split = Counter(lateness(row.act_by) for row in own if row.act_by and row.act_by < ON_DAY)
                assert (one.late_5, one.late_20, one.late_more) == tuple(split[n] for n in range(3))
                met += one.cases
        both_ways = board(seen, ("mechanism", "stage"), filters)
        assert sum(one.cases for one in both_ways) == sum(one.cases for one in board(seen, (), filters))
    assert met > 300


def fits(row: Any, filters: Any) -> bool:
    return (
        filters.mechanism in (None, row.mechanism)
        and filters.stage in (None, row.stage)
        and (filters.body is None or within(row.body, filters.body, PARENT_OF_BODY))
        and (filters.area is None or within(row.area, filters.area, PARENT_OF_AREA))
    )


def age(opened_on: str) -> int:
    gone = (TODAY - date.fromisoformat(opened_on)).days
    return sum(gone > edge for edge in (7, 30, 90, 365))


def lateness(act_by: str) -> int:
    late = (TODAY - date.fromisoformat(act_by)).days
    return sum(late > edge for edge in (5, 20))


def test_months_count_what_was_opened_answered_and_struck_off(store: TestStore) -> None:
    from luoshi.casework.door import Filters, sight
    from luoshi.casework.rollup import first_month, flow, renew

    chance = Random(3)
    cases, rows = scattered(chance)
    renew(DISTRICT, NOW)
    assert first_month(TODAY) == "2025-06"
    for _ in range(15):
        posts = some_posts(chance)
        appoint("o", *posts)
        seen = sight(DISTRICT, "o", ON_DAY)
        for by in ((), ("mechanism",), ("body",), ("area",)):
            found = flow(seen, by)
            for name in ("opened", "answered", "struck_off"):
                wanted: Counter[tuple[Any, ...]] = Counter()
                weights: dict[tuple[Any, ...], Decimal] = {}
                for one in cases.values():
                    told = getattr(rows[one.id], f"{name}_on")
                    if told is not None and told[:7] >= "2025-06" and ways(posts, one, roles)[0]:
                        key = (*(getattr(rows[one.id], column) for column in by), told[:7])
                        wanted[key] += 1
                        weights[key] = weights.get(key, Decimal(0)) + Decimal(rows[one.id].weight)
                assert {(*one.by, one.month): getattr(one, name) for one in found if getattr(one, name)} == wanted
                exact = {(*one.by, one.month): getattr(one, f"{name}_weight") for one in found if getattr(one, name)}
                assert exact == weights
    with pytest.raises(CaseworkError, match="tally_unknown"):
        flow(seen, ("stage",))
    with pytest.raises(CaseworkError, match="tally_unknown"):
        flow(seen, (), Filters(stage="x"))


def test_what_a_board_cannot_tell_is_refused_and_not_left_out(store: TestStore) -> None:
    from luoshi.casework.door import Filters, sight
    from luoshi.casework.rollup import board

    fill([], "hotline")
    seen = sight(DISTRICT, "nobody", ON_DAY)
    assert board(seen, ("mechanism",)) == ()
    assert board(seen, ()) == ()
    for filters in (Filters(text="水"), Filters(category="x"), Filters(timing="late"), Filters(open=None)):
        with pytest.raises(CaseworkError, match="board_filter"):
            board(seen, ("mechanism",), filters)
    for by in ("title", "month", "case; --"):
        with pytest.raises(CaseworkError, match="tally_unknown"):
            board(seen, (by,))


def test_counts_are_renewed_when_they_are_old_and_once_by_all(store: TestStore) -> None:
    from django.db import connections

    from luoshi.casework.door import sight
    from luoshi.casework.models import Case, Rollup
    from luoshi.casework.rollup import PATIENCE, SECONDS, as_of, board, fresh, renew

    cases, _ = scattered(Random(1))
    appoint("o", APost("hotline", "centre", "gov", None))
    total = sum(one.open and one.mechanism == "hotline" for one in cases.values())
    first = fresh(DISTRICT, NOW)
    seen = sight(DISTRICT, "o", ON_DAY)
    assert board(seen, ())[0].cases == total
    Case.objects.filter(mechanism="hotline").update(open=False)
    assert fresh(DISTRICT, NOW + timedelta(seconds=PATIENCE - 1)) == first
    assert board(seen, ())[0].cases == total
    later = fresh(DISTRICT, NOW + timedelta(seconds=SECONDS), SECONDS)
    assert later == as_of(DISTRICT) != first
    assert board(seen, ()) == ()
    kept = Rollup.objects.count()
    assert renew(DISTRICT, NOW) == later, "an older count does not undo a newer one"
    assert as_of(DISTRICT) == later
    midnight = datetime.fromisoformat(f"{ON_DAY}T23:59:30")
    fresh(DISTRICT, midnight)
    assert fresh(DISTRICT, midnight + timedelta(seconds=40)).on_day == ON_DAY, "as of when they were counted"
    assert fresh(DISTRICT, midnight + timedelta(seconds=SECONDS), SECONDS).on_day > ON_DAY
    errors: list[Exception] = []

    def count() -> None:
        try:
            renew(DISTRICT, midnight + timedelta(hours=1))
        except Exception as error:  # noqa: BLE001 - told below
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=count) for _ in range(3)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert not errors
    assert Rollup.objects.count() == kept
