"""PDF: lines come in with their indents, without running heads; scans, passwords and bombs are refused."""

from __future__ import annotations

import io
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from luoshi.reading.errors import ReadError
from luoshi.reading.layout import make_view
from luoshi.reading.sources import load, pdf

canvas = pytest.importorskip("reportlab.pdfgen.canvas")
pdfmetrics = pytest.importorskip("reportlab.pdfbase.pdfmetrics")
cidfonts = pytest.importorskip("reportlab.pdfbase.cidfonts")
pdfmetrics.registerFont(cidfonts.UnicodeCIDFont("STSong-Light"))

WIDTH, SIZE, LINES = 28, 16, 20
PARAGRAPHS = [
    "霁川区人民政府工作报告",
    "　　各位代表：",
    "　　现在，我代表霁川区人民政府向大会报告工作，请予审议，并请各位政协委员和列席会议的同志提出意见和建议。",
    "　　一、二〇二四年工作回顾",
    *(
        f"　　第{n}季度地区生产总值增长{n}.2%，规模以上工业增加值增长8.15%，完成投资118.{n}亿元，新增城镇就业52{n}0人，"
        "居民人均可支配收入增长快于经济增长，主要指标增速位居全市前列。"
        for n in range(1, 25)
    ),
]


def make_pdf(paragraphs: list[str], password: str | None = None) -> bytes:
    """A PDF as a word processor prints it: lines of one width, a running head, page numbers."""
    buffer = io.BytesIO()
    page = canvas.Canvas(buffer, encrypt=password)
    lines = [text[i : i + WIDTH] for text in paragraphs for i in range(0, len(text), WIDTH)]
    for number, first in enumerate(range(0, len(lines), LINES), 1):
        page.setFont("STSong-Light", SIZE)
        page.drawString(70, 815, "霁川区人民代表大会文件")
        for row, line in enumerate(lines[first : first + LINES]):
            words = line.lstrip("　")
            page.drawString(70 + SIZE * (len(line) - len(words)), 780 - 30 * row, words)
        page.drawString(280, 30, f"- {number} -")
        page.showPage()
    page.save()
    return buffer.getvalue()


def refused(data: bytes) -> ReadError:
    with pytest.raises(ReadError) as caught:
        load(data, "a.pdf")
    return caught.value


def test_lines_become_the_paragraphs_that_were_printed() -> None:
    source = load(make_pdf(PARAGRAPHS), "-")
    assert source.text.startswith(PARAGRAPHS[0] + "\n　　各位代表：\n　　现在")
    assert make_view(source.text).text.split("\n") == PARAGRAPHS


def test_a_password_is_asked_for_nothing() -> None:
    assert refused(make_pdf(PARAGRAPHS, "geheim")).code == "encrypted"


def test_pages_without_text_are_a_scan() -> None:
    error = refused(make_pdf([" "] * (LINES * 3)))
    assert (error.code, error.details["pages"]) == ("scanned_pdf", 3)


def test_damaged_files_and_bombs(monkeypatch: pytest.MonkeyPatch) -> None:
    assert refused(b"%PDF-1.7\n" + b"x" * 100).code == "corrupt"
    assert refused(b"no pdf at all").code == "corrupt"
    monkeypatch.setattr(pdf, "MAX_PDF_STREAM_BYTES", 1000)
    bomb = b"%PDF-1.7\n1 0 obj<</Filter/FlateDecode>>stream\n" + zlib.compress(b" " * 5000) + b"\nendstream"
    assert refused(bomb).code == "zip_bomb"


def test_too_many_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "MAX_PDF_PAGES", 2)
    error = refused(make_pdf(PARAGRAPHS))
    assert (error.code, error.details["unit"], error.details["limit"]) == ("too_large", "pages", 2)


def test_nothing_is_said_beside_the_error(capfd: pytest.CaptureFixture[str]) -> None:
    data = make_pdf(PARAGRAPHS)
    for cut in range(100, len(data), len(data) // 20):
        refused_or_read(data[:cut])
    assert capfd.readouterr() == ("", "")


def refused_or_read(data: bytes) -> None:
    try:
        assert load(data, "a.pdf").text
    except ReadError as error:
        assert error.code in {"corrupt", "encrypted", "scanned_pdf", "empty"}


SMALL = make_pdf(PARAGRAPHS[:4])


@settings(max_examples=80, deadline=2000)
@given(st.data())
def test_any_damage_gives_a_source_or_a_read_error(draw: st.DataObject) -> None:
    data = bytearray(SMALL)
    for _ in range(draw.draw(st.integers(1, 6))):
        data[draw.draw(st.integers(8, len(data) - 1))] = draw.draw(st.integers(0, 255))
    refused_or_read(bytes(data))
