"""The commands ``luoshi adopt``, ``luoshi sweep`` and ``luoshi calendar``: what an administrator does for casework.

What a command needs is imported inside it, so that the others answer at once.
"""
# ruff: noqa: PLC0415

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from types import FrameType
from typing import TYPE_CHECKING, Any, Final

import click

from luoshi.files import read_input
from luoshi.messages import mark, printable, tr
from luoshi.terminal import EXIT_BAD_INPUT, EXIT_LACKING, Argument, Command, Group, Option, say

if TYPE_CHECKING:
    from luoshi.casework.sweeping import Swept

SHOWN: Final = 20
"""Failing cases that are named; more are counted."""


class RefusedError(Exception):
    """What the person is told, in one line each."""


def refusals(command: Callable[..., int]) -> Callable[..., int]:
    """Turn what the rooms below refuse into lines and exit code 2."""

    @wraps(command)
    def wrapped(*args: Any, **options: Any) -> int:
        try:
            with told():
                return command(*args, **options)
        except RefusedError as error:
            for line in error.args:
                say(f"luoshi: {line}")
            return EXIT_BAD_INPUT

    return wrapped


@contextmanager
def told() -> Iterator[None]:
    """Errors of the store, of casework, of the calendar and of definitions become what a person is told."""
    from luoshi.casework.errors import CaseworkError
    from luoshi.mechanisms.acts import Refused
    from luoshi.mechanisms.errors import MechanismError
    from luoshi.mechanisms.flow import SetupError
    from luoshi.site.errors import StoreError
    from luoshi.worktime.errors import WorktimeError

    try:
        yield
    except StoreError as error:
        from luoshi.words.site import describe_store

        raise RefusedError(describe_store(error)) from error
    except (CaseworkError, Refused, SetupError) as error:
        from luoshi.words.casework import describe_casework

        raise RefusedError(describe_casework(error)) from error
    except WorktimeError as error:
        from luoshi.words.worktime import describe_worktime

        raise RefusedError(describe_worktime(error)) from error
    except MechanismError as error:
        from luoshi.words.packs import describe_finding

        lines = [f"{printable(error.name)}:{one.line}: {describe_finding(one)}" for one in error.findings]
        raise RefusedError(*lines) from error


def open_store() -> None:
    """The database of DATABASE_URL, brought to this program's schema. Raises StoreError."""
    from luoshi.site import setup

    setup()
    from luoshi.site.stores import migrate

    migrate()


@click.command(
    "sweep",
    cls=Command,
    short_help=mark("Remind, urge and report what is due, once for each."),
    help=mark(
        "Climb the ladders: every reminder, urging, supervision and circular that is due is written once, with its\n"
        "number, in its order, also after the server was down. Several may run at once.\n"
        "The exit code is 0 if all went well, 1 if a case failed, 2 if the database cannot be used."
    ),
    epilog=mark("For example:\n  luoshi sweep --watch 60"),
)
@click.option(
    "--district",
    "districts",
    cls=Option,
    multiple=True,
    metavar=mark("CODE"),
    help=mark("The district; may be repeated. Without it, all."),
)
@click.option(
    "--watch",
    cls=Option,
    type=click.FloatRange(1, 86_400),
    metavar=mark("SECONDS"),
    help=mark("Go on, and sweep again after so many seconds, until told to end."),
)
@refusals
def sweep(districts: tuple[str, ...], watch: float | None) -> int:
    """``luoshi sweep``: rungs that are due, claimed."""
    open_store()
    known = _districts()
    _check_districts(districts, known)
    if not known:
        say(tr("No mechanism is in force yet; put one in force: luoshi adopt NAME --ask"))
    if watch is None:
        return max((_sweep_one(code) for code in districts or known), default=0)
    ended = _until_told()
    say(tr("Sweeping every {seconds} seconds; end it with Ctrl-C.", seconds=f"{watch:g}"))
    recount = Recount()
    while not ended.is_set():
        try:
            with told():
                for code in districts or _districts():
                    _sweep_one(code, quiet=True)
                    recount.of(code)
        except RefusedError as error:
            # The store may be back the next time.
            say(f"luoshi: {error}")
        ended.wait(watch)
    say(tr("Ended."))
    return 0


