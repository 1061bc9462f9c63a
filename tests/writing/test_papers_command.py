"""``luoshi paper`` as somebody at the terminal meets it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from tests.casework.district import ROOT
from tests.desk import place

from luoshi.messages import set_language
from luoshi.terminal import run


@pytest.fixture
def shell(store: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Any:
    """Runs a command in an empty folder: its exit code, and what it printed."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LUOSHI_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LUOSHI_PACKS", str(ROOT / "packs"))
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    set_language("en")
    place.make("supervision")
    done = place.task()

    def command(*args: str, officer: str = "o-office-1") -> tuple[int, str]:
        from luoshi.cli import luoshi

        capfd.readouterr()
        code = run(luoshi, ["paper", *args, "--district", place.DISTRICT, "--officer", officer])
        told = capfd.readouterr()
        return code, told.out + told.err

    command.case = done.case  # type: ignore[attr-defined]
    return command


ONE = pytest.mark.parametrize("store", ["sqlite"], indirect=True)


@ONE
def test_the_papers_of_a_case_are_listed_and_written(shell: Any, tmp_path: Path) -> None:
    code, told = shell("list", shell.case)
    assert code == 0
    assert [line.split("\t")[1:3] for line in told.splitlines()] == [["notice", "督办通知"], ["ledger", "督查督办台账"]]
    code, told = shell(shell.case, "notice", "-o", "notice.docx", "-o", "notice.pdf")
    assert code == 0, told
    assert "Wrote notice.docx" in told
    assert (tmp_path / "notice.docx").read_bytes()[:2] == b"PK"
    page = pypdfium2.PdfDocument(tmp_path / "notice.pdf")[0]
    assert "的督办通知" in page.get_textpage().get_text_range()
    code, told = shell(shell.case, "ledger", "-o", "ledger.pdf")
    assert code == 0, told


@ONE
def test_a_missing_font_is_told(shell: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from luoshi.writing.papers import fonts

    monkeypatch.setitem(fonts.WANTED, "body", ("仿宋_没有",))
    code, told = shell(shell.case, "notice", "-o", "notice.pdf")
    assert code == 0
    assert "仿宋_没有 is not installed here; " in told


@ONE
@pytest.mark.parametrize(
    ("args", "officer", "want"),
    [
        (("CASE", "circular", "-o", "x.pdf"), "o-office-1", "has no paper circular"),
        (("supervision-2026-999999", "ledger", "-o", "x.pdf"), "o-office-1", "there is no case"),
        (("CASE", "ledger", "-o", "x.pdf"), "nobody", "there is no case"),
        (("CASE", "ledger", "-o", "x.odt"), "o-office-1", ".docx"),
        (("CASE", "ledger", "-o", "there.pdf"), "o-office-1", "there already"),
        (("CASE", "notice", "-o", "x.pdf", "--reveal", " "), "o-office-1", ""),
    ],
)
def test_what_cannot_be_done_is_told_and_nothing_is_written(
    shell: Any, tmp_path: Path, args: tuple[str, ...], officer: str, want: str
) -> None:
    (tmp_path / "there.pdf").write_text("mine")
    code, told = shell(*(shell.case if one == "CASE" else one for one in args), officer=officer)
    assert want in told
    if want:
        assert code == 2
        assert not (tmp_path / "x.pdf").exists()
        assert (tmp_path / "there.pdf").read_text() == "mine"


@ONE
def test_a_faulty_template_of_the_office_is_named_with_its_line(shell: Any, tmp_path: Path) -> None:
    folder = tmp_path / "home" / "papers"
    folder.mkdir(parents=True)
    (folder / "notice.md").write_text("---\nkind: form\n---\n\n{{ titel }}\n", encoding="utf-8")
    code, told = shell(shell.case, "notice", "-o", "x.docx")
    assert code == 2
    assert f"{folder / 'notice.md'}:5: {{{{ titel }}}} is nothing" in told
    assert not (tmp_path / "x.docx").exists()


@ONE
@pytest.mark.parametrize(("module", "suffix"), [("typst", "pdf"), ("docx", "docx")])
def test_a_writer_that_is_not_installed_is_told(
    shell: Any, monkeypatch: pytest.MonkeyPatch, module: str, suffix: str
) -> None:
    import sys

    from luoshi.writing.papers import fonts

    fonts._fonts.cache_clear()
    monkeypatch.setitem(sys.modules, module, None)
    code, told = shell(shell.case, "ledger", "-o", f"x.{suffix}")
    assert code == 2
    assert "pip install" in told
