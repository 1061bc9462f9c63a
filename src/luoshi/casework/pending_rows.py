"""Acts that wait for an approval 待批 as they are stored and as they are shown; :mod:`luoshi.casework.pending` decides.

What was filled in may be personal: it is shown masked, and is gone once the act is decided.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from luoshi.casework.lookup import rows_of
from luoshi.casework.masking import masked
from luoshi.casework.requests import Request
from luoshi.casework.setups import district as in_force
from luoshi.casework.sight import Sql, among
from luoshi.mechanisms.acts import Actor, File, Refused
from luoshi.org.snapshot import snapshot

MOST_LISTED: Final = 200
STRETCH: Final = 500
"""Waiting acts that are looked at together."""

_COLUMNS: Final = (
    "id", "mechanism", "version", "action", "part", "officer", "body", "role", "approver_role", "approver_body",
    "area", "party", "roles", "fields", "files", "seen", "asked_at", "decided_at", "decided_by", "decision", "reason",
    "told",
)  # fmt: skip
SELECT: Final = (
    f'SELECT {", ".join(f"p.{name}" for name in _COLUMNS)}, c."case", c.number, c.n, c.area '
    "FROM casework_pending_act p LEFT JOIN casework_case c ON c.id = p.case_id AND c.district = p.district "
    "WHERE p.district = %s"
)


@dataclass(frozen=True, slots=True)
class Pending:
    """An act that waits, or waited, for an approval.

    ``case`` and ``number`` are None where it opens a case. ``fields``: what was filled in, personal values masked;
    empty once it is decided. ``asked_at``, ``decided_at``: seconds since 1970. ``decision``: "" while it waits, then
    approved, refused, withdrawn or stale. ``overtaken``: something happened in the case since, so it can only become
    stale. ``refusal``: why an act that was approved could not be taken any more.
    """

    id: int
    case: str | None
    number: str | None
    mechanism: str
    version: int
    action: str
    part: str | None
    actor: Actor
    approver_role: str
    approver_body: str
    fields: Mapping[str, str]
    files: tuple[File, ...]
    asked_at: int
    decided_at: int | None
    decided_by: str | None
    decision: str
    reason: str
    overtaken: bool
    refusal: Refused | None


@dataclass(frozen=True, slots=True)
class Kept:
    """A row as it is stored, and what counts of its case."""

    id: int
    mechanism: str
    version: int
    action: str
    part: str
    officer: str
    body: str
    role: str
    approver_role: str
    approver_body: str
    area: str | None
    party: str | None
    roles: str
    fields: str
    files: str
    seen: int | None
    asked_at: int
    decided_at: int | None
    decided_by: str | None
    decision: str
    reason: str
    told: str
    case: str | None
    number: str | None
    n: int | None
    case_area: str | None

    @property
    def where(self) -> str | None:
        """The area in which the approver must hold his post."""
        return self.case_area if self.case is not None else self.area

    def request(self, approval: Actor) -> Request:
        """The act, approved."""
        return Request(
            Actor(self.officer, self.body, self.role),
            self.action,
            case=self.case,
            mechanism=None if self.case is not None else self.mechanism,
            fields=json.loads(self.fields),
            files=files_of(self.files),
            approval=approval,
            part=self.part or None,
            roles=json.loads(self.roles),
            area=self.area,
            seen=self.seen,
            party=self.party,
        )


def files_of(text: str) -> tuple[File, ...]:
    """The files of a stored act."""
    return tuple(File(*one) for one in json.loads(text))


def waiting(district: str, officer: str, on_day: str, most: int = MOST_LISTED) -> tuple[Pending, ...]:
    """The acts that ``officer`` may decide on ``on_day`` by his posts, the oldest first; none that he asked for."""
    posts = snapshot(district).posts
    roles = {post.role for post in posts.posts_of(officer, on_day)}
    found: list[Pending] = []
    last = 0
    while roles and len(found) < most:
        role = among("p.approver_role", roles)
        sql = f"{SELECT} AND p.decision = '' AND p.officer <> %s AND {role.text} AND p.id > %s ORDER BY p.id LIMIT %s"
        rows = [Kept(*row) for row in rows_of(Sql(sql, [district, officer, *role.params, last, STRETCH]))]
        found += [shown(district, row) for row in rows if holds(district, row, officer, on_day)]
        if len(rows) < STRETCH:
            break
        last = rows[-1].id
    return tuple(found[:most])


def asked_by(district: str, officer: str, most: int = MOST_LISTED) -> tuple[Pending, ...]:
    """What ``officer`` has asked for, those that wait first, then the latest."""
    sql = f"{SELECT} AND p.officer = %s ORDER BY CASE WHEN p.decision = '' THEN 0 ELSE 1 END, p.id DESC LIMIT %s"
    return tuple(shown(district, Kept(*row)) for row in rows_of(Sql(sql, [district, officer, most])))


def holds(district: str, row: Kept, officer: str, on_day: str) -> bool:
    """Whether ``officer`` holds the post that decides ``row``."""
    posts = snapshot(district).posts
    return posts.holds(officer, row.mechanism, row.approver_role, row.approver_body, row.where, on_day)


def shown(district: str, row: Kept) -> Pending:
    """``row`` as a page shows it."""
    flow = in_force(district).flows.get((row.mechanism, row.version))
    known = flow.mechanism.fields if flow is not None else {}
    fields: dict[str, str] = {}
    for name, value in json.loads(row.fields).items():
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        field = known.get(name)
        hidden = field is None or field.personal
        fields[name] = masked(field.type if field is not None else "text", text) if hidden else text
    told = json.loads(row.told) if row.told else None
    return Pending(
        row.id,
        row.case,
        row.number,
        row.mechanism,
        row.version,
        row.action,
        row.part or None,
        Actor(row.officer, row.body, row.role),
        row.approver_role,
        row.approver_body,
        fields,
        files_of(row.files),
        row.asked_at,
        row.decided_at,
        row.decided_by,
        row.decision,
        row.reason,
        row.decision == "" and row.case is not None and row.n != row.seen,
        Refused(told["code"], **told["details"]) if told is not None else None,
    )
