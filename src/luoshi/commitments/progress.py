"""Three kinds of light that never mix: the escalation step, the deadline, the progress against 序时进度. Pure.

序时进度 is the share of the time that has passed: from 1 January of the plan year, or from the day of issue if the
matter was issued before or after that year, to its day. A share that was reported is held against the share of the time
at the end of the period that it was reported for, so that a report for March does not grow worse in April.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, Final

from luoshi.mechanisms.model import Carries

TOLERANCE: Final = Decimal(5)
"""Percentage points by which the share done may differ from the share of the time and still be on pace. A choice of
ours: no rule sets one."""
SOON_DAYS: Final = 15
"""Calendar days before the day from which on it counts as soon. A choice of ours."""
ESCALATE: Final = "sys_escalate"


class Step(StrEnum):
    """How far the matter was escalated, by the ladder or by hand."""

    NONE = "none"
    REMINDED = "reminded"
    URGED = "urged"
    SUPERVISED = "supervised"
    CIRCULATED = "circulated"


class Deadline(StrEnum):
    """Where the matter stands against its day."""

    DONE = "done"
    IN_TIME = "in_time"
    SOON = "soon"
    OVERDUE = "overdue"
    NO_DAY = "no_day"


class Pace(StrEnum):
    """The share reported as done against the share of the time. NOT_YET: the first month is not over."""

    AHEAD = "ahead"
    ON_PACE = "on_pace"
    BEHIND = "behind"
    NOT_REPORTED = "not_reported"
    NOT_YET = "not_yet"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Light:
    """A state and what it follows from: ``reason`` is a code, ``details`` fill in its sentence."""

    state: Step | Deadline | Pace
    reason: str
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reported:
    """What was reported: on which day, of which period (m1 … m12, q1 … q4), until which day that reaches, with which
    figures (exact decimals as text; ``share`` in percent) and state of completion; ``n``: in which entry."""

    on_day: str
    period: str | None
    until: str
    done_value: str | None
    share: str | None
    completion: str | None
    n: int = 0


@dataclass(frozen=True, slots=True)
class Progress:
    """The three lights of one matter, and its reports, the latest last."""

    step: Light
    deadline: Light
    pace: Light
    reports: tuple[Reported, ...]


@dataclass(frozen=True, slots=True)
class Matter:
    """What the lights are told from: days of the plan, and the case as it stands. ``answered_on``: its result was
    reported on that day and has not been sent back."""

    begins: str
    issued_on: str
    due_on: str | None
    open: bool
    answered_on: str | None


Entries = Sequence[Mapping[str, Any]]


def progress(matter: Matter, entries: Entries, carries: Carries, on_day: str) -> Progress:
    """The lights on ``on_day``. ``entries``: of the case in their order, each with act, on_day and data (what is public
    of it); ``carries``: the mechanism's word on which actions and fields are which."""
    reports = reports_of(entries, carries)
    return Progress(
        step_of(entries, carries),
        deadline_of(matter, on_day),
        pace_of(matter, reports, carries, on_day),
        reports,
    )


def step_of(entries: Entries, carries: Carries) -> Light:
    """The highest step of escalation reached; ``by``: ``hand`` or ``ladder``."""
    known = {name: step for step in list(Step)[1:] for name in getattr(carries.steps, step.value)}
    order = list(Step)
    best = Light(Step.NONE, "step_none")
    for entry in entries:
        ladder = entry["act"] == ESCALATE
        step = known.get(str(entry["data"].get("rung")) if ladder else str(entry["act"]))
        if step is not None and order.index(step) >= order.index(Step(best.state)):
            by = "ladder" if ladder else "hand"
            best = Light(step, f"step_{step.value}", {"on_day": entry["on_day"], "by": by})
    return best


def deadline_of(matter: Matter, on_day: str) -> Light:
    """Where the matter stands against its day. What was answered by its day is not overdue while it is checked."""
    due = matter.due_on
    if not matter.open:
        return Light(Deadline.DONE, "deadline_closed", {"due_on": due})
    if matter.answered_on is not None and (due is None or matter.answered_on <= due):
        return Light(Deadline.DONE, "deadline_answered", {"on_day": matter.answered_on, "due_on": due})
    if due is None:
        return Light(Deadline.NO_DAY, "deadline_none")
    left = (date.fromisoformat(due) - date.fromisoformat(on_day)).days
    if left < 0:
        return Light(Deadline.OVERDUE, "deadline_overdue", {"due_on": due, "days": -left})
    if left <= SOON_DAYS:
        return Light(Deadline.SOON, "deadline_soon", {"due_on": due, "days": left})
    return Light(Deadline.IN_TIME, "deadline_in_time", {"due_on": due, "days": left})


