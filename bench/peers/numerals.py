"""A small reader of numerals, for peers that find a number but do not say its value, or its unit.

It is generous: of a number with what follows it gives every reading of the unit that makes sense.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

DIGITS = r"\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:[.．]\d+)?"
HAN = r"[零〇一二三四五六七八九十百千万亿两]+"
_HEAD = re.compile(rf"(?P<number>{DIGITS}|{HAN})(?P<more>[余多几])?(?P<scale>[十百千]?[万亿]{{1,2}})?")
_VALUES = dict(zip("零〇一二三四五六七八九两", (0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 2), strict=True))
_SMALL = {"十": 10, "百": 100, "千": 1000}
_LARGE = {"万": 10_000, "亿": 100_000_000}


def split(text: str) -> tuple[Decimal, list[str]] | None:
    """The value of the numeral that begins ``text`` and the units that may follow it; None if no numeral begins it."""
    match = _HEAD.match(text)
    if match is None:
        return None
    value = _plain(match["number"])
    if value is None:
        return None
    for char in match["scale"] or "":
        value *= _SMALL.get(char) or _LARGE[char]
    rest = text[match.end() :]
    units = [rest.lstrip("余多几"), rest]
    if match["scale"] and match["scale"][0] in _SMALL:
        units.append(text[match.start("scale") :])
    return value, units


def _plain(number: str) -> Decimal | None:
    if number[0].isdigit():
        try:
            return Decimal(number.replace(",", "").replace("．", "."))
        except InvalidOperation:
            return None
    return _han(number)


def _han(number: str) -> Decimal:
    """A numeral in Chinese characters: by place (三百二十), or digit after digit (二〇二五)."""
    if len(number) > 1 and all(char in _VALUES for char in number):
        return Decimal("".join(str(_VALUES[char]) for char in number))
    total = section = digit = 0
    for char in number:
        if char in _VALUES:
            digit = _VALUES[char]
        elif char in _SMALL:
            section += (digit or 1) * _SMALL[char]
            digit = 0
        else:
            total = (total + section + digit or 1) * _LARGE[char]
            section = digit = 0
    return Decimal(total + section + digit)
