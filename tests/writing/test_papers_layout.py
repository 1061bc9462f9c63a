"""The layout of GB/T 9704, as far as the fact base vouches for it: measured in the .docx, read back from the .pdf."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from typing import Any

import pypdfium2
import pytest
from lxml import etree

from luoshi.writing.papers import layout
from luoshi.writing.papers.docx_out import docx
from luoshi.writing.papers.errors import PaperError
from luoshi.writing.papers.fonts import FREE, ROLES, WANTED, chosen, fonts_used
from luoshi.writing.papers.model import (
    Attachments,
    Copies,
    Head,
    Heading,
    Paper,
    Paragraph,
    Salutation,
    Signature,
    Table,
    Title,
)
from luoshi.writing.papers.pdf_out import pdf

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MM = 72 / 25.4
SENTENCE = "各单位要对照任务清单逐项落实责任主体工作标准和完成时限"
PAPER = Paper(
    document="notice",
    name="督办通知",
    number="霁督〔2026〕1号",
    day="2026-11-02",
    blocks=(
        Head("霁川区人民政府督查室", "霁督〔2026〕1号"),
        Title("关于“枫林里老旧小区加装电梯”的督办通知"),
        Salutation("区住房和城乡建设局"),
        Heading("一、目标任务", 1),
        Heading("（一）工作标准", 2),
        Paragraph("完成20部，逾期的予以通报。"),
        Table((("编号", "霁〔2026〕1号"), ("事项", "第一行\n第二行")), (22, 78), labels=True),
        Attachments(("任务分解表", "联系人名单")),
        Signature("霁川区人民政府督查室", "2026年11月2日"),
        Copies("区水利局"),
    ),
)
FULL = replace(PAPER, blocks=(Paragraph(SENTENCE * 100, indent=False),))


def part(data: bytes, name: str) -> Any:
    """A part of the file as XML."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return etree.fromstring(archive.read(f"word/{name}.xml"))


def values(element: Any, path: str) -> dict[str, str]:
    """The attributes of the first element at ``path``."""
    found = element.find("/".join(W + step for step in path.split("/")))
    assert found is not None, path
    return {key.removeprefix(W): value for key, value in found.attrib.items()}


def paragraphs(data: bytes) -> dict[str, Any]:
    """Text → paragraph."""
    return {"".join(one.itertext()).strip(): one for one in part(data, "document").iter(f"{W}p")}


def mm(twentieths: str) -> float:
    return int(twentieths) / 20 / MM


# --- .docx


def test_the_page_of_the_docx() -> None:
    section = part(docx(PAPER), "document").find(f".//{W}sectPr")
    size, margins = values(section, "pgSz"), values(section, "pgMar")
    assert (mm(size["w"]), mm(size["h"])) == pytest.approx((210, 297), abs=0.05)
    told = [mm(margins[side]) for side in ("top", "left", "bottom", "right", "footer")]
    assert told == pytest.approx([37, 28, 35, 26, 24.5], abs=0.05)
    assert section.find(f"{W}docGrid") is None


def test_the_normal_text_of_the_docx_gives_22_lines_of_28_characters() -> None:
    styles = part(docx(PAPER), "styles")
    normal = next(one for one in styles.iter(f"{W}style") if one.get(f"{W}styleId") == "Normal")
    spacing = values(normal, "pPr/spacing")
    assert (spacing["line"], spacing["lineRule"], spacing["before"], spacing["after"]) == ("579", "exact", "0", "0")
    assert values(normal, "rPr/sz")["val"] == "32"
    assert values(normal, "rPr/spacing")["val"] == "-5"
    fonts = values(normal, "rPr/rFonts")
    assert {fonts[key] for key in ("ascii", "hAnsi", "eastAsia", "cs")} == {"仿宋_GB2312"}
    assert not [key for key in fonts if "Theme" in key]
    assert 22 * 28.95 <= layout.TYPE_AREA[1] * MM < 23 * 28.95
    assert 28 * (16 - 0.25) <= layout.TYPE_AREA[0] * MM < 29 * (16 - 0.25)


