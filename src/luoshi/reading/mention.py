"""One written quantity, read where it stands: numeral, infix 余/多/几, magnitude, range, unit. Shape, not judgement.

``read_mention`` answers what a numeral and what follows it say; whether that is a quantity, and with which operator, is
decided by ``luoshi.reading.quantities``. Everything looks at a bounded stretch, so cost is linear in the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from luoshi.reading.numerals import (
    CHINESE,
    CHINESE_DIGITS,
    DIGITS,
    MAGNITUDES,
    parse_approximate,
    parse_arabic,
    parse_chinese,
)
from luoshi.reading.units import match_unit

_D = "0-9０-９"
_C = CHINESE + "几数"
TOKEN = re.compile(
    rf"[{_D}{_C}半翻]"
    rf"(?:(?<=[{_D}])(?:[{_D}]{{0,2}}(?:(?:,[{_D}]{{3}})+|(?: [{_D}]{{3}})+)(?![{_D}])|[{_D}]*)(?:[.．][{_D}]+)?"
    rf"|(?<=[{_C}])[{_C}]*(?:点[{''.join(CHINESE_DIGITS)}]+[万亿]*)?|(?<=[半翻]))"
)
"""A run of digits or of Chinese numeral characters. It opens with a set, so the search skips fast over other text."""

_RANGE = re.compile(rf"(?:[-－—–―~～〜∼]{{1,2}}|至|到)(?=[{_D}{CHINESE}])")
_TEENS = re.compile(r"([一二三四五六七八九两]?[十百千万])几([万亿]*)")
_VAGUE = re.compile(r"[数几]([十百千万亿]+)")
_INFIX = frozenset("余多几")
_NO_INFIX: dict[str, tuple[str, ...]] = {
    "余": ("杭", "姚", "江", "热", "款", "额", "粮", "缺", "量"),
    "多": (
        "元化",
        "种",
        "样",
        "功",
        "层次",
        "式",
        "方面",
        "晶",
        "媒",
        "维",
        "渠",
        "式",
        "彩",
        "点支",
        "云",
        "模",
        "肽",
    ),
    "几": ("何", "乎", "内"),
}
_LARGE = frozenset("万亿千百")
_SPACES = frozenset(" \u3000\xa0")
_FRACTIONS = {"百": "%", "千": "‰", "万": "‱", "十万": "/10万"}
_HALVES = frozenset("年天倍")
_HALF = Decimal("0.5")
_CALENDAR = frozenset("月日号时点")
_METRIC = frozenset("瓦伏米克卡")


@dataclass(slots=True)
class Mention:
    """What is written at ``start``; ``factor`` is the magnitude after the numeral, None where there is none."""

    start: int
    end: int
    value: Decimal
    high: Decimal | None
    unit: str
    factor: Decimal | None
    infix: bool
    chinese: bool
    numeral: str
    calendar: bool = False
    vague: bool = False


def read_mention(text: str, start: int, run_end: int) -> Mention | None:
    """The mention whose numeral is ``text[start:run_end]`` (a match of ``TOKEN``); None where it is no numeral."""
    first = _read_one(text, start, run_end)
    if first is None or first.vague:
        return first
    link = _RANGE.match(text, first.end)
    if link is None:
        return first
    return _read_range(text, first, link.end(), text[link.start()])


def _read_range(text: str, first: Mention, at: int, link: str) -> Mention:
    token = TOKEN.match(text, at)
    second = _read_one(text, at, token.end()) if token else None
    if second is None or second.vague or second.chinese != first.chinese or first.high is not None:
        return first
    if second.calendar and not first.unit:
        first.calendar = True
        first.end = second.end
        return first
    moved = link in "至到" and first.start > 0 and text[first.start - 1] in "从由自"
    if moved or (not second.unit and second.factor is None) or first.unit not in ("", second.unit):
        return first
    low, high = first.value, second.high or second.value
    if first.factor is None and second.factor is not None and low * second.factor < high and not first.unit:
        low *= second.factor
    if low >= high:
        return first
    if text[at - 1] != link and link not in "至到" and text[at - 1] not in "-－—–―~～〜∼":
        return first
    second.start, second.value, second.high = first.start, low, high
    second.numeral = first.numeral
    return second


def _read_one(text: str, start: int, run_end: int) -> Mention | None:
    if text[start] in DIGITS:
        return _read_arabic(text, start, run_end)
    return _read_chinese(text, start, run_end)


def _read_arabic(text: str, start: int, run_end: int) -> Mention | None:
    value = parse_arabic(text[start:run_end])
    if value is None:
        return None
    pos = run_end
    if text[pos : pos + 1] in _SPACES and pos + 1 < len(text):
        ahead = _finish(text, start, pos + 1, value, text[start:run_end], chinese=False)
        if ahead.factor is not None or ahead.unit:
            return ahead
    return _finish(text, start, pos, value, text[start:run_end], chinese=False)


def _read_chinese(text: str, start: int, run_end: int) -> Mention | None:
    run = text[start:run_end]
    if run in _FRACTIONS and text.startswith("分之", run_end):
        return _read_fraction(text, start, run_end + 2, _FRACTIONS[run])
    if text.startswith("分之", run_end):
        return None
    if len(run) > 1 and run[-1] == "千" and text[run_end : run_end + 1] in _METRIC:
        own = text[run_end] != "米" or parse_chinese(run) is None
        run, run_end = (run[:-1], run_end - 1) if own else (run, run_end)
    vague = _VAGUE.fullmatch(run)
    if vague:
        value = parse_chinese(vague[1])
        if value is None:
            return None
        out = _finish(text, start, run_end, value, run, chinese=True)
        out.vague = True
        return out
    pair = parse_approximate(run)
    if pair:
        out = _finish(text, start, run_end, pair[0], run, chinese=True)
        out.high = pair[1] * (out.factor or 1)
        return out
    teens = _TEENS.fullmatch(run)
    value = parse_chinese(teens[1] + teens[2] if teens else run)
    if value is None:
        return None
    out = _finish(text, start, run_end, value, run, chinese=True)
    out.infix = out.infix or teens is not None
    return out


def _read_fraction(text: str, start: int, at: int, unit: str) -> Mention | None:
    token = TOKEN.match(text, at)
    if token is None:
        return None
    run = token[0]
    value = parse_arabic(run) if run[0] in DIGITS else parse_chinese(run)
    if value is None:
        return None
    infix = text[token.end() : token.end() + 1] in ("多", "余")
    end = token.end() + infix
    return Mention(start, end, value, None, unit, Decimal(1), infix, True, text[start:end])


def _finish(text: str, start: int, pos: int, value: Decimal, numeral: str, *, chinese: bool) -> Mention:
    """Read infix, magnitude, infix and unit from ``pos`` on."""
    found = _split_unit(text, pos) or match_unit(text, pos)
    factor: Decimal | None = None
    infix = found is not None and found[1][0] == "个" and text.startswith("个多", pos)
    if found is None:
        pos, factor, infix = _magnitude(text, pos)
        found = match_unit(text, pos)
        if found is None and factor is not None and text[pos : pos + 1] == " ":
            found = match_unit(text, pos + 1)
    if factor is not None:
        value *= factor
    out = Mention(start, pos, value, None, "", factor, infix, chinese, numeral)
    if found is None:
        out.calendar = _is_calendar(text, pos, numeral)
        return out
    out.end, out.unit = found
    if out.unit.startswith("个半"):
        out.unit, out.value = "个" + out.unit[2:], out.value + _HALF
    elif (
        out.unit in _HALVES
        and text[out.end : out.end + 1] == "半"
        and text[out.end + 1 : out.end + 2] not in ("程", "径")
    ):
        out.end, out.value = out.end + 1, out.value + _HALF
    elif out.unit == "年":
        out.calendar = _is_year(numeral, factor, infix)
    if out.calendar:
        out.unit, out.end = "", found[0]
    return out


def _magnitude(text: str, pos: int) -> tuple[int, Decimal | None, bool]:
    """Infix, magnitude, infix, and 亿 after 万余: the place after them, the factor, whether an infix was read."""
    at, infix = _infix(text, pos)
    factor: Decimal | None = None
    while at < len(text) and text[at] in _LARGE:
        pair = text[at : at + 2]
        size = 2 if len(pair) == 2 and pair in MAGNITUDES else 1
        if factor is None and match_unit(text, at) is not None:
            break
        if factor is not None and text[at] not in "亿万":
            break
        factor = (factor or 1) * MAGNITUDES[text[at : at + size]]
        at, more = _infix(text, at + size)
        infix = infix or more
        if not more:
            break
    return at, factor, infix


def _infix(text: str, pos: int) -> tuple[int, bool]:
    c = text[pos : pos + 1]
    if c in _INFIX and c and not text.startswith(_NO_INFIX[c], pos + 1):
        return pos + 1, True
    return pos, False


def _split_unit(text: str, pos: int) -> tuple[int, str] | None:
    """个多月, 个半小时: the unit is written around an infix."""
    if text.startswith(("个多", "个半"), pos):
        for unit in ("小时", "月", "星期", "世纪"):
            if text.startswith(unit, pos + 2):
                return pos + 2 + len(unit), ("个" if text[pos + 1] == "多" else "个半") + unit
    return None


def _is_calendar(text: str, pos: int, numeral: str) -> bool:
    c = text[pos : pos + 1]
    return (
        c in _CALENDAR
        and bool(c)
        and not text.startswith(("日内", "日以内", "日之内", "日历"), pos)
        and len(numeral) <= 3
    )


def _is_year(numeral: str, factor: Decimal | None, infix: bool) -> bool:
    if factor is not None or infix or not numeral.isdigit():
        return False
    return len(numeral) == 4 or (len(numeral) == 2 and numeral[0] in "0０")
