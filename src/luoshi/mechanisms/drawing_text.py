"""Text in a picture: how wide it will be at most, where it breaks, and how a limit is said in few words. Pure."""

from __future__ import annotations

import unicodedata
from typing import Final

from luoshi.mechanisms.drawing import Lang, name_in
from luoshi.mechanisms.model import Choice, ClockDef, Legal, Limit, Mechanism, Rung, Until

NO_START: Final = frozenset("，。、；：！？）》」』”’％,.;:!?)]}%")
"""Marks that may not begin a line (GB/T 15834)."""

UNITS: Final = {
    "工作日": ("working day", "working days"),
    "自然日": ("day", "days"),
    "月": ("month", "months"),
    "年": ("year", "years"),
    "工作时": ("working hour", "working hours"),
    "紧急工作时": ("emergency working hour", "emergency working hours"),
    "小时": ("hour", "hours"),
}


def width(text: str, size: float) -> float:
    """The width of ``text`` in a sans face at ``size``: rather too much, as the reader's face is unknown
    (the widths are near those of DejaVu Sans, the widest of the usual ones)."""
    return sum(map(_em, text)) * size


def _em(char: str) -> float:
    if unicodedata.combining(char):
        return 0.0
    if unicodedata.east_asian_width(char) in "WFA":
        return 1.0
    if char in "iljtfrI.,:;'|! ()[]-/":
        return 0.4
    if char in "mwMW@%":
        return 1.0
    if char.isupper():
        return 0.74
    return 0.61


def _words(text: str) -> list[str]:
    """Pieces that stay together: Latin words with the space after them, single ideographs with marks after them."""
    words: list[str] = []
    for char in text:
        wide = unicodedata.east_asian_width(char) in "WF"
        last = words[-1][-1] if words else " "
        latin = not wide and last not in " -/" and unicodedata.east_asian_width(last) not in "WF"
        if words and (char in NO_START or latin):
            words[-1] += char
        else:
            words.append(char)
    return words


def wrap(text: str, size: float, most: float) -> tuple[str, ...]:
    """``text`` in lines no wider than ``most``; a word that is wider is broken. Nothing is left out but edge spaces."""
    lines = [""]
    for word in _words(" ".join(text.split())):
        if width((lines[-1] + word).rstrip(), size) <= most:
            lines[-1] += word
            continue
        if lines[-1]:
            lines.append("")
        for char in word:
            if lines[-1] and width(lines[-1] + char, size) > most:
                lines.append("")
            lines[-1] += char
    return tuple(line.strip() for line in lines if line.strip())


def limit_text(limit: Limit, mechanism: Mechanism, lang: Lang, *, at_least: bool = False) -> str:
    """``20工作日``; a number that each place sets is said so, unless the setting has a default."""
    number: object = limit.value
    if number is None and limit.setting in mechanism.settings:
        number = mechanism.settings[limit.setting].default
    one, many = UNITS[limit.unit]
    if number is None:
        if lang == "zh":
            return f"{'最低' if at_least else ''}{limit.unit}数由本地定"
        return f"{'minimum of ' if at_least else ''}{many} set locally"
    if lang == "zh":
        return f"{'不少于' if at_least else ''}{number}{limit.unit}"
    return f"{'at least ' if at_least else ''}{number} {one if number == 1 else many}"


def budget_text(clock: ClockDef, mechanism: Mechanism, lang: Lang) -> str:
    """How long a clock gives, in few words."""
    budget = clock.budget
    if isinstance(budget, Until):
        field = mechanism.fields.get(budget.until)
        name = name_in(field, lang) if field else budget.until
        return f"至“{name}”之日" if lang == "zh" else f"until “{name}”"
    if isinstance(budget, Choice):
        return _choice_text(budget, mechanism, lang)
    return limit_text(budget, mechanism, lang, at_least=clock.at_least)


def _choice_text(budget: Choice, mechanism: Mechanism, lang: Lang) -> str:
    field = mechanism.fields.get(budget.field)
    said = []
    for value, limit in budget.choices.items():
        choice = field.choices.get(value) if field else None
        said.append(f"{name_in(choice, lang) if choice else value} {limit_text(limit, mechanism, lang)}")
    return ("；" if lang == "zh" else "; ").join(said)


def source_text(legal: Legal) -> str:
    """``政府督查工作条例 第十七条``: sources are cited as they are published, in both languages of a picture."""
    return " ".join(filter(None, (legal.title, legal.article or legal.number)))


def clock_text(name: str, mechanism: Mechanism, lang: Lang, *, sourced: bool) -> str:
    """``办理 20工作日``, with its source if ``sourced`` and if it has one. A clock that is not defined is its id."""
    clock = mechanism.clocks.get(name)
    if clock is None:
        return name
    source = mechanism.legal.get(clock.source or "") if sourced else None
    said = f"{name_in(clock, lang)}{' ' if lang == 'zh' else ': '}{budget_text(clock, mechanism, lang)}"
    return f"{said} {source_text(source)}" if source else said


def rung_text(rung: Rung, mechanism: Mechanism, lang: Lang) -> str:
    """``催办：到期时，致承办单位``."""
    when = rung.when
    role = mechanism.roles.get(rung.to)
    to = name_in(role, lang) if role else rung.to
    if when.before is not None or when.after is not None:
        amount = limit_text(when.before or when.after or Limit(value=1, unit="自然日"), mechanism, lang)
        before = when.before is not None
        zh, en = (f"到期前{amount}", f"{amount} before") if before else (f"到期后{amount}", f"{amount} after")
    else:
        zh, en = "到期时", "when due"
    return f"{name_in(rung, lang)}：{zh}，致{to}" if lang == "zh" else f"{name_in(rung, lang)}: {en}, to {to}"
