"""Issue: with all four clarities, once, whatever happens in between."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import timedelta
from typing import Any

import pytest
from tests.commitments import setting
from tests.commitments.setting import DISTRICT, NOBODY, NOW, OFFICE, OTHER, at_once, fresh, ready, rows, taken
from tests.stores import TestStore


@pytest.fixture(autouse=True)
def _settled(store: TestStore) -> None:
    setting.settle()


def case_rows() -> list[Any]:
    from luoshi.casework.models import Case

    return list(Case.objects.filter(district=DISTRICT).order_by("id"))


def entry_of(case: str, n: int = 1) -> dict[str, Any]:
    from luoshi.casework.models import Case, Entry

    pk = Case.objects.get(case=case).pk
    return dict(json.loads(bytes(Entry.objects.get(case_id=pk, n=n).data)))


def test_a_commitment_becomes_a_case() -> None:
    from luoshi.casework.models import Notice, Plaintext
    from luoshi.commitments.issuing import issue
    from luoshi.commitments.review import log_of

    found = next(one for one in rows(taken()) if one.text.startswith("新建标准厂房"))
    nodes = [{"day": "2025-06-30", "text": "开工"}, {"day": "2025-11-30", "text": "竣工"}]
    row = ready(found, joint=["water"], milestones=nodes, standard="")
    (told,) = issue(DISTRICT, OFFICE, [row.code], NOW)
    assert told.error is None
    assert told.done is not None
    assert (told.case, told.done.stage, told.done.body, told.done.due_on) == (
        told.done.case, "issued", "housing", "2025-12-31",
    )  # fmt: skip
    now = fresh(row)
    assert (now.status, now.case, now.issued_on, now.n) == ("issued", told.case, "2025-03-03", row.n + 1)
    entry = entry_of(str(told.case))
    assert (entry["act"], entry["actor_body"], entry["actor_role"]) == ("issue_report", "supervision", "office")
    assert {name: entry["data"][name] for name in ("origin", "lead_body", "assisting", "due")} == {
        "origin": "report", "lead_body": "housing", "assisting": ["water"], "due": "2025-12-31",
    }  # fmt: skip
    private = {name: value[1] for name, value in json.loads(Plaintext.objects.get().private).items()}
    assert private["standard"] == "标准厂房达到18万平方米", "the target is the standard, as it was written"
    assert private["node_plan"] == "2025-06-30 开工\n2025-11-30 竣工"
    assert private["target"] == private["title"] == "新建标准厂房18万平方米"
    assert [(one.document, one.body) for one in Notice.objects.all()] == [("notice", "housing")]
    last = log_of(DISTRICT, row.code)[0]
    assert (last.action, last.officer, last.n, last.after["case"]) == ("issue", OFFICE, now.n, told.case)


@pytest.mark.parametrize("missing", ["who", "what", "standard", "when"])
def test_what_is_unclear_is_refused_and_says_which(missing: str) -> None:
    from luoshi.commitments.clarity import lacking
    from luoshi.commitments.issuing import issue

    found = next(one for one in rows(taken()) if not one.targets)
    given = {"who": {"lead": None}, "what": {"task": " "}, "standard": {"standard": ""}, "when": {"due": None}}
    row = ready(found, **given[missing])
    (told,) = issue(DISTRICT, OFFICE, [row.code], NOW)
    assert (getattr(told.error, "code", ""), getattr(told.error, "details", {})) == (
        "unclear", {"commitment": row.code, "missing": (missing,)},
    )  # fmt: skip
    assert lacking(row) == (missing,)
    assert (fresh(row).status, case_rows()) == ("accepted", [])


def test_each_is_issued_for_itself() -> None:
    from luoshi.commitments.issuing import issue
    from luoshi.commitments.review import accept

    first, second, third, fourth = rows(taken())[:4]
    ready(first)
    accept(DISTRICT, OFFICE, second.code, 1, NOW)
    ready(fourth)
    stale = {fourth.code: 1}
    told = issue(DISTRICT, OFFICE, [first.code, second.code, third.code, "none\x00", fourth.code], NOW, seen=stale)
    codes = [getattr(one.error, "code", None) for one in told]
    assert codes == [None, "unclear", "status_wrong", "commitment_unknown", "changed"]
    assert len(case_rows()) == 1


def test_a_refusal_of_the_mechanism_is_told() -> None:
    from django.db import transaction

    from luoshi.commitments.issuing import issue
    from luoshi.org.models import Body
    from luoshi.org.snapshot import changed

    row = ready(rows(taken())[0])
    with transaction.atomic():
        Body.objects.filter(district=DISTRICT, code="housing").update(ended_on="2025-03-04")
        changed(DISTRICT)
    (told,) = issue(DISTRICT, OFFICE, [row.code], NOW + timedelta(days=2))
    assert getattr(told.error, "code", "") == "body_unknown"
    assert (fresh(row).status, case_rows()) == ("accepted", [])


def test_who_may_not_issue() -> None:
    from luoshi.commitments.errors import CommitmentError
    from luoshi.commitments.issuing import issue

    row = ready(rows(taken())[0])
    for officer in (NOBODY, setting.LEADER):
        with pytest.raises(CommitmentError, match="not_authorised"):
            issue(DISTRICT, officer, [row.code], NOW)
    assert case_rows() == []


def test_twice_is_once() -> None:
    from luoshi.commitments.issuing import issue

    row = ready(rows(taken())[0])
    first, again = (issue(DISTRICT, OFFICE, [row.code], NOW)[0] for _ in range(2))
    assert (again.case, again.done, again.error) == (first.case, None, None)
    assert [one.case for one in issue(DISTRICT, OFFICE, [row.code, row.code], NOW)] == [first.case] * 2
    assert len(case_rows()) == 1


def test_twice_at_once_is_once() -> None:
    from luoshi.commitments.issuing import issue

    report = taken()
    wanted = [ready(row).code for row in rows(report)[:8]]
    found = at_once(*[lambda who=who: issue(DISTRICT, who, wanted, NOW) for who in (OFFICE, OTHER, OFFICE)])
    for told in zip(*found, strict=True):
        assert len({one.case for one in told}) == 1
        assert sum(one.done is not None for one in told) == 1
        assert all(one.error is None for one in told)
    assert len(case_rows()) == len(wanted)


def test_a_change_in_between_stops_the_issue(monkeypatch: pytest.MonkeyPatch) -> None:
    from luoshi.commitments import issuing
    from luoshi.commitments.review import edit

    row = ready(rows(taken())[0])
    write = issuing._write

    def late(found: Any, actor: Any, one: Any, now: Any) -> Any:
        edit(DISTRICT, OTHER, row.code, row.n, {"lead": "water"}, NOW)
        return write(found, actor, one, now)

    monkeypatch.setattr(issuing, "_write", late)
    (told,) = issuing.issue(DISTRICT, OFFICE, [row.code], NOW)
    assert getattr(told.error, "code", "") == "changed"
    assert (fresh(row).status, fresh(row).lead, case_rows()) == ("accepted", "water", [])


KILLED = """
import os, signal, sys
import django
django.setup()
from datetime import datetime
from luoshi.commitments import issuing

mark = issuing._mark
def dies(*args):
    if sys.argv[2] == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    mark(*args)
    os.kill(os.getpid(), signal.SIGKILL)
issuing._mark = dies
issuing.issue("jichuan", "o-shen", [sys.argv[1]], datetime(2025, 3, 3, 10))
"""


@pytest.mark.parametrize("when", ["before", "after"])
def test_killed_between_case_and_row_nothing_was_issued(store: TestStore, when: str) -> None:
    from luoshi.commitments.issuing import issue

    row = ready(rows(taken())[0])
    environ = {**store.environ, "DJANGO_SETTINGS_MODULE": "luoshi.site.settings"}
    run = [sys.executable, "-c", KILLED, row.code, when]
    died = subprocess.run(run, env=environ, capture_output=True, text=True, check=False)
    assert died.returncode == -9, died.stderr
    assert (fresh(row).status, case_rows()) == ("accepted", [])
    (told,) = issue(DISTRICT, OFFICE, [row.code], NOW)
    assert told.done is not None
    assert len(case_rows()) == 1
