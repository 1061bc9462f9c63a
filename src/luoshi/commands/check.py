"""The command ``luoshi check``: whether the place is as it should be; with ``--deploy`` whether it is safe.

What a command needs is imported inside it, so that the others answer at once.
"""
# ruff: noqa: PLC0415

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from luoshi.commands.casework import open_store, refusals
from luoshi.messages import mark, printable, tr
from luoshi.terminal import EXIT_LACKING, Command, Option

if TYPE_CHECKING:
    from luoshi.access.safety import Finding


@click.command(
    "check",
    cls=Command,
    short_help=mark("Check the database, the audit log and, with --deploy, how safe the set-up is."),
    help=mark(
        "Check that the database is there and that every audit log is as it was written.\n"
        "With --deploy also what makes a set-up unsafe for officers' work: keys, HTTPS, hosts, files, the demo,\n"
        "the three administrators and their second factors. Each finding says why and what to do.\n"
        "The exit code is 0 if all is well, 1 if something is unsafe, 2 if the database cannot be used."
    ),
    epilog=mark("For example:\n  luoshi check --deploy"),
)
@click.option(
    "--deploy", cls=Option, is_flag=True, help=mark("Refuse settings and accounts that are unsafe for officers' work.")
)
@refusals
def check(deploy: bool) -> int:
    """``luoshi check``: findings out, one a line."""
    open_store()
    from luoshi.access import safety
    from luoshi.home import home

    found = list(safety.of_audit())
    if deploy:
        found += [*safety.of_settings(home()), *safety.of_accounts()]
    _show_heads()
    for finding in sorted(found, key=lambda one: not one.grave):
        _show(finding)
    grave = sum(finding.grave for finding in found)
    if grave:
        click.echo(tr("Unsafe: {count}. Put them right and run this again.", count=grave))
        return EXIT_LACKING
    if deploy:
        click.echo(tr("Nothing unsafe was found."))
    return 0


def _show(finding: Finding) -> None:
    from luoshi.words.check import describe_safety

    line = describe_safety(finding)
    click.echo(tr("unsafe: {line}", line=line) if finding.grave else tr("note: {line}", line=line))


def _show_heads() -> None:
    """The ends of the audit logs: written down elsewhere, they show whether a log was written anew."""
    from luoshi.access.models import AuditHead

    for head in AuditHead.objects.order_by("district"):
        told = {"district": printable(head.district or "–"), "count": f"{head.n:,}", "head": head.digest}
        click.echo(tr("Audit log of {district}: {count} lines, head {head}", **told))
