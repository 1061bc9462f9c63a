"""The export's folder: whole or not there, and the ledger of the store to the byte."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.ledger.factory import entries, exported
from tests.stores import TestStore

from luoshi.ledger.errors import LedgerError
from luoshi.ledger.verify import verify
from luoshi.sealing.errors import SealingError

from .factory import KEYS, insert, named

LOG = entries(150, 5)
SM3 = entries(10, 5, sm3=True)


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("log", [LOG, SM3, LOG[:256], []], ids=["whole", "sm3", "full", "empty"])
def test_the_export_is_the_ledger(store: TestStore, tmp_path: Path, log: list[bytes]) -> None:
    from luoshi.sealing.exporting import carries_sm3, export_to
    from luoshi.sealing.seal import seal

    insert(named(log), range(5, 3 * len(log) + 5, 3))
    seal(KEYS)
    # What is not sealed yet is not exported.
    insert(named(LOG)[-1:] if log == LOG[:256] else [], [10_000])
    told: list[tuple[int, int]] = []
    manifest = export_to(tmp_path / "out", KEYS, progress=lambda done, size: told.append((done, size)))
    files = files_of(tmp_path / "out")
    assert files == exported(log, KEYS.signers).files
    assert (manifest.size, manifest.sm3, carries_sm3(len(log))) == (len(log), log == SM3, log == SM3)
    assert told[-1] == (len(log), len(log))
    report = verify(lambda name: (tmp_path / "out" / name).open("rb"), files, KEYS.verifiers)
    assert (report.fault, report.entries) == (None, len(log))
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_an_entry_that_only_speaks_of_sm3_carries_none(store: TestStore) -> None:
    from luoshi.sealing.exporting import carries_sm3
    from luoshi.sealing.seal import seal

    log = list(LOG[:3])
    fields = json.loads(log[2])
    fields["data"] = {"nested": {"prev_sm3": "0"}}
    log[2] = json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    insert(named(log), range(1, 4))
    seal(KEYS)
    assert not carries_sm3(3)
    insert(named(SM3[5:6]), [4])
    seal(KEYS)
    assert carries_sm3(4)


def test_what_would_not_verify_leaves_nothing(store: TestStore, tmp_path: Path) -> None:
    from luoshi.casework.models import Entry as EntryRow
    from luoshi.sealing.exporting import export_to
    from luoshi.sealing.seal import seal

    with pytest.raises(SealingError, match="nothing_sealed"):
        export_to(tmp_path / "out", KEYS)
    insert(named(LOG), range(1, 751))
    seal(KEYS)
    EntryRow.objects.filter(id=700).update(data=LOG[699].replace(b'"round":5', b'"round":6'))
    with pytest.raises(LedgerError, match="export_root"):
        export_to(tmp_path / "out", KEYS)
    EntryRow.objects.filter(id=10).delete()
    with pytest.raises((LedgerError, SealingError), match=r"chain_n|entries_gone"):
        export_to(tmp_path / "out", KEYS)
    EntryRow.objects.filter(id__gt=9).delete()
    with pytest.raises(SealingError, match="entries_gone"):
        export_to(tmp_path / "out", KEYS)
    assert list(tmp_path.iterdir()) == []


# --- the folder alone


def fill(folder: Path, *, force: bool = False) -> None:
    from luoshi.sealing.exporting import whole_folder

    with whole_folder(folder, force=force) as draft:
        (draft / "manifest.json").write_text("new")
        (draft / "tile").mkdir()


def test_a_folder_appears_whole_or_not_at_all(store: TestStore, tmp_path: Path) -> None:
    from luoshi.sealing.exporting import whole_folder

    out = tmp_path / "out"
    for error in (KeyboardInterrupt, ValueError):
        with pytest.raises(error), whole_folder(out, force=False) as draft:
            (draft / "half").write_text("")
            assert not out.exists()
            raise error
        assert list(tmp_path.iterdir()) == []
    fill(out)
    assert sorted(path.name for path in out.iterdir()) == ["manifest.json", "tile"]
    assert out.stat().st_mode & 0o700 == 0o700
    with pytest.raises(SealingError, match="folder_full"):
        fill(out)
    (out / "manifest.json").write_text("old")
    # With force the old one stays until the new one is there.
    with pytest.raises(ValueError), whole_folder(out, force=True):
        raise ValueError
    assert (out / "manifest.json").read_text() == "old"
    fill(out, force=True)
    assert (out / "manifest.json").read_text() == "new" and [path.name for path in tmp_path.iterdir()] == ["out"]


def test_what_is_no_place_for_an_export(store: TestStore, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "link").symlink_to(tmp_path)
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "cat.jpg").write_text("")
    (tmp_path / "empty").mkdir()
    for name, code in (
        ("file", "folder_is_file"),
        ("link", "folder_is_file"),
        ("none/out", "folder_parent"),
        ("photos", "folder_other"),
    ):
        with pytest.raises(SealingError, match=code):
            fill(tmp_path / name, force=True)
    fill(tmp_path / "empty")
    assert (tmp_path / "photos" / "cat.jpg").exists()


def test_a_full_disk_is_told_and_leaves_nothing(
    store: TestStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from luoshi.sealing import exporting

    def full(draft: Path, target: Path) -> Any:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(exporting, "_put", full)
    with pytest.raises(SealingError, match="folder_unwritable") as caught:
        fill(tmp_path / "out")
    assert caught.value.details["reason"] == "No space left on device"
    assert list(tmp_path.iterdir()) == []
