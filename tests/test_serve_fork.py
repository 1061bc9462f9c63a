"""Workers are forked from ``luoshi serve``: nothing of the parent's connections may be left to them."""

from __future__ import annotations

from typing import Any

import pytest
from tests.stores import TestStore


def test_workers_inherit_no_connection_and_no_pool(store: TestStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two workers on one connection read each other's answers; a pool's threads are not forked with it."""
    import granian
    from django.db import connection
    from django.db.backends.postgresql.base import DatabaseWrapper

    from luoshi.commands.serve import run_server
    from luoshi.org.models import Body

    found: list[tuple[Any, bool]] = []

    class Server:
        def __init__(self, *_: Any, **__: Any) -> None:
            pass

        def serve(self) -> None:
            found.append((connection.connection, connection.alias in vars(DatabaseWrapper)["_connection_pools"]))

    monkeypatch.setattr(granian, "Granian", Server)
    assert not Body.objects.exists()
    assert connection.connection is not None
    run_server("127.0.0.1", 1, 1, sweep=False)
    assert found == [(None, False)]
    assert not Body.objects.exists()
