"""Makes the Word files of the sample reports from their texts; ``--check`` only tells whether that would change a byte.

The words come from ``districts/sample/report-*.txt``. Only these differ, on purpose, so that the files hold what real
ones hold: empty lines go; ``report-2024.docx`` numbers its ten 民生实事 automatically and has a text box;
``report-2025.docx`` has a table of indicators and carries its last two glossary terms as footnotes.
"""

from __future__ import annotations

import io
import re
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import cast
from xml.sax.saxutils import escape

from docx import Document
from docx.document import Document as Doc
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.oxml.text.run import CT_R
from docx.shared import Cm, Pt
from docx.text.paragraph import Paragraph
from docx.text.run import Run

SAMPLES = Path(__file__).resolve().parent.parent / "districts" / "sample"
YEARS = (2024, 2025)

BOX = "会议文件之一"
CAPTION = "2024年主要指标完成情况表"
TABLE = (
    ("指标名称", "单位", "年初目标", "全年完成"),
    ("地区生产总值增长", "%", "6.5左右", "5.8"),
    ("规模工业增加值增长", "%", "8以上", "9.2"),
    ("固定资产投资增长", "%", "6—7", "6.3"),
    ("社会消费品零售总额增长", "%", "7", "5.9"),
    ("城镇新增就业", "人", "6500以上", "6812"),
    ("空气质量优良天数比例", "%", "88以上", "87.4"),
)
TABLE_AFTER = "——民生福祉稳步提升"
FOOTNOTES = 2

_SONG, _HEI, _KAI = "仿宋", "黑体", "楷体"
_GLOSSARY = "名词解释"
_TERM = re.compile(r"\d{1,2}\.(?P<term>[^：]+)：(?P<words>.+)")
_NUMBERED = re.compile(r"\d{1,2}\.(?P<words>.+)")
_RUN_IN = re.compile(r"(?P<head>(?:——)?[^，。：；“]{4,12}。)(?P<rest>.+)")
_STAMP = (1980, 1, 1, 0, 0, 0)
_UNUSED = ("stylesWithEffects", "thumbnail", "customXml")
_TABLE_STYLES = ("TableNormal", "TableGrid")

_FOOTNOTE_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
_NUMBERING = """
<w:abstractNum {ns} w:abstractNumId="{id}"><w:multiLevelType w:val="singleLevel"/><w:lvl w:ilvl="0">
<w:start w:val="1"/><w:numFmt w:val="decimal"/><w:suff w:val="nothing"/><w:lvlText w:val="%1."/>
<w:lvlJc w:val="left"/></w:lvl></w:abstractNum>
"""
_BOX = """
<w:r {ns} xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"
 xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" xmlns:v="urn:schemas-microsoft-com:vml">
<mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:inline><wp:extent cx="1800000" cy="360000"/>
<wp:docPr id="1" name="box"/><a:graphic><a:graphicData
 uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><wps:wsp><wps:cNvSpPr txBox="1"/><wps:spPr>
<a:xfrm><a:off x="0" y="0"/><a:ext cx="1800000" cy="360000"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom>
</wps:spPr><wps:txbx><w:txbxContent>{words}</w:txbxContent></wps:txbx><wps:bodyPr/></wps:wsp></a:graphicData></a:graphic>
</wp:inline></w:drawing></mc:Choice><mc:Fallback><w:pict><v:rect style="width:142pt;height:28pt"><v:textbox>
<w:txbxContent>{words}</w:txbxContent></v:textbox></v:rect></w:pict></mc:Fallback></mc:AlternateContent></w:r>
"""


@dataclass(frozen=True)
class Line:
    """One line of a report with the part it plays: its words are the line's own, less a number typed by Word."""

    role: str
    words: str


def roles(text: str, year: int) -> Iterator[Line]:
    """Tell titles, headings, list items, terms and paragraphs apart by their shape, as a typist would."""
    glossary = False
    for n, line in enumerate(filter(None, text.split("\n"))):
        glossary = glossary or line == _GLOSSARY
        if n < 3:
            yield Line(("title", "meeting", "speaker")[n], line)
        elif line[-1] in "。：；！":
            if not glossary and (item := _NUMBERED.fullmatch(line)):
                yield Line("item", item["words"])
            else:
                yield Line("term" if glossary else "text", line)
        else:
            yield Line(_heading(line, year), line)


