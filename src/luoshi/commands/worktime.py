"""The command ``luoshi due``: when a limit ends, and why.

What a command needs is imported inside it, so that it answers at once.
"""
# ruff: noqa: PLC0415

from __future__ import annotations

import json
import sys
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

import click

from luoshi.files import read_input
from luoshi.messages import language, mark, printable, tr
from luoshi.terminal import EXIT_BAD_INPUT, Argument, Command, Option, say

if TYPE_CHECKING:
    from luoshi.worktime.calendar import Calendar
    from luoshi.worktime.clock import Clock
    from luoshi.worktime.limits import Hours
    from luoshi.worktime.projection import Due

BLOCK: Final = 20_000
"""Lines of a batch that are answered in one write."""


@click.command(
    cls=Command,
    short_help=mark("Tell when a time limit ends, and why."),
    help=mark(
        "Tell when a time limit of N UNITs from START ends, and why: on the State Council's calendar,\n"
        "make-up workdays included. UNIT: 工作日, 自然日, 月, 年, 工作时, 紧急工作时, 小时\n"
        "(workday, day, month, year, workhour, urgent-workhour, hour).\n"
        "With --batch: read lines of START N UNIT from standard input and print one date a line;\n"
        "at the first line that is wrong, say which, print nothing for it and stop.\n"
        "The exit code is 2 if a date lies past the calendar: no date is ever guessed."
    ),
    epilog=mark("For example:\n  luoshi due 2025-09-25 20 工作日\n  luoshi due 2026-09-30T15:00 10 workhour"),
)
@click.argument("start", cls=Argument, metavar=mark("START"), required=False)
@click.argument("number", cls=Argument, metavar=mark("N"), required=False)
@click.argument("unit", cls=Argument, metavar=mark("UNIT"), required=False)
@click.option("--batch", cls=Option, is_flag=True, help=mark("Read lines of START N UNIT from standard input."))
@click.option(
    "--roll/--no-roll",
    cls=Option,
    default=True,
    help=mark("Whether a last day that is a day off moves on to the next working day (Civil Code, Art. 203)."),
)
@click.option(
    "--notice",
    "notices",
    cls=Option,
    multiple=True,
    metavar=mark("FILE"),
    help=mark("A notice of days off to add to the calendar; may be repeated."),
)
@click.option(
    "--hours",
    cls=Option,
    metavar=mark("HOURS"),
    help=mark("The hours in which working hours run, by your place's rule; without it 9:00-12:00,13:00-17:00."),
)
@click.option("--every-day", cls=Option, is_flag=True, help=mark("The hours run on days off, too."))
@click.option(
    "--format",
    "form",
    cls=Option,
    type=click.Choice(["text", "json"]),
    default="text",
    help=mark("What to print: the date and the reasons as text, or as data (json)."),
)
def due(  # noqa: PLR0913, PLR0917 - one argument for each option
    start: str | None,
    number: str | None,
    unit: str | None,
    batch: bool,
    roll: bool,
    notices: tuple[str, ...],
    hours: str | None,
    every_day: bool,
    form: str,
) -> int:
    """``luoshi due``: a start, a number and a unit in; the date and the reasons out."""
    if batch and (start is not None or form == "json"):
        raise click.UsageError(tr("--batch reads its limits from standard input and prints dates alone"))
    if not batch and unit is None:
        raise click.UsageError(tr("give a start, a number and a unit, such as: luoshi due 2025-09-25 20 工作日"))
    from luoshi.worktime.errors import WorktimeError

    try:
        calendar = _calendar(notices)
        windows = _hours(hours, every_day)
        if batch:
            return _batch(calendar, roll, windows)
        clock = _clock(str(start), str(number), str(unit), roll, windows)
        _show(clock, calendar, form)
    except WorktimeError as error:
        from luoshi.words.worktime import describe_worktime

        say(f"luoshi: {describe_worktime(error)}")
        return EXIT_BAD_INPUT
    return 0


