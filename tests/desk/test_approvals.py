"""Approvals: what needs one is asked for from its form, decided by another officer, and done then."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from tests.desk import place
from tests.desk.case_help import HTMX, evidence, picture, signed, text_of, verified
from tests.stores import TestStore


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LUOSHI_HOME", str(tmp_path))


def stage(case: str) -> str:
    """Where the case stands."""
    from luoshi.casework.models import Case

    return Case.objects.get(case=case).stage


def asked(desk: Any, case: Any, n: int = 1) -> str:
    """The striking off of ``case`` asked for by the office; the number under which it waits."""
    answer = desk.browser("office", n).post(f"/desk/cases/{case.case}/acts/strike_off/", {"seen": case.n}, **HTMX)
    assert answer.status_code == 200, text_of(answer)
    from luoshi.casework.models import PendingAct

    return str(PendingAct.objects.latest("id").id)


def test_striking_off_waits_for_the_leader_and_is_done_when_he_approves(store: TestStore) -> None:
    desk = place.make("supervision")
    case = verified()
    office, leader = desk.browser("office"), desk.browser("leader")
    form = text_of(office.get(f"/desk/cases/{case.case}/acts/strike_off/"))
    assert "经行政首长或分管领导批准后生效" in form and "送审：销号" in form
    answer = office.post(f"/desk/cases/{case.case}/acts/strike_off/", {"seen": case.n}, **HTMX)
    assert "已送行政首长或分管领导审批" in text_of(answer)
    assert stage(case.case) == "checked"
    page = office.get(f"/desk/cases/{case.case}/")
    assert "待审批" in text_of(page) and "/acts/strike_off/" not in page.content.decode()
    waiting = text_of(leader.get("/desk/approvals/"))
    assert "待我审批（1）" in waiting and "枫林里老旧小区加装电梯" in waiting and "office·1" in waiting
    number = re.search(r'name="number" value="(\d+)"', leader.get("/desk/approvals/").content.decode())
    assert number is not None
    done = leader.post("/desk/approvals/", {"number": number[1], "decision": "approve"})
    assert done.status_code == 200 and "已批准并办理" in text_of(done)
    assert stage(case.case) == "struck_off"
    told = text_of(office.get(f"/desk/cases/{case.case}/"))
    assert "销号 → 已销号" in told and "leader·1批准" in told
    assert "已批准" in text_of(office.get("/desk/approvals/"))
    again = leader.post("/desk/approvals/", {"number": number[1], "decision": "approve"})
    assert again.status_code == 409


def test_a_look_at_the_case_hears_of_what_waits(store: TestStore) -> None:
    desk = place.make("supervision")
    case = verified()
    other = desk.browser("office", 2)
    look = f"/desk/cases/{case.case}/since?n={case.n}&w="
    assert other.get(look, **HTMX).status_code == 204
    asked(desk, case)
    fresh = other.get(look, **HTMX)
    assert fresh.status_code == 200 and "待审批" in text_of(fresh)


def test_a_refusal_needs_a_reason_which_the_asker_sees(store: TestStore) -> None:
    desk = place.make("supervision")
    case = verified()
    number = asked(desk, case)
    leader = desk.browser("leader")
    empty = leader.post("/desk/approvals/", {"number": number, "decision": "refuse", "reason": " "})
    assert empty.status_code == 422 and 'role="alert"' in empty.content.decode()
    assert (
        leader.post("/desk/approvals/", {"number": number, "decision": "refuse", "reason": "材料不全"}).status_code
        == 200
    )
    assert stage(case.case) == "checked"
    told = text_of(desk.browser("office").get("/desk/approvals/"))
    assert "材料不全" in told and "未批准" in told


def test_the_asker_withdraws_and_nobody_decides_for_himself(store: TestStore) -> None:
    desk = place.make("supervision")
    case = verified()
    number = asked(desk, case)
    office = desk.browser("office")
    assert "待我审批（0）" in text_of(office.get("/desk/approvals/"))
    for decision in ("approve", "refuse"):
        answer = office.post("/desk/approvals/", {"number": number, "decision": decision, "reason": "我自己"})
        assert answer.status_code == 409, decision
    assert (
        desk.browser("undertaker").post("/desk/approvals/", {"number": number, "decision": "withdraw"}).status_code
        == 409
    )
    assert office.post("/desk/approvals/", {"number": number, "decision": "withdraw"}).status_code == 200
    assert stage(case.case) == "checked"
    assert "已撤回" in text_of(office.get("/desk/approvals/"))
    assert office.post("/desk/approvals/", {"number": "1; --", "decision": "approve"}).status_code == 400


def test_what_was_overtaken_is_told_so(store: TestStore) -> None:
    desk = place.make("supervision")
    case = verified()
    number = asked(desk, case)
    told = {"due": "2026-12-25", "reason": "补充材料"}
    place.act("office", "send_back", case=case.case, fields=told)
    leader = desk.browser("leader")
    assert "已有新进展" in text_of(leader.get("/desk/approvals/"))
    assert leader.post("/desk/approvals/", {"number": number, "decision": "approve"}).status_code == 409
    assert stage(case.case) == "handling"


def test_evidence_of_what_waits_is_seen_by_who_decides_and_who_asked(store: TestStore) -> None:
    from luoshi.casework.models import PendingAct

    desk = place.make("supervision")
    case = signed()
    office = desk.browser("office", 2)
    told = {"seen": case.n, "v_reason": "事项已并入其他任务", "u_evidence": [picture("teal")]}
    answer = office.post(f"/desk/cases/{case.case}/acts/end/", told, **HTMX)
    assert answer.status_code == 200, text_of(answer)
    waits = PendingAct.objects.get()
    digest = re.search(r"[0-9a-f]{64}", waits.files)
    assert digest is not None
    address = f"/desk/approvals/{waits.id}/files/{digest[0]}"
    for browser, code in ((desk.browser("leader"), 200), (office, 200), (desk.browser("undertaker"), 404)):
        assert browser.get(address).status_code == code
    assert desk.browser("leader").get(f"/desk/approvals/{waits.id}/files/{evidence().sha256}").status_code == 404
    assert desk.browser("leader").get(f"/desk/cases/{case.case}/files/{digest[0]}").status_code == 404, "no entry yet"
    assert "事项已并入其他任务" in text_of(desk.browser("leader").get("/desk/approvals/"))


def test_many_approvals_cost_as_many_queries_as_one(store: TestStore, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.desk.test_cases import _queries

    desk = place.make("supervision")
    leader = desk.browser("leader")
    asked(desk, verified())
    leader.get("/desk/approvals/")
    few = _queries(leader, "/desk/approvals/", monkeypatch)
    for _ in range(4):
        asked(desk, verified())
    assert _queries(leader, "/desk/approvals/", monkeypatch) == few
