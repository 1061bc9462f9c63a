"""Numbers as a reader of the report expects them: the magnitude as the report wrote it, no digit added or lost."""

from __future__ import annotations

import re
from decimal import Decimal

from luoshi.reading.model import Target
from luoshi.writing.labels import OPS, REACHED, Lang, pick

_MAGNITUDES: tuple[tuple[str, Decimal], ...] = (
    ("万亿", Decimal(10) ** 12),
    ("亿", Decimal(10) ** 8),
    ("万", Decimal(10) ** 4),
)
_TOO_LONG = Decimal(10) ** 7  # from here on a count is read more easily in 万 or 亿, however it was written
_SERIES = re.compile(r"增|速|平均|水平|全国|全省|全市|全区|上年|去年|经济")
_UNSCALED = {"%", "‰", "个百分点", "百分点"}


def number(value: Decimal) -> int | float:
    """``value`` as a JSON number: an ``int`` when integral, else the nearest double (15 significant digits)."""
    return int(value) if value == value.to_integral_value() else float(value)


def digits(value: Decimal) -> str:
    """``value`` in plain digits, with thousands separators and without trailing zeros: ``118,000.5``."""
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def as_written(value: Decimal, unit: str, span: str) -> tuple[Decimal, str]:
    """``value`` and ``unit`` in the magnitude of ``span``: 118000000 元, written ``1.18亿元``, is 1.18 亿元.

    Without a span, long numbers are put in 万 or 亿.
    """
    if unit in _UNSCALED or not value:
        return value, unit
    for mark, scale in _MAGNITUDES:
        if mark in span or ((not span or abs(value) >= _TOO_LONG) and abs(value) >= scale):
            return value / scale, mark + unit
    return value, unit


def target_figures(target: Target, text: str) -> tuple[Decimal | None, Decimal | None, str]:
    """Value, upper value and unit of ``target`` as the report wrote them; ``text`` is the text its offsets index."""
    unit = target.unit or ""
    if target.value is None:
        return None, target.value_high, unit
    span = text[target.num_start : target.num_end] if target.num_start is not None else ""
    value, shown = as_written(target.value, unit, span)
    if target.value_high is None or not value:
        return value, target.value_high, shown
    return value, target.value_high * value / target.value, shown


def op_word(target: Target, lang: Lang) -> str:
    """The comparison in a word: ``=basis`` is 同步 with a series (经济增长) and 达到 for a state (全覆盖, 翻两番)."""
    if target.op == "=basis" and not _SERIES.search(target.basis or ""):
        return pick(REACHED, lang)
    return pick(OPS[target.op], lang)


def phrase(target: Target, text: str, lang: Lang) -> str:
    """``target`` in one line: ``城镇新增就业 ≥ 8,900 人``, ``规模工业增加值增幅 高于 全市平均水平``."""
    value, high, unit = target_figures(target, text)
    parts = [target.indicator, op_word(target, lang)]
    if value is not None:
        figure = digits(value) + (f"–{digits(high)}" if high is not None else "")
        parts.append(figure + ("" if unit[:1] in _UNSCALED else " ") + unit)
    if target.basis and (value is None or target.basis != "上年"):
        parts.append(target.basis if value is None else f"（{target.basis}）")
    return " ".join(part.strip() for part in parts if part.strip())
