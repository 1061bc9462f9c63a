"""One request of one person: who it is, for which district, on which day, and what he may see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from django.http import HttpRequest

from luoshi.casework import clock
from luoshi.casework.door import Sight, sight
from luoshi.casework.filters import SOON_DAYS
from luoshi.casework.setups import District
from luoshi.casework.setups import district as in_force
from luoshi.messages import Language, language
from luoshi.org.posts import PostNode
from luoshi.org.snapshot import Org, snapshot

if TYPE_CHECKING:
    from luoshi.access.models import Account


@dataclass
class Visit:
    """A request and its person. ``account`` is None for somebody who has not signed in.

    What costs a look at the store is looked up when it is first asked for, and once.
    """

    request: HttpRequest
    account: Account | None
    now: datetime

    @property
    def district(self) -> str:
        """The code of the account's district; empty without an account."""
        return self.account.district if self.account else ""

    @property
    def officer(self) -> str:
        """The officer's code; empty for an administrator, and without an account."""
        return (self.account.officer or "") if self.account else ""

    @property
    def on_day(self) -> str:
        """Today, ``YYYY-MM-DD``."""
        return self.now.date().isoformat()

    @property
    def soon_day(self) -> str:
        """The last day that counts as soon."""
        return (self.now.date() + timedelta(days=SOON_DAYS)).isoformat()

    @property
    def later_day(self) -> str:
        """A day that does not count as soon."""
        return (self.now.date() + timedelta(days=SOON_DAYS + 7)).isoformat()

    @property
    def lang(self) -> Language:
        """The reader's language."""
        return language()

    @property
    def partial(self) -> bool:
        """Whether a part of a page is asked for (by htmx), and not a page."""
        headers = self.request.headers
        return headers.get("HX-Request") == "true" and headers.get("HX-History-Restore-Request") != "true"

    @cached_property
    def sight(self) -> Sight:
        """What the officer may see: for the read door."""
        return sight(self.district, self.officer, self.on_day)

    @cached_property
    def org(self) -> Org:
        """The district's bodies, areas, posts."""
        return snapshot(self.district)

    @cached_property
    def place(self) -> District:
        """What the district has in force."""
        return in_force(self.district)

    @cached_property
    def posts(self) -> tuple[PostNode, ...]:
        """The posts that the officer holds today."""
        return self.org.posts.posts_of(self.officer, self.on_day) if self.officer else ()

    def holds(self, mechanism: str, *roles: str) -> bool:
        """Whether the officer holds a post in one of ``roles`` of ``mechanism`` today, for whatever body."""
        return any(post.is_of(mechanism) and post.role in roles for post in self.posts)


def visit(request: HttpRequest) -> Visit:
    """The visit that ``request`` is."""
    from luoshi.access.models import Account  # noqa: PLC0415 - the app registry must be ready

    # A request that was refused before anybody was looked up (a wrong host) has no user at all.
    user = getattr(request, "user", None)
    return Visit(request, user if isinstance(user, Account) else None, clock.now())
