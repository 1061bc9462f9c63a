"""The whole loop by three people in their browsers: a work report in, a promise issued, carried, verified, closed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from tests.browser.site import NEEDS_CHROMIUM, Site
from tests.browser.steps import PASSWORD, act, photo, sign_in
from tests.casework.audit import audit
from tests.desk import place
from tests.desk.counted import posted
from tests.desk.reviewed import SAMPLE

pytestmark = NEEDS_CHROMIUM

BY = (date.today() + timedelta(days=24)).isoformat()
PROMISE = "老旧小区"


def account(name: str, officer: str, *, first: bool = False) -> str:
    """An account as the security administrator makes it; its one-time password, or (not ``first``) one in use."""
    from luoshi.access import accounts, passwords

    made, secret = accounts.add(name, place.DISTRICT, officer=officer, by="a-security")
    if not first:
        passwords.change(made, PASSWORD, by=name)
    return secret if first else PASSWORD


def test_from_promise_to_proof(site: Site, people: Any) -> None:
    posted("zhufang", None, role="undertaker", mechanism="supervision", body="housing")
    secret = account("ducha", place.officer("office"), first=True)
    account("zhufang", "zhufang")
    account("quzhang", place.officer("leader"))
    office, bureau, leader = people(None), people(None), people(None)

    # The supervision office signs in for the first time, chooses a password, takes the report in.
    sign_in(office, site.url, "ducha", secret)
    office.locator("input[name=old]").fill(secret)
    office.locator("input[name=new]").fill(PASSWORD)
    office.locator("input[name=again]").fill(PASSWORD)
    office.locator("main button.main").click()
    office.get_by_role("heading", name="我的待办").wait_for()
    office.locator("#side").get_by_role("link", name="工作报告").click()
    office.locator("#f-file").set_input_files(SAMPLE / "report-2026.txt")
    office.locator("#upload button.main").click()

    # It finds the promise, accepts and assigns it, and issues it.
    code = chosen(office)
    case_address = issued(office, code)

    # The bureau finds it in its inbox, signs for it, reports progress with a picture, and the result with evidence.
    sign_in(bureau, site.url, "zhufang", PASSWORD)
    bureau.locator("#work a.title", has_text=PROMISE).click()
    assert bureau.url.endswith(case_address)
    act(bureau, "签收", contact="张三丰")
    act(bureau, "报告进展", {"evidence": photo("工地.jpg")}, progress="已完成五成", completion="moving", share="50")
    shown = bureau.locator("#timeline .thumbs img").first
    shown.scroll_into_view_if_needed()
    bureau.wait_for_function("one => one.complete && one.naturalWidth > 0", arg=shown.element_handle())
    act(bureau, "反馈结果", {"evidence": photo("竣工.jpg", "teal")}, progress="全部改造完成", completion="done")
    bureau.locator("#timeline", has_text="全部改造完成").wait_for()  # it is with the office now; the bureau reads on
    assert "区政府督查室" in bureau.locator("#main").inner_text()

    # The office examines it, checks it on the spot, and asks the leader to have it struck off.
    office.goto(f"{site.url}{case_address}")
    act(office, "审核通过")
    act(office, "核查合格", {"evidence": photo("核查.jpg", "maroon")}, opinion="现场核查属实", conclusion="已完成")
    act(office, "销号")
    office.locator("#case-acts .waits").wait_for()
    assert "待销号" in office.locator("#case-head").inner_text()

    # The leader approves; with that it is closed, and the office sees it without asking.
    sign_in(leader, site.url, "quzhang", PASSWORD)
    leader.locator("#side").get_by_role("link", name="审批").click()
    waiting = leader.locator("article.approval")
    assert PROMISE in waiting.inner_text()
    waiting.get_by_role("button", name="批准").click()
    leader.locator(".notice.good").wait_for()
    office.locator("#case-head .chip", has_text="已销号").wait_for(timeout=15_000)
    office.locator("#timeline li", has_text="销号").first.wait_for()

    # Counted: open nowhere, closed once; every number leads to it. And its ledger holds.
    counted(site, office, leader, case_address, code)
    assert audit(place.DISTRICT) >= 7


def chosen(office: Any) -> str:
    """The code of the promise of :data:`PROMISE`, found in the review, accepted, and given to the housing bureau."""
    office.locator("#review.js").wait_for()
    assert office.locator(".promise").count() > 50
    office.locator("#filter [name=q]").fill(PROMISE)
    office.locator(".promise:visible .what").first.click()
    office.locator(".picker #f-lead").wait_for()
    code = office.locator("#edit").get_attribute("data-code")
    office.locator("#edit [data-act=accept]").click()
    office.locator(f"#row-{code}[data-status=accepted]").wait_for()
    office.locator(".picker #f-lead").fill("zfh")
    office.locator(".picker li", has_text="区住房和城乡建设局").first.click()
    office.locator("#f-due").fill(BY)
    office.locator("#f-standard").fill("通过竣工验收")
    office.locator("#f-standard").blur()
    office.locator("#state .ready").wait_for()
    return str(code)


def issued(office: Any, code: str) -> str:
    """Issue it by the dialog that tells what will be done; the address of its case."""
    office.locator("#edit [data-act=issue]").click()
    office.locator("dialog[open] #will-issue tr", has_text="区住房和城乡建设局").wait_for()
    office.locator("#issue-now").click()
    done = office.locator(f"#issued li.good[data-code='{code}']")
    done.wait_for()
    address = str(done.locator("a").get_attribute("href"))
    office.locator("dialog [data-away]").click()
    office.locator(f"#row-{code}[data-status=issued]").wait_for()
    return address


def counted(site: Site, office: Any, leader: Any, case_address: str, code: str) -> None:
    """Lists, the board of commitments and the boards have it as closed, and as open nowhere."""
    for page in (office, leader):
        page.goto(f"{site.url}/desk/?tab=open")
        assert page.locator(f"a[href='{case_address}']").count() == 0
        page.goto(f"{site.url}/desk/?tab=closed")
        assert page.locator(f"a.title[href='{case_address}']").count() == 1
        page.goto(f"{site.url}/desk/commitments/?q={PROMISE}")
        row = page.locator(f"tr[data-code='{code}']")
        assert row.locator(".due.done").count() == 1, row.inner_text()
        page.goto(f"{site.url}/desk/commitments/{code}/")
        assert page.locator(".due.done").count() >= 1
    leader.goto(f"{site.url}/desk/boards/")
    leader.locator("main form[method=post] button").first.click()
    month = date.today().isoformat()[:7]
    proof = leader.locator(f"td a[href*='mechanism=supervision'][href*='struck_off={month}']")
    assert proof.first.text_content() == "1"  # in the table behind a chart, which may be folded
    leader.goto(f"{site.url}{proof.first.get_attribute('href')}")
    assert leader.locator(f"a.title[href='{case_address}']").count() == 1
