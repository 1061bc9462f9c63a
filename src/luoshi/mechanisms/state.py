"""What the step function keeps of a case between two acts: who is in it, its clocks, its parts, what was checked.

Plain data that goes to JSON and back unchanged. A step never alters a state; it makes a new one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NotRequired, TypedDict

import orjson


class PauseState(TypedDict):
    """A pause 中止计时 of a clock: the days or moments (ISO) between which it stands still."""

    reason: str
    start: str
    end: str | None
    latest: str


class ClockState(TypedDict):
    """One clock of a case. Moments are ISO texts in Beijing time: a day, or by the hour a moment.

    ``run`` counts its starts and extensions; every rung of the ladder is claimed once a run. ``value`` and ``unit``, or
    the day ``until``, are the limit. ``due`` is a projection on the calendar; ``need`` is the year whose notice is
    missing where there is none. ``rung`` counts the rungs of this run that were claimed, ``next`` is when the next one
    is due (seconds since 1970, UTC).
    """

    run: int
    start: str
    value: NotRequired[int]
    unit: NotRequired[str]
    until: NotRequired[str]
    pauses: NotRequired[list[PauseState]]
    extensions: NotRequired[list[tuple[int, str, str]]]
    stopped: NotRequired[str]
    due: NotRequired[str]
    need: NotRequired[int]
    rung: int
    next: NotRequired[int]


class PartState(TypedDict):
    """One part (主办/会办/分办) of a split case: the body that has it and where it stands in its branch."""

    branch: str
    kind: str
    body: str
    stage: str
    open: bool
    clocks: dict[str, ClockState]
    weight: NotRequired[str]


@dataclass(slots=True)
class State:
    """A case as far as the flow is concerned.

    ``stage``: where it stands; ``body``: who is responsible; ``roles``: role → body; ``marks``: mark → officers;
    ``fields``: values that guards and limits ask for later; ``checked``: a check by another person holds; ``splits``
    counts the splits so far; ``at`` is the moment of the last step. An empty stage is a case that is not open yet.
    """

    stage: str = ""
    body: str = ""
    roles: dict[str, str] = field(default_factory=dict)
    marks: dict[str, list[str]] = field(default_factory=dict)
    fields: dict[str, Any] = field(default_factory=dict)
    clocks: dict[str, ClockState] = field(default_factory=dict)
    parts: dict[str, PartState] = field(default_factory=dict)
    checked: bool = False
    splits: int = 0
    at: str = ""

    def copy(self) -> State:
        """A state of its own; clocks, parts and marks are replaced in it, never altered."""
        return State(
            self.stage,
            self.body,
            dict(self.roles),
            dict(self.marks),
            dict(self.fields),
            dict(self.clocks),
            dict(self.parts),
            self.checked,
            self.splits,
            self.at,
        )

    def to_json(self) -> str:
        """The state but for stage and body, which stand in columns of their own."""
        return orjson.dumps(
            {
                "roles": self.roles,
                "marks": self.marks,
                "fields": self.fields,
                "clocks": self.clocks,
                "parts": self.parts,
                "checked": self.checked,
                "splits": self.splits,
                "at": self.at,
            },
            option=orjson.OPT_SORT_KEYS,
        ).decode()

    @classmethod
    def from_json(cls, text: str, *, stage: str, body: str) -> State:
        """The state that :meth:`to_json` wrote."""
        return cls(stage=stage, body=body, **orjson.loads(text))
