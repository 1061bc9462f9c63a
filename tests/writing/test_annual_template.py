"""The template of an annual report: what it may say, and where exactly it is wrong."""

from __future__ import annotations

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luoshi.messages import speaking
from luoshi.words.annual import ANNUAL_MESSAGES, describe_annual
from luoshi.writing.annual.errors import AnnualError
from luoshi.writing.annual.template import LARGEST, MOST_BLOCKS, Ask, Name, Template, Words, decode, parse

WHOLE = """# {{ district }}报告

## 一、办理

受理{{ figure("hotline.volume") }}，
投资{{ figure('project.invested', unit="亿元", places=2, period="2018") }}。
See the
annex.

- 第一
  续行
* 第二

| 序号 | 数 |
|---|---:|
| 1 | {{figure("a.b")}} |
"""


def test_a_template_is_read_into_blocks() -> None:
    told = parse(WHOLE, "a.md")
    assert [block.kind for block in told.blocks] == ["heading", "heading", "paragraph", "items", "table"]
    assert told.blocks[0].runs == (((Name("district", (1, 3)), Words("报告", (1, 17))),),)
    assert list(told.asks()) == [
        Ask("hotline.volume", (5, 3)),
        Ask("project.invested", (6, 3), "2018", "亿元", 2),
        Ask("a.b", (16, 7)),
    ]
    text = "".join(one.text for one in told.blocks[2].runs[0][0] if isinstance(one, Words))
    assert text == "受理，投资。See the annex."
    assert [[one.text for one in row[0] if isinstance(one, Words)] for row in told.blocks[3].runs] == [
        ["第一", "续行"],
        ["第二"],
    ]
    assert len(told.blocks[4].runs) == 2


FAULTS = [
    ("", "annual_title", 1, 1),
    ("正文", "annual_title", 1, 1),
    ("# 一\n\n# 二", "annual_title", 3, 1),
    ("# 题\n\n#### 深", "annual_heading", 3, 1),
    ('# 题\n\n数{{ figure("a.b") }', "annual_sign_wanted", 3, 19),
    ('# 题\n\n数{ figure("a.b") }}', "annual_brace", 3, 2),
    ("# 题\n\n数}} ", "annual_brace", 3, 2),
    ('# 题\n\n  数{{ figur("a.b") }}', "annual_word", 3, 7),
    ("# 题\n\n{{ __import__('os') }}", "annual_word", 3, 4),
    ("# 题\n\n{{ figure.__class__ }}", "annual_sign_wanted", 3, 10),
    ("# 题\n\n{{ 1+1 }}", "annual_word", 3, 4),
    ("# 题\n\n{% for x in y %}", "annual_brace", 3, 1),
    ("# 题\n\n{{ figure(“a.b”) }}", "annual_quotes", 3, 11),
    ("# 题\n\n{{ figure(a.b) }}", "annual_string", 3, 11),
    ('# 题\n\n{{ figure("a b") }}', "annual_id", 3, 11),
    ('# 题\n\n{{ figure("a.b" "c") }}', "annual_sign_wanted", 3, 17),
    ('# 题\n\n{{ figure("a.b", scale="万") }}', "annual_option", 3, 18),
    ('# 题\n\n{{ figure("a.b", unit="", unit="") }}', "annual_option_twice", 3, 27),
    ('# 题\n\n{{ figure("a.b", unit=figure("c.d")) }}', "annual_string", 3, 23),
    ('# 题\n\n{{ figure("a.b", places=7) }}', "annual_places", 3, 25),
    ('# 题\n\n{{ figure("a.b", places=1.5) }}', "annual_places", 3, 25),
    ('# 题\n\n{{ figure("a.b", places="1") }}', "annual_places", 3, 25),
    ("# 题\n\n| 甲 | 乙 |\n| 1 | 2 |", "annual_table_rule", 4, 1),
    ("# 题\n\n| 甲 | 乙 |", "annual_table_rule", 3, 1),
    ("# 题\n\n| 甲 | 乙 |\n|---|---|\n| 1 |", "annual_table_columns", 5, 1),
    ("# 题\n\n| 甲 | 乙\n", "annual_table_end", 3, 7),
    ("# 题\n\n|" + " 甲 |" * 13, "annual_table_cells", 3, 1),
    ("# 题\n\n甲\u202e乙", "annual_sign", 3, 2),
    ("# 题\n\n甲\x00乙", "annual_sign", 3, 2),
    ("# 题\n\n甲\ufffc乙", "annual_sign", 3, 2),
    ("# 题\n\n9\u200b{{ figure('a.b') }}", "annual_sign", 3, 2),
    ("# 题\n\n共\u2062{{ figure('a.b') }}", "annual_sign", 3, 2),
    ("# 题\n\n共\u0663件", "annual_sign", 3, 2),
    ("# 题\n\n共\U0001d7d7件", "annual_sign", 3, 2),
    ("# 题\n\n" + "甲" * 20_001, "annual_line", 3, 20_001),
    ("# 题\n" + "\n段\n" * MOST_BLOCKS, "annual_blocks", 1 + 2 * MOST_BLOCKS, 1),
    ("# 题\n\n" + "{{figure('a.b')}}，\n" * 2_001, "annual_figures", 2_003, 1),
]


@pytest.mark.parametrize(("text", "code", "line", "column"), FAULTS)
def test_a_fault_is_told_with_its_place_in_both_languages(text: str, code: str, line: int, column: int) -> None:
    with pytest.raises(AnnualError) as caught:
        parse(text, "甲.md")
    error = caught.value
    assert (error.code, error.details["line"], error.details["column"]) == (code, line, column)
    for lang in ("zh", "en"):
        with speaking(lang):
            told = describe_annual(error)
        assert told.startswith(f"甲.md:{line}:{column}: ")
        assert "{" not in told.replace("{{", "") or code in ("annual_brace", "annual_word"), told
    assert describe_annual(pickle.loads(pickle.dumps(error))) == describe_annual(error)


def test_every_fault_of_a_template_has_words() -> None:
    assert {code for _, code, _, _ in FAULTS} <= set(ANNUAL_MESSAGES)


def test_what_is_no_text_or_too_large_is_refused() -> None:
    with pytest.raises(AnnualError) as caught:
        decode("# 题\n甲".encode() + b"\xff", "a.md")
    assert (caught.value.code, caught.value.details["line"], caught.value.details["column"]) == (
        "annual_encoding",
        2,
        2,
    )
    with pytest.raises(AnnualError, match="annual_large"):
        decode(b"x" * (LARGEST + 1), "a.md")
    with pytest.raises(AnnualError, match="annual_large"):
        parse("甲" * (LARGEST // 3 + 1), "a.md")


@given(st.text(alphabet="#-| \n{}\"'(),=.figurehotline甲1%\t", max_size=120))
def test_any_text_is_read_or_refused_with_a_place_within_it(text: str) -> None:
    told = f"# 题\n{text}"
    try:
        assert isinstance(parse(told, "a.md"), Template)
    except AnnualError as error:
        lines = told.split("\n")
        assert 1 <= error.details["line"] <= len(lines)
        assert 1 <= error.details["column"] <= len(lines[error.details["line"] - 1]) + 1
