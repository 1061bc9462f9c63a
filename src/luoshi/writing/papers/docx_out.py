"""A paper as .docx: the measures of the layout as a word processor calls them.

No ``docGrid``: of the type that counts characters it doubles their widths in LibreOffice; exact line heights and a
tightened spacing give the same 22 lines of 28 characters everywhere.
"""

from __future__ import annotations

import io
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from luoshi.writing.papers import layout
from luoshi.writing.papers.errors import PaperError
from luoshi.writing.papers.fonts import FREE, WANTED, Role
from luoshi.writing.papers.model import (
    Align,
    Attachments,
    Block,
    Copies,
    Head,
    Heading,
    Paper,
    Paragraph,
    Salutation,
    Signature,
    Table,
    Title,
    gaps,
)

if TYPE_CHECKING:
    from docx.document import Document as Docx

MADE: Final = datetime(2000, 1, 1)
"""The file's own date is always this one: the same paper gives the same file."""
HEADING_FONTS: Final[dict[int, Role]] = {1: "hei", 2: "kai", 3: "body"}
ALIGN: Final[dict[Align, str]] = {"justify": "both", "left": "left", "centre": "center", "right": "right"}
FONT_TABLE: Final = "/word/fontTable.xml"


def docx(paper: Paper) -> bytes:
    """The file. Raises PaperError ``docx_missing`` without python-docx."""
    try:
        from docx import Document  # noqa: PLC0415 - only this needs it
    except ImportError as error:
        raise PaperError("docx_missing") from error
    return _Writer(Document()).write(paper)


