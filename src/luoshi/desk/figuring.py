"""Figures on the desk: values in words, and what a target of one is judged to be. Nothing is decided here.

A number never stands without its unit and its period; where there is no value, it says why.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from luoshi.commitments.models import Commitment
from luoshi.desk import wording
from luoshi.desk.links import link
from luoshi.desk.names import Names
from luoshi.figures.definitions import FigureDef
from luoshi.figures.evaluating import Figure
from luoshi.figures.promised import Pace, Promised, held
from luoshi.figures.promising import ReadTarget
from luoshi.figures.targets import Target
from luoshi.messages import language, mark, tr
from luoshi.words.figures import REASONS
from luoshi.writing.annual.shown import period_name, unit_alone

VERDICTS: Final[Mapping[str, str]] = {
    "met": mark("target met"), "missed": mark("target missed"), "open": mark("not reached yet"),
    "unknown": mark("no verdict"),
}  # fmt: skip
TONES: Final[Mapping[str, str]] = {"met": "green", "missed": "red", "open": "blue", "unknown": "amber"}
SIGNS: Final[Mapping[str, str]] = {"met": "✓", "missed": "▲", "open": "○", "unknown": "—"}
"""Verdict → the mark before its word, since nobody reads by colour alone."""
PACES: Final[Mapping[str, str]] = {
    "ahead": mark("ahead of schedule"), "on_pace": mark("on schedule"), "behind": mark("behind schedule"),
}  # fmt: skip
WHYS: Final[Mapping[str, str]] = {
    "reached": mark("{value} reaches {bound}"),
    "reached:other": mark("{value}; {other}: {bound}"),
    "not_reached:other": mark("{value}; {other}: {bound}"),
    "not_over:other": mark("{value} so far; {other}: {bound}"),
    "reached:less": mark("{value} stays within {bound}"),
    "not_reached": mark("{value} falls short of {bound}"),
    "not_reached:less": mark("{value} is beyond {bound}"),
    "not_over": mark("{value} so far; {bound} is to be reached by {day}"),
    "not_over:less": mark("{value} so far; it is to stay within {bound} until {day}"),
    "no_value": mark("the figure has no value: {reason}"),
    "no_comparison": mark("what it is compared with has no value"),
    "no_target": mark("no target was read from its text; what the figure tells stands by itself"),
    "no_number": mark("its target has no number, and nothing to compare with"),
    "no_series": mark("it is promised against “{basis}”; say which figure that is"),
    "unit": mark("its target is told in {unit}, and the figure in {measured}: they do not fit exactly"),
    "basis": mark("it is promised against “{basis}”, and not against last year; say which figure that is"),
    "growth_of_rate": mark("it promises a change, and the figure is itself in percent and no growth: choose another"),
    "no_figure": mark("no pack defines the figure {figure} any more; choose another"),
}
"""Why a verdict is what it is. After a colon: where less is better."""
COMPARED: Final[Mapping[str, str]] = {
    "at_least": mark("at least {value}"), "at_most": mark("at most {value}"), "more_than": mark("more than {value}"),
    "less_than": mark("less than {value}"), "equal": mark("just {value}"), "between": mark("{value} to {upper}"),
}  # fmt: skip
_CENT: Final = Decimal("0.01")
_LARGE: Final[Mapping[str, Sequence[tuple[int, str]]]] = {
    "zh": ((8, " 亿元"), (4, " 万元")), "en": ((9, " billion yuan"), (6, " million yuan")),
}  # fmt: skip
"""How large sums of money are told, the largest first."""
LEVELS: Final[Mapping[str, str]] = {"city": mark("the city's value"), "province": mark("the province's value")}
AGAINST: Final[Mapping[str, str]] = {
    "last_year": mark("last year's value"), "series": mark("the value of {figure}"),
}  # fmt: skip


def amount(value: Decimal | None, unit: str, places: int = 0) -> str:
    """A number with its unit and at least ``places`` decimals; large sums in 万 and 亿 if two decimals tell them."""
    if value is None:
        return "—"
    if unit == "元":
        for scale, word in _LARGE[language()]:
            scaled = value.scaleb(-scale)
            if abs(scaled) >= 1 and scaled == scaled.quantize(_CENT):
                return f"{wording.number(scaled)}{word}"
    number = wording.number(value)
    decimals = len(number.partition(".")[2])
    if decimals < places:
        number += ("" if decimals else ".") + "0" * (places - decimals)
    if language() == "en":
        return f"{number}{unit_alone(unit, 'en', value)}"
    return f"{number}{'' if unit in ('%', '‰') else ' '}{unit}"


def published_places(figure: FigureDef) -> int:
    """Decimals of a statistic, which stands as it is published: 5.0%."""
    return figure.precision if figure.kind == "series" else 0


def named(figure: FigureDef) -> str:
    """A figure's name in the reader's language."""
    return figure.zh if language() == "zh" else figure.en


def address(figure: str, period: str = "") -> str:
    """The page of a figure: its id stands in the address as it is, and a list has hundreds of them."""
    return f"{link('figures')}{figure}/" + (f"?period={period}" if period else "")


@dataclass(frozen=True, slots=True)
class Shown:
    """A figure as people read it: value with unit, or why there is none; its period; the page that proves it."""

    id: str
    name: str
    text: str
    lacks: bool
    period: str
    address: str


def shown(one: Figure) -> Shown:
    """A figure in words."""
    lacks = one.value is None
    text = tr(REASONS[str(one.reason)]) if lacks else amount(one.value, one.unit, published_places(one.definition))
    return Shown(one.id, named(one.definition), text, lacks, period_name(one.period, language()),
                 address(one.id, one.period))  # fmt: skip


def target_words(target: Target, unit: str, against: str = "") -> str:
    """What is promised, in the figure's unit."""
    levels = [tr(word) for word in LEVELS.values()]
    if target.comparator in COMPARED:
        upper = amount(target.upper, unit) if target.upper is not None else ""
        return tr(COMPARED[target.comparator], value=amount(target.value, unit), upper=upper)
    base = against if against in levels else tr(AGAINST[target.comparator], figure=against)
    more = _change(target)
    if not more:
        less = target.better == "less"
        if target.strict:
            return tr(mark("below {base}"), base=base) if less else tr(mark("above {base}"), base=base)
        return tr(mark("at most {base}"), base=base) if less else tr(mark("at least {base}"), base=base)
    return tr(mark("{base} {change}"), base=base, change=more)


