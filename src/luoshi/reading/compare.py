"""Last year's promises against this year's results: met, missed, partly, unverifiable, absent.

Unverifiable is what is told in words only, or cannot be compared.
A result is taken from what this year's report says of the same indicator, never from its own verdict (圆满完成). Where
unit or basis differ no verdict is given. Every comparison carries both spans, so that anyone can look.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from luoshi.reading import judging
from luoshi.reading.likeness import Index
from luoshi.reading.model import Commitment, Reading, Target

Verdict = Literal["met", "missed", "partly", "unverifiable", "absent"]

_ECONOMY = re.compile(
    r"^(?:经济(?:增长|增速|发展)?(?:速度|水平|增幅)?|GDP增?[长速]?|(?:地区|国内)?生产总值(?:增长|增速|增幅)?)$"
)
_GDP = re.compile(r"(?:地区|国内|全[省市区县])?生产总值|GDP")
_BASICALLY = re.compile(r"基本(?:完成|建成|实现|消除|达到)|主体(?:完工|完成|封顶)|完成主体|部分|过半|接近|有望|即将")
_NOT_DONE = re.compile(r"未能|未完成|未达|没有完成|尚未|滞后|低于预期|缓慢|不及预期|下滑")
_WHOLE = re.compile(r"全覆盖|100%|清零|全面消除|全部")
_BELOW = re.compile(r"低于|慢于")
_NUMERIC_LIKE = 0.52
_SURE_LIKE = 0.8
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


def compare(last: Reading, this: Reading) -> list[Comparison]:
    """Compare the promises that ``last`` made for its plan year with the results in ``this``; the term's wait."""
    return _Comparer(this).all(last.commitments)


