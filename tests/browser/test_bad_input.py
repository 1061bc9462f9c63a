"""Wrong input in both languages: what is wrong stands beside its field in the reader's words; nothing typed is lost."""

from __future__ import annotations

import re
from typing import Any

import pytest
from tests.browser.site import NEEDS_CHROMIUM, People, Site
from tests.browser.steps import fill
from tests.browser.test_together import task
from tests.desk import whole

pytestmark = NEEDS_CHROMIUM

CHINESE = re.compile(r"[\u3400-\u9fff]")
BOTH = pytest.mark.parametrize("lang", ["zh", "en"])


def right(lang: str, text: str) -> bool:
    """Whether ``text`` is a sentence in the reader's language."""
    return len(text.strip()) > 3 and bool(CHINESE.search(text)) == (lang == "zh")


def beside(page: Any, field: str) -> str:
    """What stands beside ``field`` as wrong; the field says so to a screen reader, too."""
    wrong = page.locator(f"#{field}-wrong")
    wrong.wait_for()
    control = page.locator(f"#{field}")
    assert f"{field}-wrong" in (control.get_attribute("aria-describedby") or "")
    assert control.get_attribute("aria-invalid") == "true"
    return str(wrong.inner_text())


@BOTH
def test_a_name_or_password_that_is_wrong(shared_site: Site, shared_people: People, lang: str) -> None:
    page = shared_people(None, lang=lang)  # type: ignore[arg-type]
    page.goto(f"{shared_site.url}/desk/sign-in/")
    page.locator("#f-name").fill("nobody-of-this-name")
    page.locator("#f-password").fill("wrong")
    page.locator("main button.main").click()
    assert right(lang, page.locator("main .notice.wrong").inner_text())
    assert page.locator("#f-name").input_value() == "nobody-of-this-name"
    assert page.locator("#f-password").input_value() == ""


@BOTH
def test_an_act_with_a_field_that_is_empty(shared_site: Site, shared_people: People, lang: str) -> None:
    case = task("雨水管网清掏")
    page = shared_people("undertaker", lang=lang)  # type: ignore[arg-type]
    page.goto(f"{shared_site.url}/desk/cases/{case}/acts/ask_extension/")
    fill(page.locator("#act-form"), reason="设备检修", new_due=whole.FAR)
    page.locator("#act-form button[type=submit]").click()
    assert right(lang, beside(page, "f-v_progress"))
    assert page.locator("[name=v_reason]").input_value() == "设备检修"
    assert page.locator("[name=v_new_due]").input_value() == whole.FAR


@BOTH
def test_a_number_that_is_none(shared_site: Site, shared_people: People, lang: str) -> None:
    case = task("口袋公园建设")
    page = shared_people("undertaker", lang=lang)  # type: ignore[arg-type]
    page.goto(f"{shared_site.url}/desk/cases/{case}/acts/report/")
    fill(page.locator("#act-form"), progress="开工两处", completion="moving", share="一半")
    page.locator("#act-form button[type=submit]").click()
    assert right(lang, beside(page, "f-v_share"))
    assert page.locator("[name=v_share]").input_value() == "一半"
    assert page.locator("[name=v_progress]").input_value() == "开工两处"


@BOTH
def test_a_file_that_is_no_report(shared_site: Site, shared_people: People, lang: str) -> None:
    page = shared_people("office", lang=lang)  # type: ignore[arg-type]
    page.goto(f"{shared_site.url}/desk/reports/")
    told = {"name": "a.txt", "mimeType": "text/plain", "buffer": "今天天气很好。".encode()}
    page.locator("#f-file").set_input_files(told)
    page.locator("#upload button.main").click()
    assert right(lang, beside(page, "f-file"))


@BOTH
def test_a_view_without_a_name_and_with_one_that_is_there(shared_site: Site, shared_people: People, lang: str) -> None:
    page = shared_people("office", lang=lang)  # type: ignore[arg-type]
    page.goto(f"{shared_site.url}/desk/?tab=open&timing=later")
    page.locator("details.views summary").click()
    page.locator("#view-name").fill("临期的")  # there is one of this name
    page.locator("form.save button").click()
    wrong = page.locator("main .wrong").first
    wrong.wait_for()
    assert right(lang, wrong.inner_text())
    assert page.locator("input[name=name][value='临期的']").count() >= 1


@BOTH
def test_a_password_that_is_too_short(shared_site: Site, shared_people: People, lang: str) -> None:
    page = shared_people("liaison", lang=lang)  # type: ignore[arg-type]
    page.goto(f"{shared_site.url}/desk/account/password/")
    page.locator("input[name=old]").fill("not this one")
    page.locator("input[name=new]").fill("short")
    page.locator("input[name=again]").fill("short")
    page.locator("main button.main").click()
    wrong = page.locator("main .wrong").first
    wrong.wait_for()
    assert right(lang, wrong.inner_text())
    assert page.locator("input[name=old]").input_value() == "", "no password comes back in a page"
