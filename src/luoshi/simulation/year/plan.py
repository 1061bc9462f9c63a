"""What a year's data says: the plan's entry file, and a file of courses for each mechanism.

The format is described for people in ``districts/hetang-2019/README.md``.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from luoshi.mechanisms.errors import place_of
from luoshi.mechanisms.yaml_text import read_yaml

MONTHS: Final = 12
_WAIT: Final = re.compile(r"(\d{1,4})(?:-(\d{1,4}))?([mhdn])")
_DAY: Final = r"^(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"
_ID: Final = r"^[a-z][a-z0-9_]{0,59}$"

Name = Annotated[str, Field(pattern=_ID)]
MonthDay = Annotated[str, Field(pattern=_DAY)]
Months = Annotated[tuple[Annotated[float, Field(ge=0, le=1000)], ...], Field(min_length=MONTHS, max_length=MONTHS)]
T = TypeVar("T", bound=BaseModel)
Where = Literal["none", "district", "street", "community", "grid", "reach"]


class PlanError(Exception):
    """Data of a year that cannot be used: ``place`` in it, and what is wrong."""

    def __init__(self, place: str, what: str) -> None:
        super().__init__(f"{place}: {what}")
        self.place = place
        self.what = what


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


@dataclass(frozen=True, slots=True)
class Wait:
    """From ``least`` to ``most`` of ``unit``: m minutes, h hours (in office hours), d working days, n natural days."""

    least: int
    most: int
    unit: str

    @classmethod
    def parse(cls, text: str, place: str) -> Self:
        """``1-3d``, ``20m``. Raises PlanError."""
        found = _WAIT.fullmatch(text)
        if found is None:
            raise PlanError(place, f"after: {text!r} is no wait; write 20-90m, 2h, 1-3d (working days), 30n (days)")
        least, most = int(found[1]), int(found[2] or found[1])
        if most < least:
            raise PlanError(place, f"after: {text!r} runs backwards")
        return cls(least, most, found[3])


def _twice(value: object) -> object:
    """A plain number is so much at least and at most."""
    return (value, value) if isinstance(value, int) else value


class ActPlan(_Part):
    """One act of a course.

    ``after``: the wait since the case's act before; ``on``: the day of the case's year instead (not before that act).
    ``by``: the role, if not the first of the action's; ``body``: with a role of several bodies, none is needed.
    ``each``: taken by each open part of this branch. ``maybe``: how likely it is taken at all; ``again``: how often.
    """

    do: Name
    after: str = "0m"
    on: MonthDay | None = None
    by: Name | None = None
    each: Name | None = None
    maybe: Annotated[float, Field(gt=0, lt=1)] | None = None
    again: Annotated[tuple[int, int] | None, BeforeValidator(_twice)] = None
    fields: Mapping[str, Any] = {}
    any_day: bool = False


class Course(_Part):
    """One way through the mechanism: its acts in their order; ``share``: how many of the stream's cases go it."""

    name: Name
    share: Annotated[float, Field(gt=0)] = 1
    fields: Mapping[str, Any] = {}
    acts: Annotated[tuple[ActPlan, ...], Field(min_length=1, max_length=80)]


class Total(_Part):
    """A number that the cases of a stream add up to: whole ``places`` after the point; each has at least ``least``.

    ``uneven``: how unlike the shares are: 0 gives all the same.
    """

    total: Decimal | int
    places: Annotated[int, Field(ge=0, le=6)] = 0
    least: Decimal | int = 0
    uneven: Annotated[float, Field(ge=0, le=3)] = 0.5


class Stream(_Part):
    """Cases that have their number in common: ``volume`` of them open from ``since`` to ``until``.

    ``done``: an act that all of them come to within the year (the first of these that a course has); a course that
    could be too late for it is not chosen any more. ``exact``: the volume stays as it is at any scale.
    ``once``: in the plan's own year only, where several are replayed: what it tells is of that year.
    """

    name: Name
    volume: Annotated[int, Field(ge=1, le=10_000_000)]
    since: MonthDay = "01-01"
    until: MonthDay = "12-31"
    months: Months | None = None
    done: tuple[Name, ...] = ()
    where: Where | None = None
    fields: Mapping[str, Any] = {}
    totals: Mapping[Name, Total] = {}
    courses: Annotated[tuple[Course, ...], Field(min_length=1, max_length=60)]
    exact: bool = False
    once: bool = False


class Courses(_Part):
    """The cases of one mechanism. ``fields``: what its forms are filled in with unless something nearer says so."""

    mechanism: Name
    days: Literal["working", "every"] = "working"
    where: Where = "community"
    months: Months | None = None
    fields: Mapping[str, Any] = {}
    streams: Annotated[tuple[Stream, ...], Field(min_length=1, max_length=80)]

    @model_validator(mode="after")
    def _names(self) -> Self:
        names = [stream.name for stream in self.streams]
        if len(set(names)) != len(names):
            raise ValueError("two streams have one name")
        return self


class Entry(_Part):
    """The plan's entry file. ``months``: how work is spread over the year, if nothing nearer says otherwise."""

    district: Name
    year: Annotated[int, Field(ge=2004, le=2100)]
    seed: int = 1
    folder: str
    months: Months
    people: Mapping[Literal["surnames", "given"], tuple[str, ...]]
    words: Mapping[str, tuple[str, ...]] = {}
    """Words for texts by their name: {place} in a text is one of ``place``."""


@dataclass(frozen=True, slots=True)
class YearPlan:
    """All of a year's data; ``digest`` changes with any of it."""

    entry: Entry
    folder: Path
    mechanisms: tuple[Courses, ...]
    settings: Mapping[str, Any]
    digest: str


def read_plan(path: Path, *, district: str | None = None) -> YearPlan:
    """The plan whose entry file is ``path``, for ``district`` if that is told.

    Raises PlanError, MechanismError (no plain YAML), OSError.
    """
    told = hashlib.sha256()
    entry = _read(path, Entry, told)
    if district is not None:
        entry = entry.model_copy(update={"district": district})
    folder = path.parent / entry.folder
    settings = _yaml(folder / "settings.yaml", told)
    mechanisms = [_read(one, Courses, told) for one in sorted((folder / "courses").glob("*.yaml"))]
    for one in sorted((folder / "org").glob("*.yaml")):
        told.update(one.read_bytes())
    names = [one.mechanism for one in mechanisms]
    if len(set(names)) != len(names) or not names:
        raise PlanError(str(folder / "courses"), "there must be one file of courses for a mechanism")
    return YearPlan(entry, folder, tuple(mechanisms), settings, told.hexdigest())


def _yaml(path: Path, told: Any) -> Mapping[str, Any]:
    text = path.read_bytes()
    told.update(text)
    data = read_yaml(text, path.name).data
    if not isinstance(data, dict):
        raise PlanError(path.name, "is no mapping")
    return data


def _read(path: Path, kind: type[T], told: Any) -> T:
    try:
        return kind.model_validate(_yaml(path, told))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise PlanError(f"{path.name}: {place_of(first['loc'])}", first["msg"]) from None
