"""What the packs that a district's year needs must say: projects, land, renovations, contracts, funds, relief, jobs,
reform of bodies, publication, events, registers, audits."""

from __future__ import annotations

import re
from datetime import date

import pytest
from tests.mechanisms.pack_case import PACKS, PROOF, Case, pack

from luoshi.mechanisms.acts import Refused
from luoshi.mechanisms.model import Limit
from luoshi.mechanisms.soundness import check

DAY = date(2026, 11, 23)
STATUTORY = {
    "audit": {},
    "body_reform": {},
    "doctor_contract": {},
    "event": {},
    "fund": {},
    "job": {},
    "land": {
        "pre_notice": (10, "工作日", "第二十六条"),
        "plan_notice": (30, "自然日", "第四十七条"),
        "opinion": (30, "自然日", "第十条"),
        "announcing": (15, "工作日", "第三十一条"),
    },
    "project": {"starting": (3, "月", "第九条"), "filing": (15, "自然日", "第四十九条")},
    "publication": {"publishing": (20, "工作日", "第二十六条")},
    "register": {},
    "relief": {},
    "renovation": {},
}
"""Pack → its clocks whose length is law, as the fact base tells them."""
NAMES = tuple(STATUTORY)
MEASURES = {
    "audit": {"problem_count", "yuan_found", "solved_count"},
    "body_reform": {"persons", "posts"},
    "doctor_contract": {"persons", "served_persons"},
    "event": {"sessions", "people", "volunteers", "hours", "yuan_spent"},
    "fund": {"yuan_asked", "yuan_granted", "yuan_paid"},
    "job": {"persons"},
    "land": {"task_mu", "task_households", "households", "mu", "house_area", "yuan"},
    "project": {"investment", "year_plan", "invested", "land_mu"},
    "publication": {"items"},
    "register": {"days_saved"},
    "relief": {"person_times", "yuan_paid"},
    "renovation": {
        "yuan_plan", "units", "tonnes", "kilometres", "school_places", "floor_area", "households", "yuan_spent",
    },
}  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_sound(name: str) -> None:
    assert [(one.severity, one.code, one.place) for one in check(pack(name), DAY)] == []


@pytest.mark.parametrize("name", NAMES)
def test_what_is_asked_for_is_explained(name: str) -> None:
    for setting in pack(name).settings.values():
        assert setting.default is None  # no fact of these packs that a place decides has a binding source
        assert setting.zh and setting.en and setting.note


@pytest.mark.parametrize("name", NAMES)
def test_only_these_limits_are_law(name: str) -> None:
    found = pack(name)
    told = {
        clock: (one.budget.value, one.budget.unit, found.legal[one.source].article if one.source else None)
        for clock, one in found.clocks.items()
        if isinstance(one.budget, Limit) and one.budget.value is not None
    }
    assert told == STATUTORY[name]


@pytest.mark.parametrize("name", NAMES)
def test_what_is_summed_is_public(name: str) -> None:
    found = pack(name)
    measured = {field for field, one in found.fields.items() if one.measure}
    assert measured == MEASURES[name]
    assert measured <= set(found.public.fields)


@pytest.mark.parametrize("name", NAMES)
def test_who_closes_has_neither_recorded_nor_handled(name: str) -> None:
    found = pack(name)
    marks = set(found.marks)
    for action_name, action in found.actions.items():
        stage = found.stages.get(str(action.to))
        if stage is None or stage.open or stage.outcome != "done" or not action.verifies:
            continue
        assert set(action.needs.other_than) == marks, action_name


@pytest.mark.parametrize("name", NAMES)
def test_evidence_has_a_field_to_lie_in(name: str) -> None:
    found = pack(name)
    for place, action in found.every_action():
        if action.needs.evidence:
            assert any(found.fields[one].type == "files" for one in action.supply + action.optional), place


