"""The annual report on paper: the papers' own form and so their layout (GB/T 9704), as .docx and .pdf.

A number typed by hand carries a mark wherever it stands; what the mark means, what the numbers were computed from and
an annex of their sources stand at the end. Words are in the report's language, which need not be the screen's.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

from luoshi.writing.annual.model import Annual, Heading, Inline, Items, Language, Number, Paragraph, Table, Typed
from luoshi.writing.annual.shown import NO_VALUE, period_told, unit_alone
from luoshi.writing.papers import model as papers

if TYPE_CHECKING:
    from luoshi.figures.evaluating import Figure

MARK: Final[dict[Language, str]] = {"zh": "〔手填〕", "en": "[typed]"}
"""Behind a number typed by hand."""
BULLET: Final[dict[Language, str]] = {"zh": "——", "en": "– "}
WORDS: Final[dict[Language, dict[str, str]]] = {
    "zh": {
        "proof": "数据证明",
        "lead": "本报告中的数，除加“〔手填〕”的以外，均由下面这份公开台账在同一时刻算出，共{numbers}处；"
        "任何人都可以用公开台账离线重新计算。",
        "typed": "加“〔手填〕”的数共{count}处，由人工填写，台账不能证明。",
        "none_typed": "报告正文没有人工填写的数。",
        "origin": "台账",
        "size": "记录",
        "entries_of": "{size}条",
        "root": "树根",
        "day": "编制日期",
        "again": "重新计算",
        "sources": "附　数据来源",
        "number": "报告中的数",
        "figure": "数据及编号",
        "value": "值",
        "basis": "口径",
        "entries": "佐证记录",
        "basis_of": "{basis}分母：{denominator}。",
    },
    "en": {
        "proof": "What proves the numbers",
        "lead": "The numbers of this report that are not marked [typed], {numbers} in all, were computed at one moment "
        "from the public ledger below; anybody can recompute them from it, offline.",
        "typed": "Typed by hand, marked [typed] and not proven by the ledger: {count}.",
        "none_typed": "No number of the text was typed by hand.",
        "origin": "Ledger",
        "size": "Entries",
        "entries_of": "{size}",
        "root": "Merkle root",
        "day": "Written on",
        "again": "Recompute",
        "sources": "Annex: sources of the numbers",
        "number": "In the text",
        "figure": "Figure and id",
        "value": "Value",
        "basis": "Basis",
        "entries": "Entries",
        "basis_of": "{basis} Denominator: {denominator}.",
    },
}
"""What the report says of itself: content of a document in its own language, no message of the program."""

TABLE_WIDTH: Final = 60
"""Characters by which the columns of a table share its width; a column is at least a tenth of it."""
DENSE_FROM: Final = 5
"""Columns from which on a table is set in smaller letters."""
SOURCE_WIDTHS: Final = (14, 27, 17, 33, 9)
PROOF_WIDTHS: Final = (20, 80)
BREAK: Final = "\u200b"
"""A place where a long id may be broken: nothing is seen there."""
LONG_ID: Final = 17


def docx(annual: Annual) -> bytes:
    """The report as .docx. Raises PaperError ``docx_missing``."""
    from luoshi.writing.papers.docx_out import docx as write  # noqa: PLC0415 - only this needs it

    return write(paper_of(annual))


def pdf(annual: Annual) -> bytes:
    """The report as PDF/A. Raises PaperError ``pdf_missing``, ``font_missing``."""
    from luoshi.writing.papers.pdf_out import pdf as write  # noqa: PLC0415 - only this needs it

    return write(paper_of(annual))


def paper_of(annual: Annual) -> papers.Paper:
    """The report as a paper: its text, what proves it, the annex of sources."""
    blocks = [one for block in annual.blocks for one in _block(block, annual.lang)]
    blocks += _proof(annual)
    blocks += _sources(annual)
    return papers.Paper(
        document="annual",
        name=annual.title,
        number="",
        day=annual.made_on.isoformat(),
        blocks=tuple(blocks),
        template=annual.template,
    )


def typed_in(annual: Annual) -> list[Typed]:
    """Every number typed by hand, in its order."""
    return [one for run in annual.runs() for one in run if isinstance(one, Typed)]


def told(inlines: tuple[Inline, ...], lang: Language) -> str:
    """A run as plain text, marks included."""
    return "".join(_told(one, lang) for one in inlines)


def _told(one: Inline, lang: Language) -> str:
    if isinstance(one, Number):
        return shown(one)
    return f"{one.text}{MARK[lang]}" if isinstance(one, Typed) else one.text


def shown(one: Number) -> str:
    """A number with its unit, or the words in its place."""
    return f"{one.digits}{one.unit}" if one.value is not None else one.words


def _block(block: Heading | Paragraph | Items | Table, lang: Language) -> list[papers.Block]:
    if isinstance(block, Heading):
        text = told(block.inlines, lang)
        return [papers.Title(text)] if block.level == 1 else [papers.Heading(text, block.level - 1)]
    if isinstance(block, Paragraph):
        return [papers.Paragraph(told(block.inlines, lang))]
    if isinstance(block, Items):
        return [papers.Paragraph(f"{BULLET[lang]}{told(item, lang)}") for item in block.items]
    rows = tuple(tuple(told(cell, lang) for cell in row) for row in block.rows)
    return [papers.Table(rows, _widths(rows), head=True, dense=len(rows[0]) >= DENSE_FROM)]


def _widths(rows: tuple[tuple[str, ...], ...]) -> tuple[int, ...]:
    longest = [max(len(row[n]) for row in rows) for n in range(len(rows[0]))]
    least = max(TABLE_WIDTH // 10, 1)
    return tuple(min(max(one, least), TABLE_WIDTH) for one in longest)


def _proof(annual: Annual) -> list[papers.Block]:
    words = WORDS[annual.lang]
    typed = typed_in(annual)
    told_of = words["typed"].format(count=len(typed)) if typed else words["none_typed"]
    day = annual.made_on
    rows = (
        (words["origin"], annual.origin),
        (words["size"], words["entries_of"].format(size=annual.size)),
        (words["root"], annual.root),
        (words["day"], f"{day.year}年{day.month}月{day.day}日" if annual.lang == "zh" else day.isoformat()),
        (words["again"], "luoshi verify report.html ledger"),
    )
    return [
        papers.Heading(words["proof"], 1),
        papers.Paragraph(words["lead"].format(numbers=len(annual.numbers()))),
        papers.Paragraph(told_of),
        papers.Table(rows, PROOF_WIDTHS, labels=True, dense=True),
    ]


def _sources(annual: Annual) -> list[papers.Block]:
    """The annex: of every figure its numbers in the text, id, value, basis and how many entries prove it."""
    words = WORDS[annual.lang]
    numbers: dict[tuple[str, str], list[str]] = {}
    for one in annual.numbers():
        texts = numbers.setdefault(one.figure, [])
        if shown(one) not in texts:
            texts.append(shown(one))
    rows = [tuple(words[key] for key in ("number", "figure", "value", "basis", "entries"))]
    for key, texts in numbers.items():
        rows.append(_source(annual.figures[key], texts, annual.lang))
    return [papers.Heading(words["sources"], 1), papers.Table(tuple(rows), SOURCE_WIDTHS, head=True, dense=True)]


def _source(figure: Figure, texts: list[str], lang: Language) -> tuple[str, ...]:
    words = WORDS[lang]
    zh = lang == "zh"
    one = figure.definition
    basis = one.basis.zh if zh else one.basis.en
    if one.denominator is not None:
        below = one.denominator.zh if zh else one.denominator.en
        basis = words["basis_of"].format(basis=basis, denominator=below)
    name = figure.names[0] if zh else figure.names[1]
    entries = "" if figure.entries is None else str(len(figure.entries))
    return (
        "\n".join(texts),
        f"{name}\n{_breakable(figure.id)}\n{period_told(figure, lang)}",
        _value(figure, lang),
        basis,
        entries,
    )


def _value(figure: Figure, lang: Language) -> str:
    if figure.value is None:
        text = NO_VALUE[lang][figure.reason or "no_cases"]
    else:
        text = f"{figure.value:f}{unit_alone(figure.unit, lang, figure.value)}"
    if figure.numerator is None or figure.denominator is None:
        return text
    return f"{text}\n{_exact(figure.numerator)}/{_exact(figure.denominator)}"


def _exact(value: Decimal) -> str:
    return f"{value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize():f}"


def _breakable(id_: str) -> str:
    return id_ if len(id_) <= LONG_ID else id_.replace(".", f".{BREAK}").replace("_", f"_{BREAK}")
