"""An export proves itself: whatever is changed in it, one byte or one file, is found and named."""

from __future__ import annotations

import dataclasses
import json
from functools import cache
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luoshi.ledger import canonical
from luoshi.ledger.checkpoint import Checkpoint, sign_checkpoint
from luoshi.ledger.entry import Entry, parse
from luoshi.ledger.errors import Fault, LedgerError
from luoshi.ledger.export import export
from luoshi.ledger.note import new_signer, sign
from luoshi.ledger.tiles import bundle_bytes, entries_in
from luoshi.ledger.verify import verify

from .factory import KEY, ORIGIN, SIGNER, Folder, checkpoint_of, entries, exported, root_of

LOG = entries(60, 9)  # 540 entries: two full bundles, a partial one, tiles of two levels
SMALL = entries(3, 4, sm3=True)


@cache
def whole() -> Folder:
    return exported(LOG)


@cache
def small() -> Folder:
    return exported(SMALL)


def fault_of(folder: Folder, **options: Any) -> Fault:
    fault = folder.verify(**options).fault
    assert fault is not None
    return fault


def resealed(files: dict[str, bytes]) -> Folder:
    """What a forger makes who keeps the manifest in step with the other files."""
    told = json.loads(files["manifest.json"])
    told["files"] = [
        {"path": path, "sha256": sha256(data).hexdigest(), "size": len(data)}
        for path, data in sorted(files.items())
        if path != "manifest.json"
    ]
    return Folder(files | {"manifest.json": canonical.encode(told) + b"\n"})


def test_an_export_verifies() -> None:
    report = whole().verify()
    assert report.fault is None
    assert (report.entries, report.size, report.cases, report.origin) == (540, 540, 60, ORIGIN)
    assert report.signed_by == (KEY,)
    assert not report.own_keys
    assert small().verify().sm3


def test_its_files_are_those_of_the_specifications() -> None:
    assert sorted(whole().files) == [
        "cases.jsonl", "checkpoint", "keys.txt", "manifest.json", "tile/0/000", "tile/0/001", "tile/0/002.p/28",
        "tile/1/000.p/2", "tile/entries/000", "tile/entries/001", "tile/entries/002.p/28",
    ]  # fmt: skip


def test_the_rows_are_in_order_and_the_entries_are_the_log() -> None:
    rows = [json.loads(line) for line in whole().files["cases.jsonl"].splitlines()]
    assert [row["case"] for row in rows] == sorted(row["case"] for row in rows)
    assert rows[0]["stage"] == parse(LOG[-60])["stage_to"]
    assert entries_in(whole().files["tile/entries/000"], 256) == (LOG[:256], True)


def test_an_empty_ledger_verifies() -> None:
    report = exported([]).verify()
    assert (report.fault, report.entries, report.cases) == (None, 0, 0)


@pytest.mark.parametrize("size", [1, 255, 256, 257, 512])
def test_every_shape_of_the_right_edge(size: int) -> None:
    assert exported(LOG[:size]).verify().fault is None


# --- one byte


@given(st.data())
def test_one_byte_changed_anywhere_is_found(draw: st.DataObject) -> None:
    folder = draw.draw(st.sampled_from([whole(), small()]))
    path = draw.draw(st.sampled_from(sorted(folder.files)))
    data = bytearray(folder.files[path])
    place = draw.draw(st.integers(0, len(data) - 1))
    data[place] ^= draw.draw(st.integers(1, 255))
    keys = draw.draw(st.sampled_from([(KEY,), ()]))
    assert folder.with_file(path, bytes(data)).verify(keys).fault is not None, (path, place)


def test_every_single_byte_of_a_small_export() -> None:
    folder = exported(SMALL[:2])
    for path, data in folder.files.items():
        for place in range(len(data)):
            wrong = data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
            assert folder.with_file(path, wrong).verify().fault is not None, (path, place)


