"""The words that workbook and page speak, in Chinese and English.

The report's own text is never translated; only the words around it are.
"""

from __future__ import annotations

from typing import Literal

Lang = Literal["zh", "en"]

_COLUMN: dict[Lang, int] = {"zh": 0, "en": 1}

KINDS: dict[str, tuple[str, str]] = {
    "numeric": ("量化", "numeric"),
    "relative": ("相对", "relative"),
    "action": ("举措", "action"),
    "outcome": ("成效", "outcome"),
}
HORIZONS: dict[str, tuple[str, str]] = {"year": ("年度", "year"), "term": ("五年", "term")}
PARTS: dict[str, tuple[str, str]] = {
    "review": ("年度回顾", "review of the year"),
    "plan": ("年度安排", "plan for the year"),
    "term_review": ("五年回顾", "review of the term"),
    "term_plan": ("五年安排", "plan for the term"),
    "background": ("背景", "background"),
    "glossary": ("名词解释", "glossary"),
    "other": ("其他", "other"),
}
SIDES: dict[str, tuple[str, str]] = {
    "achievement": ("已完成", "achieved"),
    "commitment": ("目标", "promised"),
    "background": ("背景", "background"),
    "glossary": ("名词解释", "glossary"),
}
TIERS: dict[str, tuple[str, str]] = {"core": ("核心", "core"), "optional": ("辅助", "optional")}
QUANTITY_KINDS: dict[str, tuple[str, str]] = {
    "amount": ("数量", "amount"),
    "percent": ("百分比", "percent"),
    "points": ("百分点", "percentage points"),
    "duration": ("时长", "duration"),
    "multiple": ("倍数", "multiple"),
    "rank": ("位次", "rank"),
    "ratio": ("比例", "ratio"),
    "vague": ("概数", "vague number"),
    "structure": ("结构", "structure"),
}
OPS: dict[str, tuple[str, str]] = {
    "=": ("=", "="),
    "≈": ("≈", "≈"),
    ">": (">", ">"),
    "≥": ("≥", "≥"),
    "<": ("<", "<"),
    "≤": ("≤", "≤"),
    ">basis": ("高于", "above"),
    "≥basis": ("不低于", "not below"),
    "=basis": ("同步", "in step with"),
    "<basis": ("低于", "below"),
    "≤basis": ("不高于", "not above"),
}
REACHED: tuple[str, str] = ("达到", "reaches")
OP_MEANINGS: dict[str, tuple[str, str]] = {
    "=": ("等于所列数值", "equals the value"),
    "≈": ("约、左右、近", "about the value (约, 左右, 近)"),
    ">": ("超过、突破、余、多", "more than the value (超过, 突破, 余, 多)"),
    "≥": ("以上、不低于、不少于、至少、达到", "at least the value (以上, 不低于, 不少于, 至少, 达到)"),
    "<": ("低于、不到、不足", "less than the value (低于, 不到, 不足)"),
    "≤": ("以内、以下、不超过、控制在", "at most the value (以内, 以下, 不超过, 控制在)"),
    ">basis": ("高于“对比基准”，不需填数值", "above the basis; no value needed"),
    "≥basis": ("不低于“对比基准”，不需填数值", "not below the basis; no value needed"),
    "=basis": ("与“对比基准”同步或持平", "in step with the basis"),
    "<basis": ("低于“对比基准”，不需填数值", "below the basis; no value needed"),
    "≤basis": ("不高于“对比基准”，不需填数值", "not above the basis; no value needed"),
}
UNCLEAR: dict[str, tuple[str, str]] = {
    "number_without_promise": (
        "规划部分的数字，但所在分句看不出承诺了什么",
        "a number in the plan, in a clause that does not seem to promise anything",
    ),
    "no_indicator": ("有数值，但看不出说的是什么指标", "a value whose indicator could not be told"),
    "table_row": ("表格中的数据，未按句子解读", "a row of a table; it was not read as a sentence"),
}
CLARITIES: dict[str, tuple[str, str]] = {
    "who": ("责任主体", "who is responsible"),
    "what": ("目标任务", "what is to be done"),
    "standard": ("工作标准", "to what standard"),
    "when": ("时限要求", "by when"),
}
CLARITY_MARKS: dict[str, tuple[str, str]] = {
    "who": ("责", "Who"),
    "what": ("目", "What"),
    "standard": ("标", "Std"),
    "when": ("时", "When"),
}


def pick(pair: tuple[str, str], lang: Lang) -> str:
    """The word of ``pair`` in ``lang``."""
    return pair[_COLUMN[lang]]


def why_unclear(code: str, lang: Lang) -> str:
    """The reason behind ``Unclear.why`` in words; a reason that has none yet stands as it is."""
    return pick(UNCLEAR[code], lang) if code in UNCLEAR else code


def check_lang(lang: str) -> Lang:
    """``lang`` if it is a language this room speaks; raises ``ValueError`` otherwise."""
    if lang == "zh":
        return "zh"
    if lang == "en":
        return "en"
    raise ValueError(f"no words in language {lang!r}: use 'zh' or 'en'")


def listing(items: list[str], lang: Lang) -> str:
    """``items`` as one phrase: 、 in Chinese, commas in English."""
    return ("、" if lang == "zh" else ", ").join(items)
