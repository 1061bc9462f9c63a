"""Scores: what was found of what is labelled. Pure: rows in, counts out.

Predictions come as dicts of the schema ``luoshi-reading/1``; labels as rows of the files that :mod:`bench.gold` loads.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field

from bench.gold import Row, number

LOOSE = 0.6
_QUOTES = re.compile(r"[\s“”\"‘’《》]")


@dataclass(slots=True)
class Score:
    """Right, too many and missing, with the cases of the last two in words."""

    right: int = 0
    extra: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    def __add__(self, other: Score) -> Score:
        return Score(self.right + other.right, self.extra + other.extra, self.missing + other.missing)

    @property
    def precision(self) -> float:
        """The share of what was found that is labelled; 1 where nothing was found."""
        return _share(self.right, len(self.extra))

    @property
    def recall(self) -> float:
        """The share of what is labelled that was found; 1 where nothing is labelled."""
        return _share(self.right, len(self.missing))

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        return _share(2 * self.right, len(self.extra) + len(self.missing))


def _share(right: int, wrong: int) -> float:
    return right / (right + wrong) if right + wrong else 1.0


def touches(start: int, end: int, labels: Iterable[Row]) -> bool:
    """Whether any label shares a character with ``start:end``."""
    return any(row["start"] < end and start < row["end"] for row in labels)


def quantities(found: Sequence[Row], gold: Sequence[Row]) -> Score:
    """Core quantities with span, value, range, unit and operator all right. Optional ones count neither way."""
    optional = [row for row in gold if row["tier"] != "core"]
    wanted = {_quantity_key(row): row for row in gold if row["tier"] == "core"}
    got = {
        _quantity_key(row): row
        for row in found
        if row["tier"] == "core" and not touches(row["start"], row["end"], optional)
    }
    return Score(
        right=len(wanted.keys() & got.keys()),
        extra=[_quantity_words(row) for key, row in got.items() if key not in wanted],
        missing=[_quantity_words(row) for key, row in wanted.items() if key not in got],
    )


def _quantity_key(row: Row) -> tuple[object, ...]:
    return row["start"], row["end"], number(row["value"]), number(row["value_high"]), row["unit"], row["op"]


def _quantity_words(row: Row) -> str:
    high = "" if row["value_high"] is None else f"–{row['value_high']}"
    return f"{row['start']} {row['text']}: {row['op']} {row['value']}{high} {row['unit']}"


def clauses(found: Sequence[Row], gold: Sequence[Row], promising: Collection[str]) -> Score:
    """Clauses that promise, by their codes in ``promising``, against those that do not.

    A clause is taken as a promise if one found covers more than half of it.
    """
    score = Score()
    for row in gold:
        taken, wanted = covered(row, found), row["code"] in promising
        words = f"{row['start']} [{row['code']}] {row['text']}"
        if taken and wanted:
            score.right += 1
        elif taken:
            score.extra.append(words)
        elif wanted:
            score.missing.append(words)
    return score


def covered(clause: Row, found: Iterable[Row]) -> bool:
    """Whether one of ``found`` covers more than half of ``clause``."""
    half = (clause["end"] - clause["start"]) / 2
    return any(min(row["end"], clause["end"]) - max(row["start"], clause["start"]) > half for row in found)


def commitments(found: Sequence[Row], gold: Sequence[Row], labelled: tuple[int, int], likeness: float = 1.0) -> Score:
    """Whole tuples: indicator, operator, value and unit, in a clause that shares text with the labelled one.

    ``labelled``: the stretch that has labels; what begins outside is not looked at. ``likeness`` 1 asks for equal words
    of the indicator, less for that much likeness (see :func:`alike`). Each found tuple serves one label.
    """
    got = [
        {**target, "start": row["start"], "end": row["end"], "text": row["text"]}
        for row in found
        if labelled[0] <= row["start"] < labelled[1]
        for target in row["targets"]
    ]
    pairs = _pairs(
        got, gold, lambda a, b: alike(a["indicator"], b["indicator"]) if _same_figure(a, b) else None, likeness
    )
    used, met = {i for i, _ in pairs}, {j for _, j in pairs}
    return Score(
        right=len(pairs),
        extra=[_target_words(row) for i, row in enumerate(got) if i not in used],
        missing=[_target_words(row) for j, row in enumerate(gold) if j not in met],
    )


def _pairs(
    got: Sequence[Row], gold: Sequence[Row], like: Callable[[Row, Row], float | None], least: float
) -> list[tuple[int, int]]:
    ranked = sorted(
        (
            (value, i, j)
            for i, a in enumerate(got)
            for j, b in enumerate(gold)
            if (value := like(a, b)) is not None and value >= least
        ),
        key=lambda item: (-item[0], item[1], item[2]),
    )
    used: set[int] = set()
    met: set[int] = set()
    out: list[tuple[int, int]] = []
    for _, i, j in ranked:
        if i not in used and j not in met:
            used.add(i)
            met.add(j)
            out.append((i, j))
    return out


def _same_figure(a: Row, b: Row) -> bool:
    if not (a["start"] < b["end"] and b["start"] < a["end"]) or a["op"] != b["op"]:
        return False
    value = number(b["value"])
    # A target without a number has no unit of its own to get wrong.
    return number(a["value"]) == value and (value is None or (a["unit"] or "") == (b["unit"] or ""))


def _target_words(row: Row) -> str:
    value = "" if row["value"] is None else f" {row['value']} {row['unit']}"
    return f"{row['start']} {row['indicator']} {row['op']}{value} | {row['text']}"


def alike(a: str, b: str) -> float:
    """How alike two indicators are, spaces and quotation marks aside: 1 for equal words, else the F of bigrams."""
    a, b = _QUOTES.sub("", a), _QUOTES.sub("", b)
    if a == b:
        return 1.0
    x, y = _bigrams(a), _bigrams(b)
    return min(0.999, 2 * (x & y).total() / max(1, x.total() + y.total()))


def _bigrams(text: str) -> Counter[str]:
    return Counter([text[i : i + 2] for i in range(len(text) - 1)] or [text])
