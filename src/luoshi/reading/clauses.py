"""Clauses of the plan part, and what each one does: promise, take a stance, lead in, or head a paragraph.

Codes are those of the labelling rules: N numeric, R relative, C action, O outcome (these four promise something);
S stance, M lead-in, T topic sentence, H heading (these do not).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from luoshi.reading.lexicon.actions import (
    ADVERBS,
    CONNECTIVES,
    FINISHES,
    HEDGES,
    LEAD_INS,
    MEASURES,
    NOUNS,
    OUTCOMES,
    STANCE,
    VERBS,
)

_TOKEN = re.compile(r"[，。；！？：\n;!?“”‘’（）()《》「」『』〔〕\[\]【】,:](?!(?<=[,:])\d)")
_OPEN = frozenset("“‘（(《「『〔[【")
_CLOSE = frozenset("”’）)》」』〕]】")
_ENUMERATOR = re.compile(
    r"[\s　]*(?:——|—|[-●■◆★▲•·○]\s*)?(?:[（(][一二三四五六七八九十\d]{1,3}[）)][、．.]?"
    r"|[一二三四五六七八九十]{1,3}、|\d{1,2}(?:[、．]|\.(?!\d))|[①-⑳]"
    r"|第?[一二三四五六七八九十]{1,2}(?:是要?|要|，|、)(?=[\u4e00-\u9fff]))?[\s　]*"
)
_WORDS = ADVERBS | CONNECTIVES | HEDGES
_NOUN_ENDINGS = frozenset("业性率额量型者力户品费权员物值商站所厅")
_COMPLEMENTS = frozenset("好实强优细活足严稳准深透住牢通大全")
_ATTRIBUTIVE = frozenset(
    [
        "新增",
        "防控",
        "根治",
        "防治",
        "监管",
        "服务",
        "管理",
        "建设",
        "治理",
        "监测",
        "预警",
        "发展",
        "生产",
        "消费",
        "教育",
        "就业",
        "培训",
        "养殖",
        "种植",
        "投资",
        "合作",
        "创新",
        "分级",
        "保障",
        "审批",
        "救助",
        "诊疗",
        "安置",
        "改革",
        "协调",
        "控制",
        "应用",
        "使用",
        "研究",
        "宣传",
        "交流",
        "教学",
        "学习",
        "减税",
        "减负",
    ]
)
_DISPOSAL = frozenset("将把")
_NUMBERING = frozenset("一二三四五六七八九十第")
_BLANKS = " 　\t\r\xa0"


def _by_pair(words: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Words of two or more characters by their first two, the longest first: one look-up tells that none is here."""
    table: dict[str, list[str]] = {}
    for word in sorted(words, key=lambda w: (-len(w), w)):
        if len(word) > 1:
            table.setdefault(word[:2], []).append(word)
    return {pair: tuple(group) for pair, group in table.items()}


