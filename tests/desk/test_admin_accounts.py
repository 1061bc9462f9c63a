"""What the security administrator does: accounts, and posts that count at once and no more when they end."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

from tests.desk import place
from tests.desk.test_admin import logged, made
from tests.desk.test_admin_changes import TODAY, wrong_of
from tests.stores import TestStore

YESTERDAY = (date.today() - timedelta(days=1)).isoformat()
NEW = "/desk/admin/new-account/"


def account(name: str) -> Any:
    from luoshi.access.models import Account

    return Account.objects.get(username=name)


def signs_in(name: str, password: str) -> int:
    from django.test import Client

    answer = Client(HTTP_HOST="localhost").post("/desk/sign-in/", {"name": name, "password": password})
    return int(answer.status_code)


def secret_of(answer: Any) -> str:
    found = re.search(r'<p class="secret">([^<]+)</p>', answer.text)
    assert answer.status_code == 200 and found and answer["Cache-Control"] == "no-store"
    return found[1]


def test_an_account_is_added_and_its_password_is_shown_once(store: TestStore) -> None:
    browser = made().browser("security", lang="en")
    told = {"kind": "officer", "officer": "o-leader-1", "username": "zhaolei", "name": ""}
    secret = secret_of(browser.post(NEW, told))
    assert signs_in("zhaolei", secret) == 302 and account("zhaolei").must_change_password
    assert secret not in browser.get("/desk/admin/accounts/zhaolei/").text
    assert secret not in "".join(row.details for row in logged("account_added"))
    assert [row.who for row in logged("account_added")] == ["a-security"]


def test_an_account_that_cannot_be_is_told_beside_its_field(store: TestStore) -> None:
    browser = made().browser("security", lang="en")
    told = {"kind": "officer", "officer": "o-leader-1", "username": "zhaolei", "name": ""}
    browser.post(NEW, told)
    for change, field in (
        ({"kind": ""}, "kind"), ({"officer": ""}, "officer"), ({"officer": "nobody"}, "officer"), ({}, "username"),
        ({"username": "a b"}, "username"), ({"username": "other"}, "officer"), ({"kind": "audit"}, "name"),
        ({"kind": "audit", "name": "leader·1", "username": "x"}, "name"),
    ):  # fmt: skip
        answer = browser.post(NEW, {**told, **change})
        assert set(wrong_of(answer)) == {field}, change
        assert "luoshi " not in wrong_of(answer)[field] and "--" not in wrong_of(answer)[field]
    assert len(logged("account_added")) == 1


def test_lock_sessions_password_and_factor(store: TestStore) -> None:
    from luoshi.access.models import Attempt, Session

    desk = made()
    browser, other = desk.browser("security"), desk.browser("office")
    way = "/desk/admin/accounts/o-office-1/"
    for _ in range(6):
        status = signs_in("o-office-1", "wrong")
    assert status == 429 and 'value="unlock"' in browser.get(way).text
    assert "/accounts/o-office-1/" in browser.get("/desk/admin/accounts/", {"state": "locked"}).text
    assert browser.post(way, {"do": "unlock"})["Location"].endswith("?done=unlocked")
    assert not Attempt.objects.filter(kind="password", subject="o-office-1").exists()
    assert browser.post(way, {"do": "unlock"})["Location"].endswith("?done=no_lock")
    assert other.get("/desk/").status_code == 200
    browser.post(way, {"do": "sessions"})
    assert other.get("/desk/").status_code == 302
    first = secret_of(browser.post(way, {"do": "reset"}))
    second = secret_of(browser.post(way, {"do": "factor"}))
    assert signs_in("o-office-1", first) == 422 and signs_in("o-office-1", second) == 302
    assert account("o-office-1").factor_at is None
    assert {"account_unlocked", "sessions_ended", "password_reset", "factor_reset"} <= {
        row.what for what in ("account_unlocked", "sessions_ended", "password_reset", "factor_reset")
        for row in logged(what)
    }  # fmt: skip
    assert Session.objects.filter(account_id=account("a-security").pk).exists()


def test_an_account_is_closed_for_good_but_never_ones_own(store: TestStore) -> None:
    desk = made()
    browser, other = desk.browser("security"), desk.browser("office")
    way = "/desk/admin/accounts/o-office-1/"
    assert browser.post(way, {"do": "close"}).status_code == 422 and account("o-office-1").is_active
    browser.post(way, {"do": "close", "sure": "yes"})
    assert not account("o-office-1").is_active and other.get("/desk/").status_code == 302
    assert browser.post(way, {"do": "reset"}).status_code == 422
    own = browser.post("/desk/admin/accounts/a-security/", {"do": "close", "sure": "yes"})
    assert own.status_code == 422 and account("a-security").is_active
    assert [row.about for row in logged("account_closed")] == ["o-office-1"]


def test_an_account_of_another_district_is_not_there(store: TestStore) -> None:
    from luoshi.access.models import Account

    browser = made().browser("security")
    Account.objects.create(username="foreign", district="other", administrator="system", name="外人")
    assert browser.get("/desk/admin/accounts/foreign/").status_code == 404
    assert browser.post("/desk/admin/accounts/foreign/", {"do": "close", "sure": "yes"}).status_code == 404
    assert "foreign" not in browser.get("/desk/admin/accounts/").text and account("foreign").is_active


def appointed(browser: Any, **more: str) -> Any:
    form = {"role": "supervision|office", "body": "gov", "area": "", "from": TODAY, "to": "", **more}
    return browser.post("/desk/admin/officers/w1/appoint/", form)


def newcomer(desk: place.Desk) -> Any:
    """A browser of an officer without any post."""
    from django.test import Client

    from luoshi.access.models import Account
    from luoshi.org.models import Officer

    Officer.objects.create(district=place.DISTRICT, code="w1", name="王小芳")
    one = Account.objects.create(username="w1", district=place.DISTRICT, officer="w1", must_change_password=False)
    client = Client(HTTP_HOST="localhost")
    client.force_login(one)
    return client


def test_a_post_counts_at_once_and_no_more_when_it_ended(store: TestStore) -> None:
    from luoshi.org.models import Post

    desk = made()
    browser, new = desk.browser("security"), newcomer(desk)
    case = place.task().case
    assert new.get(f"/desk/cases/{case}/").status_code == 404
    assert appointed(browser)["Location"].endswith("?done=appointed")
    assert new.get(f"/desk/cases/{case}/").status_code == 200
    assert "霁川区人民政府" in browser.get("/desk/admin/officers/w1/").text
    assert "/officers/w1/" in browser.get("/desk/admin/posts/", {"role": "supervision|office", "body": "gov"}).text
    post = Post.objects.get(officer="w1")
    way = f"/desk/admin/posts/{post.pk}/end/"
    assert set(wrong_of(browser.post(way, {"to": "2020-01-01"}))) == {"to"}
    Post.objects.filter(pk=post.pk).update(from_day="2025-01-01")
    assert browser.post(way, {"to": YESTERDAY})["Location"].endswith("?done=post_ended")
    assert new.get(f"/desk/cases/{case}/").status_code == 404
    assert Post.objects.get(pk=post.pk).to_day == YESTERDAY
    assert browser.post(way, {"to": YESTERDAY}).status_code == 404  # it is over
    assert [row.about for row in logged("post_appointed") + logged("post_ended")] == ["w1", "w1"]


def test_a_post_that_began_today_can_be_taken_off_at_once(store: TestStore) -> None:
    from luoshi.org.models import Post

    desk = made()
    browser, new = desk.browser("security"), newcomer(desk)
    case = place.task().case
    appointed(browser)
    post = Post.objects.get(officer="w1")
    answer = browser.post(f"/desk/admin/posts/{post.pk}/end/", {"to": YESTERDAY})
    assert answer["Location"].endswith("?done=withdrawn") and not Post.objects.filter(officer="w1").exists()
    assert new.get(f"/desk/cases/{case}/").status_code == 404
    assert '"withdrawn": true' in logged("post_ended")[0].details


def test_what_is_wrong_with_a_post_is_told_beside_its_field(store: TestStore) -> None:
    desk = made()
    browser = desk.browser("security")
    newcomer(desk)
    for change, field in (
        ({"role": "supervision|nothing"}, "role"), ({"body": "nobody"}, "body"), ({"area": "Z"}, "area"),
        ({"from": "x"}, "from"), ({"to": "x"}, "to"), ({"to": "2020-01-01"}, "to"),
    ):  # fmt: skip
        assert set(wrong_of(appointed(browser, **change))) == {field}, change
    appointed(browser)
    assert set(wrong_of(appointed(browser))) == {"role"}  # held already
    assert len(logged("post_appointed")) == 1


def test_posts_that_end_soon_are_found(store: TestStore) -> None:
    desk = made()
    browser = desk.browser("security")
    newcomer(desk)
    appointed(browser, to=(date.today() + timedelta(days=29)).isoformat())
    assert "/officers/w1/" in browser.get("/desk/admin/posts/", {"ends": "soon"}).text
    assert "/officers/o-office-1/" not in browser.get("/desk/admin/posts/", {"ends": "soon"}).text
