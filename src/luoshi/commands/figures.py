"""The commands ``luoshi figures``: figures evaluated on the store or an export, and their definitions proved.

What a command needs is imported inside it, so that the others answer at once.
"""
# ruff: noqa: PLC0415

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from luoshi.commands.casework import RefusedError, open_store, refusals
from luoshi.messages import language, mark, printable, tr
from luoshi.terminal import EXIT_LACKING, Argument, Group, Option

if TYPE_CHECKING:
    from luoshi.figures.evaluating import Figure


@click.group(
    cls=Group,
    invoke_without_command=True,
    short_help=mark("Figures with what proves them."),
    help=mark(
        "Evaluate a district's figures for a period, each with its definition, the entries that prove it and the\n"
        "ledger's root. With --export they are computed offline from a public export, which is verified first.\n"
        "The exit code is 0, or 2 if something cannot be evaluated."
    ),
    epilog=mark("For example:\n  luoshi figures --district jichuan --period 2019 --format json"),
)
@click.option("--district", cls=Option, metavar=mark("CODE"), help=mark("The district's code."))
@click.option(
    "--period", cls=Option, metavar=mark("PERIOD"), help=mark("A year 2019, quarter 2019-q1 or month 2019-03.")
)
@click.option(
    "--id", "ids", cls=Option, multiple=True, metavar=mark("ID"), help=mark("Only this figure; may be repeated.")
)
@click.option(
    "--format",
    "form",
    cls=Option,
    type=click.Choice(["text", "json"]),
    default="text",
    help=mark("What to print: a short report as text, or as data (json)."),
)
@click.option(
    "--export", "folder", cls=Option, metavar=mark("DIR"), help=mark("Compute offline from the export in this folder.")
)
@click.pass_context
def figures(
    context: click.Context,
    district: str | None,
    period: str | None,
    ids: tuple[str, ...],
    form: str,
    folder: str | None,
) -> int:
    """``luoshi figures``: a period in, figures out."""
    if context.invoked_subcommand is not None:
        return 0
    if period is None or (district is None and folder is None):
        raise click.UsageError(tr("give --district and --period, or --export and --period"))
    return _figures(district, period, ids or None, form, folder)


@refusals
def _figures(district: str | None, period: str, ids: Sequence[str] | None, form: str, folder: str | None) -> int:
    with told():
        if folder is not None:
            from luoshi.figures.evaluating import evaluate_export

            found = evaluate_export(Path(folder), district, ids, period)
        else:
            open_store()
            from luoshi.figures.evaluating import evaluate

            found = evaluate(str(district), ids, period)
    if form == "json":
        text = json.dumps([as_json(one) for one in found], ensure_ascii=False, indent=1)
        sys.stdout.flush()
        sys.stdout.buffer.write(f"{text}\n".encode())
        sys.stdout.buffer.flush()
        return 0
    _show(found)
    return 0


@contextmanager
def told() -> Iterator[None]:
    """Errors of figures and of their definitions become what a person is told."""
    from luoshi.figures.errors import FigureError
    from luoshi.ledger.errors import LedgerError
    from luoshi.mechanisms.errors import MechanismError
    from luoshi.words.figures import describe_figure, describe_finding, describe_ledger

    try:
        yield
    except FigureError as error:
        raise RefusedError(describe_figure(error)) from error
    except MechanismError as error:
        lines = [
            ": ".join(filter(None, (f"{printable(error.name)}:{one.line}", one.place, describe_finding(one))))
            for one in error.findings
        ]
        raise RefusedError(*lines) from error
    except LedgerError as error:
        raise RefusedError(describe_ledger(error)) from error
    except OSError as error:
        reason = tr(error.strerror or str(error))
        name = printable(error.filename or "")
        raise RefusedError(tr("{name}: it cannot be read ({reason})", name=name, reason=printable(reason))) from error


def as_json(one: Figure) -> dict[str, Any]:
    """A figure as data. ``entries`` are places in the log, counted from 0."""
    definition = one.definition
    told: dict[str, Any] = {"zh": definition.basis.zh, "en": definition.basis.en, "query": definition.query}
    if definition.denominator is not None:
        told["denominator"] = {"zh": definition.denominator.zh, "en": definition.denominator.en}
    return {
        "id": one.id,
        "name": {"zh": one.names[0], "en": one.names[1]},
        "value": _number(one.value),
        "unit": one.unit,
        "period": one.period,
        "definition": told,
        "entries": list(one.entries or ()),
        "root": one.root,
        "size": one.size,
        "as_of": one.as_of,
        "numerator": _number(one.numerator),
        "denominator": _number(one.denominator),
        "reason": one.reason,
    }


def _number(value: Decimal | None) -> int | float | None:
    """As JSON has it; figures have far fewer than the 15 digits that a double holds exactly."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def _show(found: Sequence[Figure]) -> None:
    from luoshi.words.figures import REASONS
    from luoshi.writing.annual.shown import unit_alone

    for one in found:
        unit = f" {unit_alone(one.unit, language(), one.value).strip()}"
        name = one.names[0] if language() == "zh" else one.names[1]
        value = tr(REASONS[str(one.reason)]) if one.value is None else f"{one.value:,}{unit}"
        click.echo(
            tr(
                "{id}  {name}: {value} ({count} entries)",
                id=one.id,
                name=name,
                value=value,
                count=len(one.entries or ()),
            )
        )
    if not found:
        click.echo(tr("no figure has such a period"))
        return
    last = found[0]
    if last.root is None:
        click.echo(tr("not all entries are sealed yet; after luoshi ledger seal the figures have a root"))
    else:
        click.echo(tr("ledger: {size} entries, root {root}", size=f"{last.size:,}", root=last.root))


@figures.command(
    "check",
    short_help=mark("Prove the definitions of figures, or show what is wrong and where."),
    help=mark(
        "Prove each figure: one SELECT over the public relations, that only reads, is quick, gives what it should,\n"
        "and hides nothing that is overdue. PATH is a pack, a folder of packs or a file; without one, all packs.\n"
        "The exit code is 0 if all are right, 1 if one is not, 2 if something cannot be read."
    ),
)
@click.argument("paths", cls=Argument, metavar=mark("[PATH]..."), nargs=-1)
@refusals
def check(paths: tuple[str, ...]) -> int:
    """``luoshi figures check``: definitions in, what is wrong with each out."""
    from luoshi.figures.definitions import files, packs_folder
    from luoshi.figures.probing import probe_file
    from luoshi.mechanisms.errors import MechanismError
    from luoshi.words.figures import describe_finding

    code = 0
    for path in [found for given in paths for found in _files(Path(given))] or list(files(packs_folder())):
        try:
            with told():
                loaded, findings = probe_file(path)
        except RefusedError as error:
            if not isinstance(error.__cause__, MechanismError):
                raise
            for line in error.args:
                click.echo(line)
            code = EXIT_LACKING
            continue
        for one in findings:
            click.echo(f"{printable(path)}:{one.line}: {one.place}: {describe_finding(one)}")
            code = EXIT_LACKING
        if not findings:
            click.echo(tr("{name}: right: {count} figures", name=printable(path), count=len(loaded.figures)))
    return code


def _files(path: Path) -> list[Path]:
    from luoshi.figures.definitions import FILE, INDICATORS, files

    if not path.is_dir():
        return [path]
    own = [path / name for name in (FILE, INDICATORS) if (path / name).is_file()]
    found = own or list(files(path))
    if not found:
        raise RefusedError(
            tr("{name}: no {file} is there; give a pack, a folder of packs or a file", name=printable(path), file=FILE)
        )
    return found
