"""``luoshi packs`` as a person meets it."""

from __future__ import annotations

import os
import re
import stat
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.mechanisms.sample import PACKS, SAMPLE

from luoshi.cli import luoshi
from luoshi.messages import set_language
from luoshi.terminal import run


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("LUOSHI_PACKS", raising=False)
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    monkeypatch.setenv("LC_ALL", "")
    yield
    set_language("en")


def pack(name: str, text: str = SAMPLE, folder: str = "packs") -> Path:
    """A pack in the folder of packs."""
    path = Path(folder) / name / "mechanism.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(text.replace("id: sample", f"id: {name}"), encoding="utf-8")
    return path


UNSOUND = SAMPLE.replace("records: [handler], stops: [limit, due]", "stops: [limit, due]")
WARNED = SAMPLE.replace("  days: {", "  more: {zh: 多, en: More, type: text}\n  days: {")


def said(capsys: pytest.CaptureFixture[str], *args: str) -> tuple[int, str, str]:
    code = run(luoshi, ["packs", *args])
    told = capsys.readouterr()
    return code, told.out, told.err


def line_of(text: str, begin: str) -> int:
    return next(number for number, line in enumerate(text.splitlines(), 1) if line.strip().startswith(begin))


def test_sound_packs_are_counted(capsys: pytest.CaptureFixture[str]) -> None:
    pack("one")
    pack("two")
    code, out, err = said(capsys, "check")
    assert (code, err) == (0, "")
    counts = "sound: 7 stages, 15 actions, 5 clocks; 1 settings to fill in"
    assert out == f"packs/one/mechanism.yaml: {counts}\npacks/two/mechanism.yaml: {counts}\n"


def test_a_fault_names_file_line_place_remedy_and_way(capsys: pytest.CaptureFixture[str]) -> None:
    path = pack("one", UNSOUND)
    code, out, _ = said(capsys, "check")
    assert code == 1
    line = line_of(UNSOUND, "verify:")
    way = "   way: give → new → send → handling → report → checking → verify"
    assert f"{path}:{line}: actions.verify.needs.other_than: on this way nobody was recorded as handler" in out
    assert way in out.splitlines()
    assert out.endswith("1 of 1 definitions are not sound\n")


def test_it_speaks_chinese(capsys: pytest.CaptureFixture[str]) -> None:
    pack("one", UNSOUND)
    assert run(luoshi, ["--lang", "zh", "packs", "check"]) == 1
    out = capsys.readouterr().out
    assert "照此走法，没有人记为 handler" in out
    assert "   走法：give → new" in out
    assert "1 个定义中有 1 个站不住" in out


def test_a_pack_that_is_not_there_is_told_with_where_to_look(capsys: pytest.CaptureFixture[str]) -> None:
    pack("one")
    code, out, err = said(capsys, "show", "two")
    assert (code, out) == (2, "")
    assert err == "luoshi: there is no pack two; luoshi packs list shows those that are there\n"


def test_a_summary_speaks_one_language(capsys: pytest.CaptureFixture[str]) -> None:
    pack("one", re.sub(r"(?m)^summary: .*$", "summary: 交办、办结。 Given and done.", SAMPLE))
    assert "\nGiven and done.\n" in said(capsys, "show", "one")[1]
    assert run(luoshi, ["--lang", "zh", "packs", "show", "one"]) == 0
    out = capsys.readouterr().out
    assert "\n交办、办结。\n" in out
    assert "（one v1，" in out


def test_what_is_only_pointed_out_refuses_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    path = pack("one", WARNED)
    code, out, _ = said(capsys, "check")
    assert code == 0
    line = line_of(WARNED, "more:")
    assert out.startswith(f"{path}:{line}: note: fields.more: no action takes the field more")
    assert "sound:" in out


def test_a_pack_a_file_and_a_folder_can_be_named(capsys: pytest.CaptureFixture[str]) -> None:
    path = pack("one", folder="mine")
    pack("two", UNSOUND, folder="mine")
    assert said(capsys, "check", str(path))[0] == 0
    assert said(capsys, "check", str(path.parent))[0] == 0
    assert said(capsys, "check", "mine")[0] == 1
    code, out, _ = said(capsys, "check", str(path), str(path.parent))
    assert (code, out.count("sound:")) == (0, 1)


