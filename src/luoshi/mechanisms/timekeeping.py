"""What a definition says of time: limits, pauses, extensions, clocks, ladders. See :mod:`luoshi.mechanisms.model`."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Discriminator, Field, Tag, model_validator
from pydantic_core import PydanticCustomError

from luoshi.mechanisms.terms import Id, Named, Number, Part, Short, Unit


class Limit(Part):
    """A number of units; ``setting`` in the place of ``value`` asks the place for the number."""

    value: Number | None = None
    setting: Id | None = None
    unit: Unit

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.value is None) == (self.setting is None):
            raise PydanticCustomError("limit_wrong", "limit")
        return self


class Until(Part):
    """The limit is the day in a date field of the case (时限要求)."""

    until: Id


class Choice(Part):
    """The value of a choice field selects the limit; every choice must be told."""

    field: Id
    choices: Annotated[dict[Id, Limit], Field(min_length=1, max_length=80)]


def _budget_kind(value: object) -> str:
    keys = value if isinstance(value, dict) else getattr(value, "__dict__", {})
    return "choice" if "choices" in keys else "until" if "until" in keys else "limit"


Budget = Annotated[
    Annotated[Limit, Tag("limit")] | Annotated[Until, Tag("until")] | Annotated[Choice, Tag("choice")],
    Discriminator(_budget_kind),
]


class PauseRule(Named):
    """A reason for which a clock may stand still, and when it runs again at the latest."""

    max: Limit | None = None
    until: Id | None = None
    source: Id

    @model_validator(mode="after")
    def _bounded(self) -> Self:
        if (self.max is None) == (self.until is None):
            raise PydanticCustomError("pause_unbounded", "pause")
        return self


class ExtensionRule(Part):
    """How often, how far and by whom a limit may be extended; before it is out, unless ``after_due``.

    ``max``: the longest extension, where a rule tells one; else ``unit``: what it is counted in. ``times``: how often
    at most; without it the rule tells no number, and each one needs its approval.
    """

    times: Annotated[int, Field(ge=1, le=12)] | None = None
    max: Limit | None = None
    total: Limit | None = None
    unit: Unit | None = None
    approver: Id
    notify: bool = False
    after_due: bool = False
    source: Id | None = None

    @model_validator(mode="after")
    def _unit(self) -> Self:
        if (self.max is None) == (self.unit is None):
            raise PydanticCustomError("extension_wrong", "extension")
        return self


class ClockDef(Named):
    """A time limit. ``window``: a party's time to act (申请复核), which may outlive the case and drives nobody.
    ``start_field``: a date field that says when it began, if not on the day of the act."""

    kind: Literal["legal", "promised", "internal", "warning"]
    budget: Budget
    start_event: Short
    start_field: Id | None = None
    roll: bool = False
    window: bool = False
    at_least: bool = False
    pauses: Annotated[dict[Id, PauseRule], Field(max_length=12)] = {}
    extension: ExtensionRule | None = None
    source: Id | None = None
    warn: Annotated[tuple[Limit, ...], Field(max_length=6)] = ()


class When(Part):
    """When a rung is due: an amount before or after the due moment, at it, or when a share of the limit is used up."""

    before: Limit | None = None
    after: Limit | None = None
    at_due: bool = False
    percent: Annotated[int, Field(ge=1, le=99)] | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        told = (self.before is not None, self.after is not None, self.at_due, self.percent is not None)
        if sum(told) != 1:
            raise PydanticCustomError("when_wrong", "when")
        return self


class Rung(Named):
    """A rung of the ladder (催办、督办、通报): claimed once for each run of its clock, a numbered document."""

    id: Id
    clock: Id
    when: When
    to: Id
    document: Id
