"""``python -m bench``: print the benchmarks' tables. ``docs/bench.md`` says what each figure means."""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench import environment, gold
from bench.annual import annual_tables
from bench.desk import desk_tables
from bench.due import due_table
from bench.engine import Size, engine_tables
from bench.figures import figures_tables
from bench.gold import GoldError, Labelled
from bench.ledger import ledger_tables
from bench.peers.table import peers_table
from bench.quality import compare_table, quality_table
from bench.replay import SCALE, YEARS, replay_tables
from bench.scale import scale_table
from bench.soundness import soundness_table
from bench.speed import speed_table, start_table
from bench.table import Table, show
from luoshi import __version__

PARTS = (
    "quality", "peers", "speed", "engine", "soundness", "due", "scale", "ledger", "annual", "desk", "figures", "replay",
)  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what is asked for. Returns 0, or 2 when labels cannot be used."""
    options = _options(arguments)
    tables: list[Table] = []
    print(_head(), end="\n\n")
    try:
        for table in _tables(options):
            show(table)
            tables.append(table)
    except GoldError as error:
        print(f"Error: {error}", file=sys.stderr)
        return 2
    if options.json:
        data = {"about": _head(), "tables": [table.as_json() for table in tables]}
        options.json.write_text(json.dumps(data, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Benchmarks of Luoshi; see docs/bench.md.")
    parser.add_argument(
        "--gold", type=Path, metavar="DIR", help="labels of a report (default: LUOSHI_GOLD, or ../shared/gold)"
    )
    parser.add_argument("--text", type=Path, metavar="PATH", help="the report's text, or the folder of the texts")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"run these parts only: {', '.join(PARTS)}")
    parser.add_argument("--only", choices=PARTS, help="the same, for one part")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the tables there, too")
    parser.add_argument("--examples", type=int, default=0, metavar="N", help="show up to N errors of each figure")
    parser.add_argument("--no-install", action="store_true", help="do not make or renew .venv-bench")
    parser.add_argument("--with-jionlp", action="store_true", help="install jionlp, too, whose jiojio is under the GPL")
    parser.add_argument(
        "--with-engines",
        action="store_true",
        help="install SpiffWorkflow (LGPL) and django-viewflow (AGPL) in .venv-bench-engines, to compare with",
    )
    parser.add_argument("--years", type=int, default=YEARS, help="replay: how many years in one ledger (10)")
    parser.add_argument("--years-scale", type=float, default=SCALE, help="replay: their size; 1 is the full one (0.05)")
    options = parser.parse_args(arguments)
    unknown = [part for part in options.parts if part not in PARTS]
    if unknown:
        parser.error(f"no part {unknown[0]!r}; there are {', '.join(PARTS)}")
    options.parts = {*options.parts, *([options.only] if options.only else [])} or set(PARTS)
    return options


def _head() -> str:
    python = f"Python {platform.python_version()}"
    return f"Luoshi {__version__} · {datetime.date.today()} · {platform.machine()}, {os.cpu_count()} cores · {python}"


def _tables(options: argparse.Namespace) -> Iterator[Table]:
    if options.parts & {"quality", "peers", "speed"}:
        yield from _reading_tables(options)
    if "engine" in options.parts:
        problems = environment.ensure_engines() if options.with_engines and not options.no_install else []
        there = environment.python(environment.ENGINES_FOLDER).exists()
        yield from engine_tables(Size(), engines=there, problems=problems)
    if "soundness" in options.parts:
        yield soundness_table()
    if "due" in options.parts:
        yield due_table([] if options.no_install else environment.ensure())
    if "scale" in options.parts:
        yield scale_table()
    if "ledger" in options.parts:
        yield from ledger_tables()
    if "annual" in options.parts:
        yield from annual_tables()
    if "desk" in options.parts:
        yield from desk_tables()
    if "replay" in options.parts:
        yield from replay_tables(options.years, options.years_scale)
    if "figures" in options.parts:
        problems = [] if options.no_install else environment.ensure()
        yield from figures_tables(problems=problems)


def _reading_tables(options: argparse.Namespace) -> Iterator[Table]:
    """What reading is measured by: quality against labels, other tools, speed."""
    given = _given(options)
    samples = gold.load(gold.SAMPLES / "gold", synthetic=True)
    first = (given or samples)[0]
    if "quality" in options.parts:
        yield from (quality_table(report, options.examples) for report in [*given, *samples])
        yield compare_table(options.examples)
    if "peers" in options.parts:
        problems = [] if options.no_install else environment.ensure(optional=options.with_jionlp)
        yield from (peers_table(report, problems) for report in [*given, *samples])
    if "speed" in options.parts:
        yield speed_table(first.text, first.name)
        yield start_table()


def _given(options: argparse.Namespace) -> list[Labelled]:
    """The reports that the user labelled, or none: then the samples have to do, and a line says so."""
    named = options.gold or (Path(os.environ["LUOSHI_GOLD"]) if os.environ.get("LUOSHI_GOLD") else None)
    folder: Path = named or gold.BESIDE / "gold"
    if named is None and not folder.is_dir():
        print("No labelled reports given (--gold or LUOSHI_GOLD): measuring on the project's own samples.", end="\n\n")
        return []
    return gold.load(folder, options.text)


if __name__ == "__main__":
    sys.exit(main())
