"""Quantities of a work report: where they stand, what they are worth, how they compare, and whether they count.

The rules are those of the labelling guide: the span is numeral, infix, magnitude and unit; words around it set the
operator; a shared unit reaches back through a list; names, dates, ordinals, grades and idioms are no quantities;
what only structures, ranks or rounds is ``optional``. One pass over the text, bounded work for each numeral.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from luoshi.reading.counting import Verdict, judge_arabic, judge_chinese
from luoshi.reading.lexicon.evidence import SPAN_OF_TIME
from luoshi.reading.lexicon.operators import (
    AFTER,
    BEFORE,
    NOT_ABOUT,
    NOT_BROKEN,
    NOT_NEAR,
    NOT_OVER,
    NOT_PAST,
    RANK_BEFORE,
    REACH,
)
from luoshi.reading.lexicon.units import CLASSIFIERS, DURATION, MEASURED, PERCENT, POINTS, STRUCTURE
from luoshi.reading.mention import TOKEN, Mention, read_mention
from luoshi.reading.model import Op, Quantity, QuantityKind, Tier
from luoshi.reading.numerals import DIGITS, parse_arabic, parse_chinese
from luoshi.reading.units import kind_of

_PAIRS = ("“”", "‘’", "《》", "「」", "『』")
_QUOTES = re.compile(
    r"[“‘《「『〔\[【\"](?:"
    + "|".join(f"(?<={pair[0]})[^{pair}\\n]*{pair[1]}" for pair in _PAIRS)
    + r"|(?<=[〔\[【])[^〔〕\[\]【】\n]{1,12}[〕\]】]|(?<=\")[^\"\n]*\")"
)
_RATIO = re.compile(r"[0-9０-９]+(?:[.．][0-9０-９]+)?(?:[:：∶﹕][0-9０-９]+(?:[.．][0-9０-９]+)?)+")
_CLOCK = re.compile(r"[0-2０-２]?[0-9０-９][:：][0-5０-５][0-9０-９]")
_COLONS = frozenset(":：∶﹕")
_LINKS = frozenset("、和及与")
_NOT_REACH = ("传", "送", "直", "到", "抵")
_REACHES = frozenset(("公里", "米", "亩", "元"))
_NAME_MAX = 12  # a quoted name is short; a longer quotation is text
_TEXTUAL = frozenset('“「『"‘')
_GUARDS = {"约": NOT_ABOUT, "近": NOT_NEAR, "过": NOT_PAST, "破": NOT_BROKEN, "超": NOT_OVER}
_OPENERS = frozenset('“‘「" ')
_RANK_AFTER = re.compile(r"[位名](?![列置次])|(?=[，。；、：）！”\n]|$)")
_TOP_AFTER = re.compile(r"[位名强列甲](?![列置次])|(?=[，。；、：）！”\n]|$|之|行列|水平)")
_DOUBLING = re.compile(r"翻(?:了)?([一二两三四]?)番")
_HUNDRED = Decimal(100)


class _Item(NamedTuple):
    """A numeral of a list that waits for its unit."""

    mention: Mention
    op: Op | None
    alone: bool


def find_quantities(text: str, start: int = 0, end: int | None = None, *, promise: bool = False) -> list[Quantity]:
    """Every quantity of ``text[start:end]``, sorted, none overlapping.

    ``promise`` says that the stretch is of a plan part, where 达到 means ≥.
    """
    return _Finder(text, start, len(text) if end is None else end, promise).run()


def recompute(span: str, following: str = "") -> tuple[Decimal, Decimal | None, str]:
    """Value, upper value and unit from a span alone.

    ``following`` is the text after the span; it is read only where the span has no unit and shares that of a list.
    ValueError when the span is no quantity.
    """
    doubled = _DOUBLING.fullmatch(span)
    if doubled:
        return parse_chinese(doubled[1] or "一") or Decimal(1), None, "番"
    half, zero = _HALF.fullmatch(span), _ZERO.fullmatch(span)
    if half:
        return Decimal("0.5"), None, half[1]
    if zero:
        return Decimal(0), None, zero[1]
    ratio = _RATIO.fullmatch(span)
    if ratio:
        return parse_arabic(re.split("[:：∶﹕]", span)[0]) or Decimal(0), None, ""
    body = span.lstrip("-－负第前")
    sign = -1 if span[:1] in "-－负" else 1
    token = TOKEN.match(body)
    mention = read_mention(body, 0, token.end()) if token else None
    if mention is None:
        raise ValueError(span)
    rest = body[mention.end :]
    value, unit = mention.value, mention.unit or (rest if not mention.calendar else "")
    if not unit:
        factor, unit = _shared(following)
        if mention.factor is None and factor is not None:
            value *= factor
    return sign * value, mention.high, unit


def _shared(following: str) -> tuple[Decimal | None, str]:
    at = 0
    while following[at : at + 1] in _LINKS and at < len(following):
        token = TOKEN.match(following, at + 1)
        mention = read_mention(following, at + 1, token.end()) if token else None
        if mention is None:
            break
        if mention.unit:
            return mention.factor, mention.unit
        at = mention.end
    return None, ""


class _Finder:
    """One pass; ``pos`` is the end of what has been read, ``ordinal`` the end of the last ordinal (第一、二)."""

    def __init__(self, text: str, start: int, end: int, promise: bool) -> None:
        self.text, self.start, self.end, self.promise = text, start, end, promise
        self.pos = start
        self.ordinal = -9
        self.out: list[Quantity] = []
        self.waiting: list[_Item] = []
        self.op_end = -1
        self.last_op: Op | None = None
        self.last_unit = ""
        self.distributed = False
        self.quotes = _QUOTES.finditer(text, start, end)
        self.quote = next(self.quotes, None)

    def run(self) -> list[Quantity]:
        text = self.text
        for token in TOKEN.finditer(text, self.start, self.end):
            at = token.start()
            if at < self.pos:
                continue
            c = text[at]
            if c not in _ARABIC:
                run_end = token.end()
                if c in _SPECIAL and run_end == at + 1:
                    self._special(at, c)
                    continue
                ahead = text[run_end : run_end + 1]
                hopeless = ahead not in (_AFTER_ONE if c == "一" and run_end == at + 1 else _AFTER_CHINESE)
                if hopeless and text[run_end - 1] not in _LARGE and (at == 0 or text[at - 1] not in _ORDINAL):
                    continue
            self._numeral(at, token.end())
        self._flush()
        return self.out

    def _numeral(self, at: int, run_end: int) -> None:
        text = self.text
        if text[at] == "数" and text[at + 1] not in _ROUND | _LARGE:
            at += 1
        before = text[at - 1] if at else ""
        if before in ("第", "前") and before:
            self._rank(at, run_end, before)
            if before == "第":
                return
        if at - self.ordinal == 1 and text[self.ordinal] in "、和至到—-－与及":
            self.ordinal = run_end
            self.pos = run_end
            return
        if at < self.pos:
            return
        name = self._in_name(at)
        if name and text[at] not in _ARABIC:
            self.pos = run_end
            return
        if text[run_end : run_end + 1] in _COLONS and text[at] in DIGITS and self._ratio(at):
            return
        mention = read_mention(text, at, run_end)
        if mention is None or mention.calendar:
            self.pos = max(run_end, mention.end if mention else 0)
            return
        if mention.end > self.end:
            return
        self._consider(mention, name)

    def _consider(self, mention: Mention, name: bool) -> None:
        text, at = self.text, mention.start
        linked = bool(self.waiting) and self.waiting[-1].mention.end + 1 == at
        if self.waiting and not linked:
            self._flush()
        verdict = Verdict.NONE
        if not name:
            judge = judge_chinese if mention.chinese else judge_arabic
            verdict = judge(text, mention)
        if not name and verdict is not Verdict.BARRED and self._waits(mention):
            self.waiting.append(_Item(mention, self._before(at), verdict is Verdict.CORE))
            self.pos = mention.end
            return
        if verdict in (Verdict.NONE, Verdict.BARRED):
            if linked:
                self._flush()
            self.pos = max(self.pos, mention.end if mention.unit and name else at + len(mention.numeral))
            return
        if linked and mention.unit:
            self._share(mention)
        elif linked:
            self._flush()
        self._emit(mention, self._before(at), "core" if verdict is Verdict.CORE else "optional")

    def _waits(self, m: Mention) -> bool:
        """A numeral without a unit, then 、 or 和 and another: the unit may come at the end of the list."""
        after = m.end + 1
        if m.unit or m.chinese or after >= self.end:
            return False
        return self.text[m.end] in _LINKS and self.text[after] in DIGITS

    def _share(self, last: Mention) -> None:
        """Give the unit of the last of a list, and its magnitude where they have none, to the numerals before it."""
        for item in self.waiting:
            m = item.mention
            if m.factor is None and last.factor is not None:
                m.value *= last.factor
            m.unit = last.unit
            self._emit(m, item.op, "core")
        self.waiting.clear()

    def _flush(self) -> None:
        for item in self.waiting:
            if item.alone:
                self._emit(item.mention, item.op, "core")
        self.waiting.clear()

    def _emit(self, m: Mention, before: Op | None, tier: Tier, kind: QuantityKind | None = None) -> None:
        text = self.text
        start, value = m.start, m.value
        chained = bool(
            self.out and self.out[-1].end + 1 == start and text[start - 1] in _LINKS and self.last_unit == m.unit
        )
        if before is None and chained:
            before = self.last_op
        self.last_op, self.last_unit = before, m.unit
        op = self._operator(m, before)
        if m.unit and not m.chinese and self._negative(start):
            start, value = start - 1, -value
        if op == "≈" and chained and text.startswith("左右", m.end) and self._distributes(start):
            self._back("≈", m.unit)
        if kind is None:
            kind = "vague" if m.vague else kind_of(m.unit)
            if kind == "amount" and tier == "optional":
                kind = "structure"
        self.out.append(Quantity(start, m.end, text[start : m.end], value, m.high, m.unit, op, tier, kind))
        self.pos = m.end

    def _negative(self, at: int) -> bool:
        return at - 1 > self.start and self.text[at - 1] in "-－负" and self.text[at - 2] in "长降为到至幅是率润额差"

    def _distributes(self, at: int) -> bool:
        return "分别" in self.text[max(self.start, at - 24) : at]

    def _back(self, op: Op, unit: str) -> None:
        """左右 after a distributed list holds for each of its numbers."""
        reach = len(self.out) - 1
        while reach >= 0 and self.out[reach].unit == unit and self.out[reach].op == "=":
            self.out[reach].op = op
            if not reach or self.out[reach - 1].end + 1 != self.out[reach].start:
                break
            reach -= 1

    def _operator(self, m: Mention, before: Op | None) -> Op:
        after = self._after(m)
        if after is not None:
            return after
        if before == "≥" and m.value == _HUNDRED and m.unit == "%" and m.high is None:
            return "="
        if m.infix:
            return ">"
        if before is not None:
            return before
        return "≈" if m.unit == "级" and m.value >= 10**6 else "="

    def _before(self, at: int) -> Op | None:
        text = self.text
        end = at
        while end > self.start and text[end - 1] in _OPENERS:
            end -= 1
        if end <= self.start:
            return None
        last = text[end - 1]
        if last == "了":
            end -= 1
            last = text[end - 1 : end]
        reached = self.promise and text.endswith(REACH, max(self.start, end - 2), end)
        if reached and not text.startswith(_NOT_REACH, max(0, end - 2)):
            return "≥"
        for word, op in BEFORE.get(last, ()):
            begin = end - len(word)
            if begin < self.start or not text.startswith(word, begin):
                continue
            guard = _GUARDS.get(word)
            if guard is not None and begin and text[begin - 1] in guard:
                return None
            return op
        return None

    def _after(self, m: Mention) -> Op | None:
        text, end = self.text, m.end
        c = text[end : end + 1]
        for word, op in AFTER.get(c, ()):
            if text.startswith(word, end):
                if word in ("左右", "上下") and text[end + 2 : end + 3] in ("两", "岸", "游", "级", "手", "联"):
                    return None
                return op
        kind = kind_of(m.unit)
        if c == "内" and (kind == "duration" or m.unit in _REACHES):
            return None if text.startswith(("部", "外", "容", "需", "陆", "河"), end + 1) else "≤"
        if c in ("多", "余") and (kind in ("duration", "multiple") or m.unit in _REACHES):
            return None if text.startswith(tuple("种功元样层式方次个"), end + 1) else ">"
        if text.startswith("有余", end):
            return ">"
        late = _LATE.match(text, end) if m.unit and kind == "amount" else None
        if late:
            return "≥" if late[1] == "以上" else "≈"
        return None

    def _in_name(self, at: int) -> bool:
        """Whether ``at`` is in a title, a bracketed number or a short quotation (a long one is text with digits)."""
        while self.quote is not None and self.quote.end() <= at:
            self.quote = next(self.quotes, None)
        q = self.quote
        if q is None or q.start() > at:
            return False
        if self.text[q.start()] not in _TEXTUAL:
            return True
        return q.end() - q.start() - 2 <= _NAME_MAX or self.text[at] not in DIGITS

    def _ratio(self, at: int) -> bool:
        found = _RATIO.match(self.text, at)
        if found is None or found.end() > self.end:
            return False
        self.pos = found.end()
        clock = _CLOCK.fullmatch(found[0])
        if clock is None and "\n" not in found[0]:
            value = parse_arabic(re.split("[:：∶﹕]", found[0], maxsplit=1)[0])
            if value is not None and not self._in_name(at):
                m = Mention(at, found.end(), value, None, "", None, False, False, found[0])
                self.out.append(Quantity(at, m.end, found[0], value, None, "", "=", "optional", "ratio"))
        return True

    def _rank(self, at: int, run_end: int, before: str) -> None:
        text = self.text
        self.ordinal = run_end if before == "第" else self.ordinal
        value = parse_arabic(text[at:run_end]) if text[at] in DIGITS else parse_chinese(text[at:run_end])
        after = (_RANK_AFTER if before == "第" else _TOP_AFTER).match(text, run_end)
        known = text.endswith(RANK_BEFORE, max(self.start, at - 7), at - 1) or before == "前"
        if value is not None and after is not None and known and not self._in_name(at) and after.end() <= self.end:
            start, stop = at - 1, after.end()
            if start >= self.pos:
                self.out.append(Quantity(start, stop, text[start:stop], value, None, after[0], "=", "optional", "rank"))
            self.pos = stop
        elif before == "第":
            self.pos = run_end

    def _special(self, at: int, c: str) -> None:
        """翻番, 半年, 零事故."""
        text = self.text
        if c == "零":
            zero = _ZERO.match(text, at)
            if zero and zero.end() <= self.end and (at == 0 or text[at - 1] != "社"):
                self._add(zero.span(), Decimal(0), zero[1], "structure", "optional")
            return
        if c == "半":
            half = _HALF.match(text, at)
            if half and half.end() <= self.end and text.endswith(SPAN_OF_TIME, max(self.start, at - 4), at):
                self._add(half.span(), Decimal("0.5"), half[1], "duration", "core")
            return
        doubled = _DOUBLING.match(text, at) if c == "翻" else None
        if doubled and doubled.end() <= self.end:
            value = parse_chinese(doubled[1] or "一") or Decimal(1)
            self._add(doubled.span(), value, "番", "multiple", "optional")

    def _add(self, span: tuple[int, int], value: Decimal, unit: str, kind: QuantityKind, tier: Tier) -> None:
        start, end = span
        self.out.append(Quantity(start, end, self.text[start:end], value, None, unit, "=", tier, kind))
        self.pos = end


_ARABIC = frozenset(DIGITS)
_SPECIAL = frozenset("半翻零数几〇○")
_LARGE = frozenset("万亿")
_ROUND = frozenset("十百千")
_ORDINAL = frozenset("第前")
_ZERO = re.compile("零(事故|新增|增长|感染|死亡|伤亡|上访|疫情|发生|发案|确诊)")
_HALF = re.compile("半(年|个月|个?小时|天)")
_AFTER_CHINESE = frozenset(
    unit[0] for unit in CLASSIFIERS | DURATION | MEASURED | PERCENT | POINTS | STRUCTURE
) | frozenset("余多几分半个至到-－—–~～〜∼ ")
_AFTER_ONE = frozenset("个家所座条项名处台套成倍年天百点幢栋件部只支艘架辆场次")
_LATE = re.compile(
    r"[\u4e00-\u9fff]{0,5}(?:企业|项目|人才|学生|群众|农户|家庭|工程|基地|岗位|床位|品牌|园区|平台)"
    r"(以上|左右)(?=[，。；、）！\n]|$)"
)
