"""When two figures can be compared, and when a promise is kept: rules about units, bases, directions and totals."""

from __future__ import annotations

import re
from decimal import Decimal

from luoshi.reading.likeness import same_name, tidy
from luoshi.reading.model import Commitment, Target

_DIRECTION = re.compile(
    r"(?:年均|平均)?(?P<d>增长|递增|增加|提高|提升|上升|扩大|增收|增幅|增速|涨幅|下降|降低|减少|压减|压缩|缩减|削减"
    r"|回落|缩短|下调|压降|降幅|负增长)(?:幅度|速度)?$"
)
_DOWN = frozenset(
    ("下降", "降低", "减少", "压减", "压缩", "缩减", "削减", "回落", "缩短", "下调", "压降", "降幅", "负增长")
)
_LOWER_IS_BETTER = re.compile(
    r"失业率|涨幅|能耗|排放|浓度|债务|事故|死亡|赤字|大班额|用时|时限|空置率|返贫|消费价格|发案"
)
_UNIT_CLASSES = ("人名位", "个家处座所项条支幢栋", "件起宗例")
_STOCK = re.compile(r"总数|总量|总规模|累计|保有量|达到?$|突破$|增至$|发展到$")
_FLOW = re.compile(r"新增|净增|新建|新认定|新培育|引进|新引进|新开工")
_HOW_MANY = re.compile(r"(?<=[\u4e00-\u9fff]{2})(?:总数|数量|总量)$")
_HEADLESS = frozenset(("项目", "建设", "工程", "企业"))
_NO_PART_OF_NAME = frozenset(("完成", "实现", "新增", "达到"))
_SLACK = Decimal("0.1")


def direction(indicator: str) -> str:
    """``up``, ``down``, or empty where the indicator names no change."""
    m = _DIRECTION.search(indicator)
    return "" if not m else "down" if m["d"] in _DOWN else "up"


def lower_is_better(indicator: str) -> bool:
    """Whether less of it is what everybody wants: 失业率, 能耗, 事故."""
    return bool(_LOWER_IS_BETTER.search(indicator))


def bare(indicator: str) -> str:
    """An indicator without its direction and without 总数 and the like."""
    name = tidy(_DIRECTION.sub("", same_name(indicator)))
    return _HOW_MANY.sub("", name) or name


def phrase(clause: Commitment, target: Target) -> str:
    """An indicator by which to look for its like; a short one with the verb before it: 加装|电梯 is more than 电梯."""
    name, verb = bare(target.indicator), clause.action[-2:]
    return verb + name if len(name) <= 4 and verb not in _NO_PART_OF_NAME else name


def shares_head(indicator: str, other: str, sentence: str) -> bool:
    """Chinese puts what a thing is at the end: 能耗 per 生产总值 is no 生产总值."""
    head = bare(indicator)[-2:]
    return head in bare(other) or (head in sentence and len(head) == 2 and head not in _HEADLESS)


def same_unit(a: str | None, b: str | None) -> bool:
    """Equal, or two classifiers of one kind (人 and 名)."""
    if a == b:
        return True
    if not a or not b or len(a) != 1 or len(b) != 1:
        return False
    return any(a in group and b in group for group in _UNIT_CLASSES)


def same_basis(a: Target, b: Target) -> bool:
    """A growth is compared with a growth over the same basis, a level with a level."""
    if (a.basis or "") == (b.basis or ""):
        return True
    return alike_basis(a.basis or "", b.basis or "") and bool(direction(a.indicator)) == bool(direction(b.indicator))


def alike_basis(a: str, b: str) -> bool:
    """全市平均水平 and 全市平均 are one basis."""
    a, b = (re.sub(r"平均(?:水平)?|水平|的|增速|增幅", "", x) for x in (a, b))
    return a == b or bool(a and b and (a in b or b in a))


def stock_against_flow(a: Commitment, ta: Target, b: Commitment, tb: Target) -> bool:
    """True when one tells a total (总数达到) and the other what was added (新增)."""
    return _stock_or_flow(a, ta) * _stock_or_flow(b, tb) < 0


def _stock_or_flow(clause: Commitment, target: Target) -> int:
    if _STOCK.search(target.indicator):
        return 1
    if target.num_start is None:
        return 0
    before = clause.text[: max(0, target.num_start - clause.start)][-16:]
    if _FLOW.search(before):
        return -1
    return 1 if _STOCK.search(before) else 0


def signed(target: Target) -> Decimal:
    """A change with its sign: 下降 2.5 is -2.5."""
    value = target.value or Decimal(0)
    return -value if direction(target.indicator) == "down" else value


def meets(target: Target, result: Target) -> bool:
    """True when a result of the same unit and basis keeps the promise.

    An amount promised with ``=`` is kept by more of it, or by less where less is better; 左右 allows a tenth.
    """
    wanted, got = target.value or Decimal(0), result.value or Decimal(0)
    promised, told = direction(target.indicator), direction(result.indicator)
    if promised and told and promised != told:
        got = -got
    lower = lower_is_better(target.indicator) and promised != "down"
    if target.value_high is not None:
        return got <= target.value_high if lower else got >= wanted
    slack = abs(wanted) * _SLACK if target.op == "≈" else Decimal(0)
    match target.op:
        case ">":
            return got > wanted
        case "<":
            return got < wanted
        case "≤":
            return got <= wanted
        case "≥":
            return got >= wanted
        case _:
            return got <= wanted + slack if lower else got >= wanted - slack
