"""The words of the page, in Chinese and English."""

from __future__ import annotations

from luoshi.writing.labels import Lang, pick

_WORDS: dict[str, tuple[str, str]] = {
    "skip": ("跳到表格", "Skip to the table"),
    "text": ("原文", "Report"),
    "table": ("表格", "Table"),
    "panes": ("显示原文或表格", "Show the report or the table"),
    "lists": ("读出的内容", "What was read"),
    "filter": ("筛选", "Filter"),
    "filter_hint": ("输入文字筛选", "Type to filter"),
    "all_kinds": ("全部类型", "All kinds"),
    "kind": ("类型", "Kind"),
    "lack": ("四明确缺项", "What is missing"),
    "all_lacks": ("四明确：不限", "Clarity: any"),
    "lacks": ("缺", "no"),
    "c": ("目标任务", "Tasks"),
    "a": ("完成情况", "Achievements"),
    "q": ("数据", "Figures"),
    "g": ("名词解释", "Glossary"),
    "u": ("存疑", "Unclear"),
    "number": ("序号", "No."),
    "task": ("目标任务", "Task"),
    "done": ("完成情况", "Achievement"),
    "targets": ("量化目标", "Target"),
    "figures": ("数据", "Figures"),
    "deadline": ("时限", "Deadline"),
    "clarity": ("四明确", "Clarity"),
    "figure": ("原文", "Wording"),
    "context": ("上下文", "Context"),
    "value": ("数值", "Value"),
    "side": ("性质", "Side"),
    "term": ("名词", "Term"),
    "definition": ("解释", "Definition"),
    "mentions": ("次数", "Mentions"),
    "words": ("原文", "Wording"),
    "why": ("存疑原因", "Why it is unclear"),
    "no_deadline": ("未写明", "not given"),
    "missing": ("缺：", "missing: "),
    "complete": ("四项明确", "all four given"),
    "none": ("没有内容。", "Nothing here."),
    "promises": ("项目标任务", "tasks"),
    "numeric": ("项量化", "with numbers"),
    "relative": ("项相对", "relative"),
    "achieved": ("项完成情况", "achievements"),
    "numbers": ("个数据", "figures"),
    "no_who": ("项缺责任主体", "without who"),
    "no_standard": ("项缺工作标准", "without a standard"),
    "no_when": ("项缺时限要求", "without a deadline"),
    "source": (
        "来源：{name} · {chars} 字 · SHA-256 {digest}",
        "Source: {name} · {chars} characters · SHA-256 {digest}",
    ),
    "title": ("政府工作报告", "Government Work Report"),
    "keys_move": ("移动", "move"),
    "keys_jump": ("对照", "find the other"),
    "keys_filter": ("筛选", "filter"),
    "keys_back": ("返回", "back"),
    "report": ("报告原文", "The report"),
}


def word(key: str, lang: Lang) -> str:
    """The word ``key`` in ``lang``."""
    return pick(_WORDS[key], lang)