@pytest.mark.parametrize("name", ["relief", "job", "doctor_contract"])
def test_persons_are_told_only_as_commitments(name: str) -> None:
    found = pack(name)
    for field, one in found.fields.items():
        if one.type in ("person", "phone", "address", "files") or field.endswith(("_id", "record")):
            assert one.committed, field
        if one.type in ("person", "phone", "address", "files") and field != "doctor":
            assert one.personal, field


def listed(category: str) -> Case:
    """A land case that is listed."""
    case = Case("land", prepare_days=60)
    told = {"title": "地块", "tier": "key", "purpose": "道路", "task_mu": "12.5", "task_households": 3}
    case.act("list", "2026-03-02", "office", category=category, **told)
    return case


def test_no_approval_is_sought_before_both_notices_have_run_out() -> None:
    case = listed("collective")
    with pytest.raises(Refused, match="only_if"):
        case.act("consult", "2026-03-02", "office", files=PROOF, survey="清楚", announced_on="2026-03-02")
    case.act("pre_announce", "2026-03-02", "office", files=PROOF, announced_on="2026-03-02")
    plan = {"survey": "清楚", "risk": "低"}
    with pytest.raises(Refused, match="clock_not_passed"):
        case.act("announce_plan", "2026-03-16", "office", files=PROOF, announced_on="2026-03-16", **plan)
    case.act("announce_plan", "2026-03-17", "office", files=PROOF, announced_on="2026-03-17", **plan)
    with pytest.raises(Refused, match="clock_not_passed"):
        case.act("apply", "2026-04-16", "office", files=PROOF, objections="无")
    case.act("apply", "2026-04-17", "office", files=PROOF, objections="无")
    case.act("receive_approval", "2026-04-20", "office", approval_no="1", approved_on="2026-04-20")
    assert case.due("announcing") == "2026-05-13"  # fifteen working days after 20 April, with the holiday of May


def test_land_is_delivered_only_when_compensation_is_paid_and_its_days_are_told() -> None:
    case = Case("land")
    told = {"title": "地块", "tier": "flagship", "category": "collective", "approval_no": "1", "lead_body": "bureau"}
    case.act(
        "issue_approved",
        "2026-03-02",
        "office",
        approved_on="2026-03-02",
        due="2026-05-30",
        task_mu="1200",
        task_households=237,
        **told,
    )
    case.act("begin", "2026-03-10", "undertaker", begun_on="2026-03-10")
    done = {"finished_on": "2026-04-19", "households": 237, "mu": "1200"}
    with pytest.raises(Refused, match="only_if"):
        case.act("finish", "2026-04-20", "undertaker", files=PROOF, paid="not_fully", **done)
    finished = case.act("finish", "2026-04-20", "undertaker", files=PROOF, paid="fully", **done)
    assert (finished.data["mu"], finished.data["unit_mu"], finished.data["unit_households"]) == ("1200", "亩", "户")
    days = date.fromisoformat(finished.data["finished_on"]) - date(2026, 3, 10)
    assert days.days == 40


def test_a_project_begins_within_three_months_of_its_permit_and_twice_three_more() -> None:
    case = Case("project")
    told = {"title": "厂房", "tier": "city", "category": "industry", "enterprise_name": "公司", "lead_body": "bureau"}
    case.act(
        "sign", "2026-01-05", "office", investment="96000000", signed_on="2026-01-05", plan_start="2026-06-01", **told
    )
    case.act("permit", "2026-02-02", "undertaker", permit_no="1", permitted_on="2026-02-02")
    assert case.due("starting") == "2026-05-02"
    for more, day in ((3, "2026-08-02"), (3, "2026-11-02")):
        case.act("extend_start", "2026-04-01", "office", extra_months=more, reason="管线")
        assert case.due("starting") == day
    with pytest.raises(Refused):
        case.act("extend_start", "2026-04-01", "office", extra_months=1, reason="管线")


def test_what_is_accepted_counts_and_not_what_is_applied_for() -> None:
    renovation = pack("renovation")
    quantities = MEASURES["renovation"] - {"yuan_plan", "yuan_spent"}
    for name, action in renovation.actions.items():
        told = quantities & {*action.supply, *action.optional}
        assert not told or name == "accept", name
    assert set(renovation.actions["issue"].supply) >= {"lead_body", "target", "standard", "due"}  # 四明确


