"""The board of targets: the ledger's values, verdicts with reasons, and nobody sees too much."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from tests.desk import place
from tests.desk.measured import LEADER, OFFICE, bind, calls, measured, target
from tests.desk.promises import HOUSING, Promised, numbers_of, page_of, plain, report, rows_of, sign, steady
from tests.stores import TestStore

GRID = {"indicator": "网格事件受理量", "unit": "件"}


def board(made: Promised, officer: str = LEADER, query: str = "", lang: str = "zh") -> str:
    return page_of(made.browser(officer, lang=lang).get(f"/desk/targets/{query}"))


def filled(monkeypatch: pytest.MonkeyPatch) -> Promised:
    """Five promises of one figure that has the value 3: met, open and behind, missed, of another unit, without one."""
    made = measured(monkeypatch)
    calls(3)
    bind(made.codes[0], "grid_event.volume", target(**GRID, value="3"))
    bind(made.codes[1], "grid_event.volume", target(**GRID, value="30"))
    bind(made.codes[2], "grid_event.volume", target(**GRID, value="2", op="≤"))
    bind(made.codes[3], "grid_event.volume", target(**{**GRID, "unit": "元"}, value="2"))
    return made


def test_values_verdicts_and_reasons(store: TestStore, monkeypatch: pytest.MonkeyPatch) -> None:
    made = filled(monkeypatch)
    rows = {code: plain(row) for code, row in rows_of(board(made, lang="en"), "t").items()}
    assert list(rows) == made.codes[:4]
    assert "target met" in rows[made.codes[0]] and "3 cases reaches 3 cases" in rows[made.codes[0]]
    assert "not reached yet" in rows[made.codes[1]] and "behind schedule" in rows[made.codes[1]]
    assert "target missed" in rows[made.codes[2]] and "3 cases is beyond 2 cases" in rows[made.codes[2]]
    assert "no verdict" in rows[made.codes[3]] and "do not fit" in rows[made.codes[3]]
    assert all("3 cases 2026" in row for row in rows.values()), "a value never stands without its unit and period"


def test_it_follows_the_ledger_without_a_button(store: TestStore, monkeypatch: pytest.MonkeyPatch) -> None:
    made = filled(monkeypatch)
    text = board(made)
    assert '<form method="post"' not in text.split("<main")[1]
    assert "27" not in plain(rows_of(text, "t")[made.codes[1]]).replace(made.codes[1], "")
    calls(27)
    row = plain(rows_of(board(made, lang="en"), "t")[made.codes[1]])
    assert "30 cases reaches 30 cases" in row and "target met" in row


def test_every_number_is_the_length_of_its_list(store: TestStore, monkeypatch: pytest.MonkeyPatch) -> None:
    made = filled(monkeypatch)
    told = numbers_of(board(made))
    assert {re.sub(r".*show=", "", address): number for address, number in told} == {
        "behind": 1, "missed": 1, "met": 1, "open": 1, "unknown": 1,
    }  # fmt: skip
    for address, number in told:
        assert len(rows_of(page_of(made.browser(LEADER).get(address)), "t")) == number
    assert list(rows_of(board(made, query="?body=water"), "t")) == made.codes[1:4:2]
    assert "没有同时符合" in board(made, query="?body=fenglin")
    for odd in ("?year=x&show=y&body=%00", "?year=1999", "?year=99999"):
        board(made, query=odd)


def test_a_body_sees_its_own_alone(store: TestStore, monkeypatch: pytest.MonkeyPatch) -> None:
    made = filled(monkeypatch)
    assert list(rows_of(board(made, HOUSING), "t")) == made.codes[:4:2]
    assert board(made, place.officer("collector")).count("<tr id=") == 0


def test_the_lists_show_the_figure_and_what_was_typed(store: TestStore, monkeypatch: pytest.MonkeyPatch) -> None:
    made = filled(monkeypatch)
    sign(made.cases[1])
    report(made.cases[1], "40")
    row = plain(rows_of(page_of(made.browser(LEADER, lang="en").get("/desk/commitments/")))[made.codes[1]])
    assert "3 cases" in row and "10% / time" in row and "reported by hand: 40%" in row
    page = plain(page_of(made.browser(LEADER, lang="en").get(f"/desk/commitments/{made.codes[1]}/")))
    assert "Reported by hand: 40%; by the ledger: 10%. The ledger decides." in page
    own = plain(page_of(made.browser("o-water", lang="en").get("/desk/progress/")))
    assert "By the ledger: 3 cases" in own


def test_the_office_chooses_the_figure(store: TestStore, monkeypatch: pytest.MonkeyPatch) -> None:
    from luoshi.commitments.models import Commitment, CommitmentLog

    made = measured(monkeypatch, 2)
    code = made.codes[0]
    Commitment.objects.filter(code=code).update(targets=[target(**GRID, value="30")])
    office = made.browser(OFFICE)
    page = page_of(office.get(f"/desk/commitments/{code}/"))
    assert re.search(r'<button class="btn small" name="figure" value="grid_event.volume">网格事件受理量</button>', page)
    n = Commitment.objects.get(code=code).n
    way = f"/desk/commitments/{code}/figure/"
    assert office.post(way, {"n": n, "figure": "grid_event.volume"}).status_code == 302
    row = Commitment.objects.get(code=code)
    assert (row.figure, row.target_at, row.against, row.n) == ("grid_event.volume", None, None, n + 1)
    last = CommitmentLog.objects.filter(commitment=row).latest("n")
    assert (last.action, last.after) == ("edit", {"figure": "grid_event.volume"})
    clash = page_of(office.post(way, {"n": n, "figure": "grid_event.overdue"}), 409)
    assert "没有保存" in clash or "未保存" in clash
    assert '<option value="grid_event.overdue" selected>' in clash, "what was chosen is kept"
    assert Commitment.objects.get(code=code).figure == "grid_event.volume"
    page_of(office.post(way, {"n": n + 1, "figure": "no.such"}), 422)
    page_of(office.post(way, {"n": n + 1, "figure": "grid_event.volume", "target_at": "7"}), 422)
    assert office.post("/desk/commitments/2026-999/figure/", {"n": 1, "figure": ""}).status_code == 404
    assert made.browser(LEADER).post(way, {"n": n + 1, "figure": ""}).status_code == 403
    assert office.post(way, {"n": n + 1, "figure": "", "target_at": "0"}).status_code == 302
    row = Commitment.objects.get(code=code)
    assert (row.figure, row.target_at) == (None, None)


def queries(made: Promised) -> int:
    from tests.desk.lists import counted

    browser = made.browser(LEADER)
    page_of(browser.get("/desk/targets/"))
    with counted() as told:
        page_of(browser.get("/desk/targets/"))
    return steady(told)


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_a_constant_number_of_queries(store: TestStore, monkeypatch: pytest.MonkeyPatch) -> None:
    made = measured(monkeypatch, 12)
    calls(3)
    for code in made.codes[:2]:
        bind(code, "grid_event.volume", target(**GRID, value="30"))
    few = queries(made)
    for code in made.codes[2:]:
        bind(code, "grid_event.volume", target(**GRID, value="30"))
    calls(20, datetime(2026, 4, 2, 10))
    assert queries(made) == few
    assert few <= 25


def test_the_figure_is_chosen_while_the_report_is_reviewed(store: TestStore, monkeypatch: pytest.MonkeyPatch) -> None:
    from luoshi.commitments.models import Commitment

    made = measured(monkeypatch, 1)
    row = Commitment.objects.filter(status="proposed").order_by("start", "id")[0]
    Commitment.objects.filter(pk=row.pk).update(targets=[target(**GRID, value="30")])
    office = made.browser(OFFICE)
    way = f"/desk/reports/{made.report.pk}/commitments/{row.code}/"
    editor = page_of(office.get(way, HTTP_HX_REQUEST="true"))
    assert 'name="take" value="figure=grid_event.volume"' in editor, "it is suggested by its name and unit"
    saved = office.post(way, {"n": row.n, "do": "save", "take": "figure=grid_event.volume"})
    assert saved.status_code == 302
    now = Commitment.objects.get(pk=row.pk)
    assert (now.figure, now.n) == ("grid_event.volume", row.n + 1)
    clash = page_of(office.post(way, {"n": row.n, "do": "save", "figure": "grid_event.overdue"}), 409)
    assert "网格事件受理量" in plain(clash) and "网格事件逾期未办结数" in plain(clash), "theirs and ours, by name"
    wrong = office.post(way, {"n": now.n, "do": "save", "figure": "no.such"})
    assert wrong.status_code == 422
    assert Commitment.objects.get(pk=row.pk).figure == "grid_event.volume"
    assert row.code in rows_of(board(made), "t"), "the office sees it before it is issued"
