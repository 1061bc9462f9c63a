"""The commands ``luoshi packs``: check, list, show and draw the definitions of mechanisms.

What a command needs is imported inside it, so that the others answer at once.
"""
# ruff: noqa: PLC0415

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

import click

from luoshi.messages import language, mark, printable, tr
from luoshi.terminal import EXIT_BAD_INPUT, EXIT_LACKING, Argument, Group, Option, say

if TYPE_CHECKING:
    from luoshi.mechanisms.errors import Finding
    from luoshi.mechanisms.loader import Loaded
    from luoshi.mechanisms.model import Budget, Legal, Limit, Mechanism, Named

FILE: Final = "mechanism.yaml"
VARIABLE: Final = "LUOSHI_PACKS"
BESIDE: Final = Path(__file__).parents[2] / "packs"
"""The packs of a checkout, beside ``src``."""
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
    from luoshi.packs_messages import TEXT_MESSAGES

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
    from luoshi.packs_messages import describe_finding

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
    rows, code = [], 0
    for file in files:
        loaded = _load(file)
        if loaded is None:
            code = EXIT_BAD_INPUT
            continue
        one = loaded.mechanism
        size = tr("{stages} stages, {actions} actions", stages=len(one.stages), actions=len(one.actions))
        rows.append((file.parent.name, f"v{one.version}", _status(one.status), _name(one.names), size))
    _table(rows)
    return code


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
        from luoshi.packs_messages import describe_finding

        for one in error.findings:
            say(f"luoshi: {printable(path)}:{one.line}: {printable(one.place)}: {describe_finding(one)}")
        return None


def _named(name: str) -> Loaded | None:
    """The pack ``name``: one of the folder of packs, or a path."""
    path = _root() / name / FILE
    if path.is_file():
        return _load(path)
    files = _files((name,))
    return _load(files[0]) if files else None


def _status(status: str) -> str:
    return {"active": tr("active"), "example": tr("example"), "disabled": tr("disabled")}[status]


def _name(named: Named) -> str:
    return printable(named.zh if language() == "zh" else named.en)


def _table(rows: Sequence[tuple[str, ...]], indent: str = "") -> None:
    """Rows in columns, Chinese characters counted as two."""
    from rich.cells import cell_len

    widths = [max(cell_len(row[place]) for row in rows) for place in range(len(rows[0]))] if rows else []
    for row in rows:
        cells = (text + " " * (width - cell_len(text)) for text, width in zip(row, widths, strict=True))
        click.echo((indent + "  ".join(cells)).rstrip())


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
    loaded = _named(name)
    if loaded is None:
        return EXIT_BAD_INPUT
    one = loaded.mechanism
    click.echo(f"{_name(one.names)} ({one.id} v{one.version}, {_status(one.status)})")
    click.echo(printable(one.summary))
    _heading(tr("Stages"))
    _table([_stage_row(one, stage) for stage in one.stages], "  ")
    _heading(tr("Actions"))
    _table([_action_row(one, action) for action in one.actions], "  ")
    _heading(tr("Clocks"))
    _table([_clock_row(one, clock) for clock in one.clocks], "  ")
    asked = [setting for setting, found in one.settings.items() if found.default is None]
    if asked:
        _heading(tr("Settings to fill in"))
        _table([_setting_row(one, setting) for setting in asked], "  ")
    return 0


def _heading(text: str) -> None:
    click.echo()
    click.echo(text)


def _stage_row(one: Mechanism, name: str) -> tuple[str, ...]:
    stage = one.stages[name]
    who = _name(one.roles[stage.responsible]) if stage.responsible in one.roles else ""
    told = ", ".join(_name(one.clocks[clock]) for clock in stage.clocks if clock in one.clocks)
    return (name, _name(stage), who if stage.open else tr("closed"), told)


def _action_row(one: Mechanism, name: str) -> tuple[str, ...]:
    action = one.actions[name]
    who = ", ".join(_name(one.roles[role]) for role in action.by if role in one.roles)
    way = f"{', '.join(action.from_)} → {action.to}" if action.to else ", ".join(action.from_)
    return (name, _name(action), who, way)


def _clock_row(one: Mechanism, name: str) -> tuple[str, ...]:
    clock = one.clocks[name]
    source = one.legal.get(clock.source or "")
    return (name, _name(clock), _kind(clock.kind), _budget(one, clock.budget), _cite(source) if source else "")


def _kind(kind: str) -> str:
    return {
        "legal": tr("legal limit"),
        "promised": tr("promised limit"),
        "internal": tr("internal limit"),
        "warning": tr("warning"),
    }[kind]


def _budget(one: Mechanism, budget: Budget) -> str:
    from luoshi.mechanisms.model import Choice, Until

    if isinstance(budget, Until):
        field = one.fields.get(budget.until)
        return tr("the day in: {field}", field=_name(field) if field else budget.until)
    if isinstance(budget, Choice):
        field = one.fields.get(budget.field)
        told = [
            f"{_name(field.choices[choice]) if field and choice in field.choices else choice}: {_limit(one, limit)}"
            for choice, limit in budget.choices.items()
        ]
        return "; ".join(told)
    return _limit(one, budget)


def _limit(one: Mechanism, limit: Limit) -> str:
    if limit.setting is None:
        return f"{limit.value} {limit.unit}"
    setting = one.settings.get(limit.setting)
    if setting is not None and setting.default is not None:
        return tr("{value} {unit} by default", value=setting.default, unit=limit.unit)
    return tr("as the place sets it ({setting})", setting=limit.setting)


def _cite(source: Legal) -> str:
    parts = [f"《{source.title}》", source.number and f"({source.number})", source.article]
    return printable(" ".join(part for part in parts if part)) + f" [{_trust(source.trust)}]"


def _trust(trust: str) -> str:
    return {
        "statute": tr("statute"),
        "official": tr("official"),
        "mirror": tr("seen in a copy only"),
        "local": tr("local rule"),
        "practice": tr("practice"),
        "unknown": tr("source unknown"),
    }[trust]


def _setting_row(one: Mechanism, name: str) -> tuple[str, ...]:
    setting = one.settings[name]
    examples = [f"{example.place} {example.value}" for example in setting.examples]
    told = tr("elsewhere, as an example: {examples}", examples=printable(", ".join(examples))) if examples else ""
    return (name, _name(setting), setting.unit or "", told)
