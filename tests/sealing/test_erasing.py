"""Erasing a person: what is personal is gone from rows and files, and the ledger is the same as before."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest
from tests.stores import TestStore

from luoshi.ledger.commit import check
from luoshi.ledger.verify import verify
from luoshi.sealing.errors import SealingError

from .factory import DISTRICT, KEYS, insert, named, open_case

SECRET = "王小明的秘密住址"
OTHER = "李大华的电话号码"


def fill() -> list[bytes]:
    """Two cases of one party, one of another, one of nobody; sealed."""
    from luoshi.sealing.seal import seal

    first = open_case(1, party="p1", secrets=[{"caller": SECRET}, {}, {"caller": SECRET, "phone": "13900000001"}])
    second = open_case(2, party="p1", secrets=[{"caller": SECRET}])
    third = open_case(3, party="p2", secrets=[{"caller": OTHER}])
    fourth = open_case(4, party=None, secrets=[{}])
    made = [*first, *second, *third, *fourth]
    insert(named(made), range(1, 1 + len(made)))
    seal(KEYS)
    return made


def export_bytes(folder: Path) -> dict[str, bytes]:
    from luoshi.sealing.exporting import export_to

    export_to(folder, KEYS)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_person_is_erased_and_everything_verifies_as_before(store: TestStore, tmp_path: Path) -> None:
    from luoshi.casework.models import Case, Plaintext
    from luoshi.sealing.erasing import erase
    from luoshi.sealing.models import ErasureLog

    fill()
    before = export_bytes(tmp_path / "before")
    kept = json.loads(Plaintext.objects.get(case_id=1, n=1).personal or "")
    salt, text = kept["caller"]
    done = erase(DISTRICT, party="p1", by="officer 7")
    assert (done.done, done.cleared, done.cases, done.entries) == (True, True, 2, 4)
    assert not Plaintext.objects.filter(case_id__in=[1, 2], personal__isnull=False).exists()
    assert not Case.objects.filter(id__in=[1, 2]).exclude(title=None, party=None).exists()
    # Others are untouched, and so is what stays with the office.
    assert SECRET not in (Plaintext.objects.get(case_id=3).personal or "") and Case.objects.get(id=3).party == "p2"
    assert OTHER in json.dumps(json.loads(Plaintext.objects.get(case_id=3).personal or ""), ensure_ascii=False)
    assert Plaintext.objects.filter(case_id=1, private__contains="09:12").count() == 3
    # The ledger says the same, byte for byte, and verifies.
    after = export_bytes(tmp_path / "after")
    assert after == before
    folder = tmp_path / "after"
    assert verify(lambda name: (folder / name).open("rb"), after, [KEYS.signers[0].verifier]).fault is None
    # A commitment opens with what was erased, and with nothing that is left.
    entry = json.loads(named_entry(after))
    assert check(bytes.fromhex(entry["commitments"]["caller"]), "caller", text, bytes.fromhex(salt))
    assert salt not in everything(store)
    logged = ErasureLog.objects.get()
    assert (logged.district, logged.erased_by, logged.cases, logged.entries) == (DISTRICT, "officer 7", 2, 4)


def named_entry(files: dict[str, bytes]) -> bytes:
    """The first entry of the export."""
    data = files["tile/entries/000.p/6"]
    return data[2 : 2 + int.from_bytes(data[:2], "big")]


def everything(store: TestStore) -> str:
    """Every text in every table."""
    from django.apps import apps

    rows = [row for model in apps.get_models() for row in model._default_manager.all().values_list()]
    return repr(rows)


def test_again_finds_nothing_and_a_dry_run_changes_nothing(store: TestStore) -> None:
    from luoshi.sealing.erasing import erase
    from luoshi.sealing.models import ErasureLog

    fill()
    before = everything(store)
    told = erase(DISTRICT, party="p1", by="x", dry_run=True)
    assert [(item.case, item.entries, item.row) for item in told.found] == [
        ("HL-2026-00001", (1, 2, 3), True),
        ("HL-2026-00002", (1,), True),
    ]
    assert not told.done and everything(store) == before
    assert erase(DISTRICT, party="p1", by="x").found == told.found
    again = erase(DISTRICT, party="p1", by="x")
    assert (again.found, again.done, ErasureLog.objects.count()) == ((), True, 1)


def test_by_case_and_what_is_refused(store: TestStore) -> None:
    from luoshi.casework.models import Plaintext
    from luoshi.sealing.erasing import erase

    fill()
    assert erase(DISTRICT, case="HL-2026-00002", by="x").entries == 1
    assert erase(DISTRICT, case="HL-2026-00002", by="x").entries == 0
    assert Plaintext.objects.filter(case_id=1, personal__isnull=False).count() == 3
    # The party's key went with the second case; the first is still found by it.
    assert erase(DISTRICT, party="p1", by="x").cases == 1
    assert erase("elsewhere", party="p2", by="x").cases == 0
    for options, code in (({}, "erase_whom"), ({"party": "p2", "case": "HL-2026-00003"}, "erase_whom")):
        with pytest.raises(SealingError, match=code):
            erase(DISTRICT, by="x", **options)
    with pytest.raises(SealingError, match="erase_no_case"):
        erase(DISTRICT, case="HL-2026-99999", by="x")


def test_a_crash_erases_nothing(store: TestStore, monkeypatch: pytest.MonkeyPatch) -> None:
    from luoshi.casework.sql import Tx
    from luoshi.sealing.erasing import erase

    fill()
    before = everything(store)

    def broken(self: Tx, *args: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(Tx, "insert", broken)
        erase(DISTRICT, party="p1", by="x")
    assert everything(store) == before


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_nothing_is_left_in_the_files_of_sqlite(store: TestStore) -> None:
    from django.db import connection

    from luoshi.casework.models import Case
    from luoshi.sealing.erasing import erase
    from luoshi.sealing.log import reader

    # Some builds of SQLite overwrite what is deleted by themselves, others do not.
    reader().all("PRAGMA secure_delete = OFF")
    for number in range(10, 200):
        open_case(number, party="p1" if number % 3 else "p2", secrets=[{"caller": SECRET if number % 3 else OTHER}])
    # Rows that grow move to other pages and leave copies behind.
    for number in range(10, 200):
        Case.objects.filter(id=number).update(state="x" * (number * 7 % 1500), title=f"{SECRET} {number}")
    path = Path(connection.settings_dict["NAME"])
    assert SECRET.encode() in on_disk(path) or escaped(SECRET) in on_disk(path)
    done = erase(DISTRICT, party="p1", by="x")
    assert done.cleared and done.cases == len([n for n in range(10, 200) if n % 3])
    Case.objects.filter(party="p2").update(title=None)
    assert erase(DISTRICT, party="p2", by="x").cleared
    for text in (SECRET, OTHER):
        assert text.encode() not in on_disk(path) and escaped(text) not in on_disk(path)


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_a_reader_in_the_way_is_told(store: TestStore) -> None:
    from luoshi.sealing.erasing import clear, erase
    from luoshi.sealing.log import reader

    fill()
    reader().all("PRAGMA busy_timeout = 100")
    other = sqlite3.connect(store.url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN")
    other.execute("SELECT count(*) FROM casework_plaintext").fetchone()
    assert not erase(DISTRICT, party="p1", by="x").cleared
    other.execute("COMMIT")
    other.close()
    assert clear()


def on_disk(path: Path) -> bytes:
    return b"".join(part.read_bytes() for part in (path, path.with_name(f"{path.name}-wal")) if part.exists())


def escaped(text: str) -> bytes:
    """As JSON writes it."""
    return json.dumps(text)[1:-1].encode()
