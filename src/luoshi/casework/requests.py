"""What is asked of the writer, and what it answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from luoshi.casework.entries import SYSTEM
from luoshi.casework.rows import Row
from luoshi.mechanisms.acts import Act, Actor, File, Outcome
from luoshi.mechanisms.flow import Flow
from luoshi.mechanisms.state import State
from luoshi.worktime.calendar import Calendar

SystemStep = Callable[[Flow, State, Calendar, datetime], Outcome | None]
"""What the system does to a case by itself (see :mod:`luoshi.mechanisms.system`); None if there is nothing to do."""
Authorise = Callable[[Act, str, Row], None]
"""Raises Refused ``not_authorised`` if the actor holds no post for the act: (act, mechanism, row)."""


@dataclass(slots=True)
class Request:
    """One act asked for; nobody alters it. ``case`` names the case; without it ``mechanism`` names what to open.

    ``seen``: the number of the case's last entry that the officer saw; if there are newer ones the act is refused and
    they are told. ``at``: when it was done, if not now. ``party``: a key for who the case is about (opening act only).
    ``system`` in the place of an action: what the system itself does; ``version``: to which version it moves the case.
    """

    actor: Actor
    action: str = ""
    case: str | None = None
    mechanism: str | None = None
    fields: Mapping[str, Any] = field(default_factory=dict)
    files: tuple[File, ...] = ()
    approval: Actor | None = None
    part: str | None = None
    roles: Mapping[str, str] = field(default_factory=dict)
    area: str | None = None
    seen: int | None = None
    at: datetime | None = None
    party: str | None = None
    system: SystemStep | None = None
    version: int | None = None


NOBODY: Final = Actor(SYSTEM, SYSTEM, SYSTEM)


@dataclass(slots=True)
class Done:
    """An act that was taken: the case, its new entry's number, its stage, who is responsible, when it is due."""

    case: str
    number: str
    n: int
    stage: str
    body: str
    due_on: str | None
    documents: tuple[str, ...] = ()


@dataclass(slots=True)
class Step:
    """A step that was decided and is not written yet. ``place``: whose request it answers; ``numbers``: its papers'."""

    place: int
    row: Row
    flow: Flow
    outcome: Outcome
    act: Act | None
    at: str
    version: int
    numbers: list[str] = field(default_factory=list)

    @property
    def opens(self) -> bool:
        """Whether it opens its case."""
        return self.outcome.stage_from == ""
