"""``luoshi verify`` as a person meets it: what it prints, in both languages, what it refuses, its exit codes."""

from __future__ import annotations

import gettext
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from luoshi.cli import luoshi
from luoshi.ledger.note import new_signer
from luoshi.messages import set_language
from luoshi.terminal import run

from .factory import KEY, SIGNER, Folder, checkpoint_of, exported
from .test_export import LOG, SMALL, whole


@pytest.fixture(autouse=True)
def _speaks_as_before() -> Iterator[None]:
    """A command chooses the language of its process; here many run in one."""
    domain, variable = gettext.textdomain(), os.environ.get("LANGUAGE")
    yield
    gettext.textdomain(domain)
    set_language("en")
    os.environ.pop("LANGUAGE", None)
    if variable is not None:
        os.environ["LANGUAGE"] = variable


def written(folder: Folder, place: Path) -> Path:
    for path, data in folder.files.items():
        file = place / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    return place


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return written(whole(), tmp_path / "export")


def test_all_is_right(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(luoshi, ["--lang", "en", "verify", str(place), "--key", KEY.vkey]) == 0
    root = whole().files["checkpoint"].decode().split("\n")[2]
    assert capsys.readouterr().out.splitlines() == [
        f"{place}: all is right",
        "  Log         ledger.yunxi.example/log",
        "  Entries     540 in 60 cases",
        f"  Checkpoint  size 540, root {root}",
        f"  Signed by   {KEY.vkey}",
    ]


def test_all_is_right_in_chinese_with_what_is_not_sure(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    witness = new_signer("witness.example", b"\3" * 32)
    place = written(exported(SMALL, [SIGNER, witness]), tmp_path / "export")
    keys = tmp_path / "keys.txt"
    keys.write_text(f"\n{KEY.vkey}\n")
    older = tmp_path / "older"
    older.write_bytes(checkpoint_of(SMALL[:5]))
    assert run(luoshi, ["--lang", "zh", "verify", str(place), "--key-file", str(keys), "--older", str(older)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[2] == "  记录    12 条，属 3 个事项"
    assert lines[5:] == [
        "  未核验  witness.example 的签名", "  摘要    SHA-256 和 SM3", "  承接    5 条记录时的旧检查点",
    ]  # fmt: skip
    assert run(luoshi, ["--lang", "zh", "verify", str(place)]) == 0
    assert "公钥是导出自带的" in capsys.readouterr().out


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_first_wrong_entry_is_named(place: Path, lang: str, capsys: pytest.CaptureFixture[str]) -> None:
    bundle = place / "tile/entries/001"
    # A word changed for another, so that the entry can still be read.
    data = bundle.read_bytes()
    start = data.index(b"operator", 5000)
    data = data[:start] + b"director" + data[start + 8 :]
    bundle.write_bytes(data)
    assert run(luoshi, ["--lang", lang, "verify", str(place)]) == 1
    out, line = capsys.readouterr()
    assert not out
    fault = whole().with_file("tile/entries/001", data).verify().fault
    assert fault is not None
    if lang == "zh":
        assert line == (
            f"luoshi: {place}：tile/entries/001：日志第 {fault.entry} 条（事项 {fault.case} 的第 {fault.n} 条）："
            "其摘要与 tile/0/001 中的不符；该记录在封存后被改动\n"
        )
    else:
        assert line.startswith(
            f"luoshi: {place}: tile/entries/001: entry {fault.entry} of the log "
            f"(case {fault.case}, its entry {fault.n}): its digest"
        )


def test_as_data(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(luoshi, ["verify", str(place), "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["ok"], told["entries"], told["cases"], told["own_keys"], told["fault"]) == (True, 540, 60, True, None)
    (place / "cases.jsonl").write_bytes(b"")
    assert run(luoshi, ["--lang", "zh", "verify", str(place), "--format", "json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert not told["ok"]
    assert told["fault"] == {
        "code": "case_missing", "file": "cases.jsonl", "entry": None, "case": "HL-2026-00000", "n": None,
        "message": "cases.jsonl：事项 HL-2026-00000：缺少该事项的行；事项清单不完整",
    }  # fmt: skip


def test_an_older_checkpoint_that_it_does_not_continue(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    older = place.parent / "older"
    older.write_bytes(checkpoint_of([b"x", *LOG[1:300]]))
    assert run(luoshi, ["--lang", "en", "verify", str(place), "--older", str(older)]) == 1
    assert "the first 300 entries are not those of the older checkpoint" in capsys.readouterr().err
    # A false signature is a fault of the file that was given, not of the export.
    older.write_bytes(checkpoint_of(LOG[:300]).replace(b"\n300\n", b"\n299\n"))
    assert run(luoshi, ["--lang", "en", "verify", str(place), "--older", str(older)]) == 1
    assert f"{older}: the signature of" in capsys.readouterr().err


def test_what_cannot_be_used(place: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "text").write_text("no key\n")
    (tmp_path / "blank").write_text("\n")
    for arguments, told in (
        ([str(tmp_path / "none")], "没有这个文件夹"),
        ([str(tmp_path / "text")], "这是文件"),
        ([str(tmp_path / "empty")], "既无 manifest.json 也无 checkpoint"),
        ([str(place), "--key", "x"], "x: 不是公钥"),
        ([str(place), "--key-file", str(tmp_path / "text")], "不是公钥"),
        ([str(place), "--key-file", str(tmp_path / "blank")], "不是公钥"),
        ([str(place), "--key-file", str(tmp_path / "none")], "无法读取"),
        ([str(place), "--older", str(tmp_path / "text")], "不是已签名的检查点"),
        ([str(place), "--older", str(tmp_path)], "无法读取"),
    ):
        assert run(luoshi, ["--lang", "zh", "verify", *arguments]) == 2, arguments
        out, err = capsys.readouterr()
        assert not out and err.count("\n") == 1 and told.replace(": ", "：") in err.replace(": ", "："), err


def test_a_link_in_the_export_does_not_pass_as_a_folder(place: Path) -> None:
    (place / "more").symlink_to("/")
    assert run(luoshi, ["verify", str(place)]) == 1


def test_no_import_of_django_or_of_a_terminal_is_needed(place: Path) -> None:
    """Whoever verifies has no database, and should not wait for what he does not use."""
    code = (
        "import sys; from luoshi.cli import luoshi; from luoshi.terminal import run; "
        f"assert run(luoshi, ['verify', {str(place)!r}]) == 0; "
        "assert not [m for m in sys.modules if m.split('.')[0] in ('django', 'psycopg', 'sqlite3')]"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, timeout=60)
