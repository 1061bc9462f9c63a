"""The store, on both kinds: what is in force, what is refused, two who migrate at once."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from tests.stores import PREFIX, Server, Stores, TestStore, _group_lives, configure_django, using

from luoshi.site.errors import StoreError
from luoshi.words.site import describe_store


def test_a_store_is_migrated_and_empty(store: TestStore) -> None:
    from django.contrib.auth.models import Group
    from django.db import connection

    assert connection.vendor == store.vendor
    assert Group.objects.count() == 0


@pytest.mark.parametrize("turn", [1, 2])
def test_the_next_test_sees_nothing_of_it(store: TestStore, turn: int) -> None:
    from django.contrib.auth.models import Group

    assert Group.objects.count() == 0
    Group.objects.create(name="督查室")


def test_threads_see_the_same_store(store: TestStore) -> None:
    from django.contrib.auth.models import Group
    from django.db import connections

    def write(number: int) -> None:
        Group.objects.create(name=f"办公室{number}")
        connections.close_all()

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert Group.objects.count() == 8


def test_a_thread_older_than_the_store_does_not_see_the_last_one(stores: Stores, tmp_path: Path) -> None:
    """A worker thread lives on from one test to the next; its connection must not."""
    configure_django(tmp_path)
    from django.contrib.auth.models import Group
    from django.db import connections

    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    go, ready = threading.Barrier(2), threading.Barrier(2)
    seen: list[str] = []

    def worker() -> None:
        for _ in range(2):
            go.wait(20)
            seen.append(",".join(Group.objects.values_list("name", flat=True)))
            ready.wait(20)
        connections.close_all()

    thread = threading.Thread(target=worker, daemon=True)
    thread.start()
    for folder in ("a", "b"):
        with stores.fresh("sqlite", tmp_path / folder):
            Group.objects.create(name=folder)
            go.wait(20)
            ready.wait(20)
    thread.join(20)
    assert seen == ["a", "b"]


def test_a_subprocess_uses_the_same_store(store: TestStore) -> None:
    from django.contrib.auth.models import Group

    code = (
        "from luoshi.site import setup; setup(); from django.contrib.auth.models import Group; "
        "Group.objects.create(name='督查室')"
    )
    done = subprocess.run([sys.executable, "-c", code], env=store.environ, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert Group.objects.get().name == "督查室"


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_the_pragmas_are_in_force_on_every_connection(store: TestStore) -> None:
    from django.db import connection, connections

    got: list[dict[str, object]] = []

    def look() -> None:
        names = ("journal_mode", "synchronous", "foreign_keys", "temp_store", "cache_size", "busy_timeout")
        with connection.cursor() as cursor:
            got.append({name: cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in names})
        connections.close_all()

    look()
    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    full, memory = 2, 2  # SQLite's numbers for them
    want = {
        "journal_mode": "wal",
        "synchronous": full,
        "foreign_keys": 1,
        "temp_store": memory,
        "cache_size": -32768,
        "busy_timeout": 20_000,
    }
    assert got == [want, want]


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_a_transaction_on_sqlite_takes_the_write_lock_at_its_start(store: TestStore) -> None:
    from django.db import transaction

    other = sqlite3.connect(store.url.removeprefix("sqlite:///"), timeout=0, isolation_level=None)
    with transaction.atomic(), pytest.raises(sqlite3.OperationalError, match="locked"):
        other.execute("BEGIN IMMEDIATE")
    other.execute("BEGIN IMMEDIATE")
    other.close()


def test_the_schema_is_the_programs_and_a_newer_one_is_refused(store: TestStore) -> None:
    from django.db import connection

    from luoshi.site.stores import check_store, migrate, vendor

    assert vendor() == store.vendor == check_store().vendor
    assert migrate() == 0
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('org', '9999_later', '2030-01-01')")
    with pytest.raises(StoreError) as caught:
        migrate()
    assert (caught.value.code, caught.value.details) == ("store_newer", {"migration": "org.9999_later"})


@pytest.mark.parametrize("vendor", ["sqlite", "postgresql"])
def test_two_who_migrate_at_once_do_not_collide(vendor: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    url = f"sqlite:///{tmp_path}/new.sqlite3" if vendor == "sqlite" else request.getfixturevalue("postgres_url")
    code = "from luoshi.site import setup; setup(); from luoshi.site.stores import migrate; print(migrate())"
    environ = {**os.environ, "DATABASE_URL": url, "LUOSHI_HOME": str(tmp_path)}
    started = [
        subprocess.Popen([sys.executable, "-c", code], env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(4)
    ]
    ended = [one.communicate(timeout=120) for one in started]
    assert [error for _, error in ended] == [b""] * 4
    applied = sorted(int(out) for out, _ in ended)
    assert applied[:3] == [0, 0, 0]
    assert applied[3] > 0


def refused(url: str, tmp_path: Path) -> StoreError:
    from luoshi.site.stores import check_store

    with using(url), pytest.raises(StoreError) as caught:
        check_store()
    assert describe_store(caught.value)
    return caught.value


def test_what_is_no_sqlite_database_is_refused(tmp_path: Path) -> None:
    configure_django(tmp_path)
    (tmp_path / "letter.sqlite3").write_text("政府工作报告" * 1000)
    error = refused(f"sqlite:///{tmp_path}/letter.sqlite3", tmp_path)
    assert error.code == "sqlite_file"
    assert error.details["name"] == str(tmp_path / "letter.sqlite3")
    assert (tmp_path / "letter.sqlite3").read_text().startswith("政府工作报告")
    assert refused(f"sqlite:///{tmp_path}", tmp_path).code == "sqlite_file"
    assert refused(f"sqlite:///{tmp_path}/none/a.sqlite3", tmp_path).code == "sqlite_folder"
    assert not (tmp_path / "none").exists()


def test_a_server_that_does_not_answer_is_refused_soon(tmp_path: Path) -> None:
    configure_django(tmp_path)
    begun = time.monotonic()
    error = refused(f"postgresql://u:geheim@/luoshi?host={tmp_path}", tmp_path)
    assert error.code == "unreachable"
    assert "geheim" not in describe_store(error)
    assert time.monotonic() - begun < 5


def test_a_database_that_is_not_there_is_refused(stores: Stores, tmp_path: Path) -> None:
    configure_django(tmp_path)
    error = refused(stores.server().url("nowhere"), tmp_path)
    assert error.code == "unreachable"
    assert "nowhere" in describe_store(error)


def test_another_encoding_than_utf8_is_refused(stores: Stores, tmp_path: Path) -> None:
    configure_django(tmp_path)
    server = stores.server()
    server.sql("CREATE DATABASE latin TEMPLATE template0 ENCODING LATIN1 LOCALE_PROVIDER libc LOCALE 'C'")
    error = refused(server.url("latin"), tmp_path)
    assert (error.code, error.details["encoding"]) == ("postgresql_encoding", "LATIN1")
    server.drop("latin")


def test_an_old_server_is_refused(postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No old server is at hand: the bar is raised instead, above any server."""
    configure_django(tmp_path)
    monkeypatch.setattr("luoshi.site.stores.POSTGRESQL_MIN", 99)
    error = refused(postgres_url, tmp_path)
    assert (error.code, error.details["least"]) == ("postgresql_old", 99)


