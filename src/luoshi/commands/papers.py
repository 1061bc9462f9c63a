"""The command ``luoshi paper``: the documents 文书 of a case as .docx and .pdf.

What a command needs is imported inside it, so that the others answer at once.
"""
# ruff: noqa: PLC0415

from __future__ import annotations

from collections.abc import Callable
from functools import partial, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from luoshi.commands.casework import RefusedError, open_store, told
from luoshi.files import Outputs
from luoshi.messages import mark, printable, tr
from luoshi.terminal import EXIT_BAD_INPUT, Argument, Command, Group, Option, say

if TYPE_CHECKING:
    from luoshi.casework.sight import Sight
    from luoshi.writing.papers.model import Paper

SUFFIXES: Final = (".docx", ".pdf")


class _Papers(Group):
    """``luoshi paper CASE DOCUMENT`` writes one: what is no command is the name of a case."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:  # fmt: skip
        if args and args[0] not in self.commands:
            args = ["write", *args]
        return super().resolve_command(ctx, args)


def _refusals(command: Callable[..., int]) -> Callable[..., int]:
    """Turn what the rooms below refuse into lines and exit code 2."""

    @wraps(command)
    def wrapped(*args: Any, **options: Any) -> int:
        from luoshi.words.papers import describe_paper
        from luoshi.writing.papers.errors import PaperError

        try:
            with told():
                return command(*args, **options)
        except PaperError as error:
            say(f"luoshi: {describe_paper(error)}")
        except RefusedError as error:
            for line in error.args:
                say(f"luoshi: {line}")
        return EXIT_BAD_INPUT

    return wrapped


def _place(command: Callable[..., int]) -> Callable[..., int]:
    """The options that say for whom a paper is made."""
    for option in (
        click.option(
            "--officer",
            cls=Option,
            required=True,
            metavar=mark("CODE"),
            help=mark("The officer who reads it; what he may not see is not in it."),
        ),
        click.option("--district", cls=Option, required=True, metavar=mark("CODE"), help=mark("The district's code.")),
    ):
        command = option(command)
    return command


@click.group(
    cls=_Papers,
    short_help=mark("Write the documents of a case as .docx and .pdf."),
    help=mark(
        "Write a document of a case, such as a supervision notice, an urging letter or its ledger, in the layout of\n"
        "GB/T 9704, as .docx and .pdf."
    ),
    epilog=mark(
        "For example:\n  luoshi paper list supervision-2026-000001 --district jichuan --officer o-1\n"
        "  luoshi paper supervision-2026-000001 notice -o notice.docx -o notice.pdf --district jichuan --officer o-1"
    ),
)
def paper() -> None:
    """Commands on papers."""


@paper.command(
    "list",
    cls=Command,
    short_help=mark("List the documents of a case."),
    help=mark("List the documents of a case: what -o can write."),
)
@click.argument("case", cls=Argument, metavar=mark("CASE"))
@_place
@_refusals
def list_papers(case: str, district: str, officer: str) -> int:
    """``luoshi paper list``: a case in, its papers out."""
    open_store()
    from luoshi.writing.papers.making import papers_of

    for one in papers_of(_sight(district, officer), case):
        told_of = (one.id, one.document, one.name, one.number, one.day, one.to)
        click.echo("\t".join(printable(part) for part in told_of).rstrip())
    return 0


@paper.command(
    "write",
    cls=Command,
    short_help=mark("Write one document of a case."),
    help=mark(
        "Write one document of a case. DOCUMENT is its number in the list, its name (the last one is written then),\n"
        "or ledger. Personal data is masked; with --reveal what the document has of it is shown, and it is recorded\n"
        "who looked and why."
    ),
)
@click.argument("case", cls=Argument, metavar=mark("CASE"))
@click.argument("document", cls=Argument, metavar=mark("DOCUMENT"))
@click.option(
    "-o",
    "--output",
    "outputs",
    cls=Option,
    multiple=True,
    required=True,
    metavar=mark("OUT"),
    help=mark("Write .docx or .pdf, by the ending; may be repeated."),
)
@click.option("--reveal", cls=Option, metavar=mark("REASON"), help=mark("Show personal data, for this reason."))
@click.option("--force", cls=Option, is_flag=True, help=mark("Replace outputs that are there already."))
@_place
@_refusals
def write(
    case: str,
    document: str,
    outputs: tuple[str, ...],
    reveal: str | None,
    force: bool,
    district: str,
    officer: str,
) -> int:
    """``luoshi paper CASE DOCUMENT``: files out."""
    with Outputs(outputs, inputs=[], force=force, allowed=SUFFIXES) as files:
        open_store()
        from luoshi.casework import clock
        from luoshi.writing.papers.making import paper as make

        made = make(_sight(district, officer), case, document, now=clock.now(), reason=reveal or "")
        for target in files.targets:
            files.write(target, partial(_put, _written(made, target.suffix.lower())))
        files.commit()
    _report(made, outputs)
    return 0


def _sight(district: str, officer: str) -> Sight:
    from luoshi.casework import clock
    from luoshi.casework.door import sight

    return sight(district, officer, clock.now().date().isoformat())


def _written(made: Paper, suffix: str) -> bytes:
    if suffix == ".pdf":
        from luoshi.writing.papers.pdf_out import pdf

        return pdf(made)
    from luoshi.writing.papers.docx_out import docx

    return docx(made)


def _put(data: bytes, path: Path) -> None:
    path.write_bytes(data)


def _report(made: Paper, outputs: tuple[str, ...]) -> None:
    if any(name.lower().endswith(".pdf") for name in outputs):
        from luoshi.words.papers import describe_font
        from luoshi.writing.papers.fonts import replaced

        for use in replaced():
            say(describe_font(use.wanted, use.used))
    if made.masked:
        say(tr("Masked: {fields}", fields=tr(", ").join(made.masked)))
    for name in outputs:
        say(tr("Wrote {name}", name=printable(name)))