def _calendar(notices: tuple[str, ...]) -> Calendar:
    from luoshi.worktime.state_council import state_council_calendar

    calendar = state_council_calendar()
    for name in notices:
        from luoshi.worktime.notices import amended, read_notice

        calendar = amended(calendar, read_notice(read_input(name)))
    return calendar


def _hours(text: str | None, every_day: bool) -> Hours | None:
    if text is None:
        return None
    from luoshi.worktime.limits import Hours

    return Hours.parse(text, every_day=every_day)


def _clock(start: str, number: str, unit: str, roll: bool, hours: Hours | None) -> Clock:
    from luoshi.worktime.batch import count_of, hours_for, moment_of
    from luoshi.worktime.clock import Clock
    from luoshi.worktime.limits import EXAMPLE_OFFICE_HOURS, Limit, unit_of

    counted = unit_of(unit)
    windows = hours_for(counted, hours, EXAMPLE_OFFICE_HOURS)
    return Clock(Limit(count_of(number), counted), moment_of(start), roll=roll, hours=windows)


def _show(clock: Clock, calendar: Calendar, form: str) -> None:
    from luoshi.worktime.projection import due as project
    from luoshi.worktime.why import why
    from luoshi.worktime.wording import WEEKDAYS
    from luoshi.worktime.wording import say as worded

    end, steps = project(clock, calendar), why(clock, calendar)
    if form == "json":
        _print(json.dumps(_data(clock, calendar, end), ensure_ascii=False, indent=2) + "\n")
        return
    lang = language()
    weekday = WEEKDAYS[lang][end.on.weekday()]
    click.echo(f"{end.at:%Y-%m-%d %H:%M}" if clock.in_hours else f"{end.at}", nl=False)
    click.echo(f" 周{weekday}" if lang == "zh" else f" {weekday}")
    for step in steps[:-1]:
        click.echo("  " + printable(worded(step, lang)))


def _data(clock: Clock, calendar: Calendar, end: Due) -> dict[str, Any]:
    from luoshi.worktime.batch import iso
    from luoshi.worktime.why import why
    from luoshi.worktime.wording import say as worded

    return {
        "start": iso(clock.start),
        "number": clock.budget,
        "unit": clock.unit,
        "roll": clock.roll,
        "due": iso(end.at),
        "last_day_before_roll": iso(end.last),
        "calendar": {"from": iso(calendar.first), "to": iso(calendar.last), "version": calendar.version},
        "why": [
            {
                "rule": step.code,
                "days": [{"from": iso(first), "to": iso(last)} for first, last in step.stretches],
                "count": step.count,
                "source": step.source.cite("zh") if step.source else None,
                "zh": worded(step, "zh"),
                "en": worded(step, "en"),
            }
            for step in why(clock, calendar)
        ],
    }


def _batch(calendar: Calendar, roll: bool, hours: Hours | None) -> int:
    """Dates are written block by block; at a wrong line those before it are out, and nothing more follows."""
    from luoshi.words.worktime import describe_worktime
    from luoshi.worktime.batch import LineError, due_lines
    from luoshi.worktime.limits import EXAMPLE_OFFICE_HOURS

    lines = (line.decode("utf-8", "replace") for line in sys.stdin.buffer)
    dates = due_lines(lines, calendar, roll=roll, hours=hours, office=EXAMPLE_OFFICE_HOURS)
    done: list[str] = []
    try:
        while True:
            done.clear()
            done.extend(islice(dates, BLOCK))
            if not done:
                return 0
            _print("\n".join(done) + "\n")
    except LineError as error:
        # What list.extend took before the error stays in the list.
        if done:
            _print("\n".join(done) + "\n")
        say("luoshi: " + tr("line {number}: {line}", number=error.number, line=describe_worktime(error.error)))
        return EXIT_BAD_INPUT


def _print(text: str) -> None:
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode())
    sys.stdout.buffer.flush()
