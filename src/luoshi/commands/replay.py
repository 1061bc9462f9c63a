"""The command ``luoshi replay``: a year of a district at its real size, from data.

What a command needs is imported inside it, so that the others answer at once.
"""
# ruff: noqa: PLC0415

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from luoshi.commands.casework import RefusedError, open_store, refusals
from luoshi.messages import mark, printable, tr
from luoshi.progress import progress
from luoshi.terminal import EXIT_INTERRUPTED, EXIT_LACKING, Argument, Command, Option, say

if TYPE_CHECKING:
    from luoshi.sealing.keys import Keys
    from luoshi.simulation.year.planning import Scene
    from luoshi.simulation.year.running import Report, Years

MOST_YEARS: Final = 20
SHOWN: Final = 40


@click.command(
    "replay",
    cls=Command,
    short_help=mark("Build a year of a district at its real size."),
    help=mark(
        "Build a year of a district from its plan: every case opened, handled, urged, checked and closed by the one\n"
        "writer, day by day, the same to the bit from the same seed on every database. Broken off, it goes on where\n"
        "it was. Everything in it is synthetic but the quantities, and it takes no database that holds other cases.\n"
        "The exit code is 0 if all was written, 1 if the plan has faults (--check), 2 if it cannot be run."
    ),
    epilog=mark(
        "For example:\n  luoshi replay districts/hetang-2019.yaml\n"
        "  luoshi replay districts/hetang-2019.yaml --scale 0.01"
    ),
)
@click.argument("plan_file", cls=Argument, metavar=mark("PLAN"), type=click.Path(path_type=Path))
@click.option(
    "--seed", cls=Option, metavar=mark("N"), type=int, help=mark("Where the dice begin, if not as the plan says.")
)
@click.option(
    "--scale",
    cls=Option,
    metavar=mark("X"),
    type=click.FloatRange(0.0001, 10),
    default=1.0,
    help=mark("How many of the cases: 0.01 is one in a hundred."),
)
@click.option(
    "--years",
    cls=Option,
    metavar=mark("N"),
    type=click.IntRange(1, MOST_YEARS),
    default=1,
    help=mark("How many such years, one after the other; where the calendar would not reach, they begin earlier."),
)
@click.option("--to", "until", cls=Option, metavar=mark("DATE"), help=mark("The last day; 31 December if not told."))
@click.option("--district", cls=Option, metavar=mark("CODE"), help=mark("The district's code, if not the plan's."))
@click.option(
    "--packs", cls=Option, metavar=mark("DIR"), type=click.Path(path_type=Path), help=mark("Where the mechanisms are.")
)
@click.option("--check", "only_check", cls=Option, is_flag=True, help=mark("Only try every course; write no case."))
@refusals
def replay(  # noqa: PLR0913, PLR0917 - one argument for each option
    plan_file: Path,
    seed: int | None,
    scale: float,
    years: int,
    until: str | None,
    district: str | None,
    packs: Path | None,
    only_check: bool,
) -> int:
    """``luoshi replay``: a plan in, a district's years in the store."""
    open_store()
    with _faults():
        from luoshi.simulation.year.plan import read_plan
        from luoshi.simulation.year.running import Years, first_year
        from luoshi.simulation.year.setting_up import set_up

        plan = read_plan(plan_file, district=district)
        _take_no_other(plan.entry.district)
        scene = set_up(plan, packs or _packs(plan_file), seed=seed, scale=scale)
        faults = list(_checked(scene, plan.entry.year))
        if faults or only_check:
            return _tell_faults(faults)
        first = first_year(plan.entry.year, years, scene.calendar)
        try:
            report = _run(scene, Years(first, years, _day(until) if until else None))
        except KeyboardInterrupt:
            say(tr("Interrupted; the same command goes on where it was."))
            return EXIT_INTERRUPTED
    _show(report)
    return 0


