"""The store, on both kinds."""

from __future__ import annotations

import threading

import pytest
from tests.stores import TestStore


def test_a_store_is_migrated_and_empty(store: TestStore) -> None:
    from django.contrib.auth.models import Group
    from django.db import connection

    assert connection.vendor == store.vendor
    assert Group.objects.count() == 0
    Group.objects.create(name="督查室")
    assert Group.objects.count() == 1


@pytest.mark.parametrize("turn", [1, 2])
def test_the_next_test_sees_nothing_of_it(store: TestStore, turn: int) -> None:
    from django.contrib.auth.models import Group

    assert Group.objects.count() == 0
    Group.objects.create(name="督查室")


def test_threads_see_the_same_store(store: TestStore) -> None:
    from django.contrib.auth.models import Group
    from django.db import connections

    def write(number: int) -> None:
        Group.objects.create(name=f"办公室{number}")
        connections.close_all()

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert Group.objects.count() == 8
