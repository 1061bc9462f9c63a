"""Deadlines and horizons that a clause states itself; without one a promise is due on the last day of the plan year."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

_HAN = {c: n for n, c in enumerate("零一二三四五六七八九十")} | {"十一": 11, "十二": 12}
_M = r"(1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])月"
_CUE = re.compile(
    r"(?P<y>20\d\d)年(?P<yend>底|末)?(?P<yago>以?前)?"
    r"|(?P<m>" + _M + r")(?:(?P<d>[0-3]?\d)日|(?P<mend>底|末|份))?(?P<mago>以?前|内)?"
    r"|(?P<half>上半年|年中)|(?P<q>[一二三四1-4])季度|(?P<year>年底|年末|年内|全年|今年|本年|下半年|当年|明年)"
    r"|“?十(?P<five>[一二三四五六七])五”?(?:期间|时期|规划期|末|期末)|(?P<term>(?:今后|未来"
    r"|接下来)(?:的)?(?P<n>[三五35])年|本届政府任期|五年内|三年内)|(?P<avg>年均)"
)
# where a cue can begin: told from one character and what follows it soon, so that the engine skips the rest fast
_CUE_NEAR = re.compile(
    r"[\d一二三四五六七八九十上年全今本下当明“未接](?=[\d一二三四五六七八九十半后来的下]{0,4}?[年月季五届]"
    r"|[底末内中均])"
)


@dataclass(slots=True)
class Due:
    """When something is due: the day, whether the text says so, and whether it is of the term, not of the year."""

    day: str | None
    explicit: bool
    term: bool


def find_cues(text: str, start: int, end: int) -> list[re.Match[str]]:
    """All time cues of a stretch, in order; one pass for the whole stretch keeps the cost linear."""
    cues: list[re.Match[str]] = []
    match = _CUE.match
    at = start
    for near in _CUE_NEAR.finditer(text, start, end):
        first = near.start()
        if first >= at and (m := match(text, first, end)):
            cues.append(m)
            at = m.end()
    return cues


def due(text: str, cues: Sequence[re.Match[str]], plan_year: int | None, *, term: bool) -> Due | None:
    """The deadline that the cues of one clause (or of the sentence's opening) state; None when they state none."""
    found: Due | None = None
    for m in cues:
        now = _one(text, m, plan_year, term)
        if now and (found is None or (now.explicit and not found.explicit) or (now.day or "") > (found.day or "")):
            found = now
    return found


def _one(text: str, m: re.Match[str], plan_year: int | None, term: bool) -> Due | None:
    if m["avg"]:
        return Due(None, False, True)
    if m["five"]:
        last = 2000 + 5 * (_HAN[m["five"]] - 9)  # 十五 ends in 2005 = 2000 + 5 × (10 - 9)
        return Due(date(last + 5, 12, 31).isoformat(), True, True)
    if m["term"]:
        years = {"三": 3, "3": 3}.get(m["n"] or "五", 5)
        day = date(plan_year + years - 1, 12, 31).isoformat() if plan_year else None
        return Due(day, True, True)
    if m["y"]:
        year = int(m["y"])
        if plan_year is None or year < plan_year:
            return None
        before = text[max(0, m.start() - 2) : m.start()]
        if m["yago"] and not m["yend"]:
            return Due(date(year - 1, 12, 31).isoformat(), True, year - 1 > plan_year)
        if year == plan_year and not ("到" in before or "至" in before or m["yend"]):
            return Due(date(year, 12, 31).isoformat(), True, False)
        return Due(date(year, 12, 31).isoformat(), True, year > plan_year)
    if plan_year is None:
        return None
    if m["m"]:
        if not (m["mend"] or m["mago"] or m["d"]):
            return None
        month = _HAN.get(m[5]) if m[5] in _HAN else int(m[5])
        if not month or (m["mend"] == "份" and not m["mago"]):
            return None
        last = monthrange(plan_year, month)[1]
        day_of = min(int(m["d"]), last) if m["d"] and int(m["d"]) > 0 else last
        if m["mago"] and not m["mend"] and not m["d"]:
            month, day_of = (month - 1 or 12), monthrange(plan_year, month - 1 or 12)[1]
            return Due(date(plan_year - (month == 12), month, day_of).isoformat(), True, False)
        return Due(date(plan_year, month, day_of).isoformat(), True, False)
    if m["half"]:
        return Due(date(plan_year, 6, 30).isoformat(), True, False)
    if m["q"]:
        quarter = int(m["q"]) if m["q"].isdigit() else _HAN[m["q"]]
        return Due(date(plan_year, quarter * 3, monthrange(plan_year, quarter * 3)[1]).isoformat(), True, False)
    year = plan_year + 1 if m["year"] == "明年" else plan_year
    return Due(date(year, 12, 31).isoformat(), True, term and m["year"] != "今年")


def year_end(plan_year: int | None) -> str | None:
    """The last day of the plan year as an ISO date."""
    return f"{plan_year}-12-31" if plan_year else None
