"""A small reading about the imagined 霁川区, put together by hand; its spans are found in the text, never typed."""

from __future__ import annotations

import hashlib
from decimal import Decimal
from typing import Any

from luoshi.reading.model import (
    Clarity,
    Commitment,
    Quantity,
    Reading,
    Section,
    Source,
    Target,
    Term,
    Unclear,
)

TEXT = """霁川区政府工作报告
各位代表：
现在，我代表区人民政府向大会报告工作，请予审议。
一、2024年工作回顾
过去一年，地区生产总值增长6.3%，地方一般公共预算收入完成18.6亿元。新建“邻里食堂”24个，服务老人3.2万人次。
二、2025年工作安排
（一）稳住增长基本盘
地区生产总值增长6%以上，规模以上工业增加值增长7%、固定资产投资增长5.5%、社会消费品零售总额增长6.5%，城乡居民收入增长与经济增长同步。城镇新增就业9200人以上，城镇调查失业率控制在5.2%左右。争取上级资金21.5亿元，引进亿元以上项目12至15个。
（二）把民生实事办到家门口
6月底前建成滨河路“邻里食堂”8个，由区民政局牵头，各街道配合。推进老旧小区改造46个，惠及居民1.18万户。深化“一窗通办”改革。让群众办事更省心。做好各方面相关工作若干项。
确保重点民生支出占比达到80%以上，空气优良天数比例高于全市平均水平。
附件：名词解释
1.邻里食堂：由社区提供场地、政府给予补助、面向老年人的平价助餐点。
2.一窗通办：企业和群众到一个窗口就能办完事项的服务方式。
"""

_UNITS = {"%": "percent"}


def span(words: str, after: str = "") -> tuple[int, int]:
    """Where ``words`` stand in TEXT, at or behind ``after``."""
    start = TEXT.index(words, TEXT.index(after) if after else 0)
    return start, start + len(words)


def section(ident: str, title: str, last: str, part: Any, path: str = "", level: int = 1) -> Section:
    start = TEXT.index(title)
    return Section(ident, title, path or title, start, TEXT.index(last) + len(last), part, level)


def quantity(words: str, value: str, unit: str, op: Any = "=", *, side: Any, after: str = "", **more: Any) -> Quantity:
    start, end = span(words, after)
    high = more.get("high")
    return Quantity(
        start,
        end,
        words,
        Decimal(value),
        Decimal(high) if high else None,
        unit,
        op,
        more.get("tier", "core"),
        more.get("kind", _UNITS.get(unit, "amount")),
        side,
        more.get("section", ""),
    )


def target(indicator: str, op: Any, value: str | None, unit: str | None, words: str = "", **more: Any) -> Target:
    start, end = span(words, more.get("after", "")) if words else (None, None)
    high = more.get("high")
    return Target(
        indicator,
        op,
        Decimal(value) if value else None,
        Decimal(high) if high else None,
        unit,
        more.get("basis"),
        start,
        end,
        Decimal(more["from_value"]) if more.get("from_value") else None,
    )


def commitment(
    ident: str, words: str, section_id: str, kind: Any, clarity: str, *targets: Target, **more: Any
) -> Commitment:
    """``clarity`` lists what the text gives: any of the words who, what, standard, when."""
    start, end = span(words, more.get("after", ""))
    given = clarity.split()
    return Commitment(
        ident,
        start,
        end,
        words,
        section_id,
        kind,
        more.get("horizon", "year"),
        more.get("hedge", ""),
        more.get("deadline", "2025-12-31"),
        more.get("explicit", False),
        more.get("action", ""),
        more.get("object", ""),
        more.get("named", []),
        more.get("bodies", []),
        Clarity("who" in given, "what" in given, "standard" in given, "when" in given),
        list(targets),
    )


def small_reading() -> Reading:
    """The reading of TEXT, as a careful reader would have it."""
    plan = "二、2025年工作安排"
    return Reading(
        source=Source("霁川区2025.txt", hashlib.sha256(TEXT.encode()).hexdigest(), TEXT),
        title="霁川区政府工作报告",
        place="霁川区",
        year=2024,
        plan_year=2025,
        sections=_sections(plan),
        quantities=_quantities(plan),
        commitments=_commitments(plan),
        achievements=_achievements(),
        glossary=_glossary(),
        unclear=[Unclear(*span("若干项"), "若干项", "“若干”没有数值，不能作为量化目标", "s4")],
    )


def _sections(plan: str) -> list[Section]:
    end = "高于全市平均水平。"
    return [
        section("s1", "一、2024年工作回顾", "3.2万人次。", "review"),
        section("s2", plan, end, "plan"),
        section("s3", "（一）稳住增长基本盘", "12至15个。", "plan", f"{plan} > （一）稳住增长基本盘", 2),
        section("s4", "（二）把民生实事办到家门口", end, "plan", f"{plan} > （二）把民生实事办到家门口", 2),
        section("s5", "附件：名词解释", "服务方式。\n", "glossary"),
    ]


def _quantities(plan: str) -> list[Quantity]:
    done: dict[str, Any] = {"side": "achievement", "section": "s1"}
    new: dict[str, Any] = {"side": "commitment", "after": plan, "section": "s3"}
    life: dict[str, Any] = {"side": "commitment", "after": plan, "section": "s4"}
    return [
        quantity("6.3%", "6.3", "%", **done),
        quantity("18.6亿元", "1860000000", "元", **done),
        quantity("24个", "24", "个", **done),
        quantity("3.2万人次", "32000", "人次", **done),
        quantity("6%", "6", "%", "≥", **new),
        quantity("7%", "7", "%", **new),
        quantity("5.5%", "5.5", "%", **new),
        quantity("6.5%", "6.5", "%", **new),
        quantity("9200人", "9200", "人", "≥", **new),
        quantity("5.2%", "5.2", "%", "≈", **new),
        quantity("21.5亿元", "2150000000", "元", **new),
        quantity("亿元", "100000000", "元", "≥", **{**new, "after": "引进"}, tier="optional", kind="structure"),
        quantity("12至15个", "12", "个", **new, high="15"),
        quantity("8个", "8", "个", **life),
        quantity("46个", "46", "个", **life),
        quantity("1.18万户", "11800", "户", **life),
        quantity("80%", "80", "%", "≥", **life),
    ]


