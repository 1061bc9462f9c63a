"""Accounts, passwords, rights: 三员分立, one-time passwords, what is not taken again."""

from __future__ import annotations

import pytest
from tests.stores import TestStore

from .factory import DISTRICT, PASSWORD, account, lines, officer


def code_of(call: object, *args: object, **more: object) -> str:
    from luoshi.access.errors import AccessError

    with pytest.raises(AccessError) as refused:
        call(*args, **more)  # type: ignore[operator]
    return refused.value.code


def test_an_account_is_of_an_officer_or_of_one_administrator(store: TestStore) -> None:
    from django.db import IntegrityError

    from luoshi.access.accounts import add
    from luoshi.access.models import Account

    officer()
    made, secret = add("Wang.Fang", DISTRICT, officer="o1", by="cli")
    assert made.username == "wang.fang" and made.name == "王芳" and made.check_password(secret)
    assert made.must_change_password and len(secret) == 19
    assert lines() == ["account_added"]
    for fields in ({}, {"officer": "o1", "administrator": "audit", "name": "x"}, {"administrator": "root"}):
        assert code_of(add, "new", DISTRICT, by="cli", **fields) == "one_office"
    assert code_of(add, "x y", DISTRICT, officer="o1", by="cli") == "username"
    assert code_of(add, "WANG.fang", DISTRICT, officer="o1", by="cli") == "account_there"
    assert code_of(add, "wang2", DISTRICT, officer="o1", by="cli") == "officer_has_one"
    assert code_of(add, "new", DISTRICT, officer="o9", by="cli") == "officer_unknown"
    assert code_of(add, "new", DISTRICT, administrator="audit", by="cli") == "name_missing"
    # The model and the database themselves refuse it, too.
    made.administrator = "audit"
    assert code_of(made.save) == "one_office"
    for change in ({"administrator": "audit"}, {"officer": None}, {"officer": ""}):
        with pytest.raises(IntegrityError):
            Account.objects.filter(pk=made.pk).update(**change)
    assert lines() == ["account_added"]


def test_a_person_holds_one_of_the_three(store: TestStore) -> None:
    from luoshi.access.accounts import add, close

    officer()
    first, _ = add("sys", DISTRICT, administrator="system", name="李明", by="cli")
    assert code_of(add, "aud", DISTRICT, administrator="audit", name="李明 ", by="cli") == "person_twice"
    add("wangfang", DISTRICT, officer="o1", by="cli")
    assert code_of(add, "aud", DISTRICT, administrator="audit", name="王芳", by="cli") == "person_twice"
    officer("o2", "李明")
    assert code_of(add, "liming", DISTRICT, officer="o2", by="cli") == "person_twice"
    officer("o3", "王芳")
    add("wangfang2", DISTRICT, officer="o3", by="cli")  # two officers may have one name
    close(first, by="cli")
    add("aud", DISTRICT, administrator="audit", name="李明", by="cli")


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_rights_are_a_table_and_denied_by_default(store: TestStore) -> None:
    from luoshi.access.models import ADMINISTRATORS
    from luoshi.access.rights import RIGHTS, may

    every = set().union(*RIGHTS.values())
    assert sum(map(len, RIGHTS.values())) == len(every)  # no right is held by two
    for administrator in ADMINISTRATORS:
        one = account(administrator, administrator=administrator)
        assert {right for right in every if may(one, right)} == RIGHTS[administrator]
        assert not may(one, "anything")
        one.is_active = False
        assert not any(may(one, right) for right in every)
    one = account()
    assert not any(may(one, right) for right in every)


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("kurz-7-ab", "password_too_short"),
        ("qwertyuiop", "password_too_common"),
        ("83920174650", "password_entirely_numeric"),
        ("wangfang2026", "password_too_similar"),
        ("x" * 129, "password_too_long"),
    ],
)
def test_passwords_that_are_not_taken(store: TestStore, password: str, code: str) -> None:
    from luoshi.access.passwords import faults

    assert code in [fault.code for fault in faults(password, account())]


def test_the_last_five_are_not_taken_again(store: TestStore) -> None:
    from luoshi.access.models import OldPassword
    from luoshi.access.passwords import change, faults

    one = account(password=PASSWORD)
    had = [PASSWORD, *(f"{PASSWORD}{count}" for count in range(5))]
    for password in had[1:]:
        assert not faults(password, one)
        change(one, password, by=one.username)
    assert [bool(faults(password, one)) for password in had] == [False, True, True, True, True, True]
    assert OldPassword.objects.count() == 5
    assert lines() == ["password_changed"] * 5


def test_a_reset_gives_a_one_time_password_and_ends_what_is_open(store: TestStore) -> None:
    from luoshi.access.accounts import reset
    from luoshi.access.models import Session

    one = account(password=PASSWORD, factor_at=1)
    Session.objects.create(
        session_key="k", session_data="", expire_date="2030-01-01T00:00Z", account_id=one.pk, started_at=1, seen_at=1
    )
    secret = reset(one, by="sec", second_factor=True)
    one.refresh_from_db()
    assert one.must_change_password and one.check_password(secret) and one.factor_at is None
    assert not Session.objects.exists()
    assert lines() == ["factor_reset", "password_reset"]


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_accounts_of_the_demo_are_made_in_the_demo_alone_and_have_no_password(store: TestStore) -> None:
    from django.test import override_settings

    from luoshi.access.accounts import add

    officer()
    assert code_of(add, "demo", DISTRICT, officer="o1", by="cli", demo=True) == "demo_off"
    with override_settings(DEMO=True):
        made, secret = add("demo", DISTRICT, officer="o1", by="cli", demo=True)
    assert secret == "" and not made.has_usable_password() and not made.must_change_password
