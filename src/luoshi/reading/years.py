"""Which year a report plans, and which place it speaks of: told by votes of what the text says, never by the clock."""

from __future__ import annotations

import re
from collections import Counter

_HAN_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_YEAR = r"((?:19|20)\d\d|[一二][〇○零一二三四五六七八九]{3})年"
_MEETING = re.compile(_YEAR + r"(\d{1,2}|[一二三四五六七八九十]{1,3})月(?:\d{1,2}|[一二三四五六七八九十]{1,3})日")
_TITLE = re.compile(_YEAR + r"?[^\n。，]{0,16}政府工作报告|政府工作报告[^\n\d]{0,6}" + _YEAR)
_HIT = re.compile(r"20\d\d年|19\d\d年|二[〇○零][〇○零一二三四五六七八九]{2}年")
_PLAN_TAIL = re.compile(
    r"[^，。；\n\d]{0,14}(?:预期目标|主要目标|工作安排|主要任务|总体要求|重点工作|总体思路|总要求|工作打算"
    r"|工作建议|工作任务|重点任务)"
)
_REVIEW_TAIL = re.compile(r"(?:[^，。；\n\d]{0,6}工作)?的?回顾|以来[，,]")
_FIVE = re.compile(r"十([一二三四五六七])五”?(?:规划)?[^，。；\n]{0,6}(收官|开局|起步|第一年|最后一年|开启)")

_LEVEL = r"(?:省|自治区|自治州|市|地区|盟|州|自治县|县|自治旗|旗|区|特区|新区|开发区|镇|乡|街道)"
_PLACE_TITLE = re.compile(r"([\u4e00-\u9fff]{2,14}?" + _LEVEL + r")(?:人民)?(?:\d{4}年)?(?:人民)?政府工作报告")
_PLACE_MEETING = re.compile(r"在([\u4e00-\u9fff]{2,14}?" + _LEVEL + r")第?[一二三四五六七八九十]{1,3}届人")
_NATION = re.compile(r"在第[一二三四五六七八九十]{1,3}届全国人民代表大会|我代表国务院")
_WHO = re.compile(r"我代表[^，。\n]{0,8}?(省|自治区|自治州|市|盟|州|县|旗|区|镇|乡|街道)(?:人民)?(?:政府|办事处)")
_BEFORE_NAME = re.compile(r"[年月日在的]|代表|审议|报告|关于")
_COMMON = re.compile(
    r"[我全本各该小社园片城辖校地山景库街新老牧矿林灾湖郊边民战禁半片战学厂功这到在县市省乡村的和与进设造善化建]$"
)


def _year(words: str) -> int:
    return int(words.translate(_HAN_DIGITS))


def plan_year(text: str) -> int | None:
    """The year that the report plans; None when nothing in the text tells it."""
    votes: Counter[int] = Counter()
    head = text[:600]
    if m := _MEETING.search(head):
        late = m[2] in ("10", "11", "12", "十", "十一", "十二")
        votes[_year(m[1]) + late] += 3
    if (m := _TITLE.search(head)) and (m[1] or m[2]):
        votes[_year(m[1] or m[2])] += 3
    hits: Counter[int] = Counter()
    for m in _HIT.finditer(text):
        year = _year(m[0][:-1])
        hits[year] += 1
        before = text[m.start() - 1 : m.start()]
        if before != "到" and _PLAN_TAIL.match(text, m.end()):
            votes[year] += 2
        elif _REVIEW_TAIL.match(text, m.end()):
            votes[year + 1] += 1
    for m in _FIVE.finditer(text, len(text) // 4 if len(text) > 4000 else 0):
        start = 1996 + 5 * "一二三四五六七".index(m[1]) + 10
        votes[start if m[2] != "收官" and m[2] != "最后一年" else start + 4] += 1
    if votes:
        best = max(votes.values())
        return max(year for year, n in votes.items() if n == best)
    return max(hits, key=lambda year: (hits[year], year)) if hits else None


def place(text: str) -> str:
    """The place that reports, by its own name; empty when the text does not give it."""
    head = text[:800]
    if _NATION.search(head):
        return "全国"
    title = head.find("政府工作报告")
    for m in (_PLACE_TITLE.search(head, max(0, title - 40)) if title >= 0 else None, _PLACE_MEETING.search(head)):
        if m:
            name = _BEFORE_NAME.split(m[1])[-1]
            if len(name) >= 2:
                return name
    who = _WHO.search(text[:4000])
    if not who:
        return ""
    level = who[1]
    names = _names_before(text, level)
    if not names:
        return ""
    weighed = {name: text.count(name) for name, _ in names.most_common(12)}
    return max(weighed, key=lambda name: weighed[name]) + level


def _names_before(text: str, level: str) -> Counter[str]:
    """How often two characters stand before a level (省, 市, 县, …) so that they may be its name."""
    names: Counter[str] = Counter()
    taken = 0
    at = text.find(level)
    while at >= 0:
        name = text[at - 2 : at]
        if at - 2 >= taken and "\u4e00" <= name[0] <= "\u9fff" and "\u4e00" <= name[1] <= "\u9fff":
            taken = at + len(level)
            if not _COMMON.search(name):
                names[name] += 1
        at = text.find(level, at + 1)
    return names
