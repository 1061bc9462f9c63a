"""Which part of a report each paragraph belongs to: review or plan, of the year or of the term.

A small left-to-right model: every paragraph is scored by cues at its head and by the mood of its verbs, and the
cheapest sequence of parts is taken (Viterbi). Cues are phrases of the genre, not of any one report.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from luoshi.reading.headings import Paragraph
from luoshi.reading.model import Part

PRE, TERM_REVIEW, REVIEW, PROBLEMS, TERM_PLAN, PLAN, CLOSING, GLOSSARY = range(8)
PART_OF_STATE: tuple[Part, ...] = (
    "background",
    "term_review",
    "review",
    "background",
    "term_plan",
    "plan",
    "background",
    "glossary",
)
_STATES = 8

# cost of going from one part to another; what is missing is forbidden
_MOVES: dict[tuple[int, int], float] = {
    (PRE, TERM_REVIEW): 2.0, (PRE, REVIEW): 1.5, (PRE, PLAN): 4.0, (PRE, TERM_PLAN): 5.0, (PRE, GLOSSARY): 8.0,
    (PRE, PROBLEMS): 9.0,
    (TERM_REVIEW, REVIEW): 3.0, (REVIEW, TERM_REVIEW): 3.5,
    (TERM_REVIEW, PROBLEMS): 2.0, (REVIEW, PROBLEMS): 2.0, (PROBLEMS, REVIEW): 5.0, (PROBLEMS, TERM_REVIEW): 3.0,
    (TERM_REVIEW, TERM_PLAN): 3.0, (TERM_REVIEW, PLAN): 3.5, (REVIEW, TERM_PLAN): 3.5, (REVIEW, PLAN): 3.0,
    (PROBLEMS, TERM_PLAN): 1.5, (PROBLEMS, PLAN): 1.0, (TERM_PLAN, PLAN): 3.5, (PLAN, TERM_PLAN): 5.0,
    (PLAN, CLOSING): 2.0, (TERM_PLAN, CLOSING): 5.0, (CLOSING, PLAN): 6.0, (CLOSING, GLOSSARY): 2.0,
    (PLAN, GLOSSARY): 4.0,
    (REVIEW, GLOSSARY): 9.0, (TERM_PLAN, GLOSSARY): 6.0, (GLOSSARY, PRE): 9.0, (CLOSING, PRE): 9.0, (PLAN, PRE): 14.0,
    (GLOSSARY, PLAN): 14.0,
}  # fmt: skip
_UNCUED = 2.0  # what it costs to enter a part where no phrase says so
_FROM: tuple[tuple[tuple[int, float], ...], ...] = tuple(
    tuple((a, cost) for (a, b), cost in sorted(_MOVES.items()) if b == to) for to in range(_STATES)
)

_FIVE_YEARS = r"(?:今后|未来|下一个|接下来的?)(?:的)?(?:五|5|三|3|几)年"
_AHEAD = r"(?:目标|任务|思路|要求|蓝图|重点|展望|安排|发展|奋斗|指导|规划|工作)"


@dataclass(frozen=True, slots=True)
class _Cue:
    """A phrase of the genre. ``keys`` are plain substrings of which one must occur, tried first since that is cheap."""

    keys: tuple[str, ...]
    rule: re.Pattern[str]
    weights: dict[int, float]
    heading: bool = False  # counts on headings only


def _cue(keys: str, rule: str, weights: dict[int, float], heading: bool = False) -> _Cue:
    return _Cue(tuple(keys.split()), re.compile(rule), weights, heading)


_CUES: tuple[_Cue, ...] = (
    _cue(
        "我代表 代表： 代表！",
        r"我代表[^。\n]{0,14}(?:政府|国务院|办事处)[^。\n]{0,24}(?:报告|汇报)|^各位代表[：:！]$",
        {PRE: 6.0},
    ),
    _cue(
        "过去 年来 本届 回顾 这五年",
        r"过去(?:的)?(?:五|5)年|(?:五|5)年来|^[\s　]*这五年|本届政府(?:以来|成立|任期以来|履职|五年)|(?:五"
        r"|5)年(?:工作)?回顾",
        {TERM_REVIEW: 7.0},
    ),
    _cue(
        "今后 未来 下一个",
        r"(?:" + _FIVE_YEARS + r")[^，。\n]{0,24}" + _AHEAD,
        {TERM_PLAN: 7.0, TERM_REVIEW: -4.0},
        heading=True,
    ),
    _cue(
        "今后 未来 下一个 到20",
        r"(?:今后|未来|下一个)(?:的)?(?:五|5)年|到20[23]\d年[^。]{0,30}目标",
        {TERM_PLAN: 4.5},
    ),
    _cue(
        "抓好 做好 实施 突出 围绕",
        r"(?:要)?(?:抓好|做好|实施|突出|围绕)[^。\n]{0,10}(?:以下|如下|[一二三四五六七八九十]{1,2}(?:个|项"
        r"|大))[^。\n]{0,6}(?:工作|任务|方面|行动|工程)?",
        {PLAN: 2.5},
    ),
    _cue("回顾 总结 成绩 成就 成效", r"回顾|工作总结|主要(?:成绩|成就|成效)", {REVIEW: 6.0}, heading=True),
    _cue(
        "过去 一年来 这一年 去年 上年",
        r"^[\s　]*(?:一年来|这一年|去年|上年)|过去的?一年|一年来|这一年，",
        {REVIEW: 4.0},
    ),
    _cue("今年以来 进入20 年初以来", r"今年以来|进入20\d\d年|年初以来", {REVIEW: 3.0, PLAN: -2.0}),
    _cue(
        "认识 看到 意识 存在 面临 问题 不容 成绩属于",
        r"(?:清醒|深刻|清楚)(?:地)?(?:认识|看到|意识)|(?:存在|面临)[^。]{0,24}(?:不足|问题|困难|短板|挑战"
        r"|差距)|也要看到|问题和(?:不足|困难)|问题不容|不容(?:回避|忽视|乐观)|成绩属于过去",
        {PROBLEMS: 5.0},
    ),
    _cue(
        "目标",
        r"(?<!超过)(?<!完成)(?<!高于)(?<!好于)(?<!达到)(?<!实现)(?<!超出)预期目标"
        r"|主要(?:预期)?(?:奋斗)?目标(?:是|为|：|:|建议)|奋斗目标",
        {PLAN: 5.0},
    ),
    _cue("目标", r"(?:主要|发展|奋斗|工作|任务)目标|目标(?:任务|要求)?$", {PLAN: 3.0, TERM_PLAN: 1.0}, heading=True),
    _cue(
        "要求 思想 思路 基调",
        r"总体要求|总要求|指导思想|总体思路|工作思路|总的要求|工作基调",
        {PLAN: 3.5, TERM_PLAN: 2.0},
    ),
    _cue(
        "今年 明年 新的一年",
        r"(?:今年|明年|新的一年)[^。\n]{0,18}(?:工作|任务|目标|安排|打算|重点|思路|要求|建议|部署|措施)",
        {PLAN: 4.0},
    ),
    _cue("今年 新的一年", r"^[\s　（(一二三四五六七八九十）)、.\d]*(?:今年|新的一年)[，,是我]", {PLAN: 4.0}),
    _cue(
        "安排 打算 部署 建议 下步 一步 今后",
        r"(?:工作|任务|目标)(?:安排|打算|部署|建议)|下(?:一)?步工作|今后工作",
        {PLAN: 4.0},
        heading=True,
    ),
    _cue(
        "建设 政府",
        r"政府(?:自身)?建设|自身建设|人民满意(?:的)?(?:服务型)?政府|政府治理(?:能力|新)|法治政府|服务型政府",
        {PLAN: 2.0},
        heading=True,
    ),
    _cue(
        "让我们 团结在 征程 使命 时代",
        r"让我们[^。]{0,60}(?:团结|奋斗|携手|努力|前进|砥砺)|(?:紧密|更加)[^。]{0,6}团结在|(?:新的"
        r"|伟大)[^。]{0,8}(?:征程|使命|时代)[^。]{0,12}(?:召唤|号角|呼唤)",
        {CLOSING: 5.0},
    ),
    _cue("各位代表", r"^[\s　]*各位代表[！，,]", {CLOSING: 1.5}),
    _cue("谢谢", r"谢谢(?:大家|各位)?", {CLOSING: 3.0}),
)
_GLOSSARY = re.compile(
    r"^[\s　（(【\[附：:件]*(?:政府工作报告)?(?:有关)?(?:名词|用语|术语|词语|概念)(?:解释|注释|说明|名词)"
    r"|^注释?[：:]?$|^附件?[：:]"
)
_GLOSSARY_WEIGHT = 16.0
_LOOKS_BACK = re.compile(r"回顾|成就|成效|总结|以来|取得|收官|发展的?历程|圆满|胜利")
_HEAD = 110
_DONE = (
    "了",
    "同比",
    "累计",
    "成功",
    "荣获",
    "位居",
    "圆满",
    "胜利",
    "获评",
    "获批",
    "入选",
    "增至",
    "首个",
    "首次",
    "正式",
    "顺利",
    "如期",
    "提前",
    "超额",
    "已",
    "居全",
    "列全",
    "突破",
    "建成",
    "全年完",
    "全年实",
    "全年新",
    "达到",
    "共有",
)
_WILL = (
    "力争", "争取", "确保", "将", "年内", "加快", "推动", "要", "启动", "力促", "着力",
    "抓好", "强化", "计划", "争创", "谋划", "以上", "不断", "支持", "鼓励",
)  # fmt: skip


def _count_rule(words: Sequence[str]) -> re.Pattern[str]:
    """A rule that finds each word wherever it begins, also inside another: only one character is consumed."""
    return re.compile("|".join(f"{word[0]}(?={word[1:]})" if len(word) > 1 else word for word in words))


_DONE_RULE = _count_rule(_DONE)
_WILL_RULE = _count_rule(_WILL)


def _add_cues(scores: list[float], head: str, heading: str, rank: float) -> None:
    for cue in _CUES:
        if cue.heading and not heading:
            continue
        for key in cue.keys:
            if key in head:
                break
        else:
            continue
        if heading and cue.rule.search(heading):
            for state, weight in cue.weights.items():
                scores[state] += weight * rank
        elif not cue.heading and cue.rule.search(head):
            for state, weight in cue.weights.items():
                scores[state] += weight


def _add_years(scores: list[float], years: _Years, where: str, heading: bool, level: int) -> None:
    """What the years and five-year plans say that a heading, or else a paragraph's head, names."""
    rank = _rank(level) if heading else 1.0
    strength = 5.0 if heading and level <= 2 else 2.5
    if years.plan_key in where and years.plan.search(where):
        scores[PLAN] += strength
    if years.last_key in where and years.last.search(where):
        scores[REVIEW] += strength
    for name, state in years.terms:
        if name in where and (m := re.search(name + r"”?(?:规划)?(?:时期|期间)?(.{0,14})", where)):
            past = state == TERM_REVIEW or bool(_LOOKS_BACK.search(m[1]))
            scores[TERM_REVIEW if past else TERM_PLAN] += (6.0 if heading else 2.5) * rank
            if heading and not past and years.plan_key not in where:
                scores[TERM_PLAN] += max(scores[PLAN], 0.0)
                scores[PLAN] = 0.0


