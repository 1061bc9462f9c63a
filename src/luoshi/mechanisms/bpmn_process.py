"""A mechanism as the nodes and flows of a BPMN 2.0 process, without coordinates. Pure.

A stage is a user task with its clocks as non-interrupting timers, its actions are sequence flows from an exclusive
gateway; what opens or reopens a case is a start event, a closed stage an end event; the parts of a parallel stage are a
sub-process with a parallel gateway at each end. A node and its clocks and gateway form a cell, which keeps together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final, Literal

from luoshi.mechanisms.drawing import Arc, Flow, Lang, arcs_of, flow_of, name_in
from luoshi.mechanisms.drawing_text import clock_text, rung_text
from luoshi.mechanisms.model import Action, Branch, Mechanism, Stage

Tag = Literal[
    "startEvent", "endEvent", "userTask", "exclusiveGateway", "parallelGateway", "subProcess", "boundaryEvent"
]

# The words of the picture itself stand here in both languages: this room lies below the catalog of messages.
WORDS: Final = {
    "zh": {
        "by": "由",
        "due": "到期",
        "outcome": "结果",
        "after": "此前",
        "lead": "牵头方办完即可继续",
        "all": "各方办完才继续",
        "nobody": "未定",
        "sep": "；",
        "colon": "：",
        "and": "、",
    },
    "en": {
        "by": "by",
        "due": "Due",
        "outcome": "outcome",
        "after": "before it",
        "lead": "goes on when the leading parts are done",
        "all": "goes on when all parts are done",
        "nobody": "nobody yet",
        "sep": "; ",
        "colon": ": ",
        "and": ", ",
    },
}
OUTCOMES: Final = {
    "done": ("办结", "done"),
    "refused": ("不予办理", "refused"),
    "withdrawn": ("撤回", "withdrawn"),
    "transferred": ("移送", "transferred"),
    "merged": ("并案", "merged"),
}


@dataclass(slots=True)
class Node:
    """A flow node. ``bodies``: the field whose bodies each get an instance. ``inner``: what a sub-process holds."""

    id: str
    tag: Tag
    name: str = ""
    doc: str = ""
    attached_to: str = ""
    bodies: str = ""
    inner: Graph | None = None
    default: str = ""


@dataclass(slots=True)
class Way:
    """A sequence flow. ``condition``: in FEEL; empty where there is no choice."""

    id: str
    source: str
    target: str
    name: str = ""
    doc: str = ""
    condition: str = ""


@dataclass(slots=True)
class Cell:
    """Nodes that stand in a row at one place of the grid; ``timers``: clocks of the first of them with their ends."""

    lane: str
    column: int
    nodes: list[Node]
    timers: list[tuple[Node, Node]] = field(default_factory=list)


@dataclass(slots=True)
class Graph:
    """Cells with the flows between them; ``inside``: flows within a cell."""

    cells: list[Cell] = field(default_factory=list)
    ways: list[Way] = field(default_factory=list)
    inside: list[Way] = field(default_factory=list)

    def nodes(self) -> Iterator[Node]:
        """Every node of this level."""
        for cell in self.cells:
            yield from cell.nodes
            for timer, end in cell.timers:
                yield timer
                yield end


def process_of(mechanism: Mechanism, lang: Lang) -> Graph:
    """The process of ``mechanism``, named in ``lang``."""
    return _Process(mechanism, lang).graph()


class _Process:
    def __init__(self, mechanism: Mechanism, lang: Lang) -> None:
        self.mechanism, self.lang, self.words = mechanism, lang, WORDS[lang]
        self.flow: Flow = flow_of(mechanism)

    def graph(self) -> Graph:
        graph, stages = Graph(), self.mechanism.stages
        for name in (*self.flow.spine, *(name for name in stages if name not in self.flow.spine)):
            column, lane = self.flow.layers[name] + 1, self._lane(name)
            if not stages[name].open:
                graph.cells.append(Cell(lane, column, [self._end(f"end_{name}", stages[name])]))
                continue
            arcs = sorted((arc for arc in self.flow.arcs if arc.source == name), key=self._aside)
            self._stage_cell(graph, name, stages[name], Cell(lane, column, []), arcs)
        for arc in self.flow.arcs:
            if not arc.source or not stages[arc.source].open:
                self._start(graph, arc)
        return graph

    def _aside(self, arc: Arc) -> bool:
        """Whether it is not the step along the main way, which comes first and so runs straight."""
        spine = self.flow.spine
        return arc.side or (arc.source, arc.target) not in pairwise(spine)

    def _lane(self, stage: str) -> str:
        """The role of the lane: who is responsible; for an end, who was before it."""
        found = self.mechanism.stages[stage]
        before = (
            self.mechanism.stages[arc.source].responsible
            for arc in self.flow.arcs
            if arc.target == stage and arc.source
        )
        return found.responsible or next((role for role in before if role), None) or ""

    def _start(self, graph: Graph, arc: Arc) -> None:
        action = self.mechanism.actions[arc.action]
        id_ = f"start_{arc.action}" + (f"__{arc.source}" if arc.source else "")
        doc = self._doc(action)
        if arc.source:
            source = name_in(self.mechanism.stages[arc.source], self.lang)
            doc += f"{self.words['sep']}{self.words['after']}{self.words['colon']}{source}"
        lane = action.by[0] if action.by else self._lane(arc.target)
        name = name_in(action, self.lang)
        graph.cells.append(Cell(lane, self.flow.layers[arc.target], [Node(id_, "startEvent", name, doc)]))
        graph.ways.append(Way(f"flow_{id_}", id_, self._entry(arc.target), name))

    def _entry(self, stage: str) -> str:
        found = self.mechanism.stages[stage]
        return f"{'end' if not found.open else 'parts' if found.parallel else 'stage'}_{stage}"

    def _stage_cell(self, graph: Graph, name: str, stage: Stage, cell: Cell, arcs: list[Arc]) -> None:
        task = Node(f"stage_{name}", "userTask", name_in(stage, self.lang))
        if stage.parallel:
            parts = Node(f"parts_{name}", "subProcess", name_in(stage, self.lang), self.words[stage.parallel.join])
            parts.inner = self._parts(name, stage)
            cell.nodes.append(parts)
            graph.inside.append(Way(f"flow_parts_{name}", parts.id, task.id))
        cell.nodes.append(task)
        self._clocks(graph, cell, name, stage.clocks)
        self._choice(
            graph,
            cell,
            name,
            [(arc, self._entry(arc.target) if arc.target != name else task.id) for arc in arcs],
            self.mechanism.actions,
        )
        graph.cells.append(cell)

    def _choice(
        self, graph: Graph, cell: Cell, key: str, arcs: list[tuple[Arc, str]], actions: Mapping[str, Action]
    ) -> None:
        """The ways out of the last node of ``cell``: one by itself, several behind a gateway, the last its default."""
        last = cell.nodes[-1]
        several = len(arcs) > 1
        if several:
            gateway = Node(f"choice_{key}", "exclusiveGateway")
            graph.inside.append(Way(f"flow_choice_{key}", last.id, gateway.id))
            cell.nodes.append(gateway)
            last = gateway
        for arc, target in arcs:
            action = actions[arc.action]
            way = Way(f"flow_{key}__{arc.action}", last.id, target, name_in(action, self.lang), self._doc(action))
            if several and arc is arcs[-1][0]:
                last.default = way.id
            elif several:
                way.condition = _condition(arc.action, action)
            graph.ways.append(way)

    def _clocks(self, graph: Graph, cell: Cell, key: str, clocks: tuple[str, ...]) -> None:
        host = cell.nodes[0]
        for clock in clocks:
            rungs = [rung for rung in self.mechanism.ladder if rung.clock == clock]
            doc = "\n".join(rung_text(rung, self.mechanism, self.lang) for rung in rungs)
            said = clock_text(clock, self.mechanism, self.lang, sourced=True)
            timer = Node(f"clock_{key}__{clock}", "boundaryEvent", said, doc, attached_to=host.id)
            names = self.words["and"].join(name_in(rung, self.lang) for rung in rungs)
            end = Node(f"due_{key}__{clock}", "endEvent", names or self.words["due"], doc)
            cell.timers.append((timer, end))
            graph.inside.append(Way(f"flow_due_{key}__{clock}", timer.id, end.id))

    def _end(self, id_: str, stage: Stage) -> Node:
        zh, en = OUTCOMES[stage.outcome or "done"]
        said = f"{self.words['outcome']}{self.words['colon']}{zh if self.lang == 'zh' else en}"
        return Node(id_, "endEvent", name_in(stage, self.lang), said)

    def _doc(self, action: Action) -> str:
        names = [name_in(self.mechanism.roles[role], self.lang) for role in action.by if role in self.mechanism.roles]
        return f"{self.words['by']}{self.words['colon']}{self.words['and'].join(names)}"

    def _parts(self, name: str, stage: Stage) -> Graph:
        """A parallel split, each branch as a sub-process of its own, and the join."""
        graph = Graph()
        ids = [f"{kind}_{name}" for kind in ("begin", "split", "join", "finish")]
        tags: tuple[Tag, ...] = ("startEvent", "parallelGateway", "parallelGateway", "endEvent")
        for id_, tag, column in zip(ids, tags, (0, 1, 3, 4), strict=True):
            graph.cells.append(Cell("", column, [Node(id_, tag)]))
        graph.ways += [Way(f"flow_begin_{name}", ids[0], ids[1]), Way(f"flow_finish_{name}", ids[2], ids[3])]
        for key, branch in stage.parallel.branches.items() if stage.parallel else ():
            role = self.mechanism.roles.get(branch.role)
            node = Node(f"branch_{name}__{key}", "subProcess", name_in(branch, self.lang))
            node.doc = f"{self.words['by']}{self.words['colon']}{name_in(role, self.lang) if role else branch.role}"
            node.bodies = self._bodies(key)
            node.inner = self._branch(f"{name}__{key}", branch)
            graph.cells.append(Cell("", 2, [node]))
            graph.ways += [
                Way(f"flow_split_{name}__{key}", ids[1], node.id),
                Way(f"flow_join_{name}__{key}", node.id, ids[2]),
            ]
        return graph

    def _bodies(self, branch: str) -> str:
        """The field whose bodies each get a part of ``branch``, as the first action that splits says."""
        parts = (part for _, action in self.mechanism.every_action() for part in action.splits)
        return next((part.bodies for part in parts if part.branch == branch and part.bodies), "")

    def _branch(self, key: str, branch: Branch) -> Graph:
        graph, arcs = Graph(), arcs_of(branch.actions)
        columns = dict.fromkeys(branch.stages, 1)
        order = list(branch.stages)
        for arc in sorted((arc for arc in arcs if arc.source in columns), key=lambda arc: order.index(arc.source)):
            if arc.target in columns and order.index(arc.target) > order.index(arc.source):
                columns[arc.target] = max(columns[arc.target], columns[arc.source] + 1)

        def entry(stage: str) -> str:
            return f"{'stage' if branch.stages[stage].open else 'end'}_{key}__{stage}"

        graph.cells.append(Cell("", 0, [Node(f"begin_{key}", "startEvent")]))
        if branch.start in branch.stages:
            graph.ways.append(Way(f"flow_begin_{key}", f"begin_{key}", entry(branch.start)))
        for name, stage in branch.stages.items():
            if not stage.open:
                graph.cells.append(Cell("", columns[name], [Node(entry(name), "endEvent", name_in(stage, self.lang))]))
                continue
            cell = Cell("", columns[name], [Node(entry(name), "userTask", name_in(stage, self.lang))])
            self._clocks(graph, cell, f"{key}__{name}", stage.clocks)
            leaving = [(arc, entry(arc.target)) for arc in arcs if arc.source == name and arc.target in branch.stages]
            self._choice(graph, cell, f"{key}__{name}", leaving, branch.actions)
            graph.cells.append(cell)
        return graph


def _condition(name: str, action: Action) -> str:
    """When this way is taken, in FEEL: ``act`` is the id of the action that was done."""
    said = f'act = "{name}"'
    if action.only_if:
        said += " and (" + " or ".join(f'{action.only_if.field} = "{value}"' for value in action.only_if.any_of) + ")"
    return said
