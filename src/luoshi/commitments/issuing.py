"""交办: commitments become cases of the mechanism that carries them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from luoshi.casework import clock
from luoshi.casework.act import Results, act
from luoshi.casework.authority import by_posts
from luoshi.casework.requests import Done, Request
from luoshi.casework.sql import Tx, reading
from luoshi.commitments.carrying import Carrier, carrier, issuer
from luoshi.commitments.clarity import lacking, standard_of
from luoshi.commitments.errors import CommitmentError
from luoshi.commitments.models import ACCEPTED, ISSUED, Commitment
from luoshi.commitments.working import MOST, check_status
from luoshi.mechanisms.acts import Actor, Refused
from luoshi.mechanisms.flow import epoch

LONGEST_TITLE: Final = 200
_LOG: Final = ("district", "commitment_id", "n", "officer", "at", "action", "before", "after")


@dataclass(frozen=True, slots=True)
class Issued:
    """Of one commitment: the ``case`` that it became (``done`` is None if it had become one already), or why not.

    ``error``: CommitmentError (``unclear`` with ``missing``, ``status_wrong``, ``changed`` …) or the mechanism's
    Refused.
    """

    code: str
    case: str | None = None
    done: Done | None = None
    error: CommitmentError | Refused | None = None


def issue(
    district: str,
    officer: str,
    codes: Sequence[str],
    now: datetime | None = None,
    *,
    seen: dict[str, int] | None = None,
) -> list[Issued]:
    """Issue accepted commitments, each for itself; the result of each in its place.

    A case and its commitment's row are written in one transaction: both are there or neither, and never two cases.
    ``seen``: code → the revision that the officer looked at, where that is to be compared. Raises CommitmentError
    ``not_authorised``, ``carrier_missing``, ``carrier_ambiguous``, ``too_many``; CaseworkError for what the store could
    not do, with what came before issued.
    """
    stamp = now or clock.now()
    actor = issuer(district, officer, stamp.date().isoformat())
    if len(codes) > MOST:
        raise CommitmentError("too_many", most=MOST)
    found = carrier(district)
    rows = _rows(district, codes)
    return [_one(found, actor, rows.get(code), code, stamp, (seen or {}).get(code)) for code in codes]


def _rows(district: str, codes: Sequence[str]) -> dict[str, Commitment]:
    wanted = [code for code in codes if code.isprintable()]
    with reading():
        rows = Commitment.objects.filter(district=district, code__in=wanted).select_related("report")
        return {row.code: row for row in rows}


def _one(found: Carrier, actor: Actor, row: Commitment | None, code: str, now: datetime, seen: int | None) -> Issued:
    if row is None:
        return Issued(code, error=CommitmentError("commitment_unknown", commitment=code))
    if row.status == ISSUED:
        return Issued(code, case=row.case)
    try:
        if seen is not None and row.n != seen:
            raise CommitmentError("changed", commitment=code, seen=seen, n=row.n, who="", at=0, what="", fields=[])
        check_status(row, ACCEPTED)
        if missing := lacking(row):
            raise CommitmentError("unclear", commitment=code, missing=missing)
        done = _write(found, actor, row, now)
    except _OvertakenError:
        return _overtaken(row)
    except (CommitmentError, Refused) as error:
        return Issued(code, error=error)
    return Issued(code, case=done.case, done=done)


class _OvertakenError(Exception):
    """Somebody else has changed the commitment meanwhile; nothing was written."""


def _write(found: Carrier, actor: Actor, row: Commitment, now: datetime) -> Done:
    request = Request(
        actor, found.carries.action, mechanism=found.mechanism.id, fields=fields_of(found, row, row.report.text)
    )

    def also(tx: Tx, results: Results) -> None:
        done = results[0]
        if isinstance(done, Done):
            _mark(tx, row, actor.officer, done.case, now)

    done = act(row.district, request, authorise=by_posts(row.district), now=now, also=also)
    assert done is not None
    return done


def _mark(tx: Tx, row: Commitment, officer: str, case: str, now: datetime) -> None:
    """Mark the row as issued if it is as it was read; else nothing of the case stays."""
    on_day = now.date().isoformat()
    touched = tx.all(
        'UPDATE commitments_commitment SET status = %s, "case" = %s, issued_on = %s, n = n + 1 '
        "WHERE id = %s AND n = %s AND status = %s RETURNING id",
        (ISSUED, case, on_day, row.pk, row.n, ACCEPTED),
    )
    if not touched:
        raise _OvertakenError
    before = json.dumps({"status": ACCEPTED})
    after = json.dumps({"status": ISSUED, "case": case, "issued_on": on_day})
    told = (row.district, row.pk, row.n + 1, officer, epoch(now), "issue", before, after)
    tx.insert("commitments_log", _LOG, [told])


def _overtaken(row: Commitment) -> Issued:
    with reading():
        now = Commitment.objects.get(id=row.pk)
    if now.status == ISSUED:
        return Issued(row.code, case=now.case)
    error = CommitmentError("changed", commitment=row.code, seen=row.n, n=now.n, who="", at=0, what="", fields=[])
    return Issued(row.code, error=error)


def fields_of(found: Carrier, row: Commitment, text: str = "") -> dict[str, Any]:
    """What the issuing action is supplied with for ``row``; ``text``: the report's."""
    carries = found.carries
    told: dict[str, Any] = {
        carries.title: title_of(row),
        carries.who: row.lead,
        carries.what: row.task.strip(),
        carries.standard: standard_of(row, text),
        carries.when: row.due,
        **carries.origin,
    }
    if carries.joint is not None and row.joint:
        told[carries.joint] = row.joint
    if carries.milestones is not None and row.milestones:
        told[carries.milestones] = "\n".join(f"{node['day']} {node['text']}" for node in row.milestones)
    return told


def title_of(row: Commitment) -> str:
    """The name of the case: the task, on one line and as short as a name has to be."""
    words = " ".join(row.task.split())
    return words if len(words) <= LONGEST_TITLE else words[: LONGEST_TITLE - 1] + "…"
