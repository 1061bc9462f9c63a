"""The relations made at once of a whole export are those made entry by entry, however many processes make them."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from tests.casework.district import DISTRICT
from tests.figures.lives import export, live, of_file
from tests.ledger.factory import exported
from tests.stores import TestStore

from luoshi.figures import gathering
from luoshi.figures.gathering import bundles, gather, verify_into
from luoshi.figures.tables import OWN, Tables, empty, index, make
from luoshi.ledger import shard as room
from luoshi.ledger.entry import Entry, digest
from luoshi.ledger.errors import LedgerError
from luoshi.ledger.fields import ZEROS
from luoshi.ledger.shard import Shard, Task
from luoshi.ledger.tiles import entries_in
from luoshi.sealing import checking


def one_by_one(folder: Path, size: int, district: str = DISTRICT) -> dict[str, list[tuple[Any, ...]]]:
    """The relations as the store carries them on, an entry at a time."""
    raw = sqlite3.connect(":memory:")
    tables = Tables(make(raw), OWN)
    seq = 0
    for tile in bundles(size):
        for data in entries_in((folder / tile.entries_path).read_bytes(), tile.width)[0]:
            tables.add(district, [data], [seq])
            seq += 1
    return of_file(raw, district)


def in_shards(folder: Path, size: int, processes: int) -> sqlite3.Connection:
    """The relations as the verification of a large export makes them."""
    raw = sqlite3.connect(":memory:")
    names = [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()]
    report = verify_into(raw, folder, names, (), processes=processes, size=size)
    assert report.fault is None and report.size == size
    return raw


def written(folder: Path, leaves: list[bytes]) -> Path:
    """An export of ``leaves`` on the disk."""
    for name, data in exported(leaves).files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


@pytest.mark.parametrize("batch", [1, 7, 8192])
def test_in_shards_and_at_once(store: TestStore, tmp_path: Path, batch: int, monkeypatch: pytest.MonkeyPatch) -> None:
    live(("hotline", "statistics", "service"), steps=60)
    folder = export(tmp_path / "ledger")
    size = sum(tile.width for tile in bundles(_size(folder)))
    want = one_by_one(folder, size)
    assert len(want["entries"]) == size > 100
    assert want["observations"]
    monkeypatch.setattr(gathering, "BATCH", batch)
    raw = sqlite3.connect(":memory:")
    empty(raw)
    gather(raw, folder, size)
    index(raw)
    assert of_file(raw) == want
    monkeypatch.setattr(checking, "WORTH", 0)
    for bundles_at_once, processes in ((1, 1), (2, 1), (1, 2)):
        monkeypatch.setattr(room, "BUNDLES", bundles_at_once)
        assert of_file(in_shards(folder, size, processes)) == want


def test_measures_told_anew_and_statistics_revised(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    leaves = _told_anew()
    folder = written(tmp_path / "ledger", leaves)
    want = one_by_one(folder, len(leaves), "yunxi")
    assert {row[-1] for row in want["measures"]} == {"2026-01-03", "2026-01-04", "9999-12-31"}
    assert sorted(row[-3:-1] for row in want["observations"]) == [(0, 1), (0, 1), (1, 1), (1, 1), (2, 0), (2, 0)]
    for batch in (1, 2, 3, 8192):
        monkeypatch.setattr(gathering, "BATCH", batch)
        raw = sqlite3.connect(":memory:")
        empty(raw)
        gather(raw, folder, len(leaves))
        index(raw)
        assert of_file(raw, "yunxi") == want


def test_measures_and_statistics_across_shards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A case of before whose area, measures and statistics go on in a later shard, where another revises them."""
    leaves = _told_over_shards()
    folder = written(tmp_path / "ledger", leaves)
    want = one_by_one(folder, len(leaves), "yunxi")
    # The area of the case: told, not told again, cleared; revisions 0, 1 and 2, of which the last holds.
    told = [(row[6], row[-3], row[-2]) for row in want["observations"] if row[1] == "A-1"]
    assert sorted(told, key=lambda row: row[1]) == [("yx-01", 0, 1), ("yx-01", 1, 1), (None, 2, 0)]
    assert [row[-1] for row in want["cases"] if row[1] == "A-1"] == ["partly"]
    assert len({row[-1] for row in want["measures"]}) == 3
    monkeypatch.setattr(checking, "WORTH", 0)
    for bundles_at_once, processes in ((1, 1), (2, 1), (256, 1), (1, 2)):
        monkeypatch.setattr(room, "BUNDLES", bundles_at_once)
        assert of_file(in_shards(folder, len(leaves), processes), "yunxi") == want


