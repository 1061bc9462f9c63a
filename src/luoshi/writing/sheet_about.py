"""The sheet 说明: how to use the workbook, what its signs mean, and which file it was read from."""

from __future__ import annotations

from luoshi.reading.model import Reading
from luoshi.writing.cells import BODY_SIZE, Leaf, height
from luoshi.writing.labels import CLARITIES, OP_MEANINGS, OPS, REACHED, Lang, pick
from luoshi.writing.sheet_lists import sheet_count
from luoshi.writing.sheets import SHEETS, page_setup

_KEY_WIDTH, _TEXT_WIDTH = 20, 108

_HOW: tuple[tuple[str, str], ...] = (
    (
        "“任务分解”每行一项目标任务；一项任务有多个指标时逐个成行（序号 3.1、3.2…），各行内容完整，"
        "可以任意筛选、排序。",
        "Each row of the first sheet is one task; a task with several indicators has a row for each (3.1, 3.2 …), "
        "every row whole, so that it can be filtered and sorted.",
    ),
    (
        "报告原文给出的内容已经填好；原文没有给出的留空。浅朱色是“四明确”还缺的内容，填写后底色自动消失。",
        "What the report gives is filled in; the rest is blank. Pale red marks what the four clarities still need; "
        "the colour goes once it is filled.",
    ),
    (
        "数值和单位按报告写法（如 1.18 万户）。百分数填百分数本身，单位填 %。",
        "Values and units are as the report writes them (1.18 万户). A percentage is entered as its number, with % as "
        "the unit.",
    ),
    (
        "增加任务时在表内插入行；可以改列序、加列、改工作表名。隐藏的“来源标识”列用于与报告核对，请保留。",
        "Insert rows inside the table to add tasks; columns may be moved or added and sheets renamed. Please keep the "
        "hidden column of source keys.",
    ),
    (
        "填完后运行 luoshi tasks check 本文件.xlsx，逐行列出仍缺“四明确”的任务。",
        "Then run: luoshi tasks check THIS-FILE.xlsx, which names every row that still lacks a clarity.",
    ),
    (
        "表中没有公式，以 = + - @ 开头的内容都是文本。另存为 CSV 后再打开，表格软件可能把这类文本当作公式，"
        "请勿那样流转。",
        "No cell is a formula; text that starts with = + - @ is text. Saved as CSV and opened again, such text may be "
        "taken for a formula: do not pass the table on that way.",
    ),
)
_REACHED = ("达到“对比基准”所写的状态，如全覆盖、翻两番", "comes to the state that the basis names")
_CLARITY_RULES: dict[str, tuple[str, str]] = {
    "who": ("“牵头单位”或“责任（配合）单位”至少填一个", "a lead body or a supporting body"),
    "what": ("“目标任务”有内容", "the task is written"),
    "standard": (
        "“工作标准”有内容，或量化目标完整（指标、比较、数值或对比基准）",
        "a standard, or a whole target (indicator, comparison, value or basis)",
    ),
    "when": (
        "“完成时限”是日期，或“6月底前”“长期坚持”这类明确写法",
        "a date, or words such as 6月底前 or 长期坚持",
    ),
}


def write_about(leaf: Leaf, reading: Reading) -> None:
    """Lay out the sheet."""
    leaf.sheet.set_column(0, 0, _KEY_WIDTH)
    leaf.sheet.set_column(1, 1, _TEXT_WIDTH)
    row = 0
    for title, pairs in _blocks(reading, leaf.lang):
        leaf.put(row, 0, title, "heading")
        leaf.put(row, 1, "", "heading")
        leaf.sheet.set_row(row, 28)
        for key, words in pairs:
            row += 1
            leaf.put(row, 0, key, "key")
            leaf.put(row, 1, words, "text")
            leaf.sheet.set_row(row, height([(key, _KEY_WIDTH, BODY_SIZE), (words, _TEXT_WIDTH, BODY_SIZE)]))
        row += 2
    page_setup(leaf, pick(SHEETS["about"], leaf.lang), (row, 1))


def _blocks(reading: Reading, lang: Lang) -> list[tuple[str, list[tuple[str, str]]]]:
    how = [(str(number), pick(words, lang)) for number, words in enumerate(_HOW, start=1)]
    rules = [(pick(CLARITIES[key], lang), pick(words, lang)) for key, words in _CLARITY_RULES.items()]
    ops = [(pick(OPS[op], lang), pick(words, lang)) for op, words in OP_MEANINGS.items()]
    ops.append((pick(REACHED, lang), pick(_REACHED, lang)))
    counts = [(pick(SHEETS[key], lang), str(count)) for key, count in sheet_count(reading).items()]
    return [
        (pick(("怎样使用", "How to use it"), lang), how),
        (pick(("四明确", "The four clarities"), lang), rules),
        (pick(("“比较”栏的含义", "What the signs of comparison mean"), lang), ops),
        (pick(("各表数量", "What the sheets hold"), lang), counts),
        (pick(("来源", "Source"), lang), _source(reading, lang)),
    ]


def _source(reading: Reading, lang: Lang) -> list[tuple[str, str]]:
    source = reading.source
    return [
        (pick(("文件", "File"), lang), source.name),
        (pick(("报告", "Report"), lang), reading.title),
        ("SHA-256", source.sha256),
        (pick(("字数", "Characters"), lang), f"{len(source.text):,}"),
        (
            pick(("位置", "Positions"), lang),
            pick(("从 0 数起的字符位置，不含末位", "characters counted from 0, the last one not included"), lang),
        ),
    ]
