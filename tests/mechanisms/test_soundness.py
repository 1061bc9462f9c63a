"""Each code of the soundness check is found in a broken definition, at its place, with the way that leads to it."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError
from tests.mechanisms.sample import ON, PACKS, both, broken, build, drop, plain, put

from luoshi.mechanisms.errors import Finding
from luoshi.mechanisms.loader import load
from luoshi.mechanisms.model import Mechanism
from luoshi.mechanisms.soundness import check, is_sound
from luoshi.mechanisms.yaml_text import read_yaml
from luoshi.messages import set_language
from luoshi.words.packs import (
    FLOW_MESSAGES,
    LIMIT_MESSAGES,
    NAME_MESSAGES,
    RULE_MESSAGES,
    describe_finding,
)

Change = Callable[[dict[str, Any]], None]
A, S, C = "actions", "stages", "clocks"
BRANCH = (S, "joint", "parallel", "branches", "reply")
ANSWER = (*BRANCH, A, "answer")
NAMED = {"zh": "某", "en": "Some"}


@pytest.fixture(autouse=True)
def _english_again() -> Iterator[None]:
    yield
    set_language("en")


def add_action(name: str, **keys: Any) -> Change:
    """A change that adds an action; ``from_`` for ``from``."""
    if "from_" in keys:
        keys["from"] = keys.pop("from_")
    return put(A, name, value={**NAMED, "by": ["office"], **keys})


def add_stage(name: str, **keys: Any) -> Change:
    return put(S, name, value={**NAMED, **keys})


OPEN = {"responsible": "office", "clocks": ["due"]}
VALUE = {"value": 3, "unit": "工作日"}
MONTHS = {"value": 3, "unit": "月"}

NAMES: list[tuple[str, Change, str]] = [
    ("stage_unknown", put(A, "send", "to", value="nowhere"), "actions.send.to"),
    ("role_unknown", put(S, "new", "responsible", value="nobody"), "stages.new.responsible"),
    ("field_unknown", put(A, "send", "supply", 0, value="nothing"), "actions.send.supply[0]"),
    ("clock_unknown", put(S, "new", "clocks", 0, value="never"), "stages.new.clocks[0]"),
    ("setting_unknown", put(C, "checking", "budget", "setting", value="x"), "clocks.checking.budget.setting"),
    ("document_unknown", put("ladder", 0, "document", value="x"), "ladder[0].document"),
    ("mark_unknown", put(A, "verify", "needs", "other_than", 0, value="x"), "actions.verify.needs.other_than[0]"),
    ("source_unknown", put(C, "limit", "source", value="x"), "clocks.limit.source"),
    ("action_unknown", put("survey", "reopen", value="x"), "survey.reopen"),
    ("pause_unknown", put(A, "wait", "pauses", "limit", value="x"), "actions.wait.pauses.limit"),
    ("branch_unknown", put(A, "split", "splits", 0, "branch", value="x"), "actions.split.splits[0].branch"),
    ("kind_unknown", put(A, "split", "splits", 0, "kind", value="x"), "actions.split.splits[0].kind"),
    ("choice_unknown", put(A, "close", "only_if", "any_of", 0, value="x"), "actions.close.only_if.any_of[0]"),
    ("name_twice", put(A, "wait", "by", value=["office", "office"]), "actions.wait.by[1]"),
    ("field_reserved", put("fields", "approved_body", value={**NAMED, "type": "text"}), "fields.approved_body"),
    ("field_kept", put("fields", "mood", "personal", value=True), "fields.mood"),
    ("action_reserved", add_action("sys_x", from_=["new"]), "actions.sys_x"),
    ("field_reserved", put("fields", "matter", value={**NAMED, "type": "text"}), "fields.matter"),
    ("field_type", put(C, "due", "budget", "until", value="subject"), "clocks.due.budget.until"),
    ("field_many", put(A, "send", "assigns", "undertaker", value="helpers"), "actions.send.assigns.undertaker"),
    ("setting_type", put("settings", "check_days", "type", value="text"), "clocks.replying.budget.setting"),
    ("setting_unit", put(C, "checking", "budget", "unit", value="月"), "clocks.checking.budget"),
    ("numbering_wrong", put("numbering", value="{month}{n}"), "numbering"),
    ("numbering_same", put("numbering", value="{year}"), "numbering"),
    ("choice_without_limit", drop(C, "limit", "budget", "choices", "easy"), "clocks.limit.budget.choices"),
    ("role_not_assigned", put("roles", "undertaker", "kind", value="standing"), "actions.send.assigns.undertaker"),
    ("extension_missing", drop(C, "limit", "extension"), "actions.extend.extends.limit"),
    ("column_not_day", put(A, "give", "sets", "category", value="@on"), "actions.give.sets.category"),
    ("column_committed", put("fields", "sort", "finer", value=True), "actions.give.sets.category"),
    ("split_nowhere", put(A, "split", "to", value="checking"), "actions.split.splits[0]"),
    ("rung_twice", put("ladder", 1, "id", value="remind"), "ladder[1].id"),
    ("public_committed", put("public", "fields", 0, value="result"), "public.fields[0]"),
]

RULES: list[tuple[str, Change, str]] = [
    ("open_missing", put(A, "give", "kind", value="normal"), "actions"),
    ("closed_missing", put(S, "closed", value={**NAMED, **OPEN}), "stages"),
    ("closed_clocks", put(S, "closed", "clocks", value=["due"]), "stages.closed.clocks"),
    ("responsible_missing", drop(S, "new", "responsible"), "stages.new"),
    ("role_outside", put(S, "new", "responsible", value="applicant"), "stages.new.responsible"),
    ("stage_without_clock", put(S, "new", "clocks", value=["review"]), "stages.new.clocks"),
    ("lead_missing", put(S, "joint", "parallel", "join", value="lead"), "stages.joint.parallel"),
    (
        "branch_start_closed",
        put(*BRANCH, "start", value="replied"),
        "stages.joint.parallel.branches.reply.start",
    ),
    (
        "branch_end_missing",
        drop(*BRANCH, S, "replied", "open"),
        "stages.joint.parallel.branches.reply.stages",
    ),
    ("branch_action", put(*ANSWER, "kind", value="join"), "stages.joint.parallel.branches.reply.actions.answer"),
    ("from_missing", drop(A, "send", "from"), "actions.send"),
    ("open_from", put(A, "give", "from", value=["new"]), "actions.give.from"),
    ("open_to", drop(A, "give", "to"), "actions.give"),
    ("kind_needs", drop(A, "wait", "pauses"), "actions.wait"),
    ("kind_wrong", put(A, "extend", "kind", value="normal"), "actions.extend.kind"),
    ("verify_empty", put(A, "verify", "needs", "evidence", value=0), "actions.verify"),
    ("close_to_open", put(A, "close", "to", value="new"), "actions.close"),
    ("start_idle", put(A, "close", "starts", value=["limit"]), "actions.close.starts[0]"),
    ("reopen_open", put(A, "reopen", "from", value=["closed", "new"]), "actions.reopen.from[1]"),
    ("reopen_kind", put(A, "reopen", "kind", value="normal"), "actions.reopen.kind"),
    ("cancels_nothing", put(A, "report", "cancels", value=True), "actions.report.cancels"),
    ("join_nowhere", put(A, "gather", "from", value=["joint", "new"]), "actions.gather.from[1]"),
    ("join_stays", drop(A, "gather", "to"), "actions.gather"),
    ("parallel_left", put(A, "report", "from", value=["handling", "joint"]), "actions.report"),
    ("parallel_entered", put(A, "send", "to", value="joint"), "actions.send.to"),
    ("weights_missing", drop(A, "split", "splits", 0, "weights"), "actions.split.splits[0]"),
    ("weights_unused", drop(S, "joint", "parallel", "weights"), "actions.split.splits[0].weights"),
    ("value_not_supplied", put(A, "send", "supply", value=[]), "actions.send.assigns.undertaker"),
    ("extension_approver", put(A, "extend", "by", value=["office"]), "actions.extend.by"),
    ("pause_none", put(A, "go_on", "resumes", value=["checking"]), "actions.go_on.resumes[0]"),
]

LIMITS: list[tuple[str, Change, str]] = [
    ("dates_reversed", put("legal", "law", "in_force_to", value=date(2019, 1, 1)), "legal.law.in_force_to"),
    ("setting_choices", put("settings", "more", value={**NAMED, "type": "choice"}), "settings.more.choices"),
    ("setting_value", put("settings", "limit_days", "default", value="x"), "settings.limit_days.default"),
    ("default_without_source", drop("settings", "limit_days", "source"), "settings.limit_days.default"),
    ("value_without_source", put(C, "checking", "budget", value=VALUE), "clocks.checking.budget"),
    ("legal_without_source", drop(C, "review", "source"), "clocks.review"),
    ("legal_not_binding", put(C, "review", "source", value="habit"), "clocks.review.source"),
    ("clock_out_of_force", put("legal", "law", "in_force_to", value=date(2021, 1, 1)), "clocks.limit.source"),
    ("pause_fixed_day", put(C, "limit", "budget", value={"until": "due"}), "clocks.limit.pauses"),
    (
        "pause_unit",
        put(C, "limit", "pauses", "papers", "max", "unit", value="小时"),
        "clocks.limit.pauses.papers.max",
    ),
    ("extension_unit", put(C, "limit", "extension", "max", "unit", value="自然日"), "clocks.limit.extension"),
    ("rung_unit", put("ladder", 0, "when", value={"before": {"value": 3, "unit": "小时"}}), "ladder[0].when.before"),
    ("due_on_window", put("due", value=["review"]), "due[0]"),
    ("setting_most", put("settings", "more", value={**NAMED, "type": "text", "most": 3}), "settings.more.most"),
    ("default_without_source", put("settings", "check_days", "most", value=9), "settings.check_days.most"),
    ("setting_value", put("settings", "limit_days", "most", value=9), "settings.limit_days.default"),
    (
        "extension_unit",
        put(C, "limit", "extension", "total", value=MONTHS),
        "clocks.limit.extension.total",
    ),
    ("role_unknown", put("documents", "order", "to", value="x"), "documents.order.to"),
    ("clock_unknown", put("due", value=["x"]), "due[0]"),
    ("rung_on_window", put("ladder", 0, "clock", value="review"), "ladder[0].clock"),
    ("rung_order", put("ladder", 0, "when", value={"after": VALUE}), "ladder[1].when"),
]

START = "give → new → send → handling"
CHECKED = f"{START} → report → checking"
FLOW: list[tuple[str, Change, str, str]] = [
    ("stage_unreachable", add_stage("island", **OPEN), "stages.island", ""),
    (
        "stage_cannot_close",
        both(add_stage("trap", **OPEN), add_action("fall", from_=["new"], to="trap")),
        "stages.trap",
        "give → new → fall → trap",
    ),
    (
        "action_dead_from",
        both(add_stage("island", **OPEN), add_action("leave", from_=["island"], to="new")),
        "actions.leave",
        "",
    ),
    (
        "action_dead_guard",
        put(A, "send", "only_if", value={"field": "mood", "any_of": ["good"]}),
        "actions.send",
        "give → new",
    ),
    ("action_dead_role", add_action("act", by=["helper"], from_=["new"]), "actions.act", "give → new"),
    (
        "clock_not_running",
        put(A, "send_back", "starts", value=["due"]),
        "stages.handling.clocks[1]",
        f"{CHECKED} → send_back → handling",
    ),
    ("clock_not_running", put(A, "give", "starts", value=[]), "stages.new.clocks[0]", "give → new"),
    (
        "role_not_yet",
        put(S, "new", "responsible", value="undertaker"),
        "stages.new.responsible",
        "give → new",
    ),
    (
        "close_not_earned",
        put(A, "close", "from", value=["rated", "checking"]),
        "actions.close",
        "",
    ),
    (
        "close_not_earned",
        put(A, "drop", value={**NAMED, "kind": "withdraw", "by": ["office"], "from": ["new"], "to": "closed"}),
        "actions.drop",
        "give → new → drop → closed",
    ),
    ("check_empty", put(A, "report", "records", value=[]), "actions.verify.needs.other_than", f"{CHECKED} → verify"),
    (
        "check_by_handler",
        put(A, "verify", "needs", "other_than", value=["drafter"]),
        "actions.verify.needs.other_than",
        f"{CHECKED} → verify",
    ),
    (
        "before_due_not_running",
        put(A, "report", "needs", value={"evidence": 1, "before_due": "checking"}),
        "actions.report.needs.before_due",
        f"{START} → report",
    ),
    (
        "passed_not_running",
        put(A, "report", "needs", value={"evidence": 1, "passed": "checking"}),
        "actions.report.needs.passed",
        f"{START} → report",
    ),
    (
        "clock_not_running",
        put(A, "split", "splits", 0, "starts", value=[]),
        "stages.joint.parallel.branches.reply.stages.waiting.clocks[0]",
        f"{START} → split → joint → waiting",
    ),
    (
        "limit_unknown",
        both(put(A, "give", "supply", value=["subject", "sort"]), put(A, "give", "optional", value=["due"])),
        "actions.give.starts[0]",
        "give",
    ),
    (
        "clock_cannot_run",
        both(put(A, "wait", "from", value=["handling", "new"]), put(A, "wait", "by", value=["office"])),
        "actions.wait.pauses.limit",
        "give → new → wait",
    ),
    (
        "clock_cannot_run",
        both(put(A, "wait", "from", value=["handling", "checking"]), put(A, "wait", "by", value=["office"])),
        "actions.wait.pauses.limit",
        f"{CHECKED} → wait",
    ),
    (
        "clock_not_running",
        both(put(A, "close", "starts", value=["review", "limit"]), put(A, "reopen", "starts", value=["due"])),
        "stages.handling.clocks[1]",
        f"{CHECKED} → verify → rated → close → closed → reopen → handling",
    ),
    (
        "close_not_earned",
        put(A, "close", "records", value=["handler"]),
        "actions.close",
        f"{CHECKED} → verify → rated → close → closed",
    ),
    ("clock_cannot_pause", drop(A, "wait"), "actions.go_on.resumes[0]", f"{START} → go_on"),
    ("stop_idle", put(A, "send", "stops", value=["checking"]), "actions.send.stops[0]", ""),
    (
        "choice_stuck",
        both(drop(A, "redo"), drop("survey")),
        "stages.rated",
        f"{CHECKED} → verify → rated",
    ),
    (
        "guard_unknown",
        both(put(A, "verify", "supply", value=[]), put(A, "verify", "optional", value=["mood"])),
        "stages.rated",
        f"{CHECKED} → verify → rated",
    ),
    (
        "rung_unaddressed",
        put(
            "ladder",
            1,
            value={
                "id": "urge",
                **NAMED,
                "clock": "due",
                "when": {"at_due": True},
                "to": "undertaker",
                "document": "order",
            },
        ),
        "ladder[1].to",
        "give → new",
    ),
    (
        "branch_never_made",
        put(S, "joint", "parallel", "branches", "other", value=plain()[S]["joint"]["parallel"]["branches"]["reply"]),
        "stages.joint.parallel.branches.other",
        "",
    ),
    (
        "lead_never_made",
        both(
            put(S, "joint", "parallel", "kinds", "main", value=NAMED), put(S, "joint", "parallel", "lead", value="main")
        ),
        "stages.joint.parallel.kinds.main",
        "",
    ),
    (
        "kind_never_made",
        put(S, "joint", "parallel", "kinds", "main", value=NAMED),
        "stages.joint.parallel.kinds.main",
        "",
    ),
    (
        "join_missing",
        both(put(A, "gather", "kind", value="normal"), put(A, "gather", "cancels", value=True)),
        "stages.joint.parallel",
        f"{START} → split → joint",
    ),
    (
        "clock_unused",
        put(
            C,
            "more",
            value={
                **NAMED,
                "kind": "internal",
                "start_event": "x",
                "budget": {"setting": "check_days", "unit": "工作日"},
            },
        ),
        "clocks.more",
        "",
    ),
    ("field_unused", put("fields", "more", value={**NAMED, "type": "text"}), "fields.more", ""),
    ("document_unused", put("documents", "more", value=NAMED), "documents.more", ""),
    ("mark_unused", put("marks", "more", value=NAMED), "marks.more", ""),
]
WARNINGS = {
    "limit_out_of_force", "stop_idle", "start_idle", "rung_unaddressed", "kind_never_made", "clock_unused",
    "field_unused", "document_unused", "mark_unused",
}  # fmt: skip


def found(findings: list[Finding], code: str, place: str) -> Finding:
    there = [one for one in findings if one.code == code and one.place == place]
    assert there, [(one.code, one.place, one.details, one.route) for one in findings]
    return there[0]


def told(finding: Finding) -> None:
    """Both languages have a whole sentence for it."""
    for lang in ("zh", "en"):
        set_language(lang)
        text = describe_finding(finding)
        assert "{" not in text.replace("{month}", "").replace("{year}", "").replace("{prefix}", "").replace("{n", "")


def test_the_sample_is_sound() -> None:
    assert check(build(plain()), ON) == []


@pytest.mark.parametrize(("code", "change", "place"), NAMES + RULES + LIMITS)
def test_one_fault_is_named_at_its_place(code: str, change: Change, place: str) -> None:
    finding = found(broken(change), code, place)
    assert finding.severity == ("warning" if code in WARNINGS else "error")
    told(finding)


@pytest.mark.parametrize(("code", "change", "place", "route"), FLOW)
def test_a_fault_of_the_flow_shows_the_way(code: str, change: Change, place: str, route: str) -> None:
    finding = found(broken(change), code, place)
    assert finding.severity == ("warning" if code in WARNINGS else "error")
    if route:
        assert " → ".join(finding.route) == route
    told(finding)


def test_every_code_is_tried() -> None:
    tried = {one[0] for one in (*NAMES, *RULES, *LIMITS)} | {one[0] for one in FLOW}
    messages = {*NAME_MESSAGES, *RULE_MESSAGES, *LIMIT_MESSAGES, *FLOW_MESSAGES}
    own = {"limit_out_of_force", "step_unknown", "commitment_not_opening", "commitment_gives_not"}
    own |= {"progress_action", "progress_gives_not", "progress_alone"}
    assert messages - tried == own  # have tests of their own
    assert tried <= messages


def test_a_source_out_of_force_is_pointed_out() -> None:
    """In an example it is only pointed out; in an active mechanism a law that ended makes no legal limit."""
    ended = put("legal", "law", "in_force_to", value=date(2026, 11, 22))
    findings = broken(both(ended, put("status", value="example")))
    assert {(one.code, one.severity) for one in findings} == {("limit_out_of_force", "warning")}
    told(findings[0])
    assert not is_sound(build_with(ended), ON)
    assert is_sound(build_with(ended), date(2026, 11, 22))
    not_yet = broken(put("legal", "law", "in_force_from", value=date(2026, 11, 24)))
    assert {one.code for one in not_yet} == {"clock_out_of_force"}


def build_with(change: Change) -> Mechanism:
    data = plain()
    change(data)
    return build(data)


def test_one_source_in_force_is_enough_for_a_clock() -> None:
    new = {"title": "新法", "trust": "statute", "in_force_from": date(2027, 1, 1)}
    findings = broken(both(put("legal", "new", value=new), put(C, "limit", "extension", "source", value="new")))
    assert [(one.severity, one.code, one.place) for one in findings] == [
        ("warning", "limit_out_of_force", "clocks.limit.extension.source")
    ]


# What a branch does is seen by the case


def test_a_part_waits_with_a_clock_of_its_own_or_the_case_s() -> None:
    assert broken(put(*BRANCH, S, "waiting", "clocks", value=["replying", "limit"])) == []
    more = {**NAMED, "clocks": ["checking"]}

    def later(data: dict[str, Any]) -> None:
        branch = data[S]["joint"]["parallel"]["branches"]["reply"]
        branch[S]["more"] = more
        branch[A]["answer"]["to"] = "more"
        branch[A]["again"] = {**NAMED, "by": ["helper"], "from": ["more"], "to": "replied"}

    place = "stages.joint.parallel.branches.reply.stages.more.clocks[0]"
    assert found(broken(later), "clock_not_running", place)


def test_a_part_that_stops_its_clock_and_goes_on_is_found() -> None:
    def two_steps(data: dict[str, Any]) -> None:
        branch = data[S]["joint"]["parallel"]["branches"]["reply"]
        branch[S]["more"] = {**NAMED, "clocks": ["replying"]}
        branch[A]["answer"]["to"] = "more"
        branch[A]["again"] = {**NAMED, "by": ["helper"], "from": ["more"], "to": "replied"}

    finding = found(
        broken(two_steps), "clock_not_running", "stages.joint.parallel.branches.reply.stages.more.clocks[0]"
    )
    assert " → ".join(finding.route) == f"{START} → split → joint → waiting → answer → more"


def test_a_mark_that_every_part_records_counts_after_the_join() -> None:
    """Only the parts record the handler: whoever verifies after the join is another person than they."""

    def only_parts(data: dict[str, Any]) -> None:
        data[A]["report"]["records"] = []
        data[A]["report"]["from"] = ["gathered"]
        data[A]["gather"]["to"] = "gathered"
        data[A]["ask"]["records"] = []
        data[A]["extend"]["needs"] = {}
        data[S]["gathered"] = {**NAMED, "responsible": "undertaker", "clocks": ["limit"]}

    assert broken(only_parts) == []
    finding = found(
        broken(both(only_parts, drop(*ANSWER, "records"))), "check_empty", "actions.verify.needs.other_than"
    )
    assert finding.route[-1] == "verify"


def test_what_only_one_of_two_splits_brings_is_not_sure() -> None:
    """A second split makes parts without a clock of their own, in a branch that records nobody."""

    def second(data: dict[str, Any]) -> None:
        again = {**data[A]["split"]["splits"][0], "starts": []}
        data[A]["split_again"] = {**data[A]["split"], "splits": [again]}

    place = "stages.joint.parallel.branches.reply.stages.waiting.clocks[0]"
    assert found(broken(second), "clock_not_running", place)

    def quiet(data: dict[str, Any]) -> None:
        branches = data[S]["joint"]["parallel"]["branches"]
        branches["quiet"] = copy.deepcopy(branches["reply"])
        del branches["quiet"][A]["answer"]["records"]
        other = {**data[A]["split"]["splits"][0], "branch": "quiet"}
        data[A]["split_quiet"] = {**data[A]["split"], "splits": [other]}
        data[A]["report"].update({"records": [], "from": ["gathered"]})
        data[A]["gather"]["to"] = "gathered"
        data[A]["ask"]["records"] = []
        data[A]["extend"]["needs"] = {}
        data[S]["gathered"] = {**NAMED, "responsible": "undertaker", "clocks": ["limit"]}

    assert found(broken(quiet), "check_empty", "actions.verify.needs.other_than")


def test_work_of_a_part_undoes_an_earlier_check() -> None:
    """A check before the split does not count for what the parts did after it."""

    def check_first(data: dict[str, Any]) -> None:
        data[A]["split"].update({"from": ["rated"]})
        data[A]["gather"].update({"to": "gathered"})
        data[S]["joint"]["clocks"] = ["checking"]
        data[S]["gathered"] = {**NAMED, "responsible": "office", "clocks": ["checking"]}
        data[A]["end"] = {**NAMED, "kind": "close", "by": ["office"], "from": ["gathered"], "to": "closed"}

    finding = found(broken(check_first), "close_not_earned", "actions.end")
    assert "answer" in finding.route
    assert broken(both(check_first, drop(*ANSWER, "records"), put(A, "end", "stops", value=["checking"]))) == []


# The packs


@pytest.mark.parametrize("path", sorted(PACKS.glob("*/mechanism.yaml")), ids=lambda path: path.parent.name)
def test_the_packs_are_sound(path: Any) -> None:
    errors = [one for one in check(load(path.read_bytes(), str(path)), ON) if one.severity == "error"]
    assert errors == []


def parts(data: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in ``data``."""
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, tuple) else ()
    for key, value in items:
        yield (*place, key)
        yield from parts(value, (*place, key))


