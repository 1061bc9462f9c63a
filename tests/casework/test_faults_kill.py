"""Kill -9 under load: nothing acknowledged is missing, nothing is there twice, everything verifies."""

from __future__ import annotations

import json
import multiprocessing
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from tests.casework import fault_worker
from tests.casework.audit import audit
from tests.casework.district import DISTRICT, set_up
from tests.stores import Server, Stores, TestStore, using

CLIENTS = 2
SEED = 20250303
EVERY = 20
"""Kills between two audits of the whole store; what was acknowledged is looked for after each."""
MOST_SECONDS = 0.5


@pytest.fixture(scope="module")
def preloaded() -> Any:
    """Processes that have their imports behind them when they are begun, so that they are killed at work."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.casework.fault_imports"])
    return context


@pytest.fixture
def durable_server() -> Iterator[Server]:
    """A PostgreSQL of the test's own, which syncs to the disk and may be killed."""
    with Server() as server:
        yield server


def acknowledged(folder: Path) -> dict[tuple[str, int], str]:
    """(case, n) → action, of each act whose client has had its answer."""
    found: dict[tuple[str, int], str] = {}
    for path in folder.glob("client-*.log"):
        for words in fault_worker.lines(path):
            if words[0] == "done":
                key = (words[2], int(words[3]))
                assert key not in found, (key, "acknowledged twice")
                found[key] = words[4]
    return found


def wanted(folder: Path) -> int:
    """How many acts have no answer yet."""
    count = 0
    for path in folder.glob("client-*.log"):
        words = [line[0] for line in fault_worker.lines(path)]
        count += words.count("want") - words.count("done")
    return count


def officers_acts() -> dict[tuple[str, int], str]:
    """(case, n) → action of each entry of an officer."""
    from luoshi.casework.models import Entry

    found = {}
    for data in Entry.objects.filter(district=DISTRICT).values_list("data", flat=True).iterator():
        value = json.loads(bytes(data))
        if not value["act"].startswith("sys_"):
            found[value["case"], value["n"]] = value["act"]
    return found


class Load:
    """Clients, a sweeper and a sealer on one store, begun and killed again and again."""

    def __init__(self, context: Any, url: str, folder: Path) -> None:
        from luoshi.sealing.keys import make_keys

        self.keys = make_keys(folder / "ledger.key", "ledger.example/log")
        self.context, self.url, self.folder = context, url, folder
        self.sessions = 0
        self.running: list[Any] = []

    def begin(self) -> None:
        """Begin all; each is at work when this returns."""
        self.sessions += 1
        place = (self.url, str(self.folder), str(self.folder))
        self.running = [
            self._process(fault_worker.work, *place, name, self.sessions, DISTRICT) for name in range(CLIENTS)
        ]
        self.running.append(self._process(fault_worker.keep_sweeping, *place, DISTRICT, self.sessions))
        self.running.append(self._process(fault_worker.keep_sealing, *place))
        self.go_on()

    def go_on(self) -> None:
        """Wait until each has done something more."""
        begun, deadline = self.written(), time.monotonic() + 60
        while any(now <= before for now, before in zip(self.written(), begun, strict=True)):
            assert time.monotonic() < deadline, "a client did not begin to work"
            time.sleep(0.005)

    def _process(self, target: Any, *args: Any) -> Any:
        process = self.context.Process(target=target, args=args, daemon=True)
        process.start()
        return process

    def written(self) -> list[int]:
        """Bytes in each log."""
        names = [*(f"client-{name}.log" for name in range(CLIENTS)), "sweeper.log", "sealer.log"]
        return [path.stat().st_size if (path := self.folder / name).exists() else 0 for name in names]

    def kill(self) -> None:
        """Kill -9 all; none may have ended by a fault of its own."""
        for process in self.running:
            process.kill()
        for process in self.running:
            process.join(60)
            assert process.exitcode == -9, process.exitcode

    def kill_server(self, server: Server) -> None:
        """Kill -9 the server under the clients, who go on with the next one; then kill them, too."""
        from django.db import connections

        server.kill()
        server.start()
        connections.close_all()
        self.go_on()
        self.kill()

    def rounds(self, kills: int, chance: Random, server: Server | None) -> int:
        """Begin and kill ``kills`` times; the server, if there is one, in every fourth. How often that was."""
        servers = 0
        for kill in range(1, kills + 1):
            self.begin()
            time.sleep(chance.uniform(0, MOST_SECONDS))
            if server is not None and kill % 4 == 0:
                self.kill_server(server)
                servers += 1
            else:
                self.kill()
            check_acknowledged(self.folder)
            if kill % EVERY == 0:
                audit(DISTRICT)
        return servers


def check_acknowledged(folder: Path) -> None:
    """Every acknowledged act is there, and beside them no more than the answers that were lost."""
    done, there = acknowledged(folder), officers_acts()
    missing = {key: action for key, action in done.items() if there.get(key) != action}
    assert not missing, missing
    assert len(there) - len(done) <= wanted(folder)


def settle(load: Load) -> None:
    """A last session in which each client asks again for what it had no answer to: then both sides are the same."""
    for name in range(CLIENTS):
        fault_worker.Client(load.folder, name, load.sessions + 1, DISTRICT)
    assert wanted(load.folder) == 0
    assert acknowledged(load.folder) == officers_acts()


def check_export(load: Load, entries: int) -> None:
    """All entries sealed, exported and verified by the key alone; the log begins with what every seal has said."""
    from luoshi.sealing.checking import check
    from luoshi.sealing.exporting import export_to
    from luoshi.sealing.seal import seal

    head = seal(load.keys).head
    assert head.size == entries
    assert max(int(words[2]) for words in fault_worker.lines(load.folder / "sealer.log")) <= entries
    export = load.folder / "export"
    export_to(export, load.keys)
    names = [str(path.relative_to(export)) for path in export.rglob("*") if path.is_file()]
    report = check(export, names, load.keys.verifiers)
    assert report.fault is None, report.fault


def torment(load: Load, kills: int, server: Server | None = None) -> dict[str, int]:
    """All of it; what there was, in numbers."""
    from luoshi.casework.models import Claim

    servers = load.rounds(kills, Random(SEED), server)
    settle(load)
    entries = audit(DISTRICT)
    check_export(load, entries)
    claims = Claim.objects.filter(district=DISTRICT).count()
    assert claims, "the ladder had nothing to do"
    acts = len(acknowledged(load.folder))
    return {"kills": kills, "server": servers, "acts": acts, "entries": entries, "rungs": claims}


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
@pytest.mark.parametrize("kills", [3, pytest.param(100, marks=pytest.mark.slow)])
def test_sqlite_writers_killed(store: TestStore, preloaded: Any, tmp_path: Path, kills: int) -> None:
    set_up("hotline")
    print(torment(Load(preloaded, store.url, tmp_path), kills))


@pytest.mark.parametrize("kills", [4, pytest.param(100, marks=pytest.mark.slow)])
def test_postgresql_clients_and_server_killed(
    stores: Stores, durable_server: Server, preloaded: Any, tmp_path: Path, kills: int
) -> None:
    from luoshi.site.stores import migrate

    url = durable_server.create("faults")
    with using(url):
        migrate()
        set_up("hotline")
        print(torment(Load(preloaded, url, tmp_path), kills, durable_server))