def _commitments(plan: str) -> list[Commitment]:
    last: dict[str, Any] = {"after": plan, "basis": "上年"}
    growth = "规模以上工业增加值增长7%、固定资产投资增长5.5%、社会消费品零售总额增长6.5%"
    canteens = "6月底前建成滨河路“邻里食堂”8个，由区民政局牵头，各街道配合"
    return [
        commitment(
            "c1",
            "地区生产总值增长6%以上",
            "s3",
            "numeric",
            "what standard when",
            target("地区生产总值增速", "≥", "6", "%", "6%", **last),
        ),
        commitment(
            "c2",
            growth,
            "s3",
            "numeric",
            "what standard when",
            target("规模以上工业增加值增速", "=", "7", "%", "7%", **last),
            target("固定资产投资增速", "=", "5.5", "%", "5.5%", **last),
            target("社会消费品零售总额增速", "=", "6.5", "%", "6.5%", **last),
        ),
        commitment(
            "c3",
            "城乡居民收入增长与经济增长同步",
            "s3",
            "relative",
            "what standard",
            target("城乡居民收入增速", "=basis", None, "%", basis="经济增长"),
        ),
        commitment(
            "c4",
            "城镇新增就业9200人以上",
            "s3",
            "numeric",
            "what standard",
            target("城镇新增就业", "≥", "9200", "人", "9200人"),
        ),
        commitment(
            "c5",
            "城镇调查失业率控制在5.2%左右",
            "s3",
            "numeric",
            "what standard",
            target("城镇调查失业率", "≈", "5.2", "%", "5.2%"),
        ),
        commitment(
            "c6",
            "争取上级资金21.5亿元",
            "s3",
            "numeric",
            "what standard",
            target("上级资金", "=", "2150000000", "元", "21.5亿元"),
            hedge="争取",
            action="争取",
            object="上级资金",
        ),
        commitment(
            "c7",
            "引进亿元以上项目12至15个",
            "s3",
            "numeric",
            "what standard",
            target("引进亿元以上项目", "=", "12", "个", "12至15个", high="15"),
            action="引进",
            object="亿元以上项目",
        ),
        commitment(
            "c8",
            canteens,
            "s4",
            "numeric",
            "who what standard when",
            target("滨河路“邻里食堂”", "=", "8", "个", "8个", after=canteens),
            deadline="2025-06-30",
            explicit=True,
            action="建成",
            object="“邻里食堂”",
            named=["滨河路"],
            bodies=["区民政局", "各街道"],
        ),
        commitment(
            "c9",
            "推进老旧小区改造46个",
            "s4",
            "numeric",
            "what standard",
            target("老旧小区改造", "=", "46", "个", "46个"),
            action="推进",
        ),
        commitment(
            "c10",
            "惠及居民1.18万户",
            "s4",
            "numeric",
            "what standard",
            target("惠及居民", "=", "11800", "户", "1.18万户"),
        ),
        commitment("c11", "深化“一窗通办”改革", "s4", "action", "what", action="深化", object="“一窗通办”改革"),
        commitment("c12", "让群众办事更省心", "s4", "outcome", "what", action="让", object="群众办事更省心"),
        commitment(
            "c13",
            "确保重点民生支出占比达到80%以上",
            "s4",
            "numeric",
            "what standard",
            target("重点民生支出占比", "≥", "80", "%", "80%"),
            hedge="确保",
        ),
        commitment(
            "c14",
            "空气优良天数比例高于全市平均水平",
            "s4",
            "relative",
            "what standard",
            target("空气优良天数比例", ">basis", None, "%", basis="全市平均水平"),
        ),
    ]


def _achievements() -> list[Commitment]:
    return [
        commitment(
            "a1",
            "地区生产总值增长6.3%",
            "s1",
            "numeric",
            "what standard when",
            target("地区生产总值增速", "=", "6.3", "%", "6.3%", basis="上年"),
        ),
        commitment(
            "a2",
            "地方一般公共预算收入完成18.6亿元",
            "s1",
            "numeric",
            "what standard",
            target("地方一般公共预算收入", "=", "1860000000", "元", "18.6亿元"),
        ),
        commitment(
            "a3",
            "新建“邻里食堂”24个",
            "s1",
            "numeric",
            "what standard",
            target("新建“邻里食堂”", "=", "24", "个", "24个"),
        ),
        commitment(
            "a4",
            "服务老人3.2万人次",
            "s1",
            "numeric",
            "what standard",
            target("服务老人", "=", "32000", "人次", "3.2万人次"),
        ),
    ]


def _glossary() -> list[Term]:
    canteen = "由社区提供场地、政府给予补助、面向老年人的平价助餐点。"
    window = "企业和群众到一个窗口就能办完事项的服务方式。"
    return [
        Term("邻里食堂", canteen, *span("1.邻里食堂：" + canteen), [span("邻里食堂"), span("邻里食堂", "滨河路")]),
        Term("一窗通办", window, *span("2.一窗通办：" + window), [span("一窗通办")]),
    ]
