"""Asks DuckDB what the stores were asked; JSON in, JSON out. Runs in ``.venv-bench``, without Luoshi."""

from __future__ import annotations

import importlib
import json
import sys
import time
from typing import Any

ROUNDS = 3


def main() -> None:
    """Fill, ask, tell."""
    given = json.load(sys.stdin)
    try:
        duckdb: Any = importlib.import_module("duckdb")
    except ImportError:
        json.dump({"missing": "duckdb"}, sys.stdout)
        return
    raw = duckdb.connect(":memory:")
    start = time.perf_counter()
    for sql in given["fill"]:
        raw.execute(sql)
    made = time.perf_counter() - start
    rows: dict[str, Any] = {}
    failed: list[str] = []
    seconds = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        for name, sql in given["asks"]:
            try:
                found = raw.execute(sql).fetchall()
            except duckdb.Error:
                failed.append(name)
                continue
            rows[name] = [[None if one is None else str(int(one)) for one in row] for row in found]
        seconds.append(time.perf_counter() - start)
    told = {
        "made": made,
        "seconds": seconds,
        "rows": rows,
        "failed": sorted(set(failed)),
        "version": duckdb.__version__,
    }
    json.dump(told, sys.stdout)


if __name__ == "__main__":
    main()
