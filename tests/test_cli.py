"""The command line as a person meets it: what is printed, what is written, what is refused."""

from __future__ import annotations

import gettext
import json
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from openpyxl import load_workbook

from luoshi import __version__, files
from luoshi.cli import luoshi
from luoshi.messages import set_language
from luoshi.reading.errors import ReadError
from luoshi.terminal import cells, run

ROOT = Path(__file__).resolve().parent.parent
LAST_YEAR = """霁川区人民政府工作报告
——2025年1月8日在霁川区第五届人民代表大会第四次会议上
区长 周明远

各位代表：
现在，我代表区人民政府向大会报告工作，请予审议。
一、2024年工作回顾
过去一年，我们改造老旧小区12个，新增停车泊位800个。
二、2025年工作安排
2025年，地区生产总值增长6%左右，一般公共预算收入增长5%。
（一）办好民生实事。新建口袋公园6个，改造老旧小区15个，新增公办幼儿园学位1200个。
（二）守好生态底线。完成人工造林3000亩，加强河道巡查。
"""
THIS_YEAR = """霁川区人民政府工作报告
——2026年1月9日在霁川区第五届人民代表大会第五次会议上
区长 周明远

各位代表：
现在，我代表区人民政府向大会报告工作，请予审议。
一、2025年工作回顾
过去一年，地区生产总值增长6.2%，一般公共预算收入增长4.1%。新建口袋公园7个，改造老旧小区15个。
二、2026年工作安排
2026年，地区生产总值增长6%。
（一）办好民生实事。新建口袋公园8个。
"""


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


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "report.txt"
    path.write_text(LAST_YEAR, encoding="utf-8")
    return path


@pytest.fixture
def next_report(tmp_path: Path) -> Path:
    path = tmp_path / "next.txt"
    path.write_text(THIS_YEAR, encoding="utf-8")
    return path


