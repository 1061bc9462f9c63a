"""The leader's page of promises: the lights are the room's own, every number is its list, and nobody sees too much."""

from __future__ import annotations

import re
from typing import Any

import pytest
from tests.desk import place
from tests.desk.lists import counted
from tests.desk.promises import (
    HOUSING,
    LEADER,
    OFFICE,
    Promised,
    issued,
    mixed,
    numbers_of,
    page_of,
    plain,
    rows_of,
    steady,
)
from tests.stores import TestStore


def test_each_row_shows_the_lights_of_the_room(store: TestStore, monkeypatch: pytest.MonkeyPatch) -> None:
    from luoshi.words.commitments import explain_light, name_light

    made = mixed(monkeypatch)
    text = page_of(made.browser(LEADER, lang="en").get("/desk/commitments/"))
    rows, cards = rows_of(text), made.cards(LEADER)
    states = set()
    for code in made.codes:
        lights = cards[code].progress
        for light in (lights.step, lights.deadline, lights.pace):
            states.add(str(light.state))
            assert name_light(light) in plain(rows[code]), (code, light)
            assert f'title="{explain_light(light)}"' in rows[code]
    assert states == {
        "none", "urged", "in_time", "overdue", "done", "on_pace", "behind", "not_reported",
    }  # fmt: skip


def test_what_was_not_reported_is_never_shown_as_a_share(store: TestStore, monkeypatch: pytest.MonkeyPatch) -> None:
    made = mixed(monkeypatch)
    rows = rows_of(page_of(made.browser(LEADER).get("/desk/commitments/")))
    silent, pace = rows[made.codes[2]], rows[made.codes[0]]
    assert "<progress" in pace
    assert "<progress" not in silent
    assert "due done" not in silent
    assert "5月 40% 推进中: 推进顺利" in plain(silent), "what was said last stands in its own column"


def test_every_number_is_the_length_of_its_list(store: TestStore, monkeypatch: pytest.MonkeyPatch) -> None:
    made = mixed(monkeypatch)
    browser = made.browser(LEADER)
    seen = {}
    for group in ("body", "theme", "list"):
        text = page_of(browser.get(f"/desk/commitments/?group={group}"))
        told = numbers_of(text)
        assert len(told) >= (6 if group == "list" else 10)
        for address, number in told:
            assert len(rows_of(page_of(browser.get(address)))) == number, address
            seen[address] = number
    top = {re.sub(r".*show=", "", address): number for address, number in seen.items() if address.count("=") == 1}
    assert top == {"issued": 7, "done": 1, "late": 1, "behind": 1, "silent": 3, "unissued": len(made.cards()) - 7}


def test_filters_and_words(store: TestStore, monkeypatch: pytest.MonkeyPatch) -> None:
    made = mixed(monkeypatch)
    browser = made.browser(LEADER)
    text = page_of(browser.get("/desk/commitments/?body=water&show=issued"))
    assert list(rows_of(text)) == made.codes[1::2]
    word = made.cards()[made.codes[0]].commitment.text[:6]
    assert made.codes[0] in rows_of(page_of(browser.get("/desk/commitments/", {"q": word})))
    assert rows_of(page_of(browser.get("/desk/commitments/?q=没有这样的字词"))) == {}
    assert "没有同时符合这些条件的任务" in page_of(browser.get("/desk/commitments/?q=没有这样的字词"))
    assert browser.get("/desk/commitments/?report=999").status_code == 404
    assert browser.get("/desk/commitments/?report=x&group=y&show=z&body=%00").status_code == 200


def test_a_body_sees_its_own_promises_alone(store: TestStore, monkeypatch: pytest.MonkeyPatch) -> None:
    made = mixed(monkeypatch)
    own, others = made.codes[::2], made.codes[1::2]
    browser = made.browser(HOUSING)
    assert sorted(rows_of(page_of(browser.get("/desk/commitments/")))) == sorted(own)
    for code in own:
        page_of(browser.get(f"/desk/commitments/{code}/"))
    unissued = next(code for code in made.cards() if code not in made.codes)
    for code in (*others, unissued, "2026-999", "x\u0007"):
        assert browser.get(f"/desk/commitments/{code}/").status_code == 404
    page_of(made.browser(LEADER).get(f"/desk/commitments/{unissued}/"))
    nobody = made.browser(place.officer("handler")) if "handler" in place.roles() else None
    if nobody is not None:
        assert rows_of(page_of(nobody.get("/desk/commitments/"))) == {}


