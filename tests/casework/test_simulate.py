"""The simulation: the same seed the same, only what has to be refused is, and a store that is whole afterwards."""

from __future__ import annotations

import pickle
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.casework.audit import audit
from tests.casework.district import ROOT
from tests.stores import Stores, TestStore

from luoshi.casework.errors import CaseworkError
from luoshi.mechanisms.acts import Refused
from luoshi.simulation.plan import Plan, Report
from luoshi.simulation.run import simulate

PACKS = sorted(path.parent.name for path in (ROOT / "packs").glob("*/mechanism.yaml"))


def plan(*names: str, **more: Any) -> Plan:
    """A small plan for the packs ``names``."""
    packs = {name: (ROOT / "packs" / name / "mechanism.yaml").read_bytes() for name in names}
    return Plan(packs, **{"cases": 20, "days": 45, **more})


def checked(report: Report) -> Report:
    """``report``, in which everything was as it had to be."""
    assert report.unexpected == []
    assert report.sweep_failed == {}
    return report


def test_any_pack_is_carried_by_lawful_acts_and_by_no_others(store: TestStore) -> None:
    asked = plan(*PACKS, cases=len(PACKS) * 4, batch=20)
    report = checked(simulate(asked))
    assert set(report.stages) == set(PACKS)
    assert report.refused
    assert report.swept
    assert sum(sum(stages.values()) for stages in report.stages.values()) == asked.cases
    assert audit(asked.district) == report.entries == report.taken + report.swept
    assert report.tried == report.taken + sum(report.refused.values())


def test_the_same_seed_gives_the_same_and_another_one_another(stores: Stores, tmp_path: Path) -> None:
    told = []
    for place, (vendor, seed) in enumerate([("sqlite", 7), ("sqlite", 7), ("postgresql", 7), ("sqlite", 8)]):
        folder = tmp_path / str(place)
        folder.mkdir()
        with stores.fresh(vendor, folder):
            told.append(simulate(plan("hotline", "supervision", seed=seed)).told())
    assert told[0] == told[1] == told[2]
    assert told[0] != told[3]


def test_a_batch_gives_what_single_acts_give(stores: Stores, tmp_path: Path) -> None:
    told = []
    for batch in (1, 7, 1000):
        folder = tmp_path / str(batch)
        folder.mkdir()
        with stores.fresh("sqlite", folder):
            told.append(simulate(plan("hotline", "service", batch=batch)).told())
    assert told[0] == told[1] == told[2]


def test_a_rule_that_is_not_kept_is_noticed(store: TestStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Were nobody asked any more whether the case is his, the simulation would say so."""
    from luoshi.mechanisms import step

    monkeypatch.setattr(step, "check_actor", lambda *_: None)
    report = simulate(plan("hotline", unlawful=0.5))
    assert report.unexpected_count >= len(report.unexpected) > 0
    assert {text.partition(":")[0] for text in report.unexpected} <= {"wrong role", "wrong body"}


def luoshi(environ: Mapping[str, str], *args: str) -> subprocess.CompletedProcess[str]:
    """``luoshi simulate`` in a process of its own."""
    return subprocess.run(
        [sys.executable, "-c", "from luoshi.cli import main; main()", "--lang", "en", "simulate", *args],
        env={**environ, "LUOSHI_PACKS": str(ROOT / "packs")},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def test_the_command_with_clients_at_once(store: TestStore) -> None:
    done = luoshi(store.environ, "--cases", "40", "--days", "30", "--clients", "3", "--mechanism", "hotline")
    assert done.returncode == 0, done.stderr
    assert "What no rule forbids was taken, and what one forbids was refused." in done.stdout
    assert re.search(r"^40 cases, \d+ entries", done.stdout, re.MULTILINE), done.stdout
    assert "is synthetic" in done.stderr
    assert audit("sample") > 40


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("args", "code", "told"),
    [
        (["--mechanism", "no_such"], 2, "no_such"),
        (["--from", "2026-12-01"], 2, "give the notice of 2027"),
        (["--from", "tomorrow"], 2, "tomorrow is no date"),
        (["--clients", "0"], 2, "--clients"),
    ],
)
def test_what_cannot_be_simulated(store: TestStore, args: list[str], code: int, told: str) -> None:
    done = luoshi(store.environ, *args)
    assert done.returncode == code, (done.stdout, done.stderr)
    assert told in done.stderr


@pytest.mark.parametrize("error", [Refused("changed", case="x", n=3), CaseworkError("store_full", reason="y")])
def test_refusals_come_whole_from_another_process(error: Refused | CaseworkError) -> None:
    back = pickle.loads(pickle.dumps(error))
    assert (type(back), back.code, back.details) == (type(error), error.code, error.details)