class _Comparer:
    def __init__(self, this: Reading) -> None:
        self.clauses = this.achievements
        self.facts = [_Fact(clause, t) for clause in this.achievements for t in clause.targets if t.indicator]
        self.by_indicator = Index([judging.phrase(f.clause, f.target) for f in self.facts])
        self.by_words = Index([c.text for c in self.clauses])

    def all(self, promises: Sequence[Commitment]) -> list[Comparison]:
        out: list[Comparison] = []
        for promise in promises:
            if promise.horizon == "term":
                continue
            if not promise.targets:
                out.append(self.words(promise))
            for target in promise.targets:
                single = replace(promise, targets=[target])
                found = self.like(single, target)
                judge = self.number if target.value is not None else self.relative
                out.append(judge(single, target, found) or self.words(single))
        return out

    def like(self, promise: Commitment, target: Target) -> list[tuple[_Fact, float]]:
        """Facts whose indicator is alike, the most alike first."""
        near = self.by_indicator.like(judging.phrase(promise, target), _NUMERIC_LIKE)
        return [
            (fact, like)
            for fact, like in ((self.facts[k], like) for k, like in near)
            if like >= _SURE_LIKE or judging.shares_head(target.indicator, fact.target.indicator, fact.clause.text)
        ]

    def number(self, promise: Commitment, target: Target, found: list[tuple[_Fact, float]]) -> Comparison | None:
        """Of the facts alike, the most alike that can be compared decides; where none can, why not."""
        comparable = [
            (like + 0.05 * (fact.clause.horizon == "year") + 0.03 * (fact.target.unit == target.unit), -k, fact)
            for k, (fact, like) in enumerate(found)
            if fact.target.value is not None
            and judging.same_unit(target.unit, fact.target.unit)
            and judging.same_basis(target, fact.target)
            and not judging.stock_against_flow(promise, target, fact.clause, fact.target)
        ]
        if comparable:
            fact = max(comparable)[2]
            if _BASICALLY.search(fact.clause.text):
                return _told(promise, fact, "partly", "reported_in_part")
            return _kept(promise, fact, judging.meets(target, fact.target))
        if not found:
            return None
        fact = found[0][0]
        if fact.target.value is None:
            return _told(promise, fact, "unverifiable", "words_only")
        if not judging.same_unit(target.unit, fact.target.unit):
            return _told(promise, fact, "unverifiable", "unit_differs")
        stock = judging.stock_against_flow(promise, target, fact.clause, fact.target)
        return _told(promise, fact, "unverifiable", "stock_and_flow" if stock else "basis_differs")

    def relative(self, promise: Commitment, target: Target, found: list[tuple[_Fact, float]]) -> Comparison | None:
        """A relative promise: the report must say how it compares, or hold both numbers itself."""
        facts = [fact for fact, _ in found]
        for answer in (self._as_told(promise, target, facts), self._against_growth(promise, target, facts)):
            first = next(answer, None)
            if first is not None:
                return first
        if facts:
            return _told(promise, facts[0], "unverifiable", "basis_not_given")
        told = self.words(promise)
        whole = target.basis in ("全覆盖", "全面消除") and told.verdict == "unverifiable"
        if whole and told.result is not None and _WHOLE.search(told.result.text):
            return replace(told, verdict="met", why="reported_whole")
        return told

    def _as_told(self, promise: Commitment, target: Target, facts: list[_Fact]) -> Iterator[Comparison]:
        """The report compares with the same basis, in words, by points, by direction, or by nought and hundred."""
        basis = target.basis or ""
        wants_above = target.op in (">basis", "≥basis", "=basis")
        for fact in facts:
            value, unit, its_basis = fact.target.value, fact.target.unit, fact.target.basis or ""
            if its_basis and judging.alike_basis(basis, its_basis):
                if value is None:
                    kept = fact.target.op in (target.op, ">basis") or (target.op, fact.target.op) == (
                        "≥basis",
                        "=basis",
                    )
                    yield _told(promise, fact, "met" if kept else "missed", "reported_against_basis")
                elif unit == "个百分点":
                    kept = wants_above != bool(_BELOW.search(fact.clause.text))
                    yield _told(promise, fact, "met" if kept else "missed", "reported_against_basis")
            if value is None:
                continue
            if basis == "上年" and unit == "%" and judging.direction(fact.target.indicator):
                down = judging.direction(fact.target.indicator) == "down"
                yield _kept(promise, fact, value == 0 or down == (target.op == "≤basis"))
            elif basis == "全面消除":
                yield _kept(promise, fact, value == 0)
            elif basis == "全覆盖" and unit == "%" and value == 100:
                yield _kept(promise, fact, True)

    def _against_growth(self, promise: Commitment, target: Target, facts: list[_Fact]) -> Iterator[Comparison]:
        """与经济增长同步, 高于经济增速: the growth of the economy stands in the same report."""
        if not _ECONOMY.match(target.basis or ""):
            return
        economy = next((f for f in self.facts if _GDP.search(f.target.indicator) and _is_growth(f.target)), None)
        for fact in facts:
            if economy is None or fact is economy or not _is_growth(fact.target):
                continue
            got, bound = judging.signed(fact.target), judging.signed(economy.target)
            near = bound - Decimal("0.5")  # 同步 allows half a point
            kept = {">basis": got > bound, "≥basis": got >= bound, "=basis": got >= near, "<basis": got < bound}
            yield _told(promise, fact, "met" if kept.get(target.op, got <= bound) else "missed", "against_growth")

    def words(self, promise: Commitment) -> Comparison:
        """A promise whose result, if any, is told in words only."""
        if promise.targets and len(promise.targets[0].indicator) >= 3:
            query = judging.bare(promise.targets[0].indicator)
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


def _is_growth(target: Target) -> bool:
    return target.unit == "%" and target.value is not None and bool(judging.direction(target.indicator))


def _kept(promise: Commitment, fact: _Fact, kept: bool) -> Comparison:
    return _told(promise, fact, "met" if kept else "missed", "reaches" if kept else "falls_short")


def _told(promise: Commitment, fact: _Fact, verdict: Verdict, why: str) -> Comparison:
    clause, target = fact.clause, fact.target
    return Comparison(promise, Result(clause.start, clause.end, clause.text, target.value, target.unit), verdict, why)