@pytest.mark.parametrize(
    ("text", "font", "halves", "align"),
    [
        ("霁川区人民政府督查室", "方正小标宋简体", None, "center"),
        ("关于“枫林里老旧小区加装电梯”的督办通知", "方正小标宋简体", "44", "center"),
        ("一、目标任务", "黑体", "32", "both"),
        ("（一）工作标准", "楷体_GB2312", "32", "both"),
        ("抄送：区水利局。", "仿宋_GB2312", "28", "both"),
    ],
)
def test_fonts_and_sizes_of_the_docx(text: str, font: str, halves: str | None, align: str) -> None:
    data = docx(replace(PAPER, blocks=tuple(b for b in PAPER.blocks if not isinstance(b, Signature))))
    one = paragraphs(data)[text]
    assert values(one, "r/rPr/rFonts")["eastAsia"] == font
    assert halves is None or values(one, "r/rPr/sz")["val"] == halves
    assert values(one, "pPr/jc")["val"] == align


def test_the_head_is_red_and_35_mm_below_the_type_area_s_edge_and_the_rule_4_mm_below_the_number() -> None:
    told = paragraphs(docx(replace(PAPER, blocks=PAPER.blocks[:1])))
    head = told["霁川区人民政府督查室"]
    assert values(head, "r/rPr/color")["val"] == "FF0000"
    points, spacing = int(values(head, "r/rPr/sz")["val"]) / 2, values(head, "pPr/spacing")
    above = int(spacing["before"]) / 20 + (int(spacing["line"]) / 20 - points) / 2
    assert above / MM == pytest.approx(35, abs=0.1)
    rule = values(told["霁督〔2026〕1号"], "pPr/pBdr/bottom")
    assert rule["color"] == "FF0000"
    assert int(rule["space"]) / MM == pytest.approx(4, abs=0.2)


def test_the_day_stands_four_characters_from_the_right_and_the_issuer_in_the_middle_above_it() -> None:
    told = paragraphs(docx(replace(PAPER, blocks=PAPER.blocks[-2:-1])))
    day, issuer = (values(told[text], "pPr/ind") for text in ("2026年11月2日", "霁川区人民政府督查室"))
    assert day["rightChars"] == "400"
    middle = [float(one["rightChars"]) / 100 + width / 2 for one, width in ((day, 6.5), (issuer, 10))]
    assert middle[0] == pytest.approx(middle[1], abs=0.02)


def test_page_numbers_of_the_docx_stand_outside_and_one_character_in() -> None:
    data = docx(PAPER)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        footers = [name for name in archive.namelist() if "footer" in name]
        assert b"evenAndOddHeaders" in archive.read("word/settings.xml")
    told = {}
    for name in footers:
        one = part(data, name.removeprefix("word/").removesuffix(".xml")).find(f"{W}p")
        told[values(one, "pPr/jc")["val"]] = one
    assert set(told) == {"left", "right"}
    for side, one in told.items():
        assert values(one, "pPr/ind")[f"{side}Chars"] == "100"
        assert "".join(one.itertext()) == "—  PAGE 1 —"
        assert values(one, "r/rPr/rFonts")["eastAsia"] == "宋体"
        assert values(one, "r/rPr/sz")["val"] == "28"


def test_the_font_table_names_what_stands_for_a_missing_font() -> None:
    fonts = {one.get(f"{W}name"): one for one in part(docx(PAPER), "fontTable").iter(f"{W}font")}
    for role, names in WANTED.items():
        one = fonts[names[0]]
        assert FREE[role][0] in values(one, "altName")["val"].split(",")
        assert values(one, "family")["val"] == ("swiss" if role == "hei" else "roman")


def test_the_docx_is_read_by_python_docx_and_is_the_same_each_time() -> None:
    from docx import Document

    data = docx(PAPER)
    read = Document(io.BytesIO(data))
    assert [cell.text for cell in read.tables[0].columns[1].cells] == ["霁〔2026〕1号", "第一行\n第二行"]
    with zipfile.ZipFile(io.BytesIO(data)) as one, zipfile.ZipFile(io.BytesIO(docx(PAPER))) as other:
        assert {name: one.read(name) for name in one.namelist()} == {
            name: other.read(name) for name in other.namelist()
        }


