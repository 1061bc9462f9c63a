"""Reports in: read, kept with every commitment that they make."""

from __future__ import annotations

from datetime import datetime

from luoshi.commitments.models import Report


def take_report(district: str, officer: str, name: str, data: bytes, now: datetime | None = None) -> Report:
    """Read the file ``data`` called ``name`` and keep it with its commitments, all ``proposed``; the same bytes again
    are the same Report. The file itself is kept by the caller (:mod:`luoshi.casework.files`), under its ``sha256``.

    Raises ReadError for what is no report, CommitmentError ``not_authorised``, ``carrier_missing``.
    """
    raise NotImplementedError


def reports(district: str) -> list[Report]:
    """The reports of ``district``, the newest plan year first; without their texts."""
    raise NotImplementedError


def report_of(district: str, report_id: int) -> Report:
    """The report, with its text. Raises CommitmentError ``report_unknown``."""
    raise NotImplementedError


def last_year_of(report: Report) -> Report | None:
    """The newest report of the district for the year before; None if none was taken."""
    raise NotImplementedError
