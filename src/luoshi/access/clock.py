"""The clock of access: casework's, in seconds since 1970. A test that hands casework another time hands it to both."""

from __future__ import annotations

from datetime import UTC, timedelta

from luoshi.casework import clock


def seconds() -> int:
    """Now, in seconds since 1970."""
    return int((clock.now() - timedelta(hours=8)).replace(tzinfo=UTC).timestamp())
