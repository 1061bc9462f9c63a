"""An annual report composed from the ledger: its numbers, how they stand in the text, and what was typed by hand."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from tests.writing.annuals import ROOT, TEMPLATE, compose, definitions, figure, made, sealed

from luoshi.writing.annual.errors import AnnualError
from luoshi.writing.annual.model import Number, Typed
from luoshi.writing.annual.shown import period_name
from luoshi.writing.annual.typed import find

ONE = pytest.mark.parametrize("store", ["sqlite"], indirect=True)
MONEY = figure("project.invested", "重点项目完成投资", kind="sum", unit="元", value=12176000000)
MU = figure("land.mu", "交地面积", kind="sum", unit="亩", value="5554.70", precision=2)
RATE = figure("hotline.closed_rate", "办结率", kind="rate", ratio=(975, 1000))
NONE = figure("petition.closed_rate", "信访事项办结率", kind="rate", ratio=(0, 0))
UNTOLD = figure("statistics.gdp_growth", "增速", kind="series", unit="%", reason="not_told")
COUNT = figure("hotline.volume", "受理量", value=5132)


def text_of(annual: Any) -> str:
    """The whole text, a line for each run."""
    return "\n".join(
        "".join(f"{one.digits}{one.unit}{one.words}" if isinstance(one, Number) else one.text for one in run)
        for run in annual.runs()
    )


def one(prose: str, *figures: Any, **more: Any) -> str:
    """The last line of a report of ``prose``."""
    return text_of(made(f"# 题\n\n{prose}\n", list(figures), **more)).split("\n")[-1]


@pytest.mark.parametrize(
    ("ask", "of", "want"),
    [
        ('"project.invested"', MONEY, "12176000000元"),
        ('"project.invested", unit="亿元"', MONEY, "121.76亿元"),
        ('"project.invested", unit="亿元", places=1', MONEY, "121.8亿元"),
        ('"project.invested", unit="万元"', MONEY, "1217600万元"),
        ('"project.invested", unit=""', MONEY, "12176000000"),
        ('"land.mu"', MU, "5554.7亩"),
        ('"land.mu", places=2', MU, "5554.70亩"),
        ('"land.mu", unit="万亩"', MU, "0.56万亩"),
        ('"hotline.closed_rate"', RATE, "97.5%"),
        ('"hotline.closed_rate", places=2', RATE, "97.50%"),
        ('"hotline.closed_rate", places=0', RATE, "98%"),
        ('"hotline.closed_rate", unit=""', RATE, "97.5"),
        ('"petition.closed_rate"', NONE, "没有事项"),
        ('"statistics.gdp_growth"', UNTOLD, "未公布"),
        ('"hotline.volume"', COUNT, "5132件"),
        ('"hotline.volume", unit="万件", places=1', COUNT, "0.5万件"),
    ],
)
def test_a_number_stands_in_chinese_style(ask: str, of: Any, want: str) -> None:
    assert one(f"共{{{{ figure({ask}) }}}}。", of) == f"共{want}。"
    told = made(f"# 题\n\n共{{{{ figure({ask}) }}}}。", [of]).numbers()[0]
    if told.value is None:
        assert (told.digits, told.unit) == ("", "")
    else:
        assert told.value == Decimal(told.digits).scaleb(told.scale)
        assert told.places == len(told.digits.partition(".")[2])


def test_numbers_in_english() -> None:
    assert one('It came to {{ figure("project.invested", unit="billion yuan") }}.', MONEY, lang="en").endswith(
        "12.18 billion yuan."
    )
    assert one(
        '{{ figure("hotline.volume") }} cases, {{ figure("petition.closed_rate") }}', COUNT, NONE, lang="en"
    ) == ("5132 cases, no cases")


@pytest.mark.parametrize(
    ("prose", "code", "column"),
    [
        ('共{{ figure("no.such") }}。', "annual_figure_unknown", 2),
        ('共{{ figure("project.invested", unit="亩") }}。', "annual_unit", 2),
        ('共{{ figure("land.mu", unit="公顷") }}。', "annual_unit", 2),
        ('共{{ figure("project.invested", unit="no such") }}。', "annual_unit", 2),
        ('共{{ figure("project.invested", period="去年") }}。', "annual_period", 2),
        ('共{{ figure("project.invested", period="2019-q1") }}。', "annual_period_not_asked", 2),
        ('共{{ figure("project.invested", unit="") }}万元。', "annual_scaled", 2),
        ('共{{ figure("project.invested", unit="") }} 亿元。', "annual_scaled", 2),
        ('共{{ figure("project.invested") }}%。', "annual_scaled", 2),
        ('共1{{ figure("project.invested") }}。', "annual_glued", 3),
        ('共-{{ figure("project.invested") }}。', "annual_glued", 3),
        ('共1,{{ figure("project.invested") }}。', "annual_glued", 4),
        ('共负 {{ figure("project.invested") }}。', "annual_glued", 4),
        ('共{{ figure("project.invested", unit="") }}0元。', "annual_glued", 2),
        ('共{{ figure("project.invested") }}{{ figure("land.mu") }}。', "annual_glued", 2),
        ('共9\u2009{{ figure("project.invested") }}。', "annual_glued", 4),
        ('共9\u202f{{ figure("project.invested") }}。', "annual_glued", 4),
        ('共{{ figure("project.invested", unit="") }}余万元。', "annual_scaled", 2),
        ('共{{ figure("project.invested", unit="") }}\u2009亿元。', "annual_scaled", 2),
        ('占百分之{{ figure("project.invested", unit="") }}。', "annual_scaled", 5),
    ],
)
def test_what_would_tell_another_number_is_refused_with_its_place(prose: str, code: str, column: int) -> None:
    from luoshi.words.annual import ANNUAL_MESSAGES, describe_annual

    with pytest.raises(AnnualError) as caught:
        one(prose, MONEY, MU)
    at = caught.value.details
    assert (caught.value.code, at["line"], at["column"]) == (code, 3, column)
    assert code in ANNUAL_MESSAGES
    assert describe_annual(caught.value).startswith(f"annual.md:3:{column}: ")


def test_a_report_without_a_figure_is_refused() -> None:
    with pytest.raises(AnnualError, match="annual_no_figures"):
        made("# 题\n\n正文。", [COUNT])


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("引进项目36个，增长三成，共投资1.3万吨。", ["36个", "三成", "1.3万吨"]),
        ("其中36，余下12。", ["36", "12"]),
        ("排名第47位，满意率100%。", ["第47位", "100%"]),
        ("2019年以来，2018—2019年，3月1日，2019-03-01，9:30，第3条，国办发〔2019〕5号。", []),
        ("“民生100”工程，《2019年100条》，12345政务服务热线，5G基站，GB/T 9704-2012。", []),
        ("（一）六个方面，一是抓落实，二是零事故，十四五规划。", []),
        ("1. 首先办理36件", ["36件"]),
        ("用时40天，累计32个月，增加2600余万元。", ["40天", "32个月", "2600余万元"]),
    ],
)
def test_numbers_typed_by_hand_are_found(text: str, want: list[str]) -> None:
    assert [found.text for found in find(text, "zh")] == want


def test_numbers_typed_in_english() -> None:
    text = (
        "In 2019 under Article 5 of 1 March 2019 the 12345 hotline took 5,132 calls, 98.5% in time, 1.2 million yuan."
    )
    assert [found.text for found in find(text, "en")] == ["5,132", "98.5%", "1.2 million"]


def test_a_typed_number_knows_its_place_over_broken_lines() -> None:
    annual = made("# 题\n\n甲乙{{ figure('hotline.volume') }}丙，\n  走访36家，\n再走访12次。", [COUNT])
    assert [(one.text, one.at) for run in annual.runs() for one in run if isinstance(one, Typed)] == [
        ("36家", (4, 5)),
        ("12次", (5, 4)),
    ]


@pytest.mark.parametrize(
    ("period", "zh", "en"),
    [("2019", "2019年", "2019"), ("2019-q1", "2019年第一季度", "Q1 2019"), ("2019-03", "2019年3月", "March 2019")],
)
def test_periods_in_words(period: str, zh: str, en: str) -> None:
    assert (period_name(period, "zh"), period_name(period, "en")) == (zh, en)


def test_the_store_and_its_export_give_the_same_report(store: Any, tmp_path: Path) -> None:
    from tests.casework.district import DISTRICT
    from tests.writing.annuals import MADE_ON, PERIOD

    from luoshi.figures.evaluating import evaluate
    from luoshi.sealing.exporting import export_to
    from luoshi.writing.annual.composing import compose_export

    keys = sealed()
    text = TEMPLATE + '\n前一年{{ figure("hotline.volume", period="2024") }}。\n'
    here = compose(text)
    export_to(tmp_path / "ledger", keys)
    offline = compose_export(
        text, tmp_path / "ledger", district=DISTRICT, period=PERIOD, made_on=MADE_ON, definitions=definitions()
    )
    assert here.blocks == offline.blocks
    assert (here.root, here.size, here.origin) == (offline.root, offline.size, offline.origin)
    assert set(here.figures) == {
        ("hotline.volume", "2025"), ("hotline.closed_rate", "2025"), ("hotline.overdue", "2025"),
        ("patrol.volume", "2025"), ("hotline.volume", "2024"),
    }  # fmt: skip
    assert {(one.root, one.size) for one in here.figures.values()} == {(here.root, here.size)}
    told = {one.id: one.value for one in evaluate(DISTRICT, ["hotline.volume"], PERIOD, definitions=definitions())}
    assert here.numbers()[0].value == told["hotline.volume"]


@ONE
def test_what_is_not_sealed_is_in_no_report(store: Any) -> None:
    from tests.figures.lives import live

    live(("hotline", "patrol"))
    with pytest.raises(AnnualError, match="unsealed"):
        compose(TEMPLATE)
    assert compose(TEMPLATE, proven=False).root == ""


def test_figures_of_several_moments_are_never_mixed() -> None:
    from dataclasses import replace

    from luoshi.writing.annual.composing import _at_once

    moments = iter(range(100))

    def ask(ids: Any, period: str, _: Any) -> Any:
        return [replace(COUNT, id=one, period=period, size=next(moments)) for one in ids]

    with pytest.raises(AnnualError, match="moving"):
        _at_once({"2025": ["a.b"], "2024": ["a.b"]}, ask, {})
    assert len(_at_once({"2025": ["a.b"]}, ask, {})) == 1


@pytest.mark.parametrize("name", ["sample-life", "hetang-2019"])
def test_the_samples_ask_only_for_figures_that_are_there(name: str) -> None:
    """All 85 numbers of the year are asked for; none is typed."""
    from tests.writing.annuals import MADE_ON

    from luoshi.writing.annual.composing import Order, _Work
    from luoshi.writing.annual.template import parse

    text = (ROOT / "districts" / name / "annual.md").read_text(encoding="utf-8")
    order = Order("x", "2019", "zh", MADE_ON, "annual.md", definitions(), (), ("某区", "X"))
    work = _Work(parse(text, "annual.md"), order)
    typed = [found.text for line in work._every() for found in line.typed]
    if name == "hetang-2019":
        assert typed == []
        assert len(work.asked) == 86
        found = 0
        rows = (ROOT / "docs" / "year.md").read_text(encoding="utf-8").splitlines()
        for row in rows:
            cells = [cell.strip() for cell in row.split("|")]
            if len(cells) > 5 and cells[1].isdecimal():
                ids = {one.strip("`") for one in cells[5].split()}
                assert ids <= {id_ for id_, _ in work.asked}, row
                found += 1
        assert found == 85
    else:
        assert typed == ["16次"]
