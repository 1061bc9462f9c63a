"""Opening cases: which kinds are offered, the form of each, where it lies, who is in charge, and once is once."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from tests.desk import place
from tests.desk.case_help import HTMX, beside, text_of
from tests.stores import TestStore

ONCE = "0123456789abcdef" * 2
TASK = {"v_title": "合成事项", "v_origin": "meeting", "once": ONCE}


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LUOSHI_HOME", str(tmp_path))


def test_an_officer_opens_what_his_posts_let_him(store: TestStore) -> None:
    desk = place.make("supervision", "hazard")
    browser = desk.browser("office")
    assert "督查督办" in text_of(browser.get("/desk/open/"))
    form = browser.get("/desk/open/supervision/propose/").content.decode()
    once = re.search(r'name="once" value="([0-9a-f]{32})"', form)
    assert once is not None
    answer = browser.post("/desk/open/supervision/propose/", {**TASK, "once": once[1]})
    assert answer.status_code == 302
    assert "合成事项" in text_of(browser.get(answer["Location"]))
    undertaker = desk.browser("undertaker")
    assert undertaker.get("/desk/open/supervision/propose/").status_code == 404
    assert undertaker.post("/desk/open/supervision/propose/", TASK).status_code == 404


def test_with_htmx_the_browser_goes_to_the_new_case(store: TestStore) -> None:
    desk = place.make("supervision")
    answer = desk.browser("office").post("/desk/open/supervision/propose/", TASK, **HTMX)
    assert answer["HX-Redirect"] == "/desk/cases/supervision-2026-000001/"


def test_a_form_that_is_sent_twice_opens_one_case(store: TestStore) -> None:
    from luoshi.casework.models import Case

    desk = place.make("supervision")
    browser = desk.browser("office")
    codes = [browser.post("/desk/open/supervision/propose/", TASK).status_code for _ in range(2)]
    assert codes == [302, 409]
    assert Case.objects.count() == 1
    other = {**TASK, "once": ONCE[::-1]}
    assert browser.post("/desk/open/supervision/propose/", other).status_code == 302
    assert browser.post("/desk/open/supervision/propose/", {**TASK, "once": "x"}).status_code == 400
    numbers = list(Case.objects.order_by("id").values_list("number", flat=True))
    assert numbers == ["霁〔2026〕1号", "霁〔2026〕2号"], "the one that was undone has left no gap"


@pytest.mark.parametrize("name", place.PACKS)
def test_every_opening_form_renders_and_says_what_is_missing(store: TestStore, name: str) -> None:
    if store.vendor != "sqlite":
        pytest.skip("templates are the same on both stores")
    from luoshi.casework.models import Case

    desk = place.make(name)
    seen = 0
    for role in place.roles():
        browser = desk.browser(role)
        for address in set(
            re.findall(r'href="(/desk/open/[a-z_]+/[a-z_]+/)"', browser.get("/desk/open/").content.decode())
        ):
            form = browser.get(address)
            assert form.status_code == 200, address
            empty = browser.post(address, {"once": ONCE}, **HTMX)
            assert empty.status_code == 422
            needed = form.content.decode().count('class="need"')
            assert empty.content.decode().count('-wrong" role="alert"') >= min(needed, 1)
            seen += 1
    assert Case.objects.count() == 0
    from tests.casework.district import pack

    outside = {role for role, one in pack(name).roles.items() if one.kind == "outside"}
    ways = [one for one in pack(name).actions.values() if one.kind == "open" and set(one.by) - outside]
    assert seen >= len(ways)


def _hazard(desk: Any) -> tuple[Any, str, dict[str, str]]:
    """Who may register a hazard, where, and a form filled in with what it asks for."""
    from tests.casework.district import pack

    mechanism = pack("hazard")
    name, action = next((name, one) for name, one in mechanism.actions.items() if one.kind == "open")
    role = next(one for one in action.by if mechanism.roles[one].kind == "standing")
    told = {"once": ONCE}
    fills = {
        "text": "合成",
        "long_text": "合成",
        "person": "甲",
        "phone": "027-1",
        "address": "枫林路1号",
        "date": "2026-11-01",
    }
    for field in action.supply:
        kind = mechanism.fields[field]
        told[f"v_{field}"] = next(iter(kind.choices), "") if kind.type == "choice" else fills.get(kind.type, "1")
        if kind.type == "place":
            told |= {f"v_{field}.text": "枫林路1号", f"v_{field}.lon": "0.005", f"v_{field}.lat": "0.005"}
        if kind.type == "flag":
            told[f"v_{field}"] = "yes"
        if kind.type == "body":
            told[f"v_{field}"] = "housing"
    return desk.browser(role), f"/desk/open/hazard/{name}/", told


def test_a_place_in_degrees_gives_the_area(store: TestStore) -> None:
    from luoshi.casework.models import Case

    desk = place.make("hazard")
    browser, address, told = _hazard(desk)
    form = browser.get(address).content.decode()
    assert "枫林里第一网格" in form
    from tests.casework.district import pack

    spot = next(name for name, one in pack("hazard").fields.items() if one.type == "place")
    told = {**told, f"v_{spot}.lon": "0.005", f"v_{spot}.lat": "0.005"}
    answer = browser.post(address, told)
    assert answer.status_code == 302, text_of(answer)
    assert Case.objects.get().area == "A-li-1"


def test_who_is_in_charge_is_looked_up_with_its_reason_and_nothing_is_done(store: TestStore) -> None:
    from django.db import transaction

    from luoshi.casework.models import Case
    from luoshi.org.models import Duty
    from luoshi.org.snapshot import changed

    desk = place.make("hazard")
    with transaction.atomic():
        Duty.objects.create(district=place.DISTRICT, mechanism="hazard", category="*", area="A", body="housing")
        changed(place.DISTRICT)
    browser, address, told = _hazard(desk)
    answer = browser.post(address, {**told, "area": "A-li-1", "look": "1"}, **HTMX)
    assert answer.status_code == 200
    text = text_of(answer)
    assert "负责单位：区住房和城乡建设局" in text and "枫林里第一网格" in text
    assert '<option value="A-li-1" selected>' in answer.content.decode()
    assert Case.objects.count() == 0


def test_a_post_for_one_area_opens_there_alone(store: TestStore) -> None:
    from django.db import transaction

    from luoshi.casework.models import Case
    from luoshi.org.models import Post
    from luoshi.org.snapshot import changed

    desk = place.make("hazard")
    browser, address, told = _hazard(desk)
    with transaction.atomic():
        Post.objects.filter(district=place.DISTRICT).update(area="A-fenglin")
        changed(place.DISTRICT)
    form = browser.get(address).content.decode()
    assert 'value="A-li-1"' in form and 'value="A"' not in form
    plain = {name: value for name, value in told.items() if not name.endswith((".lon", ".lat"))}
    nowhere = browser.post(address, plain, **HTMX)
    assert nowhere.status_code == 422 and "f-area-wrong" in nowhere.content.decode()
    outside = browser.post(address, {**plain, "area": "A"}, **HTMX)
    assert outside.status_code == 422
    assert Case.objects.count() == 0
    assert browser.post(address, {**plain, "area": "A-li-1"}).status_code == 302


def test_what_was_typed_stays_when_something_is_missing(store: TestStore) -> None:
    desk = place.make("supervision")
    answer = desk.browser("office").post("/desk/open/supervision/propose/", {**TASK, "v_origin": ""}, **HTMX)
    assert answer.status_code == 422 and beside(answer, "origin") and not beside(answer, "title")
    assert 'value="合成事项"' in answer.content.decode() and ONCE in answer.content.decode()


def test_grids_stand_in_the_order_of_counting() -> None:
    from luoshi.desk.forms import pinyin_key

    names = ["渡口第三网格", "渡口第十一网格", "白鹭集第二网格", "渡口第二网格", "渡口第十网格", "渡口第一网格"]
    assert sorted(names, key=pinyin_key) == [
        "白鹭集第二网格", "渡口第一网格", "渡口第二网格", "渡口第三网格", "渡口第十网格", "渡口第十一网格"
    ]  # fmt: skip
