"""The command line: ``luoshi read``, ``compare`` and ``tasks check``; the other commands come from ``commands``.

What a command needs is imported inside it, so that ``luoshi --help`` and small texts answer at once.
"""
# ruff: noqa: PLC0415

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from luoshi import __version__
from luoshi.commands.accounts import accounts
from luoshi.commands.adopt import adopt
from luoshi.commands.casework import calendar, sweep
from luoshi.commands.check import check as check_place
from luoshi.commands.commitments import report
from luoshi.commands.demo import demo
from luoshi.commands.figures import figures
from luoshi.commands.ledger import verify
from luoshi.commands.move import move
from luoshi.commands.org import org
from luoshi.commands.packs import packs
from luoshi.commands.papers import paper
from luoshi.commands.replay import replay
from luoshi.commands.sealing import erase, ledger
from luoshi.commands.serve import serve
from luoshi.commands.simulate import simulate
from luoshi.commands.statistics import statistics
from luoshi.commands.worktime import due
from luoshi.commands.write import write
from luoshi.files import STANDARD_INPUT, Outputs, read_input
from luoshi.messages import language, mark, printable, tr
from luoshi.reading.errors import ReadError
from luoshi.terminal import (
    EXIT_LACKING,
    Argument,
    Group,
    Option,
    end_tidily_when_told_to,
    run,
    say,
)

if TYPE_CHECKING:
    from luoshi.reading.model import Reading

READ_SUFFIXES = (".xlsx", ".html", ".json")
COMPARE_SUFFIXES = (".json",)
FORMATS = click.Choice(["text", "json"])


@click.group(
    cls=Group,
    context_settings={"help_option_names": ["-h", "--help"]},
    help=mark(
        "Read a Chinese government work report into a table of tasks; carry every case from the moment it comes in to\n"
        "a verified close; keep a ledger that anybody can check."
    ),
    epilog=mark(
        "Begin with:\n  luoshi read report.docx -o tasks.xlsx -o reading.html\n  luoshi packs list\n"
        "  luoshi simulate --mechanism hotline --cases 100"
    ),
)
@click.version_option(
    __version__, prog_name="luoshi", message="%(prog)s %(version)s", cls=Option, help=mark("Show the version and exit.")
)
@click.option(
    "--lang",
    cls=Option,
    type=click.Choice(["zh", "en"]),
    help=mark("The language to speak; without it, the locale's."),
)
def luoshi(lang: str | None) -> None:
    """The root of all commands. ``--lang`` has been heeded already, in :func:`luoshi.terminal.speak`."""


@luoshi.command(
    short_help=mark("Read a report: outline, quantities, promises, results, glossary."),
    help=mark(
        "Read a report (.docx, .pdf, .html, .md, .txt; - for standard input):\n"
        "its outline, quantities, promises, results and glossary.\n"
        "Without -o and --format, show a summary."
    ),
)
@click.argument("file", cls=Argument, metavar=mark("FILE"))
@click.option(
    "-o",
    "--output",
    "outputs",
    cls=Option,
    multiple=True,
    metavar=mark("OUT"),
    help=mark("Write a workbook (.xlsx), a page (.html) or data (.json), by the ending; may be repeated."),
)
@click.option(
    "--format",
    "form",
    cls=Option,
    type=FORMATS,
    help=mark("What to print: a summary (text) or everything (json)."),
)
@click.option(
    "--name",
    cls=Option,
    metavar=mark("NAME"),
    help=mark("What to call the text; its ending helps to tell the kind of standard input."),
)
@click.option("--force", cls=Option, is_flag=True, help=mark("Replace outputs that are there already."))
def read(file: str, outputs: tuple[str, ...], form: str | None, name: str | None, force: bool) -> None:
    """``luoshi read``: one report in, a summary or files out."""
    with Outputs(outputs, inputs=[file], force=force, allowed=READ_SUFFIXES) as files:
        reading = _read(file, name)
        for target in files.targets:
            files.write(target, partial(_write_reading, reading, target.suffix.lower()))
        files.commit()
    if form == "json":
        from luoshi.writing.json_out import reading_json, to_text

        _print_json(to_text(reading_json(reading)))
    elif form == "text" or not outputs:
        from luoshi.summary import show_reading

        show_reading(reading, written=bool(outputs))
    _say_written(outputs)


