"""What a reading of a work report consists of.

Offsets are Python ``str`` offsets into ``Source.text``, half-open: ``text[start:end]`` is the span.
Values are exact :class:`~decimal.Decimal`; they become JSON numbers only when written out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

Part = Literal["review", "plan", "term_review", "term_plan", "background", "glossary", "other"]
Side = Literal["achievement", "commitment", "background", "glossary"]
Tier = Literal["core", "optional"]
Op = Literal["=", "≈", ">", "≥", "<", "≤", ">basis", "≥basis", "=basis", "<basis", "≤basis"]
QuantityKind = Literal[
    "amount",  # a number with a unit: 72家, 1.18亿元
    "percent",  # 8.9%, 千分之三
    "points",  # 0.3个百分点
    "duration",  # 40天, 32个月
    "multiple",  # 3倍, 翻一番
    "rank",  # 第五, 前三位
    "ratio",  # 4.0∶37.7∶58.3
    "vague",  # 上百, 数十, 成千上万
    "structure",  # 六个方面, 三级, 百亿级: it structures or classifies
]
CommitmentKind = Literal["numeric", "relative", "action", "outcome"]
Horizon = Literal["year", "term"]

SIDE_OF_PART: dict[Part, Side] = {
    "review": "achievement",
    "term_review": "achievement",
    "plan": "commitment",
    "term_plan": "commitment",
    "background": "background",
    "other": "background",
    "glossary": "glossary",
}


@dataclass(slots=True)
class Hint:
    """A heading that the file itself declares (a style, an <h2>, a bold line). ``level`` counts from 1."""

    start: int
    end: int
    level: int


@dataclass(slots=True)
class Source:
    """A text to read: the file's name, the digest of its bytes, its text, and the headings it declares."""

    name: str
    sha256: str
    text: str
    hints: list[Hint] = field(default_factory=list)


@dataclass(slots=True)
class Section:
    """A stretch of the report under one heading. ``path`` holds the titles from the top, joined by `` > ``."""

    id: str
    title: str
    path: str
    start: int
    end: int
    part: Part
    level: int = 1


@dataclass(slots=True)
class Quantity:
    """A quantity mention. ``value`` is multiplied out by its magnitude, percentages stay in percent."""

    start: int
    end: int
    text: str
    value: Decimal
    value_high: Decimal | None
    unit: str
    op: Op
    tier: Tier
    kind: QuantityKind
    side: Side = "background"
    section: str = ""


@dataclass(slots=True)
class Target:
    """One indicator with what is promised (or reported) of it."""

    indicator: str
    op: Op
    value: Decimal | None
    value_high: Decimal | None
    unit: str | None
    basis: str | None
    num_start: int | None
    num_end: int | None
    from_value: Decimal | None = None


@dataclass(slots=True)
class Clarity:
    """Which of the four clarities 四明确 (责任主体、目标任务、工作标准、时限要求) the text itself gives."""

    who: bool
    what: bool
    standard: bool
    when: bool


@dataclass(slots=True)
class Commitment:
    """A clause that promises something; on the review side the same shape holds an achievement."""

    id: str
    start: int
    end: int
    text: str
    section: str
    kind: CommitmentKind
    horizon: Horizon
    hedge: str
    deadline: str | None
    deadline_explicit: bool
    action: str
    object: str
    named: list[str]
    bodies: list[str]
    clarity: Clarity
    targets: list[Target]


@dataclass(slots=True)
class Term:
    """An entry of the glossary 名词解释, with where the report uses the term."""

    term: str
    definition: str
    start: int
    end: int
    mentions: list[tuple[int, int]]


@dataclass(slots=True)
class Unclear:
    """Something that was seen and not understood, with the reason; listed so that nothing is dropped in silence."""

    start: int
    end: int
    text: str
    why: str
    section: str = ""


@dataclass(slots=True)
class Reading:
    """Everything read from one report."""

    source: Source
    title: str
    place: str
    year: int | None
    plan_year: int | None
    sections: list[Section]
    quantities: list[Quantity]
    commitments: list[Commitment]
    achievements: list[Commitment]
    glossary: list[Term]
    unclear: list[Unclear]
