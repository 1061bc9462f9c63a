"""Files handed in: a photo loses what it tells beside its points; what is no evidence is refused beside its field."""

from __future__ import annotations

import io
from typing import Any

from tests.browser.site import NEEDS_CHROMIUM, Site
from tests.browser.steps import act, fill, photo, take_up
from tests.browser.test_together import task

pytestmark = NEEDS_CHROMIUM


def test_a_photo_is_shown_small_and_tells_neither_place_nor_camera(shared_site: Site, shared_people: Any) -> None:
    from PIL import Image

    given = photo(gps=True)
    with Image.open(io.BytesIO(given["buffer"])) as before:
        assert before.getexif().get_ifd(34853), "the photo that is handed in must hold its place"
    case = task("北门广场亮化")
    page = shared_people("undertaker")
    page.goto(f"{shared_site.url}/desk/cases/{case}/")
    act(page, "报告进展", {"evidence": given}, progress="灯杆已立", completion="moving")
    shown = page.locator("#timeline .thumbs img")
    shown.scroll_into_view_if_needed()
    page.wait_for_function("one => one.complete && one.naturalWidth > 0", arg=shown.element_handle())
    assert shown.get_attribute("alt") == "现场照片.jpg"
    link = page.locator("#timeline .thumbs a").get_attribute("href")
    for address in (shown.get_attribute("src"), link):
        answer = page.request.get(f"{shared_site.url}{address}")
        assert answer.ok and answer.headers["content-type"] == "image/jpeg"
        with Image.open(io.BytesIO(answer.body())) as after:
            assert not dict(after.getexif()), address
            assert b"Luoshi Camera Works" not in answer.body() and b"Exif" not in answer.body()
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_what_only_calls_itself_a_picture_is_refused_and_the_rest_is_kept(
    shared_site: Site, shared_people: Any
) -> None:
    case = task("中山路绿化")
    page = shared_people("undertaker")
    page.goto(f"{shared_site.url}/desk/cases/{case}/")
    form = take_up(page, "反馈结果")
    program = {"name": "照片.jpg", "mimeType": "image/jpeg", "buffer": b"MZ\x90\x00\x03\x00\x00\x00" + b"\0" * 400}
    fill(form, {"evidence": program}, progress="补植一百二十株", completion="done")
    form.locator("button[type=submit]").click()
    wrong = page.locator("#f-v_evidence-wrong")
    wrong.wait_for()
    assert "照片.jpg" in wrong.inner_text()
    assert page.locator("#f-v_evidence").get_attribute("aria-invalid") == "true"
    assert page.locator("[name=v_progress]").input_value() == "补植一百二十株"
    assert page.locator("[name=v_completion]").input_value() == "done"
    page.locator("#f-v_evidence").set_input_files(photo("照片.jpg", "green"))
    page.locator("#act-form button[type=submit]").click()
    page.locator("#main h1", has_text="反馈结果").or_(
        page.locator("#timeline li", has_text="补植一百二十株")
    ).first.wait_for()


def test_a_good_file_beside_a_bad_one_need_not_be_handed_in_again(shared_site: Site, shared_people: Any) -> None:
    case = task("体育公园步道")
    page = shared_people("undertaker")
    page.goto(f"{shared_site.url}/desk/cases/{case}/")
    form = take_up(page, "报告进展")
    bad = {"name": "说明.pdf", "mimeType": "application/pdf", "buffer": b"<html><script>alert(1)</script></html>"}
    form.locator("#f-v_evidence").set_input_files([photo("好.jpg"), bad])
    fill(form, progress="步道已铺", completion="moving")
    form.locator("button[type=submit]").click()
    page.locator("#f-v_evidence-wrong").wait_for()
    kept = page.locator("#act-form input[name=k_evidence]")
    assert kept.count() == 1 and kept.is_checked()
    page.locator("#act-form button[type=submit]").click()
    page.locator("#timeline .thumbs img[alt='好.jpg']").wait_for()
