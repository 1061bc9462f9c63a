"""Claims that the ledger contradicts, and what only looks like one."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from tests.writing.annuals import figure, made

from luoshi.figures.targets import Judgement, Target
from luoshi.writing.annual.claims import Kept, from_targets
from luoshi.writing.annual.typed import find
from luoshi.writing.annual.wholes import wholes

WHOLE = figure("service.closed_rate", "归档率", kind="rate", ratio=(8, 8))
LESS = figure("hotline.closed_rate", "市长热线回访后办结率", kind="rate", ratio=(97, 100))
ALMOST = figure("land.closed_rate", "征拆交地完成率", kind="rate", ratio=(99999, 100000))
CONTENT = figure("hotline.satisfied_rate", "市长热线满意率", kind="rate", ratio=(90, 100))
NOTHING = figure("petition.closed_rate", "信访事项办结率", kind="rate", ratio=(0, 0))
VOLUME = figure("hotline.volume", "市长热线受理量", value=5132)
OVERDUE = figure("hotline.overdue", "市长热线逾期未办结数", value=3, light={"better": "less"})
JOBS = figure("job.new", "城镇新增就业", value=8800, unit="人")
LEVELS = figure("statistics.tax_cuts", "减税降费额", value=343000000, unit="元")


def claims(prose: str, *figures: Any, promises: Any = (), **more: Any) -> list[tuple[str, str, str]]:
    """Reason, figure and words of the claims in ``prose``, where {id} stands for a figure."""
    every = {one.id: one for one in (*figures, JOBS)}
    for id_ in every:
        prose = prose.replace("{" + id_ + "}", '{{ figure("' + id_ + '") }}')
    text = f'# 题\n\n城镇新增就业登记{{{{ figure("job.new") }}}}。\n\n{prose}\n'
    return [
        (one.reason, one.figure, one.words)
        for one in made(text, list(every.values()), promises=promises, **more).claims
    ]


def test_a_rate_said_to_be_whole_is_held_against_the_ledger() -> None:
    want = [("not_whole", "hotline.closed_rate", "全部办结")]
    assert claims("来电全部办结，办结率{hotline.closed_rate}。", LESS) == want
    assert claims("档案全部办结，归档率{service.closed_rate}。", WHOLE) == []
    assert claims("来电均已及时办结，办结率{hotline.closed_rate}。", LESS) == [
        ("not_whole", "hotline.closed_rate", "均已及时办结")
    ]


def test_what_is_overdue_is_told_of_the_rate_and_of_the_count() -> None:
    found = claims("受理{hotline.volume}，件件有着落，办结率{hotline.closed_rate}。", VOLUME, LESS, OVERDUE)
    assert found == [
        ("overdue", "hotline.volume", "件件有着落"),
        ("overdue", "hotline.closed_rate", "件件有着落"),
    ]
    text = "# 题\n\n受理{{ figure('hotline.volume') }}，零逾期。\n"
    claim = made(text, [VOLUME, OVERDUE]).claims[0]
    assert (claim.at, claim.sentence, claim.says) == ((3, 34), "受理5132件，零逾期。", Decimal(3))


def test_a_rate_of_nothing_is_no_success() -> None:
    assert claims("信访全部办结，办结率{petition.closed_rate}。", NOTHING) == [
        ("no_cases", "petition.closed_rate", "全部办结")
    ]


def test_no_rounding_makes_a_rate_whole() -> None:
    text = "# 题\n\n完成率{{ figure('land.closed_rate', places=0) }}。\n"
    annual = made(text, [ALMOST])
    # The figure's own precision says 100.00; that it is not is told.
    assert [(one.reason, one.words, one.says) for one in annual.claims] == [("not_whole", "100%", Decimal("100.00"))]
    close = figure("land.closed_rate", "征拆交地完成率", kind="rate", ratio=(9996, 10000))
    number = made(text, [close]).numbers()[0]
    assert (number.digits, number.places) == ("99.96", 2)
    none = figure("land.closed_rate", "征拆交地完成率", kind="rate", ratio=(4, 1000))
    assert made(text, [none]).numbers()[0].digits == "0.4"


def test_a_missed_target_is_no_full_success() -> None:
    promises = from_targets({"job.new": [Target("at_least", Decimal(8900))]})
    found = made('# 题\n\n圆满完成全年任务，城镇新增就业{{ figure("job.new") }}。', [JOBS], promises=promises).claims
    assert [(one.reason, one.words, one.says) for one in found] == [("missed", "圆满完成", Decimal(8800))]
    assert found[0].judgement == Judgement("missed", Decimal(8900), "not_reached")
    # Also where the sentence has no figure but speaks of everything promised.
    assert claims("各项目标任务全面完成。", promises=promises) == [("missed", "job.new", "全面完成")]
    assert claims("各项活动圆满完成。", promises=promises) == []
    kept = from_targets({"job.new": [Target("at_least", Decimal(8000))]})
    assert claims("各项目标任务全面完成。", promises=kept) == []


def test_a_target_that_compares_with_another_year_is_taken_as_it_was_judged() -> None:
    missed = Judgement("missed", Decimal(9000), "not_reached")
    kept = Kept("job.new", Target("last_year"), missed, "1 城镇新增就业高于上年")
    found = claims("目标任务超额完成。", promises=[kept])
    assert found == [("missed", "job.new", "超额完成")]


def test_while_the_year_goes_on_nothing_is_missed() -> None:
    from datetime import date

    promises = from_targets({"job.new": [Target("at_least", Decimal(8900))]})
    assert claims("各项目标任务全面完成。", promises=promises, made_on=date(2025, 11, 1)) == []


@pytest.mark.parametrize(
    "prose",
    [
        "来电计划全部办结，办结率{hotline.closed_rate}。",
        "来电未全部办结，办结率{hotline.closed_rate}。",
        "来电没有全部办结，办结率{hotline.closed_rate}。",
        "来电尚未全部办结，办结率{hotline.closed_rate}。",
        "来电基本全部办结，办结率{hotline.closed_rate}。",
        "力争来电全部办结，目前办结率{hotline.closed_rate}。",
        "来电将全部办结，办结率{hotline.closed_rate}。",
        "除三件外全部办结，办结率{hotline.closed_rate}。",
        "全部办结的占{hotline.closed_rate}。",
        "全部办结后归档，办结率{hotline.closed_rate}。",
        "按期办结率为{hotline.closed_rate}。",
        "全部来电中，办结率为{hotline.closed_rate}。",
        "为圆满完成任务，办结率要提高，现为{hotline.closed_rate}。",
        "办结率{hotline.closed_rate}。今年工作圆满完成。",
    ],
)
def test_false_friends_are_no_claims(prose: str) -> None:
    assert claims(prose, LESS) == []


@pytest.mark.parametrize(
    "prose", ["年度计划全部完成，办结率{hotline.closed_rate}。", "按计划全部完成，办结率{hotline.closed_rate}。",
              "主要任务全部完成，办结率{hotline.closed_rate}。", "已将来电全部办结，办结率{hotline.closed_rate}。",
              "办结率达到100%，实为{hotline.closed_rate}。"]
)  # fmt: skip
def test_what_only_looks_like_a_plan_is_a_claim(prose: str) -> None:
    assert [one[0] for one in claims(prose, LESS)] == ["not_whole"]


def test_satisfaction_is_contradicted_by_words_about_it_alone() -> None:
    assert claims("来电全部办结，满意率{hotline.satisfied_rate}。", CONTENT) == []
    assert [one[0] for one in claims("群众全部满意，满意率{hotline.satisfied_rate}。", CONTENT)] == ["not_whole"]


def test_english_claims() -> None:
    rate = figure("hotline.closed_rate", "市长热线回访后办结率", en="Hotline: closed", kind="rate", ratio=(97, 100))
    for words, want in {
        "All calls were closed": 1, "Every call was answered": 1, "The work was fully completed": 1,
        "We closed 100%": 1,
        "Not all calls were closed": 0, "All calls will be closed": 0, "Almost all calls were closed": 0,
    }.items():  # fmt: skip
        text = f'# T\n\n{words}; the rate is {{{{ figure("hotline.closed_rate") }}}}.'
        assert len(made(text.replace(";", ","), [rate], lang="en").claims) == want, words


def test_a_typed_number_beside_a_figure_of_that_name() -> None:
    def typed(prose: str) -> list[tuple[str, str]]:
        told = made(f'# 题\n\n{prose}\n\n共{{{{ figure("job.new") }}}}。', [JOBS, VOLUME, LEVELS, LESS])
        return [(one.figure, one.words) for one in told.claims if one.reason == "typed"]

    assert typed("市长热线受理量为5100件。") == [("hotline.volume", "5100件")]
    assert typed("市长热线受理量为5132件。") == []
    assert typed("市长热线受理量达0.51万件。") == []
    assert typed("市长热线受理量达0.52万件。") == [("hotline.volume", "0.52万件")]
    assert typed("市长热线受理量超过5000件。") == []
    assert typed("市长热线受理量约5200件。") == []
    assert typed("市长热线受理量约6000件。") == [("hotline.volume", "6000件")]
    assert typed("减税降费额3.43亿元。") == []
    assert typed("减税降费额3.5亿元。") == [("statistics.tax_cuts", "3.5亿元")]
    assert typed("减税降费额和36个项目。") == []
    assert typed("市长热线回访后办结率达100%。") == [("hotline.closed_rate", "100%")]


def test_words_of_whole_success_are_found_where_they_stand() -> None:
    assert wholes("任务圆满完成，百分之百落实，存量清零。", "zh") == [(2, 6), (7, 11), (14, 18)]


CLAIMED = """
    全区受理的市长热线交办件已全部办结|年度目标任务圆满完成|人大代表建议办结率达100%|办结率100.0%|所有信访事项均按期办结
    各项民生实事如期完成|提前完成全年目标任务|全年无一件逾期|投诉举报件做到了件件有回音|交办问题整改全部到位
    欠薪案件实现动态清零|47件建议已悉数办复|热线工单全量办结|群众诉求百分之百得到回应|督办事项无一超期|所有事项都已办结
    社保待遇全部落实|招待所整改全部到位|每件诉求都得到解决|隐患整改率100％|按时办结率达到百分百
