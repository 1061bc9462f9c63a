"""The commands ``luoshi packs``: check, list, show and draw the definitions of mechanisms.

What a command needs is imported inside it, so that the others answer at once.
"""
# ruff: noqa: PLC0415

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

import click

from luoshi.files import Outputs
from luoshi.messages import language, mark, printable, tr
from luoshi.terminal import EXIT_BAD_INPUT, EXIT_LACKING, Argument, Group, Option, say

if TYPE_CHECKING:
    from luoshi.mechanisms.errors import Finding
    from luoshi.mechanisms.loader import Loaded
    from luoshi.mechanisms.model import Mechanism

FILE: Final = "mechanism.yaml"
VARIABLE: Final = "LUOSHI_PACKS"
_PACKAGE: Final = Path(__file__).parents[1]
BESIDE: Final = _PACKAGE / "packs" if (_PACKAGE / "packs").is_dir() else _PACKAGE.parents[1] / "packs"
"""The packs that came with the installation; in a checkout those beside ``src``."""
DRAWN: Final = (".bpmn", ".svg")
READ_AT_MOST: Final = 1024 * 1024
"""Bytes read of a file; the loader refuses far less."""


@click.group(
    cls=Group,
    short_help=mark("Check and show the definitions of mechanisms."),
    help=mark(
        "Check and show the definitions of mechanisms (packs/NAME/mechanism.yaml).\n"
        "They are looked for in the folder that LUOSHI_PACKS names, else in ./packs, else beside the installation."
    ),
)
def packs() -> None:
    """Commands on packs."""


@dataclass(frozen=True, slots=True)
class _Checked:
    """One file, what it defines if it could be read, and what is wrong with it, with lines."""

    path: Path
    mechanism: Mechanism | None
    findings: tuple[Finding, ...]

    @property
    def sound(self) -> bool:
        return all(one.severity != "error" for one in self.findings)


@packs.command(
    "check",
    short_help=mark("Prove each definition sound, or show what is wrong and on which way."),
    help=mark(
        "Prove each definition sound: every name leads somewhere, every stage is reached and can close,\n"
        "somebody and a clock drive each, closing is earned, every limit has its source.\n"
        "PATH is a pack, a folder of packs or a file; without one, all packs are checked.\n"
        "The exit code is 0 if all are sound, 1 if one is not, 2 if something cannot be read."
    ),
)
@click.argument("paths", cls=Argument, metavar=mark("[PATH]..."), nargs=-1)
@click.option(
    "--on",
    "on_day",
    cls=Option,
    metavar=mark("DATE"),
    help=mark("The day on which sources have to be in force; without it, today."),
)
def check(paths: tuple[str, ...], on_day: str | None) -> int:
    """``luoshi packs check``: definitions in, what is wrong with each out."""
    day = _day(on_day)
    files = _files(paths)
    if files is None:
        return EXIT_BAD_INPUT
    results = []
    for file in files:
        result = _check(file, day)
        if result is None:
            return EXIT_BAD_INPUT
        _show_result(result)
        results.append(result)
    bad = sum(not result.sound for result in results)
    if bad:
        click.echo(tr("{bad} of {count} definitions are not sound", bad=bad, count=len(results)))
    return max((_code(result) for result in results), default=0)


def _code(result: _Checked) -> int:
    from luoshi.words.packs import TEXT_MESSAGES

    if any(one.code in TEXT_MESSAGES for one in result.findings):
        return EXIT_BAD_INPUT
    return 0 if result.sound else EXIT_LACKING


def _day(text: str | None) -> date:
    if text is None:
        return datetime.now(ZoneInfo("Asia/Shanghai")).date()
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise click.UsageError(tr("{day} is no date; write it as 2026-01-31", day=printable(text))) from error


def _root() -> Path:
    """The folder of packs."""
    given = os.environ.get(VARIABLE)
    if given:
        return Path(given)
    here = Path("packs")
    return here if here.is_dir() or not BESIDE.is_dir() else BESIDE


def _files(paths: tuple[str, ...]) -> list[Path] | None:
    """The definitions that ``paths`` name, in order; None, and a line for the person, if one names none."""
    found: dict[Path, None] = {}
    for path in [Path(given) for given in paths] or [_root()]:
        some = _files_of(path)
        if not some:
            say(
                "luoshi: "
                + tr(
                    "{name}: no {file} is there; give a pack, a folder of packs or a file",
                    name=printable(path),
                    file=FILE,
                )
            )
            return None
        found.update(dict.fromkeys(some))
    return list(found)


def _files_of(path: Path) -> list[Path]:
    if path.is_dir():
        own = path / FILE
        return [own] if own.is_file() else sorted(path.glob(f"*/{FILE}"))
    return [path] if path.exists() else []


def _read(path: Path) -> bytes | None:
    try:
        with path.open("rb") as stream:
            return stream.read(READ_AT_MOST)
    except OSError as error:
        reason = tr(error.strerror or str(error))
        say("luoshi: " + tr("{name}: it cannot be read ({reason})", name=printable(path), reason=printable(reason)))
        return None


def _check(path: Path, day: date) -> _Checked | None:
    from luoshi.mechanisms.errors import MechanismError
    from luoshi.mechanisms.loader import load_with_lines
    from luoshi.mechanisms.soundness import check as prove
    from luoshi.mechanisms.soundness import with_lines

    text = _read(path)
    if text is None:
        return None
    try:
        loaded = load_with_lines(text, str(path))
    except MechanismError as error:
        return _Checked(path, None, error.findings)
    return _Checked(path, loaded.mechanism, tuple(with_lines(prove(loaded.mechanism, day), loaded)))


