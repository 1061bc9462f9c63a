"""The shape of a district's org data: what the files of ``districts/NAME`` may say. See ``districts/sample``."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.\-]{0,59}$")]
Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
IdOrAny = Annotated[str, StringConstraints(pattern=r"^(\*|[a-z][a-z0-9_]{0,39})$")]
Name = Annotated[str, StringConstraints(min_length=1, max_length=120, pattern=r"^[^\x00-\x1f\x7f]*$")]
Outside = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z]{1,30}$")]


class Part(BaseModel):
    """Base of all parts: no unknown keys, no conversion, no change."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class BodyData(Part):
    """A body 机构."""

    code: Code
    zh: Name
    en: Name
    kind: Literal["district", "department", "street", "town", "community", "village", "enterprise", "other"]
    parent: Code | None = None
    founded_on: date | None = None
    ended_on: date | None = None


class SuccessorData(Part):
    """Who follows, of a division with which areas or categories; with none of them: with the rest."""

    body: Code
    areas: Annotated[tuple[Code, ...], Field(max_length=500)] = ()
    categories: Annotated[tuple[Id, ...], Field(max_length=200)] = ()


class ChangeData(Part):
    """A merger 合并 (several to one), a division 分设 (one to several) or a renaming 更名 (one to one) on a day."""

    kind: Literal["merge", "split", "rename"]
    on: date
    from_: Annotated[tuple[Code, ...], Field(alias="from", min_length=1, max_length=50)]
    to: Annotated[tuple[SuccessorData, ...], Field(min_length=1, max_length=50)]


class AreaData(Part):
    """An area 区域. ``statistics`` and ``civil_affairs``: its codes in the two national systems, which disagree."""

    code: Code
    zh: Name
    en: Name
    kind: Literal["district", "street", "town", "community", "village", "grid", "reach"]
    parent: Code | None = None
    statistics: Outside | None = None
    civil_affairs: Outside | None = None
    shape: dict[str, Any] | None = None


class DutyData(Part):
    """A duty 职责; ``*`` and no area: any."""

    mechanism: IdOrAny = "*"
    category: IdOrAny = "*"
    area: Code | None = None
    body: Code


class OfficerData(Part):
    """An officer 工作人员."""

    code: Code
    name: Name


class PostData(Part):
    """A post 任职, from a day to a day, both included."""

    officer: Code
    mechanism: IdOrAny = "*"
    role: Id
    body: Code
    area: Code | None = None
    from_: Annotated[date, Field(alias="from")]
    to: date | None = None


class OrgData(Part):
    """All of a district."""

    bodies: Annotated[tuple[BodyData, ...], Field(max_length=20_000)] = ()
    changes: Annotated[tuple[ChangeData, ...], Field(max_length=5_000)] = ()
    areas: Annotated[tuple[AreaData, ...], Field(max_length=50_000)] = ()
    duties: Annotated[tuple[DutyData, ...], Field(max_length=20_000)] = ()
    officers: Annotated[tuple[OfficerData, ...], Field(max_length=100_000)] = ()
    posts: Annotated[tuple[PostData, ...], Field(max_length=200_000)] = ()
