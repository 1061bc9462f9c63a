"""Figures as data: what ``packs/NAME/figures.yaml`` may say, and its loader. See ``docs/figures.md``."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from luoshi.figures.errors import FigureError
from luoshi.figures.query import LONGEST, Query, parse
from luoshi.mechanisms.errors import Finding, MechanismError
from luoshi.mechanisms.errors import Path as Place
from luoshi.mechanisms.loader import MOST, line_of
from luoshi.mechanisms.terms import Id, Named, Part, Short
from luoshi.mechanisms.yaml_text import Document, read_yaml

FILE: Final = "figures.yaml"
INDICATORS: Final = "indicators.yaml"
VARIABLE: Final = "LUOSHI_PACKS"
RULES: Final = ("opened", "answered", "struck_off")
"""Which entries prove a figure, by name: those that opened, answered or struck off the cases of the period."""

FigureId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}\.[a-z][a-z0-9_]{0,59}$")]
Sql = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST)]
Period = Literal["year", "quarter", "month"]


class Told(Part):
    """A text for people in both languages, longer than a name."""

    zh: Annotated[str, StringConstraints(min_length=1, max_length=400)]
    en: Annotated[str, StringConstraints(min_length=1, max_length=800)]


class Light(Part):
    """Which way is better, for the light of a target 序时进度; never a colour by itself."""

    better: Literal["more", "less"]


class FigureDef(Named):
    """One figure.

    ``kind``: ``count`` and ``sum`` (the query gives ``value`` or ``value_e6``), ``rate`` in percent and ``mean``
    (``numerator`` and ``denominator``, each also as ``…_e6``), ``series`` (the value of an observation). ``entries``: a
    query for their places, or one of RULES, for cases that are in none of the stages ``leaves_out``. ``least``: a group
    of fewer is not told in what is published (:mod:`luoshi.figures.publishing`); a setting of who publishes, by itself
    none. ``seasonal``: its year does not come evenly, so that it has no pace 序时进度.
    """

    id: FigureId
    kind: Literal["count", "sum", "rate", "mean", "series"]
    unit: Short
    precision: Annotated[int, Field(ge=0, le=6)] = 0
    periods: Annotated[tuple[Period, ...], Field(min_length=1, max_length=3)]
    basis: Told
    of: Annotated[tuple[Id, ...], Field(max_length=10)] = ()
    query: Sql
    entries: Sql
    leaves_out: Annotated[tuple[Id, ...], Field(max_length=20)] = ()
    denominator: Named | None = None
    hides_never: tuple[Literal["overdue", "weights"], ...] = ()
    light: Light | None = None
    least: Annotated[int, Field(ge=2, le=1000)] | None = None
    seasonal: bool = False

    @model_validator(mode="after")
    def _whole(self) -> Self:
        rated = self.kind in ("rate", "mean")
        if rated != (self.denominator is not None):
            raise PydanticCustomError("denominator_wrong", "denominator")
        if self.kind == "rate" and self.unit != "%":
            raise PydanticCustomError("rate_unit", "unit")
        if self.kind == "rate" and "overdue" not in self.hides_never:
            raise PydanticCustomError("rate_hides", "hides_never")
        if self.kind == "series" and self.least is not None:
            raise PydanticCustomError("least_series", "least")
        return self

    @property
    def mechanisms(self) -> tuple[str, ...]:
        """The kinds of case that it counts: those it names, or that of its pack."""
        return self.of or (self.id.partition(".")[0],)

    @property
    def asked(self) -> Query:
        """Its query. Raises FigureError."""
        return parse(self.query)

    @property
    def proof(self) -> Query:
        """The query for the places in the log of the entries that prove it. Raises FigureError."""
        return parse(self._rule() if self.entries in RULES else self.entries)

    def _rule(self) -> str:
        """Which entries, by rule: of each case that one which opened it, last answered it, or struck it off."""
        if self.entries == "opened":
            joined, day = "e.n = 1", "opened_on"
        else:
            day = f"{self.entries}_on"
            joined = f"e.on_day = c.{day} AND e.stage_to <> e.stage_from"
        where = [f"c.mechanism IN ({_listed(self.mechanisms)})", f"c.{day} BETWEEN :from AND :to"]
        if self.leaves_out:
            where.append(f"c.stage NOT IN ({_listed(self.leaves_out)})")
        return (
            f'SELECT e.seq AS seq FROM cases c JOIN entries e ON e."case" = c."case" AND {joined} '
            f"WHERE {' AND '.join(where)}"
        )


class Indicator(Named):
    """An indicator 统计指标. ``published``: growth that is stored as it was published, never derived from levels.
    ``seasonal`` as of a figure."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,59}$")]
    unit: Short
    precision: Annotated[int, Field(ge=0, le=6)]
    frequency: Period
    basis: Id
    published: bool = False
    seasonal: bool = False


