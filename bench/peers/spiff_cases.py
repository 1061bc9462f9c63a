"""The hotline flow on SpiffWorkflow (LGPL), its state kept in SQLite. A program of its own in ``.venv-bench-engines``.

``loaded`` and ``saved``: its serializer as it is. Kind to it: in ``loaded_lean`` and ``saved_lean`` the specification
of the process is left out of what is saved; the flow holds only the eight tasks and the ways back; and no rights,
clocks, numbers, papers or chained entries are asked of it.
"""

from __future__ import annotations

import io
import itertools
import sqlite3
import sys
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.serializer.config import DEFAULT_CONFIG
from SpiffWorkflow.bpmn.serializer.default.process_spec import BpmnProcessSpecConverter
from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

from bench.peers.flow import ACTS, BACK
from bench.peers.serve import Work, serve

PRAGMAS = ("journal_mode = WAL", "synchronous = FULL", "temp_store = MEMORY", "cache_size = -32768")
BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
XSI = "http://www.w3.org/2001/XMLSchema-instance"


def drawn() -> bytes:
    """The flow as BPMN: a task for each act; after the acts in ``BACK`` a gateway that may lead back."""
    parts = ['<startEvent id="start"/>']
    flows: list[tuple[str, str, str]] = []
    last, when = "start", ""
    for name in ACTS:
        parts.append(f'<userTask id="{name}" name="{name}"/>')
        flows.append((last, name, when))
        last, when = name, ""
        if name in BACK:
            gate = f"{name}_well"
            parts.append(f'<exclusiveGateway id="{gate}" default="{gate}_default"/>')
            flows += [(name, gate, ""), (gate, BACK[name], "back")]
            last, when = gate, "default"
    parts.append('<endEvent id="end"/>')
    flows.append((last, "end", when))
    for place, (source, target, kind) in enumerate(flows):
        key = f"{source}_default" if kind == "default" else f"f{place}"
        condition = '<conditionExpression xsi:type="tFormalExpression">back</conditionExpression>' * (kind == "back")
        parts.append(f'<sequenceFlow id="{key}" sourceRef="{source}" targetRef="{target}">{condition}</sequenceFlow>')
    body = "".join(parts)
    return (
        f'<definitions xmlns="{BPMN}" xmlns:xsi="{XSI}" targetNamespace="bench">'
        f'<process id="hotline" isExecutable="true">{body}</process></definitions>'
    ).encode()


def specification() -> BpmnProcessSpec:
    """The flow as the engine reads it."""
    parser = BpmnParser()
    parser.add_bpmn_xml(etree.parse(io.BytesIO(drawn())).getroot())
    return parser.get_spec("hotline")


SPEC = specification()


class Named(BpmnProcessSpecConverter):  # type: ignore[misc]
    """Leaves the specification out of the state: there is one, and it does not change."""

    def to_dict(self, spec: Any) -> dict[str, Any]:
        return {"name": spec.name}

    def from_dict(self, dct: dict[str, Any]) -> Any:
        return SPEC


WHOLE = BpmnWorkflowSerializer()
LEAN = BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure({**DEFAULT_CONFIG, BpmnProcessSpec: Named}))


class Store:
    """States in one table; a transaction an act, on disk when it is committed."""

    def __init__(self, path: str) -> None:
        self.db = sqlite3.connect(path, timeout=20, isolation_level=None)
        for pragma in PRAGMAS:
            self.db.execute(f"PRAGMA {pragma}")
        self.db.execute("CREATE TABLE IF NOT EXISTS workflow (id TEXT PRIMARY KEY, state TEXT NOT NULL)")

    def carry(self, case: str, serializer: BpmnWorkflowSerializer, *, kept: bool) -> None:
        """One case through its life. ``kept``: the workflow stays in memory between acts, as for a single process."""
        workflow: Any = None
        for name, data in ACTS.items():
            self.db.execute("BEGIN IMMEDIATE")
            if workflow is None or not kept:
                found = self.db.execute("SELECT state FROM workflow WHERE id = ?", (case,)).fetchone()
                workflow = serializer.deserialize_json(found[0]) if found else BpmnWorkflow(SPEC)
                if not found:
                    workflow.do_engine_steps()
            task = next(iter(workflow.get_tasks(state=TaskState.READY, manual=True)))
            if task.task_spec.name != name:
                raise ValueError(f"{task.task_spec.name} instead of {name}")
            task.data.update(data)
            task.run()
            workflow.do_engine_steps()
            state = serializer.serialize_json(workflow)
            self.db.execute("INSERT OR REPLACE INTO workflow (id, state) VALUES (?, ?)", (case, state))
            self.db.execute("COMMIT")
        if not workflow.is_completed():
            raise ValueError("the flow did not end")


def main() -> None:
    """Serve."""
    store = Store(sys.argv[1])
    numbers = itertools.count()

    def work(serializer: BpmnWorkflowSerializer, *, kept: bool) -> Work:
        def carry(cases: int) -> None:
            for _ in range(cases):
                store.carry(f"hotline-{next(numbers)}", serializer, kept=kept)

        return carry

    serve(
        {
            "loaded": work(WHOLE, kept=False),
            "saved": work(WHOLE, kept=True),
            "loaded_lean": work(LEAN, kept=False),
            "saved_lean": work(LEAN, kept=True),
        }
    )


if __name__ == "__main__":
    main()
