"""Acting on many cases: what is shown beforehand is what happens, and it happens once."""

from __future__ import annotations

import re
from typing import Any

import pytest
from tests.desk import place
from tests.desk.lists import cases_of, chosen_of, text_of
from tests.desk.test_work import days
from tests.stores import TestStore

SIGN = "supervision:sign"
REASSIGN = "supervision:reassign"


def rows() -> dict[str, tuple[str, int]]:
    """The stage of every case and the number of its entries."""
    from luoshi.casework.models import Case

    return {case: (stage, n) for case, stage, n in Case.objects.values_list("case", "stage", "n")}


def post(browser: Any, step: str, chosen: list[str], **told: Any) -> Any:
    """One step of the bulk page."""
    return browser.post("/desk/bulk/", {"step": step, "case": chosen, "back": "tab=mine", **told})


def verdicts(answer: Any) -> list[str]:
    """What is told of each case: will, did or not."""
    return re.findall(r'<span class="(will|did|not)">', text_of(answer))


def test_many_are_signed_for_in_one_go_and_once(store: TestStore) -> None:
    desk = place.make("supervision")
    for n in range(4):
        place.task(f"事项{n}", due=days(30))
    browser = desk.browser("undertaker")
    chosen = chosen_of(browser.get("/desk/"))
    before = rows()

    ways = post(browser, "choose", chosen)
    assert f'value="{SIGN}"' in text_of(ways)
    form = post(browser, "form", chosen, way=SIGN)
    assert 'name="v_contact"' in text_of(form)
    preview = post(browser, "preview", chosen, way=SIGN, v_contact="周知行")
    assert verdicts(preview) == ["will"] * 4
    assert "承办" in text_of(preview)
    assert rows() == before

    done = post(browser, "do", chosen, way=SIGN, v_contact="周知行")
    assert verdicts(done) == ["did"] * 4
    after = rows()
    assert {stage for stage, _ in after.values()} == {"handling"}
    assert all(after[case][1] == before[case][1] + 1 for case in before)

    again = post(browser, "do", chosen, way=SIGN, v_contact="周知行")
    assert again.status_code == 200
    assert rows() == after


def test_an_act_that_stays_on_offer_is_not_repeated_either(store: TestStore) -> None:
    desk = place.make("supervision")
    place.task("事项一", due=days(30))
    place.task("事项二", due=days(30))
    browser = desk.browser("office")
    chosen = chosen_of(browser.get("/desk/?tab=open"))
    told = {"way": "supervision:urge", "v_reason": "请抓紧"}
    assert verdicts(post(browser, "do", chosen, **told)) == ["did", "did"]
    after = rows()
    assert verdicts(post(browser, "preview", chosen, **told)) == ["not", "not"]
    assert verdicts(post(browser, "do", chosen, **told)) == ["not", "not"]
    assert rows() == after


def test_each_case_is_told_why_not_and_the_others_are_done(store: TestStore) -> None:
    desk = place.make("supervision")
    open_cases = [place.task(f"待签收{n}", due=days(30)).case for n in range(2)]
    signed = place.task("已签收", due=days(30)).case
    place.act("undertaker", "sign", body="housing", case=signed, fields={"contact": "周知行"})
    browser = desk.browser("undertaker")
    chosen = chosen_of(browser.get("/desk/"))
    moved = open_cases[0]
    place.act("office", "urge", case=moved)  # somebody acts between the choice and the act
    told = {"way": SIGN, "v_contact": "周知行"}
    preview = post(browser, "preview", chosen, **told)
    assert sorted(verdicts(preview)) == ["not", "not", "will"]
    done = post(browser, "do", chosen, **told)
    assert sorted(verdicts(done)) == ["did", "not", "not"]
    assert rows()[open_cases[1]][0] == "handling"
    assert rows()[moved][0] == "issued"
    assert "催办" in text_of(done)


def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_stays(store: TestStore) -> None:
    desk = place.make("supervision")
    place.task("事项", due=days(30))
    browser = desk.browser("office")
    chosen = chosen_of(browser.get("/desk/?tab=open"))
    before = rows()
    for told in ({"v_lead_body": "water"}, {"v_lead_body": "nobody", "v_reason": "职责不符"}):
        answer = post(browser, "preview", chosen, way=REASSIGN, **told)
        assert answer.status_code == 422
        assert 'role="alert"' in text_of(answer)
        assert told.get("v_reason", "") in text_of(answer)
    assert rows() == before
    good = post(browser, "preview", chosen, way=REASSIGN, v_lead_body="water", v_reason="职责不符")
    assert verdicts(good) == ["will"]
    assert "区水利局" in text_of(good)


def test_what_needs_evidence_or_an_approval_is_done_case_by_case(store: TestStore) -> None:
    desk = place.make("supervision")
    case = place.task("事项", due=days(30)).case
    place.act("undertaker", "sign", body="housing", case=case, fields={"contact": "周知行"})
    browser = desk.browser("undertaker")
    chosen = chosen_of(browser.get("/desk/"))
    page = text_of(post(browser, "choose", chosen))
    assert "supervision:report" in page
    assert 'value="supervision:feed_back"' not in page
    answer = post(browser, "do", chosen, way="supervision:feed_back", v_progress="完成", v_completion="done")
    assert verdicts(answer) == []
    assert rows()[case][0] == "handling"
    office = text_of(post(desk.browser("office"), "choose", chosen))
    assert 'value="supervision:circulate"' not in office
    assert "审批" in office


def test_who_does_not_see_a_case_does_nothing_to_it(store: TestStore) -> None:
    from luoshi.org.models import Officer

    desk = place.make("supervision")
    case = place.task("事项", due=days(30)).case
    Officer.objects.create(district=place.DISTRICT, code="o-stranger-1", name="路人")
    before = rows()
    stranger = desk.browser("stranger")
    for step in ("choose", "form", "preview", "do"):
        answer = post(stranger, step, [f"4.{case}"], way=SIGN, v_contact="周知行")
        assert answer.status_code == 422
        assert case not in text_of(answer)
    assert rows() == before
    assert cases_of(stranger.get("/desk/?tab=open")) == []


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "chosen", [[], [""], ["x"], ["1."], ["-1.a"], ["99999999999.a"], ["1.\x00"], ["1.nothing"], ["1.a"] * 501]
)
def test_what_is_no_choice_is_told(store: TestStore, chosen: list[str]) -> None:
    desk = place.make("supervision")
    place.task("事项", due=days(30))
    answer = post(desk.browser("undertaker"), "choose", chosen)
    assert answer.status_code == 422
    assert "/desk/?tab=mine" in text_of(answer)


def test_queries_of_a_preview_do_not_grow_with_the_choice(store: TestStore) -> None:
    from tests.desk.lists import counted

    desk = place.make("supervision")
    for n in range(40):
        place.task(f"事项{n}", due=days(30))
    browser = desk.browser("undertaker")
    chosen = chosen_of(browser.get("/desk/"))
    found = []
    for some in (chosen[:5], chosen):
        post(browser, "choose", some)
        with counted() as told:
            assert text_of(post(browser, "choose", some)).count('name="case"') == len(some)
        found.append(len(told))
    assert found[0] == found[1]
