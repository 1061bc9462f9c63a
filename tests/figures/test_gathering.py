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
from luoshi.figures.gathering import bundles, gather, gather_all
from luoshi.figures.tables import OWN, Tables, empty, index, make
from luoshi.ledger.entry import Entry, digest
from luoshi.ledger.errors import LedgerError
from luoshi.ledger.fields import ZEROS
from luoshi.ledger.tiles import entries_in


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


def written(folder: Path, leaves: list[bytes]) -> Path:
    """An export of ``leaves`` on the disk."""
    for name, data in exported(leaves).files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


@pytest.mark.parametrize("batch", [1, 7, 8192])
def test_in_parts_and_at_once(store: TestStore, tmp_path: Path, batch: int, monkeypatch: pytest.MonkeyPatch) -> None:
    live(("hotline", "statistics", "service"), steps=60)
    folder = export(tmp_path / "ledger")
    size = sum(tile.width for tile in bundles(_size(folder)))
    want = one_by_one(folder, size)
    assert len(want["entries"]) == size > 100
    assert want["observations"]
    monkeypatch.setattr(gathering, "BATCH", batch)
    for parts in (1, 3):
        raw = sqlite3.connect(":memory:")
        empty(raw)
        for part in range(parts):
            gather(raw, folder, size, part, parts)
        index(raw)
        assert of_file(raw) == want


def test_measures_told_anew_and_statistics_revised(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    leaves = _told_anew()
    folder = written(tmp_path / "ledger", leaves)
    want = one_by_one(folder, len(leaves), "yunxi")
    assert {row[-1] for row in want["measures"]} == {"2026-01-03", "2026-01-04", "9999-12-31"}
    assert sorted(row[-3:-1] for row in want["observations"]) == [(0, 1), (0, 1), (1, 1), (1, 1), (2, 0), (2, 0)]
    for batch in (1, 2, 3, 8192):
        monkeypatch.setattr(gathering, "BATCH", batch)
        raw = sqlite3.connect(":memory:")
        gather_all(raw, folder, len(leaves))
        assert of_file(raw, "yunxi") == want
    raw = sqlite3.connect(":memory:")
    gather_all(raw, folder, len(leaves), processes=2)
    assert of_file(raw, "yunxi") == want


def test_a_measure_that_is_none_is_told_of_a_process_too(tmp_path: Path) -> None:
    leaves = [_entry(f"A-{n}", 1, None, "2026-01-02", {"mu": "viel", "unit_mu": "亩"}) for n in range(3)]
    folder = written(tmp_path / "ledger", leaves)
    for processes in (1, 2):
        with pytest.raises(LedgerError) as caught:
            gather_all(sqlite3.connect(":memory:"), folder, len(leaves), processes=processes)
        assert caught.value.code == "relation_value"
        assert caught.value.details == {"value": "viel"}


def _size(folder: Path) -> int:
    from luoshi.ledger.manifest import Manifest

    return Manifest.from_bytes((folder / "manifest.json").read_bytes()).size


def _entry(case: str, n: int, before: bytes | None, day: str, data: dict[str, str | int | bool]) -> bytes:
    return Entry(
        district="yunxi", case=case, n=n, prev=digest(before).hex() if before else ZEROS, prev_sm3=None,
        mechanism="statistics", version=1, act="tell", actor_body="b", actor_role="r", on_day=day, recorded_on=day,
        stage_from="told" if n > 1 else "", stage_to="told", body="b", set={}, data=data, commitments={},
    ).to_bytes()  # fmt: skip


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
