"""What cannot be done with commitments, by code; the words are in :mod:`luoshi.words.commitments`."""

from __future__ import annotations

from functools import partial
from typing import Any


class CommitmentError(Exception):
    """``code`` names a message, ``details`` fill it in.

    ``changed`` (commitment, who, at, what): somebody else has changed it since it was looked at.
    ``unclear`` (commitment, missing): clarities that are missing: ``who``, ``what``, ``standard``, ``when``.
    ``not_authorised`` (officer), ``commitment_unknown`` (commitment), ``report_unknown``,
    ``status_wrong`` (commitment, status), ``field_wrong`` (field, want), ``body_unknown`` (field, body),
    ``reason_missing``, ``split_wrong`` (why), ``merge_wrong`` (why), ``carrier_missing``, ``carrier_ambiguous``.
    """

    def __init__(self, code: str, **details: object) -> None:
        super().__init__(code, details)
        self.code = code
        self.details = details

    def __reduce__(self) -> tuple[Any, ...]:
        # As it was made, so that it comes whole from one process to another.
        return partial(type(self), self.code, **self.details), ()