def _heading(line: str, year: int) -> str:
    if line == _GLOSSARY:
        return "heading 1"
    if year == 2024:
        return "heading 2" if line.startswith("（") else "heading 1"
    if "，" not in line:
        return "bold"
    return "outline 2" if line.startswith("突出") else "heading 1"


def build(text: str, year: int) -> bytes:
    """The Word file of one report; the same text gives the same bytes."""
    document = _blank(text, year)
    counted = _automatic_list(document)
    lines = list(roles(text, year))
    notes = [line.words for line in lines if line.role == "term"][-FOOTNOTES:] if year == 2025 else []
    marks = {_term(note): n for n, note in enumerate(notes, 1)}
    for line in lines:
        if line.words in notes:
            continue
        paragraph = _write(document, line, year, counted)
        for term in [term for term in marks if line.role != "term" and f"“{term}”" in line.words]:
            _mark(paragraph, f"“{term}”", marks.pop(term))
        if year == 2024 and line.role == "speaker":
            _box(paragraph)
        if year == 2025 and line.words.startswith(TABLE_AFTER):
            _table(document)
    if marks:
        raise ValueError(f"terms that the report does not use: {sorted(marks)}")
    if notes:
        _footnotes(document, notes)
    return _steady(document)


def _term(note: str) -> str:
    match = _TERM.fullmatch(note)
    if match is None:
        raise ValueError(f"no term: {note}")
    return match["term"]


def _blank(text: str, year: int) -> Doc:
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.7)
    section.footer.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
    section.footer.paragraphs[0]._p.append(
        parse_xml(f'<w:fldSimple {nsdecls("w")} w:instr="PAGE"><w:r><w:t>1</w:t></w:r></w:fldSimple>')
    )
    for name, face, size in (("Normal", _SONG, 16), ("Heading 1", _HEI, 16), ("Heading 2", _KAI, 16)):
        style = document.styles[name]
        style.font.name, style.font.size = "Times New Roman", Pt(size)
        style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), face)
    about = document.core_properties
    about.title, about.author, about.comments = text.split("\n", 1)[0], "", ""
    about.created = about.modified = datetime(year, 1, 1)
    about.last_modified_by = ""
    _strip(document)
    return document


def _strip(document: Doc) -> None:
    """Leave out of the template what the reports do not use: most of its bytes."""
    for rels in (document.part.rels, document.part.package.rels):
        for key in [key for key, rel in rels.items() if rel.reltype.rpartition("/")[2] in _UNUSED]:
            del rels[key]
    sheet = document.styles.element
    for style in sheet.findall(qn("w:style")):
        if style.get(qn("w:type")) == "table" and style.get(qn("w:styleId")) not in _TABLE_STYLES:
            sheet.remove(style)


def _write(document: Doc, line: Line, year: int, counted: int) -> Paragraph:
    if line.role.startswith("heading"):
        heading: Paragraph = document.add_heading(line.words, int(line.role[-1]))
        return heading
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    paragraph.paragraph_format.line_spacing = Pt(36 if line.role == "title" else 28)
    if line.role in ("title", "meeting", "speaker"):
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        run = paragraph.add_run(line.words)
        if line.role == "title":
            run.bold, run.font.size = True, Pt(22)
        return paragraph
    paragraph.paragraph_format.first_line_indent = Pt(32)
    if line.role in ("bold", "outline 2"):
        paragraph.add_run(line.words).bold = True
        if line.role == "outline 2":
            paragraph._p.get_or_add_pPr().append(parse_xml(f'<w:outlineLvl {nsdecls("w")} w:val="1"/>'))
        return paragraph
    if line.role == "item":
        _number(paragraph, counted)
    head = _RUN_IN.fullmatch(line.words) if year == 2024 and line.role == "text" else None
    if head:
        paragraph.add_run(head["head"]).bold = True
    paragraph.add_run(head["rest"] if head else line.words)
    return paragraph


