"""Administration by three persons: every page by every kind of account, and what needs a hand."""

from __future__ import annotations

from typing import Any

import pytest
from tests.desk import place
from tests.stores import TestStore

SYSTEM = (
    "/desk/admin/bodies/", "/desk/admin/areas/", "/desk/admin/duties/", "/desk/admin/new-body/", "/desk/admin/files/",
    "/desk/admin/bodies/water/", "/desk/admin/bodies/water/end/", "/desk/admin/new-officer/", "/desk/admin/packs/",
    "/desk/admin/packs/supervision/", "/desk/admin/packs/supervision/picture.svg",
    "/desk/admin/packs/supervision/adopt/", "/desk/admin/calendar/", "/desk/admin/templates/",
    "/desk/admin/deliveries/",
)  # fmt: skip
SECURITY = ("/desk/admin/accounts/", "/desk/admin/new-account/", "/desk/admin/accounts/a-system/", "/desk/admin/posts/")
PEOPLE = ("/desk/admin/officers/", "/desk/admin/officers/o-office-1/")
AUDIT = ("/desk/audit/", "/desk/audit/check/", "/desk/audit/export.xlsx")
OPEN_TO = {
    "system": {*SYSTEM, *PEOPLE, "/desk/admin/"},
    "security": {*SECURITY, *PEOPLE, "/desk/admin/"},
    "audit": {*AUDIT, "/desk/admin/"},
    "office": set(),
}
EVERY = (*SYSTEM, *SECURITY, *PEOPLE, *AUDIT, "/desk/admin/")
CHANGES = {
    "system": ("/desk/admin/bodies/water/handover/",),
    "security": ("/desk/admin/officers/o-office-1/appoint/", "/desk/admin/posts/1/end/"),
}


def with_factors(desk: place.Desk) -> place.Desk:
    """Every administrator with a second factor, so that none is sent to set one up."""
    for code in ("system", "security", "audit"):
        account = desk.account(code)
        account.factor_at = 1
        account.save()
    return desk


def made(*packs: str) -> place.Desk:
    """The district with ``packs`` in force and its administrators."""
    return with_factors(place.make(*(packs or ("supervision",))))


def logged(what: str) -> list[Any]:
    """The lines of the audit log of this kind, the oldest first."""
    from luoshi.access.models import AuditLog

    return list(AuditLog.objects.filter(district=place.DISTRICT, what=what).order_by("n"))


@pytest.mark.parametrize("who", OPEN_TO)
def test_each_page_is_open_to_whom_it_is_for_and_to_nobody_else(store: TestStore, who: str) -> None:
    browser = made().browser(who)
    for address in EVERY:
        answer = browser.get(address)
        assert answer.status_code == (200 if address in OPEN_TO[who] else 403), address


def test_what_changes_something_is_closed_to_others(store: TestStore) -> None:
    desk = made()
    for whose, addresses in CHANGES.items():
        for who in OPEN_TO:
            if who != whose:
                for address in addresses:
                    assert desk.browser(who).post(address).status_code == 403, (who, address)
    assert desk.browser("security").post("/desk/admin/officers/o-office-1/", {"name": "x"}).status_code == 403


def test_nobody_who_is_not_signed_in(store: TestStore) -> None:
    from django.test import Client

    made()
    for address in EVERY:
        assert Client(HTTP_HOST="localhost").get(address)["Location"].startswith("/desk/sign-in/"), address


def test_an_administrator_begins_at_administration_and_sees_no_case(store: TestStore) -> None:
    desk = made()
    case = place.task().case
    for who in ("system", "security", "audit"):
        browser = desk.browser(who)
        assert browser.get("/desk/")["Location"] == "/desk/admin/"
        assert browser.get(f"/desk/cases/{case}/").status_code == 403


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_number_of_the_front_page_leads_on(store: TestStore, lang: str) -> None:
    import re

    desk = made()
    for who in ("system", "security", "audit"):
        browser = desk.browser(who, lang=lang)
        ways = re.findall(r'<li class="[^"]*"><a href="([^"]+)"', browser.get("/desk/admin/").text)
        assert len(ways) >= 4
        for way in ways:
            assert browser.get(way.replace("&amp;", "&")).status_code == 200, way


def test_a_page_asks_as_much_of_many_as_of_few(store: TestStore) -> None:
    from luoshi.access.models import Account
    from luoshi.org.models import Officer

    desk = made()
    pages = (
        ("system", "/desk/admin/officers/"), ("security", "/desk/admin/accounts/"), ("security", "/desk/admin/posts/"),
        ("system", "/desk/admin/bodies/"), ("audit", "/desk/audit/"), ("system", "/desk/admin/packs/"),
        ("system", "/desk/admin/deliveries/"), ("security", "/desk/admin/"),
    )  # fmt: skip
    place.task()
    few = {address: asked(desk.browser(who), address) for who, address in pages}
    codes = [f"a{n}" for n in range(30)]
    Officer.objects.bulk_create(Officer(district=place.DISTRICT, code=code, name="新人") for code in codes)
    Account.objects.bulk_create(Account(username=code, district=place.DISTRICT, officer=code) for code in codes)
    for _ in range(10):
        place.task()
    assert {address: asked(desk.browser(who), address) for who, address in pages} == few


def asked(browser: Any, address: str) -> int:
    """How many queries the page takes, without the looks, once a second, at whether what is in memory has changed."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    browser.get(address)
    with CaptureQueriesContext(connection) as seen:
        assert browser.get(address).status_code == 200
    looks = ("org_revision", "casework_counter", "casework_setup", "casework_definition", "casework_calendar_notice")
    return sum(not any(name in query["sql"] for name in looks) for query in seen.captured_queries)
