"""``luoshi check --deploy``: a safe place passes; each unsafe thing is named, with why and what to do."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from tests.stores import TestStore

from .factory import DISTRICT, PASSWORD, account, lines

LOCAL = pytest.mark.parametrize("store", ["sqlite"], indirect=True)
KEY = secrets.token_urlsafe(50)


@contextmanager
def safe(home: Path, **changed: Any) -> Iterator[None]:
    """The settings of a safe place, but for what is ``changed``."""
    from django.test import override_settings

    home.mkdir(mode=0o700, exist_ok=True)
    ledger = home / "ledger.key"
    if not ledger.exists():
        ledger.write_text("key")
        ledger.chmod(0o600)
    given = {
        "SECRET_KEY": KEY, "HTTPS": True, "DEMO": False, "DEBUG": False, "ALLOWED_HOSTS": ["desk.jichuan.example"],
        "SECURE_HSTS_SECONDS": 31_536_000, "SESSION_COOKIE_SECURE": True, "CSRF_COOKIE_SECURE": True,
        "LUOSHI_LEDGER_KEY": ledger, "LUOSHI_PROXIES": 1, "LUOSHI_SECOND_FACTOR": "administrators",
        "SECURE_CROSS_ORIGIN_OPENER_POLICY": "same-origin",
        "DATABASES": {"default": {"ENGINE": "django.db.backends.postgresql", "HOST": "/run/postgresql"}},
    }  # fmt: skip
    with override_settings(**(given | changed)):
        yield


def grave(home: Path, **changed: Any) -> list[str]:
    from luoshi.access.safety import of_settings

    with safe(home, **changed):
        return [finding.code for finding in of_settings(home) if finding.grave]


@LOCAL
def test_a_safe_place_passes(store: TestStore, tmp_path: Path) -> None:
    from luoshi.access.safety import of_settings

    with safe(tmp_path / "home"):
        assert list(of_settings(tmp_path / "home")) == []


@LOCAL
@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"SECRET_KEY": "short"}, "secret_short"),
        ({"SECRET_KEY": "t" * 60}, "secret_short"),
        ({"SECRET_KEY": "django-insecure-" + KEY}, "secret_short"),
        ({"HTTPS": False, "SECURE_HSTS_SECONDS": 0, "SESSION_COOKIE_SECURE": False}, "https_off"),
        ({"ALLOWED_HOSTS": ["desk.example", "*"]}, "hosts_any"),
        ({"ALLOWED_HOSTS": ["localhost", "127.0.0.1", "[::1]"]}, "hosts_local"),
        ({"DEMO": True}, "demo_on"),
        ({"DEBUG": True}, "debug_on"),
        ({"LUOSHI_SECOND_FACTOR": "none"}, "factor_setting"),
        ({"SESSION_COOKIE_SECURE": False}, "django"),
        ({"SECURE_HSTS_SECONDS": 0}, "django"),
        ({"LUOSHI_LEDGER_KEY": Path("/nonexistent/key")}, "ledger_key_missing"),
    ],
)
def test_each_unsafe_setting_is_named(store: TestStore, tmp_path: Path, changed: dict[str, Any], code: str) -> None:
    assert grave(tmp_path / "home", **changed) == [code]


@LOCAL
def test_files_that_others_can_read(store: TestStore, tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert grave(home) == []
    key = home / "secret_key"
    key.write_text("k")
    key.chmod(0o640)
    assert grave(home) == ["file_open"]
    key.chmod(0o600)
    (home / "ledger.key").chmod(0o604)
    assert grave(home) == ["file_open"]
    (home / "ledger.key").chmod(0o600)
    database = home / "luoshi.sqlite3"
    database.write_text("")
    database.chmod(0o644)
    sqlite = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": database}}
    assert grave(home, DATABASES=sqlite) == ["file_open"]
    database.chmod(0o600)
    home.chmod(0o755)
    assert grave(home, DATABASES=sqlite) == ["folder_open"]


@LOCAL
def test_what_is_only_told(store: TestStore, tmp_path: Path) -> None:
    from luoshi.access.safety import of_settings

    home = tmp_path / "home"
    for changed, code in (
        ({"LUOSHI_PROXIES": 0}, "proxies_none"),
        ({"DATABASES": {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": home / "x"}}}, "sqlite"),
        ({"DATABASES": {"default": {"ENGINE": "x.postgresql", "HOST": "db.example"}}}, "database_plain"),
    ):
        with safe(home, **changed):
            assert [(finding.code, finding.grave) for finding in of_settings(home)] == [(code, False)]


@pytest.fixture
def quick(store: TestStore) -> Iterator[None]:
    """Hashes that take no time: here many are looked at, and how they are made is tested elsewhere."""
    from django.test import override_settings

    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


def of_accounts() -> list[str]:
    from luoshi.access.safety import of_accounts as found

    return sorted(finding.code for finding in found())


def three(**more: Any) -> dict[str, Any]:
    return {
        kind: account(f"a-{kind}", administrator=kind, name=f"name {kind}", factor_at=1, password=PASSWORD, **more)
        for kind in ("system", "security", "audit")
    }


def no_audit(held: dict[str, Any]) -> None:
    held["audit"].is_active = False


def same_name(held: dict[str, Any]) -> None:
    held["audit"].name = held["system"].name


def an_officers_name(held: dict[str, Any]) -> None:
    account("wangfang", name=held["system"].name)


def no_factor(held: dict[str, Any]) -> None:
    held["security"].factor_at = None


def of_a_handbook(held: dict[str, Any]) -> None:
    held["security"].set_password("luoshi")


def the_name_itself(held: dict[str, Any]) -> None:
    held["security"].set_password("a-security")


def of_the_demo(held: dict[str, Any]) -> None:
    account("demo", demo=True)


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(
    ("change", "code"),
    [
        (no_audit, "administrator_missing"),
        (same_name, "person_twice"),
        (an_officers_name, "person_twice"),
        (no_factor, "administrator_without_factor"),
        (of_a_handbook, "guessable"),
        (the_name_itself, "guessable"),
        (of_the_demo, "demo_account"),
    ],
)
def test_each_unsafe_account_is_named(store: TestStore, change: Callable[[dict[str, Any]], None], code: str) -> None:
    held = three()
    assert of_accounts() == []
    change(held)
    for one in held.values():
        one.save()
    assert of_accounts() == [code]


def test_a_place_without_accounts_lacks_three(store: TestStore) -> None:
    assert of_accounts() == ["administrator_missing"] * 3


@LOCAL
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_finding_has_words_that_say_what_to_do(store: TestStore, lang: str) -> None:
    import ast

    from luoshi.access import safety
    from luoshi.access.safety import Finding
    from luoshi.messages import speaking
    from luoshi.words.check import CHECK_MESSAGES, describe_safety

    tree = ast.parse(Path(safety.__file__).read_text(encoding="utf-8"))
    codes = {
        node.args[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Finding" and node.args
        and isinstance(node.args[0], ast.Constant)
    }  # fmt: skip
    assert codes == set(CHECK_MESSAGES)
    names = ("kind", "district", "name", "names", "person", "path", "host", "value", "line", "id", "told", "least")
    details = dict.fromkeys(names, "X") | {"kind": "audit"}
    with speaking("zh" if lang == "zh" else "en"):
        for code in codes:
            assert "{" not in describe_safety(Finding(code, details=details))


def luoshi(store: TestStore, *arguments: str, lang: str = "en", **environ: str) -> Any:
    import subprocess
    import sys

    command = [sys.executable, "-c", "from luoshi.cli import main; main()", "--lang", lang, *arguments]
    return subprocess.run(
        command, env=store.environ | environ, capture_output=True, text=True, check=False, timeout=120,
        stdin=subprocess.DEVNULL,
    )  # fmt: skip


def test_accounts_from_the_command_line(store: TestStore) -> None:
    from django.contrib.auth.hashers import check_password

    from luoshi.access.models import Account

    from .factory import officer

    officer("o-101")
    added = luoshi(store, "accounts", "add", "WangFang", "--district", DISTRICT, "--officer", "o-101")
    assert added.returncode == 0 and "Added wangfang" in added.stderr
    secret = added.stdout.strip()
    one = Account.objects.get()
    assert check_password(secret, one.password) and one.must_change_password
    refused = luoshi(store, "accounts", "add", "x", "--district", DISTRICT, "--officer", "o-101")
    assert (refused.returncode, refused.stdout) == (2, "") and "has an account already" in refused.stderr
    refused = luoshi(store, "accounts", "add", "sec", "--district", DISTRICT, "--administrator", "security")
    assert refused.returncode == 2 and "--name" in refused.stderr
    both = ("--officer", "o-101", "--administrator", "audit", "--name", "x")
    assert luoshi(store, "accounts", "add", "y", "--district", DISTRICT, *both).returncode == 2
    third = ("--administrator", "security", "--name", "赵强")
    assert luoshi(store, "accounts", "add", "sec", "--district", DISTRICT, *third).returncode == 0
    listed = luoshi(store, "accounts", "list").stdout.splitlines()
    assert listed == [
        f"sec\t{DISTRICT}\tadministrator: security\t赵强\tone-time password",
        f"wangfang\t{DISTRICT}\to-101\t王芳\tone-time password",
    ]
    reset = luoshi(store, "accounts", "reset", "wangfang", "--second-factor")
    one.refresh_from_db()
    assert check_password(reset.stdout.strip(), one.password)
    assert "was not locked" in luoshi(store, "accounts", "unlock", "wangfang").stderr
    assert luoshi(store, "accounts", "close", "wangfang").returncode == 0
    assert "closed" in luoshi(store, "accounts", "list").stdout
    assert luoshi(store, "accounts", "close", "nobody").returncode == 2
    told = ["account_added", "account_added", "factor_reset", "password_reset", "account_closed"]
    assert lines() == told and secret not in "".join(map(str, lines()))


def test_check_from_the_command_line(store: TestStore) -> None:
    done = luoshi(store, "check")
    assert (done.returncode, done.stderr) == (0, "")
    refused = luoshi(store, "check", "--deploy", LUOSHI_DEMO="1", LUOSHI_HTTPS="0")
    assert refused.returncode == 1
    for said in ("the demo is on", "HTTPS is off", "secret key is short", "no System administrator", "Unsafe: "):
        assert said in refused.stdout
    luoshi(store, "accounts", "add", "sec", "--district", DISTRICT, "--administrator", "security", "--name", "赵强")
    done = luoshi(store, "check")
    assert f"Audit log of {DISTRICT}: 1 lines, head " in done.stdout
