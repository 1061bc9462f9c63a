"""Due dates: the vectors of the fact base, an independent count, pauses and extensions, and what is refused."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from luoshi.worktime.clock import Clock, Pause
from luoshi.worktime.errors import CalendarError, WorktimeError
from luoshi.worktime.limits import Limit, Unit, unit_of
from luoshi.worktime.projection import due
from luoshi.worktime.state_council import state_council_calendar

CALENDAR = state_council_calendar()
STARTS = [date(2025, 1, 1) + timedelta(days=k) for k in range(305)]
TERMS = (5, 7, 10, 15, 20, 30)


def on(start: str, count: int, unit: str, *, roll: bool = True) -> str:
    return due(Clock(Limit(count, unit_of(unit)), date.fromisoformat(start), roll=roll), CALENDAR).on.isoformat()


@pytest.mark.parametrize(
    ("start", "count", "unit", "roll", "expected"),
    [
        ("2026-02-10", 20, "工作日", True, "2026-03-16"),
        ("2026-09-18", 7, "工作日", True, "2026-09-29"),
        ("2026-09-24", 15, "工作日", True, "2026-10-22"),
        ("2020-01-20", 20, "工作日", True, "2020-02-25"),
        ("2019-09-27", 5, "工作日", True, "2019-10-10"),
        ("2026-04-30", 3, "工作日", True, "2026-05-08"),
        ("2025-09-26", 20, "工作日", True, "2025-10-30"),
        ("2026-01-31", 3, "月", True, "2026-04-30"),
        ("2026-03-31", 6, "月", True, "2026-09-30"),
        ("2026-08-03", 60, "自然日", False, "2026-10-02"),
        ("2026-08-03", 60, "自然日", True, "2026-10-08"),
    ],
)
def test_vectors(start: str, count: int, unit: str, roll: bool, expected: str) -> None:
    assert on(start, count, unit, roll=roll) == expected


def walked(start: date, count: int) -> date:
    """The same count, a day at a time."""
    day = start
    while count:
        day += timedelta(days=1)
        count -= chinese_calendar.is_workday(day)
    return day


@pytest.mark.parametrize("term", TERMS)
def test_agrees_with_an_independent_count(term: int) -> None:
    for start in STARTS:
        assert due(Clock(Limit(term, Unit.WORKDAY), start), CALENDAR).on == walked(start, term)


def test_a_rule_of_monday_to_friday_is_often_wrong() -> None:
    """The count above can fail: a plain rule does, on many of the same starts."""

    def plain(start: date, count: int) -> date:
        day = start
        while count:
            day += timedelta(days=1)
            count -= day.weekday() < 5
        return day

    wrong = sum(plain(start, term) != walked(start, term) for start in STARTS for term in TERMS)
    assert wrong > len(STARTS) * len(TERMS) * 0.3


@given(st.sampled_from(STARTS), st.integers(3, 25), st.integers(1, 10))
def test_a_pause_of_working_days_moves_the_date_by_as_many(start: date, count: int, paused: int) -> None:
    begin = CALENDAR.after(start, 1)
    pause = Pause("hearing", begin, CALENDAR.after(begin, paused))
    plain = due(Clock(Limit(count, Unit.WORKDAY), start), CALENDAR).on
    moved = due(Clock(Limit(count, Unit.WORKDAY), start, pauses=(pause,)), CALENDAR).on
    assert paused - 1 <= CALENDAR.between(plain, moved) <= paused + 1


@given(st.sampled_from(STARTS), st.integers(1, 60), st.sampled_from(["工作日", "自然日", "月"]))
def test_a_later_start_is_never_due_earlier(start: date, count: int, unit: str) -> None:
    count = min(count, 6) if unit == "月" else count
    later = start + timedelta(days=1)
    assert on(start.isoformat(), count, unit) <= on(later.isoformat(), count, unit)


@pytest.mark.parametrize("start", ["2026-12-20", "2027-01-25", "2003-05-01"])
def test_past_the_calendar_it_refuses(start: str) -> None:
    with pytest.raises(CalendarError):
        on(start, 20, "工作日")


def test_a_pause_needs_an_end() -> None:
    with pytest.raises(WorktimeError):
        Pause("hearing", date(2025, 3, 3))


def run(*words: str, lines: str = "", lang: str = "zh_CN.UTF-8") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(Path(sys.executable).with_name("luoshi")), "due", *words],
        input=lines,
        capture_output=True,
        text=True,
        check=False,
        env={"LC_ALL": lang, "PATH": "/usr/bin:/bin", "PYTHONUTF8": "1"},
    )


def test_the_command_prints_the_date_and_why() -> None:
    done = run("2025-09-25", "20", "工作日")
    assert done.returncode == 0
    assert done.stdout.startswith("2025-10-29")
    assert "国庆" in done.stdout
    assert "民法典" in done.stdout
    assert "make-up workday" in run("2025-09-25", "20", "workday", lang="C.UTF-8").stdout


def test_the_batch_prints_a_date_a_line() -> None:
    done = run("--batch", lines="2026-02-10 20 工作日\n2026-01-31 3 月\n")
    assert (done.returncode, done.stdout) == (0, "2026-03-16\n2026-04-30\n")


@pytest.mark.parametrize("lines", ["2026-02-10 twenty 工作日\n", "2026-02-30 2 工作日\n", "2026-02-10 5 fortnight\n"])
def test_a_bad_line_is_named(lines: str) -> None:
    done = run("--batch", lines="2026-02-10 20 工作日\n" + lines)
    assert done.returncode == 2
    assert "2" in done.stderr
    assert "Traceback" not in done.stderr


def test_past_the_calendar_the_command_says_what_to_do() -> None:
    done = run("2027-01-25", "20", "工作日")
    assert done.returncode == 2
    assert "2027" in done.stderr
    assert "--notice" in done.stderr
