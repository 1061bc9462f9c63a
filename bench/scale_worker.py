"""The million cases measured, as a program of its own on the store of ``DATABASE_URL``; prints JSON."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

from bench.scale_rows import NOW, OFFICERS, SIDE, again, copied, org, seeded
from luoshi.site import setup

SWEEPS = 3
PAGES = 100
PAGE = 50


def rss() -> float:
    """Resident memory in MiB."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    raise ValueError("no VmRSS")


def prepare() -> dict[str, Any]:
    """An empty store becomes one with the million cases."""
    from tests.casework.district import DISTRICT, set_up  # noqa: PLC0415 - Django is set up by now
    from tests.casework.walker import PACKS  # noqa: PLC0415

    from luoshi.site.stores import migrate  # noqa: PLC0415

    migrate()
    set_up(*PACKS)
    org(DISTRICT)
    quiet, due = seeded(DISTRICT)
    start = time.perf_counter()
    copied(quiet, due)
    return {"made": time.perf_counter() - start, "quiet": len(quiet), "due": len(due)}


def swept() -> dict[str, Any]:
    """A thousand due rungs found and claimed, some times over; and a sweep that finds nothing."""
    from tests.casework.district import DISTRICT  # noqa: PLC0415 - Django is set up by now

    from luoshi.casework.sweeping import sweep  # noqa: PLC0415

    before, times = rss(), []
    for number in range(SWEEPS):
        if number:
            again(number)
        start = time.perf_counter()
        found = sweep(DISTRICT, now=NOW)
        times.append(time.perf_counter() - start)
        if found.done != SIDE or found.failed:
            raise ValueError(
                f"{found.done} rungs claimed, {len(found.failed)} cases failed: {list(found.failed.items())[:1]}"
            )
    start = time.perf_counter()
    if sweep(DISTRICT, now=NOW).done:
        raise ValueError("a rung was claimed twice")
    return {"seconds": times, "idle": time.perf_counter() - start, "before": before, "after": rss()}


def paged() -> dict[str, Any]:
    """Pages of the inbox of each kind of officer: the first, all those that follow it, and by what is late."""
    from tests.casework.district import DISTRICT  # noqa: PLC0415 - Django is set up by now

    from luoshi.casework.door import Filters, page, sight  # noqa: PLC0415

    told: dict[str, Any] = {}
    for officer in OFFICERS:
        first: list[float] = []
        following: list[float] = []
        late: list[float] = []
        rows = 0
        page(sight(DISTRICT, officer, NOW.date().isoformat()))
        before = rss()
        after = None
        for number in range(PAGES):
            start = time.perf_counter()
            found = page(sight(DISTRICT, officer, NOW.date().isoformat()), Filters(), after, PAGE)
            (following if after is not None else first).append((time.perf_counter() - start) * 1000)
            rows += len(found.rows)
            after = found.next if number % 10 else None
            start = time.perf_counter()
            page(sight(DISTRICT, officer, NOW.date().isoformat()), Filters(timing="late"), None, PAGE)
            late.append((time.perf_counter() - start) * 1000)
        told[officer] = {
            "first": first, "following": following, "late": late, "rows": rows, "before": before, "after": rss(),
        }  # fmt: skip
    return told


def main() -> None:
    """Prepare, sweep, page."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    setup()
    with answers:
        made = prepare()
        made["pages"] = paged()
        made["sweep"] = swept()
        json.dump(made, answers)


if __name__ == "__main__":
    main()
