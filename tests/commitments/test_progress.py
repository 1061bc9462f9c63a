"""The three lights as a table of examples. Pure."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.casework.district import pack

from luoshi.commitments.progress import (
    Deadline,
    Matter,
    Pace,
    Step,
    deadline_of,
    pace_of,
    period_end,
    progress,
    reports_of,
    step_of,
    time_share,
)
from luoshi.mechanisms.model import Carries

CARRIES = pack("supervision").commitment
assert CARRIES is not None
SURE: Carries = CARRIES
MATTER = Matter("2025-01-01", "2025-03-03", "2025-12-31", open=True, answered_on=None)


def entry(act: str, on_day: str, **data: Any) -> dict[str, Any]:
    return {"act": act, "on_day": on_day, "data": data}


def report(on_day: str, completion: str = "moving", **data: Any) -> dict[str, Any]:
    return entry("report", on_day, completion=completion, **data)


RUNG = "sys_escalate"


@pytest.mark.parametrize(
    ("entries", "state", "by"),
    [
        ([], Step.NONE, None),
        ([entry("issue_report", "2025-03-03")], Step.NONE, None),
        ([entry(RUNG, "2025-12-20", rung="remind")], Step.REMINDED, "ladder"),
        ([entry(RUNG, "2025-12-31", rung="urge")], Step.URGED, "ladder"),
        ([entry("urge", "2025-06-01")], Step.URGED, "hand"),
        ([entry("supervise", "2025-06-01"), entry(RUNG, "2025-12-20", rung="remind")], Step.SUPERVISED, "hand"),
        ([entry(RUNG, "2026-01-10", rung="supervise")], Step.SUPERVISED, "ladder"),
        ([entry(RUNG, "2026-01-20", rung="circular")], Step.NONE, None),  # only drafted, not circulated
        ([entry("circulate", "2026-01-25")], Step.CIRCULATED, "hand"),
        ([entry(RUNG, "2026-01-25", rung="urge_reconsideration")], Step.NONE, None),
    ],
)
def test_the_step_of_escalation(entries: list[dict[str, Any]], state: Step, by: str | None) -> None:
    told = step_of(entries, SURE)
    assert (told.state, told.details.get("by")) == (state, by)


@pytest.mark.parametrize(
    ("due", "open_", "answered", "on_day", "state", "reason"),
    [
        ("2025-12-31", True, None, "2025-06-01", Deadline.IN_TIME, "deadline_in_time"),
        ("2025-12-31", True, None, "2025-12-16", Deadline.SOON, "deadline_soon"),
        ("2025-12-31", True, None, "2025-12-31", Deadline.SOON, "deadline_soon"),
        ("2025-12-31", True, None, "2026-01-01", Deadline.OVERDUE, "deadline_overdue"),
        ("2025-12-31", True, "2025-12-30", "2026-01-05", Deadline.DONE, "deadline_answered"),
        ("2025-12-31", True, "2026-01-02", "2026-01-05", Deadline.OVERDUE, "deadline_overdue"),
        ("2025-12-31", False, "2026-01-02", "2026-02-05", Deadline.DONE, "deadline_closed"),
        (None, True, None, "2025-06-01", Deadline.NO_DAY, "deadline_none"),
    ],
)
def test_the_deadline(
    due: str | None, open_: bool, answered: str | None, on_day: str, state: Deadline, reason: str
) -> None:
    told = deadline_of(Matter("2025-01-01", "2025-03-03", due, open=open_, answered_on=answered), on_day)
    assert (told.state, told.reason) == (state, reason)


@pytest.mark.parametrize(
    ("entries", "on_day", "state", "reason"),
    [
        ([], "2025-03-31", Pace.NOT_YET, "pace_not_yet"),  # April is the first whole month
        ([], "2025-04-30", Pace.NOT_YET, "pace_not_yet"),
        ([], "2025-05-01", Pace.NOT_REPORTED, "pace_month_missing"),
        ([report("2025-04-28", period="m4", share="33")], "2025-05-31", Pace.NOT_REPORTED, "pace_month_missing"),
        ([report("2025-05-02", period="m4", share="33")], "2025-05-31", Pace.ON_PACE, "pace_on_pace"),
        ([report("2025-05-02", period="m4", share="33")], "2025-06-01", Pace.NOT_REPORTED, "pace_month_missing"),
        ([report("2025-05-02", period="m4", share="60")], "2025-05-03", Pace.AHEAD, "pace_ahead"),
        ([report("2025-05-02", period="m4", share="10")], "2025-05-03", Pace.BEHIND, "pace_behind"),
        ([report("2025-05-02", "behind", period="m4", share="60")], "2025-05-03", Pace.BEHIND, "pace_told_behind"),
        ([report("2025-05-02", period="m4")], "2025-05-03", Pace.NOT_REPORTED, "pace_share_missing"),
        ([report("2025-05-02", "done", period="m4")], "2025-05-03", Pace.AHEAD, "pace_ahead"),
        ([report("2025-03-10", share="5")], "2025-03-20", Pace.BEHIND, "pace_behind"),  # early, and compared
        ([report("2025-07-02", period="q2", share="50")], "2025-09-30", Pace.ON_PACE, "pace_on_pace"),
        ([report("2025-07-02", period="q2", share="50")], "2025-10-01", Pace.NOT_REPORTED, "pace_quarter_missing"),
        (
            [report("2025-06-02", period="m5", share="40"), report("2025-06-03", period="m3", share="20")],
            "2025-06-05",
            Pace.ON_PACE,
            "pace_on_pace",
        ),  # a month made up for later does not take back what came after it
    ],
)
def test_the_pace(entries: list[dict[str, Any]], on_day: str, state: Pace, reason: str) -> None:
    told = progress(MATTER, entries, SURE, on_day).pace
    assert (told.state, told.reason) == (state, reason)


def test_what_is_closed_has_no_pace() -> None:
    closed = Matter("2025-01-01", "2025-03-03", "2025-12-31", open=False, answered_on="2025-11-30")
    assert progress(closed, [], SURE, "2026-03-01").pace.state is Pace.DONE


def test_the_lights_do_not_mix() -> None:
    """Escalated, far from its day and ahead at once: each light tells its own."""
    entries = [entry("supervise", "2025-04-20"), report("2025-05-02", period="m4", share="60", done_value="12.5")]
    told = progress(MATTER, entries, SURE, "2025-05-03")
    assert (told.step.state, told.deadline.state, told.pace.state) == (Step.SUPERVISED, Deadline.IN_TIME, Pace.AHEAD)
    assert told.reports[-1].done_value == "12.5"
    assert told.pace.details == {"share": "60", "time": "32.9", "until": "2025-04-30"}


@pytest.mark.parametrize(
    ("period", "on_day", "until"),
    [
        ("m3", "2025-04-02", "2025-03-31"),
        ("m3", "2025-03-28", "2025-03-28"),
        ("m12", "2026-01-05", "2025-12-31"),
        ("q1", "2025-04-02", "2025-03-31"),
        ("q2", "2025-06-20", "2025-06-20"),
        ("q4", "2026-01-05", "2025-12-31"),
        ("m2", "2024-03-01", "2024-02-29"),
        (None, "2025-04-02", "2025-04-02"),
        ("m13", "2025-04-02", "2025-04-02"),
        ("x", "2025-04-02", "2025-04-02"),
    ],
)
def test_until_when_a_period_reaches(period: str | None, on_day: str, until: str) -> None:
    assert period_end(period, on_day) == until


def test_the_share_of_the_time() -> None:
    assert time_share("2025-01-01", "2025-12-31", "2025-06-30") == Decimal("49.6")
    assert time_share("2025-03-03", "2025-03-03", "2025-03-03") == 100
    assert time_share("2025-03-03", "2025-12-31", "2025-03-01") == 0
    assert time_share("2025-12-01", "2025-11-30", "2025-01-01") == 100
    assert time_share("2025-01-01", None, "2025-12-31") == 100


SHARES = st.decimals(-50, 150, places=1).map(str)
REPORTS = st.lists(
    st.builds(
        report,
        st.dates(min_value=date(2025, 3, 3), max_value=date(2026, 3, 1)).map(str),
        st.sampled_from(["done", "moving", "behind"]),
        period=st.sampled_from([None, *(f"m{n}" for n in range(1, 13)), *(f"q{n}" for n in range(1, 5))]),
        share=st.one_of(st.none(), SHARES),
    ),
    max_size=6,
)
DAYS = st.dates(min_value=date(2025, 3, 3), max_value=date(2026, 6, 1))


@given(REPORTS, DAYS.map(str))
def test_never_green_without_a_share_that_was_reported(entries: list[dict[str, Any]], on_day: str) -> None:
    entries = [one for one in sorted(entries, key=lambda one: str(one["on_day"])) if one["on_day"] <= on_day]
    told = pace_of(MATTER, reports_of(entries, SURE), SURE, on_day)
    if told.state in (Pace.AHEAD, Pace.ON_PACE):
        assert entries
        assert told.details["share"] is not None
        assert Decimal(told.details["share"]) - Decimal(told.details["time"]) >= -5
        last_month = f"{on_day[:7]}-01"
        until = told.details["until"]
        assert (
            until >= last_month
            or until[:7] == _month_before(on_day)
            or any(str(one["data"].get("period") or "").startswith("q") for one in entries)
            or _month_before(on_day) < "2025-04"
        )


def _month_before(on_day: str) -> str:
    year, month = int(on_day[:4]), int(on_day[5:7])
    return f"{year}-{month - 1:02d}" if month > 1 else f"{year - 1}-12"
