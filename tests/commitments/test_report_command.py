"""``luoshi report``: take, list, issue."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
from tests.casework.district import ROOT
from tests.commitments import setting
from tests.commitments.setting import DISTRICT, OFFICE, ready, rows
from tests.stores import TestStore

FILE = str(ROOT / "districts" / "sample" / "report-2025.docx")


def run(store: TestStore, *args: str) -> Any:
    command = [sys.executable, "-c", "from luoshi.cli import main; main()", "--lang", "en", "report", *args]
    return subprocess.run(command, env=store.environ, capture_output=True, text=True, check=False)


def test_take_list_issue(store: TestStore) -> None:
    from luoshi.commitments.models import Report
    from luoshi.commitments.review import accept

    setting.settle()
    who = ("--district", DISTRICT, "--officer", OFFICE)
    assert run(store, "list", "--district", DISTRICT).stdout == "jichuan: no reports yet\n"
    done = run(store, "take", FILE, *who)
    assert (done.returncode, done.stderr) == (0, "")
    report = Report.objects.get()
    assert done.stdout == f"jichuan: report 2025, {len(rows(report))} commitments to be reviewed\n"
    assert (store.home / "files" / report.sha256[:2] / report.sha256).stat().st_size == report.size
    assert run(store, "take", FILE, *who).stdout == done.stdout
    first, second, third = rows(report)[:3]
    ready(first, due="2027-12-31")
    accept(DISTRICT, OFFICE, second.code, 1)
    issued = run(store, "issue", "2025", *who)
    assert (issued.returncode, issued.stdout) == (1, "jichuan: 1 commitments issued\n")
    assert f"commitment {second.code} does not say who is responsible" in issued.stderr
    assert run(store, "issue", "2025", first.code, *who).returncode == 0
    listed = run(store, "list", "--district", DISTRICT).stdout
    assert listed == f"2025  report-2025.docx  proposed {len(rows(report)) - 2}, accepted 1, issued 1\n"
    assert third.status == "proposed"


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("take", FILE, "--district", DISTRICT, "--officer", "o-he"), "may not take, review or issue"),
        (("take", FILE, "--district", "elsewhere", "--officer", OFFICE), "no mechanism in force carries commitments"),
        (("take", __file__, "--district", DISTRICT, "--officer", OFFICE), "report"),
        (("issue", "2025", "--district", DISTRICT, "--officer", "nobody"), "may not take, review or issue"),
    ],
)
def test_what_is_refused(store: TestStore, args: tuple[str, ...], told: str) -> None:
    from luoshi.commitments.models import Report

    setting.settle()
    done = run(store, *args)
    assert done.returncode == 2
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert not Report.objects.exists()
