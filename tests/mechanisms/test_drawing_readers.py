"""Others read what we write: bpmn-moddle (of bpmn.io, Camunda Modeler), and SpiffWorkflow with the OMG's schema."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from luoshi.mechanisms.bpmn import bpmn

from .bpmn_rules import BPMN
from .drawing_cases import FILES, HOSTILE, LONG_EN, LONG_ZH, pack, renamed

HERE = Path(__file__).parent
NODE = shutil.which("node")
BENCH = HERE.parents[1] / ".venv-bench-engines" / "bin" / "python"


def has_spiff() -> bool:
    if not BENCH.exists():
        return False
    return subprocess.run([BENCH, "-c", "import SpiffWorkflow"], capture_output=True, check=False).returncode == 0


def written(folder: Path) -> list[str]:
    """Every pack as BPMN in both languages, and one with long and one with hostile names."""
    files = []
    for source in FILES:
        for lang in ("zh", "en"):
            file = folder / f"{source.parent.name}.{lang}.bpmn"
            file.write_bytes(bpmn(pack(source), lang))
            files.append(str(file))
    for name, zh, en in (("long", LONG_ZH, LONG_EN), ("hostile", HOSTILE, HOSTILE)):
        file = folder / f"{name}.zh.bpmn"
        file.write_bytes(bpmn(renamed(pack(FILES[0]), zh, en)))
        files.append(str(file))
    return files


def tasks(file: str) -> list[str]:
    root = etree.fromstring(Path(file).read_bytes())
    return sorted(one.get("name") or "" for one in root.iter(f"{BPMN}userTask"))


def ran(command: list[str]) -> Any:
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.skipif(NODE is None, reason="Node.js is not installed: apt-get install nodejs")
def test_bpmn_moddle_reads_every_pack_without_a_warning(tmp_path: Path) -> None:
    files = written(tmp_path)
    broken = tmp_path / "broken.bpmn"
    broken.write_bytes(bpmn(pack(FILES[0])).replace(b'targetRef="', b'targetRef="not_', 1))
    found = ran([str(NODE), str(HERE / "read_with_moddle.mjs"), *files, str(broken)])
    assert any("not_" in warning for warning in found.pop(str(broken))["warnings"])
    for file in files:
        assert found[file]["warnings"] == [], file
        assert found[file]["plane"], file
        assert sorted(found[file]["tasks"]) == tasks(file)
        assert all(count for _, count in found[file]["lanes"]), file


@pytest.mark.skipif(
    not has_spiff(), reason="SpiffWorkflow is not in .venv-bench-engines: bench.environment.ensure_engines makes it"
)
def test_spiffworkflow_accepts_every_pack_by_the_schema_and_builds_its_specification(tmp_path: Path) -> None:
    files = written(tmp_path)
    command = [str(BENCH), str(HERE / "read_with_spiff.py")]
    found = ran([*command, *files])
    for file in files:
        assert found[file]["tasks"] == tasks(file)
        root = etree.fromstring(Path(file).read_bytes())
        assert found[file]["parts"] == sorted(one.get("id") or "" for one in root.iter(f"{BPMN}subProcess"))
    broken = tmp_path / "broken.bpmn"
    broken.write_bytes(bpmn(pack(FILES[0])).replace(b"bpmn:outgoing", b"bpmn:outwards"))
    refused = subprocess.run([*command, str(broken)], capture_output=True, text=True, check=False)
    assert refused.returncode != 0
    assert "outwards" in refused.stderr
