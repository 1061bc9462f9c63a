"""What goes into a step and what comes out: an act, its outcome, or the reason why not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from luoshi.mechanisms.state import State


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: an officer's code, the body he acts for, the role of the mechanism he acts in."""

    officer: str
    body: str
    role: str


@dataclass(frozen=True, slots=True)
class File:
    """Evidence 佐证材料 by its digest: ``field`` of the form it belongs to, SHA-256 in hex, ``size`` in bytes."""

    field: str
    sha256: str
    size: int


@dataclass(slots=True)
class Act:
    """One thing somebody does to a case; nobody alters it.

    ``at``: when, Beijing time without zone. ``part``: which part of a split case.
    ``roles`` (for an opening act): the bodies of standing roles; ``area``: the place's public code, by routing.
    """

    action: str
    actor: Actor
    at: datetime
    fields: Mapping[str, Any] = field(default_factory=dict)
    files: tuple[File, ...] = ()
    approval: Actor | None = None
    part: str | None = None
    roles: Mapping[str, str] = field(default_factory=dict)
    area: str | None = None


@dataclass(frozen=True, slots=True)
class Paper:
    """A document 文书 that a step produces, and the bodies it goes to."""

    document: str
    to: tuple[str, ...]


@dataclass(slots=True)
class Outcome:
    """What an act does: the new ``state``; public columns it ``sets``; what of it is public (``data``), personal, or
    otherwise only committed to (``private``); the papers it produces; and for lists: the day by which somebody must
    act next, and when the ladder's next rung is due (seconds since 1970).
    """

    state: State
    act: str
    stage_from: str
    stage_to: str
    sets: dict[str, str | None] = field(default_factory=dict)
    data: dict[str, Any] = field(default_factory=dict)
    personal: dict[str, Any] = field(default_factory=dict)
    private: dict[str, Any] = field(default_factory=dict)
    papers: list[Paper] = field(default_factory=list)
    act_by: str | None = None
    next_at: int | None = None
    claim: tuple[str, int, str] | None = None
    parts_changed: tuple[str, ...] = ()


class Refused(Exception):  # noqa: N818 - a refusal is an answer, not a fault
    """An act that the mechanism does not allow: ``code`` says which rule, ``details`` fill in the sentence."""

    def __init__(self, code: str, **details: object) -> None:
        super().__init__(code, details)
        self.code = code
        self.details = details

    def __reduce__(self) -> tuple[Any, ...]:
        # As it was made, so that it comes whole from one process to another.
        return partial(type(self), self.code, **self.details), ()

    def __str__(self) -> str:
        told = ", ".join(f"{name}={value!r}" for name, value in self.details.items())
        return f"{self.code} ({told})" if told else self.code
