"""Commitments: the clauses of the plan part that promise something; and achievements, the same on the review part."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from luoshi.reading import clauses as cl
from luoshi.reading import deadlines, names, parts
from luoshi.reading.headings import Paragraph
from luoshi.reading.model import Clarity, Commitment, CommitmentKind, Horizon, Quantity, Section, Target, Unclear
from luoshi.reading.outline import Outline
from luoshi.reading.relative import relative
from luoshi.reading.targets import Carry, targets

T = TypeVar("T")
_GUIDE = re.compile(r"指导思想|总体要求|总要求|总体思路|工作思路|工作总基调|总的要求|基本思路")
_TARGET_CUE = re.compile(r"(?:预期|主要|奋斗|发展)目标")
_GOALS_FOLLOW = re.compile(r"(?:预期|主要|奋斗)目标(?:是|为|：|:)")
_SITUATION = re.compile(
    r"^[\s　]*(?:今年|20\d\d年|明年|新的一年)，?(?:是|既是|将是)|^[\s　]*(?:当前|综合分析|展望|纵观|从国际"
    r"|从全国|分析当前|我们也?要看到|做好今年)"
)
_STANDARD = re.compile("标准|验收|达标|合格|优良|示范|认定|不低于|以上|全覆盖|零")
_GRADE = re.compile(r"[A-Z\d一二三四五]级")
_STRETCH_KIND: dict[str, CommitmentKind] = {"N": "numeric", "R": "relative", "C": "action", "O": "outcome"}
_FALLBACK_VERB = re.compile(
    r"纳入|下放|延伸|打造成为?|打造|建设成为?|建成|培育成|作为|列入|落实|融入|转化|贯穿|推向|放在|用于"
    r"|竣工投产|建成运营|建成通车|开工建设|竣工|投产|开工|通车|续建|新建|改善|提升|增长|下降|防控|完成"
    r"|运营|落地|发展|建设"
)


_RESULT = re.compile(
    r"获批|获评|荣获|入选|完工|上线|运行|实现|成效|通过|居|排名|增|达|升|改善|好转|改革|推进|实施|推行"
    r"|启动|投用|落户|见效|规模|覆盖|取得|优化|健全|形成|出台"
)
_DONE = re.compile(r"[\u4e00-\u9fff]了")
_HEDGE = re.compile("力争|争取|力求|预计")
_FAR = 1 << 60  # a place behind every text's end


@dataclass(slots=True)
class Facts:
    """What the clauses of a report give."""

    commitments: list[Commitment] = field(default_factory=list)
    achievements: list[Commitment] = field(default_factory=list)
    unclear: list[Unclear] = field(default_factory=list)


class _Queue(Generic[T]):
    """Things of a stretch in the order of the text; a clause takes those that start before its end."""

    __slots__ = ("at", "items", "next", "starts")

    def __init__(self, items: Sequence[T], starts: Sequence[int]) -> None:
        self.items = items
        self.starts = [*starts, _FAR]
        self.at = 0
        self.next = self.starts[0]

    def take(self, end: int) -> Sequence[T]:
        """What starts before ``end`` and was not taken yet."""
        if self.next >= end:
            return ()
        first = last = self.at
        starts = self.starts
        while starts[last] < end:
            last += 1
        self.at, self.next = last, starts[last]
        return self.items[first:last]


@dataclass(slots=True)
class _Seen:
    """What stands in one clause."""

    clause: cl.Clause
    opening: cl.Opening
    numbers: Sequence[Quantity]
    goals: list[Target]
    kind: str  # ``N`` or ``R`` when there are goals
    due: deadlines.Due | None
    bodies: list[str]


class _Stretch:
    """Walks the paragraphs once, with the numbers, time cues and bodies of the text beside it."""

    def __init__(self, text: str, outline: Outline, quantities: Sequence[Quantity]) -> None:
        self.text = text
        self.year = outline.plan_year
        self.year_end = deadlines.year_end(self.year)
        self.term_end = f"{self.year + 4}-12-31" if self.year and self.year % 5 == 1 else None
        self.core = [q for q in quantities if q.tier == "core"]
        self.starts = [q.start for q in self.core]
        self.facts = Facts()
        # of the paragraph at hand
        self.section = ""
        self.term = False
        self.cues: _Queue[re.Match[str]]
        self.bodies: _Queue[tuple[int, int]]
        self.numbers: _Queue[Quantity]

    def paragraph(self, p: Paragraph, state: int, section: Section) -> None:
        text = self.text
        plan = state in (parts.PLAN, parts.TERM_PLAN)
        self.section, self.term = section.id, state in (parts.TERM_PLAN, parts.TERM_REVIEW)
        start = p.body_start if p.form else p.start
        if text.find("\t", p.start, p.end) >= 0:
            self._table_row(p)
        elif start < p.end:
            if plan:
                head = text[start : min(p.end, start + 60)]
                guide = bool(_GUIDE.search(head) or _SITUATION.match(head) or _GUIDE.search(section.title))
                self._plan(start, p.end, guide=guide)
            else:
                self._review(start, p.end)
        if plan and p.form and (start < p.end or p.form != "?topic"):
            self._numbered_heading(p)

    def _table_row(self, p: Paragraph) -> None:
        """A row of a table is no sentence; one that holds numbers is listed so that somebody looks."""
        lo = bisect_left(self.starts, p.start)
        if self.starts[lo : lo + 1] and self.starts[lo] < p.end:
            self.facts.unclear.append(Unclear(p.start, p.end, self.text[p.start : p.end], "table_row", self.section))

    def goals(self, start: int, end: int, section: Section) -> None:
        """Goals that are set in passing, in a paragraph that is no plan: only what has a target counts."""
        self.section, self.term = section.id, False
        self._plan(start, end, guide=True, only_numeric=True)

    def _numbered_heading(self, p: Paragraph) -> None:
        """A heading that itself sets a number is a promise too: 1.新增公办学位3000个。"""
        lo = bisect_left(self.starts, p.start)
        if lo < len(self.starts) and self.starts[lo] < p.head_end:
            self._plan(p.start, p.head_end, guide=False, only_numeric=True)

    def _clauses(self, start: int, end: int) -> list[cl.Clause]:
        """Split a stretch into clauses and line up what stands in it."""
        text = self.text
        cues = deadlines.find_cues(text, start, end)
        bodies = names.find_bodies(text, start, end)
        first, last = bisect_left(self.starts, start), bisect_left(self.starts, end)
        self.cues = _Queue(cues, [m.start() for m in cues])
        self.bodies = _Queue(bodies, [span[0] for span in bodies])
        self.numbers = _Queue(self.core[first:last], self.starts[first:last])
        return cl.split(text, start, end)

    def _see(self, clause: cl.Clause, carry: Carry) -> _Seen:
        text, end = self.text, clause.end
        opening = cl.opening(text, clause.start, end)
        cues, numbers, bodies = self.cues.take(end), self.numbers.take(end), self.bodies.take(end)
        due = deadlines.due(text, cues, self.year, term=self.term) if cues else None
        goals, kind = targets(text, clause, opening, numbers, carry) if numbers else [], "N"
        if not goals:
            goals = relative(text, clause, opening, carry)
            kind = "R" if goals else ""
        return _Seen(clause, opening, numbers, goals, kind, due, [text[a:b] for a, b in bodies] if bodies else [])

    def _review(self, start: int, end: int) -> None:
        """Read what was done: every clause with a figure or a deed."""
        sentence = -1
        carry = Carry()
        for clause in self._clauses(start, end):
            if clause.sentence != sentence:
                sentence, carry = clause.sentence, Carry()
            seen = self._see(clause, carry)
            opening = seen.opening
            if opening.start < clause.end and (seen.goals or self._reports(clause, opening)):
                out = self.facts.achievements
                self._add(seen, out, f"a{len(out) + 1}", _STRETCH_KIND[seen.kind or "C"], "", seen.due, ())

    def _plan(self, start: int, end: int, *, guide: bool, only_numeric: bool = False) -> None:
        """Read what is promised; in a stretch that only guides (``guide``) nothing but figures counts."""
        text = self.text
        out = self.facts.commitments
        sentence = -1
        carry = Carry()
        promised = False
        hedge = ""
        led: Sequence[str] = ()  # bodies that an opening clause puts in charge of the sentence: 由区住建局牵头，…
        scope: deadlines.Due | None = None
        standing = False  # the scope holds for the whole stretch: 到2030年：…, 今年的主要预期目标是：…
        aims = text.find("目标", start, end) >= 0
        for clause in self._clauses(start, end):
            if clause.sentence != sentence:
                sentence, promised, hedge, carry, led = clause.sentence, False, "", Carry(), ()
                if not standing:
                    scope = None
            seen = self._see(clause, carry)
            opening, due = seen.opening, seen.due
            idle = opening.verb_end == opening.verb_start
            if seen.bodies and not seen.goals and idle and names.names_who(text[clause.start : clause.end]):
                led = seen.bodies
            code = cl.code(text, clause, opening, has_target=seen.kind, follows=promised)
            if aims and _TARGET_CUE.search(text, clause.start, clause.end):
                guide = False
                scope, standing = due or scope or deadlines.Due(self.year_end, True, self.term), True
            elif due and code == "M":
                scope, standing = due, clause.ends in "：:"
            if (guide and code in "CO") or (only_numeric and code not in "NR"):
                continue
            if kind := _STRETCH_KIND.get(code):
                inner = _HEDGE.search(text, opening.start, clause.end) if not opening.hedge and seen.goals else None
                if opening.hedge or inner:
                    hedge = opening.hedge or (inner[0] if inner else "")
                elif not promised and clause.ends not in "，、":
                    hedge = ""
                promised = True
                self._add(seen, out, f"c{len(out) + 1}", kind, hedge, due or scope, led)
                hedge = "" if inner else hedge
                if not idle and not seen.goals and clause.end - opening.verb_end <= 16:
                    carry.subject = text[opening.verb_end : clause.end]
            elif seen.numbers:
                self._unclear(clause, "number_without_promise")

    def _reports(self, clause: cl.Clause, opening: cl.Opening) -> bool:
        """A clause of the review part that reports a deed: it has a verb, or says that something was done."""
        if opening.verb_end > opening.verb_start:
            return True
        words = self.text[opening.start : clause.end]
        return len(words) >= 5 and any(rule.search(words) for rule in (_FALLBACK_VERB, _RESULT, _DONE))

    def _unclear(self, clause: cl.Clause, why: str) -> None:
        self.facts.unclear.append(
            Unclear(clause.start, clause.end, self.text[clause.start : clause.end], why, self.section)
        )

    def _add(
        self,
        seen: _Seen,
        out: list[Commitment],
        key: str,
        kind: CommitmentKind,
        hedge: str,
        due: deadlines.Due | None,
        led: Sequence[str],
    ) -> None:
        clause, goals, bodies = seen.clause, seen.goals, seen.bodies
        words = self.text[clause.start : clause.end]
        action, thing = _action(self.text, clause, seen.opening)
        horizon: Horizon = "term" if self.term or (due is not None and due.term) else "year"
        explicit = False
        deadline: str | None
        if due is not None and due.day:
            deadline, explicit = due.day, due.explicit
        elif out is self.facts.achievements:
            deadline = None
        else:
            deadline = self.term_end if horizon == "term" else self.year_end
        if goals:
            what = standard = True
        else:
            what = bool(action and thing)
            standard = bool(_STANDARD.search(words)) or ("级" in words and bool(_GRADE.search(words)))
        who = bool(led) or (bool(bodies) and names.names_who(words))
        out.append(
            Commitment(
                key,
                clause.start,
                clause.end,
                words,
                self.section,
                kind,
                horizon,
                hedge,
                deadline,
                explicit,
                action,
                thing,
                names.named(thing),
                [*led, *(b for b in bodies if b not in led)] if led else bodies,
                Clarity(who, what, standard, explicit),
                goals,
            )
        )
        for goal in goals:
            if not goal.indicator:
                self._unclear(clause, "no_indicator")


def _action(text: str, clause: cl.Clause, opening: cl.Opening) -> tuple[str, str]:
    """Action and object of a clause: the opening with its verb and the rest, or subject and closing verb."""
    if opening.verb_end > opening.verb_start:
        return text[opening.start : opening.verb_end], text[opening.verb_end : clause.end]
    words = text[opening.verb_start : clause.end]
    found = list(_FALLBACK_VERB.finditer(words))
    if not found:
        lead = text[opening.start : opening.verb_start]
        return (lead, words) if lead else ("", words)
    last = found[-1]
    thing = words[: last.start()] + words[last.end() :] if words[:1] not in "将把" else words[1 : last.start()]
    return last[0], thing or words


def facts(text: str, outline: Outline, quantities: Sequence[Quantity]) -> Facts:
    """Read every plan and review paragraph into commitments and achievements."""
    stretch = _Stretch(text, outline, quantities)
    for p, state, s in zip(outline.paragraphs, outline.states, outline.section_of, strict=True):
        if state in (parts.PLAN, parts.TERM_PLAN, parts.REVIEW, parts.TERM_REVIEW):
            stretch.paragraph(p, state, outline.sections[s])
        elif state != parts.GLOSSARY and (m := _GOALS_FOLLOW.search(text, p.start, p.end)):
            stretch.goals(m.start(), p.end, outline.sections[s])
    return stretch.facts
