"""Runs in ``.venv-bench-engines``, not here: SpiffWorkflow (LGPL) checks BPMN files by the OMG's schema and builds its
engine's specification of each. Prints JSON: a file → its user tasks, its sub-processes. Fails if it refuses one."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser, BpmnValidator


def read(file: str) -> dict[str, list[str]]:
    root = etree.fromstring(Path(file).read_bytes())
    process = root.find("{*}process")
    # A picture is not meant to be run, and says so; this engine builds nothing for what is not.
    process.set("isExecutable", "true")
    parser = BpmnParser(validator=BpmnValidator())
    parser.add_bpmn_xml(root, file)
    spec = parser.get_spec(process.get("id"))
    parts = parser.get_subprocess_specs(process.get("id"))
    tasks = [task for one in (spec, *parts.values()) for task in one.task_specs.values() if task.manual]
    return {"tasks": sorted(task.bpmn_name for task in tasks if task.bpmn_name), "parts": sorted(parts)}


if __name__ == "__main__":
    print(json.dumps({file: read(file) for file in sys.argv[1:]}))
