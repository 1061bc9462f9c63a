"""The commands ``luoshi ledger`` (key, seal, export) and ``luoshi erase``: the ledger's keeper.

What a command needs is imported inside it, so that the others answer at once.
"""
# ruff: noqa: PLC0415

from __future__ import annotations

import getpass
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from luoshi.messages import mark, printable, tr
from luoshi.progress import progress
from luoshi.terminal import EXIT_BAD_INPUT, EXIT_INTERRUPTED, Argument, Command, Group, Option, say

if TYPE_CHECKING:
    from luoshi.sealing.erasing import Erasure
    from luoshi.sealing.keys import Keys

SHOWN: Final = 20
"""Cases that an erasure names on the terminal; more are counted."""


class _RefusedError(Exception):
    """What the person is told, in one line."""


def _refusals(command: Callable[..., int]) -> Callable[..., int]:
    """Turn what the rooms below refuse into one line and exit code 2."""

    @wraps(command)
    def wrapped(*args: Any, **options: Any) -> int:
        try:
            with _told():
                return command(*args, **options)
        except _RefusedError as error:
            say(f"luoshi: {error}")
            return EXIT_BAD_INPUT

    return wrapped


@contextmanager
def _told() -> Iterator[None]:
    from luoshi.casework.errors import CaseworkError
    from luoshi.ledger.errors import LedgerError
    from luoshi.sealing.errors import SealingError
    from luoshi.site.errors import StoreError

    try:
        yield
    except StoreError as error:
        from luoshi.words.site import describe_store

        raise _RefusedError(describe_store(error)) from error
    except (SealingError, CaseworkError, LedgerError) as error:
        from luoshi.words.sealing import describe_sealing

        raise _RefusedError(describe_sealing(error)) from error


@click.group(
    cls=Group,
    short_help=mark("Keep the ledger: its key, sealing, export."),
    help=mark("Keep the ledger: make its key, seal what was entered, export it for everybody to verify."),
)
def ledger() -> None:
    """Commands of the ledger's keeper."""


@ledger.command(
    "key",
    short_help=mark("Show the ledger's public keys, or make one."),
    help=mark(
        "Show the ledger's public keys, one a line, as they are to be published; make the first one if there is none.\n"
        "The private keys stay in a file of their own, ledger.key in Luoshi's folder or LUOSHI_LEDGER_KEY. Whoever\n"
        "has it can sign in the office's name; without it the log cannot go on. Keep a copy of it offline.\n"
        "To change a key: --add, publish the new one, and after a while --retire the old one."
    ),
    epilog=mark("For example:\n  luoshi ledger key --origin ledger.example.gov.cn/log"),
)
@click.option(
    "--origin",
    cls=Option,
    metavar=mark("NAME"),
    help=mark("The log's name, for its first key; without it LUOSHI_LEDGER_ORIGIN. It stays for ever."),
)
@click.option("--add", cls=Option, is_flag=True, help=mark("Make one more key, which signs beside the others."))
@click.option(
    "--retire", cls=Option, metavar=mark("KEY"), help=mark("Let this key sign no more; its private half is removed.")
)
@_refusals
def key(origin: str | None, add: bool, retire: str | None) -> int:
    """``luoshi ledger key``: public keys out."""
    from luoshi.sealing.errors import SealingError
    from luoshi.sealing.keys import add_key, make_keys, read_keys, retire_key

    settings = _settings()
    path, name = settings.LUOSHI_LEDGER_KEY, origin or settings.LUOSHI_LEDGER_ORIGIN
    if path.exists():
        keys = read_keys(path, name)
        keys = add_key(path, keys) if add else keys
        keys = retire_key(path, keys, retire) if retire else keys
        if add:
            say(tr("Made one more key; publish it, and keep a copy of {name} offline.", name=printable(path)))
        if retire:
            say(
                tr(
                    "{key} signs no more; go on publishing it, older checkpoints are checked with it.",
                    key=printable(retire),
                )
            )
    elif add or retire:
        raise SealingError("key_missing", name=str(path))
    elif not name:
        raise SealingError("origin_missing")
    else:
        keys = make_keys(path, name)
        say(tr("Made a key in {name}; keep a copy of the file offline.", name=printable(path)))
    for one in keys.verifiers:
        click.echo(one.vkey)
    return 0


@ledger.command(
    "seal",
    short_help=mark("Seal all entries into the log and sign it."),
    help=mark(
        "Seal all entries that are there into the log, and sign it. To be run every few minutes, by a timer;\n"
        "two at once do no harm, and one that is stopped is gone on with by the next."
    ),
)
@_refusals
def seal() -> int:
    """``luoshi ledger seal``: how much was sealed, and the log's head, out."""
    keys = _open_store()
    from luoshi.ledger.checkpoint import open_checkpoint
    from luoshi.sealing.seal import seal as seal_all

    try:
        with progress(tr("Sealing entries")) as tell:
            sealed = seal_all(keys, progress=tell)
    except KeyboardInterrupt:
        say(tr("Interrupted; what was sealed so far stays sealed."))
        return EXIT_INTERRUPTED
    head, _ = open_checkpoint(sealed.head.note, keys.verifiers)
    click.echo(
        tr(
            "Sealed {new} entries; the log {origin} has {size}, root {root}",
            new=f"{sealed.entries:,}",
            origin=printable(head.origin),
            size=f"{head.size:,}",
            root=head.root_text,
        )
    )
    return 0


