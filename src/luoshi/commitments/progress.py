"""Three kinds of light that never mix: the escalation step, the deadline, the progress against 序时进度. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Step(StrEnum):
    """How far the matter was escalated: by the ladder or by hand."""

    NONE = "none"
    REMINDED = "reminded"
    URGED = "urged"
    SUPERVISED = "supervised"
    CIRCULATED = "circulated"


class Deadline(StrEnum):
    """Where the matter stands against its day. No day: it has none that runs."""

    DONE = "done"
    IN_TIME = "in_time"
    SOON = "soon"
    OVERDUE = "overdue"
    NO_DAY = "no_day"


class Pace(StrEnum):
    """The share reported as done against the share of the time that has passed."""

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
    details: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Reported:
    """What was reported last: on which day, of which period (m1 … m12, q1 … q4), with which figures (exact decimals
    as text; ``share`` in percent)."""

    on_day: str
    period: str | None
    done_value: str | None
    share: str | None
    completion: str | None


@dataclass(frozen=True, slots=True)
class Progress:
    """The three lights of one matter, and its reports, the latest last."""

    step: Light
    deadline: Light
    pace: Light
    reports: tuple[Reported, ...]


@dataclass(frozen=True, slots=True)
class Matter:
    """What the lights are told from: days of the plan and of the case as it stands."""

    begins: str
    issued_on: str
    due_on: str | None
    open: bool
    answered_on: str | None


def progress(matter: Matter, entries: Sequence[dict[str, Any]], on_day: str) -> Progress:
    """The lights on ``on_day``. ``entries``: of the case in their order, each with act, on_day and data."""
    raise NotImplementedError
