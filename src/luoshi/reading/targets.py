"""Targets: which indicator a clause sets or reports, compared how, to what value, against which basis.

An indicator is told by the words of the clause: the noun after a counted number (新增5个|科研平台), or the subject
before it (参保率|达到95%以上), with its direction (增长, 下降) kept. Lists share what is written once.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from luoshi.reading.clauses import Clause, Opening, opening
from luoshi.reading.model import Quantity, Target

_REACH = re.compile(
    r"(?:[\s　“]|约|近|超过|超|突破|达到|达|至少|不少于|不低于|不超过|不高于|不小于|不大于|低于|高于|大于"
    r"|小于|多于|少于|(?:增加|增长|提高|提升|扩大|下降|降低|减少|压减|压缩|缩短|发展|恢复|上升|精简|扩展"
    r"|缩减|回升|拓展)(?:到|至|为)"
    r"|降至|增至|升至|降到|增到|升到|减至|减到|缩至|提至|控制在|稳定在|保持在|维持在|控制到|保持|达成|实现"
    r"|完成|为|是|有|共有|共|各|均|都|全部|分别|累计|总计|合计|总共|逾|仅|在|到|至|大约|预计|力争|确保"
    r"|争取|再|新|要|迈上|跨越|站上|冲刺|迈过|每人每月|每人每年|每月|每年|率先)+$"
)
_GROWTH = (
    "增长|递增|增加|提高|提升|上升|下降|降低|减少|压减|压缩|缩减|削减|精简|回落|缩短|下调|上调|增幅|增速|涨幅"
    "|降幅|扩大|压降|负增长|增收|高于|低于|快于"
)
_GROWING = re.compile(_GROWTH)
_DIRECTION = re.compile(
    r"(?P<avg>年均|平均每年|平均)?(?:再|又|要|均|各|都|力争|同比|分别|继续|进一步|实现|较快|保持|净|累计)*(?P<dir>"
    + _GROWTH
    + r")(?:幅度|速度)?$"
)
_BASIS = re.compile(
    r"(?:同口径|同比口径|按可比口径|可比价|按可比价格)?(?:(?:比|较|在)(?P<b>上年|去年|上一年|同期"
    r"|20\d\d年(?:底|末)?|“?十[一二三四五]五”?(?:期?末|时期|期间)?|全[国省市州县区][^，。、\d]{0,6}"
    r"|[^，。、\d]{1,8}(?:平均|水平|目标|基数|期末|末))(?:同期|平均水平|平均|水平|基础上|的基础上)?|同比"
    r"|环比)"
)
_ABOVE = re.compile(r"(?:高于|低于|快于|高出|超过|慢于|领先于?)(?P<b>[\u4e00-\u9fff]{1,14}?)(?:约|近|超过)?$")
_TRAIL = re.compile(r"(?:以上|以下|以内|之内|左右|上下|以外|多|余|内)(?:（含\d*）)?")
_TIME = re.compile(
    r"^(?:各类|各级|全部|一批|(?:中央|省委|市委|区委|县委)?(?:提出|建议)|将|要|力争|争取|确保|预计|努力"
    r"|继续|进一步|(?:到|至)?20\d\d年(?:底|末|前|，)?|“?十[一二三四五]五”?(?:期间|时期|末)?|全年|年内|今年"
    r"|本年度?|年底前?|上半年|下半年|年度|当年|五年|5年|(?:\d{1,2}"
    r"|[一二三四五六七八九十]+)月(?:\d{1,2}日)?(?:底|末)?前?|[一二三四]季度|年度|全[国省市州县区镇]"
    r"|我[省市州县区]|其中|同时|使|让|预计|累计|每年|年均|三年|未来五年|今后五年|主要|经济社会发展)+"
)
_FROM = re.compile(r"(?:由|从)(?:20\d\d年的?|上年的?|目前的?|原来的?|现在的?|去年的?|人均|平均)?(?:约|近)?$")
_TO = re.compile(r"^[^，。；、]{0,10}(?:到|至|为)(?:约|近)?$")
_SPLIT = re.compile(r"、|以及|(?<=[率额量值入资出数积费重比产度])(?:和|与|及)")
_ET_CETERA = re.compile(r"等(?:[^，。等]{0,10}?(?:指标|项目|方面|领域))?(?P<tail>增幅|增速|增长|均|都|指标)?$")
_TAILS = re.compile(
    r"(?:常住)?居民.{0,8}收入|(?:人均)?(?:可支配收入|纯收入|年收入)|(?:产业|营业|销售|主营业务)?(?:规模"
    r"|收入|产值|增加值|总额|总量|产量|面积|投资)|(?:排放|用水|消耗)(?:总)?量|(?:覆盖|参保|签约|达标|处理"
    r"|利用|优良|合格|普及|入学|就业|满意)率|比重|占比|[\u4e00-\u9fff]{2}率$"
)
_CASE_AFTER = re.compile(r"[\u4e00-\u9fffA-Za-z“《（]")
_NOT_NOUN = re.compile(
    r"^(?:增长|增加|提高|提升|达到|达|到|至|以上|以下|左右|以内|同比|比上年|较上年|和|与|及|或|、|的水平"
    r"|目标|任务$|并|且|台阶|大关|关口|之间|为|用于|支持|实现|完成|，|\)|）|”)"
)
_PURE_JOIN = re.compile(r"^(?:、|和|与|及|以及|，|,|或|至|-|—|～|~)$")
_THRESHOLD = re.compile(r"^[^，。]{0,14}(?:亿元|万元|以上|以下)的(?=[\u4e00-\u9fff]{2})")
_MODIFIER = re.compile(r"按时|足额|及时|按期|如期|规范|集中|无害化|综合|安全")
_USE = re.compile(r"(?:以上|左右)?，?(?:专项|重点|主要)?用于([\u4e00-\u9fff“”]{2,24})")
_PREDICATE = re.compile(r"完成|实现|达到|投入|带动|总投资|累计|增长|建成|投产|开工|竣工|，")
_POLICY = re.compile(r"^(?:惠企|惠民|支持|具体)?(?:政策|措施|意见|举措|规定|条款|要求|硬措施)")
_VERBS_BEFORE = re.compile(
    r"^(?:(?:确保|力争|争取|完成|实现|新增|新建|新改扩建|改扩建|新改建|改建|建成|建设|打造|培育|引进|组织"
    r"|发放|开展|举办|推进|实施|启动|报批|征收|改造|提质改造|整治|治理|新建和改造|新建改建|新建、改建|达到"
    r"|保持|净增|增设|增加|续建|修建|拆除|安置|化解|培训|储备|创建|申报|争取|盘活|消化|处置|清理|帮扶|救助"
    r"|扶持|提供|落实|投入|安排|再|还|要|将|拟|新开发|新|共|并|和|、|年)(?!率|额|量|数|项目数))+"
)

_NOTE = re.compile(r"[\[［〔]\d{1,3}[\]］〕]|（[^（）]*[\dA-Za-z][^（）]*）|\([^()]{0,20}\)")
_GENERIC = frozenset(
    [
        "投资",
        "总投资",
        "投资额",
        "收入",
        "产值",
        "总产值",
        "税收",
        "面积",
        "里程",
        "营业收入",
        "主营业务收入",
        "销售收入",
        "办结率",
        "满意率",
        "履约率",
        "合格率",
        "达标率",
        "覆盖率",
        "利用率",
        "增加值",
        "产量",
        "数量",
        "总数",
        "人数",
    ]
)
_PER = re.compile(r"^(?:单位|万元|每万元)(?:地区|国内)?(?:生产总值|GDP|工业增加值|增加值)")
_EACH = re.compile(r"分别|均|都|各")
_PERCENT = frozenset({"%", "‰"})
GROWTH_UNITS = frozenset({"%", "个百分点", "‰", "倍"})


@dataclass(slots=True)
class Carry:
    """What one clause leaves to the next of its sentence: the last indicator and the scope of an explicit year."""

    indicator: str = ""
    subject: str = ""


@dataclass(slots=True)
class _Found:
    subject: str
    direction: str
    basis: str | None
    after: bool
    each: bool = False


_POLICY_NAME = _Found("", "", None, True)  # 落实人才16条政策: the number is part of a policy's name


def targets(text: str, clause: Clause, found: Opening, numbers: Sequence[Quantity], carry: Carry) -> list[Target]:
    """The numeric targets of one clause, from its core quantities in order."""
    out: list[Target] = []
    at = found.start
    previous: _Found | None = None
    from_value: Quantity | None = None
    i = 0
    while i < len(numbers):
        if numbers[i].kind == "duration" and text.startswith("内", numbers[i].end) and numbers[i].end + 3 < clause.end:
            i += 1  # 两年内…: a deadline, not a target
            continue
        group = _group(text, numbers, i)
        first, last = group[0], group[-1]
        limit = numbers[i + len(group)].start if i + len(group) < len(numbers) else clause.end
        before = text[at : first.start]
        if len(group) == 1 and i + 1 < len(numbers) and _FROM.search(before) and _TO.match(text[first.end : limit]):
            from_value, previous = first, _before(text, at, first.start, found, carry)
            at, i = first.end, i + 1
            continue
        seen = _after(text, last, limit, clause.end, found, at) if from_value is None else previous
        if seen is not None and from_value is None and limit < clause.end and _is_threshold(text, first, limit):
            i += len(group)
            continue
        if seen is None:
            seen = _before(text, at, first.start, found, carry)
        if from_value is not None and seen is not None and not seen.direction:
            m = re.search(r"(" + _GROWTH + r"|升|降|增|减)(?:到|至|为)", text[from_value.end : first.start])
            if m and len(m[1]) > 1 and first.unit in GROWTH_UNITS:
                seen = _Found(seen.subject, "", seen.basis, seen.after)
        if seen is not _POLICY_NAME and seen is not None:
            out.extend(_rows(group, seen, from_value, carry))
        from_value = None
        trail = _TRAIL.match(text, last.end, clause.end)
        at = trail.end() if trail else last.end
        i += len(group)
    return out


def _group(text: str, numbers: Sequence[Quantity], i: int) -> list[Quantity]:
    """Numbers that stand side by side, joined only by 、 or 和."""
    group = [numbers[i]]
    while i + 1 < len(numbers) and (
        numbers[i + 1].unit == numbers[i].unit or {numbers[i].unit, numbers[i + 1].unit} == _PERCENT
    ):
        between = _TRAIL.sub("", text[numbers[i].end : numbers[i + 1].start])
        if not _PURE_JOIN.match(between):
            break
        i += 1
        group.append(numbers[i])
    return group


def _is_threshold(text: str, number: Quantity, limit: int) -> bool:
    """年销售收入超亿元的龙头企业100家: the first number only describes what the second one counts."""
    between = text[number.end : limit]
    if between.startswith(("的", "以上的", "以下的")) and number.unit not in GROWTH_UNITS:
        return True
    if not (number.unit.endswith("元") or number.unit in GROWTH_UNITS or between.startswith(("以上", "以下"))):
        return False
    return (
        not re.search(r"[、，；]", between)
        and len(between) >= 3
        and bool(re.match(r"(?:以上|以下|及以上)?的?[\u4e00-\u9fff]", between))
        and not re.search(r"到|至|增长|提高", between)
    )


def _after(text: str, q: Quantity, limit: int, end: int, found: Opening, at: int) -> _Found | None:
    stop = limit
    if limit < end:
        cut = max(text.rfind("、", q.end, limit), text.rfind("，", q.end, limit), text.rfind("和", q.end, limit))
        stop = cut if cut > q.end else limit
    if use := _USE.match(text, q.end, stop):
        return _Found(_clean(use[1]), "", None, True)
    m = _TRAIL.match(text, q.end, stop)
    start = m.end() if m else q.end
    if start < stop and text[start] == "的":
        start += 1
    words = text[start:stop].strip("　 ")
    if limit < end and (cut_at := _PREDICATE.search(words, 2)):
        words = words[: cut_at.start()]
    if len(words) < 2 and not (words and q.unit in ("个", "家", "所", "条", "座")):
        return None
    if not _CASE_AFTER.match(words) or _NOT_NOUN.match(words):
        return None
    if (
        q.unit in ("条", "项")
        and _POLICY.match(words)
        and text[found.verb_start : found.verb_end] in ("落实", "执行", "贯彻", "贯彻落实", "用好", "兑现")
    ):
        return _POLICY_NAME
    if q.unit in GROWTH_UNITS and not text[q.end : stop].startswith(("的", "以上的")):
        return None
    return _Found(_clean(words), "", None, True)


def _before(text: str, at: int, stop: int, found: Opening, carry: Carry) -> _Found:
    """The subject before a number, its direction and its basis."""
    start = at
    if at <= found.verb_start:
        start = found.verb_end if found.verb_start < found.verb_end <= stop else found.start
    if start > at and _GROWING.match(text, found.verb_start):
        start = found.verb_start
    words = _FROM.sub("", text[start:stop].strip("、，和及与； 　"))
    basis: str | None = None
    if m := _ABOVE.search(words):
        basis, words = m["b"], words[: m.start()]
    each = bool(_EACH.search(words, max(0, len(words) - 12)))
    words = _REACH.sub("", words)
    direction = ""
    if m := _DIRECTION.search(words):
        direction = (m["avg"] or "") + m["dir"]
        words = words[: m.start()]
    if m := _BASIS.search(words):
        basis = (m["b"] or "上年").replace("去年", "上年").replace("上一年", "上年")
        near = m.end() >= len(words) - 1 and m["b"]
        words = words[: m.start()] + words[m.end() :]
        if near:
            direction = ""
    words = _REACH.sub("", words)
    subject = _clean(words)
    if start == at and at > found.verb_start and len(subject) > 3:
        inner = opening(subject, 0, len(subject))
        if inner.verb_start == 0 and 2 <= inner.verb_end <= len(subject) - 2:
            subject = subject[inner.verb_end :]
    if not subject:
        verb = _clean(text[found.verb_start : found.verb_end]) if at <= found.verb_start else ""
        subject = carry.subject if carry.subject and (direction or not verb) else (verb or carry.subject)
    return _Found(subject, direction, basis, False, each)


def _clean(words: str) -> str:
    """Strip what only leads in to an indicator: times, verbs, list marks."""
    words = _NOTE.sub("", words).strip("、，。；： 　的")
    words = _TIME.sub("", words)
    short = _VERBS_BEFORE.sub("", words)
    if len(short) >= 2:
        words = short
    words = _THRESHOLD.sub("", words).strip("、，：等 　")
    if words.startswith("的"):
        words = words[1:]
    return words


def _rows(group: Sequence[Quantity], seen: _Found, from_value: Quantity | None, carry: Carry) -> list[Target]:
    subjects = _subjects(seen, len(group), carry)
    rows: list[Target] = []
    pairs = [(s, group[min(k, len(group) - 1)]) for k, s in enumerate(subjects)] if len(subjects) >= len(group) else []
    if not pairs:
        pairs = [(subjects[0], q) for q in group]
    for subject, q in pairs:
        indicator = subject + (seen.direction if not subject.endswith(seen.direction) else "")
        basis = seen.basis
        if basis is None and seen.direction and q.unit in GROWTH_UNITS:
            basis = "上年"
        rows.append(
            Target(
                indicator,
                q.op,
                q.value,
                q.value_high,
                q.unit,
                basis,
                q.start,
                q.end,
                from_value.value if from_value else None,
            )
        )
    if subjects and subjects[-1]:
        carry.subject = subjects[-1]
        carry.indicator = rows[-1].indicator
    return rows


def _subjects(seen: _Found, count: int, carry: Carry) -> list[str]:
    subject = seen.subject
    if seen.after:
        return [subject]
    tail = ""
    if m := _ET_CETERA.search(subject):
        tail = m["tail"] or ""
        subject = subject[: m.start()]
        tail = "" if tail in ("均", "都", "指标") else tail
    if per := _PER.match(subject):
        pieces = [p if _PER.match(p) or k == 0 else per[0] + p for k, p in enumerate(_SPLIT.split(subject))]
        if len(pieces) == count or (count == 1 and seen.each and len(pieces) > 1):
            return pieces
    if count == 2 and "城乡" in subject and "、" not in subject:
        return [subject.replace("城乡", "城镇", 1) + tail, subject.replace("城乡", "农村", 1) + tail]
    pieces = [p.strip("“” ") if p.count("“") != p.count("”") else p.strip() for p in _SPLIT.split(subject)]
    pieces = [p for p in pieces if p]
    if len(pieces) < 2 or (
        count == 1
        and not (
            m
            or seen.each
            or ("、" in subject and pieces[-1].endswith("率"))
            or all(_TAILS.search(p) for p in (pieces[0], pieces[-1]))
        )
    ):
        if count > 1 and len(pieces) < 2 and "和" in subject:
            pieces = subject.split("和")
        else:
            return [_inherit(subject, carry) + tail]
    if count > 1 and len(pieces) != count:
        return [subject + tail]
    shared = _TAILS.search(pieces[-1])
    if (
        len(pieces) == 2
        and pieces[1].endswith("率")
        and pieces[0][-2:] == pieces[1][-2:]
        and len(pieces[0]) > len(pieces[1])
    ):
        cut = _MODIFIER.search(pieces[0])
        return [pieces[0], pieces[0][: cut.start()] + pieces[1] if cut else pieces[1]]
    if shared and not m:
        rest = pieces[-1][shared.start() :]
        pieces = [p if _TAILS.search(p) else p + rest for p in pieces]
    if count > 1 and not shared and len(pieces[0]) < len(pieces[-1]) and len(pieces[0]) <= 4:
        pieces = [p if len(p) > 4 else p + pieces[-1][len(p) :] for p in pieces[:-1]] + [pieces[-1]]
    return [p + tail for p in pieces]


def _inherit(subject: str, carry: Carry) -> str:
    """家医签约履约率…、续约率…: a short second indicator takes over the head of the first."""
    last = carry.subject
    if _TAILS.fullmatch(subject) and (tail := _TAILS.search(last)) and tail.start() > 0 and last != subject:
        return last[: tail.start()] + subject
    if subject in _GENERIC and last and last[-2:] != subject[-2:] and not last.endswith("率"):
        return last + subject
    if 2 <= len(subject) <= 3 and len(last) > len(subject) + 1 and subject.endswith("率") and last[-2:] == subject[-2:]:
        return last[: -len(subject)] + subject
    return subject
