"""Acting on a case: forms of every action of every pack, bad input beside its field, two officers at once."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest
from tests.desk import place
from tests.desk.case_help import HTMX, beside, evidence, picture, signed, text_of, verified
from tests.stores import TestStore


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LUOSHI_HOME", str(tmp_path))


def seen_by(browser: Any, case: str, action: str) -> str:
    """The number of the last entry that the form knows."""
    found = re.search(r'name="seen" value="(\d+)"', browser.get(f"/desk/cases/{case}/acts/{action}/").content.decode())
    assert found is not None
    return found[1]


def test_a_task_is_reported_done_with_a_photo(store: TestStore) -> None:
    from luoshi.access.models import Upload

    desk = place.make("supervision")
    case = signed().case
    browser = desk.browser("undertaker")
    address = f"/desk/cases/{case}/acts/feed_back/"
    told = {"seen": seen_by(browser, case, "feed_back"), "v_progress": "20部全部完成", "v_completion": "done"}
    answer = browser.post(address, {**told, "u_evidence": [picture()]}, **HTMX)
    assert answer.status_code == 200, text_of(answer)
    text = answer.content.decode()
    assert "已办理：反馈结果" in text_of(answer)
    assert text.startswith('<div id="act-form"></div>'), "the form has gone"
    assert 'hx-swap-oob="afterbegin:#timeline"' in text and "20部全部完成" in text
    assert Upload.objects.get().case == case


def test_without_scripts_the_form_is_a_page_and_leads_back(store: TestStore) -> None:
    desk = place.make("supervision")
    case = signed().case
    browser = desk.browser("office")
    page = browser.get(f"/desk/cases/{case}/acts/urge/").content.decode()
    assert "<!doctype html>" in page and "开始计时" not in page
    answer = browser.post(f"/desk/cases/{case}/acts/urge/", {"seen": seen_by(browser, case, "urge")})
    assert (answer.status_code, answer["Location"]) == (302, f"/desk/cases/{case}/")
    wrong = browser.post(f"/desk/cases/{case}/acts/reassign/", {"seen": seen_by(browser, case, "reassign")})
    assert wrong.status_code == 422 and "<!doctype html>" in wrong.content.decode()
    assert beside(wrong, "lead_body") and beside(wrong, "reason")


def test_what_the_case_knows_stands_in_the_form(store: TestStore) -> None:
    desk = place.make("supervision")
    done = place.act("office", "propose", mechanism="supervision", fields={"title": "合成", "origin": "meeting"})
    draft = {"target": "完成20部", "standard": "验收合格", "lead_body": "housing", "due": "2027-01-15"}
    place.act("office", "submit", case=done.case, fields=draft)
    place.act("leader", "approve", case=done.case, n=2)
    form = desk.browser("office").get(f"/desk/cases/{done.case}/acts/issue/", **HTMX).content.decode()
    assert ">完成20部</textarea>" in form and ">验收合格</textarea>" in form
    assert '<option value="housing" selected>' in form and 'value="2027-01-15"' in form
    assert "开始计时：办理时限，至“时限要求”所填日期" in form and "停止计时：拟办审批" in form


BAD: dict[str, tuple[str, dict[str, Any], str]] = {
    "date": ("due", {"v_due": "2026-02-30"}, "日期"),
    "text": ("title", {"v_title": "长" * 201}, "200"),
    "long_text": ("target", {"v_target": "长" * 10_001}, "10000"),
    "choice": ("origin", {"v_origin": "nothing"}, "选项"),
    "body": ("lead_body", {"v_lead_body": "no such body!"}, "单位"),
    "unknown body": ("lead_body", {"v_lead_body": "nobody"}, "nobody"),
    "many bodies": ("assisting", {"v_assisting": ["water", "x y"]}, "单位"),
    "person": ("contact", {"v_contact": "长" * 101}, "100"),
    "phone": ("contact_phone", {"v_contact_phone": "1" * 41}, "40"),
    "control characters": ("title", {"v_title": "合\x07成"}, ""),
    "missing": ("standard", {"v_standard": "   "}, "补填"),
}
GOOD = {
    "v_title": "合成事项", "v_origin": "report", "v_lead_body": "housing", "v_target": "完成20部",
    "v_standard": "验收合格", "v_due": "2026-12-18", "v_assisting": ["water", "fenglin"], "v_contact": "张三",
}  # fmt: skip
ONCE = "0123456789abcdef" * 2


@pytest.mark.parametrize("kind", list(BAD))
def test_bad_input_stands_beside_its_field_and_the_rest_is_kept(store: TestStore, kind: str) -> None:
    from luoshi.casework.models import Case

    field, change, word = BAD[kind]
    desk = place.make("supervision")
    address = "/desk/open/supervision/issue_report/"
    answer = desk.browser("office").post(address, {**GOOD, **change, "once": ONCE}, **HTMX)
    assert answer.status_code == 422
    assert beside(answer, field) and word in beside(answer, field), beside(answer, field)
    form = answer.content.decode()
    assert len(re.findall(r'-wrong" role="alert"', form)) == 1, "nothing else is said to be wrong"
    for name, value in (("title", 'value="合成事项"'), ("target", ">完成20部</textarea>"), ("contact", 'value="张三"')):
        if name != field:
            assert value in form, name
    if field != "lead_body":
        assert '<option value="housing" selected>' in form
    if field != "assisting":
        assert re.search(r'value="water" checked', form) and re.search(r'value="fenglin" checked', form)
    assert Case.objects.count() == 0, "nothing half-done"


NUMBERS = {
    "decimal": ("done_value", "十二", "12.5"),
    "too fine": ("share", "0.1234567", "60"),
}


@pytest.mark.parametrize("kind", list(NUMBERS))
def test_numbers_are_told_wrong_beside_them_and_taken_as_they_are_typed(store: TestStore, kind: str) -> None:
    field, bad, good = NUMBERS[kind]
    desk = place.make("supervision")
    case = signed().case
    browser = desk.browser("undertaker")
    told = {"seen": seen_by(browser, case, "report"), "v_progress": "推进", "v_completion": "moving"}
    answer = browser.post(f"/desk/cases/{case}/acts/report/", {**told, f"v_{field}": bad}, **HTMX)
    assert answer.status_code == 422 and "小数" in beside(answer, field)
    assert f'value="{bad}"' in answer.content.decode()
    assert browser.post(f"/desk/cases/{case}/acts/report/", {**told, f"v_{field}": good}, **HTMX).status_code == 200


@pytest.mark.parametrize(
    ("kind", "typed", "taken"),
    [
        ("integer", "１２", 12), ("integer", " 7 ", 7), ("integer", "1,200", 1200), ("integer", "1.5", "1.5"),
        ("decimal", "１２．５", "12.5"), ("decimal", "1,234.5", "1234.5"), ("decimal", "半", "半"),
        ("flag", "yes", True), ("flag", "no", False), ("flag", "perhaps", "perhaps"),
        ("date", "２０２６-12-18", "2026-12-18"),
    ],
)  # fmt: skip
def test_what_is_typed_is_read_as_an_officer_means_it(kind: str, typed: str, taken: object) -> None:
    from luoshi.desk.typed import _value
    from luoshi.mechanisms.model import FieldDef

    field = FieldDef(zh="项", en="One", type=kind)  # type: ignore[arg-type]
    got = _value(field, typed)
    assert got == taken and type(got) is type(taken)


def test_a_place_and_lists_are_read_from_their_controls() -> None:
    from django.http import QueryDict
    from tests.casework.district import pack

    from luoshi.desk.typed import typed_in, values_of

    mechanism = pack("hazard")
    spot = next(name for name, one in mechanism.fields.items() if one.type == "place")
    post = QueryDict(mutable=True)
    post.update(
        {
            f"v_{spot}.text": "枫林路1号",
            f"v_{spot}.lon": "１１４．１",
            f"v_{spot}.lat": "30.5",
            "v_team": "甲\r\n\r\n乙 ",
        }
    )
    told = values_of(typed_in(post, mechanism, [spot, "team"]), mechanism)
    assert told == {spot: {"text": "枫林路1号", "lon": "114.1", "lat": "30.5"}, "team": ["甲", "乙"]}


def test_what_was_uploaded_is_kept_while_the_form_is_wrong(store: TestStore) -> None:
    from luoshi.access.models import Upload

    desk = place.make("supervision")
    case = signed().case
    browser = desk.browser("undertaker")
    address = f"/desk/cases/{case}/acts/feed_back/"
    told = {"seen": seen_by(browser, case, "feed_back"), "v_completion": "done"}
    answer = browser.post(address, {**told, "u_evidence": [picture()]}, **HTMX)
    assert answer.status_code == 422 and beside(answer, "progress")
    assert not beside(answer, "evidence")
    kept = re.search(r'name="k_evidence" value="([0-9a-f]{64})" checked', answer.content.decode())
    assert kept is not None
    assert "现场照片.png" in answer.content.decode()
    again = browser.post(address, {**told, "v_progress": "完成", "k_evidence": [kept[1]]}, **HTMX)
    assert again.status_code == 200, text_of(again)
    assert Upload.objects.count() == 1


def test_somebody_elses_upload_and_what_is_not_kept_are_no_evidence(store: TestStore) -> None:
    desk = place.make("supervision")
    case = signed().case
    theirs = evidence(officer="o-office-2").sha256
    browser = desk.browser("undertaker")
    told = {"seen": seen_by(browser, case, "feed_back"), "v_completion": "done", "v_progress": "完成"}
    for digest in (theirs, "0" * 64, "../../etc/passwd"):
        answer = browser.post(f"/desk/cases/{case}/acts/feed_back/", {**told, "k_evidence": [digest]}, **HTMX)
        assert answer.status_code == 422 and "佐证材料" in beside(answer, "evidence"), digest


def test_a_file_that_is_not_taken_is_told_beside_the_field(store: TestStore) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    desk = place.make("supervision")
    case = signed().case
    browser = desk.browser("undertaker")
    told = {"seen": seen_by(browser, case, "feed_back"), "v_completion": "done", "v_progress": "完成"}
    program = SimpleUploadedFile("照片.jpg", b"MZ\x90\x00" + bytes(100))
    answer = browser.post(f"/desk/cases/{case}/acts/feed_back/", {**told, "u_evidence": [program]}, **HTMX)
    assert answer.status_code == 422 and "照片.jpg" in beside(answer, "evidence")
    assert ">完成</textarea>" in answer.content.decode()


def test_two_officers_at_once_see_each_other(store: TestStore) -> None:
    desk = place.make("supervision")
    case = signed().case
    first, second = desk.browser("office", 1), desk.browser("office", 2)
    address = f"/desk/cases/{case}/acts/urge/"
    seen = seen_by(first, case, "urge")
    assert seen_by(second, case, "urge") == seen
    assert first.post(address, {"seen": seen, "v_reason": "第一次催办"}, **HTMX).status_code == 200
    late = second.post(address, {"seen": seen, "v_reason": "第二次催办"}, **HTMX)
    assert late.status_code == 409
    told = text_of(late)
    assert "催办（区政府督查室 office·1" in told or "催办 (区政府督查室 office·1" in told, told
    assert ">第二次催办</textarea>" in late.content.decode(), "what was typed is kept"
    assert "按已填内容继续：催办" in told
    newer = re.search(r'name="seen" value="(\d+)"', late.content.decode())
    assert newer is not None and int(newer[1]) == int(seen) + 1
    assert second.post(address, {"seen": newer[1], "v_reason": "第二次催办"}, **HTMX).status_code == 200


def test_a_double_click_acts_once(store: TestStore) -> None:
    from luoshi.casework.models import Entry

    desk = place.make("supervision")
    case = signed().case
    browser = desk.browser("office")
    seen = seen_by(browser, case, "urge")
    before = Entry.objects.count()
    codes = [browser.post(f"/desk/cases/{case}/acts/urge/", {"seen": seen}, **HTMX).status_code for _ in range(2)]
    assert codes == [200, 409]
    assert Entry.objects.count() == before + 1


def test_who_is_quicker_by_a_moment_is_told_of_all_the_same(store: TestStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other act comes between the look at the case and the act: the writer itself refuses."""
    from luoshi.desk.pages import acting

    desk = place.make("supervision")
    case = signed().case
    browser = desk.browser("office")
    seen = seen_by(browser, case, "urge")
    take = acting.take

    def late(*args: Any, **more: Any) -> Any:
        place.act("office", "supervise", n=2, case=case)
        return take(*args, **more)

    with monkeypatch.context() as patch:
        patch.setattr(acting, "take", late)
        answer = browser.post(f"/desk/cases/{case}/acts/urge/", {"seen": seen, "v_reason": "请加快"}, **HTMX)
    assert answer.status_code == 409
    assert "发督办单" in text_of(answer) and "office·2" in text_of(answer)
    assert ">请加快</textarea>" in answer.content.decode()