def _show_result(result: _Checked) -> None:
    from luoshi.words.packs import describe_finding

    shown = printable(result.path)
    for one in result.findings:
        line = f"{shown}:{one.line}: " if one.line else f"{shown}: "
        place = f"{printable(one.place)}: " if one.place else ""
        told = tr("note: ") if one.severity == "warning" else ""
        click.echo(f"{line}{told}{place}{describe_finding(one)}")
        if one.route:
            click.echo("   " + tr("way: {way}", way=" → ".join(one.route)))
    found = result.mechanism
    if found is not None and result.sound:
        click.echo(
            tr(
                "{name}: sound: {stages} stages, {actions} actions, {clocks} clocks; {settings} settings to fill in",
                name=shown,
                stages=len(found.stages),
                actions=sum(1 for _ in found.every_action()),
                clocks=len(found.clocks),
                settings=sum(setting.default is None for setting in found.settings.values()),
            )
        )


@packs.command(
    "list",
    short_help=mark("List the packs."),
    help=mark("List the packs: name, version, status, what each is called and how large it is."),
)
def list_packs() -> int:
    """``luoshi packs list``."""
    files = _files(())
    if files is None:
        return EXIT_BAD_INPUT
    from luoshi.commands.packs_show import show_packs

    loaded = [(file.parent.name, _load(file)) for file in files]
    show_packs((name, one.mechanism) for name, one in loaded if one is not None)
    return 0 if all(one is not None for _, one in loaded) else EXIT_BAD_INPUT


def _load(path: Path) -> Loaded | None:
    """The definition in ``path``; None, and what is wrong with it, if it is none."""
    from luoshi.mechanisms.errors import MechanismError
    from luoshi.mechanisms.loader import load_with_lines

    text = _read(path)
    if text is None:
        return None
    try:
        return load_with_lines(text, str(path))
    except MechanismError as error:
        from luoshi.words.packs import describe_finding

        for one in error.findings:
            say(f"luoshi: {printable(path)}:{one.line}: {printable(one.place)}: {describe_finding(one)}")
        return None


def _path_named(name: str) -> Path | None:
    """The file of the pack ``name``: one of the folder of packs, or a path."""
    path = _root() / name / FILE
    if path.is_file():
        return path
    if not Path(name).exists():
        say(
            "luoshi: "
            + tr("there is no pack {name}; luoshi packs list shows those that are there", name=printable(name))
        )
        return None
    files = _files((name,))
    return files[0] if files else None


@packs.command(
    "show",
    short_help=mark("Show a pack: stages, actions, clocks and their sources, settings to fill in."),
    help=mark(
        "Show a pack: its stages, actions, clocks with their legal sources, and the settings that a place fills in."
    ),
)
@click.argument("name", cls=Argument, metavar=mark("NAME"))
def show(name: str) -> int:
    """``luoshi packs show``: one pack for people."""
    path = _path_named(name)
    loaded = _load(path) if path else None
    if loaded is None:
        return EXIT_BAD_INPUT
    from luoshi.commands.packs_show import show_pack

    show_pack(loaded.mechanism)
    return 0


@packs.command(
    "draw",
    short_help=mark("Draw a pack: BPMN 2.0 for modellers, or a picture."),
    help=mark(
        "Draw a pack: as BPMN 2.0 (.bpmn), which common modellers open, or as a picture (.svg).\n"
        "Without -o, print the BPMN."
    ),
    epilog=mark("For example:\n  luoshi packs draw hotline -o hotline.bpmn -o hotline.svg"),
)
@click.argument("name", cls=Argument, metavar=mark("NAME"))
@click.option(
    "-o",
    "--output",
    "outputs",
    cls=Option,
    multiple=True,
    metavar=mark("OUT"),
    help=mark("Write BPMN (.bpmn) or a picture (.svg), by the ending; may be repeated."),
)
@click.option("--force", cls=Option, is_flag=True, help=mark("Replace outputs that are there already."))
def draw(name: str, outputs: tuple[str, ...], force: bool) -> int:
    """``luoshi packs draw``: one sound pack in, a diagram out."""
    path = _path_named(name)
    result = _check(path, _day(None)) if path else None
    if result is None:
        return EXIT_BAD_INPUT
    one = result.mechanism
    if one is None or not result.sound:
        _show_result(result)
        return _code(result)
    if not outputs:
        sys.stdout.flush()
        sys.stdout.buffer.write(_drawn(one, DRAWN[0]))
        sys.stdout.buffer.flush()
        return 0
    with Outputs(outputs, inputs=[str(path)], force=force, allowed=DRAWN) as files:
        for target in files.targets:
            files.write(target, partial(_write, _drawn(one, target.suffix.lower())))
        files.commit()
    for written in outputs:
        say(tr("Wrote {name}", name=printable(written)))
    return 0


def _drawn(mechanism: Mechanism, kind: str) -> bytes:
    if kind == ".svg":
        from luoshi.mechanisms.svg import svg

        return svg(mechanism, language())
    from luoshi.mechanisms.bpmn import bpmn

    return bpmn(mechanism, language())


def _write(drawing: bytes, path: Path) -> None:
    path.write_bytes(drawing)


def pack_names() -> list[str]:
    """The names of all packs."""
    return [file.parent.name for file in _files_of(_root())]


def read_pack(name: str) -> bytes | None:
    """The definition of the pack ``name`` (or of a path) as it is written; None, and a line for the person, if none."""
    path = _path_named(name)
    return _read(path) if path else None
