"""What every definition is built of: names, sources, roles, fields, settings. See :mod:`luoshi.mechanisms.model`."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator
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
    "files", "flag", "code",
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
    """What a place decides at set-up. A ``default`` only with a binding source; else the place is asked. ``most``: the
    largest number that ``source`` allows (承诺时限 ≤ 法定时限)."""

    type: Literal["integer", "decimal", "text", "choice", "flag"]
    unit: Unit | None = None
    most: Number | None = None
    default: int | str | Decimal | bool | None = None
    source: Id | None = None
    choices: Annotated[dict[Id, Named], Field(max_length=40)] = {}
    examples: Annotated[tuple[Example, ...], Field(max_length=20)] = ()
    note: Long | None = None
