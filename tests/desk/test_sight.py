"""Officers with posts at random: no page shows a case that the read door does not, and lists have each that it does."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.desk import place, whole
from tests.stores import Stores

NUMBERS = count()
PLACES = {"text": "翠屏路口", "lon": "0.005", "lat": "0.005"}
EVENT = {"channel": "collected", "object_kind": "event", "category": "part_road"}
POST = st.fixed_dictionaries(
    {
        "mechanism": st.sampled_from(("*", "supervision", "grid_event", "hotline")),
        "role": st.sampled_from(("office", "leader", "undertaker", "collector", "supervision_centre", "registry")),
        "body": st.sampled_from([one["code"] for one in place.BODIES]),
        "area": st.sampled_from((None, "A", "A-fenglin", "A-li-1")),
    }
)


@dataclass
class Cases:
    """What there is to see: case → its number and the word that its title alone has."""

    told: dict[str, tuple[str, str]]


@pytest.fixture(scope="module")
def cases(stores: Stores, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cases]:
    """Tasks of several bodies and areas, and problems of a grid; each with a word of its own in its title."""
    with stores.fresh("sqlite", tmp_path_factory.mktemp("sight")), pytest.MonkeyPatch.context() as patch:
        patch.setenv("LUOSHI_HOME", str(tmp_path_factory.mktemp("home")))
        place.make("supervision", "grid_event", "hotline")
        words = iter("甲寅乙卯丙辰丁巳戊午己未庚申辛酉")
        told = {}
        for body in place.WORKERS:
            for area in (None, "A-fenglin", "A-li-1"):
                word = f"暗号{next(words)}"
                done = place.task(f"{word}事项", body=body, due=whole.FAR, area=area)
                told[str(done.case)] = (str(done.number), word)
        fields = {**EVENT, "place": PLACES, "content": "坑洼"}
        done = place.act("collector", "collect", mechanism="grid_event", fields=fields, area="A-li-1")
        told[str(done.case)] = (str(done.number), "暗号终")
        yield Cases(told)


def officer(posts: list[dict[str, Any]]) -> str:
    """A new officer with these posts."""
    from django.db import transaction

    from luoshi.org.models import Officer, Post
    from luoshi.org.snapshot import changed

    code = f"anyone-{next(NUMBERS)}"
    with transaction.atomic():
        Officer.objects.create(district=place.DISTRICT, code=code, name=code)
        for post in posts:
            Post.objects.create(district=place.DISTRICT, officer=code, from_day="2025-01-01", **post)
        changed(place.DISTRICT)
    return code


def readable(code: str, cases: Cases) -> set[str]:
    """What the door shows, one by one."""
    from luoshi.casework import clock, door

    seen = door.sight(place.DISTRICT, code, clock.now().date().isoformat())
    return {case for case in cases.told if door.may_read(seen, case) is not None}


def listed(code: str) -> set[str]:
    """What the door lists."""
    from luoshi.casework import clock, door

    seen = door.sight(place.DISTRICT, code, clock.now().date().isoformat())
    return {row.case for row in door.page(seen, limit=200).rows}


def text_of(answer: Any) -> str:
    """All that an answer says, unpacked; words that were looked for are whole again."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as book:
            body = b"\n".join(book.read(one) for one in book.namelist())
    return re.sub(r"</?mark>", "", body.decode())


def shown(text: str, cases: Cases) -> set[str]:
    """The cases that ``text`` tells of: by their name, their number, or the word of their title."""
    return {
        case
        for case, (number, word) in cases.told.items()
        if any(re.search(rf"{re.escape(one)}(?!\d)", text) for one in (case, number)) or word in text
    }


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(posts=st.lists(POST, max_size=2))
def test_pages_show_what_the_door_shows(cases: Cases, posts: list[dict[str, Any]]) -> None:
    from django.test import Client

    code = officer(posts)
    client = Client(HTTP_HOST="localhost", HTTP_ACCEPT_LANGUAGE="zh")
    client.force_login(place.Desk().account(code))
    may, lists = readable(code, cases), listed(code)
    assert lists <= may
    open_list, exported = ("/desk/?tab=open", "/desk/export.xlsx?tab=open")
    for address in (open_list, exported, "/desk/search/?q=%E4%BA%8B%E9%A1%B9"):
        found = shown(text_of(client.get(address)), cases)
        assert found <= may, address
        tasks = {case for case in lists if case.startswith("supervision")}
        assert (tasks if "search" in address else lists) <= found, (address, "a case is missing")
    for address in ("/desk/", "/desk/boards/", "/desk/boards/supervision/", "/desk/map/", "/desk/commitments/",
                    "/desk/progress/", "/desk/approvals/", "/desk/views/", "/desk/open/"):  # fmt: skip
        assert shown(text_of(client.get(address)), cases) <= may, address
    told = client.get("/desk/map/cases.json").json()
    assert told["nowhere"] + sum(one["open"] for one in told["areas"].values()) == len(lists)
    for case in cases.told:
        for part in ("", "since?n=0", "picture.svg", "alike/"):
            answer = client.get(f"/desk/cases/{case}/{part}")
            assert answer.status_code == (200 if case in may else 404), (case, part)
            if case not in may:
                assert shown(text_of(answer), cases) <= may | ({case} if part else set())
