"""The ways of a case as a graph, and what surely holds and what may hold at each of its nodes.

A fact (this clock runs, this role is assigned, this mark is recorded …) is one bit. Each way adds facts and takes facts
away, so that the meet over all paths is one fixpoint over the nodes (Kildall 1973), never a walk over paths. A path on
which a fact does not hold is looked for in the graph doubled by that one fact.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from luoshi.mechanisms.errors import Path
from luoshi.mechanisms.model import Action

OUTSIDE = ""
"""The node from which a case is opened, or a part is made."""


class Facts:
    """Numbers the facts: each has one bit."""

    def __init__(self) -> None:
        self.bits: dict[tuple[object, ...], int] = {}

    def of(self, *fact: object) -> int:
        """The bit of a fact such as ``("running", "handling")``."""
        return self.bits.setdefault(fact, 1 << len(self.bits))

    def every(self, *start: object) -> int:
        """All facts known so far that begin like this."""
        return sum(bit for fact, bit in self.bits.items() if fact[: len(start)] == start)


@dataclass(frozen=True, slots=True)
class Effect:
    """What an action does to facts: surely and perhaps; first those taken away, then those added.

    ``requires``: of each of these masks one fact must be possible, or the action is never open there.
    """

    must_gen: int = 0
    must_kill: int = 0
    may_gen: int = 0
    may_kill: int = 0
    requires: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Edge:
    """One way: by an action from a stage to a stage."""

    source: str
    target: str
    name: str
    path: Path
    action: Action | None
    effect: Effect


class Graph:
    """Nodes and ways, the facts at the beginning, and the two fixpoints."""

    def __init__(self, nodes: Iterable[str], edges: Sequence[Edge], start_must: int = 0, start_may: int = 0) -> None:
        self.nodes = tuple(nodes)
        self.start_must = start_must
        self.start_may = start_may
        self.may = self._may(edges, start_may)
        self.edges = tuple(edge for edge in edges if self.open(edge))
        self.out: dict[str, list[Edge]] = {}
        for edge in self.edges:
            self.out.setdefault(edge.source, []).append(edge)
        self.must = self._must(start_must)
        self._ways: dict[tuple[int, bool], Ways] = {}

    def open(self, edge: Edge) -> bool:
        """Whether a case can come to the way's beginning and take it."""
        return edge.source in self.may and not self.missing(edge)

    def missing(self, edge: Edge) -> list[str]:
        """What the way asks for that cannot hold where it begins."""
        here = self.may.get(edge.source, 0)
        return [why for why, mask in edge.effect.requires if not here & mask]

    def _may(self, edges: Sequence[Edge], start: int) -> dict[str, int]:
        out: dict[str, list[Edge]] = {}
        for edge in edges:
            out.setdefault(edge.source, []).append(edge)
        found = {OUTSIDE: start}
        queue, waiting = deque([OUTSIDE]), {OUTSIDE}
        while queue:
            node = queue.popleft()
            waiting.discard(node)
            here = found[node]
            for edge in out.get(node, ()):
                effect = edge.effect
                if any(not here & mask for _, mask in effect.requires):
                    continue
                new = (here & ~effect.may_kill) | effect.may_gen
                old = found.get(edge.target)
                if old is None or new | old != old:
                    found[edge.target] = new | (old or 0)
                    if edge.target not in waiting:
                        waiting.add(edge.target)
                        queue.append(edge.target)
        return found

    def _must(self, start: int) -> dict[str, int]:
        found = {OUTSIDE: start}
        queue, waiting = deque([OUTSIDE]), {OUTSIDE}
        while queue:
            node = queue.popleft()
            waiting.discard(node)
            here = found[node]
            for edge in self.out.get(node, ()):
                new = after(edge, here)
                old = found.get(edge.target)
                if old is None or new & old != old:
                    found[edge.target] = new if old is None else new & old
                    if edge.target not in waiting:
                        waiting.add(edge.target)
                        queue.append(edge.target)
        return found

    def ways(self, bit: int, *, surely: bool = True) -> Ways:
        """The shortest ways to every node with and without the fact ``bit``."""
        key = (bit, surely)
        if key not in self._ways:
            self._ways[key] = Ways(self, bit, surely=surely)
        return self._ways[key]

    def route(self, node: str) -> tuple[str, ...]:
        """A shortest way to ``node``, whatever holds there."""
        ways = self.ways(0)
        return ways.route(node, has=False)

    def back_from(self, ends: Iterable[str]) -> set[str]:
        """The nodes from which one of ``ends`` can be reached."""
        into: dict[str, list[str]] = {}
        for edge in self.edges:
            into.setdefault(edge.target, []).append(edge.source)
        found = set(ends)
        queue = deque(found)
        while queue:
            for node in into.get(queue.popleft(), ()):
                if node not in found:
                    found.add(node)
                    queue.append(node)
        return found


class Ways:
    """A search, breadth first, over (node, whether one fact holds)."""

    def __init__(self, graph: Graph, bit: int, *, surely: bool) -> None:
        start = (OUTSIDE, bool((graph.start_must if surely else graph.start_may) & bit))
        self.came: dict[tuple[str, bool], tuple[tuple[str, bool], Edge] | None] = {start: None}
        queue = deque([start])
        while queue:
            state = queue.popleft()
            node, has = state
            for edge in graph.out.get(node, ()):
                gen = edge.effect.must_gen if surely else edge.effect.may_gen
                kill = edge.effect.must_kill if surely else edge.effect.may_kill
                new = (edge.target, bool(gen & bit) or (has and not kill & bit))
                if new not in self.came:
                    self.came[new] = (state, edge)
                    queue.append(new)

    def route(self, node: str, *, has: bool) -> tuple[str, ...]:
        """Actions and stages in turn, from the opening to ``node`` where the fact holds or not; () if none."""
        steps: list[str] = []
        state = (node, has)
        while (came := self.came.get(state)) is not None:
            state, edge = came
            steps += [edge.target, edge.name]
        return tuple(step for step in reversed(steps) if step)


def after(edge: Edge, here: int) -> int:
    """What surely holds after the way if ``here`` surely holds before it."""
    return (here & ~edge.effect.must_kill) | edge.effect.must_gen
