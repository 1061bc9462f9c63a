"""Last year's promises against this year's results: met, missed, partly, unverifiable (words only, or not comparable), absent.

A result is taken from what this year's report says of the same indicator, never from its own verdict (圆满完成). Where
unit or basis differ no verdict is given. Every comparison carries both spans, so that anyone can look.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from luoshi.reading.likeness import Index, same_name, tidy
from luoshi.reading.model import Commitment, Reading, Target

Verdict = Literal["met", "missed", "partly", "unverifiable", "absent"]

_DIRECTION = re.compile(r"(?:年均|平均)?(?P<d>增长|递增|增加|提高|提升|上升|扩大|增收|增幅|增速|涨幅|下降|降低|减少|压减|压缩|缩减|削减|回落|缩短|下调|压降|降幅|负增长)(?:幅度|速度)?$")
_DOWN = frozenset("下降 降低 减少 压减 压缩 缩减 削减 回落 缩短 下调 压降 降幅 负增长".split())
_LOWER_IS_BETTER = re.compile(r"失业率|涨幅|能耗|排放|浓度|债务|事故|死亡|赤字|大班额|用时|时限|空置率|返贫|消费价格|发案")
_ECONOMY = re.compile(r"^(?:经济(?:增长|增速|发展)?(?:速度|水平|增幅)?|GDP增?[长速]?|(?:地区|国内)?生产总值(?:增长|增速|增幅)?)$")
_GDP = re.compile(r"(?:地区|国内|全[省市区县])?生产总值|GDP")
_UNIT_CLASSES = ("人名位", "个家处座所项条支幢栋", "元", "亩", "件起宗例")
_BASICALLY = re.compile(r"基本(?:完成|建成|实现|消除|达到)|主体(?:完工|完成|封顶)|完成主体|部分|过半|接近|有望|即将")
_NOT_DONE = re.compile(r"未能|未完成|未达|没有完成|尚未|滞后|低于预期|缓慢|不及预期|下滑")
_WHOLE = re.compile(r"全覆盖|100%|清零|全面消除|全部")
_STOCK = re.compile(r"总数|总量|总规模|累计|保有量|达到?$|突破$|增至$|发展到$")
_FLOW = re.compile(r"新增|净增|新建|新认定|新培育|引进|新引进|新开工")
_HOW_MANY = re.compile(r"(?<=[\u4e00-\u9fff]{2})(?:总数|数量|总量)$")
_SURE_LIKE = 0.8
_SLACK = Decimal("0.1")
_NUMERIC_LIKE = 0.52
_WORDS_LIKE = 0.45


@dataclass(slots=True)
class Result:
    """What this year's report says of a promise: its span, and the value with its unit where there is one."""

    start: int
    end: int
    text: str
    value: Decimal | None
    unit: str | None


@dataclass(slots=True)
class Comparison:
    """One promise with exactly one target (or none), its result, the verdict, and a code for why."""

    promise: Commitment
    result: Result | None
    verdict: Verdict
    why: str


@dataclass(slots=True)
class _Fact:
    clause: Commitment
    target: Target
    down: bool


def compare(last: Reading, this: Reading) -> list[Comparison]:
    """Compare every promise that ``last`` made for its plan year with the results in ``this``; promises of the term are left out."""
    return _Comparer(this).all(last.commitments)


