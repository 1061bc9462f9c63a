"""Escalation happens once: whoever sweeps, whenever, however many at a time; and one bad case stops nobody."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from threading import Thread
from typing import Any

import pytest
from tests.casework.audit import audit
from tests.casework.district import DISTRICT, allow, set_up
from tests.casework.life import Life, hold, request
from tests.casework.walker import BEGIN, flow_of
from tests.stores import TestStore

from luoshi.mechanisms import timing
from luoshi.mechanisms.acts import Refused
from luoshi.mechanisms.flow import epoch
from luoshi.mechanisms.state import State

LADDERS = ("supervision", "hotline", "enterprise_request", "wage_arrears")


def at_once(*tasks: Callable[[], object]) -> None:
    """Run ``tasks`` each in a thread; the first error of any is raised here."""
    errors: list[BaseException] = []

    def run(task: Callable[[], object]) -> None:
        from django.db import connections

        try:
            task()
        except BaseException as error:  # noqa: BLE001 - raised below, in the test's own thread
            errors.append(error)
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=(task,)) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


def open_cases(name: str, count: int, seed: int = 3) -> Life:
    """``count`` cases in which a clock with a ladder runs, and some others."""
    life, found = Life(name, seed), 0
    life.hurry = True
    while found < count:
        case = life.take(None)
        for _ in range(20):
            if any("next" in clock for clock in life.states[case or ""].clocks.values()):
                found += 1
                break
            life.take(case)
    life.hurry = False
    return life


def claims() -> dict[int, list[tuple[str, int, str, int]]]:
    """Case → its claims in the order of their entries."""
    from luoshi.casework.models import Claim

    found: dict[int, list[tuple[str, int, str, int]]] = {}
    for claim in Claim.objects.filter(district=DISTRICT).order_by("case_id", "n"):
        found.setdefault(claim.case_id, []).append((claim.clock, claim.run, claim.rung, claim.n))
    return found


def check_ladders(name: str, now: datetime) -> int:
    """Every rung that is due is claimed, in the ladder's order and without a gap; none that is not. How many."""
    from luoshi.casework.models import Case, Entry, Notice

    flow, found, count = flow_of(name), claims(), 0
    for row in Case.objects.filter(district=DISTRICT, mechanism=name):
        state = State.from_json(row.state, stage=row.stage, body=row.body)
        assert row.next_at is None or row.next_at > epoch(now), row.case
        own = found.get(row.pk, [])
        for clock_name, clock in state.clocks.items():
            ladder = [rung.id for rung in flow.mechanism.ladder if rung.clock == clock_name]
            for run in range(1, clock["run"] + 1):
                climbed = [rung for clock_of, of, rung, _ in own if (clock_of, of) == (clock_name, run)]
                assert climbed == ladder[: len(climbed)], (row.case, clock_name, run)
                if run == clock["run"]:
                    assert clock["rung"] == len(climbed)
        for _, _, rung, n in own:
            count += 1
            data = json.loads(bytes(Entry.objects.get(case_id=row.pk, n=n).data))["data"]
            document = next(one.document for one in flow.mechanism.ladder if one.id == rung)
            (paper,) = Notice.objects.filter(case_id=row.pk, n=n)
            assert (paper.document, data["rung"]) == (document, rung)
            if flow.mechanism.documents[document].numbered:
                assert paper.number == data[f"no_{document}"]
    return count


@pytest.mark.parametrize("name", LADDERS)
def test_sweeps_at_random_moments_claim_each_rung_once(store: TestStore, name: str) -> None:
    set_up(name)
    life = open_cases(name, 5)
    chance, climbed = Random(11), 0
    while life.at < BEGIN + timedelta(days=150):
        climbed += life.sweep(life.at + timedelta(hours=chance.choice((1, 5, 30, 200, 900))))
        assert check_ladders(name, life.at) == climbed
        if chance.random() < 0.5:
            life.take(chance.choice(list(life.states)))
            life.sweep(life.at)
            climbed = check_ladders(name, life.at)
    assert climbed > 3
    hold(life)


@pytest.mark.parametrize("name", LADDERS[:2])
def test_many_workers_after_a_long_pause_claim_each_rung_once(store: TestStore, name: str) -> None:
    """The server was down for months; then four workers sweep at once, in small batches."""
    from luoshi.casework.sweeping import sweep

    set_up(name)
    life = open_cases(name, 8)
    now = BEGIN + timedelta(days=200)
    at_once(*[lambda: sweep(DISTRICT, now=now, batch=3)] * 4)
    sweep(DISTRICT, now=now)
    assert check_ladders(name, now) > 8
    assert audit(DISTRICT) > sum(len(history) for history in life.history.values())
    assert sweep(DISTRICT, now=now).done == 0


