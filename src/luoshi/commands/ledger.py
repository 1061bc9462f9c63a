"""The command ``luoshi verify``: a ledger's export, checked offline, and a report with it.

What a command needs is imported inside it, so that the others answer at once.
"""
# ruff: noqa: PLC0415

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from luoshi.messages import mark, printable, tr
from luoshi.progress import progress
from luoshi.terminal import EXIT_BAD_INPUT, Argument, Command, Option, say

if TYPE_CHECKING:
    from luoshi.ledger.note import Verifier
    from luoshi.ledger.verify import Report

EXIT_FALSE: Final = 1
MAX_NOTE_BYTES: Final = 1_000_000


@click.command(
    "verify",
    cls=Command,
    short_help=mark("Check a ledger's export, or a report with it, offline."),
    help=mark(
        "Check the export of a ledger in the folder DIR, offline: every file, every case's chain, the Merkle tree,\n"
        "the signatures, and that the entries give exactly the exported rows. The first thing that is wrong is named.\n"
        "With REPORT, a report.html that luoshi write made, every number of it is computed again from the entries, by\n"
        "the definitions of the packs here; each that differs is named.\n"
        "The exit code is 0 if all is right, 1 if something is wrong, 2 if a file, the folder or a key cannot be used."
    ),
    epilog=mark(
        "For example:\n  luoshi verify export\n  luoshi verify export --key-file keys.txt --older checkpoint\n"
        "  luoshi verify annual/report.html annual/ledger"
    ),
)
@click.argument("paths", cls=Argument, metavar=mark("[REPORT] DIR"), nargs=-1, required=True)
@click.option(
    "--key",
    "keys",
    cls=Option,
    multiple=True,
    metavar=mark("KEY"),
    help=mark("A public key that you trust, as NAME+ID+KEY; may be repeated. Without any, the export's own is used."),
)
@click.option(
    "--key-file",
    "key_files",
    cls=Option,
    multiple=True,
    metavar=mark("FILE"),
    help=mark("A file of such keys, one a line; may be repeated."),
)
@click.option(
    "--older",
    cls=Option,
    metavar=mark("FILE"),
    help=mark("A checkpoint that you kept: the log must begin with all that it had then."),
)
@click.option(
    "--format",
    "form",
    cls=Option,
    type=click.Choice(["text", "json"]),
    default="text",
    help=mark("What to print: a short report as text, or as data (json)."),
)
def verify(
    paths: tuple[str, ...], keys: tuple[str, ...], key_files: tuple[str, ...], older: str | None, form: str
) -> int:
    """``luoshi verify``: a folder in, a short report or the first fault out; a page with it, and what differs."""
    from luoshi.ledger.errors import LedgerError
    from luoshi.words.ledger import describe_input

    *pages, folder = paths
    if len(pages) > 1:
        raise click.UsageError(tr("give one report and one folder, or the folder alone"))
    if pages and older is not None:
        raise click.UsageError(tr("--older goes with the folder alone; verify the folder with it first"))
    try:
        if pages:
            from luoshi.commands.verify_report import verify_report

            _names(Path(folder))
            return verify_report(Path(pages[0]), Path(folder), _keys(keys, key_files), form)
        report = _verify(Path(folder), _keys(keys, key_files), _older(older))
    except LedgerError as error:
        say(f"luoshi: {describe_input(error)}")
        return EXIT_BAD_INPUT
    if report.fault is not None and not report.fault.file:
        # The fault is in the checkpoint that was given, not in the export.
        from dataclasses import replace

        report.fault = replace(report.fault, file=str(older))
    if form == "json":
        _print_json(report)
    elif report.fault is None:
        _show(folder, report)
    else:
        from luoshi.words.ledger import describe_fault

        line = tr("{name}: {line}", name=printable(folder), line=describe_fault(report.fault))
        say(f"luoshi: {line}")
    return 0 if report.fault is None else EXIT_FALSE


def _verify(folder: Path, keys: list[Verifier], older: bytes | None) -> Report:
    from luoshi.ledger.errors import LedgerError
    from luoshi.sealing.checking import check

    names = _names(folder)
    try:
        with progress(tr("Checking entries")) as tell:
            return check(folder, names, keys, older=older, progress=tell, processes=_cores(), size=_rough_size(names))
    except OSError as error:
        raise _unreadable(folder, error) from error
    except LedgerError as error:
        error.details["name"] = str(folder)
        raise


