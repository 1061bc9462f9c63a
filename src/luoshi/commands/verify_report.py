"""``luoshi verify REPORT DIR``: the numbers of a written report, computed again from the export, offline.

What a command needs is imported inside it, so that the others answer at once.
"""
# ruff: noqa: PLC0415

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from luoshi.messages import printable, tr
from luoshi.terminal import EXIT_BAD_INPUT, say

if TYPE_CHECKING:
    from luoshi.ledger.errors import Fault
    from luoshi.ledger.note import Verifier
    from luoshi.writing.annual.checking import Checked, Difference

EXIT_FALSE: Final = 1


def verify_report(report: Path, folder: Path, keys: list[Verifier], form: str) -> int:
    """Print what differs between the page ``report`` and the export in ``folder``, as text or ``json``.

    Returns 0 if nothing does, 1 if something does or the export is not right, 2 if one of the two cannot be read.
    """
    from luoshi.figures.errors import FigureError
    from luoshi.ledger.errors import Fault, LedgerError
    from luoshi.mechanisms.errors import MechanismError
    from luoshi.words.checking import describe_page
    from luoshi.words.figures import describe_figure, describe_finding, describe_ledger
    from luoshi.writing.annual.checking import check_report
    from luoshi.writing.annual.errors import AnnualError

    try:
        checked = check_report(report, folder, keys=keys)
    except AnnualError as error:
        return _unusable(str(report), describe_page(error.code, error.details))
    except FigureError as error:
        fault = error.details.get("fault")
        if isinstance(fault, Fault):
            return _is_false(folder, fault, form)
        return _unusable(str(folder), describe_figure(error))
    except LedgerError as error:
        return _unusable(str(folder), describe_ledger(error))
    except MechanismError as error:
        one = error.findings[0]
        return _unusable(error.name, f"{one.line}: {describe_finding(one)}")
    except OSError as error:
        reason = tr(error.strerror or str(error))
        name = str(error.filename or report)
        return _unusable(name, tr("it cannot be read ({reason})", reason=printable(reason)))
    if form == "json":
        _print(_data(checked))
    else:
        _show(report, checked)
    return EXIT_FALSE if checked.differences else 0


def _unusable(name: str, line: str) -> int:
    say(f"luoshi: {tr('{name}: {line}', name=printable(name), line=line)}")
    return EXIT_BAD_INPUT


def _is_false(folder: Path, fault: Fault, form: str) -> int:
    from luoshi.words.ledger import describe_fault

    line = describe_fault(fault)
    if form == "json":
        told = {"code": fault.code, "file": fault.file, "entry": fault.entry, "case": fault.case, "n": fault.n}
        _print({"ok": False, "fault": {**told, "message": line}, "differences": []})
    else:
        say(f"luoshi: {tr('{name}: {line}', name=printable(folder), line=line)}")
    return EXIT_FALSE


def _show(report: Path, checked: Checked) -> None:
    name = printable(report)
    for one in checked.differences:
        click.echo(f"{name}{_place(one)}: {_line(one)}")
    ledger = tr(
        "ledger {origin}: {size} entries, root {root}",
        origin=printable(checked.origin),
        size=f"{checked.size:,}",
        root=checked.root,
    )
    if checked.differences:
        count = tr("{name}: {count} differ from the ledger", name=name, count=f"{len(checked.differences):,}")
        click.echo(f"{count}\n{ledger}")
        return
    numbers = tr(
        "{name}: all {numbers} numbers of {figures} figures are the ledger's",
        name=name,
        numbers=f"{checked.numbers:,}",
        figures=f"{checked.figures:,}",
    )
    click.echo(f"{numbers}\n{ledger}")


def _place(one: Difference) -> str:
    line = f":{one.line}" if one.line else ""
    place = f" {printable(one.place)}" if one.place else ""
    return f"{line}{place}"


def _line(one: Difference) -> str:
    from luoshi.words.checking import describe_difference

    said = describe_difference(one.code, one.page, one.ledger)
    return f"{printable(one.figure)}: {said}" if one.figure else said


def _data(checked: Checked) -> dict[str, Any]:
    return {
        "ok": not checked.differences,
        "numbers": checked.numbers,
        "figures": checked.figures,
        "origin": checked.origin,
        "size": checked.size,
        "root": checked.root,
        "fault": None,
        "differences": [
            {
                "code": one.code,
                "place": one.place,
                "line": one.line,
                "figure": one.figure,
                "page": one.page,
                "ledger": one.ledger,
                "message": _line(one),
            }
            for one in checked.differences
        ],
    }


def _print(told: dict[str, Any]) -> None:
    sys.stdout.flush()
    sys.stdout.buffer.write((json.dumps(told, ensure_ascii=False, indent=2) + "\n").encode())
    sys.stdout.buffer.flush()