def test_an_action_that_is_gone_keeps_what_was_typed(store: TestStore) -> None:
    desk = place.make("supervision")
    done = place.task()
    first, second = desk.browser("undertaker", 1), desk.browser("undertaker", 2)
    seen = seen_by(first, done.case, "sign")
    address = f"/desk/cases/{done.case}/acts/sign/"
    assert first.post(address, {"seen": seen, "v_contact": "甲"}, **HTMX).status_code == 200
    late = second.post(address, {"seen": seen, "v_contact": "乙"}, **HTMX)
    assert late.status_code == 409
    assert 'value="乙"' in late.content.decode() and 'type="submit"' not in late.content.decode()


def test_who_hands_a_case_on_goes_on_reading_it(store: TestStore) -> None:
    """An officer of the office hands a case to a bureau: he reads on, and it is in his list no more."""
    from luoshi.casework.models import Case

    desk = place.make("supervision")
    _only_for("o-office-1", "office", body="office")
    browser = desk.browser("office")
    done = place.act("office", "propose", n=2, mechanism="supervision", fields={"title": "合成", "origin": "meeting"})
    draft = {"v_target": "完成", "v_standard": "合格", "v_lead_body": "housing", "v_due": "2027-01-15"}
    assert browser.get(f"/desk/cases/{done.case}/").status_code == 200
    answer = browser.post(
        f"/desk/cases/{done.case}/acts/submit/", {**draft, "seen": seen_by(browser, done.case, "submit")}, **HTMX
    )
    assert answer.status_code == 200
    place.act("leader", "approve", n=2, case=done.case)
    assert done.case in browser.get("/desk/?tab=open").content.decode()
    told = {**draft, "seen": seen_by(browser, done.case, "issue")}
    given = browser.post(f"/desk/cases/{done.case}/acts/issue/", told, **HTMX)
    assert given.status_code == 200
    assert "区住房和城乡建设局" in text_of(browser.get(f"/desk/cases/{done.case}/"))
    assert done.case not in browser.get("/desk/?tab=open").content.decode()
    assert Case.objects.get(case=done.case).stage == "issued"


