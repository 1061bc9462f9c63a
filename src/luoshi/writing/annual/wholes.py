"""Words that claim whole success, and what makes them no claim. The one place where they stand; docs/annual.md tells.

Each is a regular expression; what stands beside it says what it finds. A word counts only if nothing before it in its
clause takes it back (未, 尚未, 除), weakens it (基本, 几乎) or moves it into the future (计划, 力争, 将), and nothing
behind it makes it a part of something else (全部办结的占八成).
"""

from __future__ import annotations

import re
from typing import Final

from luoshi.writing.annual.model import Language

_DONE: Final = (
    "完成|办结|办理|办复|答复|解决|整改到位|销号|落实|兑现|达标|到位|交付|竣工|投产|清零|化解|处置|结案|满意|实现|合格"
)

WHOLE: Final[dict[Language, tuple[str, ...]]] = {
    "zh": (
        r"圆满(?:完成|实现|收官|解决|达成|办结)",
        r"(?:超额|提前|如期|按期|按时|按质按量|高质量)(?:全部|全面)?(?:完成|办结|实现)",
        rf"(?!全面落实)(?:全面|全部|全数|全量|悉数|均已?|[已都]全部|逐一|无一例外)(?:[^，。；：、！？\ufffc]{{0,6}}?)(?:{_DONE})",
        rf"(?:所有|各项|每一?[件项条户])[^，。；：、！？\ufffc]{{0,10}}?[都均](?:已经?|得到)?(?:全部)?(?:{_DONE})",
        r"[百一]分之百|百分百|100(?:\.0+)?\s?[%％]",
        r"零(?:逾期|超期|超时|积压|遗漏|延误|差错|失误)",
        r"(?:无一|没有一件|无一件)(?:逾期|超期|超时|遗漏|延误)",
        r"件件(?:有着落|有回音|有答复|有结果)|事事有(?:着落|回音)",
        r"应(?:办尽办|结尽结|改尽改|答尽答)",
        r"(?:全部|动态|存量|问题)?清零",
    ),
    "en": (
        r"\b(?:fully|wholly|entirely|completely) (?:completed|met|achieved|closed|done|resolved|implemented|kept)\b",
        r"\ball (?:[\w\ufffc’'-]+ ){0,5}?(?:were|was|have been|has been|are|is) (?:\w+ )?"
        r"(?:completed|closed|resolved|answered|met|done|achieved|kept|settled)\b",
        r"\b(?:every|each) (?:[\w’'-]+ ){0,4}?(?:was|is|has been) (?:\w+ )?"
        r"(?:completed|closed|resolved|answered|met|done|achieved|kept|settled)\b",
        r"\b(?:100|one hundred|a hundred) ?(?:%|per ?cent\b)",
        r"\b(?:zero|no|without any) (?:overdue|delays?|backlog|arrears)\b",
        r"\bwithout exception\b",
        r"\bcomplete success\b",
    ),
}
"""What claims whole success: 圆满完成; 如期完成; 全部办结; 100 %; 零逾期; 无一逾期; 件件有着落; 应办尽办; 清零."""

NOT_BEFORE: Final[dict[Language, tuple[str, ...]]] = {
    "zh": (
        r"未|尚|没有|没能|并非|不是|难以|无法|不能|不够|除|距|离|不要求",  # taken back: 未全部, 尚未, 除两件外
        r"正在|推进|推动|开展|(?<![接招])待(?!遇)",  # under way: 正在推进全部整改, 待验收后
        r"基本|几乎|接近|近乎|大部分|多数|部分",  # weakened
        r"(?<!按)(?<!按照)(?<!度)(?<!年)(?<!项)计划|力争|争取|确保|(?<!已)将|拟|(?<![主重需首必])要|预计|预期|有望|努力|力求"
        r"|目标是|任务是|要求|承诺|保证|明年|下一步|下步|\A\s*为",  # not yet: 计划全部完成, 力争, 为圆满完成…
    ),
    "en": (
        r"\b(?:not|never|hardly|nearly|almost|except|short of|far from|less than|below)\b|n’t\b|n't\b",
        r"\b(?:plans?|planned|planning|will|would|to be|aims?|aimed|expects?|intends?|should|must|shall|in order to"
        r"|seeks?|hopes?|promised|strives?|ensure)\b",
    ),
}
"""What before a word, in its clause, makes it no claim."""

NOT_AFTER: Final[dict[Language, str]] = {
    "zh": r"率|环节|流程|手续|过程|行动|攻坚|后|之后|以后|前|之前|时"
    r"|的(?:占|比例|比重|仅|只|有|不足|事项占)|不足|仅|未达",
    "en": r" (?:was|is|were|are) not\b",
}
"""What right behind a word makes it no claim: 按期办结率, 全部办结后, 全部办结的占八成."""

OF_ALL: Final[dict[Language, str]] = {
    "zh": r"目标|任务|指标|承诺",
    "en": r"\b(?:targets?|promises|commitments|goals|tasks)\b",
}
"""A sentence with such a word and no figure speaks of everything that was promised."""

SATISFIED: Final = "满意"
"""A rate of who was satisfied is contradicted only by words about that: 全部办结，满意率98% is none."""

_CLAUSES: Final[dict[Language, re.Pattern[str]]] = {
    "zh": re.compile("[，。；：、！？,;:]"),
    "en": re.compile("[.,;:!?]"),
}
_WHOLE: Final = {lang: re.compile("|".join(words), re.IGNORECASE) for lang, words in WHOLE.items()}
_BEFORE: Final = {lang: re.compile("|".join(words), re.IGNORECASE) for lang, words in NOT_BEFORE.items()}
_AFTER: Final = {lang: re.compile(words, re.IGNORECASE) for lang, words in NOT_AFTER.items()}


def wholes(text: str, lang: Language) -> list[tuple[int, int]]:
    """Where ``text``, one sentence, claims whole success."""
    found = []
    for match in _WHOLE[lang].finditer(text):
        before = _CLAUSES[lang].split(text[: match.start()])[-1]
        if _BEFORE[lang].search(before) or _AFTER[lang].match(text, match.end()):
            continue
        found.append(match.span())
    return found


def clause(text: str, start: int, end: int, lang: Language) -> str:
    """The clause of ``text`` around ``start`` to ``end``."""
    return _CLAUSES[lang].split(text[:start])[-1] + text[start:end] + _CLAUSES[lang].split(text[end:])[0]
