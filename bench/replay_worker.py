"""Years of a district replayed, as a program of its own on the store of ``DATABASE_URL``; prints what each took."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict

from bench.gold import ROOT
from luoshi.site import setup


def main() -> None:
    """``SCALE YEARS``: set up, replay year after year in one ledger, print a JSON list of reports."""
    scale, count = float(sys.argv[1]), int(sys.argv[2])
    setup()
    from luoshi.simulation.year.plan import read_plan  # noqa: PLC0415 - Django is set up by now
    from luoshi.simulation.year.running import Replay, Years, first_year  # noqa: PLC0415
    from luoshi.simulation.year.setting_up import set_up  # noqa: PLC0415
    from luoshi.site.stores import migrate  # noqa: PLC0415

    migrate()
    plan = read_plan(ROOT / "districts" / "hetang-2019.yaml")
    scene = set_up(plan, ROOT / "packs", scale=scale)
    first = first_year(plan.entry.year, count, scene.calendar)
    reports = []
    for n in range(count):
        reports.append(asdict(Replay(scene, Years(first, n + 1)).go()))
        reports[-1].pop("resumed")
        print(f"{first + n}: {reports[-1]['seconds']:.1f} s", file=sys.stderr)
    print(json.dumps(reports))


if __name__ == "__main__":
    main()
