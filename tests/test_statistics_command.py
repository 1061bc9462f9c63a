"""``luoshi statistics``: the workbook out and in without the desk, on both stores."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from tests.casework.district import ROOT
from tests.desk import place
from tests.desk.test_observations import fill, opened, rows, told
from tests.stores import TestStore

from luoshi.cli import luoshi
from luoshi.messages import set_language
from luoshi.terminal import run

PLACE = ("--district", place.DISTRICT, "--officer", "o-statistics-1")


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LUOSHI_PACKS", str(ROOT / "packs"))
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    monkeypatch.setenv("LC_ALL", "")
    # The store is Django's already; to set it up again would be to look at the environment's.
    monkeypatch.setattr("luoshi.commands.statistics.open_store", lambda: None)
    yield
    set_language("en")


def said(capsys: pytest.CaptureFixture[str], *args: str) -> tuple[int, str, str]:
    code = run(luoshi, list(args))
    heard = capsys.readouterr()
    return code, heard.out, heard.err


def filled(**values: Any) -> None:
    """Write into the first row of s.xlsx, by the headings."""
    book = openpyxl.load_workbook("s.xlsx")
    fill(book.worksheets[0], 2, **values)
    book.save("s.xlsx")


def test_out_shown_taken_and_revised(store: TestStore, capsys: pytest.CaptureFixture[str]) -> None:
    place.make("statistics")
    told(opened())
    assert said(capsys, "statistics", "workbook", *PLACE, "--to", "s.xlsx") == (0, "", "s.xlsx: 1 open series\n")
    assert said(capsys, "statistics", "workbook", *PLACE, "--to", "s.xlsx")[0] == 2
    assert said(capsys, "statistics", "import", "s.xlsx", *PLACE)[0] == 0
    filled(Value=-0.3, Source="Statistical bulletin")
    line = "Statistics, row 2: Growth of the gross regional product 2026-q1 Since the beginning of the year against"
    code, out, _ = said(capsys, "statistics", "import", "s.xlsx", *PLACE, "--dry-run")
    assert code == 1
    assert f"{line} last year: -0.3 is doubtful: far from" in out
    assert "0 could be taken, 1 not" in out
    assert len(rows()) == 1
    code, out, _ = said(capsys, "statistics", "import", "s.xlsx", *PLACE, "--doubtful")
    assert code == 0
    assert f"{line} last year: -0.3, new" in out
    assert [str(one.value) for one in rows()] == ["8.7", "-0.3"]
    filled(Value=-0.4)
    code, out, _ = said(capsys, "statistics", "import", "s.xlsx", *PLACE)
    assert code == 1
    assert "-0.4 is not taken: it revises a value that was told" in out
    filled(**{"Why revised": "核定"})
    code, out, _ = said(capsys, "--lang", "zh", "statistics", "import", "s.xlsx", *PLACE)
    assert code == 0
    assert "-0.3 → -0.4" in out and "修订" in out
    assert [(str(one.value), one.superseded) for one in rows(superseded=True)] == [
        ("8.7", False), ("-0.3", True), ("-0.4", False),
    ]  # fmt: skip
    code, out, _ = said(capsys, "statistics", "import", "s.xlsx", *PLACE)
    assert (code, out) == (0, "s.xlsx: 0 taken, 0 not; 1 told already, 0 without a value\n")


def test_what_cannot_be_read_and_who_is_nobody(store: TestStore, capsys: pytest.CaptureFixture[str]) -> None:
    place.make("statistics")
    opened()
    assert said(capsys, "statistics", "import", "none.xlsx", *PLACE)[0] == 2
    Path("bad.xlsx").write_bytes(b"PK\x03\x04")
    assert said(capsys, "statistics", "import", "bad.xlsx", *PLACE)[0] == 2
    said(capsys, "statistics", "workbook", *PLACE, "--to", "s.xlsx")
    filled(Value=8.9, Source="bulletin")
    code, _, err = said(capsys, "statistics", "import", "s.xlsx", "--district", place.DISTRICT, "--officer", "nobody")
    assert code == 2 and "there is no officer nobody" in err
    code, _, err = said(capsys, "statistics", "import", "s.xlsx", "--district", "nowhere", "--officer", "nobody")
    assert code == 2 and err.count("\n") == 1
    code, out, _ = said(
        capsys, "statistics", "import", "s.xlsx", "--district", place.DISTRICT, "--officer", "o-office-1"
    )
    assert code == 1 and "no open series of this indicator that you may see" in out
    assert rows() == []
