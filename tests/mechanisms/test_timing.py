"""Clocks of a case: computed as worktime computes, on whatever calendar there is; nothing guessed past its end."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.casework.district import pack, settings_of
from tests.casework.walker import OFFICE, URGENT, calendar, flow_of
from tests.mechanisms.shadow import counted

from luoshi.mechanisms import system, timing
from luoshi.mechanisms.acts import Refused
from luoshi.mechanisms.flow import Flow, epoch
from luoshi.mechanisms.loader import load
from luoshi.mechanisms.state import ClockState, State
from luoshi.worktime.calendar import Calendar
from luoshi.worktime.limits import Hours
from luoshi.worktime.notices import amended, read_notice

DAYS = st.dates(date(2025, 1, 1), date(2025, 11, 30))
LOCAL = """
year: 2025
change: true
source: {title: 某地关于放假的通知（合成）}
holidays: [{name: 地方节日, from: 2025-03-12, to: 2025-03-14}]
""".encode()


def at(day: date, hour: int = 10) -> datetime:
    return datetime(day.year, day.month, day.day, hour)


@cache
def hotline(days: int) -> Flow:
    mechanism = pack("hotline")
    given_ = {**settings_of(mechanism), "handling_days": days, "extension_days": 15}
    return Flow(mechanism, given_, hours=Hours.parse(OFFICE), urgent=Hours.parse(URGENT, every_day=True))


@cache
def local() -> Calendar:
    return amended(calendar(), read_notice(LOCAL))


def started(flow: Flow, name: str, moment: datetime, fields: dict[str, Any] | None = None) -> ClockState:
    return timing.start(flow, name, moment, fields or {}, calendar(), None)


@given(day=DAYS, days=st.sampled_from([1, 3, 5, 10, 15, 20]))
@settings(max_examples=120, deadline=None)
def test_working_days_are_those_of_the_notices(day: date, days: int) -> None:
    clock = started(hotline(days), "handling", at(day))
    assert clock["due"] == counted(day, days).isoformat()
    assert timing.in_time(clock, at(counted(day, days), 23)) is True
    assert timing.in_time(clock, at(counted(day, days) + timedelta(days=1), 0)) is False


@given(day=DAYS, more=st.integers(1, 15), later=st.integers(0, 4))
@settings(max_examples=80, deadline=None)
def test_an_extension_goes_on_from_the_old_limit(day: date, more: int, later: int) -> None:
    flow = hotline(5)
    clock = started(flow, "handling", at(day))
    on = at(day + timedelta(days=later))
    longer = timing.extend(flow, "handling", clock, more, "centre", on, calendar())
    assert longer["due"] == counted(day, 5 + more).isoformat()
    assert (longer["run"], longer["rung"]) == (clock["run"] + 1, 0)
    assert clock["due"] == counted(day, 5).isoformat(), "the old clock is not altered"
    with pytest.raises(Refused, match="extension_too_often"):
        timing.extend(flow, "handling", longer, 1, "centre", on, calendar())


@pytest.mark.parametrize(
    ("more", "role", "day", "rule"),
    [
        (16, "centre", 0, "extension_too_long"),
        (0, "centre", 0, "value_out_of_range"),
        (-3, "centre", 0, "value_out_of_range"),
        (5, "undertaker", 0, "extension_approver"),
        (5, "centre", 30, "extension_late"),
    ],
)
def test_an_extension_keeps_its_rule(more: int, role: str, day: int, rule: str) -> None:
    flow = hotline(5)
    clock = started(flow, "handling", datetime(2025, 3, 3, 10))
    with pytest.raises(Refused) as refused:
        timing.extend(flow, "handling", clock, more, role, datetime(2025, 3, 3) + timedelta(days=day), calendar())
    assert (refused.value.code, refused.value.details["rule"]) == ("clock_rule", rule)


@given(day=DAYS, begin=st.integers(0, 10), length=st.integers(0, 25))
@settings(max_examples=120, deadline=None)
def test_a_pause_does_not_count_and_ends_by_itself_at_the_latest(day: date, begin: int, length: int) -> None:
    """Counted day by day: (start, due] without the days (pause begins, pause ends]; the rule allows 15 working days."""
    flow = flow_of("disclosure")
    clock = started(flow, "answering", at(day), {"received_on": day.isoformat()})
    value = clock["value"]
    paused_on = day + timedelta(days=begin)
    paused = timing.pause(flow, "answering", clock, "third_party", at(paused_on), {}, calendar())
    latest = counted(paused_on, 15)
    assert paused["pauses"][0]["latest"] == latest.isoformat()
    assert paused["due"] == resumed_count(day, value, paused_on, latest)
    ended = paused_on + timedelta(days=length)
    again = timing.resume(flow, "answering", paused, at(ended), calendar())
    assert again["due"] == resumed_count(day, value, paused_on, min(ended, latest))
    assert not timing.paused(again, at(max(ended, latest) + timedelta(days=1)))


def resumed_count(day: date, value: int, begin: date, end: date) -> str:
    last, left = day, value
    while left:
        last = counted(last, 1)
        left -= not begin < last <= end
    return last.isoformat()


def test_what_was_paused_moves_with_the_calendar_too() -> None:
    """A pause of 15 working days ends three days later at the latest if three of them become days off."""
    flow = flow_of("disclosure")
    clock = started(flow, "answering", datetime(2025, 3, 3, 9), {"received_on": "2025-03-03"})
    paused = timing.pause(flow, "answering", clock, "third_party", datetime(2025, 3, 5), {}, calendar())
    moved = timing.project(flow, "answering", paused, local())
    assert (paused["pauses"][0]["latest"], moved["pauses"][0]["latest"]) == ("2025-03-26", "2025-03-31")
    fresh = timing.pause(flow, "answering", clock, "third_party", datetime(2025, 3, 5), {}, local())
    assert moved == fresh
    assert timing.project(flow, "answering", moved, calendar()) == paused


def test_past_the_calendar_nothing_is_told() -> None:
    flow = hotline(20)
    clock = started(flow, "handling", datetime(2026, 12, 20, 9))
    assert "due" not in clock
    assert clock["need"] == 2027
    assert "next" not in clock
    assert timing.in_time(clock, datetime(2026, 12, 31)) is None
    state = State(stage="handling", body="b", clocks={"handling": clock})
    assert system.escalate(flow, state, epoch(datetime(2030, 1, 1)), calendar()) is None


@pytest.mark.parametrize("day", ["0001-01-01", "1950-01-01", "9999-12-31", "9999-12-30"])
def test_a_day_at_the_end_of_time_breaks_nothing(day: str) -> None:
    flow = flow_of("supervision")
    clock = started(flow, "due", datetime(2025, 3, 3, 9), {"due": day})
    assert clock["due"] == day
    assert timing.in_time(clock, datetime(2025, 3, 3)) is (day > "2025")


def test_a_limit_that_is_not_known_is_asked_for() -> None:
    with pytest.raises(Refused, match="clock_unset"):
        started(flow_of("supervision"), "due", datetime(2025, 3, 3, 9))
    with pytest.raises(Refused, match="clock_unset"):
        started(flow_of("disclosure"), "answering", datetime(2025, 3, 3, 9))


@pytest.mark.parametrize(
    ("begin", "due"),
    [
        (datetime(2025, 3, 3, 9, 0), "2025-03-03T15:00:00"),
        (datetime(2025, 3, 3, 16, 30), "2025-03-04T14:30:00"),
        (datetime(2025, 3, 7, 16, 59, 59), "2025-03-10T14:59:59"),
        (datetime(2025, 9, 30, 16, 0), "2025-10-09T14:00:00"),
        (datetime(2025, 9, 28, 10, 0), "2025-09-28T16:00:00"),  # a make-up Sunday, worked
    ],
)
def test_working_hours_run_in_office_hours_only(begin: datetime, due: str) -> None:
    """Five working hours, 9:00-12:00 and 13:00-17:00."""
    clock = started(flow_of("hotline"), "signing", begin)
    assert clock["due"] == due


def ladder_text(*rungs: str) -> bytes:
    """The hotline with other rungs on its handling clock."""
    from tests.casework.district import ROOT

    text = (ROOT / "packs" / "hotline" / "mechanism.yaml").read_text(encoding="utf-8")
    head, _, rest = text.partition("\nladder:\n")
    _, _, tail = rest.partition("\ndocuments:\n")
    return f"{head}\nladder:\n{''.join(rungs)}\ndocuments:\n{tail}".encode()


def test_a_rung_that_would_come_before_the_one_below_waits_for_it() -> None:
    """Settings may turn the order of two rungs round; they are climbed in the ladder's order all the same."""
    when = "when: {{before: {{setting: {1}, unit: 工作日}}}}, to: centre, document: reminder"
    rung = "  - {{id: {0}, zh: 甲, en: A, clock: handling, " + when + "}}\n"
    data = ladder_text(rung.format("one", "remind_days"), rung.format("two", "circular_days"))
    mechanism = load(data, "hotline")
    values = {**settings_of(mechanism), "handling_days": 10, "remind_days": 1, "circular_days": 5}
    flow = Flow(mechanism, values, hours=Hours.parse(OFFICE), urgent=Hours.parse(URGENT, every_day=True))
    clock = started(flow, "handling", datetime(2025, 3, 3, 9))
    state, climbed = State(stage="handling", body="b", clocks={"handling": clock}), []
    while (outcome := system.escalate(flow, state, epoch(datetime(2025, 12, 1)), calendar())) is not None:
        climbed.append((outcome.data["rung"], outcome.data["rung_on"]))
        state = outcome.state
    assert climbed == [("one", "2025-03-14"), ("two", "2025-03-14")]


@given(moments=st.lists(st.integers(0, 300 * 24), min_size=1, max_size=8))
@settings(max_examples=40, deadline=None)
def test_rungs_come_once_in_order_whenever_they_are_asked_for(moments: list[int]) -> None:
    flow = flow_of("hotline")
    ladder = [rung.id for rung in flow.mechanism.ladder if rung.clock == "handling"]
    begin = datetime(2025, 3, 3, 9)
    state = State(stage="handling", body="b", roles={"undertaker": "b", "centre": "c"})
    state.clocks["handling"] = started(flow, "handling", begin)
    climbed: list[str] = []
    for hours in sorted(moments):
        now = begin + timedelta(hours=hours)
        while (outcome := system.escalate(flow, state, epoch(now), calendar())) is not None:
            assert state.clocks["handling"]["next"] <= epoch(now)
            climbed.append(outcome.data["rung"])
            state = outcome.state
        assert climbed == ladder[: len(climbed)]
        left = state.clocks["handling"].get("next")
        assert left is None or left > epoch(now)
    if max(moments) > 60 * 24:
        assert climbed == ladder