def _only_for(officer: str, role: str, *, body: str) -> None:
    from django.db import transaction

    from luoshi.org.models import Post
    from luoshi.org.snapshot import changed

    with transaction.atomic():
        Post.objects.filter(district=place.DISTRICT, officer=officer).exclude(role=role).delete()
        Post.objects.filter(district=place.DISTRICT, officer=officer, role=role).update(body=body)
        changed(place.DISTRICT)


def test_what_is_blocked_or_not_ones_own_has_no_form(store: TestStore) -> None:
    desk = place.make("supervision")
    done = verified()
    # Who reported it may not strike it off; what is no action of the case has no form.
    assert desk.browser("undertaker").get(f"/desk/cases/{done.case}/acts/strike_off/", **HTMX).status_code == 409
    assert desk.browser("office").get(f"/desk/cases/{done.case}/acts/nothing/").status_code == 404
    assert desk.browser("office").get(f"/desk/cases/{done.case}/acts/propose/").status_code == 404
    answer = desk.browser("undertaker").post(f"/desk/cases/{done.case}/acts/send_back/", {"seen": done.n}, **HTMX)
    assert answer.status_code == 409


@pytest.mark.parametrize("name", place.PACKS)
def test_the_form_of_every_offered_action_of_a_pack_renders(store: TestStore, name: str) -> None:
    """Walks through the pack's stages; at each, every officer's page and every form that it offers is looked at."""
    if store.vendor != "sqlite":
        pytest.skip("templates are the same on both stores")
    forms = walked(name)
    assert len(forms) >= 3, forms


