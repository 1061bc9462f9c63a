"""Lock-out: after some wrong passwords or codes in a row, nothing is tried for a growing time.

An attempt is counted before it is looked at, in one statement, and taken back when it was right: a hundred at once get
no more tries than one after the other. A lock runs out by itself, and attempts meanwhile do not prolong it, so that
nobody can be locked out for good by others; for somebody at the door that time is long, for a guesser it is longer.
"""

from __future__ import annotations

from typing import Final, Literal

from django.conf import settings
from django.db import connection, transaction

from luoshi.access import clock
from luoshi.access.errors import AccessError
from luoshi.access.models import CODE, Attempt

Kind = Literal["password", "code", "address"]

FORGET_SECONDS: Final = 24 * 3600
"""After a day without a wrong attempt the count begins anew."""
FORGOTTEN_AT_ONCE: Final = 200
FIRST_LOCK: Final = 60
LONGEST_LOCK: Final = 3600

_COUNT: Final = """
INSERT INTO access_attempt (kind, subject, count, last_at, locked_until) VALUES (%s, %s, 1, %s, 0)
ON CONFLICT (kind, subject) DO UPDATE SET
    count = CASE WHEN access_attempt.last_at <= %s THEN 1 ELSE access_attempt.count + 1 END,
    last_at = excluded.last_at
WHERE access_attempt.locked_until <= %s
RETURNING count
"""


def claim(kind: Kind, subject: str) -> bool:
    """Count an attempt before it is looked at; whether a lock began with it (it is lifted if the attempt was right).

    Raises AccessError ``locked`` with ``seconds`` while nothing is tried for ``subject``.
    """
    subject, now, most = subject[:CODE], clock.seconds(), _most(kind)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_COUNT, [kind, subject, now, now - FORGET_SECONDS, now])
            counted = cursor.fetchone()
        if counted is None:
            until = Attempt.objects.filter(kind=kind, subject=subject).values_list("locked_until", flat=True).first()
            raise AccessError("locked", seconds=max(1, (until or now + 1) - now))
        if counted[0] < most:
            return False
        until = now + lock_seconds(counted[0] - most)
        Attempt.objects.filter(kind=kind, subject=subject).update(locked_until=until)
        return True


def lock_seconds(beyond: int) -> int:
    """How long nothing is tried, ``beyond`` wrong attempts after the first lock: 1, 2, 4 … 60 minutes."""
    return int(min(LONGEST_LOCK, FIRST_LOCK * 2 ** min(beyond, 10)))


def right(kind: Kind, subject: str) -> None:
    """The attempt that was claimed was right: a name's count is gone, an address's is one less."""
    found = Attempt.objects.filter(kind=kind, subject=subject[:CODE])
    if kind != "address":
        found.delete()
        return
    with transaction.atomic():
        row = found.select_for_update().first()
        if row is not None:
            row.count, row.locked_until = max(0, row.count - 1), 0
            row.save()


def forget() -> None:
    """Remove counts that are too old to matter, some at a time; those that somebody else counts on just now stay."""
    now = clock.seconds()
    with transaction.atomic():
        old = Attempt.objects.filter(last_at__lte=now - FORGET_SECONDS, locked_until__lte=now)
        ids = list(old.select_for_update(skip_locked=True).values_list("pk", flat=True)[:FORGOTTEN_AT_ONCE])
        Attempt.objects.filter(pk__in=ids).delete()


def unlock(name: str) -> bool:
    """Lift the locks of ``name``; whether there was one."""
    gone, _ = Attempt.objects.filter(kind__in=("password", "code"), subject=name[:CODE]).delete()
    return gone > 0


def locked(kind: Kind, subject: str) -> int:
    """For how many seconds nothing is tried for ``subject``; 0 if it is not locked."""
    until = Attempt.objects.filter(kind=kind, subject=subject[:CODE]).values_list("locked_until", flat=True).first()
    return max(0, (until or 0) - clock.seconds())


def _most(kind: Kind) -> int:
    most = settings.LUOSHI_ATTEMPTS_OF_ADDRESS if kind == "address" else settings.LUOSHI_ATTEMPTS
    return int(most)
