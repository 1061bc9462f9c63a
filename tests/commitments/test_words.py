"""Every error and every light of commitments is told in a sentence."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from luoshi.commitments.errors import CommitmentError
from luoshi.commitments.progress import Deadline, Light, Pace, Step
from luoshi.words.commitments import COMMITMENT_MESSAGES, LIGHT_REASONS, describe_commitment, explain_light, name_light

SOURCES = Path(__file__).resolve().parents[2] / "src" / "luoshi" / "commitments"


def test_every_code_has_a_message_and_every_message_a_code() -> None:
    text = "".join(path.read_text("utf-8") for path in SOURCES.glob("*.py"))
    raised = set(re.findall(r'CommitmentError\(\s*"(\w+)"', text)) | {"field_wrong"}
    assert {key.partition(":")[0] for key in COMMITMENT_MESSAGES} == raised
    for code, kinds in (("split_wrong", "why"), ("merge_wrong", "why")):
        told = set(re.findall(rf'"{code}", {kinds}="(\w+)"', text))
        assert {key.partition(":")[2] for key in COMMITMENT_MESSAGES if key.startswith(f"{code}:")} == told
    wants = set(re.findall(r'_wrong\(name, "(\w+)"', text)) | {"known"}
    assert {key.partition(":")[2] for key in COMMITMENT_MESSAGES if key.startswith("field_wrong:")} == wants


def test_every_reason_of_a_light_has_a_sentence() -> None:
    text = (SOURCES / "progress.py").read_text("utf-8")
    told = set(re.findall(r'"((?:deadline|pace)_\w+)"', text)) | {"step_none"}
    told |= {f"step_{step.value}:{by}" for step in list(Step)[1:] for by in ("ladder", "hand")}
    assert set(LIGHT_REASONS) == told


@pytest.mark.parametrize("state", [*Step, *Deadline, *Pace])
def test_every_state_has_a_name(state: Any) -> None:
    assert name_light(Light(state, "x"))


def test_names_stand_for_codes() -> None:
    error = CommitmentError(
        "changed", commitment="2025-001", seen=1, n=2, who="o-shen", at=1740967200, what="edit", fields=["lead"]
    )
    told = describe_commitment(error, officers={"o-shen": "沈言"})
    assert told == (
        "沈言 has changed commitment 2025-001 since you looked (Changed, 2025-03-03 10:00); "
        "look at it again and decide anew"
    )
    unclear = CommitmentError("unclear", commitment="2025-001", missing=("who", "when"))
    assert "who is responsible, by when" in describe_commitment(unclear)
    assert "water" in describe_commitment(CommitmentError("body_unknown", field="lead", body="water", on_day="x"))
    light = Light(Step.URGED, "step_urged", {"on_day": "2025-06-01", "by": "hand"})
    assert explain_light(light) == "urged on 2025-06-01, by hand"
