"""Files in: how their kind is found, how plain text is decoded, and what is refused."""

from __future__ import annotations

import hashlib

import pytest
from docx_builder import docx, p
from hypothesis import given, settings
from hypothesis import strategies as st

from luoshi.reading.errors import ReadError
from luoshi.reading.model import Source
from luoshi.reading.sources import limits, load

TEXT = "各位代表：\n　　现在，我代表霁川区人民政府，向大会报告工作。全年增长8.9％。\n"
HTML = "<!DOCTYPE html><html><body><h1>政府工作报告</h1><p>全年增长8.9%，稳中有进。</p></body></html>"
CODES = {
    *("empty", "too_large", "encrypted", "macro", "corrupt", "zip_bomb", "scanned_pdf", "undecodable"),
    "unsupported_type",
}


def refused(data: bytes, name: str) -> ReadError:
    with pytest.raises(ReadError) as caught:
        load(data, name)
    assert caught.value.details["name"] == name
    return caught.value


@pytest.mark.parametrize("name", ["report.txt", "report", "-"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "gbk"])
def test_every_encoding_gives_the_same_text(encoding: str, name: str) -> None:
    data = TEXT.encode(encoding)
    source = load(data, name)
    assert source.text == TEXT
    assert source.hints == []
    assert source.sha256 == hashlib.sha256(data).hexdigest()


def test_only_line_ends_and_the_mark_change() -> None:
    assert load("\ufeff 甲\r\n乙\r　丙\n\n\t丁８ \f".encode(), "a.txt").text == " 甲\n乙\n　丙\n\n\t丁８ \f"


@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=20, max_size=200))
def test_chinese_text_survives_utf8_and_gb18030(words: str) -> None:
    text = f"{words}，\n{words}。"
    assert load(text.encode(), "a.txt").text == text
    assert load(text.encode("utf-16"), "a.txt").text == text


def test_kind_is_found_by_content_not_by_name() -> None:
    assert load(HTML.encode(), "report.txt").text.startswith("政府工作报告\n")
    assert load(docx(p("甲乙丙")), "report.txt").text == "甲乙丙"
    assert load(docx(p("甲乙丙")), "-").text == "甲乙丙"
    assert [h.level for h in load(("# 报告\n## 一\n" + TEXT).encode(), "-").hints] == [1, 2]


@pytest.mark.parametrize("data", [b"", b" \n\t\r\n", "\ufeff　\n".encode()])
def test_nothing_to_read_is_empty(data: bytes) -> None:
    assert refused(data, "a.txt").code == "empty"


def test_damaged_utf8_is_not_guessed_to_be_something_else() -> None:
    data = TEXT.encode()
    at = len(TEXT[:20].encode())
    error = refused(data[:at] + b"\xff" + data[at:], "a.txt")
    assert (error.code, error.details["position"]) == ("undecodable", at)
    assert refused(data[:-2], "a.txt").code == "undecodable"


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "image"),
        (b"{\\rtf1 text}", "rtf"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"), "doc"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(99), "ole"),
        (b"plain words" + bytes(20), "binary"),
    ],
)
def test_other_kinds_are_named(data: bytes, kind: str) -> None:
    error = refused(data, "a.txt")
    assert (error.code, error.details["kind"]) == ("unsupported_type", kind)


def test_an_encrypted_word_file_is_told_from_an_old_one() -> None:
    data = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(64) + "EncryptedPackage".encode("utf-16-le")
    assert refused(data, "a.docx").code == "encrypted"


def test_too_large_says_how_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_BYTES", 100)
    assert refused(b"a" * 101, "a.txt").details == {"name": "a.txt", "size": 101, "limit": 100, "unit": "bytes"}
    monkeypatch.setattr(limits, "MAX_CHARS", 20)
    assert refused(b"a" * 21, "a.txt").details == {"name": "a.txt", "size": 21, "limit": 20, "unit": "chars"}


def outcome(data: bytes, name: str) -> Source | ReadError:
    try:
        return load(data, name)
    except ReadError as error:
        assert error.code in CODES
        return error


SEEDS = {
    "a.docx": docx(p("一、回顾") + p("增长8.9%。") * 5, styles="", numbering=""),
    "a.html": HTML.encode("gb18030"),
    "a.md": "# 报告\n\n**一、回顾**\n\n- 增长*8%*，[见](http://a)。\n| a | b |\n|---|---|\n".encode(),
    "a.txt": TEXT.encode(),
}


@settings(max_examples=150)
@given(st.binary(max_size=300), st.sampled_from(["-", "a.txt", "a.docx", "a.pdf", "a.html", "a.md", "a"]))
def test_any_bytes_give_a_source_or_a_read_error(data: bytes, name: str) -> None:
    outcome(data, name)


@settings(max_examples=200)
@given(st.sampled_from(sorted(SEEDS)), st.data())
def test_any_damage_gives_a_source_or_a_read_error(name: str, draw: st.DataObject) -> None:
    data = bytearray(SEEDS[name])
    for _ in range(draw.draw(st.integers(1, 4))):
        at = draw.draw(st.integers(0, len(data) - 1))
        data[at] = draw.draw(st.integers(0, 255))
    cut = draw.draw(st.integers(1, len(data)))
    outcome(bytes(data), name)
    outcome(bytes(data[:cut]), name)
