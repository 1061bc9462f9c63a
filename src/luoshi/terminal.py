"""How the command line speaks: click's commands in the reader's language, one line for an error, the exit codes.

Exit codes: 0 done; 1 the check found something lacking; 2 wrong input or wrong use; 70 a fault of Luoshi;
130 interrupted; 141 the reader of our output has gone.
"""

from __future__ import annotations

import errno
import gettext
import io
import os
import re
import signal
import sys
import traceback
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from types import FrameType
from typing import IO, Any, Final

import click

from luoshi import messages
from luoshi.messages import tr
from luoshi.reading.errors import ReadError

EXIT_LACKING: Final = 1
EXIT_BAD_INPUT: Final = 2
EXIT_FAULT: Final = 70
EXIT_INTERRUPTED: Final = 130
EXIT_BROKEN_PIPE: Final = 141
NO_ROOM: Final = (errno.ENOSPC, errno.EDQUOT, errno.EIO)
REPORT_FAULTS_TO: Final = "CONTRIBUTING.md"


PIECE: Final = re.compile(r"\s+|[（《“]*(?:[!-~]+|.)[，。；：、！？）》”…]*")
"""What a line is not broken within: a word of ASCII or a Chinese character, with the marks that belong to it."""
ENDS: Final = (".", ":", "。", "：", "；", "？")
"""A line of a help text that ends so is whole; any other goes on in the next line."""


def cells(text: str) -> int:
    """How many columns of a terminal ``text`` takes: Chinese characters and punctuation take two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def folded(text: str, width: int) -> Iterator[str]:
    """``text`` in lines of at most ``width`` columns; a single piece that is longer stands alone."""
    line = ""
    for piece in PIECE.findall(text):
        if line and cells(line + piece.rstrip()) > width:
            yield line.rstrip()
            line = ""
        line += piece if line else piece.lstrip()
    yield line.rstrip()


CHINESE_MARKS: Final = tuple(
    (re.compile(wrong), right)
    for wrong, right in (
        (r"'([^']*)'", r"“\1”"),
        (r"”, ?“", "”、“"),
        (r" ?(“[^”]*”) ?", r"\1"),
        (r"\?$", "？"),
        (r"\.$", "。"),
        (r"。 ", "。"),
    )
)
"""Marks as click's code sets them, and as Chinese has them; in turn."""


class Formatter(click.HelpFormatter):
    """Help that keeps its columns where characters are two columns wide."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        begin = tr("Usage:") if prefix is None else prefix
        super().write_usage(prog, args, begin if begin.endswith("：") else begin.rstrip() + " ")

    def write_heading(self, heading: str) -> None:
        colon = tr(":")
        self.write(f"{' ' * self.current_indent}{heading}{colon}\n")

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        rows = list(rows)
        first = min(max((cells(name) for name, _ in rows), default=0), col_max) + col_spacing
        width = max(self.width - first - self.current_indent, 20)
        indent = " " * self.current_indent
        for name, text in rows:
            lines = list(folded(text, width))
            if cells(name) + col_spacing > first:
                self.write(f"{indent}{name}\n")
                name = ""  # noqa: PLW2901 - its text begins on the next line
            for line in lines:
                self.write(f"{indent}{name}{' ' * (first - cells(name))}{line}".rstrip() + "\n")
                name = ""  # noqa: PLW2901 - only the first line has the name


class Context(click.Context):
    """What every command of ours runs in."""

    formatter_class = Formatter


class Option(click.Option):
    """An option whose help is a message id, translated when it is shown."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        record = super().get_help_record(ctx)
        if record is None or not self.help:
            return record
        return record[0], record[1].replace(self.help, tr(self.help), 1)

    def make_metavar(self, ctx: click.Context) -> str:
        return tr(super().make_metavar(ctx))


class Argument(click.Argument):
    """An argument whose metavar is a message id, translated when it is shown."""

    def make_metavar(self, ctx: click.Context) -> str:
        return tr(super().make_metavar(ctx))


class Command(click.Command):
    """A command whose texts are message ids, translated when they are shown."""

    context_class = Context

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        return [tr(piece) for piece in super().collect_usage_pieces(ctx)]

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        _write_text(formatter, self.help)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        _write_text(formatter, self.epilog)

    def get_short_help_str(self, limit: int = 45) -> str:
        return tr(self.short_help) if self.short_help else ""


class Group(click.Group):
    """A group of commands whose texts are message ids, translated when they are shown."""

    command_class = Command
    context_class = Context

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        return [tr(piece) for piece in super().collect_usage_pieces(ctx)]

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        _write_text(formatter, self.help)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        _write_text(formatter, self.epilog)

    def get_short_help_str(self, limit: int = 45) -> str:
        return tr(self.short_help) if self.short_help else ""


Group.group_class = Group


