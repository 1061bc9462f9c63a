"""Two people in one case at once: each sees the other's act without reload; who is late is told, and loses nothing."""

from __future__ import annotations

from typing import Any

from tests.browser.site import NEEDS_CHROMIUM, Site
from tests.browser.steps import act, fill, take_up
from tests.desk import place, whole

pytestmark = NEEDS_CHROMIUM
SOON = 15_000
"""Milliseconds in which a page that is open sees what others did: it asks every five seconds."""


def task(title: str) -> str:
    """A case that the housing bureau has signed for."""
    done = place.task(title, due=whole.FAR)
    place.act("undertaker", "sign", case=done.case, body="housing", fields={"contact": "张三丰"})
    return str(done.case)


def test_each_sees_what_the_other_does(shared_site: Site, shared_people: Any) -> None:
    case = task("东门桥护栏更换")
    bureau, office = shared_people("undertaker"), shared_people("office")
    for page in (bureau, office):
        page.goto(f"{shared_site.url}/desk/cases/{case}/")
        page.evaluate("window.kept = true")
    act(office, "催办", reason="请于本周内报送进展")
    urged = bureau.locator("#timeline li", has_text="请于本周内报送进展")
    urged.wait_for(timeout=SOON)
    bureau.locator("#notices .notice", has_text="催办").wait_for()
    act(bureau, "报告进展", progress="已更换一半", completion="moving")
    office.locator("#timeline li", has_text="已更换一半").wait_for(timeout=SOON)
    for page in (bureau, office):
        assert page.evaluate("window.kept") is True, "the page was loaded again"
        ids = page.locator("#timeline > li").evaluate_all("all => all.map(one => one.id)")
        assert len(ids) == len(set(ids)), "an entry stands twice"


def test_who_is_late_is_told_and_loses_nothing(shared_site: Site, shared_people: Any) -> None:
    case = task("西街雨污分流改造")
    first, second = shared_people("undertaker"), shared_people("undertaker", 2)
    for page in (first, second):
        page.goto(f"{shared_site.url}/desk/cases/{case}/")
    form = take_up(second, "报告进展")
    fill(form, progress="乙：管网已铺设三公里", completion="moving", problems="雨天停工")
    second.clock.install()  # its page asks nobody any more: it is late for certain
    act(first, "报告进展", progress="甲：管网已铺设两公里", completion="moving")
    form.locator("button[type=submit]").click()
    told = second.locator("#act-form [role=alert]").first
    told.wait_for()
    said = told.inner_text()
    assert "报告进展" in said and "区住房和城乡建设局" in said and "undertaker·1" in said, said
    assert second.locator("[name=v_progress]").input_value() == "乙：管网已铺设三公里"
    assert second.locator("[name=v_problems]").input_value() == "雨天停工"
    assert second.locator("[name=v_completion]").input_value() == "moving"
    go_on = second.locator("#act-form button[type=submit]")
    assert "报告进展" in go_on.inner_text() and go_on.inner_text() != "报告进展"
    go_on.click()
    second.locator("#timeline li", has_text="乙：管网已铺设三公里").wait_for()
    texts = second.locator("#timeline > li").all_inner_texts()
    assert sum("甲：" in one for one in texts) == 1 and sum("乙：" in one for one in texts) == 1


def test_what_went_on_so_far_that_it_cannot_be_done_is_told_and_kept(shared_site: Site, shared_people: Any) -> None:
    case = task("南湖清淤")
    first, second = shared_people("undertaker"), shared_people("undertaker", 2)
    for page in (first, second):
        page.goto(f"{shared_site.url}/desk/cases/{case}/")
    form = take_up(second, "报告进展")
    fill(form, progress="清淤过半", completion="moving")
    act(first, "申请延期", reason="汛期停工", progress="清淤四成", new_due=whole.LATER)
    form.locator("button[type=submit]").click()
    second.locator("#act-form .notice[role=alert]").first.wait_for()
    assert second.locator("[name=v_progress]").input_value() == "清淤过半"
    assert second.locator("#act-form button[type=submit]").count() == 0
