"""``luoshi packs check`` on files that mean harm: one clear line, at once, in little memory."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from tests.mechanisms.sample import SAMPLE

MEMORY = 600 * 1024 * 1024
SECONDS = 30


def laughs() -> str:
    """A billion laughs: ten anchors, each ten times the one before."""
    lines = ['a0: &a0 ["ha", "ha", "ha", "ha", "ha", "ha", "ha", "ha", "ha", "ha"]']
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    return "\n".join(lines)


HOSTILE = {
    "anchors": (laughs().encode(), "anchors and aliases are not read"),
    "huge": (b"id: x\n" + b"# filler\n" * 60_000_000, "larger than"),
    "long line": (b"id: " + b"x" * 5_000_000, "larger than"),
    "deep": (b"[" * 100_000, "20"),
    "deep mapping": ("".join(" " * n + "a:\n" for n in range(400)).encode(), "20"),
    "object": (b"id: !!python/object/apply:os.system ['true']", "tag"),
    "binary": (bytes(range(256)) * 100, ""),
    "merge": (SAMPLE.replace("status: active", "status: active\n<<: {id: y}").encode(), ""),
    "many": (("fields:\n" + "".join(f"  f{n}: 1\n" for n in range(20_000))).encode(), ""),
}


def limited() -> None:
    """Little memory for the process that reads."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


@pytest.mark.parametrize("name", list(HOSTILE))
def test_a_hostile_definition_is_refused_in_one_way(tmp_path: Path, name: str) -> None:
    text, told = HOSTILE[name]
    folder = tmp_path / "hostile"
    folder.mkdir()
    (folder / "mechanism.yaml").write_bytes(text)
    done = subprocess.run(
        [sys.executable, "-c", "from luoshi.cli import main; main()", "--lang", "en", "packs", "check", str(folder)],
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
        preexec_fn=limited,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )
    assert done.returncode in (1, 2), done.stderr
    assert done.stderr == ""
    lines = done.stdout.splitlines()
    assert lines[0].startswith(f"{folder}/mechanism.yaml:")
    assert told in done.stdout
    assert lines[-1] == "1 of 1 definitions are not sound"
    assert len(lines) <= 102
    assert all(len(line) < 1000 for line in lines)


@pytest.mark.parametrize("kind", ["folder", "pipe", "endless"])
def test_what_is_no_file_is_refused(tmp_path: Path, kind: str) -> None:
    folder = tmp_path / "hostile"
    folder.mkdir()
    path = folder / "mechanism.yaml"
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to("/dev/zero")
    done = subprocess.run(
        [sys.executable, "-c", "from luoshi.cli import main; main()", "--lang", "en", "packs", "check", str(folder)],
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
        preexec_fn=limited,
    )
    assert done.returncode == 2, (done.stdout, done.stderr)
    assert str(folder) in done.stdout + done.stderr
