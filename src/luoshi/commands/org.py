"""The commands ``luoshi org``: a district's bodies, areas, officers, posts and duties, from files.

What a command needs is imported inside it, so that the others answer at once.
"""
# ruff: noqa: PLC0415

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from luoshi.commands.casework import RefusedError, open_store, refusals
from luoshi.files import read_input
from luoshi.messages import mark, printable, tr
from luoshi.terminal import EXIT_LACKING, Argument, Group, Option, say

SHOWN: Final = 20
"""Cases that are named; more are counted."""
SUFFIXES: Final = ("*.yaml", "*.yml")
PARTS: Final[dict[str, str]] = {
    "bodies": mark("bodies"),
    "areas": mark("areas"),
    "officers": mark("officers"),
    "changes": mark("changes of bodies"),
    "duties": mark("duties"),
    "posts": mark("posts"),
}
"""The parts of a district's data → what they are called."""


@click.group(
    cls=Group,
    short_help=mark("Keep a district's bodies, areas, officers and posts."),
    help=mark("Keep a district's bodies, areas, officers, posts and duties, which stand in files."),
)
def org() -> None:
    """Commands of a district's organisation."""


@org.command(
    "load",
    short_help=mark("Make a district's organisation what the files say."),
    help=mark(
        "Make the bodies, areas, officers, posts and duties of a district what the files say; a folder means every\n"
        ".yaml in it. All is checked first, and then loaded whole or not at all; the same files again change nothing.\n"
        "The exit code is 0 if all was loaded, 2 if something is wrong: each fault is named with its place."
    ),
    epilog=mark("For example:\n  luoshi org load districts/sample-org --district jichuan"),
)
@click.argument("paths", cls=Argument, metavar=mark("PATH..."), nargs=-1, required=True)
@click.option("--district", cls=Option, required=True, metavar=mark("CODE"), help=mark("The district's code."))
@click.option("--check", "only_check", cls=Option, is_flag=True, help=mark("Only check the files; load nothing."))
@refusals
def load(paths: tuple[str, ...], district: str, only_check: bool) -> int:
    """``luoshi org load``: files in, the district's organisation in the store."""
    texts = [(name, read_input(name)) for path in paths for name in _files(path)]
    if not only_check:
        open_store()
    else:
        from luoshi.site import setup

        setup()
    from luoshi.org.errors import OrgError
    from luoshi.org.load import load_org, parse_org, read_org
    from luoshi.words.org import describe_fault

    try:
        data = read_org(texts)
        if only_check:
            parse_org(data)
            click.echo(tr("{district}: nothing is wrong in the files", district=printable(district)))
            return 0
        loaded = load_org(district, data)
    except OrgError as error:
        raise RefusedError(*map(describe_fault, error.faults)) from error
    told = [f"{tr(PARTS[part])} {count:,}" for part, count in loaded.rows.items() if count]
    click.echo(
        tr("{district}: loaded {parts}", district=printable(district), parts=tr(", ").join(told))
        if told
        else tr("{district}: nothing has changed", district=printable(district))
    )
    return 0


def _files(path: str) -> list[str]:
    """``path``, or what a folder holds. Raises RefusedError for a folder without any."""
    if not Path(path).is_dir():
        return [path]
    found = sorted(str(file) for suffix in SUFFIXES for file in Path(path).glob(suffix))
    if not found:
        raise RefusedError(tr("{name}: the folder has no .yaml file; give another one", name=printable(path)))
    return found


@org.command(
    "handover",
    short_help=mark("Hand the open cases of bodies that have ended to their successors."),
    help=mark(
        "Hand over what belongs to bodies that have ended by today: open cases follow the successor, each by an\n"
        "entry, and so do the roles with which new cases open. To be run on the day of a reform of bodies; again does\n"
        "no harm.\n"
        "The exit code is 0 if all went well, 1 if a case failed, 2 if the database cannot be used."
    ),
    epilog=mark("For example:\n  luoshi org handover --district jichuan"),
)
@click.option("--district", cls=Option, required=True, metavar=mark("CODE"), help=mark("The district's code."))
@refusals
def handover(district: str) -> int:
    """``luoshi org handover``: cases handed over, told."""
    open_store()
    from luoshi.casework.handover import hand_over
    from luoshi.org.models import Body

    if not Body.objects.filter(district=district).exists():
        raise RefusedError(
            tr(
                "the district {district} has no bodies; correct the code, or load them first",
                district=printable(district),
            )
        )
    done = hand_over(district)
    click.echo(tr("{district}: {count} cases handed over", district=printable(district), count=f"{done.done:,}"))
    for name in done.standing:
        click.echo(tr("{name}: new cases open with the successor", name=printable(name)))
    for case, reason in list(done.failed.items())[:SHOWN]:
        say("  " + tr("{case} failed: {reason}", case=printable(case), reason=printable(reason)))
    if len(done.failed) > SHOWN:
        say("  " + tr("… and {count} more cases", count=f"{len(done.failed) - SHOWN:,}"))
    return EXIT_LACKING if done.failed else 0