def test_the_page_of_a_promise(store: TestStore, monkeypatch: pytest.MonkeyPatch) -> None:
    from luoshi.words.commitments import explain_light

    made = mixed(monkeypatch)
    behind = made.codes[1]
    card = made.cards()[behind]
    office = page_of(made.browser(OFFICE, lang="en").get(f"/desk/commitments/{behind}/"))
    for light in (card.progress.step, card.progress.deadline, card.progress.pace):
        assert explain_light(light) in plain(office)
    assert "征迁受阻" in office
    assert f"/desk/reports/{made.report.pk}/?c={behind}#c-{behind}" in office
    assert "How it was reviewed" in office
    assert f"/desk/cases/{made.cases[1]}/" in office
    own = page_of(made.browser("o-water").get(f"/desk/commitments/{behind}/"))
    assert "审核记录" not in own
    assert "牵头" in own or "责任主体" in own
    assert "/desk/reports/" not in own


def queries(made: Promised, address: str) -> int:
    browser = made.browser(LEADER)
    page_of(browser.get(address))
    with counted() as told:
        page_of(browser.get(address))
    return steady(told)


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_a_constant_number_of_queries(store: TestStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """On SQLite, where the door's own statements are counted, too."""
    from tests.desk.promises import ISSUED, report, sign

    from luoshi.commitments.issuing import issue
    from luoshi.commitments.models import Commitment
    from luoshi.commitments.review import accept, edit

    made = issued(monkeypatch, 10)
    sign(*made.cases[:2])
    report(made.cases[0], "50")
    few = queries(made, "/desk/commitments/")
    for row in Commitment.objects.filter(status__in=["proposed", "accepted"])[:110]:
        n = row.n
        if row.status == "proposed":
            told = {"lead": "housing", "standard": "以验收为准", "due": "2026-12-31"}
            n = edit(place.DISTRICT, OFFICE, row.code, n, told, ISSUED).n
            accept(place.DISTRICT, OFFICE, row.code, n, ISSUED)
    codes = list(Commitment.objects.filter(status="accepted").values_list("code", flat=True))
    cases = [str(one.case) for one in issue(place.DISTRICT, OFFICE, codes, ISSUED)]
    assert len(cases) == 110
    sign(*cases[:3])
    report(cases[1], "50")
    assert queries(made, "/desk/commitments/") == few
    assert few <= 15


def test_the_list_as_a_workbook(store: TestStore, monkeypatch: pytest.MonkeyPatch) -> None:
    from io import BytesIO

    from python_calamine import CalamineWorkbook

    made = mixed(monkeypatch)
    answer = made.browser(LEADER).get("/desk/commitments/export.xlsx?show=issued")
    assert answer.status_code == 200
    book = CalamineWorkbook.from_filelike(BytesIO(b"".join(answer.streaming_content)))
    rows: list[list[Any]] = book.get_sheet_by_index(0).to_python()
    assert [row[0] for row in rows[1:]] == made.codes
    heads = rows[0]
    behind = dict(zip(heads, rows[2], strict=True))
    assert behind["完成比例（%）"] == 10
    assert behind["进展情况"] == "征迁受阻"
    silent = dict(zip(heads, rows[3], strict=True))
    assert silent["完成比例（%）"] in ("", None)
    own = made.browser(HOUSING).get("/desk/commitments/export.xlsx")
    book = CalamineWorkbook.from_filelike(BytesIO(b"".join(own.streaming_content)))
    assert len(book.get_sheet_by_index(0).to_python()) == 1 + len(made.codes[::2])


def test_next_years_report_tells_what_became_of_it(store: TestStore, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.desk.promises import ISSUED, SAMPLE

    from luoshi.commitments.taking import take_report
    from luoshi.commitments.years import year_on_year

    made = mixed(monkeypatch)
    data = (SAMPLE / "report-2025.docx").read_bytes()
    last = take_report(place.DISTRICT, OFFICE, "report-2025.docx", data, ISSUED)
    text = page_of(made.browser(LEADER, lang="en").get(f"/desk/commitments/?report={last.pk}&group=list"))
    rows = rows_of(text)
    told = {one.commitment.code for one in year_on_year(last, made.report) if one.commitment is not None}
    assert told
    assert {
        code for code, row in rows.items() if "next year&#39;s report" in row or "next year's report" in row
    } == told & set(rows)
    assert "next year" not in page_of(
        made.browser(LEADER, lang="en").get(f"/desk/commitments/?report={made.report.pk}")
    )


def test_the_words_of_reports_are_for_who_sees_the_case(store: TestStore, monkeypatch: pytest.MonkeyPatch) -> None:
    from luoshi.casework.door import sight
    from luoshi.casework.histories import office_texts

    made = mixed(monkeypatch)
    case, n = made.cards()[made.codes[1]].case, made.cards()[made.codes[1]].progress.reports[-1].n
    told = {
        officer: office_texts(sight(place.DISTRICT, officer, "2026-10-12"), {case.id: (n,)})
        for officer in (OFFICE, "o-water", HOUSING, "o-nobody")
    }
    assert told[OFFICE][case.id, n]["progress"] == "征迁受阻"
    assert told["o-water"] == told[OFFICE]
    assert told[HOUSING] == told["o-nobody"] == {}