def _write_text(formatter: click.HelpFormatter, text: str | None) -> None:
    if text:
        formatter.write_paragraph()
        for line in _whole_lines(tr(text)):
            # What is indented is to be typed, and stays in one line.
            parts = [line] if line.startswith(" ") else folded(line, max(formatter.width - 2, 20))
            for part in parts:
                formatter.write(f"  {part}".rstrip() + "\n")


def _whole_lines(text: str) -> list[str]:
    """The lines of ``text``; one that was broken within a sentence is joined again."""
    lines: list[str] = []
    for line in text.split("\n"):
        if lines and lines[-1] and not lines[-1].startswith(" ") and not lines[-1].endswith(ENDS):
            lines[-1] += line if lines[-1][-1] > "\u2e80" else f" {line}"
        else:
            lines.append(line)
    return lines


def say(text: str) -> None:
    """One line for the person, on standard error, so that standard output holds the result alone."""
    click.echo(text, err=True)


def speak(args: Sequence[str]) -> None:
    """Choose the language by ``--lang`` in ``args`` or the locale, for our messages and for click's own."""
    lang = messages.choose_language(_language_asked(args), os.environ)
    messages.set_language(lang)
    # click looks its texts up in the text domain of the process, in the language that the environment names.
    gettext.bindtextdomain(messages.DOMAIN, messages.LOCALE_FOLDER)
    gettext.textdomain(messages.DOMAIN)
    os.environ["LANGUAGE"] = messages.CATALOG_OF[lang]


def _language_asked(args: Sequence[str]) -> str | None:
    """``--lang`` is needed before the arguments are parsed, so that errors in them are told in it."""
    for place, arg in enumerate(args):
        if arg == "--":
            break
        if arg.startswith("--lang="):
            return arg.removeprefix("--lang=")
        if arg == "--lang" and place + 1 < len(args):
            return args[place + 1]
    return None


def run(command: click.Command, args: Sequence[str]) -> int:
    """Run ``command`` with ``args`` and return its exit code; every error becomes one line on standard error."""
    speak(args)
    _stay_writable(sys.stdout)
    _stay_writable(sys.stderr)
    try:
        code = _run(command, args)
        sys.stdout.flush()
    except BrokenPipeError:
        _drop_output()
        return EXIT_BROKEN_PIPE
    except OSError as error:
        # Files of ours are told by name; without one it is standard output that has no room.
        if error.filename is not None or error.errno not in NO_ROOM:
            return _fault(error)
        _drop_output()
        reason = tr(os.strerror(error.errno or 0))
        say("luoshi: " + tr("the output cannot be written ({reason}); make room, then do it again", reason=reason))
        return EXIT_BAD_INPUT
    except Exception as error:  # noqa: BLE001 - the one place where a fault of ours becomes a line instead of a trace
        return _fault(error)
    return code


def _run(command: click.Command, args: Sequence[str]) -> int:
    try:
        result = command.main(list(args), prog_name="luoshi", standalone_mode=False)
    except ReadError as error:
        say(f"luoshi: {messages.describe(error)}")
        return EXIT_BAD_INPUT
    except click.ClickException as error:
        _show(error)
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        say(tr("Interrupted; nothing was written."))
        return EXIT_INTERRUPTED
    except SystemExit as error:
        # This is how click ends when the reader of a pipe has gone; nothing of ours exits with 1.
        if error.code == 1:
            _drop_output()
            return EXIT_BROKEN_PIPE
        raise
    return result if isinstance(result, int) else 0


def _show(error: click.ClickException) -> None:
    """What click says, in the punctuation of the language: click's code sets quotation marks and full stops."""
    told = io.StringIO()
    error.show(file=told)
    text = told.getvalue().rstrip("\n")
    if messages.language() == "zh":
        *before, last = text.split("\n")
        for wrong, right in CHINESE_MARKS:
            last = wrong.sub(right, last)
        text = "\n".join((*before, last))
    say(text)


def _fault(error: Exception) -> int:
    if os.environ.get("LUOSHI_DEBUG") == "1":
        traceback.print_exception(error)
    say(
        tr(
            "luoshi: this is a fault of Luoshi, not of your file ({kind}); please report it as {where} says, "
            "with what LUOSHI_DEBUG=1 prints",
            kind=messages.printable(f"{type(error).__name__}: {error}"),
            where=REPORT_FAULTS_TO,
        )
    )
    return EXIT_FAULT


def _stay_writable(stream: IO[Any]) -> None:
    """A terminal in an encoding without Chinese shows question marks instead of failing."""
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="replace")


def _drop_output() -> None:
    """Point standard output at nothing, so that Python's own flush at exit has nothing to complain of."""
    with suppress(OSError, ValueError):
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, sys.stdout.fileno())
        os.close(nothing)


def end_tidily_when_told_to() -> None:
    """Let SIGTERM unwind the stack, so that temporary files are removed."""

    def leave(number: int, frame: FrameType | None) -> None:
        raise SystemExit(128 + number)

    signal.signal(signal.SIGTERM, leave)
