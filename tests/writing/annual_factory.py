"""Made-up annual reports for tests of the page: figures with numbers of every kind, none of them a real place's."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from luoshi.figures.definitions import FigureDef, Told
from luoshi.figures.evaluating import Figure
from luoshi.writing.annual.model import Annual, Block, Heading, Inline, Items, Number, Paragraph, Table, Text, Typed

QUERY = "SELECT count(*) AS value FROM cases WHERE mechanism = 'hotline' AND opened_on BETWEEN :from AND :to"
RATE = (
    "SELECT coalesce(sum(CASE WHEN struck_off_on <= :to THEN 1 ELSE 0 END), 0) AS numerator, count(*) AS denominator "
    "FROM cases WHERE mechanism = 'hotline' AND opened_on BETWEEN :from AND :to"
)


def definition(name: str, unit: str, kind: str = "count", precision: int = 0) -> FigureDef:
    """A definition; what it asks matters to nobody here."""
    rated = kind in ("rate", "mean")
    told: dict[str, Any] = {"hides_never": ("overdue",)} if kind == "rate" else {}
    if rated:
        told["denominator"] = {"zh": "全部事项 <含逾期的>", "en": "All cases, overdue ones & all"}
    return FigureDef.model_validate(
        {
            "id": name,
            "zh": f"数据 {name}",
            "en": f"Figure {name}",
            "kind": kind,
            "unit": unit,
            "precision": precision,
            "periods": ("year", "quarter", "month"),
            "basis": Told(zh="期内的 <全部> 事项 & 其他。", en="All of the period, <b> & others."),
            "query": RATE if rated else QUERY,
            "entries": "opened",
            **told,
        }
    )


def figure(one: FigureDef, value: str | None, period: str = "2019", **more: Any) -> Figure:
    """A figure with a value, or none."""
    exact = None if value is None else Decimal(value)
    told: dict[str, Any] = {
        "numerator": None,
        "denominator": None,
        "entries": tuple(range(0, 900, 2)),
        "root": ROOT,
        "size": 1000,
        "as_of": "2019-12-31",
        "reason": "no_cases" if exact is None else None,
        **more,
    }
    return Figure(one.id, (one.zh, one.en), exact, one.unit, period, one, **told)


ROOT = "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA="
FIGURES = (
    figure(definition("hotline.volume", "件"), "5132"),
    figure(definition("hotline.volume", "件"), "1290", "2019-q1"),
    figure(definition("hotline.volume", "件"), "411", "2019-03"),
    figure(definition("hotline.closed_rate", "%", "rate", 2), "98.52"),
    figure(definition("fund.paid", "元", "sum", 2), "512345678.90"),
    figure(definition("fund.share", "万元", "sum", 1), "1234.5"),
    figure(definition("statistics.gdp_growth", "%", "series", 1), "-3.2"),
    figure(definition("environment_letter.volume", "件", "sum", 1), "79.5"),
    figure(definition("land.area", "亩", "sum", 1), "5554.7"),
    figure(definition("relief.times", "人次"), "49228"),
    figure(definition("renovation.area", "平方米", "sum", 0), "1200000"),
    figure(definition("petition.closed_rate", "%", "rate", 2), None),
    figure(definition("job.wage", "元/月", "mean", 2), "4321.05"),
    figure(definition("project.points", "个百分点", "series", 1), "0.5"),
    figure(definition("register.none", "件"), "0"),
)


def number(key: str, name: str, digits: str, unit: str, scale: int = 0, period: str = "2019") -> Number:
    """A number whose digits tell its value."""
    value = Decimal(digits.replace(",", "").replace("−", "-")).scaleb(scale)
    places = len(digits.partition(".")[2])
    return Number(key, (name, period), digits, value, scale, places, unit, "", (1, 1))


def nothing(key: str, name: str, words: str) -> Number:
    """A number without a value."""
    return Number(key, (name, "2019"), "", None, 0, 0, "", words, (1, 1))


def some() -> tuple[Block, ...]:
    """A text with every kind of number and of block."""
    n = number
    first: tuple[Inline, ...] = (
        Text("受理市长热线 "), n("n1", "hotline.volume", "5,132", "件"), Text("，其中一季度 "),
        n("n2", "hotline.volume", "1290", "件", period="2019-q1"), Text("，三月 "),
        n("n3", "hotline.volume", "411", "件", period="2019-03"), Text("；办结率 "),
        n("n4", "hotline.closed_rate", "98.52", "%"), Text("，约 "), n("n5", "hotline.closed_rate", "98.5", "%"),
        Text("；现场 "), Typed("37", (4, 2)), Text(" 次。<b>&amp; \x07"),
    )  # fmt: skip
    return (
        Heading(1, (Text("河塘区 2019 年工作报告"),)),
        Heading(2, (Text("一、办件"),)),
        Paragraph(first),
        Heading(4, (Text("资金"),)),
        Items(
            (
                (Text("拨付 "), n("n6", "fund.paid", "5.12", "亿元", 8), Text("。")),
                (Text("其中 "), n("n7", "fund.share", "1,234.5", "万元"), Text("。")),
                (Text("增长 "), n("n8", "statistics.gdp_growth", "−3.2", "%"), Text("。")),
                (Text("信访办结率："), nothing("n9", "petition.closed_rate", "没有事项"), Text("。")),
            )
        ),
        Heading(2, (Text("二、其他 "), n("n10", "environment_letter.volume", "79.5", "件"))),
        Table(
            (
                ((Text("事项"),), (Text("数量"),)),
                ((Text("土地"),), (n("n11", "land.area", "5,554.7", "亩"),)),
                ((Text("救助"),), (n("n12", "relief.times", "4.92", "万人次", 4),)),
                ((Text("改造"),), (n("n13", "renovation.area", "120", "万平方米", 4),)),
                ((Text("工资"),), (n("n14", "job.wage", "4,321", "元/月"),)),
                ((Text("提高"),), (n("n15", "project.points", "0.5", "个百分点"),)),
                ((Text("没有"),), (n("n16", "register.none", "0", "件"),)),
            )
        ),
    )


def annual(blocks: tuple[Block, ...] | None = None, figures: tuple[Figure, ...] = FIGURES, **more: Any) -> Annual:
    """A report with ``blocks``."""
    told: dict[str, Any] = {
        "title": "河塘区 2019 年工作报告 <&>",
        "lang": "zh",
        "district": "hetang",
        "district_name": ("河塘区", "Hetang"),
        "period": "2019",
        "made_on": date(2020, 1, 6),
        "claims": (),
        "size": 1000,
        "root": ROOT,
        "origin": "ledger.hetang.example/log",
        "template": "annual-zh.md",
        **more,
    }
    # Numbers stand as they are shown, so what is shown of the values is checked by hand here.
    return Annual(
        blocks=some() if blocks is None else blocks, figures={(one.id, one.period): one for one in figures}, **told
    )