@luoshi.command(
    short_help=mark("Hold last year's promises against this year's results."),
    help=mark(
        "Hold the promises of LAST year's report against the results that THIS year's tells:\n"
        "met, missed, partly, unverifiable or absent, each with both sources."
    ),
)
@click.argument("last", cls=Argument, metavar=mark("LAST"))
@click.argument("this", cls=Argument, metavar=mark("THIS"))
@click.option(
    "-o",
    "--output",
    "outputs",
    cls=Option,
    multiple=True,
    metavar=mark("OUT"),
    help=mark("Write the comparison as data (.json)."),
)
@click.option(
    "--format", "form", cls=Option, type=FORMATS, help=mark("What to print: a summary (text) or everything (json).")
)
@click.option("--force", cls=Option, is_flag=True, help=mark("Replace outputs that are there already."))
def compare(last: str, this: str, outputs: tuple[str, ...], form: str | None, force: bool) -> None:
    """``luoshi compare``: two reports in, a verdict for each promise out."""
    if last == this == STANDARD_INPUT:
        raise ReadError("stdin_twice", name=STANDARD_INPUT)
    from luoshi.writing.json_out import to_text

    with Outputs(outputs, inputs=[last, this], force=force, allowed=COMPARE_SUFFIXES) as files:
        found = _compare(_read(last, None), _read(this, None))
        for target in files.targets:
            files.write(target, lambda path: _write_text(path, to_text(found)))
        files.commit()
    if form == "json":
        _print_json(to_text(found))
    elif form == "text" or not outputs:
        from luoshi.summary import show_comparisons

        show_comparisons(found)
    _say_written(outputs)


@luoshi.group(
    short_help=mark("Work with a filled-in workbook of tasks."), help=mark("Work with a filled-in workbook of tasks.")
)
def tasks() -> None:
    """Commands on the workbook."""


@tasks.command(
    "check",
    short_help=mark("Name every row that lacks one of the four clarities."),
    help=mark(
        "Name every row of a filled-in workbook that lacks one of the four clarities\n"
        "(who is responsible, what is to be done, by what standard, by when).\n"
        "The exit code is 0 if none lacks any, 1 if one does, 2 if the workbook cannot be read."
    ),
)
@click.argument("workbook", cls=Argument, metavar=mark("WORKBOOK"))
def check(workbook: str) -> int:
    """``luoshi tasks check``: a filled-in workbook in, the rows with blanks out."""
    from luoshi.summary import show_lacking
    from luoshi.writing.tasks import check_workbook

    path = Path(workbook)
    if not path.exists():
        raise ReadError("input_missing", name=workbook)
    if path.is_dir():
        raise ReadError("input_is_folder", name=workbook)
    lacking = check_workbook(path)
    show_lacking(lacking)
    return EXIT_LACKING if lacking else 0


luoshi.add_command(due)
luoshi.add_command(packs)
luoshi.add_command(verify)
luoshi.add_command(ledger)
luoshi.add_command(erase)
luoshi.add_command(org)
luoshi.add_command(adopt)
luoshi.add_command(sweep)
luoshi.add_command(calendar)
luoshi.add_command(move)
luoshi.add_command(replay)
luoshi.add_command(simulate)
luoshi.add_command(serve)
luoshi.add_command(demo)
luoshi.add_command(accounts)
luoshi.add_command(check_place)
luoshi.add_command(report)
luoshi.add_command(figures)
luoshi.add_command(statistics)
luoshi.add_command(paper)
luoshi.add_command(write)


def _read(file: str, name: str | None) -> Reading:
    data = read_input(file)
    from luoshi.reading.reader import read as read_source
    from luoshi.reading.sources import load

    shown = name or (file if file == STANDARD_INPUT else Path(file).name)
    try:
        return read_source(load(data, shown))
    except ReadError as error:
        error.details["name"] = name or file
        raise


def _compare(last: Reading, this: Reading) -> list[dict[str, Any]]:
    from luoshi.reading.compare import compare as compare_readings
    from luoshi.writing.json_out import comparisons_json

    return comparisons_json(compare_readings(last, this))


def _write_reading(reading: Reading, kind: str, path: Path) -> None:
    if kind == ".xlsx":
        from luoshi.writing.workbook import write_workbook

        write_workbook(reading, path, lang=language())
    elif kind == ".html":
        from luoshi.writing.page import render_page

        _write_text(path, render_page(reading, lang=language()))
    else:
        from luoshi.writing.json_out import reading_json, to_text

        _write_text(path, to_text(reading_json(reading)))


def _write_text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


def _print_json(text: str) -> None:
    """JSON is UTF-8 whatever the terminal's encoding is."""
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode())
    sys.stdout.buffer.flush()


def _say_written(outputs: tuple[str, ...]) -> None:
    for name in outputs:
        say(tr("Wrote {name}", name=printable(name)))


def main() -> None:
    """Run the command line and end the process with its exit code."""
    end_tidily_when_told_to()
    sys.exit(run(luoshi, sys.argv[1:]))
