"""The ledger on the store of ``DATABASE_URL``, as a program: fill it with a synthetic log, seal and export it.

Prints one JSON object: seconds of each round's seal and of the export, and how many entries there were.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from bench.ledger_log import entries
from luoshi.ledger.entry import digest
from luoshi.site import setup

ORIGIN = "bench.example/log"
ROWS = 20_000
COLUMNS = ("id", "district", "case_id", "n", "data", "digest")


def main() -> None:
    """``CASES ROUNDS FOLDER``: eight entries a case, sealed in so many rounds; the export goes to the folder."""
    cases, rounds, folder = int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])
    setup()
    from luoshi.ledger.note import new_signer  # noqa: PLC0415 - Django is set up by now
    from luoshi.sealing.exporting import export_to  # noqa: PLC0415
    from luoshi.sealing.keys import Keys  # noqa: PLC0415
    from luoshi.sealing.seal import seal  # noqa: PLC0415
    from luoshi.site.stores import migrate  # noqa: PLC0415

    migrate()
    keys = Keys((new_signer(ORIGIN, bytes(32)),))
    rows = _rows(cases)
    seals = []
    for _ in range(rounds):
        _fill(islice(rows, 8 * cases // rounds))
        start = time.perf_counter()
        sealed = seal(keys)
        seals.append((sealed.entries, time.perf_counter() - start))
    start = time.perf_counter()
    export_to(folder, keys)
    print(json.dumps({"seals": seals, "export": [(8 * cases, time.perf_counter() - start)]}))


def _rows(cases: int) -> Iterator[tuple[object, ...]]:
    for number, (case, n, data) in enumerate(entries(cases), 1):
        yield number, "yunxi", int(case[-7:]) + 1, n, data, digest(data)


def _fill(rows: Iterator[tuple[object, ...]]) -> None:
    from luoshi.casework.sql import writing  # noqa: PLC0415

    while part := list(islice(rows, ROWS)):
        with writing() as tx:
            tx.insert("casework_entry", COLUMNS, part)


if __name__ == "__main__":
    main()
