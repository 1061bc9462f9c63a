"""Reports in: read, kept with every commitment that they make."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime
from decimal import Decimal
from pathlib import PurePath
from typing import Any, Final

from django.db import IntegrityError, transaction

from luoshi.casework import clock
from luoshi.casework.sql import reading
from luoshi.commitments.carrying import issuer
from luoshi.commitments.errors import CommitmentError
from luoshi.commitments.matching import bodies_named
from luoshi.commitments.models import PROPOSED, Commitment, CommitmentLog, Report
from luoshi.mechanisms.flow import epoch
from luoshi.org.snapshot import snapshot
from luoshi.org.tree import Tree
from luoshi.reading import model as read_model
from luoshi.reading.deadlines import find_cues
from luoshi.reading.reader import read
from luoshi.reading.sources import load

LONGEST_TITLE: Final = 300
LONGEST_PLACE: Final = 120
LONGEST_NAME: Final = 255
TRIES: Final = 5
"""Of two reports of one year taken at once, the later one gets another key at the next try."""
_UNKEPT: Final = re.compile(r"[\x00\ud800-\udfff]")
"""What PostgreSQL does not take; replaced by a sign of the same length, so that offsets stay."""
_WITHOUT_TEXT: Final = ("text", "sections", "hints")


def take_report(district: str, officer: str, name: str, data: bytes, now: datetime | None = None) -> Report:
    """Read the file ``data`` called ``name`` and keep it with its commitments, all ``proposed``; the same bytes again
    are the same Report. The file itself is kept by the caller (:mod:`luoshi.casework.files`), under its ``sha256``.

    Raises ReadError for what is no report, CommitmentError ``not_authorised``, ``carrier_missing``.
    """
    stamp = now or clock.now()
    on_day = stamp.date().isoformat()
    issuer(district, officer, on_day)
    digest = hashlib.sha256(data).hexdigest()
    with reading():
        known = Report.objects.filter(district=district, sha256=digest).first()
    if known is not None:
        return known
    source = load(data, name)
    source.text = _UNKEPT.sub("\ufffd", source.text)
    hints = [[hint.start, hint.end, hint.level] for hint in source.hints]
    found = read(source)
    report = Report(
        district=district,
        title=_kept(found.title)[:LONGEST_TITLE],
        place=_kept(found.place)[:LONGEST_PLACE],
        year=found.year,
        plan_year=found.plan_year,
        name=_kept(PurePath(name).name)[:LONGEST_NAME],
        sha256=digest,
        size=len(data),
        text=source.text,
        sections=[_section(one) for one in found.sections],
        hints=hints,
        uploaded_by=officer,
        at=epoch(stamp),
    )
    with reading():
        return _keep(report, found, snapshot(district).tree, on_day)


def _keep(report: Report, found: read_model.Reading, tree: Tree, on_day: str) -> Report:
    for _ in range(TRIES):
        try:
            with transaction.atomic():
                report.pk = None
                report.key = _key(report)
                report.save(force_insert=True)
                rows = [_commitment(report, n, one, found, tree, on_day) for n, one in enumerate(found.commitments, 1)]
                Commitment.objects.bulk_create(rows, batch_size=500)
                _log_taking(report, rows)
                return report
        except IntegrityError:
            known = Report.objects.filter(district=report.district, sha256=report.sha256).first()
            if known is not None:
                return known
    raise CommitmentError("report_at_once", name=report.name)


def _key(report: Report) -> str:
    """The plan year, with a number from the second report of that year on."""
    base = str(report.plan_year) if report.plan_year else "x"
    taken = set(Report.objects.filter(district=report.district, key__startswith=base).values_list("key", flat=True))
    if base not in taken:
        return base
    return next(key for n in range(2, len(taken) + 3) if (key := f"{base}.{n}") not in taken)


def _log_taking(report: Report, rows: list[Commitment]) -> None:
    CommitmentLog.objects.bulk_create(
        [
            CommitmentLog(
                district=report.district,
                commitment=row,
                n=row.n,
                officer=report.uploaded_by,
                at=report.at,
                action="take",
                before={},
                after={"status": row.status},
            )
            for row in rows
        ],
        batch_size=500,
    )


def _section(section: read_model.Section) -> dict[str, Any]:
    return {
        "id": section.id,
        "title": section.title,
        "path": section.path,
        "start": section.start,
        "end": section.end,
        "part": section.part,
        "level": section.level,
    }


def code_of(report: Report, n: int) -> str:
    """The code of the ``n``-th commitment that a report made: 2025-041."""
    return f"{report.key}-{n:03d}"


def theme_of(path: str) -> str:
    """The heading below that of the plan; that of the plan itself if there is none below."""
    titles = path.split(" > ")
    return titles[1] if len(titles) > 1 else titles[0]


def _commitment(
    report: Report, n: int, one: read_model.Commitment, found: read_model.Reading, tree: Tree, on_day: str
) -> Commitment:
    path = next((section.path for section in found.sections if section.id == one.section), "")
    words = "".join(one.text.split("\n"))
    lead = bodies_named(one.bodies[:1], tree, on_day) if one.clarity.who else []
    return Commitment(
        district=report.district,
        report=report,
        code=code_of(report, n),
        start=one.start,
        end=one.end,
        spans=[[one.start, one.end]],
        text=one.text,
        section=path,
        theme=theme_of(path),
        kind=one.kind,
        horizon=one.horizon,
        deadline=one.deadline,
        deadline_text=_deadline_text(one, report.text),
        deadline_explicit=one.deadline_explicit,
        targets=[target_json(target) for target in one.targets],
        named=one.named,
        bodies=one.bodies,
        status=PROPOSED,
        lead=lead[0].code if len(lead) == 1 else None,
        task=words,
        standard=one.action + one.object if one.clarity.standard and not one.targets else "",
        due=one.deadline if one.deadline_explicit else None,
    )


def _deadline_text(one: read_model.Commitment, text: str) -> str:
    """The words that tell the day, if they stand in the commitment itself (they may open its sentence instead)."""
    if not one.deadline_explicit:
        return ""
    cues = [cue[0] for cue in find_cues(text, one.start, one.end)]
    return "、".join(cues)[:60]


def target_json(target: read_model.Target) -> dict[str, Any]:
    """A target as it is kept: numbers as exact decimal text."""

    def exact(value: Decimal | None) -> str | None:
        return None if value is None else f"{value:f}"

    return {
        "indicator": target.indicator,
        "op": target.op,
        "value": exact(target.value),
        "value_high": exact(target.value_high),
        "unit": target.unit,
        "basis": target.basis,
        "num_start": target.num_start,
        "num_end": target.num_end,
        "from_value": exact(target.from_value),
    }


def _kept(text: str) -> str:
    return _UNKEPT.sub("\ufffd", text)


def reports(district: str) -> list[Report]:
    """The reports of ``district``, the newest plan year first; without their texts."""
    with reading():
        return list(Report.objects.filter(district=district).defer(*_WITHOUT_TEXT).order_by("-plan_year", "-at", "-id"))


def report_of(district: str, report_id: int) -> Report:
    """The report, with its text. Raises CommitmentError ``report_unknown``."""
    with reading():
        found = Report.objects.filter(district=district, id=report_id).first()
    if found is None:
        raise CommitmentError("report_unknown", report=report_id)
    return found


def last_year_of(report: Report) -> Report | None:
    """The newest report of the district for the year before; None if none was taken."""
    if report.plan_year is None:
        return None
    with reading():
        return (
            Report.objects.filter(district=report.district, plan_year=report.plan_year - 1)
            .order_by("-at", "-id")
            .first()
        )
