"""The command ``luoshi write``: the annual report with every number proven, as a folder that any web server can serve.

What a command needs is imported inside it, so that the others answer at once.
"""
# ruff: noqa: PLC0415

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from luoshi.commands.casework import RefusedError, open_store
from luoshi.commands.casework import told as told_of_casework
from luoshi.commands.figures import as_json
from luoshi.commands.figures import told as told_of_figures
from luoshi.messages import language, mark, printable, tr
from luoshi.progress import progress
from luoshi.terminal import EXIT_BAD_INPUT, EXIT_LACKING, Argument, Command, Option, say

if TYPE_CHECKING:
    from luoshi.sealing.keys import Keys
    from luoshi.writing.annual.claims import Kept
    from luoshi.writing.annual.model import Annual, Language

NUMBERS: Final = "figures.json"
"""The file that tells a report's folder from any other."""
LEDGER: Final = "ledger"
ASSETS: Final = "assets"
PUBLISHED: Final = "published"
TRIES: Final = 3
"""How often it is sealed and computed anew while others go on entering."""
_HAN: Final = re.compile(r"[\u4e00-\u9fff]")


def _refusals(command: Callable[..., int]) -> Callable[..., int]:
    """Turn what the rooms below refuse into lines and exit code 2."""

    @wraps(command)
    def wrapped(*args: Any, **options: Any) -> int:
        try:
            with _told(), told_of_figures(), told_of_casework():
                return command(*args, **options)
        except RefusedError as error:
            for line in error.args:
                say(f"luoshi: {line}")
            return EXIT_BAD_INPUT

    return wrapped


@contextmanager
def _told() -> Iterator[None]:
    from luoshi.sealing.errors import SealingError
    from luoshi.words.annual import describe_annual
    from luoshi.words.papers import describe_paper
    from luoshi.words.sealing import describe_sealing
    from luoshi.writing.annual.errors import AnnualError
    from luoshi.writing.papers.errors import PaperError

    try:
        yield
    except AnnualError as error:
        raise RefusedError(describe_annual(error)) from error
    except PaperError as error:
        raise RefusedError(describe_paper(error)) from error
    except SealingError as error:
        raise RefusedError(describe_sealing(error)) from error


@click.command(
    "write",
    cls=Command,
    short_help=mark("Write the annual report, every number proven."),
    help=mark(
        "Write a report from TEMPLATE, a text with figures in it (docs/annual.md), into the folder DIR: report.html,\n"
        "report.docx, report.pdf, figures.json and the public ledger that proves every number. What was entered is\n"
        "sealed first. Claims that the ledger contradicts and numbers typed by hand are named.\n"
        "The exit code is 0, 1 if a claim does not hold (the files are written all the same), 2 if it cannot be made."
    ),
    epilog=mark(
        "For example:\n  luoshi write annual.md --district jichuan --period 2019 --to report\n"
        "  luoshi write annual.md --district jichuan --period 2019 --dry-run"
    ),
)
@click.argument("template", cls=Argument, metavar=mark("TEMPLATE"))
@click.option("--district", cls=Option, required=True, metavar=mark("CODE"), help=mark("The district's code."))
@click.option(
    "--period",
    cls=Option,
    required=True,
    metavar=mark("PERIOD"),
    help=mark("A year 2019, quarter 2019-q1 or month 2019-03."),
)
@click.option(
    "--lang",
    cls=Option,
    type=click.Choice(["zh", "en"]),
    help=mark("The report's language; without it that of its text."),
)
@click.option("--to", "folder", cls=Option, metavar=mark("DIR"), help=mark("The folder to write."))
@click.option("--publish", cls=Option, is_flag=True, help=mark("Publish it on the desk, for everybody to read."))
@click.option("--force", cls=Option, is_flag=True, help=mark("Replace a report that is there already."))
@click.option(
    "--dry-run", "dry", cls=Option, is_flag=True, help=mark("Only name claims and typed numbers; write nothing.")
)
@_refusals
def write(  # noqa: PLR0913 - one for each option
    template: str,
    district: str,
    period: str,
    lang: Language | None,
    folder: str | None,
    *,
    publish: bool,
    force: bool,
    dry: bool,
) -> int:
    """``luoshi write``: a template in, a folder out, and what does not hold."""
    if folder is None and not dry:
        raise click.UsageError(tr("say where to write it (--to DIR), or --dry-run"))
    job = _Job(template, _text(template), district, period, lang)
    if dry:
        open_store()
        annual = job.compose(proven=False)
        return _report(annual)
    target = Path(str(folder))
    from luoshi.sealing.exporting import whole_folder

    with whole_folder(target, force=force, has=NUMBERS) as draft:
        annual = job.fill(draft)
    if publish:
        _publish(target, district, period)
    return _written(annual, target)


