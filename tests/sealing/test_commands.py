"""``luoshi ledger`` and ``luoshi erase`` as their keeper meets them, from the key to an export that verifies."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from tests.ledger.factory import entries
from tests.stores import TestStore

from luoshi.words.sealing import SEALING_MESSAGES

from .factory import DISTRICT, insert, named, open_case

ORIGIN = "ledger.yunxi.example/log"


def luoshi(store: TestStore, *arguments: str, lang: str = "en") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from luoshi.cli import main; main()", "--lang", lang, *arguments]
    return subprocess.run(
        command, env=store.environ, capture_output=True, text=True, check=False, timeout=120, stdin=subprocess.DEVNULL
    )


def test_from_the_key_to_an_export_that_verifies(store: TestStore, tmp_path: Path) -> None:
    refused = luoshi(store, "ledger", "seal", lang="zh")
    assert (refused.returncode, refused.stdout) == (2, "") and "还没有密钥" in refused.stderr
    refused = luoshi(store, "ledger", "key")
    assert refused.returncode == 2 and "the log has no name yet" in refused.stderr
    made = luoshi(store, "ledger", "key", "--origin", ORIGIN)
    assert made.returncode == 0 and made.stdout.startswith(f"{ORIGIN}+") and made.stdout.count("\n") == 1
    assert luoshi(store, "ledger", "key").stdout == made.stdout
    log = [*entries(99, 5), *open_case(200, party="p1", secrets=[{"caller": "王小明"}])]
    insert(named(log), range(1, len(log) + 1))
    refused = luoshi(store, "ledger", "export", str(tmp_path / "out"))
    assert refused.returncode == 2 and "nothing was sealed yet" in refused.stderr
    sealed = luoshi(store, "ledger", "seal")
    assert sealed.returncode == 0 and sealed.stdout.startswith(f"Sealed 496 entries; the log {ORIGIN} has 496, root ")
    done = luoshi(store, "ledger", "export", str(tmp_path / "out"), lang="zh")
    assert (done.returncode, done.stdout) == (0, "") and "100 个事项的 496 条记录" in done.stderr
    assert luoshi(store, "ledger", "export", str(tmp_path / "out")).returncode == 2
    assert luoshi(store, "ledger", "export", str(tmp_path / "out"), "--force").returncode == 0
    verified = luoshi(store, "verify", str(tmp_path / "out"), "--key", made.stdout.strip())
    assert verified.returncode == 0 and "496 in 100 cases" in verified.stdout
    # Erasing changes nothing of it.
    erased = luoshi(store, "erase", "--district", DISTRICT, "--party", "p1", "--dry-run")
    assert (erased.returncode, erased.stdout) == (0, "HL-2026-00200: plaintexts of the entries 1\n")
    refused = luoshi(store, "erase", "--district", DISTRICT, "--party", "p1", lang="zh")
    assert refused.returncode == 2 and "--yes" in refused.stderr
    erased = luoshi(store, "erase", "--district", DISTRICT, "--party", "p1", "--yes", "--by", "officer 7")
    assert erased.returncode == 0 and erased.stdout.endswith("Erased: 1 plaintexts in 1 cases\n")
    # Again there is nothing to ask about.
    again = luoshi(store, "erase", "--district", DISTRICT, "--party", "p1")
    assert again.returncode == 0 and "Nothing personal is there" in again.stdout
    assert luoshi(store, "ledger", "export", str(tmp_path / "after")).returncode == 0
    assert (tmp_path / "after/manifest.json").read_bytes() == (tmp_path / "out/manifest.json").read_bytes()


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_the_key_is_changed(store: TestStore) -> None:
    first = luoshi(store, "ledger", "key", "--origin", ORIGIN).stdout
    both = luoshi(store, "ledger", "key", "--add").stdout
    assert both.startswith(first) and both.count("\n") == 2
    assert luoshi(store, "ledger", "seal").returncode == 0
    after = luoshi(store, "ledger", "key", "--retire", first.strip())
    assert after.returncode == 0 and sorted(after.stdout.splitlines()) == sorted(both.splitlines())
    refused = luoshi(store, "ledger", "key", "--retire", both.splitlines()[1])
    assert refused.returncode == 2 and "the only key that signs" in refused.stderr
    assert luoshi(store, "ledger", "seal").returncode == 0
    refused = luoshi(store, "ledger", "key", "--origin", "else.example")
    assert refused.returncode == 2 and "the name given is else.example" in refused.stderr
    (store.home / "ledger.key").chmod(0o644)
    assert "chmod 600" in luoshi(store, "ledger", "seal").stderr


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_an_empty_database_is_made_ready_and_one_that_is_not_there_is_told(store: TestStore, tmp_path: Path) -> None:
    luoshi(store, "ledger", "key", "--origin", ORIGIN)
    empty = TestStore("sqlite", f"sqlite:///{tmp_path}/empty.sqlite3", store.home)
    sealed = luoshi(empty, "ledger", "seal")
    assert sealed.returncode == 0 and sealed.stdout.startswith("Sealed 0 entries")
    nowhere = TestStore("sqlite", f"sqlite:///{tmp_path}/none/x.sqlite3", store.home)
    refused = luoshi(nowhere, "erase", "--district", DISTRICT, "--party", "p1")
    assert refused.returncode == 2 and "there is no such folder" in refused.stderr


def test_every_code_has_its_text() -> None:
    """A code without a text would end as a fault of the program, in front of the person who needs the text."""
    root = Path(__file__).parents[2] / "src" / "luoshi"
    sources = [path.read_text() for path in (root / "sealing").glob("*.py")]
    sources.append((root / "commands" / "sealing.py").read_text())
    codes = {code for text in sources for code in re.findall(r'SealingError\(\s*"([a-z_]+)"', text)}
    assert len(codes) > 20
    assert codes | {"store_full", "store_lost", "store_busy", "unsound"} == set(SEALING_MESSAGES)
