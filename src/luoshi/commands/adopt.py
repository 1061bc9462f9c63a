"""The command ``luoshi adopt``: a mechanism put in force in a district, with what the district decides.

What a command needs is imported inside it, so that the others answer at once.
"""
# ruff: noqa: PLC0415

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

import click

from luoshi.commands.casework import RefusedError, open_store, refusals
from luoshi.files import read_input
from luoshi.messages import mark, printable, tr
from luoshi.terminal import EXIT_BAD_INPUT, EXIT_LACKING, Argument, Command, Option, say

if TYPE_CHECKING:
    from luoshi.mechanisms.model import Mechanism, Named, Setting

KEYS: Final = ("prefix", "hours", "urgent_hours", "standing", "settings")
HOURS: Final = {"hours": "工作时", "urgent_hours": "紧急工作时"}
"""What is asked for → the unit of limits that runs in these hours."""


@click.command(
    "adopt",
    cls=Command,
    short_help=mark("Put a mechanism in force in a district."),
    help=mark(
        "Put the mechanism of the pack NAME in force in a district: cases that are opened from now on run by it;\n"
        "those that are open stay on the version on which they began.\n"
        "--ask prints a form (YAML) with every value that the district has to decide, with notes and other places'\n"
        "practice, which is never used by itself. Fill it in and give it with --settings.\n"
        "The exit code is 0 if the mechanism is in force, 1 if it is not sound, 2 if a value is missing or wrong."
    ),
    epilog=mark(
        "For example:\n  luoshi adopt hotline --ask > hotline.yaml\n"
        "  luoshi adopt hotline --district jichuan --settings hotline.yaml"
    ),
)
@click.argument("name", cls=Argument, metavar=mark("NAME"))
@click.option("--district", cls=Option, metavar=mark("CODE"), help=mark("The district's code."))
@click.option("--settings", "file", cls=Option, metavar=mark("FILE"), help=mark("The form, filled in."))
@click.option("--ask", cls=Option, is_flag=True, help=mark("Print the form."))
@refusals
def adopt(name: str, district: str | None, file: str | None, ask: bool) -> int:
    """``luoshi adopt``: a filled-in form in, a mechanism in force out."""
    if not ask and (district is None or file is None):
        raise click.UsageError(tr("give --district and --settings, or --ask for the form to fill in"))
    from luoshi.commands.packs import read_pack
    from luoshi.mechanisms.loader import load

    source = read_pack(name)
    if source is None:
        return EXIT_BAD_INPUT
    mechanism = load(source, name)
    if ask:
        click.echo("\n".join(form(mechanism)))
        return 0
    if not _sound(mechanism):
        say("luoshi: " + tr("{name} is not sound; luoshi packs check {name} shows why", name=printable(name)))
        return EXIT_LACKING
    assert district is not None and file is not None
    filled = read_form(read_input(file), file)
    _check(mechanism, filled)
    open_store()
    _check_bodies(district, mechanism, filled)
    _put(district, source, name, filled)
    click.echo(
        tr(
            "{district}: {name} is in force; new cases open with version {version}",
            district=printable(district),
            name=both(mechanism.names),
            version=mechanism.version,
        )
    )
    return 0


def _sound(mechanism: Mechanism) -> bool:
    from luoshi.mechanisms.soundness import check

    today = datetime.now(ZoneInfo("Asia/Shanghai")).date()
    return all(finding.severity != "error" for finding in check(mechanism, today))


@dataclass(frozen=True, slots=True)
class Filled:
    """A form, filled in."""

    prefix: str
    hours: str | None
    urgent_hours: str | None
    standing: Mapping[str, str]
    settings: Mapping[str, Any]


def both(named: Named) -> str:
    """The name in both languages: whoever sets up hands the form around."""
    return printable(f"{named.zh} {named.en}")


# --- the form


def form(mechanism: Mechanism) -> Iterator[str]:
    """The lines of the form to fill in."""
    yield f"# {both(mechanism.names)} ({mechanism.id} v{mechanism.version})"
    yield "# " + tr("Fill in every value. Other places' practice is an example and is never used by itself.")
    yield "# " + tr("Then: luoshi adopt {name} --district CODE --settings FILE", name=mechanism.id)
    yield ""
    if _prefixed(mechanism):
        yield "# " + tr("What numbers begin with; the pattern is {pattern}", pattern=mechanism.numbering)
        yield "prefix:"
    for key, unit in HOURS.items():
        if _uses(mechanism, unit):
            yield "# " + tr("The hours in which {unit} run, such as 9:00-12:00,13:00-17:00", unit=unit)
            yield f"{key}:"
    yield ""
    yield "# " + tr("The code of the body in each role; luoshi org load makes bodies known")
    yield "standing:"
    for role in _standing(mechanism):
        yield f"  {role}:  # {both(mechanism.roles[role])}"
    if not mechanism.settings:
        return
    yield ""
    yield "settings:"
    for name, setting in mechanism.settings.items():
        yield from ("  # " + line for line in about(mechanism, setting))
        yield f"  {name}:" if setting.default is None else f"  # {name}: {_yaml(setting.default)}"


