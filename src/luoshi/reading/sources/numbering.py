"""Automatic numbers of a Word document: what Word prints before a paragraph although nobody typed it.

Follows ECMA-376 Part 1, §17.9 (Numbering): an abstract definition holds nine levels; a ``num`` names one and may
override starts; a level's text is a pattern such as ``（%1）``; a level starts anew when a higher one is used, unless
``lvlRestart`` says otherwise; formats are those of §17.18.59 that occur in Chinese documents.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

_HAN = "零一二三四五六七八九"
_LEGAL = "零壹贰叁肆伍陆柒捌玖"
_PLACE = re.compile(r"%([1-9])")
_MAX_NUMBER = 99_999  # beyond it a number is written in digits: no report has so many paragraphs


@dataclass(slots=True)
class Level:
    """One level of a numbering definition."""

    start: int = 1
    format: str = "decimal"
    text: str = ""
    suffix: str = "tab"
    restart: int | None = None  # the level (from 1) after which this one starts anew; 0: never
    legal: bool = False
    style: str | None = None


@dataclass(slots=True)
class Definition:
    """An abstract numbering: its levels, and the style that really holds them where it is only a link."""

    levels: dict[int, Level] = field(default_factory=dict)
    style_link: str | None = None


@dataclass(slots=True)
class Instance:
    """A ``num``: which definition it uses and what it overrides."""

    definition: str
    starts: dict[int, int] = field(default_factory=dict)
    levels: dict[int, Level] = field(default_factory=dict)


class Counter:
    """Counts paragraphs as Word does. Feed it every numbered paragraph in document order."""

    def __init__(self, definitions: dict[str, Definition], instances: dict[str, Instance]) -> None:
        self._definitions = definitions
        self._instances = instances
        self._counts: dict[str, dict[int, int]] = {}
        self._overridden: set[tuple[str, int]] = set()

    def level_of_style(self, num: str, style: str) -> int:
        """The level of ``num`` that is linked with a paragraph style; 0 when none is."""
        instance = self._instances.get(num)
        if instance is None:
            return 0
        definition = self._definitions.get(instance.definition, Definition())
        return next((i for i, level in definition.levels.items() if level.style == style), 0)

    def style_link(self, num: str) -> str | None:
        """The numbering style to which ``num`` only points (``numStyleLink``), if so."""
        instance = self._instances.get(num)
        definition = self._definitions.get(instance.definition) if instance else None
        return definition.style_link if definition and not definition.levels else None

    def next_label(self, num: str, index: int) -> str:
        """Count one paragraph at level ``index`` (from 0) of ``num``; return what is printed, with its separator."""
        level = self._level(num, index)
        if level is None:
            return ""
        self._count(num, index)
        label = self._render(num, index, level)
        if not label or level.suffix == "nothing" or not label[-1].isascii():
            return label  # after 一、 or （一） no blank is typed
        return label + " "

    def _level(self, num: str, index: int) -> Level | None:
        instance = self._instances.get(num)
        if instance is None:
            return None
        definition = self._definitions.get(instance.definition)
        return instance.levels.get(index) or (definition.levels.get(index) if definition else None)

    def _count(self, num: str, index: int) -> None:
        instance = self._instances[num]
        counts = self._counts.setdefault(instance.definition, {})
        level = self._level(num, index)
        start = level.start if level else 1
        if index in instance.starts and (num, index) not in self._overridden:
            self._overridden.add((num, index))
            counts[index] = instance.starts[index]
        else:
            counts[index] = counts[index] + 1 if index in counts else start
        for lower in [i for i in counts if i > index]:
            rule = self._level(num, lower)
            restart = rule.restart if rule else None
            if restart is None or (restart and index < restart):
                del counts[lower]

    def _render(self, num: str, index: int, level: Level) -> str:
        if level.format == "bullet":
            return "".join("●" if "\ue000" <= c <= "\uf8ff" else c for c in level.text.strip())
        counts = self._counts[self._instances[num].definition]

        def number(match: re.Match[str]) -> str:
            at = int(match[1]) - 1
            other = self._level(num, at) or Level()
            return format_number(counts.get(at, other.start), "decimal" if level.legal else other.format)

        return _PLACE.sub(number, level.text).strip()


def format_number(value: int, form: str) -> str:
    """Write ``value`` in a number format of WordprocessingML; unknown formats are written in digits, as Word does."""
    writer = _WRITERS.get(form)
    if writer is None or value < 0 or value > _MAX_NUMBER:
        return str(value)
    return writer(value)


def _han(value: int, digits: str = _HAN, units: str = "十百千") -> str:
    """12 → 十二, 105 → 一百零五."""
    if value >= 10_000:
        return str(value)
    if value == 0:
        return digits[0]
    out = ""
    zero = False
    for place in range(3, -1, -1):
        digit = value // 10**place % 10
        if digit == 0:
            zero = bool(out)
            continue
        out += (digits[0] if zero else "") + digits[digit] + (units[place - 1] if place else "")
        zero = False
    if units[0] == "十" and out.startswith("一十"):
        return out[1:]
    return out


def _digital(value: int) -> str:
    return "".join("〇一二三四五六七八九"[int(d)] for d in str(value))


def _letters(value: int, first: str) -> str:
    """a … z, aa … zz: Word repeats the letter."""
    if value == 0:
        return "0"
    return chr(ord(first) + (value - 1) % 26) * min((value - 1) // 26 + 1, 20)


def _roman(value: int) -> str:
    if value >= 4_000:
        return str(value)
    out = ""
    for worth, sign in (
        (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"),
        (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
    ):  # fmt: skip
        out += sign * (value // worth)
        value %= worth
    return out


def _run(first: str, count: int) -> Callable[[int], str]:
    """Signs that follow one another in Unicode: ① … ⑳."""
    return lambda value: chr(ord(first) + value - 1) if 1 <= value <= count else str(value)


def _cycle(signs: str) -> Callable[[int], str]:
    return lambda value: signs[value - 1] if 1 <= value <= len(signs) else str(value)


_WRITERS: dict[str, Callable[[int], str]] = {
    "none": lambda value: "",
    "decimalZero": lambda value: f"{value:02d}",
    "lowerLetter": lambda value: _letters(value, "a"),
    "upperLetter": lambda value: _letters(value, "A"),
    "lowerRoman": _roman,
    "upperRoman": lambda value: _roman(value).upper(),
    "chineseCounting": _han,
    "chineseCountingThousand": _han,
    "japaneseCounting": _han,
    "taiwaneseCounting": _han,
    "taiwaneseCountingThousand": _han,
    "ideographDigital": _digital,
    "japaneseDigitalTenThousand": _digital,
    "taiwaneseDigital": _digital,
    "chineseLegalSimplified": lambda value: _han(value, _LEGAL, "拾佰仟"),
    "ideographLegalTraditional": lambda value: _han(value, _LEGAL, "拾佰仟"),
    "ideographTraditional": _cycle("甲乙丙丁戊己庚辛壬癸"),
    "ideographZodiac": _cycle("子丑寅卯辰巳午未申酉戌亥"),
    "decimalEnclosedCircle": _run("①", 20),
    "decimalEnclosedCircleChinese": _run("①", 20),
    "decimalEnclosedParen": _run("⑴", 20),
    "decimalEnclosedFullstop": _run("⒈", 20),
    "ideographEnclosedCircle": _run("㊀", 10),
    "decimalFullWidth": lambda value: str(value).translate({48 + i: 0xFF10 + i for i in range(10)}),
    "decimalFullWidth2": lambda value: str(value).translate({48 + i: 0xFF10 + i for i in range(10)}),
}