def _by_first(words: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Words by their first character, in the order given."""
    table: dict[str, tuple[str, ...]] = {}
    for word in words:
        table[word[0]] = (*table.get(word[0], ()), word)
    return table


_LEADING = _by_pair(_WORDS)
_LEADING_ONE = frozenset(w for w in _WORDS if len(w) == 1)
_VERBS = _by_pair(VERBS)
_VERBS_ONE = frozenset(w for w in VERBS if len(w) == 1)
_NOUNS = _by_pair(NOUNS)
_VERBS_TWO = frozenset(w for w in VERBS if len(w) == 2)


@dataclass(slots=True)
class Clause:
    """A clause without outer blanks, the number of its sentence, and the mark after it (``ends``)."""

    start: int
    end: int
    sentence: int
    ends: str


@dataclass(slots=True)
class Opening:
    """How a clause opens: where its words begin, its hedge, where its verb starts and ends (equal: none is known)."""

    start: int
    hedge: str
    verb_start: int
    verb_end: int


def split(text: str, start: int, end: int) -> list[Clause]:
    """Split at 。；！？： and line ends, and at ， outside quotes and brackets. Linear."""
    clauses: list[Clause] = []
    depth = 0
    at = start
    sentence = 0
    for m in _TOKEN.finditer(text, start, end):
        mark = m[0]
        if mark in _OPEN:
            depth += 1
            continue
        if mark in _CLOSE:
            depth = depth - 1 if depth else 0
            continue
        if mark in {"\n", "。"}:
            depth = 0
        elif depth:
            continue
        stop, after = m.span()
        _add(text, at, stop, sentence, mark, clauses)
        at = after
        if mark not in "，：,:":
            sentence += 1
    _add(text, at, end, sentence, "", clauses)
    return clauses


def _add(text: str, start: int, end: int, sentence: int, mark: str, clauses: list[Clause]) -> None:
    while start < end and (text[start] in _BLANKS or text[start] == "”"):
        start += 1
    while end > start and text[end - 1] in _BLANKS:
        end -= 1
    if start < end:
        clauses.append(Clause(start, end, sentence, mark))


def opening(text: str, start: int, end: int) -> Opening:
    """Read a clause's opening words: enumerator, connectives, adverbs and hedges, then its verb."""
    begin = _after_enumerator(text, start, end) if start < end else start
    at = begin
    hedge = ""
    while at < end:
        verb = _verb_at(text, at, end)
        found = _leading_at(text, at, end)
        if not found or verb > found or (verb == found and not _opens(text, at + found, end)):
            return Opening(begin, hedge, at, _verbs_end(text, begin, at, end, verb) if verb else at)
        if not hedge and found > 1 and text[at : at + found] in HEDGES:
            hedge = text[at : at + found]
        at += found
    return Opening(begin, hedge, at, at)


def _after_enumerator(text: str, start: int, end: int) -> int:
    """Where the words begin after （一）, 1., 一是; most first characters are told without the rule."""
    first = text[start]
    if "丁" <= first <= "\u9fff" and first not in _NUMBERING:
        return start
    m = _ENUMERATOR.match(text, start, end)
    return m.end() if m else start


def _verbs_end(text: str, begin: int, at: int, end: int, n: int) -> int:
    """Where the verbs end that begin at ``at`` with one of ``n`` characters: 建立健全, 推进和完善; else ``at``."""
    if n == 1 and (end - at < 3 or (at == begin and text[at + 1] not in _COMPLEMENTS)):
        return at
    nouns = _NOUNS.get(text[at : at + 2])
    if nouns and text.startswith(nouns, at, end):
        return at
    stop = at + n
    if at == begin and stop + 2 <= end and text[stop : stop + 2] in MEASURES:
        return at
    while stop < end:
        joined = text[stop] in "和、并" and stop - at <= 8
        if not joined and stop - at >= 8:
            break
        here = stop + 1 if joined else stop
        n = _verb_at(text, here, end)
        if n < 2 or text[here : here + n] in _ATTRIBUTIVE:
            break
        stop = here + n
    return stop


def _leading_at(text: str, at: int, end: int) -> int:
    """Length of the connective, adverb or hedge that stands here, 0 when none does."""
    for word in _LEADING.get(text[at : at + 2], ()):
        if text.startswith(word, at, end):
            return len(word)
    return 1 if text[at] in _LEADING_ONE else 0


def _verb_at(text: str, at: int, end: int) -> int:
    """Length of the verb that stands here; a verb before a noun ending (种植|业, 普惠|性) is part of a noun."""
    for word in _VERBS.get(text[at : at + 2], ()):
        if text.startswith(word, at, end):
            after = at + len(word)
            return 0 if after < end and text[after] in _NOUN_ENDINGS else len(word)
    return 1 if at < end and text[at] in _VERBS_ONE else 0


def _opens(text: str, at: int, end: int) -> bool:
    """True when what stands here can carry on an opening: another adverb or a verb."""
    for word in _LEADING.get(text[at : at + 2], ()):
        if text.startswith(word, at, end):
            return True
    return _verb_at(text, at, end) >= 2


_STANCES = _by_first(STANCE)
_LEADS = _by_first(LEAD_INS)
_OUTCOMES = _by_first(OUTCOMES)
_NOMINAL = re.compile(
    r"(?:尽快|加快|进一步|持续|有效|基本|全面|全部|不断|明显|显著|更加|早日|如期|稳步|稳定|平稳|顺利|快速"
    r"|繁荣|提质|扩容|续建|新建|开工|建成|投产|竣工|投用|达到|改善|提升|增长|下降|提高|完成|落地|通车|运营"
    r"|发展)"
)
_IS = re.compile(
    r"(?:目标|任务|要求|思路|重点|原则|工作|方面)(?:主要)?(?:有|是|为|如下)$|以下(?:[^，。]{0,8})(?:工作"
    r"|方面|任务|关系|原则)$"
    r"|(?:做好|抓好|采取|实施|突出|办好)[^，。]{0,8}?(?:\d{1,2}|[一二三四五六七八九十两几]{1,3})(?:个|项"
    r"|大|件)?(?:方面)?(?:的)?(?:重点)?(?:工作|举措|任务|措施|重点|大事)$|^到20\d\d年底?$"
)
_HEADS_OF_LISTS = ("目标", "任务", "工作", "重点", "要求", "安排", "实事", "原则", "方面", "内容", "措施", "行动")
_FORETOLD = re.compile(r"一定(?:会|能|要)?更加")
_STATED = re.compile(r"(?:提出|确定|考虑|体现|明确|安排|预留|对接|编制)了")
_LIST_LEAD = re.compile(
    r"(?:做好|抓好|办好|办实)[^，。]{0,6}?(?:\d{1,2}|[一二三四五六七八九十两]{1,3})(?:个|项"
    r"|件)(?:方面)?(?:的)?(?:重点)?(?:民生实事|实事|大事|实事项目|工作)$"
)
_WHO = re.compile(r"^(?:由|请)[^，。]{2,40}(?:牵头|负责|组织|承办|会同)|^[^，。]{2,14}要?会同")
_PLEDGE = re.compile(
    r"(?:贯彻|落实|学习|领会)[^，]{2,60}(?:精神|战略部署|决策部署|部署要求|重要讲话|重要指示|思想|方针"
    r"|路线|发展观)$|(?:更好|最好)的?(?:结果|成绩|成效)$"
    r"|(?:把|将)[^，]{2,30}(?:摆在|摆上|放在|挺在)[^，]{0,12}(?:位置|首位|前面|突出位置)$|(?:^"
    r"|[^不])(?:既是|也是|就是|正是|是)[^，]{1,30}(?:重点|关键|根本|基础|保障|前提|所在|要求|任务|机遇"
    r"|之年|一年|职责|使命|时期|阶段)$"
    r"|^朝着|(?:意义|空间)$"
)
_DEALING = re.compile(
    r"逐一|及时|全部|一律|依法|从严|严格|分类|坚决|全面|重点|进行|实行|实施|给予|开展|予以|采取|加强|落实"
)
_LATER_VERB = re.compile(
    r"等[\u4e00-\u9fff]{0,6}?(?:领域|环节|方面|行业|区域|问题|对象|群体|产业)"
    r"|为[\u4e00-\u9fff]{2,4}(?=[\u4e00-\u9fff]{4})"
)
_AS = re.compile(
    r"^(?:以|坚持以|突出以).{1,40}?为(?:重点|主线|核心|抓手|引领|目标|牵引|契机|导向|统领|载体|突破口|中心"
    r"|支撑|动力|根本|基础|主题|龙头|依托|主攻方向|主|先导|遵循|指导|总抓手|着力点|落脚点|保障)$"
)
_BESIDES = re.compile(
    r"(?:同时|基础上|前提下|背景下|形势下|情况下|契机|机遇期|过程中|的同时|中|原则|标准|思路|理念|方针"
    r"|总基调|要求|目标要求)$"
)
# the characters these rules end (or begin) with: what ends otherwise is told without them
_IS_ENDS = frozenset("有是为下作面务系则措施点事底年")
_AS_BEGINS = ("以", "坚持以", "突出以")
_LIST_LEAD_ENDS = frozenset("事目作实")
_PLEDGE_ENDS = frozenset("神署求话示想针线观果绩效置位面点键本础障提在求务遇年责命期段间义")
_STANDARD = re.compile(r"^坚持[^，]{0,16}(?:标准|原则|导向|方针)$")


def code(text: str, clause: Clause, found: Opening, *, has_target: str, follows: bool) -> str:
    """Code a clause of the plan part that is no heading.

    ``has_target``: ``N``, ``R`` or empty; ``follows``: its sentence promised already.
    """
    words = text[found.start : clause.end]
    if not words or found.verb_start >= clause.end:
        return "S" if words else "M"
    if _announces(words, clause.ends):
        return "M"
    if has_target == "N":
        return "N"
    first, last = words[0], words[-1]
    if (last in _IS_ENDS and _IS.search(words)) or (words.startswith(_AS_BEGINS) and _AS.match(words)):
        return "M"
    if has_target == "R":
        return "S" if words.startswith("坚持") else "R"
    if (last in _PLEDGE_ENDS or first == "朝") and _PLEDGE.search(words):
        return "S"
    if clause.ends in "，：,:" and _leads_in(text, clause, words):
        return "M"
    for stance in _STANCES.get(first, ()):
        if words.startswith(stance) and not words.startswith(("坚持和", "坚持并")):
            return "M" if _STANDARD.match(words) else "S"
    for outcome in _OUTCOMES.get(first, ()):
        if words.startswith(outcome):
            return "C" if outcome == "确保" and "项目" in words and any(f in words for f in FINISHES) else "O"
    if found.verb_end > found.verb_start:
        return "S" if found.verb_end == clause.end and len(words) <= 4 and not follows else "C"
    if (first in _DISPOSAL and len(words) > 5) or follows or found.verb_start > found.start:
        return "C"
    return "C" if _NOMINAL.search(words) or _has_verb(words) else "S"


def _announces(words: str, ends: str) -> bool:
    """True for a clause that only says what is planned, that a list follows, or who leads."""
    if "了" in words and _STATED.search(words):
        return True
    if ends in "：:" and words.endswith(_HEADS_OF_LISTS):
        return True
    if words.endswith("政府工作报告") or ("一定" in words and _FORETOLD.search(words)):
        return True
    if words[-1] in _LIST_LEAD_ENDS and _LIST_LEAD.search(words):
        return True
    return ends in "，：,:" and (words[0] in "由请" or "会同" in words) and _WHO.match(words) is not None


def _leads_in(text: str, clause: Clause, words: str) -> bool:
    """True for circumstance, means or viewpoint without a deed of its own in the same clause."""
    if words[0] == "对":
        return not _DEALING.search(words)
    for lead in _LEADS.get(words[0], ()):
        if not words.startswith(lead):
            continue
        if lead == "在" and not _BESIDES.search(words):
            return False
        m = _LATER_VERB.search(words)
        return not (m and m.end() < len(words) - 3 and _verb_at(text, clause.end - len(words) + m.end(), clause.end))
    return False


def _has_verb(words: str) -> bool:
    """True when a verb of promises stands anywhere in the words."""
    return len(words) >= 6 and any(words[i : i + 2] in _VERBS_TWO for i in range(len(words) - 1))