def about(mechanism: Mechanism, setting: Setting) -> Iterator[str]:
    """What a person has to know to decide a setting."""
    unit = tr(" ({unit})", unit=setting.unit) if setting.unit else ""
    yield f"{both(setting)}{unit}"
    if setting.choices:
        yield "  " + tr(
            "one of: {choices}", choices=tr(", ").join(f"{k} {both(v)}" for k, v in setting.choices.items())
        )
    if setting.type == "flag":
        yield "  " + tr("true or false")
    if setting.note:
        yield from (f"  {printable(line)}" for line in setting.note.splitlines())
    if setting.default is not None:
        yield "  " + tr("by law, unless you say otherwise: {source}", source=_source(mechanism, setting.source))
    for example in setting.examples:
        told = tr(
            "elsewhere, as an example: {place} {value}",
            place=printable(example.place),
            value=printable(f"{example.value} {setting.unit or ''}".rstrip()),
        )
        source = _source(mechanism, example.source)
        yield "  " + told + (f" {source}" if source else "")


def _source(mechanism: Mechanism, source: str | None) -> str:
    found = mechanism.legal.get(source or "")
    return "" if found is None else printable(f"《{found.title}》{found.article or ''}")


def _yaml(value: object) -> str:
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)


def _prefixed(mechanism: Mechanism) -> bool:
    patterns = [mechanism.numbering, *(document.numbering or "" for document in mechanism.documents.values())]
    return any("{prefix" in pattern for pattern in patterns)


def _uses(mechanism: Mechanism, unit: str) -> bool:
    from luoshi.mechanisms.model import plain

    return f'"{unit}"' in json.dumps(plain(mechanism), ensure_ascii=False)


def _standing(mechanism: Mechanism) -> list[str]:
    return [name for name, role in mechanism.roles.items() if role.kind == "standing"]


# --- what was filled in


def read_form(text: bytes, name: str) -> Filled:
    """The form in ``text``. Raises MechanismError for what is no YAML of ours, RefusedError for what is no form."""
    from luoshi.mechanisms.yaml_text import read_yaml

    data = read_yaml(text, name).data
    if not isinstance(data, dict):
        raise RefusedError(tr("{name}: it is no form; luoshi adopt NAME --ask prints one", name=printable(name)))
    wrong = [tr("{key} is not asked for; take it out", key=printable(key)) for key in data if key not in KEYS]
    for key in ("standing", "settings"):
        if not isinstance(data.get(key) or {}, dict):
            wrong.append(tr("{key}: a name and a value on each line are wanted", key=key))
    if wrong:
        raise RefusedError(*(f"{printable(name)}: {line}" for line in wrong))
    return Filled(
        _text(data.get("prefix")) or "",
        _text(data.get("hours")),
        _text(data.get("urgent_hours")),
        {role: str(body) for role, body in (data.get("standing") or {}).items() if body is not None},
        {key: _plain(value) for key, value in (data.get("settings") or {}).items() if value is not None},
    )


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _plain(value: object) -> object:
    """An exact number as text, as settings are kept."""
    return str(value) if isinstance(value, Decimal) else value


def _check(mechanism: Mechanism, filled: Filled) -> None:
    """Raises RefusedError naming every value that is missing or wrong."""
    wrong: list[str] = []
    if _prefixed(mechanism) and not filled.prefix:
        wrong.append(tr("prefix is missing: what numbers begin with ({pattern})", pattern=mechanism.numbering))
    for key, unit in HOURS.items():
        if _uses(mechanism, unit) and not getattr(filled, key):
            wrong.append(tr("{key} are missing: the hours in which {unit} run", key=key, unit=unit))
    standing = _standing(mechanism)
    wrong += [
        tr("standing.{role} is missing: the body that is {name}", role=role, name=both(mechanism.roles[role]))
        for role in standing
        if not filled.standing.get(role)
    ]
    wrong += [
        tr("standing.{role} is no standing role of this mechanism; take it out", role=printable(role))
        for role in filled.standing
        if role not in standing
    ]
    wrong += _wrong_settings(mechanism, filled)
    if wrong:
        raise RefusedError(*wrong)


def _wrong_settings(mechanism: Mechanism, filled: Filled) -> Iterator[str]:
    from luoshi.mechanisms.flow import Flow, SetupError

    try:
        Flow(mechanism, filled.settings)
    except SetupError as error:
        for name, what in error.wrong:
            if what == "unknown":
                yield tr("settings.{name} is no setting of this mechanism; take it out", name=printable(name))
                continue
            known = tr("; ").join(line.strip().rstrip("。.") for line in about(mechanism, mechanism.settings[name]))
            if what == "missing":
                yield tr("settings.{name} is missing: {about}", name=name, about=known)
            else:
                value = printable(str(filled.settings.get(name)))
                yield tr("settings.{name} cannot be {value}: {about}", name=name, value=value, about=known)


def _check_bodies(district: str, mechanism: Mechanism, filled: Filled) -> None:
    """Raises RefusedError for bodies that the district does not have today."""
    from luoshi.casework import clock
    from luoshi.casework.sql import reading
    from luoshi.org.snapshot import snapshot

    today = clock.now().date().isoformat()
    with reading():
        tree = snapshot(district).tree
    wrong = [
        tr(
            "standing.{role}: the district {district} has no body {body}; load its bodies first (luoshi org load), or "
            "correct the code",
            role=role,
            district=printable(district),
            body=printable(body),
        )
        for role, body in filled.standing.items()
        if not tree.exists(body, today)
    ]
    if wrong:
        raise RefusedError(*wrong)


def _put(district: str, source: bytes, name: str, filled: Filled) -> None:
    from luoshi.casework.setups import install, put_in_force

    mechanism, version = install(source, name)
    put_in_force(
        district,
        mechanism,
        version,
        settings=filled.settings,
        standing=filled.standing,
        prefix=filled.prefix,
        hours=filled.hours,
        urgent_hours=filled.urgent_hours,
    )