@ledger.command(
    "export",
    short_help=mark("Write the sealed ledger for everybody to verify."),
    help=mark(
        "Write the sealed ledger to the folder DIR: entries, tree, signatures and the cases' public rows, no personal\n"
        "data. It appears whole or not at all. Whoever has it can check it offline: luoshi verify DIR"
    ),
)
@click.argument("folder", cls=Argument, metavar=mark("DIR"))
@click.option("--force", cls=Option, is_flag=True, help=mark("Replace an export that is there already."))
@_refusals
def export(folder: str, force: bool) -> int:
    """``luoshi ledger export``: a folder out."""
    keys = _open_store()
    from luoshi.sealing.exporting import export_to

    with progress(tr("Writing entries")) as tell:
        manifest = export_to(Path(folder), keys, force=force, progress=tell)
    say(
        tr(
            "Wrote {name}: {entries} entries of {cases} cases, root {root}",
            name=printable(folder),
            entries=f"{manifest.size:,}",
            cases=f"{manifest.cases:,}",
            root=manifest.root,
        )
    )
    return 0


@click.command(
    "erase",
    cls=Command,
    short_help=mark("Remove a person's data; the ledger stays verifiable."),
    help=mark(
        "Remove what is personal in all cases of a person, or in one case: names, numbers, texts and their salts,\n"
        "the cases' titles and whom they are about. The ledger stays as it is, and its commitments open no more.\n"
        "Backups and replicas made before keep the data until they expire; on PostgreSQL the old bytes stay on the\n"
        "disk until they are written over (VACUUM FULL does that at once)."
    ),
    epilog=mark("For example:\n  luoshi erase --district jichuan --case hotline-2026-000017 --dry-run"),
)
@click.option("--district", cls=Option, required=True, metavar=mark("CODE"), help=mark("The district's code."))
@click.option(
    "--party", cls=Option, metavar=mark("PARTY"), help=mark("The key of the person that the cases are about.")
)
@click.option("--case", "case", cls=Option, metavar=mark("CASE"), help=mark("The public name of one case."))
@click.option("--by", cls=Option, metavar=mark("WHO"), help=mark("Who does it, for the record; else the user."))
@click.option("--dry-run", cls=Option, is_flag=True, help=mark("Only show what would go."))
@click.option("--yes", cls=Option, is_flag=True, help=mark("Do not ask."))
@click.option(
    "--no-compact",
    cls=Option,
    is_flag=True,
    help=mark("SQLite: do not write the file anew; old copies of rows may then stay in it."),
)
@_refusals
def erase(
    district: str, party: str | None, case: str | None, by: str | None, dry_run: bool, yes: bool, no_compact: bool
) -> int:
    """``luoshi erase``: a person or a case in; what went, or would go, out."""
    _open_database()
    from luoshi.sealing.erasing import erase as erase_all

    would = erase_all(district, party=party, case=case, by="", dry_run=True)
    _show_erasure(would)
    if dry_run or not (would.found or yes):
        return 0
    if not yes:
        if not sys.stdin.isatty():
            raise click.UsageError(tr("this cannot be undone: say --yes"))
        click.confirm(tr("This cannot be undone. Go on?"), abort=True, err=True)
    done = erase_all(district, party=party, case=case, by=by or getpass.getuser(), compact=not no_compact)
    click.echo(
        tr("Erased: {entries} plaintexts in {cases} cases", entries=f"{done.entries:,}", cases=f"{done.cases:,}")
    )
    if not done.cleared or no_compact:
        say(
            tr(
                "Old copies of the rows may still be in the database's files, since something else was reading or the "
                "file was not written anew; run the same command again later."
            )
        )
    return 0


def _show_erasure(would: Erasure) -> None:
    for found in would.found[:SHOWN]:
        places = tr(", ").join(map(str, found.entries)) or "–"
        click.echo(tr("{case}: plaintexts of the entries {places}", case=printable(found.case), places=places))
    if would.cases > SHOWN:
        click.echo(tr("… and {count} more cases", count=f"{would.cases - SHOWN:,}"))
    if not would.found:
        click.echo(tr("Nothing personal is there: it was erased before, or the person's key is another."))


def _settings() -> Any:
    import os

    from luoshi.site import SETTINGS_MODULE

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS_MODULE)
    from django.conf import settings

    return settings


def _open_database() -> None:
    from luoshi.commands.casework import open_store

    open_store()


def _open_store() -> Keys:
    """The log's keys, with the database ready."""
    from luoshi.sealing.keys import read_keys

    settings = _settings()
    keys = read_keys(settings.LUOSHI_LEDGER_KEY, settings.LUOSHI_LEDGER_ORIGIN)
    _open_database()
    return keys
