"""The ledger: entries a second sealed, exported and verified, and how proofs grow with the log.

The log is synthetic (``bench.ledger_log``): eight entries a case of some 660 bytes, with three commitments.
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from tests.stores import Server

from bench.gold import ROOT
from bench.table import Table
from luoshi.ledger.note import Verifier, new_signer
from luoshi.ledger.proof import check_consistency, check_inclusion, consistency_proof, inclusion_proof
from luoshi.ledger.tiles import WIDTH, Tile, TileBuilder, tile_reader
from luoshi.ledger.tlog import Hash, ReadHashes, leaf_hash, subtree_hash, tree_hash
from luoshi.sealing.checking import check

SEAL_AIM, VERIFY_AIM = 100_000, 200_000
COLUMNS = ("what", "entries", "entries/s", "least", "most", "CPU µs each", "aim")
PROOF_COLUMNS = ("leaves", "inclusion: hashes", "µs to check", "consistency: hashes", "µs to check ", "log₂")
LARGEST = 10_000_000
SAMPLES = 200

Row = tuple[str, str, str, str | None, str | None, str | None, str]


def ledger_tables(cases: int = 65_000, rounds: int = 5) -> Iterator[Table]:
    """What sealing and verifying cost, and how proofs grow."""
    table = Table(f"The ledger: {8 * cases:,} entries; every seal durable and signed; {_cores()} cores", COLUMNS)
    for row in rows(cases, rounds):
        table.add(*row)
    yield table
    proofs = Table("Proofs: size and time grow with the logarithm of the log", PROOF_COLUMNS)
    for size, *cells in proof_rows():
        proofs.add(f"{size:,}", *cells)
    yield proofs


def rows(cases: int = 65_000, rounds: int = 5) -> Iterator[Row]:
    """Rows of the first table: hashing alone as the bound, sealing and exporting on both stores, verifying."""
    yield _row("tree hashing alone (the bound)", [(8 * cases, _hashing(8 * cases)) for _ in range(3)], 0)
    with tempfile.TemporaryDirectory(prefix="luoshi-bench-") as name:
        folder = Path(name)
        for vendor in ("sqlite", "postgresql"):
            done = _on(vendor, folder, cases, rounds)
            yield _row(f"seal, {vendor}", done["seals"], SEAL_AIM)
            yield _row(f"export, {vendor}", done["export"], 0)
        for processes in sorted({1, _cores()}):
            before = _processor_seconds()
            times = [_verify(folder / "sqlite.export", processes) for _ in range(3)]
            cpu = (_processor_seconds() - before) / sum(entries for entries, _ in times)
            aim = VERIFY_AIM if processes == 2 else 0
            yield _row(f"verify, {processes} {'process' if processes == 1 else 'processes'}", times, aim, cpu)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _processor_seconds() -> float:
    """Of this process and of those that it has waited for: what else runs on the machine adds little to it."""
    own, others = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + others.ru_utime + others.ru_stime


def _row(what: str, times: Sequence[tuple[int, float]], aim: int, cpu: float | None = None) -> Row:
    rates = [entries / seconds for entries, seconds in times]
    median = statistics.median(rates)
    reached = f"≥{aim:,} {'reached' if median >= aim else 'not reached'}" if aim else "–"
    least, most = (f"{min(rates):,.0f}", f"{max(rates):,.0f}") if len(rates) > 1 else (None, None)
    entries = f"{sum(entries for entries, _ in times) // len(times):,}"
    each = None if cpu is None else f"{cpu * 1e6:.1f}"
    return what, entries, f"{median:,.0f}", least, most, each, reached


def _on(vendor: str, folder: Path, cases: int, rounds: int) -> dict[str, list[tuple[int, float]]]:
    command = [sys.executable, "-m", "bench.ledger_worker", str(cases), str(rounds), str(folder / f"{vendor}.export")]

    def run(url: str) -> dict[str, list[tuple[int, float]]]:
        place = {"DATABASE_URL": url, "LUOSHI_HOME": str(folder), "LUOSHI_SECRET_KEY": "b" * 50}
        done = subprocess.run(command, cwd=ROOT, env={**os.environ, **place}, check=True, capture_output=True)
        found: dict[str, list[tuple[int, float]]] = json.loads(done.stdout)
        return found

    if vendor == "sqlite":
        return run(f"sqlite:///{folder}/bench.sqlite3")
    with Server() as server:
        return run(server.create("bench"))


def _verify(folder: Path, processes: int) -> tuple[int, float]:
    names = [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()]
    key: Verifier = new_signer("bench.example/log", bytes(32)).verifier
    start = time.perf_counter()
    report = check(folder, names, [key], processes=processes, size=WIDTH * len(names))
    seconds = time.perf_counter() - start
    if report.fault is not None:
        raise AssertionError(report.fault)
    return report.entries, seconds


def _hashing(size: int) -> float:
    leaves = [leaf_hash(number.to_bytes(8, "big")) for number in range(size)]
    builder = TileBuilder()
    start = time.perf_counter()
    for first in range(0, size, WIDTH):
        for _ in builder.add(leaves[first : first + WIDTH]):
            pass
    builder.root()
    return time.perf_counter() - start


# --- proofs


class Tree:
    """A log of numbers as leaves: of its tiles only those above the lowest are kept, the lowest are made when asked."""

    def __init__(self, size: int) -> None:
        self.rows: list[list[Hash]] = [[], []]
        builder = TileBuilder()
        for n in range(size // WIDTH):
            top = subtree_hash(self.leaves(n))
            self.rows[1].append(top)
            for tile, hashes in builder.add_full(top):
                if tile.level + 1 == len(self.rows):
                    self.rows.append([])
                self.rows[tile.level + 1].append(subtree_hash(hashes))

    @staticmethod
    def leaf(number: int) -> Hash:
        """The hash of one leaf."""
        return leaf_hash(number.to_bytes(8, "big"))

    def leaves(self, n: int) -> list[Hash]:
        """The leaf hashes of the full tile ``n``."""
        return [self.leaf(number) for number in range(n * WIDTH, (n + 1) * WIDTH)]

    def reader(self, size: int) -> ReadHashes:
        """Reads hashes of the log as it was with ``size`` leaves."""

        def read_tile(tile: Tile) -> bytes:
            start = tile.n * WIDTH
            row = self.leaves(tile.n) if tile.level == 0 else self.rows[tile.level][start : start + WIDTH]
            return b"".join(row[: tile.width])

        return tile_reader(size, read_tile)


def proof_rows(largest: int = LARGEST) -> Iterator[tuple[int, str, str, str, str, str]]:
    """For logs of a thousand to ``largest`` leaves: the length of proofs, and microseconds to check one."""
    tree = Tree(largest)
    size = 1000
    while size <= largest:
        yield (size, *_proofs(tree, size), f"{size.bit_length() - 1}")
        size *= 10


def _proofs(tree: Tree, size: int) -> Iterator[str]:
    read = tree.reader(size)
    root = tree_hash(size, read)
    places = [size * i // SAMPLES for i in range(SAMPLES)]
    proofs = [inclusion_proof(place, size, read) for place in places]
    leaves = [tree.leaf(place) for place in places]
    yield _lengths(proofs)
    yield _micros(
        [
            lambda proof=proof, place=place, leaf=leaf: check_inclusion(proof, place, size, root, leaf)
            for proof, place, leaf in zip(proofs, places, leaves, strict=True)
        ]
    )
    olds = [max(1, place) for place in places]
    roots = [tree_hash(old, tree.reader(old)) for old in olds]
    proofs = [consistency_proof(old, size, read) for old in olds]
    yield _lengths(proofs)
    yield _micros(
        [
            lambda proof=proof, old=old, old_root=old_root: check_consistency(proof, old, size, old_root, root)
            for proof, old, old_root in zip(proofs, olds, roots, strict=True)
        ]
    )


def _lengths(proofs: Sequence[Sequence[Hash]]) -> str:
    return f"{statistics.mean(map(len, proofs)):.1f}, at most {max(map(len, proofs))}"


def _micros(checks: Sequence[Callable[[], bool]]) -> str:
    best = []
    for _ in range(5):
        start = time.perf_counter()
        for check_one in checks:
            if not check_one():
                raise AssertionError("a proof does not hold")
        best.append(time.perf_counter() - start)
    return f"{min(best) / len(checks) * 1e6:.0f}"
