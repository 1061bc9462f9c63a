"""What other tools find, in one form: ``{"start", "end", "value", "units"}``.

``value`` is a number as text, or None; ``units`` holds every unit that the tool may mean. Each maker below imports its
tool (``ImportError``: it is not installed) and gives a function from a text to mentions.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from importlib import import_module
from typing import Any

from bench.peers import regexes
from bench.peers.numerals import split

Mention = dict[str, Any]
Find = Callable[[str], list[Mention]]

_NUMERAL = re.compile(r"[\d零〇一二三四五六七八九十百千两]")


def _mention(text: str, start: int, end: int, value: str | None = None) -> Mention:
    read = split(text[start:end])
    if value is None and read:
        value = str(read[0])
    return {"start": start, "end": end, "value": value, "units": read[1] if read else [""]}


def recognizers_units() -> Find:
    """Microsoft Recognizers-Text, Chinese culture: currency, dimension, age, temperature, percentage."""
    return _recognizers(bare=False)


def recognizers_all() -> Find:
    """The same, and its plain numbers where it sees no unit."""
    return _recognizers(bare=True)


def _recognizers(*, bare: bool) -> Find:
    with_unit = import_module("recognizers_number_with_unit")
    numbers = import_module("recognizers_number")
    culture = import_module("recognizers_text").Culture.Chinese
    makers = [
        with_unit.NumberWithUnitRecognizer(culture).get_currency_model,
        with_unit.NumberWithUnitRecognizer(culture).get_dimension_model,
        with_unit.NumberWithUnitRecognizer(culture).get_age_model,
        with_unit.NumberWithUnitRecognizer(culture).get_temperature_model,
        numbers.NumberRecognizer(culture).get_percentage_model,
    ]
    if bare:
        makers.append(numbers.NumberRecognizer(culture).get_number_model)
    models = [make() for make in makers]

    def find(text: str) -> list[Mention]:
        out: list[Mention] = []
        taken: list[tuple[int, int]] = []
        for model in models:
            for result in model.parse(text):
                start, end = result.start, result.end + 1
                if any(a < end and start < b for a, b in taken):
                    continue
                taken.append((start, end))
                value = ((result.resolution or {}).get("value") or "").rstrip("%")
                out.append(_mention(text, start, end, value or None))
        return out

    return find


def jionlp_money() -> Find:
    """jionlp's extraction of money, the one kind of quantity that it extracts."""
    extract = import_module("jionlp").ner.extract_money

    def find(text: str) -> list[Mention]:
        out = []
        for item in extract(text, with_parsing=True):
            value = item["detail"]["num"]
            start, end = item["offset"]
            out.append(_mention(text, start, end, value[0] if isinstance(value, list) else value))
        return out

    return find


def jiojio_tags() -> Find:
    """The segmenter of jionlp, with its tags: a numeral ``m`` and the measure word ``q`` after it."""
    jiojio = import_module("jiojio")
    jiojio.init(pos=True)
    return _tagged(jiojio.cut)


def rjieba_tags() -> Find:
    """jieba's dictionary and tags, in Rust: a numeral ``m`` and the measure word ``q`` after it."""
    return _tagged(import_module("rjieba").tag)


def _tagged(tag: Callable[[str], Iterable[tuple[str, str]]]) -> Find:
    def find(text: str) -> list[Mention]:
        out = []
        at = 0
        run: tuple[int, int] | None = None
        for word, kind in [*tag(text), ("", "")]:
            start = text.index(word, at)  # some segmenters leave spaces out
            broken = run is not None and run[1] != start
            if run is not None and (broken or not (kind in ("m", "q") or word in ("%", "％"))):
                out.append(_mention(text, *run))
                run = None
            at = start + len(word)
            if run is not None:
                run = (run[0], at)
            elif kind in ("m", "q") and _NUMERAL.match(word):
                run = (start, at)
        return out

    return find


TOOLS: dict[str, Callable[[], Find]] = {
    "regex-common": lambda: regexes.common,
    "regex-tuned": lambda: regexes.tuned,
    "regex-any": lambda: regexes.any_unit,
    "recognizers-units": recognizers_units,
    "recognizers-all": recognizers_all,
    "jionlp-money": jionlp_money,
    "jiojio-tags": jiojio_tags,
    "rjieba-tags": rjieba_tags,
}
