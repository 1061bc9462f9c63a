"""The command ``luoshi simulate``: a synthetic district at work, and what was refused and why.

What a command needs is imported inside it, so that the others answer at once.
"""
# ruff: noqa: PLC0415

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Final

import click

from luoshi.commands.casework import open_store, refusals
from luoshi.messages import language, mark, printable, tr
from luoshi.terminal import EXIT_BAD_INPUT, EXIT_INTERRUPTED, EXIT_LACKING, Command, Option, say

if TYPE_CHECKING:
    from luoshi.mechanisms.model import Mechanism, Named
    from luoshi.simulation.plan import Plan, Report

ALL: Final = "all"
MOST_CASES: Final = 10_000_000
MOST_CLIENTS: Final = 64
MOST_DAYS: Final = 700
LARGEST_BATCH: Final = 10_000
SHOWN: Final = 20


@click.command(
    "simulate",
    cls=Command,
    short_help=mark("Drive the engine with synthetic cases, lawful and not, and tell what was refused."),
    help=mark(
        "Drive the engine with synthetic cases in the database of DATABASE_URL, which is made ready if it is empty:\n"
        "officers act, object, extend, send back, check and close; some act out of turn, without evidence, twice.\n"
        "It tells what was refused and why, and how fast it was. Everything in it is synthetic.\n"
        "The exit code is 0 if only what had to be refused was, 1 if not, 2 if it cannot be run."
    ),
    epilog=mark("For example:\n  luoshi simulate --mechanism hotline --cases 1000 --seed 1"),
)
@click.option(
    "--mechanism",
    "names",
    cls=Option,
    multiple=True,
    metavar=mark("NAME"),
    default=("hotline",),
    help=mark("A pack, or all; may be repeated."),
)
@click.option(
    "--cases",
    cls=Option,
    metavar=mark("N"),
    type=click.IntRange(1, MOST_CASES),
    default=1000,
    help=mark("How many cases."),
)
@click.option(
    "--seed",
    cls=Option,
    metavar=mark("N"),
    type=int,
    default=1,
    help=mark("Where the dice begin; the same gives the same."),
)
@click.option(
    "--clients",
    cls=Option,
    metavar=mark("N"),
    type=click.IntRange(1, MOST_CLIENTS),
    default=1,
    help=mark("How many work at once."),
)
@click.option(
    "--batch",
    cls=Option,
    metavar=mark("N"),
    type=click.IntRange(1, LARGEST_BATCH),
    default=1,
    help=mark("How many acts one transaction takes."),
)
@click.option(
    "--days",
    cls=Option,
    metavar=mark("N"),
    type=click.IntRange(1, MOST_DAYS),
    help=mark("How many days pass; 120 if not told."),
)
@click.option("--from", "first", cls=Option, metavar=mark("DATE"), help=mark("The first day; 2025-01-02 if not told."))
@click.option(
    "--district", cls=Option, metavar=mark("CODE"), default="sample", help=mark("The code of the synthetic district.")
)
@refusals
def simulate(  # noqa: PLR0913, PLR0917 - one argument for each option
    names: tuple[str, ...],
    cases: int,
    seed: int,
    clients: int,
    batch: int,
    days: int | None,
    first: str | None,
    district: str,
) -> int:
    """``luoshi simulate``: a plan in, what came of it out."""
    from luoshi.simulation.plan import DAYS, FIRST_DAY, Plan

    sources = _sources(names)
    if sources is None:
        return EXIT_BAD_INPUT
    plan = Plan(sources, cases, seed, clients, batch, days or DAYS, _day(first) if first else FIRST_DAY, district)
    open_store()
    try:
        report = _run(plan)
    except KeyboardInterrupt:
        say(tr("Interrupted; the acts taken so far stay in the database."))
        return EXIT_INTERRUPTED
    _show(plan, report)
    return EXIT_LACKING if report.unexpected_count or report.sweep_failed else 0


