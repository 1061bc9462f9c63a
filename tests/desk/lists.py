"""What the tests of lists share: pages read as people see them, and cases in some stages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

ROW = re.compile(r'name="case" value="(\d+)\.([^"]+)"')
NEXT = re.compile(r'rel="next" href="([^"]+)"')
STAT = re.compile(r"<b>(\d+\+?)</b> ([^<]+)</a>")


def text_of(answer: Any) -> str:
    """The page as text."""
    return str(answer.content.decode())


def cases_of(answer: Any) -> list[str]:
    """The cases that the list shows, in its order."""
    return [case for _, case in ROW.findall(text_of(answer))]


def chosen_of(answer: Any) -> list[str]:
    """What the boxes of the list hold."""
    return [f"{n}.{case}" for n, case in ROW.findall(text_of(answer))]


def stats_of(answer: Any) -> dict[str, str]:
    """The numbers above the list, by their name."""
    return {name.strip(): number for number, name in STAT.findall(text_of(answer))}


def walked(browser: Any, address: str) -> list[str]:
    """The cases of all pages from ``address`` on."""
    found: list[str] = []
    while True:
        answer = browser.get(address)
        assert answer.status_code == 200
        found += cases_of(answer)
        more = NEXT.search(text_of(answer))
        if more is None:
            return found
        address = more[1].replace("&amp;", "&")


def door_cases(officer: str, **filters: Any) -> list[str]:
    """What the door lists for ``officer`` today, in its order."""
    from tests.desk.place import DISTRICT

    from luoshi.casework import clock
    from luoshi.casework.door import Filters, page, sight

    seen = sight(DISTRICT, officer, clock.now().date().isoformat())
    return [row.case for row in page(seen, Filters(**filters), limit=1000).rows]


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements that are run within; the door's too, which on PostgreSQL go past Django."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from luoshi.casework import lookup

    told: list[str] = []
    real = lookup._rows_of

    def counting(statement: Any) -> Any:
        if connection.vendor != "sqlite":
            told.append(statement.text)
        return real(statement)

    with CaptureQueriesContext(connection) as captured, patch.object(lookup, "_rows_of", counting):
        yield told
    told += [one["sql"] for one in captured.captured_queries]
