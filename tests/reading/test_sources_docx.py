"""Word documents: what is printed comes in, with its automatic numbers and headings; what is not stays out."""

from __future__ import annotations

import io
import zipfile

import pytest
from docx_builder import docx, p, zipped

from luoshi.reading.errors import ReadError
from luoshi.reading.sources import archive, load
from luoshi.reading.sources.numbering import format_number


def text_of(body: str, **parts: str) -> str:
    return load(docx(body, **parts), "a.docx").text


def hints_of(body: str, **parts: str) -> list[tuple[str, int]]:
    source = load(docx(body, **parts), "a.docx")
    return [(source.text[h.start : h.end], h.level) for h in source.hints]


def code_of(data: bytes) -> str:
    with pytest.raises(ReadError) as caught:
        load(data, "a.docx")
    return caught.value.code


def level(index: int, form: str, text: str, extra: str = "") -> str:
    inner = f'<w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/>{extra}'
    return f'<w:lvl w:ilvl="{index}">{inner}</w:lvl>'


def numbered(text: str, index: int = 0, num: int = 1) -> str:
    return p(text, f'<w:numPr><w:ilvl w:val="{index}"/><w:numId w:val="{num}"/></w:numPr>')


THREE_LEVELS = (
    '<w:abstractNum w:abstractNumId="7">'
    + level(0, "chineseCountingThousand", "%1、")
    + level(1, "chineseCounting", "（%2）")
    + level(2, "decimal", "%3.")
    + '</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>'
)


def test_paragraphs_tables_breaks_and_marks_in_order() -> None:
    body = (
        p("甲")
        + "<w:tbl><w:tr><w:tc>" + p("指标") + "</w:tc><w:tc>" + p("目标") + "</w:tc></w:tr>"
        + "<w:tr><w:tc>" + p("增速") + "</w:tc><w:tc>" + p("6%") + "</w:tc></w:tr></w:tbl>"
        + "<w:p><w:r><w:t>乙</w:t><w:br/><w:t>丙</w:t><w:tab/>"
        + "<w:t>丁</w:t><w:noBreakHyphen/><w:softHyphen/><w:t>戊</w:t>"
        + '<w:sym w:font="Symbol" w:char="F0B3"/><w:br w:type="page"/></w:r></w:p>'
    )  # fmt: skip
    assert text_of(body) == "甲\n指标\t目标\n增速\t6%\n乙\n丙\t丁-戊≥"


def test_tracked_changes_read_as_accepted() -> None:
    body = (
        "<w:p><w:r><w:t>增长</w:t></w:r><w:del><w:r><w:delText>7%</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>8%</w:t></w:r></w:ins></w:p>"
        "<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:r><w:t>前半</w:t></w:r></w:p>" + p("后半")
    )
    assert text_of(body) == "增长8%\n前半后半"


