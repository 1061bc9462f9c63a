"""The form of an act, made from the mechanism alone: its controls, what was typed into them, and what is wrong with it.

What may stand in a field is decided by :mod:`luoshi.mechanisms.values` and the step; here it is only read from a form
and put back beside its field, whole, so that nobody types anything twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, Final

from luoshi.desk.names import pick
from luoshi.desk.visit import Visit
from luoshi.mechanisms.flow import Flow, Ready
from luoshi.mechanisms.model import Action, Choice, FieldDef, Mechanism, Until
from luoshi.mechanisms.step import EVIDENCE
from luoshi.mechanisms.values import LONGEST
from luoshi.messages import Language, mark, tr

PREFIX: Final = "v_"
"""Begins the names of controls, so that no field of a mechanism is taken for something else."""


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file that was handed in already: it need not be uploaded again."""

    sha256: str
    size: int
    name: str
    picture: bool = False


@dataclass(frozen=True, slots=True)
class Control:
    """One field of the form. ``typed``: what stands in it, as it was typed; a list where several may stand in it.

    ``options``: pairs of value and text. ``least``: pieces of evidence that are needed under it.
    """

    name: str
    label: str
    type: str
    need: bool
    many: bool
    note: str = ""
    unit: str = ""
    most: int = 200
    options: tuple[tuple[str, str], ...] = ()
    typed: Any = ""
    wrong: str = ""
    hint: str = ""
    least: int = 0
    kept: tuple[KeptFile, ...] = ()

    @property
    def key(self) -> str:
        """The name of the control in the form."""
        return PREFIX + self.name

    @property
    def list(self) -> list[str]:
        """What stands in it, one by one."""
        return (
            [str(one) for one in self.typed]
            if isinstance(self.typed, list)
            else [str(self.typed)]
            if self.typed
            else []
        )

    @property
    def place(self) -> Mapping[str, str]:
        """What stands in a place: its text, longitude and latitude."""
        told = self.typed if isinstance(self.typed, Mapping) else {}
        return {name: str(told.get(name, "")) for name in ("text", "lon", "lat")}


@dataclass(slots=True)
class Form:
    """The form of one action. ``above``: what is wrong with it as a whole; ``clocks``: what it does to time."""

    title: str
    note: str
    controls: list[Control]
    clocks: tuple[str, ...] = ()
    law: tuple[str, ...] = ()
    above: list[str] = field(default_factory=list)

    def wrong(self, name: str, text: str) -> bool:
        """Put ``text`` beside the field ``name``; whether there is such a field here. The first word stands."""
        for place, one in enumerate(self.controls):
            if one.name == name:
                self.controls[place] = one if one.wrong else replace(one, wrong=text)
                return True
        return False

    @property
    def faulty(self) -> bool:
        """Whether anything is wrong."""
        return bool(self.above) or any(one.wrong for one in self.controls)


# --- making one


def form_of(
    visit: Visit, flow: Flow, ready: Ready, typed: Mapping[str, Any], kept: Mapping[str, Sequence[KeptFile]]
) -> Form:
    """The form of ``ready`` with what was ``typed`` (or is known of the case) and the files that are ``kept``."""
    mechanism, action, lang = flow.mechanism, ready.action, visit.lang
    controls = [
        control(visit, mechanism, name, name in action.supply, typed.get(name), kept.get(name, ()))
        for name in (*action.supply, *action.optional)
    ]
    if action.needs.evidence:
        controls = with_evidence(visit, controls, action.needs.evidence, kept.get(EVIDENCE, ()))
    return Form(
        pick(action, lang),
        action.note or "",
        controls,
        tuple(_clocks(flow, action, lang)),
        tuple(_law(mechanism, action)),
    )


def control(
    visit: Visit, mechanism: Mechanism, name: str, need: bool, typed: Any, kept: Sequence[KeptFile] = ()
) -> Control:
    """The control of the field ``name``."""
    found = mechanism.fields[name]
    options: tuple[tuple[str, str], ...] = ()
    if found.type == "choice":
        options = tuple((key, pick(one, visit.lang)) for key, one in found.choices.items())
    elif found.type == "body":
        options = body_options(visit)
    elif found.type == "flag":
        options = (("yes", tr("yes")), ("no", tr("no")))
    blank: Any = [] if found.many else {} if found.type == "place" else ""
    return Control(
        name, pick(found, visit.lang), found.type, need, found.many, found.note or "", found.unit or "",
        LONGEST.get(found.type, 200), options, blank if typed is None else shown(found, typed), kept=tuple(kept),
    )  # fmt: skip


def with_evidence(visit: Visit, controls: list[Control], least: int, kept: Sequence[KeptFile]) -> list[Control]:
    """The form asks for ``least`` pieces: of its own field for files, or of one for evidence that is added."""
    place = next((n for n, one in enumerate(controls) if one.type == "files"), None)
    if place is None:
        general = Control(EVIDENCE, tr("evidence"), "files", True, True, kept=tuple(kept), least=least)
        return [*controls, general]
    controls[place] = replace(controls[place], least=least, need=True)
    return controls