class _Figures(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)
    figures: Annotated[tuple[FigureDef, ...], Field(min_length=1, max_length=200)]


class _Indicators(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)
    indicators: Annotated[tuple[Indicator, ...], Field(min_length=1, max_length=1000)]


@dataclass(frozen=True, slots=True)
class Loaded:
    """The figures of one file, and on which line each place of it stands."""

    name: str
    figures: tuple[FigureDef, ...]
    document: Document

    def line_of(self, place: Place) -> int:
        """The line of ``place`` or of the nearest place around it."""
        return line_of(self.document.lines, place)


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(f"'{one}'" for one in names)


def load(text: bytes, name: str, pack: str) -> Loaded:
    """The figures that ``text`` (YAML) defines for the pack ``pack``. Raises MechanismError with every fault of shape,
    and of queries that are none. What they ask is proved by :func:`luoshi.figures.probing.probe`."""
    document = read_yaml(text, name)
    found = _validated(_Figures, document, name)
    faults = []
    seen: set[str] = set()
    for number, one in enumerate(found.figures):
        place: Place = ("figures", number)
        if one.id.partition(".")[0] != pack:
            faults.append(_finding(document, "figure_of_another", (*place, "id"), id=one.id, pack=pack))
        if one.id in seen:
            faults.append(_finding(document, "figure_twice", (*place, "id"), id=one.id))
        seen.add(one.id)
        for key in ("query", "entries"):
            try:
                _ = one.asked if key == "query" else one.proof
            except FigureError as error:
                faults.append(_finding(document, error.code, (*place, key), **error.details))
    if faults:
        raise MechanismError(name, faults)
    return Loaded(name, found.figures, document)


def load_indicators(text: bytes, name: str) -> Loaded:
    """The figures of the indicators in ``text``: of each, the value that holds for the whole district."""
    document = read_yaml(text, name)
    found = _validated(_Indicators, document, name)
    ids = [one.id for one in found.indicators]
    twice = [number for number, one in enumerate(ids) if one in ids[:number]]
    if twice:
        places = [("indicators", number, "id") for number in twice]
        raise MechanismError(name, [_finding(document, "figure_twice", one, id=ids[int(one[1])]) for one in places])
    return Loaded(name, tuple(_series(one) for one in found.indicators), document)


def _series(one: Indicator) -> FigureDef:
    """Its figure. What was told in another unit is none of it, and where two series tell different values there is no
    value: neither is chosen over the other. A series that was opened by mistake and voided tells nothing."""
    where = (
        f"o.indicator = '{one.id}' AND o.basis = '{one.basis}' AND o.unit = '{one.unit}' AND o.area IS NULL "
        "AND o.superseded = 0 AND o.period = :period AND NOT EXISTS (SELECT 1 FROM cases c "
        """WHERE c."case" = o."case" AND c.mechanism = 'statistics' AND c.stage = 'voided')"""
    )
    as_told = one.published
    return FigureDef(
        zh=one.zh,
        en=one.en,
        id=f"statistics.{one.id}",
        kind="series",
        unit=one.unit,
        precision=one.precision,
        seasonal=one.seasonal,
        periods=("year", "quarter", "month")
        if one.frequency == "month"
        else ("year", "quarter")
        if one.frequency == "quarter"
        else ("year",),
        basis=Told(
            zh="全区数，取最后一次修订；" + ("按公布的增速，不由总量推算。" if as_told else "按来源公布。"),
            en="Of the whole district, last revision; "
            + ("growth as it was published, not derived from levels." if as_told else "as its source published it."),
        ),
        query=f"SELECT min(o.value_e6) AS value_e6 FROM observations o WHERE {where} "
        "GROUP BY o.indicator HAVING min(o.value_e6) = max(o.value_e6)",
        entries='SELECT e.seq AS seq FROM observations o JOIN entries e ON e."case" = o."case" AND e.n = o.n '
        f"WHERE {where}",
    )


