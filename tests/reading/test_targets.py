"""Which indicator, compared how, to what: phrases of the genre, and what must be read from them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from luoshi.reading.model import Source
from luoshi.reading.reader import read

HEAD = "\n".join(
    ("2025年政府工作报告", "二、2025年工作安排", "今年的主要预期目标是：全力推进各项工作。", "（一）加快产业发展。", "")
)

Row = tuple[str, str, float | None, str | None, str | None]


def rows(sentence: str) -> list[Row]:
    """Read one sentence as part of a plan and give its targets as plain tuples."""
    reading = read(Source("plan", "", HEAD + sentence))
    return [
        (t.indicator, t.op, None if t.value is None else float(t.value), t.unit, t.basis)
        for c in reading.commitments
        for t in c.targets
        if c.start >= len(HEAD)
    ]


CASES: list[tuple[str, list[Row]]] = [
    ("地区生产总值增长6%左右。", [("地区生产总值增长", "≈", 6, "%", "上年")]),
    ("规模以上工业增加值增长7%以上。", [("规模以上工业增加值增长", "≥", 7, "%", "上年")]),
    ("城镇登记失业率控制在4%以内。", [("城镇登记失业率", "≤", 4, "%", None)]),
    ("新增城镇就业7600人以上。", [("城镇就业", "≥", 7600, "人", None)]),
    ("新建标准厂房18万平方米。", [("标准厂房", "=", 180000, "平方米", None)]),
    ("新增6个省级创新平台。", [("省级创新平台", "=", 6, "个", None)]),
    ("推进柳巷、石桥等23个老旧小区改造。", [("老旧小区改造", "=", 23, "个", None)]),
    ("力争引进高层次人才40名。", [("高层次人才", "=", 40, "名", None)]),
    ("确保空气质量优良率达到88%以上。", [("空气质量优良率", "≥", 88, "%", None)]),
    ("一般性支出比上年压减15%以上。", [("一般性支出", "≥", 15, "%", "上年")]),
    (
        "城乡居民人均可支配收入分别增长5.5%、7%。",
        [("城镇居民人均可支配收入增长", "=", 5.5, "%", "上年"), ("农村居民人均可支配收入增长", "=", 7, "%", "上年")],
    ),
    (
        "城镇、农村居民人均可支配收入分别增长5%、6.5%以上。",
        [("城镇居民人均可支配收入增长", "=", 5, "%", "上年"), ("农村居民人均可支配收入增长", "≥", 6.5, "%", "上年")],
    ),
    (
        "完成地区生产总值520亿元，增长6.5%。",
        [("地区生产总值", "=", 52000000000, "元", None), ("地区生产总值增长", "=", 6.5, "%", "上年")],
    ),
    ("农村自来水普及率由86%提高到91%。", [("农村自来水普及率", "=", 91, "%", None)]),
    ("参保率达到96%以上，签约率达到85%。", [("参保率", "≥", 96, "%", None), ("签约率", "≥", 85, "%", None)]),
    ("全社会研发投入强度高于全省平均水平。", [("全社会研发投入强度", ">basis", None, None, "全省平均水平")]),
    ("居民收入增长与经济增长同步。", [("居民收入增长", "=basis", None, "%", "经济增长")]),
    ("规模工业增加值增速高于全市0.5个百分点。", [("规模工业增加值增速", "=", 0.5, "个百分点", "全市")]),
    ("全面完成市下达的节能降耗任务。", [("节能降耗任务", "=basis", None, None, "市下达指标")]),
    ("实现行政村快递服务全覆盖。", [("行政村快递服务", "=basis", None, None, "全覆盖")]),
    ("改造农村户厕800户、公厕12座。", [("农村户厕", "=", 800, "户", None), ("公厕", "=", 12, "座", None)]),
    ("建设3个示范社区、5个便民驿站。", [("示范社区", "=", 3, "个", None), ("便民驿站", "=", 5, "个", None)]),
    ("进出口总额突破30亿美元。", [("进出口总额", ">", 3000000000, "美元", None)]),
    ("单位生产总值能耗下降2.5%。", [("单位生产总值能耗下降", "=", 2.5, "%", "上年")]),
]


@pytest.mark.parametrize(("sentence", "expected"), CASES, ids=[c[0] for c in CASES])
def test_targets(sentence: str, expected: list[Row]) -> None:
    assert rows(sentence) == expected


def test_from_value_is_kept_beside_the_target() -> None:
    reading = read(Source("plan", "", HEAD + "农村自来水普及率由86%提高到91%。"))
    target = reading.commitments[-1].targets[0]
    assert (target.from_value, target.value) == (Decimal(86), Decimal(91))


def test_a_threshold_is_no_target() -> None:
    assert rows("新增年产值超亿元的龙头企业8家。") == [("龙头企业", "=", 8, "家", None)]