"""
NOT_CLAIMED = """
    尚未全部办结|力争年内全部完成|除2件外全部办结|确保全部按期办结|基本完成整改|全部办结的事项占八成|办结率未达到100%
    要求各单位全部按时办结|全面推进放管服改革|全面落实中央八项规定精神|全面落实河长制|未能如期完成的有3项|按期办结率为98.5%
    正在推进全部整改到位|待验收后全部销号|距离圆满完成还有差距|全部办理环节实行网上运行|大力推进问题清零行动|并未全部解决
    全面贯彻十九大精神|为圆满完成全年目标任务而努力|离全面完成目标还差一步
"""


def _each(text: str) -> list[str]:
    return [one for line in text.strip().splitlines() for one in line.strip().split("|")]


@pytest.mark.parametrize("prose", _each(CLAIMED))
def test_words_of_documents_that_claim_the_whole(prose: str) -> None:
    assert wholes(prose, "zh")


@pytest.mark.parametrize("prose", _each(NOT_CLAIMED))
def test_words_of_documents_that_do_not(prose: str) -> None:
    assert wholes(prose, "zh") == []


@pytest.mark.parametrize(
    ("prose", "numbers"),
    [
        ("近七成群众参与", ["七成"]), ("三分之二的村", ["三分之二"]), ("占三成", ["三成"]), ("产值翻一番", ["翻一番"]),
        ("增长百分之三十", ["百分之三十"]), ("110千伏变电站", ["110千伏"]), ("一千余户", ["一千余户"]),
        ("２０家", ["２０家"]),
        ("区两会召开", []), ("十四五规划", []), ("一窗受理", []), ("三供一业改造", []), ("2019年", []),
        ("12345热线", []),
        ("一成不变", []), ("三成长", []), ("成都七成立", []), ("二七区", []), ("前三季度", []),
    ],
)  # fmt: skip
def test_what_is_a_number_typed_by_hand_and_what_is_none(prose: str, numbers: list[str]) -> None:
    assert [one.text for one in find(prose, "zh")] == numbers
