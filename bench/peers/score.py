"""Score quantities generously, so that a tool is not blamed for another idea of a span.

- A labelled quantity is **found** by a mention that covers its numeral, however much more or less of the unit it takes.
- A mention that touches an optional label, a date or an already found quantity counts neither for nor against.
- **Value and unit** ask for the value multiplied out, and for any of the units that the mention may mean.
Operators and the upper end of a range are not asked for there. **As labelled** asks for all: the exact span, value,
upper end, unit and operator. A tool that knows no operators is taken to mean ``=``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bench.gold import Row, number
from bench.scores import touches

_NUMERAL = re.compile(r"[\d０-９.．,]+|[零〇一二三四五六七八九十百千万亿两半]+")
_DATE = re.compile(
    r"(?:\d{4}|[零〇一二三四五六七八九]{4})(?:[—–-]\d{4})?年(?:度?\d{1,2}月)?(?:\d{1,2}日)?|\d{1,2}月(?:\d{1,2}日|底|份|末)?|\d{1,2}日"
)


@dataclass(slots=True)
class PeerScore:
    """Of ``labelled`` quantities: found, value right, value and unit right, all right; and mentions that are none."""

    labelled: int = 0
    found: int = 0
    valued: int = 0
    whole: int = 0
    exact: int = 0
    extra: int = 0

    def f1(self, right: int) -> float:
        """F1 where ``right`` of the labelled quantities are right; one found and not right is too many and missing."""
        total = self.labelled + self.found + self.extra
        return 2 * right / total if total else 1.0


def score(mentions: Sequence[Row], gold: Sequence[Row], text: str) -> PeerScore:
    """Score ``mentions`` (``start``, ``end``, ``value``, ``units``) against the labels of ``text``."""
    core = [row for row in gold if row["tier"] == "core"]
    neutral = [row for row in gold if row["tier"] != "core"]
    neutral += [
        {"start": match.start(), "end": match.end()}
        for match in _DATE.finditer(text)
        if not touches(*match.span(), core)
    ]
    out = PeerScore(labelled=len(core))
    matched: set[int] = set()
    taken: list[Row] = []
    for row in core:
        start, end = _numeral(row)
        covering = [i for i, m in enumerate(mentions) if i not in matched and m["start"] <= start and end <= m["end"]]
        if not covering:
            continue
        # The mention that gets most right stands for the quantity.
        best = max(covering, key=lambda i: _merits(mentions[i], row))
        matched.add(best)
        taken.append(row)
        valued, whole, exact = _merits(mentions[best], row)
        out.found += 1
        out.valued += valued
        out.whole += whole
        out.exact += exact
    neutral += taken
    out.extra = sum(i not in matched and not touches(m["start"], m["end"], neutral) for i, m in enumerate(mentions))
    return out


def _numeral(row: Row) -> tuple[int, int]:
    match = _NUMERAL.search(row["text"])
    return (row["start"] + match.start(), row["start"] + match.end()) if match else (row["start"], row["end"])


def _merits(mention: Row, row: Row) -> tuple[bool, bool, bool]:
    """Whether the value is right, the unit too, and everything."""
    valued = number(mention["value"]) == number(row["value"])
    whole = valued and _unit(row["unit"]) in {_unit(unit) for unit in mention["units"]}
    span = (mention["start"], mention["end"]) == (row["start"], row["end"])
    rest = number(mention.get("value_high")) == number(row["value_high"]) and mention.get("op", "=") == row["op"]
    return valued, whole, whole and span and rest


def _unit(unit: str) -> str:
    return unit.replace("％", "%").strip()
