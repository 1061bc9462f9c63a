"""The review of what was read: each operation is saved at once, with who did what when.

``seen`` is the revision (``n``) that the officer looked at: if there is a newer one, CommitmentError ``changed`` tells
who changed what. All raise ``not_authorised``, ``commitment_unknown`` and, for a status that does not allow it,
``status_wrong``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from luoshi.commitments.errors import CommitmentError
from luoshi.commitments.models import Commitment, CommitmentLog

EDITABLE = ("lead", "joint", "task", "standard", "due", "milestones")


@dataclass(frozen=True, slots=True)
class Result:
    """Of one commitment among several: it as it is now, or why not."""

    code: str
    commitment: Commitment | None = None
    error: CommitmentError | None = None


def may_review(district: str, officer: str, on_day: str) -> bool:
    """Whether ``officer`` may take reports, review and issue: he holds a role that may take the issuing action of the
    mechanism that carries commitments, for the body whose role it is. Default deny."""
    raise NotImplementedError


def commitment_of(district: str, code: str) -> Commitment:
    """The commitment with this code. Raises CommitmentError ``commitment_unknown``."""
    raise NotImplementedError


def log_of(district: str, code: str) -> list[CommitmentLog]:
    """What was done to the commitment, the latest first."""
    raise NotImplementedError


def accept(district: str, officer: str, code: str, seen: int, now: datetime | None = None) -> Commitment:
    """Take it up as a task (proposed → accepted)."""
    raise NotImplementedError


def accept_many(district: str, officer: str, seen: Mapping[str, int], now: datetime | None = None) -> list[Result]:
    """Accept several, code → seen revision, each for itself; the result of each in its place."""
    raise NotImplementedError


def reject(district: str, officer: str, code: str, seen: int, reason: str, now: datetime | None = None) -> Commitment:
    """Do not take it up (proposed or accepted → rejected). CommitmentError ``reason_missing`` without a reason."""
    raise NotImplementedError


def edit(
    district: str, officer: str, code: str, seen: int, fields: Mapping[str, Any], now: datetime | None = None
) -> Commitment:
    """Change fields of one that is proposed or accepted.

    ``lead`` (code or None), ``joint`` (codes), ``task``, ``standard``, ``due`` (YYYY-MM-DD or None), ``milestones``
    ([{day, text}]). Raises CommitmentError ``field_wrong`` (field, want), ``body_unknown`` (field, body).
    """
    raise NotImplementedError


def split(
    district: str, officer: str, code: str, seen: int, at: Sequence[int | str], now: datetime | None = None
) -> list[Commitment]:
    """Take it apart (→ split): new commitments, each with its own span in the old one's, proposed.

    ``at``: offsets into the report's text where a new one begins; or the texts of the new ones, each of which stands
    in the old one, in their order. Raises CommitmentError ``split_wrong`` (why).
    """
    raise NotImplementedError


def merge(
    district: str, officer: str, seen: Mapping[str, int], task: str | None = None, now: datetime | None = None
) -> Commitment:
    """Put several of one report together (→ merged): a new one, proposed, with the spans of all.

    Raises CommitmentError ``merge_wrong`` (why).
    """
    raise NotImplementedError


def reopen(district: str, officer: str, code: str, seen: int, now: datetime | None = None) -> Commitment:
    """Make it proposed again. One that was taken apart or put together: its parts go back into it, or come out of what
    they went into, unless those went further (``status_wrong``)."""
    raise NotImplementedError
