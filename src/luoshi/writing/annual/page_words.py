"""The words of the report's page that are not the report's own, in Chinese and English."""

from __future__ import annotations

from typing import Final

from luoshi.writing.annual.model import Language

_WORDS: Final[dict[str, tuple[str, str]]] = {
    "skip": ("跳到正文", "Skip to the report"),
    "contents": ("目录", "Contents"),
    "annex": ("附录：本报告的全部数据", "Annex: every figure of this report"),
    "annex_lead": (
        "下表各数均由公开台账计算得出。“出处”指正文中引用该数的位置。",
        "Each of these is computed from the public ledger. “In the text” is where the report states it.",
    ),
    "id": ("编号", "Id"),
    "name": ("名称", "Name"),
    "period": ("期别", "Period"),
    "value": ("数值", "Value"),
    "basis": ("口径", "Basis"),
    "denominator": ("分母：", "Denominator: "),
    "entries": ("佐证记录", "Entries"),
    "entries_of": ("{count} 条", "{count}"),
    "places": ("出处", "In the text"),
    "proof": ("如何核验", "How to check"),
    "proof_lead": (
        "文中带下划线的数由台账得出；取下面这份台账，任何人都能离线重算。",
        "The underlined numbers are the ledger's; with the ledger below anyone can compute them again, offline.",
    ),
    "origin": ("台账", "Log"),
    "size": ("记录数", "Entries"),
    "root": ("树根", "Root"),
    "made_on": ("成文日期", "Written on"),
    "ledger": ("公开台账", "Public ledger"),
    "ledger_link": ("清单（manifest.json）", "Its manifest (manifest.json)"),
    "taxonomy": ("分类标准", "Taxonomy"),
    "taxonomy_link": ("figures.xsd（XBRL 2.1）", "figures.xsd (XBRL 2.1)"),
    "command": ("核验命令", "Command"),
    "typed_lead": (
        "加“〔手填〕”的数由人工填写，台账不能证明。",
        "A number with [typed] was typed by hand; the ledger does not prove it.",
    ),
    "typed_mark": ("〔手填〕", "[typed]"),
    "typed": ("人工填写，台账不能证明", "typed by hand; the ledger does not prove it"),
    "no_cases": ("没有事项", "no cases"),
    "not_told": ("未公布", "not published"),
    "until": ("截至{day}", "as of {day}"),
}


def word(key: str, lang: Language) -> str:
    """The word ``key`` in ``lang``."""
    return _WORDS[key][0 if lang == "zh" else 1]
