"""Faults of the disk, the clock, the connection: a clear error, and nothing is lost, half done or done twice."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.casework.audit import audit
from tests.casework.district import DISTRICT, actor, allow, set_up
from tests.stores import Server, Stores, TestStore, using

from luoshi.mechanisms.acts import Refused

BEGIN = datetime(2025, 3, 3, 9)
CALL = {"channel": "phone", "category": "help", "content": "路灯不亮" * 500, "urgency": "normal"}
ENOUGH = 5000
"""Acts that fill any of the small disks here."""


def opened(now: datetime | None = BEGIN) -> Any:
    """A new case."""
    from luoshi.casework.act import Request, act

    return act(DISTRICT, Request(actor("agent"), "record", mechanism="hotline", fields=CALL), authorise=allow, now=now)


def dispatched(case: str, now: datetime | None, seen: int | None = None) -> Any:
    """The case, given to a body."""
    from luoshi.casework.act import Request, act

    fields = {"lead_body": "housing", "dispatch_basis": "职责目录"}
    return act(
        DISTRICT,
        Request(actor("centre"), "dispatch", case=case, fields=fields, seen=seen),
        authorise=allow,
        now=now,
    )


def until_full() -> tuple[list[str], Any]:
    """Cases opened until the store has no room; the acknowledged ones, and the error."""
    from luoshi.casework.errors import CaseworkError

    acknowledged = []
    with pytest.raises(CaseworkError) as told:
        for _ in range(ENOUGH):
            acknowledged.append(opened().case)
    return acknowledged, told.value


def cases() -> set[str]:
    from luoshi.casework.models import Case

    return set(Case.objects.filter(district=DISTRICT).values_list("case", flat=True))


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[None]:
    """A file system of its own in ``folder``; the test is skipped where none can be had."""
    if os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("a small file system can be mounted by root only")
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("no file system can be mounted here")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


# --- no room


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_sqlite_without_room_says_so_and_goes_on_when_there_is_some(store: TestStore) -> None:
    from django.db import connection

    set_up("hotline")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        pages = cursor.fetchone()[0]
        cursor.execute(f"PRAGMA max_page_count = {pages + 60}")
    acknowledged, error = until_full()
    assert error.code == "store_full"
    assert acknowledged
    assert cases() == set(acknowledged)
    audit(DISTRICT)
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA max_page_count = 1073741823")
    acknowledged.append(opened().case)
    assert cases() == set(acknowledged)
    audit(DISTRICT)


def test_sqlite_on_a_full_disk(stores: Stores, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    with small_disk(disk, "3m"), stores.fresh("sqlite", disk):
        set_up("hotline")
        filler = disk / "filler"
        free = shutil.disk_usage(disk).free
        filler.write_bytes(bytes(max(0, free - 600_000)))
        acknowledged, error = until_full()
        assert error.code == "store_full"
        assert cases() == set(acknowledged)
        audit(DISTRICT)
        filler.unlink()
        acknowledged.append(opened().case)
        assert cases() == set(acknowledged)
        audit(DISTRICT)


def test_postgresql_on_a_full_disk(tmp_path: Path) -> None:
    """The tables are on a disk of their own that is full; the server and its log of changes are not."""
    from luoshi.site.stores import migrate

    with Server(fsync=False) as server:
        disk = server.folder / "disk"
        disk.mkdir()
        with small_disk(disk, "24m"):
            place = disk / "tables"
            place.mkdir()
            owner = server.data.stat()
            os.chown(place, owner.st_uid, owner.st_gid)
            server.sql(f"CREATE TABLESPACE small LOCATION '{place}'")
            server.sql("CREATE DATABASE full_disk TABLESPACE small")
            with using(server.url("full_disk")):
                migrate()
                set_up("hotline")
                filler = disk / "filler"
                filler.write_bytes(bytes(max(0, shutil.disk_usage(disk).free - 1_000_000)))
                acknowledged, error = until_full()
                assert error.code == "store_full"
                assert cases() == set(acknowledged)
                audit(DISTRICT)
                filler.unlink()
                acknowledged.append(opened().case)
                assert cases() == set(acknowledged)
                audit(DISTRICT)
            server.stop()


# --- the clock


def test_a_clock_set_back_turns_no_case_back(store: TestStore, monkeypatch: pytest.MonkeyPatch) -> None:
    from luoshi.casework.models import Case, Claim, Plaintext
    from luoshi.casework.sweeping import sweep

    set_up("hotline")
    shown = BEGIN
    monkeypatch.setattr("luoshi.casework.clock.now", lambda: shown)
    case = opened(None).case
    shown = BEGIN + timedelta(hours=2)
    dispatched(case, None)
    shown = BEGIN + timedelta(days=10)
    climbed = sweep(DISTRICT).done
    assert climbed
    before = Claim.objects.count()
    shown -= timedelta(hours=1)
    assert sweep(DISTRICT).done == 0
    assert Claim.objects.count() == before
    from luoshi.casework.act import Request, act

    done = act(DISTRICT, Request(actor("undertaker", body="housing"), "sign", case=case), authorise=allow)
    assert done is not None
    assert done.stage == "handling"
    moments = [
        one.partition('"act_at":["')[2].split('"')[2]
        for one in Plaintext.objects.filter(district=DISTRICT).order_by("n").values_list("private", flat=True)
    ]
    assert moments == sorted(moments)
    assert moments[-1] == (BEGIN + timedelta(days=10)).isoformat()
    shown += timedelta(hours=3)
    assert sweep(DISTRICT).done == 0
    assert Case.objects.get(case=case).n == done.n
    audit(DISTRICT)


# --- the connection


@pytest.mark.parametrize("store", ["postgresql"], indirect=True)
@pytest.mark.parametrize("table", ["casework_case", "casework_entry", "casework_plaintext"])
def test_a_connection_lost_in_the_middle_of_an_act(
    store: TestStore, monkeypatch: pytest.MonkeyPatch, table: str
) -> None:
    from luoshi.casework.errors import CaseworkError
    from luoshi.casework.sql import Tx

    set_up("hotline")
    case = opened().case
    insert, left = Tx.insert, [table]

    def cut(tx: Tx, name: str, *args: Any) -> None:
        if left and name == left[0]:
            left.clear()
            terminate(store, tx.raw.info.backend_pid)
        insert(tx, name, *args)

    monkeypatch.setattr(Tx, "insert", cut)
    with pytest.raises(CaseworkError) as told:
        dispatched(case, BEGIN + timedelta(hours=1), seen=1) if table != "casework_case" else opened()
    assert not left
    assert told.value.code == "store_lost"
    assert audit(DISTRICT) == 1  # nothing of it is there
    assert dispatched(case, BEGIN + timedelta(hours=1), seen=1).n == 2
    assert audit(DISTRICT) == 2


def test_an_answer_lost_after_the_commit_is_told_apart_by_what_was_seen(
    store: TestStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The commit has come through, its answer has not: the client asks again and is told that it was done."""
    from luoshi.casework import act as acting
    from luoshi.casework.errors import CaseworkError

    set_up("hotline")
    case = opened().case
    writing = acting.writing

    @contextmanager
    def cut(**options: Any) -> Iterator[Any]:
        with writing(**options) as tx:
            yield tx
        raise CaseworkError("store_lost", reason="the answer did not come")

    monkeypatch.setattr(acting, "writing", cut)
    with pytest.raises(CaseworkError) as told:
        dispatched(case, BEGIN + timedelta(hours=1), seen=1)
    assert told.value.code == "store_lost"
    monkeypatch.setattr(acting, "writing", writing)
    with pytest.raises(Refused) as again:
        dispatched(case, BEGIN + timedelta(hours=2), seen=1)
    assert again.value.code == "changed"
    (newer,) = again.value.details["entries"]
    assert (newer["n"], newer["act"]) == (2, "dispatch")
    assert audit(DISTRICT) == 2