def walked(name: str) -> set[str]:
    """The actions whose forms were rendered on walks of the pack."""
    from luoshi.casework import clock
    from luoshi.casework.offers import state_of
    from luoshi.casework.setups import district
    from luoshi.casework.walk import Walker
    from luoshi.mechanisms.state import State

    desk = place.make(name)
    kind = district(place.DISTRICT).in_force[name]
    roles = [role for role in kind.flow.mechanism.roles if role not in kind.flow.outside]
    browsers = {role: desk.browser(role) for role in roles}
    rendered: set[str] = set()
    visited: set[str] = set()
    for seed in range(6):
        chance = Random(seed)
        walker = Walker(
            kind.flow, district(place.DISTRICT).calendar, chance, standing=dict(kind.standing), bodies=place.WORKERS
        )
        case: str | None = None
        for _ in range(10):
            state = State() if case is None else state_of(place.DISTRICT, case).state
            now = clock.now()
            moves = walker.moves(state, now)
            fresh = [one for one in moves if (one.ready.action.to or state.stage) not in visited]
            if not moves:
                break
            case = _taken(walker, state, chance.choice(fresh or moves), case, name, now) or case
            if case is None:
                break
            stage = state_of(place.DISTRICT, case).state.stage
            if stage in visited:
                continue
            visited.add(stage)
            for browser in browsers.values():
                rendered |= _forms(browser, case)
    return rendered


