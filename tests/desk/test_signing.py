"""Signing in and out in a browser's way: forms, sessions, what is asked for first, what is open to whom."""

from __future__ import annotations

from typing import Any

import pytest
from tests.access.factory import DISTRICT, PASSWORD, Clock, account, lines, officer, with_factor
from tests.stores import TestStore

SIGN_IN = "/desk/sign-in/"
ACCOUNT = "/desk/account/"
LOCAL = pytest.mark.parametrize("store", ["sqlite"], indirect=True)


def browser(lang: str = "en", **more: Any) -> Any:
    from django.test import Client

    return Client(HTTP_HOST="localhost", HTTP_ACCEPT_LANGUAGE=lang, **more)


def come_in(client: Any, name: str = "wangfang", password: str = PASSWORD, **more: str) -> Any:
    return client.post(SIGN_IN, {"name": name, "password": password, **more})


def inside(client: Any) -> bool:
    return bool(client.get(ACCOUNT).status_code == 200)


def test_in_and_out(store: TestStore) -> None:
    from luoshi.access.models import Session

    account(password=PASSWORD)
    client = browser()
    answer = client.get(ACCOUNT)
    assert answer.status_code == 302 and answer["Location"] == "/desk/sign-in/?next=%2Fdesk%2Faccount%2F"
    assert 'value="/desk/account/"' in client.get(answer["Location"]).text
    before = client.get(SIGN_IN).cookies
    assert "luoshi_session" not in before  # looking at the form begins no session
    answer = come_in(client, next="/desk/account/")
    assert (answer.status_code, answer["Location"]) == (302, "/desk/account/")
    cookie = answer.cookies["luoshi_session"]
    assert cookie["httponly"] and cookie["samesite"] == "Lax" and not cookie["expires"]
    assert inside(client)
    assert client.get(SIGN_IN)["Location"] == "/desk/"
    row = Session.objects.get()
    assert cookie.value not in (row.session_key, row.session_data)  # the table holds a digest
    assert client.get("/desk/sign-out/").status_code == 405
    assert client.post("/desk/sign-out/")["Location"] == SIGN_IN
    assert not inside(client) and not Session.objects.exists()
    assert lines() == ["signed_in", "signed_out"]


def test_what_is_wrong_is_told_and_the_name_is_kept(store: TestStore) -> None:
    account(password=PASSWORD)
    told = set()
    for name in ("wangfang", "nobody"):
        client = browser()
        for count in range(6):
            answer = come_in(client, name, "<b>wrong</b>")
            assert f'value="{name}"' in answer.text and "wrong</b>" not in answer.text
            assert answer.status_code == (422 if count < 5 else 429)
        told.add(answer.text.replace(name, "").split("</title>")[1].split('csrfmiddlewaretoken" value=')[0][-200:])
    assert len(told) == 1 and "Too many wrong attempts. Try again in 1 min" in answer.text
    assert "多次输错，已暂时锁定。请过 1 分钟再试" in come_in(browser("zh")).text


@LOCAL
@pytest.mark.parametrize(
    "way",
    ["https://evil.example/desk/", "//evil.example/desk/", "/\\evil.example", "/desk//../../x", "javascript:alert(1)",
     "/log/", "/desk/../log/", "/desk/" + "x" * 600, "\t//evil.example", "/desk/\r\nX: y"],
)  # fmt: skip
def test_next_leads_to_a_page_of_the_desk_alone(store: TestStore, way: str) -> None:
    account(password=PASSWORD)
    assert come_in(browser(), next=way)["Location"] == "/desk/"
    assert 'name="next" value="/desk/"' in browser().get(SIGN_IN, {"next": way}).text


@LOCAL
def test_a_form_without_its_token_is_refused(store: TestStore) -> None:
    from django.test import Client

    account(password=PASSWORD)
    client = Client(HTTP_HOST="localhost", enforce_csrf_checks=True)
    assert client.post(SIGN_IN, {"name": "wangfang", "password": PASSWORD}).status_code == 403


