"""What the packs of hazards, rivers, suggestions, proposals, environment letters and supervision must say."""

from __future__ import annotations

from datetime import date

import pytest
from tests.mechanisms.pack_case import PACKS, PROOF, Case, pack

from luoshi.mechanisms.acts import Refused
from luoshi.mechanisms.flow import Flow
from luoshi.mechanisms.model import Limit
from luoshi.mechanisms.soundness import check

NAMES = ("environment_letter", "hazard", "patrol", "patrol_problem", "proposal", "suggestion")
DAY = date(2026, 11, 23)
DUE = {
    "audit": {"due", "rectifying"},
    "body_reform": {"due"},
    "disclosure": {"answering", "reasonable", "redoing"},
    "doctor_contract": {"serving"},
    "enterprise_request": {"responding", "payment"},
    "environment_letter": {"batch_reply"},
    "event": {"due"},
    "fund": {"examining", "paying"},
    "grid_event": {"handling", "extended", "reworking"},
    "hazard": {"due"},
    "hotline": {"handling"},
    "job": {"proving"},
    "land": {"due"},
    "patrol": {"logging"},
    "patrol_problem": {"due"},
    "petition": {"suggesting", "accusing", "by_procedure", "resolving", "reviewing", "rechecking"},
    "project": {"preparing", "due", "producing"},
    "proposal": {"answer", "answer_separate", "redoing"},
    "publication": {"publishing"},
    "register": {"proving"},
    "relief": {"deciding", "first", "paying"},
    "renovation": {"due"},
    "service": {"joint_promised", "single_promised"},
    "statistics": {"next_figure"},
    "suggestion": {"answer", "answer_separate", "redoing"},
    "supervision": {"due"},
    "wage_arrears": {"investigation"},
}
"""The clocks whose day is the case's due day: what is handled, not what prepares, serves or checks."""
EVERY = sorted(path.parent.name for path in PACKS.glob("*/mechanism.yaml"))


@pytest.mark.parametrize("name", EVERY)
def test_what_a_case_is_due_by(name: str) -> None:
    told = dict.fromkeys(pack(name).settings, 5)
    told |= {one: next(iter(found.choices)) for one, found in pack(name).settings.items() if found.choices}
    told |= {one: "每月" for one, found in pack(name).settings.items() if found.type == "text"}
    assert Flow(pack(name), told).promises == DUE[name]


@pytest.mark.parametrize("name", EVERY)
def test_a_mistaken_entry_is_voided_by_another_officer_and_not_shown(name: str) -> None:
    found = pack(name)
    void = found.actions["cancel" if name == "patrol" else "void"]
    assert void.verifies
    stage = found.stages[str(void.to)]
    assert stage.outcome == "withdrawn"
    assert name == "grid_event" or stage.public is None
    opened = {action.to for action in found.actions.values() if action.kind == "open"}
    # What opens with its notice already out (issued by the work report) is no slip of the pen: it is ended, and that
    # takes evidence, another person and the leader.
    ended = [action for action in found.actions.values() if action.kind == "withdraw" and action.needs.approval]
    assert opened <= set(void.from_) | {stage for action in ended if action.verifies for stage in action.from_}


@pytest.mark.parametrize("name", EVERY)
def test_what_goes_to_a_party_outside_is_told_so(name: str) -> None:
    """No notice to an applicant, petitioner or deputy goes to the body that wrote it."""
    found = pack(name)
    outside = {one for one, role in found.roles.items() if role.kind == "outside"}
    told = {paper.zh for paper in found.documents.values() if paper.to in outside}
    for paper in found.documents.values():
        if paper.zh.endswith(("告知书", "通知书", "意见书", "答复书", "答复函")) and outside:
            inside = ("约谈通知书", "催办通知书")
            assert paper.zh in told or paper.zh in inside, paper.zh


@pytest.mark.parametrize("name", NAMES)
def test_sound(name: str) -> None:
    assert [(one.severity, one.code, one.place) for one in check(pack(name), DAY)] == []


@pytest.mark.parametrize("name", NAMES)
def test_what_is_asked_for_is_explained(name: str) -> None:
    for setting in pack(name).settings.values():
        assert setting.default is None  # no fact of these packs that a place decides has a binding source
        assert setting.zh
        assert setting.en
        assert setting.note


@pytest.mark.parametrize("name", NAMES)
def test_no_number_but_the_deputies_law(name: str) -> None:
    """Every limit is asked for or stands in the case itself; only the reply to a suggestion has its number by law."""
    told = {
        clock
        for clock, found in pack(name).clocks.items()
        if isinstance(found.budget, Limit) and found.budget.value is not None
    }
    assert told == ({"answer", "answer_separate"} if name == "suggestion" else set())


@pytest.mark.parametrize("clock", ["answer", "answer_separate"])
def test_a_suggestion_is_answered_in_three_months_or_six(clock: str) -> None:
    suggestion = pack("suggestion")
    found = suggestion.clocks[clock]
    assert found.kind == "legal"
    assert found.budget == Limit(value=3, unit="月")
    assert found.start_field == "issued_on"
    assert found.extension is not None
    assert found.extension.max == Limit(value=3, unit="月")
    assert found.extension.times == 1
    assert found.extension.approver == "office"
    assert found.source is not None
    assert suggestion.legal[found.source].article == "第五十一条"