def call(args: Sequence[str | Path], *, data: bytes = b"", **environ: str) -> subprocess.CompletedProcess[bytes]:
    """Run ``luoshi`` as a process of its own, in the C locale unless ``environ`` says otherwise."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("LC_", "LANG", "LUOSHI"))}
    return subprocess.run(
        [sys.executable, "-c", "from luoshi.cli import main; main()", *map(str, args)],
        input=data,
        capture_output=True,
        env={**clean, "LANG": "C.UTF-8", **environ},
        timeout=60,
        check=False,
    )


def here(*args: str | Path) -> int:
    """Run ``luoshi`` in this process; quicker, and the same code."""
    return run(luoshi, ["--lang", "en", *map(str, args)])


def leftovers(folder: Path, *known: Path) -> list[Path]:
    return sorted(set(folder.iterdir()) - set(known))


# --- what is printed


def test_help_keeps_its_columns_and_its_width_in_chinese(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COLUMNS", "50")
        assert run(luoshi, ["--lang", "zh", "simulate", "--help"]) == 0
    lines = capsys.readouterr().out.splitlines()
    options = lines[lines.index("选项：") + 1 : lines.index("  例如：") - 1]
    begins = {cells(line) - cells(line.lstrip()) for line in options if not line.startswith("  -")}
    assert len(begins) == 1
    column = begins.pop()
    named = [line.split("  ")[1] for line in options if line.startswith("  -")]
    assert column == max(map(cells, named)) + 4
    assert max(cells(line) for line in lines if "luoshi simulate" not in line) <= 50
    assert not any(line.strip().startswith(("，", "。", "；", "、")) for line in lines)
    assert "    luoshi simulate --mechanism hotline --cases 1000 --seed 1" in lines


def test_a_full_disk_behind_standard_output_is_no_fault() -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("no /dev/full")
    with full.open("wb") as stream:
        done = subprocess.run(
            [sys.executable, "-c", "from luoshi.cli import main; main()", "due", "2025-09-25", "20", "工作日"],
            stdout=stream,
            stderr=subprocess.PIPE,
            env={**os.environ, "LC_ALL": "C.UTF-8"},
            check=False,
        )
    assert done.returncode == 2
    assert done.stderr.decode() == (
        "luoshi: the output cannot be written (No space left on device); make room, then do it again\n"
    )


def test_wrong_use_is_told_in_chinese_punctuation(capsys: pytest.CaptureFixture[str]) -> None:
    for args, last in (
        (["verify"], "错误：缺少参数“[报告] 文件夹”。"),
        (["pack"], "错误：没有“pack”这个命令。是否要写“packs”？"),
        (["calendar", "add", "x"], "错误：缺少选项“--district”。"),
    ):
        assert run(luoshi, ["--lang", "zh", *args]) == 2
        assert capsys.readouterr().err.splitlines()[-1] == last


def test_version() -> None:
    assert call(["--version"]).stdout.decode().strip() == f"luoshi {__version__}"


def test_start_up_imports_nothing_heavy() -> None:
    code = (
        "import sys; from luoshi.cli import luoshi; from luoshi.terminal import run; run(luoshi, ['--help']);"
        "heavy = {'lxml', 'rich', 'pypdfium2', 'xlsxwriter', 'python_calamine', 'platformdirs'} & set(sys.modules);"
        "sys.exit(f'imported: {heavy}' if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()


@pytest.mark.parametrize("path", [[], ["read"], ["compare"], ["tasks"], ["tasks", "check"]])
def test_help_is_all_chinese_in_a_chinese_locale(path: list[str]) -> None:
    english = call([*path, "--help"]).stdout.decode()
    for environ in (
        {"LANG": "zh_CN.UTF-8"},
        {"LC_MESSAGES": "zh_CN.UTF-8"},
        {"LANG": "de_DE", "LC_ALL": "zh_TW.UTF-8"},
    ):
        chinese = call([*path, "--help"], **environ).stdout.decode()
        assert "用法：" in chinese
        assert not {"Usage", "Options", "Commands", "Show", "OPTIONS", "FILE"} & set(chinese.split())
        assert chinese.count("--") == english.count("--")
    assert call(["--lang", "zh", *path, "--help"]).stdout.decode() == chinese
    assert call(["--lang=en", *path, "--help"], LANG="zh_CN.UTF-8").stdout.decode() == english


def test_wrong_use_is_told_in_the_readers_language() -> None:
    english, chinese = call(["read"]), call(["--lang", "zh", "read"])
    assert (english.returncode, chinese.returncode) == (2, 2)
    assert "Missing argument 'FILE'" in english.stderr.decode()
    assert "缺少参数“文件”。" in chinese.stderr.decode()
    assert "没有“--nix”这个选项。" in call(["--lang", "zh", "read", "--nix"]).stderr.decode()


def test_without_output_a_summary_is_shown(report: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert here("read", report) == 0
    shown = capsys.readouterr().out
    assert "霁川区人民政府工作报告" in shown
    assert "2025" in shown
    assert "新建口袋公园6个" in shown
    assert "luoshi read FILE -o tasks.xlsx" in shown


def test_summary_speaks_chinese(report: Path) -> None:
    shown = call(["read", report], LC_ALL="zh_CN.UTF-8").stdout.decode()
    assert "目标任务" in shown
    assert "Promises" not in shown


def test_json_is_alone_on_standard_output(report: Path, tmp_path: Path) -> None:
    done = call(["read", report, "--format", "json", "-o", tmp_path / "tasks.xlsx"])
    data = json.loads(done.stdout)
    assert data["schema"] == "luoshi-reading/1"
    assert data["text"] == LAST_YEAR
    assert "tasks.xlsx" in done.stderr.decode()


def test_standard_input_is_read_as_the_file_is(report: Path) -> None:
    piped = json.loads(call(["read", "-", "--format", "json", "--name", "report.txt"], data=report.read_bytes()).stdout)
    direct = json.loads(call(["read", report, "--format", "json"]).stdout)
    assert piped == direct


def test_json_is_utf8_in_any_locale(report: Path) -> None:
    done = call(["read", report, "--format", "json"], PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert json.loads(done.stdout.decode("utf-8"))["text"] == LAST_YEAR


def test_a_terminal_without_chinese_shows_question_marks(report: Path) -> None:
    done = call(["read", report], PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert done.returncode == 0
    assert b"?" in done.stdout


# --- what is written


def test_outputs_are_written_by_their_endings(report: Path, tmp_path: Path) -> None:
    wanted = [tmp_path / name for name in ("tasks.xlsx", "reading.html", "reading.json")]
    assert here("read", report, *(text for path in wanted for text in ("-o", path))) == 0
    assert load_workbook(wanted[0]).sheetnames
    assert "霁川区" in wanted[1].read_text(encoding="utf-8")
    assert json.loads(wanted[2].read_text(encoding="utf-8"))["plan_year"] == 2025
    assert leftovers(tmp_path, report, *wanted) == []


def test_outputs_have_the_usual_permissions(report: Path, tmp_path: Path) -> None:
    mask = os.umask(0o027)
    try:
        assert here("read", report, "-o", tmp_path / "a.json") == 0
    finally:
        os.umask(mask)
    assert stat.S_IMODE((tmp_path / "a.json").stat().st_mode) == 0o640


def test_force_replaces_and_follows_a_link(report: Path, tmp_path: Path) -> None:
    real, link = tmp_path / "real.json", tmp_path / "link.json"
    real.write_text("old", encoding="utf-8")
    link.symlink_to(real)
    assert here("read", report, "-o", link) == 2
    assert real.read_text(encoding="utf-8") == "old"
    assert here("read", report, "-o", link, "--force") == 0
    assert link.is_symlink()
    assert json.loads(real.read_text(encoding="utf-8"))
    assert leftovers(tmp_path, report, real, link) == []


def test_when_one_output_cannot_be_put_in_place_none_is(
    report: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    old, new, bad = tmp_path / "old.json", tmp_path / "new.html", tmp_path / "bad.xlsx"
    old.write_text("old", encoding="utf-8")
    real = files._rename

    def rename(temporary: Path, target: Path) -> None:
        if target == bad:
            raise ReadError("output_unwritable", name=str(target), reason="No space left on device")
        real(temporary, target)

    monkeypatch.setattr(files, "_rename", rename)
    assert here("read", report, "-o", old, "-o", new, "-o", bad, "--force") == 2
    assert "No space left on device" in capsys.readouterr().err
    assert old.read_text(encoding="utf-8") == "old"
    assert leftovers(tmp_path, report, old) == []


def test_a_failure_while_writing_leaves_nothing(report: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("luoshi.writing.workbook.write_workbook", full)
    assert here("read", report, "-o", tmp_path / "a.json", "-o", tmp_path / "b.xlsx") == 2
    assert leftovers(tmp_path, report) == []


# --- what is refused


def refusals(tmp_path: Path, report: Path) -> dict[str, tuple[list[str | Path], str]]:
    (tmp_path / "there.xlsx").write_bytes(b"mine")
    (tmp_path / "folder.json").mkdir()
    (tmp_path / "empty.txt").write_bytes(b"")
    (tmp_path / "data.json").write_bytes(b"{}")
    out = tmp_path / "out.json"
    return {
        "missing": (["read", tmp_path / "nix.docx", "-o", out], "there is no such file"),
        "folder": (["read", tmp_path, "-o", out], "it is a folder"),
        "empty": (["read", tmp_path / "empty.txt", "-o", out], "there is no text in it"),
        "exists": (["read", report, "-o", out, "-o", tmp_path / "there.xlsx"], "--force"),
        "output folder": (["read", report, "-o", tmp_path / "folder.json"], "the output is a folder"),
        "no such folder": (["read", report, "-o", out, "-o", tmp_path / "nix" / "a.html"], "cannot be written"),
        "ending": (["read", report, "-o", out, "-o", tmp_path / "a.doc"], ".xlsx .html .json"),
        "no ending": (["read", report, "-o", tmp_path / "out"], ".xlsx .html .json"),
        "twice": (["read", report, "-o", out, "-o", tmp_path / "." / "out.json"], "given twice"),
        "input": (["read", tmp_path / "data.json", "-o", tmp_path / "data.json", "--force"], "replace the input"),
        "compare ending": (["compare", report, report, "-o", tmp_path / "a.xlsx"], ".json"),
        "no workbook": (["tasks", "check", tmp_path / "nix.xlsx"], "there is no such file"),
        "a folder for a workbook": (["tasks", "check", tmp_path], "it is a folder"),
        "not a workbook": (["tasks", "check", report], "cannot be read as a workbook"),
    }


REFUSED = [
    "missing",
    "folder",
    "empty",
    "exists",
    "output folder",
    "no such folder",
    "ending",
    "no ending",
    "twice",
    "input",
    "compare ending",
    "no workbook",
    "a folder for a workbook",
    "not a workbook",
]


@pytest.mark.parametrize("case", REFUSED)
def test_refused_in_one_line_with_nothing_written(
    case: str, report: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    args, says = refusals(tmp_path, report)[case]
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert here(*args) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.count("\n") == 1, printed.err
    assert says in printed.err
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_input_over_the_limit_is_not_read_whole(tmp_path: Path) -> None:
    huge = tmp_path / "huge.txt"
    with huge.open("wb") as stream:
        stream.truncate(4 * 1024**3)
    begun = time.monotonic()
    done = call(["read", huge])
    assert done.returncode == 2
    assert "64 MiB" in done.stderr.decode()
    assert time.monotonic() - begun < 10


@pytest.mark.slow
def test_endless_standard_input_is_refused() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", "from luoshi.cli import main; main()", "--lang", "en", "read", "-"],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdin is not None
        assert process.stderr is not None
        with pytest.raises(BrokenPipeError):
            for _ in range(10_000):
                process.stdin.write(b"a" * 1024 * 1024)
        assert b"64 MiB" in process.stderr.read()
    assert process.returncode == 2


def test_control_characters_in_a_name_do_not_reach_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    assert here("read", "nix\x1b[2J\n.txt") == 2
    printed = capsys.readouterr().err
    assert "\x1b" not in printed
    assert printed.count("\n") == 1


def test_a_fault_of_ours_is_one_line_and_exit_70(
    report: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr("luoshi.reading.sources.load", broken)
    assert here("read", report) == 70
    printed = capsys.readouterr().err
    assert "Traceback" not in printed
    assert "boom" in printed
    assert printed.count("\n") == 1
    monkeypatch.setenv("LUOSHI_DEBUG", "1")
    assert here("read", report) == 70
    assert "Traceback" in capsys.readouterr().err


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_interrupted_leaves_nothing_and_no_trace(number: signal.Signals, code: int, tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", "from luoshi.cli import main; main()", "read", "-", "-o", str(tmp_path / "a.json")],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        for _ in range(600):
            if any(tmp_path.iterdir()):
                break
            time.sleep(0.05)
        assert any(tmp_path.iterdir()), "the temporary file never appeared"
        process.send_signal(number)
        _, told = process.communicate(timeout=30)
    assert process.returncode == code
    assert b"Traceback" not in told
    assert list(tmp_path.iterdir()) == []


def test_a_closed_pipe_is_no_error(report: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "wb") as closed:
        done = subprocess.run(
            [sys.executable, "-c", "from luoshi.cli import main; main()", "read", str(report), "--format", "json"],
            stdout=closed,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert done.stderr == b""
    assert done.returncode == 141


# --- compare, tasks check


def test_compare_gives_a_verdict_for_each_promise(report: Path, next_report: Path, tmp_path: Path) -> None:
    out = tmp_path / "compared.json"
    done = call(["compare", report, next_report, "--format", "json", "-o", out])
    found = json.loads(done.stdout)
    assert json.loads(out.read_text(encoding="utf-8")) == found
    verdicts = {item["promise"]["text"]: item["verdict"] for item in found if item["promise"]["targets"]}
    told = "".join(verdicts)
    assert "口袋公园6个" in told
    assert {verdict for text, verdict in verdicts.items() if "口袋公园" in text} == {"met"}
    assert {verdict for text, verdict in verdicts.items() if "公共预算收入" in text} == {"missed"}
    assert {verdict for text, verdict in verdicts.items() if "造林" in text} == {"absent"}


def test_compare_shows_a_table(report: Path, next_report: Path) -> None:
    shown = call(["compare", report, next_report], LC_ALL="zh_CN.UTF-8", COLUMNS="200").stdout.decode()
    assert "未完成" in shown
    assert "口袋公园" in shown


def test_both_reports_cannot_be_piped_in(capsys: pytest.CaptureFixture[str]) -> None:
    assert here("compare", "-", "-") == 2
    assert "standard input" in capsys.readouterr().err


def test_tasks_check_names_rows_until_all_are_filled(
    report: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workbook = tmp_path / "tasks.xlsx"
    assert here("read", report, "-o", workbook) == 0
    capsys.readouterr()
    assert here("tasks", "check", workbook) == 1
    shown = capsys.readouterr().out
    assert "who is responsible" in shown
    assert "Rows that lack something" in shown