def _validated(model: type[Any], document: Document, name: str) -> Any:
    if not isinstance(document.data, dict):
        raise MechanismError(name, [Finding("error", "figures_none", (), 1)])
    try:
        return model.model_validate(document.data)
    except ValidationError as error:
        faults: dict[tuple[Any, ...], Finding] = {}
        for one in error.errors(include_url=False, include_input=False):
            place = tuple(one["loc"])
            context = {key: value for key, value in one.get("ctx", {}).items() if isinstance(value, str | int)}
            code = _SHAPES.get(one["type"], "value_kind")
            details: dict[str, object] = {"key": str(place[-1]) if place else "", **context}
            faults.setdefault(place, Finding("error", code, place, line_of(document.lines, place), details))
        # A list whose items are wrong is told to be too short, too: the items say it better.
        inner = {place[:depth] for place in faults for depth in range(len(place))}
        told = [one for place, one in faults.items() if place not in inner]
        raise MechanismError(name, told[:MOST]) from None


_SHAPES: Final = {
    "missing": "key_missing",
    "extra_forbidden": "key_unknown",
    "literal_error": "value_choice",
    "string_pattern_mismatch": "figure_id",
    "string_too_long": "value_size",
    "string_too_short": "value_size",
    "too_long": "value_size",
    "too_short": "value_size",
    "greater_than_equal": "value_size",
    "less_than_equal": "value_size",
    "denominator_wrong": "denominator_wrong",
    "rate_unit": "rate_unit",
    "rate_hides": "rate_hides",
    "least_series": "least_series",
}


def _finding(document: Document, code: str, place: Place, **details: object) -> Finding:
    return Finding("error", code, place, line_of(document.lines, place), details)


# --- the packs


def packs_folder() -> Path:
    """The folder of packs: what LUOSHI_PACKS names, else ./packs, else that beside the installation."""
    given = os.environ.get(VARIABLE)
    if given:
        return Path(given)
    here = Path("packs")
    if here.is_dir():
        return here
    package = Path(__file__).parents[1]
    return package / "packs" if (package / "packs").is_dir() else package.parents[1] / "packs"


def files(root: Path) -> Iterator[Path]:
    """The files of figures and indicators in the packs of ``root``."""
    for name in (FILE, INDICATORS):
        yield from sorted(root.glob(f"*/{name}"))


def load_file(path: Path) -> Loaded:
    """The figures of one file. Raises MechanismError, OSError."""
    data = path.read_bytes()
    if path.name == INDICATORS:
        return load_indicators(data, str(path))
    return load(data, str(path), path.parent.name)


def load_all(root: Path | None = None) -> Mapping[str, FigureDef]:
    """Every figure of the packs in ``root``, by its id. Raises MechanismError for the first file that is wrong."""
    folder = root or packs_folder()
    return _all(tuple((path, path.stat().st_mtime_ns) for path in files(folder)))


def indicators(root: Path | None = None) -> Mapping[str, Indicator]:
    """Every indicator of the packs in ``root``, by its id. Raises MechanismError for the first file that is wrong."""
    paths = (path for path in files(root or packs_folder()) if path.name == INDICATORS)
    return _indicators(tuple((path, path.stat().st_mtime_ns) for path in paths))


@lru_cache(maxsize=8)
def _indicators(paths: tuple[tuple[Path, int], ...]) -> Mapping[str, Indicator]:
    told: dict[str, Indicator] = {}
    for path, _ in paths:
        found = _validated(_Indicators, read_yaml(path.read_bytes(), str(path)), str(path))
        told.update((one.id, one) for one in found.indicators)
    return told


@lru_cache(maxsize=8)
def _all(paths: tuple[tuple[Path, int], ...]) -> Mapping[str, FigureDef]:
    return {one.id: one for path, _ in paths for one in load_file(path).figures}