@pytest.mark.parametrize(("day", "article"), [(date(2019, 6, 1), "第四十二条"), (DAY, "第五十一条")])
def test_which_article_held_when(day: date, article: str) -> None:
    articles = {"第四十二条", "第五十一条"}
    held = [one for one in pack("suggestion").legal.values() if one.in_force(day) and one.article in articles]
    assert [one.article for one in held] == [article]


@pytest.mark.parametrize("name", ["suggestion", "proposal"])
def test_no_reply_without_contact_and_no_promise_forgotten(name: str) -> None:
    found = pack(name)
    assert found.actions["draft"].from_ == ("contacted",)
    assert [one for one, action in found.actions.items() if action.to == "contacted" and action.kind == "normal"] == [
        "contact"
    ]
    promises = {"doing", "planned"}
    close, follow = found.actions["close"].only_if, found.actions["follow"].only_if
    assert close is not None
    assert follow is not None
    assert set(follow.any_of) == promises
    assert set(close.any_of) == set(found.fields["reply_class"].choices) - promises


def test_a_hazard_is_not_struck_off_before_it_is_gone() -> None:
    hazard = pack("hazard")
    assert set(hazard.actions["issue"].supply) >= {"lead_body", "issuing_body", "supervising_body", "due"}
    assert "interim_measures" in hazard.actions["ask_extension"].supply
    accept = hazard.actions["accept"]
    assert accept.verifies
    assert accept.only_if is not None
    assert accept.only_if.any_of == ("yes_removed",)
    assert [one for one, action in hazard.actions.items() if action.to == "accepted"] == ["accept"]


def test_a_patrol_log_has_the_five_items() -> None:
    assert set(pack("patrol").actions["log"].supply) >= {"time_span", "place", "content", "problems", "handling"}


def test_a_letter_has_a_weight_and_is_announced_before_it_is_struck_off() -> None:
    letter = pack("environment_letter")
    opening = letter.actions["receive"]
    assert "weight" in opening.supply
    assert opening.sets["weight"] == "weight"
    assert letter.fields["weight"].type == "decimal"
    plan = {"implementing_body", "target", "due", "measures", "accepting_body"}
    assert set(letter.actions["submit_plan"].supply) >= plan
    assert letter.actions["strike_off"].from_ == ("announced",)
    assert letter.actions["strike_off"].needs.passed == "publicity"
    assert letter.clocks["publicity"].at_least
    assert set(letter.actions["accept"].needs.other_than) == {"handler", "examiner"}


def issued(name: str, issued_on: str) -> Case:
    """A suggestion or proposal that was issued to a lead body and signed for; five months and five in a proposal."""
    case = Case(name, **({"answer_months": 3, "extension_months": 3} if name == "proposal" else {}))
    party = {"proposer_kind": "member"} if name == "proposal" else {}
    case.act(
        "register",
        issued_on,
        "registry",
        title="停车",
        term=1,
        session=1,
        period="between",
        category="city",
        proposer="代表",
        content="增加车位",
        **party,
    )
    case.act("accept", issued_on, "registry")
    case.act("issue", issued_on, "office", lead_body="bureau", issued_on=issued_on)
    case.act("sign", issued_on, "undertaker", contact="张三")
    return case


@pytest.mark.parametrize("name", ["suggestion", "proposal"])
def test_three_months_more_count_from_the_day_of_issue(name: str) -> None:
    """From 30 November three months end on the last of February; three and three on 30 May, not on 28 May."""
    case = issued(name, "2025-11-30")
    assert case.due("answer") == "2026-02-28"
    case.act("ask_extension", "2026-02-20", "undertaker", reason="涉及面广", extra_months=3)
    given = case.act("grant_extension", "2026-02-24", "office", extra_months=3)
    assert case.due("answer") == "2026-05-30"
    assert given.sets["due_on"] == "2026-05-30"
    case.act("ask_extension", "2026-05-20", "undertaker", reason="仍未完成", extra_months=1)
    with pytest.raises(Refused, match="clock_rule"):
        case.act("grant_extension", "2026-05-21", "office", extra_months=1)


@pytest.mark.parametrize("name", ["suggestion", "proposal"])
def test_each_consulted_body_has_its_own_clock_and_none_holds_up_the_reply(name: str) -> None:
    case = issued(name, "2026-03-02")
    case.act("consult", "2026-03-10", "undertaker", joint_bodies=["one", "two"])
    first, second = case.state.parts
    assert case.due("consulting", first) == case.due("consulting", second) == "2026-08-10"
    assert "consulting" not in case.state.clocks
    case.act("return_consulted", "2026-03-12", "joint_body", part=first, reason="不涉及")
    assert "stopped" in case.clock("consulting", first)
    with pytest.raises(Refused, match="parts_open"):
        case.act("gather", "2026-03-13", "undertaker")
    case.act("stop_waiting", "2026-05-20", "undertaker", approval="head", reason="逾期未报送")
    assert case.state.stage == "handling"
    assert "stopped" in case.clock("consulting", second)