def test_a_right_export_whose_shards_were_not_all_told_is_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    leaves = _told_over_shards()
    folder = written(tmp_path / "ledger", leaves)
    want = one_by_one(folder, len(leaves), "yunxi")
    monkeypatch.setattr(checking, "WORTH", 0)
    monkeypatch.setattr(room, "BUNDLES", 1)
    real, calls = gathering.check_shard, []

    def refuses(task: Task, *rest: Any) -> Shard | None:
        calls.append(task)
        return real(task, *rest) if task.first == 0 else None

    monkeypatch.setattr(gathering, "check_shard", refuses)
    assert of_file(in_shards(folder, len(leaves), 1), "yunxi") == want
    assert len(calls) == 2


def test_a_measure_that_is_none_is_told_of_a_process_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    leaves = [_entry(f"A-{n}", 1, None, "2026-01-02", {"mu": "viel", "unit_mu": "亩"}) for n in range(3)]
    folder = written(tmp_path / "ledger", leaves)
    for worth, processes in ((1000, 1), (0, 1), (0, 2)):
        monkeypatch.setattr(checking, "WORTH", worth)
        with pytest.raises(LedgerError) as caught:
            in_shards(folder, len(leaves), processes)
        assert caught.value.code == "relation_value"
        assert caught.value.details == {"value": "viel"}


def _size(folder: Path) -> int:
    from luoshi.ledger.manifest import Manifest

    return Manifest.from_bytes((folder / "manifest.json").read_bytes()).size


def _entry(
    case: str,
    n: int,
    before: bytes | None,
    day: str,
    data: dict[str, str | int | bool],
    changes: dict[str, str | None] | None = None,
) -> bytes:
    return Entry(
        district="yunxi", case=case, n=n, prev=digest(before).hex() if before else ZEROS, prev_sm3=None,
        mechanism="statistics", version=1, act="tell", actor_body="b", actor_role="r", on_day=day, recorded_on=day,
        stage_from="told" if n > 1 else "", stage_to="told", body="b",
        set=changes or {}, data=dict(sorted(data.items())), commitments={},
    ).to_bytes()  # fmt: skip


def _told_over_shards() -> list[bytes]:
    """A case with an area, a measure and a statistic in each of three bundles, and others between."""
    heads: dict[str, bytes] = {}
    found = []
    areas: tuple[dict[str, str | None], ...] = ({"area": "yx-01"}, {}, {"area": None})
    for n, changes in enumerate(areas, 1):
        day = f"2026-01-0{n}"
        data: dict[str, str | int | bool] = {
            "mu": n, "unit_mu": "亩", "observed_indicator": "gdp", "observed_period": "2025", "observed_value": f"{n}",
            "observed_unit": "元", "observed_basis": "period", "observed_source": "s",
            "surveyed": "satisfied" if n == 1 else "partly",
        }  # fmt: skip
        heads["A-1"] = _entry("A-1", n, heads.get("A-1"), day, data, changes)
        found.append(heads["A-1"])
        for other in range(255):
            case = f"B-{n}-{other}"
            found.append(_entry(case, 1, None, day, {"mu": other, "unit_mu": "亩"}))
    return found


def _told_anew() -> list[bytes]:
    """Two cases by turns: a measure told three times, a statistic revised twice."""
    heads: dict[str, bytes] = {}
    found = []
    for n, day in enumerate(("2026-01-02", "2026-01-03", "2026-01-04"), 1):
        for case in ("A-1", "A-2"):
            told: dict[str, str | int | bool] = {"mu": f"{n}.5", "unit_mu": "亩"}
            names = {
                "indicator": "gdp",
                "period": "2025",
                "value": f"{n}",
                "unit": "元",
                "basis": "period",
                "source": "s",
            }
            told |= {f"observed_{name}": value for name, value in names.items()}
            heads[case] = _entry(case, n, heads.get(case), day, told)
            found.append(heads[case])
    return found