def _text(name: str) -> str:
    from luoshi.writing.annual.errors import AnnualError
    from luoshi.writing.annual.template import LARGEST, decode, parse

    try:
        with Path(name).open("rb") as stream:
            data = stream.read(LARGEST + 1)
    except OSError as error:
        raise AnnualError("unreadable", name=name, reason=tr(error.strerror or str(error))) from error
    text = decode(data, name)
    parse(text, name)
    return text


class _Job:
    """One report to be made."""

    def __init__(self, name: str, text: str, district: str, period: str, lang: Language | None) -> None:
        self.name, self.text, self.district, self.period = name, text, district, period
        self.lang: Language = lang or ("zh" if _HAN.search(text) else "en")

    def compose(self, *, proven: bool) -> Annual:
        from luoshi.casework import clock
        from luoshi.writing.annual.composing import compose

        day = clock.now().date()
        return compose(
            self.text, district=self.district, period=self.period, lang=self.lang, made_on=day, name=self.name,
            promises=_promises(self.district, self.period, day.isoformat()), proven=proven,
        )  # fmt: skip

    def fill(self, draft: Path) -> Annual:
        """Seal, export and compute until all three are of one moment; then write the report into ``draft``."""
        from luoshi.writing.annual.errors import AnnualError

        keys = _keys()
        open_store()
        for _ in range(TRIES):
            root = _sealed(draft / LEDGER, keys)
            try:
                annual = self.compose(proven=True)
            except AnnualError as error:
                if error.code != "unsealed":
                    raise
                annual = None
            if annual is not None and annual.root == root:
                _files(draft, annual)
                return annual
            shutil.rmtree(draft / LEDGER)
        raise AnnualError("moving", tries=TRIES)


def _keys() -> Keys:
    from luoshi.site import setup

    setup()
    from django.conf import settings

    from luoshi.sealing.keys import read_keys

    return read_keys(settings.LUOSHI_LEDGER_KEY, settings.LUOSHI_LEDGER_ORIGIN)


def _sealed(folder: Path, keys: Keys) -> str:
    """Seal everything and export it to ``folder``; its root."""
    from luoshi.sealing.exporting import export_to
    from luoshi.sealing.seal import seal

    with progress(tr("Sealing entries")) as tell:
        seal(keys, progress=tell)
    with progress(tr("Writing entries")) as tell:
        return export_to(folder, keys, progress=tell).root


def _promises(district: str, period: str, day: str) -> list[Kept]:
    """What was promised of figures for the year of ``period``."""
    from luoshi.figures.evaluating import kind_of
    from luoshi.figures.promised import promised
    from luoshi.writing.annual.claims import Kept

    if kind_of(period) != "year":
        return []
    return [
        Kept(
            one.figure,
            one.target,
            one.judgement,
            f"{one.commitment} {one.text}",
            one.value.value if one.value is not None else None,
        )
        for one in promised(district, int(period), on_day=day)
    ]


