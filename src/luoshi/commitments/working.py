"""What every operation on commitments has in common: who may, the rows locked, revisions compared, a log written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from luoshi.casework import clock
from luoshi.casework.sql import reading
from luoshi.commitments.carrying import issuer
from luoshi.commitments.errors import CommitmentError
from luoshi.commitments.models import Commitment, CommitmentLog
from luoshi.mechanisms.flow import epoch

MEASURED: Final = ("figure", "target_at", "against")
"""What progress is measured by; it can be told after the issue, too."""
EDITABLE: Final = ("lead", "joint", "task", "standard", "due", "milestones", *MEASURED)
LOGGED: Final = ("status", *EDITABLE, "reason", "made_of", "into", "case", "issued_on")
"""The fields that change; the others are as they were read."""
MOST: Final = 2000
"""Commitments in one operation."""


@dataclass(slots=True)
class Work:
    """One operation by one officer: the commitments locked for it by code, and what is to be logged."""

    district: str
    officer: str
    at: int
    on_day: str
    rows: dict[str, Commitment]
    logs: list[CommitmentLog] = field(default_factory=list)

    def changed(self, row: Commitment, action: str, before: Mapping[str, Any]) -> None:
        """``row`` was changed by ``action``; ``before``: its fields as :func:`told` gave them."""
        after = told(row)
        row.n += 1
        self._log(
            row,
            action,
            {name: before[name] for name in LOGGED if before[name] != after[name]},
            {name: after[name] for name in LOGGED if before[name] != after[name]},
        )

    def made(self, row: Commitment, action: str) -> None:
        """``row`` is new."""
        row.save(force_insert=True)
        self._log(row, action, {}, {"status": row.status, "made_of": row.made_of})

    def save(self, rows: list[Commitment]) -> None:
        """Write the changed ``rows``."""
        Commitment.objects.bulk_update(rows, ["n", *LOGGED], batch_size=100)

    def _log(self, row: Commitment, action: str, before: dict[str, Any], after: dict[str, Any]) -> None:
        self.logs.append(
            CommitmentLog(
                district=self.district,
                commitment=row,
                n=row.n,
                officer=self.officer,
                at=self.at,
                action=action,
                before=before,
                after=after,
            )
        )


def told(row: Commitment) -> dict[str, Any]:
    """The fields of ``row`` that change."""
    return {name: getattr(row, name) for name in LOGGED}


@contextmanager
def working(district: str, officer: str, codes: list[str], now: datetime | None) -> Iterator[Work]:
    """A transaction with the commitments ``codes`` locked; the log is written when it ends without an exception.

    Raises CommitmentError ``not_authorised``, ``commitment_unknown``, ``too_many``; CaseworkError for what the store
    could not do.
    """
    stamp = now or clock.now()
    on_day = stamp.date().isoformat()
    issuer(district, officer, on_day)
    if len(codes) > MOST:
        raise CommitmentError("too_many", most=MOST)
    with reading(), transaction.atomic():
        rows = {row.code: row for row in _locked(district, codes)}
        for code in codes:
            if code not in rows:
                raise CommitmentError("commitment_unknown", commitment=code)
        work = Work(district, officer, epoch(stamp), on_day, rows)
        yield work
        CommitmentLog.objects.bulk_create(work.logs, batch_size=500)


def _locked(district: str, codes: list[str]) -> list[Commitment]:
    wanted = [code for code in codes if code.isprintable()]
    # In the order of their ids, so that two operations on the same ones never wait for each other.
    return list(Commitment.objects.select_for_update().filter(district=district, code__in=wanted).order_by("id"))


def check_seen(row: Commitment, seen: int) -> None:
    """Raises CommitmentError ``changed`` if ``row`` has changed since its revision ``seen``: who did what last."""
    if row.n == seen:
        return
    last = CommitmentLog.objects.filter(district=row.district, commitment=row).order_by("-n").first()
    raise CommitmentError(
        "changed",
        commitment=row.code,
        seen=seen,
        n=row.n,
        who=last.officer if last else "",
        at=last.at if last else 0,
        what=last.action if last else "",
        fields=sorted(last.after) if last else [],
    )


def check_status(row: Commitment, *allowed: str) -> None:
    """Raises CommitmentError ``status_wrong`` unless the status of ``row`` is one of ``allowed``."""
    if row.status not in allowed:
        raise CommitmentError("status_wrong", commitment=row.code, status=row.status, allowed=list(allowed))
