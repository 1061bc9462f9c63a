"""What is behind: the list is the room's; one click urges once; a circular waits for its approval."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from tests.desk import place
from tests.desk.lists import counted
from tests.desk.promises import (
    HOUSING,
    LEADER,
    NOW,
    OFFICE,
    Promised,
    entries,
    issued,
    mixed,
    page_of,
    plain,
    rows_of,
    steady,
)
from tests.desk.reviewed import HTMX
from tests.stores import TestStore

PAGE = "/desk/behind/"


@pytest.fixture
def made(store: TestStore, monkeypatch: pytest.MonkeyPatch) -> Promised:
    return mixed(monkeypatch)


def behind() -> list[Any]:
    """What the room says is behind."""
    from luoshi.casework.door import sight
    from luoshi.commitments.board import behind as found

    day = NOW.date().isoformat()
    return found(sight(place.DISTRICT, OFFICE, day), day)


def button(row: str, action: str) -> str:
    """What the button of a step in a row sends."""
    found = re.search(rf'value="(one:{action}:[^"]+)"', row)
    assert found is not None, plain(row)
    return unescape(found[1])


def acts(case: str) -> list[str]:
    """The acts of a case."""
    from luoshi.casework.door import sight
    from luoshi.casework.histories import cases, public_entries

    seen = sight(place.DISTRICT, OFFICE, NOW.date().isoformat())
    return [one["act"] for one in public_entries(seen, list(cases(seen, [case]).values()))[case]]


def test_the_list_is_what_the_room_says(made: Promised) -> None:
    from luoshi.words.commitments import explain_light

    text = page_of(made.browser(OFFICE, lang="en").get(PAGE))
    cards = {card.case.case: card for card in behind()}
    rows = rows_of(text, "b")
    assert sorted(rows) == sorted(cards)
    assert len(rows) == 4
    assert explain_light(cards[made.cases[3]].progress.deadline) in plain(rows[made.cases[3]])
    assert explain_light(cards[made.cases[1]].progress.pace) in plain(rows[made.cases[1]])
    for address, number in re.findall(r'<a href="([^"]+)"[^>]*><b>(\d+)</b>', text):
        listed = rows_of(page_of(made.browser(OFFICE).get(unescape(address))), "b")
        assert len(listed) == int(number), address
    water = rows_of(page_of(made.browser(OFFICE).get(f"{PAGE}?body=water")), "b")
    assert sorted(water) == sorted(case for case in cards if cards[case].case.body == "water")


def test_urged_by_one_click_and_not_twice(made: Promised) -> None:
    browser, case = made.browser(OFFICE), made.cases[1]
    row = rows_of(page_of(browser.get(PAGE)), "b")[case]
    told = {"do": button(row, "urge")}
    answer = page_of(browser.post(PAGE, told, **HTMX))
    assert list(rows_of(answer, "b")) == [case], "the row alone"
    assert 'data-step="2"' in answer
    assert re.search(r"催办：已发出，\S*〔2026〕\d+号", plain(answer)), plain(answer)
    assert acts(case).count("urge") == 1
    again = page_of(browser.post(PAGE, told, **HTMX), 409)
    assert 'role="alert"' in again
    assert acts(case).count("urge") == 1
    letter = page_of(browser.post(PAGE, {"do": button(again, "supervise")}))
    assert acts(case)[-2:] == ["urge", "supervise"]
    assert 'data-step="3"' in rows_of(letter, "b")[case], "without script the whole page comes"


def test_a_circular_waits_for_the_leader(made: Promised) -> None:
    from luoshi.casework.pending import waiting

    browser, case = made.browser(OFFICE), made.cases[1]
    row = rows_of(page_of(browser.get(PAGE)), "b")[case]
    told = {"do": button(row, "circulate")}
    answer = page_of(browser.post(PAGE, told, **HTMX))
    assert "circulate" not in acts(case)
    assert "leader·1" in plain(answer), "it says for whom it waits"
    assert 'value="one:circulate' not in answer
    assert page_of(browser.post(PAGE, told, **HTMX), 409)
    (one,) = waiting(place.DISTRICT, LEADER, NOW.date().isoformat())
    assert (one.case, one.action) == (case, "circulate")
    leader = made.browser(LEADER)
    assert leader.post("/desk/approvals/", {"number": one.id, "decision": "approve"}).status_code == 200
    assert acts(case)[-1] == "circulate"
    assert 'data-step="4"' in rows_of(page_of(browser.get(PAGE)), "b")[case]


def test_a_circular_that_was_overtaken_can_be_asked_for_anew(made: Promised) -> None:
    browser, case = made.browser(OFFICE), made.cases[1]
    row = rows_of(page_of(browser.get(PAGE)), "b")[case]
    asked = page_of(browser.post(PAGE, {"do": button(row, "circulate")}, **HTMX))
    urged = page_of(browser.post(PAGE, {"do": button(asked, "urge")}, **HTMX))
    assert "需重新报批" in urged
    page_of(browser.post(PAGE, {"do": button(urged, "circulate")}, **HTMX))


def test_many_at_once_with_a_preview(made: Promised) -> None:
    browser = made.browser(OFFICE)
    text = page_of(browser.get(PAGE))
    chosen = [unescape(one) for one in re.findall(r'name="case" value="([^"]+)"', text)]
    assert len(chosen) == 4
    place.act("office", "urge", case=made.cases[2], n=2)
    before = entries(made.cases)
    preview = page_of(browser.post(PAGE, {"do": "preview:urge", "case": chosen}))
    assert preview.count('class="will"') == 3
    assert preview.count('class="not"') == 1
    assert entries(made.cases) == before
    done = page_of(browser.post(PAGE, {"do": "take:urge", "case": chosen, "v_reason": "请抓紧"}))
    assert done.count('class="did"') == 3
    after = entries(made.cases)
    assert sum(after.values()) - sum(before.values()) == 3
    assert page_of(browser.post(PAGE, {"do": "take:urge", "case": chosen})).count('class="not"') == 4
    assert entries(made.cases) == after


def test_many_circulars_are_asked_for(made: Promised) -> None:
    from luoshi.casework.pending import waiting

    browser = made.browser(OFFICE)
    chosen = [unescape(one) for one in re.findall(r'name="case" value="([^"]+)"', page_of(browser.get(PAGE)))]
    assert page_of(browser.post(PAGE, {"do": "preview:circulate", "case": chosen})).count('class="will"') == 4
    assert page_of(browser.post(PAGE, {"do": "take:circulate", "case": chosen})).count('class="did"') == 4
    assert len(waiting(place.DISTRICT, LEADER, NOW.date().isoformat())) == 4
    assert page_of(browser.post(PAGE, {"do": "preview:circulate", "case": chosen})).count('class="not"') == 4


def test_it_is_the_office_s_page(made: Promised) -> None:
    case = made.cases[1]
    n = entries([case])[case]
    for officer in (HOUSING, LEADER):
        browser = made.browser(officer)
        assert browser.get(PAGE).status_code == 403
        assert browser.post(PAGE, {"do": f"one:urge:{n}.{case}"}).status_code == 403
    office = made.browser(OFFICE)
    assert office.post(PAGE, {"do": f"one:urge:{n}.霁〔2026〕999号"}).status_code == 404
    assert office.post(PAGE, {"do": f"one:strike_off:{n}.{case}"}).status_code == 409
    assert office.post(PAGE, {"do": "preview:strike_off", "case": [f"{n}.{case}"]}).status_code == 422
    assert office.post(PAGE, {"do": "take:urge"}).status_code == 422
    assert office.post(PAGE, {"do": "burn"}).status_code == 400
    assert entries([case])[case] == n


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_a_constant_number_of_queries(store: TestStore, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.desk.promises import ISSUED

    from luoshi.commitments.issuing import issue
    from luoshi.commitments.models import Commitment
    from luoshi.commitments.review import accept, edit

    made = issued(monkeypatch, 10, accepted=0)
    browser = made.browser(OFFICE)

    def queries(count: int) -> int:
        page_of(browser.get(PAGE))
        with counted() as asked:
            assert len(rows_of(page_of(browser.get(PAGE)), "b")) == count
        return steady(asked)

    few = queries(10)
    for row in Commitment.objects.filter(status="proposed").order_by("start")[:110]:
        told = {"lead": "housing", "standard": "以验收为准", "due": "2026-12-31"}
        n = edit(place.DISTRICT, OFFICE, row.code, row.n, told, ISSUED).n
        accept(place.DISTRICT, OFFICE, row.code, n, ISSUED)
    codes = list(Commitment.objects.filter(status="accepted").values_list("code", flat=True))
    issue(place.DISTRICT, OFFICE, codes, ISSUED)
    assert queries(120) == few
