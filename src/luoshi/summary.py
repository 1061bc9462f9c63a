"""What a command shows on the terminal: a reading, a comparison, the rows that lack something."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from luoshi.messages import mark, printable, tr

if TYPE_CHECKING:
    from luoshi.reading.model import Commitment, Reading
    from luoshi.writing.tasks import Lacking

SHOWN: Final = 5
KINDS: Final = {
    "numeric": mark("with a number"),
    "relative": mark("relative"),
    "action": mark("action"),
    "outcome": mark("outcome"),
}
VERDICTS: Final = {
    "missed": mark("missed"),
    "absent": mark("absent"),
    "partly": mark("partly"),
    "unverifiable": mark("in words only"),
    "met": mark("met"),
}
WHYS: Final = {
    "reaches": mark("reaches the target"),
    "falls_short": mark("falls short of the target"),
    "against_growth": mark("measured against the growth that the report tells"),
    "reported_against_basis": mark("the report tells how it compares"),
    "reported_whole": mark("told as done in whole"),
    "reported_in_part": mark("told as done in part"),
    "reported_not_done": mark("told as not done"),
    "unit_differs": mark("told in another unit"),
    "basis_differs": mark("told on another basis"),
    "stock_and_flow": mark("one is a total and the other an increase"),
    "basis_not_given": mark("the report does not tell what to compare with"),
    "words_only": mark("told without a number"),
    "not_mentioned": mark("the report does not mention it"),
}
CLARITIES: Final = {
    "who": mark("who is responsible"),
    "what": mark("what is to be done"),
    "standard": mark("by what standard"),
    "when": mark("by when"),
}


def _console() -> Console:
    return Console(highlight=False, emoji=False, markup=False, soft_wrap=False)


def _text(value: object) -> Text:
    return Text(printable(value), overflow="fold")


def _show_facts(console: Console, facts: Sequence[tuple[str, object]]) -> None:
    """One line for each fact, the values under each other; a Chinese character is two columns wide."""
    width = max(cell_len(name) for name, _ in facts) + 2
    for name, value in facts:
        label = Text(name + " " * (width - cell_len(name)), style="bold")
        console.print(label.append_text(_text(value)), soft_wrap=True)


def show_reading(reading: Reading, *, written: bool) -> None:
    """Show what ``reading`` holds: counts, the first promises with a number, and what to do next."""
    console = _console()
    unknown = tr("not told")
    facts: list[tuple[str, object]] = [
        (tr("Title"), reading.title or unknown),
        (tr("Place"), reading.place or unknown),
        (tr("Year reviewed"), reading.year or unknown),
        (tr("Year planned"), reading.plan_year or unknown),
        (tr("Sections"), len(reading.sections)),
        (tr("Quantities"), len(reading.quantities)),
        (tr("Promises"), _by_kind(reading.commitments)),
        (tr("Results"), _by_kind(reading.achievements)),
        (tr("Glossary"), len(reading.glossary)),
        (tr("Unclear"), len(reading.unclear)),
    ]
    _show_facts(console, facts)
    _show_first(console, reading.commitments)
    if not written:
        console.print()
        console.print(tr("Next: luoshi read FILE -o tasks.xlsx -o reading.html"), style="dim")


def _by_kind(items: Sequence[Commitment]) -> str:
    counts = Counter[str](item.kind for item in items)
    parts = tr(", ").join(f"{tr(name)} {counts[kind]}" for kind, name in KINDS.items() if counts[kind])
    return tr("{count} ({parts})", count=len(items), parts=parts) if parts else str(len(items))


def _show_first(console: Console, items: Sequence[Commitment]) -> None:
    # This year's numbers are what a reader looks for; then numbers of the term, then words.
    first = sorted(items, key=lambda item: (not item.targets, item.horizon != "year"))[:SHOWN]
    if not first:
        return
    console.print()
    console.print(tr("The first promises:"), style="bold")
    for item in first:
        console.print(_text(f"  {item.id}  {item.text}"), soft_wrap=True)


def show_comparisons(found: Sequence[Mapping[str, Any]]) -> None:
    """Show one row for each promise; what was missed or left unsaid stands first. ``found`` is the JSON shape."""
    console = _console()
    counts = Counter(str(item["verdict"]) for item in found)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in (tr("Verdict"), tr("Promise"), tr("Result"), tr("Why")):
        table.add_column(heading, overflow="fold")
    order = list(VERDICTS)
    for item in sorted(found, key=lambda item: order.index(str(item["verdict"]))):
        result = item["result"]
        table.add_row(
            tr(VERDICTS[str(item["verdict"])]),
            _text(item["promise"]["text"]),
            _text(result["text"]) if result else tr("not told"),
            tr(_why(str(item["why"]))),
        )
    if found:
        console.print(table)
    parts = tr(", ").join(f"{tr(name)} {counts[verdict]}" for verdict, name in VERDICTS.items())
    console.print(tr("Promises: {count} ({parts})", count=len(found), parts=parts))


def _why(code: str) -> str:
    """The reason's text; a reason newer than this table is shown by its code, which says more than a failure."""
    return WHYS.get(code, code)


def show_lacking(lacking: Sequence[Lacking]) -> None:
    """Show one line for each row that lacks a clarity, with what it lacks."""
    console = _console()
    for item in lacking:
        missing = tr(", ").join(tr(CLARITIES[name]) for name in item.missing)
        console.print(
            _text(
                tr(
                    "{sheet}, row {row}: {task} - lacks {missing}",
                    sheet=item.sheet,
                    row=item.row,
                    task=item.task,
                    missing=missing,
                )
            ),
            soft_wrap=True,
        )
    if lacking:
        console.print(tr("Rows that lack something: {count}", count=len(lacking)), style="bold")
    else:
        console.print(tr("Every row has all four clarities."))
