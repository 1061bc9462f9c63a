"""What the system administrator changes: bodies, officers, mechanisms, the calendar. Each change is on record."""

from __future__ import annotations

import re
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
import yaml
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.desk import place
from tests.desk.test_admin import logged, made
from tests.stores import TestStore

TODAY = date.today().isoformat()


def token_of(answer: Any) -> str:
    """The token of the preview that ``answer`` shows."""
    assert answer.status_code == 200, answer.content.decode()[-3000:]
    return unescape(re.findall(r'name="token" value="([^"]+)"', answer.text)[0])


def wrong_of(answer: Any) -> dict[str, str]:
    """Field → what is told beside it."""
    assert answer.status_code == 422
    return dict(re.findall(r'<p class="wrong" id="f-([\w-]+)-wrong" role="alert">([^<]+)</p>', answer.text))


def tree() -> Any:
    from luoshi.org.snapshot import snapshot

    return snapshot(place.DISTRICT).tree


def test_a_body_is_added_and_what_is_wrong_is_told_beside_its_field(store: TestStore) -> None:
    browser = made().browser("system", lang="en")
    way = "/desk/admin/new-body/"
    told = {"code": "a b", "zh": "区园林局", "en": "Parks", "kind": "", "parent": "gov", "founded_on": "1.1.2026"}
    answer = browser.post(way, told)
    assert set(wrong_of(answer)) == {"code", "kind", "founded_on"} and 'value="区园林局"' in answer.text
    assert set(wrong_of(browser.post(way, {**told, "code": "water", "kind": "department", "founded_on": ""}))) == {
        "code"
    }
    answer = browser.post(way, {**told, "code": "parks", "kind": "department", "founded_on": ""})
    assert answer["Location"] == "/desk/admin/bodies/parks/?done=added"
    assert tree().bodies["parks"].parent == "gov"
    assert [row.about for row in logged("body_added")] == ["parks"]
    assert "/desk/admin/bodies/parks/" in browser.get("/desk/admin/bodies/?q=qyl").text


def test_a_body_ends_with_a_successor_and_its_cases_follow(store: TestStore) -> None:
    from luoshi.casework.models import Case

    browser = made().browser("system")
    case = place.task(body="water").case
    way = "/desk/admin/bodies/water/end/"
    form = {"kind": "rename", "on": TODAY, "new_code": "water2", "new_zh": "区水务局", "new_en": "Water Affairs"}
    shown = browser.post(way, form)
    preview = shown.text.split('id="preview"')[1].split("</section>")[0]
    assert "区水务局" in preview and re.search(r'<td class="num"[^>]*>1</td>', preview)
    assert tree().bodies["water"].ended_on is None and not logged("body_ended")
    assert browser.post(way, {"token": token_of(shown)})["Location"] == "/desk/admin/bodies/water/?done=ended"
    assert tree().successor("water", TODAY) == "water2" and tree().bodies["water2"].parent == "gov"
    assert [row.about for row in logged("body_ended")] == ["water"]
    assert Case.objects.get(case=case).body == "water"
    assert "handover" in browser.get("/desk/admin/bodies/water/").text
    assert browser.post("/desk/admin/bodies/water/handover/").status_code == 200
    assert Case.objects.get(case=case).body == "water2"
    assert '"count": 1' in logged("bodies_handed_over")[0].details
    assert browser.get(way).status_code == 404  # it has ended already


