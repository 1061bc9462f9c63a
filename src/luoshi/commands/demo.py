"""The command ``luoshi demo``: a sample district that lives, its report read and issued, served with its accounts.

May be run again and again: what is there already is left as it is.
"""
# ruff: noqa: PLC0415

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import click

from luoshi.commands.casework import RefusedError, open_store, refusals
from luoshi.commands.serve import as_collected, check_port, collect, run_server
from luoshi.files import read_input
from luoshi.home import home
from luoshi.messages import mark, tr
from luoshi.progress import progress
from luoshi.terminal import Command, Option

DISTRICT: Final = "jichuan"
REPORTS: Final = ("report-2025.docx", "report-2026.txt")
"""Last year's report and this year's, whose promises are issued."""
KEPT_BACK: Final = 6
"""Every so manieth promise is left to be reviewed, so that there is something to do."""
PLAN_YEAR: Final = 2026
ORIGIN: Final = "ledger.jichuan.example"
"""The name of the demo's log."""
ISSUED_ON: Final = (1, 19, 9, 30)
CASES: Final = 400
ASKED_FOR: Final = 3
FOLDER: Final = Path("districts")
BESIDE: Final = Path(__file__).resolve().parent.parent / "districts"
"""The samples of an installed Luoshi."""
ADMINISTRATORS: Final = (("system", "系统管理员·闻笛"), ("security", "安全管理员·苏砚"), ("audit", "审计管理员·林简"))
PORT: Final = 8000
PORTS: Final = 20


@click.command(
    "demo",
    cls=Command,
    short_help=mark("A sample district that lives, in a browser."),
    help=mark(
        "Make an embedded database with a synthetic district: bodies and officers, its work report read and issued,\n"
        "some hundred living cases; then start the desk and print its address and the accounts.\n"
        "Run again, it goes on with what is there. Ctrl-C ends it. It is kept apart from your own data."
    ),
    epilog=mark("For example:\n  luoshi demo\n  luoshi demo --fresh --port 8080"),
)
@click.option(
    "--host", cls=Option, default="127.0.0.1", metavar=mark("ADDRESS"), help=mark("The address to listen on.")
)
@click.option("--port", cls=Option, type=click.IntRange(1, 65535), metavar=mark("PORT"), help=mark("The port."))
@click.option(
    "--cases", cls=Option, type=click.IntRange(1, 5000), default=CASES, metavar=mark("N"), help=mark("Cases.")
)
@click.option("--fresh", cls=Option, is_flag=True, help=mark("Begin anew: remove the demo's database first."))
@click.option("--no-serve", cls=Option, is_flag=True, help=mark("Only fill the database; start nothing."))
@refusals
def demo(host: str, port: int | None, cases: int, fresh: bool, no_serve: bool) -> int:
    """``luoshi demo``: fill, serve, until told to end."""
    folder = home() / "demo"
    folder.mkdir(parents=True, exist_ok=True)
    if fresh:
        remove(folder)
    os.environ.pop("DATABASE_URL", None)
    os.environ.update({"LUOSHI_HOME": str(folder), "LUOSHI_DEMO": "1", "LUOSHI_HTTPS": "0"})
    as_collected()
    chosen = port or free_port(host)
    check_port(host, chosen)
    open_store()
    fill(cases)
    report = write_report()
    if no_serve:
        return 0
    with steps(tr("Gathering scripts and styles")):
        collect()
    show(f"http://{host}:{chosen}", report)
    run_server(host, chosen, os.cpu_count() or 1, sweep=True)
    return 0


def remove(folder: Path) -> None:
    """Remove the demo's database; its uploads stay, since they are found again by their content."""
    for name in ("luoshi.sqlite3", "luoshi.sqlite3-wal", "luoshi.sqlite3-shm", "luoshi.sqlite3.lock"):
        (folder / name).unlink(missing_ok=True)


def free_port(host: str) -> int:
    """The first port from 8000 on that nobody listens on. Raises RefusedError if none of 20 is free."""
    for port in range(PORT, PORT + PORTS):
        try:
            check_port(host, port)
        except RefusedError:
            continue
        return port
    told = tr("no port from {first} to {last} is free; choose one with --port", first=PORT, last=PORT + PORTS - 1)
    raise RefusedError(told)


def samples() -> Path:
    """The folder of sample districts."""
    return FOLDER if (FOLDER / "sample-org").is_dir() or not BESIDE.is_dir() else BESIDE