def _rank(level: int) -> float:
    return 2.0 if level == 1 else 1.4 if level == 2 else 1.0


def _score(text: str, p: Paragraph, years: _Years | None) -> tuple[list[float], list[float]]:
    """Scores of a paragraph by its cues alone, and with the mood of its verbs and its length."""
    scores = [0.0] * _STATES
    length = p.end - p.start
    head = text[p.start : min(p.end, p.start + _HEAD)]
    heading = p.title if p.form else ""
    _add_cues(scores, head, heading, _rank(p.level))
    if length <= 24 and _GLOSSARY.search(head):
        scores[GLOSSARY] += _GLOSSARY_WEIGHT
    if years:
        _add_years(scores, years, heading or head, bool(heading), p.level)
    cued = list(scores)
    if length > 60:
        body = text[p.start : min(p.end, p.start + 600)]
        done, will = len(_DONE_RULE.findall(body)), len(_WILL_RULE.findall(body))
        mood = (done - will) / (done + will + 2) * 2.0
        scores[REVIEW] += mood
        scores[TERM_REVIEW] += mood
        scores[PLAN] -= mood
        scores[TERM_PLAN] -= mood
        scores[GLOSSARY] -= 0.5
    scores[PROBLEMS] -= 1.0
    if p.form and p.form not in ("line", "chapter"):
        scores[CLOSING] -= 2.5
        scores[PROBLEMS] -= 1.5
    if length > 120 and not scores[PRE]:
        scores[PRE] -= 1.5
    if length > 400:
        scores[PRE] -= 3.0
        scores[CLOSING] -= 2.0
        scores[PROBLEMS] -= 1.0
    return cued, scores


