"""Numbers that stand in words: typed by hand, and so proved by nothing.

The project's own reading of quantities finds those with a unit; plain digits are found beside it. What is a date, an
ordinal, the number of an article or a document, a telephone line or part of a name is no number of a report.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from luoshi.reading.model import Quantity
from luoshi.reading.quantities import find_quantities
from luoshi.writing.annual.model import Language

_N: Final = "0-9０-９"
_MONTHS: Final = (
    "January|February|March|April|May|June|July|August|September|October|November|December|"
    "Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec"
)
NOT_NUMBERS: Final[dict[Language, tuple[str, ...]]] = {
    "zh": (
        rf"[{_N}]{{4}}(?:\s*年?\s*[-—–~～至到、和]\s*[{_N}]{{4}})*\s*年(?:度|底|初|末|代|版|以来)?",
        rf"(?<![个{_N}.．])[{_N}]{{1,2}}\s*月(?:份|底|初|末)?(?:\s*[{_N}]{{1,2}}\s*[日号])?",
        rf"(?<![{_N}.．])[{_N}]{{1,2}}\s*日(?!均)",
        rf"[{_N}]{{4}}[-./][{_N}]{{1,2}}(?:[-./][{_N}]{{1,2}})?(?![{_N}%％])",
        rf"[{_N}]{{1,2}}[:：][{_N}]{{2}}",
        rf"[〔\[（(【][{_N}]{{4}}[〕\]）)】]\s*第?\s*[{_N}]*\s*号?",
        rf"第\s*[{_N}]+(?:\s*[-—–~～至、和]\s*第?[{_N}]+)*\s*(?=[条款项章节编目届次期批号卷页附部类讲课季])",
        r"(?:12345|12348|12315|12388|12319|12369|12350|110|119|120|122)(?=[\u4e00-\u9fff]{0,8}(?:热线|电话|平台|举报))",
        r"《[^《》\n]*》",
        r"“[^“”\n]{1,12}”",
    ),
    "en": (
        rf"[0-9]{{1,2}}(?:st|nd|rd|th)?\s+(?:{_MONTHS})\b\.?(?:,?\s+[0-9]{{4}})?",
        rf"\b(?:{_MONTHS})\b\.?\s+[0-9]{{1,2}}(?:st|nd|rd|th)?(?:,?\s+[0-9]{{4}})?\b",
        rf"\b(?:{_MONTHS})\b\.?\s+[0-9]{{4}}\b",
        r"[0-9]{4}-[0-9]{2}(?:-[0-9]{2})?",
        r"[0-9]{1,2}:[0-9]{2}",
        r"(?i:\b(?:articles?|sections?|chapters?|paragraphs?|nos?|number|annex|appendix|table|item|page|order|decree|line"
        r"|hotline|grade|class)\.?\s+)[0-9]+(?:\.[0-9]+)*",
        r"(?i:\b(?:in|of|year|since|until|till|for|by|from|to|than|and|during|over|end)\s+)(?:19|20)[0-9]{2}\b"
        r"(?:\s*[-–—]\s*(?:19|20)?[0-9]{2}\b)?(?!\s*[%,.]?[0-9])(?!\s+[a-z]+s\b)",
        r"(?i:\b(?:12345|12315|110|119|120)(?=\s+(?:hotline|line)))",
        r"\b[0-9]{1,4}(?:st|nd|rd|th)\b",
        r"“[^“”\n]{1,24}”",
    ),
}
"""What looks like a number and is none: years 2019年 and 2018—2019年, months and days, 2019-03-01, 9:30, 〔2019〕5号,
第3条, the telephone lines that everybody knows, titles of books, and short quotations that are names, “民生100”."""

_NAMES: Final = (
    r"[A-Za-z]+[-/]?[0-9]+(?:[-.][0-9]+)*(?![0-9])|(?<![0-9.])[0-9][A-Z](?![A-Za-z])"
    r"|\b[A-Z]{1,4}(?:/[A-Z]{1,2})?\s[0-9]{3,5}(?:\.[0-9]+)?-[0-9]{4}\b"
)
"""G20, 5G, GB/T 9704-2012."""
_LEADING: Final = re.compile(rf"\s*(?:[（(][{_N}]{{1,3}}[）)]|[{_N}]{{1,3}}(?:[)）、]|[.．](?![{_N}])))\s*")
_PLAIN: Final = re.compile(
    rf"[-−－]?[{_N}]+(?:,[0-9]{{3}})*(?:[.．][{_N}]+)?(?:\s?(?:[%％‰]|[万亿]+))?"
    rf"|[{_N}]+[成]"
)
_SHARES: Final = re.compile(
    r"(?<![一二三四五六七八九十百千万\d])[一二三四五六七八九]成(?:半|[一二三四五六七八九])?"
    r"(?![立为员就果效长本都功交型份分人品套语熟]|不变)"
    r"|(?<![一二三四五六七八九十百千万\d])[二三四五六七八九十]分之[一二三四五六七八九]"
)
"""七成群众, 三分之二: shares that the reading of quantities passes over before a noun."""
_EN_MORE: Final = re.compile(r"\s?(?:%|per ?cent|thousand|million|billion)", re.IGNORECASE)
_SKIPPED: Final[dict[Language, re.Pattern[str]]] = {
    lang: re.compile("|".join((*rules, _NAMES))) for lang, rules in NOT_NUMBERS.items()
}
_DIGIT: Final = re.compile(rf"[{_N}]")
_PLAIN_DIGITS: Final = {
    ord(full): ascii_ for full, ascii_ in zip("０１２３４５６７８９．％", "0123456789.%", strict=True)
}
_NUMERALS: Final = "一二三四五六七八九十"
_MAGNITUDES: Final = {
    "万": 4, "亿": 8, "万亿": 12, "thousand": 3, "million": 6, "billion": 9,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Found:
    """A number typed by hand. ``value`` multiplied out, ``high`` the end of a range, ``quantum`` what its last shown
    digit counts, ``unit`` as typed or empty, ``op`` as the reader has it."""

    start: int
    end: int
    text: str
    value: Decimal
    high: Decimal | None
    quantum: Decimal
    unit: str
    op: str


def find(text: str, lang: Language) -> list[Found]:
    """Every number in ``text`` that is one of a report, in its order."""
    leading = _LEADING.match(text)
    start = leading.end() if leading else 0
    skipped = [found.span() for found in _SKIPPED[lang].finditer(text)]
    taken: list[tuple[int, int]] = list(skipped)
    found: list[Found] = []
    for one in find_quantities(text, start) if lang == "zh" else ():
        if _counts(one) and not _within(one.start, one.end, skipped):
            found.append(_of_quantity(one))
            taken.append((one.start, one.end))
    for match in _PLAIN.finditer(text, start):
        if not _within(*match.span(), taken):
            found.append(_of_plain(match, text, lang))
    for match in _SHARES.finditer(text, start) if lang == "zh" else ():
        if not _within(*match.span(), taken) and not _within(*match.span(), [(one.start, one.end) for one in found]):
            found.append(_of_share(match))
    return sorted(found, key=lambda one: one.start)


def _counts(one: Quantity) -> bool:
    """六个方面 and 零事故 only structure a text, 数十 tells no number; with digits they are numbers all the same."""
    return one.kind not in ("structure", "vague") or bool(_DIGIT.search(one.text))


def _within(start: int, end: int, spans: list[tuple[int, int]]) -> bool:
    return any(first < end and start < last for first, last in spans)


def _of_quantity(one: Quantity) -> Found:
    digits = next(_digits(one.text), None)
    quantum = Decimal(1)
    if digits is not None:
        typed = Decimal(digits)
        factor = one.value / typed if typed else Decimal(1)
        quantum = Decimal(1).scaleb(int(typed.as_tuple().exponent)) * abs(factor)
    return Found(one.start, one.end, one.text, one.value, one.value_high, quantum, one.unit, one.op)


def _digits(text: str) -> Iterator[str]:
    plain = text.translate(_PLAIN_DIGITS).replace(",", "")
    return (found[0] for found in re.finditer(r"[0-9]+(?:\.[0-9]+)?", plain))


def _of_share(match: re.Match[str]) -> Found:
    told = match[0]
    numerals = [_NUMERALS.index(sign) + 1 for sign in told if sign in _NUMERALS]
    if "分之" in told:
        below, above = numerals
        return Found(match.start(), match.end(), told, Decimal(100 * above) / below, None, Decimal(1), "%", "=")
    tenths = Decimal("0.5") if told.endswith("半") else Decimal(numerals[1]) / 10 if len(numerals) > 1 else Decimal(0)
    quantum = Decimal("0.1") if tenths else Decimal(1)
    return Found(match.start(), match.end(), told, numerals[0] + tenths, None, quantum, "成", "=")


def _of_plain(match: re.Match[str], text: str, lang: Language) -> Found:
    start, end = match.span()
    if lang == "en":
        more = _EN_MORE.match(text, end)
        end = more.end() if more else end
    told = text[start:end]
    plain = told.translate(_PLAIN_DIGITS)
    digits = Decimal(next(_digits(plain)))
    word = re.sub(r"[-−－0-9.,\s]", "", plain).lower()
    scale = Decimal(10) ** _MAGNITUDES.get(word, 0)
    sign = -1 if told[0] in "-−－" else 1
    quantum = Decimal(1).scaleb(int(digits.as_tuple().exponent)) * scale
    unit = "%" if word in ("%", "percent") else word if word in ("‰", "成") else ""
    return Found(start, end, told, sign * digits * scale, None, quantum, unit, "=")
