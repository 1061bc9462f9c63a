"""Whole hotline cases a second on both stores, next to bare SQL for the same rows and to other workflow engines."""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.stores import Server

from bench import environment
from bench.clients import Client, Contender, in_turns, ready
from bench.gold import ROOT
from bench.table import Table

MANY = 8
SINGLE_AIM, BULK_AIM = 1 / 3, 2 / 3
SPIFF_AIM, VIEWFLOW_AIM, ENGINE_BULK_AIM = 2.5, 12.0, 50.0
COLUMNS = ("what", "clients", "cases/s", "least", "most", "CPU ms a case", "Luoshi is", "aim")
BARE = {"made": "bare SQL, rows made by hand", "ready": "bare SQL, rows ready-made"}
ENGINES = (
    ("SpiffWorkflow, loaded and saved each act", "spiff_cases", "loaded", SPIFF_AIM),
    ("SpiffWorkflow, kept in memory, saved each act", "spiff_cases", "saved", SPIFF_AIM),
    ("SpiffWorkflow, loaded and saved without its specification", "spiff_cases", "loaded_lean", SPIFF_AIM),
    ("SpiffWorkflow, kept, saved without its specification", "spiff_cases", "saved_lean", SPIFF_AIM),
    ("django-viewflow, tasks of code", "viewflow_cases", "handles", VIEWFLOW_AIM),
    ("django-viewflow, tasks of people", "viewflow_cases", "views", VIEWFLOW_AIM),
)


@dataclass(frozen=True, slots=True)
class Size:
    """How much is run: rounds, and cases in a turn of one client, of many, of a slow engine, in bulk."""

    rounds: int = 5
    single: int = 60
    many: int = 120
    slow: int = 15
    bulk: int = 2000


@dataclass(frozen=True, slots=True)
class Place:
    """A prepared store of a contender."""

    url: str
    folder: Path

    @property
    def environ(self) -> dict[str, str]:
        """What its programs find it by."""
        return {"DATABASE_URL": self.url, "LUOSHI_HOME": str(self.folder), "LUOSHI_SECRET_KEY": "b" * 50}


def engine_tables(size: Size, *, engines: bool, problems: Sequence[str] = ()) -> Iterator[Table]:
    """One client and many clients on SQLite, the same on PostgreSQL. ``engines``: next to other engines, too."""
    with tempfile.TemporaryDirectory(prefix="luoshi-bench-") as name:
        folder = Path(name)
        synced = f"a 4 KiB write and fdatasync in the stores' folder takes {sync_ms(folder):.2f} ms (median of 200)"
        for vendor in ("sqlite", "postgresql"):
            with places(vendor, folder) as (captured, stores):
                one = _one(vendor, stores, captured, size, folder, engines=engines and vendor == "sqlite")
                one.notes += [synced, *(f"not installed: {problem}" for problem in problems)]
                yield one
                yield _many(vendor, stores, captured, size)


def sync_ms(folder: Path) -> float:
    """What it costs to have a little on disk, in milliseconds."""
    times = []
    handle = os.open(folder / "sync", os.O_CREAT | os.O_WRONLY)
    try:
        for _ in range(200):
            os.pwrite(handle, bytes(4096), 0)
            start = time.perf_counter()
            os.fdatasync(handle)
            times.append(time.perf_counter() - start)
    finally:
        os.close(handle)
    return statistics.median(times) * 1000


@contextmanager
def places(vendor: str, folder: Path) -> Iterator[tuple[Path, dict[str, Place]]]:
    """What the eight acts write, and for each contender a store of its own with the same in it."""
    captured = folder / "captured.json"
    names = ("luoshi", *BARE)
    if vendor == "sqlite":
        original = Place(f"sqlite:///{folder}/original.sqlite3", folder)
        _prepare(original, captured)
        for one in names:
            shutil.copyfile(folder / "original.sqlite3", folder / f"{one}.sqlite3")
        yield captured, {one: Place(f"sqlite:///{folder}/{one}.sqlite3", folder) for one in names}
        return
    with Server() as server:
        original = Place(server.create("original"), folder)
        _prepare(original, captured)
        yield captured, {one: Place(server.create(one, template="original"), folder) for one in names}


def _prepare(place: Place, captured: Path) -> None:
    for arguments in (["prepare"], ["capture", str(captured)]):
        command = [sys.executable, "-m", "bench.engine_luoshi", *arguments]
        subprocess.run(command, cwd=ROOT, env={**os.environ, **place.environ}, check=True)


