"""A mechanism that carries commitments opens with the four clarities; one fault is named at its place."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from tests.mechanisms.sample import PACKS, build, lists, put
from tests.mechanisms.test_soundness import Change

from luoshi.mechanisms.errors import Finding
from luoshi.mechanisms.soundness import check
from luoshi.mechanisms.yaml_text import read_yaml
from luoshi.words.packs import describe_finding

DAY = date(2026, 11, 23)
C = "commitment"
SUPPLY = ("actions", "issue_report", "supply")
FAULTS: list[tuple[str, Change, str]] = [
    ("action_unknown", put(C, "action", value="nothing"), "commitment.action"),
    ("commitment_not_opening", put(C, "action", value="issue"), "commitment.action"),
    ("field_unknown", put(C, "who", value="nobody"), "commitment.who"),
    ("field_type", put(C, "when", value="target"), "commitment.when"),
    ("field_many", put(C, "who", value="assisting"), "commitment.who"),
    ("value_not_supplied", put(C, "standard", value="progress"), "commitment.standard"),
    ("value_not_supplied", put(C, "milestones", value="problems"), "commitment.milestones"),
    ("choice_unknown", put(C, "origin", "origin", value="rumour"), "commitment.origin.origin"),
    (
        "commitment_gives_not",
        put("actions", "issue_report", "supply", 0, value="instruction_text"),
        "commitment.action",
    ),
    ("step_unknown", put(C, "steps", "urged", 0, value="shout"), "commitment.steps.urged[0]"),
    ("field_type", put(C, "reported", "share", value="completion"), "commitment.reported.share"),
    ("choice_unknown", put(C, "reported", "done", 0, value="ready"), "commitment.reported.state"),
    ("action_unknown", put(C, "progress", "action", value="tell"), "commitment.progress.action"),
    ("progress_action", put(C, "progress", "action", value="feed_back"), "commitment.progress.action"),
    ("progress_action", put(C, "progress", "action", value="circulate"), "commitment.progress.action"),
    ("progress_gives_not", put(C, "progress", "text", value="reason"), "commitment.progress.action"),
    ("value_not_supplied", put(C, "progress", "next", value="opinion"), "commitment.progress.next"),
    ("field_type", put(C, "progress", "problems", value="share"), "commitment.progress.problems"),
    ("progress_alone", put(C, "reported", value=None), "commitment.progress"),
    ("public_committed", put("fields", "share", "finer", value=True), "commitment.reported.share"),
]


def findings(change: Change | None = None) -> list[Finding]:
    """What is wrong with the pack of supervision after ``change``."""
    source = PACKS / "supervision" / "mechanism.yaml"
    data: dict[str, Any] = lists(read_yaml(source.read_bytes(), "supervision").data)
    if change is not None:
        change(data)
    return check(build(data), DAY)


def test_the_pack_is_sound() -> None:
    assert findings() == []


@pytest.mark.parametrize(("code", "change", "place"), FAULTS)
def test_one_fault_is_named_at_its_place(code: str, change: Change, place: str) -> None:
    told = [one for one in findings(change) if (one.code, one.place) == (code, place)]
    assert [one.severity for one in told] == ["error"]
    assert place not in describe_finding(told[0])  # it stands before the sentence
    assert "{" not in describe_finding(told[0])
