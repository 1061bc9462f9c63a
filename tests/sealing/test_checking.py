"""Verifying with several processes: real ones, over files on the disk."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.ledger.factory import KEY, exported
from tests.ledger.test_export import LOG
from tests.ledger.test_verify_command import written

from luoshi.ledger import shard
from luoshi.sealing import checking


def test_two_processes_report_as_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shard, "BUNDLES", 1)
    monkeypatch.setattr(checking, "WORTH", 0)
    folder = exported(LOG)
    place = written(folder, tmp_path / "export")
    told: list[tuple[int, int]] = []
    report = checking.check(place, folder.files, [KEY], processes=2, progress=lambda a, b: told.append((a, b)))
    assert report == folder.verify() and report.fault is None
    assert told == [(256, 540), (512, 540), (540, 540)]
    for path in ("tile/entries/001", "tile/0/002.p/28", "cases.jsonl"):
        wrong = bytearray(folder.files[path])
        wrong[100] ^= 1
        (place / path).write_bytes(wrong)
        report = checking.check(place, folder.files, [KEY], processes=2)
        assert report.fault is not None and report == folder.with_file(path, bytes(wrong)).verify()
        (place / path).write_bytes(folder.files[path])


def test_an_error_of_the_disk_comes_back_from_the_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "WORTH", 0)
    folder = exported(LOG)
    place = written(folder, tmp_path / "export")
    (place / "tile/entries/001").unlink()
    with pytest.raises(FileNotFoundError, match="tile/entries/001"):
        checking.check(place, folder.files, [KEY], processes=2)
