"""Issued promises of a report with a year behind them: what the tests of commitments, progress and behind share.

The clock stands still on a day of autumn 2026; the promises were issued in January and some were reported on since.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from html import unescape
from typing import Any

import pytest
from tests.desk import place
from tests.desk.counted import posted
from tests.desk.reviewed import SAMPLE

NOW = datetime(2026, 10, 12, 10)
ISSUED = datetime(2026, 1, 19, 9, 30)
OFFICE = place.officer("office")
LEADER = place.officer("leader")
HOUSING, WATER = "o-housing", "o-water"
BODIES = ("housing", "water")


@dataclass
class Promised:
    """The district, its report, and the issued promises in the order of the text: code and case."""

    desk: place.Desk
    report: Any
    codes: list[str]
    cases: list[str]

    def browser(self, officer: str, lang: str = "zh") -> Any:
        """A client signed in as ``officer``."""
        from django.test import Client

        client = Client(HTTP_HOST="localhost", HTTP_ACCEPT_LANGUAGE=lang)
        client.force_login(self.desk.account(officer))
        return client

    def cards(self, officer: str = OFFICE) -> dict[str, Any]:
        """The board's cards as ``officer`` sees them, by code: what the page has to agree with."""
        from luoshi.casework.door import sight
        from luoshi.commitments.board import cards

        day = NOW.date().isoformat()
        return {
            one.commitment.code: one
            for one in cards(place.DISTRICT, self.report, sight(place.DISTRICT, officer, day), day)
        }


def still(monkeypatch: pytest.MonkeyPatch, now: datetime = NOW) -> None:
    """Stop the clock."""
    monkeypatch.setattr("luoshi.casework.clock.now", lambda: now)


def issued(monkeypatch: pytest.MonkeyPatch, count: int = 6, *, accepted: int = 1, due: str = "2026-12-31") -> Promised:
    """``count`` promises issued in January, in turn to 区住建局 and 区水利局; ``accepted`` more only taken up."""
    from luoshi.commitments.issuing import issue
    from luoshi.commitments.models import Commitment
    from luoshi.commitments.review import accept, edit
    from luoshi.commitments.taking import take_report

    still(monkeypatch)
    desk = place.make("supervision")
    for officer, body in ((HOUSING, "housing"), (WATER, "water")):
        posted(officer, None, role="undertaker", mechanism="supervision", body=body)
    data = (SAMPLE / "report-2026.txt").read_bytes()
    report = take_report(place.DISTRICT, OFFICE, "report-2026.txt", data, datetime(2026, 1, 10, 9))
    rows = list(Commitment.objects.order_by("start", "id")[: count + accepted])
    assert len(rows) == count + accepted
    for n, row in enumerate(rows):
        told = {"lead": BODIES[n % 2], "standard": "以验收为准", "due": due}
        edited = edit(place.DISTRICT, OFFICE, row.code, row.n, told, ISSUED)
        accept(place.DISTRICT, OFFICE, row.code, edited.n, ISSUED)
    told = issue(place.DISTRICT, OFFICE, [row.code for row in rows[:count]], ISSUED)
    assert all(one.case for one in told)
    return Promised(desk, report, [row.code for row in rows[:count]], [str(one.case) for one in told])


def act(officer: str, role: str, body: str, action: str, case: str, at: datetime, **more: Any) -> Any:
    """One act at a moment."""
    from luoshi.casework.act import Request
    from luoshi.casework.act import act as take
    from luoshi.casework.authority import by_posts
    from luoshi.mechanisms.acts import Actor

    request = Request(Actor(officer, body, role), action, case=case, **more)
    return take(place.DISTRICT, request, authorise=by_posts(place.DISTRICT), now=at)


def body_of(case: str) -> str:
    """The body in charge of the case."""
    from luoshi.casework.models import Case

    return str(Case.objects.values_list("body", flat=True).get(case=case))


def sign(*cases: str) -> None:
    """Sign for them a day after the issue."""
    for case in cases:
        body = body_of(case)
        act(f"o-{body}", "undertaker", body, "sign", case, datetime(2026, 1, 20, 9), fields={"contact": "周知行"})


def report(
    case: str, share: str | None, period: str = "m9", at: datetime = datetime(2026, 10, 2, 9), **more: Any
) -> None:
    """Report on a signed case."""
    body = body_of(case)
    fields = {"progress": "推进顺利", "completion": "moving", "period": period, **more}
    if share is not None:
        fields["share"] = share
    act(f"o-{body}", "undertaker", body, "report", case, at, fields=fields)


def mixed(monkeypatch: pytest.MonkeyPatch) -> Promised:
    """Seven issued promises: on pace, behind, silent, overdue, unsigned, struck off, urged; one more not issued."""
    made = issued(monkeypatch, 7)
    pace, behind, silent, overdue, _unsigned, done, urged = made.cases
    sign(pace, behind, silent, overdue, done, urged)
    report(pace, "74")
    report(behind, "10", progress="征迁受阻")
    report(silent, "40", "m5", datetime(2026, 6, 2, 9))
    report(urged, "75", done_value="12.5")
    act(OFFICE, "office", "office", "urge", urged, datetime(2026, 10, 8, 9))
    from luoshi.casework.models import Case

    # What is tested here is what pages show of a row, not how it came there.
    Case.objects.filter(case=overdue).update(due_on="2026-09-01", act_by="2026-09-01")
    Case.objects.filter(case=done).update(open=False, stage="struck_off", struck_off_on="2026-09-20", act_by=None)
    return made


def page_of(answer: Any, status: int = 200) -> str:
    """The page's markup."""
    text = str(answer.content.decode())
    assert answer.status_code == status, text[-1500:]
    return text


def rows_of(text: str, prefix: str = "c") -> dict[str, str]:
    """Identifier → the markup of its row."""
    found = re.findall(rf'<tr id="{prefix}-([^"]+)"(.*?)</tr>', text, re.DOTALL)
    return dict(found)


def plain(markup: str) -> str:
    """What is read of it."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", markup)))


def numbers_of(text: str) -> list[tuple[str, int]]:
    """Address → number, of all that are links."""
    top = re.findall(r'<a href="([^"]+)"[^>]*><b>(\d+)</b>', text)
    groups = re.findall(r'<a href="([^"]+)">[^<]* <b>(\d+)</b></a>', text)
    return [(unescape(address), int(number)) for address, number in (*top, *groups)]


def steady(told: Sequence[str]) -> int:
    """How many statements a page takes, without the looks once a second at whether the district has changed."""
    looks = ("SELECT value FROM org_revision", "SELECT value FROM casework_counter")
    return sum(not one.startswith(looks) for one in told)


def entries(cases: Sequence[str]) -> dict[str, int]:
    """How many entries each case has."""
    from luoshi.casework.models import Case

    return dict(Case.objects.filter(case__in=cases).values_list("case", "n"))
