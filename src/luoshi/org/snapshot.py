"""A district's org as one value in memory, taken again when it has changed; it is asked at most once a second.

So a change is in force everywhere within a second, and in this process at once.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Final

from django.db import connection, transaction

from luoshi.org.duties import DutyNode
from luoshi.org.models import Area, Body, BodyChange, Duty, Post
from luoshi.org.posts import PostNode, Posts
from luoshi.org.tree import AreaNode, BodyNode, Successor, Tree

SECONDS: Final = 1.0


@dataclass(frozen=True, slots=True)
class Org:
    """All that is known of a district's org at one ``revision``."""

    district: str
    revision: int
    tree: Tree
    posts: Posts
    duties: tuple[DutyNode, ...]


@dataclass(frozen=True, slots=True)
class _Held:
    org: Org
    asked_at: float


# Per database, since tests and tools change it under a running process.
_held: dict[tuple[str, str], _Held] = {}


def snapshot(district: str) -> Org:
    """The org of ``district``; empty if nothing was loaded."""
    key = (_database(), district)
    held = _held.get(key)
    now = time.monotonic()
    if held is not None and now - held.asked_at < SECONDS:
        return held.org
    value = revision(district)
    org = held.org if held is not None and held.org.revision == value else _load(district)
    _held[key] = _Held(org, now)
    return org


def revision(district: str) -> int:
    """The number of changes so far."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT value FROM org_revision WHERE district = %s", [district])
        found = cursor.fetchone()
    return int(found[0]) if found else 0


def changed(district: str) -> None:
    """Tell everybody that the org of ``district`` has changed; call it in the transaction that changes it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO org_revision (district, value) VALUES (%s, 1)"
            " ON CONFLICT (district) DO UPDATE SET value = org_revision.value + 1",
            [district],
        )
    transaction.on_commit(lambda: forget(district))


def forget(district: str) -> None:
    """Ask the store again at the next look."""
    _held.pop((_database(), district), None)


def _database() -> str:
    return f"{connection.settings_dict['HOST']}/{connection.settings_dict['NAME']}"


def _load(district: str) -> Org:
    # Read before the rows: a change in between is then seen as one more revision, not missed.
    value = revision(district)
    tree = Tree(
        (
            BodyNode(*row)
            for row in Body.objects.filter(district=district).values_list(
                "code", "zh", "en", "kind", "parent", "founded_on", "ended_on"
            )
        ),
        (
            Successor(*row)
            for row in BodyChange.objects.filter(district=district)
            .order_by("order", "id")
            .values_list("kind", "body", "successor", "on_day", "area", "category")
        ),
        (
            AreaNode(*row)
            for row in Area.objects.filter(district=district).values_list("code", "zh", "en", "kind", "parent", "shape")
        ),
    )
    posts = Posts(
        tree,
        (
            PostNode(*row)
            for row in Post.objects.filter(district=district).values_list(
                "officer", "mechanism", "role", "body", "area", "from_day", "to_day"
            )
        ),
    )
    duties = tuple(
        DutyNode(*row)
        for row in Duty.objects.filter(district=district)
        .order_by("id")
        .values_list("mechanism", "category", "area", "body")
    )
    return Org(district, value, tree, posts, duties)
