"""Relative targets: promises measured against something else, without a number of their own.

高于全市平均水平, 与经济增长同步, 控制在省定目标以内, 完成市下达任务, 全覆盖. Nothing is turned into a number.
"""

from __future__ import annotations

import re

from luoshi.reading.clauses import Clause, Opening
from luoshi.reading.model import Op, Target
from luoshi.reading.targets import Carry, _clean

# one of these stands in every clause that a rule below can match
_WORDS = re.compile(
    "于|同步|持平|平均|下达|全覆盖|消除|以内|范围|清零|超过|一致|高出|相当|相适应|相匹配|序时"
    "|定目标|定任务|翻|跑赢|领先|位居|目标内|指标内|前列|只增不减|只减不增|水平|上级"
)
_GOAL = (
    r"(?:水平|增速|增长|增幅|涨幅|速度|平均|目标|任务|要求|标准|指标|下达[^，。；、]{0,6}|全国|全省|全市|全州"
    r"|发展|面上|序时进度|进度|城镇居民(?:收入)?|财政收入|上年|去年|周边县区|考核[^，。；、]{0,4})"
)
_END = r"(?=$|[、，（(]|且|并)"
_B = r"(?P<b>[\u4e00-\u9fff“”A-Z]{1,22}?" + _GOAL + r")"
_RULES: tuple[tuple[re.Pattern[str], Op], ...] = (
    (re.compile(r"(?:不低于|不慢于|不少于|达到或(?:超过|高于)|不亚于)" + _B + r"(?:以上)?" + _END), "≥basis"),
    (re.compile(r"(?:不高于|不超过|不大于|不突破)" + _B + r"" + _END), "≤basis"),
    (re.compile(r"(?:高于|快于|大于|优于|好于|超过|跑赢|高出|领先于?|超出)" + _B + r"" + _END), ">basis"),
    (re.compile(r"(?:低于|小于|慢于|少于)" + _B + r"" + _END), "<basis"),
    (re.compile(r"(?:控制|保持|稳定|维持)在(?P<b>[\u4e00-\u9fff“”]{2,22}?)"
 r"(?:以内|范围之内|范围内|之内|内|以下)" + _END), "=basis"),
    (re.compile(
        r"(?:与|同|和|跟)(?P<b>[\u4e00-\u9fff“”A-Z]{2,22}?)(?:基本|保持|大体)*(?:同步|持平|相当|一致|相适应"
        r"|相匹配|并进)(?:增长|提高|提升)?" + _END), "=basis"),
    (re.compile(
        r"(?:完成|达到|实现)(?P<b>[\u4e00-\u9fff“”]{0,8}?(?:下达|上级|省定|市定|国家|省市|省里|市里|省、市"
        r"|省级|市级)[^，。；]{0,18}?"
 r"(?:目标任务|任务|目标|指标|要求|计划|标准|序时进度|控制数))(?:以内)?" + _END), "=basis"),
    (re.compile(
        r"达到(?P<b>(?:全国|全省|全市|全州|国家|省|市|世界|国际|国内)[^，。；、]{0,10}(?:平均水平|先进水平"
        r"|平均))" + _END), "=basis"),
    (re.compile(
        r"完成(?P<o>[^，。；]{2,14}?)(?P<b>(?:市|省|国家|上级|州|县|区)(?:定|级|下达)?的?(?:目标任务|控制目标"
        r"|目标|任务|指标))" + _END), "=basis"),
    (re.compile(r"(?P<b>(?:比|较)[^，。；]{2,8}?翻(?:[一两三]|一?)番|翻[一两三]?番)" + _END), "=basis"),
    (re.compile(r"(?P<b>只增不减)" + _END), "≥basis"),
    (re.compile(r"(?P<b>只减不增)" + _END), "≤basis"),
    (re.compile(r"(?P<b>全覆盖|动态清零|全部清零|清零|应保尽保)" + _END), "=basis"),
    (re.compile(r"(?P<b>全面消除)(?P<o>[^，。；]{2,24})" + _END), "=basis"),
)  # fmt: skip
_MERE_TASK = re.compile(r"^(?:年度|约束性|各项)?(?:目标任务|任务|目标|指标|计划)$")
_ISSUED = re.compile(
    r"(?:全面|超额|圆满|确保|如期"
    r"|坚决)*(?:完成)(?P<w>[^，。；]{0,10}?下达)的?(?P<o>[^，。；]{2,24}?(?:指标|任务|目标|计划)?)$"
)
_GROWTH_END = re.compile(r"(?:增长|增速|增幅|增长率|涨幅|速度)(?:速度|幅度)?$")
_ONLY_GROWTH = re.compile(r"^(?:年均)?(?:增长|增速|增幅)$")
_ET = re.compile(r"等[^，。等]{0,10}?(?P<tail>增幅|增速|增长速度|增长)?$")
_LIST = re.compile(r"、|(?<=[率额量值入资出数积费重长速])(?:和|与|及)")
_TIDY = re.compile(
    r"(?:力争|争取|确保|实现|保持|均|都|继续|全部|稳定|基本|明显|总体|要|将|且|达到|分别|高质量|有效|深度"
    r"|加快|推进|推动)+$"
)
_DOMESTIC = re.compile(
    r"^(?:力争|争取|确保|实现|继续|加快|推进|推动|基本|完成|全面|保持|持续|促进|努力|奋力|要|将|使|让|以及|到20\d\d年)+"
)


def relative(text: str, clause: Clause, found: Opening, carry: Carry) -> list[Target]:
    """Relative targets of a clause that has no core number; empty when it sets none."""
    words = text[found.start : clause.end]
    if not _WORDS.search(words):
        return []
    if m := _ISSUED.search(words):
        indicator, basis = _clean(m["o"]).strip("的"), m["w"] + "指标"
        if _MERE_TASK.match(indicator):
            before = _TIDY.sub("", _DOMESTIC.sub("", _clean(words[: m.start()])))
            indicator, basis = before or carry.subject or indicator, m["w"] + indicator
        return [Target(indicator, "=basis", None, None, None, basis, None, None)]
    for rule, op in _RULES:
        if m := rule.search(words):
            return _rows(words, m, op, carry)
    return []


def _rows(words: str, m: re.Match[str], op: Op, carry: Carry) -> list[Target]:
    basis = "上年" if m["b"] in ("只增不减", "只减不增") else m["b"]
    subject = m.groupdict().get("o") or words[: m.start()]
    subject = _DOMESTIC.sub("", _clean(subject))
    subject = _TIDY.sub("", subject)
    tail = ""
    pieces = [subject]
    if e := _ET.search(subject):
        tail = e["tail"] or ""
        pieces = _LIST.split(subject[: e.start()])
    elif "、" in subject or "和" in subject:
        split = _LIST.split(subject)
        if len(split) > 1 and all(len(p) >= 2 for p in split):
            pieces = split
            ending = _GROWTH_END.search(split[-1])
            if ending:
                pieces = [p if _GROWTH_END.search(p) else p + ending[0] for p in split]
    rows = []
    for piece in pieces:
        name = piece.strip()
        if _ONLY_GROWTH.match(name):
            name = carry.subject + name
        indicator = (name + tail) or carry.subject
        if not indicator:
            continue
        unit = (
            "%"
            if _GROWTH_END.search(indicator) or indicator.endswith(("率", "比重")) or _GROWTH_END.search(basis)
            else None
        )
        rows.append(Target(indicator, op, None, None, unit, basis, None, None))
    if rows:
        carry.subject = rows[-1].indicator
    return rows