class _Comparer:
    def __init__(self, this: Reading) -> None:
        self.facts = [
            _Fact(clause, target, _direction(target.indicator) == "down")
            for clause in this.achievements
            for target in clause.targets
            if target.indicator
        ]
        self.clauses = this.achievements
        self.by_indicator = Index([_phrase(f.clause, f.target) for f in self.facts])
        self.by_words = Index([c.text for c in self.clauses])

    def all(self, promises: Sequence[Commitment]) -> list[Comparison]:
        out: list[Comparison] = []
        for promise in promises:
            if promise.horizon == "term":
                continue
            if not promise.targets:
                out.append(self.words(promise))
            out.extend(self.numeric(replace(promise, targets=[target]), target) for target in promise.targets)
        return out

    def numeric(self, promise: Commitment, target: Target) -> Comparison:
        """A promise with a target: among the facts of the same indicator, one that can be compared decides."""
        head = _head(target.indicator)
        found = [
            (self.facts[k], like)
            for k, like in self.by_indicator.like(_phrase(promise, target), _NUMERIC_LIKE)
            if like >= _SURE_LIKE or _shares_head(head, _bare(self.facts[k].target.indicator), self.facts[k].clause.text)
        ]
        if target.value is None:
            return self.against_basis(promise, target, found)
        best: tuple[float, _Fact] | None = None
        for fact, like in found:
            if fact.target.value is None or not _same_unit(target.unit, fact.target.unit) or not _same_basis(target, fact.target):
                continue
            if _stock_or_flow(promise, target) * _stock_or_flow(fact.clause, fact.target) < 0:
                continue
            weight = like + (0.05 if fact.clause.horizon == "year" else 0.0) + (0.03 if fact.target.unit == target.unit else 0.0)
            if best is None or weight > best[0] + 1e-9:
                best = (weight, fact)
        if best is not None:
            return self.judge(promise, target, best[1])
        if found:
            fact = found[0][0]
            why = "unit_differs" if not _same_unit(target.unit, fact.target.unit) else "basis_differs"
            if why == "basis_differs" and _stock_or_flow(promise, target) * _stock_or_flow(fact.clause, fact.target) < 0:
                why = "stock_and_flow"
            if fact.target.value is None:
                why = "words_only"
            return Comparison(promise, _result(fact), "unverifiable", why)
        return self.words(promise)

    def judge(self, promise: Commitment, target: Target, fact: _Fact) -> Comparison:
        """Compare two numbers of the same unit and basis."""
        assert target.value is not None and fact.target.value is not None
        wanted, got = target.value, fact.target.value
        promised_down = _direction(target.indicator) == "down"
        if _direction(target.indicator) and _direction(fact.target.indicator) and promised_down != fact.down:
            got = -got
        met = _meets(target, wanted, got, bool(_LOWER_IS_BETTER.search(target.indicator)) and not promised_down)
        if _BASICALLY.search(fact.clause.text):
            return Comparison(promise, _result(fact), "partly", "reported_in_part")
        why = "reaches" if met else "falls_short"
        return Comparison(promise, _result(fact), "met" if met else "missed", why)

    def against_basis(self, promise: Commitment, target: Target, found: list[tuple[_Fact, float]]) -> Comparison:
        """A relative promise: the economy's growth is in the report itself; of other bases the report must say how it compares."""
        basis = target.basis or ""
        for fact, _ in found:
            if fact.target.value is None and fact.target.basis and _alike_basis(basis, fact.target.basis):
                verdict: Verdict = "met" if fact.target.op in (target.op, ">basis", "=basis" if target.op == "≥basis" else target.op) else "missed"
                return Comparison(promise, _result(fact), verdict, "reported_against_basis")
        for fact, _ in found:
            points = fact.target.unit == "个百分点" and fact.target.value is not None and fact.target.basis
            if points and _alike_basis(basis, fact.target.basis or ""):
                above = "低于" not in fact.clause.text and "慢于" not in fact.clause.text
                met = above == (target.op in (">basis", "≥basis", "=basis"))
                return Comparison(promise, _result(fact), "met" if met else "missed", "reported_against_basis")
        growth = [fact for fact, _ in found if fact.target.value is not None and fact.target.unit == "%" and _direction(fact.target.indicator)]
        if growth and _ECONOMY.match(basis):
            gdp = next((f for f in self.facts if _GDP.search(f.target.indicator) and f.target.unit == "%" and f.target.value is not None and "占" not in f.target.indicator), None)
            if gdp is not None and gdp is not growth[0]:
                a, b = _signed(growth[0]), _signed(gdp)
                met = {">basis": a > b, "≥basis": a >= b, "=basis": a >= b - Decimal("0.5"), "<basis": a < b}.get(target.op, a <= b)
                return Comparison(promise, _result(growth[0]), "met" if met else "missed", "against_growth")
        for fact, _ in found:
            value = fact.target.value
            if basis == "上年" and value is not None and fact.target.unit == "%" and _direction(fact.target.indicator):
                met = value == 0 or fact.down == (target.op == "≤basis")
                return Comparison(promise, _result(fact), "met" if met else "missed", "reaches" if met else "falls_short")
            if basis == "全面消除" and value is not None:
                return Comparison(promise, _result(fact), "missed" if value else "met", "falls_short" if value else "reaches")
            if fact.target.value == 100 and fact.target.unit == "%" and basis == "全覆盖":
                return Comparison(promise, _result(fact), "met", "reaches")
        if found:
            return Comparison(promise, _result(found[0][0]), "unverifiable", "basis_not_given")
        told = self.words(promise)
        if told.result is not None and basis in ("全覆盖", "全面消除") and _WHOLE.search(told.result.text) and told.verdict == "unverifiable":
            return Comparison(promise, told.result, "met", "reported_whole")
        return told

    def words(self, promise: Commitment) -> Comparison:
        """A promise whose result, if any, is told in words only."""
        if promise.targets and len(promise.targets[0].indicator) >= 3:
            query = _bare(promise.targets[0].indicator)
        else:
            query = promise.object if len(promise.object) >= 4 else promise.text
        found = self.by_words.like(query, _WORDS_LIKE, limit=1)
        if not found:
            return Comparison(promise, None, "absent", "not_mentioned")
        clause = self.clauses[found[0][0]]
        result = Result(clause.start, clause.end, clause.text, None, None)
        if _NOT_DONE.search(clause.text):
            return Comparison(promise, result, "missed", "reported_not_done")
        if _BASICALLY.search(clause.text):
            return Comparison(promise, result, "partly", "reported_in_part")
        return Comparison(promise, result, "unverifiable", "words_only")


