"""Headings of every common form, and which part of a report is which."""

from __future__ import annotations

from itertools import pairwise

import pytest

from luoshi.reading.outline import outline

REVIEW = "一年来，我们完成了全区重点任务，新增企业72家，累计投入资金3亿元，获评省级示范区，群众满意度明显提升。"
PLAN = "加快推进园区建设，力争新增企业80家以上，确保项目年内开工，推动产业提质升级，抓好招商引资工作。"
GREETING = "各位代表：\n现在，我代表区人民政府向大会报告工作，请予审议。\n"


def parts_of(text: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for section in outline(text, 0, len(text), []).sections:
        found.setdefault(section.part, []).append(text[section.start : section.end])
    return found


@pytest.mark.parametrize(
    ("review", "plan"),
    [
        ("一、2024年工作回顾", "二、2025年工作安排"),
        ("第一部分 过去一年工作回顾", "第二部分 今年重点工作"),
        ("过去一年的主要工作", "今年的主要任务"),
        ("奋勇争先，各项事业迈上新台阶", "接续奋斗，开创高质量发展新局面"),
    ],
)
def test_review_and_plan(review: str, plan: str) -> None:
    text = f"{GREETING}{review}\n{REVIEW}\n{REVIEW}\n{plan}\n今年的预期目标是：生产总值增长6%。\n{PLAN}\n{PLAN}\n"
    found = parts_of(text)
    assert all(REVIEW in part or review in part for part in found["review"])
    assert sum(part.count(REVIEW) for part in found["review"]) == 2
    assert sum(part.count(PLAN) for part in found["plan"]) == 2


def test_a_term_is_kept_apart_from_the_year() -> None:
    text = (
        f"{GREETING}一、“十三五”时期工作回顾\n过去五年，我们{REVIEW}\n二、“十四五”时期主要目标任务\n今后五年，{PLAN}\n"
        f"三、2021年工作安排\n今年是“十四五”开局之年。\n{PLAN}\n"
    )
    o = outline(text, 0, len(text), [])
    assert o.plan_year == 2021
    parts = [s.part for s in o.sections if s.title]
    assert parts[0] == "term_review"
    assert "term_plan" in parts
    assert parts[-1] == "plan"


def test_problems_closing_and_glossary_promise_nothing() -> None:
    text = (
        f"{GREETING}一、2024年工作回顾\n{REVIEW}\n同时，我们也清醒地认识到，工作中还存在不少问题和不足。\n二、2025年工作安排\n{PLAN}\n"
        "各位代表！让我们更加紧密地团结起来，接续奋斗，开创新局面！\n名词解释：\n1.一件事一次办：一次告知、一次办好。\n"
    )
    found = parts_of(text)
    assert any("清醒地认识" in part for part in found["background"])
    assert any("让我们" in part for part in found["background"])
    assert "一次告知" in found["glossary"][-1]


@pytest.mark.parametrize(
    "heading",
    [
        "一、加快产业发展",
        "（一）加快产业发展",
        "1.加快产业发展",
        "（1）加快产业发展",
        "突出产业引领，提升核心竞争力",
        "第一部分 加快产业发展",
    ],
)
def test_heading_forms(heading: str) -> None:
    text = f"二、2025年工作安排\n今年的主要任务是抓好以下工作。\n{heading}\n{PLAN}\n"
    titles = [s.title for s in outline(text, 0, len(text), []).sections]
    assert heading in titles


def test_run_in_headings_need_to_be_the_habit() -> None:
    text = f"二、2025年工作安排\n（一）做强产业。{PLAN}\n（二）做优城市。{PLAN}\n"
    sections = outline(text, 0, len(text), []).sections
    assert [s.title for s in sections][-2:] == ["（一）做强产业", "（二）做优城市"]
    assert sections[-1].path == "二、2025年工作安排 > （二）做优城市"


def test_sections_tile_the_text() -> None:
    text = f"{GREETING}一、2024年工作回顾\n{REVIEW}\n二、2025年工作安排\n{PLAN}\n"
    sections = outline(text, 0, len(text), []).sections
    assert sections[0].start == 0
    assert sections[-1].end == len(text)
    assert all(a.end == b.start for a, b in pairwise(sections))


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("2024年1月9日在霁川区人民代表大会上", 2024),
        ("2023年12月28日在霁川区人民代表大会上", 2024),
        ("二〇二五年政府工作报告", 2025),
        ("今年是“十三五”规划的收官之年，任务艰巨。", 2020),
        ("2022年工作回顾\n……\n2023年主要预期目标", 2023),
    ],
)
def test_plan_year(text: str, year: int) -> None:
    assert outline(text, 0, len(text), []).plan_year == year
