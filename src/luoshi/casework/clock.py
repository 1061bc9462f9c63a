"""The server's clock, in Beijing time without zone, to the second."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


def now() -> datetime:
    """Now in Beijing (UTC+8, without summer time)."""
    return (datetime.now(UTC) + timedelta(hours=8)).replace(tzinfo=None, microsecond=0)