def _change(target: Target) -> str:
    parts = []
    if target.growth:
        parts.append(f"{target.growth:+f}%")
    if target.points:
        parts.append(tr(mark("{points} percentage points"), points=f"{target.points:+f}"))
    return " ".join(parts)


def read_words(read: ReadTarget | None) -> str:
    """A target as it was read, in its own unit."""
    if read is None:
        return ""
    value, high, unit = read.get("value"), read.get("value_high"), str(read.get("unit") or "")
    sign = str(read.get("op") or "").removesuffix("basis").replace("=", "")
    number = "" if value is None else amount(Decimal(str(value)), unit if high is None else "").strip()
    if high is not None:
        number = f"{number}–{amount(Decimal(str(high)), unit)}"
    basis = str(read.get("basis") or "")
    told = f"{sign} {number}".strip() if number else f"{sign} {basis}".strip()
    return f"{read.get('indicator') or ''} {told}".strip() + (f" ({basis})" if number and basis else "")


@dataclass(frozen=True, slots=True)
class Held:
    """A commitment held against its figure, in words. ``behind``: less is done than time has passed."""

    one: Promised
    name: str
    value: Shown | None
    promised: str
    read: str
    verdict: str
    tone: str
    sign: str
    why: str
    pace: Pace | None
    pace_word: str
    address: str

    @property
    def behind(self) -> bool:
        """Whether it is behind the pace."""
        return self.pace is not None and self.pace.state == "behind"