# --- .pdf, read back


def lines_of(page: Any) -> list[str]:
    """The lines of a page, its number the last."""
    return [line.strip() for line in page.get_textpage().get_text_range().splitlines() if line.strip()]


def boxes(page: Any, text: str) -> list[tuple[float, float, float, float]]:
    """Left, bottom, right and top of the characters of ``text``, in millimetres from the upper left corner."""
    told = page.get_textpage()
    start = told.get_text_range().replace("\r\n", "\n").replace("\n", "").find(text)
    assert start >= 0
    every = told.get_text_range()
    index = [n for n, char in enumerate(every) if char not in "\r\n"]
    found = [told.get_charbox(index[start + n]) for n in range(len(text))]
    return [(x0 / MM, 297 - y0 / MM, x1 / MM, 297 - y1 / MM) for x0, y0, x1, y1 in found]


def test_a_full_page_of_the_pdf_has_22_lines_of_28_characters() -> None:
    pages = pypdfium2.PdfDocument(pdf(FULL))
    assert len(pages) == 5  # 2,700 characters, 616 a page
    for page in list(pages)[:-1]:
        assert page.get_size() == pytest.approx((210 * MM, 297 * MM), abs=0.1)
        *text, number = lines_of(page)
        assert [len(line) for line in text] == [28] * 22
        assert re.fullmatch("— [1-4] —", number)


def test_no_line_is_moved_to_the_next_page_for_company() -> None:
    made = replace(PAPER, blocks=tuple(Paragraph(SENTENCE * 2) for _ in range(30)))  # three lines each
    pages = [lines_of(page) for page in pypdfium2.PdfDocument(pdf(made))]
    assert [len(lines) - 1 for lines in pages] == [22, 22, 22, 22, 2]


def test_the_text_of_the_pdf_fills_the_type_area() -> None:
    page = pypdfium2.PdfDocument(pdf(FULL))[0]
    told = boxes(page, SENTENCE * 22)
    assert min(one[0] for one in told) == pytest.approx(28, abs=1)
    assert max(one[2] for one in told) == pytest.approx(210 - 26, abs=1)
    assert 37 < min(one[3] for one in told) < 41
    assert 297 - 35 - 5 < max(one[1] for one in told) < 297 - 35


def test_the_head_of_the_pdf() -> None:
    page = pypdfium2.PdfDocument(pdf(PAPER))[0]
    head = boxes(page, "霁川区人民政府督查室")
    assert min(one[3] for one in head) == pytest.approx(37 + 35, abs=1.5)
    number, title = boxes(page, "霁督〔2026〕1号"), boxes(page, "关于“枫林里")
    rules = [
        one.get_bounds()
        for one in page.get_objects()
        if one.type == pypdfium2.raw.FPDF_PAGEOBJ_PATH and one.get_bounds()[2] - one.get_bounds()[0] > 155 * MM
    ]
    rule = 297 - max(bounds[3] for bounds in rules) / MM
    assert rule - max(one[1] for one in number) == pytest.approx(4, abs=0.6)
    assert rule < min(one[3] for one in title)


@pytest.mark.parametrize("n", [0, 1])
def test_page_numbers_of_the_pdf(n: int) -> None:
    page = pypdfium2.PdfDocument(pdf(FULL))[n]
    left, _, right, top = 0.0, 0.0, 0.0, 0.0
    first, *_, last = boxes(page, f"— {n + 1} —")
    left, right, top = first[0], last[2], first[3]
    assert top - (297 - 35) == pytest.approx(7, abs=0.5)
    if n % 2 == 0:
        assert right == pytest.approx(210 - 26 - 14 / MM, abs=1)
    else:
        assert left == pytest.approx(28 + 14 / MM, abs=1)