@pytest.mark.parametrize("store", ["postgresql"], indirect=True)
def test_a_connection_that_the_server_cut_is_replaced(store: TestStore) -> None:
    from django.contrib.auth.models import Group
    from django.db import connection

    assert store.server is not None
    assert Group.objects.count() == 0
    connection.close()  # back into the pool, which does not see what happens to it there
    store.server.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'luoshi'")
    assert Group.objects.count() == 0


def test_a_server_comes_back_after_kill_9_with_what_was_committed(tmp_path: Path) -> None:
    with Server() as server:
        assert server.sql("SHOW fsync") == [("on",)]
        url = server.create("kept")
        server.sql("CREATE TABLE kept (n int)", "kept")
        for turn in range(3):
            server.sql(f"INSERT INTO kept VALUES ({turn})", "kept")
            server.kill()
            server.start()
        assert server.url("kept") == url
        assert server.sql("SELECT n FROM kept ORDER BY n", "kept") == [(0,), (1,), (2,)]
        assert server.sql("SHOW server_encoding") == [("UTF8",)]
        folder, pid = server.folder, server.pid
    assert not folder.exists()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


@pytest.mark.parametrize("signal", ["SIGKILL", "SIGINT", "SIGTERM"])
def test_no_server_outlives_the_process_that_started_it(signal: str) -> None:
    code = (
        "import os, signal\nfrom tests.stores import PREFIX, Server\nserver = Server(fsync=False)\nserver.start()\n"
        f"print(server.folder, server.pid, flush=True)\nos.kill(os.getpid(), signal.{signal})\n"
    )
    started = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60)
    folder, pid = started.stdout.split()
    deadline = time.monotonic() + 20
    while (Path(folder).exists() or _group_lives(int(pid))) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not Path(folder).exists()
    assert not _group_lives(int(pid))


def test_a_folder_left_by_a_dead_process_is_swept_and_a_living_ones_is_not() -> None:
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    with Server(fsync=False) as living:
        left = living.folder.with_name(f"{PREFIX}{dead.pid}-left")
        (left / "data").mkdir(parents=True)
        with Server(fsync=False) as another:
            assert another.sql("SELECT 1") == living.sql("SELECT 1")
        assert not left.exists()


def test_the_reading_of_reports_pays_for_no_store() -> None:
    code = "import sys, tests.stores, luoshi.cli, luoshi.site; print('django' in sys.modules, 'psycopg' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60)
    assert done.stdout.split() == ["False", "False"], done.stderr
