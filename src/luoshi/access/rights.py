"""What each of the three administrators 三员 may do. Default deny: what is not in the table nobody may."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from luoshi.access.models import AUDIT, SECURITY, SYSTEM, Account

RIGHTS: Final[Mapping[str, frozenset[str]]] = {
    SYSTEM: frozenset({"bodies", "officers", "packs", "calendars", "templates"}),
    SECURITY: frozenset({"accounts", "posts", "unlock", "sessions", "factors"}),
    AUDIT: frozenset({"audit", "reveals"}),
}
"""Administrator → rights. ``bodies`` bodies and areas; ``officers`` officers' records; ``packs`` what is in force;
``accounts`` adding and closing; ``posts`` who holds which role; ``unlock`` after a lock-out; ``sessions`` ending them;
``factors`` taking a lost second factor off; ``audit`` and ``reveals`` reading, nothing else."""


def may(account: Account, right: str) -> bool:
    """Whether ``account`` holds ``right``. An officer holds none: what he may do to cases his posts say."""
    return account.is_active and not account.officer and right in RIGHTS.get(account.administrator, frozenset())