def terminate(store: TestStore, pid: int) -> None:
    """End another connection's server process, and wait until it is gone."""
    assert store.server is not None
    store.server.sql(f"SELECT pg_terminate_backend({pid}, 5000)")


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_a_writer_that_waits_too_long_is_told_so(store: TestStore) -> None:
    import sqlite3

    from django.db import connection

    from luoshi.casework.errors import CaseworkError

    set_up("hotline")
    opened()
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout = 50")
    other = sqlite3.connect(store.url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(CaseworkError) as told:
        opened()
    assert told.value.code == "store_busy"
    other.execute("ROLLBACK")
    other.close()
    opened()
    assert audit(DISTRICT) == 2


# --- one bad case


def test_a_case_that_cannot_be_read_stops_no_other_one(store: TestStore) -> None:
    from luoshi.casework.models import Case
    from luoshi.casework.sweeping import sweep

    set_up("hotline")
    made = [opened().case for _ in range(3)]
    for case in made:
        dispatched(case, BEGIN + timedelta(hours=1))
    Case.objects.filter(case=made[1]).update(state="{")
    swept = sweep(DISTRICT, now=BEGIN + timedelta(days=30))
    assert list(swept.failed) == [made[1]]
    assert Case.objects.get(case=made[0]).n == Case.objects.get(case=made[2]).n > 2
    assert Case.objects.get(case=made[1]).n == 2