def _phrase(clause: Commitment, target: Target) -> str:
    """An indicator with the verb before it: 加装|电梯 is more than 电梯."""
    bare = _bare(target.indicator)
    return clause.action[-2:] + bare if len(bare) <= 4 and clause.action[-2:] not in ("完成", "实现", "新增", "达到") else bare


def _head(indicator: str) -> str:
    """The last two characters of a noun phrase: Chinese puts what a thing is at the end."""
    return _bare(indicator)[-2:]


def _shares_head(head: str, other: str, result: str) -> bool:
    return head in other or head in result and len(head) == 2 and head not in ("项目", "建设", "工程", "企业")


def _stock_or_flow(clause: Commitment, target: Target) -> int:
    """1 for a total (总数达到), -1 for what is added (新增), 0 where the words do not say."""
    if _STOCK.search(target.indicator):
        return 1
    if target.num_start is None:
        return 0
    before = clause.text[: max(0, target.num_start - clause.start)][-16:]
    if _FLOW.search(before):
        return -1
    return 1 if _STOCK.search(before) else 0


def _bare(indicator: str) -> str:
    bare = tidy(_DIRECTION.sub("", same_name(indicator)))
    return _HOW_MANY.sub("", bare) or bare


def _direction(indicator: str) -> str:
    m = _DIRECTION.search(indicator)
    return "" if not m else "down" if m["d"] in _DOWN else "up"


def _signed(fact: _Fact) -> Decimal:
    value = fact.target.value or Decimal(0)
    return -value if fact.down else value


def _same_unit(a: str | None, b: str | None) -> bool:
    if a == b:
        return True
    if not a or not b:
        return False
    return any(a[-1] in group and b[-1] in group and len(a) == len(b) == 1 for group in _UNIT_CLASSES)


def _same_basis(a: Target, b: Target) -> bool:
    """A growth is compared with a growth over the same basis, a level with a level."""
    return _alike_basis(a.basis or "", b.basis or "") and bool(_direction(a.indicator)) == bool(_direction(b.indicator)) or (a.basis or "") == (b.basis or "")


def _alike_basis(a: str, b: str) -> bool:
    a, b = (re.sub(r"平均(?:水平)?|水平|的|增速|增幅", "", x) for x in (a, b))
    return a == b or bool(a and b and (a in b or b in a))


def _meets(target: Target, wanted: Decimal, got: Decimal, lower: bool) -> bool:
    op = target.op
    if target.value_high is not None:
        return got <= target.value_high if lower else got >= wanted
    if op == "≥":
        return got >= wanted
    if op == ">":
        return got > wanted
    if op == "≤":
        return got <= wanted
    if op == "<":
        return got < wanted
    if op == "≈":
        slack = abs(wanted) * _SLACK
        return got <= wanted + slack if lower else got >= wanted - slack
    return got <= wanted if lower else got >= wanted


def _result(fact: _Fact) -> Result:
    clause, target = fact.clause, fact.target
    return Result(clause.start, clause.end, clause.text, target.value, target.unit)