def test_money_of_the_district_is_announced_and_that_of_others_is_sent_on() -> None:
    fund = pack("fund")
    own, others = fund.actions["announce"].only_if, fund.actions["send_on"].only_if
    assert own is not None
    assert others is not None
    assert set(own.any_of) | set(others.any_of) == set(fund.fields["category"].choices)
    assert not set(own.any_of) & set(others.any_of)
    assert fund.actions["submit"].needs.passed == "notice"


def test_relief_comes_first_in_an_emergency_and_is_checked_afterwards() -> None:
    case = Case("relief")
    told = {"channel": "window", "applicant_name": "某", "circumstances": "火灾", "lead_body": "town"}
    with pytest.raises(Refused, match="only_if"):
        case.act("apply_urgent", "2026-08-03", "office", category="minimum", received_on="2026-08-03", **told)
    case.act("apply_urgent", "2026-08-03", "office", category="temporary", received_on="2026-08-03", **told)
    paid = {"person_times": 2, "yuan_paid": "3000", "paid_on": "2026-08-03", "pay_way": "bank"}
    outcome = case.act("relieve_first", "2026-08-03", "undertaker", files=PROOF, **paid)
    assert (outcome.data["person_times"], outcome.data["unit_person_times"]) == (2, "人次")
    assert case.state.stage == "check"
    case.act("verify", "2026-08-04", "confirmer", files=PROOF, opinion="属实")
    assert case.state.stage == "closed"


def test_an_entry_of_a_register_stays_somebodys_duty_until_it_is_struck_off() -> None:
    case = Case("register", review_months=12)
    case.act("propose", "2026-03-02", "office", title="公司", category="scaled", kind="industry", lead_body="bureau")
    case.act("prove", "2026-03-03", "undertaker", files=PROOF, proved="qualified", basis="收入")
    case.act("enter", "2026-03-04", "office", files=PROOF, entered_on="2026-03-04", opinion="符合")
    assert case.due("reviewing") == "2027-03-04"
    case.act("review", "2026-12-01", "office", files=PROOF, state_found="正常")
    assert case.due("reviewing") == "2027-12-01"
    assert pack("register").stages["entered"].responsible == "office"


def test_information_is_published_within_twenty_working_days_after_the_secrecy_check() -> None:
    case = Case("publication")
    case.act(
        "register", "2026-03-05", "office", title="措施", category="policy", formed_on="2026-03-02", lead_body="bureau"
    )
    assert case.due("publishing") == "2026-03-30"
    told = {"items": 1, "channel": "website", "published_on": "2026-03-06"}
    with pytest.raises(Refused, match="only_if"):
        case.act("publish", "2026-03-06", "undertaker", files=PROOF, secrecy="closed", **told)
    case.act("publish", "2026-03-06", "undertaker", files=PROOF, secrecy="part", **told)
    assert case.state.stage == "published"


def rows() -> list[tuple[str, str]]:
    """The packs and the words of each row of the year's table."""
    text = (PACKS.parent / "docs" / "year.md").read_text(encoding="utf-8")
    cells = [line.strip("|").split("|") for line in text.splitlines() if re.match(r"\| \d+ \|", line)]
    return [(one[3].strip(), one[4].strip()) for one in cells]


def test_the_table_of_the_year_names_what_there_is() -> None:
    told = rows()
    assert len(told) == 85
    for packs, words in told:
        for name in re.findall(r"`(\w+)`", packs):
            found = pack(name)
            if name == "statistics":
                continue  # its words are indicators, which are no names of the pack
            measures = {field for field, one in found.fields.items() if one.measure}
            known = measures | found.actions.keys() | found.stages.keys() | found.fields.keys()
            for one in found.fields.values():
                known |= one.choices.keys()
            assert set(re.findall(r"`(\w+)`", words)) <= known, (name, words)
            assert set(re.findall(r"sum of `(\w+)`", words)) <= measures, (name, words)
