"""Papers of cases, from the store: who sees what, and what stands in a paper, which is of its day."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.casework.district import ROOT
from tests.desk import place

NOW = datetime(2026, 11, 27, 9, 0)
NAME = "沈某甲（合成）"
WANTED = "霁川区二〇二五年老旧小区改造清单"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LUOSHI_HOME", str(tmp_path))
    monkeypatch.setenv("LUOSHI_PACKS", str(ROOT / "packs"))
    monkeypatch.setattr("luoshi.casework.clock.now", lambda: NOW)
    return tmp_path


def sight_of(role: str = "office", n: int = 1, day: str = "2026-11-27") -> Any:
    from luoshi.casework.door import sight

    return sight(place.DISTRICT, place.officer(role, n), day)


def texts(paper: Any) -> str:
    """All that stands in a paper."""
    return "\n".join(str(asdict(block)) for block in paper.blocks)


def request() -> Any:
    """A request for information, registered; it has a receipt for the applicant."""
    told = {
        "channel": "in_person",
        "received_on": "2026-11-27",
        "applicant_kind": "natural",
        "applicant_name": NAME,
        "wanted": WANTED,
    }
    return place.act("office", "register", mechanism="disclosure", fields=told)


def test_the_supervision_notice_is_an_official_paper(store: Any) -> None:
    place.make("supervision")
    done = place.task()
    from luoshi.writing.papers import model
    from luoshi.writing.papers.making import paper, papers_of

    listed = papers_of(sight_of(), done.case)
    assert [(one.document, one.name, one.to) for one in listed] == [
        ("notice", "督办通知", "区住房和城乡建设局"),
        ("ledger", "督查督办台账", ""),
    ]
    for which in (listed[0].id, "notice"):
        made = paper(sight_of(), done.case, which, now=NOW)
        head, title, to, *rest = made.blocks
        assert head == model.Head("区政府督查室", listed[0].number)
        assert title == model.Title("关于“枫林里老旧小区加装电梯”的督办通知")
        assert to == model.Salutation("区住房和城乡建设局")
        for want in ("完成20部", "验收合格", "2026年12月18日前完成。", "特此通知。"):
            assert want in texts(made)
        assert isinstance(rest[-1], model.Signature)
        assert rest[-1].issuer == "区政府督查室"
        assert made.masked == ()


def test_the_ledger_of_a_case_has_every_step(store: Any) -> None:
    place.make("supervision")
    done = place.task()
    from luoshi.writing.papers import model
    from luoshi.writing.papers.making import paper

    made = paper(sight_of(), done.case, "ledger", now=NOW)
    steps = next(block for block in made.blocks if isinstance(block, model.Table) and block.head)
    assert [row[2] for row in steps.rows] == ["步骤", "立项登记", "拟办送审", "批准立项", "交办"]
    assert "文书：督办通知 " in steps.rows[-1][4]
    assert "任务来源：会议议定" in steps.rows[1][4]


def test_a_case_that_is_not_seen_has_no_papers(store: Any) -> None:
    place.make("supervision")
    done = place.task()
    from luoshi.casework.errors import CaseworkError
    from luoshi.writing.papers.errors import PaperError
    from luoshi.writing.papers.making import paper, papers_of

    nobody = sight_of("grid_worker", 1, "2020-01-01")  # before any post
    for ask in (
        lambda: papers_of(nobody, done.case),
        lambda: paper(nobody, done.case, "ledger", now=NOW),
        lambda: paper(sight_of(), "supervision-2026-999999", "ledger", now=NOW),
    ):
        with pytest.raises(CaseworkError) as caught:
            ask()
        assert caught.value.code == "case_unknown"
    for which in ("circular", "999999", "../ledger", ""):
        with pytest.raises(PaperError) as refused:
            paper(sight_of(), done.case, which, now=NOW)
        assert refused.value.code == "paper_unknown"


def test_a_paper_of_another_case_is_not_to_be_had(store: Any) -> None:
    place.make("supervision")
    one, other = place.task(), place.task("另一事项")
    from luoshi.writing.papers.errors import PaperError
    from luoshi.writing.papers.making import paper, papers_of

    foreign = papers_of(sight_of(), other.case)[0].id
    with pytest.raises(PaperError):
        paper(sight_of(), one.case, foreign, now=NOW)


def test_a_paper_is_of_its_day(store: Any) -> None:
    place.make("supervision")
    done = place.task()
    from luoshi.writing.papers.making import paper, papers_of

    before = texts(paper(sight_of(), done.case, "notice", now=NOW))
    place.act("undertaker", "sign", case=done.case, body="housing", fields={"contact": "合成联络员"})
    place.act("office", "urge", case=done.case)
    urging = texts(paper(sight_of(), done.case, "urging", now=NOW))
    assert "办理时限为2026年12月18日" in urging
    asked = {"reason": "材料到货推迟", "new_due": "2027-01-15", "progress": "已完成12部"}
    place.act("undertaker", "ask_extension", case=done.case, body="housing", fields=asked)
    place.act("leader", "grant_extension", case=done.case, n=2, fields={"new_due": "2027-01-15"})
    assert texts(paper(sight_of(), done.case, "notice", now=NOW + timedelta(days=1))) == before
    assert texts(paper(sight_of(), done.case, "urging", now=NOW)) == urging
    reply = papers_of(sight_of(), done.case)[-2]
    first = texts(paper(sight_of(), done.case, reply.id, now=NOW))
    assert "2027年1月15日" in first
    place.act("undertaker", "ask_extension", case=done.case, body="housing", fields={**asked, "new_due": "2027-02-19"})
    place.act("leader", "grant_extension", case=done.case, n=2, fields={"new_due": "2027-02-19"})
    assert texts(paper(sight_of(), done.case, reply.id, now=NOW)) == first
    assert "2027年2月19日" in texts(paper(sight_of(), done.case, "extension_reply", now=NOW))


def test_personal_data_is_masked_until_it_is_asked_for_and_that_is_on_record(store: Any) -> None:
    place.make("disclosure")
    done = request()
    from luoshi.org.models import RevealLog
    from luoshi.writing.papers.making import paper

    masked = paper(sight_of(), done.case, "receipt", now=NOW)
    assert NAME not in texts(masked)
    assert WANTED not in texts(masked)
    assert masked.masked == ("申请人", "所需信息的名称、文号或者描述")
    assert RevealLog.objects.count() == 0
    shown = paper(sight_of(), done.case, "receipt", now=NOW, reason="打印回执交申请人")
    assert NAME in texts(shown)
    assert WANTED in texts(shown)
    assert shown.masked == ()
    logged = RevealLog.objects.order_by("field").values_list("officer", "n", "field", "reason")
    assert list(logged) == [
        (place.officer("office"), 1, field, "打印回执交申请人") for field in ("applicant_name", "wanted")
    ]


def test_the_ledger_shows_no_personal_data_whatever_the_reason(store: Any) -> None:
    place.make("disclosure")
    done = request()
    from luoshi.writing.papers.making import paper

    made = paper(sight_of(), done.case, "ledger", now=NOW, reason="归档")
    assert NAME not in texts(made)
    assert WANTED not in texts(made)
    assert set(made.masked) == {"申请人", "所需信息的名称、文号或者描述"}


def test_a_paper_for_a_party_outside_goes_to_its_role(store: Any) -> None:
    place.make("disclosure")
    done = request()
    from luoshi.writing.papers.making import papers_of

    assert papers_of(sight_of(), done.case)[0].to == "申请人"


def test_the_ladder_s_papers_speak_of_their_limit_and_come_from_the_standing_office(store: Any) -> None:
    place.make("supervision")
    done = place.task()
    place.act("undertaker", "sign", case=done.case, body="housing", fields={"contact": "合成联络员"})
    from luoshi.casework.sweeping import sweep
    from luoshi.writing.papers import model
    from luoshi.writing.papers.making import paper, papers_of

    later = datetime(2026, 12, 31, 9, 0)
    sweep(place.DISTRICT, now=later)
    listed = [one.document for one in papers_of(sight_of(), done.case)]
    assert listed[:2] == ["notice", "reminder"]
    assert "urging" in listed
    urging = paper(sight_of(), done.case, "urging", now=later)
    told = texts(urging)
    assert "办理时限为2026年12月18日" in told
    signature = next(block for block in urging.blocks if isinstance(block, model.Signature))
    assert signature.issuer == "区政府督查室"
    if "supervision_letter" in listed:
        assert "已经逾期" in texts(paper(sight_of(), done.case, "supervision_letter", now=later))
    assert "已经逾期" not in texts(paper(sight_of(), done.case, "reminder", now=later))


def test_a_value_of_the_case_is_no_template_and_no_markup(store: Any) -> None:
    place.make("supervision")
    title = "{{ 7 * 7 }} # 一 | 二 | {% if 1 %}"
    done = place.task(title)
    from luoshi.writing.papers import model
    from luoshi.writing.papers.docx_out import docx
    from luoshi.writing.papers.making import paper
    from luoshi.writing.papers.pdf_out import pdf

    made = paper(sight_of(), done.case, "notice", now=NOW)
    assert made.blocks[1] == model.Title(f"关于“{title}”的督办通知")
    assert docx(made)[:2] == b"PK"
    assert pdf(made)[:5] == b"%PDF-"


def test_every_paper_of_a_lively_case_is_written(store: Any) -> None:
    place.make("supervision")
    done = place.task()
    from luoshi.writing.papers.docx_out import docx
    from luoshi.writing.papers.making import paper, papers_of
    from luoshi.writing.papers.pdf_out import pdf

    for one in papers_of(sight_of(), done.case):
        made = paper(sight_of(), done.case, one.id, now=NOW)
        assert docx(made)
        assert pdf(made)
