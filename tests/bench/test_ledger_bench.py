"""The ledger's bench measures what it says: its log verifies, its tree is the log's tree."""

from __future__ import annotations

from bench.ledger import Tree, proof_rows, rows
from bench.ledger_log import entries

from luoshi.ledger.chain import verify_chain
from luoshi.ledger.tlog import append, tree_hash


def test_the_log_is_one_of_whole_chains() -> None:
    log = list(entries(30, sm3=True))
    assert len(log) == 240
    for case in {case for case, _, _ in log}:
        row = verify_chain([data for of, _, data in log if of == case], sm3=True)
        assert row is not None and row[0] == case and "closed" in row


def test_the_tree_is_the_logs_tree() -> None:
    size = 70_000
    stored = append(0, [Tree.leaf(number) for number in range(size)], lambda indexes: [])
    tree = Tree(size)
    for part in (1, 255, 256, 257, 65_536, 65_537, size):
        assert tree_hash(part, tree.reader(part)) == tree_hash(part, lambda indexes: [stored[i] for i in indexes])


def test_rows_of_a_small_run() -> None:
    told = [row[0] for row in rows(cases=40, rounds=2)]
    assert told[:5] == [
        "tree hashing alone (the bound)", "seal, sqlite", "export, sqlite", "seal, postgresql", "export, postgresql",
    ]  # fmt: skip
    assert "verify, 1 process" in told
    assert [row[0] for row in proof_rows(1000)] == [1000]
