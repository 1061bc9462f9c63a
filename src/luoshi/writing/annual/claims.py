"""Claims that the ledger contradicts: named while the report is written, each with its sentence and what is so.

圆满完成 over a missed target, 全部办结 where a rate is less than whole or an open case is overdue, and a number typed
by hand beside the name of a figure that says another. It names; it never rewrites.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from luoshi.figures.definitions import FigureDef
from luoshi.figures.evaluating import Figure
from luoshi.figures.targets import Judgement, Target, judge
from luoshi.figures.units import convert
from luoshi.writing.annual.beside import FIGURE
from luoshi.writing.annual.lines import Line
from luoshi.writing.annual.model import Claim, Language, Number
from luoshi.writing.annual.typed import Found
from luoshi.writing.annual.wholes import OF_ALL, SATISFIED, clause, wholes

OVERDUE: Final = "overdue"
"""The figure of a pack that counts its open overdue cases."""
SHORTEST_NAME: Final = 3
NEAR: Final = 40
"""Signs between the name of a figure and a number typed for it."""
ABOUT: Final = Decimal("0.05")
"""约, 左右: off by so much at most."""

_SENTENCES: Final[dict[Language, re.Pattern[str]]] = {
    "zh": re.compile(r"[^。！？；\n]+[。！？；]?[”’）]?"),
    "en": re.compile(r".+?(?:[.!?;](?=\s|$)[”’)]?|$)", re.DOTALL),
}
_BRACKETS: Final = re.compile(r"[（(][^（）()]*[）)]")


@dataclass(frozen=True, slots=True)
class Kept:
    """What was promised of ``figure``. ``target`` is judged anew by the report's own figures where it compares with a
    fixed value; else ``judgement`` holds. ``commitment``: its code and text."""

    figure: str
    target: Target | None = None
    judgement: Judgement | None = None
    commitment: str | None = None
    value: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """A line with the numbers that stand in it, by their offset."""

    line: Line
    numbers: Mapping[int, Number]
    heading: bool = False


@dataclass(frozen=True, slots=True)
class Sources:
    """What claims are judged by: the lines, and the figures of the ledger, also those that no line asks for.
    ``over``: the period has passed."""

    said: Sequence[Said]
    figures: Mapping[tuple[str, str], Figure]
    definitions: Mapping[str, FigureDef]
    period: str
    lang: Language
    promises: Sequence[Kept]
    over: bool = True


def from_targets(targets: Mapping[str, Sequence[Target]]) -> list[Kept]:
    """Promises out of bare targets of figures."""
    return [Kept(figure, one) for figure, every in targets.items() for one in every]


def overdue_of(figure: str, definitions: Mapping[str, FigureDef]) -> str | None:
    """The figure that counts the open overdue cases of the same pack."""
    beside = f"{figure.partition('.')[0]}.{OVERDUE}"
    return beside if beside in definitions and beside != figure else None


def named_in(line: Line, definitions: Mapping[str, FigureDef], lang: Language) -> list[str]:
    """The figures that a line with typed numbers names."""
    if not line.typed:
        return []
    return [one for one, _ in _named(line.text, definitions, lang)]


def claims_of(sources: Sources) -> tuple[Claim, ...]:
    """Every claim that the ledger contradicts, in the order of the text."""
    found: list[Claim] = []
    for said in sources.said:
        for match in _SENTENCES[sources.lang].finditer(said.line.text):
            found += _Sentence(said, match.start(), match[0], sources).claims()
    return tuple(found)


class _Sentence:
    """One sentence; ``start`` is its offset in the line."""

    def __init__(self, said: Said, start: int, text: str, sources: Sources) -> None:
        self.said, self.start, self.text, self.sources = said, start, text, sources
        inside = range(start, start + len(text))
        self.numbers = [one for at, one in said.numbers.items() if at in inside]

    def claims(self) -> Iterator[Claim]:
        spans = wholes(self.text, self.sources.lang)
        seen: set[tuple[str, str]] = set()
        for start, end in spans:
            for claim in self._whole(start, end):
                if (claim.figure, claim.reason) not in seen:
                    seen.add((claim.figure, claim.reason))
                    yield claim
        for number in self.numbers:
            if not any(figure == number.figure[0] for figure, _ in seen):
                yield from self._rounded(number)
        yield from self._typed()

    # --- words of whole success

    def _whole(self, start: int, end: int) -> Iterator[Claim]:
        words = self.text[start:end].strip()
        around = clause(self.text, start, end, self.sources.lang)
        if not self.numbers:
            if re.search(OF_ALL[self.sources.lang], around, re.IGNORECASE):
                for id_ in dict.fromkeys(one.figure for one in self.sources.promises):
                    yield from self._missed(id_, self.sources.period, start, words)
            return
        for number in self.numbers:
            figure = self.sources.figures[number.figure]
            if SATISFIED in figure.names[0] and SATISFIED not in around and "satisf" not in around.lower():
                continue
            yield from self._missed(*number.figure, start, words)
            yield from self._less(figure, start, words)

    def _missed(self, figure: str, period: str, start: int, words: str) -> Iterator[Claim]:
        if period != self.sources.period:
            return
        told = self.sources.figures.get((figure, period))
        for one in self.sources.promises:
            if one.figure != figure:
                continue
            judgement = _judged(one, told, over=self.sources.over)
            if judgement is not None and judgement.verdict == "missed":
                says = told.value if told is not None else one.value
                yield self._claim(start, words, "missed", figure, says, judgement, one.commitment)
                return

    def _less(self, figure: Figure, start: int, words: str) -> Iterator[Claim]:
        """A rate that is less than whole, or a pack whose open cases are overdue."""
        rate = figure.definition.kind == "rate"
        light = figure.definition.light
        if rate and light is not None and light.better == "less":
            return
        if rate and figure.value is None:
            yield self._claim(start, words, "no_cases", figure.id, None)
            return
        overdue = self._overdue(figure)
        if overdue and (rate or figure.definition.kind == "count"):
            yield self._claim(start, words, "overdue", figure.id, overdue)
        elif rate and _less_than_whole(figure):
            yield self._claim(start, words, "not_whole", figure.id, figure.value)

    def _overdue(self, figure: Figure) -> Decimal | None:
        beside = overdue_of(figure.id, self.sources.definitions)
        found = self.sources.figures.get((beside, figure.period)) if beside is not None else None
        return found.value if found is not None else None

    def _rounded(self, number: Number) -> Iterator[Claim]:
        """A rate that its own precision makes whole."""
        figure = self.sources.figures[number.figure]
        if figure.definition.kind == "rate" and number.value == 100 and _less_than_whole(figure):
            at = self.text.find(FIGURE)
            yield self._claim(max(at, 0), f"{number.digits}{number.unit}", "not_whole", figure.id, figure.value)

    # --- numbers typed by hand

    def _typed(self) -> Iterator[Claim]:
        inside = range(self.start, self.start + len(self.text))
        typed = [one for one in self.said.line.typed if one.start in inside]
        if not typed:
            return
        for id_, (_, end) in _named(self.text, self.sources.definitions, self.sources.lang):
            figure = self.sources.figures.get((id_, self.sources.period))
            if figure is None:
                continue
            after = self.start + end
            found = next((one for one in typed if after <= one.start <= after + NEAR and _fits(one, figure.unit)), None)
            if found is None or any(after <= at < found.start for at in self.said.numbers):
                continue
            if figure.value is None or not _same(found, figure.value, figure.unit):
                yield self._claim(found.start - self.start, found.text, "typed", id_, figure.value)

    def _claim(
        self,
        start: int,
        words: str,
        reason: str,
        figure: str,
        says: Decimal | None,
        judgement: Judgement | None = None,
        commitment: str | None = None,
    ) -> Claim:
        sentence = self.text
        for at in sorted((at for at in self.said.numbers if 0 <= at - self.start < len(self.text)), reverse=True):
            one = self.said.numbers[at]
            inner = at - self.start
            sentence = sentence[:inner] + f"{one.digits}{one.unit}{one.words}" + sentence[inner + 1 :]
        place = self.said.line.place(self.start + start)
        filled = words.replace(FIGURE, "…")
        return Claim(place, sentence.strip(), filled, reason, figure, says, judgement, commitment)  # type: ignore[arg-type]


def _judged(one: Kept, told: Figure | None, *, over: bool) -> Judgement | None:
    if one.target is not None and one.target.comparator not in ("last_year", "series") and told is not None:
        return judge(one.target, told.value, over=over)
    return one.judgement


def _less_than_whole(figure: Figure) -> bool:
    if figure.numerator is not None and figure.denominator is not None:
        return figure.numerator < figure.denominator
    return figure.value is not None and figure.value < 100


def _named(
    text: str, definitions: Mapping[str, FigureDef], lang: Language
) -> Iterator[tuple[str, tuple[int, int]]]:  # fmt: skip
    """The figures that ``text`` names, and where; of two names, one of which is part of the other, the longer."""
    found: list[tuple[str, tuple[int, int]]] = []
    lowered = text.lower()
    for id_, one in definitions.items():
        for name in dict.fromkeys((one.zh, _BRACKETS.sub("", one.zh)) if lang == "zh" else (one.en.lower(),)):
            at = lowered.find(name.lower()) if len(name) >= SHORTEST_NAME else -1
            if at >= 0:
                found.append((id_, (at, at + len(name))))
                break
    for id_, (start, end) in found:
        inner = any(a <= start and end <= b and (a, b) != (start, end) for _, (a, b) in found)
        if not inner:
            yield id_, (start, end)


def _fits(one: Found, unit: str) -> bool:
    return not one.unit or convert(Decimal(1), one.unit, unit) is not None


def _same(one: Found, value: Decimal, unit: str) -> bool:
    """Whether a typed number tells ``value``, as exactly as it is typed."""
    low = _in(one.value, one.unit, unit)
    high = _in(one.high, one.unit, unit) if one.high is not None else None
    quantum = _in(one.quantum, one.unit, unit)
    if high is not None:
        return low <= value <= high
    if one.op in (">", "≥"):
        return value >= low
    if one.op in ("<", "≤"):
        return value <= low
    slack = abs(low) * ABOUT if one.op == "≈" else quantum / 2
    return abs(value - low) <= slack


def _in(value: Decimal, unit: str, to: str) -> Decimal:
    return (convert(value, unit, to) if unit else None) or value
