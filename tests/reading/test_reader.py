"""Laws of a whole reading, on every sample and in every dress a report comes in."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from luoshi.reading.errors import ReadError
from luoshi.reading.model import Reading, Source
from luoshi.reading.quantities import recompute
from luoshi.reading.reader import read
from luoshi.reading.sources import load

SAMPLES = Path(__file__).resolve().parents[2] / "districts" / "sample"
FILES = sorted(p.name for p in SAMPLES.iterdir() if p.suffix in (".txt", ".docx"))
CHROME_HEAD = "\n".join(
    (
        "首页 > 政务公开 > 政府工作报告",
        "索引号：000014349/2025-00001",
        "发布时间：2025-01-20 09:30",
        "字号：大 中 小",
        "打印 关闭",
        "",
    )
)
CHROME_TAIL = "\n责任编辑：某某\n分享到：微信 微博\n主办单位：某区人民政府办公室\n版权所有 未经授权不得转载\n"


def from_file(name: str) -> Reading:
    path = SAMPLES / name
    return read(load(path.read_bytes(), name))


def wrapped(text: str, width: int) -> str:
    """A report as old pages and PDFs hold it: paragraphs cut into lines of one width, the first one indented."""
    out: list[str] = []
    for paragraph in text.split("\n"):
        line = "　　" + paragraph.strip() if len(paragraph) > 40 else paragraph
        out.extend(line[i : i + width] for i in range(0, len(line), width) or [0])
    return "\n".join(out)


def bare(texts: list[str]) -> list[str]:
    return ["".join(t.split()) for t in texts]


@pytest.mark.parametrize("name", FILES)
def test_spans_are_of_the_text(name: str) -> None:
    reading = from_file(name)
    text = reading.source.text
    assert reading.commitments
    assert reading.achievements
    for fact in (*reading.quantities, *reading.commitments, *reading.achievements, *reading.unclear):
        assert text[fact.start : fact.end] == fact.text
    for term in reading.glossary:
        assert text[term.start : term.end] == term.term
        assert all(text[a:b].strip("“”") in term.term for a, b in term.mentions)


@pytest.mark.parametrize("name", FILES)
def test_nothing_is_invented(name: str) -> None:
    """Every value recomputes from its span, and every target's number is a number of the text."""
    reading = from_file(name)
    text = reading.source.text
    known = {}
    for q in reading.quantities:
        known[q.start, q.end] = q
        if q.tier == "core":
            assert recompute(q.text, text[q.end : q.end + 60]) == (q.value, q.value_high, q.unit)
    for clause in (*reading.commitments, *reading.achievements):
        for target in clause.targets:
            if target.value is None:
                assert target.num_start is None
                continue
            assert target.num_start is not None
            assert target.num_end is not None
            q = known[target.num_start, target.num_end]
            assert (target.value, target.value_high, target.unit) == (q.value, q.value_high, q.unit)
            assert clause.start <= target.num_start < target.num_end <= clause.end


@pytest.mark.parametrize("name", FILES)
def test_sections_tile_the_text_and_hold_their_facts(name: str) -> None:
    reading = from_file(name)
    assert reading.sections[0].start == 0
    assert reading.sections[-1].end == len(reading.source.text)
    assert all(a.end == b.start for a, b in pairwise(reading.sections))
    by_id = {s.id: s for s in reading.sections}
    assert len(by_id) == len(reading.sections)
    for fact in (*reading.quantities, *reading.commitments, *reading.achievements):
        section = by_id[fact.section]
        assert section.start <= fact.start < section.end
    assert all(by_id[c.section].part in ("plan", "term_plan", "background") for c in reading.commitments)
    assert all(by_id[c.section].part in ("review", "term_review") for c in reading.achievements)


@pytest.mark.parametrize("name", ["report-2024.txt", "report-2025.txt"])
@pytest.mark.parametrize("width", [32, 40])
def test_hard_wrapped_reads_the_same(name: str, width: int) -> None:
    plain = from_file(name)
    cut = read(Source(name, "", wrapped(plain.source.text, width)))
    assert [q.value for q in cut.quantities] == [q.value for q in plain.quantities]
    assert bare([c.text for c in cut.commitments]) == bare([c.text for c in plain.commitments])


@pytest.mark.parametrize("name", ["report-2024.txt", "report-2025.txt"])
def test_a_web_page_around_it_changes_nothing(name: str) -> None:
    plain = from_file(name)
    page = read(Source(name, "", CHROME_HEAD + plain.source.text + CHROME_TAIL))
    assert [c.text for c in page.commitments] == [c.text for c in plain.commitments]
    assert [a.text for a in page.achievements] == [a.text for a in plain.achievements]
    assert (page.place, page.year, page.plan_year) == (plain.place, plain.year, plain.plan_year)


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16", "utf-8-sig"])
def test_encodings_read_the_same(encoding: str) -> None:
    plain = from_file("report-2024.txt")
    other = read(load(plain.source.text.encode(encoding), "report.txt"))
    assert other.source.text == plain.source.text
    assert [c.text for c in other.commitments] == [c.text for c in plain.commitments]


def test_word_and_text_give_the_same_promises() -> None:
    word, text = from_file("report-2024.docx"), from_file("report-2024.txt")
    assert bare([c.text for c in word.commitments]) == bare([c.text for c in text.commitments])


@pytest.mark.parametrize(
    "text",
    [
        "The quick brown fox jumps over the lazy dog. " * 30,
        "从前有一座山，山上有一座庙，庙里有个老和尚在给小和尚讲故事，讲的是什么呢。" * 20,
        "def f(x):\n    return x + 1\n" * 40,
    ],
)
def test_other_texts_are_refused(text: str) -> None:
    with pytest.raises(ReadError) as caught:
        read(Source("x", "", text))
    assert caught.value.code == "not_a_report"


def test_the_years_of_the_samples() -> None:
    assert [(from_file(n).year, from_file(n).plan_year, from_file(n).place) for n in FILES if n.endswith(".txt")] == [
        (2023, 2024, "霁川区"),
        (2024, 2025, "霁川区"),
        (2025, 2026, "霁川区"),
    ]
