"""Whatever a report's text is, the page written again from it is the page: checking takes nothing right for wrong."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.writing.annual_factory import FIGURES, annual, number

from luoshi.writing.annual.marked import read_page
from luoshi.writing.annual.model import Annual, Block, Heading, Inline, Items, Number, Paragraph, Table, Text, Typed
from luoshi.writing.annual.page import page, plain
from luoshi.writing.annual.page_data import key_of
from luoshi.writing.annual.rewriting import faults
from luoshi.writing.annual.shown import NO_VALUE

SIGNS = st.characters(blacklist_categories=("Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp", "Nd"))
TEXTS = st.one_of(
    st.text(SIGNS, max_size=12),
    st.sampled_from(
        ["]]>", "<script>", "&amp;", "<!-- -->", "{{", '"', "'", " · ", "\t", " ", "<ix:header>", "〔手填〕"]
    ),
)
WORDS: st.SearchStrategy[Inline] = TEXTS.map(Text)
VALUED = [one for one in FIGURES if one.value is not None and one.value >= 0]
INLINES: st.SearchStrategy[tuple[Inline, ...]] = st.lists(
    WORDS
    | st.sampled_from(["37件", "三成", "1.5%"]).map(lambda text: Typed(text, (1, 1)))
    | st.sampled_from([*VALUED, None]).map(lambda one: number("n0", one.id if one else "", "0", "")),
    max_size=4,
).map(tuple)
BLOCKS: st.SearchStrategy[Block] = st.one_of(
    st.builds(Heading, st.sampled_from([2, 3]), INLINES),
    st.builds(Paragraph, INLINES),
    st.builds(Items, st.lists(INLINES, min_size=1, max_size=3).map(tuple)),
    st.integers(1, 3).flatmap(
        lambda width: st.builds(Table, st.lists(st.tuples(*[INLINES] * width), min_size=1, max_size=3).map(tuple))
    ),
)


def filled(blocks: list[Block]) -> tuple[Block, ...]:
    """The blocks, each number one of the report's own with a key of its own."""
    count = 0

    def inlines(run: tuple[Inline, ...]) -> tuple[Inline, ...]:
        nonlocal count
        made: list[Inline] = []
        for one in run:
            if not isinstance(one, Number):
                made.append(one)
                continue
            count += 1
            figure = next((told for told in VALUED if told.id == one.figure[0]), None)
            if figure is None:
                key = ("petition.closed_rate", "2019")
                made.append(
                    replace(one, key=f"n{count}", figure=key, digits="", value=None, words=NO_VALUE["zh"]["no_cases"])
                )
            else:
                told = number(f"n{count}", figure.id, f"{figure.value:f}", figure.unit, period=figure.period)
                made.append(told)
        return tuple(made)

    def block(one: Block) -> Block:
        if isinstance(one, Heading | Paragraph):
            return replace(one, inlines=inlines(one.inlines))
        if isinstance(one, Items):
            return replace(one, items=tuple(inlines(item) for item in one.items))
        return replace(one, rows=tuple(tuple(inlines(cell) for cell in row) for row in one.rows))

    return tuple(block(one) for one in blocks)


def found(report: Annual) -> list[Any]:
    text = page(report)
    return faults(text, read_page(text).data, {key_of(key): one for key, one in report.figures.items()})


@settings(max_examples=60, deadline=None)
@given(INLINES, st.lists(BLOCKS, max_size=5), st.sampled_from(["河塘区", "二七区", "A & B"]))
def test_the_page_written_again_is_the_page(title: tuple[Inline, ...], blocks: list[Block], name: str) -> None:
    made = filled([Heading(1, title), *blocks])
    first = made[0]
    assert isinstance(first, Heading)
    report = annual(made, title=plain(first.inlines), district_name=(name, name))
    assert [one for one in found(report) if one.code == "rewritten"] == []


def test_names_in_numerals_are_no_numbers() -> None:
    blocks = (Heading(1, (Text("二七区2019年报告"),)), Paragraph((Text("二七区2019年的工作。"),)))
    assert found(annual(blocks, title="二七区2019年报告", district_name=("二七区", "Erqi"))) == []


def test_a_column_of_ordinals_needs_no_mark() -> None:
    rows = (((Text("序号"),), (Text("数量"),)), ((Text("1"),), (Text("12件"),)))
    blocks = (Heading(1, (Text("报告"),)), Table(rows))
    assert [(one.code, one.says) for one in found(annual(blocks, title="报告"))] == [("unmarked", "12件")]