def shown(found: FieldDef, value: Any) -> Any:
    """A value of the case, or what was typed, as it stands in its control."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return [str(one) for one in value]
    if isinstance(value, Mapping):
        return {str(key): str(one) for key, one in value.items()}
    return str(value)


def body_options(visit: Visit) -> tuple[tuple[str, str], ...]:
    """The bodies that exist today in the order of the tree, those beside each other by pinyin; deeper ones indented."""
    tree, day = visit.org.tree, visit.on_day
    below: dict[str | None, list[str]] = {}
    for code, body in tree.bodies.items():
        if tree.exists(code, day):
            parent = body.parent if body.parent is not None and tree.exists(body.parent, day) else None
            below.setdefault(parent, []).append(code)
    return tuple(_walked(tree.bodies, below, None, 0, visit.lang))


def area_options(visit: Visit, only: frozenset[str] | None) -> tuple[tuple[str, str], ...]:
    """The areas in the order of the tree; of ``only`` these, if it is told."""
    tree = visit.org.tree
    below: dict[str | None, list[str]] = {}
    for code, area in tree.areas.items():
        if only is None or code in only:
            parent = area.parent if area.parent in tree.areas and (only is None or area.parent in only) else None
            below.setdefault(parent, []).append(code)
    return tuple(_walked(tree.areas, below, None, 0, visit.lang))


def _walked(
    nodes: Mapping[str, Any], below: Mapping[str | None, Sequence[str]], top: str | None, depth: int, lang: Language
) -> Iterator[tuple[str, str]]:
    for code in sorted(below.get(top, ()), key=lambda one: (pinyin_key(nodes[one].zh), one)):
        yield code, "　" * depth + pick(nodes[code], lang)
        yield from _walked(nodes, below, code, depth + 1, lang)


COUNTING: Final = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二", "十三", "十四", "十五")
ORDINAL: Final = re.compile(f"第({'|'.join(sorted(COUNTING, key=len, reverse=True))})(?![一二三四五六七八九十])")


@cache
def pinyin_key(text: str) -> str:
    """By what names are put in order: their pinyin; what is counted (第一、第二、第三) in the order of counting."""
    from pypinyin import lazy_pinyin  # noqa: PLC0415 - its tables take a moment to load

    counted = ORDINAL.sub(lambda found: f"第{COUNTING.index(found[1]) + 1:02}", text)
    return " ".join(lazy_pinyin(counted)).lower()


STARTS: Final = mark("starts the clock: {clock} ({limit})")
STOPS: Final = mark("stops the clock: {clock}")
PAUSES: Final = mark("stands the clock still: {clock} ({reason})")
RESUMES: Final = mark("lets the clock run on: {clock}")
EXTENDS: Final = mark("extends the clock: {clock}")


def _clocks(flow: Flow, action: Action, lang: Language) -> Iterator[str]:
    """What the action does to time, a few words for each clock."""
    clocks = flow.mechanism.clocks
    for name in action.starts:
        yield tr(STARTS, clock=pick(clocks[name], lang), limit=limit_of(flow, name, lang))
    yield from (tr(STOPS, clock=pick(clocks[name], lang)) for name in action.stops if name not in action.starts)
    for name, reason in action.pauses.items():
        yield tr(PAUSES, clock=pick(clocks[name], lang), reason=pick(clocks[name].pauses[reason], lang))
    yield from (tr(RESUMES, clock=pick(clocks[name], lang)) for name in action.resumes)
    yield from (tr(EXTENDS, clock=pick(clocks[name], lang)) for name in action.extends)


def limit_of(flow: Flow, name: str, lang: Language) -> str:
    """The limit of a clock in a few words."""
    from luoshi.worktime.wording import amount  # noqa: PLC0415

    budget, fields = flow.mechanism.clocks[name].budget, flow.mechanism.fields
    if isinstance(budget, Until):
        return tr("until the day under “{field}”", field=pick(fields[budget.until], lang))
    if isinstance(budget, Choice):
        return tr("by “{field}”", field=pick(fields[budget.field], lang))
    told = flow.amount(budget)
    return amount(told.value, told.unit, lang)


def _law(mechanism: Mechanism, action: Action) -> Iterator[str]:
    """The sources of the limits that the action turns."""
    names = dict.fromkeys([*action.starts, *action.extends, *action.pauses])
    sources = [mechanism.clocks[name].source for name in names]
    sources += [
        rule.source for name in action.extends if (rule := mechanism.clocks[name].extension) is not None and rule.source
    ]
    sources += [mechanism.clocks[name].pauses[reason].source for name, reason in action.pauses.items()]
    for source in dict.fromkeys(sources):
        if source is not None and source in mechanism.legal:
            legal = mechanism.legal[source]
            yield f"{legal.title}{legal.article or ''}"