@given(st.data())
def test_a_byte_more_or_fewer_is_found(draw: st.DataObject) -> None:
    folder = small()
    path = draw.draw(st.sampled_from(sorted(folder.files)))
    data = folder.files[path]
    place = draw.draw(st.integers(0, len(data)))
    more = data[:place] + draw.draw(st.binary(min_size=1, max_size=3)) + data[place:]
    for wrong in (more, data[:place], data[:place] + data[place + 1 :]):
        if wrong != data:
            assert folder.with_file(path, wrong).verify().fault is not None


@given(st.integers(0, 539), st.data())
def test_the_entry_that_was_changed_is_named(place: int, draw: st.DataObject) -> None:
    bundle, within = divmod(place, 256)
    path = sorted(name for name in whole().files if "entries" in name)[bundle]
    part = LOG[bundle * 256 : bundle * 256 + 256]
    data = bytearray(part[within])
    data[draw.draw(st.integers(0, len(data) - 1))] ^= 1
    part = [*part[:within], bytes(data), *part[within + 1 :]]
    fault = fault_of(whole().with_file(path, bundle_bytes(part)))
    assert (fault.code, fault.file, fault.entry) == ("entry_hash", path, place)


# --- files and entries


@pytest.mark.parametrize("path", sorted(whole().files))
def test_a_file_that_is_missing_empty_or_another_is_found(path: str) -> None:
    assert fault_of(whole().with_file(path, None)) == Fault("file_missing", path)
    assert whole().with_file(path, b"").verify().fault is not None
    for other in sorted(whole().files):
        if whole().files[other] != whole().files[path]:
            swapped = whole().with_file(path, whole().files[other]).with_file(other, whole().files[path])
            assert swapped.verify().fault is not None


@pytest.mark.parametrize("path", ["x", "tile/0/003", "tile/0/002", "tile/entries/000.p/9", "manifest.json~", "../x"])
def test_a_file_too_many_is_found(path: str) -> None:
    assert fault_of(whole().with_file(path, b"")) == Fault("file_extra", path)
    # And a manifest that knows it makes it no better.
    assert fault_of(resealed({**whole().files, path: b""})) == Fault("file_extra", path)


@given(st.integers(0, 255), st.sampled_from(["drop", "double", "swap"]))
def test_entries_moved_about_are_found_even_with_the_manifest_in_step(place: int, way: str) -> None:
    part = LOG[:256]
    if way == "drop":
        del part[place]
    elif way == "double":
        part.insert(place, part[place])
    else:
        part[place], part[place - 1] = part[place - 1], part[place]
    fault = fault_of(resealed({**whole().files, "tile/entries/000": bundle_bytes(part)}))
    assert fault.file == "tile/entries/000"
    # The last one doubled follows a whole bundle: it is the file that has too much.
    first = min(place, (place - 1) % 256) if way == "swap" else place + (way == "double")
    assert fault.entry == (first if first < 256 else 256)


def forged(log: list[bytes]) -> Folder:
    """An export of another log, with everything recomputed but the signature."""
    folder = exported(log, [new_signer(ORIGIN, b"\7" * 32)])
    head = Checkpoint(ORIGIN, len(log), root_of(log))
    line = whole().files["checkpoint"].decode().split("\n\n")[1]
    files = dict(folder.files)
    files |= {"checkpoint": f"{head.text()}\n{line}".encode(), "keys.txt": whole().files["keys.txt"]}
    return resealed(files)


def test_a_log_rewritten_from_end_to_end_fails_at_the_signature() -> None:
    other = entries(60, 9, sm3=True)
    assert fault_of(forged(other)).code == "signature"
    assert fault_of(exported(other, [new_signer(ORIGIN, b"\7" * 32)])).code == "unsigned"


def test_a_log_rewritten_under_the_old_checkpoint_fails_at_the_root() -> None:
    files = exported(entries(60, 9, sm3=True)).files
    files |= {"checkpoint": whole().files["checkpoint"]}
    told = json.loads(files["manifest.json"])
    told["root"] = json.loads(whole().files["manifest.json"])["root"]
    fault = fault_of(resealed({**files, "manifest.json": canonical.encode(told) + b"\n"}))
    assert (fault.code, fault.file) == ("root", "checkpoint")


# --- a log that was sealed although it is wrong


