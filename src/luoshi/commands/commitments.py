"""The commands ``luoshi report``: work reports are taken, their commitments issued.

What a command needs is imported inside it, so that the others answer at once.
"""
# ruff: noqa: PLC0415

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import click

from luoshi.commands.casework import RefusedError, open_store, refusals
from luoshi.files import read_input
from luoshi.home import home
from luoshi.messages import describe, mark, printable, tr
from luoshi.reading.errors import ReadError
from luoshi.terminal import EXIT_LACKING, Argument, Group, Option, say

SHOWN: Final = 20
"""Commitments that are named; more are counted."""
FILES: Final = "files"
"""The folder of uploads in ``LUOSHI_HOME``."""


@click.group(
    cls=Group,
    short_help=mark("Take work reports and issue their commitments."),
    help=mark("Take work reports into the store, list them, and issue their commitments as cases."),
)
def report() -> None:
    """Commands of work reports."""


@contextmanager
def _told() -> Iterator[None]:
    from luoshi.commitments.errors import CommitmentError
    from luoshi.words.commitments import describe_commitment

    try:
        yield
    except CommitmentError as error:
        raise RefusedError(describe_commitment(error)) from error
    except ReadError as error:
        raise RefusedError(describe(error)) from error


@report.command(
    "take",
    short_help=mark("Take a work report and its commitments into the store."),
    help=mark(
        "Read a work report and keep it with every commitment in it, each to be reviewed; the same file again changes\n"
        "nothing. The exit code is 0 if it was taken, 2 if it cannot be read or the officer may not take it."
    ),
    epilog=mark(
        "For example:\n  luoshi report take districts/sample/report-2025.docx --district jichuan --officer o-shen"
    ),
)
@click.argument("file", cls=Argument, metavar=mark("FILE"), required=True)
@click.option("--district", cls=Option, required=True, metavar=mark("CODE"), help=mark("The district's code."))
@click.option("--officer", cls=Option, required=True, metavar=mark("CODE"), help=mark("The code of the officer."))
@refusals
def take(file: str, district: str, officer: str) -> int:
    """``luoshi report take``: a file in, commitments in the store."""
    data = read_input(file)
    open_store()
    from luoshi.casework.files import Files
    from luoshi.commitments.models import Commitment
    from luoshi.commitments.taking import take_report

    with _told():
        found = take_report(district, officer, file, data)
    Files(home() / FILES).put(io.BytesIO(data))
    count = Commitment.objects.filter(report=found).count()
    click.echo(
        tr(
            "{district}: report {key}, {count} commitments to be reviewed",
            district=printable(district),
            key=found.key,
            count=f"{count:,}",
        )
    )
    return 0


@report.command(
    "list",
    short_help=mark("List a district's work reports."),
    help=mark("List the work reports of a district with how many commitments stand where. The exit code is 0."),
    epilog=mark("For example:\n  luoshi report list --district jichuan"),
)
@click.option("--district", cls=Option, required=True, metavar=mark("CODE"), help=mark("The district's code."))
@refusals
def list_(district: str) -> int:
    """``luoshi report list``: one line for each report."""
    open_store()
    from django.db.models import Count

    from luoshi.commitments.models import STATUSES, Commitment
    from luoshi.commitments.taking import reports
    from luoshi.words.commitments import STATUS_NAMES

    found = reports(district)
    counts = {
        (row["report_id"], row["status"]): row["count"]
        for row in Commitment.objects.filter(district=district)
        .values("report_id", "status")
        .annotate(count=Count("id"))
        .order_by()
    }
    for one in found:
        told = [f"{tr(STATUS_NAMES[s])} {counts[one.pk, s]:,}" for s in STATUSES if counts.get((one.pk, s))]
        click.echo(f"{one.key}  {printable(one.name)}  {tr(', ').join(told)}")
    if not found:
        click.echo(tr("{district}: no reports yet", district=printable(district)))
    return 0


@report.command(
    "issue",
    short_help=mark("Issue accepted commitments as cases."),
    help=mark(
        "Issue the accepted commitments of a report, or those with the given codes; each has to say who, what, to\n"
        "what standard and by when. What was issued already stays as it is.\n"
        "The exit code is 0 if all were issued, 1 if some were not: each is named with the reason."
    ),
    epilog=mark("For example:\n  luoshi report issue 2025 --district jichuan --officer o-shen"),
)
@click.argument("key", cls=Argument, metavar=mark("REPORT"), required=True)
@click.argument("codes", cls=Argument, metavar=mark("[CODE...]"), nargs=-1)
@click.option("--district", cls=Option, required=True, metavar=mark("CODE"), help=mark("The district's code."))
@click.option("--officer", cls=Option, required=True, metavar=mark("CODE"), help=mark("The code of the officer."))
@refusals
def issue(key: str, codes: tuple[str, ...], district: str, officer: str) -> int:
    """``luoshi report issue``: cases opened, told."""
    open_store()
    from luoshi.commitments import issuing
    from luoshi.commitments.models import ACCEPTED, Commitment
    from luoshi.words.commitments import describe_commitment

    if not key.isprintable():
        raise RefusedError(tr("there is no report {report}; choose one from the list", report=printable(key)))
    rows = Commitment.objects.filter(district=district, report__key=key, status=ACCEPTED).order_by("start", "id")
    wanted = list(codes) or list(rows.values_list("code", flat=True))
    with _told():
        results = [one for part in _parts(wanted) for one in issuing.issue(district, officer, part)]
    done = sum(one.done is not None for one in results)
    click.echo(tr("{district}: {count} commitments issued", district=printable(district), count=f"{done:,}"))
    failed = [one.error for one in results if one.error is not None]
    for error in failed[:SHOWN]:
        say("  " + describe_commitment(error))
    if len(failed) > SHOWN:
        say("  " + tr("… and {count} more commitments", count=f"{len(failed) - SHOWN:,}"))
    return EXIT_LACKING if failed else 0


def _parts(codes: list[str]) -> Iterator[list[str]]:
    from luoshi.commitments.working import MOST

    return (codes[start : start + MOST] for start in range(0, max(len(codes), 1), MOST))
