"""Settings from the environment: the database by URL, the key; and what is refused."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from luoshi.messages import set_language
from luoshi.site.database import POOL_SIZE, databases
from luoshi.site.errors import StoreError
from luoshi.site.secret import secret_key
from luoshi.words.site import STORE_MESSAGES, describe_store


def test_without_a_url_the_store_is_a_file_in_the_home_folder(tmp_path: Path) -> None:
    made = databases(None, tmp_path)["default"]
    assert made["ENGINE"] == "django.db.backends.sqlite3"
    assert made["NAME"] == str(tmp_path / "luoshi.sqlite3")
    assert made["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert databases("", tmp_path)["default"] == made


def test_sqlite_by_url(tmp_path: Path) -> None:
    assert databases("sqlite:////var/lib/a%20b.sqlite3", tmp_path)["default"]["NAME"] == "/var/lib/a b.sqlite3"
    assert databases("sqlite:///b.sqlite3", tmp_path)["default"]["NAME"] == str(Path.cwd() / "b.sqlite3")


def test_postgresql_by_url(tmp_path: Path) -> None:
    made = databases("postgresql://du:p%40ss@db.example:5433/luoshi?sslmode=require&pool_size=7", tmp_path)["default"]
    assert made["ENGINE"] == "django.db.backends.postgresql"
    assert (made["USER"], made["PASSWORD"], made["HOST"], made["PORT"]) == ("du", "p@ss", "db.example", "5433")
    assert made["NAME"] == "luoshi"
    assert made["OPTIONS"]["sslmode"] == "require"
    assert made["OPTIONS"]["pool"]["max_size"] == 7
    assert made["CONN_MAX_AGE"] == 0


def test_postgresql_over_a_unix_socket(tmp_path: Path) -> None:
    made = databases("postgresql:///luoshi?host=/tmp/x%20y&port=5433", tmp_path)["default"]
    assert (made["NAME"], made["HOST"], made["PORT"]) == ("luoshi", "/tmp/x y", "5433")
    assert made["OPTIONS"]["pool"]["max_size"] == POOL_SIZE
    with_size = databases("postgresql:///luoshi?host=/tmp/x%20y&port=5433&pool_size=3", tmp_path)["default"]
    assert (with_size["HOST"], with_size["OPTIONS"]["pool"]["max_size"]) == ("/tmp/x y", 3)
    first = databases("postgresql:///luoshi?pool_size=3&host=/tmp/x%20y&port=5433", tmp_path)
    assert first["default"] == with_size
    alone = databases("postgresql:///luoshi?pool_size=3", tmp_path)["default"]
    assert (alone["NAME"], alone["HOST"], alone["OPTIONS"]["pool"]["max_size"]) == ("luoshi", "", 3)


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("mysql://root@localhost/luoshi", "url_scheme"),
        ("luoshi.sqlite3", "url_none"),
        ("sqlite://luoshi.sqlite3", "url_bad"),
        ("sqlite:///a.sqlite3?mode=ro", "url_bad"),
        ("sqlite:///", "url_no_name"),
        ("postgresql://localhost", "url_no_name"),
        ("postgresql://u:geheim@[::1/luoshi", "url_bad"),
        ("postgresql://u:geheim@localhost/luoshi?nonsense=1", "url_bad"),
        ("postgresql://u:geheim@localhost/luoshi?pool_size=0", "url_bad"),
        ("postgresql://u:geheim@localhost/luoshi?pool_size=many", "url_bad"),
        ("postgresql://u:geheim%zz@localhost/luoshi", "url_bad"),
    ],
)
def test_a_bad_url_is_refused_and_no_password_is_told(url: str, code: str, tmp_path: Path) -> None:
    with pytest.raises(StoreError) as caught:
        databases(url, tmp_path)
    assert caught.value.code == code
    assert "DATABASE_URL" in describe_store(caught.value)
    assert "geheim" not in describe_store(caught.value) + str(caught.value)


def test_every_message_is_there_in_both_languages() -> None:
    fields = dict.fromkeys(
        ("name", "host", "reason", "mode", "version", "least", "encoding", "migration", "scheme"), "X"
    )
    for code in STORE_MESSAGES:
        english = describe_store(StoreError(code, **fields))
        set_language("zh")
        try:
            chinese = describe_store(StoreError(code, **fields))
        finally:
            set_language("en")
        assert "{" not in english + chinese
        assert english != chinese, code


def test_the_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LUOSHI_SECRET_KEY", raising=False)
    folder = tmp_path / "home"
    key = secret_key(folder)
    assert len(key) >= 50
    assert secret_key(folder) == key
    assert [one.name for one in folder.iterdir()] == ["secret_key"]
    assert stat.S_IMODE((folder / "secret_key").stat().st_mode) == 0o600
    assert secret_key(tmp_path / "other") != key
    monkeypatch.setenv("LUOSHI_SECRET_KEY", "from the environment")
    assert secret_key(folder) == "from the environment"


def test_a_key_that_is_cut_off_or_cannot_be_made_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LUOSHI_SECRET_KEY", raising=False)
    (tmp_path / "secret_key").write_text("short\n")
    with pytest.raises(StoreError) as caught:
        secret_key(tmp_path)
    assert caught.value.code == "secret_short"
    (tmp_path / "file").touch()
    with pytest.raises(StoreError) as caught:
        secret_key(tmp_path / "file" / "below")
    assert caught.value.code == "secret_file"


def run_python(code: str, **environ: str) -> subprocess.CompletedProcess[str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("DATABASE_", "LUOSHI_", "DJANGO_"))}
    return subprocess.run(
        [sys.executable, "-c", code], env={**kept, **environ}, capture_output=True, text=True, check=False, timeout=60
    )


def test_reading_the_settings_writes_nothing(tmp_path: Path) -> None:
    done = run_python("import django, luoshi.site.settings", LUOSHI_HOME=str(tmp_path / "home"))
    assert (done.returncode, done.stderr) == (0, "")
    assert not (tmp_path / "home").exists()


def test_setup_makes_the_home_folder_and_keeps_it_private(tmp_path: Path) -> None:
    home = tmp_path / "home"
    code = "from luoshi.site import setup; setup(); setup(); from luoshi.site.stores import migrate, vendor; "
    done = run_python(code + "migrate(); print(vendor(), migrate())", LUOSHI_HOME=str(home))
    assert (done.stdout, done.stderr) == ("sqlite 0\n", "")
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert (home / "luoshi.sqlite3").exists()


@pytest.mark.parametrize("url", ["mysql://x/y", "sqlite:////no/such/folder/a.sqlite3", "postgresql:///x?host=/no/such"])
def test_setup_refuses_by_code(url: str, tmp_path: Path) -> None:
    code = (
        "from luoshi.site import setup\nfrom luoshi.site.errors import StoreError\n"
        "try:\n    setup()\nexcept StoreError as error:\n    print(error.code)"
    )
    done = run_python(code, DATABASE_URL=url, LUOSHI_HOME=str(tmp_path))
    assert done.stdout.strip() in {"url_scheme", "sqlite_folder", "unreachable"}, done.stderr
    assert done.stderr == ""


def test_the_application_answers_and_django_finds_nothing_to_object(tmp_path: Path) -> None:
    code = (
        "from luoshi.site.wsgi import application\nfrom django.core.management import call_command\n"
        "from django.test import Client\ncall_command('check', fail_level='WARNING')\n"
        "print(Client(headers={'host': 'localhost'}).get('/no-such-page').status_code)\n"
        "print(Client(headers={'host': 'elsewhere.example'}).get('/').status_code)\n"
    )
    done = run_python(code, LUOSHI_HOME=str(tmp_path))
    assert (done.returncode, done.stdout.split()[-2:]) == (0, ["404", "400"]), done.stderr


def test_every_model_has_its_migrations(tmp_path: Path) -> None:
    code = (
        "from luoshi.site import setup\nsetup()\nfrom django.core.management import call_command\n"
        "call_command('makemigrations', check_changes=True, dry_run=True)\n"
    )
    done = run_python(code, LUOSHI_HOME=str(tmp_path))
    assert done.returncode == 0, done.stdout + done.stderr