def _check_districts(asked: tuple[str, ...], known: list[str]) -> None:
    """Raises RefusedError for a district of which nothing is known: its code is misspelt."""
    wrong = [code for code in asked if code not in known]
    if wrong:
        there = tr(", ").join(map(printable, known)) or tr("(nothing)")
        raise RefusedError(
            *(
                tr(
                    "no mechanism is in force in the district {district}; correct the code (known: {known}), or put "
                    "one in force first",
                    district=printable(code),
                    known=there,
                )
                for code in wrong
            )
        )


def _until_told() -> threading.Event:
    """Set when the process is told to end, so that a sweep is never broken off."""
    ended = threading.Event()

    def end(number: int, frame: FrameType | None) -> None:
        ended.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    return ended


def _districts() -> list[str]:
    """The districts in which a mechanism is or was in force."""
    from luoshi.casework.models import Setup
    from luoshi.casework.sql import reading

    with reading():
        return list(Setup.objects.order_by("district").values_list("district", flat=True).distinct())


class Recount:
    """Renews the counts of boards, and gives a district that is dear to count its rest: a twentieth of the time."""

    SHARE: Final = 20

    def __init__(self) -> None:
        self._not_before: dict[str, float] = {}

    def of(self, code: str) -> None:
        """Renew the counts of the district ``code`` if it is time."""
        from luoshi.casework import clock
        from luoshi.casework.rollup import SECONDS, fresh

        begun = time.monotonic()
        if begun < self._not_before.get(code, begun):
            return
        fresh(code, clock.now(), SECONDS)
        self._not_before[code] = begun + self.SHARE * (time.monotonic() - begun)


def _sweep_one(code: str, *, quiet: bool = False) -> int:
    from luoshi.casework.sweeping import sweep as climb

    swept = climb(code)
    if not quiet or swept.done or swept.failed:
        click.echo(tr("{district}: {count} documents of the ladder", district=printable(code), count=f"{swept.done:,}"))
    return show_failed(swept)


def show_failed(swept: Swept) -> int:
    """Name the cases that failed; the exit code."""
    for case, reason in list(swept.failed.items())[:SHOWN]:
        say("  " + tr("{case} failed: {reason}", case=printable(case), reason=printable(reason)))
    if len(swept.failed) > SHOWN:
        say("  " + tr("… and {count} more cases", count=f"{len(swept.failed) - SHOWN:,}"))
    return EXIT_LACKING if swept.failed else 0


@click.group(
    cls=Group,
    short_help=mark("Keep a district's calendar of days off."),
    help=mark("Keep a district's calendar: the State Council's, and the notices added to it."),
)
def calendar() -> None:
    """Commands of the calendar."""


@calendar.command(
    "add",
    short_help=mark("Add a notice of days off and move the limits of live cases."),
    help=mark(
        "Add the notice of days off in FILE to the district's calendar (docs/worktime.md says what it holds), and\n"
        "compute every running limit anew. A case whose date moves has an entry that names the notice.\n"
        "The exit code is 0 if all went well, 1 if a case failed, 2 if the notice or the database cannot be used."
    ),
    epilog=mark("For example:\n  luoshi calendar add 2027.yaml --district jichuan"),
)
@click.argument("file", cls=Argument, metavar=mark("FILE"))
@click.option("--district", cls=Option, required=True, metavar=mark("CODE"), help=mark("The district's code."))
@click.option(
    "--name", cls=Option, metavar=mark("NAME"), help=mark("What to call the notice; its file's name if not told.")
)
@refusals
def add(file: str, district: str, name: str | None) -> int:
    """``luoshi calendar add``: a notice in, moved limits out."""
    from pathlib import Path

    text = read_input(file)
    called = name or Path(file).stem
    open_store()
    from luoshi.casework.setups import add_notice
    from luoshi.casework.sweeping import reproject
    from luoshi.words.worktime import describe_worktime
    from luoshi.worktime.errors import WorktimeError

    _check_districts((district,), _districts())
    try:
        add_notice(district, called, text)
    except WorktimeError as error:
        raise RefusedError(tr("{name}: {line}", name=printable(file), line=describe_worktime(error))) from error
    swept = reproject(district, called)
    click.echo(
        tr(
            "{district}: the notice {name} holds; the limits of {count} cases moved",
            district=printable(district),
            name=printable(called),
            count=f"{swept.done:,}",
        )
    )
    return show_failed(swept)