def fill(cases: int) -> None:
    """Everything that the demo shows, as far as it is not there yet."""
    from luoshi.casework import clock
    from luoshi.org.load import load_org, read_org

    root = samples()
    now = clock.now()
    with steps(tr("Loading the district")):
        files = sorted((root / "sample-org").glob("*.yaml"))
        load_org(DISTRICT, read_org([(path.name, read_input(str(path))) for path in files]))
    from luoshi.simulation.life import adopt_all, live
    from luoshi.simulation.life_texts import read_settings

    adopt_all(DISTRICT, read_settings(root / "sample-life"), root.parent / "packs")
    take_reports(root, now)
    with steps(tr("Letting the district live")) as tell:
        report = live(DISTRICT, now, cases=cases, progress=tell)
    if not report.already:
        told = tr("{cases} cases with {entries} entries (all synthetic)", cases=report.cases, entries=report.entries)
        click.echo(told)
        ask_for_approvals(now)
    add_accounts(root / "sample-life")


@contextmanager
def steps(what: str) -> Iterator[Callable[[int, int], None] | None]:
    """Say what goes on, with a bar if it takes its time."""
    click.echo(f"{what} ...")
    with progress(what) as tell:
        yield tell


def take_reports(root: Path, now: datetime) -> None:
    """Read both reports; say who led last year's promises; issue this year's but for those that are kept back."""
    import yaml

    from luoshi.commitments.taking import take_report

    leads = yaml.safe_load((root / "sample-life" / "leads.yaml").read_text("utf-8"))["leads"]
    begins = begin_of(now)
    office = supervision_officer(begins)
    with steps(tr("Reading the work reports")) as tell:
        folder = root / "sample"
        last, this = (take_report(DISTRICT, office, name, read_input(str(folder / name)), begins) for name in REPORTS)
        lead_last_year(office, last, leads, begins, tell)
    with steps(tr("Issuing its promises")):
        figures = yaml.safe_load((root / "sample-life" / "figures.yaml").read_text("utf-8"))["figures"]
        issued = issue_all(office, this, leads, figures, begins)
    with steps(tr("Letting its promises live")) as tell:
        let_promises_live(root / "sample-life", issued, begins, now, tell)
        publish_series(root / "sample-life", issued, now)
    click.echo(tr("{count} promises are issued as tasks", count=this.commitments.filter(status="issued").count()))


def begin_of(now: datetime) -> datetime:
    """When this year's promises are issued: in January of the year planned, or now if that is still to come."""
    return min(datetime(PLAN_YEAR, *ISSUED_ON), now)


def body_then(body: str, now: datetime) -> str:
    """``body``, or the one that it followed, as of then: tasks of January go to the bodies of January."""
    from luoshi.org.snapshot import snapshot

    tree, on_day = snapshot(DISTRICT).tree, now.date().isoformat()
    if tree.exists(body, on_day):
        return body
    before = (code for code in tree.bodies if any(one.successor == body for one in tree.successors(code)))
    return next((code for code in before if tree.exists(code, on_day)), body)


def lead_of(text: str, leads: list[dict[str, Any]]) -> str | None:
    """The body that leads by the first word of ``leads`` that ``text`` has."""
    return next((one["body"] for one in leads if any(word in text for word in one["words"])), None)


def lead_last_year(
    officer: str, report: Any, leads: list[dict[str, Any]], now: datetime, tell: Callable[[int, int], None] | None
) -> None:
    """Who led last year, so that this year's suggestions can follow; last year's promises are accepted, not issued."""
    from luoshi.commitments.models import PROPOSED, Commitment
    from luoshi.commitments.review import accept_many, edit

    rows = list(Commitment.objects.filter(district=DISTRICT, report=report, status=PROPOSED, lead=None))
    known: dict[str, int] = {}
    for place, row in enumerate(rows):
        if tell is not None:
            tell(place, len(rows))
        body = lead_of(row.text, leads)
        if body is not None:
            fields = {"lead": body_then(body, now)}
            known[row.code] = edit(DISTRICT, officer, row.code, row.n, fields, now).n
    accept_many(DISTRICT, officer, known, now)


def supervision_officer(now: datetime) -> str:
    """An officer who may review and issue. Raises RefusedError if the sample has none, which is a fault of it."""
    from luoshi.commitments.review import may_review
    from luoshi.org.models import Post

    day = now.date().isoformat()
    for code in Post.objects.filter(district=DISTRICT, role="office").order_by("id").values_list("officer", flat=True):
        if may_review(DISTRICT, code, day):
            return code
    raise RefusedError(tr("nobody in the sample district may issue tasks on {day}", day=day))


def figure_of(text: str, figures: list[dict[str, Any]]) -> dict[str, str]:
    """The figure that was chosen for the promise ``text``, and the one with which that is compared."""
    found = next((one for one in figures if any(word in text for word in one["words"])), None)
    return {} if found is None else {name: found[name] for name in ("figure", "against") if name in found}