def test_a_body_is_divided_by_area_and_the_rest(store: TestStore) -> None:
    browser = made().browser("system", lang="en")
    place.task(body="water", area="A-li-1")
    place.task(body="water")
    form = {"kind": "split", "on": TODAY, "rest": "housing", "to_0": "fenglin", "area_0": "A-fenglin"}
    shown = browser.post("/desk/admin/bodies/water/end/", form)
    counts = re.findall(r'data-label="To">([^<]+)</td><td class="num"[^>]*>(\d+)</td>', shown.text)
    assert sorted(counts) == [("Fenglin Street Office", "1"), ("Housing Bureau", "1")]
    browser.post("/desk/admin/bodies/water/end/", {"token": token_of(shown)})
    assert tree().successor("water", TODAY, "A-li-1") == "fenglin" and tree().successor("water", TODAY) == "housing"


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"kind": "", "on": TODAY, "rest": "housing"}, "kind"),
        ({"kind": "merge", "on": "soon", "rest": "housing"}, "on"),
        ({"kind": "merge", "on": TODAY}, "rest"),
        ({"kind": "merge", "on": TODAY, "rest": "housing", "new_code": "x"}, "rest"),
        ({"kind": "merge", "on": TODAY, "rest": "nobody"}, "rest"),
        ({"kind": "split", "on": TODAY, "rest": "housing"}, "to_0"),
        ({"kind": "split", "on": TODAY, "rest": "housing", "to_0": "gov"}, "to_0"),
        ({"kind": "rename", "on": TODAY, "new_code": "housing", "new_zh": "x"}, "new_code"),
    ],
)
def test_an_end_without_what_it_needs_is_told(store: TestStore, form: dict[str, str], field: str) -> None:
    browser = made().browser("system")
    assert field in wrong_of(browser.post("/desk/admin/bodies/water/end/", form))
    assert tree().bodies["water"].ended_on is None


def test_an_end_that_does_not_hold_is_told_and_not_written(store: TestStore) -> None:
    browser = made().browser("system", lang="en")
    form = {"kind": "merge", "on": TODAY, "rest": "housing"}
    shown = browser.post("/desk/admin/bodies/water/end/", form)
    other = browser.post("/desk/admin/bodies/housing/end/", {"kind": "merge", "on": TODAY, "rest": "fenglin"})
    browser.post("/desk/admin/bodies/housing/end/", {"token": token_of(other)})
    answer = browser.post("/desk/admin/bodies/water/end/", {"token": token_of(shown)})
    assert answer.status_code == 422 and "housing does not exist on" in answer.text
    assert tree().bodies["water"].ended_on is None and len(logged("body_ended")) == 1


def test_a_preview_of_another_administrator_is_not_taken(store: TestStore) -> None:
    from luoshi.access.models import Account

    desk = made()
    shown = desk.browser("system").post("/desk/admin/bodies/water/end/", {"kind": "merge", "on": TODAY, "rest": "gov"})
    Account.objects.filter(username="a-system").update(username="a-other")
    answer = desk.browser("system").post("/desk/admin/bodies/water/end/", {"token": token_of(shown)})
    assert answer.status_code == 422 and tree().bodies["water"].ended_on is None


def files(**parts: Any) -> dict[str, Any]:
    text = yaml.safe_dump(parts, allow_unicode=True).encode()
    return {"file": [SimpleUploadedFile("org.yaml", text)]}


def test_files_show_their_differences_and_are_then_taken(store: TestStore) -> None:
    from luoshi.org.models import Post

    browser = made().browser("system", lang="en")
    posts = Post.objects.count()
    changed = [{**one, "zh": "区水务局"} if one["code"] == "water" else one for one in place.BODIES]
    changed.append({"code": "parks", "zh": "区园林局", "en": "Parks", "kind": "department", "parent": "gov"})
    extra = [{"officer": "o-office-1", "role": "office", "body": "gov", "from": date(2026, 1, 1)}]
    shown = browser.post("/desk/admin/files/", files(bodies=changed, posts=extra))
    text = shown.text.split('id="differences"')[1].split("</section>")[0]
    assert "区水利局" in text and "区水务局" in text and "区园林局 (parks)" in text and "2 differences" in text
    assert "1 posts. They are not taken" in text
    assert "parks" not in tree().bodies
    assert browser.post("/desk/admin/files/", {"token": token_of(shown)})["Location"].endswith("?done=imported")
    assert tree().bodies["water"].zh == "区水务局" and "parks" in tree().bodies and Post.objects.count() == posts
    assert [row.about for row in logged("org_imported")] == ["org.yaml"]
    again = browser.post("/desk/admin/files/", files(bodies=changed))
    assert "nothing would change" in again.text