def _packs(plan_file: Path) -> Path:
    from luoshi.simulation.life_texts import sample_folder

    beside = plan_file.resolve().parent.parent / "packs"
    return beside if beside.is_dir() else sample_folder("packs")


def _take_no_other(district: str) -> None:
    """Before the organisation is loaded: a store with cases of another origin is not touched at all."""
    from luoshi.simulation.year.running import check_origin

    check_origin(district)


def _checked(scene: Scene, year: int) -> Iterator[str]:
    from luoshi.simulation.year.checking import check
    from luoshi.simulation.year.planning import Kind

    for one in scene.plan.mechanisms:
        kind = Kind(scene, one, year)
        yield from check(kind)


def _tell_faults(faults: list[str]) -> int:
    for fault in faults[:SHOWN]:
        say(printable(fault))
    if faults:
        say(tr("{count} courses have a fault; nothing was written", count=f"{len(faults):,}"))
        return EXIT_LACKING
    click.echo(tr("Every course is lawful."))
    return 0


def _run(scene: Scene, years: Years) -> Report:
    from luoshi.simulation.year.running import Replay

    keys = _keys()
    with progress(tr("Replaying")) as tell:
        return Replay(scene, years, keys=keys).go(tell)


def _keys() -> Keys | None:
    """The ledger's keys, if there are any."""
    from django.conf import settings

    from luoshi.sealing.keys import read_keys

    path = settings.LUOSHI_LEDGER_KEY
    return read_keys(path, settings.LUOSHI_LEDGER_ORIGIN) if path.exists() else None


def _show(report: Report) -> None:
    click.echo(
        tr(
            "{cases} cases with {entries} entries (all synthetic); {written} acts in {seconds} s, {rate} a second",
            cases=f"{report.cases:,}",
            entries=f"{report.entries:,}",
            written=f"{report.written:,}",
            seconds=f"{report.seconds:.1f}",
            rate=f"{report.written / max(report.seconds, 0.001):,.0f}",
        )
    )
    click.echo(
        tr(
            "Processor time: {cpu} s writing, {planning} s planning; memory at most {peak} MB",
            cpu=f"{report.cpu:.1f}",
            planning=f"{report.planning_cpu:.1f}",
            peak=f"{report.peak_mb:.0f}",
        )
    )
    click.echo(tr("Root: {root}", root=report.root))
    if not report.sealed:
        say(tr("The ledger is not sealed, since it has no key; make one: luoshi ledger key --origin NAME"))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise click.UsageError(tr("{day} is no date; write it as 2026-01-31", day=printable(text))) from error


@contextmanager
def _faults() -> Iterator[None]:
    """What is wrong with the plan or the store, in lines for the person."""
    from luoshi.org.errors import OrgError
    from luoshi.simulation.year.plan import PlanError
    from luoshi.simulation.year.running import ReplayError
    from luoshi.words.org import describe_fault

    try:
        yield
    except OrgError as error:
        raise RefusedError(*map(describe_fault, error.faults)) from error
    except (PlanError, ReplayError, OSError) as error:
        raise RefusedError(printable(_told(error))) from error


def _told(error: Exception) -> str:
    from luoshi.simulation.year.running import ReplayError

    if not isinstance(error, ReplayError):
        return str(error)
    details = {name: printable(str(value)) for name, value in error.details.items()}
    if error.code == "other_cases":
        return tr(
            "the database holds cases of {district} that are no replay's; a replay takes a database of its own",
            **details,
        )
    if error.code == "other_replay":
        return tr(
            "the database holds another replay of {district} (another plan, seed, scale or year); use an empty one",
            **details,
        )
    if error.code == "too_many_years":
        return tr("the calendar reaches {most} years at most", **details)
    if error.code == "refused":
        return tr("on {day} an act of the plan was refused, and nothing of its batch written: {why}", **details)
    if error.code == "planning":
        return tr("planning ended unexpectedly: {why}", **details)
    return tr("the case {want} got the name {got}; the database was written to by somebody else", **details)
