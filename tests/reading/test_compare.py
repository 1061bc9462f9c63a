"""Promises against results: what is met, missed, told in words, absent, or not to be compared."""

from __future__ import annotations

from decimal import Decimal

import pytest

from luoshi.reading.compare import Comparison, compare
from luoshi.reading.model import Reading, Source
from luoshi.reading.reader import read

PLAN = "2024年政府工作报告\n二、2024年工作安排\n今年的主要预期目标是：全力推进各项工作。\n（一）加快发展。\n{}\n"
RESULT = (
    "2025年政府工作报告\n一、2024年工作回顾\n过去一年，我们圆满完成了全年目标任务，各项工作取得了新成效。\n（一）加快发展。\n{}\n"
    "二、2025年工作安排\n今年要抓好各项重点工作。\n加快推进项目建设。\n"
)


def reading(frame: str, sentence: str) -> Reading:
    return read(Source("r", "", frame.format(sentence)))


def one(promise: str, result: str) -> Comparison:
    last = reading(PLAN, promise)
    found = [c for c in compare(last, reading(RESULT, result)) if c.promise.text in promise]
    assert found
    return found[-1]


@pytest.mark.parametrize(
    ("promise", "result", "verdict", "value"),
    [
        ("新增城镇就业7600人以上。", "城镇新增就业7812人。", "met", 7812),
        ("新增城镇就业7600人以上。", "城镇新增就业7011人。", "missed", 7011),
        ("地区生产总值增长6%左右。", "地区生产总值增长5.9%。", "met", Decimal("5.9")),
        ("地区生产总值增长6%左右。", "地区生产总值增长4.1%。", "missed", Decimal("4.1")),
        ("地区生产总值增长6%以上。", "地区生产总值下降1.2%。", "missed", Decimal("1.2")),
        ("城镇调查失业率控制在5.5%以内。", "城镇调查失业率为5.1%。", "met", Decimal("5.1")),
        ("城镇调查失业率控制在5.5%以内。", "城镇调查失业率为5.8%。", "missed", Decimal("5.8")),
        ("改造老旧小区23个。", "23个老旧小区改造基本完成。", "partly", 23),
        ("新建标准厂房18万平方米。", "新建标准厂房12栋。", "unverifiable", 12),
        ("地区生产总值增长6%以上。", "地区生产总值达到520亿元。", "unverifiable", 52000000000),
        ("高新技术企业总数达到120家。", "新增高新技术企业22家。", "unverifiable", 22),
        (
            "居民人均可支配收入增速高于经济增速。",
            "地区生产总值增长6.2%，居民人均可支配收入增长5.4%。",
            "missed",
            Decimal("5.4"),
        ),
        (
            "居民人均可支配收入增速高于经济增速。",
            "地区生产总值增长6.2%，居民人均可支配收入增长7.4%。",
            "met",
            Decimal("7.4"),
        ),
        ("规模工业增加值增速高于全市平均水平。", "规模工业增加值增速高于全市平均水平。", "met", None),
    ],
)
def test_numbers(promise: str, result: str, verdict: str, value: Decimal | int | None) -> None:
    found = one(promise, result)
    assert found.verdict == verdict
    assert found.result is not None
    assert found.result.value == value


@pytest.mark.parametrize("promise", ["新增公办学位3000个。", "推进云岫路小学扩建项目。"])
def test_the_reports_own_praise_hides_nothing(promise: str) -> None:
    found = one(promise, "圆满完成全年目标任务。")
    assert found.verdict == "absent"
    assert found.result is None


def test_a_promise_told_in_words_only_is_not_called_met() -> None:
    found = one("新改建燃气管网45公里。", "燃气管网改造全面完工。")
    assert (found.verdict, found.why) == ("unverifiable", "words_only")
    assert found.result is not None
    assert found.result.value is None


def test_a_promise_said_to_be_undone_is_missed() -> None:
    assert one("建设智慧城管平台。", "智慧城管平台建设尚未完成。").verdict == "missed"


def test_every_comparison_has_one_target_or_none_and_both_spans() -> None:
    last = reading(PLAN, "城乡居民人均可支配收入分别增长6%、7%，改造公厕12座，完善路网。")
    this = reading(RESULT, "城镇居民人均可支配收入增长6.1%，提质改造公厕9座。")
    found = compare(last, this)
    assert len(found) >= 4
    for c in found:
        assert len(c.promise.targets) <= 1
        assert last.source.text[c.promise.start : c.promise.end] == c.promise.text
        if c.result:
            assert this.source.text[c.result.start : c.result.end] == c.result.text


def test_term_promises_wait_for_their_term() -> None:
    last = reading(PLAN, "到2028年高新技术企业达到200家。")
    assert all(c.promise.horizon == "year" for c in compare(last, reading(RESULT, "高新技术企业达到90家。")))
