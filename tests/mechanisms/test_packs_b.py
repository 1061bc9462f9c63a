"""What the packs of disclosure, services, grid events, petitions, wage arrears and enterprise requests must say."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from tests.mechanisms.pack_case import PROOF, Case, pack

from luoshi.mechanisms.acts import Refused
from luoshi.mechanisms.flow import SetupError
from luoshi.mechanisms.model import Choice, Limit
from luoshi.mechanisms.soundness import check
from luoshi.mechanisms.step import OUTSIDE

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


def test_a_payment_complaint_takes_ninety_days_all_told() -> None:
    case = Case("enterprise_request")
    told = {"channel": "visit", "category": "payment", "enterprise_name": "公司", "content": "拖欠"}
    case.act("collect", "2026-03-02", "liaison", request_kind="payment", **told)
    with pytest.raises(Refused, match="only_if"):
        case.act("answer_at_once", "2026-03-02", "service_centre", files=PROOF, result="已答复")
    debtor = {"debtor": "某局", "debtor_kind": "public"}
    case.act(
        "accept_payment", "2026-03-02", "service_centre", request_kind="payment", accepted_on="2026-03-02", **debtor
    )
    case.act("pass_on_payment", "2026-03-03", "service_centre", lead_body="bureau", body_received_on="2026-03-03")
    assert case.due("payment") == "2026-04-02"
    case.act("ask_payment_extension", "2026-04-01", "undertaker", reason="复杂", extra_days=61)
    with pytest.raises(Refused, match="clock_rule"):
        case.act("extend_payment", "2026-04-01", "body_head", reason="复杂", extra_days=61)
    case.act("extend_payment", "2026-04-01", "body_head", reason="复杂", extra_days=60)
    assert case.due("payment") == "2026-06-01"  # 3 March and 90 days


def registered(received_on: str) -> Case:
    """A request for information."""
    case = Case("disclosure")
    told = {"channel": "web", "applicant_kind": "natural", "applicant_name": "申请人", "wanted": "预算"}
    receipt = case.act("register", received_on, "office", received_on=received_on, **told)
    assert receipt.papers[0].to == (OUTSIDE,)
    return case


def test_the_time_to_answer_begins_anew_with_the_correction() -> None:
    request = registered("2025-09-01")
    assert request.due("correction_notice") == "2025-09-10"
    asked = request.act("ask_correction", "2025-09-08", "office", correction_items="年度", correction_due="2025-09-30")
    assert "due_on" not in asked.sets  # the applicant's time is not the case's due day
    received = request.act("receive_correction", "2025-09-26", "office", received_on="2025-09-26", wanted="2024年预算")
    assert request.due("answering") == received.sets["due_on"] == "2025-10-30"


def test_asking_a_third_party_does_not_count_and_the_head_extends_once() -> None:
    request = registered("2025-09-26")
    request.act("assign", "2025-09-28", "office", lead_body="bureau")
    request.act("ask_third_party", "2025-10-13", "undertaker", third_party_name="公司")
    request.act("third_party_answers", "2025-10-20", "undertaker", third_party_answer="agrees")
    assert request.due("answering") == "2025-11-06"  # five working days later than 30 October
    request.act("ask_extension", "2025-11-03", "undertaker", reason="复杂", extra_days=20)
    request.act("extend", "2025-11-04", "office_head", extra_days=20, reason="复杂")
    assert request.due("answering") == "2025-12-04"


def test_a_third_party_may_be_asked_when_the_answer_is_overdue_and_is_silent_only_after_its_time() -> None:
    request = registered("2025-09-26")
    request.act("assign", "2025-09-28", "office", lead_body="bureau")
    asked = request.act("ask_third_party", "2025-11-03", "undertaker", third_party_name="公司")
    assert (request.due("answering"), request.due("third_party_reply")) == ("2025-10-30", "2025-11-24")
    assert [paper.to for paper in asked.papers] == [(OUTSIDE,)]
    with pytest.raises(Refused, match="only_if"):
        request.act("third_party_answers", "2025-11-24", "undertaker", third_party_answer="silent")
    with pytest.raises(Refused, match="clock_not_passed"):
        request.act("third_party_silent", "2025-11-24", "undertaker", third_party_answer="silent")
    request.act("third_party_silent", "2025-11-25", "undertaker", third_party_answer="silent")
    assert request.due("answering") == "2025-10-30"


def test_a_third_party_may_be_asked_before_the_next_years_notice_is_there() -> None:
    """In December 15 working days end in a year that has no notice yet: nothing is guessed, and nothing refused."""
    request = registered("2026-12-01")
    assert request.due("answering") == "2026-12-29"
    request.act("assign", "2026-12-02", "office", lead_body="bureau")
    request.act("ask_third_party", "2026-12-21", "undertaker", third_party_name="公司")
    assert request.due("answering") is None
    assert request.clock("answering")["need"] == 2027
    request.act("third_party_answers", "2026-12-22", "undertaker", third_party_answer="agrees")
    assert request.due("answering") == "2026-12-30"
    late = registered("2026-12-20")
    assert late.due("answering") is None
    late.act("assign", "2026-12-21", "office", lead_body="bureau")
    late.act("ask_third_party", "2027-01-04", "undertaker", third_party_name="公司")
    assert late.state.stage == "third_party"


def test_no_request_is_taken_as_given_up_before_the_correction_is_overdue() -> None:
    request = registered("2025-09-01")
    request.act("ask_correction", "2025-09-08", "office", correction_items="年度", correction_due="2025-09-30")
    with pytest.raises(Refused, match="clock_not_passed"):
        request.act("abandon", "2025-09-30", "office", files=PROOF, reason="逾期未补正")
    request.act("abandon", "2025-10-09", "office", files=PROOF, reason="逾期未补正")
    assert request.state.stage == "abandoned"


def joined(**settings: int) -> Case:
    """A matter that two departments examine beside the lead one."""
    case = Case("service", **{"joint_promised_days": 10, **settings})
    told = {"channel": "window", "matter_name": "开饭店", "items": ["甲", "乙"], "item_count": 2, "form": "表"}
    case.act(
        "receive",
        "2026-03-02",
        "window",
        applicant_kind="legal",
        applicant_name="公司",
        told_once="清单",
        received_on="2026-03-02",
        **told,
    )
    taken = case.act(
        "accept_joint", "2026-03-02", "window", accepted_on="2026-03-02", lead_body="lead", joint_bodies=["one", "two"]
    )
    assert taken.sets["due_on"] == case.due("joint_promised") == "2026-03-16"
    return case


def test_no_promise_is_longer_than_the_law() -> None:
    with pytest.raises(SetupError) as refused:
        joined(joint_promised_days=46)
    assert refused.value.wrong == (("joint_promised_days", "value"),)


def test_the_promise_stays_the_due_day_when_the_law_allows_longer() -> None:
    case = joined()
    told = {"extra_days": 15, "reason": "复杂"}
    with pytest.raises(Refused, match="approval_missing"):
        case.act("extend_examining", "2026-03-12", "lead", files=PROOF, **told)
    longer = case.act("extend_examining", "2026-03-12", "lead", files=PROOF, approval="government_leader", **told)
    assert case.due("joint_limit") == "2026-05-28"
    assert "due_on" not in longer.sets


def test_a_special_procedure_may_begin_twice_and_end_before_its_day_and_after_the_promise() -> None:
    case = joined()
    case.act("begin_special_joint", "2026-03-04", "lead", special_kind="test", special_until="2026-03-06")
    case.act("begin_special_joint", "2026-03-11", "lead", special_kind="test", special_until="2026-03-31")
    case.act("end_special_joint", "2026-03-13", "lead")
    assert case.due("joint_promised") == "2026-03-20"  # two working days and two do not count
    case.act("begin_special_joint", "2026-03-23", "lead", special_kind="hearing", special_until="2026-03-25")
    case.act("end_special_joint", "2026-03-25", "lead")
    assert case.due("joint_promised") == "2026-03-20"
    assert case.due("joint_limit") == "2026-05-15"


def test_a_department_that_is_not_concerned_returns_its_part() -> None:
    case = joined()
    lead, one, two = case.state.parts
    assert case.due("department", one) == "2026-03-09"
    case.act("return_item", "2026-03-03", "joint_body", part=one, department_reason="不涉及")
    for part in (lead, two):
        case.act(
            "give_opinion", "2026-03-05", "joint_body", part=part, department_opinion="agreed", department_reason="同意"
        )
    case.act("gather", "2026-03-06", "lead")
    assert case.state.stage == "deciding"


def test_work_that_is_sent_back_does_not_move_the_day_by_which_a_caller_is_answered() -> None:
    case = Case("hotline")
    case.act("record", "2026-03-02", "agent", channel="phone", category="help", content="积水", urgency="normal")
    sent = case.act("dispatch", "2026-03-02", "centre", lead_body="bureau", dispatch_basis="目录")
    assert sent.sets["due_on"] == "2026-03-09"
    case.act("sign", "2026-03-02", "undertaker")
    told = {"result": "已处理", "contact_log": "已联系"}
    first = case.act("feed_back", "2026-03-09", "undertaker", files=PROOF, **told)
    assert (first.sets["answered_on"], first.data["kept_handling"]) == ("2026-03-09", True)
    back = case.act("send_back", "2026-03-11", "centre", reason="未处理")
    assert "due_on" not in back.sets
    again = case.act("feed_back", "2026-03-12", "undertaker", files=PROOF, **told)
    assert again.sets["answered_on"] > "2026-03-09"