def _chapter(scores: list[float]) -> list[float]:
    """What a chapter's heading says of the paragraphs under it: of the two reviews either, less of the rest."""
    share = [min(max(s, 0.0), 10.0) * 0.3 for s in scores]
    reviews = max(share[REVIEW], share[TERM_REVIEW])
    yearly = share[REVIEW] >= share[TERM_REVIEW]
    share[REVIEW] = reviews if yearly else reviews * 0.7
    share[TERM_REVIEW] = reviews * 0.6 if yearly else reviews
    share[PROBLEMS] = max(share[PROBLEMS], max(reviews, share[PLAN], share[TERM_PLAN]) * 0.6)
    share[CLOSING] = max(share[CLOSING], share[PLAN] * 0.6)
    return share


@dataclass(frozen=True, slots=True)
class _Years:
    """Cues that name the planned year and the year before it."""

    plan_key: str
    plan: re.Pattern[str]
    last_key: str
    last: re.Pattern[str]
    terms: tuple[tuple[str, int], ...]

    @classmethod
    def of(cls, year: int) -> _Years:
        ahead = (
            rf"(?<!到)(?<!\d){year}年(?!以来|\d{{1,2}}月)[^。\n]{{0,12}}"
            r"(?:工作(?!报告)|目标|任务|安排|是|要求|思路|重点|建议|经济)"
        )
        behind = rf"(?<!\d){year - 1}年(?:[^。\n]{{0,10}}(?:工作|回顾|，|以来)|$|，)"
        return cls(f"{year}年", re.compile(ahead), f"{year - 1}年", re.compile(behind), _terms(year))


