"""Plain forms, without JavaScript most of all: sign in, find a case, act on it; a refusal keeps what was typed."""

from __future__ import annotations

from typing import Any

from tests.browser.site import NEEDS_CHROMIUM, Site
from tests.browser.steps import PASSWORD, fill, photo, sign_in
from tests.browser.test_loop import account
from tests.browser.test_together import task
from tests.desk import place

pytestmark = NEEDS_CHROMIUM


def test_sign_in_list_and_act_without_script(shared_site: Site, shared_people: Any) -> None:
    account("wuchengban", place.officer("undertaker"))
    case = task("翠屏路人行道翻修")
    page = shared_people(None, script=False)
    sign_in(page, shared_site.url, "wuchengban", PASSWORD)
    page.locator("a.title", has_text="翠屏路").click()
    assert page.url == f"{shared_site.url}/desk/cases/{case}/"
    page.locator("#case-acts a.btn", has_text="反馈结果").click()
    form = page.locator("#act-form")
    fill(form, progress="全线铺完", completion="done")
    form.locator("button[type=submit]").click()
    assert page.locator("#act-form .wrong").first.is_visible(), "evidence is needed"
    assert page.locator("[name=v_progress]").input_value() == "全线铺完"
    fill(page.locator("#act-form"), {"evidence": photo()}, progress="全线铺完", completion="done")
    page.locator("#act-form button[type=submit]").click()
    assert "全线铺完" in page.locator("#timeline").inner_text()


def test_narrowing_and_searching_without_script(shared_site: Site, shared_people: Any) -> None:
    task("槐树巷路灯")
    page = shared_people("office", script=False)
    page.goto(f"{shared_site.url}/desk/?tab=open")
    page.locator("#w-q").fill("槐树")
    page.locator("form.tools[role=search] button").click()
    assert page.locator("a.title").all_inner_texts() == ["槐树巷路灯"]
    page.locator(".find input").fill("路灯")
    page.locator(".find button").click()
    assert "槐树巷路灯" in page.locator("#main").inner_text()


def test_the_review_without_script(shared_site: Site, shared_people: Any) -> None:
    page = shared_people("office", script=False)
    page.goto(f"{shared_site.url}{shared_site.world.address('report')}")
    page.locator(".promise .what").nth(2).click()
    page.locator("#f-due").fill("2099-09-30")
    page.locator("#edit-form button[value=save]").click()
    assert page.locator("#f-due").input_value() == "2099-09-30"
    page.locator("#edit-form button[value=accept]").click()
    assert page.locator("#edit").get_attribute("data-status") == "accepted"


def test_a_form_that_is_opened_from_the_inbox_leads_on_to_the_case(shared_site: Site, shared_people: Any) -> None:
    """With script as well: there the form stands on a page of its own."""
    case = task("文化馆屋面防水")
    page = shared_people("undertaker", 2)
    page.goto(f"{shared_site.url}/desk/cases/{case}/acts/report/")
    fill(page.locator("#act-form"), progress="防水层已铺", completion="moving")
    page.locator("#act-form button[type=submit]").click()
    page.wait_for_url(f"**/desk/cases/{case}/")
    assert "防水层已铺" in page.locator("#timeline").inner_text()
