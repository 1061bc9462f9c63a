"""The year written: the same on every store and after every interruption, with all laws on, and into no other store."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.simulation.years import DISTRICT, replay, scene
from tests.stores import Stores, TestStore

STOPS = 5


@pytest.fixture(scope="module")
def whole(stores: Stores, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What an uninterrupted replay on SQLite comes to."""
    with stores.fresh("sqlite", tmp_path_factory.mktemp("whole")):
        return replay(scene()).go()


def test_the_same_seed_gives_the_same_ledger_on_both_stores(store: TestStore, whole: Any) -> None:
    told = replay(scene()).go()
    assert (told.root, told.cases, told.entries) == (whole.root, whole.cases, whole.entries)
    assert told.entries > 1500


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_another_seed_gives_another_ledger(store: TestStore, whole: Any) -> None:
    assert replay(scene(seed=3), date(2019, 1, 4)).go().root != whole.root


def test_broken_off_it_goes_on_to_the_same_ledger(
    store: TestStore, whole: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from luoshi.casework import act
    from luoshi.simulation.year import running

    left = 0

    def broken(*args: Any, **options: Any) -> Any:
        nonlocal left
        left -= 1
        if left == 0:
            raise KeyboardInterrupt
        if left < 0:
            # After the transaction, before anybody is told of it.
            act.act_many(*args, **options)
            raise KeyboardInterrupt
        return act.act_many(*args, **options)

    monkeypatch.setattr(running, "act_many", broken)
    of = scene()
    for stop in range(STOPS):
        left = 3 + 11 * stop if stop % 2 else 0
        with pytest.raises(KeyboardInterrupt):
            # Batches of another size each time: how acts are bundled leaves no trace.
            replay(of, batch=29 if stop == 1 else 10_000).go()
    monkeypatch.undo()
    told = replay(of).go()
    assert told.resumed is not None
    assert (told.root, told.entries) == (whole.root, whole.entries)
    again = replay(of).go()
    assert (again.written, again.root) == (0, whole.root)


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_sealed_by_month_the_root_is_the_same(store: TestStore, whole: Any, tmp_path: Path) -> None:
    from luoshi.sealing.keys import make_keys

    told = replay(scene(), keys=make_keys(tmp_path / "ledger.key", "ledger.example/log")).go()
    assert told.sealed
    assert told.root == whole.root


def test_every_law_of_the_ledger_holds(store: TestStore) -> None:
    from tests.casework.audit import audit

    replay(scene(), date(2019, 1, 15)).go()
    assert audit(DISTRICT) > 0


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_a_refusal_is_told_and_nothing_of_its_batch_stays(store: TestStore, monkeypatch: pytest.MonkeyPatch) -> None:
    from luoshi.casework.models import Entry
    from luoshi.simulation.year import running

    of = scene()
    replay(of, date(2019, 1, 3)).go()
    before = Entry.objects.count()
    act = running.Replay._act

    def spoilt(self: Any, sent: Any, day: int) -> Any:
        request = act(self, sent, day)
        return running.Request(request.actor, "no_such_act", case=request.case, at=request.at)

    monkeypatch.setattr(running.Replay, "_act", spoilt)
    with pytest.raises(running.ReplayError) as caught:
        replay(of, date(2019, 1, 4)).go()
    assert caught.value.code == "refused"
    assert "no_such_act" in str(caught.value.details["why"])
    day = str(caught.value.details["day"])
    monkeypatch.undo()
    assert day == "2019-01-04"
    assert Entry.objects.count() > before  # the openings of that day, which are a batch of their own
    assert replay(of, date(2019, 1, 4)).go().resumed == date(2019, 1, 4)


def test_it_takes_no_store_with_other_cases(store: TestStore) -> None:
    from tests.casework import district
    from tests.casework.district import set_up

    from luoshi.casework.act import Request, act
    from luoshi.mechanisms.acts import Actor
    from luoshi.simulation.year.running import ReplayError, check_origin

    set_up("hotline")
    other = district.DISTRICT
    fields = {"channel": "phone", "category": "help", "content": "漏水", "urgency": "normal"}
    agent = Actor("officer", "body-agent", "agent")
    act(other, Request(agent, "record", mechanism="hotline", fields=fields), authorise=lambda *_: None)
    with pytest.raises(ReplayError, match="other_cases"):
        check_origin(DISTRICT)
    with pytest.raises(ReplayError, match="other_cases"):
        check_origin(other)


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_it_goes_on_with_no_other_replay(store: TestStore) -> None:
    from luoshi.simulation.year.running import ReplayError

    replay(scene(), date(2019, 1, 2)).go()
    for other in (scene(seed=2), scene(scale=0.005)):
        with pytest.raises(ReplayError, match="other_replay"):
            replay(other).go()


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_years_follow_one_another(store: TestStore) -> None:
    from luoshi.casework.models import Case
    from luoshi.simulation.year.running import Replay, Years

    of = scene(("hotline",), scale=0.002)
    Replay(of, Years(2018, 2)).go()
    found = Case.objects.filter(district=DISTRICT).values_list("case", flat=True)
    assert {case[:12] for case in found} == {"hotline-2018", "hotline-2019"}
    assert sum(case.startswith("hotline-2018") for case in found) == round(5132 * 0.002)


def test_years_lie_within_the_calendar() -> None:
    from luoshi.simulation.year.running import ReplayError, first_year
    from luoshi.worktime.state_council import state_council_calendar

    calendar = state_council_calendar()
    assert first_year(2019, 1, calendar) == 2019
    assert first_year(2019, 10, calendar) == calendar.last.year - 10
    with pytest.raises(ReplayError, match="too_many_years"):
        first_year(2019, 30, calendar)


def test_salts_follow_from_the_seed_and_the_place() -> None:
    from luoshi.simulation.year.running import seeded

    salts = seeded("1/hetang")
    assert salts("hetang", "a-1", 1, 96) == seeded("1/hetang")("hetang", "a-1", 1, 96)
    different = {salts("hetang", "a-1", 1, 32), salts("hetang", "a-1", 2, 32), salts("hetang", "a-2", 1, 32)}
    assert len({*different, seeded("2/hetang")("hetang", "a-1", 1, 32)}) == 4


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_what_cannot_be_planned_is_told_from_the_other_process(
    store: TestStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    from luoshi.simulation.year.plan import PlanError
    from luoshi.simulation.year.planning import Kind

    def faulty(self: Any, number: int) -> Any:
        raise PlanError("hotline/orders", "nobody is there")

    of = scene()
    monkeypatch.setattr(Kind, "case", faulty)
    with pytest.raises(PlanError, match="nobody is there"):
        replay(of).go()
