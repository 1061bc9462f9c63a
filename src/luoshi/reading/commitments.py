"""Commitments: the clauses of the plan part that promise something; and achievements, the same on the review part."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field

from luoshi.reading import clauses as cl
from luoshi.reading import deadlines, names, parts
from luoshi.reading.headings import Paragraph
from luoshi.reading.lexicon.actions import HEDGES
from luoshi.reading.model import Clarity, Commitment, CommitmentKind, Quantity, Section, Target, Unclear
from luoshi.reading.outline import Outline
from luoshi.reading.relative import relative
from luoshi.reading.targets import Carry, targets

_GUIDE = re.compile(r"指导思想|总体要求|总要求|总体思路|工作思路|工作总基调|总的要求|基本思路")
_TARGET_CUE = re.compile(r"(?:预期|主要|奋斗|发展)目标")
_GOALS_FOLLOW = re.compile(r"(?:预期|主要|奋斗)目标(?:是|为|：|:)")
_SITUATION = re.compile(r"^[\s　]*(?:今年|20\d\d年|明年|新的一年)，?(?:是|既是|将是)|^[\s　]*(?:当前|综合分析|展望|纵观|从国际|从全国|分析当前|我们也?要看到|做好今年)")
_STANDARD = re.compile(r"标准|验收|达标|合格|优良|[A-Z\d一二三四五]级|示范|认定|不低于|以上|全覆盖|零")
_STRETCH_KIND: dict[str, CommitmentKind] = {"N": "numeric", "R": "relative", "C": "action", "O": "outcome"}
_FALLBACK_VERB = re.compile(
    r"纳入|下放|延伸|打造成为?|打造|建设成为?|建成|培育成|作为|列入|落实|融入|转化|贯穿|推向|放在|用于|竣工投产|建成运营|建成通车|开工建设|竣工|投产|开工|通车|续建|新建|改善|提升|增长|下降|防控|完成|运营|落地|发展|建设"
)


_RESULT = re.compile(r"获批|获评|荣获|入选|完工|上线|运行|实现|成效|通过|居|排名|增|达|升|改善|好转|改革|推进|实施|推行|启动|投用|落户|见效|规模|覆盖|取得|优化|健全|形成|出台|[\u4e00-\u9fff]了")


@dataclass(slots=True)
class Facts:
    """What the clauses of a report give."""

    commitments: list[Commitment] = field(default_factory=list)
    achievements: list[Commitment] = field(default_factory=list)
    unclear: list[Unclear] = field(default_factory=list)


class _Stretch:
    """Walks the paragraphs once, with the numbers, time cues and bodies of the text beside it."""

    def __init__(self, text: str, outline: Outline, quantities: Sequence[Quantity]) -> None:
        self.text = text
        self.year = outline.plan_year
        self.core = [q for q in quantities if q.tier == "core"]
        self.starts = [q.start for q in self.core]
        self.facts = Facts()

    def paragraph(self, p: Paragraph, state: int, section: Section) -> None:
        text = self.text
        plan = state in (parts.PLAN, parts.TERM_PLAN)
        start = p.body_start if p.form else p.start
        if start >= p.end:
            if p.form and p.form != "?topic":
                self._numbered_heading(p, state, section)
            return
        head = text[start : min(p.end, start + 60)]
        guide = plan and bool(_GUIDE.search(head) or _SITUATION.match(head) or _GUIDE.search(section.title))
        cues = deadlines.find_cues(text, start, p.end)
        bodies = names.find_bodies(text, start, p.end)
        self._sentences(cl.split(text, start, p.end), state, section, guide, cues, bodies)
        if p.form and plan:
            self._numbered_heading(p, state, section)

    def goals(self, start: int, end: int, section: Section) -> None:
        """Goals that are set in passing, in a paragraph that is no plan: only what has a target counts."""
        text = self.text
        cues, bodies = deadlines.find_cues(text, start, end), names.find_bodies(text, start, end)
        self._sentences(cl.split(text, start, end), parts.PLAN, section, True, cues, bodies, only_numeric=True)

    def _numbered_heading(self, p: Paragraph, state: int, section: Section) -> None:
        """A heading that itself sets a number is a promise too: 1.新增公办学位3000个。"""
        lo = bisect_left(self.starts, p.start)
        if lo < len(self.starts) and self.starts[lo] < p.head_end and state in (parts.PLAN, parts.TERM_PLAN):
            text = self.text
            self._sentences(
                cl.split(text, p.start, p.head_end), state, section, False,
                deadlines.find_cues(text, p.start, p.head_end), names.find_bodies(text, p.start, p.head_end), only_numeric=True,
            )  # fmt: skip

    def _sentences(
        self,
        found: list[cl.Clause],
        state: int,
        section: Section,
        guide: bool,
        cues: list[re.Match[str]],
        bodies: list[tuple[int, int]],
        only_numeric: bool = False,
    ) -> None:
        text = self.text
        sentence = -1
        carry = Carry()
        promised = False
        hedge = ""
        led: list[str] = []  # bodies that an opening clause puts in charge of the sentence: 由区住建局牵头，…
        scope: deadlines.Due | None = None
        term = state in (parts.TERM_PLAN, parts.TERM_REVIEW)
        review = state in (parts.REVIEW, parts.TERM_REVIEW)
        c = b = 0
        for clause in found:
            if clause.sentence != sentence:
                sentence, promised, hedge, carry, led = clause.sentence, False, "", Carry(), []
                if not guide:
                    scope = None
            opening = cl.opening(text, clause.start, clause.end)
            own: list[re.Match[str]] = []
            while c < len(cues) and cues[c].start() < clause.end:
                own.append(cues[c])
                c += 1
            due = deadlines.due(text, own, self.year, term=term) if own else None
            numbers = self._numbers(clause)
            goals: list[Target] = []
            if numbers:
                goals = targets(text, clause, opening, numbers, carry)
            kind = "N" if goals else ""
            if not goals:
                goals = relative(text, clause, opening, carry)
                kind = "R" if goals else ""
            here: list[str] = []
            while b < len(bodies) and bodies[b][0] < clause.end:
                here.append(text[bodies[b][0] : bodies[b][1]])
                b += 1
            if review:
                if opening.start < clause.end and (goals or self._reports(clause, opening)):
                    self._add(clause, opening, kind or "C", goals, "", due or scope, here, section, term, review=True)
                continue
            if not goals and here and opening.verb_end == opening.verb_start and names.names_who(text[clause.start : clause.end]):
                led = here
            code = cl.code(text, clause, opening, has_target=kind, follows=promised)
            if _TARGET_CUE.search(text, clause.start, clause.end):
                guide = False
                scope = due or scope or deadlines.Due(deadlines.year_end(self.year), True, term)
            elif due and code == "M":
                scope = due
            if guide and code in "CO" or only_numeric and code not in "NR":
                continue
            if code in _STRETCH_KIND:
                if opening.hedge:
                    hedge = opening.hedge
                elif clause.ends not in "，、" and not promised:
                    hedge = ""
                promised = True
                self._add(clause, opening, code, goals, opening.hedge or hedge, due or scope, here, section, term, review=False, led=led)
                if not goals and opening.verb_start < opening.verb_end and clause.end - opening.verb_end <= 16:
                    carry.subject = text[opening.verb_end : clause.end]
            elif numbers:
                self._unclear(clause, numbers[0], "number_without_promise", section)

    def _numbers(self, clause: cl.Clause) -> list[Quantity]:
        lo = bisect_left(self.starts, clause.start)
        hi = lo
        while hi < len(self.core) and self.starts[hi] < clause.end:
            hi += 1
        return self.core[lo:hi]

    def _reports(self, clause: cl.Clause, opening: cl.Opening) -> bool:
        """A clause of the review part that reports a deed: it has a verb, or says that something was done."""
        if opening.verb_end > opening.verb_start:
            return True
        words = self.text[opening.start : clause.end]
        return len(words) >= 5 and (bool(_FALLBACK_VERB.search(words)) or bool(_RESULT.search(words)))

    def _unclear(self, clause: cl.Clause, q: Quantity, why: str, section: Section) -> None:
        self.facts.unclear.append(Unclear(clause.start, clause.end, self.text[clause.start : clause.end], why, section.id))

    def _add(
        self,
        clause: cl.Clause,
        opening: cl.Opening,
        code: str,
        goals: list[Target],
        hedge: str,
        due: deadlines.Due | None,
        bodies: list[str],
        section: Section,
        term: bool,
        *,
        review: bool,
        led: Sequence[str] = (),
    ) -> None:
        text = self.text
        words = text[clause.start : clause.end]
        action, thing = _action(text, clause, opening)
        if term or (due is not None and due.term):
            horizon = "term"
        else:
            horizon = "year"
        explicit = bool(due and due.explicit and due.day)
        if due and due.day:
            deadline: str | None = due.day
        elif review:
            deadline = None
        elif horizon == "term":
            deadline = f"{self.year + 4}-12-31" if self.year and self.year % 5 == 1 else None
        else:
            deadline = deadlines.year_end(self.year)
        out = self.facts.achievements if review else self.facts.commitments
        clarity = Clarity(
            bool(led) or bool(bodies) and names.names_who(words),
            bool(goals) or (bool(action) and bool(thing)),
            bool(goals) or bool(_STANDARD.search(words)),
            explicit,
        )
        out.append(
            Commitment(
                f"{'a' if review else 'c'}{len(out) + 1}",
                clause.start,
                clause.end,
                words,
                section.id,
                _STRETCH_KIND[code],
                horizon,
                hedge,
                deadline,
                explicit,
                action,
                thing,
                names.named(thing),
                [*led, *(b for b in bodies if b not in led)],
                clarity,
                goals,
            )
        )
        for goal in goals:
            if not goal.indicator:
                self.facts.unclear.append(Unclear(clause.start, clause.end, words, "no_indicator", section.id))


def _action(text: str, clause: cl.Clause, opening: cl.Opening) -> tuple[str, str]:
    """Action and object of a clause: the opening with its verb and the rest, or subject and closing verb."""
    if opening.verb_end > opening.verb_start:
        return text[opening.start : opening.verb_end], text[opening.verb_end : clause.end]
    words = text[opening.verb_start : clause.end]
    last = None
    for last in _FALLBACK_VERB.finditer(words):
        pass
    if last is None:
        lead = text[opening.start : opening.verb_start]
        return (lead, words) if lead else ("", words)
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


__all__ = ["HEDGES", "Facts", "facts"]