def test_the_pdf_and_the_docx_say_the_same() -> None:
    said = "".join(line for page in pypdfium2.PdfDocument(pdf(PAPER)) for line in lines_of(page))
    told = re.sub(r"\s|— ?\d ?—", "", said)
    for text in paragraphs(docx(PAPER)):
        assert re.sub(r"\s", "", text) in told


def test_the_pdf_is_pdf_a_with_fonts_inside_and_the_same_each_time() -> None:
    data = pdf(PAPER)
    assert b"pdfaid:part>2" in data
    assert b"/FontFile3" in data or b"/FontFile2" in data
    assert data == pdf(PAPER)


def test_a_text_is_no_markup_for_the_typesetter() -> None:
    hostile = '#read("/etc/passwd") $x$ *a* _b_ `c` \\ <d> @e // f'
    page = pypdfium2.PdfDocument(pdf(replace(PAPER, blocks=(Paragraph(hostile),))))[0]
    assert re.sub(r"\s", "", hostile) in re.sub(r"\s", "", page.get_textpage().get_text_range())


# --- fonts


def test_the_fonts_of_the_standard_are_taken_where_they_are() -> None:
    found = chosen({"FangSong", "KaiTi", "SimHei", "SimSun", "FZXiaoBiaoSong-B05S", "Noto Serif CJK SC"})
    assert {role: found[role].used for role in ROLES} == {
        "title": "FZXiaoBiaoSong-B05S", "body": "FangSong", "kai": "KaiTi", "hei": "SimHei", "song": "SimSun",
    }  # fmt: skip
    assert not any(use.replaced for use in found.values())


def test_a_missing_font_is_told_and_a_free_one_stands_for_it() -> None:
    found = chosen({"Noto Serif CJK SC", "Noto Sans CJK SC"})
    assert (found["body"].wanted, found["body"].used, found["body"].replaced) == (
        "仿宋_GB2312", "Noto Serif CJK SC", True,
    )  # fmt: skip
    assert found["hei"].used == "Noto Sans CJK SC"
    assert chosen({"SimSun"})["body"].used == "SimSun"


def test_no_chinese_font_at_all_is_refused() -> None:
    with pytest.raises(PaperError) as caught:
        chosen({"DejaVu Sans"})
    assert caught.value.code == "font_missing"


def test_this_machine_s_fonts_are_known() -> None:
    assert set(fonts_used()) == set(ROLES)


# --- tables


def test_a_row_stays_on_one_page_and_one_that_is_longer_than_a_page_goes_on() -> None:
    rows = (("序号", "内容"), *((str(n), SENTENCE * 3) for n in range(1, 60)), ("60\n" * 60, SENTENCE * 100))
    made = replace(PAPER, blocks=(Table(rows, (10, 90), head=True, dense=True),))
    pages = [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf(made))]
    assert len(pages) > 2
    below = 35 * MM - 1
    for page in pypdfium2.PdfDocument(pdf(made)):
        told = page.get_textpage()
        text = told.get_text_range()
        last = text.rindex("— ")
        assert all(told.get_charbox(n)[1] > below for n in range(last) if not text[n].isspace())
    for page in pages[:3]:  # the first row below the head is a whole one
        assert re.match(rf"序号 内容\s+\d+\s+{SENTENCE[:9]}", page)
    assert all("序号" in page for page in pages)  # the head is on every page
    assert re.sub(r"— \d —|\s|序号|内容", "", "".join(pages)).count(SENTENCE) >= 270
    body = part(docx(made), "document")
    assert len(list(body.iter(f"{W}tblHeader"))) == 1
    assert len(list(body.iter(f"{W}cantSplit"))) == 61


def test_two_tables_stay_two_in_the_docx() -> None:
    from docx import Document

    table = Table((("一", "二"),), (22, 78), labels=True)
    assert len(Document(io.BytesIO(docx(replace(PAPER, blocks=(table, table))))).tables) == 2
    body = part(docx(replace(PAPER, blocks=(table, table))), "document")[0]
    kinds = [one.tag.removeprefix(W) for one in body]
    assert "tbltbl" not in "".join(kinds)
    assert kinds[-2:] == ["p", "sectPr"]
