"""What a review of the writer found, each held by a test: races, outsiders' names, values that a store cannot hold."""

from __future__ import annotations

import pytest
from tests.casework.district import DISTRICT, actor, set_up
from tests.stores import TestStore

from luoshi.mechanisms.acts import Act

CALL = {"channel": "phone", "category": "help", "content": "路灯不亮", "urgency": "normal"}


@pytest.mark.parametrize("store", ["postgresql"], indirect=True)
def test_whoever_opens_a_case_keeps_the_sealer_away_whatever_else_is_in_the_batch(store: TestStore) -> None:
    """Else an entry with a lower id than a sealed one could still appear, and would never be sealed."""
    from django.db import connection

    from luoshi.casework.act import Request, act_many

    set_up("hotline")
    held: list[int] = []

    def look(act: Act, *_: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND mode = 'ShareLock'")
            held.append(cursor.fetchone()[0])

    requests = [
        Request(actor("agent"), "record", mechanism="hotline", fields=CALL),
        Request(actor("centre"), "dispatch", case="hotline-2026-999999"),
    ]
    act_many(DISTRICT, requests, authorise=look)
    assert held == [1]
