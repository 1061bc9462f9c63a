"""The audit log 审计日志: who did what, appended and chained, so that a line removed or altered is found.

Each district has a log of its own; what belongs to none (a wrong name at the door) is in the log of the district
``""``. A line's digest is SHA-256 over the line and the digest before it, in the canonical form of
:mod:`luoshi.ledger`. The chain shows changes within; that somebody wrote the whole log anew shows against a head that
was written down elsewhere:
``luoshi check`` prints it, and :func:`verify` takes it.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from luoshi.access import clock
from luoshi.access.errors import AccessError
from luoshi.access.models import CODE, AuditHead, AuditLog
from luoshi.ledger.canonical import Value, encode
from luoshi.org.models import RevealLog

OK: Final = "ok"
REFUSED: Final = "refused"
LARGEST: Final = 4000
"""Characters of ``details``, as JSON."""
LONGEST_ABOUT: Final = 200
PAGE: Final = 50
MOST: Final = 500
SPAN: Final = 50_000
"""Lines that one page of a search for a text looks through, so that no search takes longer than a moment."""
FOLDED_AT_ONCE: Final = 1000
BLOCK: Final = 1000
_WHAT: Final = re.compile(r"[a-z][a-z0-9_]{0,59}")


@dataclass(frozen=True, slots=True)
class Query:
    """What to look for: moments (both included), the username, the code of what, words in about or details."""

    since: int | None = None
    until: int | None = None
    who: str = ""
    what: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """A page of lines, the newest first; the next one begins before line ``next``, None after the last.

    A search for a text may give an empty page with a ``next``: nothing in this span, go on.
    """

    rows: tuple[AuditLog, ...]
    next: int | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a log is whole: ``count`` lines are good, ``broken`` is the first that is not as written (0: none)."""

    count: int
    head: str
    broken: int


def record(  # noqa: PLR0913 - the columns of a line
    district: str,
    who: str,
    what: str,
    *,
    about: str = "",
    details: Mapping[str, Any] | None = None,
    address: str = "",
    result: str = OK,
    at: int | None = None,
) -> None:
    """Append a line: ``who`` (a username) did ``what`` (a code) ``about`` something. Never put a secret into it.

    Joins the transaction that it is called in, so that what is undone leaves no line; the log of the district is locked
    until that one ends. Raises AccessError ``audit_what`` for a code that is none; what is too long is cut and says so.
    """
    with transaction.atomic():
        _append(_lock(district), who, what, about, _told(details or {}), address, result, at or clock.seconds(), None)


