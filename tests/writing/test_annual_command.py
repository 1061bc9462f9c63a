"""``luoshi write`` as somebody at the terminal meets it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from tests.casework.district import DISTRICT, ROOT
from tests.writing.annuals import PERIOD, TEMPLATE

from luoshi.messages import set_language
from luoshi.terminal import run

ONE = pytest.mark.parametrize("store", ["sqlite"], indirect=True)
FILES = {"assets", "figures.json", "ledger", "report.docx", "report.html", "report.pdf", "taxonomy"}


@pytest.fixture
def shell(store: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Any:
    """Runs a command in a folder with a template: its exit code, and what it printed."""
    from tests.figures.lives import live

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LUOSHI_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LUOSHI_PACKS", str(ROOT / "packs"))
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    from django.conf import settings

    monkeypatch.setattr(settings, "LUOSHI_LEDGER_KEY", tmp_path / "ledger.key")
    set_language("en")
    live(("hotline", "patrol"))
    (tmp_path / "annual.md").write_text(TEMPLATE, encoding="utf-8")

    def command(*args: str) -> tuple[int, str]:
        from luoshi.cli import luoshi

        capfd.readouterr()
        code = run(luoshi, list(args))
        told = capfd.readouterr()
        return code, told.out + told.err

    return command


def write(shell: Any, *args: str, name: str = "annual.md") -> tuple[int, str]:
    """``luoshi write`` for the tests' district and year."""
    told: tuple[int, str] = shell("write", name, "--district", DISTRICT, "--period", PERIOD, *args)
    return told


def key(shell: Any) -> None:
    code, told = shell("ledger", "key", "--origin", "ledger.example/log")
    assert code == 0, told


@ONE
def test_a_report_is_written_whole_with_its_ledger(shell: Any, tmp_path: Path) -> None:
    key(shell)
    code, told = write(shell, "--to", "report", "--publish")
    assert code == 0, told
    assert {path.name for path in (tmp_path / "report").iterdir()} == FILES
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]
    assert "annual.md:8:5: 36家" in told
    assert "luoshi verify report/report.html report/ledger" in told
    code, checked = shell("verify", "report/ledger")
    assert code == 0, checked
    published = tmp_path / "home" / "published" / DISTRICT / PERIOD
    assert {path.name for path in published.iterdir()} == FILES
    data = json.loads((tmp_path / "report" / "figures.json").read_text(encoding="utf-8"))
    assert {one["id"] for one in data} >= {"hotline.volume", "hotline.closed_rate"}
    manifest = json.loads((tmp_path / "report" / "ledger" / "manifest.json").read_text(encoding="utf-8"))
    assert {one["root"] for one in data} == {manifest["root"]}
    # There already: refused, and replaced when asked to.
    code, told = write(shell, "--to", "report")
    assert code == 2
    assert "not empty" in told
    assert write(shell, "--to", "report", "--force")[0] == 0


@ONE
def test_claims_are_named_and_the_files_are_written_all_the_same(shell: Any, tmp_path: Path) -> None:
    key(shell)
    text = TEMPLATE + '\n受理{{ figure("hotline.volume") }}，全部办结，零逾期。\n'
    (tmp_path / "annual.md").write_text(text, encoding="utf-8")
    code, told = write(shell, "--to", "report")
    assert code == 1
    column = text.split("\n")[17].index("全部") + 1
    assert re.search(
        rf"annual\.md:18:{column}: “全部办结”, but [1-9] cases? counted in Hotline: cases \(hotline\.volume\) are open",
        told,
    )
    assert "受理5件，全部办结，零逾期。" in told
    assert (tmp_path / "report" / "report.pdf").exists()
    code, told = shell("--lang", "zh", "write", "annual.md", "--district", DISTRICT, "--period", PERIOD, "--dry-run")
    assert code == 1
    assert "与台账不符" in told


@ONE
def test_a_dry_run_seals_and_writes_nothing(shell: Any, tmp_path: Path) -> None:
    code, told = write(shell, "--dry-run")
    assert code == 0
    assert "36家" in told
    assert not (tmp_path / "report").exists()
    from luoshi.sealing import log

    assert log.head() is None


@ONE
def test_without_a_key_it_is_told_what_to_run(shell: Any, tmp_path: Path) -> None:
    code, told = write(shell, "--to", "report")
    assert code == 2
    assert "luoshi ledger key --origin NAME" in told
    assert [path.name for path in tmp_path.iterdir() if "report" in path.name] == []


@ONE
def test_what_cannot_be_written_leaves_nothing(shell: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key(shell)
    (tmp_path / "annual.md").write_text('# 题\n\n共{{ figure("no.such") }}。', encoding="utf-8")
    code, told = write(shell, "--to", "report")
    assert (code, "annual.md:3:2: there is no figure no.such" in told) == (2, True)
    (tmp_path / "annual.md").write_text("# 题\n\n共{{ figure( }}。", encoding="utf-8")
    assert write(shell, "--to", "report")[0] == 2
    assert write(shell, "--to", "report", name="none.md")[0] == 2
    assert write(shell, "--to", "no/such/folder")[0] == 2
    (tmp_path / "annual.md").write_text(TEMPLATE, encoding="utf-8")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "mine.txt").write_text("mine")
    code, told = write(shell, "--to", "other", "--force")
    assert code == 2
    assert (tmp_path / "other" / "mine.txt").read_text() == "mine"
    from luoshi.writing.annual import printing

    def fail(_: Any) -> bytes:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(printing, "pdf", fail)
    code, told = write(shell, "--to", "report")
    assert code == 2
    assert "report" not in {path.name for path in tmp_path.iterdir()}
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".report")]


@ONE
def test_what_is_entered_meanwhile_is_sealed_and_computed_anew(shell: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """An entry that comes between the export and the figures makes both anew, so that they are of one moment."""
    key(shell)
    from tests.casework.life import Life
    from tests.figures.lives import go_on

    from luoshi.commands import write as module

    life, seal, count = Life("patrol", 99), module._sealed, []

    def sealed(*args: Any) -> str:
        root = seal(*args)
        if not count:
            go_on(life, 3)
        count.append(root)
        return root

    monkeypatch.setattr(module, "_sealed", sealed)
    code, told = write(shell, "--to", "report")
    assert code == 0, told
    assert len(count) == 2
    assert count[1] in told


@ONE
def test_what_another_seals_meanwhile_makes_the_export_anew(shell: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Figures of a log that has gone on since it was exported would be proved by another ledger."""
    key(shell)
    from tests.casework.life import Life
    from tests.figures.lives import go_on

    from luoshi.commands import write as module

    life, seal, roots = Life("patrol", 99), module._sealed, []

    def sealed(folder: Path, keys: Any) -> str:
        from luoshi.sealing.seal import seal as seal_on

        roots.append(seal(folder, keys))
        if len(roots) == 1:
            go_on(life, 3)
            seal_on(keys)
        return roots[-1]

    monkeypatch.setattr(module, "_sealed", sealed)
    code, told = write(shell, "--to", "report")
    assert code == 0, told
    assert len(roots) == 2
    assert roots[1] in told
