"""The repository keeps its promises: locks, documents, contracts, set-up."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path
from typing import Any

import click
import pytest
import yaml
from packaging.requirements import Requirement

import luoshi
from luoshi.cli import luoshi as root_command

ROOT = Path(__file__).resolve().parent.parent
READMES = [ROOT / "README.md", ROOT / "README.zh-CN.md"]
LOCKS = [ROOT / "requirements" / name for name in ("run.txt", "dev.txt", "bench.txt")]
REQUIREMENT = re.compile(r"^([a-z0-9][a-z0-9._-]*)==([^\s;\\]+)", re.M)


def tracked() -> list[Path]:
    """Every file of the repository; without git (an unpacked archive) every file that is not made by a tool."""
    if (ROOT / ".git").exists() and shutil.which("git"):
        names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
        return [ROOT / name for name in names.split("\0") if name and (ROOT / name).is_file()]
    made = {
        ".git",
        ".venv",
        ".venv-bench",
        ".venv-bench-engines",
        "__pycache__",
        ".mypy_cache",
        ".ruff_cache",
        ".pytest_cache",
        ".hypothesis",
    }
    return [path for path in ROOT.rglob("*") if path.is_file() and not made & set(path.relative_to(ROOT).parts)]


def documents() -> list[Path]:
    return [path for path in tracked() if path.suffix == ".md"]


def indented(path: Path) -> list[str]:
    """The command lines that a document shows: indented, or in a console block after ``$``."""
    text = path.read_text(encoding="utf-8")
    shown = re.findall(r"^(?: {4}|\$ )((?:\.venv/bin/)?(?:luoshi|make)\b[^\n]*)", text, re.M)
    return [line.split(" #")[0].strip() for line in shown]


def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


# --- locks


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: str(path.name))
def test_every_locked_release_is_exact_and_has_hashes(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    entries = re.split(r"^(?=[a-z0-9])", text, flags=re.M)[1:]
    assert entries
    for entry in entries:
        assert REQUIREMENT.match(entry), entry.splitlines()[0]
        assert re.search(r"--hash=sha256:[0-9a-f]{64}\b", entry), entry.splitlines()[0]
    assert "://" not in text
    assert "index-url" not in text
    assert "find-links" not in text


def test_locks_agree_and_hold_what_the_project_asks_for() -> None:
    run, dev, bench = (dict(REQUIREMENT.findall(lock.read_text(encoding="utf-8"))) for lock in LOCKS)
    assert run.items() <= dev.items()
    assert run.items() <= bench.items()
    wanted = project()["project"]
    assert {Requirement(item).name for item in wanted["dependencies"]} <= set(run)
    assert {Requirement(item).name for item in wanted["optional-dependencies"]["dev"]} <= set(dev)
    assert set(project()["build-system"]["requires"]) <= set(dev)


def test_what_is_installed_is_what_is_locked() -> None:
    lines = re.findall(r"^[\w-]+(?:\[[\w,-]+\])?==[^\\\n]+", LOCKS[0].read_text(encoding="utf-8"), re.M)
    here = [one for one in map(Requirement, lines) if one.marker is None or one.marker.evaluate()]
    assert len(here) > 10
    for one in here:
        assert one.specifier.contains(metadata.version(one.name)), one


def test_set_up_installs_from_the_locks_by_hash() -> None:
    script = (ROOT / "scripts" / "setup.sh").read_text(encoding="utf-8")
    assert "--require-hashes --no-deps -r requirements/run.txt -r requirements/dev.txt" in script
    assert len(re.findall(r"^\s*pip install", script, re.M)) == 2
    assert "--no-deps --no-build-isolation --no-index -e ." in script


def test_no_dependency_is_under_the_gpl() -> None:
    for name, _ in REQUIREMENT.findall(LOCKS[1].read_text(encoding="utf-8")):
        try:
            about = metadata.metadata(name)
        except metadata.PackageNotFoundError:
            continue  # for another platform
        # Some put their licence's whole text there; its name stands at the head.
        licence = f"{about.get('License-Expression', '')} {about.get('License', '')[:80]}"
        stated = [line for line in about.get_all("Classifier") or [] if line.startswith("License")]
        for text in (licence, *stated):
            assert not re.search(r"(?<!L)(?<!Lesser )\bA?GPL|General Public License", text.replace("LGPL", "")), name


# --- set-up on a bare machine


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """What set-up needs of the checkout, elsewhere, with a PATH of its own in ``bin``."""
    for folder in ("scripts", "requirements"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in ("sh", "cat", "cut", "sha256sum", "dirname", "printf", "flock"):
        found = shutil.which(name)
        if found:
            (tools / name).symlink_to(found)
    fake(tools / "id", "echo 1000")
    return tmp_path


def fake(path: Path, body: str) -> None:
    path.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
    path.chmod(0o755)


def set_up(checkout: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["/bin/sh", "scripts/setup.sh"],
        cwd=checkout,
        env={"PATH": str(checkout / "bin"), "HOME": str(checkout)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_set_up_says_what_to_install_when_there_is_no_python(checkout: Path) -> None:
    fake(checkout / "bin" / "python3", "exit 1")  # an older Python, for which the version check fails
    done = set_up(checkout)
    assert done.returncode == 1
    assert "needs Python 3.11 or newer" in done.stderr
    assert "apt-get install python3 python3-venv" in done.stderr
    assert not (checkout / ".venv").exists()


def test_set_up_names_the_package_when_ensurepip_is_missing(checkout: Path) -> None:
    fake(checkout / "bin" / "python3", f'case "$2" in *ensurepip*) exit 1;; esac\nexec {sys.executable} "$@"')
    done = set_up(checkout)
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert done.returncode == 1
    assert f"sudo apt-get install python{version}-venv" in done.stderr
    assert not (checkout / ".venv").exists()


def test_set_up_installs_the_package_itself_when_it_may(checkout: Path) -> None:
    fake(checkout / "bin" / "id", "echo 0")
    fake(checkout / "bin" / "apt-get", 'echo "apt-get $*"')
    fake(checkout / "bin" / "python3", f'case "$2" in *ensurepip*) exit 1;; esac\nexec {sys.executable} "$@"')
    done = set_up(checkout)
    assert re.search(r"apt-get install .*python3\.\d+-venv", done.stderr)
    assert done.returncode == 1


def test_ci_is_one_call_of_make_test() -> None:
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    lines = [
        line for line in script.read_text(encoding="utf-8").splitlines() if not line.startswith(("#", "set ", "cd "))
    ]
    assert lines == ["exec make test"]
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8"))
    steps = [step.get("run", "") for step in workflow["jobs"]["test"]["steps"]]
    assert any(step.startswith("make test") for step in steps)


# --- documents


def test_both_readmes_show_the_same_commands() -> None:
    english, chinese = (indented(path) for path in READMES)
    assert english == chinese
    assert "make demo" in english
    assert "make test" in english


def test_the_readmes_show_true_output() -> None:
    assert all("```console\n$ luoshi" in path.read_text(encoding="utf-8") for path in READMES)
    done = subprocess.run(
        [sys.executable, "scripts/readme.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_every_command_shown_exists() -> None:
    targets = set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    seen = 0
    for path in documents():
        for line in indented(path):
            words = shlex.split(line)
            if words[0] == "make":
                assert next(word for word in words[1:] if "=" not in word) in targets, f"{path.name}: {line}"
            else:
                check_command(words[1:], f"{path.name}: {line}")
            seen += 1
    assert seen > 10


def check_command(words: list[str], where: str) -> None:
    """Parse ``words`` as the command line would, without running anything."""
    end = next((place for place, word in enumerate(words) if word in ("|", ">")), len(words))
    words = words[:end]
    command: click.Command = root_command
    context = click.Context(command, info_name="luoshi")
    while isinstance(command, click.Group):
        while words and words[0].startswith("--"):
            option = next((one for one in command.get_params(context) if words[0] in one.opts), None)
            assert isinstance(option, click.Option), f"{where}: {words[0]}"
            words = words[1:] if option.is_flag else words[2:]
        if not words:
            return
        name, command, words = command.resolve_command(context, words)
        assert command is not None, where
    try:
        command.make_context(name, list(words), parent=context)
    except click.exceptions.Exit:
        pass  # --help
    except click.UsageError as error:
        pytest.fail(f"{where}: {error}")


def test_links_lead_somewhere() -> None:
    for path in documents():
        for target in re.findall(r"\]\(([^)\s]+)\)", path.read_text(encoding="utf-8")):
            if not re.match(r"[a-z]+:|#", target):
                assert (path.parent / target.split("#")[0]).exists(), f"{path.name}: {target}"


def test_chinese_documents_use_full_width_punctuation() -> None:
    for path in documents():
        if "zh-CN" in path.name:
            text = re.sub(r"```.*?```|`[^`]*`|^ {4}.*$", "", path.read_text(encoding="utf-8"), flags=re.S | re.M)
            found = re.search(r"[\u4e00-\u9fff][,;:!?]|[\u4e00-\u9fff]\(", text)
            assert found is None, f"{path.name}: {text[found.start() - 10 : found.end() + 10]}" if found else ""


def test_no_file_names_a_machine_or_a_registry() -> None:
    # Put together, so that this file does not name them itself.
    machine = [f"/{folder}/" for folder in ("work", "root")] + [r"/home/[a-z]", r"C:\\Users"]
    registry = [rf"pypi\.{'org'}", rf"python{'hosted'}", rf"npm{'js'}\.", rf"deb\.{'debian'}"]
    for path in tracked():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        for pattern in machine + registry:
            found = re.search(rf"(?<![\w.]){pattern}", text)
            assert found is None, f"{path.relative_to(ROOT)}: {found and found[0]}"


def test_publiccode_is_valid() -> None:
    about = yaml.safe_load((ROOT / "publiccode.yml").read_text(encoding="utf-8"))
    mandatory = {"name", "url", "platforms", "categories", "developmentStatus", "softwareType"}
    assert mandatory | {"description", "legal", "maintenance", "localisation"} <= set(about)
    assert re.fullmatch(r"0\.\d+(\.\d+)?", about["publiccodeYmlVersion"])
    assert about["softwareVersion"] == luoshi.__version__
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", about["releaseDate"])
    assert about["developmentStatus"] in {"concept", "development", "beta", "stable", "obsolete"}
    assert about["legal"]["license"] == project()["project"]["license"] == "Apache-2.0"
    assert all(contact["name"] for contact in about["maintenance"]["contacts"])
    assert set(about["description"]) == set(about["localisation"]["availableLanguages"])
    for text in about["description"].values():
        assert len(text["genericName"]) <= 35
        assert len(text["shortDescription"]) <= 150
        assert 150 <= len(text["longDescription"]) <= 10_000
        assert all(len(feature) <= 100 for feature in text["features"])


def test_changelog_knows_the_version_or_what_is_coming() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert "## [Unreleased]" in text or f"## [{luoshi.__version__}]" in text


# --- code


def test_modules_are_small() -> None:
    for path in sorted((ROOT / "src").rglob("*.py")):
        assert len(path.read_text(encoding="utf-8").splitlines()) < 400, path.relative_to(ROOT)


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("reading/model.py", "import luoshi.writing.json_out"),
        ("reading/errors.py", "import rich"),
        ("reading/outline.py", "import socket"),
        ("writing/json_out.py", "import luoshi.cli"),
    ],
)
def test_the_import_contract_notices_a_wrong_arrow(module: str, line: str, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "src", tmp_path / "src")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    path = tmp_path / "src" / "luoshi" / module
    path.write_text(path.read_text(encoding="utf-8") + f"\n{line}\n", encoding="utf-8")
    done = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache", "--no-logo"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path / "src")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stdout
    assert "BROKEN" in done.stdout


def test_pre_commit_configuration_is_valid() -> None:
    tool = Path(sys.executable).parent / "pre-commit"
    done = subprocess.run(
        [tool, "validate-config", ROOT / ".pre-commit-config.yaml"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