def test_the_variable_names_the_folder(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    pack("one", folder="elsewhere")
    pack("two", UNSOUND)
    monkeypatch.setenv("LUOSHI_PACKS", "elsewhere")
    assert said(capsys, "check")[0] == 0


def test_beside_the_installation_are_packs_to_fall_back_on(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = said(capsys, "list")
    assert code == 0
    assert {path.parent.name for path in PACKS.glob("*/mechanism.yaml")} == {
        line.split()[0] for line in out.splitlines()
    }


def test_sources_are_looked_at_on_the_day_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    pack("one")
    assert said(capsys, "check", "--on", "2020-01-01")[0] == 0
    code, out, _ = said(capsys, "check", "--on", "2019-12-31")
    assert code == 1
    assert "on 2019-12-31 no source of this legal limit is in force (the last: 某法, 2020-01-01 to …)" in out
    code, _, err = said(capsys, "check", "--on", "yesterday")
    assert code == 2
    assert "yesterday is no date" in err


@pytest.mark.parametrize(
    ("text", "code"), [("a: &a b", 2), ("- 1", 2), ("", 2), ("id: one", 1), (SAMPLE.replace("status: active", ""), 1)]
)
def test_what_cannot_be_read_ends_with_2_and_what_is_wrong_with_1(
    capsys: pytest.CaptureFixture[str], text: str, code: int
) -> None:
    pack("one", text)
    pack("two")
    found, out, _ = said(capsys, "check")
    assert found == code
    assert "packs/two/mechanism.yaml: sound" in out


def test_nothing_there_and_nothing_readable(capsys: pytest.CaptureFixture[str]) -> None:
    for args in (["check", "nowhere"], ["show", "nowhere"], ["draw", "nowhere"]):
        code, out, err = said(capsys, *args)
        assert (code, out) == (2, "")
        assert "nowhere" in err
    Path("packs").mkdir()
    assert said(capsys, "check")[0] == 2
    assert said(capsys, "list")[0] == 2


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_file_that_may_not_be_read(capsys: pytest.CaptureFixture[str]) -> None:
    pack("one").chmod(stat.S_IWUSR)
    code, _, err = said(capsys, "check")
    assert code == 2
    assert "packs/one/mechanism.yaml: it cannot be read (Permission denied)" in err


def test_a_name_cannot_steer_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    pack("one", SAMPLE.replace("numbering:", '"\\x41\\u00e9bad key": 1\nnumbering:'), folder="a\x1b[31mb")
    code, out, _ = said(capsys, "check", "a\x1b[31mb")
    assert code == 1
    assert "\x1b" not in out


def test_list_and_show(capsys: pytest.CaptureFixture[str]) -> None:
    pack("one")
    code, out, _ = said(capsys, "list")
    assert (code, out) == (0, "one  v1  active  Sample  7 stages, 15 actions\n")
    code, out, _ = said(capsys, "show", "one")
    assert code == 0
    assert out.startswith("Sample (one v1, active)\n")
    rows = [" ".join(line.split()) for line in out.splitlines()]
    assert "new New Office By" in rows
    assert "closed Closed closed" in rows
    assert "send Send Office new → handling" in rows
    assert "due By promised limit the day in: By" in rows
    assert "review Review legal limit 30 自然日 《某法》 第一条 [statute]" in rows
    easy = "Easy: 7 工作日; Hard: 20 工作日 by default"
    assert f"limit Limit legal limit {easy} 《某法》 第一条 [statute]" in rows
    assert "checking Checking internal limit as the place sets it (check_days)" in rows
    assert "check_days Check 工作日" in rows
    assert not any(row.startswith("limit_days") for row in rows)


def test_show_tells_other_places_practice_as_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = said(capsys, "show", str(PACKS / "hotline"))
    assert code == 0
    assert "elsewhere, as an example: 潍坊市 5 工作日, 济南市 5 工作日, 安阳市 5 工作日" in out


def test_a_broken_pack_is_not_listed_and_the_others_are(capsys: pytest.CaptureFixture[str]) -> None:
    pack("one")
    pack("two", "a: *b")
    code, out, err = said(capsys, "list")
    assert code == 2
    assert out.startswith("one ")
    assert "packs/two/mechanism.yaml:1" in err


def test_draw(capsys: pytest.CaptureFixture[str]) -> None:
    pack("one")
    code, out, err = said(capsys, "draw", "one", "-o", "one.bpmn", "-o", "one.svg")
    assert (code, out, err) == (0, "", "Wrote one.bpmn\nWrote one.svg\n")
    assert ET.parse("one.bpmn").getroot().tag.endswith("definitions")
    assert ET.parse("one.svg").getroot().tag.endswith("svg")
    code, _, err = said(capsys, "draw", "one", "-o", "one.svg")
    assert code == 2
    assert "--force" in err
    assert said(capsys, "draw", "one", "-o", "one.svg", "--force")[0] == 0
    assert said(capsys, "draw", "one", "-o", "one.png")[0] == 2
    code, out, _ = said(capsys, "draw", "one")
    assert code == 0
    assert out == Path("one.bpmn").read_text(encoding="utf-8")


def test_an_unsound_pack_is_not_drawn(capsys: pytest.CaptureFixture[str]) -> None:
    pack("one", UNSOUND)
    code, out, _ = said(capsys, "draw", "one", "-o", "one.svg")
    assert code == 1
    assert "on this way nobody was recorded" in out
    assert not Path("one.svg").exists()
