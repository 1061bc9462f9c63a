"""What a read target promises of a figure, and which figures a promise could mean. Pure.

Rules: an amount promised without a sign is kept by more of it, or by less where less is better; 左右 allows a tenth; a
range is kept from its nearer end on, since nobody breaks a promise of 6 to 8 by giving 9 (as
:func:`luoshi.reading.judging.meets` has it). A growth in percent is held against a figure that is a growth, or, of a
figure that is an amount, against last year's. What fits neither is said and never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, TypeAlias

from luoshi.figures.definitions import FigureDef
from luoshi.figures.targets import Better, Comparator, Target
from luoshi.figures.units import convert
from luoshi.reading.judging import bare, direction, lower_is_better, shares_head
from luoshi.reading.likeness import Index

ReadTarget: TypeAlias = Mapping[str, Any]
"""A target as a commitment keeps it: indicator, op, value, value_high, unit, basis, num_start, num_end."""
NO_TARGET: Final = "no_target"
NO_NUMBER: Final = "no_number"
NO_SERIES: Final = "no_series"
UNIT: Final = "unit"
BASIS: Final = "basis"
GROWTH_OF_RATE: Final = "growth_of_rate"
REASONS: Final = (NO_TARGET, NO_NUMBER, NO_SERIES, UNIT, BASIS, GROWTH_OF_RATE)
"""Why no target comes of it: nothing was read; no number and nothing to compare with; it is to be told against which
series; the units do not fit; it compares with another year than the last; a growth of what is itself in percent."""

LIKE: Final = 0.5
"""How alike the name of an indicator and that of a figure have to be, from 0 to 1."""
MOST: Final = 5
_SLACK: Final = Decimal("0.1")
_LAST_YEAR: Final = re.compile(r"上年|去年|上一年|同期|同比")
_DOWN: Final = re.compile(r"下降|降低|减少|压减|压缩|缩减|削减|压降|降幅|只减不增|负增长")
_BELOW: Final = re.compile(r"低于|慢于|少于")
_BEFORE: Final = 14
"""Characters before a number in which the word of its direction stands."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A figure that a promise could mean, by which of its targets, and how alike the names are, from 0 to 1."""

    figure: str
    target_at: int
    score: float


def target_of(read: ReadTarget, figure: FigureDef, *, before: str = "", against: str | None = None) -> Target | str:
    """The target of ``figure`` that ``read`` tells, in the figure's unit; else one of :data:`REASONS`.

    ``before``: the words before its number, which tell a direction that the indicator lost; ``against``: the figure
    with which it compares, if somebody has told one.
    """
    one = _Read(read, figure, before[-_BEFORE:])
    if one.value is None:
        return _without_number(one, against)
    if one.unit in ("个百分点", "百分点"):
        return _points(one, against)
    if one.unit in ("%", "‰") and (one.changes or one.basis):
        return _change(one, against)
    return _level(one)


class _Read:
    """A read target taken apart."""

    def __init__(self, read: ReadTarget, figure: FigureDef, before: str) -> None:
        self.figure = figure
        self.before = before
        self.indicator = str(read.get("indicator") or "")
        self.op = str(read.get("op") or "=")
        self.value = _decimal(read.get("value"))
        self.high = _decimal(read.get("value_high"))
        self.unit = str(read.get("unit") or "")
        self.basis = str(read.get("basis") or "")
        self.last_year = bool(_LAST_YEAR.search(self.basis))
        self.changes = direction(self.indicator) != "" or (self.last_year and self.value is not None)
        self.down = direction(self.indicator) == "down" or bool(self.basis and _DOWN.search(before))

    @property
    def better(self) -> Better:
        """Which way the figure is better: its definition says, else its name."""
        if self.figure.light is not None:
            return self.figure.light.better
        return "less" if lower_is_better(self.indicator) or lower_is_better(self.figure.zh) else "more"

    @property
    def sense(self) -> Better:
        """Which way the promise goes: its sign, else what is better."""
        if self.op[:1] in "≤<":
            return "less"
        return "more" if self.op[:1] in "≥>" else self.better


def _decimal(value: object) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def level_of(read: ReadTarget) -> str | None:
    """The larger area with which it compares itself: ``city`` 全市, ``province`` 全省; none of another basis."""
    basis = str(read.get("basis") or "")
    return "province" if "省" in basis else "city" if "全市" in basis or "我市" in basis else None


def _without_number(one: _Read, against: str | None) -> Target | str:
    strict = one.op[:1] in "<>"
    if one.last_year:
        return Target("last_year", better=one.sense, strict=strict)
    if against is not None:
        return Target("series", better=one.sense, strict=strict)
    return NO_SERIES if one.basis else NO_NUMBER


