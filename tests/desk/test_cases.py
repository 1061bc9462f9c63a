"""The page of a case: its timeline, its clocks, what it shows to whom, and what it costs."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from tests.desk import place
from tests.desk.case_help import HTMX, evidence, signed, text_of, verified
from tests.stores import TestStore


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LUOSHI_HOME", str(tmp_path))


def test_the_timeline_of_a_whole_case_is_told_in_words(store: TestStore) -> None:
    desk = place.make("supervision")
    done = verified()
    approver = {"approval": _actor("leader")}
    place.act("office", "strike_off", case=done.case, **approver)
    page = desk.browser("office").get(f"/desk/cases/{done.case}/")
    told = text_of(page)
    titles = re.findall(r'<div class="entry-head"><strong>([^<]*)</strong>', page.content.decode())
    assert titles == ["销号", "核查合格", "审核通过", "反馈结果", "签收", "交办", "批准立项", "拟办送审", "立项登记"]
    for word in (
        "枫林里老旧小区加装电梯", "已销号", "区住房和城乡建设局", "张三丰", "20部电梯全部完成", "已完成",
        "现场核查属实", "督办通知 霁督办通知", "行政首长或分管领导", "会议议定", "2026年12月18日 (周五)",
        "“办理时限”按期完成",
    ):  # fmt: skip
        assert word in told, word
    # Personal: shown to nobody before it is asked for. Codes stand nowhere in what is read.
    assert "13800001234" not in page.content.decode()
    assert "138****1234" in told
    assert "lead_body" not in told and "housing" not in told


def _actor(role: str) -> Any:
    from luoshi.mechanisms.acts import Actor

    return Actor(place.officer(role), "office", role)


def test_the_english_page_is_english(store: TestStore) -> None:
    desk = place.make("supervision")
    told = text_of(desk.browser("office", lang="en").get(f"/desk/cases/{signed().case}/"))
    for word in ("What is asked of me", "Why this date", "Housing Bureau", "Sign for it", "Under way", "To be done by"):
        assert word in told, word


def test_every_clock_says_why_it_is_due_then(store: TestStore) -> None:
    desk = place.make("supervision")
    near, far = place.task(due="2026-12-18"), place.task(due="2027-03-31")
    told = text_of(desk.browser("office").get(f"/desk/cases/{near.case}/"))
    assert "限期2026年12月18日（周五）" in told
    assert "个工作日" in told and "双休日" in told
    assert "限期2027年3月31日（周三）" in text_of(desk.browser("office").get(f"/desk/cases/{far.case}/"))


def test_a_limit_beyond_the_calendar_says_which_notice_is_missing(store: TestStore) -> None:
    from luoshi.desk.clocks import clocks_of
    from luoshi.desk.names import Names
    from luoshi.worktime.limits import Unit

    place.make("supervision")
    case = signed().case
    visit, held = _visit("office"), _held(case)
    clock = {"run": 1, "start": "2026-12-30", "value": 5, "unit": Unit.WORKDAY.value, "rung": 0, "need": 2027}
    held.state.clocks = {"checking": clock}  # type: ignore[dict-item]
    (found,) = clocks_of(visit, Names(visit), held.flow, held.state)
    assert (found.due, found.why) == (None, ())
    assert "2027" in found.missing


def _visit(role: str) -> Any:
    from django.test import RequestFactory

    from luoshi.access.models import Account
    from luoshi.casework import clock
    from luoshi.desk.visit import Visit

    account = Account(username=role, district=place.DISTRICT, officer=place.officer(role))
    return Visit(RequestFactory().get("/"), account, clock.now())


def _held(case: str) -> Any:
    from luoshi.casework.offers import state_of

    return state_of(place.DISTRICT, case)


@pytest.mark.parametrize("role", ["undertaker", "office", "leader"])
def test_everybody_is_offered_what_is_his(store: TestStore, role: str) -> None:
    desk = place.make("supervision")
    page = desk.browser(role).get(f"/desk/cases/{signed().case}/").content.decode()
    offered = set(re.findall(r"/acts/([a-z_]+)/", page))
    wanted = {
        "undertaker": {"feed_back", "report", "ask_extension"},
        "office": {"urge", "supervise", "circulate", "reassign"},
        "leader": set(),
    }
    assert offered == wanted[role]


def test_the_picture_shows_where_it_stands_and_runs_nothing(store: TestStore) -> None:
    desk = place.make("supervision")
    answer = desk.browser("office").get(f"/desk/cases/{signed().case}/picture.svg")
    assert answer["Content-Type"] == "image/svg+xml"
    assert 'data-stage="handling" aria-current="step"' in answer.content.decode()
    assert "unsafe-inline" not in answer["Content-Security-Policy"]
    from base64 import b64encode
    from hashlib import sha256

    style = re.search(rb"<style>(.*?)</style>", answer.content, re.DOTALL)
    assert style is not None
    assert b64encode(sha256(style[1]).digest()).decode() in answer["Content-Security-Policy"]


def test_a_look_at_what_is_new_costs_nothing_if_nothing_is(store: TestStore) -> None:
    desk = place.make("supervision")
    done = signed()
    browser = desk.browser("office")
    page = browser.get(f"/desk/cases/{done.case}/").content.decode()
    found = re.search(r'hx-get="([^"]*since[^"]*)"', page)
    assert found is not None
    look = found[1].replace("&amp;", "&")
    assert browser.get(look, **HTMX).status_code == 204
    told = {"progress": "已完成12部", "completion": "moving"}
    place.act("undertaker", "report", case=done.case, body="housing", fields=told)
    fresh = browser.get(look, **HTMX)
    assert fresh.status_code == 200
    text = fresh.content.decode()
    assert 'hx-swap-oob="afterbegin:#timeline"' in text
    assert "已完成12部" in text and "张三丰" not in text, "only what is new"
    assert "报告进展：区住房和城乡建设局" in text_of(fresh)
    assert 'id="act-form"' not in text, "an open form stays as it is"


@pytest.mark.parametrize("kind", ["page", "since", "picture", "alike", "reveal", "act"])
def test_who_holds_no_post_for_it_sees_nothing(store: TestStore, kind: str) -> None:
    desk = place.make("supervision", "hotline")
    case = signed().case
    address = {
        "page": f"/desk/cases/{case}/",
        "since": f"/desk/cases/{case}/since?n=1",
        "picture": f"/desk/cases/{case}/picture.svg",
        "alike": f"/desk/cases/{case}/alike/",
        "reveal": f"/desk/cases/{case}/reveal/5/contact_phone/",
        "act": f"/desk/cases/{case}/acts/urge/",
    }[kind]
    assert desk.browser("centre" if "centre" in place.roles() else "acceptor").get(address).status_code == 404
    assert desk.browser("office").get(address).status_code in (200, 204, 409)
    missing = address.replace(case, "supervision-2026-999999")
    assert desk.browser("office").get(missing).status_code == 404


def test_a_reveal_needs_a_reason_and_is_on_record(store: TestStore) -> None:
    from luoshi.org.models import RevealLog

    desk = place.make("supervision")
    case = signed().case
    browser = desk.browser("office")
    address = f"/desk/cases/{case}/reveal/5/contact_phone/"
    assert "13800001234" not in browser.get(address, **HTMX).content.decode()
    empty = browser.post(address, {"reason": " "}, **HTMX)
    assert empty.status_code == 422
    assert "13800001234" not in empty.content.decode()
    assert RevealLog.objects.count() == 0
    shown = browser.post(address, {"reason": "联系责任人核实进度"}, **HTMX)
    assert shown.status_code == 200 and "13800001234" in shown.content.decode()
    (line,) = RevealLog.objects.all()
    assert (line.officer, line.n, line.field, line.reason) == ("o-office-1", 5, "contact_phone", "联系责任人核实进度")


def test_evidence_is_served_for_its_case_alone(store: TestStore) -> None:
    desk = place.make("supervision")
    mine, other = signed(), place.task("另一事项")
    file = evidence()
    told = {"progress": "推进", "completion": "moving"}
    place.act("undertaker", "report", case=mine.case, body="housing", fields=told, files=(file,))
    browser = desk.browser("office")
    answer = browser.get(f"/desk/cases/{mine.case}/files/{file.sha256}")
    assert answer.status_code == 200 and answer["Content-Type"] == "image/png"
    assert answer["X-Content-Type-Options"] == "nosniff" and "sandbox" in answer["Content-Security-Policy"]
    thumb = browser.get(f"/desk/cases/{mine.case}/files/{file.sha256}/thumb")
    assert thumb.status_code == 200 and thumb["Content-Type"] == "image/jpeg"
    for address in (
        f"/desk/cases/{other.case}/files/{file.sha256}",
        f"/desk/cases/{other.case}/files/{file.sha256}/thumb",
        f"/desk/cases/{mine.case}/files/{'0' * 64}",
        f"/desk/cases/{mine.case}/files/..",
    ):
        assert browser.get(address).status_code == 404, address


def test_what_is_no_picture_is_a_download_under_its_name(store: TestStore) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    from luoshi.desk.uploads import take
    from luoshi.mechanisms.acts import File

    desk = place.make("supervision")
    case = signed().case
    made = take(SimpleUploadedFile("说明.txt", "合成说明".encode()), district=place.DISTRICT, by="o", at=0)
    told = {"progress": "推进", "completion": "moving"}
    files = (File("evidence", made.sha256, made.size),)
    place.act("undertaker", "report", case=case, body="housing", fields=told, files=files)
    answer = desk.browser("office").get(f"/desk/cases/{case}/files/{made.sha256}")
    assert answer["Content-Disposition"].startswith("attachment")
    assert "%E8%AF%B4%E6%98%8E.txt" in answer["Content-Disposition"]
    assert answer["Content-Type"] == "application/octet-stream"


def _queries(browser: Any, address: str, monkeypatch: pytest.MonkeyPatch) -> int:
    """Statements of one page; without the two that are asked once a second, whatever the page."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from luoshi.casework import lookup

    look, looks = lookup._rows_of, []
    with monkeypatch.context() as patch, CaptureQueriesContext(connection) as caught:
        patch.setattr(lookup, "_rows_of", lambda one: looks.append(one) or look(one))  # PostgreSQL's are not caught
        assert browser.get(address).status_code == 200
    told = [one["sql"] for one in caught if "casework_counter" not in one["sql"] and "org_revision" not in one["sql"]]
    return len(told) + (len(looks) if connection.vendor == "postgresql" else 0)