def told(one: Promised, known: Mapping[str, FigureDef]) -> Held:
    """``one`` in words."""
    definition = known.get(one.figure)
    unit = definition.unit if definition else ""
    against = _against(one)
    verdict = one.judgement.verdict
    return Held(
        one,
        named(definition) if definition else one.figure,
        shown(one.value) if one.value is not None else None,
        target_words(one.target, unit, against) if one.target is not None else "",
        read_words(one.read),
        tr(VERDICTS[verdict]),
        TONES[verdict],
        SIGNS[verdict],
        _why(one, unit),
        one.pace,
        tr(PACES[one.pace.state]) if one.pace is not None else "",
        address(one.figure, one.value.period if one.value is not None else ""),
    )


def _other(one: Promised) -> str:
    """Whose value it is held against."""
    if one.other is None:
        return ""
    if one.target is not None and one.target.comparator == "last_year":
        return tr(mark("last year's value"))
    return _against(one)


def _against(one: Promised) -> str:
    """What it is compared with."""
    if one.other is None:
        return str((one.read or {}).get("basis") or "")
    _, _, level = one.other.id.partition("@")
    return tr(LEVELS[level]) if level else named(one.other.definition)


def _why(one: Promised, unit: str) -> str:
    reason, read = one.judgement.reason, one.read or {}
    limit = one.target is not None and one.judgement.bound is not None and _is_limit(one)
    text = WHYS[f"{reason}:less"] if limit and f"{reason}:less" in WHYS else WHYS[reason]
    if one.other is not None and f"{reason}:other" in WHYS and one.target is not None and not _change(one.target):
        text = WHYS[f"{reason}:other"]
    value = one.value
    places = published_places(value.definition) if value is not None else 0
    lack = tr(REASONS[value.reason]) if value is not None and value.reason else tr(mark("not asked for such a period"))
    return tr(
        text,
        value=amount(value.value, unit, places) if value is not None else "",
        bound=amount(one.judgement.bound, unit, places),
        other=_other(one),
        day=wording.day(one.until, weekday=False),
        reason=lack,
        basis=str(read.get("basis") or ""),
        unit=str(read.get("unit") or tr(mark("no unit"))),
        measured=unit,
        figure=one.figure,
    )


def _is_limit(one: Promised) -> bool:
    assert one.target is not None
    return one.target.comparator in ("at_most", "less_than") or (
        one.target.comparator in ("last_year", "series") and one.target.better == "less"
    )


def held_lines(
    district: str, rows: Iterable[tuple[Commitment, int | None]], on_day: str, known: Mapping[str, FigureDef]
) -> dict[str, Held]:
    """Commitment's code → it against its figure, of the ``rows`` (each with the year of its plan) that have one."""
    by_year: dict[int, list[Commitment]] = {}
    for row, year in rows:
        if row.figure and year is not None:
            by_year.setdefault(year, []).append(row)
    return {
        one.commitment: told(one, known)
        for year, some in by_year.items()
        for one in held(district, some, year, on_day=on_day, definitions=known)
    }


def choices(figures: Iterable[FigureDef], names: Mapping[str, str]) -> list[tuple[str, Sequence[tuple[str, str]]]]:
    """The figures for a list to choose from, by the pack that defines them: its name, and id and name of each."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for one in figures:
        groups.setdefault(one.id.partition(".")[0], []).append((one.id, f"{named(one)} ({one.unit})"))
    return [(names.get(pack, pack), told) for pack, told in groups.items()]


def is_here(names: Names, figure: FigureDef) -> bool:
    """Whether the district has the mechanism that tells the figure; of others it could only say nothing."""
    return names.definition(figure.id.partition(".")[0]) is not None


def packs(figures: Iterable[FigureDef], names: Names) -> dict[str, str]:
    """Pack → its name, of those that define figures."""
    return {pack: names.mechanism(pack) for pack in dict.fromkeys(one.id.partition(".")[0] for one in figures)}