def _files(draft: Path, annual: Annual) -> None:
    from luoshi.writing.annual import page, taxonomy
    from luoshi.writing.annual.assets import assets
    from luoshi.writing.annual.printing import docx, pdf

    made = {"report.html": page.page(annual), "report.docx": docx(annual), "report.pdf": pdf(annual)}
    made.update(taxonomy.files(annual))
    made.update({f"{ASSETS}/{name}": content for name, content in assets().items()})
    data = [as_json(one) for one in annual.figures.values()]
    made[NUMBERS] = (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode()
    for name, content in made.items():
        path = draft / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def _publish(target: Path, district: str, period: str) -> None:
    """Copy a whole report to where the desk serves it to everybody."""
    with _published(district, period) as draft:
        shutil.copytree(target, draft, dirs_exist_ok=True)
    say(tr("Published: {address}", address=_address(district, period)))


def publish_report(template: str, district: str, period: str) -> str:
    """Write a report straight to where the desk serves it; its address there, from the server's name on.

    Raises RefusedError for what ``luoshi write`` refuses.
    """
    with _told(), told_of_figures(), told_of_casework():
        job = _Job(template, _text(template), district, period, None)
        with _published(district, period) as draft:
            job.fill(draft)
    return _address(district, period)


def _published(district: str, period: str) -> AbstractContextManager[Path]:
    """A draft that takes the place of the report of ``period`` that the desk serves, once it is whole."""
    from luoshi.home import home
    from luoshi.sealing.exporting import whole_folder

    place = home() / PUBLISHED / district / period
    place.parent.mkdir(parents=True, exist_ok=True)
    return whole_folder(place, force=True, has=NUMBERS)


def _address(district: str, period: str) -> str:
    return f"/{PUBLISHED}/{district}/{period}/report.html"


# --- what a person is told


def _written(annual: Annual, target: Path) -> int:
    from luoshi.words.papers import describe_font
    from luoshi.writing.papers.fonts import replaced

    for use in replaced():
        say(describe_font(use.wanted, use.used))
    code = _report(annual)
    name = printable(target)
    click.echo(
        tr(
            "Wrote {name}: {numbers} numbers, proven by {size} entries, root {root}",
            name=name,
            numbers=len(annual.numbers()),
            size=f"{annual.size:,}",
            root=annual.root,
        )
    )
    if code:
        click.echo(tr("The files were written with these claims in them; correct the text, and write it again."))
    click.echo(tr("Check it: luoshi verify {report} {ledger}", report=f"{name}/report.html", ledger=f"{name}/{LEDGER}"))
    return code


def _report(annual: Annual) -> int:
    from luoshi.writing.annual.printing import typed_in

    typed = typed_in(annual)
    if typed:
        click.echo(tr("Typed by hand and proven by nothing: {count} numbers", count=len(typed)))
        _lines((f"{printable(annual.template)}:{one.at[0]}:{one.at[1]}", one.text) for one in typed)
    if annual.claims:
        click.echo(tr("Claims that the ledger contradicts: {count}", count=len(annual.claims)))
    for claim in annual.claims:
        _lines([(f"{printable(annual.template)}:{claim.at[0]}:{claim.at[1]}", _claim(annual, claim))])
        click.echo(f"    {printable(claim.sentence)}")
    if not annual.claims:
        click.echo(tr("No claim that the ledger contradicts was found."))
    return EXIT_LACKING if annual.claims else 0


def _lines(rows: Iterator[tuple[str, str]] | Sequence[tuple[str, str]]) -> None:
    for place, text in rows:
        click.echo(f"  {place}: {printable(text)}")


def _claim(annual: Annual, claim: Any) -> str:
    from luoshi.figures.definitions import load_all
    from luoshi.words.annual import describe_claim

    definition = load_all()[claim.figure]
    return describe_claim(
        claim.reason, words=claim.words, figure=claim.figure, says=claim.says, unit=definition.unit,
        name=definition.zh if language() == "zh" else definition.en, judgement=claim.judgement,
        commitment=claim.commitment,
    )  # fmt: skip
