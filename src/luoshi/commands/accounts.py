"""The commands ``luoshi accounts …``: accounts added, listed, closed, reset, unlocked from the machine itself.

What a command needs is imported inside it, so that the others answer at once.
"""
# ruff: noqa: PLC0415

from __future__ import annotations

import getpass
from collections.abc import Callable
from functools import wraps
from typing import Any

import click

from luoshi.commands.casework import RefusedError, open_store, refusals
from luoshi.messages import mark, printable, tr
from luoshi.terminal import Argument, Group, Option, say


def guarded(command: Callable[..., int]) -> Callable[..., int]:
    """Open the database; turn what access refuses into a line and exit code 2."""

    @refusals
    @wraps(command)
    def wrapped(*args: Any, **options: Any) -> int:
        open_store()
        from luoshi.access.errors import AccessError
        from luoshi.words.access import describe_access

        try:
            return command(*args, **options)
        except AccessError as error:
            raise RefusedError(describe_access(error)) from error

    return wrapped


def keeper() -> str:
    """Who does it, for the audit log: the user of this machine."""
    return f"@{getpass.getuser()}"


@click.group(
    cls=Group,
    short_help=mark("Add, list, close, reset and unlock the accounts that sign in."),
    help=mark(
        "Accounts sign in to the desk. Each is an officer's or one of three administrators':\n"
        "system (bodies, packs, calendars), security (accounts, posts), audit (the audit log).\n"
        "The three are three persons, and none of them handles cases."
    ),
)
def accounts() -> None:
    """Commands on accounts."""


@accounts.command(
    "add",
    short_help=mark("Add an account; its one-time password is shown once."),
    help=mark(
        "Add the account NAME for an officer or for one administrator. The one-time password is printed once\n"
        "and must be changed at the first sign-in; hand it over on paper or by telephone."
    ),
    epilog=mark(
        "For example:\n  luoshi accounts add wangfang --district jichuan --officer o-101\n"
        "  luoshi accounts add zhaoqiang --district jichuan --administrator security --name 赵强"
    ),
)
@click.argument("username", cls=Argument, metavar=mark("NAME"))
@click.option("--district", cls=Option, required=True, metavar=mark("CODE"), help=mark("The district's code."))
@click.option("--officer", cls=Option, metavar=mark("CODE"), help=mark("The officer's code."))
@click.option(
    "--administrator",
    cls=Option,
    type=click.Choice(["system", "security", "audit"]),
    help=mark("Which of the three administrators."),
)
@click.option(
    "--name", cls=Option, default="", metavar=mark("PERSON"), help=mark("The person's name; of an officer, org has it.")
)
@guarded
def add(username: str, district: str, officer: str | None, administrator: str | None, name: str) -> int:
    """``luoshi accounts add``: a name in, a one-time password out."""
    from luoshi.access import accounts as rooms

    made, secret = rooms.add(
        username, district, officer=officer, administrator=administrator or "", name=name, by=keeper()
    )
    say(
        tr(
            "Added {name}. The one-time password, shown this once; it must be changed at the first sign-in:",
            name=printable(made.username),
        )
    )
    click.echo(secret)
    return 0


@accounts.command(
    "list",
    short_help=mark("List the accounts."),
    help=mark("List the accounts: name, district, officer or administrator, and how each stands."),
)
@click.option("--district", cls=Option, metavar=mark("CODE"), help=mark("Only of this district."))
@guarded
def list_accounts(district: str | None) -> int:
    """``luoshi accounts list``: a line for each, separated by tabs."""
    from luoshi.access.models import Account

    rows = Account.objects.order_by("district", "username")
    for row in (rows.filter(district=district) if district else rows).iterator():
        office = row.officer or tr("administrator: {kind}", kind=row.administrator)
        parts = (row.username, row.district, office, row.name, *_states(row))
        click.echo("\t".join(printable(part) for part in parts))
    return 0


def _states(row: Any) -> tuple[str, ...]:
    from luoshi.access import attempts

    if not row.is_active:
        return (tr("closed"),)
    lock = max(attempts.locked("password", row.username), attempts.locked("code", row.username))
    told = (
        (row.demo, tr("demo")),
        (lock, tr("locked")),
        (row.must_change_password, tr("one-time password")),
        (row.factor_at, tr("second factor")),
    )
    return tuple(word for holds, word in told if holds)


@accounts.command(
    "close",
    short_help=mark("Close an account, at once."),
    help=mark("Close the account NAME: its sessions end at once. It is kept, since the audit log names it."),
)
@click.argument("username", cls=Argument, metavar=mark("NAME"))
@guarded
def close(username: str) -> int:
    """``luoshi accounts close``."""
    from luoshi.access import accounts as rooms

    account = rooms.find(username)
    rooms.close(account, by=keeper())
    say(tr("Closed {name}; all of its sessions have ended.", name=printable(account.username)))
    return 0


@accounts.command(
    "reset",
    short_help=mark("Give an account a new one-time password."),
    help=mark(
        "Give the account NAME a new one-time password, printed once; its sessions end and its locks are lifted.\n"
        "With --second-factor a lost second factor is taken off as well."
    ),
)
@click.argument("username", cls=Argument, metavar=mark("NAME"))
@click.option("--second-factor", cls=Option, is_flag=True, help=mark("Take the second factor off, too."))
@guarded
def reset(username: str, second_factor: bool) -> int:
    """``luoshi accounts reset``: a one-time password out."""
    from luoshi.access import accounts as rooms

    account = rooms.find(username)
    secret = rooms.reset(account, by=keeper(), second_factor=second_factor)
    say(
        tr(
            "Reset {name}. The one-time password, shown this once; it must be changed at the first sign-in:",
            name=printable(account.username),
        )
    )
    click.echo(secret)
    return 0


@accounts.command(
    "unlock",
    short_help=mark("Lift the lock after too many wrong attempts."),
    help=mark("Lift the lock of the account NAME after too many wrong passwords or codes."),
)
@click.argument("username", cls=Argument, metavar=mark("NAME"))
@guarded
def unlock(username: str) -> int:
    """``luoshi accounts unlock``."""
    from luoshi.access import accounts as rooms

    account = rooms.find(username)
    lifted = rooms.unlock(account, by=keeper())
    name = printable(account.username)
    say(tr("Unlocked {name}.", name=name) if lifted else tr("{name} was not locked.", name=name))
    return 0