def test_a_long_case_costs_as_many_queries_as_a_short_one(store: TestStore, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = place.make("supervision")
    short, long = signed(), signed()
    told = {"progress": "推进", "completion": "moving"}
    for case, times in ((short, 1), (long, 60)):
        for _ in range(times):
            place.act("undertaker", "report", case=case.case, body="housing", fields=told, files=(evidence(),))
    browser = desk.browser("office")
    browser.get(f"/desk/cases/{long.case}/")
    few, many = (_queries(browser, f"/desk/cases/{one.case}/", monkeypatch) for one in (short, long))
    assert few == many
    assert many <= 16
    page = browser.get(f"/desk/cases/{long.case}/").content.decode()
    assert page.count('class="entry-head"') == 50
    assert browser.get(f"/desk/cases/{long.case}/?all=1").content.decode().count('class="entry-head"') == 65


def test_the_same_matter_is_proposed_and_linked_with_a_reason(store: TestStore) -> None:
    desk = place.make("supervision")
    first, second = place.task("枫林里老旧小区加装电梯"), place.task("枫林里老旧小区加装电梯二期")
    browser = desk.browser("office")
    address = f"/desk/cases/{second.case}/alike/"
    assert first.number in text_of(browser.get(address, **HTMX))
    assert browser.post(address, {"same_as": first.case, "reason": ""}, **HTMX).status_code == 422
    assert desk.browser("leader").post(address, {"same_as": first.case, "reason": "同一事项"}).status_code == 403
    assert browser.post(address, {"same_as": first.case, "reason": "同一小区"}).status_code == 302
    told = text_of(browser.get(f"/desk/cases/{second.case}/"))
    assert "合并计一件" in told and "同一小区" in told
    told = text_of(browser.get(f"/desk/cases/{first.case}/"))
    assert second.number in told and "枫林里老旧小区加装电梯二期" in told


def test_who_handed_a_case_on_goes_on_reading_it_and_nobody_else_does(store: TestStore) -> None:
    from luoshi.casework.door import Filters, may_read, page, sight
    from luoshi.org.models import Officer, Post
    from luoshi.org.snapshot import forget

    place.make("supervision")
    for code, body in (("h", "housing"), ("w", "water")):
        Officer.objects.create(district=place.DISTRICT, code=code, name=code)
        Post.objects.create(
            district=place.DISTRICT, officer=code, mechanism="*", role="undertaker", body=body, from_day="2025-01-01"
        )
    forget(place.DISTRICT)
    done = place.task(body="housing")
    place.act("undertaker", "sign", body="housing", case=done.case, fields={"contact": "甲"})
    asked = {"reason": "汛期", "progress": "过半", "new_due": "2026-12-30"}
    place.act("undertaker", "ask_extension", body="housing", case=done.case, fields=asked)
    for officer, reads in (("h", True), ("w", False)):
        seen = sight(place.DISTRICT, officer, "2026-11-27")
        assert (may_read(seen, done.case) is not None) is reads
        assert done.case not in {row.case for row in page(seen, Filters()).rows}