def test_files_that_do_not_hold_are_not_taken(store: TestStore) -> None:
    browser = made().browser("system", lang="en")
    answer = browser.post("/desk/admin/files/", files(bodies=place.BODIES[:-1]))
    assert (
        answer.status_code == 422
        and "fenglin_li" in answer.text
        and "is in the store and not in the file" in answer.text
    )
    answer = browser.post("/desk/admin/files/", files(bodies=[{**place.BODIES[0], "parent": "nobody"}]))
    assert answer.status_code == 422 and "there is no nobody" in answer.text
    assert browser.post("/desk/admin/files/", {"file": [SimpleUploadedFile("a.yaml", b"{")]}).status_code == 422
    assert set(wrong_of(browser.post("/desk/admin/files/", {}))) == {"file"}


def test_an_officer_is_added_found_and_renamed(store: TestStore) -> None:
    browser = made().browser("system")
    assert set(wrong_of(browser.post("/desk/admin/new-officer/", {"code": "王", "name": ""}))) == {"code", "name"}
    assert set(wrong_of(browser.post("/desk/admin/new-officer/", {"code": "o-office-1", "name": "王"}))) == {"code"}
    done = browser.post("/desk/admin/new-officer/", {"code": "w1", "name": "王小芳"})
    assert done["Location"] == "/desk/admin/officers/w1/?done=added"
    for query in ("王小", "wxf", "w1"):
        assert "王小芳" in browser.get("/desk/admin/officers/", {"q": query}).text
    assert "王小芳" not in browser.get("/desk/admin/officers/", {"q": "lxf"}).text
    browser.post("/desk/admin/officers/w1/", {"name": "王晓芳"})
    assert "王晓芳" in browser.get("/desk/admin/officers/w1/").text
    assert '"old": "王小芳"' in logged("officer_renamed")[0].details and len(logged("officer_added")) == 1


def test_officers_are_listed_by_key_each_once(store: TestStore) -> None:
    from luoshi.org.models import Officer

    browser = made().browser("system")
    Officer.objects.bulk_create(Officer(district=place.DISTRICT, code=f"x{n:03}", name="新人") for n in range(120))
    seen: list[str] = []
    way: str | None = "/desk/admin/officers/"
    while way:
        text = browser.get(way).text
        seen += re.findall(r'/desk/admin/officers/([\w-]+)/"', text)
        found = re.search(r'rel="next" href="([^"]+)"', text)
        way = unescape(found[1]) if found else None
    assert len(seen) == len(set(seen)) == Officer.objects.count()


def adopted(browser: Any, **fields: str) -> Any:
    page = browser.get("/desk/admin/packs/hotline/adopt/").text
    names = re.findall(r'(?:id="f-[\w-]+" )name="([\w-]+)"', page)
    values = {name: "1" if name.startswith("s-") else "office" if name.startswith("r-") else "霁" for name in names}
    values |= {name: "9:00-12:00,13:00-17:00" for name in names if name in ("hours", "urgent_hours")}
    return browser.post("/desk/admin/packs/hotline/adopt/", {**values, **fields})


def test_a_mechanism_is_put_in_force_after_its_changes_were_shown(store: TestStore) -> None:
    from luoshi.casework.setups import district

    browser = made().browser("system", lang="en")
    first = browser.get("/desk/admin/packs/hotline/adopt/").text
    assert not re.findall(r'<input type="number"[^>]*value="[^"]+"', first)  # no other place's number is filled in
    shown = adopted(browser)
    assert "hotline" not in district(place.DISTRICT).in_force
    assert browser.post("/desk/admin/packs/hotline/adopt/", {"token": token_of(shown)})["Location"].endswith("adopted")
    assert district(place.DISTRICT).in_force["hotline"].prefix == "霁"
    again = adopted(browser, prefix="新")
    preview = again.text.split('id="preview"')[1].split("</section>")[0]
    assert "霁</span> → 新" in preview and preview.count("→") == 2  # the version's line, and what is altered
    browser.post("/desk/admin/packs/hotline/adopt/", {"token": token_of(again)})
    lines = logged("mechanism_adopted")
    assert [row.about for row in lines] == ["hotline", "hotline"] and "新" in lines[1].details


