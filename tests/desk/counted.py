"""A district with cases whose counts are known, and what a page's numbers link to. For boards and the map."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

from tests.desk import place

LATE, VERY_LATE = 3, 30
"""Days that two of the cases are late."""


@dataclass
class Counted(place.Desk):
    """The district of :mod:`tests.desk.place` with some tasks in it."""

    def browser_of(self, officer: str, lang: str = "zh") -> Any:
        """A client signed in as ``officer``."""
        from django.test import Client

        client = Client(HTTP_HOST="localhost", HTTP_ACCEPT_LANGUAGE=lang)
        client.force_login(self.account(officer))
        return client

    def listed(self, role: str, address: str) -> int:
        """How many cases the list at ``address`` holds for the first officer of ``role``, counted at the door."""
        return listed(place.officer(role), address)

    def grid_event(self, where: dict[str, str]) -> str:
        """A problem that a grid worker reports, with its exact place; the case."""
        fields = {"channel": "collected", "object_kind": "event", "category": "part_road", "place": where,
                  "content": "路面坑洼"}  # fmt: skip
        return str(place.act("collector", "collect", mechanism="grid_event", fields=fields, area="A-li-1").case)


def listed(officer: str, address: str) -> int:
    """How many cases the list at ``address`` holds for ``officer``."""
    from django.http import QueryDict

    from luoshi.casework.door import count, sight
    from luoshi.desk.listing import Asked

    asked = Asked.read(QueryDict(urlsplit(address).query))
    assert not asked.wrong, address
    return count(sight(place.DISTRICT, officer, date.today().isoformat()), asked.filters(), most=1000)


def day(days: int) -> str:
    """The day that lies ``days`` from today."""
    return (date.today() + timedelta(days=days)).isoformat()


def filled(*packs: str) -> Counted:
    """Six open tasks (two late, one soon, two later, one undated) and, struck off, one in time and one not."""
    made = Counted(place.make("supervision", *packs).accounts)
    for body, area, act_by in (
        ("housing", "A-li-1", day(-LATE)), ("water", "A-li-1", day(-VERY_LATE)), ("fenglin", "A-li-1", day(40)),
        ("housing", "A-fenglin", day(1)), ("housing", None, None), ("water", None, day(50)),
    ):  # fmt: skip
        projected(open_task(body, area), act_by=act_by, due_on=act_by)
    for due in (day(5), day(-5)):
        closed(open_task("housing", None), due)
    return made


def open_task(body: str, area: str | None) -> str:
    """A task issued to ``body``; the case."""
    return str(place.task(body=body, due=day(60), area=area).case)


def projected(case: str, **columns: Any) -> None:
    """Put days into the case's row, as if the clocks had come to them: what is tested here is how rows are counted."""
    from luoshi.casework.models import Case

    Case.objects.filter(case=case).update(**columns)


def closed(case: str, due: str | None) -> None:
    """The case as it is once it is struck off today."""
    projected(
        case, open=False, stage="struck_off", answered_on=day(0), struck_off_on=day(0), due_on=due, act_by=None,
        next_at=None,
    )  # fmt: skip


def posted(
    officer: str, area: str | None, *, role: str = "office", mechanism: str = "*", body: str = place.GOV
) -> None:
    """A new officer with one post."""
    from django.db import transaction

    from luoshi.org.models import Officer, Post
    from luoshi.org.snapshot import changed

    with transaction.atomic():
        Officer.objects.create(district=place.DISTRICT, code=officer, name=officer)
        Post.objects.create(
            district=place.DISTRICT, officer=officer, mechanism=mechanism, role=role, body=body, area=area,
            from_day="2025-01-01",
        )  # fmt: skip
        changed(place.DISTRICT)


class Page(HTMLParser):
    """A page's links to lists of cases that are a number, and its data blocks."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[tuple[str, str]] = []
        self.blocks: dict[str, str] = {}
        self.styled: list[str] = []
        self._address: str | None = None
        self._block: str | None = None
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Links and blocks; a style or handler in an attribute is remembered, too."""
        told = dict(attrs)
        self.styled += [name for name in told if name == "style" or name.startswith("on")]
        if tag == "a" and urlsplit(told.get("href") or "").path == "/desk/":
            self._address = told["href"]
            self.links.append((told["href"] or "", ""))
        if tag == "script" and told.get("type") == "application/json":
            self._block = told["id"] or ""
            self.blocks[self._block] = ""

    def handle_endtag(self, tag: str) -> None:
        """The link or block is over."""
        if tag == "a":
            self._address = None
        if tag == "script":
            self._block = None

    def handle_data(self, data: str) -> None:
        """Text of a link or block."""
        if self._address is not None:
            address, text = self.links[-1]
            self.links[-1] = (address, text + data)
        if self._block is not None:
            self.blocks[self._block] += data

    def numbers(self) -> dict[str, int]:
        """Address → the number that links there. Fails if one address has two numbers."""
        found: dict[str, int] = {}
        for address, text in self.links:
            number = re.search(r"\d[\d,]*", text)
            if number and "?" in address:
                value = int(number[0].replace(",", ""))
                assert found.setdefault(address, value) == value, address
        return found


def page_of(browser: Any, address: str) -> Page:
    """The page at ``address``."""
    answer = browser.get(address)
    assert answer.status_code == 200, answer.content.decode()[:500]
    return Page(answer.content.decode())


def of_cases(seen: Any) -> int:
    """How many of the captured statements read cases or their counts; what else is asked is kept for a second."""
    words = ("casework_case", "casework_part", "casework_rollup ", "casework_rollup_month", "casework_claim")
    return sum(any(word in one["sql"] for word in words) for one in seen.captured_queries)