def _terms(year: int) -> tuple[tuple[str, int], ...]:
    """Five-year plans by name (十五 ran 2001 to 2005): those behind the plan year, and those it opens."""
    out = []
    for n, name in enumerate(("十五", "十一五", "十二五", "十三五", "十四五", "十五五", "十六五", "十七五")):
        first = 2001 + 5 * n
        if name == "十五":
            continue  # too short to be told from other words
        if first + 5 == year or first + 5 == year + 1:
            out.append((name, TERM_REVIEW))
        elif first in (year, year + 1):
            out.append((name, TERM_PLAN))
    return tuple(out)


def assign(text: str, found: Sequence[Paragraph], plan_year: int | None) -> list[int]:
    """One state for each paragraph. ``plan_year`` sharpens the cues that name years."""
    years = _Years.of(plan_year) if plan_year else None
    chapter = [0.0] * _STATES
    best = [0.0 if state in (PRE, REVIEW, TERM_REVIEW, PLAN) else 6.0 for state in range(_STATES)]
    best[REVIEW] = 1.0
    best[TERM_REVIEW] = 3.0
    best[PLAN] = 1.5
    back: list[list[int]] = []
    for p in found:
        cued, scores = _score(text, p, years)
        if p.form in ("han", "part", "chapter") or (p.level == 1 and (p.form != "line" or max(scores) >= 5.0)):
            chapter = _chapter(scores)
        else:
            if max(scores) >= 4.5 and chapter[scores.index(max(scores))] < max(chapter):
                chapter = [0.0] * _STATES  # the text itself has moved on
            scores = [a + b for a, b in zip(scores, chapter, strict=True)]
        now: list[float] = []
        came: list[int] = []
        for state in range(_STATES):
            cost, source = best[state], state
            entry = _UNCUED if cued[state] < 1.0 else 0.0
            for other, move in _FROM[state]:
                if best[other] + move + entry < cost:
                    cost, source = best[other] + move + entry, other
            now.append(cost - scores[state])
            came.append(source)
        best = now
        back.append(came)
    if not back:
        return []
    state = min(range(_STATES), key=lambda s: best[s])
    path = [state]
    for came in reversed(back[1:]):
        state = came[state]
        path.append(state)
    path.reverse()
    for k in range(len(path) - 2, -1, -1):
        # a heading belongs to what it heads
        if found[k].whole and path[k] != path[k + 1] and (not found[k + 1].form or found[k + 1].level > found[k].level):
            path[k] = path[k + 1]
    return path
