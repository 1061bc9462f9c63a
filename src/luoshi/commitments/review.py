"""The review of what was read: each operation is saved at once, with who did what when.

``seen`` is the revision (``n``) that the officer looked at: if there is a newer one, CommitmentError ``changed`` tells
who changed what. All raise ``not_authorised``, ``commitment_unknown`` and, for a status that does not allow it,
``status_wrong``. Taking apart and putting together is in :mod:`luoshi.commitments.parting`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import F

from luoshi.casework.sql import reading
from luoshi.commitments.carrying import issuer
from luoshi.commitments.editing import checked
from luoshi.commitments.errors import CommitmentError
from luoshi.commitments.models import ACCEPTED, LIVING, MERGED, PROPOSED, REJECTED, SPLIT, Commitment, CommitmentLog
from luoshi.commitments.parting import merge, split, undo
from luoshi.commitments.working import EDITABLE, MEASURED, Work, check_seen, check_status, told, working
from luoshi.org.snapshot import snapshot

__all__ = [
    "EDITABLE", "Result", "accept", "accept_many", "commitment_of", "edit", "log_of", "may_review", "merge", "reject",
    "reopen", "split",
]  # fmt: skip

LONGEST_REASON: Final = 1000


@dataclass(frozen=True, slots=True)
class Result:
    """Of one commitment among several: it as it is now, or why not."""

    code: str
    commitment: Commitment | None = None
    error: CommitmentError | None = None


def may_review(district: str, officer: str, on_day: str) -> bool:
    """Whether ``officer`` may take reports, review and issue: he holds a role that may take the issuing action of the
    mechanism that carries commitments, for the body whose role it is. Default deny."""
    try:
        issuer(district, officer, on_day)
    except CommitmentError:
        return False
    return True


def commitment_of(district: str, code: str) -> Commitment:
    """The commitment with this code. Raises CommitmentError ``commitment_unknown``."""
    with reading():
        found = (
            Commitment.objects.filter(district=district, code=code).select_related("report").first()
            if code.isprintable()
            else None
        )
    if found is None:
        raise CommitmentError("commitment_unknown", commitment=code)
    return found


def log_of(district: str, code: str) -> list[CommitmentLog]:
    """What was done to the commitment, the latest first. Raises CommitmentError ``commitment_unknown``."""
    row = commitment_of(district, code)
    with reading():
        return list(CommitmentLog.objects.filter(district=district, commitment=row).order_by("-n"))


def accept(district: str, officer: str, code: str, seen: int, now: datetime | None = None) -> Commitment:
    """Take it up as a task (proposed → accepted)."""
    with working(district, officer, [code], now) as work:
        row = _accepted(work, code, seen)
        work.save([row])
        return row


def accept_many(district: str, officer: str, seen: Mapping[str, int], now: datetime | None = None) -> list[Result]:
    """Accept several, code → seen revision, each for itself; the result of each in its place."""
    results: list[Result] = []
    with working(district, officer, [], now) as work:
        known = Commitment.objects.select_for_update().filter(district=district, code__in=_printable(seen))
        work.rows = {row.code: row for row in known.order_by("id")}
        for code, n in seen.items():
            try:
                results.append(Result(code, _accepted(work, code, n)))
            except CommitmentError as error:
                results.append(Result(code, error=error))
        # Only the status has changed; they are locked, so that n is what was read.
        ids = [one.commitment.pk for one in results if one.commitment is not None]
        Commitment.objects.filter(id__in=ids).update(status=ACCEPTED, n=F("n") + 1)
    return results


def _printable(codes: Mapping[str, int]) -> list[str]:
    return [code for code in codes if code.isprintable()]


def _accepted(work: Work, code: str, seen: int) -> Commitment:
    row = work.rows.get(code)
    if row is None:
        raise CommitmentError("commitment_unknown", commitment=code)
    check_seen(row, seen)
    check_status(row, PROPOSED)
    before = told(row)
    row.status = ACCEPTED
    work.changed(row, "accept", before)
    return row


def reject(district: str, officer: str, code: str, seen: int, reason: str, now: datetime | None = None) -> Commitment:
    """Do not take it up (proposed or accepted → rejected). CommitmentError ``reason_missing`` without a reason, or
    with one of more than 1,000 characters."""
    why = reason.strip()
    if not 0 < len(why) <= LONGEST_REASON or "\x00" in why:
        raise CommitmentError("reason_missing", most=LONGEST_REASON)
    with working(district, officer, [code], now) as work:
        row = work.rows[code]
        check_seen(row, seen)
        check_status(row, PROPOSED, ACCEPTED)
        before = told(row)
        row.status, row.reason = REJECTED, why
        work.changed(row, "reject", before)
        work.save([row])
        return row


def edit(
    district: str, officer: str, code: str, seen: int, fields: Mapping[str, Any], now: datetime | None = None
) -> Commitment:
    """Change fields of one that is proposed or accepted; what is given anew as it was changes nothing.

    ``lead`` (code or None), ``joint`` (codes), ``task``, ``standard``, ``due`` (YYYY-MM-DD or None), ``milestones``
    ([{day, text}]); ``figure``, ``target_at``, ``against``, which can be changed once it is issued, too. Raises
    CommitmentError ``field_wrong`` (field, want), ``body_unknown`` (field, body).
    """
    with working(district, officer, [code], now) as work:
        row = work.rows[code]
        check_seen(row, seen)
        edit_row(work, row, fields)
        work.save([row])
        return row


def edit_row(work: Work, row: Commitment, fields: Mapping[str, Any]) -> None:
    """Change ``fields`` of a locked row; :func:`edit` within an operation."""
    check_status(row, *(LIVING if set(fields) <= set(MEASURED) else (PROPOSED, ACCEPTED)))
    before = told(row)
    for name, value in checked(fields, snapshot(work.district).tree, work.on_day).items():
        setattr(row, name, value)
    if row.lead in row.joint:
        row.joint = [one for one in row.joint if one != row.lead]
    if row.figure is None:
        row.target_at = row.against = None
    if row.target_at is not None and row.target_at >= len(row.targets):
        raise CommitmentError("field_wrong", field="target_at", want="target")
    if told(row) != before:
        work.changed(row, "edit", before)


def reopen(district: str, officer: str, code: str, seen: int, now: datetime | None = None) -> Commitment:
    """Make it proposed again. One that was taken apart or put together: its parts go back into it, or come out of what
    they went into, unless those went further (``status_wrong``)."""
    row = commitment_of(district, code)
    partners = {*row.into}
    if row.status == MERGED:
        with reading():
            whole = Commitment.objects.filter(district=district, code__in=row.into)
            partners |= {one for found in whole for one in found.made_of}
    with working(district, officer, [code, *sorted(partners - {code})], now) as work:
        row = work.rows[code]
        check_seen(row, seen)
        check_status(row, ACCEPTED, REJECTED, MERGED, SPLIT)
        if row.status in (MERGED, SPLIT):
            work.save(undo(work, row))
        else:
            before = told(row)
            row.status, row.reason = PROPOSED, ""
            work.changed(row, "reopen", before)
            work.save([row])
        return row