def test_a_clock_set_back_claims_nothing_anew(store: TestStore) -> None:
    from luoshi.casework.sweeping import sweep

    set_up("supervision")
    open_cases("supervision", 4)
    late = BEGIN + timedelta(days=120)
    assert sweep(DISTRICT, now=late).done > 0
    told = claims()
    assert sweep(DISTRICT, now=late - timedelta(hours=1)).done == 0
    assert sweep(DISTRICT, now=BEGIN).done == 0
    assert claims() == told
    audit(DISTRICT)


@pytest.mark.parametrize("harm", ["state", "rung", "version", "claim"])
def test_one_bad_case_is_reported_and_stops_no_other(store: TestStore, harm: str) -> None:
    from luoshi.casework.models import Case, Claim
    from luoshi.casework.sweeping import sweep

    set_up("supervision")
    open_cases("supervision", 5)
    late = BEGIN + timedelta(days=120)
    bad = Case.objects.filter(next_at__isnull=False).order_by("next_at").first()
    assert bad is not None
    others = Case.objects.filter(next_at__lte=epoch(late)).exclude(pk=bad.pk).count()
    assert others > 1
    if harm == "state":
        Case.objects.filter(pk=bad.pk).update(state="{not json")
    elif harm == "rung":
        state = json.loads(bad.state)
        for clock in state["clocks"].values():
            clock["rung"] = 99
        Case.objects.filter(pk=bad.pk).update(state=json.dumps(state))
    elif harm == "version":
        Case.objects.filter(pk=bad.pk).update(version=77)
    else:  # somebody has claimed its rung behind the writer's back
        rungs = {rung.clock: rung.id for rung in reversed(flow_of("supervision").mechanism.ladder)}
        for clock, rung in rungs.items():
            for run in range(1, 5):
                Claim.objects.create(district=DISTRICT, case_id=bad.pk, clock=clock, run=run, rung=rung, n=1)
    swept = sweep(DISTRICT, now=late)
    assert list(swept.failed) == [bad.case]
    assert Case.objects.filter(next_at__lte=epoch(late)).exclude(pk=bad.pk).count() == 0
    assert swept.done >= others


LOCAL = """
year: 2025
change: true
source: {title: 某地关于放假的通知（合成）}
holidays: [{name: 地方节日, from: 2025-03-12, to: 2025-03-14}]
""".encode()
NEXT_YEAR = """
year: 2027
source: {title: 国务院办公厅关于2027年部分节假日安排的通知（合成）}
holidays:
  - {name: 元旦, from: 2027-01-01, to: 2027-01-03}
  - {name: 劳动节, from: 2027-05-01, to: 2027-05-03}
  - {name: 国庆节, from: 2027-10-01, to: 2027-10-07}
workdays: []
""".encode()


def states() -> dict[str, Any]:
    """Case → its stored state and due day."""
    from luoshi.casework.models import Case

    return {row.case: (json.loads(row.state), row.due_on, row.n) for row in Case.objects.filter(district=DISTRICT)}


def check_projected(name: str, before: dict[str, Any], entries: int) -> int:
    """Each running clock is due as the district's calendar has it now, and nothing else changed. How many moved."""
    from luoshi.casework.models import Case, Entry
    from luoshi.casework.setups import district

    flow, calendar, moved = flow_of(name), district(DISTRICT).calendar, 0
    for case, (new, due_on, n) in states().items():
        old, old_due, old_n = before[case]
        for clock_name, clock in new["clocks"].items():
            if "stopped" not in clock:
                assert clock == json.loads(json.dumps(timing.project(flow, clock_name, clock, calendar)))
        shown = [
            {key: value for key, value in one.items() if key not in ("clocks", "at", "parts")} for one in (old, new)
        ]
        assert shown[0] == shown[1]
        for clock_name, clock in old["clocks"].items():
            changed = {
                key
                for key in clock.keys() | new["clocks"][clock_name].keys()
                if clock.get(key) != new["clocks"][clock_name].get(key)
            }
            assert changed <= {"due", "need", "next", "pauses"}
            if "stopped" in clock:
                assert not changed
        if new == old:
            assert (n, due_on) == (old_n, old_due)
            continue
        moved += 1
        assert n == old_n + 1
        pk = Case.objects.get(case=case).pk
        told = json.loads(bytes(Entry.objects.get(case_id=pk, n=n).data))
        assert (told["act"], told["stage_from"]) == ("sys_reproject", told["stage_to"])
        assert told["data"]["notice"] == "合成的通知"
    assert Entry.objects.count() == entries + moved
    return moved