def test_a_missing_setting_says_which_and_what_was_typed_is_kept(store: TestStore) -> None:
    from luoshi.casework.setups import district

    browser = made().browser("system", lang="en")
    page = browser.get("/desk/admin/packs/hotline/adopt/").text
    setting = re.findall(r'name="(s-[\w-]+)"', page)[0]
    answer = adopted(browser, **{setting: "", "prefix": "保留"})
    assert set(wrong_of(answer)) == {setting} and 'value="保留"' in answer.text
    assert "This is missing" in wrong_of(answer)[setting]
    assert set(wrong_of(adopted(browser, **{setting: "0"}))) == {setting}
    assert set(wrong_of(adopted(browser, hours="whenever", prefix=""))) == {"hours", "prefix"}
    assert "hotline" not in district(place.DISTRICT).in_force and not logged("mechanism_adopted")


def notice(day: date, *, works: bool = False) -> dict[str, Any]:
    told = {"workdays": [{"day": day, "name": "调整"}]} if works else {"holidays": [{"from": day, "name": "停工"}]}
    text = yaml.safe_dump(
        {"year": day.year, "change": True, "source": {"title": "某地通知"}, **told}, allow_unicode=True
    ).encode()
    return {"file": SimpleUploadedFile("change.yaml", text)}


def a_workday(later: int) -> date:
    from luoshi.casework.setups import district

    return district(place.DISTRICT).calendar.after(date.today(), later)


def test_a_notice_is_shown_and_then_moves_cases(store: TestStore) -> None:
    from luoshi.casework.models import Case
    from luoshi.casework.setups import district

    browser = made().browser("system", lang="en")
    case = place.task(due=(date.today() + timedelta(days=20)).isoformat()).case
    before = Case.objects.get(case=case)
    day = a_workday(1)
    shown = browser.post("/desk/admin/calendar/", notice(day))
    preview = shown.text.split('id="preview"')[1].split("</section>")[0]
    assert f'datetime="{day}"' in preview and "day off" in preview
    moves = re.search(r"Days of ([\d,]+) live cases would move", preview)
    assert district(place.DISTRICT).calendar.is_workday(day) and not logged("notice_added")
    answer = browser.post("/desk/admin/calendar/", {"token": token_of(shown)})
    assert answer.status_code == 200 and not district(place.DISTRICT).calendar.is_workday(day)
    after = Case.objects.get(case=case)
    assert moves and moves[1] == "1" and after.n == before.n + 1 and "The limits of 1 cases moved" in answer.text
    assert [row.about for row in logged("notice_added")] == ["change"]
    assert "某地通知" in browser.get("/desk/admin/calendar/", {"year": day.year}).text


def test_what_is_no_notice_is_told_beside_the_field(store: TestStore) -> None:
    browser = made().browser("system", lang="en")
    for data in (b"year: 2027", b"\xff\xfe", b"a" * 70_000, b"- 1"):
        answer = browser.post("/desk/admin/calendar/", {"file": SimpleUploadedFile("a.yaml", data)})
        assert set(wrong_of(answer)) == {"file"}, data[:10]
    assert set(wrong_of(browser.post("/desk/admin/calendar/", {}))) == {"file"}
    assert browser.post("/desk/admin/calendar/", {"token": "forged"}).status_code == 422


def test_templates_name_every_document(store: TestStore) -> None:
    from luoshi.casework.setups import district

    page = made().browser("system").get("/desk/admin/templates/").text
    for one in district(place.DISTRICT).in_force["supervision"].flow.mechanism.documents.values():
        assert one.zh in page
