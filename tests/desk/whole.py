"""A district in which every page of the desk has something to show: what the tests that walk all pages begin with.

world = whole.make()
world.address("case")        # of a page by its name in ``luoshi.desk.routes.ROUTES``, with a real object behind it
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from unittest.mock import patch

from tests.desk import case_help, place, reviewed

SECRET, OPEN_WORD = "玄武湖栈道", "加固"
"""The title of the case is these two; ``SECRET`` stands in nothing else."""
FAR = (date.today() + timedelta(days=20)).isoformat()
LATER = (date.today() + timedelta(days=30)).isoformat()
ELSEWHERE = "elsewhere"
REPORT_PAGES = ("", "_bulk", "_issue", "_years", "_workbook", "_workbook_file", "_workbook_take")


@dataclass
class Whole:
    """The district, its case, and by page what its address holds. ``query``: what the address asks for;
    ``sent``: what a form must say to be looked at.
    """

    desk: place.Desk
    case: str
    number: str
    parts: dict[str, dict[str, Any]]
    query: dict[str, str] = field(default_factory=dict)
    sent: dict[str, dict[str, str]] = field(default_factory=dict)

    def address(self, name: str) -> str:
        """The address of the page ``name``."""
        from django.urls import reverse

        return reverse(f"desk:{name}", kwargs=self.parts.get(name) or None) + self.query.get(name, "")


def make() -> Whole:
    """The district with a case that has evidence and an approval waiting, a report under review, a saved view."""
    from luoshi.commitments.models import Commitment, Report
    from luoshi.org.models import Post

    desk = place.make()
    case, n, sha256 = _case()
    number = _waiting(case.case)
    browser = desk.browser("office")
    assert reviewed.upload(browser).status_code == 302
    issued = _issued(reviewed.Reviewed(desk, browser, f"/desk/reports/{Report.objects.get().id}/"))
    view = browser.post("/desk/views/", {"name": "临期的", "query": "tab=open&timing=soon"})
    assert view.status_code == 302
    from luoshi.desk.models import SavedView

    report = {"report": Report.objects.get().id}
    own, file = {"case": case.case}, {"case": case.case, "sha256": sha256}
    parts: dict[str, dict[str, Any]] = {
        **dict.fromkeys(("case", "case_since", "case_picture", "case_alike", "papers"), own),
        "paper": {**own, "which": "ledger", "kind": "docx"},
        "case_file": file,
        "case_thumb": file,
        "case_reveal": {**own, "n": n, "field": "contact_phone"},
        "act": {**own, "action": "report"},
        "approval_file": {"number": number, "sha256": sha256},
        "open_form": {"mechanism": "supervision", "action": "propose"},
        "board": {"mechanism": "supervision"},
        "view": {"number": SavedView.objects.get().pk},
        **{f"report{page}": report for page in REPORT_PAGES},
        **{name: {"code": issued} for name in ("commitment", "commitment_figure")},
        **{name: {"figure": "supervision.closed_rate"} for name in ("figure", "figure_json")},
        **{name: {"code": "housing"} for name in ("body", "body_end", "body_handover")},
        **{name: {"kind": "supervision"} for name in ("pack", "pack_picture", "adopt")},
        **{name: {"code": place.officer("office")} for name in ("officer", "appoint")},
        "post_end": {"post": Post.objects.order_by("id")[0].pk},
        "account_of": {"account": place.officer("office")},
        "report_commitment": {**report, "code": Commitment.objects.order_by("start", "id")[0].code},
    }
    _publish()
    parts["published_file"] = {"district": place.DISTRICT, "period": "2025", "path": "report.html"}
    query = {"case_since": "?n=1", "search": f"?q={OPEN_WORD}"}
    return Whole(desk, case.case, case.number, parts, query, {"case_alike": {"same_as": case.case}})


def _publish() -> None:
    """A published report that is no more than a page."""
    from luoshi.home import home

    folder = home() / "published" / place.DISTRICT / "2025"
    folder.mkdir(parents=True)
    head = "<head><title>工作报告</title></head>"
    page = f'<html xmlns="http://www.w3.org/1999/xhtml" xml:lang="zh-CN">{head}<body/></html>'
    (folder / "report.html").write_text(page, "utf-8")


def _case() -> tuple[Any, int, str]:
    """A task that is under way; the entry with a personal value in it, and a picture that is evidence of it."""
    done = place.task(SECRET + OPEN_WORD, due=FAR, area="A-li-1")
    told = {"contact": "张三丰", "contact_phone": "13800001234"}
    signed = place.act("undertaker", "sign", case=done.case, body="housing", fields=told)
    file = case_help.evidence("red", place.officer("undertaker"))
    told = {"progress": "完成五成", "completion": "moving"}
    place.act("undertaker", "report", case=done.case, body="housing", fields=told, files=(file,))
    return done, signed.n, file.sha256


def _issued(review: reviewed.Reviewed) -> str:
    """The code of a promise of the report that is issued to the housing bureau."""
    row = review.filled(review.row(1), due=FAR)
    assert review.browser.post(f"{review.address}issue/", {"chosen": [f"{row.n}:{row.code}"]}).status_code == 200
    now = review.fresh(row)
    assert now.case
    told = {"n": now.n, "figure": "supervision.volume"}
    assert review.browser.post(f"/desk/commitments/{row.code}/figure/", told).status_code == 302
    return str(row.code)


def _waiting(case: str) -> int:
    """The end of the case is asked for by the second officer of the office, with a picture; its number."""
    from luoshi.casework import clock, pending
    from luoshi.casework.act import Request
    from luoshi.casework.models import PendingAct
    from luoshi.mechanisms.acts import Actor

    actor = Actor(place.officer("office", 2), "office", "office")
    files = (case_help.evidence("red", actor.officer),)
    request = Request(actor, "end", case=case, fields={"reason": "并入另一事项"}, files=files)
    pending.ask(place.DISTRICT, request, clock.now())
    return int(PendingAct.objects.latest("id").id)


def elsewhere() -> Any:
    """A client of the first officer of the supervision office of another district."""
    from django.test import Client

    from luoshi.access.models import Account

    with patch.object(place, "DISTRICT", ELSEWHERE):
        place.make("supervision")
    client = Client(HTTP_HOST="localhost", HTTP_ACCEPT_LANGUAGE="zh")
    officer = place.officer("office")
    client.force_login(
        Account.objects.create(
            username="elsewhere-office", district=ELSEWHERE, officer=officer, must_change_password=False
        )
    )
    return client
