"""The audit log as the audit administrator reads it: searched, proved, exported, its reading on record."""

from __future__ import annotations

import io
import re
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
from tests.access.test_audit import unguard
from tests.desk import place
from tests.desk.test_admin import logged, made
from tests.desk.test_admin_changes import wrong_of
from tests.stores import TestStore

WAY = "/desk/audit/"
TODAY = date.today()


def record(what: str, **more: Any) -> None:
    from luoshi.access import audit

    audit.record(place.DISTRICT, more.pop("who", "wangfang"), what, **more)


def kinds(answer: Any) -> list[str]:
    """The codes of the lines that the page shows."""
    assert answer.status_code == 200
    return re.findall(r'class="audit-line" data-what="(\w+)"', answer.text)


def test_lines_are_found_by_day_person_kind_and_words(store: TestStore) -> None:
    browser = made().browser("audit")
    record("signed_in", address="10.0.0.7")
    record("post_ended", about="o-office-1", details={"role": "督查员"})
    record("signed_out", who="liming", result="refused")
    browser.get(WAY)
    assert kinds(browser.get(WAY, {"who": "WangFang"})) == ["post_ended", "signed_in"]
    assert kinds(browser.get(WAY, {"what": "signed_out"})) == ["signed_out"]
    assert kinds(browser.get(WAY, {"text": "督查"})) == ["post_ended"]
    assert kinds(browser.get(WAY, {"text": "O-OFFICE"})) == ["post_ended"]
    assert "signed_in" in kinds(browser.get(WAY, {"since": TODAY.isoformat(), "until": TODAY.isoformat()}))
    assert kinds(browser.get(WAY, {"since": (TODAY + timedelta(days=1)).isoformat()})) == []
    assert kinds(browser.get(WAY, {"until": (TODAY - timedelta(days=1)).isoformat()})) == []
    page = browser.get(WAY, {"who": "wangfang"}).text
    assert "任职免除" in page or "10.0.0.7" in page
    assert "督查员" in page


def test_reading_the_log_is_itself_on_record(store: TestStore) -> None:
    browser = made().browser("audit")
    browser.get(WAY, {"who": "wangfang"})
    line = logged("audit_read")[0]
    assert line.who == "a-audit" and "wangfang" in line.details
    browser.get("/desk/audit/export.xlsx")
    browser.post("/desk/audit/check/")
    assert len(logged("audit_exported")) == len(logged("audit_checked")) == 1


def test_what_cannot_be_looked_for_is_told_beside_its_field(store: TestStore) -> None:
    browser = made().browser("audit")
    assert set(wrong_of(browser.get(WAY, {"since": "yesterday"}))) == {"since"}
    assert set(wrong_of(browser.get(WAY, {"since": "2026-02-02", "until": "2026-02-01"}))) == {"until"}
    assert set(wrong_of(browser.get(WAY, {"text": "a\x00b"}))) == {"text"}
    assert browser.get(WAY, {"before": "9" * 40}).status_code == 200


def test_pages_go_by_key_and_show_each_line_once(store: TestStore) -> None:
    browser = made().browser("audit")
    for n in range(120):
        record("signed_in", about=f"n{n}")
    way: str | None = f"{WAY}?what=signed_in"
    seen: list[str] = []
    while way:
        text = browser.get(way).text
        seen += re.findall(r">(n\d+)</td>", text)
        found = re.search(r'rel="next" href="([^"]+)"', text)
        way = unescape(found[1]) if found else None
    assert seen == [f"n{n}" for n in reversed(range(120))]


def test_a_look_at_personal_data_is_there_with_its_case_and_reason(store: TestStore) -> None:
    from luoshi.casework.models import Case
    from luoshi.org.models import RevealLog

    desk = made()
    case = Case.objects.get(case=place.task().case)
    look = {"officer": "o-office-1", "case_id": case.pk, "n": 1, "field": "title", "reason": "核实情况"}
    RevealLog.objects.create(district=place.DISTRICT, at=1_790_000_000, **look)
    page = desk.browser("audit").get(WAY, {"what": "revealed"}).text
    assert case.number in page and "核实情况" in page
    assert case.title is None or case.title not in page


def test_names_that_nobody_has_are_in_a_log_of_their_own(store: TestStore) -> None:
    from django.test import Client

    browser = made().browser("audit")
    Client(HTTP_HOST="localhost").post("/desk/sign-in/", {"name": "nobody-at-all", "password": "x"})
    assert "nobody-at-all" not in browser.get(WAY, {"what": "password_wrong"}).text
    assert kinds(browser.get(WAY, {"log": "door", "what": "password_wrong"})) == ["password_wrong"]


def test_another_districts_log_is_not_read(store: TestStore) -> None:
    from luoshi.access import audit

    browser = made().browser("audit")
    audit.record("other", "stranger", "signed_in")
    assert "stranger" not in browser.get(WAY).text and "stranger" not in browser.get(WAY, {"log": "other"}).text


def test_a_whole_log_is_proved_and_its_head_can_be_held_against_it(store: TestStore) -> None:
    browser = made().browser("audit", lang="en")
    record("signed_in")
    text = browser.post("/desk/audit/check/").text
    head = re.findall(r'class="digest">([0-9a-f]{64})<', text)[0]
    assert "The log is whole" in text
    record("signed_out")
    assert "The log is whole" in browser.post("/desk/audit/check/", {"head": head}).text
    other = browser.post("/desk/audit/check/", {"head": "0" * 64}).text
    assert "The log is not whole" in other and "The digest that was written down is not in the log" in other
    assert set(wrong_of(browser.post("/desk/audit/check/", {"head": "abc"}))) == {"head"}


@pytest.mark.parametrize("change", ["alter", "remove", "cut"])
def test_a_tampered_line_is_told(store: TestStore, change: str) -> None:
    from luoshi.access.models import AuditLog

    browser = made().browser("audit", lang="en")
    for _ in range(5):
        record("signed_in")
    rows = AuditLog.objects.filter(district=place.DISTRICT)
    unguard(store.vendor)
    top = max(rows.values_list("n", flat=True))
    line = top if change == "cut" else 3
    if change == "alter":
        rows.filter(n=line).update(who="somebody")
    else:
        rows.filter(n=line)._raw_delete(rows.db)
    text = browser.post("/desk/audit/check/").text
    assert "The log is not whole" in text and f"Line {line} is not as it was written" in text
    assert browser.get(WAY).status_code == 200  # it can be read all the same


def test_the_export_holds_every_line_that_is_found(store: TestStore) -> None:
    from python_calamine import CalamineWorkbook

    browser = made().browser("audit")
    for n in range(60):
        record("signed_in", about=f"=n{n}")
    record("signed_out")
    answer = browser.get("/desk/audit/export.xlsx", {"what": "signed_in"})
    book = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(answer.streaming_content)))
    rows = book.get_sheet_by_index(0).to_python()[1:]
    assert [row[5] for row in rows] == [f"=n{n}" for n in reversed(range(60))]


def test_markup_in_a_line_is_text(store: TestStore) -> None:
    browser = made().browser("audit")
    record("signed_in", about="<script>alert(1)</script>", details={"<b>": "<i>x</i>"})
    page = browser.get(WAY).text
    assert "<script>alert" not in page and "<b>" not in page.split('id="log"')[1] and "&lt;script&gt;" in page
