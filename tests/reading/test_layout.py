"""The text for reading: paragraphs put together, blanks and page chrome left out, every character mapped back."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from luoshi.reading.layout import View, make_view
from luoshi.reading.model import Hint

HAN = st.sampled_from("霁川区人民政府坚持稳中求进推动产业升级改善生活全面加强项目建设")
CLAUSE = st.tuples(
    st.text(HAN, min_size=4, max_size=14),
    st.sampled_from(["", "8.9%", "1.18亿元", "120家", "3500余户", "APP", "2025年"]),
).map("".join)
PARAGRAPH = st.lists(CLAUSE, min_size=10, max_size=16).map(lambda clauses: "，".join(clauses) + "。")
HEADING = st.tuples(st.sampled_from(["一、", "（二）", "3."]), st.text(HAN, min_size=4, max_size=9)).map("".join)
REPORT = st.lists(st.tuples(HEADING, PARAGRAPH, PARAGRAPH), min_size=3, max_size=6).map(
    lambda parts: [line for part in parts for line in part]
)


def wrap(paragraphs: list[str], width: int, indent: str, between: str) -> str:
    lines = []
    for paragraph in paragraphs:
        whole = indent + paragraph
        lines.append("\n".join(whole[i : i + width] for i in range(0, len(whole), width)))
    return between.join(lines)


def mapped(view: View, text: str) -> None:
    assert "".join(text[view.back(i)] for i in range(len(view.text))) == view.text
    assert all(view.back(i) < view.back(i + 1) for i in range(len(view.text) - 1))
    assert all(view.back_end(i + 1) == view.back(i) + 1 for i in range(len(view.text)))
    assert all(view.forth(view.back(i)) == i for i in range(len(view.text)))


@settings(max_examples=60, deadline=None)
@given(REPORT, st.integers(18, 60), st.sampled_from([("　　", "\n"), ("", "\n\n"), ("　　", "\n\n"), ("    ", "\n")]))
def test_wrapping_is_undone_at_any_width(paragraphs: list[str], width: int, how: tuple[str, str]) -> None:
    indent, between = how
    text = wrap(paragraphs, width, indent, between)
    view = make_view(text)
    assert [line for line in view.text.split("\n") if line] == [indent + p for p in paragraphs]
    mapped(view, text)


@settings(max_examples=40, deadline=None)
@given(REPORT.map(lambda ps: [p * 3 if p.endswith("。") else p for p in ps]))
def test_paragraphs_that_are_long_lines_are_left_alone(paragraphs: list[str]) -> None:
    long = [p + p if p.endswith("。") else p for p in paragraphs]
    text = "\n".join(long)
    view = make_view(text)
    assert view.identity and view.text == text


@given(
    st.text(st.sampled_from("各位代表增长8.9％ 　\n\t　。，：１２．-一、（）来源打印AB\u200b\u00a0\f"), max_size=300)
)
def test_every_character_comes_from_one_of_the_original(text: str) -> None:
    view = make_view(text, [Hint(0, min(3, len(text)), 1)] if text else [])
    starts = [view.back(i) for i in range(len(view.text))]
    assert all(a < b for a, b in pairwise(starts))
    assert all(0 <= s < len(text) for s in starts)
    assert 0 <= view.body[0] <= view.body[1] <= len(view.text)
    if view.identity:
        assert len(view.text) == len(text)


def test_a_break_inside_a_number_is_joined() -> None:
    text = (
        "　　全年完成固定资产投资一百一十八亿元，其中工业投资1.1\n8亿元，增长8.9%，"
        "新增城镇就业五千二百人，城乡居民收入增\n长快于经济增长。\n"
        "　　规模以上工业企业达到一百二十家，新增高新技术企业六家，研发\n投入增长9%。\n"
    )
    assert "工业投资1.18亿元" in make_view(text).text
    assert "收入增长快于" in make_view(text).text


def test_lists_and_tables_are_never_joined() -> None:
    items = "1.建设霁川产业园标准厂房\n2.改造老旧小区供水管网设施\n3.新建乡镇卫生院综合大楼\n4.提升农村公路安全防护水平"
    table = "\n".join(f"指标名称第{n}行的文字\t单位\t{n}00" for n in range(9))
    for text in (items, table):
        assert make_view(text).text == text


def test_double_spaced_lines_are_joined() -> None:
    text = "\n\n".join(
        [
            "　　全年完成固定资产投资一百一十八亿元其中工",
            "业投资六十亿元增长百分之八点九新增城镇就业人",
            "数达到五千二百人。",
        ]
        * 4
    )
    assert len(make_view(text).text.split("\n\n")) == 4


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("地 区 生 产 总 值 增 长 8 . 9 % ， 稳 中 有 进 。", "地区生产总值增长8.9%，稳中有进。"),
        ("全区 GDP 增长 8.9 %，新增 企业 12 家。", "全区 GDP 增长8.9%，新增企业12家。"),
        ("霁川区区长 林知远", "霁川区区长 林知远"),
        ("甲镇 120 8.5 亿元", "甲镇 120 8.5亿元"),
        ("The GDP grew by 8.9 percent in 2024, fast.", "The GDP grew by 8.9 percent in 2024, fast."),
        ("产\u200b业\ufeff园", "产业园"),
        ("增长８．９％，２０－３０家，Ａ级，⻓期⼈才", "增长8.9%，20-30家，A级，长期人才"),
    ],
)
def test_blanks_and_forms(text: str, shown: str) -> None:
    assert make_view(text).text == shown


HEAD = [
    "首页 > 政务公开 > 政府工作报告",
    "索引号：ABC-2025-01",
    "发布机构：霁川区政府办",
    "发布时间：2025-01-20 10:20　来源：霁川发布",
]
BUTTONS = ["字号：[大 中 小]　【打印】【关闭】", "浏览次数：188", "扫一扫在手机打开当前页"]
TITLE = ["霁川区人民政府工作报告"]
MEETING = ["——2025年1月8日在霁川区第六届人民代表大会第五次会议上", "霁川区人民政府区长　林知远"]
OPENING = ["各位代表：", "现在，我代表霁川区人民政府向大会报告工作，请予审议，并请各位政协委员和列席同志提出意见。"]
BODY = ["一、2024年工作回顾", "全年地区生产总值增长6.2%，规模以上工业增加值增长8%，主要指标好于预期。"]
NOTES = ["名词解释", "四上企业：指规模以上工业等四类企业"]
FOOT = [
    *(
        "（责任编辑：办公室）",
        "【打印本页】 【关闭窗口】",
        "上一篇：霁川区召开常务会议",
        "下一篇：没有了",
        "相关链接",
        "霁川区发布通知",
    ),
    *("主办单位：霁川区人民政府办公室", "湘ICP备00000000号", "版权所有　霁川区人民政府"),
]


def body_of(lines: list[str]) -> list[str]:
    view = make_view("\n".join(lines))
    return [line for line in view.text[slice(*view.body)].split("\n") if line]


def test_the_page_around_a_report_is_no_part_of_it() -> None:
    report = TITLE + MEETING + OPENING + BODY + NOTES
    assert body_of(report) == report
    assert body_of(HEAD + BUTTONS + report + FOOT) == report
    assert body_of(TITLE + HEAD + BUTTONS + MEETING + OPENING + BODY + NOTES + FOOT) == report


def test_an_opening_given_twice_is_read_once() -> None:
    summary = ["摘要：", OPENING[1][:30] + "..."]
    assert body_of(TITLE + HEAD + summary + BUTTONS + OPENING + BODY) == TITLE + OPENING + BODY
    assert body_of(HEAD + TITLE + MEETING + OPENING + BUTTONS + TITLE + MEETING + OPENING + BODY) == (
        TITLE + MEETING + OPENING + BODY
    )


@given(st.lists(PARAGRAPH, min_size=1, max_size=8), st.booleans(), st.booleans())
def test_no_paragraph_is_ever_lost(paragraphs: list[str], head: bool, foot: bool) -> None:
    long = [
        p + "全区上下要坚定信心、真抓实干，确保完成全年目标任务，不断开创各项事业发展的新局面。" for p in paragraphs
    ]
    lines = HEAD * head + TITLE * head + OPENING + long + FOOT * foot
    assert [line for line in body_of(lines) if line in long] == long


def test_hints_move_with_their_words() -> None:
    text = "\n".join(TITLE + HEAD + BODY)
    start = text.index(BODY[0])
    view = make_view(text, [Hint(0, len(TITLE[0]), 1), Hint(start, start + len(BODY[0]), 2)])
    assert [(view.text[h.start : h.end], h.level) for h in view.hints] == [(TITLE[0], 1), (BODY[0], 2)]


def test_cost_is_linear() -> None:
    text = "\n".join([*TITLE, *OPENING, *(BODY * 200)]) + "\n"

    def cost(times: int) -> float:
        started = time.process_time()
        make_view(text * times)
        return time.process_time() - started

    cost(1)
    longest = min(cost(40) for _ in range(3))  # what others do on the machine only adds to it
    assert longest < 40 * 6 * max(min(cost(2) for _ in range(3)) / 2, 1e-4)
