"""Acts that wait for somebody's approval 待批: asked for by one officer, decided by another, taken when approved.

The act is taken at the moment of its approval, by the one who asked, with the approval of the one who decides: both
hold their posts then, and nothing has happened in the case since it was asked for. What was filled in may be personal:
it is kept while the act waits, and emptied with the decision.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from luoshi.casework.act import NOBODY, Done, Request, act_in, rehearse
from luoshi.casework.authority import by_posts
from luoshi.casework.errors import CaseworkError
from luoshi.casework.offers import state_of
from luoshi.casework.pending_rows import SELECT, Kept, Pending, asked_by, holds, waiting
from luoshi.casework.requests import Authorise
from luoshi.casework.rows import Row
from luoshi.casework.setups import district as in_force
from luoshi.casework.sight import Sql, among, either
from luoshi.casework.sql import Tx, writing
from luoshi.casework.succession import followed
from luoshi.mechanisms.acts import Act, Actor, Refused
from luoshi.mechanisms.conditions import approving_body
from luoshi.mechanisms.flow import Flow, Ready, epoch
from luoshi.mechanisms.state import State
from luoshi.org.snapshot import snapshot

__all__ = ["Pending", "approve", "ask", "asked_by", "forget", "refuse", "waiting", "withdraw"]

LONGEST_REASON: Final = 200
LARGEST_ID: Final = 2**63 - 1
DECIDED: Final = {
    "approved": "pending_approved",
    "refused": "pending_refused",
    "withdrawn": "pending_withdrawn",
    "stale": "pending_stale",
}
"""Decision → the code of the error for who comes too late."""

# --- asking


def ask(district: str, request: Request, now: datetime) -> int:
    """Keep ``request`` until it is approved; the number under which it waits.

    It is rehearsed with somebody's approval: raises Refused for what could not be done even then. CaseworkError
    ``pending_past`` for an act told to be done earlier (it is done when it is approved), ``pending_outside`` where a
    party from outside has to approve, ``pending_nobody`` where nobody holds the post, ``pending_twice`` if the same
    waits already, ``store_…``.
    """
    if request.at is not None:
        raise CaseworkError("pending_past")
    place, org = in_force(district), snapshot(district)
    if request.case is not None:
        held = state_of(district, request.case)
        flow, mechanism, version, area, n = held.flow, held.mechanism, held.version, held.area, held.n
        outcome = None
        if not held.open:
            outcome = followed(org.tree, area, held.category, flow, held.state, place.calendar, now)
        state = outcome.state if outcome is not None else held.state
    else:
        found = place.opening(request.mechanism or "")
        flow, mechanism, version, area, n = found.flow, request.mechanism or "", found.version, request.area, None
        state = State(roles={**found.standing, **request.roles})
    ready = _ready(flow, state, request)
    role = ready.action.needs.approval
    if role is None:
        raise Refused("approval_not_asked", action=request.action)
    if role in flow.outside:
        raise CaseworkError("pending_outside", role=role)
    body = approving_body(flow, state, role)
    asked = replace(request, seen=n if request.seen is None else request.seen)
    authorise = _of_asker(by_posts(district))
    rehearse(district, replace(asked, approval=Actor(NOBODY.officer, body, role)), authorise=authorise, now=now)
    able = org.posts.holders(mechanism, role, body, area, now.date().isoformat())
    if not able - {request.actor.officer}:
        raise CaseworkError("pending_nobody", role=role, body=body)
    return _store(district, asked, (mechanism, version, role, body), now)


def _ready(flow: Flow, state: State, request: Request) -> Ready:
    if request.part is None:
        ready = flow.actions.get(request.action)
    else:
        part = state.parts.get(request.part)
        if part is None:
            raise Refused("part_unknown", part=request.part)
        ready = flow.part_actions.get((state.stage, part["branch"], request.action))
    if ready is None:
        raise Refused("action_unknown", action=request.action)
    return ready


def _of_asker(posts: Authorise) -> Authorise:
    """``posts`` without the approver, who is not known yet."""

    def authorise(act: Act, mechanism: str, row: Row) -> None:
        posts(replace(act, approval=None), mechanism, row)

    return authorise


_INSERT: Final = (
    "INSERT INTO casework_pending_act (district, case_id, mechanism, version, action, part, officer, body, role, "
    "approver_role, approver_body, area, party, roles, fields, files, seen, asked_at, decision, reason, told) VALUES "
    '(%s, (SELECT id FROM casework_case WHERE district = %s AND "case" = %s), %s, %s, %s, %s, %s, %s, %s, '
    "%s, %s, %s, %s, %s, %s, %s, %s, %s, '', '', '') ON CONFLICT DO NOTHING RETURNING id"
)


def _store(district: str, request: Request, kind: tuple[str, int, str, str], now: datetime) -> int:
    mechanism, version, role, body = kind
    actor, part = request.actor, request.part or ""
    row = (
        district, district, request.case, mechanism, version, request.action, part, actor.officer, actor.body,
        actor.role, role, body, request.area, request.party, json.dumps(dict(request.roles)),
        json.dumps(dict(request.fields), ensure_ascii=False),
        json.dumps([[file.field, file.sha256, file.size] for file in request.files], ensure_ascii=False),
        request.seen, epoch(now),
    )  # fmt: skip
    with writing() as tx:
        made = tx.all(_INSERT, row)
    if not made:
        raise CaseworkError("pending_twice", action=request.action, case=request.case)
    return int(made[0][0])


# --- deciding


def approve(district: str, number: int, officer: str, now: datetime) -> Done:
    """Approve the waiting act ``number`` and take it, both or neither.

    Raises CaseworkError ``pending_unknown`` if there is none that ``officer`` may decide, ``pending_approved`` and the
    like if it is decided already, ``store_…``; Refused ``same_person`` for who must not approve it. What
    cannot be taken any more is Refused as :func:`luoshi.casework.act.act` would, and the act is stale from then on.
    """
    refusal: Refused | None = None
    with writing() as tx:
        row = _take(tx, district, number)
        _may_decide(district, row, officer, now)
        approval = Actor(officer, row.approver_body, row.approver_role)
        result = act_in(tx, district, row.request(approval), authorise=by_posts(district), now=now)
        if isinstance(result, Refused):
            if _of_approver(result, officer, row):
                raise result
            refusal = result
            told = json.dumps({"code": result.code, "details": result.details}, ensure_ascii=False, default=str)
            _decide(tx, row, "stale", officer, now, told=told)
        else:
            _decide(tx, row, "approved", officer, now)
    if refusal is not None:
        raise refusal
    assert isinstance(result, Done)
    return result


def refuse(district: str, number: int, officer: str, now: datetime, reason: str) -> None:
    """Refuse the waiting act ``number`` for ``reason``. Raises as :func:`approve`; ``pending_reason`` without one."""
    told = reason.strip()
    if not 0 < len(told) <= LONGEST_REASON or not told.isprintable():
        raise CaseworkError("pending_reason", most=LONGEST_REASON)

    def may(row: Kept) -> None:
        _may_decide(district, row, officer, now)

    _end(district, number, "refused", officer, now, may, told)


def withdraw(district: str, number: int, officer: str, now: datetime) -> None:
    """Take the waiting act ``number`` back; whoever asked for it may. Raises CaseworkError as :func:`approve`."""

    def may(row: Kept) -> None:
        if row.officer != officer:
            raise CaseworkError("pending_unknown", number=number)
        _check_waits(row)

    _end(district, number, "withdrawn", officer, now, may, "")


def _end(
    district: str,
    number: int,
    decision: str,
    officer: str,
    now: datetime,
    may: Callable[[Kept], None],
    reason: str,
) -> None:
    with writing() as tx:
        row = _take(tx, district, number)
        may(row)
        _decide(tx, row, decision, officer, now, reason=reason)


def _take(tx: Tx, district: str, number: int) -> Kept:
    """The row ``number``, locked until the transaction ends."""
    lock = "" if tx.sqlite else " FOR UPDATE OF p"
    found = tx.all(f"{SELECT} AND p.id = %s{lock}", (district, number)) if 0 < number <= LARGEST_ID else []
    if not found:
        raise CaseworkError("pending_unknown", number=number)
    return Kept(*found[0])


def _may_decide(district: str, row: Kept, officer: str, now: datetime) -> None:
    """Raise unless ``officer`` holds the post for it; who asked is told that he must not, others that there is none."""
    if not holds(district, row, officer, now.date().isoformat()):
        raise CaseworkError("pending_unknown", number=row.id)
    _check_waits(row)
    if officer == row.officer:
        raise Refused("same_person", officer=officer, marks=["approval"])


def _check_waits(row: Kept) -> None:
    if row.decision:
        raise CaseworkError(DECIDED[row.decision], number=row.id, officer=row.decided_by)


def _of_approver(refusal: Refused, officer: str, row: Kept) -> bool:
    """Whether another one's approval would do."""
    return refusal.code == "same_person" and refusal.details.get("officer") == officer != row.officer


def _decide(tx: Tx, row: Kept, decision: str, officer: str, now: datetime, *, reason: str = "", told: str = "") -> None:
    tx.run(
        "UPDATE casework_pending_act SET decision = %s, decided_at = %s, decided_by = %s, reason = %s, told = %s, "
        "fields = '{}', files = '[]', party = NULL WHERE id = %s",
        (decision, epoch(now), officer, reason, told, row.id),
    )


def forget(tx: Tx, district: str, cases: Sequence[int], party: str | None, at: int) -> int:
    """Withdraw and empty what waits in ``cases`` (their ids) or is about ``party``: the person's data are erased."""
    about = either(among("case_id", cases), Sql("party = %s", [party])) if party else among("case_id", cases)
    return tx.run(
        "UPDATE casework_pending_act SET decision = 'withdrawn', decided_at = %s, decided_by = %s, "
        f"fields = '{{}}', files = '[]', party = NULL WHERE district = %s AND decision = '' AND {about.text}",
        (at, NOBODY.officer, district, *about.params),
    )