class _Writer:
    """One file being written; its XML is made by the names that ECMA-376 gives."""

    def __init__(self, document: Docx) -> None:
        from docx.oxml import OxmlElement  # noqa: PLC0415
        from docx.oxml.ns import qn  # noqa: PLC0415
        from docx.shared import Mm, Pt  # noqa: PLC0415

        self.document = document
        self.element: Any = OxmlElement
        self.qn = qn
        self.mm = Mm
        self.pt = Pt
        self.body: Any = document.element.body

    def write(self, paper: Paper) -> bytes:
        core = self.document.core_properties
        core.title, core.author, core.comments = paper.name, "", ""
        core.created = core.modified = MADE
        self._page()
        self._normal()
        self._footers()
        self._name_fonts()
        for block, gap in zip(paper.blocks, gaps(paper.blocks), strict=True):
            for _ in range(gap):
                self._paragraph("")
            self._block(block)
        self._end_after_table()
        stream = io.BytesIO()
        self.document.save(stream)
        return stream.getvalue()

    def _page(self) -> None:
        section = self.document.sections[0]
        section.page_width, section.page_height = self.mm(layout.PAGE[0]), self.mm(layout.PAGE[1])
        section.top_margin, section.bottom_margin = self.mm(layout.TOP), self.mm(layout.BOTTOM)
        section.left_margin, section.right_margin = self.mm(layout.LEFT), self.mm(layout.RIGHT)
        section.footer_distance = self.mm(layout.FOOTER_DISTANCE)
        properties = section._sectPr
        for grid in properties.findall(self.qn("w:docGrid")):
            properties.remove(grid)

    def _normal(self) -> None:
        """The style that every paragraph has: 3号仿宋, exact line height, 28 characters to the line."""
        style: Any = self.document.styles["Normal"]
        style.font.size = self.pt(layout.BODY_POINTS)
        run = style.element.get_or_add_rPr()
        for old in run.findall(self.qn("w:rFonts")):
            run.remove(old)
        run.insert(0, self._fonts("body"))
        spacing = self._new("w:spacing", val=round(layout.TRACKING_POINTS * 20))
        run.find(self.qn("w:sz")).addprevious(spacing)
        format_ = style.paragraph_format
        format_.line_spacing = self.pt(layout.LINE_POINTS)
        format_.space_before = format_.space_after = self.pt(0)
        format_.widow_control = False
        properties = style.element.get_or_add_pPr()
        for name in ("w:autoSpaceDE", "w:autoSpaceDN"):
            self._order(properties, self._new(name, val=0))

    def _order(self, properties: Any, element: Any) -> None:
        """Put ``element`` before the spacing, where the schema wants it."""
        properties.find(self.qn("w:spacing")).addprevious(element)

    def _new(self, tag: str, /, **values: object) -> Any:
        made = self.element(tag)
        for key, value in values.items():
            made.set(self.qn(f"w:{key}"), str(value))
        return made

    def _fonts(self, role: Role) -> Any:
        name = WANTED[role][0]
        return self._new("w:rFonts", ascii=name, hAnsi=name, eastAsia=name, cs=name, hint="eastAsia")

    def _name_fonts(self) -> None:
        """The font table: what stands for a font that is missing where the file is opened; all but 黑体 have serifs."""
        from lxml import etree  # noqa: PLC0415

        part: Any = next(
            rel.target_part for rel in self.document.part.rels.values() if rel.target_part.partname == FONT_TABLE
        )
        table = etree.fromstring(part.blob, etree.XMLParser(resolve_entities=False, no_network=True))
        for role, names in WANTED.items():
            font = self._new("w:font", name=names[0])
            font.append(self._new("w:altName", val=",".join((*names[1:], *FREE[role]))))
            font.append(self._new("w:charset", val="86"))
            font.append(self._new("w:family", val="swiss" if role == "hei" else "roman"))
            font.append(self._new("w:pitch", val="variable"))
            table.append(font)
        part._blob = etree.tostring(table, xml_declaration=True, encoding="UTF-8", standalone=True)

    # --- paragraphs

    def _paragraph(  # noqa: PLR0913 - what a paragraph is told, each by its name
        self,
        text: str,
        *,
        align: Align = "justify",
        role: Role = "body",
        points: float = layout.BODY_POINTS,
        indent: int = 0,
        right: float = 0,
        line: float | None = None,
        colour: str | None = None,
        before: float = 0,
        bold: bool = False,
        into: Any = None,
    ) -> Any:
        """A paragraph of one run. ``indent`` of the first line and ``right`` in characters, ``before`` in points."""
        made = into if into is not None else self.document.add_paragraph()
        properties = made._p.get_or_add_pPr()
        if before or line is not None:
            spacing = self._new("w:spacing", before=round(before * 20), after=0)
            if line is not None:
                spacing.set(self.qn("w:line"), str(round(line * 20)))
                spacing.set(self.qn("w:lineRule"), "exact")
            properties.append(spacing)
        if indent or right:
            step = points + layout.TRACKING_POINTS
            told = self._new("w:ind")
            if indent:
                told.set(self.qn("w:firstLineChars"), str(indent * 100))
                told.set(self.qn("w:firstLine"), str(round(indent * step * 20)))
            if right:
                told.set(self.qn("w:rightChars"), str(round(right * 100)))
                told.set(self.qn("w:right"), str(round(right * step * 20)))
            properties.append(told)
        properties.append(self._new("w:jc", val=ALIGN[align]))
        if text:
            self._run(made, text, role, points, colour, bold=bold)
        return made

    def _run(
        self, paragraph: Any, text: str, role: Role, points: float, colour: str | None = None, *, bold: bool = False
    ) -> Any:
        run = paragraph.add_run(text)
        properties = run._r.get_or_add_rPr()
        properties.append(self._fonts(role))
        if bold:
            properties.append(self._new("w:b"))
        if colour is not None:
            properties.append(self._new("w:color", val=colour))
        properties.append(self._new("w:sz", val=round(points * 2)))
        properties.append(self._new("w:szCs", val=round(points * 2)))
        return run

    def _block(self, block: Block) -> None:
        match block:
            case Head():
                self._head(block)
            case Title():
                self._title(block)
            case Salutation():
                self._paragraph(f"{block.text}：")
            case Heading():
                made = self._paragraph(block.text, role=HEADING_FONTS[block.level], indent=2)
                made._p.pPr.insert(0, self._new("w:keepNext"))  # a heading stays with what it heads
            case Paragraph():
                self._paragraph(block.text, align=block.align, indent=2 if block.indent else 0)
            case Table():
                self._table(block)
            case Attachments():
                self._attachments(block)
            case Signature():
                self._signature(block)
            case Copies():
                self._copies(block)

    def _head(self, block: Head) -> None:
        points = layout.head_points(block.issuer)
        line = points * 1.2
        above = layout.HEAD_BELOW_TOP / 25.4 * 72 - (line - points) / 2
        self._paragraph(
            block.issuer, align="centre", role="title", points=points, line=line, before=above, colour=layout.RED
        )
        for _ in range(layout.NUMBER_GAP):
            self._paragraph("")
        number = self._paragraph(block.number, align="centre")
        rule = self._new("w:pBdr")
        rule.append(
            self._new(
                "w:bottom",
                val="single",
                sz=round(layout.RULE_POINTS * 8),
                space=round(layout.RULE_BELOW_NUMBER / 25.4 * 72),
                color=layout.RED,
            )
        )
        number._p.pPr.find(self.qn("w:jc")).addprevious(rule)

    def _title(self, block: Title) -> None:
        for line in block.text.split("\n"):
            self._paragraph(line, align="centre", role="title", points=layout.TITLE_POINTS, line=layout.LINE_POINTS)
        if block.number:
            self._paragraph(block.number, align="centre")

    def _attachments(self, block: Attachments) -> None:
        for n, name in enumerate(block.names, 1):
            head = "附件：" if n == 1 else "　　　"
            mark = f"{n}." if len(block.names) > 1 else ""
            self._paragraph(f"{head}{mark}{name}", indent=2)

    def _signature(self, block: Signature) -> None:
        """The issuer stands in the middle above the day, and the day four characters from the right."""
        far = layout.DAY_FROM_RIGHT + (_width(block.day) - _width(block.issuer)) / 2
        self._paragraph(block.issuer, align="right", right=max(far, 0))
        self._paragraph(block.day, align="right", right=layout.DAY_FROM_RIGHT)

    # --- tables

    def _grid(self, rows: int, widths: tuple[int, ...]) -> Any:
        table = self.document.add_table(rows=rows, cols=len(widths))
        table.autofit = False
        total = self.mm(layout.TYPE_AREA[0])
        for row in table.rows:
            for cell, share in zip(row.cells, widths, strict=True):
                cell.width = round(total * share / sum(widths))
        return table

    def _borders(self, table: Any, **strengths: float) -> None:
        """Rules in millimetres, by side."""
        borders = self._new("w:tblBorders")
        for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
            if side in strengths:
                eighths = round(strengths[side] / 25.4 * 72 * 8)
                borders.append(self._new(f"w:{side}", val="single", sz=eighths, space=0, color="000000"))
        table._tbl.tblPr.append(borders)

    def _table(self, block: Table) -> None:
        self._between()
        table = self._grid(len(block.rows), block.widths)
        thin = layout.RECORD_INNER
        self._borders(table, top=thin, left=thin, bottom=thin, right=thin, insideH=thin, insideV=thin)
        for n, (row, texts) in enumerate(zip(table.rows, block.rows, strict=True)):
            head = block.head and n == 0
            row_properties = row._tr.get_or_add_trPr()
            row_properties.append(self._new("w:cantSplit"))
            if head:
                row_properties.append(self._new("w:tblHeader"))
            for column, (cell, text) in enumerate(zip(row.cells, texts, strict=True)):
                label = head or (block.labels and column == 0)
                self._cell(cell, text, label=label, dense=block.dense)
        self._between()

    def _between(self) -> None:
        """A little room; without a line between them two tables would become one."""
        self._paragraph("", points=1, line=layout.TABLE_GAP_POINTS)

    def _cell(self, cell: Any, text: str, *, label: bool, dense: bool) -> None:
        from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT  # noqa: PLC0415

        cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
        for n, line in enumerate(text.split("\n")):
            self._paragraph(
                line,
                align="centre" if label else "left",
                role="hei" if label else "body",
                points=layout.DENSE_POINTS if dense else layout.CELL_POINTS,
                line=layout.DENSE_LINE_POINTS if dense else layout.CELL_LINE_POINTS,
                into=cell.paragraphs[0] if n == 0 else cell.add_paragraph(),
            )

    def _copies(self, block: Copies) -> None:
        """A table that stands at the foot of the type area of the page on which the text ends."""
        table = self._grid(1, (1,))
        self._borders(table, top=layout.RECORD_OUTER, bottom=layout.RECORD_OUTER)
        place = self._new(
            "w:tblpPr", leftFromText=0, rightFromText=0, vertAnchor="margin", horzAnchor="margin", tblpXSpec="left",
            tblpYSpec="bottom",
        )  # fmt: skip
        properties = table._tbl.tblPr
        style = properties.find(self.qn("w:tblStyle"))
        if style is not None:
            style.addnext(place)
        else:
            properties.insert(0, place)
        cell = table.rows[0].cells[0]
        self._paragraph(
            f"抄送：{block.names}。",
            points=layout.SMALL_POINTS,
            line=layout.LINE_POINTS,
            into=cell.paragraphs[0],
        )

    def _end_after_table(self) -> None:
        """A body may not end with a table: a last empty line of no height to speak of."""
        last = self.body[-2] if len(self.body) > 1 else None
        if last is not None and last.tag == self.qn("w:tbl"):
            self._paragraph("", points=1, line=1)

    # --- page numbers

    def _footers(self) -> None:
        """— 1 —: on odd pages at the right, on even ones at the left, each one character in."""
        self.document.settings.odd_and_even_pages_header_footer = True
        section = self.document.sections[0]
        for footer, align in ((section.footer, "right"), (section.even_page_footer, "left")):
            footer.is_linked_to_previous = False
            paragraph = footer.paragraphs[0]
            paragraph.style = self.document.styles["Normal"]
            properties = paragraph._p.get_or_add_pPr()
            space = round(layout.SMALL_POINTS * 20)
            properties.append(self._new("w:spacing", line=space, lineRule="exact"))
            properties.append(self._new("w:ind", **{f"{align}Chars": 100, align: space}))
            properties.append(self._new("w:jc", val=align))
            for kind in ("— ", "begin", "PAGE", "separate", "1", "end", " —"):
                run = self._run(paragraph, "", "song", layout.SMALL_POINTS)
                if kind in ("begin", "separate", "end"):
                    run._r.append(self._new("w:fldChar", fldCharType=kind))
                elif kind == "PAGE":
                    told = self.element("w:instrText")
                    told.text = " PAGE "
                    run._r.append(told)
                else:
                    run.text = kind


def _width(text: str) -> float:
    """How many characters wide a text is: Latin letters and figures take half."""
    return sum(0.5 if char.isascii() else 1 for char in text)
