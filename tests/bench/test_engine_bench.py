"""What the engine is measured against does the same work: the same rows by hand, the same net by enumeration."""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from bench.clients import Client, ClientError, Contender, in_turns, ready
from bench.engine_bare import Sqlite
from bench.engine_luoshi import TABLES
from bench.gold import ROOT
from bench.peers.flow import ACTS, BACK
from bench.soundness import Net, enumerated, net_of, wide


@pytest.fixture(scope="module")
def captured(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[dict[str, Any]]]:
    """A store with one hotline case carried by the engine, and what it wrote."""
    folder = tmp_path_factory.mktemp("bench")
    path = folder / "one.sqlite3"
    env = {**os.environ, "DATABASE_URL": f"sqlite:///{path}", "LUOSHI_HOME": str(folder), "LUOSHI_SECRET_KEY": "b" * 50}
    for arguments in (["prepare"], ["capture", str(folder / "rows.json")]):
        subprocess.run([sys.executable, "-m", "bench.engine_luoshi", *arguments], cwd=ROOT, env=env, check=True)
    return path, json.loads((folder / "rows.json").read_text(encoding="utf-8"))


def written(path: Path, case_id: int) -> dict[str, int]:
    """How many rows of each table belong to a case."""
    with sqlite3.connect(path) as db:
        return {
            table: db.execute(f"SELECT count(*) FROM {table} WHERE case_id = ?", (case_id,)).fetchone()[0]
            for table in TABLES
        }


@pytest.mark.parametrize("made", [False, True])
@pytest.mark.parametrize("mode", ["single", "bulk"])
def test_bare_sql_writes_what_the_engine_wrote(
    captured: tuple[Path, list[dict[str, Any]]], made: bool, mode: str
) -> None:
    path, steps = captured
    with sqlite3.connect(path) as db:
        before = db.execute("SELECT max(id) FROM casework_case").fetchone()[0]
    store = Sqlite(str(path), steps, made=made)
    getattr(store, mode)(2)
    store.db.close()
    assert written(path, before + 1) == written(path, before + 2) == written(path, 1)
    with sqlite3.connect(path) as db:
        columns = "stage, n, open, body, due_on, answered_on, struck_off_on, act_by, next_at, state"
        rows = db.execute(f"SELECT {columns} FROM casework_case WHERE id IN (1, ?)", (before + 1,)).fetchall()
        assert json.loads(rows[0][-1]) == json.loads(rows[1][-1])
        assert rows[0][:-1] == rows[1][:-1]
        if made:
            sql = "SELECT data, digest FROM casework_entry WHERE case_id = ? ORDER BY n"
            heads = ["00" * 32]
            for data, digest in db.execute(sql, (before + 1,)):
                assert json.loads(data)["prev"] == heads[-1]
                assert hashlib.sha256(data).digest() == digest
                heads.append(digest.hex())


def test_the_flow_of_the_other_engines_is_the_same_flow(captured: tuple[Path, list[dict[str, Any]]]) -> None:
    _, steps = captured
    acts = [json.loads(bytes.fromhex(step["casework_entry"][0]["data"]["hex"]))["act"] for step in steps]
    assert acts == list(ACTS)
    assert set(BACK) | set(BACK.values()) <= set(ACTS)


def test_enumeration_counts_every_state_of_the_same_net() -> None:
    for departments in (1, 2, 3):
        sound, states = enumerated(net_of(wide(departments)))
        assert sound
        assert states == 6**departments + 8  # six places a department, and the eight places outside of it
    assert enumerated(net_of(wide(9)), cap=0.1)[0] is None


def test_enumeration_finds_what_is_not_sound() -> None:
    start, left, right, final = 1, 2, 4, 8
    assert enumerated(Net(start, final, ((start, left | right), (left | right, final)))) == (True, 3)
    dead_end = Net(start, final, ((start, left), (left, final), (start, right)))
    token_left = Net(start, final, ((start, left | right), (left, final), (final | right, final)))
    never_taken = Net(start, final, ((start, final), (left, final)))
    assert [enumerated(net)[0] for net in (dead_end, token_left, never_taken)] == [False, False, False]


def test_a_client_that_ends_says_why_and_stops_nobody() -> None:
    with Contender("bad", [Client(sys.executable, "bench.no_such_module")], "single", 1) as bad:
        with pytest.raises(ClientError, match="no_such_module"):
            ready(bad.clients)
        in_turns([bad], 1)
        assert "no_such_module" in bad.why
        assert bad.rate is None
