"""What a replay works with: officers' posts remembered, salts from a seed, room in the store, the ledger's root."""

from __future__ import annotations

import gc
import hashlib
from bisect import bisect
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any, Final

from django.db import connection

from luoshi.casework.act import Authorise
from luoshi.casework.authority import by_posts
from luoshi.casework.entries import Salts
from luoshi.casework.rows import Row
from luoshi.casework.setups import district as in_force
from luoshi.casework.sql import reading
from luoshi.ledger.tiles import WIDTH, TileBuilder
from luoshi.mechanisms.acts import Act
from luoshi.org.snapshot import snapshot

READ: Final = 50_000
WHILE_WRITING: Final = {"cache_size": "-262144", "wal_autocheckpoint": "16000"}
"""SQLite's settings while a year is written: indexes of a million rows stay in memory, and pages that many batches
change go to the database's file once. Every batch is on disk all the same: in the log before the file."""


def remembered(district: str) -> Authorise:
    """As :func:`luoshi.casework.authority.by_posts`, which is asked once for whoever does the same in the same place.

    The posts and bodies of a replay's district stand still while it runs; on a day on which one begins or ends all is
    asked anew.
    """
    ask = by_posts(district)
    org = snapshot(district)
    told = [(post.from_day, post.to_day) for post in org.posts.every()]
    told += [(body.founded_on or "", body.ended_on) for body in org.tree.bodies.values()]
    # The day after the last one of a post is asked anew, too.
    changes = sorted({day for pair in told for day in pair if day} | {f"{last}+" for _, last in told if last})
    allowed: set[tuple[Any, ...]] = set()
    fields: dict[tuple[str, int], tuple[str, ...]] = {}
    eras: dict[date, int] = {}

    def bodies_of(mechanism: str, version: int) -> tuple[str, ...]:
        found = fields.get((mechanism, version))
        if found is None:
            known = in_force(district).flow(mechanism, version).mechanism.fields
            found = fields[mechanism, version] = tuple(name for name, one in known.items() if one.type == "body")
        return found

    def authorise(act: Act, mechanism: str, row: Row) -> None:
        names = fields.get((mechanism, row.version)) or bodies_of(mechanism, row.version)
        named = tuple([str(act.fields[name]) for name in names if name in act.fields]) if names else ()
        day = act.at.date()
        era = eras.get(day)
        if era is None:
            era = eras[day] = bisect(changes, day.isoformat())
        area, who, by = act.area if row.new else row.area, act.actor, act.approval
        approval = (by.officer, by.body, by.role) if by is not None else None
        key = (era, mechanism, who.officer, who.body, who.role, approval, area, row.new, named)
        if key not in allowed:
            ask(act, mechanism, row)
            allowed.add(key)

    return authorise


def seeded(seed: str) -> Salts:
    """Salts that follow from ``seed`` and the entry's place alone."""
    key = hashlib.sha256(seed.encode()).digest()

    def salts(district: str, case: str, n: int, size: int) -> bytes:
        return hashlib.shake_256(key + f"{district}/{case}/{n}".encode()).digest(size)

    return salts


@contextmanager
def roomy() -> Iterator[None]:
    """SQLite's connection of this thread with more memory, and as it was afterwards; nothing on PostgreSQL."""
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        before = {name: cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in WHILE_WRITING}
        for name, value in WHILE_WRITING.items():
            cursor.execute(f"PRAGMA {name} = {value}")
        try:
            yield
        finally:
            for name, value in before.items():
                cursor.execute(f"PRAGMA {name} = {value}")


@contextmanager
def uncollected() -> Iterator[None]:
    """What a replay makes has no cycles; the collector would look through the days planned ahead over and over."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def root() -> str:
    """The root that the log has once every entry of the store is sealed, in hex."""
    builder, last = TileBuilder(), 0
    left: list[bytes] = []
    while True:
        with reading(), connection.cursor() as cursor:
            cursor.execute("SELECT id, digest FROM casework_entry WHERE id > %s ORDER BY id LIMIT %s", (last, READ))
            rows = cursor.fetchall()
        if not rows:
            return builder.root(left).hex()
        last = rows[-1][0]
        left += (bytes(row[1]) for row in rows)
        whole = len(left) // WIDTH * WIDTH
        for start in range(0, whole, WIDTH):
            for _ in builder.add(left[start : start + WIDTH]):
                pass
        left = left[whole:]
