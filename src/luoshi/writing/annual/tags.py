"""The tags of an annual report: names, units, periods and signs as Inline XBRL 1.1 has them. Pure.

Sources: XBRL 2.1, Inline XBRL 1.1, Data Types Registry of 2022-03-31, Transformation Registry 5 (2022-02-16).
The names are ours and no address to fetch: URNs of the namespace that is there for examples (RFC 6963).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal
from xml.sax.saxutils import escape

from luoshi.figures.definitions import FigureDef
from luoshi.ledger.relations import bounds
from luoshi.writing.annual.model import Number

FIGURES: Final = "urn:example:luoshi:figures"
UNITS: Final = "urn:example:luoshi:units"
DISTRICTS: Final = "urn:example:luoshi:districts"
"""The scheme of the entity's identifier, which is the district's id."""
XHTML: Final = "http://www.w3.org/1999/xhtml"
IX: Final = "http://www.xbrl.org/2013/inlineXBRL"
IXT: Final = "http://www.xbrl.org/inlineXBRL/transformation/2022-02-16"
XBRLI: Final = "http://www.xbrl.org/2003/instance"
LINK: Final = "http://www.xbrl.org/2003/linkbase"
XLINK: Final = "http://www.w3.org/1999/xlink"
XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"
ISO4217: Final = "http://www.xbrl.org/2003/iso4217"
DTR: Final = "http://www.xbrl.org/dtr/type/2022-03-31"

FORMAT: Final = "ixt:num-dot-decimal"
MINUS: Final = ("-", "−", "－")
DIGITS: Final = re.compile(r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?")
"""Digits as they may be shown; what the registry's ``num-dot-decimal`` reads in the same way, and no more."""

Type = Literal["percent", "monetary", "integer", "decimal"]
TYPES: Final[dict[Type, str]] = {
    "percent": "dtr:percentItemType",
    "monetary": "xbrli:monetaryItemType",
    "integer": "xbrli:integerItemType",
    "decimal": "xbrli:decimalItemType",
}
_PURE: Final = "xbrli:pure"
_POWERS: Final = (("万亿", 12), ("亿", 8), ("万", 4))
_FIXED: Final = {
    "%": (_PURE, -2),
    "个百分点": (_PURE, -2),
    "‰": (_PURE, -3),
    "": (_PURE, 0),
    "倍": (_PURE, 0),
    "元": ("iso4217:CNY", 0),
}
_NO_NAME: Final = re.compile(r"[^\w\u4e00-\u9fff]", re.ASCII)
_FIRST: Final = re.compile(r"[A-Za-z_\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class Unit:
    """What a figure's unit is in XBRL: the ``measure``, and the power of ten that one of the unit is of it."""

    measure: str
    power: int


@dataclass(frozen=True, slots=True)
class Shown:
    """Digits as a tag has them: without sign, the ``scale`` of the value that is tagged, and its ``decimals``."""

    digits: str
    negative: bool
    scale: int
    decimals: int


def unit_of(text: str) -> Unit:
    """A unit of figures: 万元 is 10,000 times CNY, % a hundredth of a pure number, 件 a measure of our own."""
    fixed = _FIXED.get(text)
    if fixed is not None:
        return Unit(*fixed)
    for prefix, power in _POWERS:
        if text.startswith(prefix):
            rest = unit_of(text.removeprefix(prefix))
            return Unit(rest.measure, rest.power + power)
    return Unit(f"units:{_local(text)}", 0)


def type_of(one: FigureDef) -> Type:
    """Of which type the element of a figure is."""
    unit = unit_of(one.unit)
    if one.unit == "%":
        return "percent"
    if unit.measure == "iso4217:CNY":
        return "monetary"
    whole = one.kind == "count" and one.precision == 0 and not one.asked.uses("value_e6")
    return "integer" if whole and unit.power == 0 else "decimal"


def shown(number: Number, unit: str) -> Shown:
    """How the tag of ``number``, a figure in ``unit``, tells its value. Raises ValueError for digits that do not."""
    negative = number.digits.startswith(MINUS)
    digits = number.digits[1:] if negative else number.digits
    if DIGITS.fullmatch(digits) is None:
        raise ValueError(number.digits)
    told = Decimal(digits.replace(",", "")).scaleb(number.scale) * (-1 if negative else 1)
    if number.value != told:
        raise ValueError(number.key, number.value, told)
    scale = number.scale + unit_of(unit).power
    return Shown(digits, negative, scale, number.places - scale)


def clean(text: str) -> str:
    """``text`` for XML: escaped, and without the characters that XML 1.0 cannot have."""
    return escape("".join(one if one >= " " or one in "\t\n" else "\ufffd" for one in text if one != "\r"))


def context_id(period: str) -> str:
    """The id of the context of a period."""
    return f"c-{period}"


def period_of(first: str, last: str) -> str | None:
    """The period (``2019``, ``2019-q1``, ``2019-03``) from day ``first`` to ``last``; None if there is none."""
    year, month = first[:4], first[5:7]
    codes = [year, f"{year}-{month}"]
    if month.isdecimal():
        codes.append(f"{year}-q{(int(month) + 2) // 3}")
    return next((code for code in codes if bounds(code) == (first, last)), None)


def _local(text: str) -> str:
    """``text`` as a name of XML: other signs than letters are told by their number."""
    name = _NO_NAME.sub(lambda found: f"_x{ord(found[0]):X}_", text)
    return name if _FIRST.match(name) else f"_{name}"
