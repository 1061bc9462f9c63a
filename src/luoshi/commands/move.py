"""The command ``luoshi move``: running cases, moved to another version of their mechanism.

What a command needs is imported inside it, so that the others answer at once.
"""
# ruff: noqa: PLC0415

from __future__ import annotations

import click

from luoshi.commands.casework import RefusedError, open_store, refusals, show_failed
from luoshi.messages import mark, printable, tr
from luoshi.terminal import Argument, Command, Option


@click.command(
    "move",
    cls=Command,
    short_help=mark("Move running cases to another version of their mechanism."),
    help=mark(
        "Running cases finish on the version that they opened with. This moves the open cases of MECHANISM from the\n"
        "version OLD to NEW, each by an entry of its own. Put NEW in force first: luoshi adopt.\n"
        "A case that the new version has no place for stays where it is and is named.\n"
        "The exit code is 0 if all moved, 1 if a case stayed, 2 if a version or the database cannot be used."
    ),
    epilog=mark("For example:\n  luoshi move hotline 1 2 --district jichuan --stage review=checking"),
)
@click.argument("mechanism", cls=Argument, metavar=mark("MECHANISM"))
@click.argument("old", cls=Argument, metavar=mark("OLD"), type=int)
@click.argument("new", cls=Argument, metavar=mark("NEW"), type=int)
@click.option("--district", cls=Option, required=True, metavar=mark("CODE"), help=mark("The district's code."))
@click.option(
    "--stage",
    "stages",
    cls=Option,
    multiple=True,
    metavar=mark("OLD=NEW"),
    help=mark("What a stage is called in the new version, where that changed; may be repeated."),
)
@refusals
def move(mechanism: str, old: int, new: int, district: str, stages: tuple[str, ...]) -> int:
    """``luoshi move``: open cases of one version in, entries of their move out."""
    names: dict[str, str] = {}
    for told in stages:
        before, equals, after = told.partition("=")
        if not (before and equals and after):
            raise RefusedError(tr("--stage {told}: give it as OLD=NEW", told=printable(told)))
        names[before] = after
    open_store()
    from luoshi.casework.sweeping import move as moved

    swept = moved(district, mechanism, old, new, names)
    click.echo(
        tr(
            "{district}: {count} cases of {mechanism} moved from version {old} to {new}",
            district=printable(district),
            count=f"{swept.done:,}",
            mechanism=printable(mechanism),
            old=old,
            new=new,
        )
    )
    return show_failed(swept)
