"""``luoshi figures`` as a person meets it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.casework.district import DISTRICT, ROOT
from tests.figures.lives import export, live
from tests.figures.test_probing import COUNT, file_of
from tests.stores import TestStore

from luoshi.cli import luoshi
from luoshi.messages import set_language
from luoshi.terminal import run


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LUOSHI_PACKS", str(ROOT / "packs"))
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    monkeypatch.setenv("LC_ALL", "")
    monkeypatch.setattr("luoshi.commands.figures.open_store", lambda: None)
    yield
    set_language("en")


def said(capfd: pytest.CaptureFixture[str], *args: str) -> tuple[int, str, str]:
    """Exit code, output, and what was said beside it."""
    code = run(luoshi, list(args))
    out, err = capfd.readouterr()
    return code, out, err


def test_the_same_figures_from_the_store_and_from_an_export(
    store: TestStore, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    live(("patrol", "hotline"), steps=40)
    made = export(tmp_path / "ledger")
    asked = ("--period", "2025", "--format", "json")
    code, out, _ = said(capfd, "figures", "--district", DISTRICT, *asked)
    offline_code, offline, _ = said(capfd, "figures", "--export", str(made), *asked)
    assert (code, offline_code) == (0, 0)
    assert out == offline
    found = {one["id"]: one for one in json.loads(out)}
    patrols = found["patrol.volume"]
    assert patrols["name"] == {"zh": "河长巡河次数", "en": "Patrols of river chiefs"}
    assert patrols["value"] == len(patrols["entries"]) > 0
    assert (patrols["unit"], patrols["period"]) == ("次", "2025")
    assert patrols["root"] in (made / "checkpoint").read_text()
    assert "SELECT" in patrols["definition"]["query"]
    assert found["wage_arrears.closed_rate"]["value"] is None
    assert found["wage_arrears.closed_rate"]["reason"] == "no_cases"


def test_what_a_person_reads(store: TestStore, capfd: pytest.CaptureFixture[str]) -> None:
    live(("patrol",), steps=40)
    asked = (
        "figures",
        "--district",
        DISTRICT,
        "--period",
        "2025",
        "--id",
        "patrol.volume",
        "--id",
        "hotline.closed_rate",
    )
    code, out, _ = said(capfd, *asked)
    assert code == 0
    assert re.search(r"^patrol\.volume  Patrols of river chiefs: \d+ times? \(\d+ entries\)$", out, re.MULTILINE)
    assert "hotline.closed_rate  Hotline: verified and closed: no cases (0 entries)" in out
    assert "not all entries are sealed yet" in out


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("--district", "x", "--period", "soon"), "soon is no period"),
        (("--district", "x", "--period", "2019", "--id", "no.such"), "there is no figure no.such"),
        (("--district", "x"), "give --district and --period"),
        (("--export", "nowhere", "--period", "2019"), "nowhere"),
    ],
)
@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_what_cannot_be_evaluated(
    store: TestStore, capfd: pytest.CaptureFixture[str], args: tuple[str, ...], words: str
) -> None:
    code, out, err = said(capfd, "figures", *args)
    assert code == 2
    assert words in err
    assert out == ""


def test_check_names_the_place(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = file_of(tmp_path, COUNT)
    assert said(capfd, "figures", "check", str(path)) == (0, f"{path}: right: 1 figures\n", "")
    path = file_of(tmp_path, "SELECT count(*) AS value FROM access_account")
    code, out, _ = said(capfd, "figures", "check", str(tmp_path))
    assert code == 1
    assert out.startswith(f"{path}:9: figures[0].query: access_account cannot be asked;")
    path.write_text("figures:\n  - id: hotline.x\n", encoding="utf-8")
    code, out, _ = said(capfd, "figures", "check", str(path))
    assert code == 1
    assert f"{path}:2:" in out
    assert said(capfd, "figures", "check", str(tmp_path / "nothing.yaml"))[0] == 2


def test_every_code_has_its_sentence() -> None:
    from luoshi.words.figures import MESSAGES

    rooms = [*(ROOT / "src/luoshi/figures").glob("*.py"), ROOT / "src/luoshi/ledger/relations.py"]
    text = "\n".join(path.read_text(encoding="utf-8") for path in rooms)
    codes = set(re.findall(r'(?:FigureError|LedgerError)\(\s*"([a-z_:]+)"', text))
    codes |= set(re.findall(r'_finding\(document, "([a-z_]+)"', text))
    assert len(codes) > 20
    assert codes - MESSAGES.keys() - {"export_wrong", "not_canonical"} == set()
