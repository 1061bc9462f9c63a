"""Web pages and Markdown: the words of the report, its headings, and no markup."""

from __future__ import annotations

import pytest

from luoshi.reading.errors import ReadError
from luoshi.reading.sources import load

PAGE = """<!DOCTYPE html><html><head><meta charset="{charset}">
<title>政府工作报告_霁川区人民政府</title><style>p{{color:red}}</style></head><body>
<nav><a href="/">首页</a></nav><div class="top"><a>政务公开</a> <a>互动交流</a></div>
<form id="aspnet"><div id="content">
<p align="center"><b>一、工作回顾</b></p>
<p>&nbsp;&nbsp;现在，我代表霁川区人民政府，
向大会报告工作。<br>增长8.9%，&lt;稳&gt;中有进。</p>
<p style="display:none">看不见的话，一句。</p>
<table><tr><th>指标</th><th>目标</th></tr><tr><td>增速，年</td><td>6%</td></tr></table>
<h2>二、工作安排</h2><div>全年增长<span>6%</span>左右，<strong>稳步</strong>推进。</div>
</div></form><div class="foot">主办：霁川区人民政府</div><script>var 甲 = "一，二。";</script></body></html>"""


def read(data: bytes, name: str) -> tuple[str, list[tuple[str, int]]]:
    source = load(data, name)
    return source.text, [(source.text[h.start : h.end], h.level) for h in source.hints]


@pytest.mark.parametrize("charset", ["utf-8", "gb2312", "gbk"])
def test_the_main_block_of_a_page(charset: str) -> None:
    text, hints = read(PAGE.format(charset=charset).encode("gb18030" if charset != "utf-8" else "utf-8"), "a.html")
    assert text.split("\n") == [
        "政府工作报告",
        "一、工作回顾",
        "\u00a0\u00a0现在，我代表霁川区人民政府，向大会报告工作。",
        "增长8.9%，<稳>中有进。",
        "指标\t目标",
        "增速，年\t6%",
        "二、工作安排",
        "全年增长6%左右，稳步推进。",
    ]
    assert hints == [("政府工作报告", 1), ("一、工作回顾", 2), ("二、工作安排", 2)]


def test_a_wrong_character_set_is_passed_over() -> None:
    assert "我代表霁川区人民政府" in read(PAGE.format(charset="utf-8").encode("gb18030"), "a.html")[0]
    assert "我代表霁川区人民政府" in read(PAGE.format(charset="no-such").encode(), "a.html")[0]
    assert "我代表霁川区人民政府" in read(PAGE.format(charset="gb2312").encode("utf-16"), "a.html")[0]


def test_deep_nesting_is_read_or_refused_but_never_cut_short() -> None:
    page = "<html><body>{}<p>全年增长8.9%，稳中有进。</p>"
    assert read(page.format("<div>" * 1_500).encode(), "a.html")[0] == "全年增长8.9%，稳中有进。"
    with pytest.raises(ReadError) as caught:
        read(page.format("<div>" * 20_000).encode(), "a.html")
    assert caught.value.code == "corrupt"


def test_preformatted_text_keeps_its_lines() -> None:
    assert (
        read("<html><body><pre>一、回顾\n　增长，快。\n</pre></body></html>".encode(), "-")[0]
        == "一、回顾\n　增长，快。"
    )


def test_markdown_marks_leave_the_text() -> None:
    text, hints = read(
        "# 霁川区政府工作报告 #\n\n**一、工作回顾**\n- 增长**8.9%**，见[附表](http://a)。\n1. 完成 3*4=12 项\n> 引文\n"
        "\n二、安排\n---\n| 指标 | 目标 |\n|---|---|\n| 增速 | 6% |\n<!-- 不要 -->\\*星号 snake_case_name\n".encode(),
        "a.md",
    )
    assert text.split("\n") == [
        *("霁川区政府工作报告", "", "一、工作回顾", "增长8.9%，见附表。", "1. 完成 3*4=12 项", "引文", "", "二、安排"),
        *("指标\t目标", "增速\t6%", "*星号 snake_case_name", ""),
    ]
    assert hints == [("霁川区政府工作报告", 1), ("一、工作回顾", 2), ("二、安排", 2)]
