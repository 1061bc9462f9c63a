"""The commands ``luoshi statistics``: the workbook of the series that an officer keeps, out and in again.

They do what the desk's page of statistics does, by the same functions: every row is shown, a revision keeps the old
value, and what is taken is an act of the officer. What a command needs is imported inside it.
"""
# ruff: noqa: PLC0415

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from luoshi.commands.casework import RefusedError, open_store, refusals
from luoshi.files import Outputs
from luoshi.messages import describe, language, mark, printable, tr
from luoshi.reading.errors import ReadError
from luoshi.terminal import EXIT_LACKING, Argument, Group, Option, say

if TYPE_CHECKING:
    from luoshi.mechanisms.acts import Refused
    from luoshi.mechanisms.terms import FieldDef
    from luoshi.writing.observations_back import Preview, Told

SUFFIXES: Final = (".xlsx",)


@click.group(
    cls=Group,
    short_help=mark("Report statistics by workbook."),
    help=mark(
        "Report the statistics of the series that an officer keeps: a workbook out to be filled in, and in again.\n"
        "A revision keeps the old value, and says why."
    ),
    epilog=mark(
        "For example:\n  luoshi statistics workbook --district jichuan --officer o-1 --to statistics.xlsx\n"
        "  luoshi statistics import statistics.xlsx --district jichuan --officer o-1 --dry-run"
    ),
)
def statistics() -> None:
    """Commands on statistics."""


def _place(command: Callable[..., int]) -> Callable[..., int]:
    """The options that say who reports."""
    for option in (
        click.option(
            "--officer", cls=Option, required=True, metavar=mark("CODE"), help=mark("The code of the officer.")
        ),
        click.option("--district", cls=Option, required=True, metavar=mark("CODE"), help=mark("The district's code.")),
    ):
        command = option(command)
    return command


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except ReadError as error:
        raise RefusedError(describe(error)) from error


@statistics.command(
    "workbook",
    short_help=mark("Write the workbook to be filled in."),
    help=mark(
        "Write a workbook with a row for every open series that the officer sees, and its next period.\n"
        "The exit code is 0, or 2 if it cannot be written."
    ),
    epilog=mark("For example:\n  luoshi statistics workbook --district jichuan --officer o-1 --to statistics.xlsx"),
)
@_place
@click.option(
    "--to", "output", cls=Option, required=True, metavar=mark("FILE"), help=mark("The workbook (.xlsx) to write.")
)
@click.option("--force", cls=Option, is_flag=True, help=mark("Replace outputs that are there already."))
@refusals
def workbook(district: str, officer: str, output: str, force: bool) -> int:
    """``luoshi statistics workbook``: a workbook out."""
    with _told(), Outputs([output], inputs=[], force=force, allowed=SUFFIXES) as files:
        open_store()
        from luoshi.casework import clock
        from luoshi.writing.observations_back import series
        from luoshi.writing.observations_book import write_observations

        now = clock.now()
        _fields(district)
        _check_officer(district, officer)
        found = series(district, officer, now)
        write = partial(write_observations, district, found, today=now.date(), lang=language())
        files.write(files.targets[0], lambda path: _written(write, path))
        files.commit()
    say(tr("{name}: {count} open series", name=printable(output), count=f"{len(found):,}"))
    return 0


def _written(write: Callable[[Path], int], path: Path) -> None:
    write(path)