def _told(details: Mapping[str, Any]) -> str:
    told = json.dumps(details, ensure_ascii=False, sort_keys=True, default=str)
    if len(told) <= LARGEST:
        return _clean(told)
    return json.dumps({"cut": _clean(told)[: LARGEST // 2]}, ensure_ascii=False)[:LARGEST]


def _clean(text: str) -> str:
    """Without what no column takes (NUL, lone surrogates) and what steers a terminal."""
    return "".join(char if char.isprintable() else " " for char in text)


def _lock(district: str) -> AuditHead:
    AuditHead.objects.bulk_create([AuditHead(district=district)], ignore_conflicts=True)
    return AuditHead.objects.select_for_update().get(district=district)


def _append(  # noqa: PLR0913, PLR0917
    head: AuditHead, who: str, what: str, about: str, details: str, address: str, result: str, at: int,
    reveal: int | None,
) -> None:  # fmt: skip
    if not _WHAT.fullmatch(what):
        raise AccessError("audit_what", what=what)
    row = AuditLog(
        district=head.district, n=head.n + 1, at=at, who=_clean(who)[:CODE], what=what,
        about=_clean(about)[:LONGEST_ABOUT], details=details, address=_clean(address)[:45], result=result[:10],
        reveal_id=reveal,
    )  # fmt: skip
    row.digest = _digest(row, head.digest)
    AuditLog.objects.bulk_create([row])
    head.n, head.digest = row.n, row.digest
    head.save()


def _digest(row: AuditLog, previous: str) -> str:
    line: dict[str, Value] = {
        "district": row.district, "n": row.n, "at": row.at, "who": row.who, "what": row.what, "about": row.about,
        "details": row.details, "address": row.address, "result": row.result, "reveal": row.reveal_id,
        "previous": previous,
    }  # fmt: skip
    return hashlib.sha256(encode(line)).hexdigest()


def fold_reveals(district: str) -> int:
    """Take looks at personal data (org's RevealLog) into the log; how many lines that made.

    Two that look at once get their numbers in another order than they end; so the last thousand are gone over again.
    """
    with transaction.atomic():
        head = _lock(district)
        known = AuditLog.objects.filter(district=district, reveal_id=OuterRef("pk"))
        fresh = RevealLog.objects.filter(district=district, id__gt=head.revealed - FOLDED_AT_ONCE)
        rows = list(fresh.exclude(Exists(known)).order_by("id")[:FOLDED_AT_ONCE])
        names = _usernames(district, {row.officer for row in rows})
        for row in rows:
            details = _told({"entry": row.n, "field": row.field, "reason": row.reason, "officer": row.officer})
            head.revealed = max(head.revealed, row.id)
            about = str(row.case_id)
            _append(head, names.get(row.officer, row.officer), "revealed", about, details, "", OK, row.at, row.id)
    return len(rows)


def _usernames(district: str, officers: set[str]) -> dict[str, str]:
    from luoshi.access.models import Account  # noqa: PLC0415 - most calls need none

    found = Account.objects.filter(district=district, officer__in=officers) if officers else Account.objects.none()
    return {account.officer or "": account.username for account in found}


def search(district: str, query: Query, before: int | None = None, limit: int = PAGE) -> Found:
    """Lines of the district that ``query`` finds, older than line ``before``. AccessError ``page_size``."""
    if not 1 <= limit <= MOST:
        raise AccessError("page_size", most=MOST)
    top = before if before is not None else _last(district) + 1
    rows = _where(AuditLog.objects.filter(district=district, n__lt=top), query)
    bottom = 0
    if query.text:
        bottom = max(0, top - SPAN)
        escaped = json.dumps(query.text, ensure_ascii=False)[1:-1]
        rows = rows.filter(n__gte=bottom).filter(Q(about__icontains=query.text) | Q(details__icontains=escaped))
    found = list(rows.order_by("-n")[: limit + 1])
    if len(found) > limit:
        return Found(tuple(found[:limit]), found[limit - 1].n)
    return Found(tuple(found), bottom if bottom > 1 else None)


def _last(district: str) -> int:
    return AuditHead.objects.filter(district=district).values_list("n", flat=True).first() or 0


def _where(rows: QuerySet[AuditLog], query: Query) -> QuerySet[AuditLog]:
    if query.since is not None:
        rows = rows.filter(at__gte=query.since)
    if query.until is not None:
        rows = rows.filter(at__lte=query.until)
    if query.who:
        rows = rows.filter(who=query.who)
    return rows.filter(what=query.what) if query.what else rows


def verify(district: str, *, head: str = "") -> Verdict:
    """Whether the district's log is whole; ``head`` is a digest that was written down before and must be in it."""
    while fold_reveals(district) == FOLDED_AT_ONCE:
        continue
    previous, count, met = "", 0, not head
    while True:  # once more, if lines were added while this was reading
        before = count
        for row in _lines(district, count):
            if row.n != count + 1 or row.digest != _digest(row, previous):
                return Verdict(count, previous, count + 1)
            previous, count = row.digest, row.n
            met = met or previous == head
        end = AuditHead.objects.filter(district=district).first() or AuditHead(district=district)
        if (end.n, end.digest) == (count, previous):
            return Verdict(count, previous, 0 if met else count + 1)
        if count == before or end.n <= count:
            return Verdict(count, previous, count + 1)


def _lines(district: str, after: int) -> Iterator[AuditLog]:
    """The lines after line ``after``, by blocks."""
    while block := list(AuditLog.objects.filter(district=district, n__gt=after).order_by("n")[:BLOCK]):
        yield from block
        after = block[-1].n


def districts() -> tuple[str, ...]:
    """The districts that have a log."""
    connection.ensure_connection()
    return tuple(AuditHead.objects.order_by("district").values_list("district", flat=True))
