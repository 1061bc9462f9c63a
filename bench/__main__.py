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
from bench.gold import GoldError, Labelled
from bench.peers.table import peers_table
from bench.quality import compare_table, quality_table
from bench.speed import speed_table, start_table
from bench.table import Table, show
from luoshi import __version__


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
    parser.add_argument("--only", choices=("quality", "peers", "speed"), help="run one part")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the tables there, too")
    parser.add_argument("--examples", type=int, default=0, metavar="N", help="show up to N errors of each figure")
    parser.add_argument("--no-install", action="store_true", help="do not make or renew .venv-bench")
    parser.add_argument("--with-jionlp", action="store_true", help="install jionlp, too, whose jiojio is under the GPL")
    return parser.parse_args(arguments)


def _head() -> str:
    python = f"Python {platform.python_version()}"
    return f"Luoshi {__version__} · {datetime.date.today()} · {platform.machine()}, {os.cpu_count()} cores · {python}"


def _tables(options: argparse.Namespace) -> Iterator[Table]:
    given = _given(options)
    samples = gold.load(gold.SAMPLES / "gold", synthetic=True)
    first = (given or samples)[0]
    if options.only in (None, "quality"):
        yield from (quality_table(report, options.examples) for report in [*given, *samples])
        yield compare_table(options.examples)
    if options.only in (None, "peers"):
        problems = [] if options.no_install else environment.ensure(optional=options.with_jionlp)
        yield from (peers_table(report, problems) for report in [*given, *samples])
    if options.only in (None, "speed"):
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
