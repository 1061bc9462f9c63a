"""What the packs of disclosure, services, grid events, petitions, wage arrears and enterprise requests must say."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from luoshi.mechanisms.acts import Act, Actor, File, Refused
from luoshi.mechanisms.flow import Flow
from luoshi.mechanisms.loader import load
from luoshi.mechanisms.model import Choice, Limit, Mechanism
from luoshi.mechanisms.soundness import check
from luoshi.mechanisms.state import State
from luoshi.mechanisms.step import step
from luoshi.worktime.state_council import state_council_calendar

PACKS = Path(__file__).resolve().parents[2] / "packs"
NAMES = ("disclosure", "enterprise_request", "grid_event", "petition", "service", "wage_arrears")
DAY = date(2026, 11, 23)
STATUTORY = {
    "disclosure": {
        "correction_notice": (7, "工作日", "第三十条"),
        "answering": (20, "工作日", "第三十三条"),
        "third_party_reply": (15, "工作日", "第三十二条"),
        "co_maker_reply": (15, "工作日", "第三十四条"),
        "review_request": (60, "自然日", "第二十条、第二十三条"),
    },
    "service": {
        "correction_notice": (5, "工作日", "第三十二条、第八十二条"),
        "joint_limit": (45, "工作日", "第四十二条、第八十二条"),
        "single_limit": (20, "工作日", "第四十二条、第八十二条"),
        "delivering": (10, "工作日", "第四十四条、第八十二条"),
    },
    "grid_event": {},
    "petition": {
        "referring": (15, "自然日", "第二十二条"),
        "telling": (15, "自然日", "第二十三条"),
        "objecting": (5, "工作日", "第二十三条"),
        "resolving": (60, "自然日", "第三十四条"),
        "review_request": (30, "自然日", "第三十五条"),
        "reviewing": (30, "自然日", "第三十五条"),
        "recheck_request": (30, "自然日", "第三十六条"),
        "rechecking": (30, "自然日", "第三十六条"),
    },
    "wage_arrears": {
        "filing": (5, "工作日", "第十八条"),
        "limitation": (2, "年", "第二十条"),
        "investigation": (60, "工作日", "第十七条"),
    },
    "enterprise_request": {
        "passing_on": (10, "工作日", "第二十五条"),
        "payment": (30, "自然日", "第二十五条"),
    },
}


def pack(name: str) -> Mechanism:
    path = PACKS / name / "mechanism.yaml"
    return load(path.read_bytes(), str(path))


@pytest.mark.parametrize("name", NAMES)
def test_sound(name: str) -> None:
    assert [(one.severity, one.code, one.place) for one in check(pack(name), DAY)] == []


@pytest.mark.parametrize("name", NAMES)
def test_what_is_asked_for_is_explained(name: str) -> None:
    for setting in pack(name).settings.values():
        assert setting.default is None
        assert setting.note


@pytest.mark.parametrize("name", NAMES)
def test_the_only_numbers_are_the_laws(name: str) -> None:
    """Each limit with a number, its unit and its article; every other limit is asked for or stands in the case."""
    found = pack(name)
    told = {
        clock: (one.budget.value, one.budget.unit, found.legal[one.source].article if one.source else None)
        for clock, one in found.clocks.items()
        if isinstance(one.budget, Limit) and one.budget.value is not None
    }
    assert told == STATUTORY[name]


@pytest.mark.parametrize("name", NAMES)
def test_evidence_has_a_field_to_lie_in(name: str) -> None:
    found = pack(name)
    for place, action in found.every_action():
        if action.needs.evidence:
            assert any(found.fields[one].type == "files" for one in action.supply + action.optional), place


@pytest.mark.parametrize(
    ("name", "clock", "value", "unit", "approver"),
    [
        ("disclosure", "answering", 20, "工作日", "office_head"),
        ("service", "joint_limit", 15, "工作日", "government_leader"),
        ("service", "single_limit", 10, "工作日", "lead_head"),
        ("petition", "resolving", 30, "自然日", "body_head"),
        ("wage_arrears", "investigation", 30, "工作日", "inspection_head"),
        ("enterprise_request", "payment", 60, "自然日", "body_head"),
    ],
)
def test_what_may_be_extended_how_far_and_by_whom(name: str, clock: str, value: int, unit: Any, approver: str) -> None:
    rule = pack(name).clocks[clock].extension
    assert rule is not None
    assert (rule.times, rule.max, rule.approver) == (1, Limit(value=value, unit=unit), approver)


def test_only_a_claim_on_the_petition_way_has_sixty_days() -> None:
    petition = pack("petition")
    starting = {name: action for name, action in petition.actions.items() if "resolving" in action.starts}
    assert set(starting) == {"accept"}
    guard = starting["accept"].only_if
    assert guard is not None
    assert (guard.field, guard.any_of) == ("route", ("petition",))


def test_nothing_of_an_accusation_is_shown() -> None:
    petition = pack("petition")
    stages = {name for name in petition.stages if name.startswith("accusation")}
    assert stages
    assert all(petition.stages[name].public is None for name in stages)
    acts = [one for one in petition.actions.values() if one.to in stages or stages & set(one.from_)]
    assert acts
    assert not any(one.public for one in acts)


def test_the_checker_of_a_grid_event_disposes_of_nothing() -> None:
    grid = pack("grid_event")
    assert all("handler" not in one.records for one in grid.actions.values() if "checker" in one.by)
    assert grid.actions["rework"].from_ == ("failed",)
    budget = grid.clocks["handling"].budget
    assert isinstance(budget, Choice)
    assert {one.unit for one in budget.choices.values()} == {"紧急工作时", "工作时", "工作日"}


def test_an_investigation_has_two_investigators_and_counts_what_was_repaid() -> None:
    wages = pack("wage_arrears")
    assert {"investigator_one", "investigator_two"} <= set(wages.actions["file"].supply)
    measured = {name for name, field in wages.fields.items() if field.measure}
    assert measured >= {"workers", "yuan_owed", "yuan_repaid"}


class Request:
    """One request for information, as the step function carries it on."""

    def __init__(self) -> None:
        self.flow = Flow(pack("disclosure"), dict.fromkeys(pack("disclosure").settings, 5))
        self.state = State()

    def act(self, action: str, at: datetime, role: str = "office", files: tuple[File, ...] = (), **fields: Any) -> None:
        """Take ``action`` by an officer of ``role``; evidence is looked at by a second one."""
        roles = {} if self.state.stage else dict.fromkeys(self.flow.standing, "office")
        body = "bureau" if role == "undertaker" else "office"
        actor = Actor(f"{role}-2" if files else role, body, role)
        act = Act(action, actor, at, fields, files, roles=roles)
        self.state = step(self.flow, self.state, act, state_council_calendar()).state

    def due(self, clock: str) -> str | None:
        """When ``clock`` is due."""
        return self.state.clocks[clock].get("due")


def registered(received_on: str) -> Request:
    request = Request()
    request.act(
        "register",
        datetime.fromisoformat(received_on),
        channel="web",
        received_on=received_on,
        applicant_kind="natural",
        applicant_name="申请人",
        wanted="预算",
    )
    return request


def test_the_time_to_answer_begins_anew_with_the_correction() -> None:
    request = registered("2025-09-01")
    assert request.due("correction_notice") == "2025-09-10"
    request.act("ask_correction", datetime(2025, 9, 8), correction_items="年度", correction_due="2025-09-30")
    request.act("receive_correction", datetime(2025, 9, 26), received_on="2025-09-26", wanted="2024年预算")
    assert request.due("answering") == "2025-10-30"


def test_asking_a_third_party_does_not_count_and_the_head_extends_once() -> None:
    request = registered("2025-09-26")
    request.act("assign", datetime(2025, 9, 28), lead_body="bureau")
    request.act("ask_third_party", datetime(2025, 10, 13), "undertaker", third_party_name="公司")
    request.act("third_party_answers", datetime(2025, 10, 20), "undertaker", third_party_answer="agrees")
    assert request.due("answering") == "2025-11-06"  # five working days later than 30 October
    request.act("ask_extension", datetime(2025, 11, 3), "undertaker", reason="复杂", extra_days=20)
    request.act("extend", datetime(2025, 11, 4), "office_head", extra_days=20, reason="复杂")
    assert request.due("answering") == "2025-12-04"


def test_no_request_is_taken_as_given_up_before_the_correction_is_overdue() -> None:
    request = registered("2025-09-01")
    request.act("ask_correction", datetime(2025, 9, 8), correction_items="年度", correction_due="2025-09-30")
    proof = (File("evidence", "0" * 64, 1),)
    with pytest.raises(Refused, match="clock_not_passed"):
        request.act("abandon", datetime(2025, 9, 30), files=proof, reason="逾期未补正")
    request.act("abandon", datetime(2025, 10, 9), files=proof, reason="逾期未补正")
    assert request.state.stage == "abandoned"
