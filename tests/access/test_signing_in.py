"""Names and passwords: who comes in, who is locked out and for how long, what is on record."""

from __future__ import annotations

import threading
import time as real_time

import pytest
from tests.stores import TestStore

from .factory import PASSWORD, Clock, account, lines


def refused(name: str, password: str = "wrong", address: str = "") -> tuple[str, object]:
    from luoshi.access.errors import AccessError
    from luoshi.access.signing import by_password

    with pytest.raises(AccessError) as error:
        by_password(name, password, address)
    return error.value.code, error.value.details.get("seconds")


def test_the_right_password_comes_in_however_the_name_is_typed(store: TestStore) -> None:
    from luoshi.access.signing import by_password

    one = account(password=PASSWORD)
    assert by_password(" ＷangFang ", PASSWORD, "10.0.0.7") == one
    assert refused("wangfang") == refused("nobody") == ("wrong", None)


def test_locked_for_a_growing_time_by_the_clock(store: TestStore, monkeypatch: pytest.MonkeyPatch) -> None:
    from luoshi.access.signing import by_password

    time = Clock(monkeypatch)
    account(password=PASSWORD)
    for name in ("wangfang", "nobody"):  # a name that is none is locked in the same way
        assert [refused(name)[0] for _ in range(5)] == ["wrong"] * 5
        assert refused(name, PASSWORD) == ("locked", 60)
        time.on(59)
        assert refused(name, PASSWORD) == ("locked", 1)
        time.on(1)
        waits = []
        for _ in range(8):
            assert refused(name)[0] == "wrong"
            _code, seconds = refused(name)
            waits.append(seconds)
            time.on(float(str(seconds)))
        assert waits == [120, 240, 480, 960, 1920, 3600, 3600, 3600]
    assert by_password("wangfang", PASSWORD, "10.0.0.7")
    assert [refused("wangfang")[0] for _ in range(5)] == ["wrong"] * 5  # the count began anew
    assert lines().count("locked") == 10 and lines("").count("locked") == 9


def test_attempts_while_it_is_locked_do_not_prolong_it_nor_fill_the_log(
    store: TestStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    from luoshi.access.signing import by_password

    time = Clock(monkeypatch)
    account(password=PASSWORD)
    for _ in range(5):
        refused("wangfang")
    before = lines()
    for left in range(60, 0, -10):
        assert refused("wangfang") == ("locked", left)
        time.on(10)
    assert lines() == before
    assert by_password("wangfang", PASSWORD, "10.0.0.7")


def test_wrong_attempts_are_forgotten_after_a_day(store: TestStore, monkeypatch: pytest.MonkeyPatch) -> None:
    time = Clock(monkeypatch)
    for _ in range(4):
        refused("wangfang")
    time.on(24 * 3600)
    assert [refused("wangfang")[0] for _ in range(5)] == ["wrong"] * 5
    assert refused("wangfang") == ("locked", 60)


def test_an_address_has_a_wider_bound(store: TestStore) -> None:
    from django.test import override_settings

    from luoshi.access.signing import by_password

    account(password=PASSWORD)
    with override_settings(LUOSHI_ATTEMPTS_OF_ADDRESS=8):
        for count in range(8):
            assert refused(f"name{count}", address="2001:db8:1:2::1")[0] == "wrong"
        assert refused("wangfang", PASSWORD, "2001:db8:1:2:ffff::9")[0] == "locked"  # one network, one count
        assert by_password("wangfang", PASSWORD, "2001:db8:1:3::1")
        for _ in range(20):  # who signs in rightly fills no count
            assert by_password("wangfang", PASSWORD, "10.1.1.1")


def test_a_hundred_guesses_at_once_are_no_more_than_five(store: TestStore) -> None:
    from django.db import connections

    from luoshi.access import attempts
    from luoshi.access.errors import AccessError

    tried, start = [], threading.Barrier(8)

    def guess() -> None:
        start.wait()
        for _ in range(4):
            try:
                attempts.claim("password", "wangfang")
                tried.append(1)
            except AccessError:
                tried.append(0)
        connections.close_all()

    threads = [threading.Thread(target=guess) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(tried), sum(tried)) == (32, 5)


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_a_name_that_is_none_takes_as_long(store: TestStore) -> None:
    from django.test import override_settings

    account(password=PASSWORD)
    account("closed", password=PASSWORD, is_active=False)
    account("demo")  # without a password
    took = {}
    with override_settings(LUOSHI_ATTEMPTS=1000, LUOSHI_ATTEMPTS_OF_ADDRESS=1000):
        for name in ("wangfang", "nobody", "closed", "demo"):
            best = []
            for _ in range(5):
                began = real_time.perf_counter()
                refused(name)
                best.append(real_time.perf_counter() - began)
            took[name] = min(best)
    assert max(took.values()) < 2 * min(took.values()), took


def test_a_closed_account_is_told_as_a_wrong_password(store: TestStore) -> None:
    account(password=PASSWORD, is_active=False)
    assert refused("wangfang", PASSWORD) == ("wrong", None)


def test_the_log_does_not_keep_what_was_typed_for_a_name(store: TestStore) -> None:
    from luoshi.access.models import AuditLog

    refused("my-secret-password")
    refused("my-secret-password")
    refused("other")
    told = list(AuditLog.objects.filter(district="").order_by("n").values_list("about", flat=True))
    assert told[0] == told[1] != told[2] and "secret" not in "".join(told)


def test_the_security_administrator_unlocks(store: TestStore) -> None:
    from luoshi.access.accounts import unlock
    from luoshi.access.signing import by_password

    one = account(password=PASSWORD)
    for _ in range(5):
        refused("wangfang")
    assert unlock(one, by="sec") and not unlock(one, by="sec")
    assert by_password("wangfang", PASSWORD, "10.0.0.7")
    assert lines()[-1] == "account_unlocked"


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("meta", "proxies", "want"),
    [
        ({"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": "6.6.6.6"}, 0, "10.0.0.1"),
        ({"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": "6.6.6.6, 203.0.113.9"}, 1, "203.0.113.9"),
        ({"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": "6.6.6.6, 203.0.113.9, 10.0.0.2"}, 2, "203.0.113.9"),
        ({"REMOTE_ADDR": "10.0.0.1"}, 1, "10.0.0.1"),
        ({"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": "<script>"}, 1, ""),
        ({}, 0, ""),
    ],
)
def test_the_callers_address(store: TestStore, meta: dict[str, str], proxies: int, want: str) -> None:
    from luoshi.access.address import caller

    assert caller(meta, proxies) == want