def _luoshi(place: Place) -> Client:
    return Client(sys.executable, "bench.engine_luoshi", env=place.environ)


def _bare(place: Place, captured: Path, form: str) -> Client:
    return Client(sys.executable, "bench.engine_bare", str(captured), form, env=place.environ)


def _one(vendor: str, stores: dict[str, Place], captured: Path, size: Size, folder: Path, *, engines: bool) -> Table:
    """One client, single acts and in bulk."""
    table = Table(
        f"A hotline case's eight acts, {vendor}, one client; every act on disk before it is acknowledged", COLUMNS
    )
    with ExitStack() as stack:
        kept: list[Contender] = []

        def enter(name: str, client: Client, mode: str, cases: int) -> Contender:
            kept.append(stack.enter_context(Contender(name, [client], mode, cases)))
            return kept[-1]

        single = enter("Luoshi: act", _luoshi(stores["luoshi"]), "single", size.single)
        bare = [
            enter(f"{name}, one act a transaction", _bare(stores[form], captured, form), "single", size.single)
            for form, name in BARE.items()
        ]
        others = []
        if engines:
            python = environment.python(environment.ENGINES_FOLDER)
            for place, (name, module, mode, aim) in enumerate(ENGINES):
                client = Client(python, f"bench.peers.{module}", str(folder / f"{module}-{place}.sqlite3"))
                others.append((enter(name, client, mode, size.slow), aim))
        bulk = enter("Luoshi: act_many, 1,000 acts a batch", _luoshi(stores["luoshi"]), "bulk", size.bulk)
        bare_bulk = [
            enter(f"{name}, 1,000 acts a transaction", _bare(stores[form], captured, form), "bulk", size.bulk)
            for form, name in BARE.items()
        ]
        _wait(kept)
        in_turns(kept, size.rounds)
        _add(table, single, None, "")
        for one in bare:
            _add(table, one, single, _aim(single.times(one), SINGLE_AIM))
        for one, aim in others:
            _add(table, one, single, _aim(single.times(one), aim))
        _add(table, bulk, None, "")
        for one in bare_bulk:
            _add(table, one, bulk, _aim(bulk.times(one), BULK_AIM))
        for one, _ in others:
            _add(table, one, bulk, _aim(bulk.times(one), ENGINE_BULK_AIM))
    return table


def _many(vendor: str, stores: dict[str, Place], captured: Path, size: Size) -> Table:
    """Many clients, single acts, each on cases of its own."""
    table = Table(f"A hotline case's eight acts, {vendor}, {MANY} clients at once", COLUMNS)
    with ExitStack() as stack:
        kept = [
            stack.enter_context(Contender(name, clients, "single", size.many))
            for name, clients in (
                ("Luoshi: act", [_luoshi(stores["luoshi"]) for _ in range(MANY)]),
                *((name, [_bare(stores[form], captured, form) for _ in range(MANY)]) for form, name in BARE.items()),
            )
        ]
        _wait(kept)
        in_turns(kept, size.rounds)
        _add(table, kept[0], None, "")
        for one in kept[1:]:
            _add(table, one, kept[0], _aim(kept[0].times(one), SINGLE_AIM))
    return table


def _wait(contenders: Sequence[Contender]) -> None:
    from bench.clients import ClientError  # noqa: PLC0415

    for one in contenders:
        try:
            ready(one.clients)
        except ClientError as error:
            one.why = str(error)


def _add(table: Table, one: Contender, luoshi: Contender | None, aim: str) -> None:
    if one.why:
        table.notes.append(f"{one.name}: {one.why}")
    if not one.rates:
        table.add(one.name, len(one.clients), *[None] * (len(COLUMNS) - 2))
        return
    times = luoshi.times(one) if luoshi else None
    cpu = statistics.median(one.cpu) * 1000
    rates = [f"{rate:,.0f}" for rate in (statistics.median(one.rates), min(one.rates), max(one.rates))]
    told = f"× {times:.2f}" if times else "–"
    table.add(one.name, len(one.clients), *rates, f"{cpu:.2f}", told, aim or None)


def _aim(times: float | None, aim: float) -> str:
    if times is None:
        return ""
    return f"≥ {aim:.2f} {'reached' if times >= aim else 'not reached'}"
