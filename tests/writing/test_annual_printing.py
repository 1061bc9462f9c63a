"""The annual report on paper: the text of the .docx and .pdf, the mark of typed numbers, the annex of sources."""

from __future__ import annotations

import io
from typing import Any

import pypdfium2
import pytest
from docx import Document
from tests.writing.annuals import figure, made

from luoshi.writing.annual.printing import docx, paper_of, pdf, shown

VOLUME = figure("hotline.volume", "市长热线受理量", en="Hotline: cases", value=5132)
RATE = figure("hotline.closed_rate", "市长热线回访后办结率", en="Hotline: closed", kind="rate", ratio=(975, 1000))
MONEY = figure("project.invested", "重点项目完成投资", kind="sum", unit="元", value=12176000000)
NONE = figure("petition.closed_rate", "信访事项办结率", kind="rate", ratio=(0, 0))

TEXT = """# {{ district }}{{ period }}报告

## 一、办理情况

受理{{ figure("hotline.volume") }}，办结率{{ figure("hotline.closed_rate") }}，走访企业36家。

### （一）投资

- 完成投资{{ figure("project.invested", unit="亿元") }}。
- 信访办结率：{{ figure("petition.closed_rate") }}。

| 事项 | 数量 |
|---|---|
| 热线 | {{ figure("hotline.volume", unit="万件") }} |
"""

GOLDEN = """霁川区2025年报告

一、办理情况
受理5132件，办结率97.5%，走访企业36家〔手填〕。
（一）投资
——完成投资121.76亿元。
——信访办结率：没有事项。
[事项 | 数量]
[热线 | 0.51万件]
数据证明
本报告中的数，除加“〔手填〕”的以外，均由下面这份公开台账在同一时刻算出，共5处；任何人都可以用公开台账离线重新计算。
加“〔手填〕”的数共1处，由人工填写，台账不能证明。
[台账 | example.org/log]
[记录 | 1条]
[树根 | root]
[编制日期 | 2026年1月10日]
[重新计算 | luoshi verify report.html ledger]
附　数据来源
[报告中的数 | 数据及编号 | 值 | 口径 | 佐证记录]
[5132件/0.51万件 | 市长热线受理量/hotline.volume/2025年 | 5132件 | 合成 | 0]
[97.5% | 市长热线回访后办结率/hotline.closed_rate/2025年 | 97.50%/975/1000 | 合成分母：全部。 | 0]
[121.76亿元 | 重点项目完成投资/project.invested/2025年 | 12176000000元 | 合成 | 0]
[没有事项 | 信访事项办结率/petition.closed_rate/2025年 | 没有事项/0/0 | 合成分母：全部。 | 0]"""


def report(text: str = TEXT, **more: Any) -> Any:
    """The report of the figures above."""
    return made(text, [VOLUME, RATE, MONEY, NONE], **more)


def lines_of(data: bytes) -> str:
    """The text of a .docx in its order, the rows of tables in brackets."""
    document = Document(io.BytesIO(data))
    lines = []
    for block in document.iter_inner_content():
        if hasattr(block, "rows"):
            for row in block.rows:
                lines.append(
                    "[" + " | ".join(cell.text.replace("\n", "/").replace("\u200b", "") for cell in row.cells) + "]"
                )
        elif block.text or (lines and not lines[-1].startswith("[")):
            lines.append(block.text)
    return "\n".join(lines).strip()


def test_the_docx_says_exactly_this() -> None:
    told = lines_of(docx(report()))
    assert [line for line in told.split("\n") if line] == [line for line in GOLDEN.split("\n") if line]


def test_the_pdf_says_the_same() -> None:
    document = pypdfium2.PdfDocument(pdf(report()))
    told = "".join(page.get_textpage().get_text_range() for page in document)
    for sign in ("\n", "\r", "\ufffe", " ", "\u200b", "￾"):
        told = told.replace(sign, "")
    for line in GOLDEN.split("\n"):
        for part in line.strip("[]").replace(" | ", "/").split("/"):
            assert part.replace(" ", "") in told, part


def test_the_same_report_gives_the_same_docx() -> None:
    assert docx(report()) == docx(report())


def test_typed_numbers_are_marked_and_counted() -> None:
    text = "\n".join(getattr(block, "text", "") for block in paper_of(report()).blocks)
    assert "36家〔手填〕" in text
    clean = paper_of(report(TEXT.replace("36家", "若干企业")))
    text = "\n".join(getattr(block, "text", "") for block in clean.blocks)
    assert "报告正文没有人工填写的数。" in text


def test_in_english() -> None:
    text = '# Report\n\nThe line took {{ figure("hotline.volume") }} calls and 36 visits.\n'
    told = lines_of(docx(report(text, lang="en")))
    assert "took 5132 calls and 36[typed] visits." in told
    assert "[5132 | Hotline: cases/hotline.volume/2025 | 5132 cases | Made up | 0]" in told


@pytest.mark.parametrize("n", range(5))
def test_every_number_is_in_the_annex(n: int) -> None:
    annual = report()
    table = paper_of(annual).blocks[-1]
    number = annual.numbers()[n]
    rows = [(row[0].split("\n"), row[1].replace("\u200b", "")) for row in table.rows]  # type: ignore[union-attr]
    assert any(shown(number) in told and number.figure[0] in source for told, source in rows)