def _taken(walker: Any, state: Any, move: Any, case: str | None, name: str, now: datetime) -> str | None:
    from luoshi.casework.act import Request, act
    from luoshi.mechanisms.acts import Refused

    told = walker.act(state, move, now)
    request = Request(
        told.actor, told.action, case=case, mechanism=None if case else name, fields=told.fields, files=told.files,
        approval=told.approval, part=told.part,
    )  # fmt: skip
    try:
        return act(place.DISTRICT, request, authorise=lambda *_: None).case  # type: ignore[union-attr]
    except Refused:
        return None


def _forms(browser: Any, case: str) -> set[str]:
    page = browser.get(f"/desk/cases/{case}/")
    if page.status_code == 404:
        return set()
    assert page.status_code == 200
    rendered = set()
    for address in set(re.findall(r'hx-get="([^"]*/acts/[^"]*)"', page.content.decode())):
        form = browser.get(address.replace("&amp;", "&"), **HTMX)
        assert form.status_code == 200, address
        assert 'type="submit"' in form.content.decode()
        empty = browser.post(address.split("?")[0], {"part": _part(address)}, **HTMX)
        assert empty.status_code in (200, 409, 422), (address, empty.status_code)
        rendered.add(address.rstrip("/").split("/acts/")[1])
        if empty.status_code == 200:
            break  # it needed nothing and was done
    return rendered


def _part(address: str) -> str:
    from urllib.parse import parse_qs, urlsplit

    return parse_qs(urlsplit(address).query).get("part", [""])[0]