def issue_all(
    officer: str, report: Any, leads: list[dict[str, Any]], figures: list[dict[str, Any]], now: datetime
) -> dict[str, str]:
    """Accept, assign and issue what is proposed, as suggested, with its figure: case → day by which it is to be done;
    nothing if some were issued before."""
    from luoshi.commitments.clarity import lacking
    from luoshi.commitments.issuing import issue
    from luoshi.commitments.models import ISSUED, PROPOSED, Commitment
    from luoshi.commitments.review import accept, edit
    from luoshi.commitments.suggesting import suggest_due, suggest_many

    every = Commitment.objects.filter(district=DISTRICT, report=report)
    if every.filter(status=ISSUED).exists():
        return {}
    rows = list(every.filter(status=PROPOSED).order_by("start"))
    suggested = suggest_many(report, rows, now.date().isoformat())
    ready: dict[str, str] = {}
    for place, row in enumerate(rows):
        suggestions = suggested.get(row.code) or []
        found = lead_of(row.text, leads)
        body = suggestions[0].body if suggestions else body_then(found, now) if found else None
        due = suggest_due(row, report.plan_year)
        if place % KEPT_BACK == KEPT_BACK - 1 or body is None or due is None:
            continue
        fields = {"lead": body, "due": due.day, "standard": row.standard or row.text, **figure_of(row.text, figures)}
        changed = edit(DISTRICT, officer, row.code, row.n, fields, now)
        changed = accept(DISTRICT, officer, row.code, changed.n, now)
        if not lacking(changed):
            ready[row.code] = due.day
    issued = issue(DISTRICT, officer, list(ready), now)
    return {one.case: ready[one.code] for one in issued if one.case is not None}


def let_promises_live(
    folder: Path, dues: dict[str, str], begins: datetime, now: datetime, tell: Callable[[int, int], None] | None
) -> None:
    """The year of what was issued just now."""
    if not dues:
        return
    from luoshi.casework.files import Files
    from luoshi.simulation.life_pictures import pictures
    from luoshi.simulation.life_texts import read_texts
    from luoshi.simulation.life_year import MECHANISM, year_of

    pool = pictures(Files(home() / "files"), 1)
    texts = read_texts(folder)[MECHANISM]
    year_of(DISTRICT, dues, begins.date(), now, texts=texts, evidence=[*pool["after"], *pool["paper"]], progress=tell)


def publish_series(folder: Path, dues: dict[str, str], now: datetime) -> None:
    """The statistics of the year of what was issued just now."""
    if not dues:
        return
    from luoshi.simulation.life_series import publish

    publish(DISTRICT, folder, now)


def ask_for_approvals(now: datetime) -> None:
    """A few matters that were checked wait for a leader to approve that they are struck off."""
    from luoshi.casework import pending
    from luoshi.casework.act import Request
    from luoshi.casework.models import Case
    from luoshi.casework.offers import offers

    office = supervision_officer(now)
    checked = Case.objects.filter(district=DISTRICT, mechanism="supervision", stage="checked", open=True).order_by("id")
    for case, n in checked.values_list("case", "n")[:ASKED_FOR]:
        for one in offers(DISTRICT, office, case, now):
            if one.action == "strike_off" and one.blocked is None:
                pending.ask(DISTRICT, Request(one.actor, one.action, case=case, seen=n), now)


def add_accounts(folder: Path) -> None:
    """The demo's accounts: they have no password, and come in by the demo's page alone."""
    import yaml

    from luoshi.access.accounts import add
    from luoshi.access.models import Account

    wanted = yaml.safe_load((folder / "accounts.yaml").read_text("utf-8"))["accounts"]
    there = set(Account.objects.values_list("username", flat=True))
    for one in wanted:
        if one["login"] not in there:
            add(one["login"], DISTRICT, officer=one["officer"], by="demo", demo=True)
    for name, person in ADMINISTRATORS:
        if f"a-{name}" not in there:
            add(f"a-{name}", DISTRICT, administrator=name, name=person, by="demo", demo=True)


def write_report() -> str:
    """The year's report so far, written from the ledger and published; its address on this server."""
    from django.conf import settings

    from luoshi.commands.write import publish_report
    from luoshi.sealing.keys import make_keys

    if not settings.LUOSHI_LEDGER_KEY.exists():
        make_keys(settings.LUOSHI_LEDGER_KEY, ORIGIN)
    with steps(tr("Writing the year's report")):
        return publish_report(str(samples() / "sample-life" / "annual.md"), DISTRICT, str(PLAN_YEAR))


def show(address: str, report: str) -> None:
    """The address, who may come in, and the report that anybody may read."""
    from luoshi.access.models import Account
    from luoshi.org.models import Officer

    names = dict(Officer.objects.filter(district=DISTRICT).values_list("code", "name"))
    click.echo(
        "\n" + tr("Open {address} and choose whom to be; there are no passwords in the demo:", address=f"{address}/")
    )
    for account in Account.objects.filter(district=DISTRICT, demo=True).order_by("id"):
        name = names.get(account.officer or "", account.name)
        click.echo(f"  {account.username:<14} {name}")
    click.echo("\n" + tr("The year's report, which proves itself: open it and click a number"))
    click.echo(f"  {address}{report}\n")