@pytest.mark.parametrize("name", ["hotline", "disclosure", "service"])
def test_a_notice_moves_what_it_moves_by_an_entry_each_and_nothing_else(store: TestStore, name: str) -> None:
    from luoshi.casework.models import Entry
    from luoshi.casework.setups import add_notice
    from luoshi.casework.sweeping import reproject

    set_up(name)
    life = Life(name, 5)
    life.hurry = True
    life.live(40, most=12)
    life.hurry = False
    before, entries, now = states(), Entry.objects.count(), max(life.at, BEGIN + timedelta(days=3))
    assert reproject(DISTRICT, "合成的通知", now=now).done == 0, "nothing changed on the calendar"
    add_notice(DISTRICT, "local", LOCAL)
    swept = reproject(DISTRICT, "合成的通知", now=now)
    assert not swept.failed
    assert check_projected(name, before, entries) == swept.done > 0
    assert reproject(DISTRICT, "合成的通知", now=now).done == 0
    audit(DISTRICT)


def test_past_the_calendar_no_day_is_told_and_it_comes_with_the_notice(store: TestStore) -> None:
    from luoshi.casework.models import Case, Entry
    from luoshi.casework.setups import add_notice
    from luoshi.casework.sweeping import reproject, sweep

    set_up("hotline")
    late = datetime(2026, 12, 30, 10)
    life = Life("hotline", 4, begin=late)
    life.hurry = True
    case = life.take(None)
    while case is None or not timing.running(life.states[case].clocks.get("handling")):
        case = life.take(case) or life.take(None)
    before, entries = states(), Entry.objects.count()
    clock = before[case][0]["clocks"]["handling"]
    assert "due" not in clock
    assert "next" not in clock
    assert clock["need"] == 2027
    assert before[case][1] is None
    told = json.loads(bytes(Entry.objects.filter(case_id=Case.objects.get(case=case).pk).order_by("n").last().data))
    assert told["data"].get("due_handling", None) is None
    sweep(DISTRICT, now=datetime(2027, 3, 1))
    assert not [one for found in claims().values() for one in found if one[0] == "handling"], "no day, no rung"
    add_notice(DISTRICT, "2027", NEXT_YEAR)
    before, entries = states(), Entry.objects.count()
    swept = reproject(DISTRICT, "合成的通知", now=datetime(2027, 3, 1))
    assert check_projected("hotline", before, entries) == swept.done
    new, due_on, _ = states()[case]
    assert new["clocks"]["handling"]["due"] == due_on
    assert due_on is not None
    assert due_on.startswith("2027-01")
    assert sweep(DISTRICT, now=datetime(2027, 3, 1)).done > 0, "and then the rungs that were missed"
    audit(DISTRICT)


def test_a_replaced_notice_that_would_break_the_calendar_is_refused(store: TestStore) -> None:
    from luoshi.casework.setups import add_notice, district, forget
    from luoshi.worktime.errors import CalendarError

    add_notice(DISTRICT, "first", NEXT_YEAR)
    add_notice(DISTRICT, "second", NEXT_YEAR.replace(b"2027", b"2028"))
    with pytest.raises(CalendarError):
        add_notice(DISTRICT, "first", NEXT_YEAR.replace(b"2027", b"2029"))
    forget()
    assert district(DISTRICT).calendar.last.year == 2028


def test_the_system_takes_no_act_of_an_officer(store: TestStore) -> None:
    from luoshi.casework.act import act
    from luoshi.casework.sweeping import nobody_else

    set_up("hotline")
    life = Life("hotline", 1)
    first = life.walker.act(State(), life.walker.moves(State(), BEGIN)[0], BEGIN)
    with pytest.raises(Refused, match="not_authorised"):
        act(DISTRICT, request(first, None, "hotline"), authorise=nobody_else, now=BEGIN)
    assert act(DISTRICT, request(first, None, "hotline"), authorise=allow, now=BEGIN) is not None
