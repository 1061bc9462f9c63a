"""The second factor against the standard's own figures, and against who tries to use a code twice."""

from __future__ import annotations

import threading

import pytest
from tests.stores import TestStore

from .factory import PASSWORD, Clock, account, lines, with_factor

SECRET = b"12345678901234567890"


@pytest.mark.parametrize(
    ("at", "code"),
    # RFC 6238, appendix B, the column SHA-1.
    [(59, "94287082"), (1111111109, "07081804"), (1111111111, "14050471"), (1234567890, "89005924"),
     (2000000000, "69279037"), (20000000000, "65353130")],
)  # fmt: skip
def test_codes_of_rfc_6238(store: TestStore, at: int, code: str) -> None:
    from luoshi.access.factor import STEP, hotp, matching_step

    assert hotp(SECRET, at // STEP, 8) == code
    assert hotp(SECRET, at // STEP) == code[-6:]
    assert matching_step(SECRET, code[-6:], at) == at // STEP


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_codes_of_rfc_4226(store: TestStore) -> None:
    from luoshi.access.factor import hotp

    told = "755224 287082 359152 969429 338314 254676 287922 162583 399871 520489"  # appendix D
    assert [hotp(SECRET, count) for count in range(10)] == told.split()


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_a_clock_may_be_off_by_one_step_and_not_by_two(store: TestStore) -> None:
    from luoshi.access.factor import hotp, matching_step

    near = [step for step in range(95, 106) if matching_step(SECRET, hotp(SECRET, step), 100 * 30) is not None]
    assert near == [99, 100, 101]


def test_a_code_is_taken_once(store: TestStore, monkeypatch: pytest.MonkeyPatch) -> None:
    from luoshi.access import clock, factor

    time, one = Clock(monkeypatch), account()
    secret, _ = with_factor(one)
    code = factor.hotp(secret, clock.seconds() // 30)
    assert factor.takes(one, code) == ""  # it showed already that the phone has the secret
    time.on(30)
    code = factor.hotp(secret, clock.seconds() // 30)
    full_width = "".join(chr(ord(char) + 0xFEE0) for char in code)
    assert factor.takes(one, f" {full_width[:3]} {full_width[3:]}") == "code"
    assert factor.takes(one, code) == ""
    earlier = factor.hotp(secret, clock.seconds() // 30 - 1)
    assert factor.takes(one, earlier) == ""  # nor one from before it


def test_of_many_who_give_the_same_code_at_once_one_comes_in(store: TestStore, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import connections

    from luoshi.access import clock, factor

    time, one = Clock(monkeypatch), account()
    secret, _ = with_factor(one)
    time.on(60)
    code, came = factor.hotp(secret, clock.seconds() // 30), []
    start = threading.Barrier(6)

    def try_it() -> None:
        start.wait()
        came.append(factor.takes(one, code))
        connections.close_all()

    threads = [threading.Thread(target=try_it) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(came) == [""] * 5 + ["code"]


def test_recovery_codes_stand_in_once_each_and_are_kept_as_digests(store: TestStore) -> None:
    from luoshi.access import factor
    from luoshi.access.models import RecoveryCode

    one = account()
    _, codes = with_factor(one)
    assert len(set(codes)) == 10
    kept = set(RecoveryCode.objects.values_list("hash", flat=True))
    assert not kept & set(codes)
    assert factor.takes(one, codes[0].upper().replace("-", " ")) == "recovery"
    assert factor.takes(one, codes[0]) == ""
    assert factor.takes(account("other"), codes[1]) == ""
    factor.take_off(one)
    assert factor.takes(one, codes[2]) == ""


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_the_secret_is_not_in_the_database_and_bound_to_the_secret_key(store: TestStore) -> None:
    from django.test import override_settings

    from luoshi.access import factor
    from luoshi.access.errors import AccessError

    one = account()
    secret, _ = with_factor(one)
    assert secret.hex() not in one.totp_secret and factor.spelled(secret).replace(" ", "") not in one.totp_secret
    with override_settings(SECRET_KEY="n" * 50), pytest.raises(AccessError) as refused:
        factor.takes(one, "123456")
    assert refused.value.code == "factor_key"
    with override_settings(SECRET_KEY="n" * 50, SECRET_KEY_FALLBACKS=["t" * 50]):
        assert factor.opened(one.totp_secret) == secret


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_the_address_in_the_qr_code(store: TestStore) -> None:
    from luoshi.access import factor

    assert factor.address(SECRET, issuer="落实 Luoshi", name="wang") == (
        "otpauth://totp/%E8%90%BD%E5%AE%9E%20Luoshi%3Awang?"
        "secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=%E8%90%BD%E5%AE%9E%20Luoshi"
    )
    assert factor.spelled(SECRET).startswith("GEZD GNBV")


def test_wrong_codes_lock_and_are_on_record(store: TestStore, monkeypatch: pytest.MonkeyPatch) -> None:
    from luoshi.access import clock, factor, signing
    from luoshi.access.errors import AccessError

    time, one = Clock(monkeypatch), account(password=PASSWORD)
    secret, _ = with_factor(one)
    time.on(60)
    for _ in range(5):
        with pytest.raises(AccessError, match="code_wrong"):
            signing.by_code(one, "000000", "")
    with pytest.raises(AccessError, match="locked"):
        signing.by_code(one, factor.hotp(secret, clock.seconds() // 30), "")
    assert lines() == ["code_wrong"] * 5 + ["locked"]
    time.on(60)
    assert signing.by_code(one, factor.hotp(secret, clock.seconds() // 30), "") == "code"