def test_controls_links_and_text_boxes_come_in_once() -> None:
    box = "<w:txbxContent>" + p("框内") + "</w:txbxContent>"
    body = (
        "<w:sdt><w:sdtContent>" + p("控件") + "</w:sdtContent></w:sdt>"
        "<w:p><w:hyperlink><w:r><w:t>链接</w:t></w:r></w:hyperlink><w:r><mc:AlternateContent>"
        f"<mc:Choice><w:drawing><wps:x>{box}</wps:x></w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict><v:x>{box}</v:x></w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )
    assert text_of(body) == "控件\n链接\n框内"


def test_hidden_text_contents_and_field_codes_stay_out() -> None:
    styles = '<w:style w:styleId="T1"><w:name w:val="toc 1"/></w:style>'
    body = (
        p("目录行", '<w:pStyle w:val="T1"/>')
        + p("看不见", run="<w:vanish/>")
        + "<w:p><w:r><w:instrText>PAGE</w:instrText></w:r><w:r><w:t>看得见</w:t></w:r></w:p>"
    )
    assert text_of(body, styles=styles).strip() == "看得见"


def test_automatic_numbers_of_three_levels_restart() -> None:
    body = "".join(
        numbered(t, i) for t, i in [("甲", 0), ("子", 1), ("丑", 1), ("x", 2), ("乙", 0), ("寅", 1), ("y", 2)]
    )
    assert text_of(body, numbering=THREE_LEVELS).split("\n") == [
        *("一、甲", "（一）子", "（二）丑", "1. x", "二、乙", "（一）寅", "1. y"),
    ]


def test_numbers_that_never_restart_and_numbers_that_start_elsewhere() -> None:
    numbering = (
        '<w:abstractNum w:abstractNumId="0">'
        + level(0, "chineseCounting", "%1、")
        + level(1, "decimalEnclosedCircle", "%2", '<w:lvlRestart w:val="0"/>')
        + '</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2">'
        '<w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="10"/></w:lvlOverride></w:num>'
    )
    body = numbered("甲") + numbered("子", 1) + numbered("乙") + numbered("丑", 1) + numbered("丙", 0, 2)
    assert text_of(body, numbering=numbering) == "一、甲\n①子\n二、乙\n②丑\n十、丙"


def test_compound_and_legal_numbers() -> None:
    numbering = (
        '<w:abstractNum w:abstractNumId="0">'
        + level(0, "chineseCounting", "第%1章")
        + level(1, "decimal", "%1.%2", "<w:isLgl/>")
        + '</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    )
    assert text_of(numbered("甲") + numbered("乙", 1), numbering=numbering) == "第一章甲\n1.1 乙"


def test_numbers_that_come_with_a_style() -> None:
    numbering = THREE_LEVELS.replace(
        '<w:numFmt w:val="chineseCounting"/>', '<w:pStyle w:val="H2"/><w:numFmt w:val="chineseCounting"/>'
    )
    numbers = '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
    styles = (
        f'<w:style w:styleId="H1"><w:name w:val="heading 1"/>{numbers}'
        f'<w:style w:styleId="H2"><w:name w:val="标题 2"/>{numbers}'
    )
    body = p("甲", '<w:pStyle w:val="H1"/>') + p("乙", '<w:pStyle w:val="H2"/>')
    assert text_of(body, styles=styles, numbering=numbering) == "一、甲\n（一）乙"
    assert hints_of(body, styles=styles, numbering=numbering) == [("一、甲", 1), ("（一）乙", 2)]


@pytest.mark.parametrize(
    ("value", "form", "shown"),
    [
        (10, "chineseCounting", "十"), (12, "chineseCountingThousand", "十二"), (20, "japaneseCounting", "二十"),
        (105, "chineseCounting", "一百零五"), (110, "chineseCounting", "一百一十"), (3, "decimalEnclosedCircle", "③"),
        (28, "lowerLetter", "bb"), (14, "upperRoman", "XIV"), (3, "chineseLegalSimplified", "叁"), (7, "made-up", "7"),
        (12, "decimalFullWidth", "１２"), (10, "ideographDigital", "一〇"), (2, "ideographTraditional", "乙"),
    ],
)  # fmt: skip
def test_number_formats(value: int, form: str, shown: str) -> None:
    assert format_number(value, form) == shown


def test_notes_follow_under_their_own_line() -> None:
    mark = '<w:r><w:footnoteReference w:id="2"/></w:r>'
    body = f"<w:p><w:r><w:t>四上企业</w:t></w:r>{mark}<w:r><w:t>达到120家。</w:t></w:r></w:p>"
    notes = (
        '<w:footnote w:id="0">'
        + p("分隔")
        + '</w:footnote><w:footnote w:id="2">'
        + p("四上企业：指四类企业。")
        + "</w:footnote>"
    )
    assert text_of(body, footnotes=notes) == "四上企业达到120家。\n注释：\n1.四上企业：指四类企业。"


def test_headings_by_style_by_weight_and_by_place() -> None:
    styles = (
        '<w:style w:styleId="T"><w:name w:val="Title"/></w:style>'
        '<w:style w:styleId="H"><w:name w:val="heading 1"/></w:style>'
        '<w:style w:styleId="X"><w:name w:val="own"/><w:basedOn w:val="H"/></w:style>'
    )
    body = (
        p("霁川区政府工作报告", '<w:pStyle w:val="T"/>')
        + p("（2025年1月8日）", '<w:jc w:val="center"/>')
        + p("霁川区区长　林知远", '<w:jc w:val="center"/>')
        + p("各位代表：", run="<w:b/>")
        + p("一、回顾", '<w:pStyle w:val="X"/>')
        + p("做强产业", run="<w:b/>")
        + p("做强产业，增长8%。", run="<w:b/>")
        + p("做优环境", run='<w:b w:val="0"/>')
    )
    assert hints_of(body, styles=styles) == [("霁川区政府工作报告", 1), ("一、回顾", 2), ("做强产业", 3)]


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({"word/vbaProject.bin": b"x", "word/document.xml": b"<x/>"}, "macro"),
        ({"[Content_Types].xml": b"application/vnd.ms-word.document.macroEnabled.main+xml"}, "macro"),
        ({"xl/workbook.xml": b"<x/>"}, "unsupported_type"),
        ({"word/document.xml": b"<w:document"}, "corrupt"),
        ({"word/styles.xml": b"<x/>"}, "corrupt"),
        ({"word/document.xml": b"<other/>"}, "corrupt"),
        ({"../word/document.xml": b"<x/>"}, "zip_bomb"),
        ({"word/document.xml": b" " * 3_000_000}, "zip_bomb"),
    ],
)
def test_what_is_refused(files: dict[str, str | bytes], code: str) -> None:
    assert code_of(zipped(files)) == code


def test_a_false_size_in_the_header_does_not_help(monkeypatch: pytest.MonkeyPatch) -> None:
    data = bytearray(zipped({"word/document.xml": b"<w:document>" + b"a" * 3_000_000}))
    entry = data.rindex(b"PK\x01\x02")
    data[entry + 24 : entry + 28] = (100).to_bytes(4, "little")
    assert code_of(bytes(data)) in {"zip_bomb", "corrupt"}


def test_too_many_members(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_ZIP_MEMBERS", 3)
    assert code_of(zipped({f"word/{i}": b"" for i in range(4)})) == "zip_bomb"


def test_all_members_together_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_ZIP_BYTES", 1000)
    assert code_of(zipped({"word/document.xml": b"<a/>", "word/media": b"a" * 1001})) == "zip_bomb"


def test_entities_are_not_expanded() -> None:
    entity = '<!DOCTYPE a [<!ENTITY b "bbbbbbbbbb"><!ENTITY c SYSTEM "file:///etc/hostname">]>'
    xml = docx("<w:p><w:r><w:t>甲乙&b;&c;</w:t></w:r></w:p>")
    with zipfile.ZipFile(io.BytesIO(xml)) as old:
        files: dict[str, str | bytes] = {name: old.read(name) for name in old.namelist()}
    files["word/document.xml"] = entity.encode() + bytes(files["word/document.xml"])  # type: ignore[arg-type]
    assert load(zipped(files), "a.docx").text == "甲乙"
