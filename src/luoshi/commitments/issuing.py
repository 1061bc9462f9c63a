"""交办: commitments become cases of the mechanism that carries them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from luoshi.casework.requests import Done
from luoshi.commitments.errors import CommitmentError


@dataclass(frozen=True, slots=True)
class Issued:
    """Of one commitment: the case that it became (``done``; None with ``case`` if it was issued already), or why not.

    ``error``: CommitmentError (``unclear`` with ``missing``, ``status_wrong``, …) or Refused of the mechanism.
    """

    code: str
    case: str | None = None
    done: Done | None = None
    error: CommitmentError | Exception | None = None


def issue(district: str, officer: str, codes: Sequence[str], now: datetime | None = None) -> list[Issued]:
    """Issue accepted commitments, each for itself; the result of each in its place.

    A case and its commitment's row are written in one transaction: both are there or neither, and never two cases.
    Raises CommitmentError ``not_authorised``, ``carrier_missing``.
    """
    raise NotImplementedError