@statistics.command(
    "import",
    short_help=mark("Report what a workbook tells, or only show it."),
    help=mark(
        "Show what the workbook FILE tells: new figures, revisions with the old value, and rows that cannot be taken\n"
        "and why; then report it as acts of the officer. A row that is doubtful is taken with --doubtful alone.\n"
        "The exit code is 0 if every row is taken (or could be), 1 if one is not, 2 if the file cannot be read."
    ),
    epilog=mark("For example:\n  luoshi statistics import statistics.xlsx --district jichuan --officer o-1 --dry-run"),
)
@click.argument("file", cls=Argument, metavar=mark("FILE"), required=True)
@_place
@click.option("--dry-run", cls=Option, is_flag=True, help=mark("Only show what it tells; report nothing."))
@click.option("--doubtful", cls=Option, is_flag=True, help=mark("Take doubtful rows, too."))
@refusals
def import_(file: str, district: str, officer: str, dry_run: bool, doubtful: bool) -> int:
    """``luoshi statistics import``: a workbook in, acts in the ledger."""
    open_store()
    from luoshi.casework import clock
    from luoshi.writing.observations_back import preview, take

    now = clock.now()
    fields = _fields(district)
    _check_officer(district, officer)
    with _told():
        found = preview(district, officer, file, now)
    chosen = [one for one in found.told if one.problem is None and (doubtful or one.doubt is None)]
    refused: list[tuple[Told, Refused]] = []
    if chosen and not dry_run:
        refused = [(one, error) for one, error in take(district, officer, chosen, now) if error is not None]
    _show(found, chosen, {id(one): error for one, error in refused}, fields)
    taken = len(chosen) - len(refused)
    counts = {"name": printable(file), "same": f"{found.same:,}", "empty": f"{found.empty:,}"}
    lacking = len(found.told) - taken
    text = (
        mark("{name}: {taken} could be taken, {lacking} not; {same} told already, {empty} without a value")
        if dry_run
        else mark("{name}: {taken} taken, {lacking} not; {same} told already, {empty} without a value")
    )
    click.echo(tr(text, taken=f"{taken:,}", lacking=f"{lacking:,}", **counts))
    return EXIT_LACKING if lacking else 0


def _fields(district: str) -> Mapping[str, FieldDef]:
    """The fields of a series in force there. Raises CaseworkError if statistics are not kept in the district."""
    from luoshi.casework.setups import district as in_force
    from luoshi.writing.observations_back import PACK

    return in_force(district).opening(PACK).flow.mechanism.fields


def _check_officer(district: str, officer: str) -> None:
    from luoshi.access.errors import AccessError
    from luoshi.org.models import Officer
    from luoshi.words.access import describe_access

    if not Officer.objects.filter(district=district, code=officer).exists():
        raise RefusedError(describe_access(AccessError("officer_unknown", officer=officer, district=district)))


def _show(
    found: Preview, chosen: Sequence[Told], refused: Mapping[int, Refused], fields: Mapping[str, FieldDef]
) -> None:
    """A line for each row that tells something."""
    taken = {id(one) for one in chosen}
    for one in found.told:
        name, what = _named(one, fields), _what(one, refused.get(id(one)), chosen=id(one) in taken)
        sheet = printable(one.sheet)
        click.echo(tr("{sheet}, row {row}: {name}: {what}", sheet=sheet, row=one.row, name=name, what=what))


def _named(one: Told, fields: Mapping[str, FieldDef]) -> str:
    """Indicator, area, period and basis."""
    from luoshi.figures.definitions import indicators
    from luoshi.mechanisms.relating import OWN

    known = indicators().get(one.indicator)
    parts = [_pick(known) if known is not None else printable(one.indicator)]
    if one.level != OWN:
        parts.append(_word(fields, "level", one.level))
    parts += [printable(one.period), _word(fields, "basis", one.basis)]
    return " ".join(part for part in parts if part)


def _what(one: Told, refused: Refused | None, *, chosen: bool) -> str:
    from luoshi.words.casework import describe_refusal
    from luoshi.words.observations import DOUBTS, PROBLEMS

    value = printable(one.value)
    if refused is not None:
        return tr("{value} is not taken: {why}", value=value, why=describe_refusal(refused))
    if one.problem is not None:
        return tr("{value} is not taken: {why}", value=value, why=tr(PROBLEMS[one.problem]))
    if one.doubt is not None and not chosen:
        return tr("{value} is doubtful: {why}", value=value, why=tr(DOUBTS[one.doubt]))
    if one.old is not None:
        return tr("{old} → {value}, revised: {reason}", old=one.old, value=value, reason=printable(one.reason))
    return tr("{value}, new", value=value)


def _word(fields: Mapping[str, FieldDef], field: str, code: str) -> str:
    named = fields[field].choices.get(code)
    return _pick(named) if named is not None else printable(code)


def _pick(named: Any) -> str:
    return str(named.zh if language() == "zh" else named.en)
