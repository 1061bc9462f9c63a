"""The schema of a mechanism 机制: what ``packs/NAME/mechanism.yaml`` may say. See ``docs/mechanisms.md``.

Shape only; whether the names lead somewhere and the flow is sound is told by :mod:`luoshi.mechanisms.soundness`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Discriminator, Field, StringConstraints, Tag, model_validator
from pydantic_core import PydanticCustomError

Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Short = Annotated[str, StringConstraints(min_length=1, max_length=60)]
Long = Annotated[str, StringConstraints(min_length=1, max_length=600)]
Number = Annotated[int, Field(ge=1, le=36_500)]
Ids = Annotated[tuple[Id, ...], Field(max_length=60)]

Unit = Literal["工作日", "自然日", "月", "年", "工作时", "紧急工作时", "小时"]
Trust = Literal["statute", "official", "mirror", "local", "practice", "unknown"]
FieldType = Literal[
    "text", "long_text", "integer", "decimal", "date", "choice", "body", "person", "phone", "address", "place",
    "files", "flag",
]  # fmt: skip
ActionKind = Literal[
    "open", "normal", "return", "transfer", "pause", "resume", "extend", "reopen", "split", "join", "verify", "close",
    "withdraw",
]  # fmt: skip
Column = Literal["answered_on", "channel", "category", "area", "weight", "grade"]
"""Public columns that an act may fill; ``opened_on`` and ``struck_off_on`` follow from the stage by themselves."""

FREE_TYPES = frozenset({"text", "long_text", "person", "phone", "address", "place", "files"})
"""Always finer than the public relations: such a field stands in an entry only as a commitment (law 9)."""
MARKED_TRUST = frozenset({"statute", "official"})


class Part(BaseModel):
    """Base of all parts of a definition: no unknown keys, no conversion, no change."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, arbitrary_types_allowed=False)


class Named(Part):
    """What people see has a name in both languages."""

    zh: Short
    en: Annotated[str, StringConstraints(min_length=1, max_length=120)]


class Legal(Part):
    """A source (依据). ``trust`` says how far the source was seen: only ``statute`` and ``official`` bind."""

    title: Short
    number: Short | None = None
    article: Short | None = None
    in_force_from: date | None = None
    in_force_to: date | None = None
    trust: Trust
    url: Annotated[str, StringConstraints(pattern=r"^https?://\S{1,300}$")] | None = None
    note: Long | None = None

    def in_force(self, on_day: date) -> bool:
        """Whether it is in force on ``on_day``; an end or beginning that is not told does not bound it."""
        return (self.in_force_from or date.min) <= on_day <= (self.in_force_to or date.max)


class Role(Named):
    """Who acts. ``standing``: which body it is is set when a case is opened; ``assigned``: an act names the body;
    ``outside``: a party that is no body (applicant, enterprise, deputy)."""

    kind: Literal["standing", "assigned", "outside"] = "standing"


class FieldDef(Named):
    """A field of the form. ``personal``/``finer``: see :attr:`committed`. ``measure``: a numeric field whose value goes
    to the public relation ``measures`` under its unit."""

    type: FieldType
    personal: bool = False
    finer: bool = False
    many: bool = False
    choices: Annotated[dict[Id, Named], Field(max_length=80)] = {}
    unit: Short | None = None
    measure: bool = False
    note: Long | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.type == "choice") != bool(self.choices):
            raise PydanticCustomError("choices_wrong", "choices")
        if self.measure and (self.type not in ("integer", "decimal") or not self.unit or self.committed):
            raise PydanticCustomError("measure_wrong", "measure")
        return self

    @property
    def committed(self) -> bool:
        """Whether an entry may hold it only as a salted commitment: personal, or finer than the public relations."""
        return self.personal or self.finer or self.type in FREE_TYPES


class Example(Part):
    """Another place's practice: shown to who sets up, never used by itself."""

    place: Short
    value: int | str | Decimal
    source: Id | None = None
    note: Long | None = None


class Setting(Named):
    """What a place decides at set-up. A ``default`` only with a binding source; else the place is asked."""

    type: Literal["integer", "decimal", "text", "choice", "flag"]
    unit: Unit | None = None
    default: int | str | Decimal | bool | None = None
    source: Id | None = None
    choices: Annotated[dict[Id, Named], Field(max_length=40)] = {}
    examples: Annotated[tuple[Example, ...], Field(max_length=20)] = ()
    note: Long | None = None


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
    weights: Literal["none", "equal", "given"] = "none"
    branches: Annotated[dict[Id, Branch], Field(min_length=1, max_length=40)]


class When(Part):
    """When a rung is due: an amount before or after the due moment, or at it."""

    before: Limit | None = None
    after: Limit | None = None
    at_due: bool = False

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.before is not None) + (self.after is not None) + self.at_due != 1:
            raise PydanticCustomError("when_wrong", "when")
        return self


class Rung(Named):
    """A rung of the ladder (催办、督办、通报): claimed once for each run of its clock, a numbered document."""

    id: Id
    clock: Id
    when: When
    to: Id
    document: Id


class DocumentDef(Named):
    """A document that an act or rung produces; ``numbered`` by its own pattern or the mechanism's."""

    numbered: bool = False
    numbering: Short | None = None
    fields: Ids = ()


class Survey(Part):
    """The question after the answer. Both readings of 满意率 are kept: ``partly`` counts or not, by the figure."""

    field: Id
    satisfied: Annotated[tuple[Id, ...], Field(min_length=1)]
    partly: Ids = ()
    dissatisfied: Annotated[tuple[Id, ...], Field(min_length=1)]
    reopen: Id | None = None


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
    ladder: Annotated[tuple[Rung, ...], Field(max_length=20)] = ()
    documents: Annotated[dict[Id, DocumentDef], Field(max_length=60)] = {}
    survey: Survey | None = None
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
        return frozenset(guards | chosen | until | starts | pauses)


def plain(mechanism: Mechanism) -> dict[str, Any]:
    """``mechanism`` as plain data without defaults, the form that its digest is taken of."""
    return mechanism.model_dump(mode="json", by_alias=True, exclude_defaults=True)
