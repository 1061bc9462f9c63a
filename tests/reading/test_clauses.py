"""Clauses: how they split, how they open, and which of them promise something."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luoshi.reading import clauses
from luoshi.reading.model import Source
from luoshi.reading.reader import read

HEAD = "2025年政府工作报告\n二、2025年工作安排\n今年经济社会发展要抓好以下重点工作。\n（一）加快产业发展。\n"


def promised(sentence: str) -> dict[str, str]:
    reading = read(Source("plan", "", HEAD + sentence))
    return {c.text: c.kind for c in reading.commitments if c.start >= len(HEAD)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("加强管理，提升水平。", ["加强管理", "提升水平"]),
        ("办好“一窗，一网”改革，提升水平；落实责任！", ["办好“一窗，一网”改革", "提升水平", "落实责任"]),
        ("目标是：增长5%。", ["目标是", "增长5%"]),
        ("投入1,200万元,改造公厕", ["投入1,200万元", "改造公厕"]),
        ("规范社区（村，组）工作，提升水平", ["规范社区（村，组）工作", "提升水平"]),
    ],
)
def test_split(text: str, expected: list[str]) -> None:
    assert [text[c.start : c.end] for c in clauses.split(text, 0, len(text))] == expected


@given(st.text(alphabet="推进建设，。；“”（）\n 、：5%", max_size=80))
def test_clauses_cover_all_but_marks(text: str) -> None:
    found = clauses.split(text, 0, len(text))
    left = set(range(len(text)))
    for c in found:
        assert c.start < c.end
        left -= set(range(c.start, c.end))
    assert all(text[i] in "，。；：\n ”“（）" for i in left)
    assert all(a.end <= b.start for a, b in pairwise(found))


@pytest.mark.parametrize(
    ("sentence", "hedge", "verb", "rest"),
    [
        ("深入推进项目建设", "", "推进", "项目建设"),
        ("力争引进企业", "力争", "引进", "企业"),
        ("（三）要加快完善路网", "", "完善", "路网"),
        ("一是大力培育壮大新业态", "", "培育壮大", "新业态"),
        ("种植业结构不断优化", "", "", "种植业结构不断优化"),
    ],
)
def test_opening(sentence: str, hedge: str, verb: str, rest: str) -> None:
    o = clauses.opening(sentence, 0, len(sentence))
    assert (o.hedge, sentence[o.verb_start : o.verb_end], sentence[o.verb_end :]) == (hedge, verb, rest)


@pytest.mark.parametrize(
    ("sentence", "clause", "kind"),
    [
        ("加快霁川大道建设，完善路网。", "完善路网", "action"),
        ("新增公办学位1200个。", "新增公办学位1200个", "numeric"),
        ("财政收入增速高于全市平均水平。", "财政收入增速高于全市平均水平", "relative"),
        ("优化办事流程，让群众少跑腿。", "让群众少跑腿", "outcome"),
        ("将更多事项下放到街道办理。", "将更多事项下放到街道办理", "action"),
        ("生态环境质量持续改善。", "生态环境质量持续改善", "action"),
    ],
)
def test_what_promises(sentence: str, clause: str, kind: str) -> None:
    assert promised(sentence).get(clause) == kind


@pytest.mark.parametrize(
    ("sentence", "clause"),
    [
        ("围绕企业所需，完善服务机制。", "围绕企业所需"),
        ("以园区为主战场，加快项目建设。", "以园区为主战场"),
        ("坚持人民至上，办好民生实事。", "坚持人民至上"),
        ("树牢底线思维，加强隐患排查。", "树牢底线思维"),
        ("各位代表，加快产业发展。", "各位代表"),
    ],
)
def test_what_does_not(sentence: str, clause: str) -> None:
    found = promised(sentence)
    assert clause not in found
    assert len(found) == 1


def test_the_guiding_thought_promises_nothing() -> None:
    found = promised("今年政府工作的总体要求是：坚持稳中求进，着力推动高质量发展，确保开好局起好步。\n")
    assert found == {}