def test_a_letter_is_struck_off_when_its_announcement_is_over() -> None:
    case = Case("environment_letter")
    told = {"letter_no": "1", "batch": 1, "inspection": "central", "received_on": "2026-03-02", "weight": "0.5"}
    case.act("receive", "2026-03-02", "office", **told, category="air", content="异味", place={"text": "某地"})
    case.act("issue", "2026-03-02", "office", lead_body="bureau")
    case.act("sign", "2026-03-02", "undertaker", contact="张三")
    case.act(
        "submit_findings", "2026-03-04", "undertaker", files=PROOF, finding="无", truth="unproven", state="concluded"
    )
    replied = case.act("reply_untrue", "2026-03-05", "office", files=PROOF, state="concluded", opinion="属实")
    assert replied.sets["answered_on"] == "2026-03-05"
    case.act("announce", "2026-03-06", "office", announced_on="2026-03-06")
    for day in ("2026-03-09", "2026-03-13"):
        with pytest.raises(Refused, match="clock_not_passed"):
            case.act("strike_off", day, "office", approval="leader", objections="无")
    case.act("strike_off", "2026-03-16", "office", approval="leader", objections="无")
    assert case.state.stage == "struck_off"


CLARITIES = {"target": "完成", "standard": "验收", "lead_body": "bureau", "due": "2026-12-31"}


def test_the_work_report_issues_a_matter_without_a_second_approval() -> None:
    """条例第十一条: the government's own decision starts a project; the report is one."""
    case = Case("supervision")
    opened = case.act("issue_report", "2026-03-02", "office", title="事项", origin="report", **CLARITIES)
    assert (case.state.stage, case.state.roles["undertaker"], case.due("due")) == ("issued", "bureau", "2026-12-31")
    assert [paper.document for paper in opened.papers] == ["notice"]
    assert opened.data["origin"] == "report"
    case.act("sign", "2026-03-03", "undertaker", contact="张三")
    told = case.act(
        "report", "2026-04-02", "undertaker", progress="顺利", completion="moving", period="m3", done_value="120.5",
        share="25",
    )  # fmt: skip
    assert {name: told.data[name] for name in ("period", "done_value", "share")} == {
        "period": "m3",
        "done_value": "120.5",
        "share": "25",
    }


@pytest.mark.parametrize("origin", ["instruction", "superior", "lead"])
def test_what_no_decision_of_the_government_started_is_proposed_and_approved(origin: str) -> None:
    with pytest.raises(Refused, match="only_if"):
        Case("supervision").act("issue_report", "2026-03-02", "office", title="事项", origin=origin, **CLARITIES)


@pytest.mark.parametrize("missing", sorted(CLARITIES))
def test_no_clarity_may_be_missing(missing: str) -> None:
    told = {name: value for name, value in CLARITIES.items() if name != missing}
    with pytest.raises(Refused, match="field_missing"):
        Case("supervision").act("issue_report", "2026-03-02", "office", title="事项", origin="report", **told)


def test_the_office_escalates_by_hand_and_circulates_with_the_leader() -> None:
    case = Case("supervision")
    case.act("issue_report", "2026-03-02", "office", title="事项", origin="report", **CLARITIES)
    case.act("sign", "2026-03-03", "undertaker", contact="张三")
    assert [paper.document for paper in case.act("urge", "2026-05-06", "office").papers] == ["urging"]
    letter = case.act("supervise", "2026-06-03", "office", reason="滞后")
    assert [paper.document for paper in letter.papers] == ["supervision_letter"]
    with pytest.raises(Refused, match="approval_missing"):
        case.act("circulate", "2026-07-02", "office")
    circular = case.act("circulate", "2026-07-02", "office", approval="leader")
    assert [(paper.document, paper.to) for paper in circular.papers] == [("circular", ("bureau",))]
    assert case.state.stage == "handling"


def test_a_matter_is_answered_when_it_is_reported_not_when_it_is_struck_off() -> None:
    case = Case("supervision")
    told = {"target": "完成", "standard": "验收", "lead_body": "bureau", "due": "2026-03-31"}
    case.act("propose", "2026-03-02", "office", title="事项", origin="meeting")
    case.act("submit", "2026-03-02", "office", **told)
    case.act("approve", "2026-03-03", "leader")
    case.act("issue", "2026-03-03", "office", **told)
    case.act("sign", "2026-03-03", "undertaker", contact="张三")
    reported = case.act("feed_back", "2026-03-30", "undertaker", files=PROOF, progress="完成", completion="done")
    assert (reported.sets["answered_on"], reported.data["kept_due"]) == ("2026-03-30", True)
    again = case.act("send_back", "2026-04-02", "office", due="2026-04-10", reason="缺材料")
    assert again.sets["due_on"] == "2026-04-10"