def test_the_key_changes_when_somebody_signs_in(store: TestStore, monkeypatch: pytest.MonkeyPatch) -> None:
    Clock(monkeypatch)
    one = account(password=PASSWORD)
    with_factor(one)
    client = browser()
    come_in(client)
    before = client.cookies["luoshi_session"].value
    assert not inside(client)  # a password alone is not enough
    from luoshi.access.models import RecoveryCode

    assert RecoveryCode.objects.count() == 10
    _, codes = with_factor(one)
    client.post("/desk/sign-in/code/", {"code": codes[0]})
    assert client.cookies["luoshi_session"].value != before and inside(client)
    stolen = browser()
    stolen.cookies["luoshi_session"] = before
    assert not inside(stolen)


def test_the_second_factor_is_asked_for(store: TestStore, monkeypatch: pytest.MonkeyPatch) -> None:
    from luoshi.access import clock, factor

    time = Clock(monkeypatch)
    secret, codes = with_factor(account(password=PASSWORD))
    client = browser()
    assert client.get("/desk/sign-in/code/")["Location"].startswith(SIGN_IN)
    assert come_in(client, next="/desk/account/")["Location"] == "/desk/sign-in/code/?next=%2Fdesk%2Faccount%2F"
    answer = client.post("/desk/sign-in/code/", {"code": "123456"})
    assert answer.status_code == 422 and "This code is not right" in answer.text
    time.on(299)
    code = factor.hotp(secret, clock.seconds() // 30)
    answer = client.post("/desk/sign-in/code/", {"code": code, "next": "/desk/account/"})
    assert answer["Location"] == "/desk/account/" and inside(client)
    other = browser()
    come_in(other)
    assert other.post("/desk/sign-in/code/", {"code": code}).status_code == 422  # the same code again
    time.on(300)
    assert other.post("/desk/sign-in/code/", {"code": codes[0]})["Location"].startswith(SIGN_IN)  # too late
    come_in(other)
    other.post("/desk/sign-in/code/", {"code": codes[0]})
    assert inside(other)
    assert lines().count("recovery_code_used") == 1


def test_who_waits_for_the_code_is_out_when_the_password_changes(store: TestStore) -> None:
    from luoshi.access.passwords import change

    one = account(password=PASSWORD)
    _, codes = with_factor(one)
    client = browser()
    come_in(client)
    change(one, "another one entirely", by="sec")
    assert client.post("/desk/sign-in/code/", {"code": codes[0]})["Location"].startswith(SIGN_IN)


def test_sessions_end_when_idle_and_after_a_day_of_work(store: TestStore, monkeypatch: pytest.MonkeyPatch) -> None:
    from luoshi.access.models import Session

    time = Clock(monkeypatch)
    account(password=PASSWORD)
    client = browser()
    come_in(client)
    time.on(29 * 60)
    assert inside(client)
    time.on(29 * 60)
    assert client.get(ACCOUNT, headers={"Luoshi-Polls": "1"}).status_code == 200  # asks by itself: no use
    time.on(60)
    assert not inside(client)
    assert not Session.objects.exists()
    come_in(client)
    for _ in range(12 * 4 - 1):
        time.on(15 * 60)
        assert inside(client)
    time.on(15 * 60)
    assert not inside(client)


def test_sessions_that_nobody_came_back_to_are_removed(store: TestStore, monkeypatch: pytest.MonkeyPatch) -> None:
    from luoshi.access.models import Session

    time = Clock(monkeypatch)
    for name in ("wangfang", "li"):  # who sign in and go away
        account(name, password=PASSWORD)
        come_in(browser(), name)
        time.on(30 * 60)
    assert Session.objects.count() == 1


def test_the_oldest_session_ends(store: TestStore, monkeypatch: pytest.MonkeyPatch) -> None:
    time = Clock(monkeypatch)
    account(password=PASSWORD)
    clients = [browser() for _ in range(4)]
    for client in clients:
        come_in(client)
        time.on(10)
    assert [inside(client) for client in clients] == [False, True, True, True]


def test_my_sessions_and_ending_them(store: TestStore, monkeypatch: pytest.MonkeyPatch) -> None:
    from luoshi.access.models import Session

    time = Clock(monkeypatch)
    account(password=PASSWORD)
    other_account = account("li", password=PASSWORD)
    phone = browser(HTTP_USER_AGENT="Mozilla/5.0 (Linux; Android 14) AppleWebKit Chrome/120 MicroMessenger/8")
    desk = browser(HTTP_USER_AGENT="Mozilla/5.0 (Windows NT 10.0) Chrome/120 Safari/537")
    tablet, li = browser(), browser()
    for client in (phone, desk, tablet):
        come_in(client)
        time.on(5)
    come_in(li, "li")
    page = desk.get(ACCOUNT).text
    assert "微信 · Android" in page and "Chrome · Windows" in page and page.count('name="key"') == 2
    foreign = Session.objects.get(account_id=other_account.pk).session_key
    desk.post("/desk/account/sessions/end/", {"key": foreign})
    assert inside(li)  # another's session is not mine to end
    key = Session.objects.filter(account_id__gt=0, agent__contains="Android").get().session_key
    desk.post("/desk/account/sessions/end/", {"key": key})
    assert [inside(one) for one in (phone, desk, tablet)] == [False, True, True]
    answer = desk.post("/desk/account/sessions/end/")
    assert answer["Location"].endswith("?ended=1")
    assert [inside(one) for one in (desk, tablet, li)] == [True, False, True]


def test_a_closed_account_is_out_at_its_next_request(store: TestStore) -> None:
    from luoshi.access.accounts import close

    one = account(password=PASSWORD)
    client = browser()
    client.force_login(one)
    assert inside(client)
    close(one, by="sec")
    assert not inside(client) and come_in(client).status_code == 422


@LOCAL
def test_who_it_is_costs_two_queries(store: TestStore) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    one = account(password=PASSWORD)
    client = browser()
    client.force_login(one)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        client.post("/desk/account/")  # 405 before the page does anything of its own
    assert len(asked) == 0
    with CaptureQueriesContext(connection) as asked:
        client.get("/desk/account/factor/picture.svg")  # 404: no second factor is being set up
    tables = [query["sql"].split('FROM "')[1].split('"')[0] for query in asked if 'FROM "' in query["sql"]]
    assert tables == ["access_session", "access_account"]


def test_a_one_time_password_must_be_changed_first(store: TestStore) -> None:
    from luoshi.access.accounts import add

    officer()
    _, secret = add("wangfang", DISTRICT, officer="o1", by="cli")
    client, elsewhere = browser(), browser()
    come_in(client, password=secret)
    come_in(elsewhere, password=secret)
    for path in ("/desk/account/", "/desk/account/sessions/end/"):
        assert client.get(path).status_code in (302, 405)
    assert client.get(ACCOUNT)["Location"] == "/desk/account/password/"
    way = "/desk/account/password/"
    assert "for one use" in client.get(way).text
    for typed, said in (
        ({"old": "x", "new": "new-horse-8-staple", "again": "new-horse-8-staple"}, "not your present password"),
        ({"old": secret, "new": "short", "again": "short"}, "At least 10 characters"),
        ({"old": secret, "new": secret, "again": secret}, "one of your last 5"),
        ({"old": secret, "new": "new-horse-8-staple", "again": "other"}, "do not agree"),
    ):
        answer = client.post(way, typed)
        assert answer.status_code == 422 and said in answer.text
    new = "new-horse-8-staple"
    assert client.post(way, {"old": secret, "new": new, "again": new})["Location"] == "/desk/"
    assert inside(client) and not inside(elsewhere)
    assert come_in(browser(), password=secret).status_code == 422
    assert come_in(browser(), password=new).status_code == 302


def test_an_administrator_sets_a_second_factor_up_first(store: TestStore, monkeypatch: pytest.MonkeyPatch) -> None:
    import base64

    from luoshi.access import clock, factor
    from luoshi.access.models import Account

    time = Clock(monkeypatch)
    account("sec", password=PASSWORD, administrator="security", name="赵强")
    client = browser()
    assert client.get("/desk/account/factor/picture.svg").status_code == 302
    come_in(client, "sec")
    assert client.get(ACCOUNT)["Location"] == "/desk/account/factor/"
    page = client.get("/desk/account/factor/").text
    secret = base64.b32decode(page.split("<code>")[1].split("</code>")[0].replace(" ", ""))
    picture = client.get("/desk/account/factor/picture.svg")
    assert picture["Content-Type"] == "image/svg+xml" and b"<svg" in picture.content and b"style" not in picture.content
    assert "no-store" in picture["Cache-Control"]
    answer = client.post("/desk/account/factor/", {"code": "000000"})
    assert answer.status_code == 422 and not Account.objects.get().factor_at
    answer = client.post("/desk/account/factor/", {"code": factor.hotp(secret, clock.seconds() // 30)})
    assert answer.status_code == 200 and answer.text.count('<li class="num">') == 10
    assert inside(client) and client.get("/desk/account/factor/picture.svg").status_code == 404
    time.on(60)
    # To set it up anew the password is asked for.
    page = client.get("/desk/account/factor/").text
    secret = base64.b32decode(page.split("<code>")[1].split("</code>")[0].replace(" ", ""))
    code = factor.hotp(secret, clock.seconds() // 30)
    assert client.post("/desk/account/factor/", {"code": code}).status_code == 422
    assert client.post("/desk/account/factor/", {"code": code, "password": PASSWORD}).status_code == 200
    # An administrator cannot do without.
    client.post("/desk/account/factor/off/", {"password": PASSWORD})
    assert Account.objects.get().factor_at


@LOCAL
def test_by_setting_every_officer_needs_a_second_factor(store: TestStore) -> None:
    from django.test import override_settings

    one = account(password=PASSWORD)
    client = browser()
    client.force_login(one)
    assert inside(client)
    with override_settings(LUOSHI_SECOND_FACTOR="all"):
        assert client.get(ACCOUNT)["Location"] == "/desk/account/factor/"
        with override_settings(DEMO=True):
            assert inside(client)


@LOCAL
def test_an_officer_may_take_the_second_factor_off(store: TestStore) -> None:
    from luoshi.access.models import Account

    one = account(password=PASSWORD)
    with_factor(one)
    client = browser()
    client.force_login(one)
    assert client.post("/desk/account/factor/off/", {"password": "wrong"}).status_code == 422
    assert Account.objects.get().factor_at
    assert client.post("/desk/account/factor/off/", {"password": PASSWORD}).status_code == 302
    assert not Account.objects.get().factor_at and lines()[-1] == "factor_taken_off"


def test_one_click_in_the_demo_alone(store: TestStore) -> None:
    from django.test import override_settings

    from luoshi.access.accounts import add

    officer()
    with override_settings(DEMO=True):
        add("demo-wang", DISTRICT, officer="o1", by="demo", demo=True)
        add("demo-sec", DISTRICT, administrator="security", name="赵强", by="demo", demo=True)
        account("real", password=PASSWORD)
        page = browser().get(SIGN_IN).text
        assert 'value="demo-wang"' in page and 'value="demo-sec"' in page and "real" not in page
        assert "Security administrator" in page
        client = browser()
        assert client.post("/desk/sign-in/demo/", {"account": "real"}).status_code == 404
        assert client.get("/desk/sign-in/demo/").status_code == 405
        assert client.post("/desk/sign-in/demo/", {"account": "demo-sec"})["Location"] == "/desk/"
        assert inside(client)
    assert "demo-wang" not in browser().get(SIGN_IN).text
    client = browser()
    assert client.post("/desk/sign-in/demo/", {"account": "demo-wang"}).status_code == 404 and not inside(client)
    assert come_in(client, "demo-wang", "").status_code == 422


@LOCAL
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_page_has_inline_script_or_style(store: TestStore, lang: str) -> None:
    one = account(password=PASSWORD)
    client = browser(lang)
    pages = [client.get(SIGN_IN)]
    with_factor(one)
    come_in(client)
    pages.append(client.get("/desk/sign-in/code/"))
    client.force_login(one)
    pages += [client.get(way) for way in (ACCOUNT, "/desk/account/password/", "/desk/account/factor/")]
    for page in pages:
        assert page.status_code == 200
        assert " style=" not in page.text and "<style" not in page.text and "<script>" not in page.text
        assert "default-src 'none'" in page["Content-Security-Policy"]
