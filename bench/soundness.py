"""Soundness of definitions: how long the check takes, next to one that enumerates the states of the same Petri net."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from tests.mechanisms.sample import build, plain

from bench.gold import ROOT
from bench.table import Table
from luoshi.mechanisms.loader import load, load_with_lines
from luoshi.mechanisms.model import Mechanism
from luoshi.mechanisms.soundness import check

ON = date(2026, 1, 1)
AIM_MS = 50
STEPS = 5
DEPARTMENTS = (1, 2, 4, 6, 8, 10)
CAP_SECONDS = 10.0
NAMED = {"zh": "某", "en": "Some"}


def wide(departments: int, steps: int = STEPS) -> Mechanism:
    """The tests' sample with ``departments`` that work in parallel and join, ``steps`` each and a way back."""
    data = plain()
    parallel = data["stages"]["joint"]["parallel"]
    template = parallel["branches"]["reply"]
    answer = template["actions"]["answer"]
    made = {}
    for number in range(departments):
        stages: dict[str, Any] = {f"s{step}": dict(NAMED) for step in range(steps)}
        stages["s0"]["clocks"] = ["replying"]
        stages["end"] = {**NAMED, "open": False}
        actions = {
            f"a{step}": {**answer, "from": [f"s{step}"], "to": f"s{step + 1}", "stops": []} for step in range(steps - 1)
        }
        actions["last"] = {**answer, "from": [f"s{steps - 1}"], "to": "end"}
        actions["back"] = {**NAMED, "kind": "return", "by": ["helper"], "from": [f"s{steps - 1}"], "to": "s0"}
        made[f"b{number}"] = {**template, "start": "s0", "stages": stages, "actions": actions}
    parallel["branches"] = made
    one = data["actions"]["split"]["splits"][0]
    data["actions"]["split"]["splits"] = [{**one, "branch": branch} for branch in made]
    return build(data)


# --- the general way


@dataclass(frozen=True, slots=True)
class Net:
    """A 1-safe Petri net: places are bits; each transition takes the first mask and puts the second."""

    start: int
    final: int
    transitions: tuple[tuple[int, int], ...]


def net_of(mechanism: Mechanism) -> Net:
    """The control flow of ``mechanism`` as a net: a place for each stage and branch stage, a transition for each way.

    A split puts one token in the case's stage and one in each branch; a join takes the ends of all of them. All open
    ends of a case lead to one final place. Roles, marks, fields and clocks are left out: a general check of workflow
    nets sees none of them.
    """
    bits: dict[tuple[str, ...], int] = {}

    def place(*name: str) -> int:
        return bits.setdefault(name, 1 << len(bits))

    source, final = place("source"), place("final")
    ways: list[tuple[int, int]] = []
    parallels = {name: stage.parallel for name, stage in mechanism.stages.items() if stage.parallel is not None}
    for action in mechanism.actions.values():
        starts = [place(stage) for stage in action.from_] or [source]
        for stage, begin in zip(action.from_ or ("",), starts, strict=True):
            taken = begin
            target = action.to or stage
            put = place(target)
            for one in action.splits:
                branches = parallels[target].branches  # type: ignore[union-attr]
                put |= place(target, one.branch, branches[one.branch].start)
            if stage in parallels and action.kind == "join":
                for name, branch in parallels[stage].branches.items():  # type: ignore[union-attr]
                    ends = [end for end, one in branch.stages.items() if not one.open]
                    taken |= place(stage, name, ends[0])
            ways.append((taken, put))
    for stage, parallel in parallels.items():
        for name, branch in parallel.branches.items():  # type: ignore[union-attr]
            ways += [
                (place(stage, name, start), place(stage, name, action.to or start))
                for action in branch.actions.values()
                for start in action.from_
            ]
    ways += [(place(name), final) for name, stage in mechanism.stages.items() if not stage.open]
    return Net(source, final, tuple(ways))


def enumerated(net: Net, cap: float = CAP_SECONDS) -> tuple[bool | None, int]:
    """Soundness by the book (van der Aalst): every state that can be reached is made, and from each the end can be.

    (Sound or not, states); None for one that did not end in ``cap`` seconds.
    """
    until = time.perf_counter() + cap
    before: dict[int, list[int]] = {net.start: []}
    waiting = [net.start]
    used: set[int] = set()
    while waiting:
        state = waiting.pop()
        if time.perf_counter() > until:
            return None, len(before)
        for number, (taken, put) in enumerate(net.transitions):
            if state & taken == taken:
                used.add(number)
                after = (state & ~taken) | put
                known = before.get(after)
                if known is None:
                    before[after] = [state]
                    waiting.append(after)
                else:
                    known.append(state)
    if net.final not in before:
        return False, len(before)
    ends = {net.final}
    waiting = [net.final]
    while waiting:
        for state in before[waiting.pop()]:
            if state not in ends:
                ends.add(state)
                waiting.append(state)
    proper = all(state == net.final or not state & net.final for state in before)
    return proper and len(ends) == len(before) and len(used) == len(net.transitions), len(before)


# --- the table


def soundness_table(cap: float = CAP_SECONDS) -> Table:
    """Milliseconds of the check by departments, next to enumeration; and of every pack."""
    table = Table(
        f"Soundness: departments that work in parallel, {STEPS} steps each, and join; median of 5",
        ("definition", "Luoshi ms", "aim", "by enumeration ms", "states"),
    )
    for departments in DEPARTMENTS:
        mechanism = wide(departments)
        own = _ms(lambda mechanism=mechanism: _sound(mechanism))  # type: ignore[misc]
        net = net_of(mechanism)
        start = time.perf_counter()
        sound, states = enumerated(net, cap)
        other = (time.perf_counter() - start) * 1000
        if sound is False:
            table.notes.append(f"{departments} departments: the enumeration says unsound")
        told = f"{other:,.1f}" if sound is not None else f"> {cap * 1000:,.0f} (stopped)"
        aim = None
        if departments == max(DEPARTMENTS):
            aim = f"< {AIM_MS} {'reached' if own < AIM_MS else 'not reached'}"
        table.add(
            f"{departments} departments",
            f"{own:.2f}",
            aim,
            told,
            f"{states:,}{'' if sound is not None else ' and more'}",
        )
    sources = {path.parent.name: path.read_bytes() for path in sorted((ROOT / "packs").glob("*/mechanism.yaml"))}
    largest = max(sources, key=lambda name: len(sources[name]))
    mechanism = load(sources[largest], largest)
    table.add(f"the largest pack: {largest}", f"{_ms(lambda: check(mechanism, ON)):.2f}", None, None, None)
    packs = [load(source, name) for name, source in sources.items()]
    every = _ms(lambda: [check(one, ON) for one in packs])
    table.add(f"all {len(packs)} packs", f"{every:.2f}", None, None, None)
    read = _ms(lambda: load_with_lines(sources[largest], largest))
    table.notes += [
        f"reading {largest} from its file ({len(sources[largest]):,} bytes) takes another {read:.0f} ms",
        "by enumeration: a small general check of this bench, over every state of the same net without roles, marks, "
        f"fields and clocks, stopped after {cap:.0f} s; {STEPS + 1} states a department multiply",
    ]
    return table


def _sound(mechanism: Mechanism) -> None:
    findings = check(mechanism, ON)
    if findings:
        raise ValueError(f"the definition is not sound: {findings[0]}")


def _ms(work: Callable[[], object]) -> float:
    times = []
    for _ in range(5):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1000