def reports_of(entries: Entries, carries: Carries) -> tuple[Reported, ...]:
    """The entries that report a state of completion, the latest period last."""
    names = carries.reported
    if names is None:
        return ()
    found: list[Reported] = []
    for entry in entries:
        data = entry["data"]
        if names.state not in data and names.share not in data:
            continue
        period = data.get(names.period)
        found.append(
            Reported(
                entry["on_day"],
                period,
                period_end(period, entry["on_day"]),
                _text(data.get(names.value)),
                _text(data.get(names.share)),
                data.get(names.state),
                entry.get("n", 0),
            )
        )
    # One who makes up for March in May has not taken back what he said for April.
    return tuple(sorted(found, key=lambda one: one.until))


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def period_end(period: str | None, on_day: str) -> str:
    """The last day of ``period`` reported on ``on_day``: of the latest such period that had begun by then, but not
    beyond the day itself; without a period the day itself."""
    last = _last_month(period)
    if last is None:
        return on_day
    told = date.fromisoformat(on_day)
    first = last - 2 if str(period).startswith("q") else last
    year = told.year if date(told.year, first, 1) <= told else told.year - 1
    return min(month_end(year, last), told).isoformat()


def _last_month(period: str | None) -> int | None:
    kind, digits = (period or "")[:1], (period or "")[1:]
    if not digits.isascii() or not digits.isdigit():
        return None
    number = int(digits)
    if kind == "m" and 1 <= number <= 12:
        return number
    return number * 3 if kind == "q" and 1 <= number <= 4 else None


def month_end(year: int, month: int) -> date:
    """The last day of a month."""
    return date(year, month, monthrange(year, month)[1])


def pace_of(matter: Matter, reports: Sequence[Reported], carries: Carries, on_day: str) -> Light:
    """The share done against the share of the time. What was not reported is never on pace."""
    if not matter.open:
        return Light(Pace.DONE, "pace_closed")
    last = reports[-1] if reports else None
    quarterly = last is not None and (last.period or "").startswith("q")
    wanted = _wanted(date.fromisoformat(on_day), quarterly=quarterly)
    if last is None or last.until < wanted.isoformat():
        first = _first_wanted(date.fromisoformat(matter.issued_on))
        if wanted < first and last is None:
            return Light(Pace.NOT_YET, "pace_not_yet", {"first": first.isoformat()})
        if wanted >= first:
            details = {"wanted": wanted.isoformat(), "last": last.until if last else None}
            return Light(Pace.NOT_REPORTED, "pace_quarter_missing" if quarterly else "pace_month_missing", details)
    assert last is not None
    return _compared(matter, last, carries)


def _wanted(on_day: date, *, quarterly: bool) -> date:
    """The end of the last month, or quarter, that was over before ``on_day``."""
    end = on_day.replace(day=1) - timedelta(days=1)
    while quarterly and end.month % 3:
        end = end.replace(day=1) - timedelta(days=1)
    return end


def _first_wanted(issued_on: date) -> date:
    """The end of the first month that is to be reported: the first one that lies whole behind the issue."""
    if issued_on.day == 1:
        return month_end(issued_on.year, issued_on.month)
    following = month_end(issued_on.year, issued_on.month) + timedelta(days=1)
    return month_end(following.year, following.month)


def _compared(matter: Matter, last: Reported, carries: Carries) -> Light:
    names = carries.reported
    finished = names is not None and last.completion in names.done
    share = _decimal(last.share)
    if share is None and finished:
        share = Decimal(100)
    time = time_share(matter.begins, matter.due_on, last.until)
    details = {"share": None if share is None else f"{share:f}", "time": f"{time:f}", "until": last.until}
    if last.completion == "behind":
        return Light(Pace.BEHIND, "pace_told_behind", details)
    if share is None:
        return Light(Pace.NOT_REPORTED, "pace_share_missing", details)
    if share - time > TOLERANCE:
        return Light(Pace.AHEAD, "pace_ahead", details)
    if time - share > TOLERANCE:
        return Light(Pace.BEHIND, "pace_behind", details)
    return Light(Pace.ON_PACE, "pace_on_pace", details)


def _decimal(text: str | None) -> Decimal | None:
    try:
        return None if text is None else Decimal(text)
    except InvalidOperation:
        return None


def time_share(begins: str, due_on: str | None, until: str) -> Decimal:
    """The share of the time in percent, to a tenth: of the days from ``begins`` to ``due_on``, both counted, those that
    are over by the end of ``until``. Without a day the year of the beginning is the time."""
    first = date.fromisoformat(begins)
    last = date.fromisoformat(due_on) if due_on else date(first.year, 12, 31)
    if last < first:
        return Decimal(100)
    passed = (date.fromisoformat(until) - first).days + 1
    share = Decimal(100) * passed / ((last - first).days + 1)
    return min(max(share, Decimal(0)), Decimal(100)).quantize(Decimal("0.1"))
