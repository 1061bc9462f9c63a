"""What is written in the box of a stage, in lines that fit: name, who is responsible, clocks, parts. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from luoshi.mechanisms.drawing import Lang, arcs_of, name_in
from luoshi.mechanisms.drawing_text import clock_text, wrap
from luoshi.mechanisms.model import Branch, Mechanism, Stage

PAD_X: Final = 14.0
PAD_Y: Final = 10.0
Style = Literal["name", "role", "clock", "part", "step", "act"]
SIZES: Final[dict[Style, float]] = {"name": 15, "role": 12, "clock": 11.5, "part": 12.5, "step": 12, "act": 11.5}
LEADING: Final[dict[Style, float]] = {"name": 21, "role": 17, "clock": 16.5, "part": 18, "step": 17, "act": 16}
INDENT: Final[dict[Style, float]] = {"name": 0, "role": 0, "clock": 16, "part": 0, "step": 14, "act": 26}
SPACE_BEFORE: Final[dict[Style, float]] = {"name": 0, "role": 0, "clock": 3, "part": 11, "step": 2, "act": 0}


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line of text: its baseline's start within the box; ``first``: it begins its paragraph (and bears its mark)."""

    x: float
    y: float
    text: str
    style: Style
    first: bool


@dataclass(frozen=True, slots=True)
class Block:
    """What is written in a box, and the height that it takes, margins included."""

    lines: tuple[TextLine, ...]
    height: float


def box_of(mechanism: Mechanism, stage: str, wide: float, lang: Lang) -> Block:
    """The text of ``stage`` for a box ``wide`` wide."""
    found = mechanism.stages[stage]
    said: list[tuple[Style, str]] = [("name", name_in(found, lang))]
    if found.responsible:
        role = mechanism.roles.get(found.responsible)
        said.append(("role", name_in(role, lang) if role else found.responsible))
    said += [("clock", clock_text(clock, mechanism, lang, sourced=False)) for clock in found.clocks]
    said += _parts(mechanism, found, lang)
    return _set(said, wide)


def _parts(mechanism: Mechanism, stage: Stage, lang: Lang) -> Iterator[tuple[Style, str]]:
    for branch in stage.parallel.branches.values() if stage.parallel else ():
        role = mechanism.roles.get(branch.role)
        by = name_in(role, lang) if role else branch.role
        yield "part", f"{name_in(branch, lang)}（{by}）" if lang == "zh" else f"{name_in(branch, lang)} ({by})"
        yield from _steps(mechanism, branch, lang)


def _steps(mechanism: Mechanism, branch: Branch, lang: Lang) -> Iterator[tuple[Style, str]]:
    arcs = arcs_of(branch.actions)
    for name, stage in branch.stages.items():
        clocks = [clock_text(clock, mechanism, lang, sourced=False) for clock in stage.clocks]
        yield "step", " · ".join([name_in(stage, lang), *clocks])
        for arc in arcs:
            if arc.source != name:
                continue
            act = name_in(branch.actions[arc.action], lang)
            known = branch.stages.get(arc.target)
            target = name_in(known, lang) if known else arc.target
            yield "act", act if arc.target == arc.source else f"{act} → {target}"


def _set(said: list[tuple[Style, str]], wide: float) -> Block:
    lines: list[TextLine] = []
    y = PAD_Y
    for style, text in said:
        y += SPACE_BEFORE[style]
        for place, line in enumerate(wrap(text, SIZES[style], wide - 2 * PAD_X - INDENT[style])):
            y += LEADING[style]
            lines.append(TextLine(PAD_X + INDENT[style], y - 5, line, style, place == 0))
    return Block(tuple(lines), y + PAD_Y)
