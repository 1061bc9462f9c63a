"""The schema of a mechanism 机制: what ``packs/NAME/mechanism.yaml`` may say. See ``docs/mechanisms.md``.

Shape only; whether the names lead somewhere and the flow is sound is told by :mod:`luoshi.mechanisms.soundness`.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from luoshi.mechanisms.terms import (
    FREE_TYPES,
    MARKED_TRUST,
    ActionKind,
    Column,
    Example,
    FieldDef,
    FieldType,
    Id,
    Ids,
    Legal,
    Long,
    Named,
    Number,
    Part,
    Role,
    Setting,
    Short,
    Trust,
    Unit,
)
from luoshi.mechanisms.timekeeping import (
    Budget,
    Choice,
    ClockDef,
    ExtensionRule,
    Limit,
    PauseRule,
    Rung,
    Until,
    When,
)

__all__ = [
    "FREE_TYPES",
    "MARKED_TRUST",
    "Action",
    "ActionKind",
    "Branch",
    "BranchStage",
    "Budget",
    "Carries",
    "Choice",
    "ClockDef",
    "Column",
    "DocumentDef",
    "Example",
    "ExtensionRule",
    "FieldDef",
    "FieldType",
    "Filing",
    "Id",
    "Ids",
    "Legal",
    "Limit",
    "Long",
    "Mechanism",
    "Named",
    "Needs",
    "Number",
    "Observation",
    "OnlyIf",
    "Parallel",
    "Part",
    "PauseRule",
    "Public",
    "ReportedIn",
    "Role",
    "Rung",
    "Setting",
    "Short",
    "SplitPart",
    "Stage",
    "Steps",
    "Survey",
    "Trust",
    "Unit",
    "Until",
    "When",
    "plain",
]


class Needs(Part):
    """What an action needs beside its fields: pieces of evidence, another person than those marked, an approval
    (of another person in that role), that a clock is not out yet, or that a least period has passed (公示期满)."""

    evidence: Annotated[int, Field(ge=0, le=20)] = 0
    other_than: Ids = ()
    approval: Id | None = None
    before_due: Id | None = None
    passed: Id | None = None


class OnlyIf(Part):
    """The action is open only if the field (supplied with it, or known of the case) has one of these values."""

    field: Id
    any_of: Annotated[tuple[Id, ...], Field(min_length=1, max_length=80)]


class SplitPart(Part):
    """Parts that a split makes: of which branch and kind, for the bodies in a field or that hold a standing role; with
    which clocks of their own."""

    branch: Id
    kind: Id
    bodies: Id | None = None
    role: Id | None = None
    weights: Id | None = None
    starts: Ids = ()

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.bodies is None) == (self.role is None) or (self.weights is not None and self.bodies is None):
            raise PydanticCustomError("split_wrong", "split")
        return self


class Action(Named):
    """What someone may do. Without ``to`` the stage stays; an action of kind ``open`` has no ``from``."""

    kind: ActionKind = "normal"
    by: Annotated[tuple[Id, ...], Field(min_length=1, max_length=20)]
    from_: Annotated[Ids, Field(alias="from")] = ()
    to: Id | None = None
    supply: Ids = ()
    optional: Ids = ()
    needs: Needs = Needs()
    only_if: OnlyIf | None = None
    assigns: dict[Id, Id | Literal["@actor"]] = {}
    records: Ids = ()
    starts: Ids = ()
    stops: Ids = ()
    pauses: dict[Id, Id] = {}
    resumes: Ids = ()
    extends: dict[Id, Id] = {}
    splits: Annotated[tuple[SplitPart, ...], Field(max_length=40)] = ()
    cancels: bool = False
    sets: dict[Column, Id | Literal["@on"]] = {}
    documents: Ids = ()
    public: bool = True
    note: Long | None = None

    @property
    def verifies(self) -> bool:
        """Whether it is a check by another person, on evidence: what a case must have passed to close (law 3)."""
        return bool(self.needs.other_than) and self.needs.evidence > 0

    @property
    def unsettles(self) -> bool:
        """Whether a check passed before it no longer counts after it: work goes on."""
        return bool(self.records) or self.kind in ("open", "return", "reopen")


class Stage(Named):
    """Where a case stands. An open one names who is responsible and which clocks drive it."""

    open: bool = True
    responsible: Id | None = None
    clocks: Ids = ()
    parallel: Parallel | None = None
    public: Named | None = None
    outcome: Literal["done", "refused", "withdrawn", "transferred", "merged"] | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.open == (self.outcome is not None):
            raise PydanticCustomError("outcome_wrong", "outcome")
        if not self.open and (self.parallel or self.responsible):
            raise PydanticCustomError("closed_wrong", "closed")
        return self


class BranchStage(Named):
    """Where one part of a split case stands; the body of the part is responsible."""

    open: bool = True
    clocks: Ids = ()


class Branch(Named):
    """The way of one part (主办/会办/分办) through a parallel stage, from its ``start`` until one that is not open."""

    role: Id
    start: Id
    stages: Annotated[dict[Id, BranchStage], Field(min_length=2, max_length=20)]
    actions: Annotated[dict[Id, Action], Field(min_length=1, max_length=40)]


class Parallel(Part):
    """Parts that go on side by side. ``join``: the case goes on when all parts, or the leading ones, are done."""

    join: Literal["all", "lead"] = "all"
    kinds: Annotated[dict[Id, Named], Field(min_length=1, max_length=6)]
    lead: Id | None = None
    weights: Literal["none", "given"] = "none"
    branches: Annotated[dict[Id, Branch], Field(min_length=1, max_length=40)]


class DocumentDef(Named):
    """A document that an act or rung produces; ``numbered`` by its own pattern or the mechanism's. ``to``: the role
    that gets it, which may be a party outside; without it, who is responsible after the act or, after a split, each.
    """

    numbered: bool = False
    to: Id | None = None
    numbering: Short | None = None
    fields: Ids = ()


class Survey(Part):
    """The question after the answer. Both readings of 满意率 are kept: ``partly`` counts or not, by the figure."""

    field: Id
    satisfied: Annotated[tuple[Id, ...], Field(min_length=1)]
    partly: Ids = ()
    dissatisfied: Annotated[tuple[Id, ...], Field(min_length=1)]
    reopen: Id | None = None


class ReportedIn(Part):
    """Which public fields say how far a commitment is: the ``period`` (a choice: m1 … m12, q1 … q4), the ``value`` done
    so far, the ``share`` done in percent, the ``state`` of completion with the choices that mean ``done``."""

    period: Id
    value: Id
    share: Id
    state: Id
    done: Annotated[tuple[Id, ...], Field(min_length=1, max_length=20)]


class Filing(Part):
    """By which ``action`` progress is reported 进展填报, and which of its fields hold its words, beside what is public
    in ``reported``: the ``text``, the ``problems`` met and what comes ``next``."""

    action: Id
    text: Id
    problems: Id | None = None
    next: Id | None = None


class Steps(Part):
    """Which actions and rungs are steps of escalation: 提醒, 催办, 督办, 通报."""

    reminded: Ids = ()
    urged: Ids = ()
    supervised: Ids = ()
    circulated: Ids = ()


class Carries(Part):
    """How commitments 目标任务 become cases of the mechanism: by which opening action, and which fields hold the four
    clarities 四明确 and the rest; ``origin``: choice fields with the value that says that it comes from a report."""

    action: Id
    title: Id
    who: Id
    what: Id
    standard: Id
    when: Id
    joint: Id | None = None
    milestones: Id | None = None
    origin: Annotated[dict[Id, Id], Field(max_length=6)] = {}
    reported: ReportedIn | None = None
    progress: Filing | None = None
    steps: Steps = Steps()


class Observation(Part):
    """Which fields hold a statistic 统计观测: whose ``indicator`` and for which ``period`` (codes), its ``value``, and
    in which ``unit``, on which ``basis`` (本期、累计、同比 …) and from which ``source`` it is told. Whatever act
    supplies the value publishes it; what an act does not supply holds as it was last told. ``level`` tells of which
    larger area it is (全市、全省), if not of the case's own; its choice ``own`` is the case's own, too."""

    indicator: Id
    period: Id
    value: Id
    unit: Id
    basis: Id
    source: Id
    level: Id | None = None


class Public(Part):
    """What the public may see beside the stage's public name: never a field that is committed to."""

    fields: Ids = ()


