"""The plan of a year: what it says is what comes out, any case can be planned by itself, and a fault is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.simulation.years import FIRST, PLAN, scene

SEED = 7


@pytest.fixture(scope="module")
def ready(stores: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The scene of three mechanisms, a fiftieth of their cases."""
    with stores.fresh("sqlite", tmp_path_factory.mktemp("year")):
        yield scene(scale=0.02, seed=SEED)


def kinds(ready: Any) -> list[Any]:
    from luoshi.simulation.year.planning import Kind

    return [Kind(ready, one, FIRST) for one in ready.plan.mechanisms]


def test_as_many_cases_open_as_the_plan_says(ready: Any) -> None:
    for kind in kinds(ready):
        wanted = sum(kind.volume(one.stream) for one in kind.streams)
        assert kind.size == wanted
        numbers = [number for day in kind.days for number in kind.opened_on(day)]
        assert numbers == list(range(wanted))


def test_a_case_is_planned_by_itself(ready: Any) -> None:
    one, other = (next(kind for kind in kinds(ready) if kind.mechanism == "service") for _ in range(2))
    whole = [one.case(number) for number in range(one.size)]
    for number in (one.size - 1, 0, one.size // 2, 17):
        assert other.case(number) == whole[number]


def test_another_seed_plans_other_cases(ready: Any) -> None:
    from luoshi.simulation.year.planning import Kind

    of = ready.plan.mechanisms[0]
    assert Kind(ready, of, FIRST).case(3) != Kind(replace(ready, seed=SEED + 1), of, FIRST).case(3)


def test_what_must_be_done_within_the_year_is_done_in_it(ready: Any) -> None:
    for kind in kinds(ready):
        for number in range(kind.size):
            case = kind.case(number)
            stream = stream_of(kind, number)
            days = [one.day for one in case.acts if one.action in stream.done]
            assert not stream.done or date.fromordinal(min(days)).year == FIRST, case.case


def stream_of(kind: Any, number: int) -> Any:
    day = date.fromordinal(kind.case(number).acts[0].day)
    n, _ = kind._order(day)[number - kind.opened_on(day)[0]]
    return kind.streams[n].stream


def test_shares_add_up_to_the_total_exactly(ready: Any) -> None:
    kind = next(kind for kind in kinds(ready) if kind.mechanism == "relief")
    told: Counter[str] = Counter()
    wanted: Counter[str] = Counter()
    for number in range(kind.size):
        stream = stream_of(kind, number)
        paid = [one for one in kind.case(number).acts if "person_times" in one.fields]
        if paid:
            told[stream.name] += paid[-1].fields["person_times"]
    for one in kind.streams:
        total = one.stream.totals.get("times")
        if total is not None:
            wanted[one.stream.name] = int(total.total) * kind.volume(one.stream) // one.stream.volume
    assert told == wanted


def test_acts_of_a_case_come_one_after_the_other(ready: Any) -> None:
    for kind in kinds(ready):
        for number in range(0, kind.size, 3):
            moments = [(one.day, one.seconds) for one in kind.case(number).acts]
            assert moments == sorted(set(moments))


def test_work_rests_on_days_off_and_is_low_around_the_festival(ready: Any) -> None:
    from luoshi.simulation.year.days import low_days

    low = low_days(ready.calendar, 2019)
    assert {date(2019, 2, 1), date(2019, 2, 11)} <= low  # 春节 of 2019: 4 to 10 February
    kind = next(kind for kind in kinds(ready) if kind.mechanism == "service")
    counts = {day: len(kind.opened_on(day)) for day in kind.days}
    assert all(ready.calendar.is_workday(day) for day in counts)
    assert date(2019, 2, 5) not in counts
    assert date(2019, 2, 2) in counts  # a Saturday that is worked
    assert counts[date(2019, 2, 1)] < counts[date(2019, 2, 27)]


@given(st.integers(0, 10**9), st.lists(st.floats(0.001, 1000), min_size=1, max_size=80))
def test_what_is_shared_out_is_all_of_it(total: int, weights: list[float]) -> None:
    from luoshi.simulation.year.days import cumulated

    through = list(cumulated(total, weights))
    assert through[-1] == total
    assert through == sorted(through)
    for place, weight in enumerate(weights):
        share = through[place] - (through[place - 1] if place else 0)
        assert abs(share - total * weight / sum(weights)) <= 1 + total * 1e-12


@pytest.mark.parametrize(
    ("of", "put", "told"),
    [
        ("done: [close, close_explained]", "done: [pass_on_it]", "never comes to"),
        ("- {do: contact, after: 1-5h}", "- {do: contakt, after: 1-5h}", "no such action"),
        ("- {do: contact, after: 1-5h}", "- {do: contact, after: later}", "is no wait"),
        ("urban: 30", "urbane: 30", "no body urbane"),
        ("dispatch_basis: 部门职责分工", "dispatch_bases: 部门职责分工", "is no field"),
        ("contacted: true", "urgency_2: normal", "is no field"),
        ("days: every", "day: every", "day"),
        ("{question}", "{questions}", "is no word"),
    ],
)
def test_a_fault_of_the_data_is_told_with_its_place(ready: Any, tmp_path: Path, of: str, put: str, told: str) -> None:
    from luoshi.simulation.year.plan import PlanError

    with pytest.raises(PlanError) as caught:
        changed(ready, tmp_path, of, put)
    assert told in caught.value.what + caught.value.place
    assert "hotline" in caught.value.place


def changed(ready: Any, folder: Path, of: str, put: str) -> Any:
    """The hotline's kind with ``of`` replaced in its data."""
    from luoshi.simulation.year.plan import read_plan
    from luoshi.simulation.year.planning import Kind

    (folder / "hetang-2019" / "courses").mkdir(parents=True)
    (folder / PLAN.name).write_bytes(PLAN.read_bytes())
    own = PLAN.parent / "hetang-2019"
    (folder / "hetang-2019" / "settings.yaml").write_bytes((own / "settings.yaml").read_bytes())
    text = (own / "courses" / "hotline.yaml").read_text("utf-8")
    assert of in text
    (folder / "hetang-2019" / "courses" / "hotline.yaml").write_text(text.replace(of, put, 1), "utf-8")
    return Kind(ready, read_plan(folder / PLAN.name).mechanisms[0], FIRST)


def test_an_unlawful_course_is_found_before_anything_is_written(ready: Any, tmp_path: Path) -> None:
    from luoshi.simulation.year.checking import check

    of = "          - {do: sign, after: 20-240m}\n          - {do: contact, after: 1-5h}"
    faults = list(check(changed(ready, tmp_path, of, "          - {do: contact, after: 1-5h}")))
    assert len(faults) == 1
    assert "hotline/orders/plain: stage_wrong" in faults[0]


def test_every_course_of_the_year_is_lawful(ready: Any) -> None:
    from luoshi.simulation.year.checking import check

    assert [fault for kind in kinds(ready) for fault in check(kind)] == []


def test_a_part_of_a_total_is_rounded_down_and_the_whole_is_whole(ready: Any) -> None:
    kind = next(kind for kind in kinds(ready) if kind.mechanism == "relief")
    stream = next(one.stream for one in kind.streams if "yuan" in one.stream.totals)
    share = kind._share(stream, "yuan", stream.totals["yuan"])
    assert share(0, Decimal("0.5")) <= share(0, Decimal(1))
    assert share(0, Decimal("0.5")) == int(share(0, Decimal(1)) / 2)