def sealed(log: list[bytes], lawful: list[bytes] = LOG) -> Folder:
    """An export of ``log`` as a dishonest office would write it: no check, a true signature, rows of ``lawful``."""
    folder = exported(lawful[: len(log)])
    head = checkpoint_of(log)
    files = {"checkpoint": head, "keys.txt": folder.files["keys.txt"], "cases.jsonl": folder.files["cases.jsonl"]}
    from luoshi.ledger.tiles import Tile, TileBuilder
    from luoshi.ledger.tlog import leaf_hash

    builder = TileBuilder()
    for start in range(0, len(log), 256):
        part = log[start : start + 256]
        files[Tile(0, start // 256, len(part)).entries_path] = bundle_bytes(part)
        files |= {tile.path: b"".join(hashes) for tile, hashes in builder.add([leaf_hash(item) for item in part])}
    files |= {tile.path: b"".join(hashes) for tile, hashes in builder.partial()}
    told = json.loads(folder.files["manifest.json"]) | {"root": head.decode().split("\n")[2]}
    return resealed({**files, "manifest.json": canonical.encode(told) + b"\n"})


@pytest.mark.parametrize(
    ("place", "changes", "code"),
    [
        (100, {"n": 3}, "chain_n"),
        (100, {"prev": "1" * 64}, "chain_prev"),
        (100, {"stage_from": "nowhere"}, "chain_stage"),
        (100, {"district": "elsewhere"}, "chain_same"),
    ],
)
def test_a_sealed_break_of_the_chain_is_named(place: int, changes: dict[str, Any], code: str) -> None:
    log = list(LOG)
    log[place] = dataclasses.replace(Entry.from_bytes(log[place]), **changes).to_bytes()
    fault = fault_of(sealed(log))
    assert (fault.code, fault.entry, fault.case, fault.file) == (code, 100, "HL-2026-00040", "tile/entries/000")


@pytest.mark.parametrize(
    ("data", "code"),
    [(LOG[100] + b" ", "not_canonical"), (b"{}", "entry_field"), (b"[]", "entry_field"), (b"", "not_canonical")],
)
def test_a_sealed_entry_that_is_none_is_named(data: bytes, code: str) -> None:
    fault = fault_of(sealed([*LOG[:100], data, *LOG[101:]]))
    assert (fault.code, fault.entry) == (code, 100)


def test_the_first_of_two_faults_is_named() -> None:
    log = [*LOG[:100], b"{}", *LOG[101:]]
    folder = sealed(log)
    part = [*log[:90], log[90] + b" ", *log[91:256]]
    assert fault_of(folder.with_file("tile/entries/000", bundle_bytes(part))).entry == 90
    part = [*log[:120], log[120] + b" ", *log[121:256]]
    assert fault_of(folder.with_file("tile/entries/000", bundle_bytes(part))).entry == 100


def test_rows_that_the_entries_do_not_give_are_named() -> None:
    lines = whole().files["cases.jsonl"].splitlines(keepends=True)
    overdue = lines[7].replace(b'"due_on":"2026-11-10"', b'"due_on":"2026-12-10"')
    assert overdue != lines[7]
    for rows, wanted in (
        ([*lines[:7], overdue, *lines[8:]], ("case_row", "HL-2026-00007")),
        ([*lines[:7], *lines[8:]], ("case_row", "HL-2026-00007")),
        (lines[:-1], ("case_missing", "HL-2026-00059")),
        ([*lines, lines[-1]], ("case_extra", None)),
    ):
        fault = fault_of(resealed({**whole().files, "cases.jsonl": b"".join(rows)}))
        assert (fault.code, fault.case) == wanted


def test_a_manifest_that_says_otherwise_is_found() -> None:
    for field, value in (("cases", 61), ("sm3", True), ("size", 541), ("root", "x"), ("origin", "x"), ("format", "x")):
        told = json.loads(whole().files["manifest.json"]) | {field: value}
        fault = fault_of(whole().with_file("manifest.json", canonical.encode(told) + b"\n"))
        assert fault.file == "manifest.json" or (field, fault.code) == ("sm3", "chain_prev_sm3"), field


def test_a_false_second_digest_is_named() -> None:
    # The last entry of a case, so that no other digest depends on it.
    log = [*SMALL[:-1], dataclasses.replace(Entry.from_bytes(SMALL[-1]), prev_sm3="1" * 64).to_bytes()]
    with pytest.raises(LedgerError, match="chain_prev_sm3"):
        exported(log)
    fault = fault_of(sealed(log, SMALL))
    assert (fault.code, fault.entry) == ("chain_prev_sm3", len(SMALL) - 1)


# --- keys


def test_without_a_key_the_exports_own_is_used_and_said() -> None:
    report = whole().verify(())
    assert (report.fault, report.own_keys, report.signed_by) == (None, True, (KEY,))


def test_a_witness_is_told_as_unknown_or_trusted_alone() -> None:
    witness = new_signer("witness.example", b"\3" * 32)
    folder = exported(LOG[:5], [SIGNER, witness])
    assert folder.verify().unknown == ("witness.example",)
    assert folder.verify([witness.verifier]).signed_by == (witness.verifier,)


def test_a_checkpoint_that_is_no_checkpoint_is_found() -> None:
    files = {**whole().files, "checkpoint": sign("not a head\n", [SIGNER])}
    assert fault_of(resealed(files)) == Fault("checkpoint", "checkpoint", details={"why": "lines"})
    assert fault_of(resealed({**whole().files, "keys.txt": b"no key\n"})).code == "keys"


# --- older checkpoints


@pytest.mark.parametrize("size", [0, 1, 255, 256, 257, 539, 540])
def test_a_log_continues_every_older_checkpoint_of_its_own(size: int) -> None:
    report = whole().verify(older=checkpoint_of(LOG[:size]))
    assert (report.fault, report.older) == (None, size)


@given(st.integers(1, 540))
def test_a_log_that_was_rewritten_does_not_continue_its_older_checkpoint(size: int) -> None:
    other = sign_checkpoint(Checkpoint(ORIGIN, size, bytes(32)), [SIGNER])
    assert fault_of(whole(), older=other).code == "older_root"


def test_an_older_checkpoint_must_be_the_logs_own_and_older() -> None:
    longer = sign_checkpoint(Checkpoint(ORIGIN, 541, bytes(32)), [SIGNER])
    assert fault_of(whole(), older=longer).code == "older_size"
    foreign = sign_checkpoint(Checkpoint("elsewhere.example", 3, bytes(32)), [SIGNER])
    assert fault_of(whole(), older=foreign).code == "older_origin"
    unsigned = sign_checkpoint(Checkpoint(ORIGIN, 3, root_of(LOG[:3])), [new_signer("else", bytes(32))])
    assert fault_of(whole(), older=unsigned).code == "unsigned"
    assert fault_of(whole(), older=b"").code == "note"


# --- writing


def test_what_would_not_verify_is_not_finished() -> None:
    for log, code in (
        (LOG[:-1], "export_root"),
        (LOG[1:], "chain_n"),
        ([*LOG[:3], b"{}"], "entry_field"),
    ):
        folder = Folder()
        with pytest.raises(LedgerError, match=code):
            export(log, checkpoint_of(LOG), [KEY], folder.write)
        assert "manifest.json" not in folder.files
    with pytest.raises(LedgerError, match="export_sm3"):
        export(SMALL, checkpoint_of(SMALL), [KEY], Folder().write)
    with pytest.raises(LedgerError, match="unsigned"):
        export(LOG, checkpoint_of(LOG), [new_signer("else", bytes(32)).verifier], Folder().write)


def test_progress_is_told_to_the_end() -> None:
    told: list[tuple[int, int]] = []
    verify(whole().open, whole().files, [KEY], progress=lambda done, total: told.append((done, total)))
    assert told == [(256, 540), (512, 540), (540, 540)]


def test_errors_of_the_disk_pass_through() -> None:
    def broken(path: str) -> Any:
        raise OSError(5, "Input/output error", path)

    with pytest.raises(OSError, match="Input/output"):
        verify(broken, whole().files, [KEY])