class Mechanism(Part):
    """A kind of case 机制."""

    id: Id
    version: Annotated[int, Field(ge=1, le=100_000)]
    names: Named
    summary: Long
    status: Literal["active", "example", "disabled"]
    legal: Annotated[dict[Id, Legal], Field(max_length=60)]
    numbering: Short
    title: Id | None = None
    """The field that names a case in lists."""
    roles: Annotated[dict[Id, Role], Field(min_length=1, max_length=40)]
    marks: Annotated[dict[Id, Named], Field(max_length=12)] = {}
    fields: Annotated[dict[Id, FieldDef], Field(max_length=200)]
    settings: Annotated[dict[Id, Setting], Field(max_length=60)] = {}
    stages: Annotated[dict[Id, Stage], Field(min_length=2, max_length=60)]
    actions: Annotated[dict[Id, Action], Field(min_length=2, max_length=200)]
    clocks: Annotated[dict[Id, ClockDef], Field(min_length=1, max_length=40)]
    due: Ids = ()
    """The clocks whose day is the case's due day; without any, its legal and promised ones."""
    ladder: Annotated[tuple[Rung, ...], Field(max_length=20)] = ()
    documents: Annotated[dict[Id, DocumentDef], Field(max_length=60)] = {}
    survey: Survey | None = None
    commitment: Carries | None = None
    observation: Observation | None = None
    public: Public = Public()

    def branch_of(self, stage: str, branch: str) -> Branch:
        """The branch ``branch`` of the parallel stage ``stage``. KeyError if there is none."""
        parallel = self.stages[stage].parallel
        if parallel is None:
            raise KeyError(branch)
        return parallel.branches[branch]

    def every_action(self) -> Iterator[tuple[tuple[str, ...], Action]]:
        """Every action, those of branches too, with its place in the file."""
        for name, action in self.actions.items():
            yield ("actions", name), action
        for stage, found in self.stages.items():
            for branch, way in (found.parallel.branches if found.parallel else {}).items():
                for name, action in way.actions.items():
                    yield ("stages", stage, "parallel", "branches", branch, "actions", name), action

    @cached_property
    def remembered(self) -> frozenset[str]:
        """Fields whose last value the state keeps, since a guard or a limit asks for it later."""
        guards = {action.only_if.field for _, action in self.every_action() if action.only_if}
        chosen = {clock.budget.field for clock in self.clocks.values() if isinstance(clock.budget, Choice)}
        until = {clock.budget.until for clock in self.clocks.values() if isinstance(clock.budget, Until)}
        starts = {clock.start_field for clock in self.clocks.values() if clock.start_field}
        pauses = {rule.until for clock in self.clocks.values() for rule in clock.pauses.values() if rule.until}
        told = self.observation
        series = {told.indicator, told.unit, told.basis, told.source} if told else set()
        level = {told.level} if told is not None and told.level is not None else set()
        return frozenset(guards | chosen | until | starts | pauses | series | level)

    @cached_property
    def measures(self) -> dict[str, str]:
        """Fields that are marked ``measure``, with their units."""
        return {name: field.unit for name, field in self.fields.items() if field.measure and field.unit}


def plain(mechanism: Mechanism) -> dict[str, Any]:
    """``mechanism`` as plain data without defaults, the form that its digest is taken of."""
    return mechanism.model_dump(mode="json", by_alias=True, exclude_defaults=True)