def without(data: Any, place: tuple[Any, ...]) -> Any:
    """``data`` but for what stands at ``place``."""
    key, rest = place[0], place[1:]
    if isinstance(data, dict):
        return {k: without(v, rest) if k == key else v for k, v in data.items() if k != key or rest}
    return tuple(without(v, rest) if k == key else v for k, v in enumerate(data) if k != key or rest)


@pytest.mark.parametrize("name", ["hotline", "supervision"])
def test_with_any_one_part_taken_away_it_says_so_or_holds(name: str) -> None:
    """It never fails, and what it finds has a sentence; most places cannot be missed."""

    data = read_yaml((PACKS / name / "mechanism.yaml").read_bytes(), name).data
    places = [place for place in parts(data) if place[0] in {"stages", "actions", "clocks", "fields", "roles", "marks"}]
    refused = 0
    for place in places:
        try:
            mechanism = Mechanism.model_validate(without(data, place))
        except ValidationError:
            refused += 1
            continue
        findings = check(mechanism, ON)
        assert findings == check(mechanism, ON)
        for one in findings:
            describe_finding(one)
        refused += any(one.severity == "error" for one in findings)
    assert len(places) > 500
    assert refused > len(places) / 2


# Size


def wide(branches: int, steps: int = 5) -> Mechanism:
    """``branches`` departments that work in parallel, ``steps`` each with a way back, and join."""
    data = plain()
    template = data[S]["joint"]["parallel"]["branches"]["reply"]
    made = {}
    for number in range(branches):
        stages = {f"s{step}": {**NAMED} for step in range(steps)}
        stages["s0"]["clocks"] = ["replying"]
        stages["end"] = {**NAMED, "open": False}
        actions = {
            f"a{step}": {**template[A]["answer"], "from": [f"s{step}"], "to": f"s{step + 1}", "stops": []}
            for step in range(steps - 1)
        }
        actions["last"] = {**template[A]["answer"], "from": [f"s{steps - 1}"], "to": "end"}
        actions["back"] = {**NAMED, "kind": "return", "by": ["helper"], "from": [f"s{steps - 1}"], "to": "s0"}
        made[f"b{number}"] = {**template, "start": "s0", "stages": stages, "actions": actions}
    data[S]["joint"]["parallel"]["branches"] = made
    one = data[A]["split"]["splits"][0]
    data[A]["split"]["splits"] = [{**one, "branch": branch} for branch in made]
    return build(data)


def seconds(mechanism: Mechanism) -> float:
    best = float("inf")
    for _ in range(5):
        began = time.perf_counter()
        findings = check(mechanism, ON)
        best = min(best, time.perf_counter() - began)
        assert findings == []
    return best


def test_ten_departments_in_parallel_are_checked_at_once() -> None:
    """6^10 ways to interleave them; the target of the issue is 50 ms."""
    assert seconds(wide(10)) < 0.05


def test_the_time_grows_with_the_branches_and_not_with_their_product() -> None:
    assert seconds(wide(40)) < 20 * seconds(wide(10))