def _cores() -> int:
    """The cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _rough_size(names: list[str]) -> int:
    """About how many entries the export has, by the names of its files; it decides nothing but how many processes."""
    return 256 * sum(name.startswith("tile/entries/") for name in names)


def _names(folder: Path) -> list[str]:
    """The path of everything in ``folder`` that is no folder, with slashes."""
    from luoshi.ledger.errors import LedgerError

    if not folder.exists():
        raise LedgerError("folder_missing", name=str(folder))
    if not folder.is_dir():
        raise LedgerError("folder_is_file", name=str(folder))

    def fail(error: OSError) -> None:
        raise _unreadable(folder, error)

    names = []
    for place, folders, files in os.walk(folder, onerror=fail):
        inside = Path(place)
        links = [name for name in folders if (inside / name).is_symlink()]
        names += [(inside / name).relative_to(folder).as_posix() for name in (*files, *links)]
    if not {"manifest.json", "checkpoint"} & set(names):
        raise LedgerError("not_an_export", name=str(folder))
    return names


def _unreadable(name: object, error: OSError) -> Exception:
    from luoshi.ledger.errors import LedgerError

    return LedgerError("unreadable", name=str(name), file=error.filename, reason=error.strerror or str(error))


def _keys(keys: tuple[str, ...], files: tuple[str, ...]) -> list[Verifier]:
    given = [(text, text) for text in keys]
    for name in files:
        lines = _read(name).decode("utf-8", "replace").splitlines()
        given += [(name, line.strip()) for line in lines if line.strip()]
        if not any(line.strip() for line in lines):
            given.append((name, ""))
    from luoshi.ledger.errors import LedgerError
    from luoshi.ledger.note import parse_vkey

    found = []
    for name, text in given:
        try:
            found.append(parse_vkey(text))
        except LedgerError as error:
            raise LedgerError("key", name=name) from error
    return found


def _older(name: str | None) -> bytes | None:
    if name is None:
        return None
    from luoshi.ledger.checkpoint import parse_checkpoint
    from luoshi.ledger.errors import LedgerError
    from luoshi.ledger.note import parse_note

    data = _read(name)
    try:
        parse_checkpoint(parse_note(data).text)
    except LedgerError as error:
        raise LedgerError("older", name=name) from error
    return data


def _read(name: str) -> bytes:
    try:
        with Path(name).open("rb") as stream:
            return stream.read(MAX_NOTE_BYTES + 1)
    except OSError as error:
        from luoshi.ledger.errors import LedgerError

        raise LedgerError("file_unreadable", name=name, reason=error.strerror or str(error)) from error


def _show(folder: str, report: Report) -> None:
    click.echo(tr("{name}: all is right", name=printable(folder)))
    rows = [
        (tr("Log"), printable(report.origin)),
        (tr("Entries"), tr("{entries} in {cases} cases", entries=f"{report.entries:,}", cases=f"{report.cases:,}")),
        (tr("Checkpoint"), tr("size {size}, root {root}", size=f"{report.size:,}", root=report.root)),
    ]
    rows += [(tr("Signed by"), printable(key.vkey)) for key in report.signed_by]
    rows += [(tr("Not checked"), tr("the signature of {name}", name=printable(name))) for name in report.unknown]
    if report.sm3:
        rows.append((tr("Digests"), tr("SHA-256 and SM3")))
    if report.older is not None:
        rows.append((tr("Continues"), tr("the older checkpoint of {size} entries", size=f"{report.older:,}")))
    from rich.cells import cell_len

    width = max(cell_len(name) for name, _ in rows)
    for name, text in rows:
        click.echo(f"  {name}{' ' * (width - cell_len(name))}  {text}")
    if report.own_keys:
        click.echo(
            tr("The key is the one in the export itself; compare it with the one that the office published (--key).")
        )


def _print_json(report: Report) -> None:
    sys.stdout.flush()
    sys.stdout.buffer.write((json.dumps(_data(report), ensure_ascii=False, indent=2) + "\n").encode())
    sys.stdout.buffer.flush()


def _data(report: Report) -> dict[str, Any]:
    from luoshi.words.ledger import describe_fault

    fault = report.fault
    return {
        "ok": fault is None,
        "origin": report.origin,
        "size": report.size,
        "root": report.root,
        "entries": report.entries,
        "cases": report.cases,
        "signed_by": [key.vkey for key in report.signed_by],
        "own_keys": report.own_keys,
        "not_checked": list(report.unknown),
        "sm3": report.sm3,
        "older": report.older,
        "fault": None
        if fault is None
        else {
            "code": fault.code,
            "file": fault.file,
            "entry": fault.entry,
            "case": fault.case,
            "n": fault.n,
            "message": describe_fault(fault),
        },
    }