def _automatic_list(document: Doc) -> int:
    """Define the list 1. 2. 3. that Word counts by itself; its id."""
    numbering = document.part.numbering_part.element
    known = numbering.findall(qn("w:abstractNum"))
    free = 1 + max(int(element.get(qn("w:abstractNumId"))) for element in known)
    known[-1].addnext(parse_xml(_NUMBERING.format(ns=nsdecls("w"), id=free)))
    return int(numbering.add_num(free).numId)


def _number(paragraph: Paragraph, counted: int) -> None:
    numbered = f'<w:numPr {nsdecls("w")}><w:ilvl w:val="0"/><w:numId w:val="{counted}"/></w:numPr>'
    paragraph._p.get_or_add_pPr().insert(0, parse_xml(numbered))


def _mark(paragraph: Paragraph, words: str, number: int) -> None:
    """Put the mark of a footnote behind ``words``, which stand in one run."""
    run = next(run for run in paragraph.runs if words in run.text)
    before, after = run.text.split(words, 1)
    run.text = before + words
    mark = parse_xml(
        f'<w:r {nsdecls("w")}><w:rPr><w:vertAlign w:val="superscript"/></w:rPr>'
        f'<w:footnoteReference w:id="{number}"/></w:r>'
    )
    run._r.addnext(mark)
    rest = Run(cast(CT_R, parse_xml(f"<w:r {nsdecls('w')}/>")), paragraph)
    rest.text = after
    mark.addnext(rest._r)


def _footnotes(document: Doc, notes: list[str]) -> None:
    body = "".join(
        f'<w:footnote w:id="{n}"><w:p><w:r><w:footnoteRef/></w:r>'
        f"<w:r><w:t>{escape(note.partition('.')[2])}</w:t></w:r></w:p></w:footnote>"
        for n, note in enumerate(notes, 1)
    )
    lines = "".join(
        f'<w:footnote w:type="{kind}" w:id="{n}"><w:p><w:r><w:{kind}/></w:r></w:p></w:footnote>'
        for n, kind in ((-1, "separator"), (0, "continuationSeparator"))
    )
    xml = f'<?xml version="1.0" encoding="UTF-8"?><w:footnotes {nsdecls("w")}>{lines}{body}</w:footnotes>'
    package = document.part.package
    part = Part(PackURI("/word/footnotes.xml"), _FOOTNOTE_TYPE, xml.encode(), package)
    document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)


def _box(paragraph: Paragraph) -> None:
    words = f"<w:p><w:r><w:t>{BOX}</w:t></w:r></w:p>"
    paragraph._p.append(parse_xml(_BOX.format(ns=nsdecls("w", "wp", "a"), words=words)))


def _table(document: Doc) -> None:
    document.add_paragraph(CAPTION).alignment = WD_ALIGN_PARAGRAPH.CENTER
    table = document.add_table(rows=len(TABLE), cols=len(TABLE[0]), style="Table Grid")
    for row, values in zip(table.rows, TABLE, strict=True):
        for cell, value in zip(row.cells, values, strict=True):
            cell.text = value


def _steady(document: Doc) -> bytes:
    """Save with one date for every part and without compression, whose bytes differ from one zlib to another."""
    saved = io.BytesIO()
    document.save(saved)
    steady = io.BytesIO()
    with zipfile.ZipFile(saved) as old, zipfile.ZipFile(steady, "w", zipfile.ZIP_STORED) as new:
        for name in old.namelist():
            new.writestr(zipfile.ZipInfo(name, _STAMP), old.read(name))
    return steady.getvalue()


def main() -> int:
    """Write the files, or with ``--check`` compare them; 1 when they differ from what is stored."""
    stale = []
    for year in YEARS:
        target = SAMPLES / f"report-{year}.docx"
        data = build((SAMPLES / f"report-{year}.txt").read_text(encoding="utf-8"), year)
        if "--check" not in sys.argv:
            target.write_bytes(data)
        elif not target.exists() or target.read_bytes() != data:
            stale.append(target.name)
    if stale:
        sys.stderr.write(f"out of date, run scripts/make_samples.py: {', '.join(stale)}\n")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
