"""The flow of a mechanism as a graph to draw: its arcs, its main way, and in what order to place its stages. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from luoshi.mechanisms.model import Action, Mechanism, Named

Lang = Literal["zh", "en"]
SIDE_KINDS: Final = frozenset({"return", "transfer", "pause", "resume", "extend", "reopen", "withdraw"})
"""Acts that leave the main way: drawn lighter."""


@dataclass(frozen=True, slots=True)
class Arc:
    """One way that one action opens: from ``source`` (empty: it opens a case) to ``target`` (``source``: it stays)."""

    action: str
    source: str
    target: str
    side: bool


@dataclass(frozen=True, slots=True)
class Flow:
    """What is drawn. ``spine``: the longest way from opening to the first good end. ``bands``: the stages from top
    to bottom. ``exits``: closed stages off the spine that are only entered, in no band. ``layers``: their ranks."""

    arcs: tuple[Arc, ...]
    spine: tuple[str, ...]
    bands: tuple[str, ...]
    exits: tuple[str, ...]
    layers: Mapping[str, int]


def name_in(named: Named, lang: Lang) -> str:
    """The name in ``lang``. ValueError if it is neither Chinese nor English."""
    if lang not in ("zh", "en"):
        raise ValueError(lang)
    return named.zh if lang == "zh" else named.en


def arcs_of(actions: Mapping[str, Action]) -> tuple[Arc, ...]:
    """The arcs of ``actions``, in the order of the file. What opens a case has no source."""
    arcs: list[Arc] = []
    for name, action in actions.items():
        side = action.kind in SIDE_KINDS
        if not action.from_ and action.to:
            arcs.append(Arc(name, "", action.to, side))
        arcs += [Arc(name, source, action.to or source, side) for source in action.from_]
    return tuple(arcs)


def flow_of(mechanism: Mechanism) -> Flow:
    """The graph of ``mechanism``. Total: an unsound definition is drawn as well, for who looks for its fault."""
    stages = list(mechanism.stages)
    arcs = tuple(arc for arc in arcs_of(mechanism.actions) if {arc.source or stages[0], arc.target} <= set(stages))
    starts = [arc.target for arc in arcs if not arc.source] or stages[:1]
    spine = _spine(mechanism, arcs, starts)
    left = {arc.source for arc in arcs}
    entered = {arc.target for arc in arcs if arc.source} - left - set(spine)
    exits = tuple(name for name, stage in mechanism.stages.items() if not stage.open and name in entered)
    bands = _bands([name for name in stages if name not in exits], spine, arcs)
    return Flow(_lighter(arcs, spine, bands, mechanism), spine, bands, exits, _layers(arcs, bands, exits))


def _without_cycles(arcs: Iterable[Arc], stages: Iterable[str]) -> dict[str, list[str]]:
    """Who follows whom. Arcs are taken in their order, the main way first; one that would close a cycle is left out."""
    follow: dict[str, list[str]] = {name: [] for name in stages}

    def reaches(start: str, goal: str) -> bool:
        seen, ahead = {start}, [start]
        while ahead:
            for target in follow[ahead.pop()]:
                if target not in seen:
                    seen.add(target)
                    ahead.append(target)
        return goal in seen

    for arc in sorted(arcs, key=lambda arc: arc.side):
        if arc.source and arc.target not in follow[arc.source] and not reaches(arc.target, arc.source):
            follow[arc.source].append(arc.target)
    return follow


def _memo(of: Callable[[str, Callable[[str], tuple[str, ...]]], tuple[str, ...]]) -> Callable[[str], tuple[str, ...]]:
    known: dict[str, tuple[str, ...]] = {}

    def ask(name: str) -> tuple[str, ...]:
        if name not in known:
            known[name] = of(name, ask)
        return known[name]

    return ask


def _spine(mechanism: Mechanism, arcs: tuple[Arc, ...], starts: list[str]) -> tuple[str, ...]:
    """The longest way by acts of the main way to the first stage of outcome ``done``; else to anything."""
    follow = _without_cycles((arc for arc in arcs if not arc.side), mechanism.stages)
    goal = next((name for name, stage in mechanism.stages.items() if stage.outcome == "done"), None)

    def longest(name: str, ask: Callable[[str], tuple[str, ...]]) -> tuple[str, ...]:
        if name == goal:
            return (name,)
        ways = [way for way in map(ask, follow[name]) if goal is None or way[-1] == goal]
        return (name, *max(ways, key=len, default=()))

    ways = [way for way in map(_memo(longest), starts) if goal is None or way[-1] == goal]
    return max(ways, key=len, default=(starts[0],))


def _layers(arcs: tuple[Arc, ...], bands: tuple[str, ...], exits: tuple[str, ...]) -> dict[str, int]:
    """Longest-path layering along the bands: a stage stands one further than the last of those that lead down to it."""
    layers = dict.fromkeys((*bands, *exits), 0)
    for name in bands:
        later = (*bands[bands.index(name) + 1 :], *exits)
        for arc in arcs:
            if arc.source == name and arc.target in later:
                layers[arc.target] = max(layers[arc.target], layers[name] + 1)
    return layers


def _bands(stages: list[str], spine: tuple[str, ...], arcs: tuple[Arc, ...]) -> tuple[str, ...]:
    """The spine, and after each of its stages those aside that are entered from it or lead to no earlier place."""
    bands = list(spine)
    rest = [name for name in stages if name not in bands]
    while rest:
        for name in rest:
            entered = [bands.index(arc.source) for arc in arcs if arc.target == name and arc.source in bands]
            if not entered:
                continue
            place = min(entered) + 1
            while place < len(bands) and bands[place] not in spine:
                place += 1
            bands.insert(place, name)
            rest.remove(name)
            break
        else:
            bands.insert(1, rest.pop(0))
    return tuple(bands)


def _lighter(
    arcs: tuple[Arc, ...], spine: tuple[str, ...], bands: tuple[str, ...], mechanism: Mechanism
) -> tuple[Arc, ...]:
    """Arcs to and from an excursion (延期审批: whatever goes on from there goes back) are side flows, too."""
    onward = {name: [arc for arc in arcs if arc.source == name != arc.target and not arc.side] for name in bands}
    back = {
        name
        for name in bands
        if any(arc.source == name and bands.index(name) > _place(arc.target, bands) for arc in arcs)
        and all(bands.index(name) > _place(arc.target, bands) for arc in onward[name])
    }
    aside = {name for name in back if name not in spine and mechanism.stages[name].parallel is None}
    return tuple(
        Arc(arc.action, arc.source, arc.target, arc.side or bool({arc.source, arc.target} & aside)) for arc in arcs
    )


def _place(stage: str, bands: tuple[str, ...]) -> int:
    """How far down ``stage`` is; what is in no band is an end, below all."""
    return bands.index(stage) if stage in bands else len(bands)
