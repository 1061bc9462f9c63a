"""The sessions' engine over our own table: whose a session is, since when, when last used, from where.

Its key is in the cookie alone; the table holds a digest of it. What is past its idle or its absolute time-out is gone
when it is next asked for. Looking a session up costs one query, as in Django's own engine; a use is noted by
:meth:`SessionStore.touch`, at most once a minute.
"""

from __future__ import annotations

import hashlib
from typing import Any, Final

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore

from luoshi.access import clock
from luoshi.access.models import Session

TOUCH_SECONDS: Final = 60
ADDRESS: Final = "_address"
AGENT: Final = "_agent"
STARTED: Final = "_started"


def stored(key: str | None) -> str:
    """What the table holds for the key of a cookie."""
    return hashlib.sha256((key or "").encode()).hexdigest()


class SessionStore(DatabaseStore):
    """Django's engine, on :class:`luoshi.access.models.Session`."""

    _row: Session | None = None

    @classmethod
    def get_model_class(cls) -> type[Session]:
        """The table."""
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """The row of ``data``."""
        now = clock.seconds()
        account = data.get(SESSION_KEY)
        return Session(
            session_key=stored(self._get_or_create_session_key()),  # type: ignore[attr-defined]
            session_data=self.encode(data),
            expire_date=self.get_expiry_date(),
            account_id=int(account) if account else None,
            started_at=data.get(STARTED, self._row.started_at if self._row else now),
            seen_at=now,
            address=str(data.get(ADDRESS, ""))[:45],
            agent=str(data.get(AGENT, ""))[:200],
        )

    def exists(self, session_key: str) -> bool:
        """Whether there is a session of this key."""
        return Session.objects.filter(session_key=stored(session_key)).exists()

    def delete(self, session_key: str | None = None) -> None:
        """End the session of this key, or this one."""
        key = self.session_key if session_key is None else session_key
        if key is not None:
            Session.objects.filter(session_key=stored(key)).delete()

    def _get_session_from_db(self) -> Session | None:
        row = Session.objects.filter(session_key=stored(self.session_key)).first()
        if row is None or over(row, clock.seconds()):
            if row is not None:
                row.delete()
            self._session_key = None
            return None
        self._row = row
        return row

    def touch(self) -> None:
        """Note that the session is in use."""
        now = clock.seconds()
        if self._row is not None and now - self._row.seen_at >= TOUCH_SECONDS:
            self._row.seen_at = now
            Session.objects.filter(pk=self._row.pk).update(seen_at=now)

    @property
    def digest(self) -> str:
        """What the table calls this session."""
        return stored(self.session_key)


def over(row: Session, now: int) -> bool:
    """Whether the session is past its time."""
    return now - row.seen_at >= settings.LUOSHI_IDLE_SECONDS or now - row.started_at >= settings.LUOSHI_SESSION_SECONDS
