"""Addresses made in a short way are those that Django makes."""

from __future__ import annotations

import pytest
from tests.stores import TestStore

VALUES = ("a", "A-1_b", "grid_event-copy-1066000", "办件", "a b", "a%20", "a.b", "7", 7, 0, 123456789012, "%s", "{x}")


def test_every_address_is_that_of_the_table(store: TestStore) -> None:
    import re

    from django.urls import NoReverseMatch, reverse

    import luoshi.desk.urls  # noqa: F401 - the table is whole then
    from luoshi.desk.links import link
    from luoshi.desk.routes import ROUTES

    met = refused = 0
    for _ in range(2):  # the second time from what was kept
        for route in ROUTES.values():
            names = re.findall(r"<\w+:(\w+)>", route.path)
            for value in VALUES:
                for other in VALUES:
                    parts = {name: (value, other)[n % 2] for n, name in enumerate(names)}
                    try:
                        wanted = reverse(f"desk:{route.name}", kwargs=parts or None)
                    except NoReverseMatch:
                        refused += 1
                        with pytest.raises(NoReverseMatch):
                            link(route.name, **parts)
                        continue
                    met += 1
                    assert link(route.name, **parts) == wanted
                    if len(names) < 2:
                        break
                if not names:
                    break
    assert met > 1000 and refused > 100
    with pytest.raises(NoReverseMatch):
        link("no such page")
    with pytest.raises(NoReverseMatch):
        link("case", case="a", more="b")