def _sources(names: Iterable[str]) -> dict[str, bytes] | None:
    """Name → text of the packs; None, and a line for the person, if there is none of the name."""
    from luoshi.commands.packs import pack_names, read_pack

    wanted = [one for name in names for one in (pack_names() if name == ALL else (name,))]
    found = {name: read_pack(name) for name in wanted}
    texts = {name: text for name, text in found.items() if text is not None}
    return texts if len(texts) == len(found) and texts else None


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise click.UsageError(tr("{day} is no date; write it as 2026-01-31", day=printable(text))) from error


def _run(plan: Plan) -> Report:
    from luoshi.progress import progress
    from luoshi.simulation.run import check_days
    from luoshi.simulation.run import simulate as run
    from luoshi.simulation.sample import set_up

    check_days(plan)
    _, new = set_up(plan.district, plan.packs)
    say(
        tr(
            "Everything in the district {district} is synthetic: its bodies, officers, callers and texts.",
            district=printable(plan.district),
        )
    )
    if new:
        say(
            tr(
                "Put in force with synthetic settings, which are no place's practice: {names}",
                names=tr(", ").join(printable(name) for name in new),
            )
        )
    with progress(tr("Simulating")) as tell:

        def on_day(day: date, report: Report) -> None:
            if tell is not None:
                tell((day - plan.first).days + 1, plan.days)

        return run(plan, on_day)


def _show(plan: Plan, report: Report) -> None:
    from luoshi.words.casework import describe_casework

    mechanisms = _mechanisms(plan)
    click.echo(tr("Cases by stage"))
    for name, stages in sorted(report.stages.items()):
        mechanism = mechanisms[name]
        click.echo(f"  {_name(mechanism.names)}")
        order = [stage for stage in mechanism.stages if stage in stages]
        for stage in (*order, *(one for one in sorted(stages) if one not in order)):
            told = _name(mechanism.stages[stage]) if stage in mechanism.stages else stage
            click.echo(f"    {stages[stage]:>7,}  {told}")
    click.echo()
    refused = sum(report.refused.values())
    click.echo(
        tr(
            "{count} acts of {tried} were refused; an example of each kind:",
            count=f"{refused:,}",
            tried=f"{report.tried:,}",
        )
    )
    for code, count in sorted(report.refused.items(), key=lambda one: (-one[1], one[0])):
        _, kind, refusal = report.examples[code]
        click.echo(f"  {count:>7,}  {describe_casework(refusal, mechanisms[kind])}")
    click.echo()
    _show_unexpected(report)
    for text in _figures(plan, report):
        click.echo(text)


def _show_unexpected(report: Report) -> None:
    if not report.unexpected_count:
        click.echo(tr("What no rule forbids was taken, and what one forbids was refused."))
    else:
        click.echo(tr("{count} answers were not as they had to be:", count=f"{report.unexpected_count:,}"))
        for text in report.unexpected:
            click.echo(f"  {printable(text)}")
    for case, reason in list(report.sweep_failed.items())[:SHOWN]:
        click.echo(tr("{case} failed: {reason}", case=printable(case), reason=printable(reason)))


def _figures(plan: Plan, report: Report) -> Iterable[str]:
    cases = sum(sum(stages.values()) for stages in report.stages.values())
    yield tr(
        "{cases} cases, {entries} entries, {documents} documents, {rungs} of them by the ladder; "
        "{overdue} open cases overdue on {day}",
        cases=f"{cases:,}",
        entries=f"{report.entries:,}",
        documents=f"{report.documents:,}",
        rungs=f"{report.swept:,}",
        overdue=f"{report.overdue:,}",
        day=report.last_day,
    )
    written = report.taken + report.swept
    yield tr(
        "{written} entries in {seconds} s: {rate} a second with the choosing of acts, {engine} a second in the engine "
        "alone; clients: {clients}, acts in a transaction: {batch}",
        written=f"{written:,}",
        seconds=f"{report.seconds:.1f}",
        rate=f"{written / report.seconds:,.0f}",
        engine=f"{written * plan.clients / report.engine:,.0f}",
        clients=plan.clients,
        batch=plan.batch,
    )


def _mechanisms(plan: Plan) -> dict[str, Mechanism]:
    from luoshi.mechanisms.loader import load

    loaded = [load(source, name) for name, source in plan.packs.items()]
    return {one.id: one for one in loaded}


def _name(named: Named) -> str:
    return printable(named.zh if language() == "zh" else named.en)