def _points(one: _Read, against: str | None) -> Target | str:
    """0.3个百分点 above or below last year or another series."""
    if one.figure.unit != "%":
        return UNIT
    assert one.value is not None
    below = one.down or bool(_BELOW.search(one.before))
    points = -one.value if below else one.value
    comparator: Comparator = "last_year" if one.last_year or not one.basis else "series"
    if comparator == "series" and against is None:
        return NO_SERIES
    return Target(comparator, points=points, better="less" if below else "more", strict=one.op == ">")


def _change(one: _Read, against: str | None) -> Target | str:
    """A growth or a cut in percent."""
    value = convert(one.value or Decimal(0), one.unit, "%")
    assert value is not None
    if one.basis and not one.last_year:
        if against is None:
            return BASIS if re.search(r"\d{4}年|五", one.basis) else NO_SERIES
        return Target("series", growth=-value if one.down else value, better="less" if one.down else "more")
    limit = one.op[:1] in "≤<"
    if one.figure.unit not in ("%", "‰"):
        growth = -value if one.down else value
        # 下降5%以上 is a cut of at least as much; 涨幅不超过3% a growth of at most as much.
        return Target("last_year", growth=growth, better="less" if one.down or limit else "more",
                      strict=one.op in "<>")  # fmt: skip
    if _DOWN.search(one.figure.zh):
        return _compared(one, value, "more") if one.down else GROWTH_OF_RATE
    if direction(one.figure.zh) != "up":
        return GROWTH_OF_RATE
    return _compared(one, -value, "less") if one.down else _compared(one, value, "less" if limit else one.better)


def _level(one: _Read) -> Target | str:
    assert one.value is not None
    value = convert(one.value, one.unit, one.figure.unit)
    high = None if one.high is None else convert(one.high, one.unit, one.figure.unit)
    if value is None or (one.high is not None and high is None):
        return UNIT
    if one.sense == "less" and high is not None:
        value = high
    return _compared(one, value, one.sense)


def _compared(one: _Read, value: Decimal, sense: Better) -> Target:
    if one.op == "≈":
        value += abs(value) * (_SLACK if sense == "less" else -_SLACK)
    if sense == "less":
        return Target("less_than" if one.op in "<>" else "at_most", value, better="less")
    return Target("more_than" if one.op in "<>" else "at_least", value)


# --- which target, which figure


def chosen(
    targets: Sequence[ReadTarget], figure: FigureDef, *, at: int | None = None, before: Sequence[str] = (),
    against: str | None = None,
) -> tuple[int | None, Target | str]:  # fmt: skip
    """The place of the target that is held against ``figure``, and what comes of it: that which was told (``at``), else
    of those that fit the one whose name is most alike, else the first, with the reason why it does not fit."""
    words = [*before, *[""] * len(targets)]
    if at is not None and 0 <= at < len(targets):
        return at, target_of(targets[at], figure, before=words[at], against=against)
    found = [target_of(one, figure, before=words[place], against=against) for place, one in enumerate(targets)]
    fitting = [place for place, one in enumerate(found) if isinstance(one, Target)]
    if not fitting:
        return (0, found[0]) if found else (None, NO_TARGET)
    names = Index([bare(str(targets[place].get("indicator") or "")) for place in fitting])
    best = names.like(bare(figure.zh), 0, limit=1)
    place = fitting[best[0][0]] if best else fitting[0]
    return place, found[place]


class Likeness:
    """The figures by their names, to be asked for those that promises could mean."""

    def __init__(self, figures: Mapping[str, FigureDef]) -> None:
        self._figures = list(figures.values())
        self._index = Index([bare(one.zh) for one in self._figures])

    def of(self, targets: Sequence[ReadTarget], before: Sequence[str] = ()) -> list[Suggestion]:
        """Figures with a name like that of a target and a unit that fits it, the most alike first, each once."""
        words = [*before, *[""] * len(targets)]
        best: dict[str, Suggestion] = {}
        for place, read in enumerate(targets):
            name = bare(str(read.get("indicator") or ""))
            for number, score in self._index.like(name, LIKE, limit=3 * MOST):
                figure = self._figures[number]
                if not shares_head(name, figure.zh, ""):
                    continue
                # Against which series it is held is told later, and keeps no figure from being meant.
                fits = target_of(read, figure, before=words[place], against=figure.id)
                told = best.get(figure.id)
                if isinstance(fits, Target) and (told is None or score > told.score):
                    best[figure.id] = Suggestion(figure.id, place, score)
        return sorted(best.values(), key=lambda one: (-one.score, one.figure))[:MOST]


def words_before(targets: Sequence[ReadTarget], text: str, spans: Sequence[Sequence[int]]) -> list[str]:
    """Of each target the words of the commitment before its number. ``text`` is that of its ``spans`` in the report, a
    sign between one and the next."""
    found = []
    for one in targets:
        start, words, offset = one.get("num_start"), "", 0
        for first, last in spans:
            if start is not None and first <= start <= last:
                words = text[max(0, offset + start - first - _BEFORE) : offset + start - first]
                break
            offset += last - first + 1  # pieces are joined by a sign
        found.append(words)
    return found
