"""Numerals as reports write them, read as exact decimals: Arabic, full-width and Chinese.

Nothing here knows units or words. A run of numeral characters that is no well-formed numeral (``十四五``, ``三一``,
``二〇二〇``) has no value: it is a name or a year, and the caller treats it so.
"""

from __future__ import annotations

from decimal import Decimal

ASCII_DIGITS = "0123456789"
FULLWIDTH_DIGITS = "０１２３４５６７８９"
DIGITS = ASCII_DIGITS + FULLWIDTH_DIGITS
CHINESE_DIGITS: dict[str, int] = {
    "零": 0, "〇": 0, "○": 0, "一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "两": 2,
}  # fmt: skip
_SMALL: dict[str, int] = {"十": 10, "百": 100, "千": 1000}
_LARGE: dict[str, int] = {"万": 10**4, "亿": 10**8}
CHINESE = "".join(CHINESE_DIGITS) + "十百千万亿"

MAGNITUDES: dict[str, Decimal] = {
    "万亿": Decimal(10**12), "千亿": Decimal(10**11), "百亿": Decimal(10**10), "十亿": Decimal(10**9),
    "亿": Decimal(10**8),
    "千万": Decimal(10**7), "百万": Decimal(10**6), "十万": Decimal(10**5), "万": Decimal(10**4),
    "千": Decimal(1000), "百": Decimal(100),
}  # fmt: skip
"""Magnitudes that may follow a numeral written in digits, and what each multiplies by."""

_ARABIC_MAX = 24  # longer runs are identifiers, not counts
_CHINESE_MAX = 24
_APPROXIMATE = frozenset(["二三", "两三", "三四", "四五", "五六", "六七", "七八", "八九", "三五", "一两", "一二"])


def parse_arabic(text: str) -> Decimal | None:
    """The value of digits, with decimals and thousands separators (``1,234.5``, ``52 681``, ``１２．５``)."""
    if len(text) > _ARABIC_MAX:
        return None
    plain = text.replace(",", "").replace(" ", "").replace("．", ".")
    if not plain or plain[0] not in DIGITS or plain[-1] not in DIGITS or plain.count(".") > 1:
        return None
    return Decimal(plain)


def parse_chinese(text: str) -> Decimal | None:
    """The value of a Chinese numeral (``七十二``, ``一亿三千万``, ``三点五``, ``百``), or None if ill formed."""
    if not text or len(text) > _CHINESE_MAX:
        return None
    whole, dot, fraction = text.partition("点")
    if dot:
        return _chinese_decimal(whole, fraction)
    value = _chinese_integer(text)
    return None if value is None else Decimal(value)


def parse_approximate(text: str) -> tuple[Decimal, Decimal] | None:
    """Two neighbouring digits that stand for a range: ``两三`` is 2 to 3, ``三五`` 3 to 5; None for anything else."""
    if text not in _APPROXIMATE:
        return None
    return Decimal(CHINESE_DIGITS[text[0]]), Decimal(CHINESE_DIGITS[text[1]])


def to_chinese(value: int) -> str:
    """The usual Chinese writing of a whole number from 0 up to 10**12, e.g. 10345 → 一万零三百四十五."""
    if not 0 <= value < 10**12:
        raise ValueError(value)
    if value == 0:
        return "零"
    parts: list[str] = []
    gap = False
    for name, size in (("亿", 10**8), ("万", 10**4), ("", 1)):
        section, value = divmod(value, size)
        if not section:
            gap = bool(parts)
            continue
        if parts and (gap or section < 1000):
            parts.append("零")
        parts.append(_section_to_chinese(section) + name)
        gap = False
    out = "".join(parts)
    return out[1:] if out.startswith("一十") else out


def _section_to_chinese(section: int) -> str:
    out, zero = "", False
    for name, size in (("千", 1000), ("百", 100), ("十", 10), ("", 1)):
        digit, section = divmod(section, size)
        if digit:
            out += ("零" if zero else "") + "零一二三四五六七八九"[digit] + name
            zero = False
        else:
            zero = bool(out)
    return out


def _chinese_decimal(whole: str, fraction: str) -> Decimal | None:
    trailing = ""
    while fraction and fraction[-1] in "万亿":
        trailing = fraction[-1] + trailing
        fraction = fraction[:-1]
    left = _chinese_integer(whole)
    if left is None or not fraction or any(c not in CHINESE_DIGITS for c in fraction):
        return None
    value = Decimal(f"{left}." + "".join(str(CHINESE_DIGITS[c]) for c in fraction))
    for c in trailing:
        value *= _LARGE[c]
    return value


def _chinese_integer(text: str) -> int | None:
    """Strict place notation: ``total`` closed 亿 and 万 sections, ``section`` the open one, ``digit`` waits."""
    if len(text) > 1 and text[0] in "零〇○":
        return None
    total, section, digit = 0, 0, -1
    last_small, last_large = 10**4, 10**12
    for i, c in enumerate(text):
        d = CHINESE_DIGITS.get(c)
        if d is not None:
            if digit > 0 or (digit == 0 and d == 0):
                return None
            digit = d
            continue
        small = _SMALL.get(c)
        if small is not None:
            if small >= last_small or (digit <= 0 and i > 0 and (small != 10 or text[i - 1] not in "百千万亿零")):
                return None
            section += (digit if digit > 0 else 1) * small
            last_small, digit = small, -1
            continue
        section += max(digit, 0)
        large = _LARGE.get(c)
        if large is None or (not section and not (i == 0 or (c == "亿" and total))):
            return None
        if large > last_large:
            return None
        if c == "亿":
            total = (total + section or 1) * large
        else:
            total += (section or 1) * large
        section, digit, last_small, last_large = 0, -1, 10**4, 10**8 if c == "亿" else 10**4
        if c == "万" and text[i + 1 : i + 2] == "亿":
            last_large = 10**8
    if len(text) > 1 and text[-1] in CHINESE_DIGITS and last_small > 10 and text[-2] not in "零〇":
        return None
    return total + section + max(digit, 0)
