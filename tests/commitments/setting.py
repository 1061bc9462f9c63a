"""A small synthetic district whose supervision office takes the sample reports. Import it inside a test's fixture."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import cache
from threading import Barrier
from typing import TYPE_CHECKING, Any

from tests.casework.district import ROOT, pack, settings_of

if TYPE_CHECKING:
    from luoshi.commitments.models import Commitment, Report

DISTRICT = "jichuan"
OFFICE = "o-shen"
OTHER = "o-shen-2"
LEADER = "o-bai"
NOBODY = "o-he"
NOW = datetime(2025, 3, 3, 10)


@cache
def sample(year: int) -> bytes:
    """The sample report that plans for ``year``, as a Word file."""
    return (ROOT / "districts" / "sample" / f"report-{year}.docx").read_bytes()


def settle() -> None:
    """The bodies, the officers and the pack."""
    from luoshi.casework.setups import install, put_in_force
    from luoshi.org.load import load_org, read_org

    folder = ROOT / "tests" / "samples" / "small-org"
    texts = [(path.name, path.read_bytes()) for path in sorted(folder.glob("*.yaml"))]
    more = (
        "officers: [{code: o-shen-2, name: 沈二}]\n"
        "posts:\n"
        "  - {officer: o-shen-2, mechanism: supervision, role: office, body: gov, from: 2025-01-01}\n"
        "  - {officer: o-he, mechanism: supervision, role: undertaker, body: gov, from: 2025-01-01}\n"
    )
    load_org(DISTRICT, read_org([*texts, ("more.yaml", more.encode())]))
    source = (ROOT / "packs" / "supervision" / "mechanism.yaml").read_bytes()
    install(source, "supervision")
    mechanism = pack("supervision")
    put_in_force(
        DISTRICT,
        "supervision",
        mechanism.version,
        settings=settings_of(mechanism),
        standing={"office": "supervision", "leader": "gov"},
        prefix="霁督",
    )


def taken(year: int = 2025) -> Report:
    """The sample report, taken."""
    from luoshi.commitments.taking import take_report

    return take_report(DISTRICT, OFFICE, f"report-{year}.docx", sample(year), NOW)


def rows(report: Report) -> list[Commitment]:
    """Its commitments as they are now."""
    from luoshi.commitments.models import Commitment

    return list(Commitment.objects.filter(report=report).select_related("report").order_by("id"))


def fresh(row: Commitment) -> Commitment:
    """The row as it is now."""
    from luoshi.commitments.models import Commitment

    return Commitment.objects.select_related("report").get(id=row.pk)


def ready(row: Commitment, **fields: Any) -> Commitment:
    """The commitment with all four clarities, accepted."""
    from luoshi.commitments.review import accept, edit

    told = {"lead": "housing", "standard": "以验收为准", "due": "2025-12-31", **fields}
    edited = edit(DISTRICT, OFFICE, row.code, row.n, told, NOW)
    return accept(DISTRICT, OFFICE, row.code, edited.n, NOW)


def at_once(*tasks: Callable[[], Any]) -> list[Any]:
    """What ``tasks`` return, each run in a thread of its own, all begun together; the first error of any is raised."""
    start = Barrier(len(tasks))

    def run(task: Callable[[], Any]) -> Any:
        from django.db import connections

        try:
            start.wait(10)
            return task()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(tasks)) as pool:
        return [one.result(60) for one in [pool.submit(run, task) for task in tasks]]
