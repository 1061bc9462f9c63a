"""Uploaded files: whole under their digest, or nothing."""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from luoshi.casework.errors import CaseworkError
from luoshi.casework.files import LEFT_SECONDS, TEMPORARY, Files

HALF = """
import sys, time
from pathlib import Path
from luoshi.casework.files import Files
class Slow:
    left = 1000
    def read(self, size):
        self.left -= 1
        print("block", flush=True)
        time.sleep(0.01)
        return b"x" * 1000 if self.left else b""
Files(Path(sys.argv[1])).put(Slow())
"""


class Broken:
    """A connection that is lost after a while."""

    def __init__(self, blocks: int) -> None:
        self.left = blocks

    def read(self, size: int) -> bytes:
        self.left -= 1
        if self.left < 0:
            raise ConnectionResetError
        return b"y" * 100


def everything(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_file_is_kept_under_its_digest_once(tmp_path: Path) -> None:
    files = Files(tmp_path)
    data = os.urandom(3_000_000)
    kept = files.put(io.BytesIO(data), size=len(data))
    again = files.put(io.BytesIO(data))
    assert kept == again
    assert kept.sha256 == hashlib.sha256(data).hexdigest()
    assert kept.size == 3_000_000
    assert everything(tmp_path) == [files.path(kept.sha256)]
    with files.open(kept.sha256) as stream:
        assert stream.read() == data
    assert kept.under("photo").sha256 == kept.sha256


@pytest.mark.parametrize("blocks", [0, 1, 7])
def test_a_lost_connection_leaves_nothing(tmp_path: Path, blocks: int) -> None:
    with pytest.raises(ConnectionResetError):
        Files(tmp_path).put(Broken(blocks))
    assert everything(tmp_path) == []


@pytest.mark.parametrize(
    ("data", "announced", "code"),
    [
        (b"12345", 6, "file_broken_off"),
        (b"12345", 4, "file_broken_off"),
        (b"", None, "file_empty"),
        (b"1" * 101, None, "file_too_large"),
        (b"1", 101, "file_too_large"),
    ],
)
def test_what_is_not_whole_is_refused_and_leaves_nothing(
    tmp_path: Path, data: bytes, announced: int | None, code: str
) -> None:
    with pytest.raises(CaseworkError) as told:
        Files(tmp_path, largest=100).put(io.BytesIO(data), size=announced)
    assert told.value.code == code
    assert everything(tmp_path) == []


def test_an_upload_killed_halfway_leaves_a_temporary_file_that_is_swept(tmp_path: Path) -> None:
    process = subprocess.Popen([sys.executable, "-c", HALF, str(tmp_path)], stdout=subprocess.PIPE)
    assert process.stdout is not None
    for _ in range(5):
        process.stdout.readline()
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    files = Files(tmp_path)
    (left,) = everything(tmp_path)
    assert left.name.startswith(TEMPORARY)
    assert files.sweep() == 0  # it might still be written
    assert files.sweep(now=lambda: time.time() + LEFT_SECONDS + 60) == 1
    assert everything(tmp_path) == []


def test_a_full_disk_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    if os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("a small file system can be mounted by root only")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(tmp_path)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("no file system can be mounted here")
    try:
        files = Files(tmp_path)
        kept = files.put(io.BytesIO(b"small"))
        with pytest.raises(CaseworkError) as told:
            files.put(io.BytesIO(os.urandom(2_000_000)))
        assert told.value.code == "store_full"
        assert everything(tmp_path) == [files.path(kept.sha256)]
    finally:
        subprocess.run(["umount", str(tmp_path)], check=True)


@pytest.mark.parametrize("digest", ["", "ab", "../../etc/passwd", "AB" * 32, "g" * 64, "ab" * 32 + "\n"])
def test_what_is_no_digest_is_no_path(tmp_path: Path, digest: str) -> None:
    with pytest.raises(CaseworkError) as told:
        Files(tmp_path).path(digest)
    assert told.value.code == "file_digest"


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(CaseworkError) as told:
        Files(tmp_path).open("ab" * 32)
    assert told.value.code == "file_missing"
